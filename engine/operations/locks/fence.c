/* SPDX-License-Identifier: MIT */
/* Fencing numbers: a counter that lies on the home nodes, but is not McHA's usual kind, whose answer is
 * the authority's. Here every copy is counted up, the greatest answer is the number, and the copies
 * behind it are lifted to it before it is given out: whoever comes next and reaches more than half of
 * the homes reaches one that has it.
 *
 *   all homes have it, and agree   one round: the counter's next number
 *   some have none, or less        the number is lifted to the one that counters begin with (the time,
 *                                  if the caller has it so), so that it is greater even where a
 *                                  majority has forgotten all; a second round lifts the copies
 *
 * Nobody owes anything here: a copy that missed a number is lifted by the next one. */
#include "engine/operations/operations.h"
#include "engine/pool/pool_operation.h"
#include "votes.h"

static void ask_to_count(mcha_pool *pool, mcha_item *item, uint16_t node, size_t position,
		uint64_t delta)
{
	mcha_request *request = mcha_targets_request(pool, item, 0, node, position, MCHA_VERB_COUNT);

	if (request) {
		request->delta = delta;
		request->create = true;
		request->initial = mcha_targets_number(item);
		request->exptime = item->exptime;
	}
}

static void count(mcha_pool *pool, mcha_item *item)
{
	const uint16_t *list = mcha_targets_list(pool, 0);
	size_t position, homes = mcha_pool_copies(pool), asked = 0;

	for (position = 0; position < homes; position++) {
		if (mcha_targets_may_ask(pool, 0, list[position], false)) {
			ask_to_count(pool, item, list[position], position, 1);
			asked++;
		} else {
			mcha_targets_skip(pool, item, 0, list[position], position, MCHA_VERB_COUNT);
		}
	}
	if (asked) {
		mcha_pool_run(pool, 0, mcha_targets_share(pool, 3));
	}
}

/* Where the protocol cannot make a counter that is missing. */
static void make_missing(mcha_pool *pool, mcha_item *item)
{
	size_t i, end = pool->request_count;

	for (i = 0; i < end; i++) {
		mcha_request *request;

		if (pool->requests[i].reply.status != MCHA_STATUS_MISS) {
			continue;
		}
		request = mcha_targets_request(pool, item, 0, pool->requests[i].node,
			pool->requests[i].position, MCHA_VERB_STORE);
		if (request) {
			request->mode = MCHA_MODE_ADD;
			request->value = item->value;
			request->value_length = item->value_length;
			request->exptime = item->exptime;
		}
	}
	if (end < pool->request_count) {
		mcha_pool_run(pool, end, mcha_targets_share(pool, 2));
	}
}

/* The copy's number after this request; 0: it told none. */
static uint64_t number_of(const mcha_item *item, const mcha_request *request)
{
	return request->reply.status != MCHA_STATUS_OK ? 0
		: request->verb == MCHA_VERB_STORE ? mcha_targets_number(item) : request->reply.number;
}

/* The greatest; agreed: all homes have it. */
static uint64_t find_greatest(const mcha_pool *pool, const mcha_item *item, bool *agreed)
{
	uint64_t greatest = 0;
	size_t i, homes = mcha_pool_copies(pool), having = 0;

	for (i = 0; i < pool->request_count; i++) {
		uint64_t number = number_of(item, &pool->requests[i]);

		having = number > greatest ? 1 : having + (number && number == greatest);
		greatest = number > greatest ? number : greatest;
	}
	*agreed = having == homes;
	return greatest;
}

static void lift(mcha_pool *pool, mcha_item *item, uint64_t number)
{
	size_t i, end = pool->request_count;

	for (i = 0; i < end; i++) {
		uint64_t has = number_of(item, &pool->requests[i]);

		if (has && has < number) {
			ask_to_count(pool, item, pool->requests[i].node, pool->requests[i].position,
				number - has);
		}
	}
	if (end < pool->request_count) {
		mcha_pool_run(pool, end, mcha_targets_share(pool, 1));
	}
}

typedef struct drawn {
	const mcha_item *item;
	uint64_t number;
} drawn;

static bool has_it(const mcha_request *request, const void *context)
{
	const drawn *one = context;

	return number_of(one->item, request) >= one->number;
}

static mcha_status verdict(const mcha_pool *pool, mcha_item *item, uint64_t number)
{
	const drawn one = {item, number};
	const mcha_votes votes = mcha_votes_count(pool, has_it, &one);
	size_t i;

	for (i = 0; i < pool->request_count; i++) {
		if (!mcha_status_is_answer(pool->requests[i].reply.status)) {
			mcha_verdict_fault(item, pool->requests[i].reply.status);
		}
	}
	item->acknowledged = (uint16_t)votes.done;
	return mcha_votes_are_enough(&votes) ? MCHA_STATUS_OK
		: votes.done == 0 && item->fault != MCHA_STATUS_OK ? item->fault : MCHA_STATUS_NO_QUORUM;
}

static mcha_status draw(mcha_pool *pool, mcha_item *item)
{
	uint64_t number;
	bool agreed;

	count(pool, item);
	make_missing(pool, item);
	number = find_greatest(pool, item, &agreed);
	if (!agreed && number) {
		number = number < mcha_targets_number(item) ? mcha_targets_number(item) : number;
		lift(pool, item, number);
	}
	item->answer.number = number;
	return verdict(pool, item, number ? number : UINT64_MAX);
}

void mcha_fence(mcha_pool *pool, mcha_item *item)
{
	mcha_pool_enter(pool);
	mcha_targets(pool, item, 1);
	if (item->answer.status == MCHA_STATUS_PENDING) {
		item->answer.status = draw(pool, item);
	}
	mcha_verdict_report(pool, item, 1);
	mcha_pool_leave(pool);
}
