/* SPDX-License-Identifier: MIT */
/* Reads that check other replicas of a key: which replicas, how often, and which copies are
 * repaired. */
#include "engine/protocol/tombstone.h"
#include "version_rig.h"

#define NEVER (3600 * SECOND)

static mcha_verified *seen;

static int check_setup(void **state)
{
	seen = calloc(1, sizeof(*seen));
	return rig_setup(state);
}

static int check_teardown(void **state)
{
	free(seen);
	return rig_teardown(state);
}

#define CHECK_TEST(name) cmocka_unit_test_setup_teardown(name, check_setup, check_teardown)

static void checked_pool_of(size_t nodes)
{
	pool_of(nodes);
	pool->shared.verified = seen;
	pool->next_look = 64;
}

/* Makes every read check this node. */
static void watch(size_t node)
{
	atomic_store(&pool->nodes[node]->health->replicas.rate, MCHA_CHECK_SELDOM);
	atomic_store(&pool->nodes[node]->health->replicas.rated, mcha_clock_now());
	/* nor are its statistics asked for */
	atomic_store(&pool->nodes[node]->health->replicas.asked, mcha_clock_now());
	atomic_store(&health->last_lacking, mcha_clock_now());
}

/* From now on this node may have lost its memory. */
static void suspect_restart(size_t node)
{
	mcha_health_meet_unknown(health, pool->nodes[node]->health, mcha_clock_now());
}

static unsigned rate_of(size_t node)
{
	return atomic_load(&pool->nodes[node]->health->replicas.rate);
}

/* --- by sample -------------------------------------------------------------------------------- */

static size_t count_checks(size_t reads)
{
	size_t checks = 0;

	for (size_t i = 0; i < reads; i++) {
		forget();
		assert_reads("012:k", "v");
		assert_string_equal(servers[0].log, "G");
		checks += strlen(servers[1].log) + strlen(servers[2].log);
	}
	return checks;
}

static void a_healthy_pool_gets_few_additional_reads(void **state)
{
	(void)state;
	for (uint16_t replicas = 1; replicas <= 2; replicas++) {
		settings.replicas = replicas;
		checked_pool_of(3);
		do_set("012:k", "v");
		assert_in_range(count_checks(6400), 60, 140); /* 100 are expected */
	}
	settings.replicas = 0;
	checked_pool_of(3);
	do_set("012:k", "v");
	assert_int_equal(count_checks(1000), 0);
}

static void without_read_repair_or_failover_no_replica_is_checked(void **state)
{
	(void)state;
	checked_pool_of(2);
	do_set("01:k", "v");
	watch(1);
	forget();
	pool->settings.read_repair = false;
	assert_reads("01:k", "v");
	pool->settings.read_repair = true;
	pool->settings.allow_failover = false;
	assert_reads("01:k", "v");
	pool->settings.allow_failover = true;
	(void)do_get("01:k", 0); /* without a value there is nothing to write to another node */
	assert_asked("GGg", "");
}

static void a_missing_copy_is_repaired_and_raises_the_sampling_rate(void **state)
{
	(void)state;
	checked_pool_of(2);
	do_set("01:k", "v");
	watch(1);
	wipe(1);
	atomic_store(&pool->nodes[1]->health->replicas.rate, 0);
	for (size_t i = 0; i < 2000 && !entry_at(1, "01:k"); i++) {
		assert_reads("01:k", "v");
	}
	assert_holds(1, "01:k", "v");
	assert_int_equal(rate_of(1), 2);
	assert_int_equal(rate_of(0), 0);
	assert_int_equal(pool->report.repaired, 1);
}

static void each_missing_copy_of_many_keys_is_repaired(void **state)
{
	mcha_item items[20];
	char keys[20][16];

	(void)state;
	checked_pool_of(3);
	for (size_t i = 0; i < COUNT(items); i++) {
		snprintf(keys[i], sizeof(keys[i]), "01%d:%zu", 2, i);
		do_set(keys[i], "v");
		items[i] = item_of(keys[i], NULL);
	}
	wipe(1);
	watch(1);
	forget();
	mcha_get(pool, items, COUNT(items), MCHA_WANT_VALUE);
	for (size_t i = 0; i < COUNT(items); i++) {
		assert_status(items[i].answer.status, MCHA_STATUS_OK);
		assert_holds(1, keys[i], "v");
		rig_release(items[i].answer.value);
	}
	assert_int_equal(pool->report.repaired, COUNT(items));
}

static void add_before(fake_server *server, const mcha_request *request)
{
	if (request->verb == MCHA_VERB_STORE) {
		server->before = NULL;
		put((size_t)(server - servers), "01:k", "newer");
	}
}

/* A write that has reached the first node only does not show how well the second node keeps its
 * copies. */
static void a_copy_in_flight_does_not_count_as_missing(void **state)
{
	(void)state;
	checked_pool_of(2);
	put(0, "01:k", "v");
	watch(1);
	atomic_store(&pool->nodes[1]->health->replicas.rate, MCHA_CHECK_SELDOM - 2);
	servers[1].before = add_before;
	for (size_t i = 0; i < 200 && servers[1].before; i++) {
		assert_reads("01:k", "v");
	}
	assert_holds(1, "01:k", "newer");
	assert_int_equal(rate_of(1), MCHA_CHECK_SELDOM - 2);
}

/* --- silent replicas -------------------------------------------------------------------------- */

static void a_read_does_not_wait_for_a_silent_second_replica(void **state)
{
	(void)state;
	settings.operation_timeout = 1800 * SECOND;
	checked_pool_of(2);
	do_set("01:k", "v");
	watch(1);
	servers[1].late = NEVER;
	forget();
	for (int i = 0; i < 100; i++) {
		mcha_usec began = mcha_clock_now();

		assert_reads("01:k", "v");
		assert_true(mcha_clock_now() - began < 10 * SECOND);
		assert_int_equal(pool->report.failed_count, 0);
		assert_int_equal(pool->report.position, 0);
	}
	assert_true(servers[1].cancels >= 1);
	assert_true(servers[1].cancels < 100); /* each time the node is left alone for a while */
	assert_int_equal(atomic_load(&pool->nodes[1]->health->failures), 0);
	assert_int_equal(mcha_health_look(pool->nodes[1]->health, mcha_clock_now()).state,
		MCHA_HEALTH_UP);
	assert_int_equal(rate_of(1), MCHA_CHECK_SELDOM);
}

static void a_read_waits_for_the_first_replica_though_the_check_is_answered(void **state)
{
	(void)state;
	checked_pool_of(2);
	do_set("01:k", "v");
	watch(1);
	servers[0].late = SECOND / 5;
	forget();
	assert_reads("01:k", "v");
	assert_asked("G", "g");
	assert_int_equal(pool->report.position, 0);
}

/* Both nodes have requests that the read needs, and checks behind them. */
static void a_read_waits_for_needed_answers_before_checks(void **state)
{
	mcha_item items[2] = {item_of("01:a", NULL), item_of("10:b", NULL)};

	(void)state;
	checked_pool_of(2);
	do_set("01:a", "a");
	do_set("10:b", "b");
	watch(0);
	watch(1);
	servers[0].late = servers[1].late = SECOND / 5;
	forget();
	mcha_get(pool, items, COUNT(items), MCHA_WANT_VALUE);
	for (size_t i = 0; i < COUNT(items); i++) {
		assert_status(items[i].answer.status, MCHA_STATUS_OK);
		assert_int_equal(items[i].position, 0);
		rig_release(items[i].answer.value);
	}
	assert_string_equal(servers[0].log, "Gg");
	assert_string_equal(servers[1].log, "gG");
}

/* --- nodes that may be empty ------------------------------------------------------------------ */

static void a_node_that_may_be_empty_is_checked_once_for_each_key(void **state)
{
	(void)state;
	checked_pool_of(3);
	do_set("01:k", "v");
	do_set("01:l", "w");
	wipe(1);
	usleep(2000);
	suspect_restart(1);
	for (int i = 0; i < 50; i++) {
		assert_reads("01:k", "v");
	}
	assert_reads("01:l", "w");
	assert_holds(1, "01:k", "v");
	assert_holds(1, "01:l", "w");
	assert_int_equal(rate_of(1), 0); /* no evidence that the node loses copies */
	forget();
	for (int i = 0; i < 5; i++) {
		assert_reads("01:k", "v");
	}
	assert_true(strlen(servers[1].log) < 3); /* at most a sampled check */
	usleep(2000);
	suspect_restart(1);
	wipe(1);
	forget();
	assert_reads("01:k", "v");
	assert_asked("Gg", "gA");
}

static void a_key_just_written_to_all_homes_is_not_checked(void **state)
{
	(void)state;
	checked_pool_of(2);
	suspect_restart(1);
	usleep(2000);
	do_set("01:k", "v");
	assert_status(do_decide("01:l", "w", MCHA_MODE_ADD), MCHA_STATUS_OK);
	forget();
	assert_reads("01:k", "v");
	assert_reads("01:l", "w");
	assert_true(strlen(servers[1].log) < 2);
}

static void a_key_that_could_not_be_checked_is_checked_later(void **state)
{
	(void)state;
	settings.operation_timeout = 1800 * SECOND;
	checked_pool_of(2);
	put(0, "01:k", "v");
	suspect_restart(1);
	usleep(2000);
	servers[1].late = NEVER;
	assert_reads("01:k", "v");
	assert_reads("01:k", "v");
	assert_int_equal(mcha_verified_since(seen, 0), 0);
	servers[1].late = 0;
	usleep(100000);
	assert_reads("01:k", "v");
	assert_holds(1, "01:k", "v");
}

/* --- copies that differ ----------------------------------------------------------------------- */

static void make_two(uint64_t first, uint64_t second)
{
	versions_of(2);
	pool->shared.verified = seen;
	put_version(0, "01:k", "first", first);
	put_version(1, "01:k", "second", second);
	watch(1);
	forget();
}

static void an_older_second_copy_converges_to_the_first(void **state)
{
	(void)state;
	make_two(V(9), V(5));
	assert_reads("01:k", "first");
	assert_asked("GG", "ggS!");
	assert_holds(1, "01:k", "first");
	assert_int_equal(version_at(1, "01:k"), V(9));
	assert_int_equal(pool->report.repaired, 1);
}

static void an_older_first_copy_converges_to_the_second(void **state)
{
	(void)state;
	make_two(V(5), V(9));
	assert_reads("01:k", "first"); /* the result of this read stays */
	assert_asked("GgS!", "gG");
	assert_holds(0, "01:k", "second");
	assert_int_equal(version_at(0, "01:k"), V(9));
	assert_reads("01:k", "second");
}

static void equal_young_or_unversioned_copies_are_left_alone(void **state)
{
	uint64_t latest = 0, now = mcha_version_next(&latest, mcha_clock_wall() + 3600 * SECOND, 0);
	const uint64_t rows[][2] = {
		{V(5), V(5)}, {now, V(5)}, {V(5), now}, {5, V(9)}, {V(9), 5}, {5, 9}};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		make_two(rows[i][0], rows[i][1]);
		assert_reads("01:k", "first");
		assert_asked("G", "g");
		assert_holds(0, "01:k", "first");
		assert_holds(1, "01:k", "second");
	}
}

static void write_meanwhile(fake_server *server, const mcha_request *request)
{
	(void)request;
	server->before = NULL;
	put_version((size_t)(server - servers), "01:k", "meanwhile", V(7));
}

static void write_before_second_look(fake_server *server, const mcha_request *request)
{
	(void)request;
	server->before = write_meanwhile;
}

/* A write in flight, with the version of a clock that is behind. */
static void copies_that_changed_between_two_reads_are_left_alone(void **state)
{
	(void)state;
	for (size_t node = 0; node < 2; node++) {
		make_two(V(9), V(5));
		servers[node].before = write_before_second_look;
		assert_reads("01:k", "first");
		assert_asked("GG", "gg");
		assert_int_equal(pool->report.repaired, 0);
	}
}

static void a_tombstone_does_not_count_as_a_newer_copy(void **state)
{
	(void)state;
	make_two(V(5), V(9));
	entry_at(1, "01:k")->flags = MCHA_TOMBSTONE_FLAGS;
	entry_at(1, "01:k")->length = 0;
	assert_reads("01:k", "first");
	assert_asked("G", "g");
}

/* --- misses ----------------------------------------------------------------------------------- */

static void a_home_that_a_check_found_to_lack_the_key_is_not_asked_again(void **state)
{
	(void)state;
	settings.replicas = 2;
	checked_pool_of(3);
	watch(1);
	watch(2);
	forget();
	assert_reads("012:k", NULL);
	assert_asked("G", "g", "g");
	put(2, "012:k", "v");
	forget();
	assert_reads("012:k", "v");
	assert_string_equal(servers[1].log, "gA");
	assert_int_equal(pool->report.repaired, 2);
	assert_holds(0, "012:k", "v");
	assert_holds(1, "012:k", "v");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CHECK_TEST(a_healthy_pool_gets_few_additional_reads),
		CHECK_TEST(without_read_repair_or_failover_no_replica_is_checked),
		CHECK_TEST(a_missing_copy_is_repaired_and_raises_the_sampling_rate),
		CHECK_TEST(each_missing_copy_of_many_keys_is_repaired),
		CHECK_TEST(a_copy_in_flight_does_not_count_as_missing),
		CHECK_TEST(a_read_does_not_wait_for_a_silent_second_replica),
		CHECK_TEST(a_read_waits_for_the_first_replica_though_the_check_is_answered),
		CHECK_TEST(a_read_waits_for_needed_answers_before_checks),
		CHECK_TEST(a_node_that_may_be_empty_is_checked_once_for_each_key),
		CHECK_TEST(a_key_just_written_to_all_homes_is_not_checked),
		CHECK_TEST(a_key_that_could_not_be_checked_is_checked_later),
		CHECK_TEST(an_older_second_copy_converges_to_the_first),
		CHECK_TEST(an_older_first_copy_converges_to_the_second),
		CHECK_TEST(equal_young_or_unversioned_copies_are_left_alone),
		CHECK_TEST(copies_that_changed_between_two_reads_are_left_alone),
		CHECK_TEST(a_home_that_a_check_found_to_lack_the_key_is_not_asked_again),
		CHECK_TEST(a_tombstone_does_not_count_as_a_newer_copy),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
