/* SPDX-License-Identifier: MIT */
/* Updates the hint table after a write: clears the hints of nodes that acknowledged, adds one for
 * each node that missed it. */
#include "hint_record.h"

#include "engine/journal/journal_write.h"

#include <string.h>

enum { HOW_INDETERMINATE = 1, HOW_TWICE = 2 };

/* Another host's kernel does not go on to send what that host has given up for longer. */
#define SENT_AT_MOST (30 * MCHA_USEC_PER_SEC)

#define CHAIN 4 /* hints that name one another, followed so far */

static bool find_hint(const mcha_pool *pool, const mcha_item *item, uint16_t node, mcha_hint *hint)
{
	return pool->shared.hints && mcha_hints_count(pool->nodes[node]->health)
		&& mcha_hints_find(pool->shared.hints, pool->nodes[node]->id, item->key, item->key_length,
			hint);
}

/* Whatever the copy was before, the write makes it equal to the other ones. */
static bool is_replacing(const mcha_request *request)
{
	return request->verb == MCHA_VERB_DELETE
		|| (request->verb == MCHA_VERB_STORE && request->mode == MCHA_MODE_SET);
}

void mcha_hint_record_attempt(mcha_pool *pool, const mcha_item *item, const mcha_request *request)
{
	mcha_hint hint;

	if (pool->running.has_hints && request->reply.status == MCHA_STATUS_PENDING
		&& is_replacing(request) && find_hint(pool, item, request->node, &hint)) {
		mcha_hints_attempt(pool->shared.hints, &hint, pool->running.now);
	}
}

/* A handoff copy may live for a shorter time than the touch wants: as a source it would shorten the
 * life of the home nodes' copies. */
static bool has_the_life(const mcha_pool *pool, const mcha_item *item, const mcha_replica *replica)
{
	return mcha_replica_is_home(replica)
		|| (item->write.handed_off
			&& mcha_copy_handoff_exptime(pool, item->exptime) == item->exptime);
}

/* Chooses one replica that has what the write has stored, as the source: if there is one, a replica
 * that no other process's write reaches later. A deleted key has none. */
static void find_source(const mcha_pool *pool, mcha_item *item, mcha_verb verb)
{
	size_t i;

	for (i = 0; (!item->write.source || item->write.source->reordered) && i < item->replica_count;
		 i++) {
		const mcha_replica *replica = &item->replicas[i];

		if (mcha_replica_status(replica) == MCHA_STATUS_OK
			&& (!item->write.source || !replica->reordered)
			&& (verb != MCHA_VERB_TOUCH || has_the_life(pool, item, replica))) {
			item->write.source = replica;
		}
	}
}

static bool is_indeterminate(mcha_status status)
{
	return !mcha_status_is_answer(status) && !mcha_status_is_unsent(status);
}

/* A hint for the source itself that is younger than this operation: the source acknowledged, and
 * then missed another write. The source that its hint names counts in its place. */
static uint64_t current_source(const mcha_pool *pool, const mcha_item *item, uint64_t source)
{
	mcha_hint hint;
	unsigned step;

	for (step = 0; source && step < CHAIN; step++) {
		long node = mcha_pool_find(pool, source);

		if (node < 0 || !mcha_hints_count(pool->nodes[node]->health)
			|| !mcha_hints_find(pool->shared.hints, source, item->key, item->key_length, &hint)
			|| mcha_hints_is_older(&hint, pool->running.started)) {
			break;
		}
		source = hint.source;
	}
	return source;
}

/* Until when the source has what was written; 0: for ever, or that is not known. Where another
 * process deletes the key while this one writes it, the source may lack the key at once: its
 * absence does not mean that the stale replica is the last one. */
static mcha_usec source_ends(const mcha_pool *pool, const mcha_item *item, bool is_own,
	mcha_usec ends)
{
	return mcha_targets_is_being_deleted(pool, item->key, item->key_length) ? pool->running.now
		: is_own                                                            ? ends
																			: 0;
}

/* Another write of the key, at the same time as this one, may purge what the source has of this
 * one. Before that other write purged anything, it has stored its own value on this node, or has
 * recorded its own hint for this node. */
static bool is_contested(const mcha_pool *pool, const mcha_item *item, uint64_t source)
{
	return source && mcha_targets_is_being_purged(pool, item->key, item->key_length, source);
}

/* The other write's hint for the node stands: what its source has is not purged. */
static void adopt_source(const mcha_pool *pool, const mcha_item *item, uint16_t node,
	mcha_hint *hint)
{
	mcha_hint found;

	if (find_hint(pool, item, node, &found) && found.source != hint->source) {
		hint->source = found.source;
		hint->ends = found.ends;
		hint->contested = found.contested;
	}
}

/* Other hosts know by the journal that the node's copy may be old. */
static void tell_other_hosts(mcha_pool *pool, const mcha_item *item, const mcha_hint *hint)
{
	if (hint->mark) {
		mcha_journal_write_note(pool,
			&(mcha_journal_record){
				.key = mcha_compact_key(item->key, item->key_length),
				.node = hint->node,
				.mark = hint->mark,
			});
	}
}

/* Adds a hint for the node, unless the source that is named is the node itself: it has acknowledged
 * something newer. Another process may add a hint for the source in between, so it is looked at
 * again. The hint's time is this moment's, not that of the last answer: an operation of another
 * process that has begun in between, and has not seen the hint, must find it to be newer. */
static void record_stale(mcha_pool *pool, const mcha_item *item, uint16_t node, uint64_t source,
	mcha_usec ends, unsigned how)
{
	mcha_node *stale = pool->nodes[node];
	mcha_hint hint = {
		.node = stale->id,
		.indeterminate = how & HOW_INDETERMINATE ? pool->running.now : 0,
		.verb = how & HOW_TWICE ? MCHA_HINT_VERB_TWICE : 0,
		.is_lock = item->is_lock,
		.mark = mcha_journal_write_mark(pool,
			how & HOW_INDETERMINATE ? MCHA_MARK_MISSED_SENT : MCHA_MARK_MISSED),
		.key_length = (uint16_t)item->key_length,
	};
	uint64_t now = current_source(pool, item, source);
	unsigned attempt = 0;

	memcpy(hint.key, item->key, item->key_length);
	do {
		if (now && now == stale->id) {
			return;
		}
		hint.source = now;
		hint.ends = now ? source_ends(pool, item, now == source, ends) : 0;
		hint.contested = is_contested(pool, item, now);
		if (hint.contested) {
			adopt_source(pool, item, node, &hint);
		}
		mcha_hints_insert(pool->shared.hints, stale->health, &hint, mcha_clock_now());
		now = current_source(pool, item, hint.source);
	} while ((now != hint.source || (!hint.contested && is_contested(pool, item, now)))
		&& ++attempt < CHAIN);
	tell_other_hosts(pool, item, &hint);
}

/* The id of the node that has what the replica should have; 0: the stale replica is to be deleted.
 * So it is where the key was deleted, and on a handoff node, whose copy no node needs once another
 * node has the value. */
static uint64_t source_of(const mcha_pool *pool, const mcha_item *item, const mcha_replica *replica,
	mcha_verb verb)
{
	return verb == MCHA_VERB_DELETE || !mcha_replica_is_home(replica)
		? 0
		: pool->nodes[item->write.source->node]->id;
}

/* Another host has sent the write, and its node has not answered: only that host knows when the
 * node can no longer carry it out, and puts a record into the journal then. If that host is gone,
 * what it has sent is gone after a while, too. */
static bool may_arrive_from_another_host(const mcha_pool *pool, const mcha_item *item,
	const mcha_node *node, mcha_usec since)
{
	const uint64_t mark = mcha_hints_compact_mark(pool->shared.hints, node->health, node->id,
		item->key, item->key_length);

	return mcha_mark_kind_of(mark) == MCHA_MARK_MISSED_SENT
		&& mcha_mark_host(mark) != mcha_journal_host(mcha_hints_journal(pool->shared.hints))
		&& pool->running.started - since < SENT_AT_MOST;
}

/* When the replica's compact hint was added, if the node can no longer carry out a write from
 * before that; 0: it can, or there is no hint. */
static mcha_usec find_settled(const mcha_pool *pool, const mcha_item *item, const mcha_node *node)
{
	const mcha_hint_table *hints = pool->shared.hints;
	const mcha_usec since = node->has_compact
		? mcha_hints_compact_since(hints, node->health, node->id, item->key, item->key_length)
		: 0;

	return since && pool->running.started - since >= MCHA_LATE_WRITES
			&& mcha_health_is_steady(node->health, pool->running.started, MCHA_LATE_WRITES)
			&& !may_arrive_from_another_host(pool, item, node, since)
		? since
		: 0;
}

bool mcha_hint_record_is_settled(const mcha_pool *pool, const mcha_item *item,
	const mcha_replica *replica)
{
	return find_settled(pool, item, pool->nodes[replica->node]) != 0;
}

static void settle_replica(mcha_pool *pool, const mcha_item *item, const mcha_replica *replica,
	bool is_replaced)
{
	const mcha_node *node = pool->nodes[replica->node];
	const mcha_usec since = find_settled(pool, item, node);

	if (since) {
		mcha_hints_clear_compact(pool->shared.hints, node->health, node->id, item->key,
			item->key_length, since + MCHA_USEC_PER_MSEC, is_replaced);
	}
}

void mcha_hint_record_settle(mcha_pool *pool, const mcha_item *item, const mcha_replica *replica)
{
	settle_replica(pool, item, replica, false);
}

/* Clears the hints for this node that are older than this write. Another process has added the
 * younger ones. */
static void clear_hints(mcha_pool *pool, const mcha_item *item, uint16_t node)
{
	const uint64_t id = pool->nodes[node]->id;
	mcha_hint hint;

	/* two processes may each have added one, see mcha_hints_add() */
	while (mcha_hints_count(pool->nodes[node]->health)
		&& mcha_hints_find(pool->shared.hints, id, item->key, item->key_length, &hint)
		&& mcha_hints_is_older(&hint, pool->running.started)
		&& mcha_hints_clear(pool->shared.hints, &hint)) {
	}
}

static unsigned how_missed(const mcha_replica *replica, mcha_status status)
{
	return (is_indeterminate(status) ? HOW_INDETERMINATE : 0)
		| (replica->changed_twice ? HOW_TWICE : 0);
}

static bool is_missed(mcha_status status)
{
	return !mcha_status_is_answer(status) || mcha_status_is_refusal(status);
}

mcha_usec mcha_hint_record_end(const mcha_pool *pool, const mcha_item *item, mcha_verb verb)
{
	const int64_t life = verb != MCHA_VERB_COUNT ? item->exptime
		: item->answer.ttl > 0                   ? item->answer.ttl
												 : 0;

	return mcha_targets_is_being_deleted(pool, item->key, item->key_length)
		? pool->running.now
		: mcha_hints_end(life, pool->running.now);
}

static void record_replica(mcha_pool *pool, const mcha_item *item, const mcha_replica *replica,
	mcha_verb verb)
{
	const mcha_status status = mcha_replica_status(replica);

	if (status == MCHA_STATUS_OK
		|| (status == MCHA_STATUS_MISS && verb == MCHA_VERB_DELETE && replica->request)) {
		if (verb != MCHA_VERB_TOUCH) { /* which says nothing of the value */
			clear_hints(pool, item, replica->node);
		}
		if (mcha_replica_is_known_to_miss(replica) && replica->request
			&& is_replacing(replica->request)) {
			settle_replica(pool, item, replica, true);
		}
		return;
	}
	if (is_missed(status)
		&& (item->write.source || (verb == MCHA_VERB_DELETE && item->acknowledged))) {
		record_stale(pool, item, replica->node, source_of(pool, item, replica, verb),
			mcha_hint_record_end(pool, item, verb), how_missed(replica, status));
	}
}

static void record_item(mcha_pool *pool, mcha_item *item, mcha_verb verb)
{
	size_t i;

	find_source(pool, item, verb);
	for (i = 0; i < item->replica_count; i++) {
		if (mcha_replica_is_concerned(&item->replicas[i])) {
			record_replica(pool, item, &item->replicas[i], verb);
		}
	}
}

void mcha_hint_record_write(mcha_pool *pool, mcha_item *items, size_t count, mcha_verb verb)
{
	size_t i;

	if (!pool->shared.hints || (!pool->running.has_hints && pool->report.failed_count == 0)) {
		return;
	}
	for (i = 0; i < count; i++) {
		record_item(pool, &items[i], verb);
	}
}

void mcha_hint_record_purge(mcha_pool *pool, const mcha_request *round)
{
	const mcha_request *request;

	for (request = pool->shared.hints ? round : NULL; request; request = request->later) {
		const mcha_status status = request->reply.status;

		if (status == MCHA_STATUS_IN_FLIGHT) {
			continue;
		}
		if (is_missed(status)) {
			record_stale(pool, request->item, request->node, 0, 0,
				is_indeterminate(status) ? HOW_INDETERMINATE : 0);
		} else {
			clear_hints(pool, request->item, request->node);
		}
	}
}

void mcha_hint_record_indeterminate(mcha_pool *pool, const mcha_item *item, uint16_t node,
	uint16_t source)
{
	if (pool->shared.hints) {
		record_stale(pool, item, node, pool->nodes[source]->id, 0, HOW_INDETERMINATE);
	}
}

void mcha_hint_record_stale(mcha_pool *pool, const mcha_item *item, uint16_t node, uint16_t source)
{
	if (pool->shared.hints) {
		record_stale(pool, item, node, pool->nodes[source]->id, 0, 0);
	}
}

void mcha_hint_record_deletion(mcha_pool *pool, const mcha_item *item, uint16_t node)
{
	mcha_hint hint;

	if (pool->shared.hints && !find_hint(pool, item, node, &hint)) {
		record_stale(pool, item, node, 0, 0, 0);
	}
}

void mcha_hint_record_drop(mcha_pool *pool, const mcha_item *item, uint16_t node, uint16_t source)
{
	mcha_hint hint;

	while (find_hint(pool, item, node, &hint) && hint.source == pool->nodes[source]->id
		&& mcha_hints_clear(pool->shared.hints, &hint)) {
	}
}

bool mcha_hint_record_is_overruled(const mcha_pool *pool, const mcha_item *item, uint16_t node)
{
	const mcha_node *owner = pool->nodes[node];
	mcha_hint hint;

	/* of a distrusted node the hint is not remembered, only when it was made */
	return pool->shared.hints
		&& (mcha_hints_distrusted_since(owner->health) >= pool->running.started
			|| mcha_hints_compact_since(pool->shared.hints, owner->health, owner->id, item->key,
				   item->key_length)
				> pool->running.started - MCHA_USEC_PER_MSEC
			|| (find_hint(pool, item, node, &hint)
				&& !mcha_hints_is_older(&hint, pool->running.started))
			|| mcha_hints_was_cleared_since(pool->shared.hints, owner->id, item->key,
				item->key_length, pool->running.started));
}

bool mcha_hint_record_needs(const mcha_pool *pool, const mcha_item *item, uint16_t node,
	uint16_t source)
{
	mcha_hint hint;

	return find_hint(pool, item, node, &hint) && hint.source == pool->nodes[source]->id;
}

const mcha_replica *mcha_hint_record_find_valid(const mcha_pool *pool, const mcha_item *item)
{
	size_t i;

	for (i = 0; i < item->replica_count; i++) {
		const mcha_replica *replica = &item->replicas[i];

		if (mcha_replica_status(replica) == MCHA_STATUS_OK
			&& !mcha_hint_record_is_overruled(pool, item, replica->node)) {
			return replica;
		}
	}
	return NULL;
}
