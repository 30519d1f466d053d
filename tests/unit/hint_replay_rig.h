/* SPDX-License-Identifier: MIT */
/* Shared by the tests of hint replay: pools in which a node has missed a write. */
#ifndef MCHA_TESTS_HINT_REPLAY_RIG_H
#define MCHA_TESTS_HINT_REPLAY_RIG_H

#include "replication_rig.h"

#define MSEC MCHA_USEC_PER_MSEC
#define LONG_AGO (600 * MSEC)
#define NOT_LONG_AGO (400 * MSEC)

/* --- looking at hints ------------------------------------------------------------------------- */

static inline bool find_hint(size_t node, const char *key, mcha_hint *hint)
{
	return mcha_hints_find(hints, pool->nodes[node]->id, key, strlen(key), hint);
}

static inline bool has_hint(size_t node, const char *key)
{
	mcha_hint hint;

	return find_hint(node, key, &hint);
}

/* The node that hint replay would read; -1: none, the key is to be deleted. */
static inline long source_of(size_t node, const char *key)
{
	mcha_hint hint;

	assert_true(find_hint(node, key, &hint));
	for (size_t i = 0; i < pool->node_count; i++) {
		if (pool->nodes[i]->id == hint.source) {
			return (long)i;
		}
	}
	assert_int_equal(hint.source, 0);
	return -1;
}

static inline void add_hint(size_t node, const char *key, long source)
{
	mcha_hints_add(hints, pool->nodes[node]->health, pool->nodes[node]->id,
		source < 0 ? 0 : pool->nodes[source]->id, false, key, strlen(key), mcha_clock_now());
}

/* Background replay leaves other keys' hints alone for so long. */
static inline void hold_background_replay(void)
{
	pool->background.ran_at = mcha_clock_now() + 3600 * SECOND;
}

static inline void background_replay_was(mcha_usec ago)
{
	pool->background.ran_at = mcha_clock_now() - ago;
}

/* Makes sure that the clock has moved on since. */
static inline void let_time_pass(void)
{
	mcha_usec now = mcha_clock_now();

	while (mcha_clock_now() < now + 2) {
	}
}

/* A pool in which the stale node has "old", the others have "new", and the stale node is up
 * again. */
static inline void make_stale_node(size_t nodes, size_t stale, const char *key)
{
	pool_of(nodes);
	assert_status(do_set(key, "old"), MCHA_STATUS_OK);
	kill_node(stale);
	assert_status(do_set(key, "new"), MCHA_STATUS_OK);
	revive(stale);
	assert_holds(stale, key, "old");
	assert_true(has_hint(stale, key));
	hold_background_replay();
	let_time_pass();
	forget();
}

static inline mcha_hint_slot *slot_of(size_t node, const char *key)
{
	mcha_hint hint;

	assert_true(find_hint(node, key, &hint));
	return &hints->slots[hint.slot];
}

/* The node last failed, and came back, so long ago. */
static inline void node_was_well_for(size_t node, mcha_usec ago)
{
	mcha_usec now = mcha_clock_now();
	mcha_health *one = pool->nodes[node]->health;

	one->word = 0;
	one->last_failure = now - ago;
	one->last_row = (uint64_t)((now - ago) / MSEC) << 10;
}

/* --- operations ------------------------------------------------------------------------------- */

static inline mcha_status do_decide(const char *key, const char *value, mcha_mode mode)
{
	mcha_item item = item_of(key, value);

	mcha_decide(pool, &item, mode);
	return item.answer.status;
}

static inline mcha_item do_count(const char *key)
{
	mcha_item item = item_of(key, NULL);

	mcha_count(pool, &item, 1, false);
	return item;
}

static inline mcha_status take(mcha_lock *lock, const char *token)
{
	mcha_item item = item_of("01:l", token);

	item.exptime = 30;
	mcha_lock_acquire(pool, &item, lock);
	return item.answer.status;
}

static inline mcha_status leave(mcha_lock *lock, const char *token)
{
	mcha_item item = item_of("01:l", token);

	mcha_lock_release(pool, &item, lock);
	return item.answer.status;
}

#endif
