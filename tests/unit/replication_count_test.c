/* SPDX-License-Identifier: MIT */
/* Counters over copies: all copies show the same number, and no acknowledged increment is lost. */
#include "replication_rig.h"

static const char *const key = "012:n";

/* first: the number to begin with, NULL: none. */
static mcha_item do_count(uint64_t delta, bool decrement, const char *first)
{
	mcha_item item = item_of(key, first);

	item.exptime = 500;
	mcha_count(pool, &item, delta, decrement);
	return item;
}

static void assert_counts_to(uint64_t number)
{
	mcha_item item = do_count(1, false, NULL);

	assert_status(item.answer.status, MCHA_STATUS_OK);
	assert_int_equal(item.answer.number, number);
}

static void assert_all_hold(const char *number)
{
	for (size_t i = 0; i < mcha_pool_copies(pool); i++) {
		assert_holds(i, key, number);
	}
}

static void failed_lately(size_t node)
{
	kill_and_notice(node);
	revive(node);
}

static void pool_of_three_copies(const char *a, const char *b, const char *c)
{
	const char *const numbers[] = {a, b, c};

	settings.replicas = 2;
	pool_of(4);
	for (size_t i = 0; i < 3; i++) {
		if (numbers[i]) {
			put(i, key, numbers[i]);
		}
	}
}

/* --- all is well ----------------------------------------------------------------------------------- */

static void an_increment_is_sent_to_all_copies_at_once(void **state)
{
	(void)state;
	pool_of_three_copies("5", "5", "5");
	assert_counts_to(6);
	assert_asked("C", "C", "C");
	assert_all_hold("6");
	assert_int_equal(pool->report.acknowledged, 3);
}

static void numbers_go_up_and_down_alike(void **state)
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

static void a_counter_that_nobody_has_is_missed_or_made(void **state)
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

static void what_is_no_number_is_not_counted(void **state)
{
	mcha_item item;

	(void)state;
	pool_of_three_copies("abc", "abc", "abc");
	item = do_count(1, false, "7");
	assert_status(item.answer.status, MCHA_STATUS_NOT_NUMERIC);
	assert_all_hold("abc");
}

/* --- without the protocol's own creation ------------------------------------------------------------ */

static void where_the_protocol_cannot_create_an_add_does(void **state)
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

static void somebody_adds_first(fake_server *server, const mcha_request *request)
{
	if (request->verb == MCHA_VERB_STORE) {
		server->before = NULL;
		for (size_t i = 0; i < 3; i++) {
			put(i, key, "30");
		}
	}
}

static void who_loses_the_race_to_create_counts_on_the_winners(void **state)
{
	mcha_item item;

	(void)state;
	pool_of_three_copies(NULL, NULL, NULL);
	for (size_t i = 0; i < 3; i++) {
		servers[i].cannot_create = true;
	}
	servers[0].before = somebody_adds_first;
	item = do_count(1, false, "7");
	assert_status(item.answer.status, MCHA_STATUS_OK);
	assert_int_equal(item.answer.number, 31);
	assert_all_hold("31");
}

/* --- copies that have nothing ------------------------------------------------------------------------- */

static void a_copy_that_has_nothing_is_refilled(void **state)
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
		assert_int_equal(entry_at(lacks, key)->exptime, 40);
	}
}

static void begin_anew(const char *number, uint64_t next, const char *then)
{
	for (size_t anew = 0; anew < 3; anew++) {
		mcha_item item;

		pool_of_three_copies(number, number, number);
		drop_entry(entry_at(anew, key));
		item = do_count(1, false, "1");
		assert_status(item.answer.status, MCHA_STATUS_OK);
		assert_int_equal(item.answer.number, next);
		assert_all_hold(then);
	}
}

/* It restarted, and nobody noticed: it makes the counter anew while the others go on. */
static void a_copy_that_began_anew_is_brought_up(void **state)
{
	(void)state;
	begin_anew("20", 21, "21");
}

/* The least that tells it from a new counter whose changes by others are on their way. */
static void a_copy_of_a_small_number_that_began_anew_is_brought_up(void **state)
{
	(void)state;
	begin_anew("4", 5, "5");
}

static void a_copy_that_began_anew_above_the_others_is_brought_down(void **state)
{
	mcha_item item;

	(void)state;
	pool_of_three_copies("20", "20", NULL);
	item = do_count(1, true, "1000");
	assert_int_equal(item.answer.number, 19);
	assert_all_hold("19");
}

static void a_node_that_failed_lately_is_not_asked_to_make_a_counter(void **state)
{
	mcha_item item;

	(void)state;
	pool_of_three_copies("20", "20", NULL);
	failed_lately(2);
	forget();
	item = do_count(1, false, "1");
	assert_int_equal(item.answer.number, 21);
	assert_all_hold("21");
	assert_null(strchr(servers[2].log, '!')); /* refilled, and not first begun and then raised */
	assert_non_null(strchr(servers[2].log, 'A'));
}

static void a_counter_is_made_even_if_all_nodes_failed_lately(void **state)
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

/* --- copies that are behind ---------------------------------------------------------------------------- */

/* Also one that nobody remembers to owe anything. */
static void a_copy_that_missed_increments_while_it_was_away_is_lifted(void **state)
{
	(void)state;
	pool_of_three_copies("5", "5", "5");
	pool->owed = NULL;
	kill_node(1);
	assert_counts_to(6);
	assert_counts_to(7);
	revive(1);
	forget();
	assert_counts_to(8);
	assert_all_hold("8");
	assert_string_equal(servers[1].log, "CCC!"); /* looked at once more, and brought up */
	assert_int_equal(pool->report.repaired, 1);
	forget();
	assert_counts_to(9);
	assert_string_equal(servers[1].log, "C");
}

/* So much cannot be on its way: no second look is needed. */
static void a_copy_that_missed_many_increments_is_lifted_at_once(void **state)
{
	(void)state;
	pool_of_three_copies("25", "9", "10");
	failed_lately(1);
	failed_lately(2);
	forget();
	assert_counts_to(26);
	assert_asked("CC", "CC!", "CCC!", "D"); /* 16 changes behind, and 15 */
	assert_all_hold("26");
	assert_int_equal(pool->report.repaired, 2);
}

/* The authority itself was away: what the others acknowledged meanwhile is not lost. */
static void an_authority_that_missed_increments_is_lifted_before_it_is_believed(void **state)
{
	(void)state;
	pool_of_three_copies("5", "5", "5");
	kill_node(0);
	assert_counts_to(6);
	assert_counts_to(7);
	revive(0);
	assert_counts_to(8);
	assert_all_hold("8");
}

/* Other clients' changes are on their way: a difference says nothing. */
static void a_copy_that_did_not_fail_is_left_alone(void **state)
{
	(void)state;
	pool_of_three_copies("5", "4", "6");
	assert_counts_to(6);
	assert_asked("C", "C", "C");
	assert_holds(1, key, "5");
	assert_holds(2, key, "7");
	pool_of_three_copies("50", "4", "50");
	failed_lately(2); /* somebody else did */
	assert_counts_to(51);
	assert_holds(1, key, "5");
}

static int meddled;

static void somebody_counts_in_between(fake_server *server, const mcha_request *request)
{
	if (request->verb == MCHA_VERB_COUNT && request->cas && meddled++ == 0) {
		put((size_t)(server - servers), key, "1000");
	}
}

static void a_lift_does_not_overwrite_what_was_counted_in_between(void **state)
{
	(void)state;
	for (int far = 0; far <= 1; far++) {
		pool_of_three_copies(far ? "99" : "5", "3", far ? "99" : "5");
		failed_lately(1);
		meddled = 0;
		servers[1].before = somebody_counts_in_between;
		assert_counts_to(far ? 100 : 6);
		assert_holds(1, key, "1000");
	}
}

static void without_cas_nothing_is_lifted(void **state)
{
	(void)state;
	pool_of_three_copies("5", "3", "5");
	failed_lately(1);
	servers[1].keeps_no_cas = true;
	assert_counts_to(6);
	assert_holds(1, key, "4");
	pool_of_three_copies("50", "3", "50");
	failed_lately(1);
	servers[1].keeps_no_cas = true;
	assert_counts_to(51);
	assert_holds(1, key, "4");
}

static void decrements_lift_downwards(void **state)
{
	mcha_item item;

	(void)state;
	pool_of_three_copies("5", "9", "5");
	failed_lately(1);
	item = do_count(1, true, NULL);
	assert_int_equal(item.answer.number, 4);
	assert_all_hold("4");
}

/* --- who answers -------------------------------------------------------------------------------------- */

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

static void absence_is_only_said_by_a_node_that_could_hold_the_counter(void **state)
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

static void the_quorum_counts(void **state)
{
	mcha_item item;

	(void)state;
	settings.quorum = MCHA_QUORUM_ALL;
	pool_of_three_copies("5", "5", "5");
	kill_node(2);
	item = do_count(1, false, NULL);
	assert_status(item.answer.status, MCHA_STATUS_NO_QUORUM);
}

/* The other copies may have counted, but the first one catches up with them. */
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

/* --- time ---------------------------------------------------------------------------------------------- */

static void dawdle(fake_server *server, const mcha_request *request)
{
	if (request->verb == MCHA_VERB_COUNT) {
		usleep(60000);
	}
	(void)server;
}

/* The add that creates a counter is no operation of its own. */
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
		TEST(numbers_go_up_and_down_alike),
		TEST(a_counter_that_nobody_has_is_missed_or_made),
		TEST(what_is_no_number_is_not_counted),
		TEST(where_the_protocol_cannot_create_an_add_does),
		TEST(who_loses_the_race_to_create_counts_on_the_winners),
		TEST(a_copy_that_has_nothing_is_refilled),
		TEST(a_copy_that_began_anew_is_brought_up),
		TEST(a_copy_of_a_small_number_that_began_anew_is_brought_up),
		TEST(a_copy_that_began_anew_above_the_others_is_brought_down),
		TEST(a_node_that_failed_lately_is_not_asked_to_make_a_counter),
		TEST(a_counter_is_made_even_if_all_nodes_failed_lately),
		TEST(a_copy_that_missed_increments_while_it_was_away_is_lifted),
		TEST(a_copy_that_missed_many_increments_is_lifted_at_once),
		TEST(an_authority_that_missed_increments_is_lifted_before_it_is_believed),
		TEST(a_copy_that_did_not_fail_is_left_alone),
		TEST(a_lift_does_not_overwrite_what_was_counted_in_between),
		TEST(without_cas_nothing_is_lifted),
		TEST(decrements_lift_downwards),
		TEST(the_first_home_node_that_answers_gives_the_number),
		TEST(absence_is_only_said_by_a_node_that_could_hold_the_counter),
		TEST(the_quorum_counts),
		TEST(without_failover_a_failed_increment_makes_no_copies_differ),
		TEST(one_deadline_bounds_the_whole_operation),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
