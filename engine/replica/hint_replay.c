/* SPDX-License-Identifier: MIT */
/* Replays hints in three rounds: looks at the old copies, reads the sources' copies, and puts these over those, if they are still
 * what was looked at: a value that was written meanwhile stays. */
#include "hint_replay.h"
#include "targets.h"
#include "engine/base/exptime.h"
#include "key_index.h"
#include "engine/base/version.h"

#include <stdlib.h>

#define SWEEP_AT_ONCE 64 /* hints of other keys that one operation replays */
#define SWEEP_EVERY MCHA_USEC_PER_SEC
#define NO_ITEM UINT32_MAX
/* One hint that is being replayed. */
struct mcha_replay {
	uint32_t item; /* that the hint is about; NO_ITEM: the operation does not ask for the key */
	uint16_t node; /* the stale node */
	long read;     /* request that reads the source's copy; -1: none */
	long look;     /* request that looks at the old one; -1: none */
	long write;    /* request that replaces or deletes the old one; -1: none */
	mcha_usec looked; /* when that look was sent */
	bool is_probe; /* the hint cannot be replayed yet: the node is only looked at, to find out whether it is back */
	mcha_hint hint;
};

typedef struct mcha_replay replay;

static void exclude(mcha_pool *pool, uint32_t item, uint16_t node, mcha_status status, bool deleted)
{
	if (item != NO_ITEM) {
		mcha_exclusion_add(pool, &(mcha_exclusion){.item = item, .node = node, .status = status,
			.deleted = deleted});
	}
}

static void add(mcha_pool *pool, uint32_t item, uint16_t node, const mcha_hint *hint, bool is_probe)
{
	if (pool->replay_count == pool->replay_capacity) {
		size_t capacity = pool->replay_capacity ? pool->replay_capacity * 2 : 16;
		replay *grown = realloc(pool->replays, capacity * sizeof(*grown));

		if (!grown) {
			exclude(pool, item, node, MCHA_STATUS_STALE, false);
			return;
		}
		pool->replays = grown;
		pool->replay_capacity = capacity;
	}
	pool->replays[pool->replay_count++] = (replay){.item = item, .node = node,
		.read = -1, .look = -1, .write = -1, .looked = pool->now, .is_probe = is_probe, .hint = *hint};
}

/* --- what is due ------------------------------------------------------------------------------- */

/* So long after a server answers again, everything that it had received before has been carried out. */
#define LATE_WRITES (500 * MCHA_USEC_PER_MSEC)

static bool is_ripe(const mcha_pool *pool, const mcha_node *node, const mcha_hint *hint)
{
	return !hint->indeterminate || (pool->now - hint->indeterminate >= LATE_WRITES
		&& mcha_health_is_steady(node->health, pool->now, LATE_WRITES));
}

/* A write that began before this moment has ended. */
static mcha_usec oldest_write(const mcha_pool *pool)
{
	return pool->now - pool->settings.operation_timeout;
}

/* Another process replays the hint just now, or has a write in flight to its node. */
static bool is_in_hands(const mcha_pool *pool, const mcha_hint *hint)
{
	mcha_hint mark;

	return hint->held || hint->until > pool->now || (hint->verb == MCHA_HINT_VERB_REORDERED
		&& mcha_hints_find_in_flight(pool->hints, hint->node, hint->key, hint->key_length, pool->owner, &mark))
		|| !mcha_hints_is_unattempted(hint, oldest_write(pool));
}

static bool is_up(const mcha_pool *pool, long node)
{
	return node >= 0
		&& mcha_health_look(pool->nodes[node]->health, pool->now).state == MCHA_HEALTH_UP;
}

/* A lock that was taken when the hint was made, for as long as this one, has ended by itself: where its source
 * cannot be asked, nothing need be repaired either. */
static bool is_over(const mcha_pool *pool, const mcha_item *item, const mcha_hint *hint)
{
	return hint->is_lock && item->is_lock && item->exptime > 0 && item->exptime <= MCHA_EXPTIME_RELATIVE_MAX
		&& pool->now - mcha_hints_since(hint) > item->exptime * MCHA_USEC_PER_SEC
		&& !is_up(pool, mcha_pool_find(pool, hint->source));
}

/* What this pool has sent, and not heard of yet: whatever it asks the node now comes behind it. */
static bool is_own_mark(const mcha_pool *pool, uint16_t node, const mcha_hint *hint)
{
	return hint->owner && hint->owner == pool->owner && mcha_node_has_in_flight(pool->nodes[node]);
}

/* Nothing is to be read there; a write goes there all the same, and is in doubt itself: see async_write.h. */
static void heed(mcha_pool *pool, mcha_item *item, uint32_t index, uint16_t node,
		mcha_hint_replay_for purpose, const mcha_hint *hint)
{
	if (purpose == MCHA_REPLAY_READING) {
		exclude(pool, index, node, MCHA_STATUS_STALE, !hint->source);
	} else {
		item->on_the_way |= hint->verb == MCHA_HINT_VERB_REORDERED ? UINT8_MAX : (uint8_t)(1u << hint->verb);
	}
}

/* Another one's write is on its way to the node. */
static void heed_mark(mcha_pool *pool, mcha_item *item, uint32_t index, uint16_t node,
		mcha_hint_replay_for purpose)
{
	mcha_hint mark;

	if (!mcha_hints_find_in_flight(pool->hints, pool->nodes[node]->id, item->key, item->key_length,
			pool->owner, &mark)) {
		return;
	}
	heed(pool, item, index, node, purpose, &mark);
}

static void collect(mcha_pool *pool, mcha_item *item, uint32_t index, uint16_t node,
		mcha_hint_replay_for purpose)
{
	mcha_hint hint;

	if (!mcha_hints_find(pool->hints, pool->nodes[node]->id, item->key, item->key_length, &hint)) {
		heed_mark(pool, item, index, node, purpose);
		return;
	}
	if (is_own_mark(pool, node, &hint)) {
		return;
	}
	if (hint.verb == MCHA_HINT_VERB_REORDERED && purpose != MCHA_REPLAY_REPLACING && !hint.held) {
		heed(pool, item, index, node, purpose, &hint);
		return;
	}
	if (hint.held || !is_ripe(pool, pool->nodes[node], &hint)) {
		exclude(pool, index, node, MCHA_STATUS_STALE, !hint.held && !hint.source);
		if (!hint.held && !is_up(pool, node)) {
			add(pool, NO_ITEM, node, &hint, true); /* no operation of this key would make a probe */
		}
	} else if (purpose == MCHA_REPLAY_REPLACING) {
		return; /* paid by what it is sent, if anything is: see mcha_hint_record_attempt() */
	} else if (is_in_hands(pool, &hint)) {
		exclude(pool, index, node, MCHA_STATUS_STALE, false);
	} else if (!is_over(pool, item, &hint) || !mcha_hints_clear(pool->hints, &hint)) {
		add(pool, index, node, &hint, false);
	}
}

static void exclude_distrusted_node(mcha_pool *pool, uint32_t index, uint16_t node)
{
	size_t count = pool->exclusion_count;

	exclude(pool, index, node, MCHA_STATUS_STALE, false);
	if (count < pool->exclusion_count) {
		pool->exclusions[count].distrusted = true;
	}
}

/* Homes, and handoff nodes, which may have missed that their copy was to be removed. (Not homes from before the pool was
 * changed: that a home of today has no such key says nothing of theirs.) */
static void exclude_distrusted(mcha_pool *pool, const mcha_item *item, uint32_t index)
{
	const uint16_t *list = mcha_targets_list(pool, index);
	size_t i;

	/* distrusted homes are the last ones, see targets.c */
	for (i = mcha_pool_copies(pool); i > 0 && mcha_targets_doubts(pool, item, list[i - 1]); i--) {
		exclude_distrusted_node(pool, index, list[i - 1]);
	}
	for (i = mcha_pool_copies(pool) + item->previous; i < item->candidate_count; i++) {
		if (mcha_targets_doubts(pool, item, list[i])) {
			exclude_distrusted_node(pool, index, list[i]);
		}
	}
}

static void collect_items(mcha_pool *pool, mcha_item *items, size_t count,
		mcha_hint_replay_for purpose)
{
	size_t i, j;

	for (i = 0; i < count; i++) {
		const uint16_t *list = mcha_targets_list(pool, i);

		if (items[i].answer.status != MCHA_STATUS_PENDING) {
			continue;
		}
		for (j = 0; j < items[i].candidate_count; j++) {
			if (mcha_hints_count(pool->nodes[list[j]]->health)) {
				collect(pool, &items[i], (uint32_t)i, list[j], purpose);
			}
		}
		if (pool->distrusting && purpose < MCHA_REPLAY_VOTING) {
			exclude_distrusted(pool, &items[i], (uint32_t)i);
		}
	}
}

static bool is_listed(const mcha_pool *pool, const mcha_item *item, size_t index, long node)
{
	const uint16_t *list = mcha_targets_list(pool, index);
	size_t i;

	for (i = 0; i < item->candidate_count; i++) {
		if (list[i] == node) {
			return true;
		}
	}
	return false;
}

/* The operation has seen to it already: it is among the settlements, or paid by what is written. */
static bool is_own(const mcha_pool *pool, const mcha_key_index *own, const mcha_hint *hint, long node)
{
	long item = mcha_key_index_find(own, hint->key, hint->key_length);

	return item >= 0 && is_listed(pool, &own->items[item], (size_t)item, node);
}

/* Background replay: some hints for nodes that are back, of keys that this operation does not ask for, as other hosts read there,
 * too. Goes on where the last one ended, so that hints that cannot be replayed are not in the way of others. */
static void collect_others(mcha_pool *pool, const mcha_item *items, size_t count)
{
	size_t wanted = pool->replay_count + SWEEP_AT_ONCE;
	mcha_key_index own;
	mcha_hint hint;

	if ((pool->swept_at && pool->now - pool->swept_at < SWEEP_EVERY)
		|| !mcha_key_index_init(&own, items, count)) {
		return;
	}
	pool->swept_at = pool->now;
	while (pool->replay_count < wanted && mcha_hints_next(pool->hints, &pool->swept_to, &hint)) {
		long node = mcha_pool_find(pool, hint.node);

		if (!is_in_hands(pool, &hint) && is_up(pool, node) && is_ripe(pool, pool->nodes[node], &hint)
			&& (!hint.source || is_up(pool, mcha_pool_find(pool, hint.source)))
			&& !is_own(pool, &own, &hint, node)) {
			add(pool, NO_ITEM, (uint16_t)node, &hint, false);
		}
	}
	if (pool->replay_count < wanted) {
		pool->swept_to = 0; /* the end of the table */
	}
	mcha_key_index_deinit(&own);
}

/* --- settling ---------------------------------------------------------------------------------- */

static mcha_request *request_about(mcha_pool *pool, const replay *one, uint16_t node,
		mcha_verb verb)
{
	mcha_request *request = mcha_pool_request(pool, node);

	if (request) {
		request->verb = verb;
		request->key = one->hint.key;
		request->key_length = one->hint.key_length;
	}
	return request;
}

/* Is the node still a source? Not if a hint for the node itself is younger than this hint: it has missed a write since. (An older
 * hint was made void by the write that the node acknowledged. So of nodes that name one another, the youngest hint counts.) */
static bool is_source(mcha_pool *pool, const mcha_hint *hint, long node)
{
	mcha_hint own;

	return node >= 0 && mcha_pool_admit(pool, (uint16_t)node, false)
		&& !(mcha_hints_count(pool->nodes[node]->health) && mcha_hints_find(pool->hints, hint->source,
			hint->key, hint->key_length, &own) && !mcha_hints_is_older(&own, mcha_hints_since(hint)));
}

static long ask_about(mcha_pool *pool, const replay *one, uint16_t node, uint8_t want)
{
	long at = (long)pool->request_count;
	mcha_request *request = request_about(pool, one, node, MCHA_VERB_GET);

	if (!request) {
		return -1;
	}
	request->want = want;
	return at;
}

static void look(mcha_pool *pool, replay *one)
{
	one->looked = pool->now;
	one->look = ask_about(pool, one, one->node, pool->settings.versions
		? MCHA_WANT_CAS | MCHA_WANT_TTL | MCHA_WANT_IDLE | MCHA_WANT_UNSEEN
		: MCHA_WANT_CAS | MCHA_WANT_TTL);
}

static void read_source(mcha_pool *pool, replay *one)
{
	long source = one->hint.source ? mcha_pool_find(pool, one->hint.source) : -1;

	if (is_source(pool, &one->hint, source)) {
		one->read = ask_about(pool, one, (uint16_t)source,
			MCHA_WANT_VALUE | mcha_targets_copying(pool));
	}
}

/* What goes over the old copy; NULL: it is to be deleted, or there is nothing. */
static const mcha_reply *source_copy(const mcha_pool *pool, const replay *one)
{
	return one->read >= 0 && pool->requests[one->read].reply.status == MCHA_STATUS_OK
		? &pool->requests[one->read].reply : NULL;
}

static bool is_answered(const mcha_pool *pool, long at)
{
	return at >= 0 && mcha_status_is_answer(pool->requests[at].reply.status);
}

/* The source's copy ends within a second, as the old one should: nothing is made from it any more. */
static bool is_ending(const mcha_pool *pool, const replay *one)
{
	const mcha_reply *copy = source_copy(pool, one);

	return copy && mcha_copy_is_expiring(copy->ttl);
}

/* The source has the new value no more: it has expired, was evicted, or was lost by a restart. */
static bool is_lost(const mcha_pool *pool, const replay *one)
{
	return one->hint.source && one->read >= 0
		&& pool->requests[one->read].reply.status == MCHA_STATUS_MISS;
}

/* renewing: the operation is going to make the key anew, so that even the last old copy may go. Of a lock
 * that was released no node may keep a copy. Of a value that has ended no node is to keep the one before it. */
static bool is_to_be_deleted(const mcha_pool *pool, const replay *one, bool renewing)
{
	return !one->hint.source || is_ending(pool, one) || (is_lost(pool, one)
		&& (one->hint.is_lock || mcha_hints_has_ended(&one->hint, pool->now)
			|| (renewing && one->item != NO_ITEM)));
}

/* The clocks of two hosts that are kept by NTP differ by less. */
#define CLOCKS MCHA_USEC_PER_SEC

/* By what servers' clocks may be apart. (A touch that was missed leaves the same version with another life.) */
static bool live_alike(const mcha_reply *one, const mcha_reply *other)
{
	return one->ttl == other->ttl || (one->ttl >= 0 && other->ttl >= 0
		&& one->ttl <= other->ttl + 1 && other->ttl <= one->ttl + 1);
}

/* A server counts its time in whole seconds. */
#define TICK MCHA_USEC_PER_SEC

/* The moment, of this host's monotonic clock, at which a clock that is right gave the version. */
static mcha_usec time_of(mcha_pool *pool, uint64_t version)
{
	return mcha_version_time(version) - (mcha_item_version_wall(pool) - pool->now);
}

/* By the server's own clock the stale node's copy was stored by this moment. (A process that has read the copy meanwhile makes it later than it was.) */
static mcha_usec stored_by(const replay *one, const mcha_reply *copy)
{
	uint64_t idle = copy->number < INT32_MAX ? copy->number : INT32_MAX;

	return one->looked - (mcha_usec)idle * MCHA_USEC_PER_SEC + TICK;
}

/* The version is a time at which the copy can have been stored: not later than it was, and, unless it is known to have
 * been there by then, not while the stale node gave no answers. Else it comes from a clock that is ahead. */
static bool is_in_time(mcha_pool *pool, const replay *one, const mcha_reply *copy)
{
	const mcha_usec back = mcha_health_back(pool->nodes[one->node]->health);
	const mcha_usec stored = stored_by(one, copy), time = time_of(pool, copy->cas);
	const bool was_away = mcha_hints_since(&one->hint) < back;

	return time <= stored + CLOCKS && !(was_away && time < back && stored > back);
}

/* Another host's write has reached the stale node after the one that is owed. Whatever was there when the hint was made is
 * stored_by() two ticks later at most, and its version, in time, no more than CLOCKS after that: it cannot be newer than
 * the source's copy, whose version is at least of when the hint was made, by as much as is asked here. */
static bool is_later(mcha_pool *pool, const replay *one, const mcha_reply *copy, uint64_t source)
{
	return mcha_version_time(copy->cas) > mcha_version_time(source) + CLOCKS + 2 * TICK
		&& is_in_time(pool, one, copy);
}

/* The stale node has what is owed, or something newer. Versions of registers are in order whatever the clocks say; elsewhere
 * the hint counts for more than a version that is ahead of its time. */
static bool is_newer_there(mcha_pool *pool, const replay *one)
{
	const mcha_reply *copy = source_copy(pool, one), *there;
	uint64_t source = copy ? mcha_version_of(copy->cas) : 0;

	if (!source || one->look < 0 || pool->requests[one->look].reply.status != MCHA_STATUS_OK) {
		return false;
	}
	there = &pool->requests[one->look].reply;
	if (!mcha_version_is(there->cas)) {
		return false;
	}
	if (there->cas == source) {
		return live_alike(there, copy);
	}
	return mcha_targets_keeps_registers(pool)
		? mcha_item_version_rank(pool, there->cas) > mcha_item_version_rank(pool, source)
		: is_later(pool, one, there, source);
}

/* What was looked at must still be what is owed: a write that came to the node before the look, and is
 * about to replace the old copy, was noted before it was sent, and may not have come to the source when
 * that was read. */
static void write_over(mcha_pool *pool, replay *one, bool renewing)
{
	bool delete = is_to_be_deleted(pool, one, renewing);
	const mcha_reply *copy = delete ? NULL : source_copy(pool, one);
	mcha_reply source = {.status = MCHA_STATUS_MISS}, old;
	mcha_request *request;

	if (!is_answered(pool, one->look) || one->is_probe
		|| (!delete && !copy) || is_newer_there(pool, one)
		|| !mcha_hints_is_untouched(pool->hints, &one->hint, oldest_write(pool))
		|| (!delete && mcha_targets_is_being_deleted(pool, one->hint.key, one->hint.key_length))) {
		return;
	}
	old = pool->requests[one->look].reply;
	if (copy) {
		source = *copy;
	}
	one->write = (long)pool->request_count;
	request = request_about(pool, one, one->node, delete ? MCHA_VERB_DELETE : MCHA_VERB_STORE);
	if (!request) {
		one->write = -1;
		return;
	}
	request->mode = old.status == MCHA_STATUS_MISS ? MCHA_MODE_ADD : MCHA_MODE_SET;
	request->want = delete ? 0 : MCHA_WANT_CAS;
	request->cas = old.cas;
	request->value = source.value;
	request->value_length = source.size;
	request->flags = source.flags;
	request->exptime = copy ? mcha_copy_exptime(pool, source.ttl) : 0;
	request->version = mcha_version_of(source.cas);
}

/* The key was missing here and has been given a copy, while a deletion of it was under way. */
static bool is_against_deletion(const mcha_pool *pool, const replay *one)
{
	return one->write >= 0 && pool->requests[one->write].verb == MCHA_VERB_STORE
		&& pool->requests[one->write].mode == MCHA_MODE_ADD
		&& pool->requests[one->write].reply.status == MCHA_STATUS_OK
		&& mcha_targets_is_being_deleted(pool, one->hint.key, one->hint.key_length);
}

/* Without its CAS it is not known whether it is another client's by now: it is owed its deletion. */
static void record_deletion(mcha_pool *pool, const replay *one)
{
	const mcha_node *node = pool->nodes[one->node];

	mcha_hints_add(pool->hints, node->health, node->id, 0,
		one->hint.is_lock ? MCHA_HINTS_LOCK : 0, one->hint.key, one->hint.key_length, mcha_clock_now());
	exclude(pool, one->item, one->node, MCHA_STATUS_STALE, true);
}

static void take_back_deleted(mcha_pool *pool)
{
	size_t i, asked = pool->request_count;

	for (i = 0; i < pool->replay_count; i++) {
		replay *one = &pool->replays[i];
		uint64_t cas;
		mcha_request *request;

		if (!is_against_deletion(pool, one)) {
			continue;
		}
		cas = pool->requests[one->write].reply.cas;
		one->write = -1;
		if (!cas) {
			record_deletion(pool, one);
		} else if ((request = request_about(pool, one, one->node, MCHA_VERB_DELETE))) {
			request->cas = cas;
		}
	}
	if (asked < pool->request_count) {
		mcha_pool_run(pool, asked, mcha_targets_share(pool, 2));
	}
}

static bool has_nothing(const mcha_pool *pool, const replay *one)
{
	return one->look >= 0 && pool->requests[one->look].reply.status == MCHA_STATUS_MISS;
}

/* The old copy is gone: replaced, deleted, removed by a server that cannot hold the new one, or
 * expired as the new one did. (If the copy was changed since it was looked at, the
 * process that changed it has cleared the hint.) */
static bool is_settled(mcha_pool *pool, const replay *one)
{
	mcha_status status;

	if (one->write < 0) {
		return is_newer_there(pool, one) || (is_lost(pool, one) && has_nothing(pool, one));
	}
	status = pool->requests[one->write].reply.status;
	return status == MCHA_STATUS_OK || status == MCHA_STATUS_TOO_BIG
		|| status == MCHA_STATUS_NO_MEMORY
		|| (status == MCHA_STATUS_MISS && pool->requests[one->write].verb == MCHA_VERB_DELETE);
}

static bool still_owes(const mcha_pool *pool, const replay *one)
{
	mcha_hint hint;

	return mcha_hints_find(pool->hints, one->hint.node, one->hint.key, one->hint.key_length, &hint);
}

/* The status that stands for the node's answer where its hint could not be replayed: a value that the source has lost is missing;
 * one that cannot be read now is not, nor is one whose hint another process has changed meanwhile. */
static mcha_status said_instead(const mcha_pool *pool, const replay *one)
{
	return is_lost(pool, one) && mcha_hints_is_untouched(pool->hints, &one->hint,
		oldest_write(pool)) ? MCHA_STATUS_MISS
		: MCHA_STATUS_STALE;
}

static void conclude(mcha_pool *pool, const replay *one)
{
	bool settled = is_settled(pool, one);
	mcha_status instead = said_instead(pool, one);

	if (settled) {
		mcha_hints_clear(pool->hints, &one->hint);
		pool->report.repaired += one->item != NO_ITEM;
	}
	/* Another process may have cleared the hint, or renewed it. And a node that has nothing may say so where the source's copy
	 * was read: only a deletion under way has kept the node from being given that copy. */
	if (one->item != NO_ITEM && (settled || !has_nothing(pool, one) || !source_copy(pool, one))
		&& still_owes(pool, one)) {
		exclude(pool, one->item, one->node, settled ? MCHA_STATUS_STALE : instead, false);
	}
}

static void settle_all(mcha_pool *pool, bool renewing)
{
	size_t i, read, written;

	for (i = 0; i < pool->replay_count; i++) {
		/* a stale node that is not to be asked is not read either: its hint can wait */
		if (mcha_pool_admit(pool, pool->replays[i].node, false)) {
			look(pool, &pool->replays[i]);
		}
	}
	mcha_pool_run(pool, 0, mcha_targets_share(pool, 4));
	read = pool->request_count;
	for (i = 0; i < pool->replay_count; i++) {
		replay *one = &pool->replays[i];

		if (is_answered(pool, one->look) && !one->is_probe) {
			read_source(pool, one);
		}
	}
	mcha_pool_run(pool, read, mcha_targets_share(pool, 3));
	written = pool->request_count;
	for (i = 0; i < pool->replay_count; i++) {
		write_over(pool, &pool->replays[i], renewing);
	}
	mcha_pool_run(pool, written, mcha_targets_share(pool, 2));
	take_back_deleted(pool);
	for (i = 0; i < pool->replay_count; i++) {
		conclude(pool, &pool->replays[i]);
	}
	mcha_targets_release(pool, 0);
	pool->request_count = 0;
}

void mcha_hint_replay(mcha_pool *pool, mcha_item *items, size_t count, mcha_hint_replay_for purpose)
{
	if (!pool->has_hints) {
		return;
	}
	pool->replay_count = 0;
	collect_items(pool, items, count, purpose);
	collect_others(pool, items, count);
	if (pool->replay_count) {
		settle_all(pool, purpose == MCHA_REPLAY_RENEWING);
	}
	mcha_exclusion_sort(pool);
}
