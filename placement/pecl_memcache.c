/* SPDX-License-Identifier: MIT */
/* Lookups search the ring at 1024 fixed positions only. Of the points between two neighboring
 * positions a lookup can find only the lowest one, so this module stores that one, and neither
 * stores nor sorts the others. */
#include "pecl_memcache.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#define BUCKETS 1024
/* distance between the ring positions of two neighboring buckets */
#define BUCKET_STEP (UINT32_MAX / BUCKETS)
#define POINTS_PER_WEIGHT 160

typedef struct hash_function {
	uint32_t start;
	uint32_t (*more)(uint32_t state, const char *bytes, size_t length);
} hash_function;

/* The lowest point between the position of one bucket and that of the next. */
typedef struct slot {
	uint32_t point;
	uint16_t node;
	bool taken;
} slot;

struct hashing_memcache {
	const hash_function *hash;
	bool consistent;
	size_t count;              /* nodes whose points are in the slots */
	slot slots[BUCKETS];       /* only if consistent */
	uint16_t buckets[BUCKETS]; /* only if consistent: the node of each bucket */
};

/* --- hashes ----------------------------------------------------------------------------------- */

static uint32_t more_crc32(uint32_t state, const char *bytes, size_t length)
{
	return (uint32_t)crc32(state, (const Bytef *)bytes, (uInt)length);
}

/* pecl memcache hashes bytes from 128 on as negative numbers on platforms with signed chars (x86).
 * McHA does so on every platform, because all hosts of a pool must place a key on the same node. */
static uint32_t more_fnv(uint32_t state, const char *bytes, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		state = (state ^ (uint32_t)(signed char)bytes[i]) * UINT32_C(0x01000193);
	}
	return state;
}

static const hash_function crc32_function = {0, more_crc32};
static const hash_function fnv_function = {UINT32_C(0x811c9dc5), more_fnv};

bool hashing_memcache_is_fnv(const hashing_memcache *memcache)
{
	return memcache->hash == &fnv_function;
}

/* --- life ------------------------------------------------------------------------------------- */

hashing_memcache *hashing_memcache_create(const hashing_nodes *nodes, bool consistent, bool fnv)
{
	hashing_memcache *memcache = calloc(1, sizeof(*memcache));

	if (memcache) {
		memcache->consistent = consistent;
		memcache->hash = fnv ? &fnv_function : &crc32_function;
		hashing_memcache_follow(memcache, nodes);
	}
	return memcache;
}

void hashing_memcache_destroy(hashing_memcache *memcache)
{
	free(memcache);
}

/* --- the ring --------------------------------------------------------------------------------- */

/* "unix:///path:0", "host:port", "[::1]:port": as applications write them for pecl memcache. */
static uint32_t hash_name(const hash_function *hash, const mcha_endpoint *endpoint)
{
	static const char scheme[] = "unix://";
	bool is_unix = mcha_endpoint_is_unix(endpoint);
	char name[MCHA_ENDPOINT_NAME_MAX];
	uint32_t state = hash->more(hash->start, scheme, is_unix ? sizeof(scheme) - 1 : 0);

	mcha_endpoint_name(endpoint, name);
	state = hash->more(state, name, strlen(name));
	return hash->more(state, is_unix ? ":0-" : "-", is_unix ? 3 : 1);
}

/* If two servers have the same point, the server that was added first keeps it. */
static void put_point(hashing_memcache *memcache, uint32_t point, uint16_t node)
{
	uint32_t bucket = point / BUCKET_STEP;
	slot *slot = &memcache->slots[bucket < BUCKETS ? bucket : BUCKETS - 1];

	if (!slot->taken || point < slot->point) {
		slot->point = point;
		slot->node = node;
		slot->taken = true;
	}
}

static void put_node(hashing_memcache *memcache, const hashing_nodes *nodes, uint16_t node)
{
	const mcha_endpoint *endpoint = &nodes->all[node].endpoint;
	uint32_t name = hash_name(memcache->hash, endpoint);
	uint32_t points = (uint32_t)endpoint->weight * POINTS_PER_WEIGHT;

	for (uint32_t i = 0; i < points; i++) {
		char digits[10];
		size_t at = sizeof(digits);
		uint32_t rest = i;

		do {
			digits[--at] = (char)('0' + rest % 10);
		} while (rest /= 10);
		put_point(memcache, memcache->hash->more(name, digits + at, sizeof(digits) - at), node);
	}
}

/* A bucket belongs to the node of the next point on the ring; after the last point the ring
 * continues with the first. */
static void share_buckets(hashing_memcache *memcache)
{
	size_t lowest = 0;
	uint16_t owner;

	while (!memcache->slots[lowest].taken) {
		lowest++;
	}
	owner = memcache->slots[lowest].node;
	for (size_t i = BUCKETS; i-- > 0;) {
		if (memcache->slots[i].taken) {
			owner = memcache->slots[i].node;
		}
		memcache->buckets[i] = owner;
	}
}

void hashing_memcache_follow(hashing_memcache *memcache, const hashing_nodes *nodes)
{
	if (nodes->count == 0) {
		memset(memcache->slots, 0, sizeof(memcache->slots));
		memcache->count = 0;
		return;
	}
	if (!memcache->consistent) {
		return;
	}
	for (; memcache->count < nodes->count; memcache->count++) {
		put_node(memcache, nodes, (uint16_t)memcache->count);
	}
	share_buckets(memcache);
}

/* --- choosing --------------------------------------------------------------------------------- */

/* The node that owns the bucket: the first one whose weight_end is greater. */
static uint16_t node_of_bucket(const hashing_nodes *nodes, uint32_t bucket)
{
	size_t low = 0, high = nodes->count - 1;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (nodes->all[middle].weight_end > bucket) {
			high = middle;
		} else {
			low = middle + 1;
		}
	}
	return (uint16_t)low;
}

uint16_t hashing_memcache_first(const hashing_memcache *memcache, const hashing_nodes *nodes,
	const char *prefix, size_t prefix_length, const char *key, size_t key_length)
{
	uint32_t hash = memcache->hash->more(memcache->hash->start, prefix, prefix_length);
	uint32_t bits;

	hash = memcache->hash->more(hash, key, key_length);
	if (memcache->consistent) {
		return memcache->buckets[hash % BUCKETS];
	}
	bits = hash >> 16 & 0x7fff;
	return node_of_bucket(nodes, (bits ? bits : 1) % nodes->all[nodes->count - 1].weight_end);
}
