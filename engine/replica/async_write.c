/* SPDX-License-Identifier: MIT */
/* Chooses which replicas a write waits for, and records an in-flight hint for the rest. */
#include "hint_record.h"
#include "async_write.h"

#include <string.h>
#include <unistd.h>

#include "engine/base/fork_generation.h"
#include "engine/base/random.h"

/* --- which replicas a write waits for --------------------------------------------------------- */

static bool may_detach_writes(const mcha_pool *pool)
{
	return pool->settings.zone_writes == MCHA_ZONE_WRITES_LOCAL && pool->settings.local_zone[0]
		&& pool->settings.allow_failover && pool->shared.hints
		&& !mcha_hints_is_crowded(pool->shared.hints);
}

static bool is_local(const mcha_pool *pool, uint16_t node)
{
	return strcmp(pool->nodes[node]->endpoint.zone, pool->settings.local_zone) == 0;
}

static bool is_asked(const mcha_request *request)
{
	return request->reply.status == MCHA_STATUS_PENDING;
}

/* Another process has a write of the key in flight to the node, and which of the two comes first
 * makes a difference. (Two counts come to the same whichever is first, and so do two touches.) */
static bool is_reordered(const mcha_item *item, const mcha_replica *replica)
{
	const mcha_verb verb = replica->request->verb;
	uint8_t others = item->write.on_the_way;

	if (verb == MCHA_VERB_COUNT || verb == MCHA_VERB_TOUCH) {
		others &= (uint8_t) ~(1u << verb);
	}
	return replica->reordered && others != 0;
}

/* Some home in the local zone is asked, and will have what the write has stored. (A reordered one
 * may have the value of another process, of another zone, in the end: some other node must have
 * this one.) */
static bool has_local_home(const mcha_pool *pool, const mcha_item *item)
{
	size_t i;

	for (i = 0; !item->is_lock && i < mcha_pool_copies(pool); i++) {
		const mcha_replica *replica = &item->replicas[i];

		if (replica->request && is_asked(replica->request) && is_local(pool, replica->node)
			&& !is_reordered(item, replica)) {
			return true;
		}
	}
	return false;
}

/* Marks the item's requests that the write need not wait for. True: there is one. */
static bool mark_item(mcha_pool *pool, mcha_item *item)
{
	const bool has_local = has_local_home(pool, item);
	bool any = false;
	size_t i;

	for (i = 0; i < item->replica_count; i++) {
		mcha_request *request = item->replicas[i].request;

		if (request) {
			request->reordered = is_reordered(item, &item->replicas[i]);
			request->may_detach = has_local && is_asked(request) && !is_local(pool, request->node);
			any = any || request->may_detach;
		}
	}
	return any;
}

/* The node is down, a probe of the node is due, and this operation has not asked for one yet. */
static bool is_probe_due(mcha_pool *pool, uint16_t node)
{
	return pool->nodes[node]->admission != pool->running.number
		&& mcha_health_look(pool->nodes[node]->health, pool->running.now).state != MCHA_HEALTH_UP
		&& mcha_pool_admit(pool, node, false);
}

/* A node that hung may have a hint for each key that is written: then no write probes whether the
 * node is back, and no hint is replayed. A question probes the node, and the write does not wait
 * for its answer. */
static bool probe_stale(mcha_pool *pool, mcha_item *item)
{
	bool any = false;
	size_t i;

	for (i = 0; i < item->replica_count; i++) {
		const mcha_replica *replica = &item->replicas[i];
		mcha_request *request;

		if (mcha_replica_status(replica) == MCHA_STATUS_STALE && !is_local(pool, replica->node)
			&& is_probe_due(pool, replica->node)
			&& (request = mcha_item_ask(pool, item, replica->node, MCHA_VERB_GET))) {
			request->want = MCHA_WANT_UNSEEN;
			request->may_detach = has_local_home(pool, item);
			any = any || request->may_detach;
		}
	}
	return any;
}

/* Marks what the write need not wait for. True: there is such a request. */
static bool mark_items(mcha_pool *pool, mcha_item *items, size_t count)
{
	bool any = false;
	size_t i;

	for (i = 0; i < count; i++) {
		any = (items[i].replica_count && mark_item(pool, &items[i])) || any;
		any = (pool->running.troubled && probe_stale(pool, &items[i])) || any;
	}
	return any;
}

static uint64_t owner_of(mcha_pool *pool)
{
	mcha_in_flight_owner *owner = &pool->owner;

	if (!owner->id) {
		owner->generation = mcha_fork_generation();
		owner->id = mcha_mix64(mcha_random_next(&pool->random) ^ (uint64_t)mcha_clock_now()
						^ (uint64_t)getpid() << 40)
			| 1;
	}
	return owner->id;
}

typedef struct zone_round {
	mcha_round_scan scan;
	size_t quorum;
} zone_round;

/* Some node has carried out the write, and a quorum has answered. (What the other nodes have not
 * got another one may have.) */
static bool is_written(const mcha_item *item, size_t quorum)
{
	bool changed = false;
	size_t i, answers = 0;

	for (i = 0; i < item->replica_count; i++) {
		const mcha_request *request = item->replicas[i].request;
		const mcha_status status = request ? request->reply.status : MCHA_STATUS_PENDING;

		changed = changed || status == MCHA_STATUS_OK;
		answers += status == MCHA_STATUS_OK || status == MCHA_STATUS_MISS
			|| status == MCHA_STATUS_NOT_STORED;
	}
	return changed && answers >= quorum;
}

static bool is_not_needed(const mcha_request *request, const void *context)
{
	const zone_round *round = context;

	return !is_asked(request) || is_written(request->item, round->quorum);
}

static bool is_enough(void *context)
{
	zone_round *round = context;

	return mcha_round_scan_is_done(&round->scan, is_not_needed, round);
}

static mcha_wait_policy policy_of(mcha_pool *pool, bool (*enough)(void *context), void *context)
{
	return (mcha_wait_policy){
		.is_enough = enough,
		.context = context,
		.detaches = true,
		.hints = pool->shared.hints,
		.owner = owner_of(pool),
		.deadline = pool->running.now + pool->settings.operation_timeout,
	};
}

mcha_request *mcha_async_write_run(mcha_pool *pool, mcha_item *items, size_t count,
	mcha_usec budget)
{
	zone_round round = {{NULL, NULL}, mcha_verdict_quorum(pool)};
	mcha_wait_policy wait;

	if (!may_detach_writes(pool) || !mark_items(pool, items, count)) {
		return mcha_pool_run(pool, budget);
	}
	wait = policy_of(pool, is_enough, &round);
	mcha_round_scan_init(&round.scan, pool);
	return mcha_pool_run_until_enough(pool, budget, &wait);
}

/* --- what is recorded ------------------------------------------------------------------------- */

/* How good a source the replica is; 0: none. One that is not reordered goes before one in the local
 * zone. */
static unsigned rank_source(const mcha_pool *pool, const mcha_replica *replica)
{
	const mcha_request *request = replica->request;

	return !request || request->reply.status != MCHA_STATUS_OK
		? 0
		: 1 + is_local(pool, replica->node) + 2 * !request->reordered;
}

/* The replica that is the best source of what the write has stored. The id of its node; 0: none. */
static uint64_t find_source(const mcha_pool *pool, const mcha_item *item)
{
	uint64_t source = 0;
	unsigned best = 0;
	size_t i;

	for (i = 0; i < item->replica_count; i++) {
		const unsigned rank = rank_source(pool, &item->replicas[i]);

		if (rank > best) {
			best = rank;
			source = pool->nodes[item->replicas[i].node]->id;
		}
	}
	return source;
}

/* A deletion leaves nothing, and a handoff node's copy is to be deleted. */
static uint64_t source_of(const mcha_pool *pool, const mcha_request *request)
{
	return request->verb == MCHA_VERB_DELETE || !mcha_replica_is_home(request->replica)
		? 0
		: find_source(pool, request->item);
}

static void describe_write(void *context, mcha_in_flight_request *one)
{
	const mcha_pool *pool = context;
	const mcha_item *item = one->request.item;

	one->source = source_of(pool, &one->request);
	one->ends = one->source ? mcha_hint_record_end(pool, item, one->request.verb) : 0;
	one->expected = item->answer.number;
}

/* Records in-flight hints for what the operation that runs has detached by requests of this
 * verb. */
static void record_detached(mcha_pool *pool, mcha_verb verb)
{
	size_t i;

	for (i = 0; i < pool->fanout.detached_count; i++) {
		const mcha_node *node = pool->nodes[pool->fanout.detached[i]];

		mcha_in_flight_record(node->in_flight, verb, pool->running.now, describe_write, pool);
	}
}

/* The node answered in time, but what was in flight before may come after it, also where the node
 * had nothing to change yet. */
static bool is_overtaken(const mcha_request *request)
{
	const mcha_status status = request->reply.status;

	return request->reordered && mcha_status_is_answer(status) && status != MCHA_STATUS_IN_FLIGHT
		&& !mcha_status_is_refusal(status);
}

static void record_reordered(mcha_pool *pool, const mcha_request *request)
{
	const uint64_t source = source_of(pool, request);
	mcha_node *node = pool->nodes[request->node];

	if (source != node->id
		&& (source || request->verb == MCHA_VERB_DELETE
			|| !mcha_replica_is_home(request->replica))) {
		mcha_hints_add(pool->shared.hints, node->health, node->id, source, MCHA_HINTS_REORDERED,
			request->key, request->key_length, pool->running.now);
	}
}

static void record_reordered_of(mcha_pool *pool, const mcha_item *item)
{
	size_t i;

	for (i = 0; i < item->replica_count; i++) {
		const mcha_request *request = item->replicas[i].request;

		if (request && is_overtaken(request)) {
			record_reordered(pool, request);
		}
	}
}

void mcha_async_write_note(mcha_pool *pool, mcha_item *items, size_t count, mcha_verb verb)
{
	size_t i;

	if (pool->settings.zone_writes != MCHA_ZONE_WRITES_LOCAL) {
		return;
	}
	record_detached(pool, verb);
	for (i = 0; pool->running.has_hints && i < count; i++) {
		record_reordered_of(pool, &items[i]);
	}
}

/* --- what is left over of earlier writes ------------------------------------------------------ */

static bool is_always_enough(void *context)
{
	(void)context;
	return true;
}

mcha_request *mcha_async_write_purge(mcha_pool *pool, mcha_usec budget)
{
	mcha_request *request, *round;
	mcha_wait_policy wait;

	if (!may_detach_writes(pool)) {
		return mcha_pool_run(pool, budget);
	}
	for (request = pool->requests.first; request; request = request->later) {
		request->may_detach = is_asked(request) && !is_local(pool, request->node)
			&& !request->item->is_lock;
	}
	wait = policy_of(pool, is_always_enough, NULL);
	round = mcha_pool_run_until_enough(pool, budget, &wait);
	record_detached(pool, MCHA_VERB_DELETE);
	return round;
}
