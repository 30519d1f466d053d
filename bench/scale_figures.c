/* SPDX-License-Identifier: MIT */
/* Statistics of placement, from the preference lists of many keys. */
#include "scale_figures.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/net/pool_string.h"
#include "engine/base/random.h"

static void *checked(void *memory)
{
	if (!memory) {
		fputs("scale: no memory\n", stderr);
		exit(1);
	}
	return memory;
}

/* --- pools ------------------------------------------------------------------------------------ */

/* The distributions for which a pool's figures are computed. */
enum { RENDEZVOUS = 1, RING = 2, OTHERS = 4, ALL = RENDEZVOUS | RING | OTHERS };

static const struct {
	size_t nodes;
	const char *weights;
	const char *zones;
	unsigned whose;
} shapes[] = {
	{3, "1", "", RENDEZVOUS | RING},
	{10, "1", "", ALL},
	{10, SCALE_WEIGHTS, "", RENDEZVOUS | RING},
	{30, "1", "111", RENDEZVOUS | RING},
	{30, "1", "82", RENDEZVOUS},
	{100, "1", "", ALL},
	{100, SCALE_WEIGHTS, "1111111111", RENDEZVOUS | RING},
	{500, "1", "", RENDEZVOUS},
	{1000, "1", "", RENDEZVOUS},
	{1000, SCALE_WEIGHTS, "1111111111", RENDEZVOUS},
};

size_t scale_pools(hashing_distribution distribution, scale_pool pools[SCALE_POOLS_MAX])
{
	unsigned who = distribution == HASHING_RENDEZVOUS ? RENDEZVOUS
		: distribution == HASHING_KETAMA              ? RING
													  : OTHERS;
	size_t count = 0;

	for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
		if (shapes[i].whose & who) {
			pools[count++] = (scale_pool){
				distribution, shapes[i].nodes, shapes[i].weights, shapes[i].zones};
		}
	}
	return count;
}

uint16_t scale_weight(const scale_pool *pool, size_t node)
{
	return (uint16_t)(pool->weights[node % strlen(pool->weights)] - '0');
}

static size_t sum_of_digits(const char *digits)
{
	size_t sum = 0;

	for (; *digits; digits++) {
		sum += (size_t)(*digits - '0');
	}
	return sum;
}

size_t scale_zone(const char *parts, size_t node)
{
	size_t zone = 0, at = *parts ? node % sum_of_digits(parts) : 0;

	while (*parts && at >= (size_t)(parts[zone] - '0')) {
		at -= (size_t)(parts[zone++] - '0');
	}
	return zone;
}

static size_t total_weight(const scale_pool *pool)
{
	size_t total = 0;

	for (size_t i = 0; i < pool->nodes; i++) {
		total += scale_weight(pool, i);
	}
	return total;
}

static mcha_endpoint endpoint_of(const scale_pool *pool, size_t node)
{
	char error[MCHA_POOL_STRING_ERROR_MAX], host[32];
	mcha_endpoint endpoint;

	snprintf(host, sizeof(host), "10.0.%zu.%zu", (node + 1) / 256, (node + 1) % 256);
	if (!mcha_endpoint_set(&endpoint, host, strlen(host), 11211, scale_weight(pool, node), error)) {
		fprintf(stderr, "scale: %s\n", error);
		exit(1);
	}
	if (*pool->zones) {
		snprintf(endpoint.zone, sizeof(endpoint.zone), "rack%zu", scale_zone(pool->zones, node));
	}
	return endpoint;
}

static hashing *hashing_of(const scale_pool *pool)
{
	return checked(hashing_create(pool->distribution,
		pool->distribution == HASHING_KETAMA ? MEMCACHED_HASH_MD5 : MEMCACHED_HASH_DEFAULT));
}

static void expect_room(bool added, const scale_pool *pool)
{
	if (!added) {
		fprintf(stderr, "scale: %zu nodes are more than this distribution takes\n", pool->nodes);
		exit(1);
	}
}

hashing *scale_hashing(const scale_pool *pool, size_t without)
{
	hashing *hashing = hashing_of(pool);
	mcha_endpoint *endpoints = checked(calloc(pool->nodes, sizeof(*endpoints)));
	size_t count = 0;

	for (size_t i = 0; i < pool->nodes; i++) {
		if (i != without) {
			endpoints[count++] = endpoint_of(pool, i);
		}
	}
	expect_room(hashing_add_list(hashing, endpoints, count), pool);
	free(endpoints);
	return hashing;
}

hashing *scale_hashing_one_by_one(const scale_pool *pool)
{
	hashing *hashing = hashing_of(pool);

	for (size_t i = 0; i < pool->nodes; i++) {
		mcha_endpoint endpoint = endpoint_of(pool, i);

		expect_room(hashing_add(hashing, &endpoint), pool);
	}
	return hashing;
}

/* --- lists ------------------------------------------------------------------------------------ */

void scale_key(uint64_t seed, size_t number, char key[SCALE_KEY_LENGTH])
{
	uint64_t bits = mcha_mix64(seed * UINT64_C(0x9e3779b97f4a7c15) + number);

	key[0] = 'k';
	for (size_t i = 1; i < SCALE_KEY_LENGTH; i++, bits >>= 4) {
		key[i] = "0123456789abcdef"[bits & 15];
	}
}

scale_lists scale_place(const scale_pool *pool, size_t without, size_t keys, size_t places,
	uint64_t seed)
{
	scale_lists lists = {keys, places, checked(calloc(keys * places, sizeof(*lists.nodes)))};
	hashing *hashing = scale_hashing(pool, without);
	mcha_placement placement = hashing_placement(hashing);

	for (size_t i = 0; i < keys; i++) {
		uint16_t *list = lists.nodes + i * places;
		char key[SCALE_KEY_LENGTH];

		scale_key(seed, i, key);
		if (placement.prefer(placement.context, key, sizeof(key), list, places) != places) {
			fprintf(stderr, "scale: no %zu places in %zu nodes\n", places, pool->nodes);
			exit(1);
		}
		for (size_t n = 0; n < places; n++) {
			list[n] = (uint16_t)(list[n] + (list[n] >= without));
		}
	}
	hashing_destroy(hashing);
	return lists;
}

void scale_lists_free(scale_lists *lists)
{
	free(lists->nodes);
}

static const uint16_t *list_of(const scale_lists *lists, size_t key)
{
	return lists->nodes + key * lists->places;
}

static bool has(const uint16_t *list, size_t count, size_t node)
{
	for (size_t i = 0; i < count; i++) {
		if (list[i] == node) {
			return true;
		}
	}
	return false;
}

/* --- balance ---------------------------------------------------------------------------------- */

/* found: copies by node. */
static double most_for_its_weight(const scale_pool *pool, const size_t *found, size_t all)
{
	double total = (double)total_weight(pool), most = 0;

	for (size_t i = 0; i < pool->nodes; i++) {
		most = fmax(most, (double)found[i] / ((double)all * scale_weight(pool, i) / total));
	}
	return most;
}

double scale_balance(const scale_pool *pool, const scale_lists *lists, size_t copies)
{
	size_t *found = checked(calloc(pool->nodes, sizeof(*found)));
	double balance;

	for (size_t i = 0; i < lists->keys; i++) {
		for (size_t n = 0; n < copies; n++) {
			found[list_of(lists, i)[n]]++;
		}
	}
	balance = most_for_its_weight(pool, found, lists->keys * copies);
	free(found);
	return balance;
}

double scale_balance_by_chance(const scale_pool *pool, size_t keys, size_t copies, uint64_t seed)
{
	size_t *found = checked(calloc(pool->nodes, sizeof(*found)));
	size_t *owner = checked(calloc(total_weight(pool), sizeof(*owner)));
	size_t total = 0;
	double balance;

	for (size_t i = 0; i < pool->nodes; i++) {
		for (size_t w = scale_weight(pool, i); w > 0; w--) {
			owner[total++] = i;
		}
	}
	for (size_t i = 0; i < keys * copies; i++) {
		found[owner[mcha_random_next(&seed) % total]]++;
	}
	balance = most_for_its_weight(pool, found, keys * copies);
	free(found);
	free(owner);
	return balance;
}

/* --- change ----------------------------------------------------------------------------------- */

scale_moves scale_moves_of(const scale_lists *before, const scale_lists *after, size_t copies,
	size_t node)
{
	size_t moved = 0, least = 0, all = before->keys * copies;

	for (size_t i = 0; i < before->keys; i++) {
		const uint16_t *old = list_of(before, i), *new = list_of(after, i);

		for (size_t n = 0; n < copies; n++) {
			moved += !has(old, copies, new[n]);
		}
		least += has(old, copies, node) || has(new, copies, node);
	}
	return (scale_moves){(double)moved / (double)all, (double)least / (double)all};
}

scale_successors scale_successors_of(const scale_pool *pool, const scale_lists *lists, size_t lost)
{
	size_t *found = checked(calloc(pool->nodes, sizeof(*found)));
	size_t keys = 0;
	double others = (double)(total_weight(pool) - scale_weight(pool, lost));
	double average = (double)lists->keys / (double)pool->nodes;
	scale_successors successors = {0};

	for (size_t i = 0; i < lists->keys; i++) {
		if (list_of(lists, i)[0] == lost) {
			found[list_of(lists, i)[1]]++;
			keys++;
		}
	}
	for (size_t i = 0; i < pool->nodes; i++) {
		double expected = (double)keys * scale_weight(pool, i) / others;

		successors.nodes += found[i] > 0;
		successors.most = fmax(successors.most, (double)found[i] / average);
		successors.excess = fmax(successors.excess, ((double)found[i] - expected) / sqrt(expected));
	}
	successors.even = (double)keys / (double)(pool->nodes - 1) / average;
	free(found);
	return successors;
}

/* --- zones ------------------------------------------------------------------------------------ */

/* The first place whose node stands elsewhere; places: there is none. */
static size_t first_elsewhere(const char *parts, const uint16_t *list, size_t places, size_t zone)
{
	size_t place = 0;

	while (place < places && scale_zone(parts, list[place]) == zone) {
		place++;
	}
	return place;
}

/* Only nodes that had enough copies before for a meaningful ratio. */
static double busiest_of(const scale_pool *pool, const size_t *before, const size_t *after)
{
	double busiest = 0;

	for (size_t i = 0; i < pool->nodes; i++) {
		if (before[i]) {
			busiest = fmax(busiest, (double)after[i] / (double)before[i]);
		}
	}
	return busiest;
}

scale_zone_loss scale_zone_loss_of(const scale_pool *pool, const char *parts,
	const scale_lists *lists, size_t copies, size_t zone)
{
	size_t *before = checked(calloc(2 * pool->nodes, sizeof(*before))),
		   *after = before + pool->nodes;
	size_t lost = 0, moved = 0, remade = 0;
	scale_zone_loss loss;

	for (size_t i = 0; i < lists->keys; i++) {
		const uint16_t *list = list_of(lists, i);
		size_t heir = first_elsewhere(parts, list, lists->places, zone);

		before[list[0]]++;
		lost += heir >= copies;
		moved += heir > 0;
		if (heir < lists->places) {
			after[list[heir]]++;
		}
		for (size_t n = 0; n < copies; n++) {
			remade += scale_zone(parts, list[n]) == zone;
		}
	}
	loss = (scale_zone_loss){(double)lost / (double)lists->keys,
		(double)moved / (double)lists->keys, (double)remade / (double)(lists->keys * copies),
		busiest_of(pool, before, after)};
	free(before);
	return loss;
}
