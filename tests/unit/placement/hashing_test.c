/* SPDX-License-Identifier: MIT */
/* Preference lists: their properties, checked over many keys. hashing_pecl_test.c checks that their
 * first node is pecl memcached's. */
#include "placement_pool.h"

/* --- whole lists ------------------------------------------------------------------------------ */

static const hashing_distribution all_distributions[] = {
	HASHING_KETAMA,
	HASHING_MODULA,
	HASHING_RENDEZVOUS,
	HASHING_MEMCACHE_STANDARD,
	HASHING_MEMCACHE_CONSISTENT,
};

static void without_nodes_there_is_no_preference_and_with_one_no_choice(void **state)
{
	uint16_t list[2] = {7, 7};

	(void)state;
	for (size_t d = 0; d < COUNT(all_distributions); d++) {
		pool *pool = pool_new(all_distributions[d], MEMCACHED_HASH_MD5);

		assert_int_equal(prefer(pool, "k", list, 2), 0);
		pool_add_numbered(pool, 1);
		assert_int_equal(prefer(pool, "k", list, 0), 0);
		assert_int_equal(prefer(pool, "k", list, 2), 1);
		assert_int_equal(list[0], 0);
		pool_free(pool);
	}
}

static void check_list(const pool *pool, const char *key)
{
	uint16_t whole[NODES_MAX], part[NODES_MAX];
	bool seen[NODES_MAX] = {false};

	assert_int_equal(prefer(pool, key, whole, NODES_MAX), pool->count);
	for (size_t i = 0; i < pool->count; i++) {
		assert_true(whole[i] < pool->count);
		assert_false(seen[whole[i]]);
		seen[whole[i]] = true;
	}
	for (size_t max = 1; max<pool->count; max += max> 3 ? 17 : 1) {
		assert_int_equal(prefer(pool, key, part, max), max);
		assert_memory_equal(part, whole, max * sizeof(part[0]));
	}
}

static void a_list_has_every_node_once_and_a_shorter_one_is_its_beginning(void **state)
{
	static const char *const pools[] = {
		"a,b",
		"a,b,c",
		"a:1:3,b:1:1,c:1:500",
		"a,a,b,a",
		"a?zone=x,b?zone=y,c?zone=x,d,e,e?zone=x",
		"/a,/b:0:2,[::1]",
	};

	(void)state;
	for (size_t d = 0; d < COUNT(all_distributions); d++) {
		for (size_t i = 0; i <= COUNT(pools); i++) {
			pool *pool = pool_of(all_distributions[d], i < COUNT(pools) ? pools[i] : "");

			if (i == COUNT(pools)) {
				pool_add_numbered(pool, 97);
			}
			for (size_t key = 0; key < 50; key++) {
				check_list(pool, key_of(key));
			}
			pool_free(pool);
		}
	}
}

static void the_same_pool_gives_the_same_lists_to_every_caller_in_any_order(void **state)
{
	uint16_t list[5], again[5];

	(void)state;
	for (size_t d = 0; d < COUNT(all_distributions); d++) {
		pool *one = pool_of(all_distributions[d], "a,b:1:3,c?zone=x,d?zone=y,e");
		pool *other = pool_of(all_distributions[d], "a,b:1:3,c?zone=x,d?zone=y,e");

		for (size_t i = 0; i < 500; i++) {
			prefer(one, key_of(i), list, 5);
			prefer(other, key_of(499 - i), again, 2);
			prefer(other, key_of(i), again, 5);
			assert_memory_equal(list, again, sizeof(list));
		}
		pool_free(one);
		pool_free(other);
	}
}

static void rendezvous_does_not_depend_on_the_order_of_the_pool(void **state)
{
	pool *one = pool_of(HASHING_RENDEZVOUS, "a,b:1:3,c?zone=x,d?zone=y,e");
	pool *other = pool_of(HASHING_RENDEZVOUS, "e,d?zone=y,c?zone=x,b:1:3,a");
	uint16_t list[5], again[5];

	(void)state;
	for (size_t i = 0; i < 500; i++) {
		prefer(one, key_of(i), list, 5);
		prefer(other, key_of(i), again, 5);
		for (size_t n = 0; n < 5; n++) {
			assert_int_equal(list[n], 4 - again[n]);
		}
	}
	pool_free(one);
	pool_free(other);
}

/* Adds up, over the lists of all keys, how often each node has each position. */
static void check_shares(const char *string, hashing_distribution distribution, size_t place,
	double tolerance)
{
	enum { KEYS = 60000 };
	pool *pool = pool_of(distribution, string);
	size_t found[NODES_MAX] = {0}, total = 0;

	for (size_t i = 0; i < pool->count; i++) {
		total += pool->endpoints[i].weight;
	}
	for (size_t i = 0; i < KEYS; i++) {
		uint16_t list[NODES_MAX];

		prefer(pool, key_of(i), list, place + 1);
		found[list[place]]++;
	}
	for (size_t i = 0; i < pool->count; i++) {
		double expected = (double)KEYS * pool->endpoints[i].weight / (double)total;

		if ((double)found[i] < expected * (1 - tolerance)
			|| (double)found[i] > expected * (1 + tolerance)) {
			fail_msg("%s, place %zu: %s has %zu of %d keys instead of %.0f", string, place,
				pool->endpoints[i].host, found[i], KEYS, expected);
		}
	}
	pool_free(pool);
}

static void keys_are_shared_out_by_weight(void **state)
{
	(void)state;
	check_shares("a,b,c", HASHING_RENDEZVOUS, 0, .03);
	check_shares("a,b,c,d,e,f,g,h,i,j", HASHING_RENDEZVOUS, 0, .05);
	check_shares("10.0.0.1,10.0.0.2,10.0.0.3,10.0.0.4", HASHING_RENDEZVOUS, 0, .03);
	check_shares("a:1:1,b:1:2,c:1:3,d:1:4", HASHING_RENDEZVOUS, 0, .04);
	check_shares("a:1:100,b:1:1000,c:1:500", HASHING_RENDEZVOUS, 0, .06);
	check_shares("a:1:1,b:1:3,c:1:1", HASHING_RENDEZVOUS, 0, .04);
	check_shares("a,b,c,d,e", HASHING_RENDEZVOUS, 1, .04);
	check_shares("a,b,c,d,e", HASHING_RENDEZVOUS, 4, .04);
	check_shares("a,b,c,d,e", HASHING_MODULA, 0, .04);
	check_shares("a,b,c,d,e", HASHING_MODULA, 1, .04);
	check_shares("a,b:1:3,c,d,e:1:2", HASHING_MEMCACHE_STANDARD, 0, .04);
	check_shares("a,b:1:3,c,d,e:1:2", HASHING_MEMCACHE_CONSISTENT, 0, .25); /* by crc32 */
	check_shares("a,b,c,d,e", HASHING_KETAMA, 0, .3);
}

static void the_keys_of_a_lost_node_spread_over_all_others(void **state)
{
	(void)state;
	for (size_t d = 0; d < COUNT(all_distributions); d++) {
		pool *pool = pool_of(all_distributions[d], "a,b,c,d,e,f");
		size_t next[6] = {0}, lost = 0;

		for (size_t i = 0; i < 60000; i++) {
			uint16_t list[2];

			prefer(pool, key_of(i), list, 2);
			if (list[0] == 2) {
				next[list[1]]++;
				lost++;
			}
		}
		for (size_t i = 0; i < 6; i++) {
			assert_in_range(next[i] * 100, i == 2 ? 0 : lost * 18, i == 2 ? 0 : lost * 22);
		}
		pool_free(pool);
	}
}

/* The list of names without one node. */
static size_t names_without(const pool *pool, const char *key, const char *left_out,
	const char **names)
{
	uint16_t list[NODES_MAX];
	size_t count = prefer(pool, key, list, NODES_MAX), kept = 0;

	for (size_t i = 0; i < count; i++) {
		const char *name = pool->endpoints[list[i]].host;

		if (!left_out || strcmp(name, left_out) != 0) {
			names[kept++] = name;
		}
	}
	return kept;
}

static void removing_a_node_moves_nothing_but_its_own_keys(void **state)
{
	static const char *const pools[][2] = {
		{"a,b,c,d,e,f", "a,b,d,e,f"},
		{"a:1:1,b:1:2,c:1:3,d:1:4,e:1:1,f:1:9", "a:1:1,b:1:2,d:1:4,e:1:1,f:1:9"},
		/* weights that differ on one side only */
		{"a,b,c:1:7,d", "a,b,d"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(pools); i++) {
		pool *whole = pool_of(HASHING_RENDEZVOUS, pools[i][0]);
		pool *rest = pool_of(HASHING_RENDEZVOUS, pools[i][1]);

		for (size_t key = 0; key < 2000; key++) {
			const char *before[NODES_MAX], *after[NODES_MAX];
			size_t count = names_without(whole, key_of(key), "c", before);

			assert_int_equal(names_without(rest, key_of(key), NULL, after), count);
			for (size_t n = 0; n < count; n++) {
				assert_string_equal(before[n], after[n]);
			}
		}
		pool_free(whole);
		pool_free(rest);
	}
}

/* The nodes behind libmemcached's first node, as long as that one is the same. */
static void behind_the_same_first_node_removing_a_node_keeps_the_order(void **state)
{
	pool *whole = pool_of(HASHING_KETAMA, "a,b,c,d,e,f");
	pool *rest = pool_of(HASHING_KETAMA, "a,b,d,e,f");
	size_t compared = 0;

	(void)state;
	for (size_t key = 0; key < 2000; key++) {
		const char *before[NODES_MAX], *after[NODES_MAX];

		names_without(whole, key_of(key), "c", before);
		names_without(rest, key_of(key), NULL, after);
		if (strcmp(first_of(whole, key_of(key))->host, first_of(rest, key_of(key))->host) != 0) {
			continue;
		}
		compared++;
		for (size_t n = 0; n < 5; n++) {
			assert_string_equal(before[n], after[n]);
		}
	}
	assert_true(compared > 1500);
	pool_free(whole);
	pool_free(rest);
}

/* --- zones and twins -------------------------------------------------------------------------- */

/* zones[i] is the number of zones that the first i + 1 nodes of every list must be in. */
static const struct {
	const char *pool;
	size_t zones[6];
} zone_cases[] = {
	{"a?zone=x,b?zone=x,c?zone=x,d?zone=y", {1, 2, 2, 2}},
	{"a?zone=x,b?zone=x,c?zone=y,d?zone=y,e?zone=z", {1, 2, 3, 3, 3}},
	{"a?zone=primary,b?zone=primary,c?zone=primary,d?zone=backup,e?zone=backup", {1, 2, 2, 2, 2}},
	{"a,b,c?zone=x,d?zone=x", {1, 2, 3, 3}},
	{"a:1:100?zone=x,b:1:100?zone=x,c:1:1?zone=y", {1, 2, 2}},
	{"a?zone=x,b?zone=x", {1, 1}},
};

static bool same_zone(const mcha_endpoint *a, const mcha_endpoint *b)
{
	return a == b || (a->zone[0] && strcmp(a->zone, b->zone) == 0);
}

static size_t count_zones(const pool *pool, const uint16_t *list, size_t count)
{
	size_t zones = 0;

	for (size_t i = 0; i < count; i++) {
		bool fresh = true;

		for (size_t j = 0; j < i; j++) {
			fresh &= !same_zone(&pool->endpoints[list[i]], &pool->endpoints[list[j]]);
		}
		zones += fresh;
	}
	return zones;
}

static void copies_go_to_different_zones_as_long_as_there_are_unused_zones(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(zone_cases) * COUNT(all_distributions); i++) {
		size_t which = i / COUNT(all_distributions);
		pool *pool = pool_of(all_distributions[i % COUNT(all_distributions)],
			zone_cases[which].pool);

		for (size_t key = 0; key < 500; key++) {
			uint16_t list[6];
			size_t count = prefer(pool, key_of(key), list, 6);

			for (size_t n = 0; n < count; n++) {
				assert_int_equal(count_zones(pool, list, n + 1), zone_cases[which].zones[n]);
			}
		}
		pool_free(pool);
	}
}

static void after_every_zone_was_used_all_zones_are_used_again(void **state)
{
	pool *pool = pool_of(HASHING_KETAMA,
		"a?zone=x,b?zone=x,c?zone=x,d?zone=y,e?zone=y,f?zone=y,g?zone=z,h?zone=z,i?zone=z");

	(void)state;
	for (size_t key = 0; key < 500; key++) {
		uint16_t list[9];

		assert_int_equal(prefer(pool, key_of(key), list, 9), 9);
		for (size_t round = 0; round < 9; round += 3) {
			assert_int_equal(count_zones(pool, list + round, 3), 3);
		}
	}
	pool_free(pool);
}

static void zones_leave_the_first_node_where_pecl_memcached_put_the_key(void **state)
{
	pool *plain = pool_of(HASHING_KETAMA, "a,b,c,d");
	pool *zoned = pool_of(HASHING_KETAMA, "a?zone=x,b?zone=x,c?zone=y,d?zone=z");

	(void)state;
	for (size_t key = 0; key < 1000; key++) {
		assert_string_equal(first_of(plain, key_of(key))->host, first_of(zoned, key_of(key))->host);
	}
	pool_free(plain);
	pool_free(zoned);
}

static void a_zone_that_comes_later_counts_for_the_earlier_nodes_too(void **state)
{
	pool *step_by_step = pool_new(HASHING_KETAMA, MEMCACHED_HASH_MD5);
	pool *at_once = pool_of(HASHING_KETAMA, "a,b,c?zone=x,d?zone=x");
	uint16_t list[4], expected[4];

	(void)state;
	pool_add_string(step_by_step, "a,b");
	prefer(step_by_step, "k", list, 2);
	pool_add_string(step_by_step, "c?zone=x");
	pool_add_string(step_by_step, "d?zone=x");
	for (size_t key = 0; key < 500; key++) {
		prefer(step_by_step, key_of(key), list, 4);
		prefer(at_once, key_of(key), expected, 4);
		assert_memory_equal(list, expected, sizeof(list));
	}
	pool_free(step_by_step);
	pool_free(at_once);
}

/* A common mistake: every request fills a persistent pool again. */
static void a_server_that_was_added_twice_does_not_get_two_copies(void **state)
{
	(void)state;
	for (size_t d = 0; d < COUNT(all_distributions); d++) {
		pool *pool = pool_of(all_distributions[d], "a,b,c,a?zone=x,b,c,a,b,c");

		for (size_t key = 0; key < 500; key++) {
			uint16_t list[9];

			prefer(pool, key_of(key), list, 9);
			for (size_t round = 0; round < 9; round += 3) {
				assert_int_not_equal(list[round] % 3, list[round + 1] % 3);
				assert_int_not_equal(list[round] % 3, list[round + 2] % 3);
				assert_int_not_equal(list[round + 1] % 3, list[round + 2] % 3);
			}
		}
		pool_free(pool);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_nodes_there_is_no_preference_and_with_one_no_choice),
		cmocka_unit_test(a_list_has_every_node_once_and_a_shorter_one_is_its_beginning),
		cmocka_unit_test(the_same_pool_gives_the_same_lists_to_every_caller_in_any_order),
		cmocka_unit_test(rendezvous_does_not_depend_on_the_order_of_the_pool),
		cmocka_unit_test(keys_are_shared_out_by_weight),
		cmocka_unit_test(the_keys_of_a_lost_node_spread_over_all_others),
		cmocka_unit_test(removing_a_node_moves_nothing_but_its_own_keys),
		cmocka_unit_test(behind_the_same_first_node_removing_a_node_keeps_the_order),
		cmocka_unit_test(copies_go_to_different_zones_as_long_as_there_are_unused_zones),
		cmocka_unit_test(after_every_zone_was_used_all_zones_are_used_again),
		cmocka_unit_test(zones_leave_the_first_node_where_pecl_memcached_put_the_key),
		cmocka_unit_test(a_zone_that_comes_later_counts_for_the_earlier_nodes_too),
		cmocka_unit_test(a_server_that_was_added_twice_does_not_get_two_copies),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
