/* SPDX-License-Identifier: MIT */
/* Keys that are being deleted, while some nodes have lost their copy and others have not: read
 * repair and hint replay write no copy back. */
#include "engine/pool/missed_flush.h"
#include "hint_replay_rig.h"

#define LATER (13 * SECOND) /* longer than an operation */

static mcha_recent_deletes notes;

static void note_bytes(const char *key, size_t length, mcha_usec ago)
{
	mcha_recent_deletes_note(&notes, key, length, mcha_clock_now() - ago, false);
}

static void note(const char *key, mcha_usec ago)
{
	note_bytes(key, strlen(key), ago);
}

/* Three replicas; node 0 has no copy, nodes 1 and 2 have "v". */
static void make_gap(void)
{
	settings.replicas = 2;
	pool_of(3);
	memset(&notes, 0, sizeof(notes));
	pool->shared.deletes = &notes;
	put(1, "012:k", "5");
	put(2, "012:k", "5");
}

/* The deletion is noted when this node has been sent the copy. */
static void note_once(fake_server *server, const mcha_request *request)
{
	if (request->verb == MCHA_VERB_STORE && request->mode != MCHA_MODE_APPEND
		&& request->mode != MCHA_MODE_REPLACE) {
		server->before = NULL;
		note_bytes(request->key, request->key_length, 0); /* the key has no terminating NUL */
	}
}

static void read_it(void)
{
	assert_reads("012:k", "5");
}

static void append_to_it(void)
{
	assert_status(do_append("012:k", ""), MCHA_STATUS_OK);
}

static void touch_it(void)
{
	assert_status(do_touch("012:k", 100), MCHA_STATUS_OK);
}

static void count_it(void)
{
	assert_status(do_count("012:k").answer.status, MCHA_STATUS_OK);
}

static void (*const uses[])(void) = {read_it, append_to_it, touch_it, count_it};

static void a_key_that_is_being_deleted_is_not_refilled(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(uses); i++) {
		make_gap();
		note("012:k", -SECOND); /* not before the operation begins, however long it takes */
		uses[i]();
		assert_null(strchr(servers[0].log, 'A'));
		assert_holds(0, "012:k", NULL);
		assert_int_equal(pool->report.repaired, 0);
	}
}

static void replay_in_the_background(void)
{
	memset(&notes, 0, sizeof(notes));
	let_time_pass();
	background_replay_was(2 * SECOND);
	(void)do_get("012:other", 0);
}

/* The deletion was over before the write began, in the same millisecond. */
static void a_gap_that_a_deletion_keeps_open_is_refilled_later(void **state)
{
	(void)state;
	for (size_t i = 1; i < COUNT(uses); i++) {
		make_gap();
		note("012:k", -SECOND);
		uses[i]();
		assert_int_equal(pool->report.acknowledged, 2);
		assert_true(has_hint(0, "012:k"));
		replay_in_the_background();
		assert_holds(0, "012:k", entry_at(1, "012:k")->value);
		assert_false(has_hint(0, "012:k"));
	}
}

static void a_gap_whose_refill_has_no_answer_is_refilled_later(void **state)
{
	(void)state;
	for (size_t i = 1; i < COUNT(uses); i++) {
		make_gap();
		servers[0].fault = MCHA_STATUS_TIMEOUT;
		servers[0].fault_after = 1;
		uses[i]();
		assert_true(has_hint(0, "012:k"));
	}
}

static void a_gap_of_a_key_that_is_deleted_meanwhile_stays(void **state)
{
	(void)state;
	for (size_t i = 1; i < COUNT(uses); i++) {
		make_gap();
		note("012:k", -SECOND);
		uses[i]();
		wipe(1);
		wipe(2);
		replay_in_the_background();
		assert_holds(0, "012:k", NULL);
		assert_false(has_hint(0, "012:k"));
	}
}

static void a_key_deleted_long_ago_and_another_key_are_refilled(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(uses); i++) {
		make_gap();
		note("012:k", LATER);
		note("012:x", 0);
		uses[i]();
		assert_non_null(strchr(servers[0].log, 'A'));
		assert_non_null(entry_at(0, "012:k"));
		assert_int_equal(pool->report.repaired, 1);
	}
}

/* The copy is removed without asking the source, which may still have its own. */
static void a_copy_refilled_during_a_deletion_is_removed(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(uses); i++) {
		make_gap();
		servers[0].before = note_once;
		uses[i]();
		assert_non_null(strstr(servers[0].log, "AD!"));
		assert_holds(0, "012:k", NULL);
		assert_int_equal(pool->report.repaired, 0);
	}
}

/* A server that keeps no CAS cannot be asked to remove just this copy: the node gets a hint to
 * delete, and is not read. */
static void without_a_cas_a_copy_refilled_during_a_deletion_gets_a_hint_to_delete(void **state)
{
	(void)state;
	for (size_t i = 0; i < 3; i++) { /* without CAS, counters do not converge */
		make_gap();
		hold_background_replay();
		servers[0].keeps_no_cas = true;
		servers[0].before = note_once;
		uses[i]();
		assert_null(strchr(servers[0].log, 'D'));
		assert_int_equal(source_of(0, "012:k"), -1);
		assert_int_equal(pool->report.repaired, 0);
		let_time_pass();
		wipe(1);
		wipe(2);
		assert_reads("012:k", NULL);
		assert_holds(0, "012:k", NULL);
	}
}

/* --- hint replay ------------------------------------------------------------------------------ */

/* make_stale_node(), where the stale node has lost the old value or still has it. */
static void make_stale(bool empty)
{
	make_stale_node(2, 0, "01:k");
	memset(&notes, 0, sizeof(notes));
	pool->shared.deletes = &notes;
	if (empty) {
		wipe(0);
	}
}

static void hint_replay_does_not_write_a_key_that_is_being_deleted(void **state)
{
	(void)state;
	for (int empty = 0; empty <= 1; empty++) {
		make_stale(empty);
		note("01:k", 0);
		assert_reads("01:k", "new");
		assert_asked(empty ? "gG" : "g", "GG"); /* a node without a copy may report the miss */
		assert_holds(0, "01:k", empty ? NULL : "old");
		assert_true(has_hint(0, "01:k"));
		memset(&notes, 0, sizeof(notes));
		note("01:k", LATER);
		assert_reads("01:k", "new");
		assert_holds(0, "01:k", "new");
	}
}

static void a_hint_to_delete_is_replayed_all_the_same(void **state)
{
	(void)state;
	make_stale(false);
	note("01:k", 0);
	add_hint(0, "01:k", -1);
	assert_reads("01:k", "new");
	assert_holds(0, "01:k", NULL);
	assert_false(has_hint(0, "01:k"));
}

/* Where an old copy was replaced, the deletion itself removes it on its way to this node. */
static void a_copy_that_hint_replay_created_during_a_deletion_is_removed(void **state)
{
	(void)state;
	make_stale(true);
	servers[0].before = note_once;
	assert_reads("01:k", "new");
	assert_asked("gAD!G", "GG");
	assert_holds(0, "01:k", NULL);
	assert_true(has_hint(0, "01:k"));
	assert_holds(1, "01:k", "new");

	make_stale(false);
	servers[0].before = note_once;
	assert_reads("01:k", "new");
	assert_asked("gS!G", "G");
}

static void a_replayed_copy_whose_removal_has_no_answer_gets_a_hint_to_delete(void **state)
{
	(void)state;
	make_stale(true);
	servers[0].before = note_once;
	servers[0].fault = MCHA_STATUS_TIMEOUT;
	servers[0].fault_after = 2;
	assert_reads("01:k", "new");
	assert_asked("gAD!", "GG");
	assert_holds(0, "01:k", "new");
	assert_int_equal(source_of(0, "01:k"), -1);
	wipe(1);
	memset(&notes, 0, sizeof(notes));
	revive(0);
	node_was_well_for(0, LONG_AGO);
	let_time_pass();
	assert_reads("01:k", NULL);
	assert_holds(0, "01:k", NULL);
}

static void without_a_cas_a_copy_replayed_during_a_deletion_gets_a_hint_to_delete(void **state)
{
	(void)state;
	make_stale(true);
	servers[0].keeps_no_cas = true;
	servers[0].before = note_once;
	assert_reads("01:k", "new"); /* from the copy that the deletion has not reached */
	assert_asked("gA", "GG");
	assert_int_equal(source_of(0, "01:k"), -1);
	let_time_pass();
	wipe(1);
	memset(&notes, 0, sizeof(notes));
	assert_reads("01:k", NULL);
	assert_holds(0, "01:k", NULL);
}

/* --- a process that is stopped in the middle of a deletion ------------------------------------ */

/* Its deletion of the key began so long ago, has reached node 0, and has yet to find out that node
 * 1 missed it. */
static void stop_a_deletion(mcha_usec ago)
{
	mcha_hint hint;

	make_stale(true);
	mcha_recent_deletes_note(&notes, "01:k", 4, mcha_clock_now() - ago, true);
	assert_true(find_hint(0, "01:k", &hint));
	mcha_hints_attempt(hints, &hint, mcha_clock_now() - ago);
	background_replay_was(SECOND);
}

/* Operations take 12 seconds at most. */
static void a_stopped_deletion_is_not_undone_for_a_while(void **state)
{
	(void)state;
	for (int others = 0; others <= 1; others++) {
		stop_a_deletion(13 * SECOND);
		assert_reads(others ? "01:x" : "01:k", others ? NULL : "new");
		assert_holds(0, "01:k", NULL);
		assert_true(has_hint(0, "01:k"));

		stop_a_deletion(15 * SECOND); /* its process has died */
		assert_reads(others ? "01:x" : "01:k", others ? NULL : "new");
		assert_holds(0, "01:k", "new");
		assert_false(has_hint(0, "01:k"));
	}
}

static mcha_usec stopped_for;

static void stop_here(fake_server *server, const mcha_request *request)
{
	(void)request;
	server->before = NULL;
	slept += stopped_for;
}

/* Node 1 is down, and is to be given a hint. */
static void a_write_whose_process_was_stopped_for_too_long_is_no_success(void **state)
{
	(void)state;
	for (int deletes = 0; deletes <= 1; deletes++) {
		for (stopped_for = 12 * SECOND; stopped_for <= 14 * SECOND; stopped_for += 2 * SECOND) {
			make_stale(false);
			kill_and_notice(1);
			servers[0].before = stop_here;
			assert_status(deletes ? do_delete("01:k") : do_set("01:k", "v"),
				stopped_for > 13 * SECOND ? MCHA_STATUS_TIMEOUT : MCHA_STATUS_OK);
			assert_true(has_hint(1, "01:k"));
		}
	}
}

static mcha_status set_for_a_second(void)
{
	mcha_item item = item_of("01:k", "v");

	item.exptime = 1;
	mcha_store(pool, &item, 1, MCHA_MODE_SET);
	return item.answer.status;
}

/* Other processes have given up waiting, and may have given node 0 the old value again. No node has
 * missed anything. */
static void a_process_that_was_stopped_between_two_nodes_has_not_deleted(void **state)
{
	(void)state;
	for (int deletes = 0; deletes <= 1; deletes++) {
		for (stopped_for = 12 * SECOND; stopped_for <= 14 * SECOND; stopped_for += 2 * SECOND) {
			pool_of(2);
			put(0, "01:k", "old");
			put(1, "01:k", "old");
			servers[1].before = stop_here;
			assert_status(deletes ? do_delete("01:k") : set_for_a_second(),
				stopped_for > 13 * SECOND ? MCHA_STATUS_TIMEOUT : MCHA_STATUS_OK);
		}
	}
	pool_of(2);
	servers[1].before = stop_here;
	/* whichever value is repaired, this one replaces it */
	assert_status(do_set("01:k", "v"), MCHA_STATUS_OK);
}

/* --- decisions -------------------------------------------------------------------------------- */

static void an_authority_is_not_refilled_with_a_key_that_is_being_deleted(void **state)
{
	mcha_item item = item_of("012:k", "v");

	(void)state;
	make_gap();
	note("012:k", -SECOND);
	assert_status(do_decide("012:k", "v", MCHA_MODE_REPLACE), MCHA_STATUS_NOT_STORED);
	assert_asked("R", "G", "G");

	make_gap();
	note("012:k", -SECOND);
	item.cas = mcha_cas_token_pack(pool->nodes[0]->cas_tag, 7);
	mcha_decide(pool, &item, MCHA_MODE_SET);
	assert_status(item.answer.status, MCHA_STATUS_MISS);
	assert_holds(0, "012:k", NULL);

	make_gap();
	note("012:k", LATER);
	assert_status(do_decide("012:k", "v", MCHA_MODE_REPLACE), MCHA_STATUS_OK);
	assert_asked("RAR", "GS", "GS");
}

static void a_copy_refilled_on_an_authority_during_a_deletion_is_removed(void **state)
{
	(void)state;
	make_gap();
	servers[0].before = note_once;
	assert_status(do_decide("012:k", "v", MCHA_MODE_REPLACE), MCHA_STATUS_NOT_STORED);
	assert_asked("RAD!", "G", "G");
	assert_holds(0, "012:k", NULL);
	assert_int_equal(pool->report.repaired, 0);
}

/* --- deletions -------------------------------------------------------------------------------- */

static void look_for_the_note(fake_server *server, const mcha_request *request)
{
	(void)server;
	assert_true(mcha_recent_deletes_since(&notes, request->key, request->key_length,
		pool->running.started - 1000, pool->settings.operation_timeout));
}

/* Node 0 is down. Another process deletes the key while this one writes it, and its deletion comes
 * to node 1 last. */
static void a_replica_that_missed_a_write_and_a_deletion_at_once_is_deleted(void **state)
{
	(void)state;
	settings.replicas = 1;
	pool_of(2);
	memset(&notes, 0, sizeof(notes));
	pool->shared.deletes = &notes;
	put(0, "01:k", "old");
	kill_and_notice(0);
	servers[1].before = note_once;
	assert_status(do_set("01:k", "new"), MCHA_STATUS_OK);
	drop_entry(entry_at(1, "01:k"));
	revive(0);
	assert_reads("01:k", NULL);
	assert_holds(0, "01:k", NULL);
	assert_int_equal(mcha_hints_count(pool->nodes[0]->health), 0);
}

static void a_deletion_is_noted_before_it_is_sent(void **state)
{
	static const char *const keys[] = {"01:a", "01:b", "01:c"};
	mcha_item items[3];

	(void)state;
	make_gap();
	servers[0].before = servers[1].before = servers[2].before = look_for_the_note;
	for (size_t i = 0; i < 3; i++) {
		items[i] = item_of(keys[i], NULL);
	}
	mcha_delete(pool, items, 3);
	assert_string_equal(servers[0].log, "DDD");
	assert_false(mcha_recent_deletes_since(&notes, "01:d", 4, 0, 0));
}

/* --- bad keys --------------------------------------------------------------------------------- */

static void hold(mcha_item *item)
{
	mcha_lock lock = {0};
	mcha_item number = *item;

	mcha_lock_hold(pool, item, &number, &lock);
}

static void lock(mcha_item *item)
{
	mcha_lock lock = {0};

	mcha_lock_acquire(pool, item, &lock);
}

static void get(mcha_item *item)
{
	mcha_get(pool, item, 1, MCHA_WANT_VALUE);
}

static void set(mcha_item *item)
{
	mcha_store(pool, item, 1, MCHA_MODE_SET);
}

static void append(mcha_item *item)
{
	mcha_store(pool, item, 1, MCHA_MODE_APPEND);
}

static void delete (mcha_item *item)
{
	mcha_delete(pool, item, 1);
}

static void touch(mcha_item *item)
{
	mcha_touch(pool, item, 1);
}

static void add(mcha_item *item)
{
	mcha_decide(pool, item, MCHA_MODE_ADD);
}

static void count(mcha_item *item)
{
	mcha_count(pool, item, 1, false);
}

static void draw(mcha_item *item)
{
	mcha_fence(pool, item);
}

/* The key's memory ends long before its stated length: ASan reports any read. */
static void a_key_that_is_too_long_is_refused_before_it_is_read(void **state)
{
	void (*const operations[])(mcha_item *) = {
		get, set, append, delete, touch, add, count, draw, lock, hold};
	const mcha_read_policy policies[] = {MCHA_READ_ORDERED, MCHA_READ_QUORUM};
	char *few = malloc(4);

	(void)state;
	memcpy(few, "01:k", 4);
	for (size_t i = 0; i < COUNT(policies); i++) {
		settings.read_policy = policies[i];
		pool_of(2);
		memset(&notes, 0, sizeof(notes));
		pool->shared.deletes = &notes;
		for (size_t j = 0; j < COUNT(operations); j++) {
			mcha_item item = {
				.key = few,
				.key_length = MCHA_KEY_MAX + 1 + j * UINT16_MAX,
				.hash_key = few,
				.hash_length = 4,
				.value = "1",
				.value_length = 1,
				.exptime = 10,
			};

			operations[j](&item);
			assert_status(item.answer.status, MCHA_STATUS_BAD_KEY);
		}
		assert_asked("", "");
	}
	for (size_t i = 0; i < MCHA_RECENT_DELETES; i++) {
		assert_int_equal(notes.notes[i], 0);
	}
	free(few);
}

/* Servers accept no later time than 32 bits allow. */
static void a_missed_delayed_flush_is_recorded_however_late_it_is(void **state)
{
	static const int64_t delays[] = {0, 1, INT32_MAX, INT64_C(1) << 40, INT64_MAX};

	(void)state;
	for (size_t i = 0; i < COUNT(delays); i++) {
		pool_of(2);
		mcha_missed_flush_note(pool, 0, delays[i], 0);
		assert_true(atomic_load(&pool->nodes[0]->health->flush_last)
			<= (INT64_C(1) << 31) * SECOND + 2 * SECOND);
		assert_int_equal(atomic_load(&health->unflushed), 1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_key_that_is_being_deleted_is_not_refilled),
		TEST(a_gap_that_a_deletion_keeps_open_is_refilled_later),
		TEST(a_gap_whose_refill_has_no_answer_is_refilled_later),
		TEST(a_gap_of_a_key_that_is_deleted_meanwhile_stays),
		TEST(a_key_deleted_long_ago_and_another_key_are_refilled),
		TEST(a_copy_refilled_during_a_deletion_is_removed),
		TEST(without_a_cas_a_copy_refilled_during_a_deletion_gets_a_hint_to_delete),
		TEST(a_replayed_copy_whose_removal_has_no_answer_gets_a_hint_to_delete),
		TEST(without_a_cas_a_copy_replayed_during_a_deletion_gets_a_hint_to_delete),
		TEST(hint_replay_does_not_write_a_key_that_is_being_deleted),
		TEST(a_hint_to_delete_is_replayed_all_the_same),
		TEST(a_copy_that_hint_replay_created_during_a_deletion_is_removed),
		TEST(a_stopped_deletion_is_not_undone_for_a_while),
		TEST(a_write_whose_process_was_stopped_for_too_long_is_no_success),
		TEST(a_process_that_was_stopped_between_two_nodes_has_not_deleted),
		TEST(an_authority_is_not_refilled_with_a_key_that_is_being_deleted),
		TEST(a_copy_refilled_on_an_authority_during_a_deletion_is_removed),
		TEST(a_replica_that_missed_a_write_and_a_deletion_at_once_is_deleted),
		TEST(a_deletion_is_noted_before_it_is_sent),
		TEST(a_key_that_is_too_long_is_refused_before_it_is_read),
		TEST(a_missed_delayed_flush_is_recorded_however_late_it_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
