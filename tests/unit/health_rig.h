/* SPDX-License-Identifier: MIT */
/* For tests of the health table: a table of eight slots with one node in it, over a clock that the
 * test sets. */
#ifndef HEALTH_RIG_H
#define HEALTH_RIG_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <cmocka.h>

#include "engine/shared/health.h"

#define SEC MCHA_USEC_PER_SEC
#define START (1000 * SEC)
#define NO_JITTER 200 /* the random value that gives exactly the interval */

static const mcha_health_rules rules = {
	.retry_interval = 1 * SEC,
	.retry_interval_max = 30 * SEC,
	.lease = 2 * SEC,
};

static mcha_health_table *table;
static mcha_health *node;

static inline mcha_health_table *new_table(size_t capacity)
{
	size_t size = mcha_health_table_size(capacity);
	void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	assert_ptr_not_equal(memory, MAP_FAILED);
	return mcha_health_table_init(memory, capacity);
}

static inline void free_table(mcha_health_table *old)
{
	munmap(old, mcha_health_table_size(old->capacity));
}

static inline int setup(void **state)
{
	(void)state;
	table = new_table(8);
	node = mcha_health_find(table, 77, "node");
	return 0;
}

static inline int teardown(void **state)
{
	(void)state;
	free_table(table);
	return 0;
}

static inline void record_failure(mcha_usec now)
{
	mcha_health_failure(table, node, &rules, now, now, NO_JITTER);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

#endif
