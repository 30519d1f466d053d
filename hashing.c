/* SPDX-License-Identifier: MIT */
/* The preference list of a key: the first node, by the chooser of the distribution, then the others
 * in rendezvous order.
 *
 *   hashing.c -- settings, the list
 *     hashing                the nodes, and the parts below (placement/node_set.h)
 *     hashing_roles          the nodes that can be first
 *     hashing_libmemcached   the first node, as pecl memcached chooses it
 *     hashing_memcache       the first node, as pecl memcache chooses it
 *     hashing_rendezvous     the next nodes; the first one, too, in the distribution rendezvous
 *     hashing_cache          preference lists of recently placed keys */
#include "hashing.h"

#include <stdlib.h>
#include <string.h>

#include "engine/base/fnv.h"
#include "placement/node_set.h"

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
		&& value != MEMCACHED_DISTRIBUTION_VIRTUAL_BUCKET && !hashing_is_own(value);
}

/* The own distribution after this setting, or HASHING_MODULA if libmemcached chooses first nodes
 * then. The application's first setting replaces McHA's distribution by pecl memcached's default. A
 * distribution of pecl memcache stays until the application sets another distribution. */
static hashing_distribution own_after(const hashing *hashing, memcached_behavior_t behavior,
	uint64_t value)
{
	if (behavior == MEMCACHED_BEHAVIOR_DISTRIBUTION && hashing_is_own(value)) {
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
	bool applies = behavior != MEMCACHED_BEHAVIOR_DISTRIBUTION || !hashing_is_own(value);
	bool news = !hashing->libmemcached.by_application || hashing_get(hashing, behavior) != value;
	hashing_distribution own = own_after(hashing, behavior, value);
	hashing_memcache *memcache;

	if (!hashing_is_placement(behavior) || is_refused(hashing, behavior, value)
		|| !hashing_create_memcache(hashing_first_nodes(hashing), own,
			fnv_after(hashing, behavior, value), &memcache)) {
		return false;
	}
	if (!hashing_libmemcached_set(&hashing->libmemcached, hashing_first_nodes(hashing),
			hashing->prefix, behavior, value, applies)) {
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
	hashing_follow_nodes(hashing);
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
	if (behavior == MEMCACHED_BEHAVIOR_DISTRIBUTION && hashing_is_own(hashing->own)) {
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

/* Asks the distribution's chooser for the first node, as an index of hashing_first_nodes(). False:
 * rendezvous orders all nodes, the first one included. */
static bool ask_chooser(const hashing *hashing, const char *key, size_t key_length, uint16_t *index)
{
	const hashing_nodes *nodes = hashing_first_nodes(hashing);

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
