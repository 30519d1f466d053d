/* SPDX-License-Identifier: MIT */
/* Every node has a score for the key, the highest wins. A lost node's keys go to the node that each
 * of them likes next, all over the pool, and nothing else moves.
 *
 *   D. G. Thaler, C. V. Ravishankar, "Using name-based mappings to increase hit rates", IEEE/ACM
 *   Transactions on Networking 6(1), 1998 (rendezvous, "highest random weight")
 *   C. Schindelhauer, G. Schomaker, "Weighted distributed hash tables", SPAA 2005 (weights by the
 *   logarithm); J. Resch, "New hashing algorithms for data storage", SDC 2015 (as -w / ln u)
 *
 * Above the score stand three rules. Roles: primaries and backups take turns, a primary first (magent's
 * scheme: a backup has the second copy). Zones: the next node is of a zone that has the fewest nodes in
 * the list so far, so that copies spread over all zones before any zone gets its second. Twins: a
 * server that was added twice is one server, so its second entry comes after every other one. */
#include "rendezvous.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/random.h"

typedef hashing_candidate candidate;

/* --- nodes ----------------------------------------------------------------------------------- */

bool hashing_rendezvous_reserve(hashing_rendezvous *rendezvous, size_t capacity)
{
	candidate *grown = realloc(rendezvous->candidates, capacity * sizeof(*grown));

	if (grown) {
		rendezvous->candidates = grown;
	}
	return grown != NULL;
}

/* Without any zone in the pool all nodes are of one, and zones decide nothing. With zones, a node
 * without one is a zone by itself. */
static uint16_t zone_of(const hashing_rendezvous *rendezvous, const hashing_nodes *nodes,
		size_t index)
{
	const char *zone = nodes->all[index].endpoint.zone;

	if (!rendezvous->zoned) {
		return 0;
	}
	for (size_t i = 0; *zone && i < index; i++) {
		if (strcmp(nodes->all[i].endpoint.zone, zone) == 0) {
			return (uint16_t)i;
		}
	}
	return (uint16_t)index;
}

static uint16_t server_of(const hashing_nodes *nodes, size_t index)
{
	for (size_t i = 0; i < index; i++) {
		if (nodes->all[i].id == nodes->all[index].id) {
			return (uint16_t)i;
		}
	}
	return (uint16_t)index;
}

void hashing_rendezvous_add(hashing_rendezvous *rendezvous, const hashing_nodes *nodes)
{
	size_t index = rendezvous->count++;
	const hashing_node *node = &nodes->all[index];
	candidate *candidates = rendezvous->candidates;

	candidates[index] = (candidate){
		.id = node->id, .weight = node->endpoint.weight, .server = server_of(nodes, index),
		.backup = node->endpoint.backup};
	rendezvous->weighted |= candidates[index].weight != candidates[0].weight;
	if (node->endpoint.zone[0] && !rendezvous->zoned) {
		rendezvous->zoned = true;
		for (size_t i = 0; i < index; i++) {
			candidates[i].zone = zone_of(rendezvous, nodes, i);
		}
	}
	candidates[index].zone = zone_of(rendezvous, nodes, index);
}

void hashing_rendezvous_clear(hashing_rendezvous *rendezvous)
{
	rendezvous->count = 0;
	rendezvous->weighted = false;
	rendezvous->zoned = false;
}

void hashing_rendezvous_deinit(hashing_rendezvous *rendezvous)
{
	free(rendezvous->candidates);
}

/* --- choosing -------------------------------------------------------------------------------- */

/* -w / ln(u), u in (0, 1) of 53 random bits; as the bits of a positive double, which sort as it
 * does. */
static uint64_t weighted_score(uint64_t random, uint16_t weight)
{
	double u = ((double)(random >> 11) + 0.5) * 0x1p-53;
	double score = -(double)weight / log(u);
	uint64_t bits;

	memcpy(&bits, &score, sizeof(bits));
	return bits;
}

/* With equal weights the order of the scores is that of u itself. */
static void score_all(hashing_rendezvous *rendezvous, uint64_t hash)
{
	rendezvous->role_used[0] = rendezvous->role_used[1] = 0;
	for (size_t i = 0; i < rendezvous->count; i++) {
		candidate *candidate = &rendezvous->candidates[i];
		uint64_t random = mcha_mix64(hash ^ candidate->id);

		candidate->score = rendezvous->weighted ? weighted_score(random, candidate->weight) : random;
		candidate->taken = false;
		candidate->server_used = 0;
		candidate->zone_used = 0;
	}
}

/* Whose role's turn it is: the one that the list has less often, or primaries. */
static bool is_turn_of(const hashing_rendezvous *rendezvous, const candidate *a)
{
	return a->backup == (rendezvous->role_used[1] < rendezvous->role_used[0]);
}

static bool is_better(const hashing_rendezvous *rendezvous, const candidate *a, const candidate *b)
{
	const candidate *all = rendezvous->candidates;

	if (all[a->server].server_used != all[b->server].server_used) {
		return all[a->server].server_used < all[b->server].server_used;
	}
	if (a->backup != b->backup) {
		return is_turn_of(rendezvous, a);
	}
	if (all[a->zone].zone_used != all[b->zone].zone_used) {
		return all[a->zone].zone_used < all[b->zone].zone_used;
	}
	return a->score > b->score;
}

static size_t best_index(const hashing_rendezvous *rendezvous)
{
	const candidate *all = rendezvous->candidates;
	const candidate *best = NULL;

	for (size_t i = 0; i < rendezvous->count; i++) {
		if (!all[i].taken && (!best || is_better(rendezvous, &all[i], best))) {
			best = &all[i];
		}
	}
	return (size_t)(best - all);
}

static uint16_t take(hashing_rendezvous *rendezvous, size_t index)
{
	candidate *all = rendezvous->candidates;

	rendezvous->role_used[all[index].backup]++;
	all[index].taken = true;
	all[all[index].server].server_used++;
	all[all[index].zone].zone_used++;
	return (uint16_t)index;
}

void hashing_rendezvous_complete(hashing_rendezvous *rendezvous, uint64_t hash, uint16_t *indices,
		size_t given, size_t count)
{
	score_all(rendezvous, hash);
	if (given) {
		take(rendezvous, indices[0]);
	}
	while (given < count) {
		indices[given++] = take(rendezvous, best_index(rendezvous));
	}
}
