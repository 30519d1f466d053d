/* SPDX-License-Identifier: MIT */
/* Writes with replicas: acknowledgements, the time that a write gets, and what an abandoned
 * operation leaves behind. */
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

/* A client that knows of one copy has deleted the key from the first home node. */
static void without_failover_what_another_home_node_has_is_no_answer(void **state)
{
	(void)state;
	settings.allow_failover = false;
	pool_of(3);
	put(1, "01:k", "deleted");
	assert_status(do_touch("01:k", 5), MCHA_STATUS_MISS);
	assert_status(do_append("01:k", "+"), MCHA_STATUS_NOT_STORED);
	assert_holds(0, "01:k", NULL);
	assert_status(do_delete("01:k"), MCHA_STATUS_MISS);
	assert_holds(1, "01:k", NULL);
	put(0, "01:k", "v");
	assert_status(do_touch("01:k", 5), MCHA_STATUS_OK);
	assert_holds(1, "01:k", "v"); /* which is refilled from the first home node */
}

/* That client may have written the first copy since. */
static void without_failover_no_copy_is_put_over_that_of_the_first_home_node(void **state)
{
	(void)state;
	settings.allow_failover = false;
	pool_of(3);
	fail_with(0, MCHA_STATUS_TIMEOUT);
	assert_status(do_set("01:k", "failed"), MCHA_STATUS_TIMEOUT);
	assert_int_equal(mcha_hints_count(pool->nodes[0]->health), 0);
	revive(0);
	put(0, "01:k", "another client's");
	assert_reads("01:k", "another client's");
	assert_holds(0, "01:k", "another client's");
	fail_with(1, MCHA_STATUS_TIMEOUT);
	assert_status(do_set("01:k", "new"), MCHA_STATUS_OK);
	assert_int_equal(mcha_hints_count(pool->nodes[1]->health), 1);
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
		TEST(without_failover_what_another_home_node_has_is_no_answer),
		TEST(without_failover_no_copy_is_put_over_that_of_the_first_home_node),
		TEST(a_miss_is_a_result_of_its_own),
		TEST(a_lost_key_is_not_a_miss_while_another_home_is_down),
		TEST(a_miss_of_too_few_nodes_is_not_reported),
		TEST(a_missing_copy_is_refilled_by_a_change),
		TEST(the_next_operation_closes_busy_connections_and_no_others),
		TEST(an_abandoned_round_leaves_no_requests_to_the_next),
		TEST(a_write_gets_all_the_time_unless_a_second_round_may_follow),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
