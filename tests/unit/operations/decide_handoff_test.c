/* SPDX-License-Identifier: MIT */
/* Keys whose home nodes are all down: the first handoff node that is up decides, and what comes back is told. */
#include "hint_replay_rig.h"

#define KEY "01:k"
#define LOCK "01:l"

static mcha_status do_add(const char *key, const char *value)
{
	return do_decide(key, value, MCHA_MODE_ADD);
}

static mcha_item do_swap(const char *key, const char *value, uint64_t cas)
{
	mcha_item item = item_of(key, value);

	item.cas = cas;
	mcha_decide(pool, &item, MCHA_MODE_SET);
	return item;
}

static uint64_t token_of(const char *key)
{
	mcha_item item = do_get(key, MCHA_WANT_VALUE | MCHA_WANT_CAS);

	assert_status(item.answer.status, MCHA_STATUS_OK);
	rig_release(item.answer.value);
	return item.answer.cas;
}

/* Both homes of KEY and LOCK are dead, and known to be. */
static void pool_without_homes(size_t nodes)
{
	pool_of(nodes);
	hold_sweep();
	kill_and_notice(0);
	kill_and_notice(1);
	let_time_pass();
	forget();
}

/* --- add ------------------------------------------------------------------------------------------- */

static void the_first_handoff_node_decides_an_add(void **state)
{
	(void)state;
	pool_without_homes(4);
	assert_status(do_add(KEY, "first"), MCHA_STATUS_OK);
	assert_asked("", "", "A", "A");
	assert_holds(2, KEY, "first");
	assert_holds(3, KEY, "first");
	assert_int_equal(entry_at(2, KEY)->exptime, settings.failover_ttl);
	forget();
	assert_status(do_add(KEY, "second"), MCHA_STATUS_NOT_STORED);
	assert_asked("", "", "A");
	assert_reads(KEY, "first");
}

/* Nobody knew before. */
static void homes_that_fail_in_the_operation_hand_the_decision_off(void **state)
{
	static const mcha_status faults[] = {MCHA_STATUS_CONNECT, MCHA_STATUS_TIMEOUT, MCHA_STATUS_CLOSED};

	(void)state;
	for (size_t i = 0; i < COUNT(faults); i++) {
		pool_of(3);
		fail_with(0, faults[i]);
		fail_with(1, faults[i]);
		assert_status(do_add(KEY, "v"), MCHA_STATUS_OK);
		assert_asked("A", "A", "A");
		assert_true(owes(0, KEY) && owes(1, KEY));
		assert_int_equal(source_of(0, KEY), 2);
		assert_reads(KEY, "v");
	}
}

static void a_home_that_comes_back_is_given_what_was_added_and_refuses(void **state)
{
	(void)state;
	for (int has_old = 0; has_old <= 1; has_old++) {
		pool_of(3);
		if (has_old) {
			assert_status(do_set(KEY, "old"), MCHA_STATUS_OK);
		}
		hold_sweep();
		kill_and_notice(0);
		kill_and_notice(1);
		let_time_pass();
		assert_status(do_add(KEY, "added"), MCHA_STATUS_OK);
		revive(0);
		let_time_pass();
		assert_status(do_add(KEY, "again"), MCHA_STATUS_NOT_STORED);
		assert_holds(0, KEY, "added");
		assert_false(owes(0, KEY));
		assert_reads(KEY, "added");
		revive(1);
		assert_status(do_set(KEY, "new"), MCHA_STATUS_OK);
		assert_holds(1, KEY, "new");
		assert_false(owes(1, KEY));
		assert_holds(2, KEY, NULL);
	}
}

/* While it may still carry out an older write it is not asked; the handoff node, which has what it owes, is. */
static void a_home_that_is_not_to_be_asked_yet_leaves_the_decision_where_it_was(void **state)
{
	(void)state;
	pool_of(3);
	hold_sweep();
	fail_with(0, MCHA_STATUS_TIMEOUT);
	fail_with(1, MCHA_STATUS_TIMEOUT);
	assert_status(do_add(KEY, "v"), MCHA_STATUS_OK);
	revive(0);
	revive(1);
	let_time_pass();
	forget();
	assert_status(do_add(KEY, "w"), MCHA_STATUS_NOT_STORED);
	assert_asked("", "", "A");
	assert_reads(KEY, "v");
}

/* It has missed what another home has, which is down: nobody knows of the key. */
static void a_home_that_owes_another_one_is_not_passed_over(void **state)
{
	(void)state;
	pool_of(3);
	hold_sweep();
	add_debt(0, KEY, 1);
	put(0, KEY, "old");
	kill_and_notice(1);
	let_time_pass();
	forget();
	assert_fails(do_add(KEY, "v"));
	assert_string_equal(servers[2].log, "");
}

static void a_handoff_node_that_was_passed_over_is_told_too(void **state)
{
	(void)state;
	pool_without_homes(4);
	kill_and_notice(2);
	let_time_pass();
	assert_status(do_add(KEY, "v"), MCHA_STATUS_OK);
	assert_holds(3, KEY, "v");
	assert_int_equal(source_of(2, KEY), 3);
	revive(2);
	let_time_pass();
	assert_status(do_add(KEY, "w"), MCHA_STATUS_NOT_STORED);
	assert_holds(2, KEY, "v");
}

/* The first of them was restarted, and nobody noticed. */
static void a_second_handoff_copy_refuses_an_add_as_a_homes_would(void **state)
{
	(void)state;
	pool_without_homes(4);
	put(3, KEY, "older");
	assert_status(do_add(KEY, "v"), MCHA_STATUS_NOT_STORED);
	assert_holds(2, KEY, NULL);
	assert_holds(3, KEY, "older");
}

static void where_there_are_no_handoff_copies_nobody_else_decides(void **state)
{
	(void)state;
	for (int i = 0; i < 2; i++) {
		settings.allow_failover = i != 0;
		settings.failover_ttl = i != 1 ? 300 : 0;
		pool_without_homes(4);
		assert_fails(do_add(KEY, "v"));
		assert_asked("", "");
	}
}

static void a_lock_that_counts_its_copies_is_never_handed_off(void **state)
{
	mcha_lock lock;
	mcha_item item = item_of(LOCK, "me"), number = item_of("01:f", "1");

	(void)state;
	pool_without_homes(4);
	item.exptime = number.exptime = 30;
	mcha_lock_hold(pool, &item, &number, &lock);
	assert_fails(item.answer.status);
	assert_asked("", "");
}

/* --- replace and compare-and-swap ------------------------------------------------------------------- */

static void what_lies_on_a_handoff_node_can_be_replaced_and_swapped(void **state)
{
	mcha_item item;

	(void)state;
	pool_without_homes(3);
	assert_status(do_set(KEY, "v"), MCHA_STATUS_OK);
	assert_status(do_decide(KEY, "w", MCHA_MODE_REPLACE), MCHA_STATUS_OK);
	item = do_swap(KEY, "x", token_of(KEY));
	assert_status(item.answer.status, MCHA_STATUS_OK);
	assert_int_equal(item.answer.cas, token_of(KEY));
	assert_status(do_swap(KEY, "y", token_of(KEY) + 1).answer.status, MCHA_STATUS_EXISTS);
	assert_reads(KEY, "x");
	revive(0);
	let_time_pass();
	assert_reads(KEY, "x");
	assert_holds(0, KEY, "x");
}

/* A home may have it. */
static void what_no_handoff_node_has_is_not_said_to_be_missing(void **state)
{
	(void)state;
	pool_without_homes(4);
	assert_status(do_decide(KEY, "w", MCHA_MODE_REPLACE), MCHA_STATUS_DOWN);
	assert_status(do_swap(KEY, "w", 5).answer.status, MCHA_STATUS_DOWN);
	assert_holds(2, KEY, NULL);
	assert_holds(3, KEY, NULL);
}

/* --- locks ----------------------------------------------------------------------------------------- */

static void a_lock_is_held_on_a_handoff_node_for_its_whole_life(void **state)
{
	mcha_lock lock, other;
	mcha_item item = item_of(LOCK, "me");

	(void)state;
	settings.failover_ttl = 20;
	pool_without_homes(3);
	item.exptime = 30;
	mcha_lock_acquire(pool, &item, &lock);
	assert_status(item.answer.status, MCHA_STATUS_OK);
	assert_int_equal(entry_at(2, LOCK)->exptime, 30);
	assert_status(take(&other, "you"), MCHA_STATUS_NOT_STORED);
	assert_status(leave(&lock, "me"), MCHA_STATUS_OK);
	assert_holds(2, LOCK, NULL);
	assert_status(take(&other, "you"), MCHA_STATUS_OK);
}

static void a_home_that_comes_back_does_not_grant_a_lock_again(void **state)
{
	mcha_lock lock, other;

	(void)state;
	for (int home = 0; home < 4; home++) {
		const char *left = home >= 2 ? "somebody gone" : NULL;

		pool_of(3);
		hold_sweep();
		if (left) {
			put(home % 2, LOCK, left);
		}
		kill_and_notice(0);
		kill_and_notice(1);
		let_time_pass();
		assert_status(take(&lock, "me"), MCHA_STATUS_OK);
		revive(home % 2);
		let_time_pass();
		assert_status(take(&other, "you"), MCHA_STATUS_NOT_STORED);
		assert_holds(home % 2, LOCK, "me");
		assert_status(leave(&lock, "me"), MCHA_STATUS_OK);
		assert_holds(home % 2, LOCK, NULL);
		assert_holds(2, LOCK, NULL);
		revive(1 - home % 2);
		let_time_pass();
		assert_status(take(&other, "you"), MCHA_STATUS_OK);
		assert_holds(0, LOCK, "you");
		assert_holds(1, LOCK, "you");
	}
}

/* Its owner has left, the handoff node died after it: nobody has to be asked about it. */
static void a_lock_that_was_released_keeps_no_home_waiting(void **state)
{
	mcha_lock lock, other;

	(void)state;
	pool_without_homes(3);
	assert_status(take(&lock, "me"), MCHA_STATUS_OK);
	let_time_pass();
	assert_status(leave(&lock, "me"), MCHA_STATUS_OK);
	assert_int_equal(source_of(0, LOCK), -1);
	kill_and_notice(2);
	revive(0);
	revive(1);
	let_time_pass();
	assert_status(take(&other, "you"), MCHA_STATUS_OK);
}

/* The handoff node is away while it holds the lock, and the homes are back: nobody can know. */
static void a_lock_whose_handoff_node_is_away_is_not_granted_while_it_lives(void **state)
{
	mcha_lock lock, other;

	(void)state;
	pool_without_homes(4);
	servers[3].fault = MCHA_STATUS_CONNECT;
	assert_status(take(&lock, "me"), MCHA_STATUS_OK);
	kill_and_notice(2);
	revive(0);
	revive(1);
	revive(3);
	let_time_pass();
	assert_int_not_equal(take(&other, "you"), MCHA_STATUS_OK);
}

/* Somebody else's operation finds it up, in the middle of ours. */
static void home_comes_back(fake_server *server, const mcha_request *request)
{
	(void)request;
	server->before = NULL;
	revive(0);
}

static void a_home_that_comes_back_while_a_handoff_node_decides_makes_it_void(void **state)
{
	mcha_lock lock;

	(void)state;
	pool_without_homes(3);
	servers[2].before = home_comes_back;
	assert_status(do_add(KEY, "v"), MCHA_STATUS_STALE);
	assert_holds(2, KEY, NULL);
	assert_false(owes(0, KEY));
	assert_status(do_add(KEY, "v"), MCHA_STATUS_OK);
	assert_holds(0, KEY, "v");

	pool_without_homes(3);
	servers[2].before = home_comes_back;
	assert_status(take(&lock, "me"), MCHA_STATUS_NOT_STORED); /* to be tried again */
	assert_holds(2, LOCK, NULL);
	assert_false(owes(0, LOCK));
	assert_status(take(&lock, "me"), MCHA_STATUS_OK);
	assert_holds(0, LOCK, "me");
}

/* Somebody else's goes to the handoff node meanwhile, as he does not know yet that the home is back. */
static void decide_elsewhere(fake_server *server, const mcha_request *request)
{
	if (request->verb == MCHA_VERB_STORE) {
		server->before = NULL;
		let_time_pass();
		put(2, LOCK, "him");
		add_debt(0, LOCK, 2);
	}
}

static void of_two_that_take_a_lock_at_a_home_and_elsewhere_one_has_it(void **state)
{
	mcha_lock lock;

	(void)state;
	pool_without_homes(3);
	revive(0);
	servers[0].before = decide_elsewhere;
	assert_status(take(&lock, "me"), MCHA_STATUS_NOT_STORED);
	assert_int_equal(lock.count, 0);
	assert_holds(0, LOCK, NULL);
	assert_holds(2, LOCK, "him");
	assert_status(take(&lock, "me"), MCHA_STATUS_NOT_STORED);
	assert_holds(0, LOCK, "him");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_first_handoff_node_decides_an_add),
		TEST(homes_that_fail_in_the_operation_hand_the_decision_off),
		TEST(a_home_that_comes_back_is_given_what_was_added_and_refuses),
		TEST(a_home_that_is_not_to_be_asked_yet_leaves_the_decision_where_it_was),
		TEST(a_home_that_owes_another_one_is_not_passed_over),
		TEST(a_handoff_node_that_was_passed_over_is_told_too),
		TEST(a_second_handoff_copy_refuses_an_add_as_a_homes_would),
		TEST(where_there_are_no_handoff_copies_nobody_else_decides),
		TEST(a_lock_that_counts_its_copies_is_never_handed_off),
		TEST(what_lies_on_a_handoff_node_can_be_replaced_and_swapped),
		TEST(what_no_handoff_node_has_is_not_said_to_be_missing),
		TEST(a_lock_is_held_on_a_handoff_node_for_its_whole_life),
		TEST(a_home_that_comes_back_does_not_grant_a_lock_again),
		TEST(a_lock_that_was_released_keeps_no_home_waiting),
		TEST(a_lock_whose_handoff_node_is_away_is_not_granted_while_it_lives),
		TEST(a_home_that_comes_back_while_a_handoff_node_decides_makes_it_void),
		TEST(of_two_that_take_a_lock_at_a_home_and_elsewhere_one_has_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
