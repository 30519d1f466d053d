/* SPDX-License-Identifier: MIT */
/* Marks, the records that wait, and what hints have to do with them. */
#include "hints_rig.h"
#include "engine/shared/journal_table.h"

static mcha_journal_table journal;

static mcha_journal_record record_of(uint64_t number)
{
	return (mcha_journal_record){.key = number, .node = 2 * number, .mark = 3 * number};
}

static void add_records(uint64_t first, uint64_t count)
{
	for (uint64_t i = first; i < first + count; i++) {
		const mcha_journal_record record = record_of(i);

		mcha_journal_add(&journal, &record);
	}
}

static void assert_is_record(const mcha_journal_record *record, uint64_t number)
{
	const mcha_journal_record expected = record_of(number);

	assert_memory_equal(record, &expected, sizeof(expected));
}

static int empty_journal(void **state)
{
	(void)state;
	memset(&journal, 0, sizeof(journal));
	return 0;
}

static void a_host_keeps_the_name_that_it_was_given_first(void **state)
{
	(void)state;
	assert_int_equal(mcha_journal_host(&journal), 0);
	(void)mcha_journal_mark(&journal, MCHA_MARK_MISSED, 0x1234);
	assert_int_equal(mcha_journal_host(&journal), 0x1234 | 1);
	(void)mcha_journal_mark(&journal, MCHA_MARK_MISSED, 0x9999);
	assert_int_equal(mcha_journal_host(&journal), 0x1234 | 1);
}

static void each_mark_of_a_host_is_another_one(void **state)
{
	const uint64_t first = mcha_journal_mark(&journal, MCHA_MARK_MISSED, 7);
	const uint64_t second = mcha_journal_mark(&journal, MCHA_MARK_MISSED_SENT, 7);

	(void)state;
	assert_false(mcha_mark_is_same(first, second));
	assert_true(mcha_mark_is_same_host(first, second));
	assert_int_equal(mcha_mark_kind_of(second), MCHA_MARK_MISSED_SENT);
	assert_true(mcha_mark_is_same(second, mcha_mark_with_kind(second, MCHA_MARK_RESOLVED)));
	assert_int_equal(mcha_mark_kind_of(mcha_mark_with_kind(second, MCHA_MARK_RESOLVED)),
		MCHA_MARK_RESOLVED);
}

static void records_are_taken_once_and_in_order(void **state)
{
	mcha_journal_record records[8];

	(void)state;
	assert_false(mcha_journal_has_waiting(&journal));
	add_records(1, 5);
	assert_true(mcha_journal_has_waiting(&journal));
	assert_int_equal(mcha_journal_take(&journal, records, 3), 3);
	assert_is_record(&records[0], 1);
	assert_is_record(&records[2], 3);
	assert_int_equal(mcha_journal_take(&journal, records, 8), 2);
	assert_is_record(&records[1], 5);
	assert_int_equal(mcha_journal_take(&journal, records, 8), 0);
	assert_false(mcha_journal_has_waiting(&journal));
}

static void of_too_many_records_the_last_ones_wait(void **state)
{
	mcha_journal_record record;

	(void)state;
	add_records(1, MCHA_JOURNAL_WAITING + 10);
	assert_int_equal(mcha_journal_take(&journal, &record, 1), 1);
	assert_is_record(&record, 11);
}

/* As many as many hosts have in a log that another host reads from its beginning. */
static void a_host_knows_the_marks_that_it_has_read_in_a_long_log(void **state)
{
	enum { MANY = 20000 };

	(void)state;
	for (uint32_t i = 0; i < MANY; i++) {
		mcha_journal_note_seen(&journal, mcha_mark_make(i % 7 + 1, i, MCHA_MARK_MISSED));
		mcha_journal_note_seen(&journal, mcha_mark_make(i % 7 + 1, i, MCHA_MARK_RESOLVED));
	}
	for (uint32_t i = 0; i < MANY; i++) {
		assert_true(mcha_journal_has_seen(&journal,
			mcha_mark_make(i % 7 + 1, i, MCHA_MARK_MISSED_SENT)));
	}
	assert_false(mcha_journal_has_seen(&journal, mcha_mark_make(1, MANY + 8, MCHA_MARK_MISSED)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(a_host_knows_the_marks_that_it_has_read_in_a_long_log,
			empty_journal),
		cmocka_unit_test_setup(a_host_keeps_the_name_that_it_was_given_first, empty_journal),
		cmocka_unit_test_setup(each_mark_of_a_host_is_another_one, empty_journal),
		cmocka_unit_test_setup(records_are_taken_once_and_in_order, empty_journal),
		cmocka_unit_test_setup(of_too_many_records_the_last_ones_wait, empty_journal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
