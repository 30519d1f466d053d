/* SPDX-License-Identifier: MIT */
/* Hints that somebody else sees to just now: who renews them, or has set out to pay them. */
#include "hint_replay_rig.h"

/* Another process is in the middle of renewing the hint, since then. */
static void hold(mcha_usec since)
{
	slot_of(0, "01:k")->state = (uint64_t)since << 2 | 3;
}

static void a_debt_that_is_being_renewed_keeps_its_node_from_being_asked(void **state)
{
	(void)state;
	make_debt(3, 0, "01:k");
	hold(mcha_clock_now());
	sweep_was(SECOND);
	assert_reads("12:x", NULL);
	assert_reads("01:k", "new");
	assert_status(do_append("01:k", "+"), MCHA_STATUS_OK);
	assert_status(do_set("01:k", "v"), MCHA_STATUS_OK);
	assert_string_equal(servers[0].log, "");
	assert_holds(0, "01:k", "old");
	assert_true(owes(0, "01:k"));
}

static void nor_is_it_a_source_for_others(void **state)
{
	(void)state;
	settings.replicas = 2;
	make_debt(3, 0, "012:k");
	add_debt(1, "012:k", 2);
	slot_of(1, "012:k")->state = (uint64_t)mcha_clock_now() << 2 | 3;
	kill_node(2);
	assert_fails(do_get("012:k", MCHA_WANT_VALUE).answer.status);
	assert_holds(0, "012:k", "old");
}

static void when_who_renewed_it_is_dead_it_is_paid_as_an_unsure_one(void **state)
{
	(void)state;
	make_debt(2, 0, "01:k");
	hold(mcha_clock_now() - 2 * SECOND);
	assert_reads("01:k", "new");
	assert_string_equal(servers[0].log, "");
	node_was_well_for(0, LONG_AGO);
	assert_reads("01:k", "new");
	assert_string_equal(servers[0].log, "gS!G");
	assert_int_equal(hints->total, 0);
}

/* Noted by two processes at once. */
static void twin(size_t node, const char *key, long source)
{
	mcha_hint_slot *slot = slot_of(node, key);
	uint64_t set = slot->state;

	slot->state = (uint64_t)mcha_clock_now() << 2 | 3;
	add_debt(node, key, source);
	slot->state = set;
	assert_int_equal(hints->total, 2);
}

static void what_is_owed_twice_is_paid_by_one_write_and_by_two_settlements(void **state)
{
	(void)state;
	make_debt(2, 0, "01:k");
	twin(0, "01:k", -1);
	let_time_pass();
	assert_status(do_set("01:k", "v"), MCHA_STATUS_OK);
	assert_int_equal(hints->total, 0);

	make_debt(2, 0, "01:k");
	twin(0, "01:k", 1);
	assert_reads("01:k", "new");
	assert_string_equal(servers[0].log, "gS!");
	assert_reads("01:k", "new");
	assert_string_equal(servers[0].log, "gS!gS!G");
	assert_int_equal(hints->total, 0);
}

/* A set on its way: it has said that it would pay, has reached the stale node, and not yet the good node.
 * Who settles now would put the older value over it. */
static void what_a_set_under_way_has_brought_is_not_replaced_by_what_it_has_not_reached(void **state)
{
	mcha_hint hint;

	(void)state;
	make_debt(2, 0, "01:k");
	sweep_was(SECOND);
	assert_true(find_hint(0, "01:k", &hint));
	mcha_hints_attempt(hints, &hint, mcha_clock_now() - 11 * SECOND);
	put(0, "01:k", "newest");
	assert_reads("01:k", "new");
	assert_asked("", "G");
	sweep_was(SECOND);
	assert_reads("01:x", NULL);
	assert_asked("G", "GG"); /* nor is it swept */
	assert_holds(0, "01:k", "newest");

	mcha_hints_attempt(hints, &hint, mcha_clock_now() - 12 * SECOND - 1); /* it has ended */
	assert_reads("01:k", "new");
	assert_holds(0, "01:k", "new");
	assert_false(owes(0, "01:k"));
}

/* It says so between the look at the old copy and the writing over it. */
static void announce(fake_server *server, const mcha_request *request)
{
	mcha_hint hint;

	(void)request;
	server->before = NULL;
	assert_true(find_hint(0, "01:k", &hint));
	mcha_hints_attempt(hints, &hint, mcha_clock_now());
}

static void who_settles_leaves_off_when_a_set_says_that_it_comes(void **state)
{
	(void)state;
	for (size_t where = 0; where < 2; where++) {
		make_debt(2, 0, "01:k");
		servers[where].before = announce;
		assert_reads("01:k", "new");
		assert_asked("g", "GG");
		assert_holds(0, "01:k", "old");
		assert_true(owes(0, "01:k"));
	}
}

static void assert_announced(size_t stale)
{
	mcha_hint hint;

	assert_true(find_hint(stale, "01:k", &hint));
	assert_int_equal(hint.tried, pool->started);
}

static void look_for_the_announcement(fake_server *server, const mcha_request *request)
{
	(void)request;
	server->before = NULL;
	assert_announced(0);
}

static void look_for_the_stand_ins_announcement(fake_server *server, const mcha_request *request)
{
	(void)request;
	server->before = NULL;
	assert_announced(2);
}

static void what_replaces_all_says_so_before_it_is_sent(void **state)
{
	(void)state;
	make_debt(2, 0, "01:k");
	servers[0].before = servers[1].before = look_for_the_announcement;
	assert_status(do_set("01:k", "v"), MCHA_STATUS_OK);

	make_debt(2, 0, "01:k");
	servers[0].before = servers[1].before = look_for_the_announcement;
	assert_status(do_delete("01:k"), MCHA_STATUS_OK);
}

/* Everybody is held to be down, and asked all the same. */
static void what_replaces_all_says_so_also_to_those_whom_it_insists_on(void **state)
{
	(void)state;
	make_debt(2, 0, "01:k");
	kill_and_notice(0);
	kill_and_notice(1);
	for (size_t i = 0; i < 2; i++) {
		servers[i].fault = MCHA_STATUS_OK;
		servers[i].before = look_for_the_announcement;
		pool->nodes[i]->health->last_failure = mcha_clock_now() - NOT_LONG_AGO;
	}
	forget();
	assert_status(do_set("01:k", "v"), MCHA_STATUS_OK);
	assert_asked("S", "S");
}

/* An older copy of it lies on the node that is to stand in. */
static void what_replaces_all_says_so_to_a_stand_in_too(void **state)
{
	(void)state;
	pool_of(3);
	hold_sweep();
	add_debt(2, "01:k", 1);
	kill_and_notice(0);
	servers[2].before = look_for_the_stand_ins_announcement;
	forget();
	assert_status(do_set("01:k", "v"), MCHA_STATUS_OK);
	assert_asked("", "S", "S");
}

static void what_is_not_sent_to_a_node_that_is_down_keeps_nobody_from_paying_its_debt(void **state)
{
	(void)state;
	for (int deletes = 0; deletes <= 1; deletes++) {
		make_debt(2, 0, "01:k");
		kill_and_notice(0);
		assert_status(deletes ? do_delete("01:k") : do_set("01:k", "v"), MCHA_STATUS_OK);
		revive(0);
		let_time_pass();
		assert_reads("01:k", deletes ? NULL : "v");
		assert_holds(0, "01:k", deletes ? NULL : "v");
		assert_false(owes(0, "01:k"));
	}
}

/* Two of them do not wait for each other. */
static void what_replaces_all_is_sent_though_another_is_under_way(void **state)
{
	mcha_hint hint;

	(void)state;
	make_debt(2, 0, "01:k");
	assert_true(find_hint(0, "01:k", &hint));
	mcha_hints_attempt(hints, &hint, mcha_clock_now());
	assert_status(do_set("01:k", "v"), MCHA_STATUS_OK);
	assert_asked("S", "S");
	assert_int_equal(hints->total, 0);
}

/* It was refused by one home when another's answer was lost, which may have taken it; the owner has released it since. */
static void of_a_lock_that_was_released_nobody_keeps_a_doubtful_copy(void **state)
{
	mcha_lock first, second;

	(void)state;
	pool_of(2);
	assert_status(take(&first, "first"), MCHA_STATUS_OK);
	assert_status(do_set("01:l", "second"), MCHA_STATUS_OK);
	put(1, "01:l", "first");
	fail_with(0, MCHA_STATUS_TIMEOUT);
	assert_status(take(&second, "second"), MCHA_STATUS_NOT_STORED);
	assert_int_equal(source_of(0, "01:l"), 1);
	servers[0].fault = MCHA_STATUS_OK;
	put(0, "01:l", "second");
	wipe(1);
	slot_of(0, "01:l")->indeterminate = mcha_clock_now() - LONG_AGO;
	node_was_well_for(0, LONG_AGO);
	sweep_was(SECOND);
	assert_reads("01:x", NULL);
	assert_holds(0, "01:l", NULL);
	assert_int_equal(hints->total, 0);
}

/* The one who is right about it is down, perhaps for good: by the time that a lock lives both have ended. */
static void a_doubtful_copy_of_a_lock_is_in_nobodys_way_for_longer_than_locks_live(void **state)
{
	mcha_lock first, second, third;

	(void)state;
	pool_of(2);
	hold_sweep();
	assert_status(take(&first, "first"), MCHA_STATUS_OK);
	wipe(0);
	fail_with(0, MCHA_STATUS_TIMEOUT);
	assert_status(take(&second, "second"), MCHA_STATUS_NOT_STORED);
	assert_int_equal(source_of(0, "01:l"), 1);
	servers[0].fault = MCHA_STATUS_OK;
	node_was_well_for(0, LONG_AGO);
	kill_and_notice(1);
	for (int64_t age = 29; age <= 31; age += 2) {
		slot_of(0, "01:l")->indeterminate = mcha_clock_now() - LONG_AGO;
		slot_of(0, "01:l")->state = (uint64_t)(mcha_clock_now() - age * SECOND) << 2
			| (slot_of(0, "01:l")->state & 3);
		if (age < 30) {
			assert_fails(take(&third, "third"));
		} else {
			assert_status(take(&third, "third"), MCHA_STATUS_OK);
		}
	}
	assert_holds(0, "01:l", "third");
	assert_false(owes(0, "01:l"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_debt_that_is_being_renewed_keeps_its_node_from_being_asked),
		TEST(nor_is_it_a_source_for_others),
		TEST(when_who_renewed_it_is_dead_it_is_paid_as_an_unsure_one),
		TEST(what_is_owed_twice_is_paid_by_one_write_and_by_two_settlements),
		TEST(what_a_set_under_way_has_brought_is_not_replaced_by_what_it_has_not_reached),
		TEST(who_settles_leaves_off_when_a_set_says_that_it_comes),
		TEST(what_replaces_all_says_so_before_it_is_sent),
		TEST(what_replaces_all_says_so_also_to_those_whom_it_insists_on),
		TEST(what_replaces_all_says_so_to_a_stand_in_too),
		TEST(what_is_not_sent_to_a_node_that_is_down_keeps_nobody_from_paying_its_debt),
		TEST(what_replaces_all_is_sent_though_another_is_under_way),
		TEST(of_a_lock_that_was_released_nobody_keeps_a_doubtful_copy),
		TEST(a_doubtful_copy_of_a_lock_is_in_nobodys_way_for_longer_than_locks_live),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
