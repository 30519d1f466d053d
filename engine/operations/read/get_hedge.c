/* SPDX-License-Identifier: MIT */
/* The first round of a read: asks the next replica, too, if the first one is slow. */
#include "get.h"
#include "get_ask.h"

/* --- hedging ---------------------------------------------------------------------------------- */

typedef struct hedged_round {
	mcha_pool *pool;
	unsigned want;
	mcha_round_scan scan;
} hedged_round;

/* Asks the next replica, if its node is free to be asked at once. */
static void hedge_item(const hedged_round *round, mcha_item *item)
{
	mcha_pool *pool = round->pool;
	mcha_replica *next;

	if (item->cursor >= mcha_pool_copies(pool)) {
		return;
	}
	next = &item->replicas[item->cursor];
	if (!next->doubted && mcha_fanout_is_free(pool->nodes[next->node])
		&& mcha_replica_may_ask(pool, item, next, false) && mcha_hedge_spend(&pool->hedge)
		&& mcha_get_ask_replica(pool, item, next, round->want)) {
		item->cursor++;
		pool->report.hedged++;
	}
}

static mcha_request *ask_next_replicas(void *context)
{
	const hedged_round *round = context;
	const mcha_request *request = round->scan.first;
	mcha_request *last = round->pool->requests.last;

	for (; request; request = request == last ? NULL : request->later) {
		if (request->reply.status == MCHA_STATUS_PENDING && !request->check) {
			hedge_item(round, request->item);
		}
	}
	return last->later;
}

static bool is_found(const mcha_item *item)
{
	size_t i;

	for (i = 0; i < item->replica_count; i++) {
		if (mcha_replica_status(&item->replicas[i]) == MCHA_STATUS_OK) {
			return true;
		}
	}
	return false;
}

/* The request is not answered, and no replica of the item was found. */
static bool is_needed(const mcha_request *request)
{
	return request->reply.status == MCHA_STATUS_PENDING && !is_found(request->item);
}

static bool is_done(const mcha_request *request, const void *context)
{
	(void)context;
	return !is_needed(request);
}

static bool is_each_item_found(void *context)
{
	hedged_round *round = context;

	return mcha_round_scan_is_done(&round->scan, is_done, NULL);
}

/* A read for a token waits for the copy that decides what it is worth. */
static mcha_usec hedge_after(const mcha_pool *pool, unsigned want)
{
	if (!pool->settings.allow_failover || want & MCHA_WANT_CAS) {
		return 0;
	}
	return mcha_hedge_after(&pool->hedge, pool->settings.hedge_after);
}

static mcha_request *run_hedged(mcha_pool *pool, size_t count, unsigned want, mcha_usec budget)
{
	mcha_request *first = pool->requests.first;
	hedged_round round = {pool, want | mcha_targets_copying(pool), {NULL, NULL}};
	mcha_usec began = pool->running.now, after = hedge_after(pool, want);
	mcha_wait_policy hedged = {
		.is_enough = is_each_item_found,
		.ask_more = ask_next_replicas,
		.context = &round,
		.patience = began + after,
	};
	bool hedges = after && mcha_pool_reserve(pool, count);

	mcha_round_scan_init(&round.scan, pool);
	mcha_pool_run_until_enough(pool, budget, hedges ? &hedged : NULL);
	if (!pool->running.checking) {
		/* a hedged read says of the slow replica only that it took longer than this */
		mcha_hedge_learn(&pool->hedge, pool->running.now - began);
	}
	return first;
}

mcha_request *mcha_get_run_hedged(mcha_pool *pool, size_t count, unsigned want, mcha_usec budget)
{
	return pool->settings.hedge_after ? run_hedged(pool, count, want, budget)
									  : mcha_pool_run(pool, budget);
}
