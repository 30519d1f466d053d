/* SPDX-License-Identifier: MIT */
/* The table of debts: writes that are on their way. */
#include "owed_rig.h"

#define FAR 1
#define ME 77
#define SOMEBODY 88

static mcha_owed_mark note(uint64_t owner, mcha_usec until, mcha_verb verb)
{
	mcha_debt debt = {.node = FAR, .good = 2, .owner = owner, .until = until, .unsure = start,
		.verb = (uint8_t)verb, .key_length = 3};

	memcpy(debt.key, "key", 3);
	return mcha_owed_note(table, &nodes[FAR - 1], &debt, start);
}

static bool is_debt(mcha_debt *debt)
{
	return mcha_owed_find(table, FAR, "key", 3, debt);
}

static bool is_mark(uint64_t not_owner, mcha_debt *debt)
{
	return mcha_owed_find_mark(table, FAR, "key", 3, not_owner, debt);
}

static void a_mark_is_no_debt_before_its_time_and_one_afterwards(void **state)
{
	mcha_debt debt;

	(void)state;
	note(ME, start + 3600 * SECOND, MCHA_VERB_STORE);
	assert_false(is_debt(&debt));
	assert_true(is_mark(SOMEBODY, &debt));
	assert_int_equal(debt.verb, MCHA_VERB_STORE);
	assert_false(is_mark(ME, &debt));
	assert_int_equal(nodes[FAR - 1].owed, 1);
	note(ME, start - 1, MCHA_VERB_STORE);
	assert_false(is_mark(SOMEBODY, &debt));
	assert_true(is_debt(&debt));
	assert_int_equal(debt.good, 2);
	assert_int_equal(table->total, 1); /* an owner has one mark of a key */
}

static void a_mark_that_was_acknowledged_is_gone(void **state)
{
	mcha_owed_mark mark;
	mcha_debt debt;

	(void)state;
	mark = note(ME, start + 3600 * SECOND, MCHA_VERB_STORE);
	assert_true(mcha_owed_forgive(table, &mark));
	assert_false(is_mark(0, &debt) || is_debt(&debt));
	assert_int_equal(table->total, 0);
	assert_false(mcha_owed_forgive(table, &mark));
	assert_false(mcha_owed_is_owners(table, &mark, ME));
}

static void the_mark_of_an_earlier_write_gives_way_to_the_later_one_s(void **state)
{
	mcha_owed_mark earlier, later;

	(void)state;
	earlier = note(ME, start + 3600 * SECOND, MCHA_VERB_STORE);
	later = note(ME, start + 3601 * SECOND, MCHA_VERB_STORE);
	assert_false(mcha_owed_forgive(table, &earlier));
	assert_true(mcha_owed_is_owners(table, &earlier, ME));
	assert_true(mcha_owed_forgive(table, &later));
	assert_int_equal(table->total, 0);
}

static void marks_and_debts_of_others_stay_beside_it(void **state)
{
	mcha_owed_mark mark;
	mcha_debt debt;

	(void)state;
	mark = note(ME, start + 3600 * SECOND, MCHA_VERB_STORE);
	note(SOMEBODY, start + 3600 * SECOND, MCHA_VERB_COUNT);
	mcha_owed_add(table, &nodes[FAR - 1], FAR, 3, 0, "key", 3, start);
	assert_int_equal(table->total, 3);
	assert_true(is_mark(ME, &debt));
	assert_int_equal(debt.owner, SOMEBODY);
	assert_true(is_debt(&debt));
	assert_int_equal(debt.good, 3);
	assert_true(mcha_owed_forgive(table, &mark));
	assert_true(is_debt(&debt));
	assert_true(is_mark(0, &debt));
}

static void what_is_called_in_is_a_debt_loose_if_the_write_has_come(void **state)
{
	mcha_owed_mark mark;
	mcha_debt debt;

	(void)state;
	mark = note(ME, start + 3600 * SECOND, MCHA_VERB_STORE);
	assert_true(mcha_owed_call_in(table, &mark, true, start));
	assert_true(is_debt(&debt));
	assert_int_equal(debt.verb, MCHA_OWED_LOOSE);
	assert_int_equal(debt.unsure, 0);
	assert_int_equal(debt.owner, 0);
	assert_false(mcha_owed_forgive(table, &mark));
	assert_true(mcha_owed_settle(table, &debt));

	mark = note(ME, start + 3600 * SECOND, MCHA_VERB_STORE);
	assert_true(mcha_owed_call_in(table, &mark, false, start));
	assert_true(is_debt(&debt));
	assert_int_not_equal(debt.verb, MCHA_OWED_LOOSE);
	assert_int_equal(debt.unsure, start);
}

static void a_debt_that_is_more_than_loose_stays_it_and_is_found_first(void **state)
{
	mcha_owed_mark mark;
	mcha_debt debt;

	(void)state;
	mcha_owed_add(table, &nodes[FAR - 1], FAR, 3, MCHA_OWED_UNSURE, "key", 3, start);
	mcha_owed_add(table, &nodes[FAR - 1], FAR, 3, MCHA_OWED_IN_DOUBT, "key", 3, start + 1);
	assert_true(is_debt(&debt));
	assert_int_not_equal(debt.verb, MCHA_OWED_LOOSE);
	assert_int_equal(debt.unsure, start);
	assert_true(mcha_owed_settle(table, &debt));

	mark = note(ME, start + 3600 * SECOND, MCHA_VERB_STORE);
	mcha_owed_call_in(table, &mark, true, start);
	mark = note(ME, start + 3600 * SECOND, MCHA_VERB_STORE);
	mcha_owed_call_in(table, &mark, false, start);
	assert_true(is_debt(&debt));
	assert_int_not_equal(debt.verb, MCHA_OWED_LOOSE);
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
