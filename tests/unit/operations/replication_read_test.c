/* SPDX-License-Identifier: MIT */
/* Reads with replicas: which nodes they ask, in which order and at what cost. */
#include "replication_rig.h"

/* --- the order -------------------------------------------------------------------------------- */

static void a_hit_on_the_first_node_asks_no_other_node(void **state)
{
	(void)state;
	settings.replicas = 2;
	pool_of(4);
	do_set("012:k", "v");
	forget();
	assert_reads("012:k", "v");
	assert_asked("G");
	assert_int_equal(pool->report.position, 0);
}

static void a_true_miss_costs_two_rounds_however_many_copies_there_are(void **state)
{
	(void)state;
	for (uint16_t replicas = 1; replicas <= 5; replicas++) {
		settings.replicas = replicas;
		pool_of(8);
		assert_reads("0123456:k", NULL);
		for (size_t i = 0; i < NODES_MAX; i++) {
			assert_string_equal(servers[i].log, i <= replicas ? "G" : "");
		}
		/* the second round has all the time that is left */
		assert_int_equal(share_count, replicas + 1);
		for (size_t i = 1; i < share_count; i++) {
			assert_int_equal(shares[i], settings.operation_timeout);
		}
	}
}

static void after_a_miss_the_first_hit_in_order_wins(void **state)
{
	(void)state;
	settings.replicas = 3;
	settings.read_repair = false;
	pool_of(4);
	put(2, "0123:k", "two");
	put(3, "0123:k", "three");
	assert_reads("0123:k", "two");
	assert_asked("G", "G", "G", "G");
	assert_int_equal(pool->report.position, 2);
}

static void after_an_error_the_next_copy_is_asked_alone(void **state)
{
	static const mcha_status faults[] = {MCHA_STATUS_CONNECT, MCHA_STATUS_TIMEOUT,
		MCHA_STATUS_CLOSED, MCHA_STATUS_PROTOCOL, MCHA_STATUS_SERVER_ERROR, MCHA_STATUS_NO_MEMORY};

	(void)state;
	settings.replicas = 2;
	for (size_t i = 0; i < COUNT(faults); i++) {
		pool_of(3);
		do_set("012:k", "v");
		forget();
		fail_with(0, faults[i]);
		assert_reads("012:k", "v");
		assert_asked("G", "G", "");
		assert_int_equal(pool->report.position, 1);
		assert_int_equal(pool->report.failed_count, 1);
		assert_int_equal(pool->report.failed[0].node, 0);
		assert_status(pool->report.failed[0].status, faults[i]);
	}
}

static void after_an_error_and_a_miss_the_other_nodes_are_asked_together(void **state)
{
	(void)state;
	settings.replicas = 3;
	settings.read_repair = false;
	pool_of(4);
	kill_node(0);
	put(3, "0123:k", "v");
	assert_reads("0123:k", "v");
	assert_asked("G", "G", "G", "G");
	assert_shares(12 * SECOND / 4, 12 * SECOND / 3, 12 * SECOND, 12 * SECOND);
}

static void a_node_that_is_known_to_be_down_is_not_asked(void **state)
{
	(void)state;
	pool_of(2);
	do_set("01:k", "v");
	kill_node(0);
	assert_reads("01:k", "v");
	forget();
	assert_reads("01:k", "v");
	assert_asked("", "G");
	assert_shares(12 * SECOND);
	assert_int_equal(pool->report.failed_count, 1);
	assert_status(pool->report.failed[0].status, MCHA_STATUS_DOWN);
}

/* Unreachable is not empty: nodes are down from 0 on; the expected result of a read of a missing
 * key. */
static void a_miss_counts_only_from_a_node_that_could_hold_the_key(void **state)
{
	static const struct {
		mcha_status faults[3];
		mcha_status verdict;
	} rows[] = {
		{{MCHA_STATUS_OK, MCHA_STATUS_OK, MCHA_STATUS_OK}, MCHA_STATUS_MISS},
		{{MCHA_STATUS_CONNECT, MCHA_STATUS_OK, MCHA_STATUS_OK}, MCHA_STATUS_MISS},
		{{MCHA_STATUS_OK, MCHA_STATUS_CONNECT, MCHA_STATUS_TIMEOUT}, MCHA_STATUS_MISS},
		{{MCHA_STATUS_CONNECT, MCHA_STATUS_TIMEOUT, MCHA_STATUS_OK}, MCHA_STATUS_MISS},
		{{MCHA_STATUS_CONNECT, MCHA_STATUS_TIMEOUT, MCHA_STATUS_CLOSED}, MCHA_STATUS_CONNECT},
		{{MCHA_STATUS_TIMEOUT, MCHA_STATUS_CONNECT, MCHA_STATUS_CLOSED}, MCHA_STATUS_TIMEOUT},
		{{MCHA_STATUS_PROTOCOL, MCHA_STATUS_PROTOCOL, MCHA_STATUS_PROTOCOL}, MCHA_STATUS_PROTOCOL},
		{{MCHA_STATUS_SERVER_ERROR, MCHA_STATUS_SERVER_ERROR, MCHA_STATUS_SERVER_ERROR},
			MCHA_STATUS_SERVER_ERROR},
		{{MCHA_STATUS_SERVER_ERROR, MCHA_STATUS_CONNECT, MCHA_STATUS_CONNECT},
			MCHA_STATUS_SERVER_ERROR},
	};

	(void)state;
	settings.replicas = 2;
	for (int handoffs = 0; handoffs <= 1; handoffs++) {
		for (size_t i = 0; i < COUNT(rows); i++) {
			mcha_item item;

			pool_of(handoffs ? 6 : 3); /* a handoff node's miss is no proof */
			for (size_t j = 0; j < 3; j++) {
				servers[j].fault = rows[i].faults[j];
			}
			item = do_get("012:k", MCHA_WANT_VALUE);
			assert_status(item.answer.status, rows[i].verdict);
			assert_null(item.answer.value);
			assert_int_equal(item.position, -1);
			item = do_get("012:k", MCHA_WANT_VALUE); /* from here on the failures are known */
			assert_int_equal(item.answer.status == MCHA_STATUS_MISS,
				rows[i].verdict == MCHA_STATUS_MISS);
		}
	}
}

static void without_failover_the_first_home_node_alone_is_asked(void **state)
{
	mcha_item item;

	(void)state;
	settings.allow_failover = false;
	pool_of(3);
	put(1, "01:k", "v");
	assert_reads("01:k", NULL);
	kill_node(0);
	item = do_get("01:k", MCHA_WANT_VALUE);
	assert_status(item.answer.status, MCHA_STATUS_CONNECT);
	item = do_get("01:k", MCHA_WANT_VALUE);
	assert_status(item.answer.status, MCHA_STATUS_DOWN);
	assert_asked("GG");
}

static void after_a_miss_the_other_copies_are_asked_as_the_policy_says(void **state)
{
	static const struct {
		mcha_miss_failover policy;
		bool failed_lately;
		bool found;
	} rows[] = {
		{MCHA_MISS_ALWAYS, false, true},
		{MCHA_MISS_ALWAYS, true, true},
		{MCHA_MISS_RECOVERING, false, false},
		{MCHA_MISS_RECOVERING, true, true},
		{MCHA_MISS_NEVER, false, false},
		{MCHA_MISS_NEVER, true, false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		settings.miss_failover = rows[i].policy;
		settings.read_repair = false;
		pool_of(2);
		put(1, "01:k", "v");
		if (rows[i].failed_lately) {
			kill_node(0);
			assert_reads("01:k", "v");
			revive(0);
		}
		forget();
		assert_reads("01:k", rows[i].found ? "v" : NULL);
		assert_asked("G", rows[i].found ? "G" : "");
	}
}

/* An error is not a miss: whatever the policy, the next node is asked. */
static void no_policy_keeps_a_read_from_going_on_after_an_error(void **state)
{
	(void)state;
	settings.miss_failover = MCHA_MISS_NEVER;
	pool_of(2);
	put(1, "01:k", "v");
	kill_node(0);
	assert_reads("01:k", "v");
}

static void balanced_reads_begin_at_every_copy_equally_often(void **state)
{
	size_t first[3] = {0};

	(void)state;
	settings.read_policy = MCHA_READ_BALANCED;
	settings.replicas = 2;
	pool_of(5);
	do_set("012:k", "v");
	for (int i = 0; i < 300; i++) {
		forget();
		assert_reads("012:k", "v");
		for (size_t j = 0; j < 3; j++) {
			first[j] += servers[j].rounds;
		}
	}
	for (size_t j = 0; j < 3; j++) {
		assert_in_range(first[j], 60, 140);
	}
	assert_int_equal(first[0] + first[1] + first[2], 300);
}

static void nearest_is_the_local_zone_and_then_the_lowest_latency(void **state)
{
	static const struct {
		const char *zone;
		uint32_t latencies[3];
		size_t first;
	} rows[] = {
		{"", {300, 200, 100}, 2},
		{"", {300, 100, 200}, 1},
		{"", {100, 200, 300}, 0},
		{"", {100, 100, 100}, 0},
		{"b", {100, 900, 200}, 1},
		{"c", {1, 2, 4000000}, 2},
		{"z", {300, 100, 200}, 1},
	};

	(void)state;
	settings.read_policy = MCHA_READ_NEAREST;
	settings.replicas = 2;
	for (size_t i = 0; i < COUNT(rows); i++) {
		strcpy(settings.local_zone, rows[i].zone);
		pool_of(4);
		do_set("012:k", "v");
		for (size_t j = 0; j < 3; j++) {
			pool->nodes[j]->health->latency = rows[i].latencies[j];
		}
		forget();
		assert_reads("012:k", "v");
		for (size_t j = 0; j < 3; j++) {
			assert_string_equal(servers[j].log, j == rows[i].first ? "G" : "");
		}
	}
}

/* The report and read repair use positions of the preference list, whatever the order of asking. */
static void positions_are_those_of_the_preference_list_in_every_order_of_asking(void **state)
{
	(void)state;
	settings.read_policy = MCHA_READ_NEAREST;
	settings.replicas = 2;
	strcpy(settings.local_zone, "c");
	pool_of(3);
	do_set("012:k", "v");
	assert_reads("012:k", "v");
	assert_int_equal(pool->report.position, 2);
}

/* --- handoff ---------------------------------------------------------------------------------- */

static void a_handoff_copy_is_found_when_the_home_nodes_have_nothing(void **state)
{
	(void)state;
	pool_of(4);
	kill_node(0);
	do_set("01:k", "v"); /* on node 1, and on node 2 as the handoff node of node 0 */
	assert_holds(2, "01:k", "v");
	wipe(1);
	forget();
	assert_reads("01:k", "v");
	assert_holds(1, "01:k", "v");
	assert_string_equal(servers[0].log, "");
	kill_node(1);
	assert_reads("01:k", "v");
	assert_int_equal(pool->report.position, 2);
}

static void a_handoff_node_that_missed_is_not_given_a_copy(void **state)
{
	(void)state;
	pool_of(4);
	kill_and_notice(0);
	put(3, "01:k", "v");
	assert_reads("01:k", "v");
	assert_holds(1, "01:k", "v");
	assert_holds(2, "01:k", NULL);
}

static void handoff_nodes_are_not_asked_while_all_homes_are_up(void **state)
{
	(void)state;
	pool_of(5);
	assert_reads("01:k", NULL);
	assert_asked("G", "G");
}

/* --- time ------------------------------------------------------------------------------------- */

static void an_attempt_gets_its_share_of_the_time_that_is_left(void **state)
{
	(void)state;
	settings.replicas = 2;
	pool_of(3);
	do_set("012:k", "v");
	forget();
	fail_with(0, MCHA_STATUS_TIMEOUT);
	fail_with(1, MCHA_STATUS_TIMEOUT);
	assert_reads("012:k", "v");
	assert_shares(12 * SECOND / 3, 12 * SECOND / 2, 12 * SECOND);
}

static void no_attempt_goes_past_the_operations_deadline(void **state)
{
	(void)state;
	settings.replicas = 3;
	pool_of(6);
	for (size_t i = 0; i < 4; i++) {
		fail_with(i, MCHA_STATUS_TIMEOUT);
	}
	(void)do_get("0123:k", MCHA_WANT_VALUE);
	assert_true(share_count >= 4);
	for (size_t i = 0; i < share_count; i++) {
		assert_true(deadlines[i] <= pool->running.deadline);
	}
}

static void without_another_node_a_down_node_is_asked_again_as_a_last_resort(void **state)
{
	mcha_item item;

	(void)state;
	settings.retry_interval = 20000;
	pool_of(2);
	put(1, "01:k", "v");
	for (size_t i = 0; i < 2; i++) {
		mcha_health_rules rules = {.retry_interval = 20000, .retry_interval_max = 30 * SECOND};
		mcha_usec now = mcha_clock_now(), when = now - 3600 * SECOND;

		for (int j = 0; j < 12; j++, when += 60 * SECOND) {
			mcha_health_failure(health, pool->nodes[i]->health, &rules, when, when, 200);
		}
		mcha_health_failure(health, pool->nodes[i]->health, &rules, now, now, 200);
	}
	item = do_get("01:k", MCHA_WANT_VALUE);
	assert_status(item.answer.status, MCHA_STATUS_DOWN);
	assert_asked("");
	usleep(25000);
	assert_reads("01:k", "v");
}

/* --- many items, odd items -------------------------------------------------------------------- */

static void many_items_share_the_rounds(void **state)
{
	mcha_item items[40];
	char keys[40][16], values[40][16];

	(void)state;
	pool_of(4);
	for (size_t i = 0; i < COUNT(items); i++) {
		snprintf(keys[i], sizeof(keys[i]), "%zu%zu:%zu", i % 4, (i + 1) % 4, i);
		snprintf(values[i], sizeof(values[i]), "value %zu", i);
		items[i] = item_of(keys[i], values[i]);
	}
	mcha_store(pool, items, COUNT(items), MCHA_MODE_SET);
	for (size_t i = 0; i < 4; i++) {
		assert_int_equal(servers[i].rounds, 1);
	}
	wipe(1); /* another node has a copy of each of its keys */
	forget();
	for (size_t i = 0; i < COUNT(items); i++) {
		items[i] = item_of(keys[i], NULL);
	}
	mcha_get(pool, items, COUNT(items), MCHA_WANT_VALUE);
	for (size_t i = 0; i < COUNT(items); i++) {
		assert_status(items[i].answer.status, MCHA_STATUS_OK);
		assert_string_equal(items[i].answer.value, values[i]);
		rig_release(items[i].answer.value);
	}
	assert_int_equal(pool->report.repaired, 10);
	assert_int_equal(servers[0].rounds, 1);
	assert_int_equal(servers[1].rounds, 2);
	/* the reads, the reads for node 1, and the checks of its copies */
	assert_int_equal(servers[2].rounds, 3);
}

static void items_that_cannot_be_sent_have_a_result(void **state)
{
	char long_key[MCHA_KEY_MAX + 2];
	mcha_item items[6] = {item_of("01:k", NULL), item_of("", NULL), item_of("a b", NULL),
		item_of("a\nb", NULL), item_of("a\x7f", NULL), item_of(long_key, NULL)};

	(void)state;
	memset(long_key, 'k', sizeof(long_key));
	long_key[sizeof(long_key) - 1] = '\0';
	items[5].key_length = items[5].hash_length = MCHA_KEY_MAX + 1;
	pool_of(2);
	put(0, "01:k", "v");
	mcha_get(pool, items, COUNT(items), MCHA_WANT_VALUE);
	assert_string_equal(items[0].answer.value, "v");
	rig_release(items[0].answer.value);
	for (size_t i = 1; i < COUNT(items); i++) {
		assert_status(items[i].answer.status, MCHA_STATUS_BAD_KEY);
	}
	assert_asked("G");
	pool_of(0);
	items[0] = do_get("k", MCHA_WANT_VALUE);
	assert_status(items[0].answer.status, MCHA_STATUS_NO_NODES);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_hit_on_the_first_node_asks_no_other_node),
		TEST(a_true_miss_costs_two_rounds_however_many_copies_there_are),
		TEST(after_a_miss_the_first_hit_in_order_wins),
		TEST(after_an_error_the_next_copy_is_asked_alone),
		TEST(after_an_error_and_a_miss_the_other_nodes_are_asked_together),
		TEST(a_node_that_is_known_to_be_down_is_not_asked),
		TEST(a_miss_counts_only_from_a_node_that_could_hold_the_key),
		TEST(without_failover_the_first_home_node_alone_is_asked),
		TEST(after_a_miss_the_other_copies_are_asked_as_the_policy_says),
		TEST(no_policy_keeps_a_read_from_going_on_after_an_error),
		TEST(balanced_reads_begin_at_every_copy_equally_often),
		TEST(nearest_is_the_local_zone_and_then_the_lowest_latency),
		TEST(positions_are_those_of_the_preference_list_in_every_order_of_asking),
		TEST(a_handoff_copy_is_found_when_the_home_nodes_have_nothing),
		TEST(a_handoff_node_that_missed_is_not_given_a_copy),
		TEST(handoff_nodes_are_not_asked_while_all_homes_are_up),
		TEST(an_attempt_gets_its_share_of_the_time_that_is_left),
		TEST(no_attempt_goes_past_the_operations_deadline),
		TEST(without_another_node_a_down_node_is_asked_again_as_a_last_resort),
		TEST(many_items_share_the_rounds),
		TEST(items_that_cannot_be_sent_have_a_result),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
