/* SPDX-License-Identifier: MIT */
/* Fencing tokens under every combination of failed nodes. */
#include "lock_rig.h"

static mcha_status draw(const char *key, const char *floor, uint64_t *number)
{
	mcha_item item = fence_item(key, floor);

	mcha_fence(pool, &item);
	*number = item.answer.number;
	return item.answer.status;
}

static void numbers_are_drawn_in_one_round(void **state)
{
	uint64_t number;

	(void)state;
	three_copies();
	for (uint64_t expected = 500; expected < 503; expected++) {
		forget();
		assert_status(draw("012:f", "500", &number), MCHA_STATUS_OK);
		assert_int_equal(number, expected);
		assert_asked("C", "C", "C");
	}
	assert_int_equal(entry_at(1, "012:f")->exptime, 86400);
}

static void copies_that_are_behind_converge_before_the_number_is_returned(void **state)
{
	uint64_t number;

	(void)state;
	three_copies();
	put(0, "012:f", "700");
	put(1, "012:f", "900");
	put(2, "012:f", "10");
	assert_status(draw("012:f", "500", &number), MCHA_STATUS_OK);
	assert_int_equal(number, 901);
	for (size_t i = 0; i < 3; i++) {
		assert_holds(i, "012:f", "901");
	}
}

static void after_copies_were_lost_the_number_is_at_least_the_floor(void **state)
{
	uint64_t number;

	(void)state;
	three_copies();
	assert_status(draw("012:f", "500", &number), MCHA_STATUS_OK);
	wipe(0);
	assert_status(draw("012:f", "600", &number), MCHA_STATUS_OK);
	assert_int_equal(number, 600);
	assert_holds(2, "012:f", "600");
	kill_node(1);
	assert_status(draw("012:f", "700", &number), MCHA_STATUS_OK);
	assert_int_equal(number, 700);
	assert_status(draw("012:f", "600", &number), MCHA_STATUS_OK);
	assert_int_equal(number, 701); /* a clock that is late does no harm while the copies live */
}

static void a_majority_of_the_homes_must_have_the_number(void **state)
{
	uint64_t number;

	(void)state;
	three_copies();
	kill_node(0);
	kill_node(2);
	assert_status(draw("012:f", "500", &number), MCHA_STATUS_NO_QUORUM);
	kill_node(1);
	assert_fails(draw("012:f", "500", &number));
}

static void numbers_grow_whichever_two_of_three_homes_can_be_asked(void **state)
{
	uint64_t number, last = 0;

	(void)state;
	three_copies();
	for (unsigned turn = 0; turn < 60; turn++) {
		size_t down = turn * 7 / 3 % 3;

		fail_with(down, MCHA_STATUS_TIMEOUT);
		clear_failures();
		assert_status(draw("012:f", "5", &number), MCHA_STATUS_OK);
		assert_true(number > last);
		last = number;
		servers[down].fault = MCHA_STATUS_OK;
	}
}

static void servers_that_cannot_create_counters_are_given_the_floor(void **state)
{
	uint64_t number;

	(void)state;
	pool_of(2);
	servers[0].cannot_create = servers[1].cannot_create = true;
	assert_status(draw("01:f", "500", &number), MCHA_STATUS_OK);
	assert_int_equal(number, 500);
	assert_holds(1, "01:f", "500");
	wipe(1);
	assert_status(draw("01:f", "600", &number), MCHA_STATUS_OK);
	assert_int_equal(number, 600);
	assert_holds(0, "01:f", "600");
	assert_status(draw("01:f", "600", &number), MCHA_STATUS_OK);
	assert_int_equal(number, 601);
}

/* So that the other home may be lost then. */
static void a_home_that_missed_numbers_is_raised_when_it_is_back(void **state)
{
	uint64_t number;

	(void)state;
	pool_of(2);
	assert_status(draw("01:f", "500", &number), MCHA_STATUS_OK);
	kill_node(1);
	assert_status(draw("01:f", "500", &number), MCHA_STATUS_OK);
	assert_status(draw("01:f", "500", &number), MCHA_STATUS_OK);
	assert_int_equal(number, 502);
	assert_true(has_hint(1, "01:f"));
	revive(1);
	let_time_pass();
	background_replay_was(2 * SECOND);
	(void)do_get("01:other", 0);
	assert_holds(1, "01:f", "502");
	kill_node(0);
	wipe(0);
	assert_status(draw("01:f", "5", &number), MCHA_STATUS_OK);
	assert_int_equal(number, 503);
}

static void a_home_that_missed_numbers_is_asked_at_once(void **state)
{
	uint64_t number;

	(void)state;
	pool_of(2);
	assert_status(draw("01:f", "500", &number), MCHA_STATUS_OK);
	kill_node(0);
	assert_status(draw("01:f", "500", &number), MCHA_STATUS_OK);
	revive(0);
	hold_background_replay();
	let_time_pass();
	assert_status(draw("01:f", "5", &number), MCHA_STATUS_OK);
	assert_int_equal(number, 502);
	assert_holds(0, "01:f", "502");
	assert_false(has_hint(0, "01:f"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(numbers_are_drawn_in_one_round),
		TEST(copies_that_are_behind_converge_before_the_number_is_returned),
		TEST(after_copies_were_lost_the_number_is_at_least_the_floor),
		TEST(a_majority_of_the_homes_must_have_the_number),
		TEST(numbers_grow_whichever_two_of_three_homes_can_be_asked),
		TEST(a_home_that_missed_numbers_is_raised_when_it_is_back),
		TEST(a_home_that_missed_numbers_is_asked_at_once),
		TEST(servers_that_cannot_create_counters_are_given_the_floor),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
