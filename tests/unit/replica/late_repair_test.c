/* SPDX-License-Identifier: MIT */
/* A copy that was given to a node, and was not answered, arrives there after a deletion that the
 * node has acknowledged. */
#include "hint_replay_rig.h"

#define KEY "01:k"
#define LATER (15 * SECOND) /* longer than an operation, and a process that is stopped in it */

static mcha_recent_deletes deletes;
static mcha_repairs_under_way under_way;

/* Two replicas; node 0 has none, node 1 has "old". */
static void make_gap(void)
{
	pool_of(3);
	memset(&deletes, 0, sizeof(deletes));
	memset(&under_way, 0, sizeof(under_way));
	pool->shared.deletes = &deletes;
	pool->shared.under_way = &under_way;
	hold_background_replay();
	put(1, KEY, "5");
}

/* The node answers the look, and no store. */
static void leave_stores_unanswered(size_t node)
{
	fail_with(node, MCHA_STATUS_TIMEOUT);
	servers[node].fault_after = 1;
}

/* So that the node's failure, which this process knows of, is no reason for anything. */
static void answer_again(size_t node)
{
	servers[node].fault = MCHA_STATUS_OK;
	clear_failures();
}

static void read_it(void)
{
	assert_reads(KEY, "5");
}

static void append_to_it(void)
{
	(void)do_append(KEY, "");
}

static void replace_it(void)
{
	(void)do_decide(KEY, "5", MCHA_MODE_REPLACE);
}

static void (*const repairs[])(void) = {read_it, append_to_it, replace_it};

static void a_repair_that_arrives_after_a_deletion_is_not_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(repairs); i++) {
		make_gap();
		leave_stores_unanswered(0);
		repairs[i]();
		assert_non_null(strchr(servers[0].log, 'A'));
		answer_again(0);
		while (has_hint(0, KEY)) { /* of the operation itself */
			mcha_hint hint;

			assert_true(find_hint(0, KEY, &hint));
			mcha_hints_clear(hints, &hint);
		}
		let_time_pass();
		assert_status(do_delete(KEY), MCHA_STATUS_OK);
		assert_holds(0, KEY, NULL);
		assert_holds(1, KEY, NULL);

		put(0, KEY, "5");
		assert_reads(KEY, NULL);
		slept += LATER;
		assert_reads(KEY, NULL);
		assert_holds(0, KEY, NULL);
		assert_false(has_hint(0, KEY));
	}
}

static void a_replay_that_arrives_after_a_deletion_is_not_read(void **state)
{
	(void)state;
	make_stale_node(3, 0, KEY);
	memset(&deletes, 0, sizeof(deletes));
	memset(&under_way, 0, sizeof(under_way));
	pool->shared.deletes = &deletes;
	pool->shared.under_way = &under_way;
	wipe(0);
	leave_stores_unanswered(0);
	assert_reads(KEY, "new");
	assert_non_null(strchr(servers[0].log, 'A'));
	answer_again(0);
	let_time_pass();
	assert_status(do_delete(KEY), MCHA_STATUS_OK);
	put(0, KEY, "new");
	assert_reads(KEY, NULL);
	slept += LATER;
	assert_reads(KEY, NULL);
	assert_holds(0, KEY, NULL);
}

/* Nothing can arrive any more. */
static void a_deletion_behind_answered_repairs_adds_no_hint(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(repairs); i++) {
		make_gap();
		repairs[i]();
		assert_non_null(strchr(servers[0].log, 'A'));
		assert_status(do_delete(KEY), MCHA_STATUS_OK);
		assert_false(has_hint(0, KEY));
	}
}

static void a_deletion_long_after_an_unanswered_repair_adds_no_hint(void **state)
{
	(void)state;
	make_gap();
	leave_stores_unanswered(0);
	read_it();
	answer_again(0);
	slept += LATER;
	assert_status(do_delete(KEY), MCHA_STATUS_OK);
	assert_false(has_hint(0, KEY));
}

static void a_deletion_beside_a_repair_of_another_key_or_node_adds_no_hint(void **state)
{
	(void)state;
	make_gap();
	mcha_repairs_under_way_begin(&under_way, "01:x", 4, pool->nodes[0]->id, mcha_clock_now());
	mcha_repairs_under_way_begin(&under_way, KEY, 4, pool->nodes[2]->id, mcha_clock_now());
	assert_status(do_delete(KEY), MCHA_STATUS_OK);
	assert_false(has_hint(0, KEY));
	assert_false(has_hint(1, KEY));
}

/* --- a repair that is taken back -------------------------------------------------------------- */

/* The key is deleted when this node has been sent the copy. */
static void delete_meanwhile(fake_server *server, const mcha_request *request)
{
	if (request->verb == MCHA_VERB_STORE) {
		server->before = NULL;
		mcha_recent_deletes_note(&deletes, request->key, request->key_length, mcha_clock_now(),
			true);
		wipe(1);
	}
}

static void a_copy_that_could_not_be_taken_back_gets_a_hint_to_delete(void **state)
{
	(void)state;
	make_gap();
	servers[0].before = delete_meanwhile;
	fail_with(0, MCHA_STATUS_TIMEOUT);
	servers[0].fault_after = 2; /* the look and the store are answered */
	read_it();
	assert_string_equal(servers[0].log, "GAD!");
	assert_holds(0, KEY, "5");
	assert_int_equal(source_of(0, KEY), -1);
	answer_again(0);
	slept += LATER;
	assert_reads(KEY, NULL);
	assert_holds(0, KEY, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_repair_that_arrives_after_a_deletion_is_not_read),
		TEST(a_replay_that_arrives_after_a_deletion_is_not_read),
		TEST(a_deletion_behind_answered_repairs_adds_no_hint),
		TEST(a_deletion_long_after_an_unanswered_repair_adds_no_hint),
		TEST(a_deletion_beside_a_repair_of_another_key_or_node_adds_no_hint),
		TEST(a_copy_that_could_not_be_taken_back_gets_a_hint_to_delete),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
