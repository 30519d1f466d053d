/* SPDX-License-Identifier: MIT */
/* Computes figures of placement at scale: how evenly keys are distributed, which keys move when the
 * pool changes, and which nodes take over from a lost node. bench/scale.c prints them,
 * tests/unit/placement/hashing_scale_test.c checks bounds. The same seed gives the same figures.
 * Ends the process if there is no memory. */
#ifndef MCHA_BENCH_SCALE_FIGURES_H
#define MCHA_BENCH_SCALE_FIGURES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "hashing.h"

#define SCALE_COPIES_MAX 3
#define SCALE_NOBODY SIZE_MAX

/* Nodes are 10.0.0.1:11211 and so on. zones: a digit for each zone, its part of the nodes ("111":
 * three of one size; "82": eight of ten nodes are in the first); "": none are told. weights: a
 * digit for each node, over and over ("1": all alike). */
typedef struct scale_pool {
	hashing_distribution distribution;
	size_t nodes;
	const char *weights;
	const char *zones;
} scale_pool;

/* Weights that no number of zones here has a divisor in common with. */
#define SCALE_WEIGHTS "1212141"

/* Pools of 3 to 1000 nodes that figures are computed of: those that this distribution takes. The
 * count. */
#define SCALE_POOLS_MAX 10
size_t scale_pools(hashing_distribution distribution, scale_pool pools[SCALE_POOLS_MAX]);

uint16_t scale_weight(const scale_pool *pool, size_t node);

/* 0, 1, ...: where the node stands; parts as a pool's zones. */
size_t scale_zone(const char *parts, size_t node);

/* Creates the placement of the pool without one of its nodes (or SCALE_NOBODY). _one_by_one: adds
 * the nodes as addServer() does, not as addServers() or a pool string. */
hashing *scale_hashing(const scale_pool *pool, size_t without);
hashing *scale_hashing_one_by_one(const scale_pool *pool);

/* A different key for each number. */
#define SCALE_KEY_LENGTH 17
void scale_key(uint64_t seed, size_t number, char key[SCALE_KEY_LENGTH]);

/* The first nodes of the lists of many keys. A node that is left out keeps its number all the
 * same. */
typedef struct scale_lists {
	size_t keys;
	size_t places;   /* of each list */
	uint16_t *nodes; /* keys times places */
} scale_lists;

scale_lists scale_place(const scale_pool *pool, size_t without, size_t keys, size_t places,
	uint64_t seed);
void scale_lists_free(scale_lists *lists);

/* Of the node that has most for its weight, as a multiple of what it should have. chance: the same
 * where every copy is placed at random; no distribution can do better, and the figure falls with
 * the number of keys. */
double scale_balance(const scale_pool *pool, const scale_lists *lists, size_t copies);
double scale_balance_by_chance(const scale_pool *pool, size_t keys, size_t copies, uint64_t seed);

/* Copies on nodes that had no copy of the key before, as a fraction of all copies; and those that
 * cannot be avoided: copies on the added node, or in place of the removed one. */
typedef struct scale_moves {
	double moved;
	double least;
} scale_moves;

scale_moves scale_moves_of(const scale_lists *before, const scale_lists *after, size_t copies,
	size_t node);

/* The nodes that take over the keys of a lost node. Fractions of the average load of a node. */
typedef struct scale_successors {
	size_t nodes;  /* how many of them there are */
	double most;   /* that one of them gets */
	double even;   /* that each would get of an even spread */
	double excess; /* of most over even, in standard deviations of a spread by chance */
} scale_successors;

/* Lists of at least two places. */
scale_successors scale_successors_of(const scale_pool *pool, const scale_lists *lists, size_t lost);

/* The loss of all nodes of a zone, by their location (parts), whether or not the pool has zones. */
typedef struct scale_zone_loss {
	double lost;    /* keys without any copy left, a part of all */
	double moved;   /* keys whose first copy was there, a part of all */
	double remade;  /* copies to be made again, a part of all */
	double busiest; /* survivor: its first copies afterwards, as a multiple of those before */
} scale_zone_loss;

/* Needs lists of at least copies + 1 places, so that another node can take over. */
scale_zone_loss scale_zone_loss_of(const scale_pool *pool, const char *parts,
	const scale_lists *lists, size_t copies, size_t zone);

#endif
