/* SPDX-License-Identifier: MIT */
/* Updates the hint table after a write: clears the hints of nodes that acknowledged, adds one for
 * each node that missed it. */
#include "hint_record.h"

#include "engine/journal/journal_write.h"
#include "engine/replica/hint/hint_lookup.h"
#include "engine/replica/hint/hint_source.h"
#include "engine/shared/hints/hint_journal.h"

#include <string.h>

enum { HOW_INDETERMINATE = 1, HOW_TWICE = 2, HOW_CHANGE = 4, HOW_SENT = 8 };

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
		&& is_replacing(request) && mcha_hint_look_up(pool, item, request->node, &hint)) {
		mcha_hints_attempt(pool->shared.hints, &hint, pool->running.now);
	}
}

static bool is_indeterminate(mcha_status status)
{
	return !mcha_status_is_answer(status) && !mcha_status_is_unsent(status);
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

/* By an earlier hint, of whichever host, the node lacks a value, which the other nodes have; or
 * this host has sent it a write. That is still so. */
static unsigned how_missed_before(const mcha_pool *pool, const mcha_item *item, uint16_t node,
	unsigned how)
{
	const mcha_node *stale = pool->nodes[node];
	const uint64_t compact = mcha_hints_compact_mark(pool->shared.hints, stale->health, stale->id,
		item->key, item->key_length);
	mcha_hint hint;
	const uint64_t own = mcha_hint_look_up(pool, item, node, &hint) ? hint.mark : 0;
	const bool lacks_value = (compact && !mcha_mark_is_of_change(compact))
		|| (own && !mcha_mark_is_of_change(own));

	return (lacks_value ? how & ~(unsigned)HOW_CHANGE : how)
		| (mcha_mark_is_of_sent(own) ? HOW_SENT : 0);
}

/* Adds a hint for the node, unless the source that is named is the node itself: it has acknowledged
 * something newer. Another process may add a hint for the source in between, so it is looked at
 * again. The hint's time is this moment's, not that of the last answer: an operation of another
 * process that has begun in between, and has not seen the hint, must find it to be newer. */
static void record_stale(mcha_pool *pool, const mcha_item *item, uint16_t node, uint64_t source,
	mcha_usec ends, unsigned cause)
{
	const unsigned how = mcha_journal_is_used(pool) ? how_missed_before(pool, item, node, cause)
													: cause;
	mcha_node *stale = pool->nodes[node];
	mcha_hint hint = {
		.node = stale->id,
		.indeterminate = how & HOW_INDETERMINATE ? pool->running.now : 0,
		.verb = how & HOW_TWICE ? MCHA_HINT_VERB_TWICE : 0,
		.is_lock = item->is_lock,
		.mark = mcha_journal_write_mark(pool,
			mcha_mark_kind_of_missed(how & HOW_CHANGE, how & (HOW_INDETERMINATE | HOW_SENT))),
		.key_length = (uint16_t)item->key_length,
	};
	uint64_t now = mcha_hint_source_follow(pool, item, source);
	unsigned attempt = 0;

	memcpy(hint.key, item->key, item->key_length);
	do {
		if (now && now == stale->id) {
			return;
		}
		hint.source = now;
		hint.ends = now ? mcha_hint_source_ends(pool, item, now == source, ends) : 0;
		hint.contested = mcha_hint_source_is_contested(pool, item, now);
		if (hint.contested) {
			mcha_hint_source_adopt(pool, item, node, &hint);
		}
		mcha_hints_insert(pool->shared.hints, stale->health, &hint, mcha_clock_now());
		now = mcha_hint_source_follow(pool, item, hint.source);
	} while ((now != hint.source
				 || (!hint.contested && mcha_hint_source_is_contested(pool, item, now)))
		&& ++attempt < MCHA_HINT_CHAIN);
	pool->metrics.counters[MCHA_METRIC_HINTS]++;
	tell_other_hosts(pool, item, &hint);
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

/* What the source has after the write is what it had before, and a change. */
static bool is_change(const mcha_item *item, mcha_verb verb)
{
	const mcha_request *store = verb == MCHA_VERB_STORE ? item->write.source->request : NULL;

	return verb == MCHA_VERB_TOUCH || verb == MCHA_VERB_COUNT
		|| (store && (store->mode == MCHA_MODE_APPEND || store->mode == MCHA_MODE_PREPEND));
}

static unsigned how_missed(const mcha_item *item, const mcha_replica *replica, mcha_verb verb)
{
	return (is_indeterminate(mcha_replica_status(replica)) ? HOW_INDETERMINATE : 0)
		| (replica->changed_twice ? HOW_TWICE : 0) | (is_change(item, verb) ? HOW_CHANGE : 0);
}

static bool is_missed(mcha_status status)
{
	return !mcha_status_is_answer(status) || mcha_status_is_refusal(status);
}

/* The write has replaced or deleted a copy for which another host has a hint. If that host's write
 * may come to the node behind this one, the copy is not believed before both hints have been
 * replayed: that host knows nothing of this write, and makes the copy what its own hint says. */
static void record_replaced(mcha_pool *pool, const mcha_item *item, const mcha_replica *replica,
	mcha_verb verb)
{
	if (!mcha_hint_record_may_arrive(pool, pool->nodes[replica->node], item->key,
			item->key_length)) {
		mcha_hint_record_settle_replaced(pool, item, replica);
	} else if (item->write.source || verb == MCHA_VERB_DELETE) {
		record_stale(pool, item, replica->node, mcha_hint_source_of(pool, item, replica, verb),
			mcha_hint_record_end(pool, item, verb), HOW_INDETERMINATE);
	}
}

/* With allow_failover=0 the first home node's copy is what the others are to be, also if this write
 * has missed it: a client that knows of that copy alone may have written it since. */
static bool may_be_stale(const mcha_pool *pool, const mcha_item *item, const mcha_replica *replica)
{
	return pool->settings.allow_failover || (item->first_home_acked && replica->position != 0);
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
			record_replaced(pool, item, replica, verb);
		}
		return;
	}
	if (is_missed(status) && may_be_stale(pool, item, replica)
		&& (item->write.source || (verb == MCHA_VERB_DELETE && item->acknowledged))) {
		record_stale(pool, item, replica->node, mcha_hint_source_of(pool, item, replica, verb),
			mcha_hint_record_end(pool, item, verb), how_missed(item, replica, verb));
	}
}

static void record_item(mcha_pool *pool, mcha_item *item, mcha_verb verb)
{
	size_t i;

	mcha_hint_source_choose(pool, item, verb);
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

	if (pool->shared.hints && !mcha_hint_look_up(pool, item, node, &hint)) {
		record_stale(pool, item, node, 0, 0, 0);
	}
}

void mcha_hint_record_late_copy(mcha_pool *pool, const mcha_item *item, uint16_t node)
{
	mcha_hint hint;

	if (pool->shared.hints && !mcha_hint_look_up(pool, item, node, &hint)) {
		record_stale(pool, item, node, 0, 0, HOW_INDETERMINATE);
	}
}

void mcha_hint_record_drop(mcha_pool *pool, const mcha_item *item, uint16_t node, uint16_t source)
{
	mcha_hint hint;

	while (mcha_hint_look_up(pool, item, node, &hint) && hint.source == pool->nodes[source]->id
		&& mcha_hints_clear(pool->shared.hints, &hint)) {
	}
}
