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
	static const mcha_status faults[] = {
		MCHA_STATUS_CONNECT, MCHA_STATUS_TIMEOUT, MCHA_STATUS_SERVER_ERROR};

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

/* --- a home that is new to the key ------------------------------------------------------------ */

/* home 0 is new to the key, home 1 was one, and node 3 of the pool is a previous home */
#define NEW_HOME "01-13:k"
#define NEW_HOMES "01-23:k" /* both homes are new, both previous homes are nodes of the pool */

static mcha_status get_it(const char *key)
{
	return do_get(key, 0).answer.status;
}

static mcha_status touch_it(const char *key)
{
	return do_touch(key, 100);
}

static mcha_status add_it(const char *key)
{
	return do_decide(MCHA_MODE_ADD, key, "2", 0);
}

static mcha_status swap_it(const char *key)
{
	return do_decide(MCHA_MODE_SET, key, "2", 7);
}

static mcha_status replace_that(const char *key)
{
	return do_decide(MCHA_MODE_REPLACE, key, "2", 0);
}

static mcha_status append_to_that(const char *key)
{
	return do_append(key, "2");
}

static mcha_status count_that(const char *key)
{
	return do_count(key, NULL).answer.status;
}

static mcha_status count_from_one(const char *key)
{
	return do_count(key, "1").answer.status;
}

static const struct {
	mcha_status (*run)(const char *key);
	mcha_status absent; /* what it says of a key that no node has */
	bool creates;
} operations[] = {
	{get_it, MCHA_STATUS_MISS, false},
	{touch_it, MCHA_STATUS_MISS, false},
	{add_it, MCHA_STATUS_OK, true},
	{swap_it, MCHA_STATUS_MISS, false},
	{replace_that, MCHA_STATUS_NOT_STORED, false},
	{append_to_that, MCHA_STATUS_NOT_STORED, false},
	{count_that, MCHA_STATUS_MISS, false},
	{count_from_one, MCHA_STATUS_OK, true},
};

static void a_home_that_is_new_to_the_key_does_not_know_that_it_is_missing(void **state)
{
	static const bool noticed[] = {false, true};

	(void)state;
	for (size_t i = 0; i < COUNT(operations) * COUNT(noticed); i++) {
		changed_pool();
		put(1, NEW_HOME, "1");
		put(3, NEW_HOME, "1");
		if (noticed[i / COUNT(operations)]) {
			kill_server(1);
			kill_server(3);
		} else {
			kill_node(1);
			kill_node(3);
		}
		assert_fails(operations[i % COUNT(operations)].run(NEW_HOME));
		assert_holds(0, NEW_HOME, NULL);
	}
}

static void homes_that_are_all_new_do_not_know_it_either(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(operations); i++) {
		changed_pool();
		put(2, NEW_HOMES, "1");
		put(3, NEW_HOMES, "1");
		kill_server(2);
		kill_server(3);
		assert_fails(operations[i].run(NEW_HOMES));
		assert_holds(0, NEW_HOMES, NULL);
		assert_holds(1, NEW_HOMES, NULL);
	}
}

/* Node 3 is not the first to be asked by an operation: all that are up are asked. */
static void one_home_of_the_previous_pool_knows_that_a_key_is_missing(void **state)
{
	static const struct {
		const char *key;
		size_t dead[2];
	} rows[] = {
		{NEW_HOME, {3, 3}},
		{NEW_HOME, {1, 1}},
		{NEW_HOMES, {2, 2}},
		{NEW_HOMES, {3, 3}},
		{NEW_HOMES, {0, 2}},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows) * COUNT(operations); i++) {
		changed_pool();
		kill_server(rows[i / COUNT(operations)].dead[0]);
		kill_server(rows[i / COUNT(operations)].dead[1]);
		assert_status(operations[i % COUNT(operations)].run(rows[i / COUNT(operations)].key),
			operations[i % COUNT(operations)].absent);
	}
}

static void a_dead_node_of_the_previous_pool_only_leaves_nothing_open(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(operations); i++) {
		changed_pool();
		kill_server(4);
		kill_server(5);
		assert_status(operations[i].run(KEY), operations[i].absent);
	}
}

static void what_a_previous_home_has_is_found_though_the_other_home_is_dead(void **state)
{
	(void)state;
	changed_pool();
	put(1, NEW_HOME, "1");
	put(3, NEW_HOME, "1");
	kill_server(1);
	assert_status(add_it(NEW_HOME), MCHA_STATUS_NOT_STORED);
	assert_int_equal(do_count(NEW_HOME, "5").answer.number, 2);
}

static void a_key_that_was_just_made_up_is_missing_in_the_previous_pool(void **state)
{
	mcha_item item = item_of(NEW_HOME, "1");

	(void)state;
	changed_pool();
	kill_server(1);
	kill_server(3);
	item.fresh = true;
	mcha_get(pool, &item, 1, MCHA_WANT_VALUE);
	assert_status(item.answer.status, MCHA_STATUS_MISS);
	item = item_of(NEW_HOME, "1");
	item.fresh = true;
	mcha_decide(pool, &item, MCHA_MODE_ADD);
	assert_status(item.answer.status, MCHA_STATUS_OK);
	assert_holds(0, NEW_HOME, "1");
}

static void a_home_is_new_to_the_key_also_where_no_previous_home_is_left(void **state)
{
	static const mcha_endpoint only = {.host = "fake", .port = 2, .weight = 1};

	(void)state;
	for (size_t i = 0; i < COUNT(operations); i++) {
		changed_pool();
		mcha_pool_forget_previous(pool);
		pool->previous.placement.prefer = prefer_only;
		assert_true(mcha_pool_add_previous(pool, &only));
		put(1, "01-1:k", "1");
		kill_server(1);
		assert_fails(operations[i].run("01-1:k"));
		assert_holds(0, "01-1:k", NULL);
	}
}

/* Each host knows its own hints only: one home of the previous pool may have missed what the two
 * others have. */
static void registers_need_a_majority_of_the_previous_homes(void **state)
{
	static const char key[] = "012-123:k";

	(void)state;
	for (int known = 0; known <= 1; known++) {
		settings.replicas = 2;
		settings.read_policy = MCHA_READ_QUORUM;
		changed_pool();
		if (!known) {
			put(2, key, "1");
			put(3, key, "1");
			kill_server(3);
		}
		kill_server(2);
		for (size_t i = 0; i < COUNT(operations); i++) {
			if (known && !operations[i].creates) {
				assert_status(operations[i].run(key), operations[i].absent);
			} else if (!known) {
				assert_fails(operations[i].run(key));
			}
		}
		if (known) {
			assert_status(do_delete(key), MCHA_STATUS_MISS);
		} else {
			assert_fails(do_delete(key));
		}
		assert_holds(0, key, NULL);
		assert_holds(1, key, NULL);
	}
}

/* --- handoff copies from before the pool was changed ------------------------------------------ */

/* one copy: home 0, previous home 3; node 3 was down when node 1 was its handoff node */
#define HANDED_OFF "0-3:k"
#define HANDED_OFF_FROM_REMOVED "0-5:k" /* the same with a node that only the previous pool has */

static void one_copy(void)
{
	settings.replicas = 0;
	changed_pool();
}

static void revive_server(size_t server)
{
	mcha_usec now = mcha_clock_now();

	servers[server].fault = MCHA_STATUS_OK;
	mcha_health_success(pool->nodes[node_of(server)]->health, now, now + 1);
}

static void a_handoff_copy_of_the_previous_pool_does_not_come_back(void **state)
{
	(void)state;
	for (size_t node = 1; node <= 2; node++) {
		for (int kept = 0; kept <= 1; kept++) {
			const char *key = kept ? "0-0:k" : HANDED_OFF;

			one_copy();
			put(node, key, "old"); /* which handoff node was the first may have changed, too */
			kill_server(kept ? 0 : 3);
			revive_server(kept ? 0 : 3);
			assert_status(do_set(key, "new"), MCHA_STATUS_OK);
			assert_holds(node, key, NULL);
			put(node, key, "old");
			do_delete(key);
			assert_holds(node, key, NULL);
			assert_reads(key, NULL);
		}
	}
}

static void a_value_that_only_a_handoff_node_of_the_previous_pool_has_is_found(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(operations); i++) {
		const char *key = HANDED_OFF_FROM_REMOVED;
		mcha_status status;

		one_copy();
		put(1, key, "1");
		kill_server(5);
		status = operations[i].run(key);
		assert_status(status,
			operations[i].run == add_it        ? MCHA_STATUS_NOT_STORED
				: operations[i].run == swap_it ? MCHA_STATUS_EXISTS
											   : MCHA_STATUS_OK);
		if (operations[i].run == count_from_one) {
			assert_reads(key, "2");
		}
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
		TEST(a_home_that_is_new_to_the_key_does_not_know_that_it_is_missing),
		TEST(homes_that_are_all_new_do_not_know_it_either),
		TEST(one_home_of_the_previous_pool_knows_that_a_key_is_missing),
		TEST(a_dead_node_of_the_previous_pool_only_leaves_nothing_open),
		TEST(what_a_previous_home_has_is_found_though_the_other_home_is_dead),
		TEST(a_key_that_was_just_made_up_is_missing_in_the_previous_pool),
		TEST(a_home_is_new_to_the_key_also_where_no_previous_home_is_left),
		TEST(registers_need_a_majority_of_the_previous_homes),
		TEST(a_handoff_copy_of_the_previous_pool_does_not_come_back),
		TEST(a_value_that_only_a_handoff_node_of_the_previous_pool_has_is_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
