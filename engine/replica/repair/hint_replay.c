/* SPDX-License-Identifier: MIT */
/* Replays hints in three rounds: looks at the old copies, reads the sources' copies, and puts these
 * over those, if they are still what was looked at: a value that was written meanwhile stays. */
#include "replay.h"

#include "engine/base/seldom.h"
#include "engine/journal/journal_read.h"
#include "engine/replica/put.h"
#include "engine/shared/hints/hint_journal.h"

/* --- looking ---------------------------------------------------------------------------------- */

/* Is the node still a source? Not if a hint for the node itself is younger than this hint: it has
 * missed a write since. (An older hint was made void by the write that the node acknowledged. So of
 * nodes that name one another, the youngest hint counts.) */
static bool is_source(mcha_pool *pool, const mcha_hint *hint, long node)
{
	const mcha_usec since = mcha_hints_since(hint);
	const mcha_health *health;
	mcha_usec compact;
	mcha_hint own;

	if (node < 0 || !mcha_pool_admit(pool, (uint16_t)node, false)) {
		return false;
	}
	health = pool->nodes[node]->health;
	compact = mcha_hints_compact_order(pool->shared.hints, health, hint->source, hint->key,
		hint->key_length);
	return mcha_hints_distrusted_since(health) <= since
		&& (!compact || compact < mcha_hints_order_of(hint))
		&& !(mcha_hints_count(health)
			&& mcha_hints_find(pool->shared.hints, hint->source, hint->key, hint->key_length, &own)
			&& !mcha_hints_is_older(&own, since));
}

static void look_at_copies(mcha_pool *pool)
{
	const unsigned want = MCHA_WANT_CAS | MCHA_WANT_TTL
		| (pool->settings.versions ? MCHA_WANT_IDLE | MCHA_WANT_UNSEEN : 0);
	size_t i;

	for (i = 0; i < pool->replays.count; i++) {
		mcha_replay *replay = &pool->replays.entries[i];

		/* a stale node that is not to be asked is not read either: its hint can wait */
		if (mcha_pool_admit(pool, replay->node, false)) {
			replay->looked = pool->running.now;
			replay->look = mcha_replay_ask_copy(pool, replay, replay->node, want);
		}
	}
	mcha_pool_run(pool, mcha_targets_share(pool, 4));
}

static bool is_answered(const mcha_request *request)
{
	return request && mcha_status_is_answer(request->reply.status);
}

static mcha_request *read_sources(mcha_pool *pool)
{
	mcha_journal_question question;
	mcha_request *read;
	size_t i;

	for (i = 0; i < pool->replays.count; i++) {
		mcha_replay *replay = &pool->replays.entries[i];
		long source = replay->hint.source ? mcha_pool_find(pool, replay->hint.source) : -1;

		if (is_answered(replay->look) && !replay->is_probe
			&& is_source(pool, &replay->hint, source)) {
			replay->read = mcha_replay_ask_copy(pool, replay, (uint16_t)source,
				MCHA_WANT_VALUE | mcha_targets_copying(pool)
					| (mcha_journal_is_used(pool) ? MCHA_WANT_CAS : 0));
		}
	}
	mcha_journal_ask(pool, &question);
	read = mcha_pool_run(pool, mcha_targets_share(pool, 3));
	mcha_journal_take_answers(pool, &question);
	return read;
}

/* --- what becomes of the old copy ------------------------------------------------------------- */

static bool is_newer_there(mcha_pool *pool, const mcha_replay *replay)
{
	return mcha_replay_is_newer_there(pool, replay, mcha_replay_source_copy(replay));
}

/* renewing: the operation is going to make the key anew, so that even the last old copy may go. Of
 * a lock that was released no node may keep a copy. Of a value that has ended no node is to keep
 * the one before it. */
static bool is_to_be_deleted(const mcha_pool *pool, const mcha_replay *replay, bool renewing)
{
	return !replay->hint.source || mcha_replay_is_ending(replay)
		|| (mcha_replay_is_lost(replay) && !mcha_replay_is_void(pool, replay)
			&& (replay->hint.is_lock || mcha_hints_has_ended(&replay->hint, pool->running.now)
				|| (renewing && replay->item)));
}

static mcha_request *delete_copy(mcha_pool *pool, const mcha_replay *replay)
{
	const mcha_put put = mcha_replay_put(replay);

	return put.cas ? mcha_remove_if_same(pool, &put) : mcha_remove_anyway(pool, &put);
}

static mcha_request *replace_copy(mcha_pool *pool, const mcha_replay *replay,
	const mcha_reply *copy)
{
	mcha_put put = mcha_replay_put(replay);

	put.value = copy;
	put.exptime = mcha_copy_exptime(pool, copy->ttl);
	if (!mcha_put_begin(pool, &put)) {
		return NULL;
	}
	return replay->look->reply.status == MCHA_STATUS_MISS ? mcha_put_if_absent(pool, &put)
		: put.cas                                         ? mcha_put_over(pool, &put)
														  : mcha_put_anyway(pool, &put);
}

/* By a hint of another host that has come meanwhile, the source has missed a later write. */
static bool is_outdated(mcha_pool *pool, const mcha_replay *replay)
{
	return replay->read
		&& !is_source(pool, &replay->hint, mcha_pool_find(pool, replay->hint.source));
}

/* What was looked at must still be what the hint is about: a write that came to the node before the
 * look, and is about to replace the old copy, was noted before it was sent, and may not have come
 * to the source when that was read. */
static void write_over(mcha_pool *pool, mcha_replay *replay, bool renewing)
{
	const bool delete = is_to_be_deleted(pool, replay, renewing);
	const mcha_reply *copy = mcha_replay_source_copy(replay);

	if (!is_answered(replay->look) || replay->is_probe || is_outdated(pool, replay)
		|| (!delete &&!copy) || is_newer_there(pool, replay)
		|| !mcha_hints_is_untouched(pool->shared.hints, &replay->hint,
			mcha_replay_oldest_write(pool))) {
		return;
	}
	replay->write = delete ? delete_copy(pool, replay) : replace_copy(pool, replay, copy);
}

/* Another home of the key is given the handoff node's copy just now. Another host's write may have
 * come to the homes since, and be about to purge the handoff node: then one home at least keeps
 * it. */
static bool is_other_home_written(const mcha_pool *pool, size_t i)
{
	const mcha_replay *entries = pool->replays.entries;
	size_t before;

	if (!mcha_journal_is_used(pool) || !entries[i].read
		|| !mcha_replay_is_from_handoff(pool, &entries[i])) {
		return false;
	}
	for (before = i; before > 0 && entries[before - 1].item == entries[i].item; before--) {
		if (entries[before - 1].write) {
			return true;
		}
	}
	return false;
}

static void write_over_all(mcha_pool *pool, bool renewing)
{
	size_t i;

	for (i = 0; i < pool->replays.count; i++) {
		if (!is_other_home_written(pool, i)) {
			write_over(pool, &pool->replays.entries[i], renewing);
		}
	}
	mcha_put_end(pool, mcha_pool_run(pool, mcha_targets_share(pool, 2)));
}

/* --- the end of a replay ---------------------------------------------------------------------- */

static bool has_nothing(const mcha_replay *replay)
{
	return replay->look && replay->look->reply.status == MCHA_STATUS_MISS;
}

/* The old copy is gone: replaced, deleted, removed by a server that cannot hold the new one, or
 * expired as the new one did. (If the copy was changed since it was looked at, the
 * process that changed it has cleared the hint.) */
static bool is_replayed(mcha_pool *pool, const mcha_replay *replay)
{
	mcha_status status;

	if (!replay->write) {
		return is_newer_there(pool, replay) || mcha_replay_is_void(pool, replay)
			|| (mcha_replay_is_lost(replay) && has_nothing(replay));
	}
	status = replay->write->reply.status;
	return status == MCHA_STATUS_OK || status == MCHA_STATUS_TOO_BIG
		|| status == MCHA_STATUS_NO_MEMORY
		|| (status == MCHA_STATUS_MISS && replay->write->verb == MCHA_VERB_DELETE);
}

static bool has_hint_still(const mcha_pool *pool, const mcha_replay *replay)
{
	mcha_hint hint;

	return mcha_hints_find(pool->shared.hints, replay->hint.node, replay->hint.key,
		replay->hint.key_length, &hint);
}

/* The status that stands for the node's answer where its hint could not be replayed: a value that
 * the source has lost is missing; one that cannot be read now is not, nor is one whose hint another
 * process has changed meanwhile. */
static mcha_status answer_instead(const mcha_pool *pool, const mcha_replay *replay)
{
	return mcha_replay_is_lost(replay) && !mcha_replay_is_open(pool, replay)
			&& mcha_hints_is_untouched(pool->shared.hints, &replay->hint,
				mcha_replay_oldest_write(pool))
		? MCHA_STATUS_MISS
		: MCHA_STATUS_STALE;
}

static void finish_replay(mcha_pool *pool, const mcha_replay *replay)
{
	const bool replayed = is_replayed(pool, replay);
	const mcha_status instead = answer_instead(pool, replay);

	if (replayed) {
		mcha_hints_clear(pool->shared.hints, &replay->hint);
		pool->report.repaired += replay->item != NULL;
	}
	/* Another process may have cleared the hint, or renewed it. And a node that has nothing may say
	 * so where the source's copy was read: only a deletion under way has kept the node from being
	 * given that copy. */
	if (replay->replica && (replayed || !has_nothing(replay) || !mcha_replay_source_copy(replay))
		&& has_hint_still(pool, replay)) {
		mcha_replica_exclude(replay->replica, replayed ? MCHA_STATUS_STALE : instead, false);
	}
}

static MCHA_SELDOM void replay_all(mcha_pool *pool, bool renewing)
{
	mcha_request *read;
	size_t i;

	look_at_copies(pool);
	read = read_sources(pool);
	write_over_all(pool, renewing);
	mcha_replay_take_back_void(pool);
	for (i = 0; i < pool->replays.count; i++) {
		finish_replay(pool, &pool->replays.entries[i]);
	}
	mcha_targets_release_round(pool, read);
	mcha_request_list_truncate(&pool->requests, 0);
}

void mcha_hint_replay(mcha_pool *pool, mcha_item *items, size_t count, mcha_hint_replay_for purpose)
{
	if (!pool->running.has_hints) {
		return;
	}
	pool->replays.count = 0;
	mcha_replay_collect(pool, items, count, purpose);
	mcha_replay_collect_others(pool, items, count);
	if (pool->replays.count) {
		replay_all(pool, purpose == MCHA_REPLAY_RENEWING);
	}
}
