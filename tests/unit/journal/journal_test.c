/* SPDX-License-Identifier: MIT */
/* Another host knows which copies may be old, by the journal that the pool keeps. */
#include "journal_rig.h"

#define KEY "01:k"

/* The first host's write misses node 0, which the second host reaches. */
static void miss(mcha_status (*write)(void))
{
	kill_node(0);
	assert_status(write(), MCHA_STATUS_OK);
	servers[0].fault = MCHA_STATUS_OK;
}

static mcha_status set_new(void)
{
	return do_set(KEY, "new");
}

static mcha_status delete_it(void)
{
	return do_delete(KEY);
}

/* Three nodes, two copies of the key, and two hosts, the second of which has used the pool. */
static void two_hosts(void)
{
	hosts_of(2, 3);
	assert_status(do_set(KEY, "old"), MCHA_STATUS_OK);
	on_host(1);
	assert_reads(KEY, "old");
	on_host(0);
}

static void a_host_that_starts_later_does_not_read_an_old_copy(void **state)
{
	(void)state;
	hosts_of(2, 3);
	assert_status(do_set(KEY, "old"), MCHA_STATUS_OK);
	miss(set_new);

	on_host(1);
	assert_reads(KEY, "new");
	assert_holds(0, KEY, "new");
}

static void another_host_reads_no_old_copy_after_an_interval(void **state)
{
	(void)state;
	two_hosts();
	miss(set_new);

	on_host(1);
	interval_passes();
	assert_reads(KEY, "new");
}

static void another_host_does_not_find_a_deleted_key(void **state)
{
	(void)state;
	two_hosts();
	miss(delete_it);
	assert_holds(0, KEY, "old");

	on_host(1);
	interval_passes();
	assert_reads(KEY, NULL);
	assert_holds(1, KEY, NULL);
}

static void without_the_journal_another_host_reads_an_old_copy(void **state)
{
	(void)state;
	hosts_of(2, 3);
	hosts[0].pool->settings.hint_interval = hosts[1].pool->settings.hint_interval = 0;
	assert_status(do_set(KEY, "old"), MCHA_STATUS_OK);
	miss(set_new);

	on_host(1);
	assert_reads(KEY, "old");
	assert_null(entry_at(1, MCHA_JOURNAL_KEY));
}

static void other_keys_of_the_node_are_read_as_before(void **state)
{
	(void)state;
	two_hosts();
	assert_status(do_set("01:other", "value"), MCHA_STATUS_OK);
	miss(set_new);

	on_host(1);
	interval_passes();
	assert_reads(KEY, "new");
	forget();
	assert_reads("01:other", "value");
	assert_asked("G");
}

/* --- deletions stay deleted ------------------------------------------------------------------- */

/* Its first home is node 1, so a read that finds it at node 0 alone repairs node 1. */
#define GIVEN_BACK "10:k"

static mcha_status delete_given_back(void)
{
	return do_delete(GIVEN_BACK);
}

/* The second host repairs node 1 while the first host's deletion is on its way. */
static void repair_by_another_host(fake_server *server, const mcha_request *request)
{
	if (request->verb != MCHA_VERB_STORE) {
		return;
	}
	server->before = NULL;
	on_host(1);
	servers[0].fault = MCHA_STATUS_OK;
	assert_reads(GIVEN_BACK, "old");
	assert_holds(1, GIVEN_BACK, "old");
	servers[0].fault = MCHA_STATUS_CONNECT;
	on_host(0);
}

static void a_deletion_that_missed_a_node_removes_what_another_host_has_given_back(void **state)
{
	(void)state;
	two_hosts();
	assert_status(do_set(GIVEN_BACK, "old"), MCHA_STATUS_OK);
	kill_node(0);
	servers[1].before = repair_by_another_host; /* the journal's record comes after the deletion */
	assert_status(do_delete(GIVEN_BACK), MCHA_STATUS_OK);
	assert_null(servers[1].before);
	assert_holds(1, GIVEN_BACK, NULL);
}

/* The second host has not read the journal since, and gives the copy back. */
static void a_repair_is_taken_back_if_the_key_was_deleted_meanwhile(void **state)
{
	(void)state;
	two_hosts();
	assert_status(do_set(GIVEN_BACK, "old"), MCHA_STATUS_OK);
	miss(delete_given_back);

	on_host(1);
	assert_reads(GIVEN_BACK, "old");
	assert_holds(1, GIVEN_BACK, NULL);
	assert_reads(GIVEN_BACK, NULL);
}

/* --- hints that are resolved ------------------------------------------------------------------ */

static void another_host_believes_the_copy_again_after_the_replay(void **state)
{
	(void)state;
	two_hosts();
	miss(set_new);
	on_host(1);
	interval_passes();
	assert_reads("2:x", NULL);
	assert_true(doubts(0, KEY));

	on_host(0);
	revive(0);
	let_time_pass();
	assert_reads(KEY, "new");
	assert_int_equal(count_hints(0), 0);
	assert_holds(0, KEY, "new");
	interval_passes();
	assert_reads("2:x", NULL); /* puts the record into the journal */

	on_host(1);
	interval_passes();
	assert_reads("2:x", NULL);
	assert_false(doubts(0, KEY));
}

static void a_host_does_not_doubt_for_its_own_records(void **state)
{
	(void)state;
	two_hosts();
	miss(set_new);
	interval_passes();
	assert_reads("2:x", NULL);
	assert_false(doubts(0, KEY));
	assert_int_equal(count_hints(0), 1);
}

/* --- several hosts that miss different nodes -------------------------------------------------- */

/* The first host misses one home, and then the second host misses the other one. */
static void two_hosts_miss(size_t first, size_t second)
{
	hosts_of(3, 4);
	assert_status(do_set(KEY, "old"), MCHA_STATUS_OK);
	on_host(1);
	assert_reads("3:x", NULL);
	on_host(0);
	kill_node(first);
	assert_status(do_set(KEY, "newer"), MCHA_STATUS_OK);
	servers[first].fault = MCHA_STATUS_OK;
	on_host(1);
	kill_node(second);
	assert_status(do_set(KEY, "newest"), MCHA_STATUS_OK);
	servers[second].fault = MCHA_STATUS_OK;
	on_host(2);
	forget();
}

static void of_homes_that_have_all_missed_a_write_the_earliest_is_believed(void **state)
{
	(void)state;
	for (size_t first = 0; first < 2; first++) {
		two_hosts_miss(first, !first);
		assert_reads(KEY, "newest");
		assert_holds(0, KEY, "newest");
		assert_holds(1, KEY, "newest");
		slept += 60 * SECOND; /* what the hosts have sent cannot arrive any more */
		assert_reads(KEY, "newest");
		assert_reads(KEY, "newest");
		assert_false(doubts(0, KEY));
		assert_false(doubts(1, KEY));
	}
}

/* A handoff node alone has what the first host has written. */
static void where_one_write_missed_all_homes_a_handoff_node_is_read(void **state)
{
	(void)state;
	hosts_of(2, 4);
	assert_status(do_set(KEY, "old"), MCHA_STATUS_OK);
	on_host(1);
	assert_reads("3:x", NULL);
	on_host(0);
	kill_node(0);
	kill_node(1);
	assert_status(do_set(KEY, "new"), MCHA_STATUS_OK);
	assert_holds(2, KEY, "new");
	servers[0].fault = servers[1].fault = MCHA_STATUS_OK;

	on_host(1);
	interval_passes();
	assert_reads(KEY, "new");
	assert_reads(KEY, "new");
}

/* The first host learns that its hint's source has missed a later write, when it is about to give
 * the old copy to the node. */
static void a_replay_does_not_undo_another_hosts_write(void **state)
{
	(void)state;
	for (size_t first = 0; first < 2; first++) {
		two_hosts_miss(first, !first);
		on_host(0);
		revive(first);
		let_time_pass();
		assert_reads(KEY,
			"newer"); /* this host has not read the journal for less than an interval */
		assert_holds(first, KEY, "newest");
		interval_passes();
		assert_reads(KEY, "newest");
		assert_holds(!first, KEY, "newest");
	}
}

/* --- the journal's nodes ---------------------------------------------------------------------- */

static void a_healthy_pool_pays_one_question_an_interval(void **state)
{
	(void)state;
	hosts_of(1, 4);
	assert_status(do_set("3:k", "value"), MCHA_STATUS_OK);
	forget();
	assert_reads("3:k", "value");
	assert_reads("3:k", "value");
	assert_asked("", "", "", "GG");
	interval_passes();
	forget();
	assert_reads("3:k", "value");
	assert_reads("3:k", "value");
	assert_asked("G", "G", "G", "GG");
}

static void hosts_that_miss_different_journal_nodes_still_meet(void **state)
{
	(void)state;
	hosts_of(2, 4);
	assert_status(do_set("30:k", "old"), MCHA_STATUS_OK);
	kill_node(3);
	kill_node(1);
	assert_status(do_set("30:k", "new"), MCHA_STATUS_OK);
	servers[3].fault = servers[1].fault = MCHA_STATUS_OK;

	on_host(1);
	kill_node(2);
	assert_reads("30:k", "new");
}

static void records_wait_while_no_journal_node_can_be_reached(void **state)
{
	(void)state;
	hosts_of(2, 6);
	assert_status(do_set("45:k", "old"), MCHA_STATUS_OK);
	for (size_t i = 0; i < 5; i++) {
		kill_node(i);
	}
	assert_status(do_set("45:k", "new"), MCHA_STATUS_OK);
	for (size_t i = 0; i < 5; i++) {
		servers[i].fault = MCHA_STATUS_OK;
		revive(i);
	}
	interval_passes();
	assert_reads("5:x", NULL);

	on_host(1);
	assert_reads("45:k", "new");
}

/* What a restart, or evictions, take away. */
static void lose_log(size_t node)
{
	for (size_t i = 0; i < ENTRIES_MAX; i++) {
		if (strncmp(servers[node].entries[i].key, MCHA_JOURNAL_KEY, 12) == 0) {
			drop_entry(&servers[node].entries[i]);
		}
	}
}

static void a_journal_that_was_lost_is_filled_again(void **state)
{
	(void)state;
	hosts_of(3, 3);
	assert_status(do_set(KEY, "old"), MCHA_STATUS_OK);
	miss(set_new);
	interval_passes();
	assert_reads("2:x", NULL);
	lose_log(1);
	lose_log(2);
	interval_passes();
	assert_reads("2:x", NULL);

	on_host(1);
	assert_reads(KEY, "new");
}

/* The host that has recorded it is gone: the other log has the record, and a host that knows it
 * keeps what it knows. */
static void the_record_of_a_host_that_ended_outlives_the_loss_of_a_log(void **state)
{
	(void)state;
	hosts_of(3, 3);
	assert_status(do_set(KEY, "old"), MCHA_STATUS_OK);
	on_host(1);
	assert_reads("2:x", NULL);
	on_host(0);
	miss(set_new);

	on_host(1);
	interval_passes();
	assert_reads("2:x", NULL);
	lose_log(1);
	interval_passes();
	assert_reads("2:x", NULL);
	assert_true(doubts(0, KEY));

	on_host(2);
	assert_reads(KEY, "new");
}

/* --- journal nodes that are late ------------------------------------------------------------- */

#define BEYOND_GRACE (200 * MSEC)

/* What is cancelled before its answer is not carried out. */
static void make_late(size_t first, size_t second)
{
	servers[first].late = servers[second].late = BEYOND_GRACE;
}

/* Its homes are node 3, which the write misses, and node 0; its handoff node keeps no log. */
#define AWAY "304:k"

static void two_hosts_with_late_nodes(void)
{
	hosts_of(2, 5);
	assert_status(do_set(AWAY, "old"), MCHA_STATUS_OK);
	on_host(1);
	assert_reads(AWAY, "old");
	on_host(0);
	kill_node(3);
}

static void a_write_waits_for_a_majority_of_the_logs(void **state)
{
	(void)state;
	two_hosts_with_late_nodes();
	make_late(1, 2);
	assert_status(do_set(AWAY, "new"), MCHA_STATUS_OK);
	servers[1].late = servers[2].late = 0;
	servers[3].fault = MCHA_STATUS_OK;

	on_host(1);
	interval_passes();
	servers[0].late = BEYOND_GRACE;
	assert_reads(AWAY, "new");
}

/* One node can be reached when the record is written, and it is late when the record is read. */
static void a_read_waits_for_a_majority_of_the_logs(void **state)
{
	(void)state;
	two_hosts_with_late_nodes();
	kill_node(1);
	kill_node(2);
	assert_status(do_set(AWAY, "new"), MCHA_STATUS_OK);
	servers[1].fault = servers[2].fault = servers[3].fault = MCHA_STATUS_OK;

	on_host(1);
	interval_passes();
	make_late(0, 1);
	assert_reads(AWAY, "new");
}

/* --- the text protocol ------------------------------------------------------------------------ */

/* Their nodes count nothing up that is missing. */
static void hosts_that_speak_text(size_t count, size_t nodes)
{
	hosts_of(count, nodes);
	for (size_t i = 0; i < nodes; i++) {
		servers[i].cannot_create = servers[i].tells_no_ttl = true;
	}
}

static void clients_that_speak_text_alone_begin_the_journal(void **state)
{
	(void)state;
	hosts_that_speak_text(2, 3);
	assert_status(do_set(KEY, "old"), MCHA_STATUS_OK);
	on_host(1);
	assert_reads(KEY, "old");
	on_host(0);
	miss(set_new);
	assert_non_null(entry_at(1, MCHA_JOURNAL_KEY));
	assert_false(mcha_journal_has_waiting(hosts[0].journal));

	on_host(1);
	interval_passes();
	assert_reads(KEY, "new");
}

/* Two logs are lost, of which the host knows how far they came. */
static void clients_that_speak_text_begin_a_lost_log_anew(void **state)
{
	uint64_t before;

	(void)state;
	hosts_that_speak_text(2, 3);
	assert_status(do_set(KEY, "old"), MCHA_STATUS_OK);
	miss(set_new);
	before = strtoull(entry_at(1, MCHA_JOURNAL_KEY)->value, NULL, 10);
	lose_log(1);
	lose_log(2);
	revive(0);
	kill_node(0);
	assert_status(do_set("01:another", "new"), MCHA_STATUS_OK);
	servers[0].fault = MCHA_STATUS_OK;
	assert_true(strtoull(entry_at(1, MCHA_JOURNAL_KEY)->value, NULL, 10) >> MCHA_JOURNAL_ERA_BITS
		!= before >> MCHA_JOURNAL_ERA_BITS);

	on_host(1);
	put(0, "01:another", "old");
	assert_reads("01:another", "new");
}

/* --- counts ----------------------------------------------------------------------------------- */

static void assert_counts(size_t node, uint64_t written, uint64_t read, uint64_t lost)
{
	const mcha_health *one = pool->nodes[node]->health;

	assert_int_equal(one->journal_written, written);
	assert_int_equal(one->journal_records, read);
	assert_int_equal(one->journal_lost, lost);
}

static void a_host_counts_the_records_that_it_writes_and_reads(void **state)
{
	(void)state;
	two_hosts();
	miss(set_new);
	assert_counts(0, 0, 0, 0);
	assert_counts(1, 2, 0, 0); /* of the hint, and that the node is down */
	assert_counts(2, 2, 0, 0);

	on_host(1);
	interval_passes();
	assert_reads("2:x", NULL);
	interval_passes();
	assert_reads("2:x", NULL);
	assert_counts(1, 0, 2, 0);
	assert_true(mcha_journal_has_log(pool, 1));

	on_host(0);
	interval_passes();
	assert_reads("2:x", NULL);
	lose_log(1);
	interval_passes();
	assert_reads("2:x", NULL);
	assert_int_equal(pool->nodes[1]->health->journal_lost, 1);
	pool->settings.hint_interval = 0;
	assert_false(mcha_journal_has_log(pool, 1));
}

/* --- segments --------------------------------------------------------------------------------- */

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

/* --- a host that does not know all records ---------------------------------------------------- */

/* None of their homes, nor of their handoff node, keeps a log. */
#define ELSEWHERE "345:k"
#define ELSEWHERE_TOO "435:k"
#define LOGS 3

/* The second host has not reached the nodes that keep the journal for two intervals; meanwhile the
 * first host's write has missed node 3. */
static void miss_unheard(mcha_status (*write)(void))
{
	hosts_of(2, 6);
	for (size_t i = 0; i < 6; i++) {
		servers[i].takes_versions = true;
	}
	hosts[0].pool->settings.versions = hosts[1].pool->settings.versions = true;
	assert_status(do_set(ELSEWHERE, "old"), MCHA_STATUS_OK);
	assert_status(do_set(ELSEWHERE_TOO, "old"), MCHA_STATUS_OK);
	on_host(1);
	assert_reads(ELSEWHERE, "old");
	on_host(0);
	interval_passes();
	kill_node(3);
	assert_status(write(), MCHA_STATUS_OK);
	servers[3].fault = MCHA_STATUS_OK;

	on_host(1);
	interval_passes();
	for (size_t i = 0; i < LOGS; i++) {
		servers[i].fault = MCHA_STATUS_CONNECT;
	}
}

static void reach_logs(void)
{
	for (size_t i = 0; i < LOGS; i++) {
		servers[i].fault = MCHA_STATUS_OK;
		revive(i);
	}
	interval_passes();
}

static mcha_status set_elsewhere(void)
{
	return do_set(ELSEWHERE, "new");
}

static mcha_status delete_elsewhere(void)
{
	return do_delete(ELSEWHERE_TOO);
}

static void a_host_that_reaches_no_log_reads_the_youngest_copy(void **state)
{
	(void)state;
	miss_unheard(set_elsewhere);
	forget();
	assert_reads(ELSEWHERE, "new");
	assert_string_equal(servers[3].log, "G");
	assert_string_equal(servers[4].log, "G");
	assert_true(pool->journal.is_behind);

	reach_logs();
	assert_reads(ELSEWHERE, "new");
	assert_false(pool->journal.is_behind);
	assert_true(doubts(3, ELSEWHERE));
}

/* It finds the copy that the deletion has missed, and gives it to no other node. */
static void a_host_that_reaches_no_log_brings_no_deleted_key_back(void **state)
{
	(void)state;
	miss_unheard(delete_elsewhere);
	assert_reads(ELSEWHERE_TOO, "old");
	assert_holds(4, ELSEWHERE_TOO, NULL);

	reach_logs();
	assert_reads(ELSEWHERE_TOO, NULL);
}

/* Another process of the host has asked in vain, less than an interval ago. */
static void all_processes_of_a_host_know_that_it_reaches_no_log(void **state)
{
	(void)state;
	miss_unheard(set_elsewhere);
	assert_reads(ELSEWHERE, "new");
	pool->journal.is_behind = false;
	pool->journal.idle_until = 0;
	forget();
	assert_reads(ELSEWHERE, "new");
	assert_true(pool->journal.is_behind);
	assert_asked("", "", "", "G", "G");
}

/* The second host has used up the segment that the first one knows. */
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

/* --- nodes as a whole ------------------------------------------------------------------------- */

static void flush_all_nodes(void)
{
	const mcha_request question = {.verb = MCHA_VERB_FLUSH};
	mcha_status status;

	(void)mcha_ask_all(pool, &question, &status);
}

static void another_host_believes_no_copy_of_a_node_that_has_missed_a_flush(void **state)
{
	(void)state;
	two_hosts();
	kill_node(0);
	flush_all_nodes();
	servers[0].fault = MCHA_STATUS_OK;
	assert_holds(0, KEY, "old");

	on_host(1);
	interval_passes();
	assert_reads(KEY, NULL);
	assert_holds(1, KEY, NULL);

	on_host(0);
	revive(0);
	slept += 2 * SECOND;
	(void)do_get("2:x", 0); /* flushes the node */
	assert_holds(0, KEY, NULL);
	interval_passes();
	(void)do_get("2:x", 0);

	on_host(1);
	interval_passes();
	(void)do_get("2:x", 0);
	assert_int_equal(mcha_hints_distrusted_since(pool->nodes[0]->health), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		JOURNAL_TEST(a_host_that_starts_later_does_not_read_an_old_copy),
		JOURNAL_TEST(another_host_reads_no_old_copy_after_an_interval),
		JOURNAL_TEST(another_host_does_not_find_a_deleted_key),
		JOURNAL_TEST(without_the_journal_another_host_reads_an_old_copy),
		JOURNAL_TEST(other_keys_of_the_node_are_read_as_before),
		JOURNAL_TEST(a_deletion_that_missed_a_node_removes_what_another_host_has_given_back),
		JOURNAL_TEST(a_repair_is_taken_back_if_the_key_was_deleted_meanwhile),
		JOURNAL_TEST(another_host_believes_the_copy_again_after_the_replay),
		JOURNAL_TEST(a_host_does_not_doubt_for_its_own_records),
		JOURNAL_TEST(of_homes_that_have_all_missed_a_write_the_earliest_is_believed),
		JOURNAL_TEST(where_one_write_missed_all_homes_a_handoff_node_is_read),
		JOURNAL_TEST(a_replay_does_not_undo_another_hosts_write),
		JOURNAL_TEST(a_healthy_pool_pays_one_question_an_interval),
		JOURNAL_TEST(hosts_that_miss_different_journal_nodes_still_meet),
		JOURNAL_TEST(records_wait_while_no_journal_node_can_be_reached),
		JOURNAL_TEST(a_journal_that_was_lost_is_filled_again),
		JOURNAL_TEST(the_record_of_a_host_that_ended_outlives_the_loss_of_a_log),
		JOURNAL_TEST(a_write_waits_for_a_majority_of_the_logs),
		JOURNAL_TEST(a_read_waits_for_a_majority_of_the_logs),
		JOURNAL_TEST(clients_that_speak_text_alone_begin_the_journal),
		JOURNAL_TEST(clients_that_speak_text_begin_a_lost_log_anew),
		JOURNAL_TEST(a_host_counts_the_records_that_it_writes_and_reads),
		JOURNAL_TEST(more_records_than_a_segment_has_room_for_are_found),
		JOURNAL_TEST(the_records_of_many_keys_are_found),
		JOURNAL_TEST(a_host_reads_a_long_journal_by_and_by),
		JOURNAL_TEST(a_host_that_reaches_no_log_reads_the_youngest_copy),
		JOURNAL_TEST(a_host_that_reaches_no_log_brings_no_deleted_key_back),
		JOURNAL_TEST(all_processes_of_a_host_know_that_it_reaches_no_log),
		JOURNAL_TEST(a_record_goes_to_the_segment_of_its_number),
		JOURNAL_TEST(what_is_no_record_is_passed_over),
		JOURNAL_TEST(another_host_believes_no_copy_of_a_node_that_has_missed_a_flush),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
