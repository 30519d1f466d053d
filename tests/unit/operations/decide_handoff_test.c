/* SPDX-License-Identifier: MIT */
/* Keys whose home nodes are all down: the first handoff node that is up decides, and a home node
 * that comes back is given the outcome. */
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

/* Both home nodes of KEY and LOCK are down, and known to be. */
static void pool_without_homes(size_t nodes)
{
	pool_of(nodes);
	hold_background_replay();
	kill_and_notice(0);
	kill_and_notice(1);
	let_time_pass();
	forget();
}

/* --- add -------------------------------------------------------------------------------------- */

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

/* The failures were not known before the operation. */
static void homes_that_fail_during_an_add_leave_the_decision_to_a_handoff_node(void **state)
{
	static const mcha_status faults[] = {
		MCHA_STATUS_CONNECT, MCHA_STATUS_TIMEOUT, MCHA_STATUS_CLOSED};

	(void)state;
	for (size_t i = 0; i < COUNT(faults); i++) {
		pool_of(3);
		fail_with(0, faults[i]);
		fail_with(1, faults[i]);
		assert_status(do_add(KEY, "v"), MCHA_STATUS_OK);
		assert_asked("A", "A", "A");
		assert_true(has_hint(0, KEY) && has_hint(1, KEY));
		assert_int_equal(source_of(0, KEY), 2);
		assert_reads(KEY, "v");
	}
}

static void a_home_that_comes_back_gets_the_added_value_and_refuses_an_add(void **state)
{
	(void)state;
	for (int has_old = 0; has_old <= 1; has_old++) {
		pool_of(3);
		if (has_old) {
			assert_status(do_set(KEY, "old"), MCHA_STATUS_OK);
		}
		hold_background_replay();
		kill_and_notice(0);
		kill_and_notice(1);
		let_time_pass();
		assert_status(do_add(KEY, "added"), MCHA_STATUS_OK);
		revive(0);
		let_time_pass();
		assert_status(do_add(KEY, "again"), MCHA_STATUS_NOT_STORED);
		assert_holds(0, KEY, "added");
		assert_false(has_hint(0, KEY));
		assert_reads(KEY, "added");
		revive(1);
		assert_status(do_set(KEY, "new"), MCHA_STATUS_OK);
		assert_holds(1, KEY, "new");
		assert_false(has_hint(1, KEY));
		assert_holds(2, KEY, NULL);
	}
}

/* While a home node may still apply an older write it is not asked; the handoff node, which is the
 * source of its hint, decides. */
static void a_home_with_an_unripe_hint_leaves_the_decision_to_the_handoff_node(void **state)
{
	(void)state;
	pool_of(3);
	hold_background_replay();
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

/* The home node missed a write, and its source is down: no node that is up knows the key's
 * value. */
static void a_home_with_a_hint_whose_source_is_down_is_not_skipped(void **state)
{
	(void)state;
	pool_of(3);
	hold_background_replay();
	add_hint(0, KEY, 1);
	put(0, KEY, "old");
	kill_and_notice(1);
	let_time_pass();
	forget();
	assert_fails(do_add(KEY, "v"));
	assert_string_equal(servers[2].log, "");
}

static void a_handoff_node_that_was_skipped_gets_a_hint_too(void **state)
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

/* The first handoff node was restarted, which is not known. */
static void the_copy_of_a_second_handoff_node_refuses_an_add(void **state)
{
	(void)state;
	pool_without_homes(4);
	put(3, KEY, "older");
	assert_status(do_add(KEY, "v"), MCHA_STATUS_NOT_STORED);
	assert_holds(2, KEY, NULL);
	assert_holds(3, KEY, "older");
}

static void without_handoff_copies_no_other_node_decides(void **state)
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

/* --- replace and compare-and-swap ------------------------------------------------------------- */

static void a_handoff_copy_can_be_replaced_and_swapped(void **state)
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

/* A home node may have the key. */
static void a_key_that_no_handoff_node_has_is_not_reported_missing(void **state)
{
	(void)state;
	pool_without_homes(4);
	assert_status(do_decide(KEY, "w", MCHA_MODE_REPLACE), MCHA_STATUS_DOWN);
	assert_status(do_swap(KEY, "w", 5).answer.status, MCHA_STATUS_DOWN);
	assert_holds(2, KEY, NULL);
	assert_holds(3, KEY, NULL);
}

/* --- locks ------------------------------------------------------------------------------------ */

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
		const char *left = home >= 2 ? "an earlier owner" : NULL;

		pool_of(3);
		hold_background_replay();
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

/* The owner has released the lock, then the handoff node died: the home nodes need not ask it. */
static void a_released_lock_does_not_block_the_homes(void **state)
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

/* The handoff node that holds the lock is down, and the home nodes are up: none of them knows
 * whether the lock is held. */
static void a_lock_whose_handoff_node_is_down_is_not_granted_during_its_life(void **state)
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

/* Another client's operation finds the home node up, in the middle of this one. */
static void home_comes_back(fake_server *server, const mcha_request *request)
{
	(void)request;
	server->before = NULL;
	revive(0);
}

static void a_home_that_comes_back_during_the_decision_of_a_handoff_node_voids_it(void **state)
{
	mcha_lock lock;

	(void)state;
	pool_without_homes(3);
	servers[2].before = home_comes_back;
	assert_status(do_add(KEY, "v"), MCHA_STATUS_STALE);
	assert_holds(2, KEY, NULL);
	assert_false(has_hint(0, KEY));
	assert_status(do_add(KEY, "v"), MCHA_STATUS_OK);
	assert_holds(0, KEY, "v");

	pool_without_homes(3);
	servers[2].before = home_comes_back;
	assert_status(take(&lock, "me"), MCHA_STATUS_NOT_STORED); /* the caller tries again */
	assert_holds(2, LOCK, NULL);
	assert_false(has_hint(0, LOCK));
	assert_status(take(&lock, "me"), MCHA_STATUS_OK);
	assert_holds(0, LOCK, "me");
}

/* Another client takes the lock on the handoff node meanwhile, because it does not know that the
 * home node is back. */
static void decide_elsewhere(fake_server *server, const mcha_request *request)
{
	if (request->verb == MCHA_VERB_STORE) {
		server->before = NULL;
		let_time_pass();
		put(2, LOCK, "him");
		add_hint(0, LOCK, 2);
	}
}

static void of_two_locks_taken_at_a_home_and_at_a_handoff_node_one_is_granted(void **state)
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
		TEST(homes_that_fail_during_an_add_leave_the_decision_to_a_handoff_node),
		TEST(a_home_that_comes_back_gets_the_added_value_and_refuses_an_add),
		TEST(a_home_with_an_unripe_hint_leaves_the_decision_to_the_handoff_node),
		TEST(a_home_with_a_hint_whose_source_is_down_is_not_skipped),
		TEST(a_handoff_node_that_was_skipped_gets_a_hint_too),
		TEST(the_copy_of_a_second_handoff_node_refuses_an_add),
		TEST(without_handoff_copies_no_other_node_decides),
		TEST(a_lock_that_counts_its_copies_is_never_handed_off),
		TEST(a_handoff_copy_can_be_replaced_and_swapped),
		TEST(a_key_that_no_handoff_node_has_is_not_reported_missing),
		TEST(a_lock_is_held_on_a_handoff_node_for_its_whole_life),
		TEST(a_home_that_comes_back_does_not_grant_a_lock_again),
		TEST(a_released_lock_does_not_block_the_homes),
		TEST(a_lock_whose_handoff_node_is_down_is_not_granted_during_its_life),
		TEST(a_home_that_comes_back_during_the_decision_of_a_handoff_node_voids_it),
		TEST(of_two_locks_taken_at_a_home_and_at_a_handoff_node_one_is_granted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
