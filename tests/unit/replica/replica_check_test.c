/* SPDX-License-Identifier: MIT */
/* Reads that look at the other copies of a key: which, how often, and what is mended. */
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
	pool->verified = seen;
	pool->next_look = 64;
}

/* Every read looks at this node. */
static void watch(size_t node)
{
	atomic_store(&pool->nodes[node]->health->replicas.rate, MCHA_CHECK_SELDOM);
	atomic_store(&pool->nodes[node]->health->replicas.rated, mcha_clock_now());
	atomic_store(&pool->nodes[node]->health->replicas.asked, mcha_clock_now()); /* nor is it asked for its statistics */
	atomic_store(&health->last_lacking, mcha_clock_now());
}

/* Now this node may have lost its memory. */
static void suspect_restart(size_t node)
{
	mcha_health_meet_unknown(health, pool->nodes[node]->health, mcha_clock_now());
}

static unsigned rate_of(size_t node)
{
	return atomic_load(&pool->nodes[node]->health->replicas.rate);
}

/* --- by sample ------------------------------------------------------------------------------------ */

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

static void a_quiet_pool_is_asked_hardly_more(void **state)
{
	(void)state;
	for (uint16_t replicas = 1; replicas <= 2; replicas++) {
		settings.replicas = replicas;
		checked_pool_of(3);
		do_set("012:k", "v");
		assert_in_range(count_checks(6400), 60, 140); /* 100 are meant */
	}
	settings.replicas = 0;
	checked_pool_of(3);
	do_set("012:k", "v");
	assert_int_equal(count_checks(1000), 0);
}

static void who_neither_repairs_nor_fails_over_looks_at_nothing(void **state)
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
	(void)do_get("01:k", 0); /* nothing that could be given to another node */
	assert_asked("GGg", "");
}

static void a_missing_copy_is_mended_and_makes_it_quicker(void **state)
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

static void of_many_keys_each_missing_copy_is_mended(void **state)
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

/* A write that had come to the first node alone says nothing about how well the second one keeps what it has. */
static void a_copy_that_was_only_on_its_way_is_no_missing_one(void **state)
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

/* --- that keep silent ----------------------------------------------------------------------------- */

static void a_silent_second_copy_is_not_waited_for(void **state)
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
	assert_true(servers[1].cancels < 100); /* it is left alone for a while each time */
	assert_int_equal(atomic_load(&pool->nodes[1]->health->failures), 0);
	assert_int_equal(mcha_health_look(pool->nodes[1]->health, mcha_clock_now()).state, MCHA_HEALTH_UP);
	assert_int_equal(rate_of(1), MCHA_CHECK_SELDOM);
}

static void the_first_copy_is_waited_for_however_long_the_second_one_is_there(void **state)
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

/* Both have requests that are waited for, and checks behind them. */
static void what_is_needed_of_a_node_is_waited_for_before_its_checks(void **state)
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

/* --- for certain ---------------------------------------------------------------------------------- */

static void a_node_that_may_be_empty_is_looked_at_once_for_each_key(void **state)
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
	assert_int_equal(rate_of(1), 0); /* nothing says that it does not keep what it has */
	forget();
	for (int i = 0; i < 5; i++) {
		assert_reads("01:k", "v");
	}
	assert_true(strlen(servers[1].log) < 3); /* if at all, by sample */
	usleep(2000);
	suspect_restart(1);
	wipe(1);
	forget();
	assert_reads("01:k", "v");
	assert_asked("Gg", "gA");
}

static void what_was_just_written_to_all_homes_need_not_be_looked_at(void **state)
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

static void what_could_not_be_looked_at_is_looked_at_later(void **state)
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

/* --- two that differ ------------------------------------------------------------------------------ */

static void make_two(uint64_t first, uint64_t second)
{
	versions_of(2);
	pool->verified = seen;
	put_version(0, "01:k", "first", first);
	put_version(1, "01:k", "second", second);
	watch(1);
	forget();
}

static void an_older_second_copy_becomes_what_the_first_is(void **state)
{
	(void)state;
	make_two(V(9), V(5));
	assert_reads("01:k", "first");
	assert_asked("GG", "ggS!");
	assert_holds(1, "01:k", "first");
	assert_int_equal(version_at(1, "01:k"), V(9));
	assert_int_equal(pool->report.repaired, 1);
}

static void an_older_first_copy_becomes_what_the_second_is(void **state)
{
	(void)state;
	make_two(V(5), V(9));
	assert_reads("01:k", "first"); /* this read's answer stays */
	assert_asked("GgS!", "gG");
	assert_holds(0, "01:k", "second");
	assert_int_equal(version_at(0, "01:k"), V(9));
	assert_reads("01:k", "second");
}

static void what_is_alike_or_young_or_has_no_version_is_left_alone(void **state)
{
	uint64_t latest = 0, now = mcha_version_next(&latest, mcha_clock_wall() + 3600 * SECOND, 0);
	const uint64_t rows[][2] = {{V(5), V(5)}, {now, V(5)}, {V(5), now}, {5, V(9)}, {V(9), 5}, {5, 9}};

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

/* A write that is on its way, by a clock that is behind. */
static void copies_that_changed_between_two_looks_are_left_alone(void **state)
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

static void a_tombstone_is_nobodys_younger_copy(void **state)
{
	(void)state;
	make_two(V(5), V(9));
	entry_at(1, "01:k")->flags = MCHA_TOMBSTONE_FLAGS;
	entry_at(1, "01:k")->length = 0;
	assert_reads("01:k", "first");
	assert_asked("G", "g");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CHECK_TEST(a_quiet_pool_is_asked_hardly_more),
		CHECK_TEST(who_neither_repairs_nor_fails_over_looks_at_nothing),
		CHECK_TEST(a_missing_copy_is_mended_and_makes_it_quicker),
		CHECK_TEST(of_many_keys_each_missing_copy_is_mended),
		CHECK_TEST(a_copy_that_was_only_on_its_way_is_no_missing_one),
		CHECK_TEST(a_silent_second_copy_is_not_waited_for),
		CHECK_TEST(the_first_copy_is_waited_for_however_long_the_second_one_is_there),
		CHECK_TEST(what_is_needed_of_a_node_is_waited_for_before_its_checks),
		CHECK_TEST(a_node_that_may_be_empty_is_looked_at_once_for_each_key),
		CHECK_TEST(what_was_just_written_to_all_homes_need_not_be_looked_at),
		CHECK_TEST(what_could_not_be_looked_at_is_looked_at_later),
		CHECK_TEST(an_older_second_copy_becomes_what_the_first_is),
		CHECK_TEST(an_older_first_copy_becomes_what_the_second_is),
		CHECK_TEST(what_is_alike_or_young_or_has_no_version_is_left_alone),
		CHECK_TEST(copies_that_changed_between_two_looks_are_left_alone),
		CHECK_TEST(a_tombstone_is_nobodys_younger_copy),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
