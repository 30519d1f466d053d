/* SPDX-License-Identifier: MIT */
/* The clock that versions come from. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/version.h"

#define NOW INT64_C(1800000000000000) /* 2027, microseconds */

static void versions_are_positive_and_no_server_counts_so_far(void **state)
{
	uint64_t latest = 0, version = mcha_version_next(&latest, NOW, UINT64_MAX);

	(void)state;
	assert_true(mcha_version_is(version));
	assert_true((int64_t)version > 0);
	assert_false(mcha_version_is(UINT64_C(1) << 48));
	assert_false(mcha_version_is(0));
	assert_false(mcha_version_is(UINT64_MAX));
}

static void later_is_greater(void **state)
{
	uint64_t one = 0, other = 0;

	(void)state;
	assert_true(mcha_version_next(&one, NOW, 2047) < mcha_version_next(&other, NOW + 1, 0));
}

static void two_at_the_same_moment_differ_by_chance(void **state)
{
	uint64_t one = 0, other = 0;

	(void)state;
	assert_int_not_equal(mcha_version_next(&one, NOW, 17), mcha_version_next(&other, NOW, 18));
}

static void a_clock_that_stands_or_goes_back_gives_greater_ones_all_the_same(void **state)
{
	uint64_t latest = 0, first = mcha_version_next(&latest, NOW, 2047);
	uint64_t second = mcha_version_next(&latest, NOW, 0), third = mcha_version_next(&latest, NOW - 1000000, 5);

	(void)state;
	assert_int_equal(second, first + 1);
	assert_int_equal(third, second + 1);
}

static void what_was_seen_is_older_than_what_follows(void **state)
{
	uint64_t latest = 0, ahead = 0, seen = mcha_version_next(&ahead, NOW + 3600000000, 1);

	(void)state;
	mcha_version_saw(&latest, seen);
	assert_int_equal(mcha_version_next(&latest, NOW, 0), seen + 1);
	mcha_version_saw(&latest, 7); /* a server's own number says nothing */
	mcha_version_saw(&latest, UINT64_MAX);
	assert_int_equal(latest, seen + 1);
}

static void the_last_one_is_not_passed(void **state)
{
	const uint64_t last = (UINT64_C(1) << 63) - 1;
	uint64_t latest = 0;

	(void)state;
	mcha_version_saw(&latest, last);
	assert_int_equal(mcha_version_next(&latest, NOW, 0), last);
}

static void a_clock_before_the_epoch_gives_versions(void **state)
{
	uint64_t latest = 0;

	(void)state;
	assert_true(mcha_version_is(mcha_version_next(&latest, 0, 0)));
	assert_true(mcha_version_is(mcha_version_next(&latest, -5, 0)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(versions_are_positive_and_no_server_counts_so_far),
		cmocka_unit_test(later_is_greater),
		cmocka_unit_test(two_at_the_same_moment_differ_by_chance),
		cmocka_unit_test(a_clock_that_stands_or_goes_back_gives_greater_ones_all_the_same),
		cmocka_unit_test(what_was_seen_is_older_than_what_follows),
		cmocka_unit_test(the_last_one_is_not_passed),
		cmocka_unit_test(a_clock_before_the_epoch_gives_versions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
