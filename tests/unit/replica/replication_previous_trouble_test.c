/* SPDX-License-Identifier: MIT */
/* A changed pool while nodes of it or of the previous pool fail. */
#include "previous_pool_rig.h"

/* After each of these, "1" must not be read any more. */
static void set_it(void)
{
	assert_status(do_set(KEY, "2"), MCHA_STATUS_OK);
}

static void delete_it(void)
{
	do_delete(KEY);
}

static void append_to_it(void)
{
	assert_status(do_append(KEY, "2"), MCHA_STATUS_OK);
}

static void count_it(void)
{
	assert_status(do_count(KEY, NULL).answer.status, MCHA_STATUS_OK);
}

static void replace_it(void)
{
	assert_status(do_decide(MCHA_MODE_REPLACE, KEY, "2", 0), MCHA_STATUS_OK);
}

static void (*const changes[])(void) = {set_it, delete_it, append_to_it, count_it, replace_it};

static void an_old_copy_on_a_previous_home_that_was_down_is_not_read(void **state)
{
	static const mcha_status faults[] = {MCHA_STATUS_CONNECT, MCHA_STATUS_TIMEOUT, MCHA_STATUS_SERVER_ERROR};

	(void)state;
	for (size_t i = 0; i < COUNT(changes) * COUNT(faults); i++) {
		changed_pool();
		put(5, KEY, "1");
		put(4, KEY, "1");
		assert_reads(KEY, "1");
		fail_with(5, faults[i % COUNT(faults)]);
		changes[i / COUNT(faults)]();
		wipe(0);
		wipe(1);
		servers[5].fault = MCHA_STATUS_OK;
		clear_failures();
		(void)do_get(KEY, 0);
		assert_holds(0, KEY, NULL);
		assert_holds(1, KEY, NULL);
		assert_holds(4, KEY, NULL);
	}
}

static void a_dead_previous_home_is_not_asked_and_nothing_fails(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(changes); i++) {
		changed_pool();
		put(4, KEY, "1");
		kill_server(5);
		changes[i]();
		assert_string_equal(servers[5].log, "");
		assert_holds(4, KEY, NULL);
	}
}

static void handoff_copies_go_to_nodes_of_the_pool(void **state)
{
	(void)state;
	changed_pool();
	put(5, KEY, "old");
	kill_node(0);
	assert_status(do_set(KEY, "new"), MCHA_STATUS_OK);
	assert_holds(1, KEY, "new");
	assert_holds(2, KEY, "new");
	assert_holds(5, KEY, NULL);
	assert_reads(KEY, "new");
	assert_status(do_set(KEY, "newer"), MCHA_STATUS_OK);
	assert_holds(2, KEY, "newer");
	assert_string_equal(servers[5].log + strspn(servers[5].log, "D"), "");
}

static void nodes_that_store_nothing_are_not_asked_for_item_size_max(void **state)
{
	static char large[1050001]; /* more than certainly fits */

	(void)state;
	memset(large, 'x', sizeof(large) - 1);
	changed_pool();
	assert_status(do_set(KEY, large), MCHA_STATUS_OK);
	assert_asked("?S", "?S", "", "", "D", "D");
}

static void a_previous_home_may_be_a_handoff_node_and_keeps_its_handoff_copy(void **state)
{
	(void)state;
	for (int known = 0; known <= 1; known++) {
		changed_pool();
		put(2, "01-24:k", "old");
		kill_node(0);
		if (known) {
			(void)do_get("0-0:x", 0);
		}
		assert_status(do_set("01-24:k", "new"), MCHA_STATUS_OK);
		assert_holds(1, "01-24:k", "new");
		assert_holds(2, "01-24:k", "new");
		kill_node(1);
		assert_reads("01-24:k", "new");
	}
}

/* Another host deletes the key when this node is sent a copy. */
static void delete_elsewhere(fake_server *server, const mcha_request *request)
{
	if (request->verb == MCHA_VERB_STORE && request->mode == MCHA_MODE_ADD) {
		server->before = NULL;
		drop_entry(entry_at(5, KEY));
	}
}

static void a_key_deleted_during_its_migration_stays_deleted(void **state)
{
	(void)state;
	for (int appends = 0; appends <= 1; appends++) {
		changed_pool();
		put(5, KEY, "old");
		servers[0].before = delete_elsewhere;
		if (appends) {
			assert_status(do_append(KEY, "new"), MCHA_STATUS_NOT_STORED);
		} else {
			assert_reads(KEY, "old");
		}
		assert_holds(0, KEY, NULL);
		assert_holds(1, KEY, NULL);
		assert_reads(KEY, NULL);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(an_old_copy_on_a_previous_home_that_was_down_is_not_read),
		TEST(a_dead_previous_home_is_not_asked_and_nothing_fails),
		TEST(handoff_copies_go_to_nodes_of_the_pool),
		TEST(nodes_that_store_nothing_are_not_asked_for_item_size_max),
		TEST(a_previous_home_may_be_a_handoff_node_and_keeps_its_handoff_copy),
		TEST(a_key_deleted_during_its_migration_stays_deleted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
