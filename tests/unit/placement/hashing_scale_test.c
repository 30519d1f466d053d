/* SPDX-License-Identifier: MIT */
/* The statements of docs/scale.md about placement, with bounds: pools of 3 to 1000 nodes, with
 * weights and zones. The figures are bench/scale's, with fewer keys. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bench/scale_figures.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define SEED 20260131

static scale_pool pools[SCALE_POOLS_MAX + 1];
static size_t pool_count;

/* bench/scale's pools, and one with weights in three zones. */
static int make_pools(void **state)
{
	(void)state;
	pool_count = scale_pools(HASHING_RENDEZVOUS, pools);
	pools[pool_count++] = (scale_pool){HASHING_RENDEZVOUS, 30, SCALE_WEIGHTS, "111"};
	return 0;
}

/* A number of keys that takes about the same time for every pool. */
static size_t keys_of(const scale_pool *pool)
{
	return pool->nodes < 100 ? 100000 : pool->nodes < 500 ? 30000 : 10000;
}

/* --- change ----------------------------------------------------------------------------------- */

static bool has(const uint16_t *list, size_t count, size_t node)
{
	for (size_t i = 0; i < count; i++) {
		if (list[i] == node) {
			return true;
		}
	}
	return false;
}

static void assert_only_its_own_change(const scale_lists *whole, const scale_lists *rest,
	size_t node)
{
	for (size_t i = 0; i < whole->keys; i++) {
		const uint16_t *before = whole->nodes + i * whole->places,
					   *after = rest->nodes + i * rest->places;

		assert_false(has(after, rest->places, node));
		if (!has(before, rest->places, node)) {
			assert_memory_equal(before, after, rest->places * sizeof(*after));
		}
	}
}

static void a_node_that_comes_or_goes_moves_only_what_it_has(void **state)
{
	(void)state;
	for (size_t i = 0; i < pool_count; i++) {
		size_t keys = keys_of(&pools[i]) / 5, places = pools[i].nodes > 3 ? 3 : 2;
		scale_lists whole = scale_place(&pools[i], SCALE_NOBODY, keys, places, SEED);

		for (size_t node = 0; node < pools[i].nodes; node += (pools[i].nodes - 1) / 2) {
			scale_lists rest = scale_place(&pools[i], node, keys, places, SEED);
			scale_moves goes = scale_moves_of(&whole, &rest, places, node);
			scale_moves comes = scale_moves_of(&rest, &whole, places, node);

			assert_only_its_own_change(&whole, &rest, node);
			assert_true(goes.moved == goes.least && goes.least > 0);
			assert_true(comes.moved == comes.least && comes.least > 0);
			scale_lists_free(&rest);
		}
		scale_lists_free(&whole);
	}
}

/* --- balance ---------------------------------------------------------------------------------- */

/* Beyond the first copy, weights and zones of different size have natural limits: no node has two
 * copies of a key. */
static size_t even_places(const scale_pool *pool)
{
	return strlen(pool->weights) == 1 && strcmp(pool->zones, "82") != 0 ? 3 : 1;
}

/* Five standard deviations of the lightest node's share. */
static double bound_of(const scale_pool *pool, size_t copies)
{
	double average = (double)(keys_of(pool) * copies) / (double)pool->nodes;

	return 1 + 5 * sqrt((strlen(pool->weights) > 1 ? 1.7 : 1) / average);
}

static void rendezvous_is_as_even_as_chance(void **state)
{
	(void)state;
	for (size_t i = 0; i < pool_count; i++) {
		size_t keys = keys_of(&pools[i]), places = even_places(&pools[i]);
		scale_lists lists = scale_place(&pools[i], SCALE_NOBODY, keys, places, SEED);

		for (size_t copies = 1; copies <= places; copies++) {
			double balance = scale_balance(&pools[i], &lists, copies);

			assert_true(balance >= 1 && balance < bound_of(&pools[i], copies));
		}
		scale_lists_free(&lists);
	}
}

static void zones_of_equal_size_get_equal_parts_and_a_small_one_carries_copies_for_all(void **state)
{
	scale_pool even = {HASHING_RENDEZVOUS, 30, "1", "111"},
			   uneven = {HASHING_RENDEZVOUS, 30, "1", "82"};
	scale_lists lists = scale_place(&even, SCALE_NOBODY, 50000, 2, SEED);

	(void)state;
	assert_true(scale_balance(&even, &lists, 2) < 1.1);
	scale_lists_free(&lists);
	lists = scale_place(&uneven, SCALE_NOBODY, 50000, 2, SEED);
	assert_true(fabs(scale_balance(&uneven, &lists, 2) - 2.5) < .1);
	scale_lists_free(&lists);
}

/* --- loss ------------------------------------------------------------------------------------- */

static void a_lost_node_s_load_spreads_over_all_others(void **state)
{
	static const hashing_distribution distributions[] = {
		HASHING_RENDEZVOUS, HASHING_KETAMA, HASHING_MODULA};

	(void)state;
	for (size_t i = 0; i < pool_count * COUNT(distributions); i++) {
		scale_pool pool = pools[i / COUNT(distributions)];

		pool.distribution = distributions[i % COUNT(distributions)];
		if (*pool.zones
			|| (pool.nodes > HASHING_RING_MAX && pool.distribution != HASHING_RENDEZVOUS)) {
			continue;
		}
		scale_lists lists = scale_place(&pool, SCALE_NOBODY, keys_of(&pool), 2, SEED);
		scale_successors successors = scale_successors_of(&pool, &lists, pool.nodes / 2);
		double keys = successors.even * (double)(pool.nodes - 1) * (double)lists.keys
			/ (double)pool.nodes;

		/* where each node expects less than one key, a few keys are many deviations */
		assert_true(successors.excess < (pool.nodes > 100 ? 15 : 5));
		assert_true((double)successors.nodes
			>= floor((double)(pool.nodes - 1) * (1 - exp(-keys / (double)pool.nodes / 2))));
		scale_lists_free(&lists);
	}
}

/* --- zones ------------------------------------------------------------------------------------ */

static size_t count_zones(const scale_pool *pool, const uint16_t *list, size_t count)
{
	size_t zones = 0;

	for (size_t i = 0; i < count; i++) {
		bool fresh = true;

		for (size_t j = 0; j < i; j++) {
			fresh &= scale_zone(pool->zones, list[i]) != scale_zone(pool->zones, list[j]);
		}
		zones += fresh;
	}
	return zones;
}

static void no_two_copies_are_in_one_zone_while_there_are_others(void **state)
{
	static const hashing_distribution distributions[] = {
		HASHING_RENDEZVOUS, HASHING_KETAMA, HASHING_MODULA};

	(void)state;
	for (size_t i = 0; i < pool_count * COUNT(distributions); i++) {
		scale_pool pool = pools[i / COUNT(distributions)];

		pool.distribution = distributions[i % COUNT(distributions)];
		if (!*pool.zones
			|| (pool.nodes > HASHING_RING_MAX && pool.distribution == HASHING_KETAMA)) {
			continue;
		}
		scale_lists lists = scale_place(&pool, SCALE_NOBODY, keys_of(&pool) / 5, 3, SEED);

		for (size_t key = 0; key < lists.keys; key++) {
			size_t zones = strlen(pool.zones);

			assert_int_equal(count_zones(&pool, lists.nodes + 3 * key, 3), zones < 3 ? zones : 3);
		}
		scale_lists_free(&lists);
	}
}

static void a_lost_zone_takes_all_copies_of_a_key_only_if_zones_are_not_configured(void **state)
{
	static const char *const parts[] = {"11", "111", "1111111111"};

	(void)state;
	for (size_t i = 0; i < COUNT(parts); i++) {
		size_t nodes = 60, there = nodes / strlen(parts[i]);
		scale_pool told = {HASHING_RENDEZVOUS, nodes, "1", parts[i]};
		scale_pool untold = {HASHING_RENDEZVOUS, nodes, "1", ""};
		double expected = (double)(there * (there - 1)) / (double)(nodes * (nodes - 1));
		scale_lists lists = scale_place(&told, SCALE_NOBODY, 50000, 3, SEED);

		for (size_t zone = 0; zone < strlen(parts[i]); zone++) {
			scale_zone_loss loss = scale_zone_loss_of(&told, parts[i], &lists, 2, zone);

			assert_true(loss.lost == 0 && loss.moved > 0);
		}
		scale_lists_free(&lists);
		lists = scale_place(&untold, SCALE_NOBODY, 50000, 3, SEED);
		assert_true(fabs(scale_zone_loss_of(&untold, parts[i], &lists, 2, 0).lost / expected - 1)
			< .2);
		scale_lists_free(&lists);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_node_that_comes_or_goes_moves_only_what_it_has),
		cmocka_unit_test(rendezvous_is_as_even_as_chance),
		cmocka_unit_test(
			zones_of_equal_size_get_equal_parts_and_a_small_one_carries_copies_for_all),
		cmocka_unit_test(a_lost_node_s_load_spreads_over_all_others),
		cmocka_unit_test(no_two_copies_are_in_one_zone_while_there_are_others),
		cmocka_unit_test(a_lost_zone_takes_all_copies_of_a_key_only_if_zones_are_not_configured),
	};

	return cmocka_run_group_tests(tests, make_pools, NULL);
}
