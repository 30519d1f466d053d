/* SPDX-License-Identifier: MIT */
/* Locks: a key that only one client's "add" creates, with that client's token as its value. Decided
 * by the authority and held on all copies, so that it outlives a node. Each copy's CAS is kept and
 * only that very copy is removed at the end: whoever outlived his lock removes nothing of his
 * successor's. */
#include "plan.h"

#include <string.h>

/* It is, or it may have been made and only the answer was lost (its CAS stays 0). */
static bool may_be_held(mcha_status status)
{
	return status == MCHA_STATUS_OK
		|| (!mcha_status_is_answer(status) && !mcha_status_is_unsent(status));
}

void mcha_lock_acquire(mcha_pool *pool, mcha_item *item, mcha_lock *lock)
{
	size_t i;

	lock->count = 0;
	item->fleeting = true;
	mcha_decide(pool, item, MCHA_MODE_ADD);
	if (item->answer.status == MCHA_STATUS_NOT_STORED) {
		return;
	}
	for (i = 0; i < pool->request_count && lock->count < MCHA_LOCK_COPIES_MAX; i++) {
		const mcha_request *request = &pool->requests[i];

		if (request->verb == MCHA_VERB_STORE && may_be_held(request->reply.status)) {
			lock->copies[lock->count].node = request->node;
			lock->copies[lock->count++].cas = request->reply.cas;
		}
	}
}

/* One that is down cannot be asked, and is owed the deletion. */
static bool may_ask(mcha_pool *pool, mcha_item *item, uint16_t node)
{
	if (node >= pool->node_count) {
		return false;
	}
	if (!mcha_pool_admit(pool, node, false)) {
		mcha_plan_skip(pool, item, 0, node, 0, MCHA_VERB_DELETE);
		return false;
	}
	return true;
}

/* Where the CAS is not known (the answer was lost, or the server keeps none) the token tells. */
static void read_unmarked(mcha_pool *pool, mcha_item *item, const mcha_lock *lock)
{
	size_t i;

	for (i = 0; i < lock->count; i++) {
		mcha_request *request;

		if (lock->copies[i].cas || !may_ask(pool, item, lock->copies[i].node)) {
			continue;
		}
		request = mcha_plan_request(pool, item, 0, lock->copies[i].node, 0, MCHA_VERB_GET);
		if (request) {
			request->want = MCHA_WANT_VALUE | MCHA_WANT_CAS;
		}
	}
	if (pool->request_count) {
		mcha_pool_run(pool, 0, mcha_plan_share(pool, 2));
	}
}

static bool holds_token(const mcha_item *item, const mcha_request *request)
{
	return request->verb == MCHA_VERB_GET && request->reply.status == MCHA_STATUS_OK
		&& request->reply.size == item->value_length
		&& memcmp(request->reply.value, item->value, item->value_length) == 0;
}

static void remove_copy(mcha_pool *pool, mcha_item *item, uint16_t node, uint64_t cas)
{
	mcha_request *request;

	if (!may_ask(pool, item, node)) {
		return;
	}
	request = mcha_plan_request(pool, item, 0, node, 0, MCHA_VERB_DELETE);
	if (request) {
		request->cas = cas;
	}
}

static mcha_status fold(mcha_pool *pool, mcha_item *item, size_t first)
{
	bool gone = false;
	size_t i;

	for (i = first; i < pool->request_count; i++) {
		mcha_status status = pool->requests[i].reply.status;

		item->acknowledged += status == MCHA_STATUS_OK;
		gone = gone || status == MCHA_STATUS_MISS || status == MCHA_STATUS_EXISTS;
		if (!mcha_status_is_answer(status)) {
			mcha_plan_fault(item, status);
		}
	}
	return item->acknowledged ? MCHA_STATUS_OK
		: gone || item->fault == MCHA_STATUS_OK ? MCHA_STATUS_MISS : item->fault;
}

/* A copy that could not be removed would hold up the next owner when its node is back: it is owed
 * its deletion. */
static void owe_release(mcha_pool *pool, const mcha_item *item)
{
	size_t i;

	for (i = 0; pool->owed && i < pool->request_count; i++) {
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
		if (holds_token(item, &pool->requests[i])) {
			remove_copy(pool, item, pool->requests[i].node, pool->requests[i].reply.cas);
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
