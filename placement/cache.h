/* SPDX-License-Identifier: MIT */
/* Caches the preference lists of keys that were placed before: the MD5 hash and the search in the
 * ring cost more than everything else that a client does for a small value, and applications use
 * the same keys again and again. The hash of a key selects the one entry that can hold its list; a
 * lookup compares the whole key. */
#ifndef MCHA_PLACEMENT_CACHE_H
#define MCHA_PLACEMENT_CACHE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct hashing_cached hashing_cached;

typedef struct hashing_cache {
	hashing_cached *lists; /* NULL: not allocated, because too few keys were placed */
	unsigned asked;        /* keys placed since the nodes or the settings changed */
} hashing_cache;

/* Writes the first `count` nodes of the key's list. False: the list is not cached. */
bool hashing_cache_find(hashing_cache *cache, uint64_t hash, const char *key, size_t key_length,
	uint16_t *indices, size_t count);

/* Caches the list if the list and the key are short enough. */
void hashing_cache_keep(hashing_cache *cache, uint64_t hash, const char *key, size_t key_length,
	const uint16_t *indices, size_t count);

/* Drops all lists: when the nodes or the settings have changed, or the cache ends. */
void hashing_cache_clear(hashing_cache *cache);

#endif
