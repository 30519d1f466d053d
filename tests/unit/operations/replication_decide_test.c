/* SPDX-License-Identifier: MIT */
/* add, replace and compare-and-swap with replicas: decided once, whichever nodes fail. */
#include "replication_rig.h"

static mcha_status do_decide(mcha_mode mode, const char *key, const char *value, uint64_t cas)
{
	mcha_item item = item_of(key, value);

	item.cas = cas;
	mcha_decide(pool, &item, mode);
	return item.answer.status;
}

static mcha_status do_add(const char *key, const char *value)
{
	return do_decide(MCHA_MODE_ADD, key, value, 0);
}

static mcha_status do_replace(const char *key, const char *value)
{
	return do_decide(MCHA_MODE_REPLACE, key, value, 0);
}

static mcha_status do_swap(const char *key, const char *value, uint64_t cas)
{
	return do_decide(MCHA_MODE_SET, key, value, cas);
}

static uint64_t token_of(const char *key)
{
	mcha_item item = do_get(key, MCHA_WANT_VALUE | MCHA_WANT_CAS);

	assert_status(item.answer.status, MCHA_STATUS_OK);
	rig_release(item.answer.value);
	return item.answer.cas;
}

/* --- add -------------------------------------------------------------------------------------- */

static void an_add_wins_once(void **state)
{
	(void)state;
	settings.replicas = 2;
	pool_of(4);
	assert_status(do_add("012:k", "first"), MCHA_STATUS_OK);
	assert_asked("A", "A", "A");
	assert_int_equal(pool->report.acknowledged, 3);
	forget();
	assert_status(do_add("012:k", "second"), MCHA_STATUS_NOT_STORED);
	assert_asked("A");
	for (size_t i = 0; i < 3; i++) {
		assert_holds(i, "012:k", "first");
	}
}

static void the_first_home_node_that_answers_decides(void **state)
{
	static const mcha_status faults[] = {
		MCHA_STATUS_CONNECT, MCHA_STATUS_TIMEOUT, MCHA_STATUS_CLOSED};

	(void)state;
	for (size_t i = 0; i < COUNT(faults); i++) {
		pool_of(4);
		fail_with(0, faults[i]);
		assert_status(do_add("01:k", "v"), MCHA_STATUS_OK);
		assert_asked("A", "A", "S");
		forget();
		assert_status(do_add("01:k", "w"), MCHA_STATUS_NOT_STORED);
		assert_asked("", "A");
		assert_reads("01:k", "v");
	}
}

static void a_refusal_by_the_authority_is_final(void **state)
{
	(void)state;
	pool_of(3);
	fail_with(0, MCHA_STATUS_NO_MEMORY);
	assert_status(do_add("01:k", "v"), MCHA_STATUS_NO_MEMORY);
	assert_asked("A");
}

static void without_failover_only_the_first_home_node_decides(void **state)
{
	(void)state;
	settings.allow_failover = false;
	pool_of(3);
	assert_status(do_add("01:k", "v"), MCHA_STATUS_OK);
	assert_holds(1, "01:k", "v");
	forget();
	kill_node(0);
	assert_status(do_add("01:l", "v"), MCHA_STATUS_CONNECT);
	assert_status(do_add("01:l", "v"), MCHA_STATUS_DOWN);
	assert_asked("A");
}

/* A client that knows of one copy has deleted the key from the first home node. */
static void without_failover_an_add_replaces_other_copies(void **state)
{
	(void)state;
	settings.allow_failover = false;
	pool_of(3);
	put(1, "01:k", "deleted");
	assert_status(do_add("01:k", "v"), MCHA_STATUS_OK);
	assert_asked("A", "S");
	assert_holds(0, "01:k", "v");
	assert_holds(1, "01:k", "v");
	assert_status(do_add("01:k", "w"), MCHA_STATUS_NOT_STORED);
	assert_holds(1, "01:k", "v");
}

/* The authority was restarted, which is not known yet. */
static void an_add_that_finds_a_surviving_copy_is_undone_on_all_nodes(void **state)
{
	(void)state;
	for (size_t survivor = 1; survivor < 3; survivor++) {
		settings.replicas = 2;
		pool_of(3);
		put(survivor, "012:k", "older")->ttl = 70;
		assert_status(do_add("012:k", "newer"), MCHA_STATUS_NOT_STORED);
		for (size_t i = 0; i < 3; i++) {
			assert_holds(i, "012:k", i == survivor ? "older" : NULL);
		}
		assert_int_equal(entry_at(survivor, "012:k")->ttl, 70);
		assert_status(do_add("012:k", "third"), MCHA_STATUS_NOT_STORED);
		assert_reads("012:k", "older");
	}
}

static void replace_before_the_taking_back(fake_server *server, const mcha_request *request)
{
	if (request->verb == MCHA_VERB_DELETE) {
		put((size_t)(server - servers), "01:k", "another client's");
	}
}

static void undoing_an_add_removes_only_its_own_copies(void **state)
{
	(void)state;
	pool_of(2);
	put(1, "01:k", "older");
	servers[0].before = replace_before_the_taking_back;
	assert_status(do_add("01:k", "newer"), MCHA_STATUS_NOT_STORED);
	assert_asked("AD!G", "AGG");
	assert_holds(0, "01:k", "another client's");
}

/* Another client has read the added value, has changed it, and reaches the other home node
 * first. */
static void build_on(fake_server *server, const mcha_request *request)
{
	if (request->verb == MCHA_VERB_STORE) {
		put(0, "012:k", "built on it")->cas += 5;
		put((size_t)(server - servers), "012:k", "built on it");
		server->before = NULL;
	}
}

static void an_add_that_another_client_changed_meanwhile_succeeds(void **state)
{
	(void)state;
	settings.replicas = 2;
	pool_of(3);
	servers[1].before = build_on;
	assert_status(do_add("012:k", "added"), MCHA_STATUS_OK);
	assert_holds(0, "012:k", "built on it");
	assert_holds(1, "012:k", "built on it");
}

/* A reader has found the authority's copy before the add reached the second home node, and refills
 * that node. */
static void give_on(fake_server *server, const mcha_request *request)
{
	if (request->verb == MCHA_VERB_STORE) {
		put((size_t)(server - servers), "012:k", "added");
	}
}

static void an_add_whose_copy_a_reader_repaired_is_undecided_and_stays(void **state)
{
	(void)state;
	settings.replicas = 2;
	pool_of(4);
	kill_and_notice(2);
	servers[1].before = give_on;
	assert_status(do_add("012:k", "added"), MCHA_STATUS_UNDECIDED);
	servers[1].before = NULL;
	assert_holds(0, "012:k", "added");
	assert_holds(1, "012:k", "added");
	put(2, "012:k", "older");
	revive(2);
	clear_failures();
	assert_reads("012:k", "added");
	assert_status(do_delete("012:k"), MCHA_STATUS_OK);
	assert_reads("012:k", NULL);
}

/* Each copy differs in one respect from a copy that a reader's repair can have written. */
static void a_surviving_copy_that_no_reader_repaired_refuses_the_add(void **state)
{
	static const struct {
		const char *value;
		uint32_t flags;
		uint64_t idle;
		int64_t ttl, exptime;
	} copies[] = {
		{"other", 0, 0, MCHA_TTL_NONE, 0},
		{"added", 1, 0, MCHA_TTL_NONE, 0},
		{"added", 0, 2, MCHA_TTL_NONE, 0},
		{"added", 0, 0, MCHA_TTL_NONE, 60},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(copies); i++) {
		mcha_item item = item_of("01:k", "added");
		fake_entry *entry;

		pool_of(2);
		entry = put(1, "01:k", copies[i].value);
		entry->flags = copies[i].flags;
		entry->idle = copies[i].idle;
		entry->ttl = copies[i].ttl;
		item.exptime = copies[i].exptime;
		mcha_decide(pool, &item, MCHA_MODE_ADD);
		assert_status(item.answer.status, MCHA_STATUS_NOT_STORED);
		assert_holds(0, "01:k", NULL);
		assert_holds(1, "01:k", copies[i].value);
	}
}

static void expire_at_a_look(fake_server *server, const mcha_request *request)
{
	fake_entry *entry = entry_at((size_t)(server - servers), "012:k");

	if (request->verb == MCHA_VERB_GET && entry) {
		drop_entry(entry);
	}
}

static void a_copy_that_is_expiring_does_not_refuse_an_add(void **state)
{
	(void)state;
	for (int64_t ttl = 0; ttl <= 2; ttl++) {
		bool alive = ttl > 1; /* servers' clocks tick up to a second apart */

		pool_of(2);
		put(1, "01:k", "older")->ttl = ttl;
		assert_status(do_add("01:k", "newer"), alive ? MCHA_STATUS_NOT_STORED : MCHA_STATUS_OK);
		assert_holds(0, "01:k", alive ? NULL : "newer");
		assert_holds(1, "01:k", alive ? "older" : "newer");
	}
}

/* Node 1's copy is about to end, or has ended when it is read; node 2's copy is alive. */
static void each_surviving_copy_is_looked_at(void **state)
{
	(void)state;
	for (int64_t ttl = -1; ttl <= 1; ttl++) {
		settings.replicas = 2;
		pool_of(4);
		put(2, "012:k", "alive");
		put(1, "012:k", "older")->ttl = ttl;
		servers[1].before = ttl < 0 ? expire_at_a_look : NULL;
		assert_status(do_add("012:k", "newer"), MCHA_STATUS_NOT_STORED);
		assert_holds(0, "012:k", NULL);
		assert_holds(1, "012:k", ttl < 0 ? NULL : "older");
		assert_holds(2, "012:k", "alive");
	}
}

static void an_add_stands_where_all_surviving_copies_have_ended(void **state)
{
	(void)state;
	settings.replicas = 2;
	pool_of(4);
	put(1, "012:k", "older")->ttl = 1;
	put(2, "012:k", "older");
	servers[2].before = expire_at_a_look;
	assert_status(do_add("012:k", "newer"), MCHA_STATUS_OK);
	assert_asked("A", "AGS", "AGA");
	for (size_t i = 0; i < 3; i++) {
		assert_holds(i, "012:k", "newer");
	}
}

static void expire(fake_server *server, const mcha_request *request)
{
	if (request->verb == MCHA_VERB_GET) {
		drop_entry(entry_at((size_t)(server - servers), "01:k"));
	}
}

static void a_copy_that_is_gone_when_it_is_read_does_not_refuse_an_add(void **state)
{
	(void)state;
	pool_of(2);
	put(1, "01:k", "older");
	servers[1].before = expire;
	assert_status(do_add("01:k", "newer"), MCHA_STATUS_OK);
	assert_holds(0, "01:k", "newer");
	assert_holds(1, "01:k", "newer");
}

/* The node reported that it has the key, and cannot be asked for the copy: the add must not be
 * granted, because another client's add may have been. */
static void a_surviving_copy_that_cannot_be_read_refuses_the_add(void **state)
{
	(void)state;
	pool_of(2);
	put(1, "01:k", "older");
	fail_with(1, MCHA_STATUS_TIMEOUT);
	servers[1].fault_after = 1;
	assert_int_not_equal(do_add("01:k", "newer"), MCHA_STATUS_OK);
	revive(1);
	assert_holds(1, "01:k", "older");
}

static void an_add_is_undone_on_handoff_nodes_too(void **state)
{
	(void)state;
	settings.replicas = 2;
	pool_of(5);
	kill_and_notice(2);
	put(1, "012:k", "older");
	assert_status(do_add("012:k", "newer"), MCHA_STATUS_NOT_STORED);
	assert_string_equal(servers[3].log, "SD!");
	assert_holds(3, "012:k", NULL);
	assert_reads("012:k", "older");
}

static void a_decision_needs_the_write_quorum(void **state)
{
	(void)state;
	settings.quorum = MCHA_QUORUM_ALL;
	settings.failover_ttl = 0;
	pool_of(2);
	kill_node(1);
	assert_status(do_add("01:k", "v"), MCHA_STATUS_NO_QUORUM);
	assert_int_equal(pool->report.acknowledged, 1);
	settings.failover_ttl = 300;
	pool_of(3);
	kill_node(1);
	assert_status(do_add("01:k", "v"), MCHA_STATUS_OK);
	assert_int_equal(pool->report.acknowledged, 2);
	assert_holds(2, "01:k", "v");
}

/* --- replace ---------------------------------------------------------------------------------- */

static void a_replace_needs_a_copy_on_any_node(void **state)
{
	(void)state;
	pool_of(3);
	assert_status(do_replace("01:k", "v"), MCHA_STATUS_NOT_STORED);
	assert_holds(0, "01:k", NULL);
	assert_holds(1, "01:k", NULL);
	do_set("01:k", "v");
	forget();
	assert_status(do_replace("01:k", "w"), MCHA_STATUS_OK);
	assert_asked("R", "S");
	assert_holds(0, "01:k", "w");
	assert_holds(1, "01:k", "w");
}

static void a_replace_after_the_authority_lost_the_key_finds_the_other_copies(void **state)
{
	(void)state;
	settings.replicas = 2;
	pool_of(3);
	put(2, "012:k", "older");
	assert_status(do_replace("012:k", "newer"), MCHA_STATUS_OK);
	for (size_t i = 0; i < 3; i++) {
		assert_holds(i, "012:k", "newer");
	}
}

/* Even if failures do not hold a node down. (The node may have applied the write: the refusal of
 * the next node is not conclusive.) */
static void a_node_that_failed_is_not_asked_again_in_the_same_operation(void **state)
{
	(void)state;
	settings.retry_interval = 0;
	pool_of(2);
	fail_with(0, MCHA_STATUS_TIMEOUT);
	assert_status(do_replace("01:k", "v"), MCHA_STATUS_TIMEOUT);
	assert_status(do_replace("01:k", "v"), MCHA_STATUS_TIMEOUT);
	assert_asked("RR", "RR");
}

static void without_miss_failover_the_other_homes_are_not_asked(void **state)
{
	(void)state;
	settings.miss_failover = MCHA_MISS_NEVER;
	pool_of(2);
	put(1, "01:k", "older");
	assert_status(do_replace("01:k", "newer"), MCHA_STATUS_NOT_STORED);
	assert_asked("R");
}

/* --- compare and swap ------------------------------------------------------------------------- */

static void a_swap_with_the_current_token_is_made_on_all_copies(void **state)
{
	uint64_t token;
	mcha_item item;

	(void)state;
	pool_of(3);
	do_set("01:k", "v");
	token = token_of("01:k");
	forget();
	item = item_of("01:k", "w");
	item.cas = token;
	mcha_decide(pool, &item, MCHA_MODE_SET);
	assert_status(item.answer.status, MCHA_STATUS_OK);
	assert_asked("S!", "S");
	assert_holds(1, "01:k", "w");
	assert_int_not_equal(item.answer.cas, token);
	assert_int_equal(item.answer.cas, token_of("01:k"));
	assert_status(do_swap("01:k", "x", token), MCHA_STATUS_EXISTS);
	assert_status(do_swap("01:k", "x", item.answer.cas), MCHA_STATUS_OK);
	assert_holds(0, "01:k", "x");
	assert_holds(1, "01:k", "x");
}

static void a_swap_of_a_missing_key_is_a_miss(void **state)
{
	(void)state;
	pool_of(3);
	assert_status(do_swap("01:k", "v", mcha_cas_token_pack(pool->nodes[0]->cas_tag, 5)),
		MCHA_STATUS_MISS);
	assert_status(do_swap("01:k", "v", mcha_cas_token_pack(pool->nodes[1]->cas_tag, 5)),
		MCHA_STATUS_MISS);
	assert_holds(0, "01:k", NULL);
	assert_holds(1, "01:k", NULL);
}

/* Even if the number in the token happens to match. */
static void another_nodes_token_swaps_nothing(void **state)
{
	uint64_t cas;

	(void)state;
	pool_of(3);
	do_set("01:k", "v");
	cas = entry_at(0, "01:k")->cas;
	assert_status(do_swap("01:k", "w", mcha_cas_token_pack(pool->nodes[1]->cas_tag, cas)),
		MCHA_STATUS_EXISTS);
	assert_status(do_swap("01:k", "w", cas), MCHA_STATUS_EXISTS); /* a bare number */
	assert_status(do_swap("01:k", "w", MCHA_CAS_TOKEN_MASK), MCHA_STATUS_EXISTS);
	assert_status(do_swap("01:k", "w", UINT64_MAX), MCHA_STATUS_EXISTS);
	assert_holds(0, "01:k", "v");
	assert_holds(1, "01:k", "v");
}

static void a_token_does_not_survive_its_authority_but_the_next_one_does(void **state)
{
	uint64_t token;

	(void)state;
	pool_of(3);
	do_set("01:k", "v");
	token = token_of("01:k");
	kill_node(0);
	assert_status(do_swap("01:k", "w", token), MCHA_STATUS_EXISTS);
	assert_status(do_swap("01:k", "w", token_of("01:k")), MCHA_STATUS_OK);
	assert_reads("01:k", "w");
}

static void a_swap_after_the_authority_lost_the_key_refills_it(void **state)
{
	uint64_t token;

	(void)state;
	pool_of(2);
	do_set("01:k", "v");
	token = token_of("01:k");
	wipe(0);
	assert_status(do_swap("01:k", "w", token), MCHA_STATUS_EXISTS);
	assert_holds(0, "01:k", "v");
	assert_int_equal(pool->report.repaired, 1);
	assert_status(do_swap("01:k", "w", token_of("01:k")), MCHA_STATUS_OK);
}

/* Whichever replica a read policy reads first. */
static void the_token_of_a_read_is_valid_for_the_next_swap(void **state)
{
	static const mcha_read_policy policies[] = {
		MCHA_READ_ORDERED, MCHA_READ_BALANCED, MCHA_READ_NEAREST};

	(void)state;
	settings.replicas = 2;
	strcpy(settings.local_zone, "c");
	for (size_t i = 0; i < COUNT(policies); i++) {
		settings.read_policy = policies[i];
		pool_of(4);
		for (int j = 0; j < 20; j++) {
			do_set("012:k", "v");
			assert_status(do_swap("012:k", "w", token_of("012:k")), MCHA_STATUS_OK);
		}
	}
}

static void a_server_without_cas_gives_no_tokens(void **state)
{
	(void)state;
	pool_of(2);
	servers[0].keeps_no_cas = servers[1].keeps_no_cas = true;
	do_set("01:k", "v");
	assert_int_equal(token_of("01:k"), 0);
}

/* --- time ------------------------------------------------------------------------------------- */

static void every_authority_and_the_round_for_the_copies_have_their_share(void **state)
{
	(void)state;
	settings.replicas = 2;
	pool_of(5);
	assert_status(do_add("012:k", "v"), MCHA_STATUS_OK);
	assert_shares(12 * SECOND / 4, 12 * SECOND / 2, 12 * SECOND / 2);
	pool_of(5);
	fail_with(0, MCHA_STATUS_TIMEOUT);
	fail_with(1, MCHA_STATUS_TIMEOUT);
	assert_status(do_add("012:k", "v"), MCHA_STATUS_OK);
	assert_int_equal(shares[0], 12 * SECOND / 4);
	/* timeouts take time */
	assert_in_range(shares[1], (12 * SECOND - 2 * MCHA_EVIDENCE_FLOOR) / 3, 12 * SECOND / 3);
	assert_in_range(shares[2], (12 * SECOND - 3 * MCHA_EVIDENCE_FLOOR) / 2, 12 * SECOND / 2);
	for (size_t i = 0; i < share_count; i++) {
		assert_true(deadlines[i] <= pool->running.deadline);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(an_add_wins_once),
		TEST(the_first_home_node_that_answers_decides),
		TEST(a_refusal_by_the_authority_is_final),
		TEST(without_failover_only_the_first_home_node_decides),
		TEST(without_failover_an_add_replaces_other_copies),
		TEST(an_add_that_finds_a_surviving_copy_is_undone_on_all_nodes),
		TEST(undoing_an_add_removes_only_its_own_copies),
		TEST(an_add_that_another_client_changed_meanwhile_succeeds),
		TEST(an_add_whose_copy_a_reader_repaired_is_undecided_and_stays),
		TEST(a_surviving_copy_that_no_reader_repaired_refuses_the_add),
		TEST(a_copy_that_is_expiring_does_not_refuse_an_add),
		TEST(each_surviving_copy_is_looked_at),
		TEST(an_add_stands_where_all_surviving_copies_have_ended),
		TEST(a_copy_that_is_gone_when_it_is_read_does_not_refuse_an_add),
		TEST(a_surviving_copy_that_cannot_be_read_refuses_the_add),
		TEST(an_add_is_undone_on_handoff_nodes_too),
		TEST(a_decision_needs_the_write_quorum),
		TEST(a_replace_needs_a_copy_on_any_node),
		TEST(a_replace_after_the_authority_lost_the_key_finds_the_other_copies),
		TEST(a_node_that_failed_is_not_asked_again_in_the_same_operation),
		TEST(without_miss_failover_the_other_homes_are_not_asked),
		TEST(a_swap_with_the_current_token_is_made_on_all_copies),
		TEST(a_swap_of_a_missing_key_is_a_miss),
		TEST(another_nodes_token_swaps_nothing),
		TEST(a_token_does_not_survive_its_authority_but_the_next_one_does),
		TEST(a_swap_after_the_authority_lost_the_key_refills_it),
		TEST(the_token_of_a_read_is_valid_for_the_next_swap),
		TEST(a_server_without_cas_gives_no_tokens),
		TEST(every_authority_and_the_round_for_the_copies_have_their_share),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
