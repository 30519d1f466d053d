/* SPDX-License-Identifier: MIT */
/* Draws fencing numbers: every home counts its copy up, the greatest answer is the number, and the
 * copies behind it are raised to it before it is given out. So the next caller that reaches more
 * than half of the homes reaches one that has the number. (McHA's usual counters answer the
 * authority's number: counter.c.)
 *
 *   all homes have it, and agree   one round: the counter's next number
 *   some have none, or less        the number is raised to the one that counters begin with (the
 *                                  time, if the caller has it so), so that it is greater even where
 *                                  a majority has forgotten all; a second round raises the copies
 *
 * A home that missed the number gets a hint: it is raised when it is back, so that the homes that
 * have the number may be lost then. The hint does not keep the next call from asking that home,
 * whose copy can only be too small. */
#include "engine/operations/operations.h"

#include "engine/replica/hint_record.h"
#include "engine/replica/operation.h"
#include "votes.h"

/* Runs the round that was prepared, if it has any request. */
static void run_round(mcha_pool *pool, mcha_item *item, mcha_usec budget)
{
	const mcha_request *request = mcha_pool_has_round(pool) ? mcha_pool_run(pool, budget) : NULL;

	for (; request; request = request->later) {
		if (!mcha_status_is_answer(request->reply.status)) {
			mcha_verdict_fault(item, request->reply.status);
		}
	}
}

static void ask_to_count(mcha_pool *pool, mcha_item *item, mcha_replica *home, uint64_t delta)
{
	mcha_request *request = mcha_votes_ask(pool, item, home, MCHA_VERB_COUNT);

	if (request) {
		request->delta = delta;
		request->create = true;
		request->initial = mcha_targets_number(item);
		request->exptime = item->exptime;
	}
}

static void count_up(mcha_pool *pool, mcha_item *item)
{
	size_t position;

	for (position = 0; position < mcha_pool_copies(pool); position++) {
		mcha_replica *home = &item->replicas[position];

		if (mcha_replica_may_ask(pool, item, home, false)) {
			ask_to_count(pool, item, home, 1);
		} else {
			mcha_replica_skip(pool, item, home);
		}
	}
	run_round(pool, item, mcha_targets_share(pool, 3));
}

/* Where the protocol cannot make a counter that is missing. */
static void make_missing(mcha_pool *pool, mcha_item *item)
{
	size_t position;

	for (position = 0; position < mcha_pool_copies(pool); position++) {
		mcha_replica *home = &item->replicas[position];
		mcha_request *request = mcha_replica_status(home) == MCHA_STATUS_MISS
			? mcha_votes_ask(pool, item, home, MCHA_VERB_STORE)
			: NULL;

		if (request) {
			request->mode = MCHA_MODE_ADD;
			request->value = item->value;
			request->value_length = item->value_length;
			request->exptime = item->exptime;
		}
	}
	run_round(pool, item, mcha_targets_share(pool, 2));
}

/* The copy's number after the operation's last request; 0: the node told none. */
static uint64_t number_of(const mcha_item *item, const mcha_replica *home)
{
	return mcha_replica_status(home) != MCHA_STATUS_OK ? 0
		: home->request->verb == MCHA_VERB_STORE       ? mcha_targets_number(item)
													   : home->request->reply.number;
}

/* The greatest; agreed: all homes have it. */
static uint64_t find_greatest(const mcha_pool *pool, const mcha_item *item, bool *agreed)
{
	uint64_t greatest = 0;
	size_t position, homes = mcha_pool_copies(pool), having = 0;

	for (position = 0; position < homes; position++) {
		uint64_t number = number_of(item, &item->replicas[position]);

		having = number > greatest ? 1 : having + (number && number == greatest);
		greatest = number > greatest ? number : greatest;
	}
	*agreed = having == homes;
	return greatest;
}

static void raise_copies(mcha_pool *pool, mcha_item *item, uint64_t number)
{
	size_t position;

	for (position = 0; position < mcha_pool_copies(pool); position++) {
		mcha_replica *home = &item->replicas[position];
		uint64_t has = number_of(item, home);

		if (has && has < number) {
			ask_to_count(pool, item, home, number - has);
		}
	}
	run_round(pool, item, mcha_targets_share(pool, 1));
}

typedef struct drawn {
	const mcha_item *item;
	uint64_t number;
} drawn;

static bool has_number(const mcha_replica *home, const void *context)
{
	const drawn *one = context;

	return number_of(one->item, home) >= one->number;
}

static mcha_status count_votes(const mcha_pool *pool, mcha_item *item, uint64_t number)
{
	const drawn one = {item, number};
	const mcha_votes votes = mcha_votes_count(pool, item, has_number, &one);

	item->acknowledged = (uint16_t)votes.done;
	return mcha_votes_are_enough(&votes)                   ? MCHA_STATUS_OK
		: votes.done == 0 && item->fault != MCHA_STATUS_OK ? item->fault
														   : MCHA_STATUS_NO_QUORUM;
}

static mcha_status draw_number(mcha_pool *pool, mcha_item *item)
{
	mcha_status status;
	uint64_t number;
	bool agreed;

	count_up(pool, item);
	make_missing(pool, item);
	number = find_greatest(pool, item, &agreed);
	if (!agreed && number) {
		number = number < mcha_targets_number(item) ? mcha_targets_number(item) : number;
		raise_copies(pool, item, number);
	}
	item->answer.number = number;
	status = count_votes(pool, item, number ? number : UINT64_MAX);
	if (status == MCHA_STATUS_OK) {
		mcha_hint_record_write(pool, item, 1, MCHA_VERB_COUNT);
	}
	return status;
}

void mcha_fence(mcha_pool *pool, mcha_item *item)
{
	mcha_operation_begin(pool, item, 1);
	if (item->answer.status == MCHA_STATUS_PENDING) {
		item->answer.status = draw_number(pool, item);
	}
	mcha_operation_end(pool, item, 1, MCHA_VERB_COUNT);
}
