/* SPDX-License-Identifier: MIT */
/* The placement figures of bench/scale. Prints a line of JSON for each row of a table.
 *
 *   scale placement SEED KEYS                  balance, change, loss of a node
 *   scale zones SEED KEYS                      loss of a zone
 *   scale times                                microseconds of a placement, and of creating a pool
 *   scale place DISTRIBUTION WEIGHTS NODES KEYS    places KEYS keys, to count instructions
 *   scale again DISTRIBUTION WEIGHTS NODES KEYS    the same, with one key each time
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "scale_figures.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define CHANGE_KEYS 100000 /* are enough where nothing but a part of all is asked for */

/* --- rows ------------------------------------------------------------------------------------- */

static const struct {
	const char *name;
	hashing_distribution distribution;
} distributions[] = {
	{"ketama", HASHING_KETAMA},
	{"rendezvous", HASHING_RENDEZVOUS},
	{"modula", HASHING_MODULA},
	{"memcache", HASHING_MEMCACHE_CONSISTENT},
};

static const char *name_of(hashing_distribution distribution)
{
	size_t i = 0;

	while (distributions[i].distribution != distribution) {
		i++;
	}
	return distributions[i].name;
}

static hashing_distribution distribution_of(const char *name)
{
	for (size_t i = 0; i < COUNT(distributions); i++) {
		if (strcmp(distributions[i].name, name) == 0) {
			return distributions[i].distribution;
		}
	}
	fprintf(stderr, "scale: no distribution is called %s\n", name);
	exit(1);
}

static void print_pool(const char *table, const scale_pool *pool)
{
	printf("{\"table\": \"%s\", \"distribution\": \"%s\", \"zones\": \"%s\"", table,
		name_of(pool->distribution), pool->zones);
	printf(", \"nodes\": %zu, \"weighted\": %s", pool->nodes,
		strlen(pool->weights) > 1 ? "true" : "false");
}

static void print_number(const char *name, double number)
{
	printf(", \"%s\": %.10g", name, number);
}

static void print_end(void)
{
	printf("}\n");
	fflush(stdout);
}

/* --- figures ---------------------------------------------------------------------------------- */

static void print_balance(const scale_pool *pool, const scale_lists *lists, uint64_t seed)
{
	print_pool("balance", pool);
	print_number("first", scale_balance(pool, lists, 1));
	print_number("first by chance", scale_balance_by_chance(pool, lists->keys, 1, seed));
	print_number("2 copies", scale_balance(pool, lists, 2));
	print_number("3 copies", scale_balance(pool, lists, 3));
	print_number("3 by chance", scale_balance_by_chance(pool, lists->keys, 3, seed));
	print_end();
}

static void print_moves(const char *name, const scale_lists *before, const scale_lists *after,
	size_t copies, size_t node)
{
	scale_moves moves = scale_moves_of(before, after, copies, node);
	char text[64];

	snprintf(text, sizeof(text), "%s, %zu", name, copies);
	print_number(text, moves.moved);
	snprintf(text, sizeof(text), "%s, %zu, least", name, copies);
	print_number(text, moves.least);
}

/* Adds the last node; removes the one in the middle. Three nodes can lose one and still have two
 * copies. */
static void print_change(const scale_pool *pool, const scale_lists *lists, size_t keys,
	uint64_t seed)
{
	size_t last = pool->nodes - 1, middle = pool->nodes / 2;
	scale_lists sample = {keys, lists->places, lists->nodes};
	scale_lists without_last = scale_place(pool, last, keys, 2, seed);
	scale_lists without_middle = scale_place(pool, middle, keys, 2, seed);

	print_pool("change", pool);
	for (size_t copies = 1; copies <= 2; copies++) {
		print_moves("comes", &without_last, &sample, copies, last);
		print_moves("goes", &sample, &without_middle, copies, middle);
	}
	print_end();
	scale_lists_free(&without_last);
	scale_lists_free(&without_middle);
}

static void print_loss(const scale_pool *pool, const scale_lists *lists)
{
	scale_successors successors = scale_successors_of(pool, lists, pool->nodes / 2);

	print_pool("loss", pool);
	print_number("successors", (double)successors.nodes);
	print_number("most", successors.most);
	print_number("even", successors.even);
	print_end();
}

static void print_figures(const scale_pool *pool, uint64_t seed, size_t keys)
{
	scale_lists lists = scale_place(pool, SCALE_NOBODY, keys, SCALE_COPIES_MAX, seed);

	print_balance(pool, &lists, seed);
	print_change(pool, &lists, keys < CHANGE_KEYS ? keys : CHANGE_KEYS, seed);
	print_loss(pool, &lists);
	scale_lists_free(&lists);
}

static void print_placement(uint64_t seed, size_t keys)
{
	for (size_t i = 0; i < COUNT(distributions); i++) {
		scale_pool pools[SCALE_POOLS_MAX];
		size_t count = scale_pools(distributions[i].distribution, pools);

		for (size_t j = 0; j < count; j++) {
			print_figures(&pools[j], seed, keys);
		}
	}
}

/* --- zones ------------------------------------------------------------------------------------ */

static const struct {
	size_t nodes;
	const char *parts;
	size_t copies;
} losses[] = {
	{6, "111", 2},
	{6, "111", 3},
	{30, "11", 2},
	{30, "111", 2},
	{30, "111", 3},
	{30, "82", 2},
	{100, "1111111111", 2},
	{100, "1111111111", 3},
	{500, "1111111111", 2},
};

static void print_zone_loss(size_t which, bool told, size_t keys, uint64_t seed)
{
	size_t places = losses[which].copies + 1;
	scale_pool pool = {
		HASHING_RENDEZVOUS, losses[which].nodes, "1", told ? losses[which].parts : ""};
	scale_lists lists = scale_place(&pool, SCALE_NOBODY, keys, places, seed);
	scale_zone_loss loss = scale_zone_loss_of(&pool, losses[which].parts, &lists,
		losses[which].copies, 0);

	print_pool("zone", &pool);
	printf(", \"parts\": \"%s\", \"copies\": %zu, \"told\": %s", losses[which].parts,
		losses[which].copies, told ? "true" : "false");
	print_number("lost", loss.lost);
	print_number("moved", loss.moved);
	print_number("remade", loss.remade);
	print_number("busiest", loss.busiest);
	print_end();
	scale_lists_free(&lists);
}

static void print_zones(uint64_t seed, size_t keys)
{
	for (size_t i = 0; i < COUNT(losses); i++) {
		print_zone_loss(i, false, keys, seed);
		print_zone_loss(i, true, keys, seed);
	}
}

/* --- times ------------------------------------------------------------------------------------ */

static const size_t sizes[] = {3, 10, 100, 500, 1000, 4096};
#define COPIES 2
#define TRIES 7

static double microseconds_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

/* Places keys that do not repeat, or (again) one key repeatedly. */
static void place_many(hashing *hashing, size_t first, size_t count, bool again)
{
	mcha_placement placement = hashing_placement(hashing);
	uint16_t list[COPIES];
	char key[SCALE_KEY_LENGTH];

	for (size_t i = first; i < first + count; i++) {
		scale_key(0, again ? 0 : i, key);
		placement.prefer(placement.context, key, sizeof(key), list, COPIES);
	}
}

/* The least of a few tries. */
static double time_of_placement(hashing *hashing, size_t count, bool again)
{
	double least = INFINITY;

	for (size_t try = 0; try < TRIES; try++) {
		double start = microseconds_now();

		place_many(hashing, try * count, count, again);
		least = fmin(least, (microseconds_now() - start) / (double)count);
	}
	return least;
}

static double time_of_making(const scale_pool *pool, bool one_by_one)
{
	double least = INFINITY;

	for (size_t try = 0; try < 3; try++) {
		double start = microseconds_now();

		hashing_destroy(one_by_one ? scale_hashing_one_by_one(pool)
								   : scale_hashing(pool, SCALE_NOBODY));
		least = fmin(least, microseconds_now() - start);
	}
	return least;
}

static void print_times_of(const scale_pool *pool)
{
	hashing *hashing = scale_hashing(pool, SCALE_NOBODY);

	print_pool("time", pool);
	print_number("place", time_of_placement(hashing, 200000 / (pool->nodes + 100), false));
	print_number("again", time_of_placement(hashing, 10000, true));
	print_number("make", time_of_making(pool, false));
	if (pool->nodes <= 1000) {
		print_number("make one by one", time_of_making(pool, true));
	}
	print_end();
	hashing_destroy(hashing);
}

static void print_times(void)
{
	for (size_t i = 0; i < COUNT(sizes); i++) {
		const scale_pool variants[] = {
			{HASHING_KETAMA, sizes[i], "1", ""},
			{HASHING_RENDEZVOUS, sizes[i], "1", ""},
			{HASHING_RENDEZVOUS, sizes[i], SCALE_WEIGHTS, ""},
		};

		for (size_t v = sizes[i] > HASHING_RING_MAX ? 1 : 0; v < COUNT(variants); v++) {
			print_times_of(&variants[v]);
		}
	}
}

/* --- words ------------------------------------------------------------------------------------ */

static unsigned long number_of(const char *word)
{
	return strtoul(word, NULL, 10);
}

static void place_and_end(char **words)
{
	scale_pool pool = {distribution_of(words[2]), number_of(words[4]), words[3], ""};
	hashing *hashing = scale_hashing(&pool, SCALE_NOBODY);

	place_many(hashing, 0, number_of(words[5]), strcmp(words[1], "again") == 0);
	hashing_destroy(hashing);
}

int main(int count, char **words)
{
	const char *what = count > 1 ? words[1] : "";

	if (count == 4 && strcmp(what, "placement") == 0) {
		print_placement(number_of(words[2]), number_of(words[3]));
	} else if (count == 4 && strcmp(what, "zones") == 0) {
		print_zones(number_of(words[2]), number_of(words[3]));
	} else if (count == 2 && strcmp(what, "times") == 0) {
		print_times();
	} else if (count == 6 && (strcmp(what, "place") == 0 || strcmp(what, "again") == 0)) {
		place_and_end(words);
	} else {
		fputs("scale: run it by bench/scale\n", stderr);
		return 2;
	}
	return 0;
}
