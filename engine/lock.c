/* SPDX-License-Identifier: MIT */
/* Locks: a key that only one client's "add" creates, with that client's token as its value. Decided
 * by the authority and held on all copies, so that it outlives a node. Each copy's CAS is kept and
 * only that very copy is removed at the end: whoever outlived his lock removes nothing of his
 * successor's. */
#include "lock.h"
#include "beside.h"

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
	item->fleeting = true;
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
		mcha_plan_skip(pool, item, 0, (uint16_t)node, 0, MCHA_VERB_DELETE);
		return -1;
	}
	return node;
}

/* Where the CAS is not known (the answer was lost, or the server keeps none) the token tells. */
static void read_unmarked(mcha_pool *pool, mcha_item *item, const mcha_lock *lock)
{
	size_t i;

	for (i = 0; i < lock->count; i++) {
		long node = lock->copies[i].cas ? -1 : find_up(pool, item, lock->copies[i].node);
		mcha_request *request;

		if (node < 0) {
			continue;
		}
		request = mcha_plan_request(pool, item, 0, (uint16_t)node, 0, MCHA_VERB_GET);
		if (request) {
			request->want = MCHA_WANT_VALUE | MCHA_WANT_CAS;
		}
	}
	if (pool->request_count) {
		mcha_pool_run(pool, 0, mcha_plan_share(pool, 2));
	}
}

bool mcha_lock_holds_token(const mcha_item *item, const mcha_request *request)
{
	return request->verb == MCHA_VERB_GET && request->reply.status == MCHA_STATUS_OK
		&& request->reply.size == item->value_length
		&& memcmp(request->reply.value, item->value, item->value_length) == 0;
}

static void remove_copy(mcha_pool *pool, mcha_item *item, uint64_t id, uint64_t cas)
{
	long node = find_up(pool, item, id);
	mcha_request *request;

	if (node < 0) {
		return;
	}
	request = mcha_plan_request(pool, item, 0, (uint16_t)node, 0, MCHA_VERB_DELETE);
	if (request) {
		request->cas = cas;
	}
}

/* Where more copies were gone than there were ours, another one may have had the lock meanwhile. */
static mcha_status fold(mcha_pool *pool, mcha_item *item, size_t first)
{
	size_t i, gone = 0;

	for (i = first; i < pool->request_count; i++) {
		mcha_status status = pool->requests[i].reply.status;

		item->acknowledged += status == MCHA_STATUS_OK;
		gone += status == MCHA_STATUS_MISS || status == MCHA_STATUS_EXISTS;
		if (!mcha_status_is_answer(status)) {
			mcha_plan_fault(item, status);
		}
	}
	return item->acknowledged && item->acknowledged >= gone ? MCHA_STATUS_OK
		: gone || item->fault == MCHA_STATUS_OK ? MCHA_STATUS_MISS : item->fault;
}

/* A copy that could not be removed would hold up the next owner when its node is back: it is owed
 * its deletion. */
static void owe_release(mcha_pool *pool, const mcha_item *item)
{
	size_t i;

	for (i = 0; pool->owed && !item->unowed && i < pool->request_count; i++) {
		const mcha_node *node = pool->nodes[pool->requests[i].node];
		mcha_status status = pool->requests[i].reply.status;

		if (!mcha_status_is_answer(status)) {
			mcha_owed_add(pool->owed, node->health, node->id, 0, !mcha_status_is_unsent(status),
				item->key, item->key_length, pool->now);
		}
	}
}

void mcha_lock_release(mcha_pool *pool, mcha_item *item, mcha_lock *lock)
{
	size_t i, read;

	mcha_pool_enter(pool);
	item->fault = MCHA_STATUS_OK;
	item->position = -1;
	read_unmarked(pool, item, lock);
	read = pool->request_count;
	for (i = 0; i < read; i++) {
		if (mcha_lock_holds_token(item, &pool->requests[i])) {
			remove_copy(pool, item, pool->nodes[pool->requests[i].node]->id,
				pool->requests[i].reply.cas);
		}
	}
	for (i = 0; i < lock->count; i++) {
		if (lock->copies[i].cas) {
			remove_copy(pool, item, lock->copies[i].node, lock->copies[i].cas);
		}
	}
	mcha_pool_run(pool, read, mcha_plan_share(pool, 1));
	item->answer.status = fold(pool, item, read);
	owe_release(pool, item);
	mcha_plan_release(pool, 0);
	mcha_plan_report(pool, item, 1);
	mcha_pool_leave(pool);
	lock->count = 0;
}
