/* SPDX-License-Identifier: MIT */
/* Hints that another process is working on: it renews them, or has begun to write. */
#include "hint_replay_rig.h"

/* Another process has been in the middle of renewing the hint since then. */
static void hold(mcha_usec since)
{
	slot_of(0, "01:k")->state = (uint64_t)since << 2 | 3;
}

static void a_node_is_not_asked_while_its_hint_is_being_renewed(void **state)
{
	(void)state;
	make_stale_node(3, 0, "01:k");
	hold(mcha_clock_now());
	background_replay_was(SECOND);
	assert_reads("12:x", NULL);
	assert_reads("01:k", "new");
	assert_status(do_append("01:k", "+"), MCHA_STATUS_OK);
	assert_status(do_set("01:k", "v"), MCHA_STATUS_OK);
	assert_string_equal(servers[0].log, "");
	assert_holds(0, "01:k", "old");
	assert_true(has_hint(0, "01:k"));
}

static void a_node_is_no_source_while_its_hint_is_being_renewed(void **state)
{
	(void)state;
	settings.replicas = 2;
	make_stale_node(3, 0, "012:k");
	add_hint(1, "012:k", 2);
	slot_of(1, "012:k")->state = (uint64_t)mcha_clock_now() << 2 | 3;
	kill_node(2);
	assert_fails(do_get("012:k", MCHA_WANT_VALUE).answer.status);
	assert_holds(0, "012:k", "old");
}

static void a_hint_of_a_dead_process_is_replayed_as_an_indeterminate_one(void **state)
{
	(void)state;
	make_stale_node(2, 0, "01:k");
	hold(mcha_clock_now() - 2 * SECOND);
	assert_reads("01:k", "new");
	assert_string_equal(servers[0].log, "");
	node_was_well_for(0, LONG_AGO);
	assert_reads("01:k", "new");
	assert_string_equal(servers[0].log, "gS!G");
	assert_int_equal(hints->total, 0);
}

/* Two processes recorded the hint at once. */
static void twin(size_t node, const char *key, long source)
{
	mcha_hint_slot *slot = slot_of(node, key);
	uint64_t set = slot->state;

	slot->state = (uint64_t)mcha_clock_now() << 2 | 3;
	add_hint(node, key, source);
	slot->state = set;
	assert_int_equal(hints->total, 2);
}

static void a_duplicate_hint_is_cleared_by_one_write_and_by_two_replays(void **state)
{
	(void)state;
	make_stale_node(2, 0, "01:k");
	twin(0, "01:k", -1);
	let_time_pass();
	assert_status(do_set("01:k", "v"), MCHA_STATUS_OK);
	assert_int_equal(hints->total, 0);

	make_stale_node(2, 0, "01:k");
	twin(0, "01:k", 1);
	assert_reads("01:k", "new");
	assert_string_equal(servers[0].log, "gS!");
	assert_reads("01:k", "new");
	assert_string_equal(servers[0].log, "gS!gS!G");
	assert_int_equal(hints->total, 0);
}

/* A set in flight has recorded its attempt and has reached the stale node, but not the source yet.
 * Hint replay would now overwrite the newer value with the older one. */
static void hint_replay_does_not_overwrite_the_value_of_a_set_in_flight(void **state)
{
	mcha_hint hint;

	(void)state;
	make_stale_node(2, 0, "01:k");
	background_replay_was(SECOND);
	assert_true(find_hint(0, "01:k", &hint));
	mcha_hints_attempt(hints, &hint, mcha_clock_now() - 11 * SECOND);
	put(0, "01:k", "newest");
	assert_reads("01:k", "new");
	assert_asked("", "G");
	background_replay_was(SECOND);
	assert_reads("01:x", NULL);
	assert_asked("G", "GG"); /* background replay leaves the hint alone, too */
	assert_holds(0, "01:k", "newest");

	/* its process may have been stopped for a moment */
	mcha_hints_attempt(hints, &hint, mcha_clock_now() - 13 * SECOND);
	background_replay_was(SECOND);
	assert_reads("01:k", "new");
	assert_reads("01:x", NULL);
	assert_holds(0, "01:k", "newest");

	mcha_hints_attempt(hints, &hint, mcha_clock_now() - 14 * SECOND - 1); /* it has died */
	assert_reads("01:k", "new");
	assert_holds(0, "01:k", "new");
	assert_false(has_hint(0, "01:k"));
}

/* Records a set's attempt between the read of the old copy and the write over it. */
static void announce(fake_server *server, const mcha_request *request)
{
	mcha_hint hint;

	(void)request;
	server->before = NULL;
	assert_true(find_hint(0, "01:k", &hint));
	mcha_hints_attempt(hints, &hint, mcha_clock_now());
}

static void hint_replay_stops_when_a_set_records_its_attempt(void **state)
{
	(void)state;
	for (size_t where = 0; where < 2; where++) {
		make_stale_node(2, 0, "01:k");
		servers[where].before = announce;
		assert_reads("01:k", "new");
		assert_asked("g", "GG");
		assert_holds(0, "01:k", "old");
		assert_true(has_hint(0, "01:k"));
	}
}

static void assert_announced(size_t stale)
{
	mcha_hint hint;

	assert_true(find_hint(stale, "01:k", &hint));
	assert_int_equal(hint.tried, pool->running.started);
}

static void look_for_the_announcement(fake_server *server, const mcha_request *request)
{
	(void)request;
	server->before = NULL;
	assert_announced(0);
}

static void look_for_the_handoff_nodes_announcement(fake_server *server,
	const mcha_request *request)
{
	(void)request;
	server->before = NULL;
	assert_announced(2);
}

static void a_full_write_records_its_attempt_before_it_is_sent(void **state)
{
	(void)state;
	make_stale_node(2, 0, "01:k");
	servers[0].before = servers[1].before = look_for_the_announcement;
	assert_status(do_set("01:k", "v"), MCHA_STATUS_OK);

	make_stale_node(2, 0, "01:k");
	servers[0].before = servers[1].before = look_for_the_announcement;
	assert_status(do_delete("01:k"), MCHA_STATUS_OK);
}

/* All nodes are held down, and asked as a last resort. */
static void a_last_resort_write_records_its_attempt_too(void **state)
{
	(void)state;
	make_stale_node(2, 0, "01:k");
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

/* The handoff node of the write has an older copy. */
static void a_full_write_records_its_attempt_for_a_handoff_node_too(void **state)
{
	(void)state;
	pool_of(3);
	hold_background_replay();
	add_hint(2, "01:k", 1);
	kill_and_notice(0);
	servers[2].before = look_for_the_handoff_nodes_announcement;
	forget();
	assert_status(do_set("01:k", "v"), MCHA_STATUS_OK);
	assert_asked("", "S", "S");
}

static void a_write_that_is_not_sent_to_a_down_node_does_not_block_hint_replay(void **state)
{
	(void)state;
	for (int deletes = 0; deletes <= 1; deletes++) {
		make_stale_node(2, 0, "01:k");
		kill_and_notice(0);
		assert_status(deletes ? do_delete("01:k") : do_set("01:k", "v"), MCHA_STATUS_OK);
		revive(0);
		let_time_pass();
		assert_reads("01:k", deletes ? NULL : "v");
		assert_holds(0, "01:k", deletes ? NULL : "v");
		assert_false(has_hint(0, "01:k"));
	}
}

/* Two full writes do not wait for each other. */
static void a_full_write_is_sent_while_another_one_is_in_flight(void **state)
{
	mcha_hint hint;

	(void)state;
	make_stale_node(2, 0, "01:k");
	assert_true(find_hint(0, "01:k", &hint));
	mcha_hints_attempt(hints, &hint, mcha_clock_now());
	assert_status(do_set("01:k", "v"), MCHA_STATUS_OK);
	assert_asked("S", "S");
	assert_int_equal(hints->total, 0);
}

/* One home node refused the lock; the other one's answer was lost, so it may have granted it. The
 * lock's owner has released the lock since. */
static void an_indeterminate_copy_of_a_released_lock_is_removed(void **state)
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
	background_replay_was(SECOND);
	assert_reads("01:x", NULL);
	assert_holds(0, "01:l", NULL);
	assert_int_equal(hints->total, 0);
}

/* The source of the hint is down, perhaps for good: after a lock's lifetime the hint no longer
 * blocks the lock. */
static void an_indeterminate_lock_copy_blocks_a_lock_for_no_longer_than_a_lock_lives(void **state)
{
	mcha_lock first, second, third;

	(void)state;
	pool_of(2);
	hold_background_replay();
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
	assert_false(has_hint(0, "01:l"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_node_is_not_asked_while_its_hint_is_being_renewed),
		TEST(a_node_is_no_source_while_its_hint_is_being_renewed),
		TEST(a_hint_of_a_dead_process_is_replayed_as_an_indeterminate_one),
		TEST(a_duplicate_hint_is_cleared_by_one_write_and_by_two_replays),
		TEST(hint_replay_does_not_overwrite_the_value_of_a_set_in_flight),
		TEST(hint_replay_stops_when_a_set_records_its_attempt),
		TEST(a_full_write_records_its_attempt_before_it_is_sent),
		TEST(a_last_resort_write_records_its_attempt_too),
		TEST(a_full_write_records_its_attempt_for_a_handoff_node_too),
		TEST(a_write_that_is_not_sent_to_a_down_node_does_not_block_hint_replay),
		TEST(a_full_write_is_sent_while_another_one_is_in_flight),
		TEST(an_indeterminate_copy_of_a_released_lock_is_removed),
		TEST(an_indeterminate_lock_copy_blocks_a_lock_for_no_longer_than_a_lock_lives),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
