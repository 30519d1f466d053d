/* SPDX-License-Identifier: MIT */
/* Orders homes by the hints that they have for a key. */
#include "doubts.h"

#include <string.h>

#include "engine/shared/hints/hint_journal.h"

bool mcha_doubts_concerns(const mcha_pool *pool, const mcha_item *item)
{
	return pool->running.distrusting && pool->settings.allow_failover && !item->is_lock
		&& !item->no_hints;
}

bool mcha_doubts_has(const mcha_pool *pool, const mcha_item *item, uint16_t node)
{
	const mcha_node *owner = pool->nodes[node];

	return (owner->distrusted
			   || (owner->has_compact
				   && mcha_hints_compact_since(pool->shared.hints, owner->health, owner->id,
					   item->key, item->key_length)))
		&& mcha_doubts_concerns(pool, item);
}

bool mcha_doubts_has_since(const mcha_pool *pool, const mcha_item *item,
	const mcha_replica *replica)
{
	return !replica->doubted && !replica->believed && mcha_doubts_has(pool, item, replica->node);
}

/* Which of two nodes has the older hint for the key: see mcha_hints_order(). */
static mcha_usec find_order(const mcha_pool *pool, const mcha_item *item, uint16_t node)
{
	const mcha_node *owner = pool->nodes[node];

	return owner->distrusted ? 0
							 : mcha_hints_order(pool->shared.hints, owner->health, owner->id,
								 item->key, item->key_length);
}

/* Where all homes are doubted, the one whose hint is the oldest comes first
 * (mcha_doubts_believe()). */
static void put_oldest_first(const mcha_pool *pool, const mcha_item *item, uint16_t *list,
	size_t homes)
{
	size_t i, oldest = 0;
	uint16_t node;

	for (i = 1; i < homes; i++) {
		if (find_order(pool, item, list[i]) < find_order(pool, item, list[oldest])) {
			oldest = i;
		}
	}
	node = list[oldest];
	memmove(&list[1], &list[0], oldest * sizeof(*list));
	list[0] = node;
}

void mcha_doubts_put_back(const mcha_pool *pool, const mcha_item *item, uint16_t *list,
	size_t homes)
{
	size_t i, kept = 0;

	for (i = 0; i < homes; i++) {
		const uint16_t node = list[i];

		if (!mcha_doubts_has(pool, item, node)) {
			memmove(&list[kept + 1], &list[kept], (i - kept) * sizeof(*list));
			list[kept++] = node;
		}
	}
	if (kept == 0) {
		put_oldest_first(pool, item, list, homes);
	}
}

/* Some home is doubted, and no home is without a hint for the key. oldest: the home whose hint is
 * the oldest. */
static bool have_all_missed(const mcha_pool *pool, const mcha_item *item, size_t *oldest)
{
	const size_t homes = mcha_pool_copies(pool);
	mcha_usec least = 0;
	bool is_some_doubted = false;
	size_t i;

	for (i = 0; i < homes && !is_some_doubted; i++) {
		is_some_doubted = item->replicas[i].doubted;
	}
	for (i = 0; is_some_doubted && i < homes; i++) {
		const mcha_usec order = find_order(pool, item, item->replicas[i].node);

		if (!order) {
			return false;
		}
		if (i == 0 || order < least) {
			*oldest = i;
			least = order;
		}
	}
	return is_some_doubted;
}

static uint64_t find_mark(const mcha_pool *pool, const mcha_item *item, size_t home)
{
	const mcha_node *node = pool->nodes[item->replicas[home].node];

	return mcha_hints_compact_mark(pool->shared.hints, node->health, node->id, item->key,
		item->key_length);
}

/* All homes have missed the same write: a handoff node has it. */
static bool have_missed_one_write(const mcha_pool *pool, const mcha_item *item, size_t oldest)
{
	const size_t homes = mcha_pool_copies(pool);
	const uint64_t first = find_mark(pool, item, oldest);
	size_t i;

	for (i = 0; i < homes; i++) {
		if (!mcha_mark_is_next(first, find_mark(pool, item, i), (uint32_t)homes)) {
			return false;
		}
	}
	return homes > 1;
}

bool mcha_doubts_believe(const mcha_pool *pool, mcha_item *item)
{
	size_t oldest = 0;

	if (!have_all_missed(pool, item, &oldest)) {
		return true;
	}
	if (have_missed_one_write(pool, item, oldest)) {
		return false;
	}
	item->replicas[oldest].doubted = false;
	item->replicas[oldest].believed = true;
	return true;
}
