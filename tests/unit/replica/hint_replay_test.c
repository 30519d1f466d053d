/* SPDX-License-Identifier: MIT */
/* Copies that missed a write: who owes what, and how it is made good. */
#include "hint_replay_rig.h"

/* --- writes, each by its name ---------------------------------------------------------------------------- */

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

static mcha_status (*const writes[])(const char *) = {write_set, write_delete, write_append,
	write_count, write_replace, write_add, write_cas};

/* --- who owes ------------------------------------------------------------------------------------------------ */

static void a_home_node_that_missed_a_write_owes_it(void **state)
{
	static const mcha_status faults[] = {MCHA_STATUS_CONNECT, MCHA_STATUS_TIMEOUT,
		MCHA_STATUS_CLOSED, MCHA_STATUS_SERVER_ERROR};

	(void)state;
	for (size_t i = 0; i < COUNT(writes); i++) {
		for (size_t j = 0; j < COUNT(faults); j++) {
			pool_of(2);
			put(0, "01:k", "5");
			put(1, "01:k", "5");
			fail_with(1, faults[j]);
			assert_status(writes[i]("01:k"), MCHA_STATUS_OK);
			assert_int_equal(source_of(1, "01:k"), writes[i] == write_delete ? -1 : 0);
			assert_false(owes(0, "01:k"));
			assert_int_equal(hints->total, 1);
			assert_int_equal(mcha_hints_count(pool->nodes[1]->health), 1);
			assert_int_equal(mcha_hints_count(pool->nodes[0]->health), 0);
		}
	}
}

static void a_first_home_node_owes_as_others_do(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(writes); i++) {
		if (writes[i] == write_cas) {
			continue; /* its token was the first home node's */
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
			assert_false(owes(1, "01:k"));
		}
	}
}

static void nobody_owes_what_nobody_acknowledged(void **state)
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

static void with_one_copy_it_is_the_stand_in_that_has_the_value(void **state)
{
	(void)state;
	settings.replicas = 0;
	make_debt(2, 0, "01:k");
	assert_int_equal(source_of(0, "01:k"), 1);
	assert_reads("01:k", "new");
	assert_holds(0, "01:k", "new");
	assert_false(owes(0, "01:k"));
}

/* Deleted everywhere it could be asked: the node that is away may have it. */
static void a_deletion_that_found_nothing_is_owed_too(void **state)
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

/* It may have stood in before: while a home is away its old copy would be read. */
static void a_stand_in_that_missed_a_write_owes_the_deletion_of_what_it_has(void **state)
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

/* The copy that missed it gets the new life, shorter or longer, before it is read. */
static void a_touch_is_owed(void **state)
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
				hold_sweep();
				assert_reads("01:k", "v");
				assert_holds(node, "01:k", "v");
				assert_int_equal(entry_at(node, "01:k")->exptime, rows[i].after);
				assert_int_equal(hints->total, 0);
			}
		}
	}
}

static void nobody_owes_a_touch_of_what_no_other_home_has(void **state)
{
	(void)state;
	pool_of(3);
	put(1, "01:k", "v");
	put(2, "01:k", "v"); /* a handoff node's copy, which does not live as long as others */
	kill_and_notice(1);
	(void)do_touch("01:k", 50);
	assert_int_equal(hints->total, 0);
}

/* By a touch nobody learns a value: who owed one owes it as before. */
static void a_touch_pays_for_no_value(void **state)
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
	hold_sweep();
	let_time_pass();
	item.exptime = 50;
	mcha_touch(pool, &item, 1);
	assert_status(item.answer.status, MCHA_STATUS_OK);
	assert_true(owes(1, "01:k"));
}

/* --- values that end ------------------------------------------------------------------------------------------- */

/* "old", for ever, was replaced by "new", for so many seconds, while node 0 was away; it is back. */
static void replaced_by_a_short_one(int64_t exptime)
{
	mcha_item item = item_of("01:k", "new");

	pool_of(2);
	do_set("01:k", "old");
	kill_node(0);
	item.exptime = exptime;
	mcha_store(pool, &item, 1, MCHA_MODE_SET);
	revive(0);
	hold_sweep();
	let_time_pass();
	forget();
}

/* Time goes by for the hint. */
static void has_ended(size_t node, const char *key)
{
	mcha_hint_slot *slot = slot_of(node, key);

	assert_true(slot->ends > mcha_clock_now());
	slot->ends = mcha_clock_now() - 1;
}

static void what_has_ended_leaves_no_older_value(void **state)
{
	(void)state;
	for (int swept = 0; swept <= 1; swept++) {
		replaced_by_a_short_one(5);
		drop_entry(entry_at(1, "01:k"));
		assert_reads("01:k", NULL);
		assert_holds(0, "01:k", "old"); /* perhaps the last copy: evicted, not ended */
		assert_true(owes(0, "01:k"));
		has_ended(0, "01:k");
		if (swept) {
			sweep_was(2 * SECOND);
			(void)do_get("10:other", 0);
		} else {
			assert_reads("01:k", NULL);
		}
		assert_holds(0, "01:k", NULL);
		assert_int_equal(hints->total, 0);
		assert_reads("01:k", NULL);
	}
}

static void what_lives_for_ever_has_no_end(void **state)
{
	(void)state;
	replaced_by_a_short_one(0);
	assert_int_equal(slot_of(0, "01:k")->ends, 0);
	drop_entry(entry_at(1, "01:k"));
	assert_reads("01:k", NULL);
	assert_holds(0, "01:k", "old");
}

static void an_end_is_where_the_exptime_says(void **state)
{
	static const int64_t lives[] = {1, 100, MONTH, MONTH + 1, 12 * MONTH, INT64_MAX};
	mcha_usec left;

	(void)state;
	for (size_t i = 0; i < COUNT(lives); i++) {
		int64_t life = lives[i] < INT32_MAX ? lives[i] : INT32_MAX;

		replaced_by_a_short_one(lives[i] <= MONTH || lives[i] == INT64_MAX ? lives[i]
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

/* It is not given on, and what is older need not wait for its end. */
static void what_is_about_to_end_is_no_source(void **state)
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

/* A later write says when the value ends. */
static void the_last_write_decides_when_a_debt_ends(void **state)
{
	(void)state;
	replaced_by_a_short_one(5);
	kill_and_notice(0);
	assert_status(do_set("01:k", "newer"), MCHA_STATUS_OK);
	assert_int_equal(slot_of(0, "01:k")->ends, 0);
	assert_status(do_touch("01:k", 5), MCHA_STATUS_OK);
	assert_true(slot_of(0, "01:k")->ends > mcha_clock_now());
}

static void a_counters_debt_ends_with_the_counter(void **state)
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

/* --- what is made good first ----------------------------------------------------------------------------------- */

static void a_get_makes_good_first(void **state)
{
	(void)state;
	make_debt(2, 0, "01:k");
	assert_reads("01:k", "new");
	assert_asked("gS!G", "G");
	assert_int_equal(pool->report.repaired, 1);
	assert_holds(0, "01:k", "new");
	assert_int_equal(hints->total, 0);
	forget();
	assert_reads("01:k", "new");
	assert_asked("G", "");
}

static void a_missed_deletion_is_made_good_without_reading(void **state)
{
	(void)state;
	pool_of(2);
	do_set("01:k", "old");
	kill_node(0);
	do_delete("01:k");
	revive(0);
	hold_sweep();
	forget();
	assert_reads("01:k", NULL);
	assert_asked("gD!G", "G");
	assert_holds(0, "01:k", NULL);
	assert_int_equal(hints->total, 0);
}

static void the_copy_is_like_the_good_one_in_everything(void **state)
{
	(void)state;
	make_debt(2, 0, "01:k");
	entry_at(1, "01:k")->flags = 9;
	entry_at(1, "01:k")->ttl = 77;
	assert_reads("01:k", "new");
	assert_int_equal(entry_at(0, "01:k")->flags, 9);
	assert_int_equal(entry_at(0, "01:k")->exptime, 76);
}

static void changes_make_good_first(void **state)
{
	(void)state;
	make_debt(2, 0, "01:k");
	assert_status(do_append("01:k", "+"), MCHA_STATUS_OK);
	assert_asked("gS!+", "G+");
	assert_holds(0, "01:k", "new+");
	assert_holds(1, "01:k", "new+");

	make_debt(2, 0, "01:k");
	assert_status(do_decide("01:k", "v", MCHA_MODE_REPLACE), MCHA_STATUS_OK);
	assert_asked("gS!R", "GS");

	make_debt(2, 0, "01:k");
	assert_status(do_decide("01:k", "v", MCHA_MODE_ADD), MCHA_STATUS_NOT_STORED);
	assert_asked("gS!A", "G");

	make_debt(2, 0, "01:k");
	assert_status(do_touch("01:k", 50), MCHA_STATUS_OK);
	assert_asked("gS!T", "GT");
	assert_int_equal(hints->total, 0);
}

static void a_count_goes_on_from_the_newer_number(void **state)
{
	(void)state;
	pool_of(2);
	do_set("01:n", "5");
	kill_node(0);
	assert_int_equal(do_count("01:n").answer.number, 6);
	revive(0);
	hold_sweep();
	forget();
	assert_int_equal(do_count("01:n").answer.number, 7);
	assert_asked("gS!C", "GC");
	assert_holds(0, "01:n", "7");
	assert_holds(1, "01:n", "7");
	assert_int_equal(hints->total, 0);
}

/* The key was deleted and the deletion missed: an add must not be refused for it. */
static void an_add_is_not_refused_for_what_was_deleted(void **state)
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

static void what_replaces_all_pays_without_reading(void **state)
{
	(void)state;
	make_debt(2, 0, "01:k");
	assert_status(do_set("01:k", "v"), MCHA_STATUS_OK);
	assert_asked("S", "S");
	assert_int_equal(hints->total, 0);

	make_debt(2, 0, "01:k");
	assert_status(do_delete("01:k"), MCHA_STATUS_OK);
	assert_asked("D", "D");
	assert_int_equal(hints->total, 0);
}

static void many_keys_are_made_good_in_three_rounds(void **state)
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
	hold_sweep();
	forget();
	mcha_get(pool, items, 3, 0);
	assert_asked("gggAAAggg", "GGG"); /* it held none of them */
	assert_int_equal(servers[0].rounds, 3);
	assert_int_equal(servers[1].rounds, 1);
	assert_int_equal(pool->report.repaired, 3);
	assert_int_equal(hints->total, 0);
}

/* --- while all is well ----------------------------------------------------------------------------------------------- */

static void nothing_is_looked_up_while_nobody_owes(void **state)
{
	mcha_hint_slot *slots;
	mcha_lock lock;

	(void)state;
	pool_of(2);
	slots = hints->slots;
	hints->slots = NULL; /* whoever looks dies */
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
	hints->slots = slots;
}

static void a_pool_without_a_table_remembers_nothing(void **state)
{
	(void)state;
	pool_of(2);
	pool->hints = NULL;
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
		TEST(a_home_node_that_missed_a_write_owes_it),
		TEST(a_first_home_node_owes_as_others_do),
		TEST(nobody_owes_what_nobody_acknowledged),
		TEST(with_one_copy_it_is_the_stand_in_that_has_the_value),
		TEST(a_deletion_that_found_nothing_is_owed_too),
		TEST(a_stand_in_that_missed_a_write_owes_the_deletion_of_what_it_has),
		TEST(a_touch_is_owed),
		TEST(nobody_owes_a_touch_of_what_no_other_home_has),
		TEST(a_touch_pays_for_no_value),
		TEST(what_has_ended_leaves_no_older_value),
		TEST(what_lives_for_ever_has_no_end),
		TEST(an_end_is_where_the_exptime_says),
		TEST(what_is_about_to_end_is_no_source),
		TEST(the_last_write_decides_when_a_debt_ends),
		TEST(a_counters_debt_ends_with_the_counter),
		TEST(a_get_makes_good_first),
		TEST(a_missed_deletion_is_made_good_without_reading),
		TEST(the_copy_is_like_the_good_one_in_everything),
		TEST(changes_make_good_first),
		TEST(a_count_goes_on_from_the_newer_number),
		TEST(an_add_is_not_refused_for_what_was_deleted),
		TEST(what_replaces_all_pays_without_reading),
		TEST(many_keys_are_made_good_in_three_rounds),
		TEST(nothing_is_looked_up_while_nobody_owes),
		TEST(a_pool_without_a_table_remembers_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
