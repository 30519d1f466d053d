/* SPDX-License-Identifier: MIT */
/* Placement: the preference list of a key, for the engine (hashing.c implements
 * engine/pool/placement.h).
 *
 *   key ---> first node: chosen by libmemcached, so that keys stay on the nodes where pecl
 *        |               memcached put them, or as pecl memcache chooses it
 *        `-> next nodes: weighted rendezvous order, a new zone each time until every zone has a
 *                        node
 *
 * There are two modes. With McHA's own settings (mcha.distribution, mcha.hash) the placement
 * depends only on the list of nodes. Once the application sets a placement option, the object
 * starts again from pecl memcached's defaults, and the placement is that of pecl memcached after
 * the same calls in the same order. (hashing_add corresponds to addServer() and hashing_add_list to
 * addServers(): libmemcached treats them differently.)
 *
 * The distributions of pecl memcache hash with its crc32 (HASH_CRC), or with fnv1a_32 if that is
 * the present hash when the distribution is chosen, or is set later. Only setting another
 * distribution leaves them.
 *
 * An object belongs to one thread at a time. It allocates with malloc(), and placing a key
 * allocates nothing but the cache of preference lists. */
#ifndef MCHA_HASHING_H
#define MCHA_HASHING_H

#include <libmemcached/memcached.h>

#include "engine/net/endpoint.h"
#include "engine/pool/placement.h"

/* libmemcached's continuum has room for this many servers; with more of them an assertion ends the
 * process. The other distributions take HASHING_NODES_MAX. */
#define HASHING_RING_MAX 100
#define HASHING_NODES_MAX 4096

typedef enum hashing_distribution {
	HASHING_KETAMA, /* libketama's: weighted, by MD5 points */
	HASHING_MODULA, /* the hash modulo the number of nodes */
	/* also values of MEMCACHED_BEHAVIOR_DISTRIBUTION, outside libmemcached's range */
	HASHING_RENDEZVOUS = 1001,
	HASHING_MEMCACHE_STANDARD, /* pecl memcache's, see placement/pecl_memcache.h */
	HASHING_MEMCACHE_CONSISTENT
} hashing_distribution;

typedef struct hashing hashing;

/* False: the word is none of these. */
#define HASHING_DISTRIBUTION_NAMES \
	"ketama, modula, rendezvous, memcache_standard, memcache_consistent"
bool hashing_distribution_by_name(const char *name, hashing_distribution *distribution);

/* Reads libmemcached's name of a hash. False: unknown name, or not built into this libmemcached. */
#define HASHING_HASH_NAMES \
	"default, md5, crc, fnv1_64, fnv1a_64, fnv1_32, fnv1a_32, hsieh, murmur, jenkins, murmur3"
bool hashing_hash_by_name(const char *name, memcached_hash_t *hash);

/* NULL: no memory, or the hash is not built into this libmemcached. */
hashing *hashing_create(hashing_distribution distribution, memcached_hash_t hash);
void hashing_destroy(hashing *hashing);

/* Appends nodes under the next indices. hashing_add is for addServer(), hashing_add_list for
 * addServers() and pool strings. False: the distribution has no room or there is no memory, and no
 * node was added. */
bool hashing_add(hashing *hashing, const mcha_endpoint *endpoint);
bool hashing_add_list(hashing *hashing, const mcha_endpoint *endpoints, size_t count);

/* Adds the nodes of another placement, by the same functions by which they were added there. */
bool hashing_add_nodes_of(hashing *hashing, const struct hashing *other);

/* How many more nodes the present distribution can take. */
size_t hashing_room(const hashing *hashing);

/* Removes the nodes and keeps the settings, as resetServerList() does. */
void hashing_clear(hashing *hashing);

/* The behavior affects placement, and so is set by hashing_set(). */
bool hashing_is_placement(memcached_behavior_t behavior);

/* Sets a placement behavior as pecl memcached's setOption() does. False: nothing changed, because
 * libmemcached refuses the value, the distribution is not stable (random), it is a ring and there
 * are more than HASHING_RING_MAX nodes, the present distribution is pecl memcache's and does not
 * have the hash, or there is no memory. */
bool hashing_set(hashing *hashing, memcached_behavior_t behavior, uint64_t value);
uint64_t hashing_get(const hashing *hashing, memcached_behavior_t behavior);

/* setBucket(): sets virtual buckets, each the index of a node; an index without a node means the
 * first node. forward may be NULL; libmemcached stores forward and replicas and never uses them.
 * MEMCACHED_INVALID_ARGUMENTS: count is 0. */
memcached_return_t hashing_set_buckets(hashing *hashing, const uint32_t *hosts,
	const uint32_t *forward, uint32_t count, uint32_t replicas);

/* Creates a placement with the settings of another one, in two steps, because the settings have to
 * be repeated in the order of the original calls. hashing_create_like repeats the settings made
 * before there were nodes, and returns a placement without nodes. After the caller has added the
 * nodes, hashing_finish_like repeats the settings made when there were nodes; false: they do not
 * fit these nodes, or no memory. */
hashing *hashing_create_like(const hashing *like);
bool hashing_finish_like(hashing *hashing, const struct hashing *like);

/* Both have the same settings. */
bool hashing_is_like(const hashing *hashing, const struct hashing *other);

/* Sets the key prefix. It is hashed before the key if MEMCACHED_BEHAVIOR_HASH_WITH_PREFIX_KEY is
 * set, and always in pecl memcache's distributions. False: nothing changed, because the prefix is
 * longer than libmemcached's 127 bytes, has bytes that keys may not have, or there is no memory. */
bool hashing_set_prefix(hashing *hashing, const char *prefix, size_t length);

/* The placement refers to the object and must not outlive it. */
mcha_placement hashing_placement(hashing *hashing);

#endif
