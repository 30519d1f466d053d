/* SPDX-License-Identifier: MIT */
/* Writes that replace only the value that was read; and reads together with a lock. */
#include "hint_replay_rig.h"

typedef struct reading {
	mcha_seen seen;
	char value[16];
} reading;

/* The first operations of a session. */
static void read_key(const char *key, reading *r)
{
	mcha_item item = do_get(key, MCHA_WANT_VALUE | MCHA_WANT_CAS);

	*r = (reading){.seen = {0}};
	if (item.answer.status == MCHA_STATUS_OK) {
		snprintf(r->value, sizeof(r->value), "%s", item.answer.value);
		r->seen = (mcha_seen){true, item.answer.cas, r->value, item.answer.size};
		rig_release(item.answer.value);
	}
	forget();
}

static mcha_status write_over(const char *key, const char *value, const reading *r)
{
	mcha_item item = item_of(key, value);

	mcha_store_over(pool, &item, &r->seen);
	assert_int_equal(pool->until, 0);
	return item.answer.status;
}

typedef enum server_kind { COUNTING, VERSIONED, WITHOUT_CAS } server_kind;

static void pool_of_kind(size_t nodes, server_kind kind)
{
	settings.versions = kind == VERSIONED;
	pool_of(nodes);
	for (size_t i = 0; i < nodes; i++) {
		servers[i].keeps_no_cas = kind == WITHOUT_CAS;
		servers[i].takes_versions = kind == VERSIONED;
	}
}

static const server_kind kinds[] = {COUNTING, VERSIONED, WITHOUT_CAS};

static void an_unchanged_value_is_overwritten(void **state)
{
	static const char *const asked[][2] = {{"S!", "S"}, {"S!", "S"}, {"GS", "S"}};
	reading r;

	(void)state;
	for (size_t i = 0; i < COUNT(kinds); i++) {
		pool_of_kind(3, kinds[i]);
		do_set("01:k", "old");
		read_key("01:k", &r);
		assert_status(write_over("01:k", "new", &r), MCHA_STATUS_OK);
		assert_asked(asked[i][0], asked[i][1]);
		assert_holds(0, "01:k", "new");
		assert_holds(1, "01:k", "new");
	}
}

static void a_missing_value_is_added(void **state)
{
	reading r;

	(void)state;
	for (size_t i = 0; i < COUNT(kinds); i++) {
		pool_of_kind(3, kinds[i]);
		read_key("01:k", &r);
		assert_status(write_over("01:k", "new", &r), MCHA_STATUS_OK);
		assert_asked("A", "A");
		assert_holds(1, "01:k", "new");
	}
}

static void a_later_write_by_another_client_stays(void **state)
{
	reading r;

	(void)state;
	for (size_t i = 0; i < COUNT(kinds); i++) {
		for (int was_there = 0; was_there <= 1; was_there++) {
			pool_of_kind(3, kinds[i]);
			if (was_there) {
				do_set("01:k", "old");
			}
			read_key("01:k", &r);
			do_set("01:k", "theirs");
			assert_status(write_over("01:k", "new", &r), MCHA_STATUS_EXISTS);
			assert_holds(0, "01:k", "theirs");
			assert_holds(1, "01:k", "theirs");
		}
	}
}

static void a_value_that_is_gone_since_is_reported_to_the_caller(void **state)
{
	reading r;

	(void)state;
	for (size_t i = 0; i < COUNT(kinds); i++) {
		pool_of_kind(3, kinds[i]);
		do_set("01:k", "old");
		read_key("01:k", &r);
		do_delete("01:k");
		assert_status(write_over("01:k", "new", &r), MCHA_STATUS_MISS);
		assert_holds(0, "01:k", NULL);
		assert_holds(1, "01:k", NULL);
	}
}

/* Between the read and the write: another node cannot check the token. */
static void an_authority_that_fails_is_not_taken_for_another_writer(void **state)
{
	static const mcha_status faults[] = {
		MCHA_STATUS_CONNECT, MCHA_STATUS_TIMEOUT, MCHA_STATUS_CLOSED};
	reading r;

	(void)state;
	for (size_t i = 0; i < COUNT(kinds); i++) {
		for (size_t j = 0; j < COUNT(faults); j++) {
			pool_of_kind(3, kinds[i]);
			do_set("01:k", "old");
			read_key("01:k", &r);
			fail_with(0, faults[j]);
			assert_status(write_over("01:k", "new", &r), MCHA_STATUS_OK);
			assert_holds(1, "01:k", "new");
			assert_reads("01:k", "new");
			assert_true(mcha_hints_count(pool->nodes[0]->health) > 0);

			do_set("01:k", "old");
			read_key("01:k", &r);
			do_set("01:k", "theirs");
			assert_status(write_over("01:k", "new", &r), MCHA_STATUS_EXISTS);
			assert_reads("01:k", "theirs");
		}
	}
}

static void a_first_write_whose_authority_fails_goes_to_another_node(void **state)
{
	reading r;

	(void)state;
	pool_of(3);
	read_key("01:k", &r);
	kill_node(0);
	assert_status(write_over("01:k", "new", &r), MCHA_STATUS_OK);
	assert_reads("01:k", "new");
	assert_status(write_over("01:k", "newer", &r), MCHA_STATUS_EXISTS);
}

static void an_authority_that_was_restarted_empty_is_not_taken_for_another_writer(void **state)
{
	reading r;

	(void)state;
	for (size_t i = 0; i < COUNT(kinds); i++) {
		pool_of_kind(3, kinds[i]);
		do_set("01:k", "old");
		read_key("01:k", &r);
		wipe(0);
		assert_status(write_over("01:k", "new", &r), MCHA_STATUS_OK);
		assert_holds(0, "01:k", "new");
		assert_holds(1, "01:k", "new");
	}
}

/* Read from a handoff node, and written to it. */
static void if_all_homes_are_down_handoff_nodes_are_written(void **state)
{
	reading r;

	(void)state;
	pool_of(4);
	kill_and_notice(0);
	kill_and_notice(1);
	do_set("01:k", "old");
	read_key("01:k", &r);
	assert_true(r.seen.found);
	assert_status(write_over("01:k", "new", &r), MCHA_STATUS_OK);
	assert_reads("01:k", "new");
}

static void a_write_without_an_answering_node_fails(void **state)
{
	reading r;

	(void)state;
	pool_of(2);
	do_set("01:k", "old");
	read_key("01:k", &r);
	kill_node(0);
	kill_node(1);
	assert_fails(write_over("01:k", "new", &r));
	assert_holds(0, "01:k", "old");
	assert_holds(1, "01:k", "old");
}

/* Before each remaining compare-and-swap the copy is stored once more, as by hint replay. */
static unsigned replays;

static void replay(fake_server *server, const mcha_request *request)
{
	if (request->verb == MCHA_VERB_STORE && request->cas && replays) {
		entry_at((size_t)(server - servers), "01:k")->cas += 7;
		replays--;
	}
}

static void hint_replay_that_voids_a_token_is_not_taken_for_another_writer(void **state)
{
	reading r;

	(void)state;
	for (replays = 1; replays <= 2; replays++) {
		const unsigned wanted = replays;

		pool_of(3);
		do_set("01:k", "old");
		read_key("01:k", &r);
		servers[0].before = replay;
		assert_status(write_over("01:k", "new", &r), MCHA_STATUS_OK);
		assert_int_equal(replays, 0);
		assert_holds(0, "01:k", "new");
		assert_holds(1, "01:k", "new");
		replays = wanted;
	}
}

/* The node applied the write, and its answer was lost. */
static void lose_answer(fake_server *server, const mcha_request *request)
{
	if (request->verb == MCHA_VERB_STORE) {
		server->before = NULL;
		put_entry(server, request->key, request->key_length, request->value, request->value_length)
			->ttl = MCHA_TTL_NONE;
		server->fault = MCHA_STATUS_CLOSED;
	}
}

static void a_lost_answer_is_not_taken_for_another_writer(void **state)
{
	reading r;

	(void)state;
	for (int was_there = 0; was_there <= 1; was_there++) {
		settings.replicas = 0;
		settings.retry_interval = 0;
		pool_of(1);
		if (was_there) {
			do_set("0:k", "old");
		}
		read_key("0:k", &r);
		servers[0].before = lose_answer;
		(void)write_over("0:k", "new", &r);
		revive(0);
		clear_failures();
		assert_status(write_over("0:k", "new", &r), MCHA_STATUS_OK);
		assert_reads("0:k", "new");
	}
}

static void registers_are_compared_by_version_too(void **state)
{
	reading r;

	(void)state;
	settings.read_policy = MCHA_READ_QUORUM;
	settings.replicas = 2;
	pool_of_kind(3, VERSIONED);
	read_key("012:k", &r);
	assert_status(write_over("012:k", "first", &r), MCHA_STATUS_OK);
	read_key("012:k", &r);
	assert_status(write_over("012:k", "second", &r), MCHA_STATUS_OK);
	assert_status(write_over("012:k", "third", &r), MCHA_STATUS_EXISTS);
	assert_reads("012:k", "second");
}

/* --- together with a lock --------------------------------------------------------------------- */

static mcha_item lock_beside(mcha_item *data, mcha_lock *lock)
{
	mcha_item item = item_of("01:l", "me");

	item.exptime = 30;
	item.beside = data;
	mcha_lock_acquire(pool, &item, lock);
	return item;
}

static void a_lock_returns_the_value_that_it_protects(void **state)
{
	mcha_lock lock;
	mcha_item data = item_of("01:k", NULL);

	(void)state;
	pool_of(3);
	do_set("01:k", "value");
	forget();
	assert_status(lock_beside(&data, &lock).answer.status, MCHA_STATUS_OK);
	assert_asked("AG", "Ag");
	assert_int_equal(servers[0].rounds, 2);
	assert_int_equal(servers[1].rounds, 1);
	assert_status(data.answer.status, MCHA_STATUS_OK);
	assert_string_equal(data.answer.value, "value");
	rig_release(data.answer.value);
	assert_int_equal(lock.count, 2);

	assert_status(write_over("01:k", "new",
					  &(reading){.seen = {true, data.answer.cas, "value", 5}}),
		MCHA_STATUS_OK);
	assert_holds(1, "01:k", "new");
}

static void a_lock_reports_a_missing_value(void **state)
{
	mcha_lock lock;
	mcha_item data = item_of("01:k", NULL);

	(void)state;
	pool_of(3);
	assert_status(lock_beside(&data, &lock).answer.status, MCHA_STATUS_OK);
	assert_status(data.answer.status, MCHA_STATUS_MISS);
}

static void a_refused_lock_returns_no_value(void **state)
{
	mcha_lock lock;
	mcha_item data = item_of("01:k", NULL);

	(void)state;
	for (size_t holder = 0; holder <= 1; holder++) {
		pool_of(3);
		do_set("01:k", "value");
		put(holder, "01:l", "you");
		assert_status(lock_beside(&data, &lock).answer.status, MCHA_STATUS_NOT_STORED);
		assert_status(data.answer.status, MCHA_STATUS_PENDING);
		assert_null(data.answer.value);
	}
}

/* A separate read has the means for the exceptional cases. */
static void exceptional_cases_are_left_to_a_separate_read(void **state)
{
	mcha_lock lock;
	mcha_item data = item_of("01:k", NULL);

	(void)state;
	for (int trouble = 0; trouble < 5; trouble++) {
		pool_of(3);
		do_set("01:k", "value");
		if (trouble == 0) {
			kill_node(1);
		} else if (trouble == 1) {
			kill_node(0);
		} else if (trouble == 2) {
			wipe(0);
		} else if (trouble == 3) {
			wipe(1);
		} else {
			make_stale_node(3, 0, "01:k");
		}
		assert_status(lock_beside(&data, &lock).answer.status, MCHA_STATUS_OK);
		assert_status(data.answer.status, MCHA_STATUS_PENDING);
		assert_null(data.answer.value);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(hint_replay_that_voids_a_token_is_not_taken_for_another_writer),
		TEST(an_unchanged_value_is_overwritten),
		TEST(a_missing_value_is_added),
		TEST(a_later_write_by_another_client_stays),
		TEST(a_value_that_is_gone_since_is_reported_to_the_caller),
		TEST(an_authority_that_fails_is_not_taken_for_another_writer),
		TEST(a_first_write_whose_authority_fails_goes_to_another_node),
		TEST(an_authority_that_was_restarted_empty_is_not_taken_for_another_writer),
		TEST(if_all_homes_are_down_handoff_nodes_are_written),
		TEST(a_write_without_an_answering_node_fails),
		TEST(a_lost_answer_is_not_taken_for_another_writer),
		TEST(registers_are_compared_by_version_too),
		TEST(a_lock_returns_the_value_that_it_protects),
		TEST(a_lock_reports_a_missing_value),
		TEST(a_refused_lock_returns_no_value),
		TEST(exceptional_cases_are_left_to_a_separate_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
