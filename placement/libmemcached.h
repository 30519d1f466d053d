/* SPDX-License-Identifier: MIT */
/* libmemcached's choice of a key's first node, for hashing.c: a private memcached_st that knows the
 * servers and never connects. Its hashes and continuum are libmemcached's business and are not
 * written again here. */
#ifndef MCHA_PLACEMENT_LIBMEMCACHED_H
#define MCHA_PLACEMENT_LIBMEMCACHED_H

#include <libmemcached/memcached.h>

#include "nodes.h"

typedef struct hashing_libmemcached {
	memcached_st *memc;
	uint16_t *order;       /* its position to our index; NULL: the same */
	bool by_application;   /* it set a placement option itself */
	bool prefix_hashed;
} hashing_libmemcached;

/* False: no memory, or the hash is not built in; deinit all the same. */
bool hashing_libmemcached_init(hashing_libmemcached *chooser, bool ketama, memcached_hash_t hash);
void hashing_libmemcached_deinit(hashing_libmemcached *chooser);

/* The distribution at hand is a ring, which takes HASHING_RING_MAX servers. */
bool hashing_libmemcached_is_ring(const hashing_libmemcached *chooser);

/* Room for so many nodes in all; false: no memory. */
bool hashing_libmemcached_reserve(hashing_libmemcached *chooser, size_t capacity);

/* All or none: as addServers(), or, of one, as addServer(). _follow comes after it, when the nodes
 * have them too. */
bool hashing_libmemcached_push(hashing_libmemcached *chooser, const mcha_endpoint *endpoints,
		size_t count, bool by_list);
void hashing_libmemcached_follow(hashing_libmemcached *chooser, const hashing_nodes *nodes);

void hashing_libmemcached_clear(hashing_libmemcached *chooser);

/* False: libmemcached does not take it, and nothing changed. */
bool hashing_libmemcached_set_prefix(hashing_libmemcached *chooser, const char *prefix);

/* What setOption() does with a placement behaviour in pecl memcached, starting, at the first, from
 * pecl memcached's own defaults; one that libmemcached does not know (applies is false) only starts
 * there. False, and nothing changed: refused. */
bool hashing_libmemcached_set(hashing_libmemcached *chooser, const hashing_nodes *nodes,
		const char *prefix, memcached_behavior_t behavior, uint64_t value, bool applies);
bool hashing_libmemcached_makes_ring(memcached_behavior_t behavior, uint64_t value);

/* The first node's index. False: the key is too long with its prefix for libmemcached to hash. */
bool hashing_libmemcached_first(const hashing_libmemcached *chooser, const hashing_nodes *nodes,
		size_t prefix_length, const char *key, size_t key_length, uint16_t *index);

#endif
