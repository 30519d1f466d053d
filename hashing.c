/* SPDX-License-Identifier: MIT */
/* The preference list of a key: whose choice its first node is, and behind it the rendezvous order.
 *
 *   hashing.c -- nodes, settings, the list
 *     hashing_libmemcached   the first node, as pecl memcached places keys
 *     hashing_rendezvous     the next ones; the first, too, if that is the distribution */
#include "hashing.h"

#include <stdlib.h>
#include <string.h>

#include "hashing_libmemcached.h"
#include "hashing_rendezvous.h"

struct hashing {
	hashing_nodes nodes;
	hashing_libmemcached libmemcached;
	hashing_rendezvous next;
	char *prefix; /* NULL: none */
	size_t prefix_length;
	hashing_distribution own; /* beyond libmemcached's, or HASHING_MODULA: libmemcached's */
};

/* --- life ------------------------------------------------------------------------------------ */

static bool is_own(uint64_t distribution)
{
	return distribution == HASHING_RENDEZVOUS;
}

hashing *hashing_create(hashing_distribution distribution, memcached_hash_t hash)
{
	hashing *hashing = calloc(1, sizeof(*hashing));

	if (!hashing) {
		return NULL;
	}
	hashing->own = is_own(distribution) ? distribution : HASHING_MODULA;
	if (!hashing_libmemcached_init(&hashing->libmemcached, distribution == HASHING_KETAMA, hash)) {
		hashing_destroy(hashing);
		return NULL;
	}
	return hashing;
}

void hashing_destroy(hashing *hashing)
{
	hashing_libmemcached_deinit(&hashing->libmemcached);
	hashing_rendezvous_deinit(&hashing->next);
	free(hashing->nodes.all);
	free(hashing->prefix);
	free(hashing);
}

/* --- nodes ----------------------------------------------------------------------------------- */

size_t hashing_room(const hashing *hashing)
{
	size_t most = hashing_libmemcached_is_ring(&hashing->libmemcached) ? HASHING_RING_MAX
		: HASHING_NODES_MAX;

	return hashing->nodes.count < most ? most - hashing->nodes.count : 0;
}

/* Every array has its room before anything is added, so that an addition fails as a whole. */
static bool reserve(hashing *hashing, size_t count)
{
	hashing_nodes *nodes = &hashing->nodes;
	size_t capacity = nodes->capacity ? nodes->capacity : 4;
	void *grown;

	while (capacity < count) {
		capacity *= 2;
	}
	if (capacity == nodes->capacity) {
		return true;
	}
	if (!(grown = realloc(nodes->all, capacity * sizeof(*nodes->all)))) {
		return false;
	}
	nodes->all = grown;
	if (!hashing_rendezvous_reserve(&hashing->next, capacity)
			|| !hashing_libmemcached_reserve(&hashing->libmemcached, capacity)) {
		return false;
	}
	nodes->capacity = capacity;
	return true;
}

static void append(hashing *hashing, const mcha_endpoint *endpoint, bool by_list)
{
	hashing->nodes.all[hashing->nodes.count++] = (hashing_node){
		.endpoint = *endpoint, .id = mcha_endpoint_id(endpoint), .by_list = by_list};
	hashing_rendezvous_add(&hashing->next, &hashing->nodes);
}

static bool add(hashing *hashing, const mcha_endpoint *endpoints, size_t count, bool by_list)
{
	if (count > hashing_room(hashing) || !reserve(hashing, hashing->nodes.count + count)
			|| !hashing_libmemcached_push(&hashing->libmemcached, endpoints, count, by_list)) {
		return false;
	}
	for (size_t i = 0; i < count; i++) {
		append(hashing, &endpoints[i], by_list);
	}
	hashing_libmemcached_follow(&hashing->libmemcached, &hashing->nodes);
	return true;
}

bool hashing_add(hashing *hashing, const mcha_endpoint *endpoint)
{
	return add(hashing, endpoint, 1, false);
}

bool hashing_add_list(hashing *hashing, const mcha_endpoint *endpoints, size_t count)
{
	return count == 0 || add(hashing, endpoints, count, true);
}

void hashing_clear(hashing *hashing)
{
	hashing_libmemcached_clear(&hashing->libmemcached);
	hashing_rendezvous_clear(&hashing->next);
	hashing->nodes.count = 0;
}

/* --- the application's own settings ---------------------------------------------------------- */

static const memcached_behavior_t placement_behaviors[] = {
	MEMCACHED_BEHAVIOR_DISTRIBUTION,
	MEMCACHED_BEHAVIOR_HASH,
	MEMCACHED_BEHAVIOR_HASH_WITH_PREFIX_KEY,
	MEMCACHED_BEHAVIOR_KETAMA,
	MEMCACHED_BEHAVIOR_KETAMA_HASH,
	MEMCACHED_BEHAVIOR_KETAMA_WEIGHTED,
	MEMCACHED_BEHAVIOR_SORT_HOSTS,
};

bool hashing_is_placement(memcached_behavior_t behavior)
{
	for (size_t i = 0; i < sizeof(placement_behaviors) / sizeof(placement_behaviors[0]); i++) {
		if (behavior == placement_behaviors[i]) {
			return true;
		}
	}
	return false;
}

static bool sets_distribution(memcached_behavior_t behavior)
{
	return behavior == MEMCACHED_BEHAVIOR_DISTRIBUTION || behavior == MEMCACHED_BEHAVIOR_KETAMA
		|| behavior == MEMCACHED_BEHAVIOR_KETAMA_WEIGHTED;
}

/* What libmemcached must not even be asked. */
static bool is_refused(const hashing *hashing, memcached_behavior_t behavior, uint64_t value)
{
	if (hashing_libmemcached_makes_ring(behavior, value)) {
		return hashing->nodes.count > HASHING_RING_MAX;
	}
	return behavior == MEMCACHED_BEHAVIOR_DISTRIBUTION && value != MEMCACHED_DISTRIBUTION_MODULA
		&& !is_own(value);
}

bool hashing_set(hashing *hashing, memcached_behavior_t behavior, uint64_t value)
{
	bool first = !hashing->libmemcached.by_application;
	bool own = behavior == MEMCACHED_BEHAVIOR_DISTRIBUTION && is_own(value);

	if (!hashing_is_placement(behavior) || is_refused(hashing, behavior, value)) {
		return false;
	}
	if (!hashing_libmemcached_set(&hashing->libmemcached, &hashing->nodes, hashing->prefix,
			behavior, value, !own)) {
		return false;
	}
	if (first || sets_distribution(behavior)) {
		hashing->own = own ? (hashing_distribution)value : HASHING_MODULA;
	}
	return true;
}

uint64_t hashing_get(const hashing *hashing, memcached_behavior_t behavior)
{
	if (behavior == MEMCACHED_BEHAVIOR_DISTRIBUTION && is_own(hashing->own)) {
		return hashing->own;
	}
	return memcached_behavior_get(hashing->libmemcached.memc, behavior);
}

bool hashing_set_prefix(hashing *hashing, const char *prefix, size_t length)
{
	char *copy = NULL;

	if (length) {
		copy = strndup(prefix, length);
		if (!copy || strlen(copy) != length) {
			free(copy);
			return false;
		}
	}
	if (!hashing_libmemcached_set_prefix(&hashing->libmemcached, copy)) {
		free(copy);
		return false;
	}
	free(hashing->prefix);
	hashing->prefix = copy;
	hashing->prefix_length = length;
	return true;
}

/* --- choosing -------------------------------------------------------------------------------- */

/* False: rendezvous from the first node on. */
static bool choose_first(const hashing *hashing, const char *key, size_t key_length, uint16_t *index)
{
	return hashing->own != HASHING_RENDEZVOUS
		&& hashing_libmemcached_first(&hashing->libmemcached, &hashing->nodes,
			hashing->prefix_length, key, key_length, index);
}

static size_t prefer(void *context, const char *key, size_t key_length, uint16_t *indices,
		size_t max)
{
	hashing *hashing = context;
	size_t count = max < hashing->nodes.count ? max : hashing->nodes.count;
	size_t given;

	if (count == 0) {
		return 0;
	}
	given = choose_first(hashing, key, key_length, indices);
	if (given < count) {
		hashing_rendezvous_complete(&hashing->next, key, key_length, indices, given, count);
	}
	return count;
}

mcha_placement hashing_placement(hashing *hashing)
{
	mcha_placement placement = {.context = hashing, .prefer = prefer};

	return placement;
}
