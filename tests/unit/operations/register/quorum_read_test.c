/* SPDX-License-Identifier: MIT */
/* Registers: reads by a majority of the home nodes, in the order of versions. */
#include "register_rig.h"

static void a_read_without_keys_succeeds(void **state)
{
	mcha_item none = item_of(KEY, NULL);

	(void)state;
	registers();
	pool_of(3);
	mcha_get(pool, &none, 0, MCHA_WANT_VALUE);
	mcha_store(pool, &none, 0, MCHA_MODE_SET);
	mcha_delete(pool, &none, 0);
	assert_asked("", "");
}

static void equal_copies_cost_one_round_to_a_majority(void **state)
{
	(void)state;
	three("v", 1, "v", 1, "v", 1);
	assert_reads(KEY, "v");
	assert_asked("G", "g");
	assert_int_equal(servers[0].rounds, 1);
	assert_int_equal(pool->report.acknowledged, 2);
	assert_int_equal(pool->report.repaired, 0);
}

static void the_newest_version_wins_and_replaces_older_copies(void **state)
{
	(void)state;
	three("old", 1, "new", 2, "new", 2);
	assert_reads(KEY, "new");
	assert_asked("GS!", "gG");
	assert_holds(0, KEY, "new");
	assert_int_equal(version_at(0, KEY), V(2));
	assert_int_equal(pool->report.position, 1);
	assert_int_equal(pool->report.repaired, 1);
}

/* A write that did not reach a majority: a reader completes it before it returns the value. */
static void the_value_of_a_minority_is_written_to_a_majority_before_it_is_returned(void **state)
{
	(void)state;
	three("new", 2, "old", 1, "old", 1);
	assert_reads(KEY, "new");
	assert_asked("G", "gS!");
	assert_holds(1, KEY, "new");
	kill_node(0);
	assert_reads(KEY, "new");
	assert_holds(2, KEY, "new");
}

static void a_missing_copy_is_refilled(void **state)
{
	(void)state;
	three(NULL, 0, "v", 1, "v", 1);
	entry_at(1, KEY)->ttl = 77;
	assert_reads(KEY, "v");
	assert_asked("GA", "gG");
	assert_holds(0, KEY, "v");
	assert_int_equal(version_at(0, KEY), V(1));
	assert_int_equal(entry_at(0, KEY)->ttl, 76);
}

/* The copy has expired on one node and is about to on another: the result must not depend on which
 * node is asked. */
static void a_minoritys_value_about_to_expire_counts_as_expired(void **state)
{
	(void)state;
	for (size_t left = 0; left < 3; left++) {
		three(left == 0 ? "v" : NULL, 1, left == 1 ? "v" : NULL, 1, left == 2 ? "v" : NULL, 1);
		entry_at(left, KEY)->ttl = 1;
		assert_reads(KEY, NULL);
		for (size_t i = 0; i < 3; i++) {
			assert_holds(i, KEY, i == left ? "v" : NULL);
		}
	}
}

static void a_majoritys_value_about_to_expire_is_returned(void **state)
{
	(void)state;
	three("v", 1, "v", 1, NULL, 0);
	entry_at(0, KEY)->ttl = entry_at(1, KEY)->ttl = 1;
	kill_and_notice(2); /* otherwise node 2 would be refilled */
	revive(2);
	assert_reads(KEY, "v");
	assert_holds(2, KEY, NULL);
}

/* The value that it has replaced does not come back when it has expired. */
static void a_value_about_to_expire_leaves_no_older_value(void **state)
{
	(void)state;
	for (int64_t ttl = 0; ttl <= 1; ttl++) {
		three("old", 1, "new", 2, "new", 2);
		entry_at(1, KEY)->ttl = entry_at(2, KEY)->ttl = ttl;
		assert_reads(KEY, NULL); /* the majority that is asked no longer has the value */
		assert_true(is_tombstone(0));
		assert_int_equal(version_at(0, KEY), V(2));
		drop_entry(entry_at(1, KEY));
		drop_entry(entry_at(2, KEY));
		assert_reads(KEY, NULL);
		three("old", 1, NULL, 0, "new", 2);
		entry_at(2, KEY)->ttl = ttl;
		kill_and_notice(1); /* so that all nodes are asked */
		revive(1);
		(void)do_get(KEY, MCHA_WANT_VALUE);
		assert_true(is_tombstone(0));
	}
}

/* A tombstone that is about to expire does not make the read fail. */
static void a_tombstone_may_expire(void **state)
{
	(void)state;
	three("", 1, NULL, 0, NULL, 0);
	entry_at(0, KEY)->ttl = 1;
	assert_reads(KEY, NULL);
	three("", 2, "old", 1, "old", 1);
	entry_at(0, KEY)->ttl = 1;
	assert_reads(KEY, NULL);
	assert_true(is_tombstone(1));
	assert_int_equal(entry_at(1, KEY)->ttl, 300);
}

static void a_value_that_cannot_be_written_to_a_majority_is_not_returned(void **state)
{
	mcha_item item;

	(void)state;
	three("new", 2, "old", 1, NULL, 0);
	kill_node(2);
	servers[1].fault = MCHA_STATUS_NO_MEMORY; /* the node answers reads and refuses writes */
	servers[1].fault_after = 1;
	item = do_get(KEY, MCHA_WANT_VALUE);
	assert_status(item.answer.status, MCHA_STATUS_NO_MEMORY);
	assert_null(item.answer.value);
}

static void a_miss_of_a_majority_is_a_miss(void **state)
{
	(void)state;
	registers();
	assert_reads(KEY, NULL);
	assert_asked("G", "g");
}

static void the_miss_of_a_node_that_failed_recently_is_no_vote(void **state)
{
	(void)state;
	three("v", 1, "v", 1, "old", 0);
	kill_and_notice(0);
	wipe(0);
	kill_and_notice(1);
	wipe(1);
	revive(0);
	revive(1);
	forget();
	put_version(2, KEY, "v", V(1));
	assert_reads(KEY, "v"); /* two nodes miss, but may have lost the key */
	assert_holds(0, KEY, "v");
	assert_holds(1, KEY, "v");
}

static void a_miss_of_all_nodes_is_a_miss(void **state)
{
	(void)state;
	registers();
	kill_and_notice(0);
	kill_and_notice(1);
	revive(0);
	revive(1);
	assert_reads(KEY, NULL);
	kill_node(2);
	assert_fails(do_get(KEY, MCHA_WANT_VALUE).answer.status); /* the node may have a copy */
}

static void without_a_majority_a_read_fails(void **state)
{
	(void)state;
	three("v", 1, "v", 1, "v", 1);
	kill_node(0);
	kill_node(2);
	assert_fails(do_get(KEY, MCHA_WANT_VALUE).answer.status);
}

/* No other node has the value that this node missed: its copy must not be read, and does not prove
 * a miss either. */
static void a_node_with_an_unripe_hint_has_no_vote(void **state)
{
	(void)state;
	three("v", 1, NULL, 0, "v", 1);
	add_hint(0, KEY, 1);
	hold_background_replay();
	let_time_pass();
	kill_node(2);
	assert_fails(do_get(KEY, MCHA_WANT_VALUE).answer.status);
	revive(2);
	assert_reads(KEY, "v");
}

static void a_node_that_hangs_is_replaced_by_another(void **state)
{
	(void)state;
	three("v", 1, "v", 1, "v", 1);
	fail_with(0, MCHA_STATUS_TIMEOUT);
	assert_reads(KEY, "v");
	assert_asked("G", "gG", "g");
}

static void copies_without_versions_are_equal(void **state)
{
	(void)state;
	registers();
	for (size_t i = 0; i < 3; i++) {
		servers[i].takes_versions = false;
		put(i, KEY, i ? "others" : "first");
	}
	assert_reads(KEY, "first");
	assert_asked("G", "g");
	wipe(1);
	assert_reads(KEY, "first");
	assert_holds(1, KEY, "first");
}

static void many_keys_share_the_rounds(void **state)
{
	static const char *const values[] = {"a", "b", "c"};
	mcha_item items[4];

	(void)state;
	registers();
	put_version(0, "012:a", "a", V(1));
	put_version(1, "012:a", "a", V(1));
	put_version(0, "012:b", "old", V(1));
	put_version(1, "012:b", "b", V(2));
	put_version(2, "201:c", "c", V(1));
	put_version(0, "201:c", "c", V(1));
	items[0] = item_of("012:a", NULL);
	items[1] = item_of("012:b", NULL);
	items[2] = item_of("201:c", NULL);
	items[3] = item_of("120:none", NULL);
	mcha_get(pool, items, 4, MCHA_WANT_VALUE);
	for (size_t i = 0; i < 3; i++) {
		assert_status(items[i].answer.status, MCHA_STATUS_OK);
		assert_string_equal(items[i].answer.value, values[i]);
		rig_release(items[i].answer.value);
	}
	assert_status(items[3].answer.status, MCHA_STATUS_MISS);
	assert_holds(0, "012:b", "b");
}

static void a_read_of_metadata_has_no_value(void **state)
{
	mcha_item item;

	(void)state;
	three("new", 2, "old", 1, NULL, 0);
	item = do_get(KEY, MCHA_WANT_CAS);
	assert_status(item.answer.status, MCHA_STATUS_OK);
	assert_null(item.answer.value);
	assert_int_equal(item.answer.cas, V(2));
	assert_holds(1, KEY, "new");
}

static void a_bad_key_is_refused_and_the_other_keys_are_read(void **state)
{
	mcha_item items[2] = {item_of("0 1", "v"), item_of(KEY, "v")};

	(void)state;
	registers();
	mcha_store(pool, items, 2, MCHA_MODE_SET);
	assert_status(items[0].answer.status, MCHA_STATUS_BAD_KEY);
	assert_status(items[1].answer.status, MCHA_STATUS_OK);
	items[0] = item_of("0 1", NULL);
	items[1] = item_of(KEY, NULL);
	mcha_get(pool, items, 2, MCHA_WANT_VALUE);
	assert_status(items[0].answer.status, MCHA_STATUS_BAD_KEY);
	assert_string_equal(items[1].answer.value, "v");
	rig_release(items[1].answer.value);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_read_without_keys_succeeds),
		TEST(equal_copies_cost_one_round_to_a_majority),
		TEST(the_newest_version_wins_and_replaces_older_copies),
		TEST(the_value_of_a_minority_is_written_to_a_majority_before_it_is_returned),
		TEST(a_missing_copy_is_refilled),
		TEST(a_minoritys_value_about_to_expire_counts_as_expired),
		TEST(a_majoritys_value_about_to_expire_is_returned),
		TEST(a_value_about_to_expire_leaves_no_older_value),
		TEST(a_tombstone_may_expire),
		TEST(a_value_that_cannot_be_written_to_a_majority_is_not_returned),
		TEST(a_miss_of_a_majority_is_a_miss),
		TEST(the_miss_of_a_node_that_failed_recently_is_no_vote),
		TEST(a_miss_of_all_nodes_is_a_miss),
		TEST(without_a_majority_a_read_fails),
		TEST(a_node_with_an_unripe_hint_has_no_vote),
		TEST(a_node_that_hangs_is_replaced_by_another),
		TEST(copies_without_versions_are_equal),
		TEST(many_keys_share_the_rounds),
		TEST(a_read_of_metadata_has_no_value),
		TEST(a_bad_key_is_refused_and_the_other_keys_are_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
