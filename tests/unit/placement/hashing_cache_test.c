/* SPDX-License-Identifier: MIT */
/* Cached preference lists equal computed ones, whatever changes in between. */
#include "placement_pool.h"

#define KEYS 700 /* more than the cache has places, so that keys collide */
#define LONGEST 250

static char keys[KEYS][LONGEST + 1];

/* Keys of all lengths; those around the longest cacheable length several times. */
static int make_keys(void **state)
{
	(void)state;
	for (size_t i = 0; i < KEYS; i++) {
		size_t length = i % 3 == 0 ? 44 + i % 5 : i % 3 == 1 ? 4 + i % 20 : 5 + i % (LONGEST - 5);

		memset(keys[i], 'k', length);
		snprintf(keys[i], sizeof(keys[i]), "%zu", i);
		keys[i][strlen(keys[i])] = 'x';
		keys[i][length] = '\0';
	}
	return 0;
}

static pool *(*make)(void);

/* A new placement that is asked only once: its list cannot come from the cache. */
static void assert_as_new(const char *key, const uint16_t *list, size_t count, size_t max)
{
	pool *fresh = make();
	uint16_t expected[NODES_MAX];

	assert_int_equal(prefer(fresh, key, expected, max), count);
	assert_memory_equal(list, expected, count * sizeof(*list));
	pool_free(fresh);
}

/* Short lists and long ones, in both orders, each several times. */
static void assert_used_is_as_new(const pool *used)
{
	static const size_t maxima[] = {2, 1, 6, 2, 8, 9, 3, 6};
	uint16_t list[NODES_MAX];

	for (size_t round = 0; round < COUNT(maxima); round++) {
		for (size_t i = 0; i < KEYS; i++) {
			size_t count = prefer(used, keys[i], list, maxima[round]);

			if ((i + round) % 7 == 0) {
				assert_as_new(keys[i], list, count, maxima[round]);
			}
		}
	}
}

static hashing_distribution distribution;

static pool *make_plain(void)
{
	return pool_of(distribution, "a,b,c:11211:3,d,e,f,g,h,i");
}

static pool *make_with_one_more(void)
{
	pool *pool = make_plain();

	pool_add(pool, endpoint_of("another", 11211, 2));
	return pool;
}

static pool *make_smaller(void)
{
	return pool_of(distribution, "x,y");
}

static void cached_lists_equal_computed_ones(void **state)
{
	static const hashing_distribution distributions[] = {HASHING_KETAMA, HASHING_MODULA,
		HASHING_RENDEZVOUS, HASHING_MEMCACHE_STANDARD, HASHING_MEMCACHE_CONSISTENT};

	(void)state;
	make = make_plain;
	for (size_t i = 0; i < COUNT(distributions); i++) {
		pool *used;

		distribution = distributions[i];
		used = make();
		assert_used_is_as_new(used);
		pool_free(used);
	}
}

static void other_nodes_make_other_lists(void **state)
{
	pool *used;

	(void)state;
	distribution = HASHING_KETAMA;
	make = make_plain;
	used = make();
	assert_used_is_as_new(used);
	make = make_with_one_more;
	pool_add(used, endpoint_of("another", 11211, 2));
	assert_used_is_as_new(used);
	make = make_smaller;
	hashing_clear(used->hashing);
	used->count = 0;
	pool_add_string(used, "x,y");
	assert_used_is_as_new(used);
	pool_free(used);
}

static const struct {
	memcached_behavior_t behavior;
	uint64_t value;
} settings[] = {
	{MEMCACHED_BEHAVIOR_HASH, MEMCACHED_HASH_CRC},
	{MEMCACHED_BEHAVIOR_KETAMA, 1},
	{MEMCACHED_BEHAVIOR_HASH_WITH_PREFIX_KEY, 1},
	{MEMCACHED_BEHAVIOR_DISTRIBUTION, HASHING_RENDEZVOUS},
};

static size_t settings_made;

static void set(pool *pool, size_t i)
{
	assert_true(hashing_set(pool->hashing, settings[i].behavior, settings[i].value));
}

static pool *make_with_settings(void)
{
	pool *pool = make_plain();

	assert_true(hashing_set_prefix(pool->hashing, "prefix:", 7));
	for (size_t i = 0; i < settings_made; i++) {
		set(pool, i);
	}
	return pool;
}

static void other_settings_make_other_lists(void **state)
{
	pool *used;

	(void)state;
	distribution = HASHING_KETAMA;
	make = make_with_settings;
	settings_made = 0;
	used = make_plain();
	assert_used_is_as_new(used);
	assert_true(hashing_set_prefix(used->hashing, "prefix:", 7));
	assert_used_is_as_new(used);
	while (settings_made < COUNT(settings)) {
		set(used, settings_made++);
		assert_used_is_as_new(used);
	}
	pool_free(used);
}

static const uint32_t buckets[] = {2, 2, 1, 0, 1};

static pool *make_with_buckets(void)
{
	pool *pool = make_plain();

	assert_int_equal(hashing_set_buckets(pool->hashing, buckets, NULL, COUNT(buckets), 0),
		MEMCACHED_SUCCESS);
	return pool;
}

static void other_buckets_make_other_lists(void **state)
{
	static const uint32_t others[] = {0, 1, 0};
	pool *used;

	(void)state;
	distribution = HASHING_KETAMA;
	make = make_with_buckets;
	used = make_plain();
	assert_int_equal(hashing_set_buckets(used->hashing, others, NULL, COUNT(others), 0),
		MEMCACHED_SUCCESS);
	for (size_t i = 0; i < KEYS; i++) {
		uint16_t index;

		prefer(used, keys[i], &index, 1);
		prefer(used, keys[i], &index, 1);
	}
	assert_int_equal(hashing_set_buckets(used->hashing, buckets, NULL, COUNT(buckets), 0),
		MEMCACHED_SUCCESS);
	assert_used_is_as_new(used);
	pool_free(used);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cached_lists_equal_computed_ones),
		cmocka_unit_test(other_nodes_make_other_lists),
		cmocka_unit_test(other_settings_make_other_lists),
		cmocka_unit_test(other_buckets_make_other_lists),
	};

	return cmocka_run_group_tests(tests, make_keys, NULL);
}
