/* SPDX-License-Identifier: MIT */
/* Requests of the operation that runs, the rounds that carry them, and what the report says of
 * them. */
#ifndef MCHA_ENGINE_POOL_ROUND_H
#define MCHA_ENGINE_POOL_ROUND_H

#include "pool.h"

/* May this node be asked now? Claims the probe of a node whose retry is due, so ask only when the
 * request follows. The answer holds for the operation, unless the node fails in it. */
bool mcha_pool_admit(mcha_pool *pool, uint16_t node, bool last_resort);

/* How the pool holds nodes down, as its settings have it. */
mcha_health_rules mcha_pool_rules(const mcha_pool *pool);

/* As mcha_pool_admit(), but asked again at each call: neither this process keeps away from the
 * node, nor do all. */
bool mcha_pool_may_send(mcha_pool *pool, uint16_t node, const mcha_health_rules *rules,
	bool last_resort);

/* A new request for this node in the round that is being prepared, all zero but for node and
 * reply.status. It stays where it is until the operation ends. NULL: no memory. */
static inline mcha_request *mcha_pool_request(mcha_pool *pool, uint16_t node)
{
	mcha_request *request = mcha_request_list_add(&pool->requests);

	if (request) {
		request->node = node;
		request->reply.status = MCHA_STATUS_PENDING;
		request->reply.ttl = MCHA_TTL_UNKNOWN;
	}
	return request;
}

/* Room for so many more requests. False: no memory. */
static inline bool mcha_pool_reserve(mcha_pool *pool, size_t more)
{
	return mcha_request_list_reserve(&pool->requests, more);
}

/* The round that is being prepared has a request. */
static inline bool mcha_pool_has_round(const mcha_pool *pool)
{
	return pool->requests.first != NULL;
}

/* Runs the round that was prepared: carries those of its requests that have no status yet, in
 * parallel, for at most budget microseconds and never past the operation's deadline. Afterwards
 * every reply.status is set and pool->running.now is fresh. Returns the round's first request,
 * which is linked to the others (later); NULL: there is none. */
mcha_request *mcha_pool_run(mcha_pool *pool, mcha_usec budget);

/* The same for a round that ends when it is enough by this policy (fanout.h; NULL: when all have
 * answered), and that has checks, with pool->running.grace. What was not needed is
 * MCHA_STATUS_CANCELLED, which is no node's fault, or MCHA_STATUS_IN_FLIGHT. */
mcha_request *mcha_pool_run_until_enough(mcha_pool *pool, mcha_usec budget,
	const mcha_wait_policy *wait);

/* Looks through the requests of the round that is being prepared, again and again while the round
 * runs: those that were done with are looked at once more only at the end, so that a round of many
 * requests costs little. (A node that is asked anew in the classic way has unanswered requests
 * again.) */
typedef struct mcha_round_scan {
	const mcha_request *first;
	const mcha_request *next; /* those before this one were done with */
} mcha_round_scan;

static inline void mcha_round_scan_init(mcha_round_scan *scan, const mcha_pool *pool)
{
	scan->first = scan->next = pool->requests.first;
}

/* All requests of the round are done with. */
bool mcha_round_scan_is_done(mcha_round_scan *scan,
	bool (*is_done)(const mcha_request *request, const void *context), const void *context);

/* Notes in the report that this node failed this operation. */
void mcha_pool_note_failure(mcha_pool *pool, uint16_t node, mcha_status status);

/* The same: the operation has not waited for this node's answer. */
void mcha_pool_note_pending(mcha_pool *pool, uint16_t node);

/* A round over the pool's nodes, which begins at this moment; its deadline and its waiting are the
 * caller's to set. The rules are those of mcha_pool_rules(). */
mcha_round mcha_pool_round(mcha_pool *pool, const mcha_health_rules *rules, mcha_usec now);

#endif
