/* SPDX-License-Identifier: MIT */
/* Shared by the tests of the hint table: a table in memory that processes share, and helpers. */
#ifndef MCHA_TESTS_HINTS_RIG_H
#define MCHA_TESTS_HINTS_RIG_H

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

#include "engine/base/fnv.h"
#include "engine/shared/hints.h"

#define SECOND MCHA_USEC_PER_SEC
#define NODES 4
#define CAPACITY 64
#define KEYS 50 /* of each node, made by spell() */
#define BUSY 1
#define SET 2
#define RENEWING 3

static mcha_hint_table *table;
static mcha_health *nodes; /* with the ids 1, 2, ... */
static _Atomic int *stop;  /* the processes work for this */
static mcha_usec start;

static inline void *map(size_t size)
{
	void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	assert_ptr_not_equal(memory, MAP_FAILED);
	return memory;
}

static inline void drop_table(void)
{
	munmap(table, mcha_hint_table_size(table->capacity));
	munmap(nodes, NODES * sizeof(*nodes));
	munmap(stop, sizeof(*stop));
}

static inline void table_of(size_t capacity)
{
	if (table) {
		drop_table();
	}
	table = mcha_hint_table_init(map(mcha_hint_table_size(capacity)), capacity);
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

static inline void add(uint64_t node, const char *key, uint64_t source, mcha_usec now)
{
	mcha_hints_add(table, &nodes[node - 1], node, source, false, key, strlen(key), now);
}

static inline void add_indeterminate(uint64_t node, const char *key, uint64_t source, mcha_usec now)
{
	mcha_hints_add(table, &nodes[node - 1], node, source, true, key, strlen(key), now);
}

static inline bool find(uint64_t node, const char *key, mcha_hint *hint)
{
	return mcha_hints_find(table, node, key, strlen(key), hint);
}

static inline bool has_hint(uint64_t node, const char *key)
{
	mcha_hint hint;

	return find(node, key, &hint);
}

static inline size_t count_hints(void)
{
	size_t cursor = 0, count = 0;
	mcha_hint hint;

	while (mcha_hints_next(table, &cursor, &hint)) {
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

static inline mcha_usec indeterminate_since(const char *key)
{
	mcha_hint hint;

	assert_true(find(1, key, &hint));
	return hint.indeterminate;
}

/* A key whose content is determined by its number, and whose length differs from the next key's. */
static inline size_t spell(char *key, unsigned node, unsigned number)
{
	int length = snprintf(key, MCHA_KEY_MAX, "%u:%u:", node, number);
	size_t end = 10 + (size_t)number * 4 % 240;

	memset(key + length, 'a' + (int)(number % 26), end - (size_t)length);
	return end;
}

static inline uint64_t source_of(const char *key, size_t length)
{
	return mcha_fnv1a(MCHA_FNV_START + 1, key, length);
}

static inline bool is_whole(const mcha_hint *hint)
{
	char copy[MCHA_KEY_MAX + 1], expected[MCHA_KEY_MAX];
	unsigned node, number;

	memcpy(copy, hint->key, hint->key_length);
	copy[hint->key_length] = '\0';
	return sscanf(copy, "%u:%u:", &node, &number) == 2 && number < KEYS && node == hint->node
		&& spell(expected, node, number) == hint->key_length
		&& memcmp(expected, hint->key, hint->key_length) == 0
		&& hint->source == source_of(hint->key, hint->key_length);
}

/* Runs body in another process. */
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
