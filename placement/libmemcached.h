/* SPDX-License-Identifier: MIT */
/* Asks libmemcached for a key's first node, for hashing.c: a private memcached_st has the servers
 * and never connects. McHA uses libmemcached's hashes and continuum and does not reimplement
 * them. */
#ifndef MCHA_PLACEMENT_LIBMEMCACHED_H
#define MCHA_PLACEMENT_LIBMEMCACHED_H

#include <libmemcached/memcached.h>

#include "nodes.h"

typedef struct hashing_libmemcached {
	memcached_st *memc;
	/* from position in the memcached_st to index in the nodes; NULL: the same */
	uint16_t *order;
	bool by_application; /* the application has set a placement option */
	bool prefix_hashed;
} hashing_libmemcached;

/* False: no memory, or the hash is not built in; the caller must deinit in that case, too. */
bool hashing_libmemcached_init(hashing_libmemcached *chooser, bool ketama, memcached_hash_t hash);
void hashing_libmemcached_deinit(hashing_libmemcached *chooser);

/* The present distribution is a ring, which has at most HASHING_RING_MAX servers. */
bool hashing_libmemcached_is_ring(const hashing_libmemcached *chooser);

/* Makes room for `capacity` nodes in total. False: no memory. */
bool hashing_libmemcached_reserve(hashing_libmemcached *chooser, size_t capacity);

/* Adds all endpoints or none: by_list as addServers(), otherwise one endpoint as addServer(). The
 * caller then appends them to the nodes and calls _follow. */
bool hashing_libmemcached_push(hashing_libmemcached *chooser, const mcha_endpoint *endpoints,
	size_t count, bool by_list);
void hashing_libmemcached_follow(hashing_libmemcached *chooser, const hashing_nodes *nodes);

void hashing_libmemcached_clear(hashing_libmemcached *chooser);

/* False: libmemcached refuses the prefix, and nothing changed. */
bool hashing_libmemcached_set_prefix(hashing_libmemcached *chooser, const char *prefix);

/* Sets a placement behavior as pecl memcached's setOption() does. The first call starts from pecl
 * memcached's defaults instead of McHA's. applies is false for a value that libmemcached does not
 * have: then only that start takes place. False: refused, and nothing changed. */
bool hashing_libmemcached_set(hashing_libmemcached *chooser, const hashing_nodes *nodes,
	const char *prefix, memcached_behavior_t behavior, uint64_t value, bool applies);
bool hashing_libmemcached_makes_ring(memcached_behavior_t behavior, uint64_t value);

/* The first node's index. False: the key is too long with its prefix for libmemcached to hash. */
bool hashing_libmemcached_first(const hashing_libmemcached *chooser, const hashing_nodes *nodes,
	size_t prefix_length, const char *key, size_t key_length, uint16_t *index);

#endif
