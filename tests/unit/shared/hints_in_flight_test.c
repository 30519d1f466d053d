/* SPDX-License-Identifier: MIT */
/* The hint table: in-flight writes. */
#include "hints_rig.h"

#define FAR 1
#define ME 77
#define OTHER 88

static mcha_in_flight_hint begin_in_flight(uint64_t owner, mcha_usec until, mcha_verb verb)
{
	mcha_hint hint = {
		.node = FAR,
		.source = 2,
		.owner = owner,
		.until = until,
		.indeterminate = start,
		.verb = (uint8_t)verb,
		.key_length = 3,
	};

	memcpy(hint.key, "key", 3);
	return mcha_hints_begin(table, &nodes[FAR - 1], &hint, start);
}

static bool is_hint(mcha_hint *hint)
{
	return mcha_hints_find(table, FAR, "key", 3, hint);
}

static bool is_in_flight(uint64_t not_owner, mcha_hint *hint)
{
	return mcha_hints_find_in_flight(table, FAR, "key", 3, not_owner, hint);
}

static void an_in_flight_hint_becomes_a_hint_when_its_time_is_over(void **state)
{
	mcha_hint hint;

	(void)state;
	begin_in_flight(ME, start + 3600 * SECOND, MCHA_VERB_STORE);
	assert_false(is_hint(&hint));
	assert_true(is_in_flight(OTHER, &hint));
	assert_int_equal(hint.verb, MCHA_VERB_STORE);
	assert_false(is_in_flight(ME, &hint));
	assert_int_equal(nodes[FAR - 1].hints, 1);
	begin_in_flight(ME, start - 1, MCHA_VERB_STORE);
	assert_false(is_in_flight(OTHER, &hint));
	assert_true(is_hint(&hint));
	assert_int_equal(hint.source, 2);
	assert_int_equal(table->total, 1); /* one in-flight hint for each owner and key */
}

static void an_acknowledged_in_flight_hint_is_cleared(void **state)
{
	mcha_in_flight_hint handle;
	mcha_hint hint;

	(void)state;
	handle = begin_in_flight(ME, start + 3600 * SECOND, MCHA_VERB_STORE);
	assert_true(mcha_hints_clear_in_flight(table, &handle));
	assert_false(is_in_flight(0, &hint) || is_hint(&hint));
	assert_int_equal(table->total, 0);
	assert_false(mcha_hints_clear_in_flight(table, &handle));
	assert_false(mcha_hints_is_owners(table, &handle, ME));
}

static void a_later_write_replaces_the_in_flight_hint_of_an_earlier_one(void **state)
{
	mcha_in_flight_hint earlier, later;

	(void)state;
	earlier = begin_in_flight(ME, start + 3600 * SECOND, MCHA_VERB_STORE);
	later = begin_in_flight(ME, start + 3601 * SECOND, MCHA_VERB_STORE);
	assert_false(mcha_hints_clear_in_flight(table, &earlier));
	assert_true(mcha_hints_is_owners(table, &earlier, ME));
	assert_true(mcha_hints_clear_in_flight(table, &later));
	assert_int_equal(table->total, 0);
}

static void in_flight_hints_and_hints_of_other_owners_are_kept(void **state)
{
	mcha_in_flight_hint handle;
	mcha_hint hint;

	(void)state;
	handle = begin_in_flight(ME, start + 3600 * SECOND, MCHA_VERB_STORE);
	begin_in_flight(OTHER, start + 3600 * SECOND, MCHA_VERB_COUNT);
	mcha_hints_add(table, &nodes[FAR - 1], FAR, 3, 0, "key", 3, start);
	assert_int_equal(table->total, 3);
	assert_true(is_in_flight(ME, &hint));
	assert_int_equal(hint.owner, OTHER);
	assert_true(is_hint(&hint));
	assert_int_equal(hint.source, 3);
	assert_true(mcha_hints_clear_in_flight(table, &handle));
	assert_true(is_hint(&hint));
	assert_true(is_in_flight(0, &hint));
}

static void a_missed_write_becomes_a_hint_and_a_reordered_one_is_flagged(void **state)
{
	mcha_in_flight_hint handle;
	mcha_hint hint;

	(void)state;
	handle = begin_in_flight(ME, start + 3600 * SECOND, MCHA_VERB_STORE);
	assert_true(mcha_hints_confirm_missed(table, &handle, true, 0, start));
	assert_true(is_hint(&hint));
	assert_int_equal(hint.verb, MCHA_HINT_VERB_REORDERED);
	assert_int_equal(hint.indeterminate, 0);
	assert_int_equal(hint.owner, 0);
	assert_false(mcha_hints_clear_in_flight(table, &handle));
	assert_true(mcha_hints_clear(table, &hint));

	handle = begin_in_flight(ME, start + 3600 * SECOND, MCHA_VERB_STORE);
	assert_true(mcha_hints_confirm_missed(table, &handle, false, 0, start + SECOND));
	assert_true(is_hint(&hint));
	assert_int_not_equal(hint.verb, MCHA_HINT_VERB_REORDERED);
	/* until the connection was closed the write was on its way */
	assert_int_equal(hint.indeterminate, start + SECOND);
}

static mcha_usec last_on_the_way(uint64_t not_owner)
{
	return mcha_hints_last_on_the_way(table, FAR, "key", 3, not_owner);
}

static void of_several_hints_the_latest_write_counts(void **state)
{
	(void)state;
	assert_int_equal(last_on_the_way(ME), 0);
	mcha_hints_add(table, &nodes[FAR - 1], FAR, 0, 0, "key", 3, start);
	assert_int_equal(last_on_the_way(ME), 0);
	begin_in_flight(OTHER, start + 3600 * SECOND, MCHA_VERB_STORE); /* in flight */
	assert_int_equal(last_on_the_way(ME), 0);
	begin_in_flight(ME, start - 1, MCHA_VERB_STORE);
	assert_int_equal(last_on_the_way(ME), 0); /* what this process sends now comes behind */
	assert_int_equal(last_on_the_way(OTHER), start);
	mcha_hints_add(table, &nodes[FAR - 1], FAR, 0, MCHA_HINTS_INDETERMINATE, "key", 3, start + 5);
	assert_int_equal(last_on_the_way(ME), start + 5);
	begin_in_flight(OTHER, start + 9, MCHA_VERB_STORE);
	while (mcha_clock_now() <= start + 9) {
	}
	assert_int_equal(last_on_the_way(ME), start + 9);
}

static void an_indeterminate_hint_is_not_weakened_to_reordered_and_is_found_first(void **state)
{
	mcha_in_flight_hint handle;
	mcha_hint hint;

	(void)state;
	mcha_hints_add(table, &nodes[FAR - 1], FAR, 3, MCHA_HINTS_INDETERMINATE, "key", 3, start);
	mcha_hints_add(table, &nodes[FAR - 1], FAR, 3, MCHA_HINTS_REORDERED, "key", 3, start + 1);
	assert_true(is_hint(&hint));
	assert_int_not_equal(hint.verb, MCHA_HINT_VERB_REORDERED);
	assert_int_equal(hint.indeterminate, start);
	assert_true(mcha_hints_clear(table, &hint));

	handle = begin_in_flight(ME, start + 3600 * SECOND, MCHA_VERB_STORE);
	mcha_hints_confirm_missed(table, &handle, true, 0, start);
	handle = begin_in_flight(ME, start + 3600 * SECOND, MCHA_VERB_STORE);
	mcha_hints_confirm_missed(table, &handle, false, 0, start);
	assert_true(is_hint(&hint));
	assert_int_not_equal(hint.verb, MCHA_HINT_VERB_REORDERED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(an_in_flight_hint_becomes_a_hint_when_its_time_is_over),
		TEST(an_acknowledged_in_flight_hint_is_cleared),
		TEST(a_later_write_replaces_the_in_flight_hint_of_an_earlier_one),
		TEST(in_flight_hints_and_hints_of_other_owners_are_kept),
		TEST(a_missed_write_becomes_a_hint_and_a_reordered_one_is_flagged),
		TEST(of_several_hints_the_latest_write_counts),
		TEST(an_indeterminate_hint_is_not_weakened_to_reordered_and_is_found_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
