/* SPDX-License-Identifier: MIT */
/* Another host knows which copies may be old, by the journal that the pool keeps. */
#include "journal_rig.h"

static void a_host_that_starts_later_does_not_read_an_old_copy(void **state)
{
	(void)state;
	hosts_of(2, 3);
	assert_status(do_set(KEY, "old"), MCHA_STATUS_OK);
	miss(set_new);

	on_host(1);
	assert_reads(KEY, "new");
	assert_holds(0, KEY, "new");
}

static void another_host_reads_no_old_copy_after_an_interval(void **state)
{
	(void)state;
	two_hosts();
	miss(set_new);

	on_host(1);
	interval_passes();
	assert_reads(KEY, "new");
}

static void another_host_does_not_find_a_deleted_key(void **state)
{
	(void)state;
	two_hosts();
	miss(delete_it);
	assert_holds(0, KEY, "old");

	on_host(1);
	interval_passes();
	assert_reads(KEY, NULL);
	assert_holds(1, KEY, NULL);
}

static void without_the_journal_another_host_reads_an_old_copy(void **state)
{
	(void)state;
	hosts_of(2, 3);
	hosts[0].pool->settings.hint_interval = hosts[1].pool->settings.hint_interval = 0;
	assert_status(do_set(KEY, "old"), MCHA_STATUS_OK);
	miss(set_new);

	on_host(1);
	assert_reads(KEY, "old");
	assert_null(entry_at(1, MCHA_JOURNAL_KEY));
}

static void other_keys_of_the_node_are_read_as_before(void **state)
{
	(void)state;
	two_hosts();
	assert_status(do_set("01:other", "value"), MCHA_STATUS_OK);
	miss(set_new);

	on_host(1);
	interval_passes();
	assert_reads(KEY, "new");
	forget();
	assert_reads("01:other", "value");
	assert_asked("G");
}

/* --- deletions stay deleted ------------------------------------------------------------------- */

/* Its first home is node 1, so a read that finds it at node 0 alone repairs node 1. */
#define GIVEN_BACK "10:k"

static mcha_status delete_given_back(void)
{
	return do_delete(GIVEN_BACK);
}

/* The second host repairs node 1 while the first host's deletion is on its way. */
static void repair_by_another_host(fake_server *server, const mcha_request *request)
{
	if (request->verb != MCHA_VERB_STORE) {
		return;
	}
	server->before = NULL;
	on_host(1);
	servers[0].fault = MCHA_STATUS_OK;
	assert_reads(GIVEN_BACK, "old");
	assert_holds(1, GIVEN_BACK, "old");
	servers[0].fault = MCHA_STATUS_CONNECT;
	on_host(0);
}

static void a_deletion_that_missed_a_node_removes_what_another_host_has_given_back(void **state)
{
	(void)state;
	two_hosts();
	assert_status(do_set(GIVEN_BACK, "old"), MCHA_STATUS_OK);
	kill_node(0);
	servers[1].before = repair_by_another_host; /* the journal's record comes after the deletion */
	assert_status(do_delete(GIVEN_BACK), MCHA_STATUS_OK);
	assert_null(servers[1].before);
	assert_holds(1, GIVEN_BACK, NULL);
}

static void refuse_store(fake_server *server, const mcha_request *request)
{
	(void)server;
	if (request->verb == MCHA_VERB_STORE && strcmp(request->key, GIVEN_BACK) == 0) {
		fail_msg("a node was given a deleted key");
	}
}

/* The second host has not read the journal since. */
static void a_repair_gives_no_copy_of_a_key_that_another_host_has_deleted(void **state)
{
	(void)state;
	two_hosts();
	assert_status(do_set(GIVEN_BACK, "old"), MCHA_STATUS_OK);
	miss(delete_given_back);

	on_host(1);
	servers[1].before = refuse_store;
	assert_reads(GIVEN_BACK, "old");
	assert_reads(GIVEN_BACK, NULL);
}

/* The same of a copy that a change has found to be missing. */
static void a_change_gives_no_copy_of_a_key_that_another_host_has_deleted(void **state)
{
	(void)state;
	two_hosts();
	assert_status(do_set(GIVEN_BACK, "old"), MCHA_STATUS_OK);
	miss(delete_given_back);

	on_host(1);
	servers[1].before = refuse_store;
	assert_status(do_touch(GIVEN_BACK, 100), MCHA_STATUS_OK);
	assert_reads(GIVEN_BACK, NULL);
}

/* The first host deletes the key when the second one has asked the journal, and is about to give
 * node 1 a copy. */
static void delete_by_another_host(fake_server *server, const mcha_request *request)
{
	if (request->verb != MCHA_VERB_STORE || strcmp(request->key, GIVEN_BACK) != 0) {
		return;
	}
	server->before = NULL;
	on_host(0);
	kill_node(0);
	assert_status(delete_given_back(), MCHA_STATUS_MISS); /* node 1 has nothing yet */
	servers[0].fault = MCHA_STATUS_OK;
	on_host(1);
}

static void a_repair_is_taken_back_if_the_key_was_deleted_meanwhile(void **state)
{
	(void)state;
	two_hosts();
	assert_status(do_set(GIVEN_BACK, "old"), MCHA_STATUS_OK);
	drop_entry(entry_at(1, GIVEN_BACK));

	on_host(1);
	servers[1].before = delete_by_another_host;
	assert_reads(GIVEN_BACK, "old");
	assert_null(servers[1].before);
	assert_holds(1, GIVEN_BACK, NULL);
	assert_reads(GIVEN_BACK, NULL);
}

/* --- hints that are resolved ------------------------------------------------------------------ */

static void another_host_believes_the_copy_again_after_the_replay(void **state)
{
	(void)state;
	two_hosts();
	miss(set_new);
	on_host(1);
	interval_passes();
	assert_reads("2:x", NULL);
	assert_true(doubts(0, KEY));

	on_host(0);
	revive(0);
	let_time_pass();
	assert_reads(KEY, "new");
	assert_int_equal(count_hints(0), 0);
	assert_holds(0, KEY, "new");
	interval_passes();
	assert_reads("2:x", NULL); /* puts the record into the journal */

	on_host(1);
	interval_passes();
	assert_reads("2:x", NULL);
	assert_false(doubts(0, KEY));
}

static void a_host_does_not_doubt_for_its_own_records(void **state)
{
	(void)state;
	two_hosts();
	miss(set_new);
	interval_passes();
	assert_reads("2:x", NULL);
	assert_false(doubts(0, KEY));
	assert_int_equal(count_hints(0), 1);
}

/* --- several hosts that miss different nodes -------------------------------------------------- */

/* The first host misses one home, and then the second host misses the other one. */
static void two_hosts_miss(size_t first, size_t second)
{
	hosts_of(3, 4);
	assert_status(do_set(KEY, "old"), MCHA_STATUS_OK);
	on_host(1);
	assert_reads("3:x", NULL);
	on_host(0);
	kill_node(first);
	assert_status(do_set(KEY, "newer"), MCHA_STATUS_OK);
	servers[first].fault = MCHA_STATUS_OK;
	on_host(1);
	kill_node(second);
	assert_status(do_set(KEY, "newest"), MCHA_STATUS_OK);
	servers[second].fault = MCHA_STATUS_OK;
	on_host(2);
	forget();
}

static void of_homes_that_have_all_missed_a_write_the_earliest_is_believed(void **state)
{
	(void)state;
	for (size_t first = 0; first < 2; first++) {
		two_hosts_miss(first, !first);
		assert_reads(KEY, "newest");
		assert_holds(0, KEY, "newest");
		assert_holds(1, KEY, "newest");
		slept += 60 * SECOND; /* what the hosts have sent cannot arrive any more */
		assert_reads(KEY, "newest");
		assert_reads(KEY, "newest");
		assert_false(doubts(0, KEY));
		assert_false(doubts(1, KEY));
	}
}

/* A handoff node alone has what the first host has written. */
static void where_one_write_missed_all_homes_a_handoff_node_is_read(void **state)
{
	(void)state;
	hosts_of(2, 4);
	assert_status(do_set(KEY, "old"), MCHA_STATUS_OK);
	on_host(1);
	assert_reads("3:x", NULL);
	on_host(0);
	kill_node(0);
	kill_node(1);
	assert_status(do_set(KEY, "new"), MCHA_STATUS_OK);
	assert_holds(2, KEY, "new");
	servers[0].fault = servers[1].fault = MCHA_STATUS_OK;

	on_host(1);
	interval_passes();
	assert_reads(KEY, "new");
	assert_reads(KEY, "new");
}

/* The first host learns that its hint's source has missed a later write, when it is about to give
 * the old copy to the node. */
static void a_replay_does_not_undo_another_hosts_write(void **state)
{
	(void)state;
	for (size_t first = 0; first < 2; first++) {
		two_hosts_miss(first, !first);
		on_host(0);
		revive(first);
		let_time_pass();
		assert_reads(KEY,
			"newer"); /* this host has not read the journal for less than an interval */
		assert_holds(first, KEY, "newest");
		interval_passes();
		assert_reads(KEY, "newest");
		assert_holds(!first, KEY, "newest");
	}
}

/* --- nodes as a whole ------------------------------------------------------------------------- */

static void flush_all_nodes(void)
{
	const mcha_request question = {.verb = MCHA_VERB_FLUSH};
	mcha_status status;

	(void)mcha_ask_all(pool, &question, &status);
}

static void another_host_believes_no_copy_of_a_node_that_has_missed_a_flush(void **state)
{
	(void)state;
	two_hosts();
	kill_node(0);
	flush_all_nodes();
	servers[0].fault = MCHA_STATUS_OK;
	assert_holds(0, KEY, "old");

	on_host(1);
	interval_passes();
	assert_reads(KEY, NULL);
	assert_holds(1, KEY, NULL);

	on_host(0);
	revive(0);
	slept += 2 * SECOND;
	(void)do_get("2:x", 0); /* flushes the node */
	assert_holds(0, KEY, NULL);
	interval_passes();
	(void)do_get("2:x", 0);

	on_host(1);
	interval_passes();
	(void)do_get("2:x", 0);
	assert_int_equal(mcha_hints_distrusted_since(pool->nodes[0]->health), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		JOURNAL_TEST(a_host_that_starts_later_does_not_read_an_old_copy),
		JOURNAL_TEST(another_host_reads_no_old_copy_after_an_interval),
		JOURNAL_TEST(another_host_does_not_find_a_deleted_key),
		JOURNAL_TEST(without_the_journal_another_host_reads_an_old_copy),
		JOURNAL_TEST(other_keys_of_the_node_are_read_as_before),
		JOURNAL_TEST(a_deletion_that_missed_a_node_removes_what_another_host_has_given_back),
		JOURNAL_TEST(a_repair_gives_no_copy_of_a_key_that_another_host_has_deleted),
		JOURNAL_TEST(a_change_gives_no_copy_of_a_key_that_another_host_has_deleted),
		JOURNAL_TEST(a_repair_is_taken_back_if_the_key_was_deleted_meanwhile),
		JOURNAL_TEST(another_host_believes_the_copy_again_after_the_replay),
		JOURNAL_TEST(a_host_does_not_doubt_for_its_own_records),
		JOURNAL_TEST(of_homes_that_have_all_missed_a_write_the_earliest_is_believed),
		JOURNAL_TEST(where_one_write_missed_all_homes_a_handoff_node_is_read),
		JOURNAL_TEST(a_replay_does_not_undo_another_hosts_write),
		JOURNAL_TEST(another_host_believes_no_copy_of_a_node_that_has_missed_a_flush),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
