/* SPDX-License-Identifier: MIT */
/* Where keys lie: the preference list of a key, for the engine (it implements engine/pool/placement.h).
 *
 *      key ---> first node: libmemcached's choice, so that keys lie where pecl memcached put them,
 *           |               or pecl memcache's
 *           `-> next nodes: weighted rendezvous order, a new zone each time while there are any
 *
 * Two ways to get there. With McHA's own settings (mcha.distribution, mcha.hash) the list of nodes
 * alone decides. Once an application sets a placement option itself, the object starts again from
 * pecl memcached's defaults and does what pecl memcached does after the same calls in the same
 * order. (hashing_add is addServer, hashing_add_list addServers; libmemcached tells them apart.)
 *
 * pecl memcache's distributions hash by its crc32 (HASH_CRC), or by fnv1a_32 if that is the hash when
 * they are chosen or set then. Settings other than a distribution do not lead away from them.
 *
 * Belongs to one thread at a time. Allocates by malloc, and never in the placement itself. */
#ifndef MCHA_HASHING_H
#define MCHA_HASHING_H

#include <libmemcached/memcached.h>

#include "engine/net/endpoint.h"
#include "engine/pool/placement.h"

/* libmemcached's continuum is made for this many servers; adding more ends the process in an
 * assertion. The other distributions take HASHING_NODES_MAX. */
#define HASHING_RING_MAX 100
#define HASHING_NODES_MAX 4096

typedef enum hashing_distribution {
	HASHING_KETAMA, /* libketama's: weighted, by md5 points */
	HASHING_MODULA, /* hash modulo number of nodes */
	/* also values for MEMCACHED_BEHAVIOR_DISTRIBUTION, beyond theirs */
	HASHING_RENDEZVOUS = 1001,
	HASHING_MEMCACHE_STANDARD, /* pecl memcache's, see placement/pecl_memcache.h */
	HASHING_MEMCACHE_CONSISTENT
} hashing_distribution;

typedef struct hashing hashing;

/* False: another word than these. */
#define HASHING_DISTRIBUTION_NAMES \
	"ketama, modula, rendezvous, memcache_standard, memcache_consistent"
bool hashing_distribution_by_name(const char *name, hashing_distribution *distribution);

/* By libmemcached's names; false: another word, or not built into this libmemcached. */
#define HASHING_HASH_NAMES \
	"default, md5, crc, fnv1_64, fnv1a_64, fnv1_32, fnv1a_32, hsieh, murmur, jenkins, murmur3"
bool hashing_hash_by_name(const char *name, memcached_hash_t *hash);

/* NULL: no memory, or the hash is not built into this libmemcached. */
hashing *hashing_create(hashing_distribution distribution, memcached_hash_t hash);
void hashing_destroy(hashing *hashing);

/* Adds nodes behind the others, under the next indices. False: none was added, for want of room or
 * of memory. hashing_add is addServer(), hashing_add_list addServers() and pool strings. */
bool hashing_add(hashing *hashing, const mcha_endpoint *endpoint);
bool hashing_add_list(hashing *hashing, const mcha_endpoint *endpoints, size_t count);

/* Adds the nodes of another one, the way that they were added there. */
bool hashing_add_nodes_of(hashing *hashing, const struct hashing *other);

/* How many more nodes it takes, in its present distribution. */
size_t hashing_room(const hashing *hashing);

/* Forgets the nodes and keeps the settings, as resetServerList() does. */
void hashing_clear(hashing *hashing);

/* The behaviours that decide where keys lie, and so belong into hashing_set. */
bool hashing_is_placement(memcached_behavior_t behavior);

/* What setOption() does with one of them in pecl memcached. False, and nothing changed:
 * libmemcached refuses the value; the distribution is not stable (random); it is a ring and there are more than HASHING_RING_MAX nodes; the hash is not one of
 * the distribution's, which is pecl memcache's; or there is no memory. */
bool hashing_set(hashing *hashing, memcached_behavior_t behavior, uint64_t value);
uint64_t hashing_get(const hashing *hashing, memcached_behavior_t behavior);

/* setBucket(): virtual buckets, each the index of a node; a node that is not there (yet) is the first
 * one. forward may be NULL; it and replicas are kept by libmemcached and used by nobody. INVALID
 * (libmemcached's): no bucket at all. */
memcached_return_t hashing_set_buckets(hashing *hashing, const uint32_t *hosts,
		const uint32_t *forward, uint32_t count, uint32_t replicas);

/* Makes one with the settings of another, in the order of calls in which that one came by them: some were
 * made before there were nodes (then it has no nodes), some when there were (to be called when its
 * nodes have been added; false: they do not fit these nodes, or no memory). */
hashing *hashing_create_like(const hashing *like);
bool hashing_finish_like(hashing *hashing, const struct hashing *like);

/* Their settings are the same. */
bool hashing_is_like(const hashing *hashing, const struct hashing *other);

/* The key prefix, hashed before the key if MEMCACHED_BEHAVIOR_HASH_WITH_PREFIX_KEY is set, and
 * always in pecl memcache's distributions. False, and nothing changed: longer than libmemcached
 * takes (127), not usable in keys, or no memory. */
bool hashing_set_prefix(hashing *hashing, const char *prefix, size_t length);

/* Borrows the object. */
mcha_placement hashing_placement(hashing *hashing);

#endif
