/* SPDX-License-Identifier: MIT */
/* Handoff nodes and the copies left on them: which copies are purged, and the hints for those that
 * could not be purged. */
#include "engine/replica/targets.h"
#include "hint_replay_rig.h"

#define FAR "0123456:" /* nodes 0 and 1 are its homes, 2 to 5 are handoff nodes */
#define KEY FAR "k"

/* So many nodes, from this one on, failed recently and are up again. */
static void failed_lately(size_t node, size_t count)
{
	for (; count-- > 0; node++) {
		kill_and_notice(node);
		revive(node);
	}
}

static void pool_of_handoff_nodes(void)
{
	pool_of(7);
	hold_background_replay();
}

/* --- which copies are purged ------------------------------------------------------------------ */

static void as_many_handoff_nodes_are_purged_as_homes_failed(void **state)
{
	(void)state;
	pool_of_handoff_nodes();
	failed_lately(0, 1);
	forget();
	assert_status(do_set(KEY, "v"), MCHA_STATUS_OK);
	assert_asked("S", "S", "D");

	pool_of_handoff_nodes();
	failed_lately(0, 2);
	forget();
	assert_status(do_set(KEY, "v"), MCHA_STATUS_OK);
	assert_asked("S", "S", "D", "D");
}

/* The first handoff node may have been down at the time of the write. */
static void if_a_handoff_node_failed_too_the_next_is_purged_as_well(void **state)
{
	(void)state;
	pool_of_handoff_nodes();
	failed_lately(0, 1);
	failed_lately(2, 1);
	forget();
	assert_status(do_set(KEY, "v"), MCHA_STATUS_OK);
	assert_asked("S", "S", "D", "D");

	pool_of_handoff_nodes();
	failed_lately(0, 1);
	failed_lately(2, 2);
	forget();
	assert_status(do_set(KEY, "v"), MCHA_STATUS_OK);
	assert_asked("S", "S", "D", "D", "D");

	pool_of_handoff_nodes();
	failed_lately(0, 6);
	forget();
	assert_status(do_delete(KEY), MCHA_STATUS_MISS);
	assert_asked("D", "D", "D", "D", "D", "D"); /* to the end of the list */
}

static void if_no_home_failed_no_handoff_node_is_purged(void **state)
{
	(void)state;
	pool_of_handoff_nodes();
	failed_lately(2, 2);
	forget();
	assert_status(do_set(KEY, "v"), MCHA_STATUS_OK);
	assert_asked("S", "S");
}

/* While this write is in flight to the home node, another write misses that node and goes to the
 * handoff node. */
static void write_elsewhere(fake_server *server, const mcha_request *request)
{
	(void)request;
	server->before = NULL;
	let_time_pass();
	put(2, KEY, "another");
	add_hint(0, KEY, 2);
}

static void a_handoff_copy_that_is_a_source_is_not_purged(void **state)
{
	(void)state;
	pool_of_handoff_nodes();
	failed_lately(0, 1);
	servers[0].before = write_elsewhere;
	assert_status(do_set(KEY, "v"), MCHA_STATUS_OK);
	assert_holds(2, KEY, "another");
	assert_int_equal(source_of(0, KEY), 2);
	assert_reads(KEY, "another");
	assert_false(has_hint(0, KEY));
	assert_status(do_set(KEY, "w"), MCHA_STATUS_OK);
	assert_holds(2, KEY, NULL);

	failed_lately(0, 1);
	servers[0].before = write_elsewhere;
	assert_status(do_delete(KEY), MCHA_STATUS_OK);
	assert_holds(2, KEY, NULL); /* a deletion deletes every copy */
}

/* --- two writes at once: one reaches the home and purges the handoff copy of the other -------- */

static mcha_recent_deletes purges;

/* The other write stored its own value on the home, or on node 2 and recorded a hint; now it purges
 * node 1. */
static void purge_node_1(fake_server *server, const mcha_request *request)
{
	server->before = NULL;
	(void)request;
	mcha_targets_note_purge(pool, "0:k", 3, 1, true);
}

/* Only this process cannot reach its home. */
static void set_beside_a_purge(void)
{
	settings.replicas = 0;
	pool_of(4);
	memset(&purges, 0, sizeof(purges));
	pool->shared.purges = &purges;
	hold_background_replay();
	put(0, "0:k", "old");
	kill_and_notice(0);
	servers[1].before = purge_node_1;
}

static void a_home_is_not_stale_if_its_source_was_purged_by_another_write(void **state)
{
	(void)state;
	for (int lost = 0; lost <= 1; lost++) {
		set_beside_a_purge();
		assert_status(do_set("0:k", "this"), MCHA_STATUS_OK);
		put(0, "0:k", "other");
		if (lost) {
			wipe(1);
		}
		revive(0);
		let_time_pass();
		assert_reads("0:k", lost ? "other" : "this");
		assert_holds(0, "0:k", lost ? "other" : "this");
		assert_false(has_hint(0, "0:k"));
	}
}

static void an_add_finds_what_the_other_write_has_stored(void **state)
{
	(void)state;
	set_beside_a_purge();
	assert_status(do_set("0:k", "this"), MCHA_STATUS_OK);
	put(0, "0:k", "other");
	wipe(1);
	revive(0);
	let_time_pass();
	assert_status(do_decide("0:k", "v", MCHA_MODE_ADD), MCHA_STATUS_NOT_STORED);
	assert_holds(0, "0:k", "other");
}

/* A source that was not purged has lost the key: the older copy is not shown. */
static void purges_of_other_copies_and_long_ago_do_not_count(void **state)
{
	(void)state;
	for (int before = 0; before <= 1; before++) {
		set_beside_a_purge();
		servers[1].before = NULL;
		if (before) {
			mcha_recent_deletes_note(&purges, "0:k", 3, mcha_clock_now(), true);
			mcha_targets_note_purge(pool, "0:k", 3, 2, true);
			mcha_targets_note_purge(pool, "0:x", 3, 1, true);
			mcha_targets_note_purge(pool, "0:k", 3, 1, false);
			slept += 2 * MSEC;
		}
		assert_status(do_set("0:k", "this"), MCHA_STATUS_OK);
		wipe(1);
		revive(0);
		let_time_pass();
		assert_reads("0:k", NULL);
		assert_holds(0, "0:k", "old");
		assert_true(has_hint(0, "0:k"));
	}
}

static void the_other_writes_hint_stands(void **state)
{
	mcha_hint hint;

	(void)state;
	set_beside_a_purge();
	put(2, "0:k", "other");
	add_hint(0, "0:k", 2);
	let_time_pass();
	assert_status(do_set("0:k", "this"), MCHA_STATUS_OK);
	assert_int_equal(source_of(0, "0:k"), 2);
	assert_true(find_hint(0, "0:k", &hint));
	assert_false(hint.contested);
	wipe(1);
	revive(0);
	let_time_pass();
	assert_reads("0:k", "other");
	assert_holds(0, "0:k", "other");
}

static void look_for_the_purge(fake_server *server, const mcha_request *request)
{
	assert_int_equal(request->verb, MCHA_VERB_DELETE);
	assert_true(mcha_targets_is_being_purged(pool, request->key, request->key_length,
		pool->nodes[2]->id));
	server->before = NULL;
}

static void a_purge_is_noted_before_it_is_sent_and_when_it_has_ended(void **state)
{
	(void)state;
	pool_of_handoff_nodes();
	memset(&purges, 0, sizeof(purges));
	pool->shared.purges = &purges;
	failed_lately(0, 1);
	servers[2].before = look_for_the_purge;
	assert_status(do_set(KEY, "v"), MCHA_STATUS_OK);
	assert_null(servers[2].before);
	slept += 2 * MSEC;
	pool->running.started = mcha_clock_now();
	assert_false(mcha_targets_is_being_purged(pool, KEY, strlen(KEY), pool->nodes[2]->id));
}

/* The handoff nodes of this write have the new value. */
static void the_handoff_node_of_this_write_is_not_purged_but_counts(void **state)
{
	(void)state;
	pool_of_handoff_nodes();
	failed_lately(1, 1);
	kill_and_notice(0);
	forget();
	assert_status(do_set(KEY, "v"), MCHA_STATUS_OK);
	assert_asked("", "S", "S", "D");
	assert_holds(2, KEY, "v");
}

/* The first home cannot hold the value, the second is down: one handoff node with the new value
 * suffices. */
static void older_handoff_copies_are_purged_once_any_node_has_the_new_value(void **state)
{
	char value[400];

	(void)state;
	memset(value, 'x', sizeof(value) - 1);
	value[sizeof(value) - 1] = '\0';
	pool_of_handoff_nodes();
	failed_lately(1, 1);
	kill_and_notice(0);
	put(3, KEY, "old");
	servers[1].item_size_max = 600;
	forget();
	assert_status(do_set(KEY, value), MCHA_STATUS_OK);
	assert_holds(2, KEY, value);
	assert_string_equal(servers[1].log, "SD");
	assert_holds(3, KEY, NULL);
}

/* --- hints of handoff nodes ------------------------------------------------------------------- */

/* The handoff node has an older copy and is the only node that answers: an error is better than
 * that copy. */
static void an_outdated_handoff_copy_is_not_read(void **state)
{
	(void)state;
	pool_of(4);
	kill_node(0);
	assert_status(do_set("01:k", "older"), MCHA_STATUS_OK);
	assert_holds(2, "01:k", "older");
	kill_node(2);
	assert_status(do_set("01:k", "new"), MCHA_STATUS_OK);
	assert_int_equal(source_of(2, "01:k"), -1);
	revive(2);
	kill_node(1);
	hold_background_replay();
	let_time_pass();
	forget();
	assert_reads("01:k", "new"); /* of the next handoff node */
	assert_string_equal(servers[2].log, "gD!G");
	assert_holds(2, "01:k", NULL);
	kill_node(3);
	assert_fails(do_get("01:k", MCHA_WANT_VALUE).answer.status);
}

/* All nodes are held down, and a home node that is asked as a last resort answers. */
static void a_handoff_node_that_is_down_gets_a_hint_for_a_last_resort_write(void **state)
{
	(void)state;
	pool_of(3);
	hold_background_replay();
	kill_node(1);
	assert_status(do_set("01:k", "older"), MCHA_STATUS_OK);
	assert_holds(2, "01:k", "older");
	kill_and_notice(0);
	kill_and_notice(2);
	servers[0].fault = MCHA_STATUS_OK;
	pool->nodes[0]->health->last_failure = mcha_clock_now() - NOT_LONG_AGO;
	let_time_pass();
	assert_status(do_set("01:k", "new"), MCHA_STATUS_OK);
	assert_holds(0, "01:k", "new");
	assert_int_equal(source_of(2, "01:k"), -1);
	revive(2);
	kill_and_notice(0);
	assert_fails(do_get("01:k", MCHA_WANT_VALUE).answer.status);
}

static const mcha_status faults[] = {
	MCHA_STATUS_DOWN, MCHA_STATUS_CONNECT, MCHA_STATUS_TIMEOUT, MCHA_STATUS_SERVER_ERROR};

/* Node 0 failed recently, and node 2 has its handoff copy; then node 2 fails itself. */
static void make_leftover(mcha_status fault)
{
	pool_of(4);
	hold_background_replay();
	kill_node(0);
	assert_status(do_set("01:k", "older"), MCHA_STATUS_OK);
	revive(0);
	if (fault == MCHA_STATUS_DOWN) {
		kill_and_notice(2);
	} else {
		fail_with(2, fault);
	}
	let_time_pass();
	forget();
}

static void a_failed_purge_leaves_a_hint(void **state)
{
	(void)state;
	for (int verb = 0; verb < 4; verb++) {
		for (size_t i = 0; i < COUNT(faults); i++) {
			mcha_hint hint;

			make_leftover(faults[i]);
			put(0, "01:k", "5");
			put(1, "01:k", "5");
			assert_status(verb == 0 ? do_set("01:k", "v")
					: verb == 1     ? do_delete("01:k")
					: verb == 2     ? do_append("01:k", "1")
									: do_decide("01:k", "v", MCHA_MODE_REPLACE),
				MCHA_STATUS_OK);
			assert_int_equal(source_of(2, "01:k"), -1);
			assert_true(find_hint(2, "01:k", &hint));
			assert_int_equal(hint.indeterminate != 0, faults[i] == MCHA_STATUS_TIMEOUT);
		}
	}
}

/* The handoff node has an earlier hint: a refusal does not clear it. */
static void a_refused_purge_clears_no_hint(void **state)
{
	(void)state;
	make_leftover(MCHA_STATUS_SERVER_ERROR);
	add_hint(2, "01:k", -1);
	let_time_pass();
	assert_status(do_set("01:k", "v"), MCHA_STATUS_OK);
	assert_string_equal(servers[2].log, "D");
	assert_true(has_hint(2, "01:k"));
}

static void an_acknowledged_purge_clears_the_hint(void **state)
{
	(void)state;
	for (int empty = 0; empty <= 1; empty++) {
		make_leftover(MCHA_STATUS_OK);
		if (empty) {
			wipe(2);
		}
		add_hint(2, "01:k", -1);
		let_time_pass();
		assert_status(do_set("01:k", "v"), MCHA_STATUS_OK);
		assert_string_equal(servers[2].log, "D");
		assert_false(has_hint(2, "01:k"));
	}
}

/* A node that may still apply an older write is not sent the deletion. */
static void a_handoff_node_with_an_unripe_hint_is_not_purged_and_keeps_the_hint(void **state)
{
	mcha_hint hint;

	(void)state;
	make_leftover(MCHA_STATUS_OK);
	add_hint(2, "01:k", -1);
	assert_true(find_hint(2, "01:k", &hint));
	hints->slots[hint.slot].indeterminate = mcha_clock_now();
	assert_status(do_set("01:k", "v"), MCHA_STATUS_OK);
	assert_string_equal(servers[2].log, "");
	assert_true(has_hint(2, "01:k"));
}

/* It takes no handoff copy either: the next handoff node does. */
static void a_handoff_node_with_an_unripe_hint_is_skipped(void **state)
{
	mcha_hint hint;

	(void)state;
	pool_of(5);
	add_hint(2, "01:k", -1);
	assert_true(find_hint(2, "01:k", &hint));
	hints->slots[hint.slot].indeterminate = mcha_clock_now();
	hold_background_replay();
	kill_and_notice(0);
	forget();
	assert_status(do_set("01:k", "v"), MCHA_STATUS_OK);
	assert_asked("", "S", "", "S", "D"); /* an earlier copy may be behind it, too */
}

static void a_handoff_node_that_gets_the_new_value_loses_its_hint(void **state)
{
	(void)state;
	pool_of(4);
	hold_background_replay();
	add_hint(2, "01:k", -1);
	kill_and_notice(0);
	let_time_pass();
	assert_status(do_set("01:k", "v"), MCHA_STATUS_OK);
	assert_holds(2, "01:k", "v");
	assert_false(has_hint(2, "01:k"));
	kill_node(1);
	assert_reads("01:k", "v");
}

static void the_home_has_a_hint_by_now(fake_server *server, const mcha_request *request)
{
	assert_int_equal(request->verb, MCHA_VERB_DELETE);
	assert_true(has_hint(1, "01:k"));
	server->before = NULL;
}

/* A process that dies between the two leaves the older handoff copy, and the hint of the home
 * node. */
static void hints_are_recorded_before_handoff_copies_are_purged(void **state)
{
	(void)state;
	for (int verb = 0; verb < 3; verb++) {
		pool_of(5);
		hold_background_replay();
		put(0, "01:k", "5");
		put(1, "01:k", "5");
		failed_lately(0, 1);
		kill_node(1);
		servers[3].before = the_home_has_a_hint_by_now;
		assert_status(verb == 0 ? do_set("01:k", "v")
				: verb == 1     ? do_decide("01:k", "v", MCHA_MODE_REPLACE)
								: do_count("01:k").answer.status,
			MCHA_STATUS_OK);
		assert_null(servers[3].before);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(as_many_handoff_nodes_are_purged_as_homes_failed),
		TEST(a_handoff_copy_that_is_a_source_is_not_purged),
		TEST(a_home_is_not_stale_if_its_source_was_purged_by_another_write),
		TEST(an_add_finds_what_the_other_write_has_stored),
		TEST(purges_of_other_copies_and_long_ago_do_not_count),
		TEST(the_other_writes_hint_stands),
		TEST(a_purge_is_noted_before_it_is_sent_and_when_it_has_ended),
		TEST(if_a_handoff_node_failed_too_the_next_is_purged_as_well),
		TEST(if_no_home_failed_no_handoff_node_is_purged),
		TEST(the_handoff_node_of_this_write_is_not_purged_but_counts),
		TEST(older_handoff_copies_are_purged_once_any_node_has_the_new_value),
		TEST(an_outdated_handoff_copy_is_not_read),
		TEST(a_handoff_node_that_is_down_gets_a_hint_for_a_last_resort_write),
		TEST(a_failed_purge_leaves_a_hint),
		TEST(a_refused_purge_clears_no_hint),
		TEST(an_acknowledged_purge_clears_the_hint),
		TEST(a_handoff_node_with_an_unripe_hint_is_not_purged_and_keeps_the_hint),
		TEST(a_handoff_node_with_an_unripe_hint_is_skipped),
		TEST(a_handoff_node_that_gets_the_new_value_loses_its_hint),
		TEST(hints_are_recorded_before_handoff_copies_are_purged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
