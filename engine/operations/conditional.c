/* SPDX-License-Identifier: MIT */
/* add, replace, compare-and-swap: the authority (the first home node that is up) decides, once, and
 * the outcome is then given to the other copies.
 *
 *   add       authority says stored   -> add on the other copies. One that has the key already shows
 *                                        that the authority has lost it (a restart): the add is taken
 *                                        back and refused. (Or that somebody has built on it already.)
 *   replace,  authority has no key    -> the other copies are read; one that has it refills the
 *   cas                                  authority, which is then asked once more. (A token that is no
 *                                        version is void by then.)
 *
 * A node that cannot be asked hands the decision to the next home node; but not where this process alone cannot ask it
 * (evidence.h), unless it is an add. Where no home node can be asked, the first
 * handoff node that is up decides (not for McHA::lock(), nor for registers): every process of the host sees the
 * same homes down, and asks the same handoff node. That it has the key refuses an add; that it does not have it is
 * no answer to replace and cas, because a home may. The homes owe the outcome (hints.h), locks too, as do handoff
 * nodes that were passed over: what comes back is given it before it decides again. If a home comes back while a
 * handoff node decides, the outcome is taken back: that home may have decided otherwise. */
#include "operations.h"
#include "engine/pool/pool_operation.h"
#include "engine/replica/hint_record.h"
#include "engine/replica/beside.h"
#include "engine/replica/write_replicas.h"
#include "decision.h"
#include "engine/replica/item_size_limit.h"
#include "engine/pool/local_health.h"
#include "engine/replica/previous_pool.h"
#include "engine/operations/register/quorum.h"
#include "engine/replica/replica_check.h"
#include "engine/replica/hint_replay.h"
#include "engine/protocol/cas_token.h"
#include "engine/replica/async_write.h"

typedef mcha_decision decision;

static const mcha_request *verdict_of(const decision *d)
{
	return mcha_decision_verdict(d);
}

static mcha_status lacks(const decision *d)
{
	return d->mode == MCHA_MODE_REPLACE ? MCHA_STATUS_NOT_STORED : MCHA_STATUS_MISS;
}

/* Unless it was only asked whether there is a key. */
static void note_failure(decision *d, const mcha_request *request)
{
	mcha_verdict_fault(d->item, request->reply.status);
	if (d->indeterminate == MCHA_STATUS_OK && request->verb == MCHA_VERB_STORE
		&& !mcha_status_is_unsent(request->reply.status)) {
		d->indeterminate = request->reply.status;
		d->doubted = request->node;
	}
}

/* A home that gave no answer may have carried it out: who says then that it was refused says too much.
 * Of a lock the one who holds it is right. */
static mcha_status refused(decision *d, mcha_status status)
{
	if (d->indeterminate == MCHA_STATUS_OK) {
		return status;
	}
	if (d->item->is_lock) {
		if (!d->item->no_hints) {
			mcha_hint_record_indeterminate(d->pool, d->item, d->doubted, verdict_of(d)->node);
		}
		return status;
	}
	return d->indeterminate;
}

/* Time for one authority: the home nodes behind it, a handoff node and the round for the copies are still to come. */
static mcha_usec share_of(const decision *d, size_t position)
{
	const size_t copies = mcha_pool_copies(d->pool);

	return mcha_targets_share(d->pool, position < copies ? copies - position + 1 : 2);
}

/* Asks the node at this position to decide. False: it gave no answer. */
static bool ask_authority(decision *d, size_t position, bool last_resort)
{
	mcha_pool *pool = d->pool;
	uint16_t node = mcha_targets_list(pool, 0)[position];
	uint64_t cas = 0;
	mcha_usec began;
	mcha_request *request;

	if (!mcha_targets_may_ask(pool, 0, node, last_resort)) {
		mcha_targets_skip(pool, d->item, 0, node, position, MCHA_VERB_STORE);
		return false;
	}
	d->asked = d->asked || mcha_targets_is_home(pool, position);
	d->authority = position;
	d->verdict = pool->request_count;
	request = mcha_targets_request(pool, d->item, 0, node, position, MCHA_VERB_STORE);
	if (!request) {
		return false;
	}
	if (d->item->cas && !(cas = mcha_cas_token_cas(pool->nodes[node]->cas_tag, d->item->cas))) {
		request->verb = MCHA_VERB_GET; /* only to hear whether there is a key at all */
	}
	request->mode = d->mode;
	request->cas = cas;
	request->want = MCHA_WANT_CAS;
	request->value = d->item->value;
	request->value_length = d->item->value_length;
	request->flags = d->item->flags;
	request->exptime = mcha_decision_exptime(d, position);
	if (mcha_item_size_limit_exceeded(pool->nodes[node], d->item->key_length, d->item->value_length)) {
		request->reply.status = MCHA_STATUS_TOO_BIG;
	}
	began = pool->now;
	mcha_pool_run(pool, d->verdict, share_of(d, position));
	d->decided_in = pool->now - began;
	if (!mcha_status_is_answer(verdict_of(d)->reply.status)) {
		note_failure(d, verdict_of(d));
		pool->requests[d->verdict].verb = MCHA_VERB_STORE; /* it will miss the outcome */
		return false;
	}
	if (pool->requests[d->verdict].verb == MCHA_VERB_GET
		&& verdict_of(d)->reply.status == MCHA_STATUS_OK) {
		/* another node's token is worth nothing here */
		pool->requests[d->verdict].reply.status = MCHA_STATUS_EXISTS;
	}
	return true;
}

/* --- no home node can be asked ------------------------------------------------------------------- */

static bool may_hand_off(const decision *d)
{
	const mcha_write copies = {.verb = MCHA_VERB_STORE, .mode = MCHA_MODE_SET};

	return !d->item->no_hints && mcha_write_replicas_can_hand_off(d->pool, &copies);
}

static bool is_up(const mcha_pool *pool, uint16_t node)
{
	return mcha_health_look(pool->nodes[node]->health, pool->now).state == MCHA_HEALTH_UP;
}

/* No home is up again and has missed something that this node does not have. */
static bool homes_wait_for(const decision *d, uint16_t node)
{
	const uint16_t *list = mcha_targets_list(d->pool, 0);
	size_t i;

	for (i = 0; i < mcha_pool_copies(d->pool); i++) {
		if (mcha_exclusion_find(d->pool, 0, list[i]) && is_up(d->pool, list[i])
			&& !mcha_hint_record_needs(d->pool, d->item, list[i], node)) {
			return false;
		}
	}
	return true;
}

/* Since it was passed over: another process may have asked it, and did not know yet that it has missed this. (One that
 * owes was not asked by others either.) */
static bool is_back(const decision *d, uint16_t home)
{
	return d->pool->settings.retry_interval && !mcha_exclusion_find(d->pool, 0, home)
		&& is_up(d->pool, home);
}

static bool is_any_home_up(const decision *d)
{
	const uint16_t *list = mcha_targets_list(d->pool, 0);
	size_t i;

	for (i = 0; i < mcha_pool_copies(d->pool); i++) {
		if (is_back(d, list[i])) {
			return true;
		}
	}
	return false;
}

static bool ask_handoff_nodes(decision *d)
{
	size_t position = mcha_pool_copies(d->pool);

	if (!may_hand_off(d) || is_any_home_up(d)) {
		return false;
	}
	mcha_targets_wider(d->pool, d->item, 0);
	for (; position < d->item->candidate_count; position++) {
		uint16_t node = mcha_targets_list(d->pool, 0)[position];

		if (!mcha_pool_is_former(d->pool, node) && homes_wait_for(d, node)
			&& ask_authority(d, position, false)
			&& (d->mode == MCHA_MODE_ADD || verdict_of(d)->reply.status != lacks(d))) {
			return true;
		}
	}
	return false;
}

/* As the homes do: when it is back, it is asked before the one that decided. */
static void owe_passed_over(decision *d)
{
	mcha_pool *pool = d->pool;
	size_t i;

	for (i = 0; i < d->verdict; i++) {
		const mcha_request *request = &pool->requests[i];

		if (request->verb == MCHA_VERB_STORE && !mcha_targets_is_home(pool, request->position)
			&& !mcha_status_is_answer(request->reply.status)) {
			mcha_hint_record_stale(pool, d->item, request->node, verdict_of(d)->node);
		}
	}
}

/* After the account: of this process and one that asks a home which comes back, at least one sees the other. */
static bool has_home_back(decision *d)
{
	mcha_pool *pool = d->pool;
	const uint16_t *list = mcha_targets_list(pool, 0);
	bool any = !homes_wait_for(d, verdict_of(d)->node);
	size_t i;

	for (i = 0; i < mcha_pool_copies(pool); i++) {
		if (is_back(d, list[i])) {
			mcha_hint_record_drop(pool, d->item, list[i], verdict_of(d)->node);
			any = true;
		}
	}
	return any;
}

/* --- who decides --------------------------------------------------------------------------------- */

/* This home gave no answer. Other processes that get answers from it let it decide: then no other home may decide at
 * the same time. (An add is refused by any home that has the key: of two that are made at the same time one is taken back.) */
static bool may_pass_over(const decision *d, uint16_t home)
{
	return d->mode == MCHA_MODE_ADD || mcha_exclusion_find(d->pool, 0, home)
		|| !mcha_local_health_differs(d->pool->nodes[home]->id, d->pool->nodes[home]->health,
			d->pool->now);
}

static bool ask_homes(decision *d, bool last_resort)
{
	const uint16_t *list = mcha_targets_list(d->pool, 0);
	size_t homes = d->pool->settings.allow_failover ? mcha_pool_copies(d->pool) : 1;
	size_t position;

	for (position = 0; position < homes; position++) {
		if (ask_authority(d, position, last_resort)) {
			return true;
		}
		if (!may_pass_over(d, list[position])) {
			return false;
		}
	}
	return false;
}

/* Where no home was held to be up, a retry may be due for a caller that insists. */
static bool find_authority(decision *d)
{
	return ask_homes(d, false) || ask_handoff_nodes(d) || (!d->asked && ask_homes(d, true));
}

/* --- the authority has no such key: have the others? ------------------------------------------- */

static void ask_others(decision *d)
{
	mcha_pool *pool = d->pool;
	const uint16_t *list = mcha_targets_list(pool, 0);
	size_t position;

	for (position = 0; position < mcha_pool_copies(pool); position++) {
		mcha_request *request;

		if (position == d->authority) {
			continue;
		}
		if (!mcha_targets_may_ask(pool, 0, list[position], false)) {
			if (mcha_exclusion_leaves_open(mcha_exclusion_find(pool, 0, list[position]))) {
				mcha_verdict_fault(d->item, MCHA_STATUS_DOWN);
			}
			continue;
		}
		request = mcha_targets_request(pool, d->item, 0, list[position], position, MCHA_VERB_GET);
		if (request) {
			request->want = MCHA_WANT_VALUE | mcha_targets_copying(pool);
		}
	}
}

/* Gives the authority, which has none, the copy of another home node. One that is about to end is one that the
 * authority has let expire. */
static bool restore_authority(decision *d, const mcha_reply *source)
{
	mcha_pool *pool = d->pool;
	size_t at = pool->request_count;
	mcha_request *request;

	if (mcha_copy_is_expiring(source->ttl)
		|| mcha_targets_is_being_deleted(pool, d->item->key, d->item->key_length)) {
		return false;
	}
	request = mcha_targets_request(pool, d->item, 0, mcha_targets_list(pool, 0)[d->authority],
		d->authority, MCHA_VERB_STORE);
	if (!request) {
		return false;
	}
	request->mode = MCHA_MODE_ADD;
	request->want = MCHA_WANT_CAS;
	request->value = source->value;
	request->value_length = source->size;
	request->flags = source->flags;
	request->exptime = mcha_copy_exptime(pool, source->ttl);
	request->version = mcha_version_of(source->cas);
	mcha_pool_run(pool, at, mcha_targets_share(pool, 2));
	if (pool->requests[at].reply.status == MCHA_STATUS_OK
		&& mcha_targets_is_being_deleted(pool, d->item->key, d->item->key_length)) {
		mcha_conflict_take_back(d, at, at + 1, MCHA_NOWHERE);
		return false;
	}
	pool->report.repaired += pool->requests[at].reply.status == MCHA_STATUS_OK;
	return mcha_status_is_answer(pool->requests[at].reply.status);
}

/* True: the authority had lost the key and has it again; ask it once more. */
static bool refill_authority(decision *d)
{
	mcha_pool *pool = d->pool;
	size_t first = pool->request_count, end, i;
	bool refilled = false;

	if (!pool->settings.allow_failover || pool->settings.miss_failover == MCHA_MISS_NEVER) {
		return false;
	}
	ask_others(d);
	end = pool->request_count;
	if (first == end) {
		return false;
	}
	mcha_pool_run(pool, first, mcha_targets_share(pool, 3));
	for (i = first; i < end && !refilled; i++) {
		mcha_reply source = pool->requests[i].reply;

		if (!mcha_status_is_answer(source.status)) {
			mcha_verdict_fault(d->item, source.status);
		}
		refilled = source.status == MCHA_STATUS_OK && restore_authority(d, &source);
	}
	mcha_targets_release(pool, first);
	return refilled;
}

/* The authority has no such key, nor has any other home that could be asked. One that was down lately may have lost
 * it: its word alone is no proof. */
static mcha_status absent(decision *d)
{
	mcha_verdict_note_miss(d->pool, d->item, verdict_of(d)->node);
	return d->item->missing || d->item->fault == MCHA_STATUS_OK ? lacks(d) : d->item->fault;
}

/* --- the authority has decided: the others follow ---------------------------------------------- */

static void copy_outcome(decision *d, size_t *first)
{
	mcha_write copies = {.verb = MCHA_VERB_STORE, .want = MCHA_WANT_CAS,
		.mode = d->mode == MCHA_MODE_ADD ? MCHA_MODE_ADD : MCHA_MODE_SET,
		.from = d->authority + 1};

	*first = d->pool->request_count;
	if (*first > 1) {
		mcha_targets_wider(d->pool, d->item, 0); /* homes that could not be the authority need handoff nodes */
	}
	mcha_write_replicas_ask(d->pool, d->item, 0, &copies);
	mcha_beside_ask(d->pool, d->item, d->authority);
	if (*first < d->pool->request_count) {
		mcha_pool_run(d->pool, *first, mcha_targets_share(d->pool, 2));
	}
	if (mcha_write_replicas_can_hand_off(d->pool, &copies)) {
		mcha_write_replicas_hand_off(d->pool, d->item, *first, &copies);
	}
}

/* While the decision was on its way to this process (which may have been stopped), and its outcome on the way to the copies, the
 * authority may have decided again, and that outcome may have overtaken this one: it takes no less than two round trips, so that
 * two quick rounds are beyond suspicion. */
#define OVERTAKING (5 * MCHA_USEC_PER_MSEC)

/* It was lost, or may have been, since this operation began: what it does not have now says nothing. */
static bool was_lost(const decision *d, uint16_t node)
{
	const mcha_pool *pool = d->pool;

	return mcha_health_failed_lately(pool->nodes[node]->health, pool->now,
		pool->now - pool->started + 1);
}

/* Another CAS proves it, and so does a deletion. No answer proves nothing, nor that a node which was restarted meanwhile has
 * nothing: then what the copies have acknowledged stands. */
static bool has_decided_again(const decision *d, const mcha_request *question)
{
	const mcha_reply *reply = &question->reply;

	if (reply->status == MCHA_STATUS_MISS) {
		return !was_lost(d, question->node)
			|| mcha_targets_is_being_deleted(d->pool, d->item->key, d->item->key_length);
	}
	return reply->status == MCHA_STATUS_OK && reply->cas && reply->cas != verdict_of(d)->reply.cas;
}

/* The authority's copy is what the other homes are to have. A handoff node's copy may have been put over a younger one. */
static void void_copy(const decision *d, const mcha_request *copy)
{
	if (mcha_targets_is_home(d->pool, copy->position)) {
		mcha_hint_record_stale(d->pool, d->item, copy->node, verdict_of(d)->node);
	} else {
		mcha_hint_record_deletion(d->pool, d->item, copy->node);
	}
}

static void check_overtaken(decision *d, size_t first, mcha_usec began)
{
	mcha_pool *pool = d->pool;
	size_t i, end = pool->request_count;
	uint16_t authority = verdict_of(d)->node;
	mcha_request *request;

	if (first == end || (pool->now - began < OVERTAKING && d->decided_in < OVERTAKING) || !verdict_of(d)->reply.cas
		|| d->item->is_lock || d->item->locked
		|| !(request = mcha_targets_request(pool, d->item, 0, authority, d->authority, MCHA_VERB_GET))) {
		return;
	}
	request->want = MCHA_WANT_CAS;
	mcha_pool_run(pool, end, mcha_targets_share(pool, 1));
	if (!has_decided_again(d, &pool->requests[end])) {
		return;
	}
	for (i = first; i < end; i++) {
		if (pool->requests[i].verb == MCHA_VERB_STORE && pool->requests[i].reply.status == MCHA_STATUS_OK) {
			void_copy(d, &pool->requests[i]);
		}
	}
}

static void count_copies(decision *d, size_t first)
{
	mcha_pool *pool = d->pool;
	size_t i;

	d->item->acknowledged = 1;
	d->item->first_home_acked = d->authority == 0;
	for (i = first; i < pool->request_count; i++) {
		const mcha_request *request = &pool->requests[i];

		if (request->verb != MCHA_VERB_STORE) {
			continue;
		}
		if (request->reply.status == MCHA_STATUS_OK) {
			d->item->acknowledged++;
		} else if (request->reply.status != MCHA_STATUS_NOT_STORED) {
			mcha_verdict_fault(d->item, request->reply.status);
		}
	}
}

/* The authority hung, was given up by others, who went on with the next home, and then answered. Or a handoff node
 * decided, and a home came back. */
static bool is_overruled(decision *d)
{
	return mcha_hint_record_is_overruled(d->pool, d->item, verdict_of(d)->node)
		|| (mcha_decision_is_handed_off(d) && has_home_back(d));
}

/* Of a lock nothing is left, and its caller tries again. What else a handoff node was given is taken back, too, before a
 * home is given it. */
static mcha_status leave_void(decision *d)
{
	const bool lock = d->item->is_lock && !d->item->no_hints;

	if (lock || mcha_decision_is_handed_off(d)) {
		mcha_conflict_take_back(d, d->verdict, d->pool->request_count, MCHA_NOWHERE);
	}
	if (lock) {
		return MCHA_STATUS_NOT_STORED;
	}
	mcha_verdict_fault(d->item, MCHA_STATUS_STALE);
	return MCHA_STATUS_STALE;
}

/* Nodes that have missed a lock need not be told, as it is short: those that hold it can be asked. Not so where
 * none of them is a home. */
static void account(decision *d)
{
	const bool handed_off = mcha_decision_is_handed_off(d);

	if (!d->item->is_lock || handed_off) {
		mcha_hint_record_write(d->pool, d->item, MCHA_VERB_STORE);
	}
	if (handed_off) {
		owe_passed_over(d);
	}
}

/* The authority has granted it. */
static mcha_status carry_out(decision *d)
{
	mcha_pool *pool = d->pool;
	mcha_usec began = pool->now;
	mcha_conflict conflict;
	size_t first;

	copy_outcome(d, &first);
	conflict = mcha_conflict_resolve(d, first);
	if (conflict > MCHA_CONFLICT_TWIN) {
		return conflict == MCHA_CONFLICT_REFUSED ? refused(d, MCHA_STATUS_NOT_STORED)
			: d->item->fault;
	}
	count_copies(d, first);
	account(d);
	check_overtaken(d, first, began);
	if (is_overruled(d)) {
		return leave_void(d);
	}
	if (!d->item->no_hints) {
		/* the hints first: what a handoff node has is not to go while a home still owes it */
		mcha_write_replicas_purge(pool, d->item, 1, MCHA_VERB_STORE);
	}
	d->item->answer.cas = mcha_cas_token_pack(pool->nodes[verdict_of(d)->node]->cas_tag,
		verdict_of(d)->reply.cas);
	return conflict == MCHA_CONFLICT_TWIN ? MCHA_STATUS_UNDECIDED : mcha_verdict(pool, d->item);
}

static mcha_status decide(decision *d)
{
	mcha_pool *pool = d->pool;

	if (!d->item->no_hints) {
		mcha_hint_replay(pool, d->item, 1,
			d->mode == MCHA_MODE_ADD ? MCHA_REPLAY_RENEWING : MCHA_REPLAY_KEEPING);
	}
	mcha_previous_pool_migrate(pool, d->item, 1);
	if (!find_authority(d)) {
		return d->item->fault != MCHA_STATUS_OK ? d->item->fault : MCHA_STATUS_DOWN;
	}
	if (d->mode != MCHA_MODE_ADD && verdict_of(d)->reply.status == lacks(d)) {
		if (!refill_authority(d)) {
			return refused(d, absent(d));
		}
		if (d->item->cas && !mcha_version_is(d->item->cas)) {
			/* the refilled copy has a new CAS: the token is void */
			return refused(d, MCHA_STATUS_EXISTS);
		}
		if (!ask_authority(d, d->authority, false)) {
			return d->item->fault;
		}
	}
	if (verdict_of(d)->reply.status != MCHA_STATUS_OK) {
		return refused(d, verdict_of(d)->reply.status);
	}
	if (mcha_hint_record_is_overruled(pool, d->item, verdict_of(d)->node)) {
		return leave_void(d);
	}
	return carry_out(d);
}

void mcha_decide(mcha_pool *pool, mcha_item *item, mcha_mode mode)
{
	decision d = {.pool = pool, .item = item, .mode = mode};

	mcha_pool_enter(pool);
	mcha_targets(pool, item, 1);
	if (!item->is_lock) {
		mcha_quorum_clear(pool, item, 1);
	}
	mcha_item_size_limit_learn(pool, item, 1);
	if (!item->is_lock) {
		mcha_item_version_give(pool, item, 1);
	}
	if (item->answer.status == MCHA_STATUS_PENDING) {
		item->answer.status = decide(&d);
	}
	mcha_async_write_note(pool, item, MCHA_VERB_STORE);
	if (item->answer.status == MCHA_STATUS_OK && mcha_replica_check_is_noting(pool)) {
		mcha_replica_check_wrote(pool, item, 0, item->acknowledged);
	}
	mcha_verdict_report(pool, item, 1);
	mcha_pool_leave(pool);
}
