/* SPDX-License-Identifier: MIT */
/* Hints in one word each: found until they are cleared or their node is restarted, room for each
 * node, and no hint that processes lose to one another. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "engine/shared/compact_hints.h"
#include "engine/shared/mark.h"

#define SECOND MCHA_USEC_PER_SEC
#define NOW (1000 * SECOND)
#define NODES 4

typedef struct memory {
	mcha_health nodes[NODES];
	_Alignas(64) char table[];
} memory;

static memory *shared;
static size_t shared_size;
static mcha_compact_hints *hints;

static void make_table(size_t blocks)
{
	if (shared) {
		munmap(shared, shared_size);
	}
	shared_size = sizeof(memory) + mcha_compact_hints_size(blocks);
	shared = mmap(NULL, shared_size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	assert_true(shared != MAP_FAILED);
	hints = mcha_compact_hints_init(shared->table, blocks);
}

static int teardown(void **state)
{
	(void)state;
	munmap(shared, shared_size);
	shared = NULL;
	return 0;
}

static uint64_t key_of(size_t i)
{
	char name[32];

	return mcha_compact_key(name, (size_t)snprintf(name, sizeof(name), "key%zu", i));
}

static bool add_marked(size_t node, size_t key, uint64_t mark, mcha_usec now)
{
	return mcha_compact_hints_add(hints, &shared->nodes[node], node + 1, key_of(key), mark, now);
}

static bool add(size_t node, size_t key, mcha_usec now)
{
	return add_marked(node, key, 0, now);
}

static void resolve(size_t node, size_t key, uint64_t mark)
{
	mcha_compact_hints_resolve(hints, &shared->nodes[node], node + 1, key_of(key),
		mcha_mark_with_kind(mark, MCHA_MARK_RESOLVED));
}

static bool has(size_t node, size_t key)
{
	return mcha_compact_hints_since(hints, &shared->nodes[node], node + 1, key_of(key)) != 0;
}

static void clear(size_t node, size_t key, mcha_usec before)
{
	mcha_compact_hints_clear(hints, &shared->nodes[node], node + 1, key_of(key), before);
}

static size_t count(size_t node)
{
	return mcha_compact_hints_count(hints, &shared->nodes[node], node + 1);
}

/* --- one hint --------------------------------------------------------------------------------- */

static void a_hint_is_of_its_node_and_key(void **state)
{
	(void)state;
	make_table(4);
	assert_false(has(0, 1));
	assert_true(add(0, 1, NOW));
	assert_true(add(1, 2, NOW));
	assert_true(has(0, 1));
	assert_false(has(0, 2));
	assert_false(has(1, 1));
	assert_true(has(1, 2));
	assert_true(add(0, 1, NOW));
	assert_int_equal(count(0), 1);
}

static void a_hint_is_cleared_if_it_is_older(void **state)
{
	(void)state;
	make_table(4);
	assert_true(add(0, 1, NOW));
	clear(0, 2, NOW + 1000);
	clear(1, 1, NOW + 1000);
	clear(0, 1, NOW);
	assert_true(has(0, 1));
	assert_true(add(0, 1, NOW + 5000)); /* renewed */
	assert_true(mcha_compact_hints_since(hints, &shared->nodes[0], 1, key_of(1)) == NOW + 5000);
	clear(0, 1, NOW + 1000);
	assert_true(has(0, 1));
	clear(0, 1, NOW + 6000);
	assert_false(has(0, 1));
	clear(0, 1, NOW + 6000);
	assert_int_equal(count(0), 0);
}

/* --- a restart -------------------------------------------------------------------------------- */

static void a_restart_of_the_node_makes_earlier_hints_void(void **state)
{
	(void)state;
	make_table(4);
	assert_true(add(0, 1, NOW));
	assert_true(add(1, 1, NOW));
	shared->nodes[0].restarted = NOW + 32 * SECOND;
	assert_false(has(0, 1));
	assert_true(has(1, 1));
	assert_int_equal(count(0), 0);
	assert_true(add(0, 2, NOW + 33 * SECOND));
	assert_true(has(0, 2));
	assert_true(add(0, 1, NOW + 33 * SECOND));
	assert_true(has(0, 1));
}

/* --- room ------------------------------------------------------------------------------------- */

static size_t fill(size_t node, size_t most, mcha_usec now)
{
	size_t i;

	for (i = 0; i < most && add(node, i, now); i++) {
	}
	return i;
}

static void a_node_has_half_of_the_blocks_and_uses_most_of_its_room(void **state)
{
	size_t added;

	(void)state;
	make_table(4);
	added = fill(0, 4 * MCHA_COMPACT_BLOCK, NOW);
	assert_true(added > 2 * MCHA_COMPACT_BLOCK / 100 * 95);
	assert_true(added <= 2 * MCHA_COMPACT_BLOCK);
	for (size_t i = 0; i < added; i += 97) {
		assert_true(has(0, i));
	}
	assert_int_equal(count(0), added);
	assert_true(fill(1, MCHA_COMPACT_BLOCK, NOW) == MCHA_COMPACT_BLOCK); /* another node has room */
	assert_false(add(2, 1, NOW));                                        /* a third has not */
}

static void a_block_of_a_node_that_was_restarted_is_given_to_another(void **state)
{
	(void)state;
	make_table(2);
	assert_true(add(0, 1, NOW));
	assert_true(add(1, 1, NOW));
	assert_false(add(2, 1, NOW));
	shared->nodes[0].restarted = NOW + 60 * SECOND;
	assert_true(add(2, 1, NOW + 61 * SECOND));
	assert_true(has(2, 1));
	assert_true(has(1, 1));
	assert_false(has(0, 1));
	assert_false(add(0, 1, NOW + 62 * SECOND)); /* there is no room, and the caller is told */
}

static void void_hints_give_way_to_others_of_their_node(void **state)
{
	size_t added;

	(void)state;
	make_table(2);
	added = fill(0, MCHA_COMPACT_BLOCK + 1, NOW);
	shared->nodes[0].restarted = NOW + 60 * SECOND;
	for (size_t i = 0; i < added; i++) {
		assert_true(add(0, 1000000 + i, NOW + 61 * SECOND) || i > added / 10 * 9);
	}
}

/* One that was stopped goes on to clear the block's words. */
static void a_block_that_a_process_takes_is_taken_by_another_when_the_first_has_died(void **state)
{
	int status;
	pid_t process;

	(void)state;
	make_table(1);
	process = fork();
	if (process == 0) {
		pause();
		_exit(0);
	}
	hints->blocks[0].node = UINT64_MAX - (uint64_t)process;
	assert_false(add(0, 1, NOW + 3600 * SECOND));
	kill(process, SIGKILL);
	assert_int_equal(waitpid(process, &status, 0), process);
	assert_true(add(0, 1, NOW));
	assert_true(has(0, 1));
}

/* --- several processes ------------------------------------------------------------------------ */

#define PROCESSES 4
#define EACH 20000

static void add_and_clear(size_t process)
{
	for (size_t i = 0; i < EACH; i++) {
		if (!add(0, process * EACH + i, NOW) || !add(1, i, NOW)) {
			/* keys of its own, and keys of all */
			_exit(1);
		}
		if (i % 2) {
			clear(0, process * EACH + i, NOW + SECOND);
		}
	}
	_exit(0);
}

static void no_process_loses_a_hint_to_another(void **state)
{
	int status;

	(void)state;
	make_table(6);
	for (size_t process = 0; process < PROCESSES; process++) {
		if (fork() == 0) {
			add_and_clear(process);
		}
	}
	for (size_t process = 0; process < PROCESSES; process++) {
		assert_true(wait(&status) > 0);
		assert_int_equal(status, 0);
	}
	for (size_t i = 0; i < PROCESSES * EACH; i++) {
		assert_int_equal(has(0, i), i % 2 == 0);
	}
	for (size_t i = 0; i < EACH; i++) {
		assert_true(has(1, i));
	}
}

/* --- marks ------------------------------------------------------------------------------------ */

#define MARK(host, number) mcha_mark_make(host, number, MCHA_MARK_MISSED)

static void a_hint_is_resolved_by_its_last_mark(void **state)
{
	(void)state;
	make_table(4);
	add_marked(0, 1, MARK(7, 1), SECOND);
	resolve(0, 1, MARK(8, 2));
	resolve(0, 2, MARK(7, 1));
	assert_true(has(0, 1));
	add_marked(0, 1, MARK(7, 2), 2 * SECOND);
	resolve(0, 1, MARK(7, 1));
	assert_true(has(0, 1));
	resolve(0, 1, MARK(7, 2));
	assert_false(has(0, 1));
}

/* This host lacks the record of the hint that was resolved. */
static void a_hint_is_resolved_by_a_later_mark_of_its_host(void **state)
{
	(void)state;
	make_table(4);
	add_marked(0, 1, MARK(7, 1), SECOND);
	resolve(0, 1, mcha_mark_make(7, 2, MCHA_MARK_RESOLVED));
	assert_false(has(0, 1));
	add_marked(0, 1, MARK(7, (1 << 28) - 1), SECOND); /* the last number */
	resolve(0, 1, mcha_mark_make(7, 3, MCHA_MARK_RESOLVED));
	assert_false(has(0, 1));
}

/* The host whose record is the older one says nothing of what the node has missed since. */
static void a_hint_of_two_hosts_is_resolved_by_the_younger_mark(void **state)
{
	(void)state;
	make_table(4);
	add_marked(0, 1, MARK(7, 1), SECOND);
	add_marked(0, 1, MARK(8, 1), 2 * SECOND);
	resolve(0, 1, MARK(7, 1));
	assert_true(has(0, 1));
	resolve(0, 1, MARK(8, 1));
	assert_false(has(0, 1));

	add_marked(0, 1, MARK(7, 1), 4 * SECOND);
	add(0, 1, 5 * SECOND); /* this host's own */
	resolve(0, 1, MARK(7, 1));
	assert_true(has(0, 1));
}

static void a_new_hint_has_nothing_of_the_mark_before_it(void **state)
{
	(void)state;
	make_table(4);
	add_marked(0, 1, MARK(7, 1), SECOND);
	clear(0, 1, 2 * SECOND);
	add_marked(0, 1, MARK(8, 1), 3 * SECOND);
	resolve(0, 1, MARK(8, 1));
	assert_false(has(0, 1));
}

#define TEST(name) cmocka_unit_test_teardown(name, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_hint_is_of_its_node_and_key),
		TEST(a_hint_is_cleared_if_it_is_older),
		TEST(a_restart_of_the_node_makes_earlier_hints_void),
		TEST(a_node_has_half_of_the_blocks_and_uses_most_of_its_room),
		TEST(a_block_of_a_node_that_was_restarted_is_given_to_another),
		TEST(void_hints_give_way_to_others_of_their_node),
		TEST(a_block_that_a_process_takes_is_taken_by_another_when_the_first_has_died),
		TEST(no_process_loses_a_hint_to_another),
		TEST(a_hint_is_resolved_by_its_last_mark),
		TEST(a_hint_is_resolved_by_a_later_mark_of_its_host),
		TEST(a_hint_of_two_hosts_is_resolved_by_the_younger_mark),
		TEST(a_new_hint_has_nothing_of_the_mark_before_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
