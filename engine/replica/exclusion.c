/* SPDX-License-Identifier: MIT */
/* A list of the operation's own, kept by the pool from operation to operation. */
#include "exclusion.h"

#include "targets.h"

#include <stdlib.h>

static int compare(const void *a, const void *b)
{
	const mcha_exclusion *one = a, *other = b;

	return one->item != other->item ? (one->item < other->item ? -1 : 1)
		: one->order < other->order ? -1 : one->order > other->order;
}

/* They are added one item after the other, and then once more for hints that could not be replayed. */
void mcha_exclusion_sort(mcha_pool *pool)
{
	size_t i;

	for (i = 1; i < pool->exclusion_count; i++) {
		if (pool->exclusions[i].item < pool->exclusions[i - 1].item) {
			qsort(pool->exclusions, pool->exclusion_count, sizeof(*pool->exclusions), compare);
			return;
		}
	}
}

/* The first of this item, or of a later one. */
static size_t find_first(const mcha_pool *pool, size_t item)
{
	size_t low = 0, high = pool->exclusion_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (pool->exclusions[middle].item < item) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	return low;
}

/* The node has all that it has acknowledged: it has not failed lately, or it answers again and is the same server process
 * as before. A node that fails in this operation is asked nothing more. */
static bool has_kept_all(const mcha_pool *pool, uint16_t index)
{
	const mcha_node *node = pool->nodes[index];

	if (!mcha_pool_failed_lately(pool, index)) {
		return true;
	}
	return (node->admission != pool->operation || node->admitted)
		&& mcha_health_look(node->health, pool->now).state == MCHA_HEALTH_UP
		&& !mcha_replica_state_may_lack(&node->health->replicas, pool->now, pool->now - mcha_pool_trouble_span(pool));
}

/* Some home of the item, not distrusted itself, has what was acknowledged, or knows that there is nothing. */
static bool has_trusted_home(const mcha_pool *pool, size_t item)
{
	const uint16_t *list = mcha_targets_list(pool, item);
	size_t i;

	for (i = 0; i < mcha_pool_copies(pool) && !pool->nodes[list[i]]->distrusted; i++) {
		if (has_kept_all(pool, list[i])) {
			return true;
		}
	}
	return false;
}

const mcha_exclusion *mcha_exclusion_find(const mcha_pool *pool, size_t item, uint16_t node)
{
	static const mcha_exclusion unknown = {.status = MCHA_STATUS_STALE};
	size_t i;

	if (pool->excludes_all) {
		return &unknown;
	}
	for (i = find_first(pool, item); i < pool->exclusion_count && pool->exclusions[i].item == item; i++) {
		if (pool->exclusions[i].node == node && (!pool->exclusions[i].distrusted || has_trusted_home(pool, item))) {
			return &pool->exclusions[i];
		}
	}
	return NULL;
}

void mcha_exclusion_add(mcha_pool *pool, const mcha_exclusion *exclusion)
{
	if (pool->exclusion_count == pool->exclusion_capacity) {
		size_t capacity = pool->exclusion_capacity ? pool->exclusion_capacity * 2 : 16;
		mcha_exclusion *grown = realloc(pool->exclusions, capacity * sizeof(*grown));

		if (!grown) {
			pool->excludes_all = true; /* rather none than the wrong one */
			return;
		}
		pool->exclusions = grown;
		pool->exclusion_capacity = capacity;
	}
	pool->exclusions[pool->exclusion_count] = *exclusion;
	pool->exclusions[pool->exclusion_count].order = (uint32_t)pool->exclusion_count;
	pool->exclusion_count++;
}
