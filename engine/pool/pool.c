/* SPDX-License-Identifier: MIT */
/* The pool: its nodes, and the in-flight writes to them. */
#include "pool.h"

#include "engine/pool/in_flight/in_flight_reap.h"
#include "pool_round.h"

#include <stdlib.h>
#include <string.h>

/* To be called when the settings or the members have changed. */
static void count_copies(mcha_pool *pool)
{
	const size_t copies = (size_t)pool->settings.replicas + 1;

	pool->copies = copies < pool->member_count ? copies : pool->member_count;
}

mcha_pool *mcha_pool_create(const mcha_settings *settings, mcha_health_table *health,
	uint64_t random_seed)
{
	mcha_pool *pool = calloc(1, sizeof(*pool));

	if (pool) {
		pool->settings = *settings;
		pool->shared.health = health;
		pool->random = random_seed;
		/* random, so that the only hit of a short-lived process is checked with the same
		 * probability */
		pool->next_look = 1
			+ (uint32_t)(mcha_random_next(&pool->random) % (1u << MCHA_CHECK_SELDOM));
		pool->report.position = -1;
		mcha_hedge_init(&pool->hedge);
	}
	return pool;
}

/* --- in-flight writes ------------------------------------------------------------------------- */

mcha_usec mcha_pool_reap(mcha_pool *pool, mcha_usec now, mcha_usec until)
{
	mcha_health_rules rules = mcha_pool_rules(pool);
	mcha_round round = mcha_pool_round(pool, &rules, now);

	mcha_in_flight_reap(&pool->fanout, &round, until);
	return round.now;
}

void mcha_pool_drain(mcha_pool *pool, mcha_usec patience)
{
	if (pool->fanout.detached_count && !pool->running.entered) {
		mcha_usec now = mcha_clock_now();

		mcha_pool_reap(pool, now, now + patience);
	}
}

void mcha_pool_drain_all(mcha_pool *pool)
{
	if (pool->running.entered) {
		mcha_pool_recover(pool);
		pool->running.entered = false;
	}
	while (pool->fanout.detached_count) {
		size_t before = pool->fanout.detached_count;

		mcha_pool_drain(pool, pool->settings.operation_timeout + MCHA_USEC_PER_MSEC);
		if (pool->fanout.detached_count == before) {
			return; /* the writes that are left are dropped with their connections */
		}
	}
}

/* --- nodes ------------------------------------------------------------------------------------ */

/* Takes the nodes that are being removed off the list of nodes with in-flight writes. */
static void forget_in_flight(mcha_fanout *fanout, size_t from)
{
	size_t i, kept = 0;

	for (i = 0; i < fanout->detached_count; i++) {
		if (fanout->detached[i] < from) {
			fanout->detached[kept++] = fanout->detached[i];
		}
	}
	fanout->detached_count = kept;
}

static void cut_nodes(mcha_pool *pool, size_t count)
{
	if (pool->node_count > count) {
		mcha_pool_drain_all(pool);
		forget_in_flight(&pool->fanout, count);
		mcha_pool_add_metrics(pool);
	}
	while (pool->node_count > count) {
		mcha_node_destroy(pool->nodes[--pool->node_count]);
		pool->report = (mcha_report){.position = -1}; /* the report refers to nodes by index */
	}
}

void mcha_pool_forget_previous(mcha_pool *pool)
{
	cut_nodes(pool, pool->member_count);
	pool->previous.count = 0;
	pool->journal.chosen = false;
	pool->journal.idle_until = 0;
}

void mcha_pool_clear(mcha_pool *pool)
{
	mcha_pool_forget_previous(pool);
	cut_nodes(pool, 0);
	pool->member_count = 0;
	count_copies(pool);
	pool->report = (mcha_report){.position = -1};
}

void mcha_pool_forget_widened(mcha_pool *pool)
{
	mcha_replica_lists *lists = &pool->lists;

	while (lists->widened) {
		mcha_widened *next = lists->widened->next;

		free(lists->widened);
		lists->widened = next;
	}
}

void mcha_pool_destroy(mcha_pool *pool)
{
	mcha_pool_clear(pool);
	mcha_fanout_deinit(&pool->fanout);
	free(pool->nodes);
	free(pool->previous.nodes);
	mcha_request_list_trim(&pool->requests, 0);
	free(pool->lists.replicas);
	mcha_pool_forget_widened(pool);
	free(pool->lists.preference);
	free(pool->replays.entries);
	free(pool->views.entries);
	free(pool->journal.records);
	free(pool);
}

static bool append_node(mcha_pool *pool, const mcha_endpoint *endpoint)
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
		mcha_health_find(pool->shared.health, mcha_endpoint_id(endpoint), name));
	if (!node) {
		return false;
	}
	nodes[pool->node_count++] = node;
	return true;
}

bool mcha_pool_add(mcha_pool *pool, const mcha_endpoint *endpoint)
{
	mcha_pool_forget_previous(pool);
	if (!append_node(pool, endpoint)) {
		return false;
	}
	pool->member_count = pool->node_count;
	count_copies(pool);
	return true;
}

bool mcha_pool_add_previous(mcha_pool *pool, const mcha_endpoint *endpoint)
{
	uint16_t *grown = realloc(pool->previous.nodes, (pool->previous.count + 1) * sizeof(*grown));
	long known = mcha_pool_find(pool, mcha_endpoint_id(endpoint));

	if (!grown) {
		return false;
	}
	pool->previous.nodes = grown;
	if (known < 0) {
		known = (long)pool->node_count;
		if (!append_node(pool, endpoint)) {
			return false;
		}
	}
	grown[pool->previous.count++] = (uint16_t)known;
	pool->journal.chosen = false;
	pool->journal.idle_until = 0;
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

static bool is_same_wire(const mcha_settings *a, const mcha_settings *b)
{
	const mcha_transport_settings *x = &a->transport, *y = &b->transport;

	return a->primary == b->primary && a->fallback == b->fallback && x->detect == y->detect
		&& x->no_delay == y->no_delay && x->keepalive == y->keepalive
		&& x->send_buffer == y->send_buffer && x->receive_buffer == y->receive_buffer
		&& x->username == y->username && x->password == y->password && x->login == y->login
		&& x->tls == y->tls;
}

void mcha_pool_configure(mcha_pool *pool, const mcha_settings *settings)
{
	bool keep = is_same_wire(&pool->settings, settings);
	size_t i;

	if (!keep) {
		mcha_pool_drain_all(pool);
	}
	pool->settings = *settings;
	count_copies(pool);
	pool->journal.idle_until = 0; /* the interval may be another */
	for (i = 0; i < pool->node_count && !keep; i++) {
		mcha_node_forget(pool->nodes[i]);
	}
}

void mcha_pool_recover(mcha_pool *pool)
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

	return pool->running.troubled
		&& (pool->nodes[node]->distrusted
			|| mcha_health_failed_lately(health, pool->running.now, mcha_pool_trouble_span(pool))
			|| mcha_health_look(health, pool->running.now).state != MCHA_HEALTH_UP);
}
