/* SPDX-License-Identifier: MIT */
/* Whether the copy of a node with a hint is newer than the hint, as another host may have written
 * it: by its version, if the servers' clocks do not contradict that. */
#include "replay.h"

#include "engine/base/version.h"

/* The clocks of two hosts that are kept by NTP differ by less. */
#define CLOCKS MCHA_USEC_PER_SEC

/* By what servers' clocks may be apart. (A touch that was missed leaves the same version with
 * another life.) */
static bool live_alike(const mcha_reply *one, const mcha_reply *other)
{
	return one->ttl == other->ttl
		|| (one->ttl >= 0 && other->ttl >= 0 && one->ttl <= other->ttl + 1
			&& other->ttl <= one->ttl + 1);
}

/* A server counts its time in whole seconds. */
#define TICK MCHA_USEC_PER_SEC

/* The moment, of this host's monotonic clock, at which a clock that is right gave the version. */
static mcha_usec time_of(mcha_pool *pool, uint64_t version)
{
	return mcha_version_time(version) - (mcha_item_version_wall(pool) - pool->running.now);
}

/* By the server's own clock the stale node's copy was stored by this moment. (A process that has
 * read the copy since makes the moment later than it was.) */
static mcha_usec stored_by(const mcha_replay *replay, const mcha_reply *copy)
{
	uint64_t idle = copy->number < INT32_MAX ? copy->number : INT32_MAX;

	return replay->looked - (mcha_usec)idle * MCHA_USEC_PER_SEC + TICK;
}

/* The version is a time at which the copy can have been stored: not later than it was, and, unless
 * it is known to have been there by then, not while the stale node gave no answers. Else it comes
 * from a clock that is ahead. */
static bool is_in_time(mcha_pool *pool, const mcha_replay *replay, const mcha_reply *copy)
{
	const mcha_usec back = mcha_health_back(pool->nodes[replay->node]->health);
	const mcha_usec stored = stored_by(replay, copy), time = time_of(pool, copy->cas);
	const bool was_away = mcha_hints_since(&replay->hint) < back;

	return time <= stored + CLOCKS && !(was_away && time < back && stored > back);
}

/* Another host's write has reached the stale node after the one that the hint is about. Whatever
 * was there when the hint was made is stored_by() two ticks later at most, and its version, in
 * time, no more than CLOCKS after that: it cannot be newer than the source's copy, whose version is
 * at least of when the hint was made, by as much as is asked here. */
static bool is_later(mcha_pool *pool, const mcha_replay *replay, const mcha_reply *copy,
	uint64_t source)
{
	return mcha_version_time(copy->cas) > mcha_version_time(source) + CLOCKS + 2 * TICK
		&& is_in_time(pool, replay, copy);
}

/* Versions of registers are in order whatever the clocks say; elsewhere the hint counts for more
 * than a version that is ahead of its time. */
bool mcha_replay_is_newer_there(mcha_pool *pool, const mcha_replay *replay,
	const mcha_reply *source)
{
	const uint64_t version = source ? mcha_version_of(source->cas) : 0;
	const mcha_reply *there = replay->look ? &replay->look->reply : NULL;

	if (!version || !there || there->status != MCHA_STATUS_OK || !mcha_version_is(there->cas)) {
		return false;
	}
	if (there->cas == version) {
		return replay->hint.verb != MCHA_HINT_VERB_TWICE && live_alike(there, source);
	}
	return mcha_targets_keeps_registers(pool)
		? mcha_item_version_rank(pool, there->cas) > mcha_item_version_rank(pool, version)
		: is_later(pool, replay, there, version);
}
