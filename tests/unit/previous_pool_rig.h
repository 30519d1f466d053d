/* SPDX-License-Identifier: MIT */
/* A changed pool: nodes 0 to 3 are the pool's, nodes 0 to 5 were the previous pool's (two were
 * removed). The home nodes of "01-54:k" are 0 and 1, and were 5 and 4. */
#ifndef MCHA_TESTS_PREVIOUS_POOL_RIG_H
#define MCHA_TESTS_PREVIOUS_POOL_RIG_H

#include "replication_rig.h"

#define MEMBERS 4
#define PREVIOUS 6
#define KEY "01-54:k"
#define KEPT "01-15:k" /* its second home node was its first one */

static inline size_t read_nodes(const char *digits, const char *end, uint16_t *indices, size_t max)
{
	size_t count = 0;

	for (; digits < end && count < max; digits++) {
		indices[count++] = (uint16_t)(*digits - '0');
	}
	return count;
}

static inline size_t prefer_now(void *context, const char *key, size_t key_length,
	uint16_t *indices, size_t max)
{
	const char *dash = memchr(key, '-', key_length);

	return fixed_prefer(context, key, (size_t)(dash - key), indices, max);
}

/* The previous pool has its nodes in the opposite order. */
static inline size_t prefer_before(void *context, const char *key, size_t key_length,
	uint16_t *indices, size_t max)
{
	const char *dash = memchr(key, '-', key_length);
	size_t count = read_nodes(dash + 1, memchr(key, ':', key_length), indices, max);

	(void)context;
	for (size_t i = 0; i < count; i++) {
		indices[i] = (uint16_t)(PREVIOUS - 1 - indices[i]);
	}
	return count;
}

/* The previous pool has one node only. */
static inline size_t prefer_only(void *context, const char *key, size_t key_length,
	uint16_t *indices, size_t max)
{
	(void)context;
	(void)key;
	(void)key_length;
	indices[0] = 0;
	return max ? 1 : 0;
}

static inline void changed_pool(void)
{
	pool_of(MEMBERS);
	pool->placement.prefer = prefer_now;
	pool->previous.placement.prefer = prefer_before;
	for (size_t i = PREVIOUS; i > 0; i--) {
		mcha_endpoint endpoint = {.host = "fake", .port = (uint16_t)i, .weight = 1};

		assert_true(mcha_pool_add_previous(pool, &endpoint));
	}
}

static inline mcha_status do_decide(mcha_mode mode, const char *key, const char *value,
	uint64_t cas)
{
	mcha_item item = item_of(key, value);

	item.cas = cas;
	mcha_decide(pool, &item, mode);
	return item.answer.status;
}

static inline mcha_item do_count(const char *key, const char *first)
{
	mcha_item item = item_of(key, first);

	mcha_count(pool, &item, 1, false);
	return item;
}

/* 5 comes behind 4 in the pool: it was added first. */
static inline size_t node_of(size_t server)
{
	return server == 5 ? 4 : server == 4 ? 5 : server;
}

static inline void kill_server(size_t server)
{
	mcha_usec now = mcha_clock_now();
	mcha_health_rules rules = {SECOND, 30 * SECOND, SECOND};

	kill_node(server);
	mcha_health_failure(health, pool->nodes[node_of(server)]->health, &rules, now, now, 1);
}

#endif
