/* SPDX-License-Identifier: MIT */
/* What hosts that share nothing do to one another's hints. */
#include "journal_rig.h"

/* --- a write replaces a copy that another host has missed ------------------------------------- */

static void a_write_over_a_doubted_copy_ends_the_doubt_of_all_hosts(void **state)
{
	(void)state;
	all_hosts_know(3, 3);
	miss_homes(0, 0, "new");
	take_part(2, "2:x");
	assert_true(doubts(0, KEY));
	take_part(1, "2:x");
	late_writes_pass();
	assert_status(do_set(KEY, "newest"), MCHA_STATUS_OK);
	take_part(1, "2:x");

	take_part(2, "2:x");
	assert_false(doubts(0, KEY));
	take_part(0, "2:x");
	assert_int_equal(count_hints(0), 0);
	assert_reads(KEY, "newest");
}

/* Before the first host has read the journal again: its replay asks the journal. */
static void a_write_over_a_copy_that_is_to_be_deleted_is_not_deleted(void **state)
{
	(void)state;
	all_hosts_know(2, 3);
	kill_node(0);
	assert_status(do_delete(KEY), MCHA_STATUS_OK);
	servers[0].fault = MCHA_STATUS_OK;
	take_part(1, "2:x");
	slept += MSEC; /* the node has just come back */
	assert_status(do_set(KEY, "newest"), MCHA_STATUS_OK);

	on_host(0);
	revive(0);
	let_time_pass();
	forget();
	assert_reads(KEY, "newest");
	assert_null(strchr(servers[0].log, 'D'));
	assert_holds(0, KEY, "newest");
	assert_int_equal(count_hints(0), 0);
}

/* The second host's write resolves the hint of the third one, which is younger than the first
 * one's. */
static void a_write_over_a_copy_ends_the_hints_of_all_hosts_that_are_older(void **state)
{
	(void)state;
	all_hosts_know(3, 3);
	kill_node(0);
	assert_status(do_delete(KEY), MCHA_STATUS_OK);
	take_part(2, "2:x");
	kill_node(0);
	assert_status(do_set(KEY, "new"), MCHA_STATUS_OK);
	servers[0].fault = MCHA_STATUS_OK;
	take_part(0, "2:x");
	take_part(1, "2:x");
	late_writes_pass();
	assert_status(do_set(KEY, "newest"), MCHA_STATUS_OK);

	on_host(0);
	revive(0);
	let_time_pass();
	forget();
	assert_reads(KEY, "newest");
	assert_null(strchr(servers[0].log, 'D'));
	assert_holds(0, KEY, "newest");
	assert_int_equal(count_hints(0), 0);
}

/* The first host's deletion was sent to node 0, and may come there behind the second host's write,
 * which has missed node 1. When the first host replays its hint, it deletes what the second one has
 * written. */
static void a_copy_that_another_host_may_still_delete_is_not_believed(void **state)
{
	(void)state;
	all_hosts_know(3, 4);
	fail_with(0, MCHA_STATUS_TIMEOUT);
	assert_status(do_delete(KEY), MCHA_STATUS_OK);
	servers[0].fault = MCHA_STATUS_OK;
	take_part(1, "3:x");
	miss_homes(1, 1, "newest");
	assert_holds(0, KEY, "newest");
	assert_holds(2, KEY, "newest");

	take_part(0, "3:x");
	revive(0);
	late_writes_pass();
	rig_release_if(do_get(KEY, MCHA_WANT_VALUE).answer.value);
	assert_int_equal(count_hints(0), 0);
	take_part(0, "3:x");
	take_part(2, "3:x");
	kill_node(2);
	assert_fails(do_get(KEY, MCHA_WANT_VALUE).answer.status);

	on_host(1);
	revive(1);
	revive(2);
	late_writes_pass();
	assert_reads(KEY, "newest");
	assert_holds(0, KEY, "newest");
	assert_holds(1, KEY, "newest");
}

/* That the copies are equal is what this host believes: others see for themselves. */
static void a_comparison_ends_the_doubt_of_its_own_host_alone(void **state)
{
	(void)state;
	all_hosts_know(3, 3);
	miss_homes(0, 0, "new");
	take_part(2, "2:x");
	take_part(1, "2:x");
	late_writes_pass();
	assert_reads(KEY, "new");
	assert_reads(KEY, "new");
	assert_false(doubts(0, KEY));
	take_part(1, "2:x");

	take_part(2, "2:x");
	assert_true(doubts(0, KEY));
}

/* --- copies that are taken back --------------------------------------------------------------- */

/* Another host's write comes to node 0 before the second host looks there, and to node 1 after that
 * host has read it. */
static void write_between(fake_server *server, const mcha_request *request)
{
	if (request->verb == MCHA_VERB_GET && strcmp(request->key, KEY) == 0) {
		put(0, KEY, "newest");
	} else if (request->verb == MCHA_VERB_STORE) {
		server->before = NULL;
		put(1, KEY, "newest");
	}
}

static void a_copy_that_is_taken_back_leaves_what_its_source_has(void **state)
{
	mcha_item item;

	(void)state;
	all_hosts_know(2, 3);
	miss_homes(0, 0, "new");
	take_part(1, "2:x");
	servers[0].before = write_between;
	item = do_get(KEY, MCHA_WANT_VALUE);
	rig_release(item.answer.value);
	assert_null(servers[0].before);
	assert_holds(0, KEY, "newest");
	assert_reads(KEY, "newest");
}

static void purge_handoff(fake_server *server, const mcha_request *request)
{
	if (request->key_length != strlen(KEY) || memcmp(request->key, KEY, strlen(KEY)) != 0) {
		return;
	}
	if (request->verb == MCHA_VERB_GET) {
		put(0, KEY, "newest");
		put(1, KEY, "newest");
	} else if (request->verb == MCHA_VERB_STORE) {
		server->before = NULL;
		drop_entry(entry_at(2, KEY));
		drop_entry(entry_at(3, KEY));
	}
}

/* Another host's write comes to both homes before the first host looks at one of them, and purges
 * the handoff nodes after the first host has read one. */
static void a_replay_whose_source_was_purged_leaves_no_older_copy(void **state)
{
	(void)state;
	all_hosts_know(1, 4);
	miss_homes(0, 1, "new");
	revive(0);
	revive(1);
	late_writes_pass();
	(void)do_get("3:x", 0);
	servers[0].before = purge_handoff;
	rig_release_if(do_get(KEY, MCHA_WANT_VALUE).answer.value);
	assert_null(servers[0].before);
	for (size_t i = 0; i < 2; i++) {
		fake_entry *entry = entry_at(i, KEY);

		assert_true(!entry || strcmp(entry->value, "newest") == 0);
	}
	assert_reads(KEY, "newest");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		JOURNAL_TEST(a_write_over_a_doubted_copy_ends_the_doubt_of_all_hosts),
		JOURNAL_TEST(a_write_over_a_copy_that_is_to_be_deleted_is_not_deleted),
		JOURNAL_TEST(a_write_over_a_copy_ends_the_hints_of_all_hosts_that_are_older),
		JOURNAL_TEST(a_copy_that_another_host_may_still_delete_is_not_believed),
		JOURNAL_TEST(a_comparison_ends_the_doubt_of_its_own_host_alone),
		JOURNAL_TEST(a_copy_that_is_taken_back_leaves_what_its_source_has),
		JOURNAL_TEST(a_replay_whose_source_was_purged_leaves_no_older_copy),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
