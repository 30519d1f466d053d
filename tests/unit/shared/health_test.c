/* SPDX-License-Identifier: MIT */
/* The states of a node in the health table, over a clock that the test sets. */
#include "health_rig.h"

#include "engine/shared/health/health_flush.h"

static const mcha_health_rules never_down = {.retry_interval = 0, .lease = 2 * SEC};

static void record_success(mcha_usec now)
{
	mcha_health_success(node, now, now + 100);
}

static void take(mcha_usec latency)
{
	mcha_health_success(node, START, START + latency);
}

/* The server is down: waits, probes it successfully, and returns the time of success. */
static mcha_usec come_back(mcha_usec now)
{
	now += mcha_health_look(node, now).retry_in;
	assert_true(mcha_health_admit(node, &rules, now, false));
	record_success(now);
	assert_int_equal(mcha_health_look(node, now).state, MCHA_HEALTH_UP);
	return now;
}

/* Fails, waits for the probe, fails again, and so on; returns the time of the last failure. */
static mcha_usec fail_in_a_row(mcha_usec now, unsigned times)
{
	record_failure(now);
	for (unsigned i = 1; i < times; i++) {
		now += mcha_health_look(node, now).retry_in;
		assert_true(mcha_health_admit(node, &rules, now, false));
		record_failure(now);
	}
	return now;
}

static void a_fresh_server_is_up_and_admitted(void **state)
{
	(void)state;
	assert_int_equal(mcha_health_look(node, START).state, MCHA_HEALTH_UP);
	assert_true(mcha_health_admit(node, &rules, START, false));
	assert_false(mcha_health_failed_lately(node, START, 3600 * SEC));
	assert_false(mcha_health_troubled(table, START, 3600 * SEC));
}

static void a_failure_holds_a_server_down_for_the_interval(void **state)
{
	mcha_health_view view;

	(void)state;
	record_failure(START);
	view = mcha_health_look(node, START);
	assert_int_equal(view.state, MCHA_HEALTH_DOWN);
	assert_int_equal(view.failures_in_a_row, 1);
	assert_int_equal(view.retry_in, 1 * SEC);
	assert_false(mcha_health_admit(node, &rules, START + 1 * SEC - 1000, false));
	assert_true(mcha_health_admit(node, &rules, START + 1 * SEC, false));
	assert_true(mcha_health_failed_lately(node, START + SEC, 2 * SEC));
	assert_true(mcha_health_troubled(table, START + SEC, 2 * SEC));
}

static void one_caller_wins_the_probe(void **state)
{
	mcha_usec due = START + 1 * SEC;

	(void)state;
	record_failure(START);
	assert_true(mcha_health_admit(node, &rules, due, false));
	assert_false(mcha_health_admit(node, &rules, due, false));
	assert_false(mcha_health_admit(node, &rules, due, true));
	assert_int_equal(mcha_health_look(node, due).state, MCHA_HEALTH_PROBING);
	assert_int_equal(mcha_health_look(node, due).retry_in, rules.lease);
}

static void a_prober_that_died_is_replaced_when_its_lease_expires(void **state)
{
	mcha_usec due = START + 1 * SEC;

	(void)state;
	record_failure(START);
	assert_true(mcha_health_admit(node, &rules, due, false));
	assert_false(mcha_health_admit(node, &rules, due + rules.lease - 1000, true));
	assert_int_equal(mcha_health_look(node, due + rules.lease).state, MCHA_HEALTH_DOWN);
	assert_true(mcha_health_admit(node, &rules, due + rules.lease, false));
}

static void a_successful_probe_brings_a_server_up(void **state)
{
	mcha_usec now;

	(void)state;
	now = come_back(fail_in_a_row(START, 5));
	assert_int_equal(mcha_health_look(node, now).failures_in_a_row, 0);
	assert_int_equal(mcha_health_look(node, now).retry_in, 0);
	assert_true(mcha_health_admit(node, &rules, now, false));
	assert_int_equal(node->failures, 5);
}

static void after_a_healthy_time_the_count_of_failures_starts_again(void **state)
{
	mcha_usec now;

	(void)state;
	now = come_back(fail_in_a_row(START, 5)); /* held down for 16 seconds in the end */
	now += 2 * 16 * SEC;
	record_failure(now);
	assert_int_equal(mcha_health_look(node, now).failures_in_a_row, 1);
	assert_int_equal(mcha_health_look(node, now).retry_in, 1 * SEC);
}

static void a_server_that_fails_again_soon_is_held_down_longer_each_time(void **state)
{
	static const int seconds[] = {1, 2, 4, 8, 16, 30, 30};
	mcha_usec now = START;

	(void)state;
	for (size_t i = 0; i < sizeof(seconds) / sizeof(seconds[0]); i++) {
		record_failure(now);
		assert_int_equal(mcha_health_look(node, now).retry_in, seconds[i] * SEC);
		now = come_back(now) + 2 * seconds[i] * SEC - 1000;
	}
	now += 1000;
	record_failure(now);
	assert_int_equal(mcha_health_look(node, now).retry_in, 1 * SEC);
}

static void a_server_that_answers_every_second_request_is_asked_ever_less(void **state)
{
	mcha_usec now = START;
	unsigned requests = 0;

	(void)state;
	/* a request a millisecond, for ten minutes */
	for (; now < START + 600 * SEC; now += 1000) {
		if (mcha_health_admit(node, &rules, now, false)) {
			if (requests++ % 2 == 0) {
				record_success(now);
			} else {
				record_failure(now);
			}
		}
	}
	assert_in_range(node->failures, 5, 5 + 600 / 30); /* instead of 600 */
	;
}

static void a_request_begun_before_the_failure_does_not_bring_a_server_up(void **state)
{
	(void)state;
	record_failure(START);
	mcha_health_success(node, START - 1, START + 5);
	assert_int_equal(mcha_health_look(node, START).state, MCHA_HEALTH_DOWN);
	assert_true(mcha_health_admit(node, &rules, START + SEC, false));
	mcha_health_success(node, START - 1, START + SEC);
	assert_int_equal(mcha_health_look(node, START + SEC).state, MCHA_HEALTH_PROBING);
	mcha_health_success(node, START + SEC, START + SEC + 5);
	assert_int_equal(mcha_health_look(node, START + SEC).state, MCHA_HEALTH_UP);
}

/* No process waited for the answer: it may have come at any time since the question. */
static void an_answer_that_is_found_late_brings_a_server_up_at_that_moment(void **state)
{
	const mcha_usec asked = START + 2 * SEC, found = START + 3 * SEC;

	(void)state;
	take(700);
	record_failure(START);
	mcha_health_success_between(node, START - 1, found);
	assert_int_equal(mcha_health_look(node, START).state, MCHA_HEALTH_DOWN);
	mcha_health_success_between(node, asked, found);
	assert_int_equal(mcha_health_look(node, found).state, MCHA_HEALTH_UP);
	assert_int_equal(mcha_health_back(node), found);
	assert_false(mcha_health_is_steady(node, found + SEC - 1, SEC));
	assert_true(mcha_health_is_steady(node, found + SEC, SEC));
	assert_int_equal(node->last_answer, asked);
	assert_int_equal(node->latency, 700);
}

/* A request of a pool that never holds a node down. */
static void a_request_admitted_without_a_probe_brings_a_server_up_too(void **state)
{
	(void)state;
	record_failure(START);
	mcha_health_success(node, START + 1, START + 5);
	assert_int_equal(mcha_health_look(node, START + 5).state, MCHA_HEALTH_UP);
}

static void a_failure_begun_before_the_recovery_is_only_counted(void **state)
{
	mcha_usec now;

	(void)state;
	record_failure(START);
	now = come_back(START);
	mcha_health_failure(table, node, &rules, START - SEC, now + 10, NO_JITTER);
	mcha_health_failure(table, node, &rules, now - 1000, now + 20, NO_JITTER);
	assert_int_equal(mcha_health_look(node, now + 20).state, MCHA_HEALTH_UP);
	assert_int_equal(node->failures, 3);
	mcha_health_failure(table, node, &rules, now, now + 30, NO_JITTER);
	assert_int_equal(mcha_health_look(node, now + 30).state, MCHA_HEALTH_DOWN);
}

static void a_failure_begun_before_the_first_one_does_not_disturb_the_probe(void **state)
{
	mcha_usec due = START + 1 * SEC;

	(void)state;
	record_failure(START);
	mcha_health_failure(table, node, &rules, START - 1, due, NO_JITTER);
	assert_int_equal(mcha_health_look(node, due).failures_in_a_row, 1);
	assert_true(mcha_health_admit(node, &rules, due, false));
	mcha_health_failure(table, node, &rules, START - 1, due + 1, NO_JITTER);
	assert_int_equal(mcha_health_look(node, due + 1).state, MCHA_HEALTH_PROBING);
	assert_int_equal(node->failures, 3);
	mcha_health_success(node, due, due + 2);
	assert_int_equal(mcha_health_look(node, due + 2).state, MCHA_HEALTH_UP);
}

static void the_interval_doubles_with_each_failed_probe_up_to_the_longest(void **state)
{
	static const int seconds[] = {1, 2, 4, 8, 16, 30, 30, 30};
	mcha_usec now = START;

	(void)state;
	for (size_t i = 0; i < sizeof(seconds) / sizeof(seconds[0]); i++) {
		record_failure(now);
		assert_int_equal(mcha_health_look(node, now).retry_in, seconds[i] * SEC);
		now += seconds[i] * SEC;
		assert_true(mcha_health_admit(node, &rules, now, false));
	}
}

static void consecutive_failures_are_counted_to_255_at_most(void **state)
{
	mcha_usec now;

	(void)state;
	now = fail_in_a_row(START, 300);
	assert_int_equal(mcha_health_look(node, now).failures_in_a_row, 255);
	assert_int_equal(mcha_health_look(node, now).retry_in, 30 * SEC);
	assert_int_equal(node->failures, 300);
}

static void jitter_spreads_the_interval_by_a_fifth(void **state)
{
	mcha_usec shortest = INT64_MAX, longest = 0;

	(void)state;
	for (uint64_t random = 0; random < 1000; random++) {
		mcha_usec retry_in;

		node->word = 0;
		mcha_health_failure(table, node, &rules, START, START,
			random * UINT64_C(0x9e3779b97f4a7c15));
		retry_in = mcha_health_look(node, START).retry_in;
		shortest = retry_in < shortest ? retry_in : shortest;
		longest = retry_in > longest ? retry_in : longest;
	}
	assert_in_range(shortest, 800000, 820000);
	assert_in_range(longest, 1180000, 1200000);
}

static void failures_of_requests_in_flight_do_not_double_the_interval(void **state)
{
	(void)state;
	record_failure(START);
	for (int i = 1; i <= 20; i++) {
		record_failure(START + i * 1000);
	}
	assert_int_equal(mcha_health_look(node, START).failures_in_a_row, 1);
	assert_int_equal(mcha_health_look(node, START).retry_in, 1 * SEC);
	assert_int_equal(node->failures, 21);
}

static void without_another_server_a_caller_waits_only_a_tenth_of_a_second(void **state)
{
	mcha_usec down;

	(void)state;
	down = fail_in_a_row(START, 6);
	assert_int_equal(mcha_health_look(node, down).retry_in, 30 * SEC);
	assert_false(mcha_health_admit(node, &rules, down + SEC / 10 - 1, true));
	assert_false(mcha_health_admit(node, &rules, down + SEC / 10, false));
	assert_true(mcha_health_admit(node, &rules, down + SEC / 10, true));
	assert_int_equal(mcha_health_look(node, down + SEC / 10).state, MCHA_HEALTH_PROBING);
	assert_false(mcha_health_admit(node, &rules, down + SEC / 10, true));
}

static void without_an_interval_a_failure_is_recorded_and_holds_nothing_down(void **state)
{
	(void)state;
	mcha_health_failure(table, node, &never_down, START, START, 0);
	assert_int_equal(mcha_health_look(node, START).state, MCHA_HEALTH_UP);
	assert_true(mcha_health_admit(node, &never_down, START, false));
	assert_true(mcha_health_failed_lately(node, START, SEC));
	assert_true(mcha_health_troubled(table, START, SEC));
	assert_int_equal(node->failures, 1);
	record_failure(START);
	assert_true(mcha_health_admit(node, &never_down, START, false));
	assert_false(mcha_health_admit(node, &rules, START, false));
}

static void latency_is_a_moving_average(void **state)
{
	(void)state;
	take(800);
	assert_int_equal(node->latency, 800);
	take(1600);
	assert_int_equal(node->latency, 900);
	for (int i = 0; i < 100; i++) {
		take(200);
	}
	assert_in_range(node->latency, 200, 210);
	take(0);
	assert_in_range(node->latency, 200, 210);
	for (int i = 0; i < 300; i++) {
		mcha_health_success(node, 0, INT64_MAX);
	}
	assert_in_range(node->latency, UINT32_MAX - 8, UINT32_MAX);
}

/* --- missed flushes --------------------------------------------------------------------------- */

static void a_missed_flush_is_replayed_by_one_process_and_then_cleared(void **state)
{
	int64_t seen, other;

	(void)state;
	assert_false(mcha_health_any_unflushed(table));
	mcha_health_miss_flush(table, node, 100 * MCHA_USEC_PER_SEC);
	assert_true(mcha_health_any_unflushed(table) && mcha_health_misses_flush(node));
	assert_true(mcha_health_is_unflushed(node, 100 * MCHA_USEC_PER_SEC));
	assert_true(mcha_health_claim_flush(node, 100 * MCHA_USEC_PER_SEC, MCHA_USEC_PER_SEC, &seen));
	assert_false(mcha_health_claim_flush(node, 100 * MCHA_USEC_PER_SEC, MCHA_USEC_PER_SEC, &other));
	/* the server did not answer */
	mcha_health_end_flush(table, node, 100 * MCHA_USEC_PER_SEC, seen, false);
	assert_true(mcha_health_is_unflushed(node, 100 * MCHA_USEC_PER_SEC));
	assert_true(mcha_health_claim_flush(node, 100 * MCHA_USEC_PER_SEC, MCHA_USEC_PER_SEC, &seen));
	/* the process dies: another one may try when the lease is over */
	assert_true(mcha_health_claim_flush(node, 101 * MCHA_USEC_PER_SEC, MCHA_USEC_PER_SEC, &seen));
	mcha_health_end_flush(table, node, 101 * MCHA_USEC_PER_SEC, seen, true);
	assert_false(mcha_health_misses_flush(node) || mcha_health_any_unflushed(table));
}

static void a_flush_that_is_missed_while_another_is_replayed_stays(void **state)
{
	int64_t seen;

	(void)state;
	mcha_health_miss_flush(table, node, 100 * MCHA_USEC_PER_SEC);
	assert_true(mcha_health_claim_flush(node, 100 * MCHA_USEC_PER_SEC, MCHA_USEC_PER_SEC, &seen));
	mcha_health_miss_flush(table, node, 100 * MCHA_USEC_PER_SEC);
	mcha_health_end_flush(table, node, 100 * MCHA_USEC_PER_SEC, seen, true);
	assert_true(mcha_health_is_unflushed(node, 100 * MCHA_USEC_PER_SEC));
	assert_int_equal(table->unflushed, 1);
}

static void a_delayed_flush_is_replayed_at_its_time(void **state)
{
	int64_t seen;

	(void)state;
	mcha_health_miss_flush(table, node, 200 * MCHA_USEC_PER_SEC);
	assert_false(mcha_health_is_unflushed(node, 100 * MCHA_USEC_PER_SEC));
	assert_false(mcha_health_claim_flush(node, 199 * MCHA_USEC_PER_SEC, MCHA_USEC_PER_SEC, &seen));
	/* other hosts' clocks may be early */
	assert_true(mcha_health_is_unflushed(node, 199 * MCHA_USEC_PER_SEC));
	mcha_health_miss_flush(table, node, 100 * MCHA_USEC_PER_SEC);
	assert_true(mcha_health_claim_flush(node, 101 * MCHA_USEC_PER_SEC, MCHA_USEC_PER_SEC, &seen));
	mcha_health_end_flush(table, node, 101 * MCHA_USEC_PER_SEC, seen, true);
	assert_false(mcha_health_is_unflushed(node, 101 * MCHA_USEC_PER_SEC));
	assert_true(mcha_health_claim_flush(node, 200 * MCHA_USEC_PER_SEC, MCHA_USEC_PER_SEC, &seen));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_fresh_server_is_up_and_admitted),
		TEST(a_failure_holds_a_server_down_for_the_interval),
		TEST(one_caller_wins_the_probe),
		TEST(a_prober_that_died_is_replaced_when_its_lease_expires),
		TEST(a_successful_probe_brings_a_server_up),
		TEST(after_a_healthy_time_the_count_of_failures_starts_again),
		TEST(a_server_that_fails_again_soon_is_held_down_longer_each_time),
		TEST(a_server_that_answers_every_second_request_is_asked_ever_less),
		TEST(a_request_begun_before_the_failure_does_not_bring_a_server_up),
		TEST(an_answer_that_is_found_late_brings_a_server_up_at_that_moment),
		TEST(a_request_admitted_without_a_probe_brings_a_server_up_too),
		TEST(a_failure_begun_before_the_recovery_is_only_counted),
		TEST(a_failure_begun_before_the_first_one_does_not_disturb_the_probe),
		TEST(the_interval_doubles_with_each_failed_probe_up_to_the_longest),
		TEST(consecutive_failures_are_counted_to_255_at_most),
		TEST(jitter_spreads_the_interval_by_a_fifth),
		TEST(failures_of_requests_in_flight_do_not_double_the_interval),
		TEST(without_another_server_a_caller_waits_only_a_tenth_of_a_second),
		TEST(without_an_interval_a_failure_is_recorded_and_holds_nothing_down),
		TEST(latency_is_a_moving_average),
		TEST(a_missed_flush_is_replayed_by_one_process_and_then_cleared),
		TEST(a_flush_that_is_missed_while_another_is_replayed_stays),
		TEST(a_delayed_flush_is_replayed_at_its_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
