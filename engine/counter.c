/* SPDX-License-Identifier: MIT */
/* Counters: every copy is asked for the same change at once, the authority's answer is the answer.
 *
 *   a copy that had no such key          is refilled from one that had (repair.c)
 *   a copy that was down lately and      is brought up to the answer, by compare-and-swap on what it
 *   counts from an older number          answered: if anyone counted there meanwhile, it is left to
 *                                        the next operation
 *   no copy has the key                  it is created by one deciding add, if a first number is
 *                                        given; who loses that race counts on the winner's
 *
 * Differences between copies that have not failed lately are other clients' changes on their way
 * (each server sees concurrent changes in its own order) and are left alone. */
#include "copies.h"
#include "repair.h"

#include <string.h>

#define CREATE_ATTEMPTS 3

typedef struct count_change {
	uint64_t delta;
	bool decrement;
} count_change;

static void ask_copies(mcha_pool *pool, mcha_item *item, const count_change *change)
{
	mcha_copies copies = {.verb = MCHA_VERB_COUNT, .want = MCHA_WANT_CAS, .delta = change->delta,
		.decrement = change->decrement};

	mcha_copies_ask(pool, item, 0, &copies);
	mcha_pool_run(pool, 0, mcha_plan_share(pool, 2));
}

static bool is_copy(const mcha_request *request)
{
	return request->verb == MCHA_VERB_COUNT;
}

/* The answer is that of the first home node, in order, that had the counter. */
static void fold(mcha_pool *pool, mcha_item *item)
{
	size_t i;

	for (i = 0; i < pool->request_count; i++) {
		const mcha_request *request = &pool->requests[i];

		if (!is_copy(request)) {
			continue;
		}
		if (request->reply.status == MCHA_STATUS_OK) {
			if (item->changed++ == 0) {
				item->answer.number = request->reply.number;
				item->answer.ttl = request->reply.ttl;
				item->position = request->position;
			}
			item->acknowledged++;
		} else if (request->reply.status == MCHA_STATUS_MISS) {
			item->acknowledged++;
		} else {
			mcha_plan_fault(item, request->reply.status);
		}
		item->first_home_acked = item->first_home_acked
			|| (request->position == 0 && mcha_status_is_answer(request->reply.status));
	}
}

static bool lags(const mcha_pool *pool, const mcha_item *item, const mcha_request *request,
		bool decrement)
{
	uint64_t number = request->reply.number;

	return is_copy(request) && request->reply.status == MCHA_STATUS_OK
		&& (decrement ? number > item->answer.number : number < item->answer.number)
		&& request->reply.cas && mcha_pool_failed_lately(pool, request->node);
}

static void lift(mcha_pool *pool, mcha_item *item, bool decrement)
{
	size_t i, asked = pool->request_count;

	for (i = 0; pool->troubled && i < asked; i++) {
		const mcha_request *behind = &pool->requests[i];
		uint64_t cas = behind->reply.cas, number = behind->reply.number;
		mcha_request *request;

		if (!lags(pool, item, behind, decrement)) {
			continue;
		}
		request = mcha_plan_request(pool, item, 0, behind->node, behind->position,
			MCHA_VERB_COUNT);
		if (request) {
			request->cas = cas;
			request->decrement = decrement;
			request->delta = decrement ? number - item->answer.number
				: item->answer.number - number;
		}
	}
	if (asked < pool->request_count) {
		mcha_pool_run(pool, asked, mcha_plan_share(pool, 1));
		for (i = asked; i < pool->request_count; i++) {
			pool->report.repaired += pool->requests[i].reply.status == MCHA_STATUS_OK;
		}
	}
}

static mcha_status count_once(mcha_pool *pool, mcha_item *item, const count_change *change)
{
	mcha_status verdict;

	mcha_pool_enter(pool);
	mcha_plan(pool, item, 1);
	if (item->answer.status == MCHA_STATUS_PENDING) {
		ask_copies(pool, item, change);
		fold(pool, item);
		verdict = mcha_plan_verdict(pool, item);
		item->answer.status = verdict == MCHA_STATUS_OK && !item->changed ? MCHA_STATUS_MISS
			: verdict;
		lift(pool, item, change->decrement);
		mcha_repair_unchanged(pool, item, 1);
	}
	mcha_plan_report(pool, item, 1);
	mcha_pool_leave(pool);
	return item->answer.status;
}

/* A question asked anew: what an earlier attempt left in the item is forgotten. */
static mcha_item fresh(const mcha_item *item)
{
	return (mcha_item){.key = item->key, .key_length = item->key_length,
		.hash_key = item->hash_key, .hash_length = item->hash_length, .value = item->value,
		.value_length = item->value_length, .flags = item->flags, .exptime = item->exptime};
}

static uint64_t parse_first(const mcha_item *item)
{
	uint64_t number = 0;
	size_t i;

	for (i = 0; i < item->value_length; i++) {
		number = number * 10 + (uint64_t)(item->value[i] - '0');
	}
	return number;
}

void mcha_count(mcha_pool *pool, mcha_item *item, uint64_t delta, bool decrement)
{
	count_change change = {delta, decrement};
	const mcha_item question = fresh(item);
	int attempt;

	for (attempt = 0; attempt < CREATE_ATTEMPTS; attempt++) {
		*item = question;
		if (count_once(pool, item, &change) != MCHA_STATUS_MISS || !item->value_length) {
			return;
		}
		*item = question;
		mcha_decide(pool, item, MCHA_MODE_ADD);
		if (item->answer.status != MCHA_STATUS_NOT_STORED) {
			item->answer.number = parse_first(item);
			return;
		}
	}
}
