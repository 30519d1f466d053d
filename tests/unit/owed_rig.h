/* SPDX-License-Identifier: MIT */
/* What the tests of the table of debts share: a table in memory that processes share, and short words. */
#ifndef MCHA_TESTS_OWED_RIG_H
#define MCHA_TESTS_OWED_RIG_H

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "engine/shared/owed.h"

#define SECOND MCHA_USEC_PER_SEC
#define NODES 4
#define CAPACITY 64
#define BUSY 1
#define SET 2
#define RENEWING 3

static mcha_owed_table *table;
static mcha_health *nodes; /* whose ids are 1, 2, ... */
static _Atomic int *stop;  /* what the processes work for */
static mcha_usec start;

static inline void *map(size_t size)
{
	void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	assert_ptr_not_equal(memory, MAP_FAILED);
	return memory;
}

static inline void drop_table(void)
{
	munmap(table, mcha_owed_table_size(table->capacity));
	munmap(nodes, NODES * sizeof(*nodes));
	munmap(stop, sizeof(*stop));
}

static inline void table_of(size_t capacity)
{
	if (table) {
		drop_table();
	}
	table = mcha_owed_table_init(map(mcha_owed_table_size(capacity)), capacity);
	nodes = map(NODES * sizeof(*nodes));
	stop = map(sizeof(*stop));
	start = mcha_clock_now();
}

static inline int setup(void **state)
{
	(void)state;
	table_of(CAPACITY);
	return 0;
}

static inline int teardown(void **state)
{
	(void)state;
	drop_table();
	table = NULL;
	return 0;
}

static inline void add(uint64_t node, const char *key, uint64_t good, mcha_usec now)
{
	mcha_owed_add(table, &nodes[node - 1], node, good, false, key, strlen(key), now);
}

static inline void add_unsure(uint64_t node, const char *key, uint64_t good, mcha_usec now)
{
	mcha_owed_add(table, &nodes[node - 1], node, good, true, key, strlen(key), now);
}

static inline bool find(uint64_t node, const char *key, mcha_debt *debt)
{
	return mcha_owed_find(table, node, key, strlen(key), debt);
}

static inline bool owes(uint64_t node, const char *key)
{
	mcha_debt debt;

	return find(node, key, &debt);
}

static inline size_t count_debts(void)
{
	size_t cursor = 0, count = 0;
	mcha_debt debt;

	while (mcha_owed_next(table, &cursor, &debt)) {
		count++;
	}
	return count;
}

static inline const char *numbered(unsigned number)
{
	static char key[16];

	snprintf(key, sizeof(key), "key-%u", number);
	return key;
}

static inline mcha_usec unsure_since(const char *key)
{
	mcha_debt debt;

	assert_true(find(1, key, &debt));
	return debt.unsure;
}

/* In another process. */
static inline pid_t begin(void (*body)(void))
{
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		body();
		_exit(0);
	}
	return pid;
}

static inline void end(pid_t pid)
{
	int status;

	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

#endif
