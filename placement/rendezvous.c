/* SPDX-License-Identifier: MIT */
/* Every node has a score for the key, and the node with the highest score wins. When a node is
 * removed, each of its keys moves to the node with the key's next score, so that the keys spread
 * over the pool; no other key moves.
 *
 *   D. G. Thaler, C. V. Ravishankar, "Using name-based mappings to increase hit rates", IEEE/ACM
 *   Transactions on Networking 6(1), 1998 (rendezvous, "highest random weight")
 *   C. Schindelhauer, G. Schomaker, "Weighted distributed hash tables", SPAA 2005 (weights by the
 *   logarithm); J. Resch, "New hashing algorithms for data storage", SDC 2015 (as -w / ln u)
 *
 * Three rules come before the score, the last one first. Roles: primaries and backups alternate,
 * beginning with a primary (magent's scheme: a backup has the second copy). Zones: the next node is
 * in a zone that has the fewest nodes in the list so far, so that every zone gets a copy before any
 * zone gets a second one. Duplicates: a server that was added twice is one server, so its second
 * entry comes after all other servers. */
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

/* If no node has a zone, all nodes are in the same one. Otherwise a node without a zone is a zone
 * of its own. */
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
		.id = node->id,
		.weight = node->endpoint.weight,
		.server = server_of(nodes, index),
		.backup = node->endpoint.backup,
	};
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

/* -w / ln(u), with u in (0, 1) from 53 random bits. Returns the bits of the double: positive
 * doubles and their bits have the same order. */
static uint64_t weighted_score(uint64_t random, uint16_t weight)
{
	double u = ((double)(random >> 11) + 0.5) * 0x1p-53;
	double score = -(double)weight / log(u);
	uint64_t bits;

	memcpy(&bits, &score, sizeof(bits));
	return bits;
}

/* With equal weights the scores have the same order as the random numbers, so the logarithm is not
 * needed. */
static void score_all(hashing_rendezvous *rendezvous, uint64_t hash)
{
	rendezvous->role_used[0] = rendezvous->role_used[1] = 0;
	for (size_t i = 0; i < rendezvous->count; i++) {
		candidate *candidate = &rendezvous->candidates[i];
		uint64_t random = mcha_mix64(hash ^ candidate->id);

		candidate->score = rendezvous->weighted ? weighted_score(random, candidate->weight)
												: random;
		candidate->taken = false;
		candidate->server_used = 0;
		candidate->zone_used = 0;
	}
}

/* The next node should have a's role: the role that the list has less often, or primary if both are
 * equal. */
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
