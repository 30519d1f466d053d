/* SPDX-License-Identifier: MIT */
/* The words of the ini settings for distributions and hashes. */
#include "hashing.h"

#include <string.h>

static const struct {
	const char *name;
	hashing_distribution distribution;
} distributions[] = {
	{"ketama", HASHING_KETAMA},
	{"modula", HASHING_MODULA},
	{"rendezvous", HASHING_RENDEZVOUS},
	{"memcache_standard", HASHING_MEMCACHE_STANDARD},
	{"memcache_consistent", HASHING_MEMCACHE_CONSISTENT},
};

bool hashing_distribution_by_name(const char *name, hashing_distribution *distribution)
{
	for (size_t i = 0; i < sizeof(distributions) / sizeof(distributions[0]); i++) {
		if (strcmp(name, distributions[i].name) == 0) {
			*distribution = distributions[i].distribution;
			return true;
		}
	}
	return false;
}

static const struct {
	const char *name;
	memcached_hash_t hash;
} hashes[] = {
	{"default", MEMCACHED_HASH_DEFAULT},
	{"md5", MEMCACHED_HASH_MD5},
	{"crc", MEMCACHED_HASH_CRC},
	{"fnv1_64", MEMCACHED_HASH_FNV1_64},
	{"fnv1a_64", MEMCACHED_HASH_FNV1A_64},
	{"fnv1_32", MEMCACHED_HASH_FNV1_32},
	{"fnv1a_32", MEMCACHED_HASH_FNV1A_32},
	{"hsieh", MEMCACHED_HASH_HSIEH},
	{"murmur", MEMCACHED_HASH_MURMUR},
	{"jenkins", MEMCACHED_HASH_JENKINS},
	{"murmur3", MEMCACHED_HASH_MURMUR3},
};

static bool is_built_in(memcached_hash_t hash)
{
	memcached_st *probe = memcached_create(NULL);
	bool built_in = probe
		&& memcached_behavior_set(probe, MEMCACHED_BEHAVIOR_HASH, hash) == MEMCACHED_SUCCESS;

	memcached_free(probe);
	return built_in;
}

bool hashing_hash_by_name(const char *name, memcached_hash_t *hash)
{
	for (size_t i = 0; i < sizeof(hashes) / sizeof(hashes[0]); i++) {
		if (strcmp(name, hashes[i].name) == 0) {
			*hash = hashes[i].hash;
			return is_built_in(*hash);
		}
	}
	return false;
}
