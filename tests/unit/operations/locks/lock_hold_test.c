/* SPDX-License-Identifier: MIT */
/* Locks with a quorum of home nodes, under every combination of failed nodes. */
#include "lock_rig.h"

/* --- holding ---------------------------------------------------------------------------------- */

static void a_lock_is_decided_copied_and_numbered(void **state)
{
	holder me = holder_of("012", "me"), you = holder_of("012", "you");

	(void)state;
	three_copies();
	assert_status(hold(&me), MCHA_STATUS_OK);
	assert_asked("AC", "AC", "AC");
	assert_int_equal(me.number, 1000);
	assert_int_equal(pool->report.acknowledged, 3);
	assert_status(hold(&you), MCHA_STATUS_NOT_STORED);
	assert_status(give_back(&me), MCHA_STATUS_OK);
	assert_nowhere("012:l");
	assert_status(hold(&you), MCHA_STATUS_OK);
	assert_int_equal(you.number, 1001);
}

static void two_of_three_copies_suffice_and_one_does_not(void **state)
{
	(void)state;
	for (size_t down = 0; down < 3; down++) {
		for (size_t other = down; other < 3; other++) {
			holder me = holder_of("012", "me");

			three_copies();
			kill_node(down);
			kill_node(other);
			if (down == other) {
				assert_status(hold(&me), MCHA_STATUS_OK);
				assert_status(hold(&me), MCHA_STATUS_NOT_STORED);
			} else {
				assert_status(hold(&me), MCHA_STATUS_NO_QUORUM);
				assert_nowhere("012:l");
				assert_int_equal(me.lock.count, 0);
			}
		}
	}
}

static void any_copy_of_another_owner_refuses_the_lock(void **state)
{
	(void)state;
	for (size_t survivor = 0; survivor < 3; survivor++) {
		holder me = holder_of("012", "me"), you = holder_of("012", "you");

		three_copies();
		assert_status(hold(&you), MCHA_STATUS_OK);
		for (size_t i = 0; i < 3; i++) {
			if (i != survivor) {
				wipe(i);
			}
		}
		assert_status(hold(&me), MCHA_STATUS_NOT_STORED);
		assert_holds(survivor, "012:l", "you");
		assert_holds((survivor + 1) % 3, "012:l", NULL);
	}
}

/* A server that was stopped may be two seconds early, and the promised life has not ended. */
static void a_copy_refuses_the_lock_until_it_has_ended(void **state)
{
	(void)state;
	for (int64_t ttl = 0; ttl <= 2; ttl++) {
		holder me = holder_of("012", "me"), you = holder_of("012", "you");

		three_copies();
		kill_node(0);
		assert_status(hold(&you), MCHA_STATUS_OK);
		revive(0);
		entry_at(1, "012:l")->ttl = ttl;
		assert_status(hold(&me), MCHA_STATUS_NOT_STORED);
		assert_holds(1, "012:l", "you");
		assert_holds(2, "012:l", "you");
		entry_at(2, "012:l")->ttl = ttl;
		assert_status(hold(&me), MCHA_STATUS_NOT_STORED);
	}
}

static void one_of_two_copies_suffices_while_the_other_node_is_down(void **state)
{
	(void)state;
	for (size_t down = 0; down < 2; down++) {
		holder me = holder_of("01", "me"), you = holder_of("01", "you");

		pool_of(2);
		kill_node(down);
		assert_status(hold(&me), MCHA_STATUS_OK);
		assert_asked(down ? "A?C" : "A?", down ? "A?" : "A?C");
		wipe(down);
		revive(down);
		assert_status(hold(&you), MCHA_STATUS_NOT_STORED);
		assert_holds(down, "01:l", NULL);
	}
}

static void node_0_is_there_again(fake_server *server, const mcha_request *request)
{
	(void)server;
	(void)request;
	servers[0].fault = MCHA_STATUS_OK;
}

/* One request was lost, or this process was held up: another owner may hold the lock on the node
 * that seemed to be down. */
static void a_home_that_fails_only_once_is_not_taken_for_down(void **state)
{
	static const mcha_status faults[] = {
		MCHA_STATUS_CONNECT, MCHA_STATUS_TIMEOUT, MCHA_STATUS_CLOSED};

	(void)state;
	for (size_t i = 0; i < COUNT(faults); i++) {
		holder me = holder_of("01", "me"), you = holder_of("01", "you");

		pool_of(2);
		kill_node(1);
		assert_status(hold(&you), MCHA_STATUS_OK); /* on node 0 alone */
		revive(1);
		clear_failures(); /* another process, for which no node has failed yet */
		fail_with(0, faults[i]);
		servers[1].before = node_0_is_there_again;
		assert_status(hold(&me), MCHA_STATUS_NO_QUORUM);
		assert_holds(0, "01:l", "you");
		assert_holds(1, "01:l", NULL);
	}
}

/* Node 1 was down when the lock was granted, and node 0 loses it. */
static void two_homes_that_failed_within_a_locks_life_grant_none_if_one_was_restarted(void **state)
{
	holder me = holder_of("01", "me"), you = holder_of("01", "you");

	(void)state;
	pool_of(2);
	kill_node(1);
	assert_status(hold(&you), MCHA_STATUS_OK);
	revive(1);
	kill_and_notice(0);
	wipe(0);
	servers[0].uptime = 1;
	revive(0);
	assert_status(hold(&me), MCHA_STATUS_NO_QUORUM);
	assert_nowhere("01:l");
	servers[0].uptime = LIFE + 1;
	assert_status(hold(&me), MCHA_STATUS_OK);
}

/* A server that closes idle connections looks restarted until it reports its uptime. */
static void homes_that_only_closed_connections_grant_a_lock(void **state)
{
	holder me = holder_of("01", "me");

	(void)state;
	pool_of(2);
	for (size_t i = 0; i < 2; i++) {
		mcha_health_suspect(health, pool->nodes[i]->health, mcha_clock_now());
	}
	assert_status(hold(&me), MCHA_STATUS_OK);
}

static void one_home_that_has_not_failed_is_enough_beside_one_that_is_back(void **state)
{
	(void)state;
	for (size_t node = 0; node < 2; node++) {
		holder me = holder_of("01", "me");

		pool_of(2);
		kill_and_notice(node);
		revive(node);
		assert_status(hold(&me), MCHA_STATUS_OK);
	}
}

static void a_home_that_is_known_to_be_down_is_not_asked_again(void **state)
{
	holder me = holder_of("01", "me");

	(void)state;
	settings.retry_interval = settings.retry_interval_max = 1;
	pool_of(2);
	kill_and_notice(1);
	while (mcha_health_look(pool->nodes[1]->health, mcha_clock_now()).failures_in_a_row < 2) {
		forget();
		(void)do_get("1:x", 0);
	}
	forget();
	assert_status(hold(&me), MCHA_STATUS_OK);
	assert_null(strchr(servers[1].log, '?'));
	assert_non_null(strchr(servers[0].log, '?'));
}

/* The node may have lost another owner's lock, whose other copy cannot be asked now. */
static void one_of_two_copies_is_not_believed_alone_if_it_was_just_restarted(void **state)
{
	static const int uptimes[] = {LIFE, 1, -1};

	(void)state;
	for (size_t i = 0; i < COUNT(uptimes); i++) {
		holder me = holder_of("01", "me");

		pool_of(2);
		kill_node(1);
		servers[0].uptime = uptimes[i];
		assert_status(hold(&me), MCHA_STATUS_NO_QUORUM);
		assert_nowhere("01:l");
		servers[0].uptime = LIFE + 1;
		assert_status(hold(&me), MCHA_STATUS_OK);
	}
}

static void one_of_two_copies_is_not_believed_alone_if_its_node_was_seen_to_fail(void **state)
{
	holder me = holder_of("01", "me");

	(void)state;
	pool_of(2);
	kill_and_notice(0);
	revive(0);
	kill_node(1);
	assert_status(hold(&me), MCHA_STATUS_NO_QUORUM);
	assert_nowhere("01:l");
	node_was_well_for(0, LIFE * SECOND);
	assert_status(hold(&me), MCHA_STATUS_OK);
}

/* The node's last failure is longer ago than a lock lives, but it was held down after it, and a
 * lock may have been granted on the other node alone meanwhile. */
static void one_of_two_copies_is_not_believed_alone_if_its_node_has_just_come_back(void **state)
{
	holder first = holder_of("01", "first");

	(void)state;
	pool_of(2);
	node_was_well_for(0, 2 * LIFE * SECOND);
	assert_status(hold(&first), MCHA_STATUS_OK);
	assert_status(give_back(&first), MCHA_STATUS_OK);

	pool->nodes[0]->health->last_row = (uint64_t)((mcha_clock_now() - SECOND) / MSEC) << 10;
	kill_node(1);
	assert_status(hold(&first), MCHA_STATUS_NO_QUORUM);
	assert_nowhere("01:l");
}

static void a_home_that_refuses_is_not_taken_for_down(void **state)
{
	holder me = holder_of("01", "me");

	(void)state;
	pool_of(2);
	fail_with(1, MCHA_STATUS_NO_MEMORY);
	assert_status(hold(&me), MCHA_STATUS_NO_QUORUM);
	assert_nowhere("01:l");
}

static void handoff_nodes_do_not_count(void **state)
{
	holder me = holder_of("012", "me");

	(void)state;
	settings.replicas = 2;
	pool_of(5);
	kill_node(0);
	kill_node(1);
	assert_status(hold(&me), MCHA_STATUS_NO_QUORUM);
	assert_nowhere("012:l");
}

/* Another owner's majority may consist of the restarted node, which has lost its copy, and a node
 * that is down. */
static void of_three_copies_those_that_were_just_restarted_count_only_with_all_others(void **state)
{
	(void)state;
	for (size_t young = 0; young < 3; young++) {
		holder me = holder_of("012", "me");

		three_copies();
		servers[young].uptime = LIFE;
		assert_status(hold(&me), MCHA_STATUS_OK);
		assert_status(give_back(&me), MCHA_STATUS_OK);
		kill_and_notice((young + 1) % 3);
		assert_status(hold(&me), MCHA_STATUS_NO_QUORUM);
		assert_nowhere("012:l");
		servers[young].uptime = LIFE + 1;
		assert_status(hold(&me), MCHA_STATUS_OK);
	}
}

/* A node that only failed has not lost its copy. */
static void of_three_copies_one_whose_node_was_seen_to_fail_counts(void **state)
{
	holder me = holder_of("012", "me");

	(void)state;
	three_copies();
	kill_and_notice(0);
	revive(0);
	kill_and_notice(1);
	assert_status(hold(&me), MCHA_STATUS_OK);
}

/* Only this host would know such a hint, and it names no owner: another owner may have taken the
 * lock since. */
static void a_lock_with_a_quorum_leaves_no_hints(void **state)
{
	holder me = holder_of("012", "me"), you = holder_of("012", "you");

	(void)state;
	three_copies();
	assert_status(hold(&you), MCHA_STATUS_OK);
	wipe(0);
	fail_with(0, MCHA_STATUS_TIMEOUT);
	assert_status(hold(&me), MCHA_STATUS_NOT_STORED);
	assert_int_equal(hints->total, 0);
	assert_status(give_back(&you), MCHA_STATUS_OK);
	assert_int_equal(hints->total, 0);
	assert_holds(1, "012:l", NULL);
}

/* A home node that is short of memory may have another owner's copy all the same. */
static void a_lock_with_a_quorum_purges_no_handoff_nodes(void **state)
{
	holder me = holder_of("012", "me");

	(void)state;
	three_copies();
	kill_and_notice(2);
	fail_with(1, MCHA_STATUS_NO_MEMORY);
	forget();
	assert_status(hold(&me), MCHA_STATUS_NO_QUORUM);
	assert_asked("AD!", "A");
}

static void hint_replay_does_not_copy_a_lock(void **state)
{
	holder me = holder_of("012", "me"), you = holder_of("012", "you");

	(void)state;
	three_copies();
	assert_status(hold(&you), MCHA_STATUS_OK);
	for (long source = -1; source < 1; source++) {
		add_hint(2, "012:l", source);
		let_time_pass();
		assert_status(hold(&me), MCHA_STATUS_NOT_STORED);
		assert_holds(2, "012:l", "you");
		assert_status(extend(&you), MCHA_STATUS_OK);
		assert_holds(2, "012:l", "you");
	}
}

static void without_a_number_no_lock_is_held(void **state)
{
	holder me = holder_of("01", "me");

	(void)state;
	pool_of(2);
	put(0, "01:f", "no number");
	put(1, "01:f", "no number");
	assert_status(hold(&me), MCHA_STATUS_NO_QUORUM);
	assert_nowhere("01:l");
	assert_int_equal(me.lock.count, 0);
}

static void one_deadline_bounds_the_whole_lock(void **state)
{
	holder me = holder_of("01", "me");
	mcha_usec first;

	(void)state;
	pool_of(2);
	kill_node(0);
	assert_status(hold(&me), MCHA_STATUS_OK);
	first = deadlines[0] - shares[0] + 12 * SECOND;
	for (size_t i = 0; i < share_count; i++) {
		assert_true(deadlines[i] <= first);
	}
	assert_int_equal(pool->until, 0);
}

/* --- extending -------------------------------------------------------------------------------- */

static void extending_stores_the_owners_copies_again_over_their_cas(void **state)
{
	holder me = holder_of("012", "me");

	(void)state;
	three_copies();
	assert_status(hold(&me), MCHA_STATUS_OK);
	forget();
	assert_status(extend(&me), MCHA_STATUS_OK);
	assert_asked("S!", "S!", "S!");
	assert_int_equal(entry_at(0, "012:l")->exptime, 2 * LIFE);
	assert_status(extend(&me), MCHA_STATUS_OK);
	assert_status(give_back(&me), MCHA_STATUS_OK);
	assert_nowhere("012:l");
}

static void homes_that_lost_or_missed_the_lock_get_a_copy(void **state)
{
	holder me = holder_of("012", "me");

	(void)state;
	three_copies();
	kill_node(2);
	assert_status(hold(&me), MCHA_STATUS_OK);
	revive(2);
	assert_status(extend(&me), MCHA_STATUS_OK);
	assert_holds(2, "012:l", "me");
	wipe(0);
	forget();
	assert_status(extend(&me), MCHA_STATUS_OK);
	assert_asked("S!A", "S!", "S!");
	assert_holds(0, "012:l", "me");
	assert_status(give_back(&me), MCHA_STATUS_OK);
	assert_nowhere("012:l");
}

/* Another owner may have held the lock meanwhile: extending does not restore it from a minority. */
static void a_lock_that_a_majority_of_the_homes_has_lost_is_lost(void **state)
{
	holder me = holder_of("012", "me");

	(void)state;
	three_copies();
	assert_status(hold(&me), MCHA_STATUS_OK);
	wipe(0);
	wipe(1);
	assert_status(extend(&me), MCHA_STATUS_MISS);
	assert_holds(0, "012:l", NULL);
	assert_holds(1, "012:l", NULL);
	/* the remaining copies are removed all the same */
	assert_status(give_back(&me), MCHA_STATUS_MISS);
	assert_holds(2, "012:l", NULL);
}

static void a_lock_of_another_owner_is_not_extended(void **state)
{
	holder me = holder_of("012", "me"), you = holder_of("012", "you");

	(void)state;
	three_copies();
	assert_status(hold(&me), MCHA_STATUS_OK);
	for (size_t i = 0; i < 3; i++) {
		wipe(i);
	}
	assert_status(hold(&you), MCHA_STATUS_OK);
	assert_status(extend(&me), MCHA_STATUS_MISS);
	assert_status(give_back(&me), MCHA_STATUS_MISS);
	for (size_t i = 0; i < 3; i++) {
		assert_holds(i, "012:l", "you");
		assert_int_equal(entry_at(i, "012:l")->exptime, LIFE);
	}
}

static void a_node_that_is_down_does_not_count_as_a_lost_copy(void **state)
{
	holder me = holder_of("012", "me");

	(void)state;
	three_copies();
	assert_status(hold(&me), MCHA_STATUS_OK);
	kill_node(0);
	assert_status(extend(&me), MCHA_STATUS_OK);
	kill_node(1);
	assert_fails(extend(&me));
	revive(1);
	assert_status(extend(&me), MCHA_STATUS_OK);
}

static void a_copy_whose_answer_was_lost_is_found_by_its_token(void **state)
{
	holder me = holder_of("012", "me");

	(void)state;
	three_copies();
	assert_status(hold(&me), MCHA_STATUS_OK);
	fail_with(0, MCHA_STATUS_TIMEOUT);
	assert_status(extend(&me), MCHA_STATUS_OK);
	put(0, "012:l", "me"); /* the write was applied, and its copy has another CAS */
	revive(0);
	forget();
	assert_status(extend(&me), MCHA_STATUS_OK);
	assert_asked("GS!", "S!", "S!");
	assert_status(give_back(&me), MCHA_STATUS_OK);
	assert_nowhere("012:l");
}

static void one_of_two_copies_suffices_to_extend(void **state)
{
	holder me = holder_of("01", "me");

	(void)state;
	pool_of(2);
	/* the node was up the whole time: no copy was lost */
	servers[0].uptime = servers[1].uptime = 1;
	assert_status(hold(&me), MCHA_STATUS_OK);
	kill_node(0);
	assert_status(extend(&me), MCHA_STATUS_OK);
	wipe(0);
	revive(0);
	assert_status(extend(&me), MCHA_STATUS_OK);
	assert_holds(0, "01:l", "me");
	wipe(1);
	assert_status(extend(&me), MCHA_STATUS_OK);
	assert_holds(1, "01:l", "me");
}

static void servers_without_cas_are_touched_if_they_have_the_token(void **state)
{
	holder me = holder_of("01", "me"), you = holder_of("01", "you");

	(void)state;
	pool_of(2);
	servers[0].keeps_no_cas = servers[1].keeps_no_cas = true;
	assert_status(hold(&me), MCHA_STATUS_OK);
	forget();
	assert_status(extend(&me), MCHA_STATUS_OK);
	assert_asked("GT", "GT");
	assert_int_equal(entry_at(1, "01:l")->exptime, 2 * LIFE);
	wipe(0);
	wipe(1);
	assert_status(hold(&you), MCHA_STATUS_OK);
	assert_status(extend(&me), MCHA_STATUS_MISS);
	assert_int_equal(entry_at(1, "01:l")->exptime, LIFE);
}

static void releasing_a_lock_with_a_minority_of_copies_reports_the_loss(void **state)
{
	holder me = holder_of("012", "me");

	(void)state;
	three_copies();
	assert_status(hold(&me), MCHA_STATUS_OK);
	put(0, "012:l", "you");
	put(1, "012:l", "you");
	assert_status(give_back(&me), MCHA_STATUS_MISS);
	assert_holds(0, "012:l", "you");
	assert_holds(2, "012:l", NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_lock_is_decided_copied_and_numbered),
		TEST(two_of_three_copies_suffice_and_one_does_not),
		TEST(any_copy_of_another_owner_refuses_the_lock),
		TEST(a_copy_refuses_the_lock_until_it_has_ended),
		TEST(one_of_two_copies_suffices_while_the_other_node_is_down),
		TEST(a_home_that_fails_only_once_is_not_taken_for_down),
		TEST(two_homes_that_failed_within_a_locks_life_grant_none_if_one_was_restarted),
		TEST(homes_that_only_closed_connections_grant_a_lock),
		TEST(one_home_that_has_not_failed_is_enough_beside_one_that_is_back),
		TEST(a_home_that_is_known_to_be_down_is_not_asked_again),
		TEST(one_of_two_copies_is_not_believed_alone_if_it_was_just_restarted),
		TEST(one_of_two_copies_is_not_believed_alone_if_its_node_was_seen_to_fail),
		TEST(one_of_two_copies_is_not_believed_alone_if_its_node_has_just_come_back),
		TEST(a_home_that_refuses_is_not_taken_for_down),
		TEST(handoff_nodes_do_not_count),
		TEST(of_three_copies_those_that_were_just_restarted_count_only_with_all_others),
		TEST(of_three_copies_one_whose_node_was_seen_to_fail_counts),
		TEST(a_lock_with_a_quorum_leaves_no_hints),
		TEST(a_lock_with_a_quorum_purges_no_handoff_nodes),
		TEST(hint_replay_does_not_copy_a_lock),
		TEST(without_a_number_no_lock_is_held),
		TEST(one_deadline_bounds_the_whole_lock),
		TEST(extending_stores_the_owners_copies_again_over_their_cas),
		TEST(homes_that_lost_or_missed_the_lock_get_a_copy),
		TEST(a_lock_that_a_majority_of_the_homes_has_lost_is_lost),
		TEST(a_lock_of_another_owner_is_not_extended),
		TEST(a_node_that_is_down_does_not_count_as_a_lost_copy),
		TEST(a_copy_whose_answer_was_lost_is_found_by_its_token),
		TEST(one_of_two_copies_suffices_to_extend),
		TEST(servers_without_cas_are_touched_if_they_have_the_token),
		TEST(releasing_a_lock_with_a_minority_of_copies_reports_the_loss),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
