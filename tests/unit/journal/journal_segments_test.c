/* SPDX-License-Identifier: MIT */
/* Logs of many records. */
#include "journal_rig.h"

static void more_records_than_a_segment_has_room_for_are_found(void **state)
{
	char key[MCHA_KEY_MAX];

	(void)state;
	two_hosts();
	kill_node(0);
	for (size_t i = 0; i < 1500; i++) {
		snprintf(key, sizeof(key), "01:%zu", i);
		(void)do_delete(key);
		forget();
	}
	servers[0].fault = MCHA_STATUS_OK;

	on_host(1);
	interval_passes();
	assert_reads("2:x", NULL);
	for (size_t i = 0; i < 1500; i++) {
		snprintf(key, sizeof(key), "01:%zu", i);
		assert_true(doubts(0, key));
	}
}

#define MANY 3000

static void the_records_of_many_keys_are_found(void **state)
{
	static char keys[MANY][16];
	mcha_item *items = calloc(MANY, sizeof(*items));

	(void)state;
	two_hosts();
	for (size_t i = 0; i < MANY; i++) {
		snprintf(keys[i], sizeof(keys[i]), "01:%zu", i);
		items[i] = item_of(keys[i], NULL);
	}
	kill_node(0);
	for (size_t i = 0; i < 3; i++) {
		servers[i].logs_nothing = true;
	}
	mcha_delete(pool, items, MANY);
	servers[0].fault = MCHA_STATUS_OK;
	free(items);

	on_host(1);
	interval_passes();
	assert_reads("2:x", NULL);
	for (size_t i = 0; i < MANY; i++) {
		assert_true(doubts(0, keys[i]));
	}
	assert_false(mcha_journal_has_waiting(hosts[0].journal));
}

/* The log has records up to this number of its era; segments that have expired are no records. */
#define LONG 512000

/* Each operation of a host that begins has time for a part of the journal, and for itself. */
static void a_host_reads_a_long_journal_by_and_by(void **state)
{
	mcha_journal_record record = {.mark = mcha_mark_make(77, 1, MCHA_MARK_MISSED)};
	char key[MCHA_JOURNAL_KEY_MAX];
	size_t operations = 0;

	(void)state;
	hosts_of(1, 4);
	put(1, "13:k", "value");
	record.key = mcha_compact_key(KEY, strlen(KEY));
	record.node = pool->nodes[0]->id;
	mcha_journal_swap_bytes(&record, 1);
	snprintf(key, sizeof(key), "%d", (1 << MCHA_JOURNAL_ERA_BITS) + LONG);
	put(1, MCHA_JOURNAL_KEY, key);
	mcha_journal_segment_key(key, mcha_journal_segment((1 << MCHA_JOURNAL_ERA_BITS) + LONG));
	put_entry(&servers[1], key, strlen(key), (const char *)&record, sizeof(record));
	servers[0].fault = servers[2].fault = MCHA_STATUS_CONNECT;
	servers[1].late = 50 * MSEC;
	servers[1].logs_nothing = true;
	pool->settings.operation_timeout = 600 * MSEC;
	while (operations++ < 8 && !doubts(0, KEY)) {
		assert_reads("13:k", "value");
		assert_true(pool->journal.is_behind || doubts(0, KEY));
	}
	assert_in_range(operations, 3, 8);
	assert_false(pool->journal.is_behind);
}

static void a_record_goes_to_the_segment_of_its_number(void **state)
{
	char segment[MCHA_JOURNAL_KEY_MAX];
	fake_entry *head;

	(void)state;
	two_hosts();
	miss(delete_it);
	head = entry_at(1, MCHA_JOURNAL_KEY);
	assert_non_null(head);
	snprintf(head->value, 24, "%llu", strtoull(head->value, NULL, 10) + 5000);
	servers[2].fault = MCHA_STATUS_CONNECT; /* node 1 has the only log */
	kill_node(0);
	assert_status(do_set(KEY, "new"), MCHA_STATUS_OK);
	servers[0].fault = servers[2].fault = MCHA_STATUS_OK;
	mcha_journal_segment_key(segment,
		mcha_journal_segment(strtoull(entry_at(1, MCHA_JOURNAL_KEY)->value, NULL, 10)));
	assert_non_null(entry_at(1, segment));

	on_host(1);
	interval_passes();
	assert_reads(KEY, "new");
}

static void what_is_no_record_is_passed_over(void **state)
{
	fake_entry *head;
	char segment[MCHA_JOURNAL_KEY_MAX];

	(void)state;
	two_hosts();
	put(1, MCHA_JOURNAL_KEY, "16777217");
	mcha_journal_segment_key(segment, mcha_journal_segment(16777217));
	put(1, segment, "this is no record, and it is longer than one");
	head = put(2, MCHA_JOURNAL_KEY, "no number");
	assert_non_null(head);

	on_host(1);
	interval_passes();
	assert_reads(KEY, "old");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		JOURNAL_TEST(more_records_than_a_segment_has_room_for_are_found),
		JOURNAL_TEST(the_records_of_many_keys_are_found),
		JOURNAL_TEST(a_host_reads_a_long_journal_by_and_by),
		JOURNAL_TEST(a_record_goes_to_the_segment_of_its_number),
		JOURNAL_TEST(what_is_no_record_is_passed_over),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
