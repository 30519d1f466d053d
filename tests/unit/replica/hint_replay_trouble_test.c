/* SPDX-License-Identifier: MIT */
/* Stale copies that cannot be repaired right now: what is never shown. Other clients, other keys
 * and locks. */
#include "hint_replay_rig.h"

/* The node was only asked whether it has the key. */
static void assert_only_looked_at(size_t server)
{
	assert_int_equal(strspn(servers[server].log, "g"), strlen(servers[server].log));
}

/* --- stale copies that cannot be repaired ----------------------------------------------------- */

static void while_the_source_is_down_the_stale_copy_is_neither_read_nor_changed(void **state)
{
	(void)state;
	for (int known = 0; known <= 1; known++) {
		make_stale_node(2, 0, "01:k");
		kill_node(1);
		if (known) {
			kill_and_notice(1);
			forget();
		}
		assert_fails(do_get("01:k", MCHA_WANT_VALUE).answer.status);
		assert_fails(do_get("01:k", MCHA_WANT_CAS).answer.status);
		assert_fails(do_append("01:k", "+"));
		assert_fails(do_count("01:k").answer.status);
		assert_fails(do_touch("01:k", 5));
		assert_fails(do_decide("01:k", "v", MCHA_MODE_REPLACE));
		assert_fails(do_decide("01:k", "v", MCHA_MODE_ADD));
		assert_only_looked_at(0);
		assert_holds(0, "01:k", "old");
		revive(1);
		assert_reads("01:k", "new");
		assert_holds(0, "01:k", "new");
	}
}

static void a_third_copy_is_read_while_the_source_is_down(void **state)
{
	(void)state;
	settings.replicas = 2;
	make_stale_node(3, 0, "012:k");
	assert_int_equal(source_of(0, "012:k"), 1);
	kill_node(1);
	assert_reads("012:k", "new");
	assert_only_looked_at(0);
	assert_status(do_append("012:k", "+"), MCHA_STATUS_OK);
	assert_int_equal(source_of(0, "012:k"), 2); /* the hint is renewed, with another source */
	assert_reads("012:k", "new+");
	assert_holds(0, "012:k", "new+");
}

static void a_set_needs_no_source(void **state)
{
	(void)state;
	make_stale_node(2, 0, "01:k");
	kill_node(1);
	assert_status(do_set("01:k", "v"), MCHA_STATUS_OK);
	assert_false(has_hint(0, "01:k"));
	assert_int_equal(source_of(1, "01:k"), 0);
	assert_reads("01:k", "v");
}

static void a_stale_copy_stays_unread_after_its_source_lost_the_key(void **state)
{
	mcha_item item;

	(void)state;
	make_stale_node(2, 0, "01:k");
	wipe(1);
	item = do_get("01:k", MCHA_WANT_VALUE);
	assert_status(item.answer.status, MCHA_STATUS_MISS);
	assert_only_looked_at(0);
	assert_holds(0, "01:k", "old");
	assert_holds(1, "01:k", NULL); /* nor are other nodes refilled from the stale copy */
	assert_true(has_hint(0, "01:k"));
	assert_status(do_set("01:k", "v"), MCHA_STATUS_OK);
	assert_reads("01:k", "v");
	assert_int_equal(hints->total, 0);
}

static void a_stale_node_that_fails_again_keeps_its_hint(void **state)
{
	(void)state;
	make_stale_node(2, 0, "01:k");
	fail_with(0, MCHA_STATUS_TIMEOUT);
	assert_reads("01:k", "new");
	assert_true(has_hint(0, "01:k"));
	revive(0);
	assert_reads("01:k", "new");
	assert_false(has_hint(0, "01:k"));
}

static void an_operation_does_not_wait_for_a_stale_node_that_is_down(void **state)
{
	(void)state;
	make_stale_node(2, 0, "01:k");
	kill_and_notice(0);
	forget();
	assert_reads("01:k", "new");
	assert_asked("", "G");
	assert_true(has_hint(0, "01:k"));
}

/* The value was not sent: the old value is still there. */
static void a_set_that_is_too_large_to_send_clears_no_hint(void **state)
{
	mcha_item item = item_of("01:k", NULL);

	(void)state;
	make_stale_node(2, 0, "01:k");
	servers[0].item_size_max = servers[1].item_size_max = 1 << 20;
	item.value_length = 2 << 20;
	item.value = calloc(1, item.value_length);
	mcha_store(pool, &item, 1, MCHA_MODE_SET);
	free((char *)item.value);
	assert_status(item.answer.status, MCHA_STATUS_TOO_BIG);
	assert_reads("01:k", "new");
}

static void a_refused_set_clears_no_hint(void **state)
{
	static const mcha_status refusals[] = {
		MCHA_STATUS_NO_MEMORY, MCHA_STATUS_CLIENT_ERROR, MCHA_STATUS_SERVER_ERROR};

	(void)state;
	for (size_t i = 0; i < COUNT(refusals); i++) {
		make_stale_node(2, 0, "01:k");
		fail_with(0, refusals[i]);
		fail_with(1, refusals[i]);
		assert_status(do_set("01:k", "v"), refusals[i]);
		revive(0);
		revive(1);
		assert_reads("01:k", "new");
	}
}

static void a_node_with_a_hint_for_the_key_is_no_source(void **state)
{
	(void)state;
	settings.replicas = 2;
	make_stale_node(3, 0, "012:k");
	add_hint(1, "012:k", 2);
	kill_node(2);
	entry_at(1, "012:k")->value[0] = 'N'; /* "New": older than what node 2 has */
	assert_fails(do_get("012:k", MCHA_WANT_VALUE).answer.status);
	assert_holds(0, "012:k", "old");
}

/* --- concurrent clients ----------------------------------------------------------------------- */

static void renew_once(fake_server *server, const mcha_request *request)
{
	(void)request;
	server->before = NULL;
	let_time_pass();
	add_hint((size_t)(server - servers), "01:k", 1);
}

static void renew_at_the_second(fake_server *server, const mcha_request *request)
{
	(void)request;
	server->before = renew_once;
}

static void an_older_write_does_not_clear_a_newer_hint(void **state)
{
	(void)state;
	make_stale_node(2, 0, "01:k");
	servers[0].before = renew_once;
	assert_status(do_set("01:k", "v"), MCHA_STATUS_OK);
	assert_true(has_hint(0, "01:k"));
	assert_status(do_set("01:k", "v"), MCHA_STATUS_OK);
	assert_false(has_hint(0, "01:k"));
}

static void a_hint_that_is_renewed_during_its_replay_stays(void **state)
{
	(void)state;
	make_stale_node(2, 0, "01:k");
	servers[0].before = renew_once;
	assert_reads("01:k", "new");
	assert_true(has_hint(0, "01:k"));

	make_stale_node(2, 0, "01:k"); /* too late to be detected before the copy is written */
	servers[0].before = renew_at_the_second;
	assert_reads("01:k", "new");
	assert_asked("gS!", "GG"); /* the replayed copy may be outdated again */
	assert_true(has_hint(0, "01:k"));
}

/* Between the read of the source and the write to the stale node. */
static void set_by_another(fake_server *server, const mcha_request *request)
{
	mcha_hint hint;

	(void)request;
	server->before = NULL;
	put(0, "01:k", "newest");
	put(1, "01:k", "newest");
	assert_true(find_hint(0, "01:k", &hint));
	mcha_hints_clear(hints, &hint);
}

static void a_newer_value_that_replay_overwrote_gets_a_hint_again(void **state)
{
	mcha_item item;

	(void)state;
	make_stale_node(2, 0, "01:k");
	servers[0].before = set_by_another;
	item = do_get("01:k", MCHA_WANT_VALUE);
	rig_release(item.answer.value);
	assert_reads("01:k", "newest");
}

/* --- hints of other keys ---------------------------------------------------------------------- */

static size_t letters(size_t node, char letter)
{
	size_t count = 0;

	for (const char *at = servers[node].log; (at = strchr(at, letter)); at++) {
		count++;
	}
	return count;
}

/* Hints to delete so many keys on this node. */
static void add_deletions(size_t node, unsigned count)
{
	char key[16];

	for (unsigned i = 0; i < count; i++) {
		snprintf(key, sizeof(key), "%zu:%u", node, i);
		add_hint(node, key, -1);
	}
	assert_int_equal(mcha_hints_count(pool->nodes[node]->health), count);
}

static void any_operation_replays_hints_of_other_keys(void **state)
{
	(void)state;
	make_stale_node(3, 0, "01:k");
	background_replay_was(SECOND);
	assert_reads("21:x", NULL);
	assert_asked("gS!", "GG", "G");
	assert_holds(0, "01:k", "new");
	assert_int_equal(hints->total, 0);
	assert_int_equal(pool->report.repaired, 0); /* repairs of this operation's own copies only */
}

static void background_replay_takes_at_most_64_hints_once_a_second(void **state)
{
	(void)state;
	pool_of(3);
	add_deletions(2, 100);
	(void)do_get("01:x", 0);
	assert_int_equal(letters(2, 'D'), 64);
	assert_int_equal(hints->total, 36);
	for (int i = 0; i < 3; i++) {
		(void)do_get("01:x", 0);
	}
	background_replay_was(SECOND * 3 / 4);
	(void)do_get("01:x", 0);
	assert_int_equal(letters(2, 'D'), 64);
	background_replay_was(SECOND);
	(void)do_get("01:x", 0);
	assert_int_equal(letters(2, 'D'), 100);
	assert_int_equal(hints->total, 0);
}

static void background_replay_skips_nodes_that_are_down(void **state)
{
	(void)state;
	pool_of(4);
	add_deletions(2, 5);
	add_deletions(3, 5);
	hold_background_replay();
	kill_and_notice(2);
	forget();
	background_replay_was(SECOND);
	(void)do_get("01:x", 0);
	assert_asked("g", "g", "", "gggggDDDDD");
	assert_int_equal(hints->total, 5);

	make_stale_node(4, 2, "23:k"); /* the source is down */
	kill_and_notice(3);
	forget();
	background_replay_was(SECOND);
	(void)do_get("01:x", 0);
	assert_asked("g", "g", "", "");
	assert_int_equal(hints->total, 1);
}

/* Background replay skips the operation's own hint. */
static void a_hint_is_replayed_once_though_background_replay_is_due(void **state)
{
	(void)state;
	make_stale_node(2, 0, "01:k");
	background_replay_was(SECOND);
	assert_reads("01:k", "new");
	assert_asked("gS!G", "G");

	make_stale_node(2, 0, "01:k"); /* and a hint that the write itself clears */
	background_replay_was(SECOND);
	assert_status(do_set("01:k", "v"), MCHA_STATUS_OK);
	assert_asked("S", "S");
	assert_int_equal(hints->total, 0);
}

/* A handoff node that the operation does not ask, because all home nodes are up. */
static void background_replay_replays_hints_of_the_same_key_that_the_operation_skips(void **state)
{
	(void)state;
	pool_of(3);
	add_hint(2, "01:k", -1);
	put(2, "01:k", "old");
	assert_status(do_set("01:k", "v"), MCHA_STATUS_OK);
	assert_asked("S", "S", "gD!");
	assert_int_equal(hints->total, 0);
}

/* The source's copies have expired meanwhile: those hints cannot be replayed, others can. */
static void hints_that_cannot_be_replayed_do_not_block_others(void **state)
{
	(void)state;
	pool_of(3);
	add_deletions(1, 100);
	for (size_t i = 0; i < hints->capacity; i++) {
		if (hints->slots[i].node == pool->nodes[1]->id) {
			hints->slots[i].source = pool->nodes[2]->id; /* which has none of the keys */
		}
	}
	add_deletions(0, 100);
	for (int i = 0; i < 20; i++) {
		servers[2].log[0] = '\0';
		background_replay_was(SECOND);
		(void)do_get("12:x", 0);
	}
	assert_int_equal(letters(0, 'D'), 100);
}

/* --- locks ------------------------------------------------------------------------------------ */

static void taking_a_lock_leaves_no_hints(void **state)
{
	mcha_lock lock;

	(void)state;
	for (size_t dead = 0; dead < 2; dead++) {
		pool_of(2);
		kill_node(dead);
		assert_status(take(&lock, "mine"), MCHA_STATUS_OK);
		assert_int_equal(hints->total, 0);
	}
}

/* Taking the lock needs more requests for other keys than a pool keeps. */
static void a_lock_that_is_taken_after_background_replay_can_be_released(void **state)
{
	mcha_lock lock;

	(void)state;
	pool_of(3);
	add_deletions(2, 100);
	assert_status(take(&lock, "mine"), MCHA_STATUS_OK);
	assert_int_equal(letters(2, 'D'), 64);
	assert_int_equal(lock.count, 2);
	assert_status(leave(&lock, "mine"), MCHA_STATUS_OK);
	assert_holds(0, "01:l", NULL);
	assert_holds(1, "01:l", NULL);
}

static void a_lock_that_could_not_be_removed_leaves_a_hint_to_delete(void **state)
{
	(void)state;
	for (size_t dead = 0; dead < 2; dead++) {
		for (int known = 0; known <= 1; known++) {
			mcha_lock lock;

			pool_of(2);
			assert_status(take(&lock, "mine"), MCHA_STATUS_OK);
			kill_node(dead);
			if (known) {
				kill_and_notice(dead);
			}
			assert_status(leave(&lock, "mine"), MCHA_STATUS_OK);
			assert_int_equal(source_of(dead, "01:l"), -1);
			assert_int_equal(hints->total, 1);
			assert_holds(dead, "01:l", "mine");
			revive(dead);
			assert_status(take(&lock, "another's"), MCHA_STATUS_OK);
			assert_holds(0, "01:l", "another's");
			assert_holds(1, "01:l", "another's");
			assert_int_equal(hints->total, 0);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(while_the_source_is_down_the_stale_copy_is_neither_read_nor_changed),
		TEST(a_third_copy_is_read_while_the_source_is_down),
		TEST(a_set_needs_no_source),
		TEST(a_stale_copy_stays_unread_after_its_source_lost_the_key),
		TEST(a_stale_node_that_fails_again_keeps_its_hint),
		TEST(an_operation_does_not_wait_for_a_stale_node_that_is_down),
		TEST(a_set_that_is_too_large_to_send_clears_no_hint),
		TEST(a_refused_set_clears_no_hint),
		TEST(a_node_with_a_hint_for_the_key_is_no_source),
		TEST(an_older_write_does_not_clear_a_newer_hint),
		TEST(a_hint_that_is_renewed_during_its_replay_stays),
		TEST(a_newer_value_that_replay_overwrote_gets_a_hint_again),
		TEST(any_operation_replays_hints_of_other_keys),
		TEST(background_replay_takes_at_most_64_hints_once_a_second),
		TEST(background_replay_skips_nodes_that_are_down),
		TEST(a_hint_is_replayed_once_though_background_replay_is_due),
		TEST(background_replay_replays_hints_of_the_same_key_that_the_operation_skips),
		TEST(hints_that_cannot_be_replayed_do_not_block_others),
		TEST(taking_a_lock_leaves_no_hints),
		TEST(a_lock_that_is_taken_after_background_replay_can_be_released),
		TEST(a_lock_that_could_not_be_removed_leaves_a_hint_to_delete),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
