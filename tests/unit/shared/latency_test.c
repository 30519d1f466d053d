/* SPDX-License-Identifier: MIT */
/* The histogram of latencies. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/shared/latency.h"

static void a_latency_is_in_the_first_bucket_that_is_not_below_it(void **state)
{
	(void)state;
	for (mcha_usec latency = -5; latency < 10 * MCHA_USEC_PER_SEC; latency += latency / 9 + 1) {
		unsigned bucket = mcha_latency_bucket(latency);

		assert_true(bucket < MCHA_LATENCY_BUCKETS);
		if (mcha_latency_bound(bucket)) {
			assert_true(latency <= mcha_latency_bound(bucket));
		}
		if (bucket) {
			assert_true(latency > mcha_latency_bound(bucket - 1));
		}
	}
}

static void bounds_belong_to_their_own_buckets(void **state)
{
	(void)state;
	for (unsigned i = 0; i + 1 < MCHA_LATENCY_BUCKETS; i++) {
		assert_int_equal(mcha_latency_bucket(mcha_latency_bound(i)), i);
		assert_int_equal(mcha_latency_bucket(mcha_latency_bound(i) + 1), i + 1);
	}
	assert_int_equal(mcha_latency_bound(0), 64);
	assert_int_equal(mcha_latency_bound(MCHA_LATENCY_BUCKETS - 1), 0);
	assert_int_equal(mcha_latency_bucket(INT64_MAX), MCHA_LATENCY_BUCKETS - 1);
}

static void latencies_are_counted_and_added_up(void **state)
{
	mcha_latencies latencies = {0};

	(void)state;
	mcha_latencies_note(&latencies, 10);
	mcha_latencies_note(&latencies, 100);
	mcha_latencies_note(&latencies, -1);
	assert_int_equal(latencies.counts[0], 2);
	assert_int_equal(latencies.counts[1], 1);
	assert_int_equal(latencies.sum, 110);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_latency_is_in_the_first_bucket_that_is_not_below_it),
		cmocka_unit_test(bounds_belong_to_their_own_buckets),
		cmocka_unit_test(latencies_are_counted_and_added_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
