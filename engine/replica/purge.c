/* SPDX-License-Identifier: MIT */
/* Finds the copies that a write makes void, and deletes them. */
#include "purge.h"

#include "async_write.h"
#include "hint_record.h"

/* A touch may not give a handoff node's copy more than failover_ttl. Where that is 0, other hosts'
 * handoff nodes may be there all the same: theirs are ended with the others, and not prolonged
 * beyond the time for which they are looked for. */
static bool is_prolonging(const mcha_pool *pool, const mcha_item *item, mcha_verb verb)
{
	const int64_t span = mcha_pool_trouble_span(pool) / MCHA_USEC_PER_SEC;

	return verb == MCHA_VERB_TOUCH && pool->settings.failover_ttl == 0
		&& (item->exptime == 0 || item->exptime > span);
}

static int64_t purge_exptime(const mcha_pool *pool, const mcha_item *item,
	const mcha_replica *replica)
{
	return replica->role == MCHA_ROLE_PREVIOUS || pool->settings.failover_ttl == 0
		? item->exptime
		: mcha_copy_handoff_exptime(pool, item->exptime);
}

/* The write's own verb: the replica has a part in the operation. A deletion behind another write is
 * a request besides. */
typedef mcha_request *(*asking)(mcha_pool *, mcha_item *, mcha_replica *, mcha_verb);

/* A copy that must not come back, or (touch) is to live on with the others. */
static void purge_replica(mcha_pool *pool, mcha_item *item, mcha_replica *replica, mcha_verb verb,
	asking ask)
{
	const bool may_ask = mcha_replica_may_ask(pool, item, replica, false);
	mcha_request *request = ask(pool, item, replica, verb);

	if (!request) {
		if (verb == MCHA_VERB_DELETE) {
			mcha_hint_record_deletion(pool, item, replica->node);
		}
		return;
	}
	request->exptime = purge_exptime(pool, item, replica);
	if (!may_ask) {
		request->reply.status = MCHA_STATUS_DOWN; /* the node gets a hint to delete its copy */
	}
	mcha_hint_record_attempt(pool, item, request);
}

/* Any node of the list may have been a handoff node: after a change of the pool, as new nodes may
 * stand before those that were; where a write has passed over nodes that were up, as this process
 * or a hint kept it from them. */
static bool may_be_anywhere(const mcha_pool *pool)
{
	const mcha_usec passed = atomic_load_explicit(&pool->shared.health->passed_over,
		memory_order_relaxed);

	return pool->previous.count
		|| (passed && pool->running.now - passed < mcha_pool_trouble_span(pool));
}

/* Home nodes that may have had handoff nodes. Which these were if another host has chosen them is
 * not known: it may have reached other nodes. */
static size_t count_failed_homes(const mcha_pool *pool, const mcha_item *item)
{
	size_t i, failed = 0;

	for (i = 0; i < mcha_pool_copies(pool); i++) {
		if (mcha_replica_is_known_to_miss(&item->replicas[i])) {
			return item->replica_count;
		}
		failed += mcha_pool_failed_lately(pool, item->replicas[i].node);
	}
	return may_be_anywhere(pool) ? item->replica_count : failed;
}

/* Another write has come to this node since this one began, and a home has yet to be given what
 * that write stored there. (An operation that deletes the key, or prolongs its life, means every
 * copy of it.) */
static bool is_source_of_another_write(const mcha_pool *pool, const mcha_item *item, uint16_t node,
	mcha_verb verb)
{
	size_t i;

	for (i = 0; verb == MCHA_VERB_DELETE && item->write.stored && i < mcha_pool_copies(pool); i++) {
		if (mcha_hint_record_needs(pool, item, item->replicas[i].node, node)) {
			return true;
		}
	}
	return false;
}

/* A purge is noted before the hints are looked at: of this process and one that has stored a copy
 * on the node, and is about to record a hint which names the node as the source, at least one sees
 * the other. */
static bool may_purge(mcha_pool *pool, const mcha_item *item, uint16_t node, mcha_verb verb)
{
	const bool purges = verb == MCHA_VERB_DELETE && item->write.stored;

	if (purges) {
		mcha_targets_note_purge(pool, item->key, item->key_length, node, true);
	}
	if (!is_source_of_another_write(pool, item, node, verb)) {
		return true;
	}
	if (purges) {
		mcha_targets_note_purge(pool, item->key, item->key_length, node, false);
	}
	return false;
}

/* Handoff copies of earlier values, behind those in use: on as many nodes as homes have failed,
 * and, where one of these may not have been there as a handoff node, on the next. */
static void purge_handoffs(mcha_pool *pool, mcha_item *item, mcha_verb verb, asking ask)
{
	size_t position = mcha_pool_copies(pool) + item->previous, most;

	if (!pool->running.was_troubled || !mcha_targets_has_handoffs(pool, item)
		|| is_prolonging(pool, item, verb)) {
		return;
	}
	for (most = count_failed_homes(pool, item); most > 0 && position < item->replica_count;
		 position++) {
		mcha_replica *replica = &item->replicas[position];

		most -= !mcha_pool_failed_lately(pool, replica->node);
		if (position >= item->cursor && may_purge(pool, item, replica->node, verb)) {
			purge_replica(pool, item, replica, verb, ask);
		}
	}
}

/* This very write has made the node a handoff node, or gives it a hint to delete its copy. */
static bool is_handoff_node(const mcha_replica *replica)
{
	return replica->request ? replica->request->verb == MCHA_VERB_STORE
			&& !mcha_status_is_refusal(replica->request->reply.status)
							: replica->skipped != MCHA_STATUS_PENDING;
}

/* Copies from before the pool was changed: whether they were migrated or not, they are older. */
static void purge_previous(mcha_pool *pool, mcha_item *item, mcha_verb verb, asking ask)
{
	size_t position = mcha_pool_copies(pool), end = position + item->previous;

	for (; position < end; position++) {
		mcha_replica *replica = &item->replicas[position];

		if (!is_handoff_node(replica) && may_purge(pool, item, replica->node, verb)) {
			purge_replica(pool, item, replica, verb, ask);
		}
	}
}

/* A home node that cannot hold the new value must not keep the old one. */
static bool has_older(const mcha_replica *replica)
{
	const mcha_status status = mcha_replica_status(replica);

	return mcha_replica_is_home(replica)
		&& (status == MCHA_STATUS_TOO_BIG || status == MCHA_STATUS_NO_MEMORY);
}

static bool is_stored(const mcha_item *item)
{
	size_t i;

	for (i = 0; i < item->replica_count; i++) {
		if (mcha_replica_status(&item->replicas[i]) == MCHA_STATUS_OK) {
			return true;
		}
	}
	return false;
}

/* Only where some node has the new value may older ones go. */
static void purge_item(mcha_pool *pool, mcha_item *item)
{
	size_t i;

	item->write.stored = item->write.stored || is_stored(item);
	if (!item->write.stored) {
		return;
	}
	for (i = 0; i < mcha_pool_copies(pool); i++) {
		if (has_older(&item->replicas[i])) {
			mcha_targets_note_purge(pool, item->key, item->key_length, item->replicas[i].node,
				true);
			purge_replica(pool, item, &item->replicas[i], MCHA_VERB_DELETE,
				mcha_replica_ask_beside);
		}
	}
	purge_handoffs(pool, item, MCHA_VERB_DELETE, mcha_replica_ask_beside);
	purge_previous(pool, item, MCHA_VERB_DELETE, mcha_replica_ask_beside);
}

void mcha_purge_with(mcha_pool *pool, mcha_item *item, mcha_verb verb)
{
	purge_handoffs(pool, item, verb, mcha_replica_ask);
	purge_previous(pool, item, verb, mcha_replica_ask);
}

static void note_purged(mcha_pool *pool, const mcha_request *round)
{
	for (; round; round = round->later) {
		mcha_targets_note_purge(pool, round->key, round->key_length, round->node, false);
	}
}

void mcha_purge_behind(mcha_pool *pool, mcha_item *items, size_t count)
{
	const mcha_request *round;
	size_t i;

	if (!pool->running.troubled && pool->report.failed_count == 0 && !pool->previous.count) {
		return;
	}
	for (i = 0; i < count; i++) {
		purge_item(pool, &items[i]);
	}
	if (mcha_pool_has_round(pool)) {
		round = mcha_async_write_purge(pool, mcha_targets_share(pool, 1));
		mcha_hint_record_purge(pool, round);
		note_purged(pool, round);
	}
}
