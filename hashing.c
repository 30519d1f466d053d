/* SPDX-License-Identifier: MIT */
/* The preference list of a key: the first node, by the chooser of the distribution, then the others
 * in rendezvous order.
 *
 *   hashing.c -- nodes, settings, the list
 *     hashing_roles          the nodes that can be first
 *     hashing_libmemcached   the first node, as pecl memcached chooses it
 *     hashing_memcache       the first node, as pecl memcache chooses it
 *     hashing_rendezvous     the next nodes; the first one, too, in the distribution rendezvous
 *     hashing_cache          preference lists of recently placed keys */
#include "hashing.h"

#include <stdlib.h>
#include <string.h>

#include "engine/base/fnv.h"
#include "placement/cache.h"
#include "placement/setting_replay.h"
#include "placement/libmemcached.h"
#include "placement/pecl_memcache.h"
#include "placement/rendezvous.h"
#include "placement/roles.h"

struct hashing {
	hashing_nodes nodes;
	hashing_roles roles;
	hashing_libmemcached libmemcached;
	hashing_memcache *memcache; /* NULL: the distribution is not one of pecl memcache's */
	hashing_rendezvous next;
	hashing_cache cache;
	char *prefix; /* NULL: none */
	size_t prefix_length;
	hashing_distribution distribution; /* as created */
	memcached_hash_t hash;
	hashing_choices choices;  /* settings made since creation */
	hashing_distribution own; /* HASHING_MODULA: libmemcached chooses first nodes */
};

/* --- life ------------------------------------------------------------------------------------ */

static bool is_memcache(uint64_t distribution)
{
	return distribution == HASHING_MEMCACHE_STANDARD || distribution == HASHING_MEMCACHE_CONSISTENT;
}

static bool is_own(uint64_t distribution)
{
	return distribution == HASHING_RENDEZVOUS || is_memcache(distribution);
}

/* False: no memory. *memcache is NULL for a distribution that is not one of pecl memcache's. */
static bool create_memcache(const hashing_nodes *nodes, hashing_distribution distribution, bool fnv,
	hashing_memcache **memcache)
{
	*memcache = is_memcache(distribution)
		? hashing_memcache_create(nodes, distribution == HASHING_MEMCACHE_CONSISTENT, fnv)
		: NULL;
	return *memcache || !is_memcache(distribution);
}

hashing *hashing_create(hashing_distribution distribution, memcached_hash_t hash)
{
	hashing *hashing = calloc(1, sizeof(*hashing));

	if (!hashing) {
		return NULL;
	}
	hashing->distribution = distribution;
	hashing->hash = hash;
	hashing->own = is_own(distribution) ? distribution : HASHING_MODULA;
	if (!hashing_libmemcached_init(&hashing->libmemcached, distribution == HASHING_KETAMA, hash)
		|| !create_memcache(&hashing->nodes, distribution, hash == MEMCACHED_HASH_FNV1A_32,
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

/* The nodes that can be a key's first node. */
static const hashing_nodes *first_nodes(const hashing *hashing)
{
	return hashing_roles_first(&hashing->roles, &hashing->nodes);
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

static void follow_nodes(hashing *hashing)
{
	hashing_cache_clear(&hashing->cache);
	hashing_libmemcached_follow(&hashing->libmemcached, first_nodes(hashing));
	if (hashing->memcache) {
		hashing_memcache_follow(hashing->memcache, first_nodes(hashing));
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
	follow_nodes(hashing);
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
	follow_nodes(hashing);
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

/* Refuses rings that would make libmemcached abort the process, distributions that are not stable,
 * and hashes that pecl memcache does not have. */
static bool is_refused(const hashing *hashing, memcached_behavior_t behavior, uint64_t value)
{
	if (hashing_libmemcached_makes_ring(behavior, value)) {
		return hashing->nodes.count > HASHING_RING_MAX;
	}
	if (behavior == MEMCACHED_BEHAVIOR_HASH && hashing->memcache) {
		return value != MEMCACHED_HASH_CRC && value != MEMCACHED_HASH_FNV1A_32;
	}
	return behavior == MEMCACHED_BEHAVIOR_DISTRIBUTION && value != MEMCACHED_DISTRIBUTION_MODULA
		&& value != MEMCACHED_DISTRIBUTION_VIRTUAL_BUCKET && !is_own(value);
}

/* The own distribution after this setting, or HASHING_MODULA if libmemcached chooses first nodes
 * then. The application's first setting replaces McHA's distribution by pecl memcached's default. A
 * distribution of pecl memcache stays until the application sets another distribution. */
static hashing_distribution own_after(const hashing *hashing, memcached_behavior_t behavior,
	uint64_t value)
{
	if (behavior == MEMCACHED_BEHAVIOR_DISTRIBUTION && is_own(value)) {
		return (hashing_distribution)value;
	}
	return !sets_distribution(behavior)
			&& (hashing->libmemcached.by_application || hashing->memcache)
		? hashing->own
		: HASHING_MODULA;
}

static bool fnv_after(const hashing *hashing, memcached_behavior_t behavior, uint64_t value)
{
	return (behavior == MEMCACHED_BEHAVIOR_HASH ? value
												: hashing_get(hashing, MEMCACHED_BEHAVIOR_HASH))
		== MEMCACHED_HASH_FNV1A_32;
}

bool hashing_set(hashing *hashing, memcached_behavior_t behavior, uint64_t value)
{
	bool applies = behavior != MEMCACHED_BEHAVIOR_DISTRIBUTION || !is_own(value);
	bool news = !hashing->libmemcached.by_application || hashing_get(hashing, behavior) != value;
	hashing_distribution own = own_after(hashing, behavior, value);
	hashing_memcache *memcache;

	if (!hashing_is_placement(behavior) || is_refused(hashing, behavior, value)
		|| !create_memcache(first_nodes(hashing), own, fnv_after(hashing, behavior, value),
			&memcache)) {
		return false;
	}
	if (!hashing_libmemcached_set(&hashing->libmemcached, first_nodes(hashing), hashing->prefix,
			behavior, value, applies)) {
		hashing_memcache_destroy(memcache);
		return false;
	}
	hashing_cache_clear(&hashing->cache);
	hashing_memcache_destroy(hashing->memcache);
	hashing->memcache = memcache;
	hashing->own = own;
	if (news) {
		hashing_choices_note(&hashing->choices,
			&(hashing_choice){behavior, hashing->nodes.count > 0, value});
	}
	return true;
}

memcached_return_t hashing_set_buckets(hashing *hashing, const uint32_t *hosts,
	const uint32_t *forward, uint32_t count, uint32_t replicas)
{
	hashing_buckets given = {(uint32_t *)hosts, (uint32_t *)forward, count, replicas};
	memcached_return_t result;

	if (count == 0) {
		return MEMCACHED_INVALID_ARGUMENTS;
	}
	if (!hashing_set(hashing, MEMCACHED_BEHAVIOR_DISTRIBUTION,
			MEMCACHED_DISTRIBUTION_VIRTUAL_BUCKET)
		|| !hashing_choices_keep_buckets(&hashing->choices, &given)) {
		return MEMCACHED_MEMORY_ALLOCATION_FAILURE;
	}
	result = memcached_bucket_set(hashing->libmemcached.memc, hosts, forward, count, replicas);
	follow_nodes(hashing);
	return result;
}

static bool choose_like(hashing *hashing, const hashing_choices *choices, bool late)
{
	for (size_t i = 0; i < choices->count; i++) {
		const hashing_choice *made = &choices->all[i];

		if (made->late == late && !hashing_set(hashing, made->behavior, made->value)) {
			return false;
		}
	}
	return true;
}

/* To be called before choose_like(): setting buckets also sets the distribution, which a recorded
 * setting may set again. */
static bool take_buckets(hashing *hashing, const hashing_buckets *given)
{
	return !given->hosts
		|| hashing_set_buckets(hashing, given->hosts, given->forward, given->count, given->replicas)
		== MEMCACHED_SUCCESS;
}

hashing *hashing_create_like(const hashing *like)
{
	hashing *made = hashing_create(like->distribution, like->hash);

	if (made
		&& (!hashing_set_prefix(made, like->prefix ? like->prefix : "", like->prefix_length)
			|| !take_buckets(made, &like->choices.buckets)
			|| !choose_like(made, &like->choices, false))) {
		hashing_destroy(made);
		made = NULL;
	}
	return made;
}

bool hashing_finish_like(hashing *hashing, const struct hashing *like)
{
	if (!choose_like(hashing, &like->choices, true)) {
		return false;
	}
	memcpy(hashing->choices.all, like->choices.all, sizeof(hashing->choices.all));
	hashing->choices.count = like->choices.count;
	return true;
}

bool hashing_is_like(const hashing *hashing, const struct hashing *other)
{
	return hashing->distribution == other->distribution && hashing->hash == other->hash
		&& strcmp(hashing->prefix ? hashing->prefix : "", other->prefix ? other->prefix : "") == 0
		&& hashing_choices_are_alike(&hashing->choices, &other->choices);
}

uint64_t hashing_get(const hashing *hashing, memcached_behavior_t behavior)
{
	if (behavior == MEMCACHED_BEHAVIOR_DISTRIBUTION && is_own(hashing->own)) {
		return hashing->own;
	}
	if (behavior == MEMCACHED_BEHAVIOR_HASH && hashing->memcache) {
		return hashing_memcache_is_fnv(hashing->memcache) ? MEMCACHED_HASH_FNV1A_32
														  : MEMCACHED_HASH_CRC;
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
	hashing_cache_clear(&hashing->cache);
	free(hashing->prefix);
	hashing->prefix = copy;
	hashing->prefix_length = length;
	return true;
}

/* --- choosing -------------------------------------------------------------------------------- */

/* Asks the distribution's chooser for the first node, as an index of first_nodes(). False:
 * rendezvous orders all nodes, the first one included. */
static bool ask_chooser(const hashing *hashing, const char *key, size_t key_length, uint16_t *index)
{
	const hashing_nodes *nodes = first_nodes(hashing);

	if (nodes->count == 0) {
		return false; /* the pool has only backups */
	}
	if (hashing->memcache) {
		*index = hashing_memcache_first(hashing->memcache, nodes,
			hashing->prefix ? hashing->prefix : "", hashing->prefix_length, key, key_length);
		return true;
	}
	return hashing->own != HASHING_RENDEZVOUS
		&& hashing_libmemcached_first(&hashing->libmemcached, nodes, hashing->prefix_length, key,
			key_length, index);
}

static bool choose_first(const hashing *hashing, const char *key, size_t key_length,
	uint16_t *index)
{
	if (!ask_chooser(hashing, key, key_length, index)) {
		return false;
	}
	*index = hashing_roles_index(&hashing->roles, *index);
	return true;
}

static size_t prefer(void *context, const char *key, size_t key_length, uint16_t *indices,
	size_t max)
{
	hashing *hashing = context;
	size_t count = max < hashing->nodes.count ? max : hashing->nodes.count;
	uint64_t hash = mcha_fnv1a(MCHA_FNV_START, key, key_length);
	size_t given;

	if (count == 0 || hashing_cache_find(&hashing->cache, hash, key, key_length, indices, count)) {
		return count;
	}
	given = choose_first(hashing, key, key_length, indices);
	if (given < count) {
		hashing_rendezvous_complete(&hashing->next, hash, indices, given, count);
	}
	hashing_cache_keep(&hashing->cache, hash, key, key_length, indices, count);
	return count;
}

mcha_placement hashing_placement(hashing *hashing)
{
	mcha_placement placement = {.context = hashing, .prefer = prefer};

	return placement;
}
