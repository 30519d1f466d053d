/* SPDX-License-Identifier: MIT */
/* What a write leaves behind: who acknowledged is forgiven what he owed, who missed it owes it from now on. */
#include "account.h"

#include <string.h>

#define CHAIN 4 /* debts that name one another, followed so far */

static bool find_debt(const mcha_pool *pool, const mcha_item *item, uint16_t node, mcha_debt *debt)
{
	return pool->owed && mcha_owed_by(pool->nodes[node]->health)
		&& mcha_owed_find(pool->owed, pool->nodes[node]->id, item->key, item->key_length, debt);
}

void mcha_account_try(mcha_pool *pool, const mcha_item *item, uint16_t node)
{
	mcha_debt debt;

	if (pool->owing && find_debt(pool, item, node, &debt)) {
		mcha_owed_try(pool->owed, &debt, pool->now);
	}
}

/* Handoff copies live for a shorter time than a touch may want: what that would cost the other copies is worse than their not
 * hearing of it. */
static bool has_the_life(const mcha_pool *pool, const mcha_item *item, const mcha_request *request)
{
	return mcha_plan_is_home(pool, request->position)
		|| (item->handed_off
			&& mcha_plan_handoff_exptime(pool, item->exptime) == item->exptime);
}

/* For each item one that has what the write left behind. For a key that is gone from all copies
 * there is no such node. (What a touch finds at a stand-in lives no longer than stand-ins' copies may.) */
static void find_good(const mcha_pool *pool, mcha_item *items, mcha_verb verb)
{
	size_t i;

	for (i = 0; i < pool->request_count; i++) {
		const mcha_request *request = &pool->requests[i];

		if (request->verb == verb && request->reply.status == MCHA_STATUS_OK
			&& (verb != MCHA_VERB_TOUCH || has_the_life(pool, &items[request->item], request))
			&& !items[request->item].good) {
			items[request->item].good = request->node + 1u;
		}
	}
}

static bool is_unsure(mcha_status status)
{
	return !mcha_status_is_answer(status) && !mcha_status_is_unsent(status);
}

/* One who has come to owe the key himself since this operation began has what is out of date by now: he
 * acknowledged, and then others went on without him. What his own debt names is what counts. */
static uint64_t who_is_good_now(const mcha_pool *pool, const mcha_item *item, uint64_t good)
{
	mcha_debt debt;
	unsigned step;

	for (step = 0; good && step < CHAIN; step++) {
		long node = mcha_pool_find(pool, good);

		if (node < 0 || !mcha_owed_by(pool->nodes[node]->health)
			|| !mcha_owed_find(pool->owed, good, item->key, item->key_length, &debt)
			|| mcha_owed_is_older(&debt, pool->started)) {
			break;
		}
		good = debt.good;
	}
	return good;
}

/* A node that comes out as the good one has acknowledged something newer, and owes nothing. Whoever is
 * named may come to owe just then: looked at again. The time is this moment's, not that of the last answer: an operation of
 * another process that has begun in between, and has not seen the debt, must find it to be newer. */
static void owe(mcha_pool *pool, const mcha_item *item, uint16_t node, uint64_t good,
		mcha_usec ends, bool unsure)
{
	mcha_node *debtor = pool->nodes[node];
	mcha_debt debt = {.node = debtor->id, .unsure = unsure ? pool->now : 0,
		.fleeting = item->fleeting, .key_length = (uint16_t)item->key_length};
	uint64_t now = who_is_good_now(pool, item, good);
	unsigned attempt = 0;

	memcpy(debt.key, item->key, item->key_length);
	do {
		if (now && now == debtor->id) {
			return;
		}
		debt.good = now;
		debt.ends = now && now == good ? ends : 0; /* when another write's value ends is not known here */
		mcha_owed_add_debt(pool->owed, debtor->health, &debt, mcha_clock_now());
		now = who_is_good_now(pool, item, debt.good);
	} while (now != debt.good && ++attempt < CHAIN);
}

/* Who has what the request should have left: of a deleted key nobody, and a stand-in whose copy may be
 * old is better off without. */
static uint64_t good_of(const mcha_pool *pool, const mcha_item *item, const mcha_request *request)
{
	return request->verb == MCHA_VERB_DELETE || !mcha_plan_is_home(pool, request->position) ? 0
		: pool->nodes[item->good - 1]->id;
}

/* What this very write has put right. A debt that is younger than the write is somebody else's. */
static void forgive(mcha_pool *pool, const mcha_item *item, uint16_t node)
{
	const uint64_t id = pool->nodes[node]->id;
	mcha_debt debt;

	/* it may be there more than once, see mcha_owed_add() */
	while (mcha_owed_by(pool->nodes[node]->health)
		&& mcha_owed_find(pool->owed, id, item->key, item->key_length, &debt)
		&& mcha_owed_is_older(&debt, pool->started) && mcha_owed_settle(pool->owed, &debt)) {
	}
}

/* A node that did not answer, and was then asked once more (an authority that somebody insisted on). */
static bool is_made_good(const mcha_pool *pool, const mcha_item *item, const mcha_request *request)
{
	const mcha_request *other;

	for (other = mcha_plan_last(pool, item); other; other = mcha_plan_earlier(pool, other)) {
		if (other->node == request->node && other->verb == request->verb
			&& other->reply.status == MCHA_STATUS_OK) {
			return true;
		}
	}
	return false;
}

static bool missed(const mcha_pool *pool, const mcha_item *item, const mcha_request *request)
{
	return (!mcha_status_is_answer(request->reply.status)
		|| mcha_status_is_refusal(request->reply.status)) && !is_made_good(pool, item, request);
}

mcha_usec mcha_account_end(const mcha_pool *pool, const mcha_item *item, mcha_verb verb)
{
	const int64_t life = verb != MCHA_VERB_COUNT ? item->exptime
		: item->answer.ttl > 0 ? item->answer.ttl : 0;

	return mcha_owed_end(life, pool->now);
}

static void account(mcha_pool *pool, const mcha_item *items, const mcha_request *request,
		mcha_verb verb)
{
	const mcha_item *item = &items[request->item];

	if (request->reply.status == MCHA_STATUS_OK
		|| (request->reply.status == MCHA_STATUS_MISS && verb == MCHA_VERB_DELETE)) {
		if (verb != MCHA_VERB_TOUCH) { /* which says nothing of the value */
			forgive(pool, item, request->node);
		}
		return;
	}
	if (!missed(pool, item, request)) {
		return;
	}
	if (item->good || (verb == MCHA_VERB_DELETE && item->acknowledged)) {
		owe(pool, item, request->node, good_of(pool, item, request),
			mcha_account_end(pool, item, verb), is_unsure(request->reply.status));
	}
}

void mcha_account_write(mcha_pool *pool, mcha_item *items, mcha_verb verb)
{
	size_t i, end = pool->request_count;

	if (!pool->owed || (!pool->owing && pool->report.failed_count == 0)) {
		return;
	}
	find_good(pool, items, verb);
	for (i = 0; i < end; i++) {
		if (pool->requests[i].verb == verb) {
			account(pool, items, &pool->requests[i], verb);
		}
	}
}

void mcha_account_sweeps(mcha_pool *pool, mcha_item *items, size_t first)
{
	size_t i;

	for (i = first; pool->owed && i < pool->request_count; i++) {
		const mcha_request *request = &pool->requests[i];
		const mcha_item *item = &items[request->item];

		if (request->verb != MCHA_VERB_DELETE || request->reply.status == MCHA_STATUS_TRAILING) {
			continue;
		}
		if (!missed(pool, item, request)) {
			forgive(pool, item, request->node);
		} else {
			owe(pool, item, request->node, 0, 0, is_unsure(request->reply.status));
		}
	}
}

void mcha_account_doubt(mcha_pool *pool, const mcha_item *item, uint16_t node, uint16_t good)
{
	if (pool->owed) {
		owe(pool, item, node, pool->nodes[good]->id, 0, true);
	}
}

void mcha_account_owe(mcha_pool *pool, const mcha_item *item, uint16_t node, uint16_t good)
{
	if (pool->owed) {
		owe(pool, item, node, pool->nodes[good]->id, 0, false);
	}
}

void mcha_account_owe_deletion(mcha_pool *pool, const mcha_item *item, uint16_t node)
{
	mcha_debt debt;

	if (pool->owed && !find_debt(pool, item, node, &debt)) {
		owe(pool, item, node, 0, 0, false);
	}
}

void mcha_account_drop(mcha_pool *pool, const mcha_item *item, uint16_t node, uint16_t good)
{
	mcha_debt debt;

	while (find_debt(pool, item, node, &debt) && debt.good == pool->nodes[good]->id
		&& mcha_owed_settle(pool->owed, &debt)) {
	}
}

bool mcha_account_is_overruled(const mcha_pool *pool, const mcha_item *item, uint16_t node)
{
	mcha_debt debt;

	/* of a distrusted node the debt is not remembered, only when it was made */
	return (pool->owed && mcha_owed_distrusted(pool->nodes[node]->health) >= pool->started)
		|| (find_debt(pool, item, node, &debt) && !mcha_owed_is_older(&debt, pool->started));
}

bool mcha_account_needs(const mcha_pool *pool, const mcha_item *item, uint16_t node, uint16_t good)
{
	mcha_debt debt;

	return find_debt(pool, item, node, &debt) && debt.good == pool->nodes[good]->id;
}

const mcha_request *mcha_account_find_valid(const mcha_pool *pool, const mcha_item *item, mcha_verb verb)
{
	const mcha_request *request, *first = NULL;

	for (request = mcha_plan_last(pool, item); request; request = mcha_plan_earlier(pool, request)) {
		if (request->verb == verb && request->reply.status == MCHA_STATUS_OK
			&& !mcha_account_is_overruled(pool, item, request->node)) {
			first = request;
		}
	}
	return first;
}
