/* SPDX-License-Identifier: MIT */
/* Primaries and backups: the first node of a key is the one that the key has without any backups,
 * the second is a backup, and so on in turn. */
#include "placement_pool.h"

#define KEYS 500

static const hashing_distribution distributions[] = {HASHING_KETAMA, HASHING_MODULA,
	HASHING_RENDEZVOUS, HASHING_MEMCACHE_STANDARD, HASHING_MEMCACHE_CONSISTENT};

static void assert_lists(const pool *pool, const char *roles)
{
	for (size_t i = 0; i < KEYS; i++) {
		uint16_t list[NODES_MAX];
		bool seen[NODES_MAX] = {false};

		assert_int_equal(prefer(pool, key_of(i), list, NODES_MAX), strlen(roles));
		for (size_t j = 0; roles[j]; j++) {
			assert_int_equal(pool->endpoints[list[j]].backup, roles[j] == 'b');
			assert_false(seen[list[j]]);
			seen[list[j]] = true;
		}
	}
}

static void assert_same_first(const pool *pool, const struct pool *primaries)
{
	for (size_t i = 0; i < KEYS; i++) {
		assert_string_equal(first_of(pool, key_of(i))->host, first_of(primaries, key_of(i))->host);
	}
}

static void the_first_node_is_the_one_without_backups(void **state)
{
	static const char *const pools[] = {"a,b:11211:3,c,x?role=backup,y?role=backup",
		"x?role=backup,y?role=backup,a,b:11211:3,c",
		"a,x?role=BACKUP,b:11211:3,y?role=backup,c?role=primary"};

	(void)state;
	for (size_t d = 0; d < COUNT(distributions); d++) {
		pool *primaries = pool_of(distributions[d], "a,b:11211:3,c");

		for (size_t i = 0; i < COUNT(pools); i++) {
			pool *pool = pool_of(distributions[d], pools[i]);

			assert_lists(pool, "pbpbp");
			assert_same_first(pool, primaries);
			pool_free(pool);
		}
		pool_free(primaries);
	}
}

static void nodes_added_one_by_one_give_the_same_lists(void **state)
{
	(void)state;
	for (size_t d = 0; d < COUNT(distributions); d++) {
		pool *primaries = pool_of(distributions[d], "a"), *pool = pool_of(distributions[d], "a");

		for (size_t i = 0; i < 6; i++) {
			mcha_endpoint backup = endpoint_of((const char *[]){"u", "v", "w", "x", "y", "z"}[i],
				11211, 1);
			mcha_endpoint primary = endpoint_of((const char *[]){"b", "c", "d", "e", "f", "g"}[i],
				11211, 1);

			backup.backup = true;
			pool_add(pool, backup);
			pool_add(pool, primary);
			pool_add(primaries, primary);
			assert_same_first(pool, primaries);
		}
		assert_lists(pool, "pbpbpbpbpbpbp");
		pool_free(pool);
		pool_free(primaries);
	}
}

static void the_applications_settings_apply_to_primaries_only(void **state)
{
	pool *pool = pool_of(HASHING_KETAMA, "x?role=backup,a,b,c,y?role=backup");
	struct pool *primaries = pool_of(HASHING_KETAMA, "a,b,c");

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		hashing *h = i ? primaries->hashing : pool->hashing;

		assert_true(hashing_set(h, MEMCACHED_BEHAVIOR_SORT_HOSTS, 1));
		assert_true(hashing_set(h, MEMCACHED_BEHAVIOR_DISTRIBUTION,
			MEMCACHED_DISTRIBUTION_CONSISTENT));
	}
	assert_same_first(pool, primaries);
	assert_lists(pool, "pbpbp");
	pool_free(pool);
	pool_free(primaries);
}

static void a_copied_placement_has_the_same_roles(void **state)
{
	pool *pool = pool_of(HASHING_KETAMA, "x?role=backup,a,b,c,y?role=backup");
	hashing *copy = hashing_create_like(pool->hashing);
	mcha_placement placement;

	(void)state;
	assert_true(hashing_add_nodes_of(copy, pool->hashing));
	placement = hashing_placement(copy);
	for (size_t i = 0; i < KEYS; i++) {
		uint16_t here[5], there[5];

		assert_int_equal(prefer(pool, key_of(i), here, 5), 5);
		assert_int_equal(placement.prefer(placement.context, key_of(i), strlen(key_of(i)), there,
							 5),
			5);
		assert_memory_equal(here, there, sizeof(here));
	}
	hashing_destroy(copy);
	pool_free(pool);
}

static void backups_without_primaries_are_ordinary_nodes(void **state)
{
	(void)state;
	for (size_t d = 0; d < COUNT(distributions); d++) {
		pool *pool = pool_of(distributions[d], "x?role=backup,y?role=backup,z?role=backup");
		size_t firsts[3] = {0};

		assert_lists(pool, "bbb");
		for (size_t i = 0; i < KEYS; i++) {
			firsts[first_of(pool, key_of(i)) - pool->endpoints]++;
		}
		for (size_t i = 0; i < 3; i++) {
			assert_in_range(firsts[i], KEYS / 5, KEYS / 2);
		}
		pool_free(pool);
	}
}

static void cleared_roles_are_forgotten(void **state)
{
	pool *pool = pool_of(HASHING_KETAMA, "x?role=backup,a,b");
	struct pool *fresh = pool_of(HASHING_KETAMA, "x,y,z");

	(void)state;
	hashing_clear(pool->hashing);
	pool->count = 0;
	pool_add_string(pool, "x,y,z");
	assert_same_first(pool, fresh);
	assert_lists(pool, "ppp");
	pool_free(pool);
	pool_free(fresh);
}

static void second_copies_are_spread_over_the_backups_by_weight(void **state)
{
	pool *pool = pool_of(HASHING_KETAMA, "a,b,c,x?role=backup,y?role=backup&weight=3");
	size_t heavy = 0;

	(void)state;
	for (size_t i = 0; i < 4 * KEYS; i++) {
		uint16_t list[2];

		prefer(pool, key_of(i), list, 2);
		heavy += pool->endpoints[list[1]].weight == 3;
	}
	assert_in_range(heavy, 4 * KEYS * 65 / 100, 4 * KEYS * 85 / 100);
	pool_free(pool);
}

static void within_a_role_copies_are_spread_over_zones(void **state)
{
	pool *pool = pool_of(HASHING_KETAMA,
		"a?zone=1,b?zone=2,x?role=backup&zone=1,y?role=backup&zone=2");

	(void)state;
	for (size_t i = 0; i < KEYS; i++) {
		uint16_t list[2];

		prefer(pool, key_of(i), list, 2);
		assert_string_not_equal(pool->endpoints[list[0]].zone, pool->endpoints[list[1]].zone);
	}
	pool_free(pool);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_node_is_the_one_without_backups),
		cmocka_unit_test(nodes_added_one_by_one_give_the_same_lists),
		cmocka_unit_test(the_applications_settings_apply_to_primaries_only),
		cmocka_unit_test(a_copied_placement_has_the_same_roles),
		cmocka_unit_test(backups_without_primaries_are_ordinary_nodes),
		cmocka_unit_test(cleared_roles_are_forgotten),
		cmocka_unit_test(second_copies_are_spread_over_the_backups_by_weight),
		cmocka_unit_test(within_a_role_copies_are_spread_over_zones),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
