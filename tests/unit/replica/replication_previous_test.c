/* SPDX-License-Identifier: MIT */
/* What a changed pool reads, writes and decides, while all nodes are up. */
#include "previous_pool_rig.h"

/* --- the pool --------------------------------------------------------------------------------- */

static void a_node_of_both_pools_is_one_node(void **state)
{
	(void)state;
	changed_pool();
	assert_int_equal(pool->member_count, MEMBERS);
	assert_int_equal(pool->node_count, PREVIOUS);
	assert_int_equal(pool->previous.count, PREVIOUS);
	for (size_t i = 0; i < MEMBERS; i++) {
		assert_int_equal(pool->previous.nodes[PREVIOUS - 1 - i], i);
	}
	mcha_pool_forget_previous(pool);
	assert_int_equal(pool->node_count, MEMBERS);
	assert_int_equal(pool->previous.count, 0);
}

static void previous_homes_stand_behind_the_homes(void **state)
{
	static const struct {
		const char *key;
		size_t previous;
		uint16_t list[8];
		size_t count;
	} rows[] = {
		{"01-54:k", 2, {0, 1, 4, 5, 2, 3}, 6}, /* nodes 4 and 5 are servers 5 and 4 */
		{"01-15:k", 1, {0, 1, 4, 2, 3}, 5},
		{"01-10:k", 0, {0, 1, 2, 3}, 4},
		{"01-23:k", 2, {0, 1, 2, 3}, 4},
		{"01-32:k", 2, {0, 1, 3, 2}, 4},
		{"20-13:k", 2, {2, 0, 1, 3}, 4},
		{"20-33:k", 1, {2, 0, 3, 1}, 4},
	};

	(void)state;
	changed_pool();
	for (size_t i = 0; i < COUNT(rows); i++) {
		mcha_item item = item_of(rows[i].key, NULL);
		uint16_t list[2 * PREVIOUS];

		assert_int_equal(mcha_preference(pool, &item, list), rows[i].count);
		assert_int_equal(item.previous, rows[i].previous);
		assert_memory_equal(list, rows[i].list, rows[i].count * sizeof(*list));
	}
}

/* --- reading ---------------------------------------------------------------------------------- */

static void a_key_on_its_homes_costs_no_additional_requests(void **state)
{
	(void)state;
	changed_pool();
	put(0, KEY, "v");
	assert_reads(KEY, "v");
	assert_asked("G");
}

static void a_key_that_no_home_has_is_read_from_previous_homes_and_migrated(void **state)
{
	(void)state;
	for (size_t from = 4; from <= 5; from++) {
		changed_pool();
		put(from, KEY, "v")->ttl = 77;
		assert_reads(KEY, "v");
		assert_int_equal(pool->report.repaired, 2);
		assert_int_equal(pool->report.position, from == 5 ? 2 : 3);
		assert_holds(0, KEY, "v");
		assert_holds(1, KEY, "v");
		assert_int_equal(entry_at(0, KEY)->ttl, 76);
		assert_int_equal(entry_at(1, KEY)->ttl, 76);
		forget();
		assert_reads(KEY, "v");
		assert_asked("G");
	}
}

static void a_missing_key_costs_one_more_round_trip_if_its_homes_changed(void **state)
{
	(void)state;
	changed_pool();
	assert_reads(KEY, NULL);
	assert_asked("GG", "GG", "", "", "G", "G");
	forget();
	assert_reads(KEPT, NULL);
	assert_asked("GG", "GG", "", "", "", "G");
	forget();
	assert_reads("01-10:k", NULL);
	assert_asked("G", "G");
	forget();
	kill_server(5);
	assert_reads(KEPT, NULL);
	/* nodes 2 and 3 may have handoff copies; no process can have migrated anything */
	assert_asked("G", "G", "G", "G");
}

/* Another host migrates the key, and changes it, between two reads. */
static void migrate_copy(fake_server *server, const mcha_request *request)
{
	(void)request;
	server->before = NULL;
	drop_entry(entry_at(5, KEY));
	put(0, KEY, "v");
	put(1, KEY, "v");
}

static void a_key_migrated_between_two_reads_is_found(void **state)
{
	(void)state;
	for (int failover = 0; failover <= 1; failover++) {
		settings.allow_failover = failover;
		changed_pool();
		put(5, KEY, "v");
		servers[5].before = migrate_copy;
		assert_reads(KEY, "v");
		assert_int_equal(pool->report.position, 0);
	}
}

static void a_home_takes_precedence_over_a_previous_home(void **state)
{
	(void)state;
	changed_pool();
	put(1, KEY, "new");
	put(5, KEY, "old");
	assert_reads(KEY, "new");
	assert_holds(0, KEY, "new");
}

static void no_failover_setting_keeps_a_read_from_previous_homes(void **state)
{
	static const mcha_miss_failover settings_of[] = {
		MCHA_MISS_ALWAYS, MCHA_MISS_RECOVERING, MCHA_MISS_NEVER};

	(void)state;
	for (size_t i = 0; i < COUNT(settings_of) + 1; i++) {
		settings.miss_failover = settings_of[i % COUNT(settings_of)];
		settings.allow_failover = i < COUNT(settings_of);
		changed_pool();
		put(5, KEY, "v");
		assert_reads(KEY, "v");
		assert_holds(0, KEY, "v");
	}
	settings.read_repair = false;
	changed_pool();
	put(5, KEY, "v");
	assert_reads(KEY, "v");
	assert_holds(0, KEY, NULL);
}

static void a_dead_previous_home_is_not_a_failure(void **state)
{
	(void)state;
	changed_pool();
	kill_node(5);
	assert_reads(KEY, NULL);
	forget();
	put(4, KEY, "v");
	assert_reads(KEY, "v");
	assert_string_equal(servers[5].log, "");
	assert_holds(0, KEY, "v");
}

static void a_silent_previous_home_leaves_time_to_migrate_the_copy(void **state)
{
	(void)state;
	changed_pool();
	put(4, KEY, "v");
	assert_reads(KEY, "v");
	assert_true(shares[2] <= 6 * SECOND); /* of 12 */
	forget();
	put(5, KEPT, "v");
	assert_reads(KEPT, "v");
	assert_true(shares[1] <= 6 * SECOND);
}

static void a_miss_is_not_conclusive_while_homes_cannot_be_asked(void **state)
{
	(void)state;
	changed_pool();
	kill_node(0);
	kill_node(1);
	assert_fails(do_get(KEY, MCHA_WANT_VALUE).answer.status);
	put(5, KEY, "v");
	assert_reads(KEY, "v");
}

/* --- writing ---------------------------------------------------------------------------------- */

static void a_new_value_removes_the_previous_homes_copies(void **state)
{
	(void)state;
	changed_pool();
	put(5, KEY, "old");
	put(4, KEY, "old");
	assert_status(do_set(KEY, "new"), MCHA_STATUS_OK);
	assert_asked("S", "S", "", "", "D", "D");
	wipe(0);
	wipe(1);
	assert_reads(KEY, NULL);
}

static void a_value_that_was_not_stored_removes_no_copies(void **state)
{
	(void)state;
	changed_pool();
	put(5, KEY, "old");
	kill_node(0);
	kill_node(1);
	kill_node(2);
	kill_node(3);
	assert_fails(do_set(KEY, "new"));
	assert_holds(5, KEY, "old");
}

static void a_deletion_reaches_previous_homes_in_the_same_round(void **state)
{
	(void)state;
	changed_pool();
	put(5, KEY, "old");
	put(4, KEY, "old");
	assert_status(do_delete(KEY), MCHA_STATUS_OK);
	assert_asked("D", "D", "", "", "D", "D");
	assert_status(do_delete(KEY), MCHA_STATUS_MISS);
	assert_reads(KEY, NULL);
}

static void a_touch_changes_all_copies(void **state)
{
	(void)state;
	changed_pool();
	put(5, KEY, "v");
	assert_status(do_touch(KEY, 50), MCHA_STATUS_OK);
	assert_holds(0, KEY, "v");
	assert_holds(1, KEY, "v");
	assert_int_equal(entry_at(0, KEY)->ttl, 49);
	assert_int_equal(entry_at(5, KEY)->ttl, 50);
	assert_status(do_touch(KEPT, 50), MCHA_STATUS_MISS);
}

static void a_change_starts_from_the_previous_homes_value(void **state)
{
	(void)state;
	changed_pool();
	put(5, KEY, "a")->ttl = 99;
	assert_status(do_append(KEY, "b"), MCHA_STATUS_OK);
	assert_holds(0, KEY, "ab");
	assert_holds(1, KEY, "ab");
	assert_holds(5, KEY, NULL);
	assert_status(do_append("01-45:x", "b"), MCHA_STATUS_NOT_STORED);
}

static void counters_continue_after_a_pool_change(void **state)
{
	(void)state;
	for (int creates = 0; creates <= 1; creates++) {
		mcha_item item;

		changed_pool();
		put(4, KEY, "41")->ttl = 99;
		item = do_count(KEY, creates ? "7" : NULL);
		assert_status(item.answer.status, MCHA_STATUS_OK);
		assert_int_equal(item.answer.number, 42);
		assert_holds(0, KEY, "42");
		assert_holds(1, KEY, "42");
		assert_holds(4, KEY, NULL);
		assert_int_equal(entry_at(1, KEY)->ttl, 98);
		forget();
		assert_int_equal(do_count(KEY, creates ? "7" : NULL).answer.number, 43);
		/* one more round trip, and the value is not read */
		assert_asked("gC", "gC", "", "", "D", "D");
	}
}

static void a_partly_migrated_key_is_migrated_before_it_is_changed(void **state)
{
	(void)state;
	changed_pool();
	put(1, KEPT, "7");
	put(5, KEPT, "5");
	assert_int_equal(do_count(KEPT, "100").answer.number, 8);
	assert_holds(0, KEPT, "8");
	assert_holds(1, KEPT, "8");
	assert_asked("gAC", "gGgC", "", "", "", "gD");
}

static void a_key_that_another_client_is_creating_is_left_alone(void **state)
{
	(void)state;
	changed_pool();
	put(0, KEY, "another's");
	assert_status(do_decide(MCHA_MODE_ADD, KEY, "new", 0), MCHA_STATUS_NOT_STORED);
	assert_holds(1, KEY, NULL);
	assert_asked("gGA", "g", "", "", "g", "g");
}

static void a_new_counter_starts_at_its_initial_value(void **state)
{
	mcha_item item;

	(void)state;
	changed_pool();
	item = do_count(KEY, "7");
	assert_status(item.answer.status, MCHA_STATUS_OK);
	assert_int_equal(item.answer.number, 7);
	assert_status(do_count("01-45:x", NULL).answer.status, MCHA_STATUS_MISS);
}

static void decisions_take_previous_homes_into_account(void **state)
{
	(void)state;
	changed_pool();
	put(5, KEY, "old");
	assert_status(do_decide(MCHA_MODE_ADD, KEY, "new", 0), MCHA_STATUS_NOT_STORED);
	assert_reads(KEY, "old");
	wipe(0);
	wipe(1);
	assert_status(do_decide(MCHA_MODE_REPLACE, KEY, "new", 0), MCHA_STATUS_OK);
	assert_holds(5, KEY, NULL);
	wipe(0);
	wipe(1);
	assert_status(do_decide(MCHA_MODE_ADD, KEY, "newest", 0), MCHA_STATUS_OK);
	assert_reads(KEY, "newest");
}

static void a_token_of_a_migrated_value_swaps_once(void **state)
{
	mcha_item item;

	(void)state;
	changed_pool();
	put(5, KEY, "old");
	item = do_get(KEY, MCHA_WANT_VALUE | MCHA_WANT_CAS);
	rig_release(item.answer.value);
	assert_status(do_decide(MCHA_MODE_SET, KEY, "new", item.answer.cas), MCHA_STATUS_OK);
	assert_status(do_decide(MCHA_MODE_SET, KEY, "newer", item.answer.cas), MCHA_STATUS_EXISTS);
	assert_holds(5, KEY, NULL);
	assert_holds(1, KEY, "new");
}

static void a_lock_does_not_use_previous_homes(void **state)
{
	mcha_item item = item_of(KEY, "token");
	mcha_lock lock;

	(void)state;
	changed_pool();
	put(5, KEY, "another's");
	item.exptime = 30;
	mcha_lock_acquire(pool, &item, &lock);
	assert_status(item.answer.status, MCHA_STATUS_OK);
	mcha_lock_release(pool, &item, &lock);
	assert_status(item.answer.status, MCHA_STATUS_OK);
	assert_string_equal(servers[5].log, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_node_of_both_pools_is_one_node),
		TEST(previous_homes_stand_behind_the_homes),
		TEST(a_key_on_its_homes_costs_no_additional_requests),
		TEST(a_key_that_no_home_has_is_read_from_previous_homes_and_migrated),
		TEST(a_missing_key_costs_one_more_round_trip_if_its_homes_changed),
		TEST(a_key_migrated_between_two_reads_is_found),
		TEST(a_home_takes_precedence_over_a_previous_home),
		TEST(no_failover_setting_keeps_a_read_from_previous_homes),
		TEST(a_dead_previous_home_is_not_a_failure),
		TEST(a_silent_previous_home_leaves_time_to_migrate_the_copy),
		TEST(a_miss_is_not_conclusive_while_homes_cannot_be_asked),
		TEST(a_new_value_removes_the_previous_homes_copies),
		TEST(a_value_that_was_not_stored_removes_no_copies),
		TEST(a_deletion_reaches_previous_homes_in_the_same_round),
		TEST(a_touch_changes_all_copies),
		TEST(a_change_starts_from_the_previous_homes_value),
		TEST(counters_continue_after_a_pool_change),
		TEST(a_partly_migrated_key_is_migrated_before_it_is_changed),
		TEST(a_key_that_another_client_is_creating_is_left_alone),
		TEST(a_new_counter_starts_at_its_initial_value),
		TEST(decisions_take_previous_homes_into_account),
		TEST(a_token_of_a_migrated_value_swaps_once),
		TEST(a_lock_does_not_use_previous_homes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
