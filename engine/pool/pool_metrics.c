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

static void add_latencies(mcha_node *node)
{
	size_t i;

	if (!node->latencies.sum) {
		return;
	}
	for (i = 0; i < MCHA_LATENCY_BUCKETS; i++) {
		add(&node->health->latencies.counts[i], node->latencies.counts[i]);
	}
	add(&node->health->latencies.sum, node->latencies.sum);
}

static void add_counters(const mcha_pool_metrics *from, mcha_metrics *to)
{
	size_t i;

	for (i = 0; i < MCHA_METRIC_COUNTERS; i++) {
		add(&to->counters[i], from->counters[i]);
	}
	for (i = 0; i < MCHA_STATUS_COUNT; i++) {
		add(&to->failures[i], from->failures[i]);
	}
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
		if (is_own) {
			add_latencies(pool->nodes[i]);
		}
		memset(&pool->nodes[i]->latencies, 0, sizeof(pool->nodes[i]->latencies));
	}
	*metrics = (mcha_pool_metrics){.added_at = pool->running.now, .generation = generation};
}
