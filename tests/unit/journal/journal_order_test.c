/* SPDX-License-Identifier: MIT */
/* In which order a host has the records of the journal: of two homes that have missed a write each,
 * it believes the one that missed the earlier write. */
#include "journal_rig.h"

/* --- the order of records --------------------------------------------------------------------- */

/* Each log has all records: node 0 has missed two writes, and then node 1 one. */
static void a_record_that_is_read_from_two_logs_does_not_become_younger(void **state)
{
	(void)state;
	hosts_of(3, 4);
	assert_status(do_set(KEY, "old"), MCHA_STATUS_OK);
	on_host(1);
	(void)do_get("3:x", 0);
	on_host(0);
	miss_homes(0, 0, "new");
	miss_homes(0, 0, "newer");
	on_host(1);
	miss_homes(1, 1, "newest");

	on_host(2);
	assert_reads(KEY, "newest");
}

/* Records of another host about node 0. */
static mcha_journal_record record_of(const char *key, mcha_mark_kind kind)
{
	return (mcha_journal_record){
		.key = mcha_compact_key(key, strlen(key)),
		.node = pool->nodes[0]->id,
		.mark = mcha_mark_make(77, (uint32_t)key[0], kind),
	};
}

static void put_log(size_t node, mcha_journal_record *records, size_t count)
{
	const unsigned long long begin = 1 << MCHA_JOURNAL_ERA_BITS;
	char key[MCHA_JOURNAL_KEY_MAX], head[24];

	snprintf(head, sizeof(head), "%llu", begin + count);
	put(node, MCHA_JOURNAL_KEY, head);
	mcha_journal_segment_key(key, mcha_journal_segment(begin));
	mcha_journal_swap_bytes(records, count);
	put_entry(&servers[node], key, strlen(key), (const char *)records, count * sizeof(*records));
}

/* The second log has the record of a hint for KEY, and the one that it was resolved; the first log,
 * which has more records and is read first, has one of the two. */
static void assert_resolved(mcha_mark_kind in_first)
{
	hosts_of(1, 4);
	put_log(1,
		(mcha_journal_record[]){record_of(KEY, in_first), record_of("1:x", MCHA_MARK_MISSED),
			record_of("2:x", MCHA_MARK_MISSED)},
		3);
	put_log(2,
		(mcha_journal_record[]){
			record_of(KEY, MCHA_MARK_MISSED), record_of(KEY, MCHA_MARK_RESOLVED)},
		2);
	(void)do_get("3:x", 0);
	assert_true(doubts(0, "1:x"));
	assert_false(doubts(0, KEY));
}

static void a_hint_that_was_resolved_in_another_log_is_no_hint(void **state)
{
	(void)state;
	assert_resolved(MCHA_MARK_RESOLVED);
}

static void a_hint_is_resolved_by_each_log(void **state)
{
	(void)state;
	assert_resolved(MCHA_MARK_MISSED);
}

/* Another host's records: many of other keys, and then one of KEY, for node 0. When that is read,
 * one more has come, for node 1. */
static void a_record_that_is_read_later_is_younger_however_many_were_read_before(void **state)
{
	enum { OTHERS = 1000 };
	mcha_journal_record records[OTHERS + 2];

	(void)state;
	hosts_of(1, 4);
	for (uint32_t i = 0; i < OTHERS + 2; i++) {
		records[i] = record_of(i < OTHERS ? "1:x" : KEY, MCHA_MARK_MISSED);
		records[i].mark = mcha_mark_make(77, 10 * (i + 1), MCHA_MARK_MISSED);
	}
	records[OTHERS + 1].node = pool->nodes[1]->id;
	put_log(1, records, OTHERS + 1);
	(void)do_get("3:x", 0);
	assert_true(doubts(0, KEY));
	mcha_journal_swap_bytes(records, OTHERS + 1); /* put_log() has swapped them */
	put_log(1, records, OTHERS + 2);
	slept += INTERVAL / 10 * 9;
	(void)do_get("3:x", 0);
	assert_true(doubts(1, KEY));

	put(0, KEY, "newest");
	put(1, KEY, "old");
	assert_reads(KEY, "newest");
}

/* The first host's hint of node 0 names node 1, and is older than what both nodes have missed by
 * the second host's write. */
static void a_hint_is_not_replayed_from_a_node_that_has_missed_a_later_write(void **state)
{
	(void)state;
	hosts_of(2, 4);
	assert_status(do_set(KEY, "old"), MCHA_STATUS_OK);
	miss_homes(0, 0, "new");
	on_host(1);
	(void)do_get("3:x", 0);
	miss_homes(0, 1, "newest");

	on_host(0);
	revive(0);
	revive(1);
	interval_passes();
	(void)do_get("3:x", 0);
	assert_true(doubts(0, KEY));
	assert_reads(KEY, "newest");
	assert_holds(0, KEY, "old");
}

/* The first log has a younger record of each of two hosts; the second one has one more of the first
 * host, which is older, and that it was resolved. */
static void an_older_record_of_another_log_does_not_take_the_place_of_a_younger_one(void **state)
{
	mcha_journal_record first, second, other;

	(void)state;
	hosts_of(1, 4);
	first = second = other = record_of(KEY, MCHA_MARK_MISSED);
	first.mark = mcha_mark_make(77, 5, MCHA_MARK_MISSED);
	other.mark = mcha_mark_make(88, 1, MCHA_MARK_MISSED);
	second.mark = mcha_mark_make(77, 1, MCHA_MARK_MISSED);
	put_log(1,
		(mcha_journal_record[]){
			first, other, record_of("1:x", MCHA_MARK_MISSED), record_of("2:x", MCHA_MARK_MISSED)},
		4);
	put_log(2,
		(mcha_journal_record[]){
			second, {first.key, first.node, mcha_mark_with_kind(first.mark, MCHA_MARK_RESOLVED)}},
		2);
	(void)do_get("3:x", 0);
	assert_true(doubts(0, KEY));
}

/* The first log has a younger record of the host about another key; the second one has that the
 * node has missed the key once more, and that the first of the two hints was resolved. */
static void a_record_of_another_log_takes_the_place_of_an_older_one_of_its_host(void **state)
{
	mcha_journal_record first, second, other;

	(void)state;
	hosts_of(1, 4);
	first = second = record_of(KEY, MCHA_MARK_MISSED);
	first.mark = mcha_mark_make(77, 1, MCHA_MARK_MISSED);
	second.mark = mcha_mark_make(77, 5, MCHA_MARK_MISSED);
	other = record_of("1:x", MCHA_MARK_MISSED);
	other.mark = mcha_mark_make(77, 9, MCHA_MARK_MISSED);
	put_log(1, (mcha_journal_record[]){first, other, record_of("2:x", MCHA_MARK_MISSED)}, 3);
	put_log(2,
		(mcha_journal_record[]){
			second, {first.key, first.node, mcha_mark_with_kind(first.mark, MCHA_MARK_RESOLVED)}},
		2);
	(void)do_get("3:x", 0);
	assert_true(doubts(0, KEY));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		JOURNAL_TEST(a_record_that_is_read_from_two_logs_does_not_become_younger),
		JOURNAL_TEST(a_hint_that_was_resolved_in_another_log_is_no_hint),
		JOURNAL_TEST(a_hint_is_resolved_by_each_log),
		JOURNAL_TEST(a_record_that_is_read_later_is_younger_however_many_were_read_before),
		JOURNAL_TEST(a_record_of_another_log_takes_the_place_of_an_older_one_of_its_host),
		JOURNAL_TEST(an_older_record_of_another_log_does_not_take_the_place_of_a_younger_one),
		JOURNAL_TEST(a_hint_is_not_replayed_from_a_node_that_has_missed_a_later_write),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
