/* SPDX-License-Identifier: MIT */
/* Preference lists of keys that were placed before: a ring's md5 and its search cost more than all
 * else that a client does for a small value, and the same keys come again and again. Each list has
 * one place, by its key's hash; keys are compared whole. */
#ifndef MCHA_PLACEMENT_CACHE_H
#define MCHA_PLACEMENT_CACHE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct hashing_cached hashing_cached;

typedef struct hashing_cache {
	hashing_cached *lists; /* NULL: not worth it yet */
	unsigned asked;        /* since the nodes or the settings changed */
} hashing_cache;

/* Writes the first `count` of the key's list. False: it is not here. */
bool hashing_cache_find(hashing_cache *cache, uint64_t hash, const char *key, size_t key_length,
		uint16_t *indices, size_t count);

/* Keeps a list, if it and its key are short enough. */
void hashing_cache_keep(hashing_cache *cache, uint64_t hash, const char *key, size_t key_length,
		const uint16_t *indices, size_t count);

/* All lists are others now; or it ends. */
void hashing_cache_clear(hashing_cache *cache);

#endif
