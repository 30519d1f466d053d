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
 * A node that cannot be asked hands the decision to the next home node; never to a node that is not
 * a home of the key, because there nobody would find it decided. */
#include "account.h"
#include "beside.h"
#include "copies.h"
#include "limits.h"
#include "previous.h"
#include "quorum.h"
#include "replica_check.h"
#include "settle.h"
#include "token.h"
#include "zone_write.h"

#include <string.h>

typedef struct decision {
	mcha_pool *pool;
	mcha_item *item;
	mcha_mode mode;
	bool asked;       /* somebody could be */
	mcha_status unsure; /* how a home before the authority failed that may have done it all the same */
	uint16_t doubted;   /* the first such node */
	size_t authority; /* position; valid when decided */
	size_t verdict;   /* index of the authority's request */
} decision;

static const mcha_request *verdict_of(const decision *d)
{
	return &d->pool->requests[d->verdict];
}

/* Unless it was only asked whether there is a key. */
static void note_failure(decision *d, const mcha_request *request)
{
	mcha_plan_fault(d->item, request->reply.status);
	if (d->unsure == MCHA_STATUS_OK && request->verb == MCHA_VERB_STORE
		&& !mcha_status_is_unsent(request->reply.status)) {
		d->unsure = request->reply.status;
		d->doubted = request->node;
	}
}

/* A home that gave no answer may have carried it out: who says then that it was refused says too much.
 * Of a lock the one who holds it is right. */
static mcha_status refused(decision *d, mcha_status status)
{
	if (d->unsure == MCHA_STATUS_OK) {
		return status;
	}
	if (d->item->fleeting) {
		if (!d->item->unowed) {
			mcha_account_doubt(d->pool, d->item, d->doubted, verdict_of(d)->node);
		}
		return status;
	}
	return d->unsure;
}

/* Asks the home node at this position to decide. False: it gave no answer. */
static bool ask_authority(decision *d, size_t position, bool insist)
{
	mcha_pool *pool = d->pool;
	uint16_t node = mcha_plan_list(pool, 0)[position];
	uint64_t cas = 0;
	mcha_request *request;

	if (!mcha_plan_may_ask(pool, 0, node, insist)) {
		mcha_plan_skip(pool, d->item, 0, node, position, MCHA_VERB_STORE);
		return false;
	}
	d->asked = true;
	d->authority = position;
	d->verdict = pool->request_count;
	request = mcha_plan_request(pool, d->item, 0, node, position, MCHA_VERB_STORE);
	if (!request) {
		return false;
	}
	if (d->item->cas && !(cas = mcha_token_cas(pool->nodes[node]->cas_tag, d->item->cas))) {
		request->verb = MCHA_VERB_GET; /* only to hear whether there is a key at all */
	}
	request->mode = d->mode;
	request->cas = cas;
	request->want = MCHA_WANT_CAS;
	request->value = d->item->value;
	request->value_length = d->item->value_length;
	request->flags = d->item->flags;
	request->exptime = d->item->exptime;
	if (mcha_limits_exceeded(pool->nodes[node], d->item->key_length, d->item->value_length)) {
		request->reply.status = MCHA_STATUS_TOO_BIG;
	}
	/* the homes behind this one and the round for the copies are still to come */
	mcha_pool_run(pool, d->verdict, mcha_plan_share(pool, mcha_pool_copies(pool) - position + 1));
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

static bool find_authority(decision *d)
{
	size_t homes = d->pool->settings.allow_failover ? mcha_pool_copies(d->pool) : 1;
	size_t position;

	for (position = 0; position < homes; position++) {
		if (ask_authority(d, position, false)) {
			return true;
		}
	}
	/* nobody was held to be up: a retry may be due for one who insists */
	for (position = 0; position < homes && !d->asked; position++) {
		if (ask_authority(d, position, true)) {
			return true;
		}
	}
	return false;
}

/* --- the authority has no such key: have the others? ------------------------------------------- */

static bool ask_whole(decision *d, uint16_t node, size_t position)
{
	mcha_request *request = mcha_plan_request(d->pool, d->item, 0, node, position, MCHA_VERB_GET);

	if (request) {
		request->want = MCHA_WANT_VALUE | MCHA_WANT_CAS | MCHA_WANT_TTL;
	}
	return request != NULL;
}

static void ask_others(decision *d)
{
	mcha_pool *pool = d->pool;
	const uint16_t *list = mcha_plan_list(pool, 0);
	size_t position;

	for (position = 0; position < mcha_pool_copies(pool); position++) {
		mcha_request *request;

		if (position == d->authority || !mcha_plan_may_ask(pool, 0, list[position], false)) {
			continue;
		}
		request = mcha_plan_request(pool, d->item, 0, list[position], position, MCHA_VERB_GET);
		if (request) {
			request->want = MCHA_WANT_VALUE | mcha_plan_copying(pool);
		}
	}
}

static void remove_own(decision *d, size_t copy)
{
	mcha_pool *pool = d->pool;
	const mcha_request *held = &pool->requests[copy];
	uint64_t cas = held->reply.cas;
	mcha_request *request = mcha_plan_request(pool, d->item, 0, held->node, held->position,
		MCHA_VERB_DELETE);

	if (request) {
		request->cas = cas;
	}
}

/* Gives the authority, which has none, the copy of another home node. One that is about to end is one that the
 * authority has let expire. */
static bool restore_authority(decision *d, const mcha_reply *source)
{
	mcha_pool *pool = d->pool;
	size_t at = pool->request_count;
	mcha_request *request;

	if (mcha_plan_is_expiring(source->ttl)
		|| mcha_plan_is_being_deleted(pool, d->item->key, d->item->key_length)) {
		return false;
	}
	request = mcha_plan_request(pool, d->item, 0, mcha_plan_list(pool, 0)[d->authority],
		d->authority, MCHA_VERB_STORE);
	if (!request) {
		return false;
	}
	request->mode = MCHA_MODE_ADD;
	request->want = MCHA_WANT_CAS;
	request->value = source->value;
	request->value_length = source->size;
	request->flags = source->flags;
	request->exptime = mcha_plan_exptime(pool, source->ttl);
	request->version = mcha_version_of(source->cas);
	mcha_pool_run(pool, at, mcha_plan_share(pool, 2));
	if (pool->requests[at].reply.status == MCHA_STATUS_OK
		&& mcha_plan_is_being_deleted(pool, d->item->key, d->item->key_length)) {
		remove_own(d, at);
		mcha_pool_run(pool, at + 1, mcha_plan_share(pool, 2));
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
	mcha_pool_run(pool, first, mcha_plan_share(pool, 3));
	for (i = first; i < end && !refilled; i++) {
		mcha_reply source = pool->requests[i].reply;

		refilled = source.status == MCHA_STATUS_OK && restore_authority(d, &source);
	}
	mcha_plan_release(pool, first);
	return refilled;
}

/* --- the authority has decided: the others follow ---------------------------------------------- */

static void copy_outcome(decision *d, size_t *first)
{
	mcha_copies copies = {.verb = MCHA_VERB_STORE, .want = MCHA_WANT_CAS,
		.mode = d->mode == MCHA_MODE_ADD ? MCHA_MODE_ADD : MCHA_MODE_SET,
		.from = d->authority + 1};

	*first = d->pool->request_count;
	if (*first > 1) {
		mcha_plan_wider(d->pool, d->item, 0); /* homes that could not be the authority need stand-ins */
	}
	mcha_copies_ask(d->pool, d->item, 0, &copies);
	mcha_beside_ask(d->pool, d->item, d->authority);
	if (*first < d->pool->request_count) {
		mcha_pool_run(d->pool, *first, mcha_plan_share(d->pool, 2));
	}
	if (mcha_copies_can_hand_off(d->pool, &copies)) {
		mcha_copies_hand_off(d->pool, d->item, *first, &copies);
	}
}

/* A home copy, other than the authority, that had the key before an add that the authority granted. */
static long find_conflict(const decision *d, size_t first)
{
	size_t i;

	for (i = first; d->mode == MCHA_MODE_ADD && i < d->pool->request_count; i++) {
		const mcha_request *request = &d->pool->requests[i];

		if (request->verb == MCHA_VERB_STORE && request->reply.status == MCHA_STATUS_NOT_STORED) {
			return (long)i;
		}
	}
	return -1;
}

/* Takes back what the refused add has just made, the authority's copy first. The older value is not put in its
 * place: it may be on its way out (a lock that is just being released must not come back), and if
 * it stays, the next read refills. */
static mcha_status take_back(decision *d)
{
	mcha_pool *pool = d->pool;
	size_t at = pool->request_count;

	remove_own(d, d->verdict);
	mcha_pool_run(pool, at, mcha_plan_share(pool, 3));
	return at < pool->request_count ? pool->requests[at].reply.status : MCHA_STATUS_NO_MEMORY;
}

static void take_back_copies(decision *d, size_t first, size_t end)
{
	mcha_pool *pool = d->pool;
	size_t i, asked = pool->request_count;

	for (i = first; i < end; i++) {
		if (pool->requests[i].verb == MCHA_VERB_STORE
			&& pool->requests[i].reply.status == MCHA_STATUS_OK) {
			remove_own(d, i);
		}
	}
	mcha_pool_run(pool, asked, mcha_plan_share(pool, 1));
}

static bool is_same_or_newer(mcha_pool *pool, const mcha_reply *there, const mcha_reply *here, uint64_t own)
{
	return mcha_version_is(there->cas) && mcha_version_is(own) ? mcha_plan_rank(pool, there->cas) > own
		: there->size == here->size && memcmp(there->value, here->value, there->size) == 0;
}

/* The authority's copy was changed before it could be taken back: by one who saw it, and whose change, on its way
 * to the copies, is what the add has met there? Then it took place. */
static bool was_built_on(decision *d, size_t conflict)
{
	mcha_pool *pool = d->pool;
	const uint16_t node = pool->requests[conflict].node, position = pool->requests[conflict].position;
	const uint64_t own = verdict_of(d)->reply.cas;
	size_t at = pool->request_count;
	bool built = false;

	if (ask_whole(d, verdict_of(d)->node, d->authority) && ask_whole(d, node, position)) {
		const mcha_reply *here, *there;

		mcha_pool_run(pool, at, mcha_plan_share(pool, 2));
		here = &pool->requests[at].reply;
		there = &pool->requests[at + 1].reply;
		built = here->status == MCHA_STATUS_OK && there->status == MCHA_STATUS_OK
			&& is_same_or_newer(pool, there, here, own);
	}
	mcha_plan_release(pool, at);
	return built;
}

/* The conflicting copy is gone by now, or expiring: the add stands, and is given to it too. False:
 * there is one again. */
static bool replace_older(decision *d, size_t conflict, mcha_mode mode)
{
	mcha_pool *pool = d->pool;
	size_t at = pool->request_count;
	mcha_request *request = mcha_plan_request(pool, d->item, 0, pool->requests[conflict].node,
		pool->requests[conflict].position, MCHA_VERB_STORE);

	if (!request) {
		return true;
	}
	request->mode = mode;
	request->want = MCHA_WANT_CAS;
	request->value = d->item->value;
	request->value_length = d->item->value_length;
	request->flags = d->item->flags;
	request->exptime = d->item->exptime;
	mcha_pool_run(pool, at, mcha_plan_share(pool, 1));
	return pool->requests[at].reply.status != MCHA_STATUS_NOT_STORED;
}

/* The copy that was there before: is it alive? */
static mcha_reply look_at(decision *d, size_t conflict)
{
	mcha_pool *pool = d->pool;
	size_t at = pool->request_count;
	mcha_request *request = mcha_plan_request(pool, d->item, 0, pool->requests[conflict].node,
		pool->requests[conflict].position, MCHA_VERB_GET);

	if (!request) {
		return (mcha_reply){.status = MCHA_STATUS_NO_MEMORY};
	}
	request->want = MCHA_WANT_TTL;
	mcha_pool_run(pool, at, mcha_plan_share(pool, 2));
	return pool->requests[at].reply;
}

/* True: the add is refused after all. */
static bool yields_to_older(decision *d, size_t first)
{
	long conflict = find_conflict(d, first);
	mcha_reply older;
	bool gone, expiring;
	size_t end;

	if (conflict < 0) {
		return false;
	}
	older = look_at(d, (size_t)conflict);
	gone = older.status == MCHA_STATUS_MISS;
	expiring = older.status == MCHA_STATUS_OK && mcha_plan_is_expiring(older.ttl);
	if ((gone || expiring)
		&& replace_older(d, (size_t)conflict, gone ? MCHA_MODE_ADD : MCHA_MODE_SET)) {
		return false;
	}
	end = d->pool->request_count;
	if (take_back(d) == MCHA_STATUS_EXISTS && was_built_on(d, (size_t)conflict)) {
		return false;
	}
	take_back_copies(d, first, end);
	return true;
}

/* While this outcome was on its way to the copies, the authority may have decided again, and that
 * outcome may have overtaken this one: it takes no less than two round trips, so that a quick round is
 * beyond suspicion. */
#define OVERTAKING (5 * MCHA_USEC_PER_MSEC)

/* Has the authority decided again? Then its copy is what the others are to have. */
static void check_overtaken(decision *d, size_t first, mcha_usec began)
{
	mcha_pool *pool = d->pool;
	size_t i, end = pool->request_count;
	uint64_t cas = verdict_of(d)->reply.cas;
	uint16_t authority = verdict_of(d)->node;
	mcha_request *request;

	if (pool->now - began < OVERTAKING || !cas || d->item->fleeting || d->item->locked
		|| !(request = mcha_plan_request(pool, d->item, 0, authority, d->authority, MCHA_VERB_GET))) {
		return;
	}
	request->want = MCHA_WANT_CAS;
	mcha_pool_run(pool, end, mcha_plan_share(pool, 1));
	if (pool->requests[end].reply.status == MCHA_STATUS_OK && pool->requests[end].reply.cas == cas) {
		return;
	}
	for (i = first; i < end; i++) {
		if (pool->requests[i].verb == MCHA_VERB_STORE && pool->requests[i].reply.status == MCHA_STATUS_OK
			&& mcha_plan_is_home(pool, pool->requests[i].position)) {
			mcha_account_owe(pool, d->item, pool->requests[i].node, authority);
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
			mcha_plan_fault(d->item, request->reply.status);
		}
	}
}

/* The authority hung, was given up by others, who went on with the next home, and then answered. */
static bool is_overruled(decision *d)
{
	if (!mcha_account_is_overruled(d->pool, d->item, verdict_of(d)->node)) {
		return false;
	}
	mcha_plan_fault(d->item, MCHA_STATUS_OWED);
	return true;
}

static mcha_status decide(decision *d)
{
	mcha_pool *pool = d->pool;
	const mcha_status lacks = d->mode == MCHA_MODE_REPLACE ? MCHA_STATUS_NOT_STORED
		: MCHA_STATUS_MISS;
	mcha_usec began;
	size_t first;

	if (!d->item->unowed) {
		mcha_settle(pool, d->item, 1,
			d->mode == MCHA_MODE_ADD ? MCHA_SETTLE_RENEWING : MCHA_SETTLE_KEEPING);
	}
	mcha_previous_bring(pool, d->item, 1);
	if (!find_authority(d)) {
		return d->item->fault != MCHA_STATUS_OK ? d->item->fault : MCHA_STATUS_DOWN;
	}
	if (d->mode != MCHA_MODE_ADD && verdict_of(d)->reply.status == lacks && refill_authority(d)) {
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
	if (is_overruled(d)) {
		return MCHA_STATUS_OWED;
	}
	began = pool->now;
	copy_outcome(d, &first);
	if (yields_to_older(d, first)) {
		return refused(d, MCHA_STATUS_NOT_STORED);
	}
	count_copies(d, first);
	if (!d->item->fleeting) {
		mcha_account_write(pool, d->item, MCHA_VERB_STORE);
	}
	check_overtaken(d, first, began);
	if (is_overruled(d)) {
		return MCHA_STATUS_OWED;
	}
	if (!d->item->unowed) {
		/* the debts first: what a stand-in has is not to go while a home still owes it */
		mcha_copies_sweep(pool, d->item, 1, MCHA_VERB_STORE);
	}
	d->item->answer.cas = mcha_token_pack(pool->nodes[verdict_of(d)->node]->cas_tag,
		verdict_of(d)->reply.cas);
	return mcha_plan_verdict(pool, d->item);
}

void mcha_decide(mcha_pool *pool, mcha_item *item, mcha_mode mode)
{
	decision d = {.pool = pool, .item = item, .mode = mode};

	mcha_pool_enter(pool);
	mcha_plan(pool, item, 1);
	if (!item->fleeting) {
		mcha_quorum_clear(pool, item, 1);
	}
	mcha_limits_learn(pool, item, 1);
	if (!item->fleeting) {
		mcha_plan_versions(pool, item, 1);
	}
	if (item->answer.status == MCHA_STATUS_PENDING) {
		item->answer.status = decide(&d);
	}
	mcha_zone_write_note(pool, item, MCHA_VERB_STORE);
	if (item->answer.status == MCHA_STATUS_OK && mcha_replica_check_is_noting(pool)) {
		mcha_replica_check_wrote(pool, item, 0, item->acknowledged);
	}
	mcha_plan_report(pool, item, 1);
	mcha_pool_leave(pool);
}
