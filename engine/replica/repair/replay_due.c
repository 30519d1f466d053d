/* SPDX-License-Identifier: MIT */
/* Collects the hints that an operation is to replay, and excludes the replicas that the operation
 * must not ask. */
#include "replay.h"

#include "engine/base/exptime.h"
#include "engine/journal/journal_write.h"
#include "engine/replica/hint_record.h"
#include "engine/shared/hints/hint_journal.h"
#include "key_index.h"

#include <stdlib.h>

#define OTHERS_AT_ONCE 64 /* hints of other keys that one operation replays */
#define OTHERS_EVERY MCHA_USEC_PER_SEC

static void add_replay(mcha_pool *pool, const mcha_replay *replay)
{
	mcha_replay_list *replays = &pool->replays;

	if (replays->count == replays->capacity) {
		size_t capacity = replays->capacity ? replays->capacity * 2 : 16;
		mcha_replay *grown = realloc(replays->entries, capacity * sizeof(*grown));

		if (!grown) {
			if (replay->replica) {
				mcha_replica_exclude(replay->replica, MCHA_STATUS_STALE, false);
			}
			return;
		}
		replays->entries = grown;
		replays->capacity = capacity;
	}
	replays->entries[replays->count++] = *replay;
}

/* By an older hint, another host's write may still arrive at the node. (That host does not wait for
 * what is younger than its hint.) */
static bool may_arrive_from_another_host(const mcha_pool *pool, const mcha_node *node,
	const mcha_hint *hint)
{
	mcha_usec since;

	return node->has_compact
		&& mcha_hints_sent_elsewhere(pool->shared.hints, node->health, node->id, hint->key,
			hint->key_length, pool->running.now, &since)
		&& since < mcha_hints_heard(hint);
}

/* The other host may wait for what this host has sent in the same way. */
static bool is_ripe_elsewhere(mcha_pool *pool, const mcha_node *node, const mcha_hint *hint)
{
	uint64_t mark;

	if (!may_arrive_from_another_host(pool, node, hint)) {
		return true;
	}
	mark = mcha_hints_land(pool->shared.hints, hint);
	if (mark) {
		mcha_journal_write_note(pool,
			&(mcha_journal_record){
				.key = mcha_compact_key(hint->key, hint->key_length),
				.node = hint->node,
				.mark = mark,
			});
	}
	return false;
}

/* No older write of the key may still arrive at the node: neither that of this hint, nor, if the
 * node has several hints for the key, that of another one. */
static bool is_ripe(mcha_pool *pool, const mcha_node *node, const mcha_hint *hint)
{
	const mcha_usec own = mcha_hints_on_the_way(hint),
					other = mcha_hints_last_on_the_way(pool->shared.hints, hint->node, hint->key,
						hint->key_length, pool->owner.id);
	const mcha_usec last = own > other ? own : other;

	return (!last
			   || (pool->running.now - last >= MCHA_LATE_WRITES
				   && mcha_health_is_steady(node->health, pool->running.now, MCHA_LATE_WRITES)))
		&& is_ripe_elsewhere(pool, node, hint);
}

/* Another process has a write of the key in flight to the hint's node: it would come after what the
 * replay does there. (This process's own in-flight writes come before.) */
static bool is_awaited(const mcha_pool *pool, const mcha_hint *hint)
{
	mcha_hint mark;

	return mcha_hints_find_in_flight(pool->shared.hints, hint->node, hint->key, hint->key_length,
		pool->owner.id, &mark);
}

/* Another process replays the hint just now, or has a write on its way to the hint's node. */
static bool is_in_hands(const mcha_pool *pool, const mcha_hint *hint)
{
	return hint->held || hint->until > pool->running.now
		|| !mcha_hints_is_unattempted(hint, mcha_replay_oldest_write(pool))
		|| is_awaited(pool, hint);
}

static bool is_up(const mcha_pool *pool, long node)
{
	return node >= 0
		&& mcha_health_look(pool->nodes[node]->health, pool->running.now).state == MCHA_HEALTH_UP;
}

/* A lock that was taken when the hint was made, for as long as this one, has ended by itself: where
 * its source cannot be asked, nothing need be repaired either. */
static bool is_over(const mcha_pool *pool, const mcha_item *item, const mcha_hint *hint)
{
	return hint->is_lock && item->is_lock && item->exptime > 0
		&& item->exptime <= MCHA_EXPTIME_RELATIVE_MAX
		&& pool->running.now - mcha_hints_since(hint) > item->exptime * MCHA_USEC_PER_SEC
		&& !is_up(pool, mcha_pool_find(pool, hint->source));
}

/* The hint's source has missed a later write, by another host's hint; or a value, where the stale
 * node has missed a change. The stale node has not missed that write, or it would have such a hint,
 * too. */
static bool is_superseded(const mcha_pool *pool, const mcha_item *item, const mcha_replica *replica,
	const mcha_hint *hint)
{
	const long source = hint->source ? mcha_pool_find(pool, hint->source) : -1;
	const mcha_usec missed = source >= 0 && !replica->doubted
		? mcha_hints_compact_order(pool->shared.hints, pool->nodes[source]->health, hint->source,
			item->key, item->key_length)
		: 0;

	return missed
		&& missed > mcha_hints_order(pool->shared.hints, pool->nodes[replica->node]->health,
			   hint->node, item->key, item->key_length);
}

/* What this pool has sent, and not heard of yet: whatever it asks the node now comes behind it. */
static bool is_own_mark(const mcha_pool *pool, uint16_t node, const mcha_hint *hint)
{
	return hint->owner && hint->owner == pool->owner.id
		&& mcha_node_has_in_flight(pool->nodes[node]);
}

/* The operation sends its change to the replica whatever is in flight to it, and is reordered
 * itself: see async_write.h. But what is being deleted is not to be changed: where other homes have
 * nothing, the change would say that the key is there, and they would be given it. */
static bool may_be_reordered(mcha_hint_replay_for purpose, const mcha_hint *hint)
{
	return purpose == MCHA_REPLAY_REPLACING
		|| (purpose == MCHA_REPLAY_KEEPING && hint->verb != MCHA_VERB_DELETE);
}

/* A write is in flight to the replica, which does not have its value yet: it is neither to be read
 * nor to decide. */
static void heed_in_flight(mcha_item *item, mcha_replica *replica, mcha_hint_replay_for purpose,
	const mcha_hint *hint)
{
	if (!may_be_reordered(purpose, hint)) {
		mcha_replica_exclude(replica, MCHA_STATUS_STALE, !hint->source);
	} else {
		replica->reordered = true;
		item->write.on_the_way |= hint->verb == MCHA_HINT_VERB_REORDERED
			? UINT8_MAX
			: (uint8_t)(1u << hint->verb);
	}
}

/* Another process may have a write of the key in flight to the node. */
static void heed_others(mcha_pool *pool, mcha_item *item, mcha_replica *replica,
	mcha_hint_replay_for purpose)
{
	mcha_hint mark;

	if (mcha_hints_find_in_flight(pool->shared.hints, pool->nodes[replica->node]->id, item->key,
			item->key_length, pool->owner.id, &mark)) {
		heed_in_flight(item, replica, purpose, &mark);
	}
}

/* Another process replays the hint just now, or an older write may still arrive at the node. */
static void exclude_for_now(mcha_pool *pool, mcha_replica *replica, const mcha_hint *hint)
{
	mcha_replica_exclude(replica, MCHA_STATUS_STALE, !hint->held && !hint->source);
	if (!hint->held && !is_up(pool, replica->node)) {
		/* no operation of this key would probe the node */
		add_replay(pool,
			&(mcha_replay){
				.node = replica->node,
				.looked = pool->running.now,
				.is_probe = true,
				.hint = *hint,
			});
	}
}

static void collect_hint(mcha_pool *pool, mcha_item *item, mcha_replica *replica,
	mcha_hint_replay_for purpose, const mcha_hint *hint)
{
	if (hint->verb == MCHA_HINT_VERB_REORDERED && purpose <= MCHA_REPLAY_KEEPING && !hint->held) {
		heed_in_flight(item, replica, purpose, hint);
	} else if (hint->held || !is_ripe(pool, pool->nodes[replica->node], hint)) {
		exclude_for_now(pool, replica, hint);
	} else if (purpose == MCHA_REPLAY_REPLACING) {
		/* the operation's own write does what the hint asks for, see mcha_hint_record_attempt() */
		heed_others(pool, item, replica, purpose);
	} else if (is_in_hands(pool, hint)) {
		mcha_replica_exclude(replica, MCHA_STATUS_STALE, false);
	} else if (!(is_over(pool, item, hint) || is_superseded(pool, item, replica, hint))
		|| !mcha_hints_clear(pool->shared.hints, hint)) {
		add_replay(pool,
			&(mcha_replay){
				.item = item,
				.replica = replica,
				.node = replica->node,
				.looked = pool->running.now,
				.hint = *hint,
			});
	}
}

static void collect_replica(mcha_pool *pool, mcha_item *item, mcha_replica *replica,
	mcha_hint_replay_for purpose)
{
	mcha_hint hint;

	if (!mcha_hints_find(pool->shared.hints, pool->nodes[replica->node]->id, item->key,
			item->key_length, &hint)) {
		heed_others(pool, item, replica, purpose);
	} else if (!is_own_mark(pool, replica->node, &hint)) {
		collect_hint(pool, item, replica, purpose, &hint);
	}
}

/* Some home has missed nothing, so that its answer is the key's. */
static bool has_undoubted_home(const mcha_pool *pool, const mcha_item *item)
{
	size_t i;

	for (i = 0; i < mcha_pool_copies(pool)
		 && (item->replicas[i].doubted || item->replicas[i].excluded != MCHA_STATUS_OK);
		 i++) {
	}
	return i < mcha_pool_copies(pool);
}

/* A copy for which there is a compact hint has missed a write, or has nothing to say against a miss
 * if that was a deletion (is_open: no home says which). What another home has is put over it by a
 * read. */
static void exclude_replica(const mcha_pool *pool, mcha_replica *replica, bool is_open)
{
	if (pool->nodes[replica->node]->distrusted) {
		mcha_replica_exclude_distrusted(replica);
	} else {
		mcha_replica_exclude(replica, MCHA_STATUS_STALE, !is_open);
	}
}

/* Homes, and handoff nodes, which may have missed that their copy was to be removed. (Not homes
 * from before the pool was changed: that a home of today has no such key says nothing of
 * theirs.) */
static void exclude_doubted(const mcha_pool *pool, mcha_item *item)
{
	const bool is_open = !has_undoubted_home(pool, item);
	size_t i;

	for (i = 0; i < item->replica_count; i++) {
		if (item->replicas[i].doubted && item->replicas[i].role != MCHA_ROLE_PREVIOUS) {
			exclude_replica(pool, &item->replicas[i], is_open);
		}
	}
}

void mcha_replay_collect(mcha_pool *pool, mcha_item *items, size_t count,
	mcha_hint_replay_for purpose)
{
	size_t i, j;

	for (i = 0; i < count; i++) {
		mcha_item *item = &items[i];

		if (item->answer.status != MCHA_STATUS_PENDING) {
			continue;
		}
		for (j = 0; j < item->replica_count; j++) {
			if (mcha_hints_count(pool->nodes[item->replicas[j].node]->health)) {
				collect_replica(pool, item, &item->replicas[j], purpose);
			}
		}
		if (pool->running.distrusting && purpose < MCHA_REPLAY_VOTING) {
			exclude_doubted(pool, item);
		}
	}
}

/* --- background replay ------------------------------------------------------------------------ */

/* The operation has seen to the hint already: replays it, or does what the hint asks for. */
static bool is_own(const mcha_key_index *own, const mcha_hint *hint, long node)
{
	long item = mcha_key_index_find(own, hint->key, hint->key_length);

	return item >= 0 && node >= 0 && mcha_replica_at(&own->items[item], (uint16_t)node);
}

/* Compact hints are cleared one by one, as their keys are used: one process a minute looks whether
 * some are left. */
static void recount_compact(mcha_pool *pool)
{
	size_t i;

	if (!mcha_hints_claim_recount(pool->shared.hints, pool->running.now)) {
		return;
	}
	for (i = 0; i < pool->node_count; i++) {
		mcha_hints_recount_compact(pool->shared.hints, pool->nodes[i]->health, pool->nodes[i]->id);
	}
}

/* Background replay: some hints for nodes that are back, of keys that this operation does not ask
 * for, as other hosts read there, too. Goes on where the last one ended, so that hints that cannot
 * be replayed are not in the way of others. */
void mcha_replay_collect_others(mcha_pool *pool, mcha_item *items, size_t count)
{
	mcha_background_replay *background = &pool->background;
	size_t wanted = pool->replays.count + OTHERS_AT_ONCE;
	mcha_key_index own;
	mcha_hint hint;

	if ((background->ran_at && pool->running.now - background->ran_at < OTHERS_EVERY)
		|| !mcha_key_index_init(&own, items, count)) {
		return;
	}
	background->ran_at = pool->running.now;
	recount_compact(pool);
	while (pool->replays.count < wanted
		&& mcha_hints_next(pool->shared.hints, &background->next_slot, &hint)) {
		long node = mcha_pool_find(pool, hint.node);

		if (is_up(pool, node) && (!hint.source || is_up(pool, mcha_pool_find(pool, hint.source)))
			&& !is_own(&own, &hint, node) && !is_in_hands(pool, &hint)
			&& is_ripe(pool, pool->nodes[node], &hint)) {
			add_replay(pool,
				&(mcha_replay){.node = (uint16_t)node, .looked = pool->running.now, .hint = hint});
		}
	}
	if (pool->replays.count < wanted) {
		background->next_slot = 0; /* the end of the table */
	}
	mcha_key_index_deinit(&own);
}
