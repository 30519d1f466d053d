/* SPDX-License-Identifier: MIT */
/* Gives the outcome of a conditional operation to the replicas behind the authority, and confirms
 * it: no other replica contradicts it, the authority has not decided again in the meantime, and no
 * other process has gone on without it. */
#include "decision.h"

#include "engine/protocol/cas_token.h"
#include "engine/replica/beside.h"
#include "engine/replica/hint_record.h"
#include "engine/replica/purge.h"
#include "engine/replica/write_replicas.h"

/* --- propagate -------------------------------------------------------------------------------- */

/* Another copy can refuse an add that the authority has granted (conflict.c). With allow_failover=0
 * the authority's word alone counts, and the other copies follow it. */
static mcha_mode mode_of_others(const mcha_decision *d)
{
	return d->mode == MCHA_MODE_ADD && d->pool->settings.allow_failover ? MCHA_MODE_ADD
																		: MCHA_MODE_SET;
}

static void propagate_outcome(mcha_decision *d)
{
	mcha_pool *pool = d->pool;
	const mcha_write write = {
		.verb = MCHA_VERB_STORE,
		.want = MCHA_WANT_CAS,
		.mode = mode_of_others(d),
		.from = d->authority + 1,
	};
	const mcha_request *round;

	if (d->attempts > 1) {
		/* homes that could not be the authority need handoff nodes */
		mcha_targets_widen(pool, d->item);
	}
	mcha_write_replicas_ask(pool, d->item, &write);
	mcha_beside_ask(pool, d->item, d->authority);
	round = mcha_pool_run(pool, mcha_targets_share(pool, 2));
	if (mcha_write_replicas_can_hand_off(pool, &write)) {
		mcha_write_replicas_hand_off(pool, round, &write);
	}
}

static void count_copies(mcha_decision *d)
{
	size_t i;

	d->item->acknowledged = 1;
	d->item->first_home_acked = d->authority == 0;
	for (i = d->authority + 1; i < d->item->replica_count; i++) {
		const mcha_replica *replica = &d->item->replicas[i];
		const mcha_status status = mcha_replica_status(replica);

		if (status == MCHA_STATUS_OK) {
			d->item->acknowledged++;
		} else if (mcha_replica_is_concerned(replica) && status != MCHA_STATUS_NOT_STORED) {
			mcha_verdict_fault(d->item, status);
		}
	}
}

/* Nodes that have missed a lock need not be told, as it is short: those that hold it can be asked.
 * Not so where none of them is a home. */
static void record_hints(mcha_decision *d)
{
	const bool handed_off = mcha_decision_is_handed_off(d);

	if (!d->item->is_lock || handed_off) {
		mcha_hint_record_write(d->pool, d->item, 1, MCHA_VERB_STORE);
	}
	if (handed_off) {
		mcha_election_record_passed_over(d);
	}
}

/* --- confirm: not overtaken ------------------------------------------------------------------- */

/* While the decision was on its way to this process (which may have been stopped), and its outcome
 * on the way to the copies, the authority may have decided again, and that outcome may have
 * overtaken this one. For that it takes no less than two round trips, so that two quick rounds are
 * beyond suspicion. */
#define OVERTAKING (5 * MCHA_USEC_PER_MSEC)

/* The authority was lost, or may have been, since this operation began: that it does not have the
 * key now says nothing. */
static bool was_lost(const mcha_decision *d)
{
	const mcha_pool *pool = d->pool;

	return mcha_health_failed_lately(pool->nodes[d->verdict->node]->health, pool->running.now,
		pool->running.now - pool->running.started + 1);
}

/* Another CAS proves it, and so does a deletion. No answer proves nothing, nor does a node that was
 * restarted meanwhile and has nothing: then what the copies have acknowledged stands. */
static bool has_decided_again(const mcha_decision *d, const mcha_reply *now)
{
	if (now->status == MCHA_STATUS_MISS) {
		return !was_lost(d)
			|| mcha_targets_is_being_deleted(d->pool, d->item->key, d->item->key_length);
	}
	return now->status == MCHA_STATUS_OK && now->cas && now->cas != d->verdict->reply.cas;
}

/* The authority's copy is what the other homes are to have. A handoff node's copy may have been put
 * over a younger one. */
static void void_copies(mcha_decision *d)
{
	size_t i;

	for (i = d->authority + 1; i < d->item->replica_count; i++) {
		const mcha_replica *replica = &d->item->replicas[i];

		if (!mcha_decision_has_stored(replica)) {
			continue;
		}
		if (mcha_replica_is_home(replica)) {
			mcha_hint_record_stale(d->pool, d->item, replica->node, d->verdict->node);
		} else {
			mcha_hint_record_deletion(d->pool, d->item, replica->node);
		}
	}
}

static bool is_authority_alone(const mcha_decision *d)
{
	size_t i;

	for (i = d->authority + 1; i < d->item->replica_count; i++) {
		if (mcha_replica_is_concerned(&d->item->replicas[i])) {
			return false;
		}
	}
	return true;
}

static bool may_be_overtaken(const mcha_decision *d, mcha_usec began)
{
	return (d->pool->running.now - began >= OVERTAKING || d->decided_in >= OVERTAKING)
		&& d->verdict->reply.cas && !d->item->is_lock && !d->item->locked && !is_authority_alone(d);
}

static void check_overtaken(mcha_decision *d, mcha_usec began)
{
	mcha_request *request = may_be_overtaken(d, began)
		? mcha_replica_ask_beside(d->pool, d->item, mcha_decision_authority(d), MCHA_VERB_GET)
		: NULL;

	if (!request) {
		return;
	}
	request->want = MCHA_WANT_CAS;
	mcha_pool_run(d->pool, mcha_targets_share(d->pool, 1));
	if (has_decided_again(d, &request->reply)) {
		void_copies(d);
	}
}

/* --- confirm: not overruled ------------------------------------------------------------------- */

/* The authority hung, other processes gave it up and went on with the next home, and then it
 * answered. Or a handoff node decided, and a home came back. */
static bool is_overruled(mcha_decision *d)
{
	return mcha_hint_record_is_overruled(d->pool, d->item, d->verdict->node)
		|| (mcha_decision_is_handed_off(d) && mcha_election_has_home_back(d));
}

/* Of a lock nothing is left, and its caller tries again. What else a handoff node was given is
 * taken back, too, before a home is given it. */
mcha_status mcha_propagation_leave_void(mcha_decision *d)
{
	const bool lock = d->item->is_lock && !d->item->no_hints;

	if (lock || mcha_decision_is_handed_off(d)) {
		mcha_take_back(d, d->authority, d->item->replica_count, MCHA_NOWHERE);
	}
	if (lock) {
		return MCHA_STATUS_NOT_STORED;
	}
	mcha_verdict_fault(d->item, MCHA_STATUS_STALE);
	return MCHA_STATUS_STALE;
}

mcha_status mcha_propagation_carry_out(mcha_decision *d)
{
	mcha_pool *pool = d->pool;
	const mcha_usec began = pool->running.now;
	mcha_conflict conflict;

	propagate_outcome(d);
	conflict = mcha_conflict_resolve(d);
	if (conflict > MCHA_CONFLICT_TWIN) {
		return conflict == MCHA_CONFLICT_REFUSED ? mcha_decision_refuse(d, MCHA_STATUS_NOT_STORED)
												 : d->item->fault;
	}
	count_copies(d);
	record_hints(d);
	check_overtaken(d, began);
	if (is_overruled(d)) {
		return mcha_propagation_leave_void(d);
	}
	if (!d->item->no_hints) {
		/* the hints first: what a handoff node has is not to go while a home still has a hint that
		 * names the node */
		mcha_purge_behind(pool, d->item, 1);
	}
	d->item->answer.cas = mcha_cas_token_pack(pool->nodes[d->verdict->node]->cas_tag,
		d->verdict->reply.cas);
	return conflict == MCHA_CONFLICT_TWIN ? MCHA_STATUS_UNDECIDED : mcha_verdict(pool, d->item);
}
