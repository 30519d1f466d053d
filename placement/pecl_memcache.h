/* SPDX-License-Identifier: MIT */
/* pecl memcache's choice of a key's first node (as of 4.0.5.2), for hashing.c. Knows neither PHP nor
 * libmemcached.
 *
 *   standard     bits 16 to 30 of the key's hash, 1 if they are 0, modulo the buckets; a server of
 *                weight w has w of them, in the order in which servers were added
 *   consistent   the key's hash modulo 1024 buckets; a bucket belongs to the next of the points on
 *                the ring of 2^32, of which a server of weight w has 160 w: the hashes of
 *                "host:port-0", "host:port-1" and so on
 *
 * The hash is crc32, or FNV-1a of 32 bits, of the whole key, pecl memcache's own prefix included. */
#ifndef MCHA_PLACEMENT_PECL_MEMCACHE_H
#define MCHA_PLACEMENT_PECL_MEMCACHE_H

#include "nodes.h"

typedef struct hashing_memcache hashing_memcache;

/* NULL: no memory. */
hashing_memcache *hashing_memcache_create(const hashing_nodes *nodes, bool consistent, bool fnv);
void hashing_memcache_destroy(hashing_memcache *memcache);

bool hashing_memcache_is_fnv(const hashing_memcache *memcache);

/* Takes in the nodes that came behind those that it knows, or, if there are none, forgets all. */
void hashing_memcache_follow(hashing_memcache *memcache, const hashing_nodes *nodes);

/* The first node's index; there is at least one. */
uint16_t hashing_memcache_first(const hashing_memcache *memcache, const hashing_nodes *nodes,
		const char *prefix, size_t prefix_length, const char *key, size_t key_length);

#endif
