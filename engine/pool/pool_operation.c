/* SPDX-License-Identifier: MIT */
/* The begin and the end of every operation: the begin looks up what stays the same during the
 * operation, and the end frees large scratch memory. */
#include "pool_operation.h"

#include "engine/base/fork_generation.h"
#include "engine/base/seldom.h"
#include "engine/shared/health/health_flush.h"
#include "missed_flush.h"
#include "pool_round.h"

#include <stdlib.h>

#define REQUEST_BLOCKS_KEPT 1
#define REPLICAS_KEPT 32

/* Some node is distrusted, or has compact hints. */
static bool is_some_doubted(const mcha_pool *pool)
{
	const mcha_hint_table *hints = pool->shared.hints;

	return hints
		&& (atomic_load_explicit(&hints->distrusted, memory_order_relaxed)
			|| atomic_load_explicit(&hints->compact_nodes, memory_order_relaxed));
}

/* Copies the distrust of each node for the whole operation, so that it does not change while the
 * operation runs. True: some node is distrusted as a whole. */
static MCHA_SELDOM bool load_distrust(mcha_pool *pool)
{
	bool distrusted = false;
	size_t i;

	pool->running.distrusting = false;
	for (i = 0; i < pool->node_count; i++) {
		mcha_health *health = pool->nodes[i]->health;

		if (atomic_load_explicit(&health->restarted, memory_order_relaxed)
			> mcha_hints_distrusted_since(health)) {
			/* the restart has deleted all its old copies */
			mcha_hints_trust(pool->shared.hints, health);
		}
		pool->nodes[i]->distrusted = mcha_hints_distrusted_since(health) != 0;
		pool->nodes[i]->has_compact = mcha_hints_has_compact(health);
		pool->running.distrusting = pool->running.distrusting || pool->nodes[i]->distrusted
			|| pool->nodes[i]->has_compact;
		if (pool->nodes[i]->distrusted) {
			distrusted = true;
			pool->has_news = pool->has_news
				|| !(atomic_load_explicit(&health->told, memory_order_relaxed)
					& MCHA_TOLD_DISTRUSTED);
		}
	}
	return distrusted;
}

/* Fixes the operation's time. Answers to in-flight writes are taken before it begins. */
static void begin_time(mcha_pool *pool)
{
	mcha_running *running = &pool->running;

	running->now = mcha_clock_now();
	if (pool->fanout.detached_count) {
		running->now = mcha_pool_reap(pool, running->now, 0);
	}
	running->deadline = pool->until ? pool->until : running->now + pool->settings.operation_timeout;
	running->started = running->now;
	running->number++;
	running->grace = 0;
}

/* Inline: every operation begins with it. */
static inline void refresh_doubts(mcha_pool *pool)
{
	const mcha_hint_table *hints = pool->shared.hints;
	mcha_running *running = &pool->running;

	if (running->distrusting || is_some_doubted(pool)) {
		running->troubled = load_distrust(pool) || running->troubled;
	}
	/* another host may have written keys to handoff nodes that this one has not seen fail */
	running->troubled = running->troubled || pool->journal.is_behind
		|| (running->distrusting && pool->settings.hint_interval);
	running->has_hints = running->distrusting
		|| (hints && atomic_load_explicit(&hints->total, memory_order_relaxed) != 0);
	running->was_troubled = running->troubled;
}

void mcha_pool_refresh_doubts(mcha_pool *pool)
{
	refresh_doubts(pool);
}

/* Looks up what the shared tables say of the nodes: it stays the same while the operation runs. */
static void look_up_trouble(mcha_pool *pool)
{
	const mcha_shared_tables *shared = &pool->shared;
	mcha_running *running = &pool->running;

	running->troubled = mcha_health_troubled(shared->health, running->now,
		mcha_pool_trouble_span(pool));
	refresh_doubts(pool);
	running->emptied = mcha_health_emptied(shared->health, running->now);
	running->calm = mcha_health_is_calm(shared->health, running->now);
	running->checking = false;
}

static void empty_report(mcha_report *report, size_t copies)
{
	report->copies = (uint16_t)copies;
	report->acknowledged = 0;
	report->repaired = report->hedged = 0;
	report->position = -1;
	report->failed_count = report->pending_count = 0;
}

void mcha_pool_enter(mcha_pool *pool)
{
	if (pool->running.entered) {
		mcha_pool_recover(pool);
		pool->until = 0;
	}
	pool->running.entered = true;
	if (pool->owner.id && pool->owner.generation != mcha_fork_generation()) {
		pool->owner.id = 0; /* a forked child is another owner than its parent */
	}
	begin_time(pool);
	look_up_trouble(pool);
	pool->running.is_read_later = false;
	mcha_request_list_clear(&pool->requests);
	mcha_pool_forget_widened(pool);
	empty_report(&pool->report, mcha_pool_copies(pool));
	if (mcha_health_any_unflushed(pool->shared.health)) {
		/* check each node's health before asking the node */
		pool->running.troubled = pool->running.was_troubled = true;
		mcha_missed_flush_replay(pool);
	}
}

/* Frees the memory that a large operation has needed. */
static void trim_scratch(mcha_pool *pool)
{
	if (pool->requests.block_count > REQUEST_BLOCKS_KEPT) {
		mcha_request_list_trim(&pool->requests, REQUEST_BLOCKS_KEPT);
	}
	if (pool->lists.widened) {
		mcha_pool_forget_widened(pool);
	}
	if (pool->lists.capacity > REPLICAS_KEPT) {
		free(pool->lists.replicas);
		pool->lists.replicas = NULL;
		pool->lists.capacity = 0;
	}
	if (pool->views.capacity > REPLICAS_KEPT) {
		free(pool->views.entries);
		pool->views.entries = NULL;
		pool->views.capacity = 0;
	}
}

/* Records the in-flight writes that the operation has not recorded: they must not refer to it after
 * its end. */
static MCHA_SELDOM void finish_in_flight(mcha_pool *pool)
{
	size_t i;

	for (i = 0; i < pool->fanout.detached_count; i++) {
		mcha_node *node = pool->nodes[pool->fanout.detached[i]];

		if (node->in_flight) {
			mcha_in_flight_finish(node->in_flight, pool->running.now);
		}
	}
}

void mcha_pool_leave(mcha_pool *pool)
{
	if (pool->fanout.detached_count) {
		finish_in_flight(pool);
	}
	pool->running.entered = false;
	if (!pool->running.is_read_later) {
		trim_scratch(pool);
	}
}
