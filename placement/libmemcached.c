/* SPDX-License-Identifier: MIT */
/* Gives servers and settings to libmemcached with the same calls as pecl memcached, including the
 * side effects of those calls. */
#include "libmemcached.h"

#include <stdlib.h>
#include <string.h>

#define KEY_LENGTH_MAX (MEMCACHED_MAX_KEY - 1)

/* --- life ------------------------------------------------------------------------------------- */

/* Weighted ketama also sets MD5 as the hash of keys, so the configured hash is set after it. */
bool hashing_libmemcached_init(hashing_libmemcached *chooser, bool ketama, memcached_hash_t hash)
{
	*chooser = (hashing_libmemcached){.memc = memcached_create(NULL)};
	if (!chooser->memc
		|| (ketama
			&& memcached_behavior_set(chooser->memc, MEMCACHED_BEHAVIOR_KETAMA_WEIGHTED, 1))) {
		return false;
	}
	return memcached_behavior_set(chooser->memc, MEMCACHED_BEHAVIOR_HASH, hash)
		== MEMCACHED_SUCCESS;
}

void hashing_libmemcached_deinit(hashing_libmemcached *chooser)
{
	memcached_free(chooser->memc);
	free(chooser->order);
}

void hashing_libmemcached_clear(hashing_libmemcached *chooser)
{
	memcached_servers_reset(chooser->memc);
}

static bool set_memc_prefix(memcached_st *memc, const char *prefix)
{
	return memcached_callback_set(memc, MEMCACHED_CALLBACK_PREFIX_KEY, prefix) == MEMCACHED_SUCCESS;
}

bool hashing_libmemcached_set_prefix(hashing_libmemcached *chooser, const char *prefix)
{
	return set_memc_prefix(chooser->memc, prefix);
}

/* --- servers ---------------------------------------------------------------------------------- */

/* As pecl memcached's addServers(): a weight above 1 turns weighting on in every distribution, and
 * a unix socket has port 0. */
static bool push_list(memcached_st *memc, const mcha_endpoint *endpoints, size_t count)
{
	memcached_server_list_st servers = NULL;
	memcached_return_t result = MEMCACHED_SUCCESS;

	for (size_t i = 0; i < count; i++) {
		memcached_server_list_st grown = memcached_server_list_append_with_weight(servers,
			endpoints[i].host, endpoints[i].port, endpoints[i].weight, &result);

		if (!grown) {
			return false; /* libmemcached has freed the list */
		}
		servers = grown;
	}
	result = memcached_server_push(memc, servers);
	memcached_server_list_free(servers);
	return result == MEMCACHED_SUCCESS;
}

/* As pecl memcached's addServer(): a weight above 1 turns weighting on only in a ring, and a unix
 * socket gets the default port, which becomes part of the names of its ring points. */
static bool push_one(memcached_st *memc, const mcha_endpoint *endpoint)
{
	return memcached_server_add_with_weight(memc, endpoint->host, endpoint->port, endpoint->weight)
		== MEMCACHED_SUCCESS;
}

static bool push(memcached_st *memc, const mcha_endpoint *endpoints, size_t count, bool by_list)
{
	return by_list ? push_list(memc, endpoints, count) : push_one(memc, endpoints);
}

bool hashing_libmemcached_push(hashing_libmemcached *chooser, const mcha_endpoint *endpoints,
	size_t count, bool by_list)
{
	return push(chooser->memc, endpoints, count, by_list);
}

/* The memcached_st that pecl memcached would have before the application's first placement
 * option. */
static memcached_st *create_as_application(const hashing_nodes *nodes, const char *prefix)
{
	memcached_st *memc = memcached_create(NULL);

	if (!memc) {
		return NULL;
	}
	if (prefix && !set_memc_prefix(memc, prefix)) {
		memcached_free(memc);
		return NULL;
	}
	for (size_t i = 0; i < nodes->count; i++) {
		if (!push(memc, &nodes->all[i].endpoint, 1, nodes->all[i].by_list)) {
			memcached_free(memc);
			return NULL;
		}
	}
	return memc;
}

/* --- order ------------------------------------------------------------------------------------ */

bool hashing_libmemcached_reserve(hashing_libmemcached *chooser, size_t capacity)
{
	uint16_t *grown;

	if (!chooser->order) {
		return true;
	}
	grown = realloc(chooser->order, capacity * sizeof(*grown));
	if (grown) {
		chooser->order = grown;
	}
	return grown != NULL;
}

static bool is_same_server(const memcached_instance_st *instance, const mcha_endpoint *endpoint)
{
	return strcmp(memcached_server_name(instance), endpoint->host) == 0
		&& (mcha_endpoint_is_unix(endpoint) || memcached_server_port(instance) == endpoint->port);
}

static bool contains(const uint16_t *indices, size_t count, size_t index)
{
	for (size_t i = 0; i < count; i++) {
		if (indices[i] == index) {
			return true;
		}
	}
	return false;
}

/* MEMCACHED_BEHAVIOR_SORT_HOSTS changes the order of servers in the memcached_st, but not that of
 * `nodes`. */
void hashing_libmemcached_follow(hashing_libmemcached *chooser, const hashing_nodes *nodes)
{
	uint16_t *order = chooser->order;

	for (size_t position = 0; order && position < nodes->count; position++) {
		const memcached_instance_st *instance = memcached_server_instance_by_position(chooser->memc,
			(uint32_t)position);

		order[position] = (uint16_t)position;
		for (size_t i = 0; i < nodes->count; i++) {
			if (is_same_server(instance, &nodes->all[i].endpoint)
				&& !contains(order, position, i)) {
				order[position] = (uint16_t)i;
				break;
			}
		}
	}
}

/* `order` stays for good: libmemcached does not restore the old order when sorting is turned
 * off. */
static bool prepare_sorting(hashing_libmemcached *chooser, const hashing_nodes *nodes)
{
	if (!chooser->order) {
		chooser->order = calloc(nodes->capacity + 1, sizeof(*chooser->order));
		hashing_libmemcached_follow(chooser, nodes);
	}
	return chooser->order != NULL;
}

/* --- settings --------------------------------------------------------------------------------- */

static bool is_ring(uint64_t distribution)
{
	return distribution == MEMCACHED_DISTRIBUTION_CONSISTENT
		|| distribution == MEMCACHED_DISTRIBUTION_CONSISTENT_KETAMA
		|| distribution == MEMCACHED_DISTRIBUTION_CONSISTENT_KETAMA_SPY
		|| distribution == MEMCACHED_DISTRIBUTION_CONSISTENT_WEIGHTED;
}

bool hashing_libmemcached_is_ring(const hashing_libmemcached *chooser)
{
	return is_ring(memcached_behavior_get(chooser->memc, MEMCACHED_BEHAVIOR_DISTRIBUTION));
}

bool hashing_libmemcached_makes_ring(memcached_behavior_t behavior, uint64_t value)
{
	return behavior == MEMCACHED_BEHAVIOR_KETAMA_WEIGHTED
		|| (behavior == MEMCACHED_BEHAVIOR_KETAMA && value)
		|| (behavior == MEMCACHED_BEHAVIOR_DISTRIBUTION && is_ring(value));
}

/* When weighted ketama is turned off, libmemcached alone would fall back to plain ketama; pecl
 * memcached restores its defaults. */
static bool apply_weighted_ketama(memcached_st *memc, uint64_t value)
{
	if (memcached_behavior_set(memc, MEMCACHED_BEHAVIOR_KETAMA_WEIGHTED, value)
		!= MEMCACHED_SUCCESS) {
		return false;
	}
	if (!value) {
		memcached_behavior_set_key_hash(memc, MEMCACHED_HASH_DEFAULT);
		memcached_behavior_set_distribution_hash(memc, MEMCACHED_HASH_DEFAULT);
		memcached_behavior_set_distribution(memc, MEMCACHED_DISTRIBUTION_MODULA);
	}
	return true;
}

/* pecl memcached does not call libmemcached when the value is the current one. The difference
 * matters: setting the same distribution again would turn off the weighting that a weighted server
 * had turned on. */
static bool apply(memcached_st *memc, memcached_behavior_t behavior, uint64_t value)
{
	if (behavior == MEMCACHED_BEHAVIOR_KETAMA_WEIGHTED) {
		return apply_weighted_ketama(memc, value);
	}
	return memcached_behavior_get(memc, behavior) == value
		|| memcached_behavior_set(memc, behavior, value) == MEMCACHED_SUCCESS;
}

bool hashing_libmemcached_set(hashing_libmemcached *chooser, const hashing_nodes *nodes,
	const char *prefix, memcached_behavior_t behavior, uint64_t value, bool applies)
{
	memcached_st *memc = chooser->memc;

	if (behavior == MEMCACHED_BEHAVIOR_SORT_HOSTS && !prepare_sorting(chooser, nodes)) {
		return false;
	}
	if (!chooser->by_application && !(memc = create_as_application(nodes, prefix))) {
		return false;
	}
	if (applies && !apply(memc, behavior, value)) {
		if (memc != chooser->memc) {
			memcached_free(memc);
		}
		return false;
	}
	if (memc != chooser->memc) {
		memcached_free(chooser->memc);
		chooser->memc = memc;
		chooser->by_application = true;
	}
	if (behavior == MEMCACHED_BEHAVIOR_HASH_WITH_PREFIX_KEY) {
		chooser->prefix_hashed = value != 0;
	}
	hashing_libmemcached_follow(chooser, nodes);
	return true;
}

/* --- choosing --------------------------------------------------------------------------------- */

/* libmemcached places all keys that are too long with their prefix on one node. Only server keys
 * can be that long, because servers refuse such item keys; McHA spreads them over the nodes by
 * rendezvous order.
 *
 * libmemcached's number of servers exceeds nodes->count only if it ran out of memory while a list
 * was added; the key then gets a wrong first node, but a valid one. */
bool hashing_libmemcached_first(const hashing_libmemcached *chooser, const hashing_nodes *nodes,
	size_t prefix_length, const char *key, size_t key_length, uint16_t *index)
{
	size_t position;

	if (chooser->prefix_hashed && prefix_length + key_length > KEY_LENGTH_MAX) {
		return false;
	}
	position = memcached_generate_hash(chooser->memc, key, key_length);
	if (position >= nodes->count) {
		position = 0;
	}
	*index = chooser->order ? chooser->order[position] : (uint16_t)position;
	return true;
}
