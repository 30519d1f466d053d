/* SPDX-License-Identifier: MIT */
/* What is known of how well a node keeps its copies: which server process it is, for which keys all
 * replicas were verified, and how often reads check them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "engine/shared/health.h"
#include "engine/base/random.h"
#include "engine/shared/verified.h"

#define SECOND MCHA_USEC_PER_SEC
#define NOW (100000 * SECOND)

/* --- the server process ----------------------------------------------------------------------- */

static mcha_incarnation read_stats(const char *text)
{
	mcha_incarnation incarnation = {0};

	mcha_incarnation_read(&incarnation, text, strlen(text));
	return incarnation;
}

static uint64_t id_of(const char *text)
{
	mcha_incarnation incarnation = read_stats(text);

	return mcha_incarnation_id(&incarnation);
}

static void statistics_identify_the_process(void **state)
{
	mcha_incarnation told = read_stats("STAT pid 77\r\nSTAT uptime 12\r\nSTAT time 1700000012\r\n"
									   "STAT version 1.6.18\r\nSTAT evictions 5\r\nEND\r\n");

	(void)state;
	assert_int_equal(told.pid, 77);
	assert_int_equal(told.uptime, 12);
	assert_int_equal(told.time, 1700000012);
	assert_int_equal(told.evictions, 5);
	assert_int_not_equal(mcha_incarnation_id(&told), 0);
}

static void a_process_has_one_identity_while_it_lives(void **state)
{
	uint64_t id = id_of("STAT pid 1\r\nSTAT uptime 2\r\nSTAT time 1000\r\n");

	(void)state;
	assert_int_equal(id,
		id_of("STAT time 1500\r\nSTAT pid 1\r\nSTAT uptime 502\r\nSTAT evictions 9\r\n"));
	assert_int_not_equal(id, id_of("STAT pid 2\r\nSTAT uptime 2\r\nSTAT time 1000\r\n"));
	assert_int_not_equal(id, id_of("STAT pid 1\r\nSTAT uptime 2\r\nSTAT time 1001\r\n"));
}

static void missing_or_bad_statistics_are_no_identity(void **state)
{
	static const char *const texts[] = {"", "STAT", "STAT pid 1\r\n",
		"STAT pid 1\r\nSTAT uptime 2\r\n", "STAT pid x\r\nSTAT uptime 2\r\nSTAT time 9\r\n",
		"STAT pid 1\r\nSTAT uptime -2\r\nSTAT time 9\r\n",
		"STAT pid 1\r\nSTAT uptime \r\nSTAT time 9\r\n",
		"STAT pid 99999999999999999999\r\nSTAT uptime 2\r\nSTAT time 9\r\n",
		"STAT pid 1STAT uptime 2STAT time 9"};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		assert_int_equal(id_of(texts[i]), 0);
	}
}

static mcha_incarnation process(uint64_t pid, uint64_t uptime, uint64_t evictions)
{
	return (mcha_incarnation){
		.told = 15,
		.pid = pid,
		.time = 5000 + uptime,
		.uptime = uptime,
		.evictions = evictions,
	};
}

static bool meet(mcha_replica_state *state, uint64_t pid, uint64_t uptime, mcha_usec now)
{
	mcha_incarnation told = process(pid, uptime, 0);

	return mcha_replica_state_meet(state, &told, now - 1000, now);
}

static void another_process_is_a_restart_and_the_same_one_is_not(void **state)
{
	mcha_replica_state node = {0};

	(void)state;
	assert_false(meet(&node, 1, 1000000, NOW)); /* seen for the first time */
	assert_false(mcha_replica_state_may_lack(&node, NOW, 0));
	assert_false(meet(&node, 1, 1000001, NOW + SECOND));
	assert_false(mcha_replica_state_may_lack(&node, NOW + SECOND, 0));
	assert_true(meet(&node, 2, 2, NOW + 2 * SECOND));
	assert_true(mcha_replica_state_may_lack(&node, NOW + 3 * SECOND, 0));
	assert_true(mcha_replica_state_may_lack(&node, NOW + 3 * SECOND, NOW + SECOND));
	assert_false(mcha_replica_state_may_lack(&node, NOW + 3 * SECOND, NOW + 2 * SECOND));
	assert_false(meet(&node, 2, 3, NOW + 3 * SECOND));
	assert_false(mcha_replica_state_may_lack(&node, NOW + 3 * SECOND, NOW + 2 * SECOND));
	assert_false(mcha_replica_state_may_lack(&node, NOW + 2 * SECOND + MCHA_EMPTIED_SPAN, 0));
}

/* As with several proxies behind one address: a process that has gone does not come back. */
static void several_processes_behind_one_address_are_no_restarts(void **state)
{
	mcha_replica_state node = {0};
	unsigned restarts = 0;

	(void)state;
	for (int i = 0; i < 100; i++) {
		restarts += meet(&node, 1 + i % 2, 1000 + i, NOW + i * SECOND);
	}
	assert_in_range(restarts, 1, 2);
	/* long after: the process may be a restarted one */
	assert_true(meet(&node, 3, 9, NOW + 2 * MCHA_EMPTIED_SPAN));
}

static void an_earlier_request_has_older_news(void **state)
{
	mcha_replica_state node = {0};

	(void)state;
	meet(&node, 1, 1000000, NOW);
	assert_true(meet(&node, 2, 2, NOW + SECOND));
	/* a slow process learns an earlier state */
	assert_false(meet(&node, 1, 1000000, NOW + SECOND / 2));
	assert_false(meet(&node, 2, 3, NOW + 2 * SECOND));
}

/* This host did not notice the restart. */
static void a_process_that_was_started_recently_may_lack_earlier_copies(void **state)
{
	mcha_replica_state node = {0};

	(void)state;
	assert_false(meet(&node, 1, 60, NOW));
	assert_true(mcha_replica_state_may_lack(&node, NOW, 0));
	assert_true(mcha_replica_state_may_lack(&node, NOW, NOW - 60 * SECOND));
	assert_false(mcha_replica_state_may_lack(&node, NOW, NOW - 50 * SECOND));
	node = (mcha_replica_state){0};
	assert_false(meet(&node, 1, 2, NOW));
	assert_true(mcha_replica_state_may_lack(&node, NOW, NOW - SECOND));
	/* the connection existed by then */
	assert_false(mcha_replica_state_may_lack(&node, NOW, NOW - 1000));
}

static void a_node_that_failed_may_be_empty_until_it_reports_its_process(void **state)
{
	mcha_replica_state node = {0};

	(void)state;
	meet(&node, 1, 1000000, NOW);
	assert_false(mcha_replica_state_is_stale(&node, NOW, MCHA_ABOUT_FRESH));
	assert_true(mcha_replica_state_is_stale(&node, NOW + SECOND, MCHA_ABOUT_FRESH));
	assert_false(mcha_replica_state_is_stale(&node, NOW + SECOND, MCHA_ABOUT_OLD));
	mcha_replica_state_suspect(&node);
	assert_true(mcha_replica_state_is_stale(&node, NOW, MCHA_ABOUT_FRESH));
	assert_true(mcha_replica_state_may_lack(&node, NOW, NOW));
	meet(&node, 1, 1000001, NOW + SECOND);
	assert_false(mcha_replica_state_may_lack(&node, NOW, 0)); /* the node was only unreachable */
	mcha_replica_state_suspect(&node);
	mcha_replica_state_meet_unknown(&node, NOW + 2 * SECOND);
	assert_true(mcha_replica_state_may_lack(&node, NOW + 3 * SECOND, NOW + SECOND));
	assert_false(mcha_replica_state_may_lack(&node, NOW + 3 * SECOND, NOW + 2 * SECOND));
}

static void a_restarted_server_is_suspected_and_known_again(void **state)
{
	size_t size = mcha_health_table_size(16);
	mcha_health_table *table = aligned_alloc(64, size);
	mcha_incarnation first = process(1, 1000000, 0), second = process(2, 2, 0);
	mcha_health *node;

	(void)state;
	memset(table, 0, size);
	mcha_health_table_init(table, 16);
	node = mcha_health_find(table, 77, "node");
	mcha_health_meet(table, node, &first, NOW - 1, NOW);
	assert_false(mcha_health_failed_lately(node, NOW, SECOND));
	assert_int_equal(mcha_health_emptied(table, NOW), 0);
	mcha_health_meet(table, node, &second, NOW + SECOND, NOW + SECOND);
	assert_true(mcha_health_failed_lately(node, NOW + SECOND, SECOND));
	assert_int_equal(mcha_health_emptied(table, NOW + SECOND), NOW + SECOND);
	assert_false(mcha_replica_state_may_lack(&node->replicas, NOW + SECOND, NOW + SECOND));
	/* a slot shared by several servers */
	mcha_health_suspect(table, &table->overflow, NOW + SECOND);
	mcha_health_meet(table, &table->overflow, &second, NOW, NOW);
	assert_int_equal(atomic_load(&table->overflow.replicas.incarnation), 0);
	free(table);
}

/* memcached's clock ticks once a second, and not while the process is stopped: it tells the uptime
 * of then. */
static void a_server_that_hung_does_not_count_as_started_later(void **state)
{
	const mcha_health_rules rules = {
		.retry_interval = SECOND,
		.retry_interval_max = SECOND,
		.lease = SECOND,
	};
	size_t size = mcha_health_table_size(16);
	mcha_health_table *table = aligned_alloc(64, size);
	mcha_incarnation told = process(1, 12, 0);
	const mcha_usec back = NOW + 61 * SECOND;
	mcha_health *node;

	(void)state;
	memset(table, 0, size);
	mcha_health_table_init(table, 16);
	node = mcha_health_find(table, 77, "node");
	mcha_health_meet(table, node, &told, NOW, NOW);
	assert_int_equal(node->restarted, NOW - 12 * SECOND);
	/* it hangs for a minute */
	mcha_health_failure(table, node, &rules, NOW + SECOND, NOW + 2 * SECOND, 0);
	mcha_health_success(node, back, back);
	mcha_health_meet(table, node, &told, back, back);
	assert_int_equal(node->restarted, NOW - 12 * SECOND);
	told = process(1, 75, 0);
	mcha_health_meet(table, node, &told, back + 2 * SECOND, back + 2 * SECOND);
	assert_int_equal(node->restarted, NOW - 12 * SECOND);
	free(table);
}

/* --- the sampling rate ------------------------------------------------------------------------ */

static unsigned one_in(const mcha_replica_state *state, mcha_usec now)
{
	return 1u << mcha_replica_state_seldom(state, now);
}

static void missing_copies_raise_the_sampling_rate_and_a_long_calm_lowers_it(void **state)
{
	mcha_replica_state node = {0};
	mcha_usec now = NOW;

	(void)state;
	assert_int_equal(one_in(&node, now), 64);
	mcha_replica_state_lacking(&node, now);
	assert_int_equal(one_in(&node, now), 16);
	mcha_replica_state_lacking(&node, now);
	mcha_replica_state_lacking(&node, now);
	mcha_replica_state_lacking(&node, now);
	assert_int_equal(one_in(&node, now), 1);
	for (int i = 0; i < 1000; i++) {
		mcha_replica_state_fine(&node, now + SECOND);
	}
	assert_int_equal(one_in(&node, now), 1); /* most of the rise, and soon */
	for (unsigned n = 2; n <= 64; n *= 2) {
		now += 11 * SECOND;
		for (int i = 0; i < 65; i++) {
			mcha_replica_state_fine(&node, now);
		}
		assert_int_equal(one_in(&node, now), n);
	}
	mcha_replica_state_fine(&node, now + 11 * SECOND);
	assert_int_equal(one_in(&node, now), 64);
}

static void a_node_that_evicts_is_checked_more_often(void **state)
{
	mcha_replica_state node = {0};
	mcha_incarnation told = process(1, 1000000, 5);

	(void)state;
	mcha_replica_state_meet(&node, &told, NOW, NOW);
	assert_int_equal(one_in(&node, NOW), 64); /* the node evicted once */
	told = process(1, 1000010, 6);
	mcha_replica_state_meet(&node, &told, NOW, NOW);
	assert_int_equal(one_in(&node, NOW), 8);
	assert_int_equal(one_in(&node, NOW + 61 * SECOND), 64);
	told = process(2, 2, 900);
	mcha_replica_state_meet(&node, &told, NOW + 70 * SECOND, NOW + 70 * SECOND);
	assert_int_equal(one_in(&node, NOW + 70 * SECOND), 64); /* another process counts from zero */
}

static void a_silent_node_is_left_alone_for_longer_and_longer(void **state)
{
	mcha_replica_state node = {0};
	mcha_usec now = NOW, total = 0;

	(void)state;
	assert_false(mcha_replica_state_is_paused(&node, now));
	for (int i = 0; i < 20; i++) {
		mcha_usec span = 0;

		mcha_replica_state_late(&node, now);
		while (mcha_replica_state_is_paused(&node, now + span)) {
			span += 1000;
		}
		assert_true(span <= 2 * SECOND);
		now += span;
		total += span;
	}
	assert_true(total > 10 * SECOND);
	mcha_replica_state_late(&node, now);
	mcha_replica_state_fine(&node, now);
	assert_false(mcha_replica_state_is_paused(&node, now));
	mcha_replica_state_late(&node, now);
	assert_false(mcha_replica_state_is_paused(&node, now + SECOND / 50));
}

/* --- verified keys ---------------------------------------------------------------------------- */

static mcha_verified *table;

static int make_table(void **state)
{
	(void)state;
	table = calloc(1, sizeof(*table));
	return table ? 0 : -1;
}

static int free_table(void **state)
{
	(void)state;
	free(table);
	return 0;
}

static uint64_t hash(const char *key)
{
	return mcha_verified_hash(key, strlen(key), 7);
}

static void a_verified_key_is_known_to_the_millisecond(void **state)
{
	(void)state;
	assert_int_equal(mcha_verified_since(table, hash("key")), 0);
	mcha_verified_note(table, hash("key"), NOW + 1234567);
	assert_int_equal(mcha_verified_since(table, hash("key")), NOW + 1234000);
	mcha_verified_note(table, hash("key"), NOW + 2000000);
	assert_int_equal(mcha_verified_since(table, hash("key")), NOW + 2000000);
	assert_int_equal(mcha_verified_since(table, hash("another")), 0);
	/* the key on other nodes */
	assert_int_equal(mcha_verified_since(table, mcha_verified_hash("key", 3, 8)), 0);
}

static void keys_that_differ_anywhere_are_different(void **state)
{
	char key[251];

	(void)state;
	memset(key, 'k', sizeof(key));
	for (size_t length = 1; length <= 250; length++) {
		uint64_t before = mcha_verified_hash(key, length, 0);

		assert_int_not_equal(before, mcha_verified_hash(key, length - 1, 0));
		for (size_t i = 0; i < length; i++) {
			key[i] = 'l';
			assert_int_not_equal(before, mcha_verified_hash(key, length, 0));
			key[i] = 'k';
		}
	}
}

static void many_keys_are_known_and_too_many_are_dropped_and_never_mixed_up(void **state)
{
	char key[32];
	size_t known = 0;

	(void)state;
	for (int i = 0; i < MCHA_VERIFIED / 2; i++) {
		snprintf(key, sizeof(key), "key%d", i);
		mcha_verified_note(table, hash(key), NOW + i * INT64_C(1000));
	}
	for (int i = 0; i < MCHA_VERIFIED / 2; i++) {
		mcha_usec seen;

		snprintf(key, sizeof(key), "key%d", i);
		seen = mcha_verified_since(table, hash(key));
		known += seen == NOW + i * INT64_C(1000);
	}
	assert_true(known > MCHA_VERIFIED / 2 * 95 / 100);
	for (int i = 0; i < MCHA_VERIFIED; i++) {
		snprintf(key, sizeof(key), "more%d", i);
		/* of the same 24 bits, in the same place */
		known += mcha_verified_since(table, hash(key)) != 0;
		mcha_verified_note(table, hash(key), NOW + 3600 * SECOND);
	}
	assert_true(known < MCHA_VERIFIED / 2 + 50);
	snprintf(key, sizeof(key), "more%d", MCHA_VERIFIED - 1);
	assert_int_equal(mcha_verified_since(table, hash(key)), NOW + 3600 * SECOND);
}

#define TABLE_TEST(name) cmocka_unit_test_setup_teardown(name, make_table, free_table)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(statistics_identify_the_process),
		cmocka_unit_test(a_process_has_one_identity_while_it_lives),
		cmocka_unit_test(missing_or_bad_statistics_are_no_identity),
		cmocka_unit_test(another_process_is_a_restart_and_the_same_one_is_not),
		cmocka_unit_test(several_processes_behind_one_address_are_no_restarts),
		cmocka_unit_test(an_earlier_request_has_older_news),
		cmocka_unit_test(a_process_that_was_started_recently_may_lack_earlier_copies),
		cmocka_unit_test(a_node_that_failed_may_be_empty_until_it_reports_its_process),
		cmocka_unit_test(a_restarted_server_is_suspected_and_known_again),
		cmocka_unit_test(a_server_that_hung_does_not_count_as_started_later),
		cmocka_unit_test(missing_copies_raise_the_sampling_rate_and_a_long_calm_lowers_it),
		cmocka_unit_test(a_node_that_evicts_is_checked_more_often),
		cmocka_unit_test(a_silent_node_is_left_alone_for_longer_and_longer),
		TABLE_TEST(a_verified_key_is_known_to_the_millisecond),
		TABLE_TEST(keys_that_differ_anywhere_are_different),
		TABLE_TEST(many_keys_are_known_and_too_many_are_dropped_and_never_mixed_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
