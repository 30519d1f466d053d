/* SPDX-License-Identifier: MIT */
/* Registers: writes to a majority of the home nodes, in the order of versions, and what other
 * operations make of them. */
#include "register_rig.h"

/* --- writing ---------------------------------------------------------------------------------- */

static uint64_t meanwhile;

/* Another client writes between the read of this node and the next request. */
static void write_between(fake_server *server, const mcha_request *request)
{
	if (request->verb == MCHA_VERB_STORE) {
		server->before = NULL;
		put_entry(server, request->key, request->key_length, "between", strlen("between"))->cas =
			meanwhile;
	}
}

static void a_set_replaces_a_seen_version_with_a_newer_one(void **state)
{
	(void)state;
	three("v", 1, "w", version_in(3600) - V(0), NULL, 0); /* from a host whose clock is ahead */
	assert_status(do_set(KEY, "new"), MCHA_STATUS_OK);
	assert_asked("gS!", "gS!", "gA");
	for (size_t i = 0; i < 3; i++) {
		assert_holds(i, KEY, "new");
		assert_true(version_at(i, KEY) > version_in(3599));
		assert_int_equal(version_at(i, KEY), version_at(0, KEY));
	}
	assert_int_equal(pool->report.acknowledged, 3);
}

/* Every other version counts as newer than an impossible one, the version of a new write
 * included. */
static void an_impossible_version_counts_as_the_oldest(void **state)
{
	(void)state;
	three("poison", LAST - V(0), "v", 1, "v", 1);
	assert_reads(KEY, "v");
	assert_holds(0, KEY, "v");
	three("poison", LAST - V(0), "poison", LAST - V(0), "poison", LAST - V(0));
	assert_reads(KEY, "poison");
	assert_status(do_set(KEY, "new"), MCHA_STATUS_OK);
	assert_reads(KEY, "new");
	assert_holds(2, KEY, "new");
	three("poison", LAST - V(0), "poison", LAST - V(0), "poison", LAST - V(0));
	assert_status(do_delete(KEY), MCHA_STATUS_OK);
	assert_reads(KEY, NULL);
}

/* An unfinished deletion with such a version is completed, but not over a later write. */
static void an_unfinished_deletion_of_an_impossible_version_is_completed(void **state)
{
	(void)state;
	three("", LAST - V(0), "poison", LAST - V(1), "poison", LAST - V(1));
	meanwhile = version_in(0);
	servers[1].before = write_between;
	assert_status(do_delete(KEY), MCHA_STATUS_MISS);
	assert_holds(1, KEY, "between");
}

static void a_set_needs_a_majority(void **state)
{
	(void)state;
	three("v", 1, "v", 1, "v", 1);
	kill_node(1);
	assert_status(do_set(KEY, "w"), MCHA_STATUS_OK);
	kill_node(2);
	assert_fails(do_set(KEY, "x"));
	assert_holds(0, KEY, "w"); /* no node was asked to store it */
}

static void a_node_that_missed_a_write_has_no_vote(void **state)
{
	(void)state;
	three("old", 1, "old", 1, "old", 1);
	kill_node(0);
	assert_status(do_set(KEY, "new"), MCHA_STATUS_OK);
	revive(0);
	pool->shared.hints = NULL; /* another host, without the hints: versions alone suffice */
	assert_reads(KEY, "new");
	assert_holds(0, KEY, "new");
}

static void a_copy_that_became_older_meanwhile_is_read_again(void **state)
{
	(void)state;
	three("v", 1, "v", 1, NULL, 0);
	meanwhile = V(2);
	servers[0].before = servers[2].before = write_between;
	assert_status(do_set(KEY, "new"), MCHA_STATUS_OK);
	assert_asked("gS!gS!", "gS!", "gAgS!");
	assert_holds(0, KEY, "new");
	assert_holds(2, KEY, "new");
}

static void a_copy_that_became_newer_meanwhile_stays_and_counts(void **state)
{
	(void)state;
	three("v", 1, "v", 1, NULL, 0);
	meanwhile = version_in(3600);
	for (size_t i = 0; i < 3; i++) {
		servers[i].before = write_between;
	}
	assert_status(do_set(KEY, "new"), MCHA_STATUS_OK);
	assert_asked("gS!g", "gS!g", "gAg");
	assert_int_equal(pool->report.acknowledged, 3);
	assert_holds(0, KEY, "between");
}

static void without_versions_the_last_write_wins(void **state)
{
	(void)state;
	three("v", 1, "v", 1, "v", 1);
	pool->settings.versions = false;
	meanwhile = (UINT64_C(1) << 63) - 1;
	servers[0].before = write_between;
	assert_status(do_set(KEY, "new"), MCHA_STATUS_OK);
	assert_holds(0, KEY, "new");
}

static void write_quorum_all_needs_all_nodes(void **state)
{
	(void)state;
	settings.quorum = MCHA_QUORUM_ALL;
	three("v", 1, "v", 1, "v", 1);
	assert_status(do_set(KEY, "w"), MCHA_STATUS_OK);
	kill_node(2);
	assert_status(do_set(KEY, "x"), MCHA_STATUS_NO_QUORUM);
}

/* --- deleting --------------------------------------------------------------------------------- */

static void a_deletion_leaves_tombstones(void **state)
{
	(void)state;
	settings.tombstone_ttl = 44;
	three("v", 1, "v", 1, NULL, 0);
	assert_status(do_delete(KEY), MCHA_STATUS_OK);
	for (size_t i = 0; i < 3; i++) {
		assert_true(is_tombstone(i));
		assert_int_equal(entry_at(i, KEY)->ttl, 44);
		assert_int_equal(version_at(i, KEY), version_at(0, KEY));
	}
	assert_reads(KEY, NULL);
	forget();
	assert_status(do_delete(KEY), MCHA_STATUS_MISS);
	assert_asked("g", "g", "g");
	assert_status(do_set(KEY, "w"), MCHA_STATUS_OK);
	assert_reads(KEY, "w");
}

static void deleting_a_missing_key_leaves_no_tombstone(void **state)
{
	(void)state;
	registers();
	assert_status(do_delete(KEY), MCHA_STATUS_MISS);
	assert_null(entry_at(0, KEY));
}

/* A deletion that has reached another node only: the key must not come back after this deletion has
 * reported success. */
static void a_deletion_completes_an_unfinished_one(void **state)
{
	(void)state;
	three("", 2, NULL, 0, "v", 1);
	kill_node(2);
	assert_status(do_delete(KEY), MCHA_STATUS_MISS);
	assert_true(is_tombstone(0) && is_tombstone(1));
}

static void a_node_that_missed_a_deletion_brings_nothing_back(void **state)
{
	(void)state;
	three("v", 1, "v", 1, "v", 1);
	kill_node(1);
	assert_status(do_delete(KEY), MCHA_STATUS_OK);
	revive(1);
	pool->shared.hints = NULL;
	assert_reads(KEY, NULL);
	assert_true(is_tombstone(1));
}

static void read_repair_does_not_overwrite_a_deletion(void **state)
{
	(void)state;
	three(NULL, 0, "v", 1, "v", 1);
	meanwhile = V(2);
	/* the concurrent write is newer than the repair in any case */
	servers[0].before = write_between;
	assert_reads(KEY, "between");
}

/* --- operations that are not a register's ----------------------------------------------------- */

static void make_deleted(void)
{
	three("5", 1, "5", 1, "5", 1);
	assert_status(do_delete(KEY), MCHA_STATUS_OK);
	forget();
}

static void a_deleted_key_can_be_added(void **state)
{
	(void)state;
	make_deleted();
	assert_status(do_decide(KEY, "new", MCHA_MODE_ADD), MCHA_STATUS_OK);
	assert_reads(KEY, "new");
	assert_status(do_decide(KEY, "again", MCHA_MODE_ADD), MCHA_STATUS_NOT_STORED);
	assert_reads(KEY, "new");
}

static void an_older_copy_does_not_refuse_an_add(void **state)
{
	(void)state;
	three("", 2, "", 2, "old", 1);
	assert_status(do_decide(KEY, "new", MCHA_MODE_ADD), MCHA_STATUS_OK);
	assert_reads(KEY, "new");
	assert_holds(2, KEY, "new");
}

static void a_deleted_key_cannot_be_changed(void **state)
{
	uint64_t token;

	(void)state;
	make_deleted();
	assert_status(do_append(KEY, "6"), MCHA_STATUS_NOT_STORED);
	make_deleted();
	assert_status(do_touch(KEY, 100), MCHA_STATUS_MISS);
	make_deleted();
	assert_status(do_count(KEY).answer.status, MCHA_STATUS_MISS);
	make_deleted();
	assert_status(do_decide(KEY, "w", MCHA_MODE_REPLACE), MCHA_STATUS_NOT_STORED);
	three("v", 1, "v", 1, "v", 1);
	token = token_of(KEY);
	assert_status(do_delete(KEY), MCHA_STATUS_OK);
	assert_status(do_swap_by(KEY, "w", token).answer.status, MCHA_STATUS_MISS);
}

static void a_token_swaps_once(void **state)
{
	uint64_t token;

	(void)state;
	three("v", 1, "v", 1, "v", 1);
	token = token_of(KEY);
	assert_status(do_swap_by(KEY, "w", token).answer.status, MCHA_STATUS_OK);
	assert_status(do_swap_by(KEY, "x", token).answer.status, MCHA_STATUS_EXISTS);
	assert_reads(KEY, "w");
	assert_int_equal(version_at(2, KEY), version_at(0, KEY));
}

static void a_register_has_no_handoff_copies(void **state)
{
	(void)state;
	settings.replicas = 2;
	settings.read_policy = MCHA_READ_QUORUM;
	versions_of(5);
	kill_node(1);
	assert_status(do_decide("01234:k", "v", MCHA_MODE_ADD), MCHA_STATUS_OK);
	assert_status(do_append("01234:k", "w"), MCHA_STATUS_OK);
	assert_status(do_set("01234:k", "x"), MCHA_STATUS_OK);
	assert_null(entry_at(3, "01234:k"));
	assert_null(entry_at(4, "01234:k"));
}

static void with_one_copy_or_without_failover_there_is_no_register(void **state)
{
	(void)state;
	registers();
	set_replicas(0);
	assert_status(do_set(KEY, "v"), MCHA_STATUS_OK);
	assert_asked("S");
	set_replicas(2);
	pool->settings.allow_failover = false;
	forget();
	assert_reads(KEY, "v");
	assert_asked("G");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_set_replaces_a_seen_version_with_a_newer_one),
		TEST(an_impossible_version_counts_as_the_oldest),
		TEST(an_unfinished_deletion_of_an_impossible_version_is_completed),
		TEST(a_set_needs_a_majority),
		TEST(a_node_that_missed_a_write_has_no_vote),
		TEST(a_copy_that_became_older_meanwhile_is_read_again),
		TEST(a_copy_that_became_newer_meanwhile_stays_and_counts),
		TEST(without_versions_the_last_write_wins),
		TEST(write_quorum_all_needs_all_nodes),
		TEST(a_deletion_leaves_tombstones),
		TEST(deleting_a_missing_key_leaves_no_tombstone),
		TEST(a_deletion_completes_an_unfinished_one),
		TEST(a_node_that_missed_a_deletion_brings_nothing_back),
		TEST(read_repair_does_not_overwrite_a_deletion),
		TEST(a_deleted_key_can_be_added),
		TEST(an_older_copy_does_not_refuse_an_add),
		TEST(a_deleted_key_cannot_be_changed),
		TEST(a_token_swaps_once),
		TEST(a_register_has_no_handoff_copies),
		TEST(with_one_copy_or_without_failover_there_is_no_register),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
