/* SPDX-License-Identifier: MIT */
/* Handoff nodes (handoff nodes) and what they are left with: which of them are swept, and what those owe that
 * could not be. */
#include "hint_replay_rig.h"

#define FAR "0123456:" /* nodes 0 and 1 are its homes, 2 to 5 can stand in */
#define KEY FAR "k"

/* So many of them, from this one on, failed lately and are up again. */
static void failed_lately(size_t node, size_t count)
{
	for (; count-- > 0; node++) {
		kill_and_notice(node);
		revive(node);
	}
}

static void pool_of_stand_ins(void)
{
	pool_of(7);
	hold_sweep();
}

/* --- which are swept -------------------------------------------------------------------------------------- */

static void as_many_are_swept_as_homes_failed(void **state)
{
	(void)state;
	pool_of_stand_ins();
	failed_lately(0, 1);
	forget();
	assert_status(do_set(KEY, "v"), MCHA_STATUS_OK);
	assert_asked("S", "S", "D");

	pool_of_stand_ins();
	failed_lately(0, 2);
	forget();
	assert_status(do_set(KEY, "v"), MCHA_STATUS_OK);
	assert_asked("S", "S", "D", "D");
}

/* It may not have been there to stand in. */
static void for_a_stand_in_that_failed_too_the_next_is_swept_as_well(void **state)
{
	(void)state;
	pool_of_stand_ins();
	failed_lately(0, 1);
	failed_lately(2, 1);
	forget();
	assert_status(do_set(KEY, "v"), MCHA_STATUS_OK);
	assert_asked("S", "S", "D", "D");

	pool_of_stand_ins();
	failed_lately(0, 1);
	failed_lately(2, 2);
	forget();
	assert_status(do_set(KEY, "v"), MCHA_STATUS_OK);
	assert_asked("S", "S", "D", "D", "D");

	pool_of_stand_ins();
	failed_lately(0, 6);
	forget();
	assert_status(do_delete(KEY), MCHA_STATUS_MISS);
	assert_asked("D", "D", "D", "D", "D", "D"); /* as far as the list goes */
}

static void where_no_home_failed_nobody_is_swept(void **state)
{
	(void)state;
	pool_of_stand_ins();
	failed_lately(2, 2);
	forget();
	assert_status(do_set(KEY, "v"), MCHA_STATUS_OK);
	assert_asked("S", "S");
}

/* While this write is on its way to the home node, another one misses it and goes to the handoff node. */
static void write_elsewhere(fake_server *server, const mcha_request *request)
{
	(void)request;
	server->before = NULL;
	let_time_pass();
	put(2, KEY, "another");
	add_debt(0, KEY, 2);
}

static void what_a_home_has_yet_to_be_given_is_not_swept(void **state)
{
	(void)state;
	pool_of_stand_ins();
	failed_lately(0, 1);
	servers[0].before = write_elsewhere;
	assert_status(do_set(KEY, "v"), MCHA_STATUS_OK);
	assert_holds(2, KEY, "another");
	assert_int_equal(source_of(0, KEY), 2);
	assert_reads(KEY, "another");
	assert_false(owes(0, KEY));
	assert_status(do_set(KEY, "w"), MCHA_STATUS_OK);
	assert_holds(2, KEY, NULL);

	failed_lately(0, 1);
	servers[0].before = write_elsewhere;
	assert_status(do_delete(KEY), MCHA_STATUS_OK);
	assert_holds(2, KEY, NULL); /* all of it is meant */
}

/* Those that stand in now have the new value. */
static void who_stands_in_now_is_not_swept_but_counts(void **state)
{
	(void)state;
	pool_of_stand_ins();
	failed_lately(1, 1);
	kill_and_notice(0);
	forget();
	assert_status(do_set(KEY, "v"), MCHA_STATUS_OK);
	assert_asked("", "S", "S", "D");
	assert_holds(2, KEY, "v");
}

/* The first home cannot hold the value, the second is away: one that stands in is enough. */
static void once_any_node_has_the_new_value_older_ones_may_go(void **state)
{
	char value[400];

	(void)state;
	memset(value, 'x', sizeof(value) - 1);
	value[sizeof(value) - 1] = '\0';
	pool_of_stand_ins();
	failed_lately(1, 1);
	kill_and_notice(0);
	put(3, KEY, "old");
	servers[1].item_size_max = 600;
	forget();
	assert_status(do_set(KEY, value), MCHA_STATUS_OK);
	assert_holds(2, KEY, value);
	assert_string_equal(servers[1].log, "SD");
	assert_holds(3, KEY, NULL);
}

/* --- what they owe ----------------------------------------------------------------------------------------- */

/* It was there before, and is the only one that answers: better an error than what it has. */
static void what_a_stand_in_missed_is_not_shown(void **state)
{
	(void)state;
	pool_of(4);
	kill_node(0);
	assert_status(do_set("01:k", "older"), MCHA_STATUS_OK);
	assert_holds(2, "01:k", "older");
	kill_node(2);
	assert_status(do_set("01:k", "new"), MCHA_STATUS_OK);
	assert_int_equal(source_of(2, "01:k"), -1);
	revive(2);
	kill_node(1);
	hold_sweep();
	let_time_pass();
	forget();
	assert_reads("01:k", "new"); /* of the next who stood in */
	assert_string_equal(servers[2].log, "gD!G");
	assert_holds(2, "01:k", NULL);
	kill_node(3);
	assert_fails(do_get("01:k", MCHA_WANT_VALUE).answer.status);
}

/* All nodes are held to be down, and a home that is asked all the same is there. */
static void a_stand_in_that_is_down_owes_a_write_that_insisted_on_a_home(void **state)
{
	(void)state;
	pool_of(3);
	hold_sweep();
	kill_node(1);
	assert_status(do_set("01:k", "older"), MCHA_STATUS_OK);
	assert_holds(2, "01:k", "older");
	kill_and_notice(0);
	kill_and_notice(2);
	servers[0].fault = MCHA_STATUS_OK;
	pool->nodes[0]->health->last_failure = mcha_clock_now() - NOT_LONG_AGO;
	let_time_pass();
	assert_status(do_set("01:k", "new"), MCHA_STATUS_OK);
	assert_holds(0, "01:k", "new");
	assert_int_equal(source_of(2, "01:k"), -1);
	revive(2);
	kill_and_notice(0);
	assert_fails(do_get("01:k", MCHA_WANT_VALUE).answer.status);
}

static const mcha_status faults[] = {MCHA_STATUS_DOWN, MCHA_STATUS_CONNECT, MCHA_STATUS_TIMEOUT,
	MCHA_STATUS_SERVER_ERROR};

/* Node 0 failed lately, and node 2 has what it kept for it; then it fails itself. */
static void make_leftover(mcha_status fault)
{
	pool_of(4);
	hold_sweep();
	kill_node(0);
	assert_status(do_set("01:k", "older"), MCHA_STATUS_OK);
	revive(0);
	if (fault == MCHA_STATUS_DOWN) {
		kill_and_notice(2);
	} else {
		fail_with(2, fault);
	}
	let_time_pass();
	forget();
}

static void a_sweep_that_failed_is_owed(void **state)
{
	(void)state;
	for (int verb = 0; verb < 4; verb++) {
		for (size_t i = 0; i < COUNT(faults); i++) {
			mcha_hint hint;

			make_leftover(faults[i]);
			put(0, "01:k", "5");
			put(1, "01:k", "5");
			assert_status(verb == 0 ? do_set("01:k", "v") : verb == 1 ? do_delete("01:k")
				: verb == 2 ? do_append("01:k", "1")
				: do_decide("01:k", "v", MCHA_MODE_REPLACE), MCHA_STATUS_OK);
			assert_int_equal(source_of(2, "01:k"), -1);
			assert_true(find_hint(2, "01:k", &hint));
			assert_int_equal(hint.indeterminate != 0, faults[i] == MCHA_STATUS_TIMEOUT);
		}
	}
}

/* While it owes from before: an error is no payment. */
static void a_sweep_that_was_refused_pays_nothing(void **state)
{
	(void)state;
	make_leftover(MCHA_STATUS_SERVER_ERROR);
	add_debt(2, "01:k", -1);
	let_time_pass();
	assert_status(do_set("01:k", "v"), MCHA_STATUS_OK);
	assert_string_equal(servers[2].log, "D");
	assert_true(owes(2, "01:k"));
}

static void a_sweep_that_was_answered_pays(void **state)
{
	(void)state;
	for (int empty = 0; empty <= 1; empty++) {
		make_leftover(MCHA_STATUS_OK);
		if (empty) {
			wipe(2);
		}
		add_debt(2, "01:k", -1);
		let_time_pass();
		assert_status(do_set("01:k", "v"), MCHA_STATUS_OK);
		assert_string_equal(servers[2].log, "D");
		assert_false(owes(2, "01:k"));
	}
}

/* One that may still carry out older writes is not sent the deletion. */
static void an_unripe_stand_in_is_not_swept_and_owes_on(void **state)
{
	mcha_hint hint;

	(void)state;
	make_leftover(MCHA_STATUS_OK);
	add_debt(2, "01:k", -1);
	assert_true(find_hint(2, "01:k", &hint));
	hints->slots[hint.slot].indeterminate = mcha_clock_now();
	assert_status(do_set("01:k", "v"), MCHA_STATUS_OK);
	assert_string_equal(servers[2].log, "");
	assert_true(owes(2, "01:k"));
}

/* Nor does it stand in: the next one does. */
static void an_unripe_stand_in_is_passed_over(void **state)
{
	mcha_hint hint;

	(void)state;
	pool_of(5);
	add_debt(2, "01:k", -1);
	assert_true(find_hint(2, "01:k", &hint));
	hints->slots[hint.slot].indeterminate = mcha_clock_now();
	hold_sweep();
	kill_and_notice(0);
	forget();
	assert_status(do_set("01:k", "v"), MCHA_STATUS_OK);
	assert_asked("", "S", "", "S");
}

static void a_stand_in_that_is_given_the_new_value_owes_nothing_more(void **state)
{
	(void)state;
	pool_of(4);
	hold_sweep();
	add_debt(2, "01:k", -1);
	kill_and_notice(0);
	let_time_pass();
	assert_status(do_set("01:k", "v"), MCHA_STATUS_OK);
	assert_holds(2, "01:k", "v");
	assert_false(owes(2, "01:k"));
	kill_node(1);
	assert_reads("01:k", "v");
}

static void the_home_owes_by_now(fake_server *server, const mcha_request *request)
{
	assert_int_equal(request->verb, MCHA_VERB_DELETE);
	assert_true(owes(1, "01:k"));
	server->before = NULL;
}

/* Who dies between the two leaves the older value where it is, and a home that owes. */
static void debts_are_put_down_before_anything_is_swept(void **state)
{
	(void)state;
	for (int verb = 0; verb < 3; verb++) {
		pool_of(5);
		hold_sweep();
		put(0, "01:k", "5");
		put(1, "01:k", "5");
		failed_lately(0, 1);
		kill_node(1);
		servers[3].before = the_home_owes_by_now;
		assert_status(verb == 0 ? do_set("01:k", "v") : verb == 1
			? do_decide("01:k", "v", MCHA_MODE_REPLACE) : do_count("01:k").answer.status,
			MCHA_STATUS_OK);
		assert_null(servers[3].before);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(as_many_are_swept_as_homes_failed),
		TEST(what_a_home_has_yet_to_be_given_is_not_swept),
		TEST(for_a_stand_in_that_failed_too_the_next_is_swept_as_well),
		TEST(where_no_home_failed_nobody_is_swept),
		TEST(who_stands_in_now_is_not_swept_but_counts),
		TEST(once_any_node_has_the_new_value_older_ones_may_go),
		TEST(what_a_stand_in_missed_is_not_shown),
		TEST(a_stand_in_that_is_down_owes_a_write_that_insisted_on_a_home),
		TEST(a_sweep_that_failed_is_owed),
		TEST(a_sweep_that_was_refused_pays_nothing),
		TEST(a_sweep_that_was_answered_pays),
		TEST(an_unripe_stand_in_is_not_swept_and_owes_on),
		TEST(an_unripe_stand_in_is_passed_over),
		TEST(a_stand_in_that_is_given_the_new_value_owes_nothing_more),
		TEST(debts_are_put_down_before_anything_is_swept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
