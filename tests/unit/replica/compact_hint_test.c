/* SPDX-License-Identifier: MIT */
/* A hint that found no room in the hint table is a compact one: the node's copy of that key is not
 * believed, and the other keys of the node are. */
#include "engine/shared/hints/hint_share.h"
#include "version_rig.h"

#define KEY "01:k"

static mcha_compact_hints *compact;

static int drop_compact(void **state)
{
	free(compact);
	compact = NULL;
	return rig_teardown(state);
}

static void pool_with_compact(size_t nodes)
{
	pool_of(nodes);
	free(compact);
	compact = mcha_compact_hints_init(aligned_alloc(64,
										  (mcha_compact_hints_size(2) + 63) / 64 * 64),
		2);
	memset(compact->blocks, 0, 2 * sizeof(*compact->blocks));
	mcha_hints_use_compact(hints, compact);
}

/* The node has missed a write of this key, so long ago. */
static void add_compact(size_t node, const char *key, mcha_usec ago)
{
	mcha_hint hint = {.node = pool->nodes[node]->id, .key_length = (uint16_t)strlen(key)};

	memcpy(hint.key, key, hint.key_length);
	assert_true(mcha_hint_share_make_compact(hints, pool->nodes[node]->health, &hint,
		mcha_clock_now() - ago));
	hold_background_replay();
}

static bool has_compact(size_t node, const char *key)
{
	return mcha_hints_compact_since(hints, pool->nodes[node]->health, pool->nodes[node]->id, key,
			   strlen(key))
		!= 0;
}

/* Node 0 comes first and has missed a write of the key; NULL: no copy. */
static void two_homes(const char *doubted, const char *other)
{
	pool_with_compact(3);
	if (doubted) {
		put(0, KEY, doubted);
	}
	if (other) {
		put(1, KEY, other);
	}
	add_compact(0, KEY, 2 * SECOND);
	forget();
}

/* --- reading ---------------------------------------------------------------------------------- */

static void a_read_asks_the_other_home_and_replaces_the_old_copy_once(void **state)
{
	(void)state;
	two_homes("old", "new");
	assert_reads(KEY, "new");
	assert_asked("GS!", "Gg");
	assert_int_equal(servers[0].rounds, 2); /* compared in the same round, replaced in the next */
	assert_holds(0, KEY, "new");
	assert_false(has_compact(0, KEY));
	forget();
	assert_reads(KEY, "new");
	assert_asked("G", ""); /* the first home is believed again */
}

static void a_copy_that_is_not_old_is_believed_again(void **state)
{
	(void)state;
	two_homes("same", "same");
	assert_reads(KEY, "same");
	assert_asked("G", "G");
	assert_false(has_compact(0, KEY));
}

static void a_copy_that_is_gone_is_given_back(void **state)
{
	(void)state;
	two_homes(NULL, "new");
	assert_reads(KEY, "new");
	assert_holds(0, KEY, "new");
	assert_false(has_compact(0, KEY));
}

static void other_keys_of_the_node_are_read_as_ever(void **state)
{
	(void)state;
	two_homes("old", "new");
	put(0, "01:x", "value");
	put(1, "01:x", "value");
	forget();
	assert_reads("01:x", "value");
	assert_asked("G", "");
	assert_false(pool->running.troubled); /* the list of nodes is not longer than the copies */
}

static void no_read_policy_starts_at_the_old_copy(void **state)
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

static void a_deleted_key_stays_deleted(void **state)
{
	(void)state;
	for (int restarts = 0; restarts <= 1; restarts++) {
		two_homes("old", NULL);
		if (restarts) {
			/* the other home may have lost the key: what it had was newer than this copy */
			kill_and_notice(1);
			revive(1);
		}
		assert_reads(KEY, NULL);
		assert_holds(0, KEY, NULL);
		assert_holds(1, KEY, NULL);
		assert_false(has_compact(0, KEY));
	}
}

static void change_it(fake_server *server, const mcha_request *request)
{
	if (request->verb == MCHA_VERB_DELETE) {
		server->before = NULL;
		put_entry(server, request->key, request->key_length, "newest", 6);
	}
}

static void what_another_process_has_stored_meanwhile_stays(void **state)
{
	(void)state;
	two_homes("old", NULL);
	servers[0].before = change_it;
	assert_reads(KEY, NULL);
	assert_holds(0, KEY, "newest");
}

static void a_copy_whose_node_may_still_be_written_to_is_not_deleted(void **state)
{
	(void)state;
	two_homes("old", NULL);
	node_was_well_for(0, NOT_LONG_AGO);
	assert_reads(KEY, NULL);
	assert_holds(0, KEY, "old");
	assert_true(has_compact(0, KEY));
}

static void where_the_other_home_cannot_be_asked_nothing_is_deleted(void **state)
{
	(void)state;
	two_homes("old", NULL);
	kill_node(1);
	assert_fails(do_get(KEY, MCHA_WANT_VALUE).answer.status);
	assert_holds(0, KEY, "old");
	assert_true(has_compact(0, KEY));
}

/* What a distrusted node has is read where no other node can be asked; of this copy it is known
 * that it is old. */
static void an_old_copy_is_not_read_though_no_other_node_can_be_asked(void **state)
{
	(void)state;
	two_homes("old", "new");
	kill_node(1);
	assert_fails(do_get(KEY, MCHA_WANT_VALUE).answer.status);
	revive(1);
	assert_reads(KEY, "new");
}

/* --- writing ---------------------------------------------------------------------------------- */

static void a_full_write_replaces_the_old_copy(void **state)
{
	(void)state;
	two_homes("old", "old");
	assert_status(do_set(KEY, "new"), MCHA_STATUS_OK);
	assert_holds(0, KEY, "new");
	assert_false(has_compact(0, KEY));
	two_homes("old", "old");
	assert_status(do_delete(KEY), MCHA_STATUS_OK);
	assert_holds(0, KEY, NULL);
	assert_false(has_compact(0, KEY));
}

static void a_change_is_made_from_the_other_homes_copy(void **state)
{
	(void)state;
	two_homes("5", "57");
	assert_int_equal(do_count(KEY).answer.number, 58);
	assert_holds(1, KEY, "58");
	assert_reads(KEY, "58");
	assert_holds(0, KEY, "58");
	two_homes("old", NULL);
	assert_status(do_decide(KEY, "v", MCHA_MODE_REPLACE), MCHA_STATUS_NOT_STORED);
	assert_status(do_decide(KEY, "new", MCHA_MODE_ADD), MCHA_STATUS_OK);
	assert_reads(KEY, "new");
	two_homes(NULL, "new");
	assert_status(do_decide(KEY, "v", MCHA_MODE_ADD), MCHA_STATUS_NOT_STORED);
}

/* --- what may still arrive -------------------------------------------------------------------- */

/* The node came back a moment ago, and may carry out an older write that it had received before. */
static void a_hint_is_kept_until_no_late_write_can_arrive(void **state)
{
	(void)state;
	for (int reads = 0; reads <= 1; reads++) {
		two_homes("old", "new");
		node_was_well_for(0, NOT_LONG_AGO);
		if (reads) {
			assert_reads(KEY, "new");
		} else {
			assert_status(do_set(KEY, "newer"), MCHA_STATUS_OK);
		}
		assert_true(has_compact(0, KEY));
		node_was_well_for(0, LONG_AGO);
		assert_reads(KEY, reads ? "new" : "newer");
		assert_false(has_compact(0, KEY));
	}
}

/* Another process's write of the key misses node 0 while this one is written. */
static void miss_another(fake_server *server, const mcha_request *request)
{
	(void)request;
	server->before = NULL;
	add_compact(0, KEY, 0);
}

static void a_hint_that_is_younger_than_the_write_is_kept(void **state)
{
	(void)state;
	two_homes("old", "old");
	servers[1].before = miss_another;
	assert_status(do_set(KEY, "new"), MCHA_STATUS_OK);
	assert_true(has_compact(0, KEY));
}

static void an_answer_from_before_the_hint_is_void(void **state)
{
	(void)state;
	pool_with_compact(3);
	put(0, KEY, "1");
	servers[0].before = miss_another;
	assert_status(do_decide(KEY, "v", MCHA_MODE_REPLACE), MCHA_STATUS_STALE);
}

/* --- which hints are compact, and for how long ------------------------------------------------ */

static void miss_writes(size_t from, size_t to)
{
	char key[16];

	for (size_t i = from; i < to; i++) {
		snprintf(key, sizeof(key), "01:%zu", i);
		put(0, key, "old");
		assert_status(do_set(key, "new"), MCHA_STATUS_OK);
		for (size_t node = 0; i % 50 && node < pool->node_count; node++) {
			/* fake servers have no room for more */
			if (entry_at(node, key)) {
				drop_entry(entry_at(node, key));
			}
		}
		forget();
	}
}

static void hints_beyond_a_nodes_share_are_compact(void **state)
{
	(void)state;
	pool_with_compact(2);
	kill_and_notice(0);
	miss_writes(0, RIG_HINTS + 51);
	assert_int_equal(pool->nodes[0]->health->distrusted, 0);
	assert_int_equal(mcha_hints_count(pool->nodes[0]->health), RIG_HINTS / 4);
	assert_int_equal(mcha_hints_count_compact(hints, pool->nodes[0]->health, pool->nodes[0]->id),
		RIG_HINTS + 51 - RIG_HINTS / 4);
	revive(0);
	node_was_well_for(0, LONG_AGO);
	hold_background_replay();
	assert_reads("01:0", "new");
	assert_reads("01:1000", "new");
	assert_holds(0, "01:1000", "new");
}

static void a_node_that_was_restarted_has_no_compact_hints(void **state)
{
	(void)state;
	two_homes("old", "new");
	pool->nodes[0]->health->restarted = mcha_clock_now();
	put(0, KEY, "newer");
	assert_reads(KEY, "newer");
}

/* --- handoff nodes ---------------------------------------------------------------------------- */

/* Node 2 is a handoff node of the key, and has missed its purge; NULL: it has no copy. */
static void stale_handoff_node(const char *copy, uint64_t version)
{
	settings.hint_interval = SECOND;
	settings.versions = version != 0;
	pool_with_compact(3);
	for (size_t i = 0; i < 3; i++) {
		servers[i].takes_versions = settings.versions;
	}
	assert_status(do_set(KEY, "new"), MCHA_STATUS_OK);
	if (copy && version) {
		put_version(2, KEY, copy, version);
	} else if (copy) {
		put(2, KEY, copy);
	}
	add_compact(2, KEY, 2 * SECOND);
	forget();
}

static void the_hint_of_a_handoff_node_without_a_copy_is_cleared_by_a_read(void **state)
{
	(void)state;
	stale_handoff_node(NULL, 0);
	assert_reads(KEY, "new");
	assert_string_equal(servers[2].log, "g");
	assert_int_equal(servers[2].rounds, 1);
	assert_false(has_compact(2, KEY));
	assert_int_equal(mcha_hints_count_compact(hints, pool->nodes[2]->health, pool->nodes[2]->id),
		0);
	forget();
	assert_reads(KEY, "new");
	assert_string_equal(servers[2].log, "");
}

static void an_older_copy_on_a_handoff_node_is_deleted_by_a_read(void **state)
{
	(void)state;
	stale_handoff_node("old", V(1));
	assert_reads(KEY, "new");
	assert_holds(2, KEY, NULL);
	assert_false(has_compact(2, KEY));
}

/* It may be younger than what the homes have, as another host may have written it there. */
static void a_handoff_copy_of_unknown_age_is_kept(void **state)
{
	(void)state;
	stale_handoff_node("other", 0);
	assert_reads(KEY, "new");
	assert_holds(2, KEY, "other");
	assert_true(has_compact(2, KEY));
}

static void a_younger_handoff_copy_is_kept(void **state)
{
	(void)state;
	stale_handoff_node("newer", V(1));
	entry_at(2, KEY)->cas = version_at(1, KEY) + 5;
	assert_reads(KEY, "new");
	assert_holds(2, KEY, "newer");
	assert_true(has_compact(2, KEY));
}

/* Once a minute one process counts. */
static void when_the_last_compact_hint_is_gone_no_operation_looks_for_one(void **state)
{
	(void)state;
	two_homes("old", "new");
	assert_reads(KEY, "new");
	assert_int_equal(atomic_load(&hints->compact_nodes), 1);
	background_replay_was(2 * SECOND);
	hints->recounted = mcha_clock_now() - 61 * SECOND;
	assert_reads("01:x", NULL);
	assert_int_equal(atomic_load(&hints->compact_nodes), 0);
	assert_false(mcha_hints_has_compact(pool->nodes[0]->health));

	two_homes("old", "new");
	background_replay_was(2 * SECOND);
	hints->recounted = mcha_clock_now() - 61 * SECOND;
	assert_reads("01:x", NULL);
	assert_int_equal(atomic_load(&hints->compact_nodes), 1);
	assert_reads(KEY, "new");
}

/* Where compact hints have no room either. */
static void a_node_that_misses_still_more_is_distrusted(void **state)
{
	(void)state;
	two_homes("old", "new");
	compact->count = 0;
	kill_and_notice(0);
	miss_writes(0, RIG_HINTS / 4 + 1);
	assert_int_not_equal(pool->nodes[0]->health->distrusted, 0);
	assert_int_equal(atomic_load(&hints->dropped), 1);
}

static void a_source_that_has_missed_a_later_write_is_no_source(void **state)
{
	(void)state;
	pool_with_compact(2);
	assert_status(do_set(KEY, "old"), MCHA_STATUS_OK);
	kill_node(0);
	assert_status(do_set(KEY, "new"), MCHA_STATUS_OK);
	revive(0);
	hold_background_replay();
	let_time_pass();
	add_compact(1, KEY, 0);
	assert_fails(do_get(KEY, MCHA_WANT_VALUE).answer.status);
	assert_holds(0, KEY, "old");
	assert_true(has_hint(0, KEY));
}

#define COMPACT_TEST(name) cmocka_unit_test_setup_teardown(name, rig_setup, drop_compact)

int main(void)
{
	const struct CMUnitTest tests[] = {
		COMPACT_TEST(a_read_asks_the_other_home_and_replaces_the_old_copy_once),
		COMPACT_TEST(a_copy_that_is_not_old_is_believed_again),
		COMPACT_TEST(a_copy_that_is_gone_is_given_back),
		COMPACT_TEST(other_keys_of_the_node_are_read_as_ever),
		COMPACT_TEST(no_read_policy_starts_at_the_old_copy),
		COMPACT_TEST(a_deleted_key_stays_deleted),
		COMPACT_TEST(what_another_process_has_stored_meanwhile_stays),
		COMPACT_TEST(a_copy_whose_node_may_still_be_written_to_is_not_deleted),
		COMPACT_TEST(where_the_other_home_cannot_be_asked_nothing_is_deleted),
		COMPACT_TEST(an_old_copy_is_not_read_though_no_other_node_can_be_asked),
		COMPACT_TEST(a_full_write_replaces_the_old_copy),
		COMPACT_TEST(a_change_is_made_from_the_other_homes_copy),
		COMPACT_TEST(a_hint_is_kept_until_no_late_write_can_arrive),
		COMPACT_TEST(a_hint_that_is_younger_than_the_write_is_kept),
		COMPACT_TEST(an_answer_from_before_the_hint_is_void),
		COMPACT_TEST(hints_beyond_a_nodes_share_are_compact),
		COMPACT_TEST(a_node_that_was_restarted_has_no_compact_hints),
		COMPACT_TEST(the_hint_of_a_handoff_node_without_a_copy_is_cleared_by_a_read),
		COMPACT_TEST(an_older_copy_on_a_handoff_node_is_deleted_by_a_read),
		COMPACT_TEST(a_handoff_copy_of_unknown_age_is_kept),
		COMPACT_TEST(a_younger_handoff_copy_is_kept),
		COMPACT_TEST(when_the_last_compact_hint_is_gone_no_operation_looks_for_one),
		COMPACT_TEST(a_node_that_misses_still_more_is_distrusted),
		COMPACT_TEST(a_source_that_has_missed_a_later_write_is_no_source),
	};

	return cmocka_run_group_tests_name("compact hints", tests, NULL, NULL);
}
