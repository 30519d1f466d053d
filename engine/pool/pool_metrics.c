/* SPDX-License-Identifier: MIT */
/* Adds a pool's counts to the host's. */
#include "pool.h"

#include "engine/base/fork_generation.h"

#include <string.h>

static void add(_Atomic uint64_t *to, uint64_t count)
{
	if (count) {
		atomic_fetch_add_explicit(to, count, memory_order_relaxed);
	}
}

static void take_latencies(mcha_node *node, bool is_own)
{
	size_t i;

	if (!node->latencies.sum) {
		return;
	}
	for (i = 0; is_own && i < MCHA_LATENCY_BUCKETS; i++) {
		add(&node->health->latencies.counts[i], node->latencies.counts[i]);
	}
	add(&node->health->latencies.sum, is_own ? node->latencies.sum : 0);
	memset(&node->latencies, 0, sizeof(node->latencies));
}

static void add_counters(mcha_pool_metrics *from, mcha_metrics *to)
{
	size_t i;

	for (i = 0; i < MCHA_METRIC_COUNTERS; i++) {
		add(&to->counters[i], from->counters[i]);
	}
	for (i = 0; from->has_failures && i < MCHA_STATUS_COUNT; i++) {
		add(&to->failures[i], from->failures[i]);
	}
}

static void begin_anew(mcha_pool *pool, uint32_t generation)
{
	mcha_pool_metrics *metrics = &pool->metrics;

	memset(metrics->counters, 0, sizeof(metrics->counters));
	if (metrics->has_failures) {
		memset(metrics->failures, 0, sizeof(metrics->failures));
		metrics->has_failures = false;
	}
	metrics->added_at = pool->running.now;
	metrics->generation = generation;
}

void mcha_pool_add_metrics(mcha_pool *pool)
{
	mcha_pool_metrics *metrics = &pool->metrics;
	const uint32_t generation = mcha_fork_generation();
	const bool is_own = metrics->generation == generation || !metrics->added_at;
	size_t i;

	if (is_own && pool->shared.metrics) {
		add_counters(metrics, pool->shared.metrics);
	}
	for (i = 0; i < pool->node_count; i++) {
		take_latencies(pool->nodes[i], is_own);
	}
	begin_anew(pool, generation);
}
