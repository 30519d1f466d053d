/* SPDX-License-Identifier: MIT */
/* The clock that gives versions. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/base/version.h"

#define NOW INT64_C(1800000000000000) /* 2027, microseconds */

static void versions_are_positive_and_greater_than_any_servers_cas(void **state)
{
	uint64_t latest = 0, version = mcha_version_next(&latest, NOW, UINT64_MAX);

	(void)state;
	assert_true(mcha_version_is(version));
	assert_true((int64_t)version > 0);
	assert_false(mcha_version_is(UINT64_C(1) << 48));
	assert_false(mcha_version_is(0));
	assert_false(mcha_version_is(UINT64_MAX));
}

static void a_later_version_is_greater(void **state)
{
	uint64_t one = 0, other = 0;

	(void)state;
	assert_true(mcha_version_next(&one, NOW, 2047) < mcha_version_next(&other, NOW + 1, 0));
}

static void two_versions_of_one_moment_differ_by_chance(void **state)
{
	uint64_t one = 0, other = 0;

	(void)state;
	assert_int_not_equal(mcha_version_next(&one, NOW, 17), mcha_version_next(&other, NOW, 18));
}

static void a_clock_that_stands_or_goes_back_still_gives_greater_versions(void **state)
{
	uint64_t latest = 0, first = mcha_version_next(&latest, NOW, 2047);
	uint64_t second = mcha_version_next(&latest, NOW, 0),
			 third = mcha_version_next(&latest, NOW - 1000000, 5);

	(void)state;
	assert_true(second > first && third > second);
}

/* The version of a clock that is so many microseconds ahead. */
static uint64_t ahead_by(int64_t offset)
{
	uint64_t latest = 0;

	return mcha_version_next(&latest, NOW + offset, 7);
}

static void a_version_after_a_seen_one_is_greater(void **state)
{
	const uint64_t seen = ahead_by(3600000000);
	uint64_t latest = 0;

	(void)state;
	assert_true(mcha_version_saw(&latest, seen, NOW));
	assert_true(mcha_version_next(&latest, NOW, 0) > seen);
	assert_true(mcha_version_saw(&latest, 7, NOW)); /* a server's own CAS is ignored */
	assert_true(mcha_version_saw(&latest, UINT64_MAX, NOW));
	assert_true(latest < seen + (2 << MCHA_VERSION_RANDOM_BITS));
}

/* Two hosts have seen the same version, and each writes: the token of one write must not fit the
 * other. */
static void two_versions_after_the_same_one_differ_by_chance(void **state)
{
	uint64_t one = ahead_by(3600000000), other = one;

	(void)state;
	assert_int_not_equal(mcha_version_next(&one, NOW, 17), mcha_version_next(&other, NOW, 18));
}

static void a_version_contains_its_time(void **state)
{
	(void)state;
	assert_true(mcha_version_time(ahead_by(0)) == NOW);
	assert_true(mcha_version_time(ahead_by(-5000000)) == NOW - 5000000);
}

static void an_impossible_version_is_not_adopted(void **state)
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

static void an_impossible_version_ranks_below_all_others(void **state)
{
	const uint64_t none = ahead_by(MCHA_VERSION_AHEAD_MAX + 1), last = (UINT64_C(1) << 63) - 1;

	(void)state;
	assert_true(mcha_version_rank(none, NOW) < mcha_version_rank(MCHA_VERSION_MARK, NOW));
	assert_true(mcha_version_rank(none, NOW) < mcha_version_rank(last, NOW));
	assert_true(mcha_version_rank(none, NOW) > 1);
	/* in time the version becomes possible */
	assert_int_equal(mcha_version_rank(none, NOW + 1), none);
	assert_int_equal(mcha_version_rank(7, NOW), 0);
}

/* This host's clock was a year ahead, and has been corrected. */
static void a_corrected_clock_gives_versions_that_other_hosts_accept(void **state)
{
	uint64_t latest = ahead_by(INT64_C(365) * 86400 * 1000000),
			 version = mcha_version_next(&latest, NOW, 0);

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
		cmocka_unit_test(versions_are_positive_and_greater_than_any_servers_cas),
		cmocka_unit_test(a_later_version_is_greater),
		cmocka_unit_test(two_versions_of_one_moment_differ_by_chance),
		cmocka_unit_test(a_clock_that_stands_or_goes_back_still_gives_greater_versions),
		cmocka_unit_test(a_version_after_a_seen_one_is_greater),
		cmocka_unit_test(two_versions_after_the_same_one_differ_by_chance),
		cmocka_unit_test(a_version_contains_its_time),
		cmocka_unit_test(an_impossible_version_is_not_adopted),
		cmocka_unit_test(an_impossible_version_ranks_below_all_others),
		cmocka_unit_test(a_corrected_clock_gives_versions_that_other_hosts_accept),
		cmocka_unit_test(a_clock_before_the_epoch_gives_versions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
