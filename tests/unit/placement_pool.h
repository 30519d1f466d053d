/* SPDX-License-Identifier: MIT */
/* A pool for placement tests: the placement and the endpoints it was given, in order. A test fails
 * if its pool cannot be made. */
#ifndef MCHA_TESTS_PLACEMENT_POOL_H
#define MCHA_TESTS_PLACEMENT_POOL_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "engine/net/pool_string.h"
#include "hashing.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define NODES_MAX 400

/* libmemcached's distributions that are deterministic; the rings begin at 1. */
static const int stable_distributions[] = {
	MEMCACHED_DISTRIBUTION_MODULA,
	MEMCACHED_DISTRIBUTION_CONSISTENT,
	MEMCACHED_DISTRIBUTION_CONSISTENT_KETAMA,
	MEMCACHED_DISTRIBUTION_CONSISTENT_KETAMA_SPY,
	MEMCACHED_DISTRIBUTION_CONSISTENT_WEIGHTED,
};

typedef struct pool {
	hashing *hashing;
	mcha_placement placement;
	mcha_endpoint endpoints[NODES_MAX];
	size_t count;
} pool;

static inline pool *pool_new(hashing_distribution distribution, memcached_hash_t hash)
{
	pool *pool = calloc(1, sizeof(*pool));

	assert_non_null(pool);
	pool->hashing = hashing_create(distribution, hash);
	assert_non_null(pool->hashing);
	pool->placement = hashing_placement(pool->hashing);
	return pool;
}

static inline void pool_free(pool *pool)
{
	hashing_destroy(pool->hashing);
	free(pool);
}

static inline mcha_endpoint endpoint_of(const char *host, long port, long weight)
{
	char error[MCHA_POOL_STRING_ERROR_MAX];
	mcha_endpoint endpoint;

	if (!mcha_endpoint_set(&endpoint, host, strlen(host), port, weight, error)) {
		fail_msg("%s", error);
	}
	return endpoint;
}

static inline void pool_add(pool *pool, mcha_endpoint endpoint)
{
	assert_true(hashing_add(pool->hashing, &endpoint));
	pool->endpoints[pool->count++] = endpoint;
}

static inline void pool_add_string(pool *pool, const char *string)
{
	char error[MCHA_POOL_STRING_ERROR_MAX];
	mcha_endpoint *endpoints;
	size_t count;

	if (!mcha_pool_string_parse(string, strlen(string), &endpoints, &count, error)) {
		fail_msg("%s", error);
	}
	assert_true(hashing_add_list(pool->hashing, endpoints, count));
	for (size_t i = 0; i < count; i++) {
		pool->endpoints[pool->count++] = endpoints[i];
	}
	free(endpoints);
}

static inline pool *pool_of(hashing_distribution distribution, const char *string)
{
	pool *pool = pool_new(distribution, MEMCACHED_HASH_MD5);

	pool_add_string(pool, string);
	return pool;
}

static inline void pool_add_numbered(pool *pool, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		char host[32];

		snprintf(host, sizeof(host), "cache-%zu.example.com", pool->count);
		pool_add(pool, endpoint_of(host, 11211, 1));
	}
}

static inline size_t prefer(const pool *pool, const char *key, uint16_t *indices, size_t max)
{
	return pool->placement.prefer(pool->placement.context, key, strlen(key), indices, max);
}

static inline const mcha_endpoint *first_of(const pool *pool, const char *key)
{
	uint16_t index = UINT16_MAX;

	assert_int_equal(prefer(pool, key, &index, 1), 1);
	assert_true(index < pool->count);
	return &pool->endpoints[index];
}

static inline const char *key_of(size_t number)
{
	static char key[32];

	snprintf(key, sizeof(key), "user:%zu:profile", number);
	return key;
}

#endif
