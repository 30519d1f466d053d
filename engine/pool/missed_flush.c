/* SPDX-License-Identifier: MIT */
/* A missed flush is stored with the health of its node. One process claims the replay; until it has
 * flushed the node, the other processes treat the node as down. */
#include "missed_flush.h"

#include "engine/base/exptime.h"
#include "engine/shared/health/health_flush.h"
#include "pool_round.h"

#include <time.h>

/* Other servers may carry out a delayed flush up to this long after its time, as they received it
 * later. The replay waits as long: a node that is flushed before them could get copies of their old
 * items. */
#define FLUSH_LATE (2 * MCHA_USEC_PER_SEC)

void mcha_missed_flush_note(mcha_pool *pool, uint16_t node, int64_t delay, uint64_t mark)
{
	mcha_usec seconds = delay <= MCHA_EXPTIME_RELATIVE_MAX ? delay : delay - (int64_t)time(NULL);

	atomic_store(&pool->nodes[node]->health->flush_mark, mark);
	seconds = seconds < INT32_MAX ? seconds : INT32_MAX; /* servers accept no longer delay */
	mcha_health_miss_flush(pool->shared.health, pool->nodes[node]->health,
		pool->running.started + (seconds > 0 ? seconds * MCHA_USEC_PER_SEC + FLUSH_LATE : 0));
}

/* The flush is also the node's probe, if one is due. */
static void request_flush(mcha_pool *pool, uint16_t index, const mcha_health_rules *rules)
{
	mcha_health *health = pool->nodes[index]->health;
	mcha_request *request;
	int64_t seen;

	if (!mcha_health_is_unflushed(health, pool->running.now)
		|| !mcha_health_claim_flush(health, pool->running.now, rules->lease, &seen)) {
		return;
	}
	request = mcha_pool_may_send(pool, index, rules, false) ? mcha_pool_request(pool, index) : NULL;
	if (!request) {
		mcha_health_end_flush(pool->shared.health, health, pool->running.now, seen, false);
		return;
	}
	request->verb = MCHA_VERB_FLUSH;
	/* this verb does not use delta: keeps it for mcha_health_end_flush() */
	request->delta = (uint64_t)seen;
}

/* Other hosts need not doubt the node's copies any more. */
static void tell_other_hosts(mcha_pool *pool, const mcha_node *node)
{
	const uint64_t mark = atomic_exchange(&node->health->flush_mark, 0);

	if (mark) {
		mcha_journal_add(mcha_hints_journal(pool->shared.hints),
			&(mcha_journal_record){
				.node = node->id,
				.mark = mcha_mark_with_kind(mark, MCHA_MARK_TRUSTED),
			});
	}
}

/* A node that answers with an error refuses flushes by any client: the missed flush counts as
 * replayed then, too. */
void mcha_missed_flush_replay(mcha_pool *pool)
{
	const mcha_health_rules rules = mcha_pool_rules(pool);
	const mcha_usec claimed = pool->running.now;
	const mcha_request *request;
	size_t i;

	for (i = 0; i < pool->node_count; i++) {
		request_flush(pool, (uint16_t)i, &rules);
	}
	if (!mcha_pool_has_round(pool)) {
		return;
	}
	request = mcha_pool_run(pool, (pool->running.deadline - pool->running.now) / 4);
	for (; request; request = request->later) {
		const mcha_node *node = pool->nodes[request->node];

		mcha_health_end_flush(pool->shared.health, node->health, claimed, (int64_t)request->delta,
			mcha_status_is_answer(request->reply.status));
		if (!mcha_health_is_unflushed(node->health, pool->running.now)) {
			tell_other_hosts(pool, node);
		}
	}
}
