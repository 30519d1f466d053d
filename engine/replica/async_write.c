/* SPDX-License-Identifier: MIT */
/* Chooses which replicas a write waits for, and records an in-flight hint for the rest. */
#include "hint_record.h"
#include "async_write.h"

#include <string.h>
#include <unistd.h>

#include "engine/base/fork_generation.h"
#include "engine/base/random.h"

#define NOT_A_COPY UINT16_MAX

/* --- which replicas a write waits for ------------------------------------------------------------ */

static bool applies(const mcha_pool *pool)
{
	return pool->settings.zone_writes == MCHA_ZONE_WRITES_LOCAL && pool->settings.local_zone[0]
		&& pool->settings.allow_failover && pool->hints && !mcha_hints_is_crowded(pool->hints);
}

static bool is_local(const mcha_pool *pool, uint16_t node)
{
	return strcmp(pool->nodes[node]->endpoint.zone, pool->settings.local_zone) == 0;
}

static bool is_asked(const mcha_request *request)
{
	return request->reply.status == MCHA_STATUS_PENDING;
}

/* Two counts come to the same whichever is first, and so do two touches. */
static bool is_reordered(const mcha_item *item, mcha_verb verb)
{
	uint8_t others = item->on_the_way;

	if (verb == MCHA_VERB_COUNT || verb == MCHA_VERB_TOUCH) {
		others &= (uint8_t)~(1u << verb);
	}
	return others != 0;
}

/* The count of those that need not be waited for. */
static size_t mark_lazy(mcha_pool *pool, mcha_item *items, size_t first)
{
	size_t i, may_detach = 0;

	for (i = first; i < pool->request_count; i++) {
		mcha_request *request = &pool->requests[i];
		mcha_item *item = &items[request->item];

		item->has_local = item->has_local || (is_asked(request) && !item->is_lock
			&& mcha_targets_is_home(pool, request->position) && is_local(pool, request->node));
	}
	for (i = first; i < pool->request_count; i++) {
		mcha_request *request = &pool->requests[i];

		request->reordered = is_reordered(&items[request->item], request->verb);
		request->may_detach = is_asked(request) && items[request->item].has_local
			&& !is_local(pool, request->node);
		may_detach += request->may_detach;
	}
	return may_detach;
}

/* It is down, and due to be tried again, and this operation has not come to it yet. */
static bool is_to_be_tried(mcha_pool *pool, uint16_t node)
{
	return pool->nodes[node]->admission != pool->operation
		&& mcha_health_look(pool->nodes[node]->health, pool->now).state != MCHA_HEALTH_UP
		&& mcha_pool_admit(pool, node, false);
}

/* A node that hung may have a hint for each key that is written: then no write probes whether the node is back, and no hint is
 * replayed. A question probes it, which the write does not wait for. */
static void try_again(mcha_pool *pool, mcha_item *items, size_t first)
{
	size_t i, end = pool->request_count;

	for (i = first; pool->troubled && i < end; i++) {
		uint16_t node = pool->requests[i].node;
		uint32_t item = pool->requests[i].item;
		mcha_request *request;

		if (pool->requests[i].reply.status == MCHA_STATUS_STALE && !is_local(pool, node)
			&& is_to_be_tried(pool, node) && (request = mcha_targets_request(pool, &items[item], item,
				node, NOT_A_COPY, MCHA_VERB_GET))) {
			request->want = MCHA_WANT_UNSEEN;
		}
	}
}

static uint64_t owner_of(mcha_pool *pool)
{
	if (!pool->owner) {
		pool->owner_generation = mcha_fork_generation();
		pool->owner = mcha_mix64(mcha_random_next(&pool->random) ^ (uint64_t)mcha_clock_now()
			^ (uint64_t)getpid() << 40) | 1;
	}
	return pool->owner;
}

typedef struct zone_round {
	mcha_pool *pool;
	mcha_item *items;
	size_t first;
	mcha_verb verb;
	size_t quorum;
	size_t next; /* see mcha_targets_are_done() */
} zone_round;

/* Some node has carried it out, and as many have answered as it takes. (What was found nowhere may be elsewhere.) */
static bool is_written(const zone_round *round, const mcha_item *item)
{
	const mcha_request *request = mcha_targets_last(round->pool, item);
	bool changed = false;
	size_t answers = 0;

	for (; request && request >= round->pool->requests + round->first;
			request = mcha_targets_earlier(round->pool, request)) {
		mcha_status status = request->reply.status;

		if (request->verb != round->verb) {
			continue;
		}
		changed = changed || status == MCHA_STATUS_OK;
		answers += status == MCHA_STATUS_OK || status == MCHA_STATUS_MISS
			|| status == MCHA_STATUS_NOT_STORED;
	}
	return changed && answers >= round->quorum;
}

static bool is_not_needed(const mcha_request *request, const void *context)
{
	const zone_round *round = context;

	return !is_asked(request) || is_written(round, &round->items[request->item]);
}

static bool is_enough(void *context)
{
	zone_round *round = context;

	return mcha_targets_are_done(round->pool, round->first, &round->next, is_not_needed, round);
}

static mcha_wait_policy policy_of(mcha_pool *pool, bool (*enough)(void *context), void *context)
{
	return (mcha_wait_policy){.is_enough = enough, .context = context, .detaches = true, .hints = pool->hints,
		.owner = owner_of(pool), .deadline = pool->now + pool->settings.operation_timeout};
}

void mcha_async_write_run(mcha_pool *pool, mcha_item *items, size_t first, mcha_verb verb,
		mcha_usec budget)
{
	bool in_part = applies(pool);

	if (in_part) {
		try_again(pool, items, first);
	}
	if (in_part && mark_lazy(pool, items, first)) {
		zone_round round = {pool, items, first, verb, mcha_verdict_quorum(pool), first};
		mcha_wait_policy wait = policy_of(pool, is_enough, &round);

		mcha_pool_run_until_enough(pool, first, budget, &wait);
	} else {
		mcha_pool_run(pool, first, budget);
	}
}

/* --- what is put down ---------------------------------------------------------------------------- */

/* One that has it, in the local zone if there is such a one; 0: none. */
static uint64_t find_source(const mcha_pool *pool, const mcha_item *item, mcha_verb verb)
{
	const mcha_request *request;
	uint64_t source = 0;

	for (request = mcha_targets_last(pool, item); request; request = mcha_targets_earlier(pool, request)) {
		if (request->verb == verb && request->reply.status == MCHA_STATUS_OK) {
			if (is_local(pool, request->node)) {
				return pool->nodes[request->node]->id;
			}
			source = source ? source : pool->nodes[request->node]->id;
		}
	}
	return source;
}

/* A deletion leaves nothing, and a handoff node is better off without. */
static uint64_t source_of(const mcha_pool *pool, const mcha_item *items, const mcha_request *request)
{
	return request->verb == MCHA_VERB_DELETE || !mcha_targets_is_home(pool, request->position) ? 0
		: find_source(pool, &items[request->item], request->verb);
}

static void note_batch(mcha_pool *pool, const mcha_node *node, mcha_in_flight_batch *batch,
		const mcha_item *items)
{
	bool is_sent = node->connection && node->connection->transport->is_awaiting(node->connection);
	size_t i;

	for (i = 0; i < batch->count; i++) {
		mcha_in_flight_request *one = &batch->requests[i];

		if (one->left && one->request.position != NOT_A_COPY) {
			one->source = source_of(pool, items, &one->request);
			one->ends = one->source ? mcha_hint_record_end(pool, &items[one->request.item], one->request.verb) : 0;
			one->expected = items[one->request.item].answer.number;
			mcha_in_flight_record(node->in_flight, batch, one, is_sent, pool->now);
		}
	}
	batch->noted = true;
}

/* What the operation that runs has left behind by requests of this verb. */
static void note_trails(mcha_pool *pool, const mcha_item *items, mcha_verb verb)
{
	size_t i;

	for (i = 0; i < pool->fanout.detached_count; i++) {
		const mcha_node *node = pool->nodes[pool->fanout.detached[i]];
		mcha_in_flight_batch *batch;

		for (batch = node->in_flight->first; batch; batch = batch->next) {
			if (!batch->noted && batch->requests[0].request.verb == verb) {
				note_batch(pool, node, batch, items);
			}
		}
	}
}

/* It came in time, but what was on its way before it may come after it. */
static void doubt(mcha_pool *pool, const mcha_item *items, mcha_verb verb)
{
	size_t i, end = pool->request_count;

	for (i = 0; i < end; i++) {
		const mcha_request *request = &pool->requests[i];

		if (request->reordered && request->verb == verb && request->reply.status == MCHA_STATUS_OK
			&& !is_local(pool, request->node)) {
			uint64_t source = source_of(pool, items, request);
			mcha_node *node = pool->nodes[request->node];

			if (source != node->id) {
				mcha_hints_add(pool->hints, node->health, node->id, source, MCHA_HINTS_REORDERED,
					request->key, request->key_length, pool->now);
			}
		}
	}
}

void mcha_async_write_note(mcha_pool *pool, mcha_item *items, mcha_verb verb)
{
	if (pool->settings.zone_writes != MCHA_ZONE_WRITES_LOCAL) {
		return;
	}
	note_trails(pool, items, verb);
	if (pool->has_hints) {
		doubt(pool, items, verb);
	}
}

/* --- what is left over of earlier writes --------------------------------------------------------- */

static bool is_always_enough(void *context)
{
	(void)context;
	return true;
}

void mcha_async_write_purge(mcha_pool *pool, mcha_item *items, size_t first, mcha_usec budget)
{
	mcha_wait_policy wait;
	size_t i;

	if (!applies(pool)) {
		mcha_pool_run(pool, first, budget);
		return;
	}
	for (i = first; i < pool->request_count; i++) {
		mcha_request *request = &pool->requests[i];

		request->may_detach = is_asked(request) && !is_local(pool, request->node)
			&& !items[request->item].is_lock;
	}
	wait = policy_of(pool, is_always_enough, NULL);
	mcha_pool_run_until_enough(pool, first, budget, &wait);
	note_trails(pool, items, MCHA_VERB_DELETE);
}
