/* SPDX-License-Identifier: MIT */
/* What hosts that share nothing do to one another's changes of what is there (append, touch,
 * count): such a change does not give a node what the node has missed before. */
#include "journal_rig.h"

/* A write of this host misses the node, which is back at once. */
static void miss_at(size_t node, mcha_status (*write)(void))
{
	kill_node(node);
	assert_status(write(), MCHA_STATUS_OK);
	servers[node].fault = MCHA_STATUS_OK;
}

static mcha_status append_to_it(void)
{
	return do_append(KEY, "+");
}

static mcha_status touch_it(void)
{
	return do_touch(KEY, 100);
}

/* Each of the two hosts replays what it can, until all hints are gone; the second one begins. */
static void replay_all(size_t nodes, const char *other)
{
	for (size_t i = 0; i < 6; i++) {
		take_part(1 - i % 2, other);
		for (size_t j = 0; j < nodes; j++) {
			revive(j);
		}
		late_writes_pass();
		rig_release_if(do_get(KEY, MCHA_WANT_VALUE).answer.value);
	}
	for (size_t i = 0; i < 2; i++) {
		take_part(i, other);
		assert_int_equal(count_hints(0), 0);
		assert_int_equal(count_hints(1), 0);
	}
}

/* The first host's write misses node 0; the second one, which does not know of it, makes its change
 * there, and misses node 1. */
static void cross(mcha_status (*write)(void), mcha_status (*change)(void))
{
	all_hosts_know(3, 3);
	miss_at(0, write);
	on_host(1);
	miss_at(1, change);
	take_part(0, "2:x");
	take_part(1, "2:x");
}

static void a_change_of_a_deleted_key_does_not_bring_it_back(void **state)
{
	(void)state;
	cross(delete_it, append_to_it);
	take_part(2, "2:x");
	assert_reads(KEY, NULL);
	replay_all(3, "2:x");
	assert_holds(0, KEY, NULL);
	assert_holds(1, KEY, NULL);
}

static void a_touch_of_an_old_copy_does_not_take_the_place_of_the_new_value(void **state)
{
	(void)state;
	cross(set_new, touch_it);
	take_part(2, "2:x");
	assert_reads(KEY, "new");
	replay_all(3, "2:x");
	assert_holds(0, KEY, "new");
	assert_holds(1, KEY, "new");
}

/* The homes have missed the first host's write, which a handoff node has. The second host, which
 * does not know of it, makes its change on node 1, misses node 0, and gives node 0 what node 1
 * has. */
static void a_change_that_was_replayed_does_not_end_the_hint_of_an_earlier_write(void **state)
{
	(void)state;
	all_hosts_know(2, 4);
	miss_homes(0, 1, "new");
	on_host(1);
	miss_at(0, append_to_it);
	assert_holds(1, KEY, "old+");
	revive(0);
	let_time_pass();
	rig_release_if(do_get(KEY, MCHA_WANT_VALUE).answer.value);
	replay_all(4, "3:x");
	assert_holds(0, KEY, "new");
	assert_holds(1, KEY, "new");
}

/* A third host hears of both, and then that the change was replayed. */
static void a_copy_that_lacks_a_write_is_not_believed_when_a_change_was_replayed(void **state)
{
	mcha_hint hint;

	(void)state;
	all_hosts_know(3, 4);
	miss_homes(0, 1, "new");
	on_host(1);
	miss_at(0, append_to_it);
	take_part(2, "3:x");
	assert_true(doubts(0, KEY));
	on_host(1);
	assert_true(find_hint(0, KEY, &hint));
	assert_true(mcha_hints_clear(hints, &hint));
	take_part(1, "3:x");
	take_part(2, "3:x");
	assert_true(doubts(0, KEY));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		JOURNAL_TEST(a_change_of_a_deleted_key_does_not_bring_it_back),
		JOURNAL_TEST(a_touch_of_an_old_copy_does_not_take_the_place_of_the_new_value),
		JOURNAL_TEST(a_change_that_was_replayed_does_not_end_the_hint_of_an_earlier_write),
		JOURNAL_TEST(a_copy_that_lacks_a_write_is_not_believed_when_a_change_was_replayed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
