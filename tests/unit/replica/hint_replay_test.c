/* SPDX-License-Identifier: MIT */
/* Copies that missed a write: which node has a hint, and how hint replay repairs the copy. */
#include "hint_replay_rig.h"

/* --- writes, by name -------------------------------------------------------------------------- */

static mcha_status write_set(const char *key)
{
	return do_set(key, "7");
}

static mcha_status write_delete(const char *key)
{
	return do_delete(key);
}

static mcha_status write_append(const char *key)
{
	return do_append(key, "7");
}

static mcha_status write_count(const char *key)
{
	return do_count(key).answer.status;
}

static mcha_status write_replace(const char *key)
{
	return do_decide(key, "7", MCHA_MODE_REPLACE);
}

static mcha_status write_add(const char *key)
{
	for (size_t i = 0; i < 2; i++) {
		drop_entry(entry_at(i, key));
	}
	return do_decide(key, "7", MCHA_MODE_ADD);
}

static mcha_status write_cas(const char *key)
{
	mcha_item item = item_of(key, "7");

	item.cas = do_get(key, MCHA_WANT_CAS).answer.cas;
	assert_true(item.cas != 0);
	mcha_decide(pool, &item, MCHA_MODE_SET);
	return item.answer.status;
}

static mcha_status (*const writes[])(const char *) = {
	write_set, write_delete, write_append, write_count, write_replace, write_add, write_cas};

/* --- which nodes get a hint ------------------------------------------------------------------- */

static void a_home_node_that_missed_a_write_gets_a_hint(void **state)
{
	static const mcha_status faults[] = {
		MCHA_STATUS_CONNECT, MCHA_STATUS_TIMEOUT, MCHA_STATUS_CLOSED, MCHA_STATUS_SERVER_ERROR};

	(void)state;
	for (size_t i = 0; i < COUNT(writes); i++) {
		for (size_t j = 0; j < COUNT(faults); j++) {
			pool_of(2);
			put(0, "01:k", "5");
			put(1, "01:k", "5");
			fail_with(1, faults[j]);
			assert_status(writes[i]("01:k"), MCHA_STATUS_OK);
			assert_int_equal(source_of(1, "01:k"), writes[i] == write_delete ? -1 : 0);
			assert_false(has_hint(0, "01:k"));
			assert_int_equal(hints->total, 1);
			assert_int_equal(mcha_hints_count(pool->nodes[1]->health), 1);
			assert_int_equal(mcha_hints_count(pool->nodes[0]->health), 0);
		}
	}
}

static void the_first_home_node_gets_a_hint_like_the_others(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(writes); i++) {
		if (writes[i] == write_cas) {
			continue; /* the token was the first home node's */
		}
		for (int known = 0; known <= 1; known++) {
			pool_of(2);
			kill_node(0);
			if (known) {
				kill_and_notice(0);
			}
			put(0, "01:k", "5");
			put(1, "01:k", "5");
			assert_status(writes[i]("01:k"), MCHA_STATUS_OK);
			assert_int_equal(source_of(0, "01:k"), writes[i] == write_delete ? -1 : 1);
			assert_false(has_hint(1, "01:k"));
		}
	}
}

static void a_write_that_no_node_acknowledged_leaves_no_hint(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(writes); i++) {
		pool_of(2);
		kill_node(0);
		kill_node(1);
		assert_fails(writes[i] == write_cas ? MCHA_STATUS_DOWN : writes[i]("01:k"));
		assert_int_equal(hints->total, 0);
	}
}

static void with_one_copy_the_handoff_node_is_the_source(void **state)
{
	(void)state;
	settings.replicas = 0;
	make_stale_node(2, 0, "01:k");
	assert_int_equal(source_of(0, "01:k"), 1);
	assert_reads("01:k", "new");
	assert_holds(0, "01:k", "new");
	assert_false(has_hint(0, "01:k"));
}

/* The key was deleted on every node that answered: the node that is down may have it. */
static void a_deletion_that_found_no_copy_leaves_a_hint_too(void **state)
{
	(void)state;
	pool_of(2);
	put(0, "01:k", "old");
	kill_node(0);
	assert_status(do_delete("01:k"), MCHA_STATUS_MISS);
	revive(0);
	assert_int_equal(source_of(0, "01:k"), -1);
	assert_reads("01:k", NULL);
	assert_holds(0, "01:k", NULL);
}

/* The node may have been a handoff node before: while a home node is down, its old copy would be
 * read. */
static void a_handoff_node_that_missed_a_write_gets_a_hint_to_delete(void **state)
{
	(void)state;
	for (int known = 0; known <= 1; known++) {
		pool_of(5);
		kill_node(0);
		kill_node(2);
		if (known) {
			kill_and_notice(0);
			kill_and_notice(2);
		}
		forget();
		assert_status(do_set("01:k", "v"), MCHA_STATUS_OK);
		assert_string_equal(servers[2].log, known ? "" : "S");
		assert_int_equal(source_of(0, "01:k"), 1);
		assert_int_equal(source_of(2, "01:k"), -1);
		assert_int_equal(hints->total, 2);
	}
}

/* Hint replay gives the copy that missed the touch the new expiration, shorter or longer, before
 * the copy is read. */
static void a_missed_touch_leaves_a_hint(void **state)
{
	static const struct {
		int64_t before; /* as exptime */
		int64_t touch;
		int64_t after;
	} rows[] = {{3600, 50, 49}, {50, 3600, 3599}, {0, 50, 49}, {50, 0, 0}, {10 * MONTH, 50, 49}};

	(void)state;
	for (int versions = 0; versions <= 1; versions++) {
		for (size_t i = 0; i < COUNT(rows); i++) {
			for (size_t node = 0; node < 2; node++) {
				mcha_item item = item_of("01:k", "v");

				settings.versions = versions;
				pool_of(2);
				servers[0].takes_versions = servers[1].takes_versions = versions;
				item.exptime = rows[i].before;
				mcha_store(pool, &item, 1, MCHA_MODE_SET);
				kill_node(node);
				assert_status(do_touch("01:k", rows[i].touch), MCHA_STATUS_OK);
				assert_int_equal(source_of(node, "01:k"), !node);
				revive(node);
				hold_background_replay();
				assert_reads("01:k", "v");
				assert_holds(node, "01:k", "v");
				assert_int_equal(entry_at(node, "01:k")->exptime, rows[i].after);
				assert_int_equal(hints->total, 0);
			}
		}
	}
}

static void a_touch_of_a_key_that_no_other_home_has_leaves_no_hint(void **state)
{
	(void)state;
	pool_of(3);
	put(1, "01:k", "v");
	put(2, "01:k", "v"); /* a handoff node's copy, which does not live as long as home copies */
	kill_and_notice(1);
	(void)do_touch("01:k", 50);
	assert_int_equal(hints->total, 0);
}

/* A touch brings no value: the hint of a node that missed a value stays. */
static void a_touch_does_not_clear_the_hint_of_a_missed_value(void **state)
{
	mcha_item item = item_of("01:k", NULL);
	mcha_usec now = mcha_clock_now();

	(void)state;
	pool_of(2);
	put(0, "01:k", "new");
	put(1, "01:k", "old");
	mcha_hints_add(hints, pool->nodes[1]->health, pool->nodes[1]->id, pool->nodes[0]->id,
		MCHA_HINTS_REORDERED, "01:k", 4, now);
	settings.zone_writes = MCHA_ZONE_WRITES_LOCAL;
	snprintf(settings.local_zone, sizeof(settings.local_zone), "a");
	mcha_pool_configure(pool, &settings);
	hold_background_replay();
	let_time_pass();
	item.exptime = 50;
	mcha_touch(pool, &item, 1);
	assert_status(item.answer.status, MCHA_STATUS_OK);
	assert_true(has_hint(1, "01:k"));
}

/* --- values that expire ----------------------------------------------------------------------- */

/* "old", without expiration, was replaced by "new", for so many seconds, while node 0 was down;
 * node 0 is up again. */
static void replaced_by_a_short_one(int64_t exptime)
{
	mcha_item item = item_of("01:k", "new");

	pool_of(2);
	do_set("01:k", "old");
	kill_node(0);
	item.exptime = exptime;
	mcha_store(pool, &item, 1, MCHA_MODE_SET);
	revive(0);
	hold_background_replay();
	let_time_pass();
	forget();
}

/* Lets time pass for the hint. */
static void has_ended(size_t node, const char *key)
{
	mcha_hint_slot *slot = slot_of(node, key);

	assert_true(slot->ends > mcha_clock_now());
	slot->ends = mcha_clock_now() - 1;
}

static void an_expired_value_leaves_no_older_value(void **state)
{
	(void)state;
	for (int in_background = 0; in_background <= 1; in_background++) {
		replaced_by_a_short_one(5);
		drop_entry(entry_at(1, "01:k"));
		assert_reads("01:k", NULL);
		assert_holds(0, "01:k", "old"); /* may be the last copy: evicted, not expired */
		assert_true(has_hint(0, "01:k"));
		has_ended(0, "01:k");
		if (in_background) {
			background_replay_was(2 * SECOND);
			(void)do_get("10:other", 0);
		} else {
			assert_reads("01:k", NULL);
		}
		assert_holds(0, "01:k", NULL);
		assert_int_equal(hints->total, 0);
		assert_reads("01:k", NULL);
	}
}

static void a_value_without_expiration_leaves_a_hint_without_end(void **state)
{
	(void)state;
	replaced_by_a_short_one(0);
	assert_int_equal(slot_of(0, "01:k")->ends, 0);
	drop_entry(entry_at(1, "01:k"));
	assert_reads("01:k", NULL);
	assert_holds(0, "01:k", "old");
}

static void a_hint_ends_with_the_exptime_of_its_value(void **state)
{
	static const int64_t lives[] = {1, 100, MONTH, MONTH + 1, 12 * MONTH, INT64_MAX};
	mcha_usec left;

	(void)state;
	for (size_t i = 0; i < COUNT(lives); i++) {
		int64_t life = lives[i] < INT32_MAX ? lives[i] : INT32_MAX;

		replaced_by_a_short_one(lives[i] <= MONTH || lives[i] == INT64_MAX
				? lives[i]
				: (int64_t)time(NULL) + lives[i]);
		left = slot_of(0, "01:k")->ends - mcha_clock_now();
		assert_true(left >= (life - 30) * SECOND && left <= (life + 2) * SECOND);
	}
	replaced_by_a_short_one(-1);
	assert_true(slot_of(0, "01:k")->ends <= mcha_clock_now());
	assert_reads("01:k", NULL);
	assert_holds(0, "01:k", NULL);
	assert_int_equal(hints->total, 0);
}

/* A copy that is about to expire is not replayed, and the older copy need not wait until then. */
static void a_copy_about_to_expire_is_no_source(void **state)
{
	(void)state;
	for (int64_t ttl = 0; ttl <= 1; ttl++) {
		replaced_by_a_short_one(5);
		entry_at(1, "01:k")->ttl = ttl;
		assert_reads("01:k", "new");
		assert_holds(0, "01:k", NULL);
		assert_int_equal(hints->total, 0);
	}
}

/* A later write determines when the value expires. */
static void the_last_write_decides_when_a_hint_ends(void **state)
{
	(void)state;
	replaced_by_a_short_one(5);
	kill_and_notice(0);
	assert_status(do_set("01:k", "newer"), MCHA_STATUS_OK);
	assert_int_equal(slot_of(0, "01:k")->ends, 0);
	assert_status(do_touch("01:k", 5), MCHA_STATUS_OK);
	assert_true(slot_of(0, "01:k")->ends > mcha_clock_now());
}

static void a_counters_hint_ends_with_the_counter(void **state)
{
	(void)state;
	for (int ends = 0; ends <= 1; ends++) {
		pool_of(2);
		put(0, "01:k", "5")->ttl = ends ? 50 : MCHA_TTL_NONE;
		put(1, "01:k", "5");
		kill_node(1);
		assert_status(write_count("01:k"), MCHA_STATUS_OK);
		assert_int_equal(slot_of(1, "01:k")->ends > 0, ends);
	}
}

/* --- replay before the operation -------------------------------------------------------------- */

static void a_get_replays_hints_first(void **state)
{
	(void)state;
	make_stale_node(2, 0, "01:k");
	assert_reads("01:k", "new");
	assert_asked("gS!G", "G");
	assert_int_equal(pool->report.repaired, 1);
	assert_holds(0, "01:k", "new");
	assert_int_equal(hints->total, 0);
	forget();
	assert_reads("01:k", "new");
	assert_asked("G", "");
}

static void a_missed_deletion_is_replayed_without_reading(void **state)
{
	(void)state;
	pool_of(2);
	do_set("01:k", "old");
	kill_node(0);
	do_delete("01:k");
	revive(0);
	hold_background_replay();
	forget();
	assert_reads("01:k", NULL);
	assert_asked("gD!G", "G");
	assert_holds(0, "01:k", NULL);
	assert_int_equal(hints->total, 0);
}

static void a_replayed_copy_equals_its_source(void **state)
{
	(void)state;
	make_stale_node(2, 0, "01:k");
	entry_at(1, "01:k")->flags = 9;
	entry_at(1, "01:k")->ttl = 77;
	assert_reads("01:k", "new");
	assert_int_equal(entry_at(0, "01:k")->flags, 9);
	assert_int_equal(entry_at(0, "01:k")->exptime, 76);
}

static void changes_replay_hints_first(void **state)
{
	(void)state;
	make_stale_node(2, 0, "01:k");
	assert_status(do_append("01:k", "+"), MCHA_STATUS_OK);
	assert_asked("gS!+", "G+");
	assert_holds(0, "01:k", "new+");
	assert_holds(1, "01:k", "new+");

	make_stale_node(2, 0, "01:k");
	assert_status(do_decide("01:k", "v", MCHA_MODE_REPLACE), MCHA_STATUS_OK);
	assert_asked("gS!R", "GS");

	make_stale_node(2, 0, "01:k");
	assert_status(do_decide("01:k", "v", MCHA_MODE_ADD), MCHA_STATUS_NOT_STORED);
	assert_asked("gS!A", "G");

	make_stale_node(2, 0, "01:k");
	assert_status(do_touch("01:k", 50), MCHA_STATUS_OK);
	assert_asked("gS!T", "GT");
	assert_int_equal(hints->total, 0);
}

static void a_counter_continues_from_the_newer_number(void **state)
{
	(void)state;
	pool_of(2);
	do_set("01:n", "5");
	kill_node(0);
	assert_int_equal(do_count("01:n").answer.number, 6);
	revive(0);
	hold_background_replay();
	forget();
	assert_int_equal(do_count("01:n").answer.number, 7);
	assert_asked("gS!C", "GC");
	assert_holds(0, "01:n", "7");
	assert_holds(1, "01:n", "7");
	assert_int_equal(hints->total, 0);
}

/* The key was deleted and a home node missed the deletion: its copy must not refuse an add. */
static void an_add_is_not_refused_by_a_copy_that_missed_the_deletion(void **state)
{
	(void)state;
	pool_of(2);
	do_set("01:k", "old");
	kill_node(0);
	do_delete("01:k");
	revive(0);
	assert_status(do_decide("01:k", "v", MCHA_MODE_ADD), MCHA_STATUS_OK);
	assert_holds(0, "01:k", "v");
}

static void a_full_write_clears_hints_without_reading(void **state)
{
	(void)state;
	make_stale_node(2, 0, "01:k");
	assert_status(do_set("01:k", "v"), MCHA_STATUS_OK);
	assert_asked("S", "S");
	assert_int_equal(hints->total, 0);

	make_stale_node(2, 0, "01:k");
	assert_status(do_delete("01:k"), MCHA_STATUS_OK);
	assert_asked("D", "D");
	assert_int_equal(hints->total, 0);
}

static void many_keys_are_replayed_in_three_rounds(void **state)
{
	static const char *const keys[] = {"01:a", "01:b", "01:c"};
	mcha_item items[3];

	(void)state;
	pool_of(2);
	kill_node(0);
	for (size_t i = 0; i < 3; i++) {
		do_set(keys[i], keys[i]);
		items[i] = item_of(keys[i], NULL);
	}
	revive(0);
	hold_background_replay();
	forget();
	mcha_get(pool, items, 3, 0);
	assert_asked("gggAAAggg", "GGG"); /* the node had no copies */
	assert_int_equal(servers[0].rounds, 3);
	assert_int_equal(servers[1].rounds, 1);
	assert_int_equal(pool->report.repaired, 3);
	assert_int_equal(hints->total, 0);
}

/* --- without hints ---------------------------------------------------------------------------- */

static void without_hints_the_table_is_not_searched(void **state)
{
	const size_t capacity = RIG_HINTS;
	mcha_lock lock;

	(void)state;
	pool_of(2);
	hints->capacity = SIZE_MAX / 2 + 1; /* a search would crash */
	assert_status(do_set("01:k", "5"), MCHA_STATUS_OK);
	assert_asked("S", "S");
	assert_reads("01:k", "5");
	assert_asked("SG", "S");
	assert_int_equal(do_count("01:k").answer.number, 6);
	assert_asked("SGC", "SC");
	assert_status(do_append("01:k", "1"), MCHA_STATUS_OK);
	assert_asked("SGC+", "SC+");
	assert_status(do_decide("01:k", "7", MCHA_MODE_REPLACE), MCHA_STATUS_OK);
	assert_asked("SGC+R", "SC+S");
	assert_status(do_delete("01:k"), MCHA_STATUS_OK);
	assert_asked("SGC+RD", "SC+SD");
	assert_status(take(&lock, "t"), MCHA_STATUS_OK);
	assert_status(leave(&lock, "t"), MCHA_STATUS_OK);
	hints->capacity = capacity;
}

static void a_pool_without_a_table_stores_no_hints(void **state)
{
	(void)state;
	pool_of(2);
	pool->shared.hints = NULL;
	do_set("01:k", "old");
	kill_node(0);
	assert_status(do_set("01:k", "new"), MCHA_STATUS_OK);
	assert_status(do_delete("01:k"), MCHA_STATUS_OK);
	revive(0);
	assert_reads("01:k", "old");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_home_node_that_missed_a_write_gets_a_hint),
		TEST(the_first_home_node_gets_a_hint_like_the_others),
		TEST(a_write_that_no_node_acknowledged_leaves_no_hint),
		TEST(with_one_copy_the_handoff_node_is_the_source),
		TEST(a_deletion_that_found_no_copy_leaves_a_hint_too),
		TEST(a_handoff_node_that_missed_a_write_gets_a_hint_to_delete),
		TEST(a_missed_touch_leaves_a_hint),
		TEST(a_touch_of_a_key_that_no_other_home_has_leaves_no_hint),
		TEST(a_touch_does_not_clear_the_hint_of_a_missed_value),
		TEST(an_expired_value_leaves_no_older_value),
		TEST(a_value_without_expiration_leaves_a_hint_without_end),
		TEST(a_hint_ends_with_the_exptime_of_its_value),
		TEST(a_copy_about_to_expire_is_no_source),
		TEST(the_last_write_decides_when_a_hint_ends),
		TEST(a_counters_hint_ends_with_the_counter),
		TEST(a_get_replays_hints_first),
		TEST(a_missed_deletion_is_replayed_without_reading),
		TEST(a_replayed_copy_equals_its_source),
		TEST(changes_replay_hints_first),
		TEST(a_counter_continues_from_the_newer_number),
		TEST(an_add_is_not_refused_by_a_copy_that_missed_the_deletion),
		TEST(a_full_write_clears_hints_without_reading),
		TEST(many_keys_are_replayed_in_three_rounds),
		TEST(without_hints_the_table_is_not_searched),
		TEST(a_pool_without_a_table_stores_no_hints),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
