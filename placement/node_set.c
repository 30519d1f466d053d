/* SPDX-License-Identifier: MIT */
/* Creates a placement, and adds nodes to all its parts at once. */
#include "node_set.h"

#include <stdlib.h>

/* --- life ------------------------------------------------------------------------------------ */

bool hashing_create_memcache(const hashing_nodes *nodes, hashing_distribution distribution,
	bool fnv, hashing_memcache **memcache)
{
	*memcache = hashing_is_memcache(distribution)
		? hashing_memcache_create(nodes, distribution == HASHING_MEMCACHE_CONSISTENT, fnv)
		: NULL;
	return *memcache || !hashing_is_memcache(distribution);
}

hashing *hashing_create(hashing_distribution distribution, memcached_hash_t hash)
{
	hashing *hashing = calloc(1, sizeof(*hashing));

	if (!hashing) {
		return NULL;
	}
	hashing->distribution = distribution;
	hashing->hash = hash;
	hashing->own = hashing_is_own(distribution) ? distribution : HASHING_MODULA;
	if (!hashing_libmemcached_init(&hashing->libmemcached, distribution == HASHING_KETAMA, hash)
		|| !hashing_create_memcache(&hashing->nodes, distribution, hash == MEMCACHED_HASH_FNV1A_32,
			&hashing->memcache)) {
		hashing_destroy(hashing);
		return NULL;
	}
	return hashing;
}

void hashing_destroy(hashing *hashing)
{
	hashing_libmemcached_deinit(&hashing->libmemcached);
	hashing_memcache_destroy(hashing->memcache);
	hashing_rendezvous_deinit(&hashing->next);
	hashing_choices_deinit(&hashing->choices);
	hashing_cache_clear(&hashing->cache);
	free(hashing->nodes.all);
	hashing_roles_deinit(&hashing->roles);
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

/* Every array gets its room before any node is added, so that an addition succeeds or fails as a
 * whole. */
static bool reserve(hashing *hashing, size_t count)
{
	hashing_nodes *nodes = &hashing->nodes;
	size_t capacity = nodes->capacity ? nodes->capacity : 4;

	while (capacity < count) {
		capacity *= 2;
	}
	if (capacity == nodes->capacity) {
		return true;
	}
	if (!hashing_nodes_reserve(nodes, capacity) || !hashing_roles_reserve(&hashing->roles, capacity)
		|| !hashing_rendezvous_reserve(&hashing->next, capacity)
		|| !hashing_libmemcached_reserve(&hashing->libmemcached, capacity)) {
		return false;
	}
	nodes->capacity = capacity;
	return true;
}

static void take_in(hashing *hashing, const mcha_endpoint *endpoint, bool by_list)
{
	hashing_nodes_append(&hashing->nodes, endpoint, by_list);
	hashing_rendezvous_add(&hashing->next, &hashing->nodes);
	hashing_roles_follow(&hashing->roles, &hashing->nodes);
}

void hashing_follow_nodes(hashing *hashing)
{
	hashing_cache_clear(&hashing->cache);
	hashing_libmemcached_follow(&hashing->libmemcached, hashing_first_nodes(hashing));
	if (hashing->memcache) {
		hashing_memcache_follow(hashing->memcache, hashing_first_nodes(hashing));
	}
}

static bool add(hashing *hashing, const mcha_endpoint *endpoints, size_t count, bool by_list)
{
	if (count > hashing_room(hashing) || !reserve(hashing, hashing->nodes.count + count)
		|| !hashing_roles_begin(&hashing->roles, &hashing->nodes, endpoints, count)
		|| !hashing_roles_push(&hashing->libmemcached, endpoints, count, by_list)) {
		return false;
	}
	for (size_t i = 0; i < count; i++) {
		take_in(hashing, &endpoints[i], by_list);
	}
	hashing_follow_nodes(hashing);
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

bool hashing_add_nodes_of(hashing *hashing, const struct hashing *other)
{
	for (size_t i = 0; i < other->nodes.count; i++) {
		if (!add(hashing, &other->nodes.all[i].endpoint, 1, other->nodes.all[i].by_list)) {
			return false;
		}
	}
	return true;
}

void hashing_clear(hashing *hashing)
{
	hashing_libmemcached_clear(&hashing->libmemcached);
	hashing_rendezvous_clear(&hashing->next);
	hashing->nodes.count = 0;
	hashing_roles_clear(&hashing->roles);
	hashing_follow_nodes(hashing);
}
