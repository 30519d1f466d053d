/* SPDX-License-Identifier: MIT */
/* A distrusted node has missed more writes than the hint table stores: its copies alone are not
 * believed. */
#include "version_rig.h"

#define KEY "01:k"

static void distrust(size_t node)
{
	pool->nodes[node]->health->distrusted = mcha_clock_now() - SECOND;
	hints->distrusted++;
	hold_background_replay();
}

/* Node 0 comes first and is distrusted; NULL: no copy. */
static void two_homes(const char *distrusted, const char *other)
{
	pool_of(3);
	if (distrusted) {
		put(0, KEY, distrusted);
	}
	if (other) {
		put(1, KEY, other);
	}
	distrust(0);
	forget();
}

/* --- reading ---------------------------------------------------------------------------------- */

static void a_read_starts_at_another_node_and_repairs_a_distrusted_old_copy(void **state)
{
	(void)state;
	two_homes("old", "new");
	assert_reads(KEY, "new");
	assert_asked("GS!", "Gg");
	assert_int_equal(servers[0].rounds, 2); /* compared in the same round, repaired in the next */
	assert_holds(0, KEY, "new");
	assert_int_equal(pool->report.repaired, 1);
	forget();
	assert_reads(KEY, "new");
	assert_asked("G", "G"); /* both copies are equal by now */
}

static void a_copy_with_different_flags_is_repaired(void **state)
{
	(void)state;
	two_homes("v", "v");
	entry_at(1, KEY)->flags = 7;
	assert_reads(KEY, "v");
	assert_int_equal(entry_at(0, KEY)->flags, 7);
}

static void a_missing_copy_of_a_distrusted_node_is_refilled(void **state)
{
	(void)state;
	two_homes(NULL, "new");
	assert_reads(KEY, "new");
	assert_holds(0, KEY, "new");
}

/* The value is not read for the comparison. */
static void copies_with_versions_are_compared_by_version(void **state)
{
	(void)state;
	versions_of(3);
	assert_status(do_set(KEY, "new"), MCHA_STATUS_OK);
	distrust(0);
	forget();
	assert_reads(KEY, "new");
	assert_asked("g", "G");
	put_version(0, KEY, "old", V(1));
	forget();
	assert_reads(KEY, "new");
	assert_asked("gS!", "Gg");
	assert_holds(0, KEY, "new");
	assert_int_equal(version_at(0, KEY), version_at(1, KEY));
}

static void change_it(fake_server *server, const mcha_request *request)
{
	if (request->verb == MCHA_VERB_STORE) {
		server->before = NULL;
		put_entry(server, request->key, request->key_length, "newest", 6);
	}
}

static void repair_does_not_overwrite_a_concurrent_write_on_a_distrusted_node(void **state)
{
	(void)state;
	two_homes("old", "new");
	servers[0].before = change_it;
	assert_reads(KEY, "new");
	assert_holds(0, KEY, "newest");
}

static void a_copy_that_only_a_distrusted_node_has_is_neither_read_nor_removed(void **state)
{
	(void)state;
	two_homes("old", NULL);
	assert_reads(KEY, NULL);
	assert_holds(0, KEY, "old");
	assert_holds(1, KEY, NULL);
}

static void a_distrusted_copy_is_read_if_the_other_home_may_have_lost_the_key(void **state)
{
	(void)state;
	two_homes("old", NULL);
	kill_and_notice(1);
	revive(1);
	assert_reads(KEY, "old");
	assert_holds(1, KEY, "old");
}

/* The process of node 1 is known; node 1 fails, and answers again. */
static void fail_for_a_moment(int pid)
{
	servers[1].pid = 7;
	assert_reads(KEY, NULL);
	kill_and_notice(1);
	servers[1].pid = pid;
	revive(1);
	forget();
}

static void a_home_that_failed_without_a_restart_has_not_lost_the_key(void **state)
{
	(void)state;
	two_homes("old", NULL);
	fail_for_a_moment(7);
	assert_reads(KEY, NULL);
	assert_string_equal(servers[0].log, "");
	assert_holds(1, KEY, NULL);
	assert_status(do_decide(KEY, "v", MCHA_MODE_REPLACE), MCHA_STATUS_NOT_STORED);
	assert_holds(0, KEY, "old");
}

static void a_home_that_was_restarted_may_have_lost_the_key(void **state)
{
	(void)state;
	two_homes("old", NULL);
	fail_for_a_moment(8);
	assert_reads(KEY, "old");
}

static void a_distrusted_handoff_node_is_not_asked_either(void **state)
{
	(void)state;
	pool_of(3);
	put(2, KEY, "old");
	distrust(2);
	kill_and_notice(0);
	revive(0);
	forget();
	assert_reads(KEY, NULL);
	assert_string_equal(servers[2].log, "");
	assert_holds(2, KEY, "old");
	kill_node(0);
	kill_node(1);
	assert_reads(KEY, "old");
}

static void the_copy_of_a_node_that_failed_recently_is_read(void **state)
{
	(void)state;
	two_homes("old", "new");
	kill_and_notice(1);
	revive(1);
	forget();
	assert_reads(KEY, "new");
	assert_string_equal(servers[1].log, "G");
}

static void a_distrusted_copy_is_read_if_no_other_node_can_be_asked(void **state)
{
	(void)state;
	two_homes("old", "new");
	kill_node(1);
	assert_reads(KEY, "old");
	two_homes("old", "new");
	distrust(1);
	assert_reads(KEY, "old");
	settings.replicas = 0;
	two_homes("old", NULL);
	assert_reads(KEY, "old");
	settings.replicas = 1;
	settings.allow_failover = false;
	two_homes("old", "new");
	assert_reads(KEY, "old");
}

static void a_miss_of_a_distrusted_node_proves_nothing(void **state)
{
	(void)state;
	two_homes(NULL, "new");
	kill_node(1);
	assert_fails(do_get(KEY, MCHA_WANT_VALUE).answer.status);
}

static void no_read_policy_starts_at_a_distrusted_node(void **state)
{
	(void)state;
	for (int policy = MCHA_READ_ORDERED; policy <= MCHA_READ_NEAREST; policy++) {
		for (int i = 0; i < 20; i++) {
			settings.read_policy = (mcha_read_policy)policy;
			two_homes("old", "new");
			pool->nodes[1]->health->latency = 1000;
			assert_reads(KEY, "new");
		}
	}
}

static void many_keys_are_read_in_two_rounds(void **state)
{
	mcha_item items[8];
	char keys[8][16];

	(void)state;
	pool_of(3);
	for (size_t i = 0; i < COUNT(items); i++) {
		snprintf(keys[i], sizeof(keys[i]), "%s:k%zu", i % 2 ? "01" : "12", i);
		items[i] = item_of(keys[i], NULL);
		put(1, keys[i], "new");
		put(i % 2 ? 0 : 2, keys[i], i % 2 ? "old" : "new");
	}
	distrust(0);
	forget();
	mcha_get(pool, items, COUNT(items), MCHA_WANT_VALUE);
	for (size_t i = 0; i < COUNT(items); i++) {
		assert_status(items[i].answer.status, MCHA_STATUS_OK);
		assert_string_equal(items[i].answer.value, "new");
		rig_release(items[i].answer.value);
		assert_holds(i % 2 ? 0 : 2, keys[i], "new");
	}
	assert_int_equal(servers[0].rounds, 2);
}

/* --- writing ---------------------------------------------------------------------------------- */

static void a_full_write_goes_to_a_distrusted_node_too(void **state)
{
	(void)state;
	two_homes("old", "old");
	assert_status(do_set(KEY, "new"), MCHA_STATUS_OK);
	assert_holds(0, KEY, "new");
	assert_int_equal(pool->report.acknowledged, 2);
	assert_status(do_delete(KEY), MCHA_STATUS_OK);
	assert_holds(0, KEY, NULL);
	assert_holds(1, KEY, NULL);
}

static void a_counter_continues_from_the_trusted_nodes_number(void **state)
{
	(void)state;
	two_homes("5", "57");
	assert_int_equal(do_count(KEY).answer.number, 58);
	assert_holds(1, KEY, "58");
	two_homes("60", "57");
	assert_int_equal(do_count(KEY).answer.number, 58);
	assert_holds(1, KEY, "58");
	assert_reads(KEY, "58");
	assert_holds(0, KEY, "58");
}

static void a_deleted_counter_starts_again_though_a_distrusted_node_has_it(void **state)
{
	mcha_item item = item_of(KEY, "3");

	(void)state;
	two_homes("57", NULL);
	mcha_count(pool, &item, 1, false);
	assert_status(item.answer.status, MCHA_STATUS_OK);
	assert_int_equal(item.answer.number, 3);
	assert_reads(KEY, "3");
}

static void a_distrusted_nodes_copy_does_not_decide(void **state)
{
	(void)state;
	two_homes("old", NULL);
	assert_status(do_decide(KEY, "v", MCHA_MODE_REPLACE), MCHA_STATUS_NOT_STORED);
	assert_status(do_decide(KEY, "new", MCHA_MODE_ADD), MCHA_STATUS_OK);
	assert_status(do_decide(KEY, "v", MCHA_MODE_ADD), MCHA_STATUS_NOT_STORED);
	assert_reads(KEY, "new");
	two_homes(NULL, "new");
	assert_status(do_decide(KEY, "v", MCHA_MODE_ADD), MCHA_STATUS_NOT_STORED);
}

static void a_token_comes_from_the_trusted_home(void **state)
{
	uint64_t token;

	(void)state;
	two_homes("old", "new");
	token = token_of(KEY);
	assert_status(do_swap_by(KEY, "newer", token).answer.status, MCHA_STATUS_OK);
	assert_holds(1, KEY, "newer");
	assert_status(do_swap_by(KEY, "newest", token).answer.status, MCHA_STATUS_EXISTS);
}

static void a_distrusted_node_decides_if_no_other_node_can_be_asked(void **state)
{
	(void)state;
	two_homes("5", "57");
	kill_and_notice(1);
	assert_int_equal(do_count(KEY).answer.number, 6);
}

/* During this write a hint of the node is dropped: whether that hint's write reached the node is
 * unknown. */
static void forget_one(fake_server *server, const mcha_request *request)
{
	(void)request;
	server->before = NULL;
	pool->nodes[0]->health->distrusted = mcha_clock_now() + 1;
	hints->distrusted++;
}

static void an_answer_from_before_the_distrust_is_void(void **state)
{
	(void)state;
	pool_of(3);
	put(0, KEY, "1");
	servers[0].before = forget_one;
	assert_status(do_decide(KEY, "v", MCHA_MODE_REPLACE), MCHA_STATUS_STALE);
}

/* --- what distrust does not affect ------------------------------------------------------------ */

static void locks_are_decided_on_distrusted_nodes_too(void **state)
{
	mcha_lock lock;

	(void)state;
	pool_of(3);
	distrust(0);
	forget();
	assert_status(take(&lock, "token"), MCHA_STATUS_OK);
	assert_string_equal(servers[0].log, "A");
	assert_string_equal(servers[1].log, "A");
	assert_status(leave(&lock, "token"), MCHA_STATUS_OK);
}

static void registers_rely_on_versions_instead_of_distrust(void **state)
{
	(void)state;
	settings.replicas = 2;
	settings.read_policy = MCHA_READ_QUORUM;
	versions_of(3);
	put_version(0, "012:k", "old", V(1));
	put_version(1, "012:k", "new", V(2));
	distrust(0);
	kill_node(2);
	assert_reads("012:k", "new");
	assert_holds(0, "012:k", "new");
	assert_status(do_set("012:k", "newer"), MCHA_STATUS_OK);
}

/* --- how distrust begins and ends ------------------------------------------------------------- */

static void distrust_begins_when_a_node_misses_more_than_the_table_stores(void **state)
{
	char key[16];

	(void)state;
	pool_of(2);
	kill_and_notice(0);
	for (unsigned i = 0; i < RIG_HINTS / 4; i++) {
		snprintf(key, sizeof(key), "01:%u", i);
		put(0, key, "old");
		assert_status(do_set(key, "new"), MCHA_STATUS_OK);
		if (i >= 40) {
			drop_entry(entry_at(1, key)); /* the fake server has no room for more */
			drop_entry(entry_at(0, key));
		}
	}
	assert_false(pool->nodes[0]->health->distrusted);
	assert_status(do_set("01:last", "new"), MCHA_STATUS_OK);
	assert_true(pool->nodes[0]->health->distrusted);
	put(0, "01:last", "old");
	revive(0);
	assert_reads("01:last", "new");
	assert_true(pool->has_news);
	pool->nodes[0]->health->restarted = mcha_clock_now() + 1;
	put(0, "01:last", "newer");
	clear_failures();
	assert_reads("01:last", "newer");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_read_starts_at_another_node_and_repairs_a_distrusted_old_copy),
		TEST(a_copy_with_different_flags_is_repaired),
		TEST(a_missing_copy_of_a_distrusted_node_is_refilled),
		TEST(copies_with_versions_are_compared_by_version),
		TEST(repair_does_not_overwrite_a_concurrent_write_on_a_distrusted_node),
		TEST(a_copy_that_only_a_distrusted_node_has_is_neither_read_nor_removed),
		TEST(a_distrusted_copy_is_read_if_the_other_home_may_have_lost_the_key),
		TEST(a_home_that_failed_without_a_restart_has_not_lost_the_key),
		TEST(a_home_that_was_restarted_may_have_lost_the_key),
		TEST(a_distrusted_handoff_node_is_not_asked_either),
		TEST(the_copy_of_a_node_that_failed_recently_is_read),
		TEST(a_distrusted_copy_is_read_if_no_other_node_can_be_asked),
		TEST(a_miss_of_a_distrusted_node_proves_nothing),
		TEST(no_read_policy_starts_at_a_distrusted_node),
		TEST(many_keys_are_read_in_two_rounds),
		TEST(a_full_write_goes_to_a_distrusted_node_too),
		TEST(a_counter_continues_from_the_trusted_nodes_number),
		TEST(a_deleted_counter_starts_again_though_a_distrusted_node_has_it),
		TEST(a_distrusted_nodes_copy_does_not_decide),
		TEST(a_token_comes_from_the_trusted_home),
		TEST(a_distrusted_node_decides_if_no_other_node_can_be_asked),
		TEST(an_answer_from_before_the_distrust_is_void),
		TEST(locks_are_decided_on_distrusted_nodes_too),
		TEST(registers_rely_on_versions_instead_of_distrust),
		TEST(distrust_begins_when_a_node_misses_more_than_the_table_stores),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
