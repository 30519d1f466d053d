/* SPDX-License-Identifier: MIT */
/* Locks: a key that only one client's "add" creates, with that client's token as its value. Decided
 * by the authority and held on all replicas, so that the lock outlives a node. The CAS of each copy
 * is kept, and only that very copy is removed at the end: an owner whose lock has expired removes
 * nothing of the next owner's. */
#include "engine/operations/operations.h"

#include <string.h>

#include "engine/pool/pool_operation.h"
#include "engine/replica/beside.h"
#include "engine/replica/operation.h"
#include "lock.h"

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

/* Where only the answer may have been lost the CAS stays 0. */
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
	for (i = 0; i < item->replica_count; i++) {
		const mcha_replica *replica = &item->replicas[i];
		const mcha_status status = mcha_replica_status(replica);

		if (status == MCHA_STATUS_OK || mcha_lock_is_in_doubt(status)) {
			mcha_lock_note(lock, pool->nodes[replica->node]->id,
				replica->request ? replica->request->reply.cas : 0);
		}
	}
}

/* --- releasing: asking nodes ------------------------------------------------------------------ */

enum { LOOKS, REMOVALS, SECOND_LOOKS, SECOND_REMOVALS, ROUNDS };

typedef struct release {
	mcha_pool *pool;
	mcha_item *item;
	const mcha_lock *lock;
	bool is_spread; /* other homes than those that had a part in the lock may have copies of it */
	mcha_request *rounds[ROUNDS];
} release;

static void run_round(release *r, int round, size_t attempts)
{
	r->rounds[round] = mcha_pool_run(r->pool, mcha_targets_share(r->pool, attempts));
}

/* A node that is down cannot be asked: the round has a request that is not sent, so that the node
 * gets a hint to delete its copy. */
static void note_down(const release *r, uint16_t node)
{
	mcha_request *request = mcha_item_ask(r->pool, r->item, node, MCHA_VERB_DELETE);

	if (request) {
		request->reply.status = MCHA_STATUS_DOWN;
		mcha_verdict_fault(r->item, MCHA_STATUS_DOWN);
		mcha_pool_note_failure(r->pool, node, MCHA_STATUS_DOWN);
	}
}

/* -1: the node is down, or the pool has changed and the node is not there any more. */
static long find_up(const release *r, uint64_t id)
{
	long node = mcha_pool_find(r->pool, id);

	if (node >= 0 && !mcha_pool_admit(r->pool, (uint16_t)node, false)) {
		note_down(r, (uint16_t)node);
		return -1;
	}
	return node;
}

static void ask_for_token(const release *r, uint16_t node)
{
	mcha_request *request = mcha_item_ask(r->pool, r->item, node, MCHA_VERB_GET);

	if (request) {
		request->want = MCHA_WANT_VALUE | MCHA_WANT_CAS;
	}
}

/* Where the CAS is not known (the answer was lost, or the server keeps none) the token tells. */
static void ask_for_tokens(const release *r)
{
	size_t i;

	for (i = 0; i < r->lock->count; i++) {
		long node = r->lock->copies[i].cas ? -1 : find_up(r, r->lock->copies[i].node);

		if (node >= 0) {
			ask_for_token(r, (uint16_t)node);
		}
	}
}

/* cas 0: the node has just told that its copy has the owner's token, and keeps no CAS values. */
static void ask_to_remove(const release *r, uint64_t id, uint64_t cas)
{
	long node = find_up(r, id);
	mcha_request *request = node < 0
		? NULL
		: mcha_item_ask(r->pool, r->item, (uint16_t)node, MCHA_VERB_DELETE);

	if (request) {
		request->cas = cas;
	}
}

/* --- releasing: homes that were away when the lock was taken ---------------------------------- */

/* A home that has come back since may have been given a copy by the process that asked it next
 * (hint_replay.h). */
static bool may_be_spread(const mcha_pool *pool, const mcha_item *item)
{
	return (pool->running.troubled || pool->running.has_hints) && !item->no_hints;
}

/* Calls back for each home node that had no part in the lock. */
static void for_other_homes(const release *r, void (*see_to)(const release *, uint16_t))
{
	size_t i;

	for (i = 0; r->is_spread && i < r->item->replica_count && i < mcha_pool_copies(r->pool); i++) {
		const uint16_t node = r->item->replicas[i].node;

		if (!mcha_lock_find(r->lock, r->pool->nodes[node]->id)) {
			see_to(r, node);
		}
	}
}

static void read_if_up(const release *r, uint16_t node)
{
	if (mcha_pool_admit(r->pool, node, false)) {
		ask_for_token(r, node);
	}
}

/* The node's hint was to give it the lock, which ends now. */
static void record_deletion_instead(const release *r, uint16_t node)
{
	mcha_hint_table *hints = r->pool->shared.hints;
	const mcha_node *stale = r->pool->nodes[node];
	mcha_hint hint;

	if (hints && mcha_hints_count(stale->health)
		&& mcha_hints_find(hints, stale->id, r->item->key, r->item->key_length, &hint)) {
		mcha_hints_add(hints, stale->health, stale->id, 0, MCHA_HINTS_LOCK, r->item->key,
			r->item->key_length, r->pool->running.now);
	}
}

/* No process is to give another node a copy while the lock is released. */
static void note_deletion(const release *r, bool under_way)
{
	if (r->is_spread) {
		mcha_targets_note_deletion(r->pool, r->item->key, r->item->key_length, mcha_clock_now(),
			under_way);
	}
}

/* --- releasing -------------------------------------------------------------------------------- */

/* The copies that had the owner's token when they were read. */
static void remove_read(const release *r, int round)
{
	const mcha_request *request;

	for (request = r->rounds[round]; request; request = request->later) {
		if (mcha_item_is_read(r->item, request)) {
			ask_to_remove(r, r->pool->nodes[request->node]->id, request->reply.cas);
		}
	}
}

/* A copy that was changed since: given to the node once more, by a process that found out that the
 * node had missed the lock? */
static void remove_renewed(release *r)
{
	const mcha_request *request;

	for (request = r->rounds[REMOVALS]; request; request = request->later) {
		if (request->reply.status == MCHA_STATUS_EXISTS) {
			ask_for_token(r, request->node);
		}
	}
	if (!mcha_pool_has_round(r->pool)) {
		return;
	}
	run_round(r, SECOND_LOOKS, 2);
	remove_read(r, SECOND_LOOKS);
	run_round(r, SECOND_REMOVALS, 1);
}

static void release_copies(release *r)
{
	size_t i;

	ask_for_tokens(r);
	for_other_homes(r, read_if_up);
	if (mcha_pool_has_round(r->pool)) {
		run_round(r, LOOKS, 2);
	}
	remove_read(r, LOOKS);
	for (i = 0; i < r->lock->count; i++) {
		if (r->lock->copies[i].cas) {
			ask_to_remove(r, r->lock->copies[i].node, r->lock->copies[i].cas);
		}
	}
	run_round(r, REMOVALS, 1);
	remove_renewed(r);
}

/* --- releasing: the outcome ------------------------------------------------------------------- */

/* The node was asked once more. */
static bool is_superseded(const release *r, const mcha_request *removal)
{
	const mcha_request *later = r->rounds[SECOND_REMOVALS];

	while (later && later->node != removal->node) {
		later = later->later;
	}
	return later && later != removal;
}

/* Counts the removals of this round; gone: copies that were not the owner's any more. */
static void count_removals(const release *r, int round, size_t *gone)
{
	const mcha_request *removal;

	for (removal = r->rounds[round]; removal; removal = removal->later) {
		const mcha_status status = removal->reply.status;

		if (is_superseded(r, removal)) {
			continue;
		}
		r->item->acknowledged += status == MCHA_STATUS_OK;
		*gone += status == MCHA_STATUS_MISS || status == MCHA_STATUS_EXISTS;
		if (!mcha_status_is_answer(status)) {
			mcha_verdict_fault(r->item, status);
		}
	}
}

/* Where more copies were gone than were the owner's, another client may have had the lock
 * meanwhile. */
static mcha_status conclude_release(const release *r)
{
	const mcha_item *item = r->item;
	size_t gone = 0;

	count_removals(r, REMOVALS, &gone);
	count_removals(r, SECOND_REMOVALS, &gone);
	return item->acknowledged && item->acknowledged >= gone ? MCHA_STATUS_OK
		: gone || item->fault == MCHA_STATUS_OK             ? MCHA_STATUS_MISS
															: item->fault;
}

/* A copy that could not be removed would hold up the next owner when its node is back: the node
 * gets a hint to delete it. */
static void record_missed_removal(const release *r, const mcha_request *request)
{
	const mcha_node *node = r->pool->nodes[request->node];
	const mcha_status status = request->reply.status;

	if (!mcha_status_is_answer(status)
		&& (request->verb == MCHA_VERB_DELETE || mcha_lock_find(r->lock, node->id))) {
		mcha_hints_add(r->pool->shared.hints, node->health, node->id, 0,
			mcha_status_is_unsent(status) ? 0 : MCHA_HINTS_INDETERMINATE, r->item->key,
			r->item->key_length, r->pool->running.now);
	}
}

static void record_missed_removals(const release *r)
{
	const mcha_request *request;
	int round;

	for (round = 0; r->pool->shared.hints && !r->item->no_hints && round < ROUNDS; round++) {
		for (request = r->rounds[round]; request; request = request->later) {
			record_missed_removal(r, request);
		}
	}
}

/* The item's list of replicas is written where it is needed only: the lock knows its copies by the
 * ids of their nodes. */
static void list_homes(const release *r)
{
	if (r->is_spread) {
		mcha_targets(r->pool, r->item, 1);
	} else {
		r->item->replicas = NULL;
		r->item->replica_count = 0;
	}
	r->item->fault = MCHA_STATUS_OK;
	r->item->position = -1;
}

void mcha_lock_release(mcha_pool *pool, mcha_item *item, mcha_lock *lock)
{
	release r = {.pool = pool, .item = item, .lock = lock};

	mcha_pool_enter(pool);
	r.is_spread = may_be_spread(pool, item);
	list_homes(&r);
	note_deletion(&r, true);
	release_copies(&r);
	item->answer.status = conclude_release(&r);
	record_missed_removals(&r);
	if (item->answer.status == MCHA_STATUS_OK) {
		for_other_homes(&r, record_deletion_instead);
	}
	note_deletion(&r, false);
	mcha_targets_release_all(pool);
	mcha_operation_end(pool, item, 1, MCHA_VERB_DELETE);
	lock->count = 0;
}
