/* SPDX-License-Identifier: MIT */
/* Prolongs a lock: the owner's copies are stored once more over their CAS. If at least half of the
 * homes still had one, no other client can have had the lock meanwhile, and homes without a copy
 * are given one. */
#include "engine/operations/operations.h"

#include "engine/replica/operation.h"
#include "lock.h"
#include "votes.h"

typedef struct extension {
	mcha_pool *pool;
	mcha_item *item;
	mcha_lock *lock;
} extension;

static bool is_stored(const mcha_replica *home, const void *context)
{
	(void)context;
	return mcha_replica_status(home) == MCHA_STATUS_OK && home->request->verb != MCHA_VERB_GET;
}

static mcha_votes count_stored(const extension *e)
{
	return mcha_votes_count(e->pool, e->item, is_stored, NULL);
}

static const mcha_lock_copy *find_copy(const extension *e, const mcha_replica *home)
{
	return mcha_lock_find(e->lock, e->pool->nodes[home->node]->id);
}

static mcha_request *ask_home(const extension *e, mcha_replica *home, mcha_verb verb)
{
	mcha_request *request;

	if (!mcha_replica_may_ask(e->pool, e->item, home, false)) {
		mcha_votes_skip(e->pool, e->item, home);
		return NULL;
	}
	request = mcha_votes_ask(e->pool, e->item, home, verb);
	if (request) {
		request->value = e->item->value;
		request->value_length = e->item->value_length;
		request->exptime = e->item->exptime;
		request->want = MCHA_WANT_CAS;
	}
	return request;
}

/* --- homes where no CAS of the owner's is known: they may have a copy all the same ------------ */

/* The home was just seen to have the token. */
static bool was_seen(const extension *e, const mcha_replica *home)
{
	return home->request && mcha_item_is_read(e->item, home->request);
}

static mcha_request *look_for_copies(const extension *e)
{
	mcha_request *round = NULL;
	size_t i;

	for (i = 0; i < mcha_pool_copies(e->pool); i++) {
		mcha_replica *home = &e->item->replicas[i];
		const mcha_lock_copy *copy = find_copy(e, home);
		mcha_request *request = copy && copy->cas ? NULL : ask_home(e, home, MCHA_VERB_GET);

		if (request) {
			request->want = MCHA_WANT_VALUE | MCHA_WANT_CAS;
		}
	}
	if (mcha_pool_has_round(e->pool)) {
		round = mcha_pool_run(e->pool, mcha_targets_share(e->pool, 3));
	}
	for (i = 0; i < mcha_pool_copies(e->pool); i++) {
		const mcha_replica *home = &e->item->replicas[i];

		if (was_seen(e, home)) {
			mcha_lock_note(e->lock, e->pool->nodes[home->node]->id, home->request->reply.cas);
		}
	}
	return round;
}

/* --- the copies ------------------------------------------------------------------------------- */

/* A server that keeps no CAS values can only be told to keep the copy that was just seen. */
static void prolong_copy(const extension *e, mcha_replica *home)
{
	const mcha_lock_copy *copy = find_copy(e, home);
	mcha_request *request;

	if (copy && copy->cas) {
		request = ask_home(e, home, MCHA_VERB_STORE);
		if (request) {
			request->cas = copy->cas;
		}
	} else if (was_seen(e, home)) {
		ask_home(e, home, MCHA_VERB_TOUCH);
	}
}

static mcha_request *prolong_copies(const extension *e)
{
	size_t i;

	for (i = 0; i < mcha_pool_copies(e->pool); i++) {
		prolong_copy(e, &e->item->replicas[i]);
	}
	return mcha_pool_run(e->pool, mcha_targets_share(e->pool, 2));
}

static void give_missing(const extension *e)
{
	size_t i;

	for (i = 0; i < mcha_pool_copies(e->pool); i++) {
		mcha_replica *home = &e->item->replicas[i];
		mcha_request *request = mcha_replica_status(home) == MCHA_STATUS_MISS
			? ask_home(e, home, MCHA_VERB_STORE)
			: NULL;

		if (request) {
			request->mode = MCHA_MODE_ADD;
		}
	}
	if (mcha_pool_has_round(e->pool)) {
		mcha_pool_run(e->pool, mcha_targets_share(e->pool, 1));
	}
}

/* Where the answer was lost, the CAS is not the one that was known. */
static void note_stored(const extension *e)
{
	size_t i;

	for (i = 0; i < mcha_pool_copies(e->pool); i++) {
		const mcha_replica *home = &e->item->replicas[i];
		const uint64_t id = e->pool->nodes[home->node]->id;

		if (!home->request || home->request->verb != MCHA_VERB_STORE) {
			continue;
		}
		if (home->request->reply.status == MCHA_STATUS_OK) {
			mcha_lock_note(e->lock, id, home->request->reply.cas);
		} else if (mcha_lock_is_in_doubt(home->request->reply.status)) {
			mcha_lock_note(e->lock, id, 0);
		}
	}
}

static void note_faults(const extension *e, const mcha_request *round)
{
	for (; round; round = round->later) {
		if (!mcha_status_is_answer(round->reply.status)) {
			mcha_verdict_fault(e->item, round->reply.status);
		}
	}
}

static mcha_status extend_copies(const extension *e)
{
	const mcha_request *looks = look_for_copies(e);
	const mcha_request *stores = prolong_copies(e);
	mcha_votes votes = count_stored(e);

	note_faults(e, looks);
	note_faults(e, stores);
	if (2 * votes.done < votes.homes) {
		note_stored(e);
		return 2 * (votes.done + votes.silent) < votes.homes ? MCHA_STATUS_MISS
			: e->item->fault != MCHA_STATUS_OK               ? e->item->fault
															 : MCHA_STATUS_NO_QUORUM;
	}
	give_missing(e);
	note_stored(e);
	votes = count_stored(e);
	e->item->acknowledged = (uint16_t)votes.done;
	return mcha_votes_are_enough(&votes) ? MCHA_STATUS_OK : MCHA_STATUS_NO_QUORUM;
}

void mcha_lock_extend(mcha_pool *pool, mcha_item *item, mcha_lock *lock)
{
	const extension e = {pool, item, lock};

	item->is_lock = true;
	mcha_operation_begin(pool, item, 1);
	if (item->answer.status == MCHA_STATUS_PENDING) {
		item->answer.status = extend_copies(&e);
	}
	mcha_targets_release_all(pool);
	mcha_operation_end(pool, item, 1, MCHA_VERB_STORE);
}
