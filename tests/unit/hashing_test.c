/* SPDX-License-Identifier: MIT */
/* Preference lists: the settings that make them, and their properties, checked over many keys. That
 * their first node is pecl memcached's is hashing_pecl_test.c's business. */
#include "placement_pool.h"

/* --- the application's settings ---------------------------------------------------------------- */

static void mchas_own_settings_stay_until_the_application_sets_one(void **state)
{
	pool *pool = pool_of(HASHING_KETAMA, "a,b,c");
	hashing *h = pool->hashing;

	(void)state;
	assert_int_equal(hashing_get(h, MEMCACHED_BEHAVIOR_DISTRIBUTION),
			MEMCACHED_DISTRIBUTION_CONSISTENT_WEIGHTED);
	assert_int_equal(hashing_get(h, MEMCACHED_BEHAVIOR_HASH), MEMCACHED_HASH_MD5);
	assert_int_equal(hashing_get(h, MEMCACHED_BEHAVIOR_KETAMA_WEIGHTED), 1);
	assert_true(hashing_set(h, MEMCACHED_BEHAVIOR_HASH, MEMCACHED_HASH_CRC));
	assert_int_equal(hashing_get(h, MEMCACHED_BEHAVIOR_DISTRIBUTION), MEMCACHED_DISTRIBUTION_MODULA);
	assert_int_equal(hashing_get(h, MEMCACHED_BEHAVIOR_HASH), MEMCACHED_HASH_CRC);
	pool_free(pool);
}

static const struct {
	memcached_behavior_t behavior;
	uint64_t value;
} refused[] = {
	{MEMCACHED_BEHAVIOR_DISTRIBUTION, MEMCACHED_DISTRIBUTION_RANDOM},
	{MEMCACHED_BEHAVIOR_DISTRIBUTION, 7},
	{MEMCACHED_BEHAVIOR_DISTRIBUTION, 1000},
	{MEMCACHED_BEHAVIOR_DISTRIBUTION, HASHING_MEMCACHE_CONSISTENT + 1},
	{MEMCACHED_BEHAVIOR_DISTRIBUTION, UINT64_C(0x100000001)},
	{MEMCACHED_BEHAVIOR_DISTRIBUTION, UINT64_MAX},
	{MEMCACHED_BEHAVIOR_HASH, MEMCACHED_HASH_CUSTOM},
	{MEMCACHED_BEHAVIOR_HASH, MEMCACHED_HASH_MAX},
	{MEMCACHED_BEHAVIOR_KETAMA_HASH, MEMCACHED_HASH_MAX},
	{MEMCACHED_BEHAVIOR_BINARY_PROTOCOL, 1},
	{MEMCACHED_BEHAVIOR_AUTO_EJECT_HOSTS, 1},
	{MEMCACHED_BEHAVIOR_MAX, 1},
};

static void a_refused_setting_changes_nothing(void **state)
{
	pool *pool = pool_of(HASHING_KETAMA, "a,b,c");

	(void)state;
	for (size_t i = 0; i < COUNT(refused); i++) {
		assert_false(hashing_set(pool->hashing, refused[i].behavior, refused[i].value));
		assert_int_equal(hashing_get(pool->hashing, MEMCACHED_BEHAVIOR_DISTRIBUTION),
				MEMCACHED_DISTRIBUTION_CONSISTENT_WEIGHTED);
	}
	pool_free(pool);
}

static void rendezvous_can_be_set_by_the_application_and_left_again(void **state)
{
	pool *pool = pool_of(HASHING_KETAMA, "a,b,c,d,e");
	pool_add(pool, endpoint_of("f", 1, 1));
	struct pool *reference = pool_of(HASHING_RENDEZVOUS, "a,b,c,d,e,f:1");

	(void)state;
	assert_true(hashing_set(pool->hashing, MEMCACHED_BEHAVIOR_DISTRIBUTION, HASHING_RENDEZVOUS));
	assert_true(hashing_set(pool->hashing, MEMCACHED_BEHAVIOR_HASH, MEMCACHED_HASH_CRC));
	assert_int_equal(hashing_get(pool->hashing, MEMCACHED_BEHAVIOR_DISTRIBUTION), HASHING_RENDEZVOUS);
	for (size_t i = 0; i < 1000; i++) {
		assert_string_equal(first_of(pool, key_of(i))->host, first_of(reference, key_of(i))->host);
	}
	assert_true(hashing_set(pool->hashing, MEMCACHED_BEHAVIOR_DISTRIBUTION,
			MEMCACHED_DISTRIBUTION_MODULA));
	for (size_t i = 0; i < 100; i++) {
		const char *key = key_of(i);
		uint32_t hash = memcached_generate_hash_value(key, strlen(key), MEMCACHED_HASH_CRC);

		assert_ptr_equal(first_of(pool, key), &pool->endpoints[hash % 6]);
	}
	pool_free(pool);
	pool_free(reference);
}

static void buckets_choose_the_first_node(void **state)
{
	static const uint32_t hosts[] = {3, 1, 2, 0}, nobody[] = {77, UINT32_MAX};
	pool *pool = pool_of(HASHING_KETAMA, "a,b,c,d");

	(void)state;
	assert_int_equal(hashing_set_buckets(pool->hashing, hosts, NULL, 0, 0), MEMCACHED_INVALID_ARGUMENTS);
	assert_int_equal(hashing_get(pool->hashing, MEMCACHED_BEHAVIOR_DISTRIBUTION),
			MEMCACHED_DISTRIBUTION_CONSISTENT_WEIGHTED);
	assert_int_equal(hashing_set_buckets(pool->hashing, hosts, hosts, 4, 1), MEMCACHED_SUCCESS);
	assert_int_equal(hashing_get(pool->hashing, MEMCACHED_BEHAVIOR_DISTRIBUTION),
			MEMCACHED_DISTRIBUTION_VIRTUAL_BUCKET);
	for (size_t i = 0; i < 100; i++) {
		const char *key = key_of(i);
		uint32_t hash = memcached_generate_hash_value(key, strlen(key), MEMCACHED_HASH_DEFAULT);

		assert_ptr_equal(first_of(pool, key), &pool->endpoints[hosts[hash & 3]]);
	}
	assert_int_equal(hashing_set_buckets(pool->hashing, nobody, NULL, 2, 0), MEMCACHED_SUCCESS);
	for (size_t i = 0; i < 100; i++) {
		assert_ptr_equal(first_of(pool, key_of(i)), &pool->endpoints[0]);
	}
	pool_free(pool);
}

static const struct {
	memcached_behavior_t behavior;
	uint64_t value;
} chosen[] = {
	{MEMCACHED_BEHAVIOR_KETAMA_WEIGHTED, 1},
	{MEMCACHED_BEHAVIOR_HASH, MEMCACHED_HASH_CRC},
	{MEMCACHED_BEHAVIOR_HASH_WITH_PREFIX_KEY, 1},
	{MEMCACHED_BEHAVIOR_SORT_HOSTS, 1},
	{MEMCACHED_BEHAVIOR_HASH, MEMCACHED_HASH_MURMUR},
	{MEMCACHED_BEHAVIOR_DISTRIBUTION, MEMCACHED_DISTRIBUTION_CONSISTENT},
	{MEMCACHED_BEHAVIOR_KETAMA_HASH, MEMCACHED_HASH_FNV1A_32},
	{MEMCACHED_BEHAVIOR_DISTRIBUTION, HASHING_RENDEZVOUS},
	{MEMCACHED_BEHAVIOR_DISTRIBUTION, MEMCACHED_DISTRIBUTION_MODULA},
	{MEMCACHED_BEHAVIOR_DISTRIBUTION, MEMCACHED_DISTRIBUTION_VIRTUAL_BUCKET},
};

/* Both with the same nodes, by index. */
static void assert_alike(hashing *a, hashing *b)
{
	mcha_placement x = hashing_placement(a), y = hashing_placement(b);
	uint16_t here[8], there[8];

	for (size_t i = 0; i < 200; i++) {
		const char *key = key_of(i);

		assert_int_equal(x.prefer(x.context, key, strlen(key), here, 8),
				y.prefer(y.context, key, strlen(key), there, 8));
		assert_memory_equal(here, there, 5 * sizeof(*here));
	}
}

static void a_copy_places_as_its_model_after_every_setting(void **state)
{
	static const uint32_t hosts[] = {4, 0, 3, 1};
	pool *pool = pool_of(HASHING_KETAMA, "d,b:11211:2,a,e,c:11211:7");

	(void)state;
	assert_true(hashing_set_prefix(pool->hashing, "prefix:", 7));
	for (size_t i = 0; i <= COUNT(chosen); i++) {
		hashing *copy = hashing_create_like(pool->hashing);

		assert_true(hashing_add_nodes_of(copy, pool->hashing));
		assert_true(hashing_finish_like(copy, pool->hashing));
		assert_true(hashing_is_like(copy, pool->hashing));
		assert_alike(copy, pool->hashing);
		hashing_destroy(copy);
		if (i == 3) {
			assert_int_equal(hashing_set_buckets(pool->hashing, hosts, NULL, 4, 0), MEMCACHED_SUCCESS);
		}
		if (i < COUNT(chosen)) {
			assert_true(hashing_set(pool->hashing, chosen[i].behavior, chosen[i].value));
		}
	}
	pool_free(pool);
}

static void a_copy_tells_settings_before_the_nodes_from_those_after_them(void **state)
{
	for (size_t turn = 0; turn < COUNT(chosen); turn++) {
		pool *pool = pool_of(HASHING_KETAMA, "");
		hashing *copy;

		(void)state;
		for (size_t i = 0; i < COUNT(chosen); i++) {
			if (i == turn) {
				pool_add_string(pool, "d,b:11211:2,a,e,c:11211:7");
			}
			assert_true(hashing_set(pool->hashing, chosen[i].behavior, chosen[i].value));
			assert_true(hashing_set(pool->hashing, chosen[i].behavior, chosen[i].value));
		}
		copy = hashing_create_like(pool->hashing);
		assert_true(hashing_add_nodes_of(copy, pool->hashing));
		assert_true(hashing_finish_like(copy, pool->hashing));
		assert_alike(copy, pool->hashing);
		hashing_destroy(copy);
		pool_free(pool);
	}
}

static void clearing_forgets_the_nodes_and_keeps_the_settings(void **state)
{
	pool *pool = pool_of(HASHING_KETAMA, "a?zone=x,b:1:7?zone=y,c");
	struct pool *fresh = pool_of(HASHING_MODULA, "d,e,f");
	uint16_t index, list[3], expected[3];

	(void)state;
	assert_true(hashing_set(pool->hashing, MEMCACHED_BEHAVIOR_SORT_HOSTS, 1));
	assert_true(hashing_set(pool->hashing, MEMCACHED_BEHAVIOR_HASH, MEMCACHED_HASH_MD5));
	hashing_clear(pool->hashing);
	pool->count = 0;
	assert_int_equal(prefer(pool, "k", &index, 1), 0);
	pool_add_string(pool, "d,e,f");
	for (size_t i = 0; i < 100; i++) {
		assert_int_equal(prefer(pool, key_of(i), list, 3), 3);
		assert_int_equal(prefer(fresh, key_of(i), expected, 3), 3);
		assert_memory_equal(list, expected, sizeof(list));
	}
	pool_free(pool);
	pool_free(fresh);
}

static void a_ring_takes_a_hundred_nodes_and_refuses_more(void **state)
{
	pool *pool = pool_new(HASHING_KETAMA, MEMCACHED_HASH_MD5);
	mcha_endpoint one = endpoint_of("one-more", 11211, 1);

	(void)state;
	assert_int_equal(hashing_room(pool->hashing), HASHING_RING_MAX);
	pool_add_numbered(pool, HASHING_RING_MAX);
	assert_int_equal(hashing_room(pool->hashing), 0);
	assert_false(hashing_add(pool->hashing, &one));
	assert_false(hashing_add_list(pool->hashing, &one, 1));
	first_of(pool, "k");
	pool_free(pool);
}

static void more_nodes_than_a_ring_takes_cannot_become_a_ring(void **state)
{
	pool *pool = pool_new(HASHING_MODULA, MEMCACHED_HASH_DEFAULT);
	uint16_t list[NODES_MAX];

	(void)state;
	pool_add_numbered(pool, 300);
	assert_false(hashing_set(pool->hashing, MEMCACHED_BEHAVIOR_KETAMA, 1));
	assert_false(hashing_set(pool->hashing, MEMCACHED_BEHAVIOR_KETAMA_WEIGHTED, 1));
	for (size_t i = 1; i < COUNT(stable_distributions); i++) {
		assert_false(hashing_set(pool->hashing, MEMCACHED_BEHAVIOR_DISTRIBUTION,
				(uint64_t)stable_distributions[i]));
	}
	assert_true(hashing_set(pool->hashing, MEMCACHED_BEHAVIOR_SORT_HOSTS, 1));
	assert_true(hashing_set(pool->hashing, MEMCACHED_BEHAVIOR_DISTRIBUTION, HASHING_RENDEZVOUS));
	assert_int_equal(prefer(pool, "k", list, NODES_MAX), 300);
	pool_free(pool);
}

static void a_prefix_that_cannot_be_used_is_refused_and_the_old_one_stays(void **state)
{
	char longest[129];
	pool *pool = pool_of(HASHING_MODULA, "a,b,c");

	(void)state;
	memset(longest, 'p', sizeof(longest));
	assert_true(hashing_set_prefix(pool->hashing, longest, 127));
	assert_false(hashing_set_prefix(pool->hashing, longest, 128));
	assert_false(hashing_set_prefix(pool->hashing, "a b", 3));
	assert_false(hashing_set_prefix(pool->hashing, "a\0b", 3));
	assert_true(hashing_set_prefix(pool->hashing, NULL, 0));
	assert_true(hashing_set_prefix(pool->hashing, "p", 1));
	pool_free(pool);
}

static void keys_too_long_with_their_hashed_prefix_are_still_spread(void **state)
{
	pool *pool = pool_of(HASHING_KETAMA, "a,b,c");
	size_t found[3] = {0};

	(void)state;
	assert_true(hashing_set_prefix(pool->hashing, "0123456789", 10));
	assert_true(hashing_set(pool->hashing, MEMCACHED_BEHAVIOR_HASH_WITH_PREFIX_KEY, 1));
	for (int i = 0; i < 300; i++) {
		char key[242];

		snprintf(key, sizeof(key), "%0241d", i);
		found[first_of(pool, key) - pool->endpoints]++;
	}
	for (size_t i = 0; i < 3; i++) {
		assert_in_range(found[i], 60, 140);
	}
	pool_free(pool);
}

static void names_are_those_of_the_ini_settings(void **state)
{
	hashing_distribution distribution;
	memcached_hash_t hash;

	(void)state;
	assert_true(hashing_distribution_by_name("rendezvous", &distribution));
	assert_int_equal(distribution, HASHING_RENDEZVOUS);
	assert_true(hashing_distribution_by_name("memcache_consistent", &distribution));
	assert_int_equal(distribution, HASHING_MEMCACHE_CONSISTENT);
	assert_false(hashing_distribution_by_name("random", &distribution));
	assert_true(hashing_hash_by_name("fnv1a_64", &hash));
	assert_int_equal(hash, MEMCACHED_HASH_FNV1A_64);
	assert_false(hashing_hash_by_name("sha1", &hash));
	assert_null(hashing_create(HASHING_KETAMA, MEMCACHED_HASH_CUSTOM));
}

/* --- whole lists ------------------------------------------------------------------------------- */

static const hashing_distribution all_distributions[] = {
	HASHING_KETAMA, HASHING_MODULA, HASHING_RENDEZVOUS, HASHING_MEMCACHE_STANDARD,
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
	for (size_t max = 1; max < pool->count; max += max > 3 ? 17 : 1) {
		assert_int_equal(prefer(pool, key, part, max), max);
		assert_memory_equal(part, whole, max * sizeof(part[0]));
	}
}

static void a_list_has_every_node_once_and_a_shorter_one_is_its_beginning(void **state)
{
	static const char *const pools[] = {
		"a,b", "a,b,c", "a:1:3,b:1:1,c:1:500", "a,a,b,a", "a?zone=x,b?zone=y,c?zone=x,d,e,e?zone=x",
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

static void the_same_pool_gives_the_same_lists_whoever_asks_and_in_which_order(void **state)
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

/* What the lists of all keys are about: adding up, for every place in them, how often which node. */
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

/* The list of names without those of one node. */
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
		{"a,b,c:1:7,d", "a,b,d"}, /* weights that differ on one side only */
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

/* The following nodes behind libmemcached's first one, as long as that is the same. */
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

/* --- zones and twins --------------------------------------------------------------------------- */

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

static void copies_go_to_different_zones_as_long_as_there_are_any(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(zone_cases) * COUNT(all_distributions); i++) {
		size_t which = i / COUNT(all_distributions);
		pool *pool = pool_of(all_distributions[i % COUNT(all_distributions)], zone_cases[which].pool);

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

static void after_every_zone_had_its_turn_all_zones_have_one_again(void **state)
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

/* A persistent pool that is filled anew by every request is a common mistake. */
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
		cmocka_unit_test(mchas_own_settings_stay_until_the_application_sets_one),
		cmocka_unit_test(a_refused_setting_changes_nothing),
		cmocka_unit_test(rendezvous_can_be_set_by_the_application_and_left_again),
		cmocka_unit_test(buckets_choose_the_first_node),
		cmocka_unit_test(a_copy_places_as_its_model_after_every_setting),
		cmocka_unit_test(a_copy_tells_settings_before_the_nodes_from_those_after_them),
		cmocka_unit_test(clearing_forgets_the_nodes_and_keeps_the_settings),
		cmocka_unit_test(a_ring_takes_a_hundred_nodes_and_refuses_more),
		cmocka_unit_test(more_nodes_than_a_ring_takes_cannot_become_a_ring),
		cmocka_unit_test(a_prefix_that_cannot_be_used_is_refused_and_the_old_one_stays),
		cmocka_unit_test(keys_too_long_with_their_hashed_prefix_are_still_spread),
		cmocka_unit_test(names_are_those_of_the_ini_settings),
		cmocka_unit_test(without_nodes_there_is_no_preference_and_with_one_no_choice),
		cmocka_unit_test(a_list_has_every_node_once_and_a_shorter_one_is_its_beginning),
		cmocka_unit_test(the_same_pool_gives_the_same_lists_whoever_asks_and_in_which_order),
		cmocka_unit_test(rendezvous_does_not_depend_on_the_order_of_the_pool),
		cmocka_unit_test(keys_are_shared_out_by_weight),
		cmocka_unit_test(the_keys_of_a_lost_node_spread_over_all_others),
		cmocka_unit_test(removing_a_node_moves_nothing_but_its_own_keys),
		cmocka_unit_test(behind_the_same_first_node_removing_a_node_keeps_the_order),
		cmocka_unit_test(copies_go_to_different_zones_as_long_as_there_are_any),
		cmocka_unit_test(after_every_zone_had_its_turn_all_zones_have_one_again),
		cmocka_unit_test(zones_leave_the_first_node_where_pecl_memcached_put_the_key),
		cmocka_unit_test(a_zone_that_comes_later_counts_for_the_earlier_nodes_too),
		cmocka_unit_test(a_server_that_was_added_twice_does_not_get_two_copies),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
