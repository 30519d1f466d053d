/* SPDX-License-Identifier: MIT */
/* Sorts the replicas at the homes of a key. Each replica keeps its position in the preference
 * list. */
#include "get_order.h"
#include "engine/base/random.h"

#include <string.h>

static void swap_replicas(mcha_replica *replicas, size_t a, size_t b)
{
	const mcha_replica replica = replicas[a];

	replicas[a] = replicas[b];
	replicas[b] = replica;
}

static void order_as_is(mcha_pool *pool, mcha_replica *replicas, size_t homes)
{
	(void)pool;
	(void)replicas;
	(void)homes;
}

/* A backup node is asked first only where all homes are backups, or doubted. */
static void order_balanced(mcha_pool *pool, mcha_replica *replicas, size_t homes)
{
	size_t i, primaries = 0, chosen = 0;

	for (i = 0; i < homes; i++) {
		const mcha_node *node = pool->nodes[replicas[i].node];

		if (!node->endpoint.backup && !replicas[i].doubted
			&& mcha_random_next(&pool->random) % ++primaries == 0) {
			chosen = i;
		}
	}
	if (!primaries) {
		chosen = pool->running.distrusting ? 0 : mcha_random_next(&pool->random) % homes;
	}
	swap_replicas(replicas, 0, chosen);
}

/* Smaller is nearer: doubt counts more than a backup's role, that more than any zone, and another
 * zone more than any latency. */
static uint64_t distance_to(const mcha_pool *pool, const mcha_replica *replica)
{
	const mcha_node *node = pool->nodes[replica->node];
	bool local = pool->settings.local_zone[0]
		&& strcmp(node->endpoint.zone, pool->settings.local_zone) == 0;

	return (replica->doubted ? UINT64_C(1) << 34 : 0)
		| (node->endpoint.backup ? UINT64_C(1) << 33 : 0) | (local ? 0 : UINT64_C(1) << 32)
		| atomic_load_explicit(&node->health->latency, memory_order_relaxed);
}

static void order_nearest(mcha_pool *pool, mcha_replica *replicas, size_t homes)
{
	size_t i, j;

	for (i = 1; i < homes; i++) {
		for (j = i; j > 0 && distance_to(pool, &replicas[j]) < distance_to(pool, &replicas[j - 1]);
			 j--) {
			swap_replicas(replicas, j, j - 1);
		}
	}
}

static void (*const orders[])(mcha_pool *, mcha_replica *, size_t) = {
	[MCHA_READ_ORDERED] = order_as_is,
	[MCHA_READ_BALANCED] = order_balanced,
	[MCHA_READ_NEAREST] = order_nearest,
	[MCHA_READ_QUORUM] = order_as_is,
};

/* A get that wants a CAS token asks in the order of the preference list: the first home decides
 * what it is worth. */
bool mcha_get_order_differs(const mcha_pool *pool, unsigned want)
{
	return pool->settings.read_policy != MCHA_READ_ORDERED && pool->settings.allow_failover
		&& !(want & MCHA_WANT_CAS);
}

void mcha_get_order_homes(mcha_pool *pool, mcha_item *items, size_t count)
{
	size_t i, homes = mcha_pool_copies(pool);

	for (i = 0; i < count; i++) {
		if (items[i].answer.status == MCHA_STATUS_PENDING) {
			orders[pool->settings.read_policy](pool, items[i].replicas, homes);
		}
	}
}

void mcha_get_order_restore(mcha_item *items, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		if (items[i].position >= 0) {
			items[i].position = items[i].replicas[items[i].position].position;
		}
	}
}
