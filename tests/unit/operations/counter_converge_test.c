/* SPDX-License-Identifier: MIT */
/* Copies of a counter that differ converge to one number, and no acknowledged increment is lost. */
#include "counter_rig.h"

/* --- copies that started again ---------------------------------------------------------------- */

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

/* Its node was restarted, which is not known: the copy starts again at the initial value while the
 * others go on. */
static void a_copy_that_started_again_converges_upwards(void **state)
{
	(void)state;
	begin_anew("20", 21, "21");
}

/* The smallest number that is told apart from a new counter with other clients' increments in
 * flight. */
static void a_copy_of_a_small_number_that_started_again_converges_upwards(void **state)
{
	(void)state;
	begin_anew("4", 5, "5");
}

static void a_copy_that_started_again_above_the_others_converges_downwards(void **state)
{
	mcha_item item;

	(void)state;
	pool_of_three_copies("20", "20", NULL);
	item = do_count(1, true, "1000");
	assert_int_equal(item.answer.number, 19);
	assert_all_hold("19");
}

/* --- copies that are behind ------------------------------------------------------------------- */

/* Also a copy without a hint. */
static void a_copy_that_missed_increments_converges_after_its_node_is_back(void **state)
{
	(void)state;
	pool_of_three_copies("5", "5", "5");
	pool->shared.hints = NULL;
	kill_node(1);
	assert_counts_to(6);
	assert_counts_to(7);
	revive(1);
	forget();
	assert_counts_to(8);
	assert_all_hold("8");
	assert_string_equal(servers[1].log, "CGC!"); /* read once more, and raised */
	assert_int_equal(pool->report.repaired, 1);
	forget();
	assert_counts_to(9);
	assert_string_equal(servers[1].log, "C");
}

/* So large a difference cannot be in flight: no second read is needed. */
static void a_copy_that_missed_many_increments_converges_at_once(void **state)
{
	(void)state;
	pool_of_three_copies("25", "9", "10");
	failed_lately(1);
	failed_lately(2);
	forget();
	assert_counts_to(26);
	assert_asked("CG", "CC!", "CGC!", "D"); /* 16 increments behind, and 15 */
	assert_all_hold("26");
	assert_int_equal(pool->report.repaired, 2);
}

/* The authority itself was down: the increments that the other nodes acknowledged meanwhile are not
 * lost. */
static void an_authority_that_missed_increments_converges_before_it_answers(void **state)
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

/* Other clients' increments are in flight: a difference proves nothing. */
static void a_copy_whose_node_did_not_fail_is_left_alone(void **state)
{
	(void)state;
	pool_of_three_copies("5", "4", "6");
	assert_counts_to(6);
	assert_asked("C", "C", "C");
	assert_holds(1, key, "5");
	assert_holds(2, key, "7");
	pool_of_three_copies("50", "4", "50");
	failed_lately(2); /* another node did fail */
	assert_counts_to(51);
	assert_holds(1, key, "5");
}

static int meddled;

static void another_client_counts_in_between(fake_server *server, const mcha_request *request)
{
	if (request->verb == MCHA_VERB_COUNT && request->cas && meddled++ == 0) {
		put((size_t)(server - servers), key, "1000");
	}
}

static void convergence_does_not_overwrite_concurrent_increments(void **state)
{
	(void)state;
	for (int far = 0; far <= 1; far++) {
		pool_of_three_copies(far ? "99" : "5", "3", far ? "99" : "5");
		failed_lately(1);
		meddled = 0;
		servers[1].before = another_client_counts_in_between;
		assert_counts_to(far ? 100 : 6);
		assert_holds(1, key, "1000");
	}
}

static void without_cas_copies_do_not_converge(void **state)
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

static void after_decrements_copies_converge_downwards(void **state)
{
	mcha_item item;

	(void)state;
	pool_of_three_copies("5", "9", "5");
	failed_lately(1);
	item = do_count(1, true, NULL);
	assert_int_equal(item.answer.number, 4);
	assert_all_hold("4");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_copy_that_started_again_converges_upwards),
		TEST(a_copy_of_a_small_number_that_started_again_converges_upwards),
		TEST(a_copy_that_started_again_above_the_others_converges_downwards),
		TEST(a_copy_that_missed_increments_converges_after_its_node_is_back),
		TEST(a_copy_that_missed_many_increments_converges_at_once),
		TEST(an_authority_that_missed_increments_converges_before_it_answers),
		TEST(a_copy_whose_node_did_not_fail_is_left_alone),
		TEST(convergence_does_not_overwrite_concurrent_increments),
		TEST(without_cas_copies_do_not_converge),
		TEST(after_decrements_copies_converge_downwards),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
