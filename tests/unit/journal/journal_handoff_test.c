/* SPDX-License-Identifier: MIT */
/* Copies on handoff nodes, where hosts that share nothing have written the key. */
#include "journal_rig.h"

/* A handoff node alone has the first host's value, and then another host's write reaches both
 * homes. */
static void
what_was_written_to_both_homes_is_read_where_only_a_handoff_node_had_the_value_before(void **state)
{
	(void)state;
	all_hosts_know(3, 4);
	miss_homes(0, 1, "new");
	assert_holds(2, KEY, "new");
	take_part(1, "3:x");
	take_part(2, "3:x");

	on_host(1);
	late_writes_pass();
	assert_status(do_set(KEY, "newest"), MCHA_STATUS_OK);
	assert_holds(2, KEY, NULL);
	take_part(1, "3:x");
	for (size_t i = 0; i < 3; i++) {
		on_host(i);
		revive(0);
		revive(1);
		interval_passes();
		assert_reads(KEY, "newest");
	}
}

/* The first host's write is at the handoff nodes alone. Another host replaces it at the homes, and
 * purges what the handoff nodes have. */
static void replace_behind_hints(void)
{
	all_hosts_know(1, 4);
	miss_homes(0, 1, "new");
	put(0, KEY, "newest");
	put(1, KEY, "newest");
	drop_entry(entry_at(2, KEY));
	drop_entry(entry_at(3, KEY));
}

/* The other host has not read the journal yet when it writes, and its purge is what the first host
 * sees. */
static void a_host_whose_handoff_copy_is_gone_before_its_time_believes_the_homes(void **state)
{
	(void)state;
	replace_behind_hints();

	revive(0);
	revive(1);
	late_writes_pass();
	assert_reads(KEY, "newest");
	assert_int_equal(count_hints(0), 0);
}

/* The handoff node has failed lately, and may have been restarted. */
static void
a_handoff_copy_that_may_have_been_purged_does_not_say_that_the_key_is_missing(void **state)
{
	(void)state;
	replace_behind_hints();
	kill_node(2);
	assert_status(do_set("23:x", "v"), MCHA_STATUS_OK);
	for (size_t i = 0; i < 3; i++) {
		revive(i);
	}
	late_writes_pass();
	assert_fails(do_get(KEY, MCHA_WANT_VALUE).answer.status);
	assert_holds(0, KEY, "newest");
}

static void a_host_whose_handoff_copy_has_ended_does_not_believe_the_homes(void **state)
{
	mcha_item item = item_of(KEY, "new");

	(void)state;
	all_hosts_know(1, 4);
	kill_node(0);
	kill_node(1);
	item.exptime = 2;
	mcha_store(pool, &item, 1, MCHA_MODE_SET);
	assert_status(item.answer.status, MCHA_STATUS_OK);
	servers[0].fault = servers[1].fault = MCHA_STATUS_OK;
	drop_entry(entry_at(2, KEY));
	drop_entry(entry_at(3, KEY));

	revive(0);
	revive(1);
	slept += 5 * SECOND;
	assert_reads(KEY, NULL);
}

static void a_deletion_by_a_host_that_doubts_a_home_reaches_the_handoff_node(void **state)
{
	(void)state;
	all_hosts_know(2, 4);
	miss_homes(0, 0, "new");
	assert_holds(2, KEY, "new");

	take_part(1, "3:x");
	assert_status(do_delete(KEY), MCHA_STATUS_OK);
	assert_holds(2, KEY, NULL);
	on_host(0);
	interval_passes();
	assert_reads(KEY, NULL);
}

/* What the doubted home has may be the value, as far as this host knows: it is neither believed nor
 * deleted. */
static void a_doubted_copy_stays_while_no_other_home_can_be_asked(void **state)
{
	(void)state;
	all_hosts_know(2, 4);
	miss_homes(0, 0, "new");
	take_part(1, "3:x");
	assert_true(doubts(0, KEY));
	late_writes_pass();
	put(0, KEY, "newest"); /* by a host that has purged the handoff copy */
	drop_entry(entry_at(2, KEY));
	kill_node(1);
	for (size_t i = 0; i < 2; i++) {
		assert_fails(do_get(KEY, MCHA_WANT_VALUE).answer.status);
		assert_holds(0, KEY, "newest");
	}
}

/* The first host's value was on handoff nodes alone, and another host's write has purged these. */
static void a_read_that_finds_nothing_on_handoff_nodes_deletes_no_homes_copy(void **state)
{
	(void)state;
	all_hosts_know(2, 4);
	miss_homes(0, 1, "new");
	take_part(1, "3:x");
	late_writes_pass();
	for (size_t i = 0; i < 4; i++) {
		drop_entry(entry_at(i, KEY));
	}
	put(0, KEY, "newest");
	put(1, KEY, "newest");
	for (size_t i = 0; i < 2; i++) {
		mcha_item item = do_get(KEY, MCHA_WANT_VALUE);

		rig_release_if(item.answer.value);
		assert_holds(0, KEY, "newest");
		assert_holds(1, KEY, "newest");
	}
}

/* The first host has replayed its hint, which leaves the handoff node's copy. The second host
 * knows of none, and deletes the key. The homes' servers were started so long ago. */
static void delete_at_homes(mcha_usec started)
{
	all_hosts_know(2, 3);
	miss_homes(0, 0, "new");
	revive(0);
	let_time_pass();
	assert_reads(KEY, "new");
	assert_int_equal(count_hints(0), 0);
	on_host(1);
	assert_status(do_delete(KEY), MCHA_STATUS_OK);
	assert_holds(2, KEY, "new");
	on_host(0);
	for (size_t i = 0; i < 2; i++) {
		pool->nodes[i]->health->replicas.emptied = mcha_clock_now() - started;
	}
}

static void a_handoff_copy_does_not_bring_back_what_its_homes_have_deleted_since(void **state)
{
	(void)state;
	delete_at_homes(60 * SECOND);
	assert_reads(KEY, NULL);
	assert_holds(0, KEY, NULL);
	assert_holds(1, KEY, NULL);
}

static void a_handoff_copy_is_believed_where_the_homes_were_restarted_since(void **state)
{
	(void)state;
	delete_at_homes(0);
	assert_reads(KEY, "new");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		JOURNAL_TEST(
			what_was_written_to_both_homes_is_read_where_only_a_handoff_node_had_the_value_before),
		JOURNAL_TEST(a_host_whose_handoff_copy_is_gone_before_its_time_believes_the_homes),
		JOURNAL_TEST(a_handoff_copy_that_may_have_been_purged_does_not_say_that_the_key_is_missing),
		JOURNAL_TEST(a_host_whose_handoff_copy_has_ended_does_not_believe_the_homes),
		JOURNAL_TEST(a_deletion_by_a_host_that_doubts_a_home_reaches_the_handoff_node),
		JOURNAL_TEST(a_doubted_copy_stays_while_no_other_home_can_be_asked),
		JOURNAL_TEST(a_handoff_copy_does_not_bring_back_what_its_homes_have_deleted_since),
		JOURNAL_TEST(a_handoff_copy_is_believed_where_the_homes_were_restarted_since),
		JOURNAL_TEST(a_read_that_finds_nothing_on_handoff_nodes_deletes_no_homes_copy),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
