/* SPDX-License-Identifier: MIT */
/* Hedged reads: a read does not wait for a slow first copy alone, and the cost of that is bounded.
 * The times are such that a busy machine does not change which node is faster. */
#include "replication_rig.h"

#define SOON (20 * MCHA_USEC_PER_MSEC)
#define NEVER (3600 * SECOND)

static void hedged_pool_of(size_t nodes)
{
	settings.replicas = 2;
	settings.hedge_after = SOON;
	settings.operation_timeout = 1800 * SECOND;
	pool_of(nodes);
}

static void assert_healthy(void)
{
	assert_int_equal(pool->report.failed_count, 0);
	for (size_t i = 0; i < pool->node_count; i++) {
		assert_int_equal(atomic_load(&pool->nodes[i]->health->failures), 0);
	}
}

/* --- one key ---------------------------------------------------------------------------------- */

static void the_next_copy_answers_for_one_that_keeps_silent(void **state)
{
	(void)state;
	hedged_pool_of(4);
	do_set("012:k", "v");
	forget();
	servers[0].late = NEVER;
	assert_reads("012:k", "v");
	assert_asked("", "G", "");
	assert_int_equal(pool->report.position, 1);
	assert_int_equal(pool->report.hedged, 1);
	assert_int_equal(servers[0].cancels, 1); /* the cancelled answer goes to no other request */
	assert_healthy();
}

static void a_copy_that_answers_in_time_is_the_only_one_asked(void **state)
{
	(void)state;
	hedged_pool_of(3);
	settings.hedge_after = pool->settings.hedge_after = NEVER;
	do_set("012:k", "v");
	forget();
	servers[0].late = SOON;
	assert_reads("012:k", "v");
	assert_asked("G", "", "");
	assert_int_equal(pool->report.hedged, 0);
	assert_int_equal(pool->report.position, 0);
}

static void the_first_copy_wins_if_it_is_faster_after_all(void **state)
{
	(void)state;
	hedged_pool_of(3);
	do_set("012:k", "v");
	forget();
	servers[0].late = 5 * SOON;
	servers[1].late = NEVER;
	assert_reads("012:k", "v");
	assert_int_equal(pool->report.hedged, 1);
	assert_int_equal(pool->report.position, 0);
	assert_int_equal(servers[1].cancels, 1);
	assert_healthy();
}

/* Only the node at this position has a copy; the first node is slow. */
static void expect_found_at(size_t position)
{
	settings.read_repair = false;
	hedged_pool_of(3);
	put(position, "012:k", "v");
	servers[0].late = 5 * SOON;
	assert_reads("012:k", "v");
	assert_int_equal(pool->report.position, position);
}

static void a_miss_of_the_hedge_decides_nothing(void **state)
{
	(void)state;
	expect_found_at(0);
	assert_int_equal(pool->report.hedged, 1);
	assert_asked("G", "G", "");
}

static void after_two_misses_the_third_node_is_asked(void **state)
{
	(void)state;
	expect_found_at(2);
	assert_string_equal(servers[2].log, "G");
}

static void after_two_failures_the_third_node_is_asked(void **state)
{
	(void)state;
	hedged_pool_of(3);
	do_set("012:k", "v");
	forget();
	servers[0].late = 5 * SOON;
	fail_with(0, MCHA_STATUS_CLOSED);
	fail_with(1, MCHA_STATUS_CLOSED);
	assert_reads("012:k", "v");
	assert_int_equal(pool->report.position, 2);
}

/* --- reads that are never hedged -------------------------------------------------------------- */

static void expect_no_hedge(unsigned want)
{
	mcha_item item;

	forget();
	servers[0].late = 5 * SOON;
	item = do_get("012:k", want);
	assert_status(item.answer.status, MCHA_STATUS_OK);
	assert_int_equal(pool->report.hedged, 0);
	assert_int_equal(pool->report.position, 0);
	assert_string_equal(servers[1].log, "");
	rig_release(item.answer.value);
	servers[0].late = 0;
}

static void reads_of_tokens_and_without_failover_are_not_hedged(void **state)
{
	(void)state;
	hedged_pool_of(3);
	do_set("012:k", "v");
	expect_no_hedge(MCHA_WANT_VALUE | MCHA_WANT_CAS);
	pool->settings.allow_failover = false;
	expect_no_hedge(MCHA_WANT_VALUE);
	pool->settings.allow_failover = true;
	set_replicas(0);
	expect_no_hedge(MCHA_WANT_VALUE);
	set_replicas(2);
	pool->settings.hedge_after = MCHA_HEDGE_NEVER;
	expect_no_hedge(MCHA_WANT_VALUE);
}

static void a_slow_pool_gets_few_additional_reads(void **state)
{
	size_t hedged = 0;

	(void)state;
	hedged_pool_of(3);
	settings.hedge_after = pool->settings.hedge_after = MCHA_USEC_PER_MSEC;
	do_set("012:k", "v");
	servers[0].late = 5 * MCHA_USEC_PER_MSEC;
	servers[1].late = NEVER;
	for (int i = 0; i < 100; i++) {
		assert_reads("012:k", "v");
		hedged += pool->report.hedged;
		forget();
	}
	assert_true(hedged >= MCHA_HEDGE_BURST);
	assert_true(hedged <= MCHA_HEDGE_BURST + 100 / MCHA_HEDGE_READS);
}

/* --- many keys -------------------------------------------------------------------------------- */

static void of_many_keys_those_are_hedged_whose_next_node_has_answered(void **state)
{
	mcha_item items[] = {item_of("012:a", NULL), item_of("012:b", NULL), item_of("120:c", NULL),
		item_of("201:d", NULL), item_of("312:none", NULL)};

	(void)state;
	hedged_pool_of(4);
	do_set("012:a", "a");
	do_set("012:b", "b");
	do_set("120:c", "c");
	do_set("201:d", "d");
	forget();
	servers[0].late = NEVER;
	mcha_get(pool, items, COUNT(items), MCHA_WANT_VALUE);
	for (size_t i = 0; i < 4; i++) {
		assert_status(items[i].answer.status, MCHA_STATUS_OK);
		assert_int_equal(items[i].answer.value[0], 'a' + (int)i);
		assert_int_equal(items[i].position, i < 2 ? 1 : 0);
		rig_release(items[i].answer.value);
	}
	assert_status(items[4].answer.status, MCHA_STATUS_MISS);
	assert_int_equal(pool->report.hedged, 2);
	assert_healthy();
}

/* --- after a hedged read ---------------------------------------------------------------------- */

static void
a_node_that_may_have_been_restarted_is_suspected_though_another_node_answered_first(void **state)
{
	(void)state;
	hedged_pool_of(3);
	do_set("012:k", "v");
	servers[0].closed_idle = true;
	servers[0].late = NEVER;
	assert_reads("012:k", "v");
	assert_int_equal(pool->report.position, 1);
	assert_healthy();
	assert_true(mcha_health_failed_lately(pool->nodes[0]->health, mcha_clock_now(), NEVER));
	assert_false(mcha_health_failed_lately(pool->nodes[1]->health, mcha_clock_now(), NEVER));
}

static void get_and_leave_by_longjmp(mcha_item *items, size_t count)
{
	jmp_buf out;

	leave_by = &out;
	if (setjmp(out) == 0) {
		mcha_get(pool, items, count, MCHA_WANT_VALUE);
		fail_msg("it was not left");
	}
	leave_by = NULL;
}

/* The second of two nodes that were about to get a hedge. */
static void a_node_whose_hedge_a_longjmp_prevented_is_asked_by_the_next_read(void **state)
{
	static mcha_item items[2];

	(void)state;
	items[0] = item_of("012:a", NULL);
	items[1] = item_of("021:b", NULL);
	hedged_pool_of(3);
	do_set("012:a", "a");
	do_set("021:b", "b");
	servers[0].late = NEVER;
	get_and_leave_by_longjmp(items, COUNT(items));
	servers[0].late = 10 * SECOND;
	forget();
	assert_reads("021:b", "b");
	assert_asked("", "", "G");
	assert_int_equal(pool->report.position, 1);
	assert_healthy();
}

/* --- when a hedge is sent --------------------------------------------------------------------- */

static void the_automatic_delay_is_longer_than_nineteen_of_twenty_reads(void **state)
{
	static const mcha_usec scales[] = {100, 10000, 1000000};
	mcha_hedge hedge;
	uint64_t random = 1;

	(void)state;
	mcha_hedge_init(&hedge);
	assert_int_equal(mcha_hedge_after(&hedge, MCHA_HEDGE_AUTO), 0); /* no latency is known yet */
	for (size_t i = 0; i < COUNT(scales); i++) {
		size_t longer = 0;

		for (int j = 0; j < 20000; j++) {
			mcha_usec took = scales[i] * 100
				+ (mcha_usec)(mcha_random_next(&random) % (uint64_t)(scales[i] * 100));

			if (j >= 10000) {
				longer += took > mcha_hedge_after(&hedge, MCHA_HEDGE_AUTO);
			}
			mcha_hedge_learn(&hedge, took);
		}
		assert_in_range(longer, 200, 800); /* of 10000; 500 are expected */
	}
}

static void the_automatic_delay_is_at_least_a_millisecond(void **state)
{
	mcha_hedge hedge;

	(void)state;
	mcha_hedge_init(&hedge);
	for (int i = 0; i < 1000; i++) {
		mcha_hedge_learn(&hedge, 50);
	}
	assert_int_equal(mcha_hedge_after(&hedge, MCHA_HEDGE_AUTO), MCHA_USEC_PER_MSEC);
	assert_int_equal(mcha_hedge_after(&hedge, 7), 7);
	assert_int_equal(mcha_hedge_after(&hedge, MCHA_HEDGE_NEVER), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_next_copy_answers_for_one_that_keeps_silent),
		TEST(a_copy_that_answers_in_time_is_the_only_one_asked),
		TEST(the_first_copy_wins_if_it_is_faster_after_all),
		TEST(a_miss_of_the_hedge_decides_nothing),
		TEST(after_two_misses_the_third_node_is_asked),
		TEST(after_two_failures_the_third_node_is_asked),
		TEST(reads_of_tokens_and_without_failover_are_not_hedged),
		TEST(a_slow_pool_gets_few_additional_reads),
		TEST(of_many_keys_those_are_hedged_whose_next_node_has_answered),
		TEST(a_node_that_may_have_been_restarted_is_suspected_though_another_node_answered_first),
		TEST(a_node_whose_hedge_a_longjmp_prevented_is_asked_by_the_next_read),
		cmocka_unit_test(the_automatic_delay_is_longer_than_nineteen_of_twenty_reads),
		cmocka_unit_test(the_automatic_delay_is_at_least_a_millisecond),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
