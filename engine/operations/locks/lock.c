/* SPDX-License-Identifier: MIT */
/* Locks: a key that only one client's "add" creates, with that client's token as its value. Decided
 * by the authority and held on all copies, so that it outlives a node. Each copy's CAS is kept and
 * only that very copy is removed at the end: whoever outlived his lock removes nothing of his
 * successor's. */
#include "engine/operations/operations.h"
#include "engine/operations/decision.h"
#include "engine/pool/pool_operation.h"
#include "lock.h"
#include "engine/replica/beside.h"

#include <string.h>

/* It is, or it may have been made and only the answer was lost (its CAS stays 0). */
static bool may_be_held(mcha_status status)
{
	return status == MCHA_STATUS_OK
		|| (!mcha_status_is_answer(status) && !mcha_status_is_unsent(status));
}

const mcha_lock_copy *mcha_lock_find(const mcha_lock *lock, uint64_t node)
{
	size_t i;

	for (i = 0; i < lock->count; i++) {
		if (lock->copies[i].node == node) {
			return &lock->copies[i];
		}
	}
	return NULL;
}

void mcha_lock_note(mcha_lock *lock, uint64_t node, uint64_t cas)
{
	mcha_lock_copy *known = (mcha_lock_copy *)mcha_lock_find(lock, node);

	if (known) {
		known->cas = cas;
	} else if (lock->count < MCHA_LOCK_COPIES_MAX) {
		lock->copies[lock->count++] = (mcha_lock_copy){node, cas};
	}
}

void mcha_lock_acquire(mcha_pool *pool, mcha_item *item, mcha_lock *lock)
{
	size_t i;

	lock->count = 0;
	item->is_lock = true;
	mcha_decide(pool, item, MCHA_MODE_ADD);
	mcha_beside_take(pool, item);
	if (item->answer.status == MCHA_STATUS_NOT_STORED) {
		return;
	}
	for (i = 0; i < pool->request_count; i++) {
		const mcha_request *request = &pool->requests[i];

		if (request->verb == MCHA_VERB_STORE && may_be_held(request->reply.status)) {
			mcha_lock_note(lock, pool->nodes[request->node]->id, request->reply.cas);
		}
	}
}

/* One that is down cannot be asked, and is owed the deletion. -1: so, or the pool has changed and it
 * is not there any more. */
static long find_up(mcha_pool *pool, mcha_item *item, uint64_t id)
{
	long node = mcha_pool_find(pool, id);

	if (node >= 0 && !mcha_pool_admit(pool, (uint16_t)node, false)) {
		mcha_targets_skip(pool, item, 0, (uint16_t)node, 0, MCHA_VERB_DELETE);
		return -1;
	}
	return node;
}

static void ask_for_token(mcha_pool *pool, mcha_item *item, uint16_t node)
{
	mcha_request *request = mcha_targets_request(pool, item, 0, node, 0, MCHA_VERB_GET);

	if (request) {
		request->want = MCHA_WANT_VALUE | MCHA_WANT_CAS;
	}
}

/* Where the CAS is not known (the answer was lost, or the server keeps none) the token tells. */
static void read_unmarked(mcha_pool *pool, mcha_item *item, const mcha_lock *lock)
{
	size_t i;

	for (i = 0; i < lock->count; i++) {
		long node = lock->copies[i].cas ? -1 : find_up(pool, item, lock->copies[i].node);

		if (node >= 0) {
			ask_for_token(pool, item, (uint16_t)node);
		}
	}
}

/* --- homes that were away when the lock was taken ------------------------------------------------ */

/* One that has come back since may have been given a copy by the process that asked it next (hint_replay.h). */
static bool may_have_spread(const mcha_pool *pool, const mcha_item *item)
{
	return (pool->troubled || pool->has_hints) && !item->no_hints;
}

/* Home nodes that had no part in the lock; calls back for each. */
static void for_other_homes(mcha_pool *pool, mcha_item *item, const mcha_lock *lock,
		void (*see_to)(mcha_pool *, mcha_item *, uint16_t))
{
	const uint16_t *list = mcha_targets_list(pool, 0);
	size_t position;

	for (position = 0; position < mcha_pool_copies(pool); position++) {
		if (!mcha_lock_find(lock, pool->nodes[list[position]]->id)) {
			see_to(pool, item, list[position]);
		}
	}
}

static void read_if_up(mcha_pool *pool, mcha_item *item, uint16_t node)
{
	if (mcha_pool_admit(pool, node, false)) {
		ask_for_token(pool, item, node);
	}
}

/* It was to be given the lock, which ends now. */
static void owe_deletion_instead(mcha_pool *pool, mcha_item *item, uint16_t node)
{
	const mcha_node *stale = pool->nodes[node];
	mcha_hint hint;

	if (pool->hints && mcha_hints_count(stale->health) && mcha_hints_find(pool->hints, stale->id,
			item->key, item->key_length, &hint)) {
		mcha_hints_add(pool->hints, stale->health, stale->id, 0, MCHA_HINTS_LOCK, item->key,
			item->key_length, pool->now);
	}
}

/* No process is to give a copy on while the lock is released. */
static void note_deletion(mcha_pool *pool, const mcha_item *item, bool under_way)
{
	if (pool->recent_deletes) {
		mcha_recent_deletes_note(pool->recent_deletes, item->key, item->key_length, mcha_clock_now(), under_way);
	}
}

/* --- releasing --------------------------------------------------------------------------------- */

static void remove_copy(mcha_pool *pool, mcha_item *item, uint64_t id, uint64_t cas)
{
	long node = find_up(pool, item, id);
	mcha_request *request;

	if (node < 0) {
		return;
	}
	request = mcha_targets_request(pool, item, 0, (uint16_t)node, 0, MCHA_VERB_DELETE);
	if (request) {
		request->cas = cas;
	}
}

/* Those that had the owner's token when they were read. */
static void remove_read(mcha_pool *pool, mcha_item *item, size_t first, size_t end)
{
	size_t i;

	for (i = first; i < end; i++) {
		if (mcha_decision_holds_token(item, &pool->requests[i])) {
			remove_copy(pool, item, pool->nodes[pool->requests[i].node]->id,
				pool->requests[i].reply.cas);
		}
	}
}

/* A copy that was changed since: given to the node once more, by a process that found out that it had missed the lock? */
static void remove_renewed(mcha_pool *pool, mcha_item *item, size_t first)
{
	size_t i, removed = pool->request_count, read;

	for (i = first; i < removed; i++) {
		if (pool->requests[i].reply.status == MCHA_STATUS_EXISTS) {
			ask_for_token(pool, item, pool->requests[i].node);
		}
	}
	if (removed == pool->request_count) {
		return;
	}
	mcha_pool_run(pool, removed, mcha_targets_share(pool, 2));
	read = pool->request_count;
	remove_read(pool, item, removed, read);
	mcha_pool_run(pool, read, mcha_targets_share(pool, 1));
}

/* The node was asked once more. */
static bool is_superseded(const mcha_pool *pool, size_t index)
{
	size_t i;

	for (i = index + 1; i < pool->request_count; i++) {
		if (pool->requests[i].verb == MCHA_VERB_DELETE
			&& pool->requests[i].node == pool->requests[index].node) {
			return true;
		}
	}
	return false;
}

/* Where more copies were gone than there were ours, another one may have had the lock meanwhile. */
static mcha_status fold(mcha_pool *pool, mcha_item *item, size_t first)
{
	size_t i, gone = 0;

	for (i = first; i < pool->request_count; i++) {
		mcha_status status = pool->requests[i].reply.status;

		if (pool->requests[i].verb != MCHA_VERB_DELETE || is_superseded(pool, i)) {
			continue;
		}
		item->acknowledged += status == MCHA_STATUS_OK;
		gone += status == MCHA_STATUS_MISS || status == MCHA_STATUS_EXISTS;
		if (!mcha_status_is_answer(status)) {
			mcha_verdict_fault(item, status);
		}
	}
	return item->acknowledged && item->acknowledged >= gone ? MCHA_STATUS_OK
		: gone || item->fault == MCHA_STATUS_OK ? MCHA_STATUS_MISS : item->fault;
}

/* A copy that could not be removed would hold up the next owner when its node is back: it is owed
 * its deletion. */
static void owe_release(mcha_pool *pool, const mcha_item *item, const mcha_lock *lock)
{
	size_t i;

	for (i = 0; pool->hints && !item->no_hints && i < pool->request_count; i++) {
		const mcha_node *node = pool->nodes[pool->requests[i].node];
		mcha_status status = pool->requests[i].reply.status;

		if (!mcha_status_is_answer(status)
			&& (pool->requests[i].verb == MCHA_VERB_DELETE || mcha_lock_find(lock, node->id))) {
			mcha_hints_add(pool->hints, node->health, node->id, 0, !mcha_status_is_unsent(status),
				item->key, item->key_length, pool->now);
		}
	}
}

static void release_copies(mcha_pool *pool, mcha_item *item, const mcha_lock *lock, bool spread)
{
	size_t i, read;

	read_unmarked(pool, item, lock);
	if (spread) {
		for_other_homes(pool, item, lock, read_if_up);
	}
	if (pool->request_count) {
		mcha_pool_run(pool, 0, mcha_targets_share(pool, 2));
	}
	read = pool->request_count;
	remove_read(pool, item, 0, read);
	for (i = 0; i < lock->count; i++) {
		if (lock->copies[i].cas) {
			remove_copy(pool, item, lock->copies[i].node, lock->copies[i].cas);
		}
	}
	mcha_pool_run(pool, read, mcha_targets_share(pool, 1));
	remove_renewed(pool, item, read);
	item->answer.status = fold(pool, item, read);
}

void mcha_lock_release(mcha_pool *pool, mcha_item *item, mcha_lock *lock)
{
	bool spread;

	mcha_pool_enter(pool);
	spread = may_have_spread(pool, item);
	if (spread) {
		mcha_targets(pool, item, 1);
		note_deletion(pool, item, true);
	}
	item->fault = MCHA_STATUS_OK;
	item->last_request = 0;
	item->position = -1;
	release_copies(pool, item, lock, spread);
	owe_release(pool, item, lock);
	if (spread) {
		if (item->answer.status == MCHA_STATUS_OK) {
			for_other_homes(pool, item, lock, owe_deletion_instead);
		}
		note_deletion(pool, item, false);
	}
	mcha_targets_release(pool, 0);
	mcha_verdict_report(pool, item, 1);
	mcha_pool_leave(pool);
	lock->count = 0;
}
