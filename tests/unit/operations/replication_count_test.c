/* SPDX-License-Identifier: MIT */
/* Counters with replicas: all copies converge to one number, and no acknowledged increment is
 * lost. */
#include "replication_rig.h"

static const char *const key = "012:n";

/* first: the initial value, NULL: none. */
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

/* --- counters that expire --------------------------------------------------------------------- */

static fake_entry *put_with_life(size_t node, const char *number, int64_t ttl)
{
	fake_entry *entry = put(node, key, number);

	entry->ttl = ttl;
	return entry;
}

static mcha_item count_window(void)
{
	mcha_item item = item_of(key, "1");

	item.exptime = 5;
	mcha_count(pool, &item, 1, false);
	return item;
}

/* Servers' clocks tick up to a second apart: on one node the counter has expired, on the others it
 * is about to. */
static void a_counter_that_expires_on_one_node_starts_again_on_all(void **state)
{
	(void)state;
	for (size_t replicas = 1; replicas <= 2; replicas++) {
		for (size_t ended = 0; ended <= replicas; ended++) {
			settings.replicas = (uint32_t)replicas;
			pool_of(4);
			for (size_t i = 0; i <= replicas; i++) {
				if (i != ended) {
					put_with_life(i, "57", 1)->flags = 7;
				}
			}
			assert_int_equal(count_window().answer.number, 1);
			assert_all_hold("1");
			for (size_t i = 0; i <= replicas; i++) {
				assert_in_range(entry_at(i, key)->ttl, 4, 5);
			}
			assert_int_equal(count_window().answer.number, 2);
			assert_all_hold("2");
		}
	}
}

/* Another client has created the counter again, and could not change the old copy. */
static void the_copy_that_was_created_since_is_the_counter(void **state)
{
	(void)state;
	for (size_t old = 0; old < 2; old++) {
		settings.replicas = 1;
		pool_of(3);
		put_with_life(old, "57", 1);
		put_with_life(!old, "3", 5);
		assert_int_equal(count_window().answer.number, 4);
		assert_all_hold("4");
		assert_int_equal(entry_at(old, key)->ttl, 4);
	}
}

static void counters_that_are_decremented_expire_alike(void **state)
{
	(void)state;
	for (size_t ended = 0; ended < 2; ended++) {
		mcha_item item = item_of(key, "100");

		settings.replicas = 1;
		pool_of(3);
		put_with_life(!ended, "42", 1);
		item.exptime = 5;
		mcha_count(pool, &item, 1, true);
		assert_int_equal(item.answer.number, 100);
		assert_all_hold("100");
	}
}

/* All copies are about to expire: the first home node's number is the result, and no copy is
 * changed. */
static void copies_that_expire_together_are_left_alone(void **state)
{
	(void)state;
	settings.replicas = 1;
	for (int64_t other = 1; other <= 3; other++) {
		pool_of(3);
		put_with_life(0, "57", 1);
		put_with_life(1, "56", other);
		assert_int_equal(count_window().answer.number, 58);
		assert_asked("C", "C");
	}
}

static void a_counter_about_to_expire_is_no_source(void **state)
{
	(void)state;
	for (size_t lacks = 0; lacks < 2; lacks++) {
		settings.replicas = 1;
		pool_of(3);
		put_with_life(!lacks, "57", 1);
		assert_counts_to(58);
		assert_holds(lacks, key, NULL);
		failed_lately(lacks);
		assert_int_equal(count_window().answer.number, 59);
		assert_holds(lacks, key, NULL);
	}
}

/* No other copy converges with a copy that is about to expire. */
static void copies_do_not_converge_to_a_number_about_to_expire(void **state)
{
	(void)state;
	for (int far = 0; far <= 1; far++) {
		settings.replicas = 1;
		pool_of(3);
		put_with_life(0, far ? "1000" : "10", 1);
		put_with_life(1, "5", 2);
		failed_lately(1);
		forget();
		assert_counts_to(far ? 1001 : 11);
		assert_asked("C", "C", "D");
		pool_of(3);
		put_with_life(0, "5", 2);
		put_with_life(1, "10", 1);
		failed_lately(1);
		assert_counts_to(6);
		assert_holds(0, key, "6");
	}
}

/* Its node was restarted, which is not known: the copy is given the number, and no longer TTL than
 * the other copies have. */
static void a_copy_that_started_again_expires_with_its_source(void **state)
{
	static const int64_t lives[] = {MCHA_TTL_NONE, 2, 3, 300};

	(void)state;
	for (size_t i = 0; i < COUNT(lives); i++) {
		for (size_t anew = 0; anew < 2; anew++) {
			for (int cas = 0; cas <= 1; cas++) {
				settings.replicas = 1;
				pool_of(3);
				put_with_life(!anew, "20", lives[i])->flags = 3;
				servers[0].keeps_no_cas = servers[1].keeps_no_cas = !cas;
				assert_int_equal(count_window().answer.number, 21);
				assert_all_hold("21");
				assert_int_equal(entry_at(anew, key)->ttl, lives[i] < 0 ? lives[i] : lives[i] - 1);
				assert_int_equal(entry_at(!anew, key)->ttl, lives[i]);
				assert_int_equal(entry_at(anew, key)->flags, cas ? 3 : 0);
			}
		}
	}
}

/* Another client's increment reaches both copies between the read and the change. */
static void count_once_before_a_store(fake_server *server, const mcha_request *request)
{
	if (request->verb == MCHA_VERB_STORE) {
		server->before = NULL;
		put_with_life(0, "2", 5);
		put_with_life(1, "59", 1);
	}
}

/* Other clients increment the counter while the old copy is replaced. */
static void increments_are_kept_while_a_counter_starts_again(void **state)
{
	(void)state;
	settings.replicas = 1;
	pool_of(3);
	put_with_life(1, "57", 1);
	servers[1].before = count_once_before_a_store;
	assert_int_equal(count_window().answer.number, 1);
	assert_all_hold("2");
}

/* A copy that lags, on a node that failed recently, was given another TTL meanwhile. */
static void a_converged_copy_does_not_outlive_its_source(void **state)
{
	(void)state;
	for (int far = 0; far <= 1; far++) {
		settings.replicas = 1;
		pool_of(3);
		put_with_life(0, far ? "1000" : "10", 50);
		put_with_life(1, "5", 500);
		failed_lately(1);
		assert_counts_to(far ? 1001 : 11);
		assert_all_hold(far ? "1001" : "11");
		assert_int_equal(entry_at(1, key)->ttl, 49);
		pool_of(3);
		put_with_life(0, far ? "1000" : "10", 50);
		put_with_life(1, "5", 51); /* by the servers' clocks */
		failed_lately(1);
		assert_counts_to(far ? 1001 : 11);
		assert_all_hold(far ? "1001" : "11");
		assert_int_equal(entry_at(1, key)->ttl, 51);
	}
}

/* Where the protocol does not tell TTLs, a copy that started again may have expired: the other
 * copies are left to expire. */
static void without_ttls_in_the_protocol_an_expiring_counter_is_left_to_expire(void **state)
{
	(void)state;
	for (int creates = 0; creates <= 1; creates++) {
		settings.replicas = 1;
		settings.repair_ttl = 300;
		pool_of(3);
		put_with_life(1, "57", 1);
		for (size_t i = 0; i < 2; i++) {
			servers[i].tells_no_ttl = true;
			servers[i].cannot_create = !creates;
		}
		assert_int_equal(count_window().answer.number, creates ? 1 : 58);
		assert_holds(0, key, creates ? "1" : NULL);
		assert_holds(1, key, "58");
		assert_int_equal(entry_at(1, key)->ttl, 1);
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
		TEST(a_copy_that_started_again_converges_upwards),
		TEST(a_copy_of_a_small_number_that_started_again_converges_upwards),
		TEST(a_copy_that_started_again_above_the_others_converges_downwards),
		TEST(a_node_that_failed_recently_is_not_asked_to_create_a_counter),
		TEST(a_counter_is_created_even_if_all_nodes_failed_recently),
		TEST(a_copy_that_missed_increments_converges_after_its_node_is_back),
		TEST(a_copy_that_missed_many_increments_converges_at_once),
		TEST(an_authority_that_missed_increments_converges_before_it_answers),
		TEST(a_copy_whose_node_did_not_fail_is_left_alone),
		TEST(convergence_does_not_overwrite_concurrent_increments),
		TEST(without_cas_copies_do_not_converge),
		TEST(after_decrements_copies_converge_downwards),
		TEST(a_counter_that_expires_on_one_node_starts_again_on_all),
		TEST(the_copy_that_was_created_since_is_the_counter),
		TEST(counters_that_are_decremented_expire_alike),
		TEST(copies_that_expire_together_are_left_alone),
		TEST(a_counter_about_to_expire_is_no_source),
		TEST(copies_do_not_converge_to_a_number_about_to_expire),
		TEST(a_copy_that_started_again_expires_with_its_source),
		TEST(increments_are_kept_while_a_counter_starts_again),
		TEST(a_converged_copy_does_not_outlive_its_source),
		TEST(without_ttls_in_the_protocol_an_expiring_counter_is_left_to_expire),
		TEST(the_first_home_node_that_answers_gives_the_number),
		TEST(a_miss_counts_only_from_a_node_that_could_hold_the_counter),
		TEST(an_increment_needs_the_write_quorum),
		TEST(without_failover_a_failed_increment_makes_no_copies_differ),
		TEST(one_deadline_bounds_the_whole_operation),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
