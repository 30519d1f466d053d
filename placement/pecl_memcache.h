/* SPDX-License-Identifier: MIT */
/* Chooses a key's first node as pecl memcache 4.0.5.2 does, for hashing.c. Depends neither on PHP
 * nor on libmemcached.
 *
 *   standard     bits 16 to 30 of the key's hash (1 if they are 0) modulo the number of buckets; a
 *                server of weight w has w buckets, in the order in which the servers were added
 *   consistent   the key's hash modulo 1024 selects a bucket; a bucket belongs to the server of the
 *                next point on a ring of 2^32 positions; a server of weight w has 160 * w points:
 *                the hashes of "host:port-0", "host:port-1" and so on
 *
 * The hash is CRC-32 or 32-bit FNV-1a of the whole key, including the prefix. */
#ifndef MCHA_PLACEMENT_PECL_MEMCACHE_H
#define MCHA_PLACEMENT_PECL_MEMCACHE_H

#include "nodes.h"

typedef struct hashing_memcache hashing_memcache;

/* NULL: no memory. */
hashing_memcache *hashing_memcache_create(const hashing_nodes *nodes, bool consistent, bool fnv);
void hashing_memcache_destroy(hashing_memcache *memcache);

bool hashing_memcache_is_fnv(const hashing_memcache *memcache);

/* Adds the points of nodes that were appended since the last call; removes all points if nodes is
 * empty. */
void hashing_memcache_follow(hashing_memcache *memcache, const hashing_nodes *nodes);

/* The index of the key's first node; nodes must not be empty. */
uint16_t hashing_memcache_first(const hashing_memcache *memcache, const hashing_nodes *nodes,
	const char *prefix, size_t prefix_length, const char *key, size_t key_length);

#endif
