/* SPDX-License-Identifier: MIT */
/* Writes with replicas: acknowledgements, handoff nodes for nodes that are down, old handoff
 * copies, item size limits, and what an abandoned operation leaves behind. */
#include "replication_rig.h"

/* --- copies ----------------------------------------------------------------------------------- */

static void a_write_goes_to_all_copies_in_one_round(void **state)
{
	(void)state;
	for (uint16_t replicas = 0; replicas <= 6; replicas++) {
		size_t copies = replicas + 1u < 5 ? replicas + 1u : 5;

		settings.replicas = replicas;
		pool_of(5);
		assert_status(do_set("01234:k", "v"), MCHA_STATUS_OK);
		for (size_t i = 0; i < 5; i++) {
			assert_string_equal(servers[i].log, i < copies ? "S" : "");
			assert_holds(i, "01234:k", i < copies ? "v" : NULL);
		}
		assert_int_equal(share_count, copies);
		assert_int_equal(pool->report.copies, copies);
		assert_int_equal(pool->report.acknowledged, copies);
	}
}

static void copies_are_equal_in_everything(void **state)
{
	mcha_item item = item_of("01:k", "value");

	(void)state;
	pool_of(2);
	item.flags = 0x12345678;
	item.exptime = 1000;
	mcha_store(pool, &item, 1, MCHA_MODE_SET);
	for (size_t i = 0; i < 2; i++) {
		assert_holds(i, "01:k", "value");
		assert_int_equal(entry_at(i, "01:k")->flags, 0x12345678);
		assert_int_equal(entry_at(i, "01:k")->exptime, 1000);
	}
}

/* Three replicas, of which so many are down. */
static void the_quorum_decides_what_is_a_success(void **state)
{
	static const struct {
		mcha_quorum quorum;
		mcha_status by_dead[4];
	} rows[] = {
		{MCHA_QUORUM_ONE, {MCHA_STATUS_OK, MCHA_STATUS_OK, MCHA_STATUS_OK, MCHA_STATUS_TIMEOUT}},
		{MCHA_QUORUM_MAJORITY,
			{MCHA_STATUS_OK, MCHA_STATUS_OK, MCHA_STATUS_NO_QUORUM, MCHA_STATUS_TIMEOUT}},
		{MCHA_QUORUM_ALL,
			{MCHA_STATUS_OK, MCHA_STATUS_NO_QUORUM, MCHA_STATUS_NO_QUORUM, MCHA_STATUS_TIMEOUT}},
	};

	(void)state;
	settings.replicas = 2;
	settings.failover_ttl = 0;
	for (size_t i = 0; i < COUNT(rows); i++) {
		for (size_t dead = 0; dead <= 3; dead++) {
			for (int verb = 0; verb < 4; verb++) {
				mcha_status status;

				settings.quorum = rows[i].quorum;
				pool_of(6);
				for (size_t j = 0; j < 3; j++) {
					put(j, "012:k", "v");
				}
				for (size_t j = 0; j < dead; j++) {
					fail_with((j + i) % 3, MCHA_STATUS_TIMEOUT);
				}
				status = verb == 0 ? do_set("012:k", "new")
					: verb == 1    ? do_delete("012:k")
					: verb == 2    ? do_touch("012:k", 50)
								   : do_append("012:k", "+");
				assert_status(status, rows[i].by_dead[dead]);
				assert_int_equal(pool->report.acknowledged, 3 - dead);
				assert_int_equal(pool->report.failed_count, dead);
			}
		}
	}
}

static void a_refusal_is_no_acknowledgement(void **state)
{
	(void)state;
	settings.quorum = MCHA_QUORUM_ALL;
	pool_of(2);
	fail_with(1, MCHA_STATUS_NO_MEMORY);
	assert_status(do_set("01:k", "v"), MCHA_STATUS_NO_QUORUM);
	assert_status(pool->report.failed[0].status, MCHA_STATUS_NO_MEMORY);
	fail_with(0, MCHA_STATUS_SERVER_ERROR);
	assert_status(do_set("01:k", "v"), MCHA_STATUS_SERVER_ERROR);
}

static void without_failover_the_first_home_nodes_answer_counts(void **state)
{
	(void)state;
	settings.allow_failover = false;
	pool_of(4);
	assert_status(do_set("01:k", "v"), MCHA_STATUS_OK);
	kill_node(1);
	assert_status(do_set("01:k", "w"), MCHA_STATUS_OK);
	revive(1);
	kill_node(0);
	assert_status(do_set("01:k", "x"), MCHA_STATUS_CONNECT);
	assert_fails(do_set("01:k", "x"));
	assert_fails(do_delete("01:k"));
	assert_fails(do_touch("01:k", 5));
	assert_fails(do_append("01:k", "x"));
	assert_string_equal(servers[0].log, "SSS"); /* once known to be down, the node is not asked */
	assert_null(strchr(servers[2].log, 'S'));   /* no handoff node gets a copy */
}

static void a_miss_is_a_result_of_its_own(void **state)
{
	(void)state;
	pool_of(2);
	assert_status(do_delete("01:k"), MCHA_STATUS_MISS);
	assert_status(do_touch("01:k", 5), MCHA_STATUS_MISS);
	assert_status(do_append("01:k", "x"), MCHA_STATUS_NOT_STORED);
	put(1, "01:k", "v");
	assert_status(do_delete("01:k"), MCHA_STATUS_OK);
	assert_status(do_delete("01:k"), MCHA_STATUS_MISS);
}

/* One home node has lost the key, the other is down. */
static void a_lost_key_is_not_a_miss_while_another_home_is_down(void **state)
{
	(void)state;
	pool_of(3);
	assert_status(do_set("01:k", "v"), MCHA_STATUS_OK);
	kill_node(1);
	assert_status(do_touch("01:other", 5), MCHA_STATUS_MISS); /* node 0 has been up all the time */
	revive(1);
	kill_and_notice(0);
	wipe(0);
	revive(0);
	kill_and_notice(1);
	assert_fails(do_touch("01:k", 5));
	assert_fails(do_append("01:k", "x"));
	assert_status(do_delete("01:other"), MCHA_STATUS_MISS);
	put(2, "01:k", "v"); /* the handoff node's copy counts */
	assert_status(do_touch("01:k", 5), MCHA_STATUS_OK);
	revive(1);
	assert_status(do_touch("01:other", 5), MCHA_STATUS_MISS);
}

/* A miss of the nodes that answered is not conclusive. */
static void a_miss_of_too_few_nodes_is_not_reported(void **state)
{
	(void)state;
	settings.quorum = MCHA_QUORUM_ALL;
	pool_of(2);
	kill_node(0);
	assert_status(do_delete("01:k"), MCHA_STATUS_NO_QUORUM);
}

static void a_missing_copy_is_refilled_by_a_change(void **state)
{
	(void)state;
	for (int verb = 0; verb < 2; verb++) {
		for (size_t lacks = 0; lacks < 3; lacks++) {
			settings.replicas = 2;
			pool_of(3);
			for (size_t i = 0; i < 3; i++) {
				if (i != lacks) {
					put(i, "012:k", "v")->ttl = 77;
					entry_at(i, "012:k")->flags = 3;
				}
			}
			if (verb == 0) {
				assert_status(do_append("012:k", "w"), MCHA_STATUS_OK);
				assert_int_equal(entry_at(lacks, "012:k")->exptime, 76);
			} else {
				assert_status(do_touch("012:k", 99), MCHA_STATUS_OK);
				assert_int_equal(entry_at(lacks, "012:k")->exptime, 98);
			}
			for (size_t i = 0; i < 3; i++) {
				assert_holds(i, "012:k", verb == 0 ? "vw" : "v");
				assert_int_equal(entry_at(i, "012:k")->flags, 3);
			}
			assert_int_equal(pool->report.repaired, 1);
		}
	}
}

/* --- handoff ---------------------------------------------------------------------------------- */

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

/* --- limits ----------------------------------------------------------------------------------- */

#define MEGABYTE (1 << 20)

static mcha_status set_large(const char *key, size_t length)
{
	char *value = malloc(length + 1);
	mcha_item item = item_of(key, NULL);

	memset(value, 'v', length);
	value[length] = '\0';
	item.value = value;
	item.value_length = length;
	mcha_store(pool, &item, 1, MCHA_MODE_SET);
	free(value);
	return item.answer.status;
}

static void small_values_need_no_item_size_limit(void **state)
{
	(void)state;
	pool_of(2);
	assert_status(set_large("01:k", MEGABYTE - 1000), MCHA_STATUS_OK);
	assert_asked("S", "S");
}

static void the_item_size_limit_is_asked_once(void **state)
{
	(void)state;
	pool_of(3);
	assert_status(set_large("01:k", 2 * MEGABYTE), MCHA_STATUS_OK);
	assert_asked("?S", "?S", "");
	assert_status(set_large("01:k", 2 * MEGABYTE), MCHA_STATUS_OK);
	assert_asked("?SS", "?SS", "");
	mcha_pool_close(pool); /* the server behind a new connection may be another one */
	assert_status(do_set("01:k", "v"), MCHA_STATUS_OK);
	assert_status(set_large("01:k", 2 * MEGABYTE), MCHA_STATUS_OK);
	assert_asked("?SSS?S", "?SSS?S", "");
}

static void a_value_that_is_too_large_is_not_sent_and_the_old_value_stays(void **state)
{
	(void)state;
	pool_of(4);
	assert_status(do_set("01:k", "old"), MCHA_STATUS_OK);
	for (size_t i = 0; i < 4; i++) {
		servers[i].item_size_max = MEGABYTE;
	}
	forget();
	assert_status(set_large("01:k", 2 * MEGABYTE), MCHA_STATUS_TOO_BIG);
	assert_asked("?", "?");
	assert_reads("01:k", "old");
	forget();
	assert_status(set_large("01:k", 2 * MEGABYTE), MCHA_STATUS_TOO_BIG);
	assert_asked("", "");
}

static void a_too_large_add_is_refused_too(void **state)
{
	mcha_item item = item_of("01:k", NULL);
	char *value = calloc(2, MEGABYTE);

	(void)state;
	pool_of(2);
	servers[0].item_size_max = servers[1].item_size_max = MEGABYTE;
	item.value = value;
	item.value_length = 2 * MEGABYTE;
	mcha_decide(pool, &item, MCHA_MODE_ADD);
	assert_status(item.answer.status, MCHA_STATUS_TOO_BIG);
	assert_asked("?", "?");
	free(value);
}

/* The servers' limits differ: a node that cannot hold the new value must not keep the old one. */
static void a_copy_that_cannot_hold_the_new_value_does_not_keep_the_old_one(void **state)
{
	(void)state;
	pool_of(2);
	assert_status(do_set("01:k", "old"), MCHA_STATUS_OK);
	servers[1].item_size_max = MEGABYTE;
	assert_status(set_large("01:k", 2 * MEGABYTE), MCHA_STATUS_OK);
	assert_holds(1, "01:k", NULL);
}

/* A server that does not report a limit is assumed to have none, and not asked each time. */
static void a_server_that_tells_no_limit_is_asked_once(void **state)
{
	(void)state;
	pool_of(1);
	fail_with(0, MCHA_STATUS_SERVER_ERROR);
	(void)set_large("0:k", 2 * MEGABYTE);
	(void)set_large("0:k", 2 * MEGABYTE);
	assert_asked("?SS");
}

/* --- an abandoned operation ------------------------------------------------------------------- */

static void leave_a_read(const char *key)
{
	jmp_buf out;
	mcha_item item = item_of(key, NULL);

	leave_by = &out;
	if (setjmp(out) == 0) {
		mcha_get(pool, &item, 1, MCHA_WANT_VALUE);
		fail_msg("the allocator was not asked");
	}
	leave_by = NULL;
}

static void the_next_operation_closes_busy_connections_and_no_others(void **state)
{
	(void)state;
	pool_of(3);
	assert_status(do_set("01:k", "v"), MCHA_STATUS_OK);
	assert_status(do_set("20:l", "w"), MCHA_STATUS_OK);
	forget();
	leave_a_read("01:k");
	assert_true(pool->running.entered);
	assert_int_equal(servers[0].closes, 0);
	assert_reads("20:l", "w");
	assert_false(pool->running.entered);
	assert_int_equal(servers[0].closes, 1);
	assert_int_equal(servers[1].closes, 0);
	assert_int_equal(servers[2].closes, 0);
	assert_reads("01:k", "v");
	assert_int_equal(servers[0].closes, 1);
}

static void an_abandoned_round_leaves_no_requests_to_the_next(void **state)
{
	mcha_item items[2] = {item_of("0:a", NULL), item_of("1:b", NULL)};
	jmp_buf out;

	(void)state;
	settings.replicas = 0;
	pool_of(2);
	put(0, "0:a", "a");
	put(1, "1:b", "b");
	leave_by = &out;
	if (setjmp(out) == 0) {
		mcha_get(pool, items, 2, MCHA_WANT_VALUE);
		fail_msg("the allocator was not asked");
	}
	leave_by = NULL;
	forget();
	assert_reads("1:b", "b");
	assert_asked("", "G");
	assert_reads("0:a", "a");
	assert_asked("G", "G");
}

/* --- time ------------------------------------------------------------------------------------- */

static void a_write_gets_all_the_time_unless_a_second_round_may_follow(void **state)
{
	(void)state;
	pool_of(2);
	do_set("01:k", "v");
	assert_shares(12 * SECOND, 12 * SECOND);
	pool_of(3);
	do_set("01:k", "v");
	assert_shares(6 * SECOND, 6 * SECOND);
	forget();
	do_delete("01:k");
	assert_shares(12 * SECOND, 12 * SECOND);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_write_goes_to_all_copies_in_one_round),
		TEST(copies_are_equal_in_everything),
		TEST(the_quorum_decides_what_is_a_success),
		TEST(a_refusal_is_no_acknowledgement),
		TEST(without_failover_the_first_home_nodes_answer_counts),
		TEST(a_miss_is_a_result_of_its_own),
		TEST(a_lost_key_is_not_a_miss_while_another_home_is_down),
		TEST(a_miss_of_too_few_nodes_is_not_reported),
		TEST(a_missing_copy_is_refilled_by_a_change),
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
		TEST(small_values_need_no_item_size_limit),
		TEST(the_item_size_limit_is_asked_once),
		TEST(a_value_that_is_too_large_is_not_sent_and_the_old_value_stays),
		TEST(a_too_large_add_is_refused_too),
		TEST(a_copy_that_cannot_hold_the_new_value_does_not_keep_the_old_one),
		TEST(a_server_that_tells_no_limit_is_asked_once),
		TEST(the_next_operation_closes_busy_connections_and_no_others),
		TEST(an_abandoned_round_leaves_no_requests_to_the_next),
		TEST(a_write_gets_all_the_time_unless_a_second_round_may_follow),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
