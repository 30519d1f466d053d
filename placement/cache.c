/* SPDX-License-Identifier: MIT */
/* The cache takes 16 KiB; one preference list and its key share a CPU cache line. A client that
 * places few keys before it ends or its pool changes never allocates the cache. */
#include "cache.h"

#include <stdlib.h>
#include <string.h>

#define LISTS 256   /* a power of 2 */
#define WORTH_IT 64 /* keys placed before the cache is allocated */
#define KEY_LONGEST 46
#define LIST_LONGEST 8 /* three home nodes and their handoff nodes */

struct hashing_cached {
	uint8_t key_length; /* 0: the entry is empty */
	uint8_t count;
	char key[KEY_LONGEST];
	uint16_t indices[LIST_LONGEST];
};

static bool fits(const hashing_cached *list, const char *key, size_t key_length)
{
	return list->key_length == key_length && memcmp(list->key, key, key_length) == 0;
}

/* The high bits of an FNV hash are weak, so the low bits select the entry. */
static hashing_cached *place(const hashing_cache *cache, uint64_t hash)
{
	return &cache->lists[hash % LISTS];
}

bool hashing_cache_find(hashing_cache *cache, uint64_t hash, const char *key, size_t key_length,
	uint16_t *indices, size_t count)
{
	const hashing_cached *list;

	if (!cache->lists || !key_length) {
		return false;
	}
	list = place(cache, hash);
	if (list->count < count || !fits(list, key, key_length)) {
		return false;
	}
	memcpy(indices, list->indices, count * sizeof(*indices));
	return true;
}

void hashing_cache_keep(hashing_cache *cache, uint64_t hash, const char *key, size_t key_length,
	const uint16_t *indices, size_t count)
{
	hashing_cached *list;

	if (key_length > KEY_LONGEST || count > LIST_LONGEST || ++cache->asked < WORTH_IT) {
		return;
	}
	if (!cache->lists) {
		cache->lists = calloc(LISTS, sizeof(*cache->lists));
	}
	if (cache->lists) {
		list = place(cache, hash);
		list->key_length = (uint8_t)key_length;
		list->count = (uint8_t)count;
		memcpy(list->key, key, key_length);
		memcpy(list->indices, indices, count * sizeof(*indices));
	}
}

void hashing_cache_clear(hashing_cache *cache)
{
	free(cache->lists);
	*cache = (hashing_cache){0};
}
