/* SPDX-License-Identifier: MIT */
/* Writes that miss a home node: handoff nodes take its replica, and old handoff copies are
 * purged. */
#include "hint_replay_rig.h"

static void a_node_that_is_down_is_replaced_in_the_same_round(void **state)
{
	(void)state;
	settings.quorum = MCHA_QUORUM_ALL;
	pool_of(4);
	kill_and_notice(1);
	forget();
	assert_status(do_set("01:k", "v"), MCHA_STATUS_OK);
	assert_asked("S", "", "S", "");
	assert_int_equal(servers[0].rounds, 1);
	assert_int_equal(servers[2].rounds, 1);
	assert_int_equal(pool->report.acknowledged, 2);
}

static void a_node_that_fails_in_the_round_is_replaced_in_a_second(void **state)
{
	(void)state;
	settings.quorum = MCHA_QUORUM_ALL;
	pool_of(4);
	fail_with(0, MCHA_STATUS_TIMEOUT);
	assert_status(do_set("01:k", "v"), MCHA_STATUS_OK);
	assert_asked("S", "S", "S", "");
	assert_shares(6 * SECOND, 6 * SECOND, 12 * SECOND);
	assert_holds(2, "01:k", "v");
}

static void a_whole_pool_of_home_nodes_can_be_replaced(void **state)
{
	(void)state;
	settings.quorum = MCHA_QUORUM_ALL;
	pool_of(4);
	kill_node(0);
	kill_node(1);
	assert_status(do_set("01:k", "v"), MCHA_STATUS_OK);
	assert_status(do_set("01:k", "w"), MCHA_STATUS_OK);
	assert_holds(2, "01:k", "w");
	assert_holds(3, "01:k", "w");
	assert_reads("01:k", "w");
}

static void a_handoff_copy_lives_no_longer_than_failover_ttl(void **state)
{
	const int64_t now = (int64_t)time(NULL);
	const struct {
		int64_t exptime;
		int64_t handoff;
	} rows[] = {
		{0, 300},
		{1, 1},
		{299, 299},
		{300, 300},
		{301, 300},
		{MONTH, 300},
		{now + 100, now + 100},
		{now + 10000, 300},
		{now - 100, now - 100},
	};

	(void)state;
	for (int known = 0; known <= 1; known++) {
		for (size_t i = 0; i < COUNT(rows); i++) {
			mcha_item item = item_of("01:k", "v");

			pool_of(3);
			kill_node(0);
			if (known) {
				kill_and_notice(0);
			}
			item.exptime = rows[i].exptime;
			mcha_store(pool, &item, 1, MCHA_MODE_SET);
			assert_status(item.answer.status, MCHA_STATUS_OK);
			assert_int_equal(entry_at(1, "01:k")->exptime, rows[i].exptime);
			assert_int_equal(entry_at(2, "01:k")->exptime, rows[i].handoff);
		}
	}
}

static void there_is_no_handoff_where_it_is_not_wanted(void **state)
{
	(void)state;
	settings.failover_ttl = 0;
	pool_of(4);
	kill_node(1);
	assert_status(do_set("01:k", "v"), MCHA_STATUS_OK);
	settings.failover_ttl = 300;
	assert_asked("S", "S");

	settings.allow_failover = false;
	pool_of(4);
	kill_node(1);
	assert_status(do_set("01:k", "v"), MCHA_STATUS_OK);
	assert_asked("S", "S");
	settings.allow_failover = true;

	settings.replicas = 3; /* no node is left for a handoff copy */
	pool_of(4);
	kill_node(1);
	assert_status(do_set("01:k", "v"), MCHA_STATUS_OK);
	assert_asked("S", "S", "S", "S");
}

/* A handoff node has no old value to change. */
static void changes_are_not_handed_off(void **state)
{
	(void)state;
	pool_of(4);
	put(1, "01:k", "v");
	kill_node(0);
	assert_status(do_append("01:k", "w"), MCHA_STATUS_OK);
	assert_status(do_touch("01:k", 9), MCHA_STATUS_OK);
	assert_status(do_delete("01:k"), MCHA_STATUS_OK);
	assert_null(strchr(servers[2].log, 'S'));
	assert_null(strchr(servers[2].log, '+'));
	assert_holds(2, "01:k", NULL);
}

/* The handoff copy of 01:k on node 2, written while node 0 was down. */
static void make_handoff_copy(void)
{
	pool_of(4);
	do_set("01:k", "old");
	kill_node(0);
	do_set("01:k", "v");
	assert_holds(2, "01:k", "v");
	wipe(0);
	revive(0);
	forget();
}

static void old_handoff_copies_are_purged(void **state)
{
	(void)state;
	make_handoff_copy();
	assert_status(do_set("01:k", "new"), MCHA_STATUS_OK);
	assert_asked("S", "S", "D", ""); /* one home node failed: one handoff node has a copy */
	assert_holds(2, "01:k", NULL);

	make_handoff_copy();
	assert_status(do_delete("01:k"), MCHA_STATUS_OK);
	assert_holds(2, "01:k", NULL);
	assert_reads("01:k", NULL);

	make_handoff_copy();
	assert_status(do_append("01:k", "w"), MCHA_STATUS_OK);
	assert_holds(0, "01:k", "vw");
	assert_holds(2, "01:k", NULL);
}

static void a_touch_changes_the_handoff_copy_too(void **state)
{
	(void)state;
	make_handoff_copy();
	assert_status(do_touch("01:k", 100), MCHA_STATUS_OK);
	assert_int_equal(entry_at(2, "01:k")->exptime, 100);
	make_handoff_copy();
	assert_status(do_touch("01:k", 5000), MCHA_STATUS_OK);
	assert_int_equal(entry_at(2, "01:k")->exptime, 300);
}

/* A session that is only read is touched. */
static void a_touch_is_acknowledged_by_a_handoff_node_where_no_home_node_can_be_asked(void **state)
{
	(void)state;
	make_handoff_copy();
	kill_and_notice(0);
	kill_and_notice(1);
	assert_status(do_touch("01:k", 100), MCHA_STATUS_OK);
	assert_int_equal(entry_at(2, "01:k")->exptime, 100);
	assert_int_equal(mcha_hints_count(pool->nodes[0]->health), 1);
	assert_int_equal(mcha_hints_count(pool->nodes[1]->health), 1);
	wipe(2);
	assert_false(do_touch("01:k", 100) == MCHA_STATUS_OK);
	make_handoff_copy();
	kill_and_notice(0);
	kill_and_notice(1);
	pool->settings.allow_failover = false;
	assert_false(do_touch("01:k", 100) == MCHA_STATUS_OK);
}

/* The handoff copy is another host's; this host's failover_ttl is 0. */
static void without_failover_ttl_a_touch_does_not_prolong_a_handoff_copy(void **state)
{
	static const struct {
		int64_t touch;
		int64_t after; /* of the handoff copy, whose TTL was 200 seconds */
	} rows[] = {{0, 200}, {3600, 200}, {12 * MONTH, 200}, {31, 200}, {30, 30}, {2, 2}};

	(void)state;
	settings.failover_ttl = 0;
	for (size_t i = 0; i < COUNT(rows); i++) {
		pool_of(3);
		put(0, "01:k", "v");
		put(1, "01:k", "v");
		put(2, "01:k", "v")->ttl = 200;
		kill_and_notice(1);
		assert_status(do_touch("01:k", rows[i].touch), MCHA_STATUS_OK);
		assert_int_equal(entry_at(2, "01:k")->ttl, rows[i].after);
	}
}

static void long_after_the_last_failure_no_handoff_copy_is_purged(void **state)
{
	(void)state;
	make_handoff_copy();
	clear_failures();
	assert_status(do_set("01:k", "new"), MCHA_STATUS_OK);
	assert_asked("S", "S", "", "");
}

/* A purge removes copies of values that were replaced or deleted. After a change that failed, the
 * handoff copy may be the last one. */
static void a_change_that_reached_no_copy_does_not_remove_the_last_one(void **state)
{
	mcha_item counter = item_of("01:n", NULL);

	(void)state;
	pool_of(4);
	kill_node(0);
	kill_node(1);
	assert_status(do_set("01:k", "v"), MCHA_STATUS_OK);
	assert_status(do_set("01:n", "5"), MCHA_STATUS_OK);
	assert_fails(do_append("01:k", "w"));
	assert_reads("01:k", "v");
	mcha_count(pool, &counter, 1, false);
	assert_fails(counter.answer.status);
	assert_reads("01:n", "5");
}

static void a_change_that_no_home_node_could_make_does_not_remove_the_last_copy(void **state)
{
	(void)state;
	make_handoff_copy();
	wipe(1); /* both home nodes are up again, and empty */
	(void)do_append("01:k", "w");
	assert_non_null(entry_at(2, "01:k"));
	assert_reads("01:k", "v");
}

/* --- nodes that are up, but were passed over -------------------------------------------------- */

/* A write of the key may still come to the node, as a process was stopped that had sent it: that
 * says nothing of the server. */
static void let_write_be_late(size_t node)
{
	mcha_hints_add(hints, pool->nodes[node]->health, pool->nodes[node]->id, 0,
		MCHA_HINTS_INDETERMINATE, "01:k", 4, mcha_clock_now());
}

/* A write passes over the node, and gives the handoff node a copy; a deletion finds that when no
 * process is kept from the node any more. */
static void assert_purged_behind(size_t passed_over, size_t handoff)
{
	mcha_hint hint;

	let_write_be_late(passed_over);
	assert_status(do_set("01:k", "v"), MCHA_STATUS_OK);
	assert_holds(handoff, "01:k", "v");
	assert_true(find_hint(passed_over, "01:k", &hint));
	assert_true(mcha_hints_clear(hints, &hint));
	assert_status(do_delete("01:k"), MCHA_STATUS_OK);
	assert_holds(handoff, "01:k", NULL);
}

static void a_purge_finds_a_handoff_copy_behind_a_node_that_was_passed_over(void **state)
{
	(void)state;
	pool_of(5);
	hold_background_replay();
	kill_and_notice(0);
	assert_purged_behind(2, 3);
}

static void a_purge_finds_the_handoff_copy_of_a_home_that_was_passed_over(void **state)
{
	(void)state;
	pool_of(6);
	hold_background_replay();
	assert_status(do_set("5:x", "v"), MCHA_STATUS_OK);
	kill_node(5);
	(void)do_get("5:x", 0);
	assert_purged_behind(0, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_node_that_is_down_is_replaced_in_the_same_round),
		TEST(a_node_that_fails_in_the_round_is_replaced_in_a_second),
		TEST(a_whole_pool_of_home_nodes_can_be_replaced),
		TEST(a_handoff_copy_lives_no_longer_than_failover_ttl),
		TEST(there_is_no_handoff_where_it_is_not_wanted),
		TEST(changes_are_not_handed_off),
		TEST(old_handoff_copies_are_purged),
		TEST(a_touch_changes_the_handoff_copy_too),
		TEST(a_touch_is_acknowledged_by_a_handoff_node_where_no_home_node_can_be_asked),
		TEST(without_failover_ttl_a_touch_does_not_prolong_a_handoff_copy),
		TEST(long_after_the_last_failure_no_handoff_copy_is_purged),
		TEST(a_change_that_reached_no_copy_does_not_remove_the_last_one),
		TEST(a_change_that_no_home_node_could_make_does_not_remove_the_last_copy),
		TEST(a_purge_finds_a_handoff_copy_behind_a_node_that_was_passed_over),
		TEST(a_purge_finds_the_handoff_copy_of_a_home_that_was_passed_over),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
