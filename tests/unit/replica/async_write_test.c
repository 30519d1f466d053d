/* SPDX-License-Identifier: MIT */
/* Writes that wait for the local zone alone: what is left behind outlives its operation, the pool's nodes and
 * forks, and refers to none of them afterwards. */
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

/* It answers at the next opportunity, what it was asked before included. */
static void answer_now(size_t node)
{
	servers[node].late = 0;
	servers[node].answers_at = 0;
}

/* Some write of the key is on its way to the node, or was missed by it. */
static bool is_noted(size_t node, const char *key)
{
	mcha_hint mark;

	return owes(node, key)
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

/* --- batches and operations -------------------------------------------------------------------------- */

static void the_far_copy_is_not_waited_for_and_its_answer_is_taken_later(void **state)
{
	(void)state;
	zones_of(2);
	late(1);
	assert_status(do_set("01:k", "v"), MCHA_STATUS_OK);
	assert_int_equal(pool->report.pending_count, 1);
	assert_true(is_noted(1, "01:k"));
	answer_now(1);
	assert_reads("01:k", "v");
	assert_false(is_noted(1, "01:k"));
	assert_holds(1, "01:k", "v");
	assert_int_equal(pool->fanout.detached_count, 0);
}

/* The deletions of handoff nodes' old copies, which nobody waits for, are the last of many requests. */
static void set_many_registers(void)
{
	settings.replicas = 2;
	settings.read_policy = MCHA_READ_QUORUM;
	zones_of(5);
	kill_and_notice(2); /* handoff nodes' copies are looked for */
	late(3);
	set_many("0123", "v");
	assert_int_equal(pool->fanout.detached_count, 1);
}

static void a_register_s_deletions_of_old_copies_are_noted(void **state)
{
	(void)state;
	set_many_registers();
	assert_true(is_noted(3, "0123:7"));
	answer_now(3);
	mcha_pool_drain(pool, 0);
	assert_int_equal(pool->fanout.detached_count, 0);
	assert_false(is_noted(3, "0123:7"));
}

static void the_next_operation_does_not_look_for_an_earlier_one_s_requests(void **state)
{
	(void)state;
	set_many_registers();
	pool->settings.read_policy = MCHA_READ_ORDERED; /* by setOption() */
	assert_status(do_set("034:k", "w"), MCHA_STATUS_OK);
	assert_int_equal(pool->report.pending_count, 1);
}

static void every_operation_ends_with_all_its_batches_noted(void **state)
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
		for (mcha_in_flight_batch *batch = pool->nodes[i]->in_flight->first; batch; batch = batch->next) {
			assert_true(batch->noted);
		}
	}
}

/* --- nodes that go away ------------------------------------------------------------------------------ */

static void a_pool_that_is_cleared_forgets_what_its_nodes_were_sent(void **state)
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

/* Node 2 is of the former pool alone, where all keys lay. */
static void nodes_of_the_former_pool_that_go_leave_the_others_their_answers(void **state)
{
	static size_t one = 1;
	mcha_endpoint endpoint = {.port = 4, .weight = 1, .host = "fake", .zone = "d"};

	(void)state;
	settings.operation_timeout = SECOND / 100;
	zones_of(2);
	pool->previous = (mcha_placement){&one, fixed_prefer};
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

/* --- forks ------------------------------------------------------------------------------------------- */

/* What the child does, its standing as the exit code: 0, or the step that failed. */
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

static size_t to_be_closed; /* connections of the parent's */

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
	return is_noted(1, "01:c") || is_noted(1, "01:d") ? 5 : 0;
}

static void a_forked_child_hears_the_answers_to_its_own_first_write(void **state)
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
	assert_true(is_noted(1, "01:p"));
	answer_now(1);
	assert_reads("01:p", "parent's");
	assert_false(is_noted(1, "01:p"));
}

/* The far copy is the one that is read: that of a key of which the parent's write is on its way there. */
static int read_far(void)
{
	mcha_item item;

	servers[1].late = 0;
	servers[1].waiting = NULL;
	kill_node(0);
	item = do_get("10:p", MCHA_WANT_VALUE);
	return item.answer.status == MCHA_STATUS_OK && strcmp(item.answer.value, "old") == 0;
}

static void a_forked_child_does_not_read_what_the_parent_s_write_is_on_its_way_to(void **state)
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
		TEST(the_far_copy_is_not_waited_for_and_its_answer_is_taken_later),
		TEST(a_register_s_deletions_of_old_copies_are_noted),
		TEST(the_next_operation_does_not_look_for_an_earlier_one_s_requests),
		TEST(every_operation_ends_with_all_its_batches_noted),
		TEST(a_pool_that_is_cleared_forgets_what_its_nodes_were_sent),
		TEST(nodes_of_the_former_pool_that_go_leave_the_others_their_answers),
		TEST(a_forked_child_hears_the_answers_to_its_own_first_write),
		TEST(a_forked_child_leaves_the_parent_s_answers_to_the_parent),
		TEST(a_forked_child_does_not_read_what_the_parent_s_write_is_on_its_way_to),
	};

	return cmocka_run_group_tests_name("writes that wait for the local zone", tests, NULL, NULL);
}
