/* SPDX-License-Identifier: MIT */
/* Writes that wait for the local zone only: their in-flight writes outlive the operation, the
 * pool's nodes and forks, and refer to none of them afterwards. */
#include <sys/mman.h>
#include <sys/wait.h>

#include "version_rig.h"

#define KEYS 30
#define LATE (100 * SECOND) /* never, as far as the tests are concerned */

/* Node 0 is in the local zone, the others elsewhere. */
static void zones_of(size_t nodes)
{
	settings.zone_writes = MCHA_ZONE_WRITES_LOCAL;
	strcpy(settings.local_zone, "a");
	versions_of(nodes);
}

static void late(size_t node)
{
	servers[node].late = LATE;
}

/* The node answers at the next opportunity, earlier requests included. */
static void answer_now(size_t node)
{
	servers[node].late = 0;
	servers[node].answers_at = 0;
}

/* A write of the key is in flight to the node, or the node missed one. */
static bool has_any_hint(size_t node, const char *key)
{
	mcha_hint mark;

	return has_hint(node, key)
		|| mcha_hints_find_in_flight(hints, pool->nodes[node]->id, key, strlen(key), 1, &mark);
}

static void set_many(const char *list, const char *value)
{
	static char keys[KEYS][16];
	mcha_item items[KEYS];

	for (size_t i = 0; i < KEYS; i++) {
		snprintf(keys[i], sizeof(keys[i]), "%s:%zu", list, i);
		items[i] = item_of(keys[i], value);
	}
	mcha_store(pool, items, KEYS, MCHA_MODE_SET);
	for (size_t i = 0; i < KEYS; i++) {
		assert_status(items[i].answer.status, MCHA_STATUS_OK);
	}
}

/* --- batches and operations ------------------------------------------------------------------- */

static void the_write_does_not_wait_for_the_far_node_whose_answer_is_read_later(void **state)
{
	(void)state;
	zones_of(2);
	late(1);
	assert_status(do_set("01:k", "v"), MCHA_STATUS_OK);
	assert_int_equal(pool->report.pending_count, 1);
	assert_true(has_any_hint(1, "01:k"));
	answer_now(1);
	assert_reads("01:k", "v");
	assert_false(has_any_hint(1, "01:k"));
	assert_holds(1, "01:k", "v");
	assert_int_equal(pool->fanout.detached_count, 0);
}

/* The deletions of old handoff copies, which no operation waits for, are the last of many
 * requests. */
/* Another process deletes the key meanwhile: what the source lacks then is no reason to keep the
 * far node's old copy. */
static void
an_in_flight_hint_of_a_key_that_is_being_deleted_does_not_rely_on_its_source(void **state)
{
	static mcha_recent_deletes notes;
	mcha_hint hint;

	(void)state;
	for (int deleted = 0; deleted < 2; deleted++) {
		zones_of(2);
		memset(&notes, 0, sizeof(notes));
		pool->shared.deletes = &notes;
		late(1);
		if (deleted) { /* not before the operation begins, however long that takes */
			mcha_recent_deletes_note(&notes, "01:k", 4, mcha_clock_now() + SECOND, false);
		}
		assert_status(do_set("01:k", "v"), MCHA_STATUS_OK);
		assert_true(mcha_hints_find(hints, pool->nodes[1]->id, "01:k", 4, &hint)
			|| mcha_hints_find_in_flight(hints, pool->nodes[1]->id, "01:k", 4, 1, &hint));
		assert_int_equal(mcha_hints_has_ended(&hint, pool->running.now), deleted);
		answer_now(1);
		assert_reads("01:k", "v");
	}
}

/* The node hung, and an older write may still arrive there. A write of another key has probed the
 * node and did not wait: the answer is found long afterwards, and may have come a moment ago. */
static void a_far_node_is_back_when_its_answer_is_found_not_when_it_was_asked(void **state)
{
	const mcha_health_rules rules = {.retry_interval = 1, .retry_interval_max = 1};
	const mcha_usec then = mcha_clock_now() - LONG_AGO;

	(void)state;
	zones_of(2);
	put(0, "01:k", "new");
	put(1, "01:k", "old");
	add_hint(1, "01:k", 0);
	slot_of(1, "01:k")->indeterminate = then;
	mcha_health_failure(health, pool->nodes[1]->health, &rules, then, then, 200);
	late(1);
	assert_status(do_set("01:y", "v"), MCHA_STATUS_OK);
	assert_int_equal(pool->report.pending_count, 1);
	pool->nodes[1]->in_flight->first->started = then + MSEC;
	answer_now(1);
	forget();
	assert_reads("01:k", "new");
	assert_int_equal(mcha_health_look(pool->nodes[1]->health, mcha_clock_now()).state,
		MCHA_HEALTH_UP);
	assert_true(has_hint(1, "01:k"));
	assert_holds(1, "01:k", "old");

	node_was_well_for(1, LONG_AGO);
	assert_reads("01:k", "new");
	assert_false(has_hint(1, "01:k"));
	assert_holds(1, "01:k", "new");
}

static void set_many_registers(void)
{
	settings.replicas = 2;
	settings.read_policy = MCHA_READ_QUORUM;
	zones_of(5);
	kill_and_notice(2); /* handoff copies are purged */
	late(3);
	set_many("0123", "v");
	assert_int_equal(pool->fanout.detached_count, 1);
}

static void a_register_s_deletions_of_old_copies_have_in_flight_hints(void **state)
{
	(void)state;
	set_many_registers();
	assert_true(has_any_hint(3, "0123:7"));
	answer_now(3);
	mcha_pool_drain(pool, 0);
	assert_int_equal(pool->fanout.detached_count, 0);
	assert_false(has_any_hint(3, "0123:7"));
}

static void the_next_operation_does_not_search_an_earlier_operations_requests(void **state)
{
	(void)state;
	set_many_registers();
	pool->settings.read_policy = MCHA_READ_ORDERED; /* as by setOption() */
	assert_status(do_set("034:k", "w"), MCHA_STATUS_OK);
	assert_int_equal(pool->report.pending_count, 1);
	answer_now(3); /* or the pool's end would wait for the node */
}

static void every_operation_ends_with_in_flight_hints_for_all_its_batches(void **state)
{
	mcha_item item = item_of("0123:n", "1");

	(void)state;
	settings.replicas = 3;
	zones_of(4);
	for (size_t i = 1; i < 4; i++) {
		late(i);
	}
	assert_status(do_set("0123:k", "v"), MCHA_STATUS_OK);
	assert_status(do_append("0123:k", "v"), MCHA_STATUS_OK);
	assert_status(do_touch("0123:k", 100), MCHA_STATUS_OK);
	assert_status(do_delete("0123:k"), MCHA_STATUS_OK);
	mcha_count(pool, &item, 1, false);
	for (size_t i = 1; i < 4; i++) {
		for (mcha_in_flight_batch *batch = pool->nodes[i]->in_flight->first; batch;
			 batch = batch->next) {
			assert_true(batch->noted);
		}
		answer_now(i); /* or the pool's end would wait for the node */
	}
}

/* --- removed nodes ---------------------------------------------------------------------------- */

static void a_cleared_pool_drops_its_in_flight_writes(void **state)
{
	mcha_endpoint endpoint = {.port = 1, .weight = 1, .host = "fake", .zone = "a"};

	(void)state;
	settings.operation_timeout = SECOND / 100;
	zones_of(3);
	late(1);
	late(2);
	assert_status(do_set("012:k", "v"), MCHA_STATUS_OK);
	assert_true(pool->fanout.detached_count > 0);
	mcha_pool_clear(pool);
	assert_int_equal(pool->fanout.detached_count, 0);
	assert_true(mcha_pool_add(pool, &endpoint));
	assert_status(do_set("0:k", "w"), MCHA_STATUS_OK);
	assert_reads("0:k", "w");
}

/* Node 2 belongs to the previous pool only, where all keys were stored. */
static void removing_a_node_of_the_previous_pool_keeps_the_in_flight_writes_of_others(void **state)
{
	static size_t one = 1;
	mcha_endpoint endpoint = {.port = 4, .weight = 1, .host = "fake", .zone = "d"};

	(void)state;
	settings.operation_timeout = SECOND / 100;
	zones_of(2);
	pool->previous.placement = (mcha_placement){&one, fixed_prefer};
	assert_true(mcha_pool_add_previous(pool, &endpoint));
	late(1);
	late(3);
	assert_status(do_set("01:k", "v"), MCHA_STATUS_OK);
	assert_int_equal(pool->fanout.detached_count, 2);
	mcha_pool_forget_previous(pool);
	assert_int_equal(pool->fanout.detached_count, 1);
	answer_now(1);
	assert_reads("01:k", "v");
}

/* --- forks ------------------------------------------------------------------------------------ */

/* Runs the child's part; the exit code is 0, or the number of the step that failed. */
static void in_a_child(int (*steps)(void))
{
	pid_t child = fork();
	int status;

	assert_true(child >= 0);
	if (child == 0) {
		_exit(steps());
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

static size_t to_be_closed; /* connections of the parent */

static int write_and_hear(void)
{
	late(1);
	forget();
	if (do_set("01:c", "child's") != MCHA_STATUS_OK || pool->report.pending_count != 1) {
		return 1;
	}
	if (do_set("01:d", "child's") != MCHA_STATUS_OK) {
		return 2;
	}
	if (servers[1].closes != to_be_closed) {
		return 3;
	}
	answer_now(1);
	mcha_pool_drain(pool, 0);
	if (!entry_at(1, "01:c") || !entry_at(1, "01:d")) {
		return 4;
	}
	return has_any_hint(1, "01:c") || has_any_hint(1, "01:d") ? 5 : 0;
}

static void a_forked_child_reads_the_answers_to_its_own_first_write(void **state)
{
	(void)state;
	zones_of(2);
	late(1);
	assert_status(do_set("01:p", "parent's"), MCHA_STATUS_OK);
	answer_now(1);
	mcha_pool_drain(pool, 0);
	assert_int_equal(pool->fanout.detached_count, 0);
	to_be_closed = 0;
	in_a_child(write_and_hear);
}

static void a_forked_child_leaves_the_parent_s_answers_to_the_parent(void **state)
{
	(void)state;
	zones_of(2);
	late(1);
	assert_status(do_set("01:p", "parent's"), MCHA_STATUS_OK);
	to_be_closed = 1;
	in_a_child(write_and_hear);
	assert_true(has_any_hint(1, "01:p"));
	answer_now(1);
	assert_reads("01:p", "parent's");
	assert_false(has_any_hint(1, "01:p"));
}

/* A key whose far copy is read, while the parent's write of that key is in flight. */
static int read_far(void)
{
	mcha_item item;

	servers[1].late = 0;
	servers[1].waiting = NULL;
	kill_node(0);
	item = do_get("10:p", MCHA_WANT_VALUE);
	return item.answer.status == MCHA_STATUS_OK && strcmp(item.answer.value, "old") == 0;
}

static void a_forked_child_does_not_read_a_copy_with_the_parents_write_in_flight(void **state)
{
	(void)state;
	zones_of(2);
	assert_status(do_set("10:p", "old"), MCHA_STATUS_OK);
	late(1);
	servers[1].received = true;
	assert_status(do_set("10:p", "new"), MCHA_STATUS_OK);
	in_a_child(read_far);
	servers[1].waiting = NULL;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_write_does_not_wait_for_the_far_node_whose_answer_is_read_later),
		TEST(an_in_flight_hint_of_a_key_that_is_being_deleted_does_not_rely_on_its_source),
		TEST(a_far_node_is_back_when_its_answer_is_found_not_when_it_was_asked),
		TEST(a_register_s_deletions_of_old_copies_have_in_flight_hints),
		TEST(the_next_operation_does_not_search_an_earlier_operations_requests),
		TEST(every_operation_ends_with_in_flight_hints_for_all_its_batches),
		TEST(a_cleared_pool_drops_its_in_flight_writes),
		TEST(removing_a_node_of_the_previous_pool_keeps_the_in_flight_writes_of_others),
		TEST(a_forked_child_reads_the_answers_to_its_own_first_write),
		TEST(a_forked_child_leaves_the_parent_s_answers_to_the_parent),
		TEST(a_forked_child_does_not_read_a_copy_with_the_parents_write_in_flight),
	};

	return cmocka_run_group_tests_name("writes that wait for the local zone", tests, NULL, NULL);
}
