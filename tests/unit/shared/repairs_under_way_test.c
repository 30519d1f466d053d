/* SPDX-License-Identifier: MIT */
/* The notes of repairs that may still arrive. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "engine/shared/repairs_under_way.h"

#define SECOND MCHA_USEC_PER_SEC

static mcha_repairs_under_way repairs;

static void begin(const char *key, uint64_t node, mcha_usec started)
{
	mcha_repairs_under_way_begin(&repairs, key, strlen(key), node, started);
}

static void end(const char *key, uint64_t node, mcha_usec started)
{
	mcha_repairs_under_way_end(&repairs, key, strlen(key), node, started);
}

static bool has(const char *key, uint64_t node, mcha_usec since)
{
	return mcha_repairs_under_way_has(&repairs, key, strlen(key), node, since);
}

static int empty(void **state)
{
	(void)state;
	memset(&repairs, 0, sizeof(repairs));
	return 0;
}

static void a_repair_is_found_until_it_has_ended(void **state)
{
	const mcha_usec now = mcha_clock_now();

	(void)state;
	assert_false(has("k", 7, now - SECOND));
	assert_false(mcha_repairs_under_way_since(&repairs, now - SECOND));
	begin("k", 7, now);
	assert_true(mcha_repairs_under_way_since(&repairs, now - SECOND));
	assert_true(has("k", 7, now - SECOND));
	assert_true(has("k", 7, now));
	assert_false(has("k", 7, now + 1));
	assert_false(has("k", 8, now - SECOND));
	assert_false(has("x", 7, now - SECOND));
	end("k", 7, now);
	assert_false(has("k", 7, now - SECOND));
}

/* The end of one is not the end of another. */
static void two_processes_may_repair_one_replica(void **state)
{
	const mcha_usec now = mcha_clock_now();

	(void)state;
	for (mcha_usec apart = 0; apart <= 1; apart++) {
		begin("k", 7, now);
		begin("k", 7, now + apart);
		end("k", 7, now + apart);
		assert_true(has("k", 7, now - SECOND));
		end("k", 7, now);
		assert_false(has("k", 7, now - SECOND));
	}
}

static void the_oldest_note_makes_room(void **state)
{
	const mcha_usec now = mcha_clock_now();

	(void)state;
	begin("k", 7, now - 10 * SECOND);
	for (int i = 0; i < 7; i++) {
		begin("k", 7, now - i);
	}
	assert_true(has("k", 7, now - 20 * SECOND));
	begin("k", 7, now - 7);
	for (int i = 0; i < 8; i++) {
		end("k", 7, now - i);
	}
	assert_false(has("k", 7, now - 20 * SECOND));
}

/* The time in a note wraps. */
static void a_repair_is_found_across_a_wrap_of_the_time(void **state)
{
	const mcha_usec wrap = INT64_C(1) << 44;

	(void)state;
	begin("k", 7, wrap + 5);
	assert_true(has("k", 7, wrap - SECOND));
	assert_false(has("k", 7, wrap + 6));
	end("k", 7, wrap + 5);
	begin("x", 7, 2 * wrap - 5);
	assert_false(has("x", 7, 2 * wrap + 1));
	assert_true(has("x", 7, 2 * wrap - SECOND));
}

static void many_keys_are_told_apart(void **state)
{
	const mcha_usec now = mcha_clock_now();
	char key[32];
	int found = 0;

	(void)state;
	for (int i = 0; i < 256; i++) {
		snprintf(key, sizeof(key), "key%d", i);
		begin(key, 7, now);
	}
	for (int i = 0; i < 256; i++) {
		snprintf(key, sizeof(key), "key%d", i);
		assert_true(has(key, 7, now));
		snprintf(key, sizeof(key), "other%d", i);
		found += has(key, 7, now);
	}
	assert_true(found <= 1);
}

#define TEST(name) cmocka_unit_test_setup(name, empty)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_repair_is_found_until_it_has_ended),
		TEST(two_processes_may_repair_one_replica),
		TEST(the_oldest_note_makes_room),
		TEST(a_repair_is_found_across_a_wrap_of_the_time),
		TEST(many_keys_are_told_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
