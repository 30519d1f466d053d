/* SPDX-License-Identifier: MIT */
/* A process is stopped between the first and the second node that it sends a change to. Meanwhile
 * another process gives the second node the first node's copy, which has the change. */
#include "hint_replay_rig.h"

#define KEY "01:k"

static mcha_pool *other; /* the other process's */

static void other_process(void)
{
	other = mcha_pool_create(&settings, health, 2);
	assert_non_null(other);
	other->shared.hints = hints;
	other->shared.repairs = pool->shared.repairs;
	other->next_look = UINT32_MAX;
	for (size_t i = 0; i < pool->node_count; i++) {
		assert_true(mcha_pool_add(other, &pool->nodes[i]->endpoint));
	}
	other->placement = (mcha_placement){&other->member_count, fixed_prefer};
}

/* The other process's write has missed this node, and is replayed. */
static void replay_at(size_t node)
{
	mcha_item item = item_of(KEY, NULL);

	add_hint(node, KEY, (long)(1 - node));
	let_time_pass();
	mcha_get(other, &item, 1, 0);
	assert_false(has_hint(node, KEY));
}

static void repair_first(fake_server *server, const mcha_request *request)
{
	if (request->verb != MCHA_VERB_GET) {
		server->before = NULL;
		replay_at((size_t)(server - servers));
	}
}

static void begin_with(const char *value, bool versions)
{
	static mcha_repair_log repairs;

	settings.versions = versions;
	pool_of(3);
	memset(&repairs, 0, sizeof(repairs));
	pool->shared.repairs = &repairs;
	for (size_t i = 0; i < pool->node_count; i++) {
		servers[i].takes_versions = versions;
	}
	other_process();
	assert_status(do_set(KEY, value), MCHA_STATUS_OK);
	hold_background_replay();
	servers[1].before = repair_first;
}

static void end_with(const char *value)
{
	mcha_pool_destroy(other);
	let_time_pass();
	assert_reads(KEY, value);
	assert_holds(0, KEY, value);
	assert_holds(1, KEY, value);
	assert_false(has_hint(0, KEY));
	assert_false(has_hint(1, KEY));
}

static void nothing_is_appended_twice(void **state)
{
	(void)state;
	for (int versions = 0; versions <= 1; versions++) {
		begin_with("a", versions);
		assert_status(do_append(KEY, "b"), MCHA_STATUS_OK);
		end_with("ab");
	}
}

/* No copy is known to have the change once. */
static void repair_both(fake_server *server, const mcha_request *request)
{
	server->before = NULL;
	mcha_repair_log_note(pool->shared.repairs, request->key, request->key_length,
		pool->nodes[0]->id);
	mcha_repair_log_note(pool->shared.repairs, request->key, request->key_length,
		pool->nodes[1]->id);
}

static void a_change_that_may_be_twice_in_all_copies_fails(void **state)
{
	(void)state;
	begin_with("5", true);
	servers[1].before = repair_both;
	assert_fails(do_append(KEY, "1"));
	assert_false(has_hint(0, KEY));
	assert_false(has_hint(1, KEY));
	mcha_pool_destroy(other);
}

static void repair_another_key(fake_server *server, const mcha_request *request)
{
	(void)request;
	server->before = NULL;
	mcha_repair_log_note(pool->shared.repairs, "01:x", 4, pool->nodes[1]->id);
	mcha_repair_log_note(pool->shared.repairs, KEY, strlen(KEY), pool->nodes[2]->id);
}

static void repairs_of_other_replicas_and_own_repairs_before_a_change_do_not_count(void **state)
{
	(void)state;
	begin_with("a", true);
	servers[1].before = repair_another_key;
	assert_status(do_append(KEY, "b"), MCHA_STATUS_OK);
	assert_false(has_hint(1, KEY));
	add_hint(1, KEY, 0);
	put(1, KEY, "old");
	let_time_pass();
	assert_status(do_append(KEY, "c"), MCHA_STATUS_OK);
	assert_int_equal(pool->report.failed_count, 0);
	assert_false(has_hint(1, KEY));
	end_with("abc");
}

static void more_repairs_than_the_log_holds_may_have_been_of_any_replica(void **state)
{
	static mcha_repair_log log;
	uint64_t began;

	(void)state;
	mcha_repair_log_note(&log, "k", 1, 1);
	began = mcha_repair_log_count(&log);
	assert_false(mcha_repair_log_has(&log, began, "k", 1, 1));
	for (unsigned i = 0; i < MCHA_REPAIR_LOG; i++) {
		mcha_repair_log_note(&log, "k", 1, 2);
	}
	assert_false(mcha_repair_log_has(&log, began, "k", 1, 1));
	assert_true(mcha_repair_log_has(&log, began, "k", 1, 2));
	mcha_repair_log_note(&log, "k", 1, 2);
	assert_true(mcha_repair_log_has(&log, began, "k", 1, 1));
}

/* --- a home that lacks the key ---------------------------------------------------------------- */

/* The other process has read node 1 before the change, and gives node 0 that copy just now. */
static void give_former_copy(fake_server *server, const mcha_request *request)
{
	if (request->verb == MCHA_VERB_STORE && request->mode == MCHA_MODE_ADD) {
		server->before = NULL;
		put(0, KEY, "a");
		entry_at(0, KEY)->ttl = 5;
	}
}

static void begin_with_gap(void)
{
	begin_with("a", false);
	servers[1].before = NULL;
	servers[0].before = give_former_copy;
	wipe(0);
}

static void an_append_is_not_lost_at_a_home_that_is_given_the_former_copy(void **state)
{
	(void)state;
	begin_with_gap();
	assert_status(do_append(KEY, "b"), MCHA_STATUS_OK);
	assert_null(servers[0].before);
	end_with("ab");
}

static void a_touch_is_not_lost_at_a_home_that_is_given_the_former_copy(void **state)
{
	(void)state;
	begin_with_gap();
	assert_status(do_touch(KEY, 100), MCHA_STATUS_OK);
	assert_null(servers[0].before);
	end_with("a");
	assert_true(entry_at(0, KEY)->ttl > 90);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(nothing_is_appended_twice),
		TEST(a_change_that_may_be_twice_in_all_copies_fails),
		TEST(repairs_of_other_replicas_and_own_repairs_before_a_change_do_not_count),
		TEST(more_repairs_than_the_log_holds_may_have_been_of_any_replica),
		TEST(an_append_is_not_lost_at_a_home_that_is_given_the_former_copy),
		TEST(a_touch_is_not_lost_at_a_home_that_is_given_the_former_copy),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
