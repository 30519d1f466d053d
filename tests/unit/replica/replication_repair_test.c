/* SPDX-License-Identifier: MIT */
/* Reads with replicas: which copies they repair. */
#include "hint_replay_rig.h"

static void a_repaired_copy_has_the_value_flags_and_remaining_ttl(void **state)
{
	static const struct {
		int64_t ttl;
		int64_t exptime; /* of the repaired copy; absolute: from now on */
		bool absolute;
	} rows[] = {
		{MCHA_TTL_NONE, 0, false},
		{2, 1, false}, /* a second less: the servers' clocks tick at different moments */
		{100, 99, false},
		{MONTH + 1, MONTH, false},
		{MONTH + 2, MONTH + 1, true}, /* memcached takes larger numbers for absolute times */
		{10 * MONTH, 10 * MONTH - 1, true},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		fake_entry *source, *copy;
		int64_t exptime;

		pool_of(2);
		source = put(1, "01:k", "v");
		source->ttl = rows[i].ttl;
		source->flags = 0xdeadbeef;
		assert_reads("01:k", "v");
		assert_asked("GA", "Gg");
		assert_holds(0, "01:k", "v");
		copy = entry_at(0, "01:k");
		assert_int_equal(copy->flags, 0xdeadbeef);
		exptime = copy->exptime - (rows[i].absolute ? (int64_t)time(NULL) : 0);
		assert_in_range(exptime, rows[i].exptime - rows[i].absolute, rows[i].exptime);
		assert_int_equal(pool->report.repaired, 1);
	}
}

static void a_copy_about_to_expire_is_not_repaired_from(void **state)
{
	(void)state;
	for (int64_t ttl = 0; ttl <= 1; ttl++) {
		for (int policy = MCHA_READ_ORDERED; policy <= MCHA_READ_NEAREST; policy++) {
			settings.read_policy = (mcha_read_policy)policy;
			pool_of(2);
			put(1, "01:k", "v")->ttl = ttl;
			kill_and_notice(0); /* otherwise a node that failed recently would be refilled */
			revive(0);
			assert_reads("01:k", "v");
			assert_status(do_append("01:k", "w"), MCHA_STATUS_OK);
			assert_status(do_touch("01:k", 1), MCHA_STATUS_OK);
			assert_holds(0, "01:k", NULL);
		}
	}
}

static void an_unknown_ttl_is_replaced_by_the_configured_one(void **state)
{
	static const int64_t lives[] = {0, 60};

	(void)state;
	for (size_t i = 0; i < COUNT(lives); i++) {
		settings.repair_ttl = lives[i];
		pool_of(2);
		put(1, "01:k", "v")->ttl = 5;
		servers[1].tells_no_ttl = true;
		assert_reads("01:k", "v");
		assert_int_equal(entry_at(0, "01:k")->exptime, lives[i]);
	}
}

static void only_home_nodes_that_missed_are_repaired(void **state)
{
	(void)state;
	settings.replicas = 3;
	pool_of(6);
	put(3, "0123:k", "v");
	kill_node(1);
	assert_reads("0123:k", "v");
	assert_asked("GA", "G", "GA", "Ggg");
	assert_holds(0, "0123:k", "v");
	assert_holds(1, "0123:k", NULL);
	assert_holds(2, "0123:k", "v");
	assert_int_equal(pool->report.repaired, 2);
}

static void write_meanwhile(fake_server *server, const mcha_request *request)
{
	if (request->verb == MCHA_VERB_STORE) {
		put(0, "01:k", "newer");
	}
	(void)server;
}

static void a_repair_never_overwrites_a_concurrent_write(void **state)
{
	(void)state;
	pool_of(2);
	put(1, "01:k", "old");
	servers[0].before = write_meanwhile;
	assert_reads("01:k", "old");
	assert_holds(0, "01:k", "newer");
	assert_int_equal(pool->report.repaired, 0);
}

/* Another client deletes the key: first the missing copy's node, then the source. */
static void delete_meanwhile(fake_server *server, const mcha_request *request)
{
	if (!(request->want & MCHA_WANT_VALUE)) {
		drop_entry(entry_at((size_t)(server - servers), "01:k"));
	}
}

static void a_repair_does_not_restore_a_key_that_is_being_deleted(void **state)
{
	(void)state;
	pool_of(2);
	put(1, "01:k", "v");
	servers[1].before = delete_meanwhile;
	assert_reads("01:k", "v");
	assert_asked("GAD!", "Gg");
	assert_int_equal(pool->report.repaired, 0);
	assert_reads("01:k", NULL);
}

static void write_before_the_taking_back(fake_server *server, const mcha_request *request)
{
	if (request->verb == MCHA_VERB_DELETE) {
		put((size_t)(server - servers), "01:k", "newer");
	}
}

static void a_value_written_after_the_deletion_stays(void **state)
{
	(void)state;
	pool_of(2);
	put(1, "01:k", "v");
	servers[0].before = write_before_the_taking_back;
	servers[1].before = delete_meanwhile;
	assert_reads("01:k", "v");
	assert_holds(0, "01:k", "newer");
}

static void read_repair_can_be_turned_off(void **state)
{
	(void)state;
	settings.read_repair = false;
	pool_of(2);
	put(1, "01:k", "v");
	assert_reads("01:k", "v");
	assert_asked("G", "G");
}

static void a_read_without_the_value_repairs_nothing(void **state)
{
	mcha_item item;

	(void)state;
	pool_of(2);
	put(1, "01:k", "v");
	item = do_get("01:k", 0);
	assert_status(item.answer.status, MCHA_STATUS_OK);
	assert_null(item.answer.value);
	assert_asked("g", "g");
}

/* Even if nothing else is requested. */
static void a_read_that_leaves_the_lru_alone_is_answered_by_the_first_node(void **state)
{
	mcha_item item;

	(void)state;
	pool_of(2);
	put(0, "01:k", "v");
	item = do_get("01:k", MCHA_WANT_UNSEEN);
	assert_status(item.answer.status, MCHA_STATUS_OK);
	assert_int_equal(item.position, 0);
	assert_asked("g");
}

static void a_repaired_first_copy_gives_the_token(void **state)
{
	mcha_item item;

	(void)state;
	pool_of(2);
	servers[0].last_cas = 1000;
	put(1, "01:k", "v");
	item = do_get("01:k", MCHA_WANT_VALUE | MCHA_WANT_CAS);
	assert_int_equal(mcha_cas_token_cas(pool->nodes[0]->cas_tag, item.answer.cas), 1001);
	rig_release(item.answer.value);
}

/* Reads restore the copies of a node that restarted empty, also of keys whose first node is another
 * one. */
static void a_recovering_node_behind_the_first_is_refilled_too(void **state)
{
	(void)state;
	pool_of(2);
	do_set("01:k", "v");
	kill_and_notice(1);
	wipe(1);
	revive(1);
	forget();
	assert_reads("01:k", "v");
	assert_asked("Gg", "gA");
	assert_holds(1, "01:k", "v");
	forget();
	assert_reads("01:k", "v");
	assert_asked("G", "g");
	clear_failures();
	forget();
	assert_reads("01:k", "v");
	assert_asked("G", "");
}

/* The value is sent once to each node that lacks a copy. */
static void a_node_that_misses_twice_is_repaired_once(void **state)
{
	(void)state;
	settings.replicas = 2;
	pool_of(3);
	kill_and_notice(1);
	revive(1);
	put(2, "012:k", "v");
	forget();
	assert_reads("012:k", "v");
	assert_string_equal(servers[0].log, "GA");
	assert_non_null(strchr(servers[1].log, 'A'));
	assert_ptr_equal(strchr(servers[1].log, 'A'), strrchr(servers[1].log, 'A'));
}

static void let_copy_expire(fake_server *server, const mcha_request *request)
{
	if (request->verb == MCHA_VERB_STORE) {
		drop_entry(find_entry(server, request->key, request->key_length));
	}
}

/* The node's hint cannot be replayed, as its source has lost the value: the node is passed over,
 * and what another home has is given to it when its old copy has expired. */
static void a_node_that_was_passed_over_is_given_a_copy_with_its_life(void **state)
{
	(void)state;
	pool_of(4);
	hold_background_replay();
	put(0, "01:k", "old");
	put(1, "01:k", "v")->ttl = 3;
	add_hint(0, "01:k", 2);
	let_time_pass();
	servers[0].before = let_copy_expire;
	assert_reads("01:k", "v");
	assert_holds(0, "01:k", "v");
	assert_int_equal(entry_at(0, "01:k")->exptime, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_repaired_copy_has_the_value_flags_and_remaining_ttl),
		TEST(a_copy_about_to_expire_is_not_repaired_from),
		TEST(an_unknown_ttl_is_replaced_by_the_configured_one),
		TEST(only_home_nodes_that_missed_are_repaired),
		TEST(a_repair_never_overwrites_a_concurrent_write),
		TEST(a_repair_does_not_restore_a_key_that_is_being_deleted),
		TEST(a_value_written_after_the_deletion_stays),
		TEST(read_repair_can_be_turned_off),
		TEST(a_read_without_the_value_repairs_nothing),
		TEST(a_read_that_leaves_the_lru_alone_is_answered_by_the_first_node),
		TEST(a_repaired_first_copy_gives_the_token),
		TEST(a_recovering_node_behind_the_first_is_refilled_too),
		TEST(a_node_that_misses_twice_is_repaired_once),
		TEST(a_node_that_was_passed_over_is_given_a_copy_with_its_life),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
