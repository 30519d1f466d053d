/* SPDX-License-Identifier: MIT */
/* Hints that are not replayed yet: a write that was sent to the node may still be applied there.
 * Until then the node is not asked for the key. */
#include "hint_replay_rig.h"

/* --- whether a hint is indeterminate ---------------------------------------------------------- */

/* make_stale_node(), where the write was sent and not answered. */
static void make_indeterminate_hint(size_t nodes, size_t stale, const char *key)
{
	make_stale_node(nodes, stale, key);
	slot_of(stale, key)->indeterminate = mcha_clock_now() - LONG_AGO;
	node_was_well_for(stale, LONG_AGO);
}

static mcha_status write_set(void)
{
	return do_set("01:k", "7");
}

static mcha_status write_delete(void)
{
	return do_delete("01:k");
}

static mcha_status write_append(void)
{
	return do_append("01:k", "7");
}

static mcha_status write_count(void)
{
	return do_count("01:k").answer.status;
}

static mcha_status write_replace(void)
{
	return do_decide("01:k", "7", MCHA_MODE_REPLACE);
}

static mcha_status (*const writes[])(void) = {
	write_set, write_delete, write_append, write_count, write_replace};

static void a_hint_is_indeterminate_if_the_write_was_sent_and_not_answered(void **state)
{
	static const struct {
		mcha_status fault;
		bool indeterminate;
	} rows[] = {
		{MCHA_STATUS_TIMEOUT, true},
		{MCHA_STATUS_CLOSED, true},
		{MCHA_STATUS_PROTOCOL, true},
		{MCHA_STATUS_IO, true},
		{MCHA_STATUS_CONNECT, false},
		{MCHA_STATUS_AUTH, false},
		{MCHA_STATUS_UNRESOLVED, false},
		{MCHA_STATUS_SERVER_ERROR, false},
		{MCHA_STATUS_NO_MEMORY, false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(writes); i++) {
		for (size_t j = 0; j < COUNT(rows); j++) {
			mcha_usec before = mcha_clock_now();

			pool_of(2);
			put(0, "01:k", "5");
			put(1, "01:k", "5");
			fail_with(1, rows[j].fault);
			assert_status(writes[i](), MCHA_STATUS_OK);
			assert_int_equal(slot_of(1, "01:k")->indeterminate != 0, rows[j].indeterminate);
			assert_true(!rows[j].indeterminate || slot_of(1, "01:k")->indeterminate >= before);
		}
	}
}

static void the_hint_of_a_node_that_is_known_to_be_down_is_not_indeterminate(void **state)
{
	(void)state;
	pool_of(2);
	kill_and_notice(1);
	assert_status(do_set("01:k", "v"), MCHA_STATUS_OK);
	assert_int_equal(slot_of(1, "01:k")->indeterminate, 0);
}

static void the_hint_of_a_lock_that_was_not_removed_follows_the_same_rule(void **state)
{
	static const mcha_status faults[] = {MCHA_STATUS_CONNECT, MCHA_STATUS_TIMEOUT};

	(void)state;
	for (size_t i = 0; i < COUNT(faults); i++) {
		mcha_lock lock;

		pool_of(2);
		assert_status(take(&lock, "mine"), MCHA_STATUS_OK);
		fail_with(1, faults[i]);
		assert_status(leave(&lock, "mine"), MCHA_STATUS_OK);
		assert_int_equal(slot_of(1, "01:l")->indeterminate != 0, faults[i] == MCHA_STATUS_TIMEOUT);
	}
}

/* --- until an indeterminate hint is ripe ------------------------------------------------------ */

static void make_unripe_hint(size_t nodes)
{
	make_indeterminate_hint(nodes, 0, "01:k");
	slot_of(0, "01:k")->indeterminate = mcha_clock_now() - NOT_LONG_AGO;
}

static void a_node_is_not_asked_for_a_key_while_an_older_write_may_arrive(void **state)
{
	(void)state;
	make_unripe_hint(3);
	assert_reads("01:k", "new");
	assert_string_equal(servers[0].log, "");
	for (size_t i = 0; i < COUNT(writes); i++) {
		make_unripe_hint(3);
		put(1, "01:k", "5");
		assert_status(writes[i](), MCHA_STATUS_OK);
		assert_string_equal(servers[0].log, "");
		assert_true(has_hint(0, "01:k"));
		assert_true(slot_of(0, "01:k")->indeterminate != 0); /* it is not sure for that */
	}
	make_unripe_hint(3);
	assert_status(do_decide("01:k", "v", MCHA_MODE_ADD), MCHA_STATUS_NOT_STORED);
	assert_status(do_touch("01:k", 5), MCHA_STATUS_OK);
	assert_string_equal(servers[0].log, "");
	assert_reads("01:x", NULL); /* the hint stays indeterminate */
	assert_string_equal(servers[0].log, "G");
}

static void a_handoff_node_replaces_a_node_with_an_unripe_hint(void **state)
{
	(void)state;
	make_unripe_hint(3);
	assert_status(do_set("01:k", "v"), MCHA_STATUS_OK);
	assert_asked("", "S", "S");
	assert_int_equal(pool->report.acknowledged, 2);
	kill_node(1);
	assert_reads("01:k", "v");
	assert_string_equal(servers[0].log, "");
}

static void without_other_copies_an_unripe_hint_is_a_failure(void **state)
{
	(void)state;
	make_unripe_hint(2);
	kill_node(1);
	assert_fails(do_get("01:k", MCHA_WANT_VALUE).answer.status);
	assert_fails(do_set("01:k", "v"));
	assert_fails(do_delete("01:k"));
	assert_fails(do_decide("01:k", "v", MCHA_MODE_ADD));
	assert_string_equal(servers[0].log, "");
}

/* The hint says that another process deleted the key. */
static void a_key_with_an_unripe_hint_to_delete_is_missing(void **state)
{
	mcha_item item;

	(void)state;
	make_stale_node(2, 0, "01:k");
	assert_status(do_delete("01:k"), MCHA_STATUS_OK);
	put(0, "01:k", "old");
	add_hint(0, "01:k", -1);
	slot_of(0, "01:k")->indeterminate = mcha_clock_now();
	node_was_well_for(1, NOT_LONG_AGO); /* the node's miss alone proves nothing */
	item = do_get("01:k", MCHA_WANT_VALUE);
	assert_status(item.answer.status, MCHA_STATUS_MISS);
	assert_asked("D", "DG");
}

static void an_indeterminate_hint_is_replayed_when_its_node_was_up_for_half_a_second(void **state)
{
	(void)state;
	make_indeterminate_hint(2, 0, "01:k");
	assert_reads("01:k", "new");
	assert_asked("gS!G", "G");
	assert_false(has_hint(0, "01:k"));

	make_indeterminate_hint(2, 0, "01:k");
	assert_status(do_set("01:k", "v"), MCHA_STATUS_OK);
	assert_asked("S", "S");
	assert_false(has_hint(0, "01:k"));
}

static void a_node_that_just_failed_or_came_back_gets_no_replay_yet(void **state)
{
	mcha_health *one;

	(void)state;
	make_indeterminate_hint(2, 0, "01:k");
	node_was_well_for(0, LONG_AGO);
	one = pool->nodes[0]->health;
	one->last_failure = mcha_clock_now() - NOT_LONG_AGO;
	assert_reads("01:k", "new");
	assert_asked("", "G");

	node_was_well_for(0, LONG_AGO);
	one->last_row = (uint64_t)((mcha_clock_now() - NOT_LONG_AGO) / MSEC) << 10;
	assert_reads("01:k", "new");
	assert_asked("", "GG");

	node_was_well_for(0, LONG_AGO);
	assert_reads("01:k", "new");
	assert_asked("gS!G", "GGG");
}

/* The node is probed all the same: if only this key is used, no other operation probes the node. */
static void a_node_that_is_down_is_probed_and_gets_no_replay_yet(void **state)
{
	mcha_health_rules rules = {.retry_interval = 1, .retry_interval_max = 1};
	mcha_usec then = mcha_clock_now() - LONG_AGO;

	(void)state;
	make_indeterminate_hint(2, 0, "01:k");
	pool->nodes[0]->health->last_row = 0;
	mcha_health_failure(health, pool->nodes[0]->health, &rules, then, then, 200);
	assert_reads("01:k", "new");
	assert_asked("g", "G");
	assert_int_equal(mcha_health_look(pool->nodes[0]->health, mcha_clock_now()).state,
		MCHA_HEALTH_UP);
	assert_true(has_hint(0, "01:k"));
	assert_holds(0, "01:k", "old");
	forget();
	assert_reads("01:k", "new");
	assert_asked("", "G");
}

static void a_hint_that_is_not_indeterminate_is_replayed_at_once(void **state)
{
	(void)state;
	make_unripe_hint(2);
	node_was_well_for(0, 0);
	slot_of(0, "01:k")->indeterminate = 0;
	assert_reads("01:k", "new");
	assert_asked("gS!G", "G");
}

static void background_replay_waits_until_a_hint_is_ripe(void **state)
{
	(void)state;
	make_unripe_hint(3);
	background_replay_was(SECOND);
	assert_reads("21:x", NULL);
	assert_asked("", "G", "G");
	make_indeterminate_hint(3, 0, "01:k");
	background_replay_was(SECOND);
	assert_reads("21:x", NULL);
	assert_asked("gS!", "GG", "G");
	assert_int_equal(hints->total, 0);
}

/* --- late outcomes ---------------------------------------------------------------------------- */

static void three_copies(void)
{
	settings.replicas = 2;
	pool_of(3);
}

/* While a write waits for a node, other clients write without the node that has acknowledged this
 * write. */
static void go_on_without_the_first(fake_server *server, const mcha_request *request)
{
	(void)request;
	server->before = NULL;
	let_time_pass();
	add_hint(0, "012:k", 2);
}

static void a_node_that_got_a_hint_meanwhile_is_not_recorded_as_source(void **state)
{
	(void)state;
	three_copies();
	fail_with(1, MCHA_STATUS_TIMEOUT);
	servers[2].before = go_on_without_the_first;
	assert_status(do_set("012:k", "v"), MCHA_STATUS_OK);
	assert_int_equal(source_of(0, "012:k"), 2);
	assert_int_equal(source_of(1, "012:k"), 2);
	assert_false(has_hint(2, "012:k"));
}

static void go_on_with_the_second(fake_server *server, const mcha_request *request)
{
	(void)request;
	server->before = NULL;
	let_time_pass();
	add_hint(0, "012:k", 1);
}

static void go_on_with_the_second_alone(fake_server *server, const mcha_request *request)
{
	(void)request;
	server->before = NULL;
	let_time_pass();
	add_hint(0, "01:k", 1);
}

static void a_node_that_acknowledged_a_newer_write_gets_no_hint(void **state)
{
	(void)state;
	pool_of(2);
	fail_with(1, MCHA_STATUS_TIMEOUT);
	servers[0].before = go_on_with_the_second;
	assert_status(do_set("012:k", "v"), MCHA_STATUS_OK);
	assert_int_equal(source_of(0, "012:k"), 1);
	assert_false(has_hint(1, "012:k"));
}

/* The outcome is on its way to the second home node when the authority decides again. */
static void decide_again(fake_server *server, const mcha_request *request)
{
	(void)request;
	server->before = NULL;
	server->late = 0;
	put(0, "012:k", "newer");
}

static void copies_of_an_overtaken_decision_get_hints_from_the_authority(void **state)
{
	(void)state;
	three_copies();
	assert_status(do_set("012:k", "old"), MCHA_STATUS_OK);
	servers[1].late = 6 * MSEC;
	servers[1].before = decide_again;
	assert_status(do_decide("012:k", "new", MCHA_MODE_REPLACE), MCHA_STATUS_OK);
	assert_int_equal(source_of(1, "012:k"), 0);
	assert_int_equal(source_of(2, "012:k"), 0);
	let_time_pass();
	assert_reads("012:k", "newer");
	assert_status(do_decide("012:k", "last", MCHA_MODE_REPLACE), MCHA_STATUS_OK);
	assert_int_equal(hints->total, 0);
}

/* The outcome is on its way to the third home node when the authority hangs and the second decides
 * instead. */
static void decide_without_the_first(fake_server *server, const mcha_request *request)
{
	(void)request;
	server->before = NULL;
	server->late = 0;
	add_hint(0, "012:k", 1);
	add_hint(2, "012:k", 1);
	fail_with(0, MCHA_STATUS_TIMEOUT);
}

static void an_authority_that_was_replaced_meanwhile_is_no_source(void **state)
{
	(void)state;
	three_copies();
	assert_status(do_set("012:k", "old"), MCHA_STATUS_OK);
	servers[2].late = 6 * MSEC;
	servers[2].before = decide_without_the_first;
	assert_status(do_decide("012:k", "new", MCHA_MODE_REPLACE), MCHA_STATUS_STALE);
	assert_int_equal(source_of(0, "012:k"), 1);
	assert_false(has_hint(1, "012:k"));
	assert_int_equal(source_of(2, "012:k"), 1);
}

/* Two clients change the same key at the same time, and each change reaches a different node only:
 * one of the changes is not acknowledged. */
static void a_change_that_other_clients_missed_is_not_acknowledged(void **state)
{
	static mcha_status (*const changes[])(void) = {write_append, write_count};

	(void)state;
	for (size_t i = 0; i < COUNT(changes); i++) {
		pool_of(2);
		put(0, "01:k", "5");
		put(1, "01:k", "5");
		fail_with(1, MCHA_STATUS_TIMEOUT);
		servers[0].before = go_on_with_the_second_alone;
		assert_status(changes[i](), MCHA_STATUS_STALE);
		assert_int_equal(source_of(0, "01:k"), 1);
		assert_false(has_hint(1, "01:k"));
	}
}

static void a_count_comes_from_a_node_without_a_new_hint(void **state)
{
	mcha_item item;

	(void)state;
	three_copies();
	put(0, "012:k", "5");
	put(1, "012:k", "8");
	put(2, "012:k", "8");
	fail_with(2, MCHA_STATUS_TIMEOUT);
	servers[0].before = go_on_with_the_second;
	item = do_count("012:k");
	assert_status(item.answer.status, MCHA_STATUS_OK);
	assert_int_equal(item.answer.number, 9);
	assert_int_equal(item.position, 1);
	assert_int_equal(source_of(0, "012:k"), 1);
	assert_int_equal(source_of(2, "012:k"), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_hint_is_indeterminate_if_the_write_was_sent_and_not_answered),
		TEST(the_hint_of_a_node_that_is_known_to_be_down_is_not_indeterminate),
		TEST(the_hint_of_a_lock_that_was_not_removed_follows_the_same_rule),
		TEST(a_node_is_not_asked_for_a_key_while_an_older_write_may_arrive),
		TEST(a_handoff_node_replaces_a_node_with_an_unripe_hint),
		TEST(without_other_copies_an_unripe_hint_is_a_failure),
		TEST(a_key_with_an_unripe_hint_to_delete_is_missing),
		TEST(an_indeterminate_hint_is_replayed_when_its_node_was_up_for_half_a_second),
		TEST(a_node_that_just_failed_or_came_back_gets_no_replay_yet),
		TEST(a_node_that_is_down_is_probed_and_gets_no_replay_yet),
		TEST(a_hint_that_is_not_indeterminate_is_replayed_at_once),
		TEST(background_replay_waits_until_a_hint_is_ripe),
		TEST(a_node_that_got_a_hint_meanwhile_is_not_recorded_as_source),
		TEST(a_node_that_acknowledged_a_newer_write_gets_no_hint),
		TEST(copies_of_an_overtaken_decision_get_hints_from_the_authority),
		TEST(an_authority_that_was_replaced_meanwhile_is_no_source),
		TEST(a_change_that_other_clients_missed_is_not_acknowledged),
		TEST(a_count_comes_from_a_node_without_a_new_hint),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
