/* SPDX-License-Identifier: MIT */
/* Another process has a write of the key in flight to a node that has a hint: whatever a replay put
 * there now, that write would come after it. Node 0 is in the local zone, node 1 elsewhere. */
#include "version_rig.h"

#define ANOTHER 4711 /* the owner of the other process's in-flight hints */
#define KEY "01:k"

static void zones_of(size_t nodes)
{
	settings.zone_writes = MCHA_ZONE_WRITES_LOCAL;
	strcpy(settings.local_zone, "a");
	versions_of(nodes);
	hold_background_replay();
}

/* Another process has a write in flight to the node, which has this source, until so long from
 * now. */
static mcha_in_flight_hint begin_of_another(size_t node, long source, mcha_usec left)
{
	const mcha_usec now = mcha_clock_now();
	mcha_hint hint = {
		.node = pool->nodes[node]->id,
		.source = source < 0 ? 0 : pool->nodes[source]->id,
		.indeterminate = now + left - 2 * SECOND,
		.until = now + left,
		.owner = ANOTHER,
		.verb = MCHA_VERB_STORE,
		.key_length = strlen(KEY),
	};

	memcpy(hint.key, KEY, strlen(KEY));
	return mcha_hints_begin(hints, pool->nodes[node]->health, &hint, now + left - 2 * SECOND);
}

/* The other process has deleted the key on the near node, and the far one has the old value yet. */
static mcha_in_flight_hint delete_by_another(void)
{
	const mcha_usec now = mcha_clock_now();
	mcha_hint hint = {
		.indeterminate = now - SECOND,
		.until = now + SECOND,
		.owner = ANOTHER,
		.verb = MCHA_VERB_DELETE,
		.key_length = strlen(KEY),
	};

	zones_of(2);
	put(1, KEY, "5");
	memcpy(hint.key, KEY, strlen(KEY));
	hint.node = pool->nodes[1]->id;
	forget();
	return mcha_hints_begin(hints, pool->nodes[1]->health, &hint, now - SECOND);
}

static bool is_in_flight(size_t node, mcha_hint *hint)
{
	return mcha_hints_find_in_flight(hints, pool->nodes[node]->id, KEY, strlen(KEY), 0, hint);
}

/* A third process has deleted the key on the near node and has not reached the far one, which has
 * the old value. */
static void miss_deletion(void)
{
	zones_of(2);
	put(1, KEY, "old");
	add_hint(1, KEY, -1);
	let_time_pass();
	forget();
}

static void a_deletion_is_not_replayed_while_another_process_has_a_write_in_flight(void **state)
{
	mcha_in_flight_hint write;

	(void)state;
	miss_deletion();
	write = begin_of_another(1, 0, SECOND);
	assert_reads(KEY, NULL);
	assert_string_equal(servers[1].log, "");
	assert_true(has_hint(1, KEY));
	put(1, KEY, "arrived");
	assert_true(mcha_hints_clear_in_flight(hints, &write));
	assert_reads(KEY, NULL);
	assert_holds(1, KEY, NULL);
	assert_int_equal(hints->total, 0);
}

static void background_replay_waits_for_another_process_s_write_too(void **state)
{
	mcha_in_flight_hint write;

	(void)state;
	miss_deletion();
	write = begin_of_another(1, 0, SECOND);
	background_replay_was(2 * SECOND);
	assert_reads("01:x", NULL);
	assert_holds(1, KEY, "old");
	assert_true(mcha_hints_clear_in_flight(hints, &write));
	background_replay_was(2 * SECOND);
	assert_reads("01:x", NULL);
	assert_holds(1, KEY, NULL);
}

/* The other process has died: its write may be late, and then it has ended. */
static void a_deletion_is_replayed_half_a_second_after_another_process_s_write_is_over(void **state)
{
	(void)state;
	miss_deletion();
	begin_of_another(1, 0, -NOT_LONG_AGO);
	assert_reads(KEY, NULL);
	assert_string_equal(servers[1].log, "");

	miss_deletion();
	begin_of_another(1, 0, -LONG_AGO);
	assert_reads(KEY, NULL);
	assert_reads(KEY, NULL);
	assert_holds(1, KEY, NULL);
	assert_int_equal(hints->total, 0);
}

static void a_process_does_not_wait_for_its_own_write(void **state)
{
	mcha_hint mark;

	(void)state;
	zones_of(2);
	servers[1].late = SECOND / 100;
	servers[1].received = true;
	assert_status(do_set(KEY, "v"), MCHA_STATUS_OK);
	assert_true(is_in_flight(1, &mark));
	servers[1].answers_at = mcha_clock_now() + SECOND / 100;
	add_hint(1, KEY, -1);
	assert_reads(KEY, "v");
	wipe(0);
	let_time_pass();
	assert_reads(KEY, NULL);
	assert_holds(1, KEY, NULL);
	assert_int_equal(hints->total, 0);
}

/* The connection is not made yet: the write is sent as soon as it is, by the next operation. */
static void a_write_that_is_not_sent_yet_is_in_flight_too(void **state)
{
	mcha_hint mark;

	(void)state;
	zones_of(2);
	servers[1].late = 100 * SECOND;
	assert_status(do_set(KEY, "v"), MCHA_STATUS_OK);
	assert_int_equal(pool->report.pending_count, 1);
	assert_false(has_hint(1, KEY));
	assert_true(is_in_flight(1, &mark));
	assert_true(mark.until > pool->running.now);
	servers[1].waiting = NULL;
}

/* A write that replaces the copy does what the hint asks for, but the other process's write may
 * come after it. */
static void a_write_over_a_hint_is_reordered_by_another_process_s_write(void **state)
{
	mcha_in_flight_hint write;
	mcha_hint hint;

	(void)state;
	miss_deletion();
	write = begin_of_another(1, 0, SECOND);
	assert_status(do_set(KEY, "new"), MCHA_STATUS_OK);
	assert_holds(1, KEY, "new");
	assert_true(find_hint(1, KEY, &hint));
	assert_int_equal(hint.verb, MCHA_HINT_VERB_REORDERED);
	assert_int_equal(source_of(1, KEY), 0);
	put(1, KEY, "arrived");
	assert_true(mcha_hints_clear_in_flight(hints, &write));
	assert_reads(KEY, "new");
	background_replay_was(2 * SECOND);
	assert_reads("01:x", NULL);
	assert_holds(1, KEY, "new");
	assert_int_equal(hints->total, 0);
}

/* --- which replica is the source -------------------------------------------------------------- */

static void assert_reordered(size_t node, long source)
{
	mcha_hint hint;

	assert_true(find_hint(node, KEY, &hint));
	assert_int_equal(hint.verb, MCHA_HINT_VERB_REORDERED);
	assert_int_equal(source_of(node, KEY), source);
}

/* The other process's write arrives now, and its hint is cleared; then the reordered hint is
 * replayed. */
static void arrive(size_t node, const char *value, const mcha_in_flight_hint *write)
{
	put(node, KEY, value);
	assert_true(mcha_hints_clear_in_flight(hints, write));
	background_replay_was(2 * SECOND);
	assert_reads("01:x", NULL);
	assert_int_equal(hints->total, 0);
}

/* The other process belongs to another zone, so that its far node is the near one here. */
static void
the_source_is_not_the_local_node_that_another_process_s_write_reaches_later(void **state)
{
	mcha_in_flight_hint write;

	(void)state;
	zones_of(2);
	write = begin_of_another(0, 1, SECOND);
	servers[1].late = SECOND / 100;
	servers[1].received = true;
	assert_status(do_set(KEY, "new"), MCHA_STATUS_OK);
	assert_int_equal(pool->report.pending_count, 0);
	assert_false(has_hint(1, KEY));
	assert_reordered(0, 1);
	servers[1].late = 0;
	assert_reads(KEY, "new");
	put(0, KEY, "arrived");
	assert_reads(KEY, "new");
	arrive(0, "arrived", &write);
	assert_holds(0, KEY, "new");
	assert_holds(1, KEY, "new");
}

static void a_node_that_missed_the_write_is_given_the_copy_that_is_not_reordered(void **state)
{
	(void)state;
	settings.replicas = 2;
	zones_of(3);
	kill_and_notice(2);
	begin_of_another(0, 1, SECOND);
	assert_status(do_set(KEY, "new"), MCHA_STATUS_OK);
	assert_int_equal(source_of(2, KEY), 1);
	assert_reordered(0, 1);
}

static void a_node_that_no_other_process_s_write_reaches_later_is_not_reordered(void **state)
{
	(void)state;
	settings.replicas = 2;
	zones_of(3);
	begin_of_another(1, 0, SECOND);
	assert_status(do_set(KEY, "new"), MCHA_STATUS_OK);
	mcha_pool_drain(pool, 0);
	assert_reordered(1, 0);
	assert_false(has_hint(2, KEY));
}

/* --- nodes that have nothing yet -------------------------------------------------------------- */

/* The other process creates the key: the far node does not have it yet. */
static mcha_in_flight_hint create_by_another(void)
{
	zones_of(2);
	put(0, KEY, "v");
	return begin_of_another(1, 0, SECOND);
}

static void a_deletion_that_comes_before_another_process_s_write_is_made_good(void **state)
{
	mcha_in_flight_hint write;

	(void)state;
	write = create_by_another();
	assert_status(do_delete(KEY), MCHA_STATUS_OK);
	assert_reordered(1, -1);
	arrive(1, "v", &write);
	assert_holds(1, KEY, NULL);
}

static void an_append_that_comes_before_another_process_s_write_is_made_good(void **state)
{
	mcha_in_flight_hint write;

	(void)state;
	write = create_by_another();
	assert_status(do_append(KEY, "+"), MCHA_STATUS_OK);
	assert_reordered(1, 0);
	arrive(1, "v", &write);
	assert_holds(1, KEY, "v+");
}

static void a_touch_that_comes_before_another_process_s_write_is_made_good(void **state)
{
	mcha_in_flight_hint write;

	(void)state;
	write = create_by_another();
	assert_status(do_touch(KEY, 100), MCHA_STATUS_OK);
	assert_reordered(1, 0);
	arrive(1, "v", &write);
	assert_in_range(entry_at(1, KEY)->ttl, 98, 100);
}

/* --- a deletion that is in flight ------------------------------------------------------------- */

static mcha_status count_it(void)
{
	return do_count(KEY).answer.status;
}

static mcha_status touch_it(void)
{
	return do_touch(KEY, 100);
}

static mcha_status append_to_it(void)
{
	return do_append(KEY, "1");
}

static void what_is_being_deleted_elsewhere_is_neither_changed_nor_given_back(void **state)
{
	static const struct {
		mcha_status (*use)(void);
		mcha_status status;
	} uses[] = {
		{count_it, MCHA_STATUS_MISS},
		{touch_it, MCHA_STATUS_MISS},
		{append_to_it, MCHA_STATUS_NOT_STORED},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(uses); i++) {
		mcha_in_flight_hint write = delete_by_another();

		assert_status(uses[i].use(), uses[i].status);
		assert_holds(0, KEY, NULL);
		assert_holds(1, KEY, "5");
		wipe(1);
		assert_true(mcha_hints_clear_in_flight(hints, &write));
		let_time_pass();
		assert_reads(KEY, NULL);
	}
}

/* The near node had the other process's new value and has lost it. */
static void what_is_being_replaced_is_given_to_no_home_that_lacks_the_key(void **state)
{
	(void)state;
	for (int touches = 0; touches <= 1; touches++) {
		zones_of(2);
		put(1, KEY, "old");
		begin_of_another(1, 0, SECOND);
		(void)(touches ? touch_it() : append_to_it());
		assert_holds(0, KEY, NULL);
	}
}

/* --- decisions -------------------------------------------------------------------------------- */

/* The far node is the key's first home, and would decide; it does not have the other process's
 * value yet. */
static mcha_in_flight_hint write_by_another(uint64_t *old, uint64_t *new)
{
	zones_of(2);
	*old = put(0, KEY, "old")->cas = V(1000);
	*new = put(1, KEY, "new")->cas = V(2000);
	strcpy(settings.local_zone, "b");
	pool->settings = settings;
	return begin_of_another(0, 1, SECOND);
}

static void a_copy_that_a_write_is_in_flight_to_is_not_read_for_its_token(void **state)
{
	uint64_t old, new;

	(void)state;
	write_by_another(&old, &new);
	assert_true(token_of(KEY) == new);
	assert_string_equal(servers[0].log, "");
}

static void a_copy_that_a_write_is_in_flight_to_does_not_decide(void **state)
{
	mcha_in_flight_hint write;
	uint64_t old, new;

	(void)state;
	write = write_by_another(&old, &new);
	assert_status(do_swap_by(KEY, "mine", old).answer.status, MCHA_STATUS_EXISTS);
	assert_holds(0, KEY, "old");
	assert_status(do_swap_by(KEY, "mine", new).answer.status, MCHA_STATUS_OK);
	assert_holds(1, KEY, "mine");
	let_time_pass();
	arrive(0, "new", &write);
	assert_holds(0, KEY, "mine");
}

/* The hint is replayed first, as no write is in flight any more. */
static void a_reordered_copy_decides_after_it_was_repaired(void **state)
{
	uint64_t old, new;

	(void)state;
	zones_of(2);
	put_version(0, KEY, "first", old = V(1000));
	put_version(1, KEY, "second", new = V(2000));
	mcha_hints_add(hints, pool->nodes[0]->health, pool->nodes[0]->id, pool->nodes[1]->id,
		MCHA_HINTS_REORDERED, KEY, strlen(KEY), mcha_clock_now());
	slept += SECOND;
	assert_status(do_swap_by(KEY, "mine", old).answer.status, MCHA_STATUS_EXISTS);
	assert_holds(0, KEY, "second");
	assert_int_equal(hints->total, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_deletion_is_not_replayed_while_another_process_has_a_write_in_flight),
		TEST(background_replay_waits_for_another_process_s_write_too),
		TEST(a_deletion_is_replayed_half_a_second_after_another_process_s_write_is_over),
		TEST(a_process_does_not_wait_for_its_own_write),
		TEST(a_write_that_is_not_sent_yet_is_in_flight_too),
		TEST(a_write_over_a_hint_is_reordered_by_another_process_s_write),
		TEST(the_source_is_not_the_local_node_that_another_process_s_write_reaches_later),
		TEST(a_node_that_missed_the_write_is_given_the_copy_that_is_not_reordered),
		TEST(a_node_that_no_other_process_s_write_reaches_later_is_not_reordered),
		TEST(a_deletion_that_comes_before_another_process_s_write_is_made_good),
		TEST(an_append_that_comes_before_another_process_s_write_is_made_good),
		TEST(a_touch_that_comes_before_another_process_s_write_is_made_good),
		TEST(what_is_being_deleted_elsewhere_is_neither_changed_nor_given_back),
		TEST(what_is_being_replaced_is_given_to_no_home_that_lacks_the_key),
		TEST(a_copy_that_a_write_is_in_flight_to_is_not_read_for_its_token),
		TEST(a_copy_that_a_write_is_in_flight_to_does_not_decide),
		TEST(a_reordered_copy_decides_after_it_was_repaired),
	};

	return cmocka_run_group_tests_name("in-flight writes of other processes", tests, NULL, NULL);
}
