/* SPDX-License-Identifier: MIT */
/* The clock that versions come from. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/base/version.h"

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
	assert_true(second > first && third > second);
}

/* A clock so many microseconds ahead gives this. */
static uint64_t ahead_by(int64_t offset)
{
	uint64_t latest = 0;

	return mcha_version_next(&latest, NOW + offset, 7);
}

static void what_was_seen_is_older_than_what_follows(void **state)
{
	const uint64_t seen = ahead_by(3600000000);
	uint64_t latest = 0;

	(void)state;
	assert_true(mcha_version_saw(&latest, seen, NOW));
	assert_true(mcha_version_next(&latest, NOW, 0) > seen);
	assert_true(mcha_version_saw(&latest, 7, NOW)); /* a server's own number says nothing */
	assert_true(mcha_version_saw(&latest, UINT64_MAX, NOW));
	assert_true(latest < seen + (2 << MCHA_VERSION_RANDOM_BITS));
}

/* Both have seen the same, and each writes something: a token of the one must not fit the other's. */
static void two_that_follow_the_same_differ_by_chance(void **state)
{
	uint64_t one = ahead_by(3600000000), other = one;

	(void)state;
	assert_int_not_equal(mcha_version_next(&one, NOW, 17), mcha_version_next(&other, NOW, 18));
}

static void a_version_is_the_time_it_was_given(void **state)
{
	(void)state;
	assert_true(mcha_version_time(ahead_by(0)) == NOW);
	assert_true(mcha_version_time(ahead_by(-5000000)) == NOW - 5000000);
}

static void what_no_clock_gave_is_not_adopted(void **state)
{
	const uint64_t none[] = {(UINT64_C(1) << 63) - 1, ahead_by(MCHA_VERSION_AHEAD_MAX + 1)};
	uint64_t latest = 0;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		assert_false(mcha_version_saw(&latest, none[i], NOW));
		assert_int_equal(latest, 0);
	}
	assert_true(mcha_version_saw(&latest, ahead_by(MCHA_VERSION_AHEAD_MAX), NOW));
	assert_int_equal(latest, ahead_by(MCHA_VERSION_AHEAD_MAX));
}

static void what_no_clock_gave_is_older_than_all_others(void **state)
{
	const uint64_t none = ahead_by(MCHA_VERSION_AHEAD_MAX + 1), last = (UINT64_C(1) << 63) - 1;

	(void)state;
	assert_true(mcha_version_rank(none, NOW) < mcha_version_rank(MCHA_VERSION_MARK, NOW));
	assert_true(mcha_version_rank(none, NOW) < mcha_version_rank(last, NOW));
	assert_true(mcha_version_rank(none, NOW) > 1);
	assert_int_equal(mcha_version_rank(none, NOW + 1), none); /* in time it becomes one */
	assert_int_equal(mcha_version_rank(7, NOW), 0);
}

/* This host's clock was a year ahead, and has been set right. */
static void a_clock_that_was_set_right_gives_what_others_believe(void **state)
{
	uint64_t latest = ahead_by(INT64_C(365) * 86400 * 1000000), version = mcha_version_next(&latest, NOW, 0);

	(void)state;
	assert_true(mcha_version_is_credible(version, NOW));
	assert_int_equal(latest, version);
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
		cmocka_unit_test(two_that_follow_the_same_differ_by_chance),
		cmocka_unit_test(a_version_is_the_time_it_was_given),
		cmocka_unit_test(what_no_clock_gave_is_not_adopted),
		cmocka_unit_test(what_no_clock_gave_is_older_than_all_others),
		cmocka_unit_test(a_clock_that_was_set_right_gives_what_others_believe),
		cmocka_unit_test(a_clock_before_the_epoch_gives_versions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
