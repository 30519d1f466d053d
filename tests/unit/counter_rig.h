/* SPDX-License-Identifier: MIT */
/* Shared by the tests of counters: pools in which each node holds a number under one key. */
#ifndef MCHA_TESTS_COUNTER_RIG_H
#define MCHA_TESTS_COUNTER_RIG_H

#include "replication_rig.h"

static const char *const key = "012:n";

/* first: the initial value, NULL: none. */
static inline mcha_item do_count(uint64_t delta, bool decrement, const char *first)
{
	mcha_item item = item_of(key, first);

	item.exptime = 500;
	mcha_count(pool, &item, delta, decrement);
	return item;
}

static inline void assert_counts_to(uint64_t number)
{
	mcha_item item = do_count(1, false, NULL);

	assert_status(item.answer.status, MCHA_STATUS_OK);
	assert_int_equal(item.answer.number, number);
}

static inline void assert_all_hold(const char *number)
{
	for (size_t i = 0; i < mcha_pool_copies(pool); i++) {
		assert_holds(i, key, number);
	}
}

static inline void failed_lately(size_t node)
{
	kill_and_notice(node);
	revive(node);
}

static inline void pool_of_three_copies(const char *a, const char *b, const char *c)
{
	const char *const numbers[] = {a, b, c};

	settings.replicas = 2;
	pool_of(4);
	for (size_t i = 0; i < 3; i++) {
		if (numbers[i]) {
			put(i, key, numbers[i]);
		}
	}
}

#endif
