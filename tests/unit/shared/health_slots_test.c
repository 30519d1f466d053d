/* SPDX-License-Identifier: MIT */
/* The slots of the health table: each node has its own, with its name, also when many processes
 * look for it at once. */
#include <sys/wait.h>
#include <unistd.h>

#include "health_rig.h"

static void every_server_has_a_slot_of_its_own_and_keeps_it(void **state)
{
	mcha_health_table *small = new_table(5);
	mcha_health *slots[8];

	(void)state;
	assert_int_equal(small->capacity, 8);
	for (uint64_t id = 1; id <= 8; id++) {
		/* all of these hash to the first slot */
		slots[id - 1] = mcha_health_find(small, id * 8, "node");
		assert_ptr_not_equal(slots[id - 1], &small->overflow);
		assert_int_equal((uintptr_t)slots[id - 1] % 64, 0);
		for (uint64_t other = 1; other < id; other++) {
			assert_ptr_not_equal(slots[id - 1], slots[other - 1]);
		}
	}
	for (uint64_t id = 1; id <= 8; id++) {
		assert_ptr_equal(mcha_health_find(small, id * 8, "node"), slots[id - 1]);
	}
	free_table(small);
}

static void servers_without_a_slot_share_one_that_is_never_held_down(void **state)
{
	mcha_health_table *small = new_table(2);
	mcha_health *shared;

	(void)state;
	mcha_health_find(small, 1, "node");
	mcha_health_find(small, 2, "node");
	shared = mcha_health_find(small, 3, "node");
	assert_ptr_equal(shared, &small->overflow);
	assert_ptr_equal(mcha_health_find(small, 4, "node"), shared);
	mcha_health_failure(small, shared, &rules, START, START, NO_JITTER);
	assert_true(mcha_health_admit(shared, &rules, START, false));
	assert_int_equal(mcha_health_look(shared, START).state, MCHA_HEALTH_UP);
	assert_true(mcha_health_failed_lately(shared, START, SEC));
	free_table(small);
}

static void every_server_can_be_found_by_its_name(void **state)
{
	char name[MCHA_HEALTH_NAME_MAX];
	size_t cursor = 0;

	(void)state;
	mcha_health_find(table, 78, "10.0.0.1:11211");
	mcha_health_find(table, 78, "this comes too late");
	mcha_health_find(table, 79, "");
	assert_ptr_equal(mcha_health_next(table, &cursor, name), node);
	assert_string_equal(name, "node");
	assert_ptr_equal(mcha_health_next(table, &cursor, name), mcha_health_find(table, 78, ""));
	assert_string_equal(name, "10.0.0.1:11211");
	assert_ptr_equal(mcha_health_next(table, &cursor, name), mcha_health_find(table, 79, ""));
	assert_string_equal(name, "");
	assert_null(mcha_health_next(table, &cursor, name));
	assert_null(mcha_health_next(table, &cursor, name));
}

static void a_long_name_keeps_both_its_ends(void **state)
{
	char given[400], name[MCHA_HEALTH_NAME_MAX];

	(void)state;
	for (size_t length = 100; length < sizeof(given); length++) {
		size_t cursor = 0;

		memset(given, 'x', length);
		memcpy(given, "begin", 5);
		memcpy(given + length - 4, ":end", 5);
		free_table(table);
		table = new_table(8);
		mcha_health_find(table, length, given);
		assert_non_null(mcha_health_next(table, &cursor, name));
		if (length < MCHA_HEALTH_NAME_MAX) {
			assert_string_equal(name, given);
		} else {
			assert_in_range(strlen(name), MCHA_HEALTH_NAME_MAX - 3, MCHA_HEALTH_NAME_MAX - 1);
			assert_memory_equal(name, "begin", 5);
			assert_string_equal(name + strlen(name) - 4, ":end");
			assert_non_null(strstr(name, "x...x"));
		}
	}
}

static void a_slot_of_a_process_that_died_gets_its_name_from_the_next(void **state)
{
	char name[MCHA_HEALTH_NAME_MAX];
	size_t cursor = 0;

	(void)state;
	node->named = 0; /* the process wrote half of the name and died */
	node->name[1] = UINT64_MAX;
	assert_ptr_equal(mcha_health_next(table, &cursor, name), node);
	assert_string_equal(name, "?");
	assert_ptr_equal(mcha_health_find(table, 77, "node"), node);
	cursor = 0;
	mcha_health_next(table, &cursor, name);
	assert_string_equal(name, "node");
}

static void the_name_is_in_another_cache_line_than_the_counters(void **state)
{
	(void)state;
	assert_int_equal(offsetof(mcha_health, name), 64);
	assert_int_equal(sizeof(mcha_health) % 64, 0);
}

/* Runs body in processes that inherited the table, all at the same time, and adds up the results. A
 * field of the overflow slot, which no other code uses, counts the processes that are ready. */
static int sum_of_processes(unsigned processes, int (*body)(void))
{
	int sum = 0;

	table->overflow.detected = 0;
	for (unsigned i = 0; i < processes; i++) {
		if (fork() == 0) {
			table->overflow.detected++;
			while (table->overflow.detected < processes) {
			}
			_exit(body());
		}
	}
	for (unsigned i = 0; i < processes; i++) {
		int status;

		assert_true(wait(&status) > 0);
		assert_true(WIFEXITED(status));
		sum += WEXITSTATUS(status);
	}
	return sum;
}

static int try_to_probe(void)
{
	return mcha_health_admit(node, &rules, START + 1 * SEC, false);
}

static void of_many_processes_one_wins_the_probe(void **state)
{
	(void)state;
	for (int i = 0; i < 20; i++) {
		node->word = 0;
		record_failure(START);
		assert_int_equal(sum_of_processes(8, try_to_probe), 1);
	}
}

static int find_all(void)
{
	for (uint64_t id = 1; id <= 16; id++) {
		mcha_health_find(table, id * 32, "node");
	}
	return 0;
}

static void processes_that_look_for_the_same_servers_share_one_slot_each(void **state)
{
	(void)state;
	for (int round = 0; round < 20; round++) {
		size_t taken = 0;

		free_table(table);
		table = new_table(32);
		sum_of_processes(8, find_all);
		for (size_t i = 0; i < table->capacity; i++) {
			taken += table->slots[i].id != 0;
		}
		assert_int_equal(taken, 16);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(every_server_has_a_slot_of_its_own_and_keeps_it),
		TEST(servers_without_a_slot_share_one_that_is_never_held_down),
		TEST(every_server_can_be_found_by_its_name),
		TEST(a_long_name_keeps_both_its_ends),
		TEST(a_slot_of_a_process_that_died_gets_its_name_from_the_next),
		TEST(the_name_is_in_another_cache_line_than_the_counters),
		TEST(of_many_processes_one_wins_the_probe),
		TEST(processes_that_look_for_the_same_servers_share_one_slot_each),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
