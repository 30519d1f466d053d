/* SPDX-License-Identifier: MIT */
/* The table of hints: writes that are on their way. */
#include "hints_rig.h"

#define FAR 1
#define ME 77
#define SOMEBODY 88

static mcha_in_flight_hint note(uint64_t owner, mcha_usec until, mcha_verb verb)
{
	mcha_hint hint = {.node = FAR, .source = 2, .owner = owner, .until = until, .indeterminate = start,
		.verb = (uint8_t)verb, .key_length = 3};

	memcpy(hint.key, "key", 3);
	return mcha_hints_begin(table, &nodes[FAR - 1], &hint, start);
}

static bool is_debt(mcha_hint *hint)
{
	return mcha_hints_find(table, FAR, "key", 3, hint);
}

static bool is_mark(uint64_t not_owner, mcha_hint *hint)
{
	return mcha_hints_find_in_flight(table, FAR, "key", 3, not_owner, hint);
}

static void a_mark_is_no_debt_before_its_time_and_one_afterwards(void **state)
{
	mcha_hint hint;

	(void)state;
	note(ME, start + 3600 * SECOND, MCHA_VERB_STORE);
	assert_false(is_debt(&hint));
	assert_true(is_mark(SOMEBODY, &hint));
	assert_int_equal(hint.verb, MCHA_VERB_STORE);
	assert_false(is_mark(ME, &hint));
	assert_int_equal(nodes[FAR - 1].hints, 1);
	note(ME, start - 1, MCHA_VERB_STORE);
	assert_false(is_mark(SOMEBODY, &hint));
	assert_true(is_debt(&hint));
	assert_int_equal(hint.source, 2);
	assert_int_equal(table->total, 1); /* an owner has one mark of a key */
}

static void a_mark_that_was_acknowledged_is_gone(void **state)
{
	mcha_in_flight_hint mark;
	mcha_hint hint;

	(void)state;
	mark = note(ME, start + 3600 * SECOND, MCHA_VERB_STORE);
	assert_true(mcha_hints_clear_in_flight(table, &mark));
	assert_false(is_mark(0, &hint) || is_debt(&hint));
	assert_int_equal(table->total, 0);
	assert_false(mcha_hints_clear_in_flight(table, &mark));
	assert_false(mcha_hints_is_owners(table, &mark, ME));
}

static void the_mark_of_an_earlier_write_gives_way_to_the_later_one_s(void **state)
{
	mcha_in_flight_hint earlier, later;

	(void)state;
	earlier = note(ME, start + 3600 * SECOND, MCHA_VERB_STORE);
	later = note(ME, start + 3601 * SECOND, MCHA_VERB_STORE);
	assert_false(mcha_hints_clear_in_flight(table, &earlier));
	assert_true(mcha_hints_is_owners(table, &earlier, ME));
	assert_true(mcha_hints_clear_in_flight(table, &later));
	assert_int_equal(table->total, 0);
}

static void marks_and_debts_of_others_stay_beside_it(void **state)
{
	mcha_in_flight_hint mark;
	mcha_hint hint;

	(void)state;
	mark = note(ME, start + 3600 * SECOND, MCHA_VERB_STORE);
	note(SOMEBODY, start + 3600 * SECOND, MCHA_VERB_COUNT);
	mcha_hints_add(table, &nodes[FAR - 1], FAR, 3, 0, "key", 3, start);
	assert_int_equal(table->total, 3);
	assert_true(is_mark(ME, &hint));
	assert_int_equal(hint.owner, SOMEBODY);
	assert_true(is_debt(&hint));
	assert_int_equal(hint.source, 3);
	assert_true(mcha_hints_clear_in_flight(table, &mark));
	assert_true(is_debt(&hint));
	assert_true(is_mark(0, &hint));
}

static void what_is_called_in_is_a_debt_loose_if_the_write_has_come(void **state)
{
	mcha_in_flight_hint mark;
	mcha_hint hint;

	(void)state;
	mark = note(ME, start + 3600 * SECOND, MCHA_VERB_STORE);
	assert_true(mcha_hints_confirm_missed(table, &mark, true, start));
	assert_true(is_debt(&hint));
	assert_int_equal(hint.verb, MCHA_HINT_VERB_REORDERED);
	assert_int_equal(hint.indeterminate, 0);
	assert_int_equal(hint.owner, 0);
	assert_false(mcha_hints_clear_in_flight(table, &mark));
	assert_true(mcha_hints_clear(table, &hint));

	mark = note(ME, start + 3600 * SECOND, MCHA_VERB_STORE);
	assert_true(mcha_hints_confirm_missed(table, &mark, false, start));
	assert_true(is_debt(&hint));
	assert_int_not_equal(hint.verb, MCHA_HINT_VERB_REORDERED);
	assert_int_equal(hint.indeterminate, start);
}

static void a_debt_that_is_more_than_loose_stays_it_and_is_found_first(void **state)
{
	mcha_in_flight_hint mark;
	mcha_hint hint;

	(void)state;
	mcha_hints_add(table, &nodes[FAR - 1], FAR, 3, MCHA_HINTS_INDETERMINATE, "key", 3, start);
	mcha_hints_add(table, &nodes[FAR - 1], FAR, 3, MCHA_HINTS_REORDERED, "key", 3, start + 1);
	assert_true(is_debt(&hint));
	assert_int_not_equal(hint.verb, MCHA_HINT_VERB_REORDERED);
	assert_int_equal(hint.indeterminate, start);
	assert_true(mcha_hints_clear(table, &hint));

	mark = note(ME, start + 3600 * SECOND, MCHA_VERB_STORE);
	mcha_hints_confirm_missed(table, &mark, true, start);
	mark = note(ME, start + 3600 * SECOND, MCHA_VERB_STORE);
	mcha_hints_confirm_missed(table, &mark, false, start);
	assert_true(is_debt(&hint));
	assert_int_not_equal(hint.verb, MCHA_HINT_VERB_REORDERED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_mark_is_no_debt_before_its_time_and_one_afterwards),
		TEST(a_mark_that_was_acknowledged_is_gone),
		TEST(the_mark_of_an_earlier_write_gives_way_to_the_later_one_s),
		TEST(marks_and_debts_of_others_stay_beside_it),
		TEST(what_is_called_in_is_a_debt_loose_if_the_write_has_come),
		TEST(a_debt_that_is_more_than_loose_stays_it_and_is_found_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
