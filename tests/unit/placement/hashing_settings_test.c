/* SPDX-License-Identifier: MIT */
/* The settings that determine preference lists: McHA's own, and those that an application sets. */
#include "placement_pool.h"

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
	assert_int_equal(hashing_get(h, MEMCACHED_BEHAVIOR_DISTRIBUTION),
		MEMCACHED_DISTRIBUTION_MODULA);
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
	assert_int_equal(hashing_get(pool->hashing, MEMCACHED_BEHAVIOR_DISTRIBUTION),
		HASHING_RENDEZVOUS);
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
	static const uint32_t hosts[] = {3, 1, 2, 0}, unknown[] = {77, UINT32_MAX};
	pool *pool = pool_of(HASHING_KETAMA, "a,b,c,d");

	(void)state;
	assert_int_equal(hashing_set_buckets(pool->hashing, hosts, NULL, 0, 0),
		MEMCACHED_INVALID_ARGUMENTS);
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
	assert_int_equal(hashing_set_buckets(pool->hashing, unknown, NULL, 2, 0), MEMCACHED_SUCCESS);
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

/* Both placements have the same nodes, by index. */
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

static void a_copied_placement_equals_its_model_after_every_setting(void **state)
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
			assert_int_equal(hashing_set_buckets(pool->hashing, hosts, NULL, 4, 0),
				MEMCACHED_SUCCESS);
		}
		if (i < COUNT(chosen)) {
			assert_true(hashing_set(pool->hashing, chosen[i].behavior, chosen[i].value));
		}
	}
	pool_free(pool);
}

static void a_copied_placement_distinguishes_settings_before_and_after_the_nodes(void **state)
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

static void clearing_removes_the_nodes_and_keeps_the_settings(void **state)
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

static void a_ring_accepts_a_hundred_nodes_and_refuses_more(void **state)
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

static void a_pool_with_more_nodes_than_a_ring_accepts_cannot_become_a_ring(void **state)
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(mchas_own_settings_stay_until_the_application_sets_one),
		cmocka_unit_test(a_refused_setting_changes_nothing),
		cmocka_unit_test(rendezvous_can_be_set_by_the_application_and_left_again),
		cmocka_unit_test(buckets_choose_the_first_node),
		cmocka_unit_test(a_copied_placement_equals_its_model_after_every_setting),
		cmocka_unit_test(a_copied_placement_distinguishes_settings_before_and_after_the_nodes),
		cmocka_unit_test(clearing_removes_the_nodes_and_keeps_the_settings),
		cmocka_unit_test(a_ring_accepts_a_hundred_nodes_and_refuses_more),
		cmocka_unit_test(a_pool_with_more_nodes_than_a_ring_accepts_cannot_become_a_ring),
		cmocka_unit_test(a_prefix_that_cannot_be_used_is_refused_and_the_old_one_stays),
		cmocka_unit_test(keys_too_long_with_their_hashed_prefix_are_still_spread),
		cmocka_unit_test(names_are_those_of_the_ini_settings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
