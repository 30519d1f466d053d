/* SPDX-License-Identifier: MIT */
/* mcha_repair(): keys are made alike on all their home nodes, whether a client reads them or
 * not. */
#include "register_rig.h"

static mcha_item do_repair(const char *key)
{
	mcha_item item = item_of(key, NULL);

	forget();
	mcha_repair(pool, &item, 1);
	return item;
}

/* repaired: the key was not alike on all home nodes. */
static void assert_repairs(const char *key, bool repaired)
{
	mcha_item item = do_repair(key);

	assert_status(item.answer.status, MCHA_STATUS_OK);
	assert_int_equal(item.answer.value != NULL, repaired);
	if (repaired) {
		rig_release(item.answer.value);
	}
}

static void a_key_that_is_alike_everywhere_is_not_read(void **state)
{
	(void)state;
	settings.replicas = 2;
	pool_of(4);
	do_set("012:k", "v");
	assert_repairs("012:k", false);
	assert_asked("g", "g", "g", "");
	assert_int_equal(pool->report.repaired, 0);
}

static void each_home_that_lacks_the_key_is_given_a_copy(void **state)
{
	(void)state;
	settings.replicas = 2;
	for (size_t home = 0; home < 3; home++) {
		pool_of(3);
		for (size_t other = 0; other < 3; other++) {
			if (other != home) {
				put(other, "012:k", "v")->ttl = 500;
			}
		}
		assert_repairs("012:k", true);
		assert_holds(home, "012:k", "v");
		assert_int_equal(entry_at(home, "012:k")->ttl, 499);
		assert_int_equal(pool->report.repaired, 1);
	}
}

static void all_of_many_keys_are_repaired_in_the_same_rounds(void **state)
{
	mcha_item items[20];
	char keys[COUNT(items)][16];

	(void)state;
	pool_of(2);
	for (size_t i = 0; i < COUNT(items); i++) {
		snprintf(keys[i], sizeof(keys[i]), "01:%zu", i);
		put(i % 2, keys[i], "v");
		items[i] = item_of(keys[i], NULL);
	}
	forget();
	mcha_repair(pool, items, COUNT(items));
	for (size_t i = 0; i < COUNT(items); i++) {
		assert_holds(0, keys[i], "v");
		assert_holds(1, keys[i], "v");
		rig_release(items[i].answer.value);
	}
	assert_int_equal(pool->report.repaired, COUNT(items));
	assert_in_range(servers[0].rounds, 1, 5);
}

static void an_older_version_is_replaced_by_the_younger_one(void **state)
{
	(void)state;
	for (size_t older = 0; older < 2; older++) {
		versions_of(2);
		put_version(older, "01:k", "old", V(5));
		put_version(1 - older, "01:k", "new", V(9));
		assert_repairs("01:k", true);
		assert_holds(older, "01:k", "new");
		assert_int_equal(version_at(older, "01:k"), V(9));
		assert_repairs("01:k", false);
	}
}

static void a_key_that_no_home_has_is_missing(void **state)
{
	(void)state;
	pool_of(3);
	put(2, "01:k", "a copy on a handoff node");
	assert_status(do_repair("01:k").answer.status, MCHA_STATUS_MISS);
	assert_holds(0, "01:k", NULL);
	assert_holds(1, "01:k", NULL);
}

static void a_home_that_is_down_is_named_in_the_report(void **state)
{
	(void)state;
	pool_of(2);
	put(0, "01:k", "v");
	kill_and_notice(1);
	assert_repairs("01:k", true);
	assert_asked("gG", "");
	assert_int_equal(pool->report.failed_count, 1);
	assert_int_equal(pool->report.failed[0].node, 1);
	assert_int_equal(pool->report.repaired, 0);
}

/* Node 0 has missed a write, and node 1, its source, has lost the value. */
static void lose_source(void)
{
	pool_of(2);
	do_set("01:k", "old");
	kill_and_notice(0);
	do_set("01:k", "new");
	revive(0);
	wipe(1);
}

/* The stale node's copy is not given to the other one. */
static void a_stale_copy_is_no_source(void **state)
{
	(void)state;
	lose_source();
	assert_status(do_repair("01:k").answer.status, MCHA_STATUS_MISS);
	assert_holds(1, "01:k", NULL);
}

static void assert_named(uint16_t node, mcha_status status)
{
	assert_int_equal(pool->report.failed_count, 1);
	assert_int_equal(pool->report.failed[0].node, node);
	assert_status(pool->report.failed[0].status, status);
}

/* The node answers, so that "the node is down" would send the operator to the wrong place. */
static void a_home_with_a_hint_that_cannot_be_replayed_is_named_as_stale(void **state)
{
	(void)state;
	lose_source();
	do_repair("01:k");
	assert_named(0, MCHA_STATUS_STALE);
}

static void a_home_that_is_distrusted_is_named_as_stale(void **state)
{
	(void)state;
	pool_of(2);
	do_set("01:k", "v");
	pool->nodes[0]->health->distrusted = mcha_clock_now();
	hints->distrusted++;
	rig_release(do_repair("01:k").answer.value);
	assert_named(0, MCHA_STATUS_STALE);
}

static void delete_meanwhile(fake_server *server, const mcha_request *request)
{
	if (request->verb == MCHA_VERB_STORE) {
		server->before = NULL;
		wipe(0);
	}
}

static void a_key_that_is_deleted_meanwhile_is_not_brought_back(void **state)
{
	(void)state;
	pool_of(2);
	put(0, "01:k", "v");
	servers[1].before = delete_meanwhile;
	rig_release(do_repair("01:k").answer.value);
	assert_holds(0, "01:k", NULL);
	assert_holds(1, "01:k", NULL);
	assert_int_equal(pool->report.repaired, 0);
}

/* A read asks two of three homes, and so would leave the third one as it is. */
static void all_homes_of_a_register_are_repaired(void **state)
{
	(void)state;
	three("v", 5, "v", 5, NULL, 0);
	rig_release(do_repair(KEY).answer.value);
	assert_holds(2, KEY, "v");
	assert_int_equal(version_at(2, KEY), V(5));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_key_that_is_alike_everywhere_is_not_read),
		TEST(each_home_that_lacks_the_key_is_given_a_copy),
		TEST(all_of_many_keys_are_repaired_in_the_same_rounds),
		TEST(an_older_version_is_replaced_by_the_younger_one),
		TEST(a_key_that_no_home_has_is_missing),
		TEST(a_home_that_is_down_is_named_in_the_report),
		TEST(a_stale_copy_is_no_source),
		TEST(a_home_with_a_hint_that_cannot_be_replayed_is_named_as_stale),
		TEST(a_home_that_is_distrusted_is_named_as_stale),
		TEST(a_key_that_is_deleted_meanwhile_is_not_brought_back),
		TEST(all_homes_of_a_register_are_repaired),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
