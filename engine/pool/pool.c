/* SPDX-License-Identifier: MIT */
/* The pool: nodes, the operation's frame (enter, run rounds, leave) and its scratch memory. */
#include "pool.h"

#include "engine/base/fork_generation.h"
#include "local_health.h"
#include "missed_flush.h"
#include "in_flight_reap.h"

#include <stdlib.h>
#include <string.h>

#define REQUESTS_KEPT 64
#define CANDIDATES_KEPT 512

mcha_pool *mcha_pool_create(const mcha_settings *settings, mcha_health_table *health,
		uint64_t random_seed)
{
	mcha_pool *pool = calloc(1, sizeof(*pool));

	if (pool) {
		pool->settings = *settings;
		pool->health = health;
		pool->random = random_seed;
		/* by the same chance for the only hit of a short life */
		pool->next_look = 1 + (uint32_t)(mcha_random_next(&pool->random) % (1u << MCHA_CHECK_SELDOM));
		pool->report.position = -1;
		mcha_hedge_init(&pool->hedge);
	}
	return pool;
}

mcha_health_rules mcha_pool_rules(const mcha_pool *pool)
{
	return (mcha_health_rules){
		.retry_interval = pool->settings.retry_interval,
		.retry_interval_max = pool->settings.retry_interval_max,
		.lease = pool->settings.transport.connect_timeout + pool->settings.operation_timeout,
	};
}

static mcha_round round_of(mcha_pool *pool, const mcha_health_rules *rules, mcha_usec now)
{
	return (mcha_round){
		.nodes = pool->nodes,
		.settings = &pool->settings,
		.health = pool->health,
		.rules = rules,
		.random = &pool->random,
		.now = now,
	};
}

static void recover(mcha_pool *pool);

/* --- what operations have left behind ------------------------------------------------------------ */

static mcha_usec reap(mcha_pool *pool, mcha_usec now, mcha_usec until)
{
	mcha_health_rules rules = mcha_pool_rules(pool);
	mcha_round round = round_of(pool, &rules, now);

	mcha_in_flight_reap(&pool->fanout, &round, until);
	return round.now;
}

void mcha_pool_drain(mcha_pool *pool, mcha_usec patience)
{
	if (pool->fanout.detached_count && !pool->running) {
		mcha_usec now = mcha_clock_now();

		reap(pool, now, now + patience);
	}
}

void mcha_pool_drain_all(mcha_pool *pool)
{
	if (pool->running) {
		recover(pool);
		pool->running = false;
	}
	while (pool->fanout.detached_count) {
		size_t before = pool->fanout.detached_count;

		mcha_pool_drain(pool, pool->settings.operation_timeout + MCHA_USEC_PER_MSEC);
		if (pool->fanout.detached_count == before) {
			return; /* what is still there is dropped with its connection */
		}
	}
}

/* --- nodes --------------------------------------------------------------------------------------- */

/* Nodes that go are not looked for among those that have answers to come. */
static void forget_trailing(mcha_fanout *fanout, size_t from)
{
	size_t i, kept = 0;

	for (i = 0; i < fanout->detached_count; i++) {
		if (fanout->detached[i] < from) {
			fanout->detached[kept++] = fanout->detached[i];
		}
	}
	fanout->detached_count = kept;
}

static void cut(mcha_pool *pool, size_t count)
{
	if (pool->node_count > count) {
		mcha_pool_drain_all(pool);
		forget_trailing(&pool->fanout, count);
	}
	while (pool->node_count > count) {
		mcha_node_destroy(pool->nodes[--pool->node_count]);
		pool->report = (mcha_report){.position = -1}; /* it names nodes by their indices */
	}
}

void mcha_pool_forget_previous(mcha_pool *pool)
{
	cut(pool, pool->member_count);
	pool->previous_count = 0;
}

void mcha_pool_clear(mcha_pool *pool)
{
	mcha_pool_forget_previous(pool);
	cut(pool, 0);
	pool->member_count = 0;
	pool->report = (mcha_report){.position = -1};
}

void mcha_pool_destroy(mcha_pool *pool)
{
	mcha_pool_clear(pool);
	mcha_fanout_deinit(&pool->fanout);
	free(pool->nodes);
	free(pool->previous_nodes);
	free(pool->requests);
	free(pool->candidates);
	free(pool->exclusions);
	free(pool->replays);
	free(pool->views);
	free(pool);
}

static bool append(mcha_pool *pool, const mcha_endpoint *endpoint)
{
	char name[MCHA_ENDPOINT_NAME_MAX];
	mcha_node **nodes;
	mcha_node *node;

	if (pool->node_count == MCHA_POOL_NODES_MAX
		|| !mcha_fanout_reserve(&pool->fanout, pool->node_count + 1)) {
		return false;
	}
	nodes = realloc(pool->nodes, (pool->node_count + 1) * sizeof(*nodes));
	if (!nodes) {
		return false;
	}
	pool->nodes = nodes;
	mcha_endpoint_name(endpoint, name);
	node = mcha_node_create(endpoint,
		mcha_health_find(pool->health, mcha_endpoint_id(endpoint), name));
	if (!node) {
		return false;
	}
	nodes[pool->node_count++] = node;
	return true;
}

bool mcha_pool_add(mcha_pool *pool, const mcha_endpoint *endpoint)
{
	mcha_pool_forget_previous(pool);
	if (!append(pool, endpoint)) {
		return false;
	}
	pool->member_count = pool->node_count;
	return true;
}

bool mcha_pool_add_previous(mcha_pool *pool, const mcha_endpoint *endpoint)
{
	uint16_t *grown = realloc(pool->previous_nodes, (pool->previous_count + 1) * sizeof(*grown));
	long known = mcha_pool_find(pool, mcha_endpoint_id(endpoint));

	if (!grown) {
		return false;
	}
	pool->previous_nodes = grown;
	if (known < 0) {
		known = (long)pool->node_count;
		if (!append(pool, endpoint)) {
			return false;
		}
	}
	grown[pool->previous_count++] = (uint16_t)known;
	return true;
}

void mcha_pool_close(mcha_pool *pool)
{
	size_t i;

	mcha_pool_drain_all(pool);
	for (i = 0; i < pool->node_count; i++) {
		mcha_node_close(pool->nodes[i]);
	}
}

static bool same_wire(const mcha_settings *a, const mcha_settings *b)
{
	const mcha_transport_settings *x = &a->transport, *y = &b->transport;

	return a->primary == b->primary && a->fallback == b->fallback && x->detect == y->detect
		&& x->no_delay == y->no_delay && x->keepalive == y->keepalive
		&& x->send_buffer == y->send_buffer && x->receive_buffer == y->receive_buffer
		&& x->username == y->username && x->password == y->password;
}

void mcha_pool_configure(mcha_pool *pool, const mcha_settings *settings)
{
	bool keep = same_wire(&pool->settings, settings);
	size_t i;

	if (!keep) {
		mcha_pool_drain_all(pool);
	}
	pool->settings = *settings;
	for (i = 0; i < pool->node_count && !keep; i++) {
		mcha_node_forget(pool->nodes[i]);
	}
}

/* The mark was found set: an operation was left by longjmp. Connections that had a part in it may
 * have answers on their way, and their queues point into memory that is gone. */
static void recover(mcha_pool *pool)
{
	size_t i;

	for (i = 0; i < pool->node_count; i++) {
		mcha_node *node = pool->nodes[i];

		if (node->queue) {
			node->queue = node->more = NULL;
			mcha_node_close(node);
		}
		if (node->in_flight) {
			mcha_in_flight_recover(node->in_flight);
		}
	}
}

/* --- distrust ------------------------------------------------------------------------------------ */

/* For the whole operation: what it plans by this must not change under it. */
static void note_distrust(mcha_pool *pool)
{
	const bool some = pool->hints
		&& atomic_load_explicit(&pool->hints->distrusted, memory_order_relaxed) != 0;
	size_t i;

	if (!some && !pool->distrusting) {
		return;
	}
	pool->distrusting = false;
	for (i = 0; i < pool->node_count; i++) {
		mcha_health *health = pool->nodes[i]->health;

		if (atomic_load_explicit(&health->restarted, memory_order_relaxed) > mcha_hints_distrusted_since(health)) {
			mcha_hints_trust(pool->hints, health); /* of the writes that it missed before it has nothing old */
		}
		pool->nodes[i]->distrusted = mcha_hints_distrusted_since(health) != 0;
		if (pool->nodes[i]->distrusted) {
			pool->distrusting = true;
			pool->has_news = pool->has_news || !(atomic_load_explicit(&health->told,
				memory_order_relaxed) & MCHA_TOLD_DISTRUSTED);
		}
	}
}

void mcha_pool_enter(mcha_pool *pool)
{
	if (pool->running) {
		recover(pool);
		pool->until = 0;
	}
	pool->running = true;
	pool->now = mcha_clock_now();
	if (pool->owner && pool->owner_generation != mcha_fork_generation()) {
		pool->owner = 0; /* a forked child is another owner than its parent, whose marks are another's */
	}
	if (pool->fanout.detached_count) {
		pool->now = reap(pool, pool->now, 0);
	}
	pool->deadline = pool->until ? pool->until : pool->now + pool->settings.operation_timeout;
	pool->started = pool->now;
	pool->operation++;
	note_distrust(pool);
	pool->has_hints = pool->distrusting || (pool->hints
		&& atomic_load_explicit(&pool->hints->total, memory_order_relaxed) != 0);
	pool->exclusion_count = 0;
	pool->excludes_all = false;
	pool->troubled = pool->distrusting
		|| mcha_health_troubled(pool->health, pool->now, mcha_pool_trouble_span(pool));
	pool->was_troubled = pool->troubled;
	pool->emptied = mcha_health_emptied(pool->health, pool->now);
	pool->calm = mcha_health_is_calm(pool->health, pool->now);
	pool->checking = false;
	pool->grace = 0;
	pool->request_count = 0;
	pool->report.copies = (uint16_t)mcha_pool_copies(pool);
	pool->report.acknowledged = 0;
	pool->report.repaired = pool->report.hedged = 0;
	pool->report.position = -1;
	pool->report.failed_count = pool->report.pending_count = 0;
	if (mcha_health_any_unflushed(pool->health)) {
		pool->troubled = pool->was_troubled = true; /* every node is looked at before it is asked */
		mcha_missed_flush_replay(pool);
	}
}

/* Those of a few keys stay, whatever has been paid for others before: who took a lock looks at them. */
static void trim_requests(mcha_pool *pool)
{
	mcha_request *fewer = NULL;

	if (pool->request_count <= REQUESTS_KEPT) {
		fewer = realloc(pool->requests, REQUESTS_KEPT * sizeof(*fewer));
		if (!fewer) {
			return;
		}
	} else {
		free(pool->requests);
		pool->request_count = 0;
	}
	pool->requests = fewer;
	pool->request_capacity = fewer ? REQUESTS_KEPT : 0;
}

/* A large batch is no reason to hold its memory from then on. */
static void trim(mcha_pool *pool)
{
	if (pool->request_capacity > REQUESTS_KEPT) {
		trim_requests(pool);
	}
	if (pool->candidate_capacity > CANDIDATES_KEPT) {
		free(pool->candidates);
		pool->candidates = NULL;
		pool->candidate_capacity = 0;
	}
	if (pool->view_capacity > CANDIDATES_KEPT) {
		free(pool->views);
		pool->views = NULL;
		pool->view_capacity = 0;
	}
}

/* Nothing that is left behind refers to an operation that is over. */
static void end_trails(mcha_pool *pool)
{
	size_t i;

	for (i = 0; i < pool->fanout.detached_count; i++) {
		mcha_node *node = pool->nodes[pool->fanout.detached[i]];
		mcha_connection *connection = node->connection;

		if (node->in_flight) {
			mcha_in_flight_finish(node->in_flight,
				connection && connection->transport->is_awaiting(connection), pool->now);
		}
	}
}

void mcha_pool_leave(mcha_pool *pool)
{
	end_trails(pool);
	pool->running = false;
	trim(pool);
}

bool mcha_pool_may_send(mcha_pool *pool, uint16_t index, const mcha_health_rules *rules, bool last_resort)
{
	const mcha_node *node = pool->nodes[index];

	return mcha_local_health_admit(node->id, rules, pool->now, last_resort)
		&& mcha_health_admit(node->health, rules, pool->now, last_resort);
}

bool mcha_pool_admit(mcha_pool *pool, uint16_t index, bool last_resort)
{
	mcha_node *node = pool->nodes[index];

	if (!pool->troubled) {
		return true;
	}
	if (node->admission != pool->operation || (last_resort && !node->admitted)) {
		mcha_health_rules rules = mcha_pool_rules(pool);

		node->admission = pool->operation;
		node->admitted = !mcha_health_is_unflushed(node->health, pool->now)
			&& mcha_pool_may_send(pool, index, &rules, last_resort);
	}
	return node->admitted;
}

long mcha_pool_find(const mcha_pool *pool, uint64_t id)
{
	size_t i;

	for (i = 0; i < pool->node_count; i++) {
		if (pool->nodes[i]->id == id) {
			return (long)i;
		}
	}
	return -1;
}

bool mcha_pool_failed_lately(const mcha_pool *pool, uint16_t node)
{
	const mcha_health *health = pool->nodes[node]->health;

	return pool->troubled
		&& (pool->nodes[node]->distrusted
			|| mcha_health_failed_lately(health, pool->now, mcha_pool_trouble_span(pool))
			|| mcha_health_look(health, pool->now).state != MCHA_HEALTH_UP);
}

bool mcha_pool_reserve(mcha_pool *pool, size_t more)
{
	size_t capacity = pool->request_capacity ? pool->request_capacity : 16;
	mcha_request *grown;

	while (capacity < pool->request_count + more) {
		capacity *= 2;
	}
	if (capacity == pool->request_capacity) {
		return true;
	}
	grown = realloc(pool->requests, capacity * sizeof(*grown));
	if (!grown) {
		return false;
	}
	pool->requests = grown;
	pool->request_capacity = capacity;
	return true;
}

mcha_request *mcha_pool_request(mcha_pool *pool, uint16_t node)
{
	mcha_request *request;

	if (pool->request_count == pool->request_capacity && !mcha_pool_reserve(pool, 1)) {
		return NULL;
	}
	request = &pool->requests[pool->request_count++];
	memset(request, 0, sizeof(*request));
	request->node = node;
	request->reply.status = MCHA_STATUS_PENDING;
	request->reply.ttl = MCHA_TTL_UNKNOWN;
	return request;
}

void mcha_pool_note_failure(mcha_pool *pool, uint16_t node, mcha_status status)
{
	mcha_report *report = &pool->report;
	size_t i;

	for (i = 0; i < report->failed_count; i++) {
		if (report->failed[i].node == node) {
			return;
		}
	}
	if (report->failed_count < MCHA_REPORT_FAILED_MAX) {
		report->failed[report->failed_count].node = node;
		report->failed[report->failed_count++].status = status;
	}
}

/* A node that failed is not asked again by this operation, and from now on others are looked at. */
static void learn_failure(mcha_pool *pool, uint16_t index, mcha_status status)
{
	mcha_node *node = pool->nodes[index];

	node->admission = pool->operation;
	node->admitted = false;
	pool->troubled = true;
	mcha_pool_note_failure(pool, index, status);
}

/* No time is left: nobody is asked, and nobody's health suffers for it. */
static void give_up(mcha_pool *pool, size_t first)
{
	for (; first < pool->request_count; first++) {
		mcha_request *request = &pool->requests[first];

		if (request->reply.status == MCHA_STATUS_PENDING) {
			request->reply.status = MCHA_STATUS_TIMEOUT;
			mcha_pool_note_failure(pool, request->node, MCHA_STATUS_TIMEOUT);
		}
	}
}

void mcha_pool_note_pending(mcha_pool *pool, uint16_t node)
{
	mcha_report *report = &pool->report;
	size_t i;

	for (i = 0; i < report->pending_count; i++) {
		if (report->pending[i] == node) {
			return;
		}
	}
	if (report->pending_count < MCHA_REPORT_FAILED_MAX) {
		report->pending[report->pending_count++] = node;
	}
}

static void run(mcha_pool *pool, size_t first, mcha_usec budget, const mcha_impatience *impatience,
		const mcha_early_end *early_end)
{
	mcha_health_rules rules = mcha_pool_rules(pool);
	mcha_round round = round_of(pool, &rules, pool->now);
	size_t i;

	round.deadline = pool->now + budget;
	round.grace = pool->grace;
	round.impatience = impatience;
	round.early_end = early_end;
	if (round.deadline > pool->deadline) {
		round.deadline = pool->deadline;
	}
	if (round.deadline <= round.now) {
		give_up(pool, first);
		return;
	}
	mcha_fanout_run(&pool->fanout, &round, pool->requests + first, pool->request_count - first);
	pool->now = round.now;
	pool->grace = 0;
	for (i = first; i < pool->request_count; i++) {
		const mcha_request *request = &pool->requests[i];

		if (request->reply.status == MCHA_STATUS_CANCELLED) {
			continue;
		}
		if (request->reply.status == MCHA_STATUS_IN_FLIGHT) {
			mcha_pool_note_pending(pool, request->node);
		} else if (!mcha_status_is_answer(request->reply.status)) {
			learn_failure(pool, request->node, request->reply.status);
		} else if (mcha_status_is_refusal(request->reply.status)) {
			mcha_pool_note_failure(pool, request->node, request->reply.status);
		}
	}
}

void mcha_pool_run(mcha_pool *pool, size_t first, mcha_usec budget)
{
	run(pool, first, budget, NULL, NULL);
}

void mcha_pool_run_impatiently(mcha_pool *pool, size_t first, mcha_usec budget,
		const mcha_impatience *impatience)
{
	run(pool, first, budget, impatience, NULL);
}

void mcha_pool_run_in_part(mcha_pool *pool, size_t first, mcha_usec budget,
		const mcha_early_end *early_end)
{
	run(pool, first, budget, NULL, early_end);
}
