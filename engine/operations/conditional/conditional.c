/* SPDX-License-Identifier: MIT */
/* add, replace, compare-and-swap: the authority (the first home node that is up) decides, once, and
 * the outcome is then given to the other replicas. The steps are those of decision.h.
 *
 *   add       authority says stored -> add on the other replicas. One that has the key already
 *                                      shows that the authority has lost it (a restart): the add is
 *                                      taken back and refused. (Or another client has built on the
 *                                      add already.)
 *   replace,  authority has no key  -> the other replicas are read; one that has the key refills
 *   cas                                the authority, which is then asked once more. (A token that
 *                                      is no version is void by then.) */
#include "engine/operations/operations.h"

#include "decision.h"
#include "engine/base/version.h"
#include "engine/replica/quorum.h"
#include "engine/replica/hint_record.h"
#include "engine/replica/item_size_limit.h"
#include "engine/replica/operation.h"
#include "engine/replica/put.h"
#include "engine/replica/repair/hint_replay.h"
#include "engine/replica/repair/previous_pool.h"

/* --- the authority has no such key: have the others? ------------------------------------------ */

static void ask_other_homes(mcha_decision *d)
{
	mcha_pool *pool = d->pool;
	size_t position;

	for (position = 0; position < mcha_pool_copies(pool); position++) {
		mcha_replica *replica = &d->item->replicas[position];
		mcha_request *request;

		if (position == d->authority) {
			continue;
		}
		if (!mcha_replica_may_ask(pool, d->item, replica, false)) {
			if (mcha_exclusion_leaves_open(mcha_replica_exclusion(pool, d->item, replica))) {
				mcha_verdict_fault(d->item, MCHA_STATUS_DOWN);
			}
			continue;
		}
		request = mcha_replica_ask_beside(pool, d->item, replica, MCHA_VERB_GET);
		if (request) {
			request->want = MCHA_WANT_VALUE | mcha_targets_copying(pool);
		}
	}
}

static bool is_being_deleted(const mcha_decision *d)
{
	return mcha_targets_is_being_deleted(d->pool, d->item->key, d->item->key_length);
}

/* Gives the authority, which has none, the copy of another home node. A copy that is about to end
 * is one that the authority has let expire. */
static bool put_on_authority(mcha_decision *d, const mcha_reply *copy)
{
	mcha_pool *pool = d->pool;
	const mcha_put put = {
		.node = mcha_decision_authority(d)->node,
		.key = d->item->key,
		.key_length = (uint16_t)d->item->key_length,
		.value = copy,
		.exptime = mcha_copy_exptime(pool, copy->ttl),
	};
	mcha_request *refill;

	if (mcha_copy_is_expiring(copy->ttl) || !mcha_put_begin(pool, &put)) {
		return false;
	}
	refill = mcha_put_if_absent(pool, &put);
	if (!refill) {
		mcha_verdict_fault(d->item, MCHA_STATUS_NO_MEMORY);
		return false;
	}
	refill->item = d->item;
	refill->replica = mcha_decision_authority(d);
	mcha_put_end(pool, mcha_pool_run(pool, mcha_targets_share(pool, 2)));
	if (refill->reply.status == MCHA_STATUS_OK && is_being_deleted(d)) {
		mcha_take_back_refill(d, refill);
		return false;
	}
	pool->report.repaired += refill->reply.status == MCHA_STATUS_OK;
	return mcha_status_is_answer(refill->reply.status);
}

static void note_other_home(mcha_decision *d, const mcha_request *look)
{
	if (look->reply.status == MCHA_STATUS_MISS) {
		mcha_verdict_note_miss(d->pool, d->item, look->replica);
	} else if (!mcha_status_is_answer(look->reply.status)) {
		mcha_verdict_fault(d->item, look->reply.status);
	}
}

/* True: the authority had lost the key and has it again. */
static bool refill_authority(mcha_decision *d)
{
	mcha_pool *pool = d->pool;
	mcha_request *round, *request;
	bool refilled = false;

	if (!pool->settings.allow_failover || pool->settings.miss_failover == MCHA_MISS_NEVER) {
		return false;
	}
	ask_other_homes(d);
	if (!mcha_pool_has_round(pool)) {
		return false;
	}
	round = mcha_pool_run(pool, mcha_targets_share(pool, 3));
	for (request = round; request && !refilled; request = request->later) {
		const mcha_reply *copy = &request->reply;

		note_other_home(d, request);
		refilled = copy->status == MCHA_STATUS_OK && put_on_authority(d, copy);
	}
	mcha_targets_release_round(pool, round);
	return refilled;
}

/* The authority has no such key, nor has any other home that could be asked. A home that was down
 * lately may have lost the key: that home's word alone is no proof. */
static mcha_status verdict_absent(mcha_decision *d)
{
	mcha_status status;

	mcha_verdict_note_miss(d->pool, d->item, d->verdict->replica);
	status = mcha_verdict_absent(d->pool, d->item);
	return status == MCHA_STATUS_MISS ? mcha_decision_lacks(d) : status;
}

/* --- deciding --------------------------------------------------------------------------------- */

static bool is_lacking(const mcha_decision *d)
{
	return d->mode != MCHA_MODE_ADD && d->verdict->reply.status == mcha_decision_lacks(d);
}

/* The authority lacks the key. OK: it was refilled, and has decided about the copy. */
static mcha_status decide_refilled(mcha_decision *d)
{
	if (!refill_authority(d)) {
		return mcha_decision_refuse(d, verdict_absent(d));
	}
	if (d->item->cas && !mcha_version_is(d->item->cas)) {
		/* the refilled copy has a new CAS: the token is void */
		return mcha_decision_refuse(d, MCHA_STATUS_EXISTS);
	}
	return mcha_election_repeat(d) ? MCHA_STATUS_OK : d->item->fault;
}

static mcha_status decide_item(mcha_decision *d)
{
	mcha_pool *pool = d->pool;
	mcha_status status;

	if (!d->item->no_hints) {
		mcha_hint_replay(pool, d->item, 1,
			d->mode == MCHA_MODE_ADD ? MCHA_REPLAY_RENEWING : MCHA_REPLAY_DECIDING);
	}
	mcha_previous_pool_migrate(pool, d->item, 1);
	if (d->item->answer.status != MCHA_STATUS_PENDING) {
		return d->item->answer.status;
	}
	if (!mcha_election_hold(d)) {
		return d->item->fault != MCHA_STATUS_OK ? d->item->fault : MCHA_STATUS_DOWN;
	}
	if (is_lacking(d) && (status = decide_refilled(d)) != MCHA_STATUS_OK) {
		return status;
	}
	if (d->verdict->reply.status != MCHA_STATUS_OK) {
		return mcha_decision_refuse(d, d->verdict->reply.status);
	}
	if (mcha_hint_record_is_overruled(pool, d->item, d->verdict->node)) {
		return mcha_propagation_leave_void(d);
	}
	return mcha_propagation_carry_out(d);
}

void mcha_decide(mcha_pool *pool, mcha_item *item, mcha_mode mode)
{
	mcha_decision d = {.pool = pool, .item = item, .mode = mode};

	mcha_operation_begin(pool, item, 1);
	if (!item->is_lock) {
		mcha_quorum_clear(pool, item, 1);
	}
	mcha_item_size_limit_learn(pool, item, 1);
	if (!item->is_lock) {
		mcha_item_version_give(pool, item, 1);
	}
	if (item->answer.status == MCHA_STATUS_PENDING) {
		item->answer.status = decide_item(&d);
	}
	item->write.changed = item->acknowledged;
	pool->running.is_read_later = item->is_lock; /* by locks/ */
	mcha_operation_end(pool, item, 1, MCHA_VERB_STORE);
}
