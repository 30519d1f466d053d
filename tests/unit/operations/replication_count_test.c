/* SPDX-License-Identifier: MIT */
/* Counters with replicas: all copies count, a missing copy is created or refilled, and one node's
 * number is the result. */
#include "counter_rig.h"

/* --- all nodes up ----------------------------------------------------------------------------- */

static void an_increment_is_sent_to_all_copies_at_once(void **state)
{
	(void)state;
	pool_of_three_copies("5", "5", "5");
	assert_counts_to(6);
	assert_asked("C", "C", "C");
	assert_all_hold("6");
	assert_int_equal(pool->report.acknowledged, 3);
}

static void increments_and_decrements_keep_copies_equal(void **state)
{
	mcha_item item;

	(void)state;
	pool_of_three_copies("100", "100", "100");
	item = do_count(50, false, NULL);
	assert_int_equal(item.answer.number, 150);
	item = do_count(149, true, NULL);
	assert_int_equal(item.answer.number, 1);
	item = do_count(5, true, NULL);
	assert_int_equal(item.answer.number, 0);
	item = do_count(UINT64_MAX, false, NULL);
	assert_int_equal(item.answer.number, UINT64_MAX);
	assert_all_hold("18446744073709551615");
}

static void a_missing_counter_is_a_miss_or_created(void **state)
{
	mcha_item item;

	(void)state;
	pool_of_three_copies(NULL, NULL, NULL);
	item = do_count(1, false, NULL);
	assert_status(item.answer.status, MCHA_STATUS_MISS);
	assert_all_hold(NULL);
	forget();
	item = do_count(1, false, "7");
	assert_status(item.answer.status, MCHA_STATUS_OK);
	assert_int_equal(item.answer.number, 7);
	assert_asked("C", "C", "C");
	assert_all_hold("7");
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(entry_at(i, key)->exptime, 500);
	}
	item = do_count(1, false, "7");
	assert_int_equal(item.answer.number, 8);
	assert_all_hold("8");
}

static void a_value_that_is_no_number_is_not_counted(void **state)
{
	mcha_item item;

	(void)state;
	pool_of_three_copies("abc", "abc", "abc");
	item = do_count(1, false, "7");
	assert_status(item.answer.status, MCHA_STATUS_NOT_NUMERIC);
	assert_all_hold("abc");
}

/* --- without the protocol's own creation ------------------------------------------------------ */

static void without_creation_in_the_protocol_an_add_creates_the_counter(void **state)
{
	mcha_item item;

	(void)state;
	pool_of_three_copies(NULL, NULL, NULL);
	for (size_t i = 0; i < 3; i++) {
		servers[i].cannot_create = true;
	}
	item = do_count(1, false, "7");
	assert_status(item.answer.status, MCHA_STATUS_OK);
	assert_int_equal(item.answer.number, 7);
	assert_all_hold("7");
}

static void another_client_adds_first(fake_server *server, const mcha_request *request)
{
	if (request->verb == MCHA_VERB_STORE) {
		server->before = NULL;
		for (size_t i = 0; i < 3; i++) {
			put(i, key, "30");
		}
	}
}

static void a_client_that_loses_the_race_to_create_increments_the_winners_counter(void **state)
{
	mcha_item item;

	(void)state;
	pool_of_three_copies(NULL, NULL, NULL);
	for (size_t i = 0; i < 3; i++) {
		servers[i].cannot_create = true;
	}
	servers[0].before = another_client_adds_first;
	item = do_count(1, false, "7");
	assert_status(item.answer.status, MCHA_STATUS_OK);
	assert_int_equal(item.answer.number, 31);
	assert_all_hold("31");
}

/* --- missing copies --------------------------------------------------------------------------- */

static void a_missing_copy_is_refilled(void **state)
{
	(void)state;
	for (size_t lacks = 0; lacks < 3; lacks++) {
		pool_of_three_copies("5", "5", "5");
		for (size_t i = 0; i < 3; i++) {
			entry_at(i, key)->ttl = 40;
		}
		drop_entry(entry_at(lacks, key));
		assert_counts_to(6);
		assert_all_hold("6");
		assert_int_equal(entry_at(lacks, key)->exptime, 39);
	}
}

static void a_node_that_failed_recently_is_not_asked_to_create_a_counter(void **state)
{
	mcha_item item;

	(void)state;
	pool_of_three_copies("20", "20", NULL);
	failed_lately(2);
	forget();
	item = do_count(1, false, "1");
	assert_int_equal(item.answer.number, 21);
	assert_all_hold("21");
	assert_null(strchr(servers[2].log, '!')); /* refilled, instead of created and then raised */
	assert_non_null(strchr(servers[2].log, 'A'));
}

static void a_counter_is_created_even_if_all_nodes_failed_recently(void **state)
{
	mcha_item item;

	(void)state;
	pool_of_three_copies(NULL, NULL, NULL);
	for (size_t i = 0; i < 3; i++) {
		failed_lately(i);
	}
	item = do_count(1, false, "9");
	assert_status(item.answer.status, MCHA_STATUS_OK);
	assert_int_equal(item.answer.number, 9);
	assert_all_hold("9");
}

/* --- which node answers ----------------------------------------------------------------------- */

static void the_first_home_node_that_answers_gives_the_number(void **state)
{
	mcha_item item;

	(void)state;
	pool_of_three_copies("5", "5", "5");
	kill_node(0);
	assert_counts_to(6);
	assert_counts_to(7);
	kill_node(1);
	assert_counts_to(8);
	kill_node(2);
	item = do_count(1, false, NULL);
	assert_false(mcha_status_is_answer(item.answer.status));
}

static void a_miss_counts_only_from_a_node_that_could_hold_the_counter(void **state)
{
	mcha_item item;

	(void)state;
	pool_of_three_copies(NULL, NULL, NULL);
	for (size_t i = 0; i < 3; i++) {
		fail_with(i, MCHA_STATUS_TIMEOUT);
	}
	item = do_count(1, false, "7");
	assert_status(item.answer.status, MCHA_STATUS_TIMEOUT);
	item = do_count(1, false, "7");
	assert_status(item.answer.status, MCHA_STATUS_DOWN);
}

static void an_increment_needs_the_write_quorum(void **state)
{
	mcha_item item;

	(void)state;
	settings.quorum = MCHA_QUORUM_ALL;
	pool_of_three_copies("5", "5", "5");
	kill_node(2);
	item = do_count(1, false, NULL);
	assert_status(item.answer.status, MCHA_STATUS_NO_QUORUM);
}

/* The other copies may have counted, but the first copy converges with them. */
static void without_failover_a_failed_increment_makes_no_copies_differ(void **state)
{
	mcha_item item;

	(void)state;
	settings.allow_failover = false;
	pool_of_three_copies("5", "5", "5");
	kill_node(0);
	item = do_count(1, false, NULL);
	assert_status(item.answer.status, MCHA_STATUS_CONNECT);
	item = do_count(1, false, NULL);
	assert_fails(item.answer.status);
	revive(0);
	item = do_count(1, false, NULL);
	assert_status(item.answer.status, MCHA_STATUS_OK);
	assert_in_range(item.answer.number, 6, 8);
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(strtoull(entry_at(i, key)->value, NULL, 10), item.answer.number);
	}
}

/* A client that knows of one copy has counted, deleted or made anew the first one. */
static void without_failover_the_first_copy_alone_is_the_counter(void **state)
{
	mcha_item item;

	(void)state;
	settings.allow_failover = false;
	pool_of_three_copies("50", "5", NULL);
	item = do_count(1, false, NULL);
	assert_status(item.answer.status, MCHA_STATUS_OK);
	assert_int_equal(item.answer.number, 51);
	assert_holds(0, key, "51");
	assert_holds(2, key, "51");
	pool_of_three_copies(NULL, "5", "5");
	item = do_count(1, false, NULL);
	assert_status(item.answer.status, MCHA_STATUS_MISS);
	assert_holds(0, key, NULL);
	item = do_count(1, false, "10");
	assert_status(item.answer.status, MCHA_STATUS_OK);
	assert_int_equal(item.answer.number, 10);
	assert_holds(0, key, "10");
	pool_of_three_copies("1", "50", "50");
	item = do_count(1, false, "2");
	assert_int_equal(item.answer.number, 2);
	assert_holds(0, key, "2");
}

/* --- time ------------------------------------------------------------------------------------- */

static void dawdle(fake_server *server, const mcha_request *request)
{
	if (request->verb == MCHA_VERB_COUNT) {
		usleep(60000);
	}
	(void)server;
}

/* The add that creates a counter is not an operation with its own deadline. */
static void one_deadline_bounds_the_whole_operation(void **state)
{
	mcha_usec last;

	(void)state;
	settings.operation_timeout = 100000;
	pool_of_three_copies(NULL, NULL, NULL);
	for (size_t i = 0; i < 3; i++) {
		servers[i].cannot_create = true;
	}
	servers[0].before = dawdle;
	last = mcha_clock_now() + settings.operation_timeout + 10000;
	(void)do_count(1, false, "7");
	assert_true(share_count > 3);
	for (size_t i = 0; i < share_count; i++) {
		assert_true(deadlines[i] <= last);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(an_increment_is_sent_to_all_copies_at_once),
		TEST(increments_and_decrements_keep_copies_equal),
		TEST(a_missing_counter_is_a_miss_or_created),
		TEST(a_value_that_is_no_number_is_not_counted),
		TEST(without_creation_in_the_protocol_an_add_creates_the_counter),
		TEST(a_client_that_loses_the_race_to_create_increments_the_winners_counter),
		TEST(a_missing_copy_is_refilled),
		TEST(a_node_that_failed_recently_is_not_asked_to_create_a_counter),
		TEST(a_counter_is_created_even_if_all_nodes_failed_recently),
		TEST(the_first_home_node_that_answers_gives_the_number),
		TEST(a_miss_counts_only_from_a_node_that_could_hold_the_counter),
		TEST(an_increment_needs_the_write_quorum),
		TEST(without_failover_a_failed_increment_makes_no_copies_differ),
		TEST(without_failover_the_first_copy_alone_is_the_counter),
		TEST(one_deadline_bounds_the_whole_operation),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
