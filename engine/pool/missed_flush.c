/* SPDX-License-Identifier: MIT */
/* The flush is kept with the health of its node; one process claims the replay, the others take the node for down. */
#include "missed_flush.h"

#include "engine/base/exptime.h"
#include "pool_round.h"

#include <time.h>

/* Other servers may carry out a delayed flush so much later than at its time, as they were asked later: then what they have is
 * not to be brought to one that was flushed before them. */
#define FLUSH_LATE (2 * MCHA_USEC_PER_SEC)

void mcha_missed_flush_note(mcha_pool *pool, uint16_t node, int64_t delay)
{
	mcha_usec seconds = delay <= MCHA_EXPTIME_RELATIVE_MAX ? delay : delay - (int64_t)time(NULL);

	seconds = seconds < INT32_MAX ? seconds : INT32_MAX; /* servers know no later time */
	mcha_health_miss_flush(pool->health, pool->nodes[node]->health, pool->started
		+ (seconds > 0 ? seconds * MCHA_USEC_PER_SEC + FLUSH_LATE : 0));
}

/* It is a probe, too, where one is due. */
static void ask_to_flush(mcha_pool *pool, uint16_t index, const mcha_health_rules *rules)
{
	mcha_health *health = pool->nodes[index]->health;
	mcha_request *request;
	int64_t seen;

	if (!mcha_health_is_unflushed(health, pool->now)
		|| !mcha_health_claim_flush(health, pool->now, rules->lease, &seen)) {
		return;
	}
	request = mcha_pool_may_send(pool, index, rules, false) ? mcha_pool_request(pool, index) : NULL;
	if (!request) {
		mcha_health_end_flush(pool->health, health, pool->now, seen, false);
		return;
	}
	request->verb = MCHA_VERB_FLUSH;
	request->delta = (uint64_t)seen; /* means nothing to this verb: kept for the end */
}

/* One that answers otherwise refuses to be flushed by any client: it will not be asked again. */
void mcha_missed_flush_replay(mcha_pool *pool)
{
	const mcha_health_rules rules = mcha_pool_rules(pool);
	const mcha_usec claimed = pool->now;
	size_t i;

	for (i = 0; i < pool->node_count; i++) {
		ask_to_flush(pool, (uint16_t)i, &rules);
	}
	if (pool->request_count == 0) {
		return;
	}
	mcha_pool_run(pool, 0, (pool->deadline - pool->now) / 4);
	for (i = 0; i < pool->request_count; i++) {
		const mcha_request *request = &pool->requests[i];

		mcha_health_end_flush(pool->health, pool->nodes[request->node]->health, claimed,
			(int64_t)request->delta, mcha_status_is_answer(request->reply.status));
	}
	pool->request_count = 0;
}
