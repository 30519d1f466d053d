/* SPDX-License-Identifier: MIT */
/* pecl memcache's placement: compared with answers of the real one (tests/migration asks it again
 * where it is installed), with its ring written out plainly, and among the other settings. */
#include "placement_pool.h"

#define STANDARD HASHING_MEMCACHE_STANDARD
#define CONSISTENT HASHING_MEMCACHE_CONSISTENT
#define CRC MEMCACHED_HASH_CRC
#define FNV MEMCACHED_HASH_FNV1A_32

#define USERS 48 /* of each row's keys; the others have bytes beyond ASCII */

/* pecl memcache 4.0.5.2 on amd64: the index of the server for each key. */
static const struct {
	const char *pool;
	hashing_distribution distribution;
	memcached_hash_t hash;
	const char *servers;
} measured[] = {
	{"10.0.0.1,10.0.0.2,10.0.0.3", STANDARD, CRC,
		"110201200001121212012112212220010012000200002122221211201102"},
	{"10.0.0.1,10.0.0.2,10.0.0.3", STANDARD, FNV,
		"211001220002020210212012100122010111100200201010201212011210"},
	{"10.0.0.1,10.0.0.2,10.0.0.3", CONSISTENT, CRC,
		"212001100022010020112221110010212000221011110000010120002000"},
	{"10.0.0.1,10.0.0.2,10.0.0.3", CONSISTENT, FNV,
		"121200101001100010000102002010110120220000000012021021000010"},
	{"10.0.0.1,10.0.0.1:11212:2,cache.example.com:22122:5,x:1", STANDARD, CRC,
		"222322122002211122211123123310220213022222203233322322322202"},
	{"10.0.0.1,10.0.0.1:11212:2,cache.example.com:22122:5,x:1", STANDARD, FNV,
		"322221232023030110322021220211212222122322321020121223222122"},
	{"10.0.0.1,10.0.0.1:11212:2,cache.example.com:22122:5,x:1", CONSISTENT, CRC,
		"221312122323122312222222110212122202111231232212222120122212"},
	{"10.0.0.1,10.0.0.1:11212:2,cache.example.com:22122:5,x:1", CONSISTENT, FNV,
		"222210233222112210321232222121122232221122213232222122211132"},
	{"/tmp/a.sock,/tmp/b.sock:0:2,[::1]", STANDARD, CRC,
		"021102110202110211022011201120112011201111201120110220111111"},
	{"/tmp/a.sock,/tmp/b.sock:0:2,[::1]", STANDARD, FNV,
		"122111101211111021211121011020121011200001211120111111111122"},
	{"/tmp/a.sock,/tmp/b.sock:0:2,[::1]", CONSISTENT, CRC,
		"121221021211002010001112201110121211001211112020110112200212"},
	{"/tmp/a.sock,/tmp/b.sock:0:2,[::1]", CONSISTENT, FNV,
		"122121201201222222020101121011210210111022100211211121011212"},
};

static pool *pool_hashed(hashing_distribution distribution, memcached_hash_t hash,
	const char *string)
{
	pool *pool = pool_new(distribution, hash);

	pool_add_string(pool, string);
	return pool;
}

static size_t index_of(const pool *pool, const char *key)
{
	return (size_t)(first_of(pool, key) - pool->endpoints);
}

static const char *measured_key(size_t number)
{
	static char key[32];

	if (number < USERS) {
		return key_of(number);
	}
	snprintf(key, sizeof(key), "\xc3\xa9-%zu", number - USERS);
	return key;
}

static void keys_are_placed_where_pecl_memcache_put_them(void **state)
{
	(void)state;
	for (size_t row = 0; row < COUNT(measured); row++) {
		pool *pool = pool_hashed(measured[row].distribution, measured[row].hash,
			measured[row].pool);

		for (size_t key = 0; measured[row].servers[key]; key++) {
			assert_int_equal(index_of(pool, measured_key(key)), measured[row].servers[key] - '0');
		}
		pool_free(pool);
	}
}

/* Measured too: one key of 32768. */
static void a_standard_hash_of_0_counts_as_1(void **state)
{
	static const struct {
		memcached_hash_t hash;
		const char *key;
	} zeros[] = {{CRC, "k25"}, {CRC, "k30507"}, {FNV, "k1151"}, {FNV, "k7526"}};

	(void)state;
	for (size_t i = 0; i < COUNT(zeros); i++) {
		pool *three = pool_hashed(STANDARD, zeros[i].hash, "a,b,c");
		pool *one = pool_hashed(STANDARD, zeros[i].hash, "a");

		assert_int_equal(index_of(three, zeros[i].key), 1);
		assert_int_equal(index_of(one, zeros[i].key), 0);
		pool_free(three);
		pool_free(one);
	}
}

/* --- the ring, with all its points ------------------------------------------------------------ */

typedef struct point {
	uint32_t at;
	size_t server;
} point;

static uint32_t fnv(const char *bytes)
{
	uint32_t hash = 2166136261u;

	for (; *bytes; bytes++) {
		hash = (hash ^ (unsigned char)*bytes) * 16777619u;
	}
	return hash;
}

static int by_place(const void *a, const void *b)
{
	const point *one = a, *other = b;

	return one->at < other->at ? -1 : one->at > other->at;
}

static size_t make_points(const pool *pool, point *points)
{
	size_t count = 0;

	for (size_t server = 0; server < pool->count; server++) {
		const mcha_endpoint *endpoint = &pool->endpoints[server];

		for (unsigned i = 0; i < 160u * endpoint->weight; i++) {
			char name[MCHA_HOST_MAX + 32];

			snprintf(name, sizeof(name), "%s:%u-%u", endpoint->host, endpoint->port, i);
			points[count++] = (point){fnv(name), server};
		}
	}
	qsort(points, count, sizeof(*points), by_place);
	return count;
}

static void buckets_belong_to_the_next_point_of_a_ring(void **state)
{
	static const char *const pools[] = {
		"a",
		"a,b",
		"a:1:7,b:2:1,c:3:30",
		"n0,n1,n2,n3,n4,n5,n6,n7,n8,n9,m0,m1,m2,m3:5:9,m4,m5,m6",
	};
	static point points[100 * 160];

	(void)state;
	for (size_t i = 0; i < COUNT(pools); i++) {
		pool *pool = pool_hashed(CONSISTENT, FNV, pools[i]);
		size_t count = make_points(pool, points);

		for (size_t key = 0; key < 3000; key++) {
			uint32_t place = fnv(key_of(key)) % 1024 * (UINT32_MAX / 1024);
			size_t next = 0;

			while (next < count && points[next].at < place) {
				next++;
			}
			assert_int_equal(index_of(pool, key_of(key)), points[next % count].server);
		}
		pool_free(pool);
	}
}

/* --- pools and settings ----------------------------------------------------------------------- */

static void assert_same_lists(const pool *one, const pool *other)
{
	uint16_t list[NODES_MAX], expected[NODES_MAX];

	for (size_t key = 0; key < 300; key++) {
		size_t count = prefer(one, key_of(key), list, NODES_MAX);

		assert_int_equal(count, prefer(other, key_of(key), expected, NODES_MAX));
		assert_memory_equal(list, expected, count * sizeof(list[0]));
	}
}

static const hashing_distribution both[] = {STANDARD, CONSISTENT};

static void nodes_may_come_one_by_one_or_after_the_distribution_was_set(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(both); i++) {
		pool *at_once = pool_hashed(both[i], CRC, "a,b:1:3,c,d:2:2");
		pool *one_by_one = pool_hashed(both[i], CRC, "a");
		pool *later = pool_of(HASHING_KETAMA, "a,b:1:3,c,d:2:2");

		pool_add(one_by_one, endpoint_of("b", 1, 3));
		first_of(one_by_one, "k");
		pool_add_string(one_by_one, "c,d:2:2");
		assert_same_lists(one_by_one, at_once);
		assert_true(hashing_set(later->hashing, MEMCACHED_BEHAVIOR_DISTRIBUTION, both[i]));
		assert_same_lists(later, at_once);
		pool_free(at_once);
		pool_free(one_by_one);
		pool_free(later);
	}
}

static void a_cleared_pool_starts_again(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(both); i++) {
		pool *pool = pool_hashed(both[i], FNV, "x,y:1:9,z");
		struct pool *fresh = pool_hashed(both[i], FNV, "a,b,c:1:2");

		hashing_clear(pool->hashing);
		pool->count = 0;
		pool_add_string(pool, "a,b,c:1:2");
		assert_same_lists(pool, fresh);
		pool_free(pool);
		pool_free(fresh);
	}
}

static void the_hash_is_crc32_unless_it_is_fnv(void **state)
{
	pool *pool = pool_hashed(CONSISTENT, MEMCACHED_HASH_MD5, "a,b,c");
	struct pool *crc = pool_hashed(CONSISTENT, CRC, "a,b,c");
	struct pool *fnv = pool_hashed(CONSISTENT, FNV, "a,b,c");
	hashing *h = pool->hashing;

	(void)state;
	assert_int_equal(hashing_get(h, MEMCACHED_BEHAVIOR_HASH), CRC);
	assert_same_lists(pool, crc);
	assert_false(hashing_set(h, MEMCACHED_BEHAVIOR_HASH, MEMCACHED_HASH_MD5));
	assert_int_equal(hashing_get(h, MEMCACHED_BEHAVIOR_DISTRIBUTION), CONSISTENT);
	assert_true(hashing_set(h, MEMCACHED_BEHAVIOR_HASH, FNV));
	assert_int_equal(hashing_get(h, MEMCACHED_BEHAVIOR_HASH), FNV);
	assert_int_equal(hashing_get(h, MEMCACHED_BEHAVIOR_DISTRIBUTION), CONSISTENT);
	assert_same_lists(pool, fnv);
	pool_free(pool);
	pool_free(crc);
	pool_free(fnv);
}

static void a_hash_that_was_set_before_counts(void **state)
{
	pool *pool = pool_of(HASHING_KETAMA, "a,b,c");
	struct pool *fnv = pool_hashed(STANDARD, FNV, "a,b,c");

	(void)state;
	assert_true(hashing_set(pool->hashing, MEMCACHED_BEHAVIOR_HASH, FNV));
	assert_true(hashing_set(pool->hashing, MEMCACHED_BEHAVIOR_DISTRIBUTION, STANDARD));
	assert_same_lists(pool, fnv);
	pool_free(pool);
	pool_free(fnv);
}

/* With McHA's own settings the first of these would switch to pecl memcached's defaults. */
static void only_another_distribution_replaces_pecl_memcaches(void **state)
{
	static const memcached_behavior_t others[] = {
		MEMCACHED_BEHAVIOR_HASH_WITH_PREFIX_KEY,
		MEMCACHED_BEHAVIOR_SORT_HOSTS,
	};
	pool *plain = pool_hashed(CONSISTENT, FNV, "c,b,a");

	(void)state;
	for (size_t i = 0; i < COUNT(others); i++) {
		pool *pool = pool_hashed(CONSISTENT, FNV, "c,b,a");

		assert_true(hashing_set(pool->hashing, others[i], 1));
		assert_same_lists(pool, plain);
		assert_true(hashing_set(pool->hashing, MEMCACHED_BEHAVIOR_KETAMA_WEIGHTED, 1));
		assert_int_equal(hashing_get(pool->hashing, MEMCACHED_BEHAVIOR_DISTRIBUTION),
			MEMCACHED_DISTRIBUTION_CONSISTENT_WEIGHTED);
		assert_int_equal(hashing_get(pool->hashing, MEMCACHED_BEHAVIOR_HASH), MEMCACHED_HASH_MD5);
		pool_free(pool);
	}
	pool_free(plain);
}

static void the_prefix_is_hashed_with_the_key(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(both); i++) {
		pool *prefixed = pool_hashed(both[i], CRC, "a,b,c,d");
		pool *plain = pool_hashed(both[i], CRC, "a,b,c,d");

		assert_true(hashing_set_prefix(prefixed->hashing, "shop:", 5));
		for (size_t key = 0; key < 300; key++) {
			char whole[64];

			snprintf(whole, sizeof(whole), "shop:%s", key_of(key));
			assert_int_equal(index_of(prefixed, key_of(key)), index_of(plain, whole));
		}
		pool_free(prefixed);
		pool_free(plain);
	}
}

static void more_nodes_fit_than_into_libmemcacheds_ring(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(both); i++) {
		pool *pool = pool_new(both[i], CRC);
		size_t found[300] = {0};

		assert_int_equal(hashing_room(pool->hashing), HASHING_NODES_MAX);
		pool_add_numbered(pool, 300);
		for (size_t key = 0; key < 30000; key++) {
			found[index_of(pool, key_of(key))]++;
		}
		assert_in_range(found[0], 10, 400);
		assert_in_range(found[299], 10, 400);
		pool_free(pool);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys_are_placed_where_pecl_memcache_put_them),
		cmocka_unit_test(a_standard_hash_of_0_counts_as_1),
		cmocka_unit_test(buckets_belong_to_the_next_point_of_a_ring),
		cmocka_unit_test(nodes_may_come_one_by_one_or_after_the_distribution_was_set),
		cmocka_unit_test(a_cleared_pool_starts_again),
		cmocka_unit_test(the_hash_is_crc32_unless_it_is_fnv),
		cmocka_unit_test(a_hash_that_was_set_before_counts),
		cmocka_unit_test(only_another_distribution_replaces_pecl_memcaches),
		cmocka_unit_test(the_prefix_is_hashed_with_the_key),
		cmocka_unit_test(more_nodes_fit_than_into_libmemcacheds_ring),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
