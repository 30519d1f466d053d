/* SPDX-License-Identifier: MIT */
/* What code above the engine reads and sets of a pool: it knows no field of mcha_pool. */
#ifndef MCHA_ENGINE_POOL_ACCESS_H
#define MCHA_ENGINE_POOL_ACCESS_H

#include "engine/shared/health/health_flush.h"
#include "pool.h"

/* --- nodes --- */

/* The pool's nodes, and behind them the nodes of the previous pool only. */
static inline size_t mcha_pool_node_count(const mcha_pool *pool)
{
	return pool->node_count;
}

/* The pool's nodes alone. */
static inline size_t mcha_pool_member_count(const mcha_pool *pool)
{
	return pool->member_count;
}

/* The nodes of the previous pool, also those that the pool has still. */
static inline size_t mcha_pool_previous_count(const mcha_pool *pool)
{
	return pool->previous.count;
}

/* index: less than mcha_pool_node_count(). The node stays while the pool keeps its servers. */
static inline mcha_node *mcha_pool_node(const mcha_pool *pool, size_t index)
{
	return pool->nodes[index];
}

/* --- placement and shared tables, which the pool borrows --- */

static inline void mcha_pool_set_placement(mcha_pool *pool, mcha_placement placement)
{
	pool->placement = placement;
}

/* Of the previous pool; the indices that it gives are those in which mcha_pool_add_previous() adds
 * its nodes. */
static inline void mcha_pool_set_previous_placement(mcha_pool *pool, mcha_placement placement)
{
	pool->previous.placement = placement;
}

/* Each but tables->health may be NULL: the pool does without it. */
static inline void mcha_pool_set_tables(mcha_pool *pool, const mcha_shared_tables *tables)
{
	pool->shared = *tables;
}

/* The node's hints: with their keys, compact ones, and a missed flush as one more. */
static inline size_t mcha_pool_count_hints(const mcha_pool *pool, const mcha_node *node)
{
	const mcha_hint_table *hints = pool->shared.hints;

	return mcha_hints_count(node->health) + mcha_health_misses_flush(node->health)
		+ (hints ? mcha_hints_count_compact(hints, node->health, node->id) : 0);
}

/* Writes the indices of the first max nodes of the preference list of this hash key; returns how
 * many there are. */
static inline size_t mcha_pool_prefer(const mcha_pool *pool, const char *key, size_t length,
	uint16_t *indices, size_t max)
{
	return pool->placement.prefer(pool->placement.context, key, length, indices, max);
}

/* --- the last operation --- */

static inline const mcha_report *mcha_pool_report(const mcha_pool *pool)
{
	return &pool->report;
}

/* For operations that are no operations of the engine's, or not the caller's. */
static inline void mcha_pool_set_report(mcha_pool *pool, mcha_report report)
{
	pool->report = report;
}

/* When the time of the last operation was over, or is to be. */
static inline mcha_usec mcha_pool_deadline(const mcha_pool *pool)
{
	return pool->running.deadline;
}

/* The operations that follow share the deadline of the last one, as one call consists of them;
 * false: each has its own again. */
static inline void mcha_pool_share_deadline(mcha_pool *pool, bool share)
{
	pool->until = share ? pool->running.deadline : 0;
}

/* There is a message about a node to give, see mcha_health_tell(). */
static inline bool mcha_pool_has_news(const mcha_pool *pool)
{
	return pool->has_news;
}

/* The messages are about to be given. */
static inline void mcha_pool_take_news(mcha_pool *pool)
{
	pool->has_news = false;
}

/* --- settings --- */

static inline const mcha_settings *mcha_pool_settings(const mcha_pool *pool)
{
	return &pool->settings;
}

/* The state of the pool's random numbers. */
static inline uint64_t *mcha_pool_random(mcha_pool *pool)
{
	return &pool->random;
}

#endif
