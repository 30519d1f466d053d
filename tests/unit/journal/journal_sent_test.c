/* SPDX-License-Identifier: MIT */
/* What hosts that share nothing know of a write that one of them has sent to a node which has not
 * answered: the node may still carry the write out. */
#include "journal_rig.h"

/* The first host's write was sent to node 0, and the others missed that node afterwards. */
static void send_and_miss(void)
{
	all_hosts_know(3, 3);
	fail_with(0, MCHA_STATUS_TIMEOUT);
	assert_status(do_set(KEY, "first"), MCHA_STATUS_OK);
	servers[0].fault = MCHA_STATUS_OK;
	for (size_t i = 1; i < 3; i++) {
		take_part(i, "2:x");
		miss_homes(0, 0, i == 1 ? "second" : "third");
	}
	for (size_t i = 1; i < 3; i++) {
		take_part(i, "2:x");
		revive(0);
		late_writes_pass();
		(void)do_get("2:x", 0);
	}
}

static void read_it(void)
{
	rig_release_if(do_get(KEY, MCHA_WANT_VALUE).answer.value);
}

/* The second host has read the record of the third host's hint, which is younger than its own. */
static void a_hint_waits_for_another_hosts_write_whatever_was_missed_since(void **state)
{
	(void)state;
	send_and_miss();
	on_host(1);
	forget();
	read_it();
	assert_true(count_hints(0) > 0);
	assert_null(strchr(servers[0].log, 'S'));
}

/* The third host's hint is resolved before the first one's. */
static void a_copy_to_which_a_write_may_still_come_is_not_believed(void **state)
{
	mcha_hint hint;

	(void)state;
	send_and_miss();
	on_host(2);
	assert_true(find_hint(0, KEY, &hint));
	assert_true(mcha_hints_clear(hints, &hint));
	take_part(2, "2:x");
	take_part(1, "2:x");
	assert_int_equal(count_hints(0), 0);
	assert_true(doubts(0, KEY));
	put(0, KEY, "first"); /* the write that was sent */
	assert_reads(KEY, "third");
	assert_reads(KEY, "third");
	assert_true(doubts(0, KEY));
}

/* The first host replays its hint; then the others do. */
static void hints_are_replayed_when_the_host_that_has_sent_the_write_says_so(void **state)
{
	(void)state;
	send_and_miss();
	take_part(0, "2:x");
	revive(0);
	put(0, KEY, "first");
	late_writes_pass();
	read_it();
	for (size_t i = 0; i < 6; i++) {
		take_part(i % 3, "2:x");
		late_writes_pass();
		read_it();
	}
	assert_holds(0, KEY, "third");
	for (size_t i = 0; i < 3; i++) {
		take_part(i, "2:x");
		assert_int_equal(count_hints(0), 0);
		assert_false(doubts(0, KEY));
	}
}

/* Each of two hosts knows that the other one's write may still come to the node, behind what it
 * would put there by its hint. */
static void hosts_that_have_both_sent_a_write_do_not_wait_for_one_another(void **state)
{
	(void)state;
	all_hosts_know(2, 3);
	for (size_t i = 0; i < 2; i++) {
		take_part(i, "2:x");
		fail_with(0, MCHA_STATUS_TIMEOUT);
		assert_status(do_set(KEY, i == 0 ? "first" : "second"), MCHA_STATUS_OK);
		servers[0].fault = MCHA_STATUS_OK;
	}
	take_part(0, "2:x");
	miss_homes(0, 0, "third");
	for (size_t i = 0; i < 8; i++) {
		take_part(i % 2, "2:x");
		revive(0);
		slept += MCHA_LATE_WRITES;
		read_it();
	}
	assert_holds(0, KEY, "third");
	for (size_t i = 0; i < 2; i++) {
		take_part(i, "2:x");
		assert_int_equal(count_hints(0), 0);
	}
}

/* The first host is gone. */
static void a_write_of_a_host_that_is_gone_is_awaited_for_a_while(void **state)
{
	(void)state;
	send_and_miss();
	slept += 31 * SECOND;
	for (size_t i = 0; i < 6; i++) {
		take_part(i % 2 + 1, "2:x");
		late_writes_pass();
		read_it();
	}
	assert_holds(0, KEY, "third");
	for (size_t i = 1; i < 3; i++) {
		take_part(i, "2:x");
		assert_int_equal(count_hints(0), 0);
		assert_false(doubts(0, KEY));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		JOURNAL_TEST(a_hint_waits_for_another_hosts_write_whatever_was_missed_since),
		JOURNAL_TEST(a_copy_to_which_a_write_may_still_come_is_not_believed),
		JOURNAL_TEST(hints_are_replayed_when_the_host_that_has_sent_the_write_says_so),
		JOURNAL_TEST(hosts_that_have_both_sent_a_write_do_not_wait_for_one_another),
		JOURNAL_TEST(a_write_of_a_host_that_is_gone_is_awaited_for_a_while),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
