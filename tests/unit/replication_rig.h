/* SPDX-License-Identifier: MIT */
/* A pool of fake servers (fake_servers.h), and helpers for operations on it and for looking at its
 * contents. */
#ifndef MCHA_TESTS_REPLICATION_RIG_H
#define MCHA_TESTS_REPLICATION_RIG_H

#include "fake_servers.h"

/* --- the pool --------------------------------------------------------------------------------- */

static mcha_settings settings;
static mcha_health_table *health;
#define RIG_HINTS 1024 /* a node's share is a quarter */
static mcha_hint_table *hints;
static mcha_pool *pool;

/* The preference list of "201:name" is 2, 0, 1, and then the other nodes in order; that of "name"
 * is all nodes in order. */
static inline size_t fixed_prefer(void *context, const char *key, size_t key_length,
	uint16_t *indices, size_t max)
{
	const size_t nodes = *(const size_t *)context;
	bool used[NODES_MAX] = {false};
	size_t count = 0;

	for (size_t i = 0; i < key_length && key[i] >= '0' && key[i] <= '9' && count < max; i++) {
		indices[count] = (uint16_t)(key[i] - '0');
		used[indices[count++]] = true;
	}
	for (size_t i = 0; i < nodes && count < max; i++) {
		if (!used[i]) {
			indices[count++] = (uint16_t)i;
		}
	}
	return count;
}

static inline int rig_setup(void **state)
{
	(void)state;
	settings = (mcha_settings){
		.replicas = 1,
		.allow_failover = true,
		.read_repair = true,
		.operation_timeout = 12 * SECOND,
		.retry_interval = 1 * SECOND,
		.retry_interval_max = 30 * SECOND,
		.failover_ttl = 300,
		.tombstone_ttl = 300,
		.primary = &fake_transport,
		.transport = {.connect_timeout = SECOND, .allocator = &rig_allocator},
	};
	memset(servers, 0, sizeof(servers));
	held = share_count = 0;
	leave_by = NULL;
	return 0;
}

static inline void pool_drop(void)
{
	if (pool) {
		mcha_pool_destroy(pool);
		free(health);
		free(hints);
		pool = NULL;
	}
	for (size_t i = 0; i < NODES_MAX; i++) {
		for (size_t j = 0; j < ENTRIES_MAX; j++) {
			drop_entry(&servers[i].entries[j]);
		}
	}
}

static inline int rig_teardown(void **state)
{
	(void)state;
	pool_drop();
	return held == 0 ? 0 : -1;
}

/* A new pool of so many nodes with the current settings; the servers are emptied. */
static inline void pool_of(size_t nodes)
{
	static const char *const zones[] = {"a", "b", "c", "d", "e", "f", "g", "h"};
	size_t size = mcha_health_table_size(16);

	pool_drop();
	memset(servers, 0, sizeof(servers));
	share_count = 0;
	health = aligned_alloc(64, size);
	memset(health, 0, size);
	mcha_health_table_init(health, 16);
	hints = calloc(1, mcha_hint_table_size(RIG_HINTS));
	mcha_hint_table_init(hints, RIG_HINTS);
	pool = mcha_pool_create(&settings, health, 1);
	assert_non_null(pool);
	pool->shared.hints = hints;
	pool->next_look = UINT32_MAX; /* no sampled checks of other replicas */
	for (size_t i = 0; i < nodes; i++) {
		mcha_endpoint endpoint = {.port = (uint16_t)(i + 1), .weight = 1};

		snprintf(endpoint.host, sizeof(endpoint.host), "fake");
		snprintf(endpoint.zone, sizeof(endpoint.zone), "%s", zones[i]);
		assert_true(mcha_pool_add(pool, &endpoint));
	}
	pool->placement = (mcha_placement){&pool->member_count, fixed_prefer};
}

/* Gives the keys of the pool so many replicas from now on. */
static inline void set_replicas(uint16_t replicas)
{
	mcha_settings settings = pool->settings;

	settings.replicas = replicas;
	mcha_pool_configure(pool, &settings);
}

/* The logs begin here. */
static inline void forget(void)
{
	for (size_t i = 0; i < NODES_MAX; i++) {
		servers[i].log[0] = '\0';
		servers[i].rounds = servers[i].closes = servers[i].cancels = 0;
	}
	share_count = 0;
}

static inline void fail_with(size_t node, mcha_status fault)
{
	servers[node].fault = fault;
	servers[node].fault_after = 0;
}

static inline void kill_node(size_t node)
{
	fail_with(node, MCHA_STATUS_CONNECT);
	servers[node].open = false;
}

static inline void wipe(size_t node)
{
	for (size_t j = 0; j < ENTRIES_MAX; j++) {
		drop_entry(&servers[node].entries[j]);
	}
}

/* The node answers again, with its old contents; its failure is remembered. */
static inline void revive(size_t node)
{
	mcha_usec now = mcha_clock_now();

	servers[node].fault = MCHA_STATUS_OK;
	mcha_health_success(pool->nodes[node]->health, now, now + 1);
}

/* Makes all failures so old that they do not count. */
static inline void clear_failures(void)
{
	for (size_t i = 0; i < pool->node_count; i++) {
		pool->nodes[i]->health->word = 0;
		pool->nodes[i]->health->last_row = 0;
		pool->nodes[i]->health->last_failure = 0;
		pool->nodes[i]->health->replicas.doubt = false;
		pool->nodes[i]->health->replicas.emptied = 0;
	}
	health->last_failure = health->last_emptied = 0;
}

/* --- operations ------------------------------------------------------------------------------- */

static inline mcha_item item_of(const char *key, const char *value)
{
	return (mcha_item){
		.key = key,
		.key_length = strlen(key),
		.hash_key = key,
		.hash_length = strlen(key),
		.value = value,
		.value_length = value ? strlen(value) : 0,
	};
}

static inline mcha_status do_set(const char *key, const char *value)
{
	mcha_item item = item_of(key, value);

	mcha_store(pool, &item, 1, MCHA_MODE_SET);
	return item.answer.status;
}

static inline mcha_status do_append(const char *key, const char *value)
{
	mcha_item item = item_of(key, value);

	mcha_store(pool, &item, 1, MCHA_MODE_APPEND);
	return item.answer.status;
}

static inline mcha_status do_delete(const char *key)
{
	mcha_item item = item_of(key, NULL);

	mcha_delete(pool, &item, 1);
	return item.answer.status;
}

static inline mcha_status do_touch(const char *key, int64_t exptime)
{
	mcha_item item = item_of(key, NULL);

	item.exptime = exptime;
	mcha_touch(pool, &item, 1);
	return item.answer.status;
}

static inline mcha_item do_get(const char *key, unsigned want)
{
	mcha_item item = item_of(key, NULL);

	mcha_get(pool, &item, 1, want);
	return item;
}

static inline void assert_status(mcha_status status, mcha_status expected)
{
	assert_string_equal(mcha_status_text(status), mcha_status_text(expected));
}

/* NULL: a miss. Any other result fails the test. */
static inline void assert_reads(const char *key, const char *value)
{
	mcha_item item = do_get(key, MCHA_WANT_VALUE);

	assert_status(item.answer.status, value ? MCHA_STATUS_OK : MCHA_STATUS_MISS);
	if (value) {
		assert_string_equal(item.answer.value, value);
		assert_int_equal(item.answer.size, strlen(value));
		rig_release(item.answer.value);
	}
}

/* Makes a read fail on the node, so that the node is known to be down. */
static inline void kill_and_notice(size_t node)
{
	char key[8];

	kill_node(node);
	snprintf(key, sizeof(key), "%zu:x", node);
	(void)do_get(key, 0);
}

static inline void assert_fails(mcha_status status)
{
	if (mcha_status_is_answer(status)) {
		fail_msg("it did not fail: %s", mcha_status_text(status));
	}
}

/* --- the contents of the servers -------------------------------------------------------------- */

static inline fake_entry *entry_at(size_t node, const char *key)
{
	return find_entry(&servers[node], key, strlen(key));
}

static inline void assert_holds(size_t node, const char *key, const char *value)
{
	fake_entry *entry = entry_at(node, key);

	if (!value) {
		assert_null(entry);
		return;
	}
	assert_non_null(entry);
	assert_string_equal(entry->value, value);
}

static inline fake_entry *put(size_t node, const char *key, const char *value)
{
	fake_entry *entry = put_entry(&servers[node], key, strlen(key), value, strlen(value));

	entry->ttl = MCHA_TTL_NONE;
	return entry;
}

/* The log of each node since forget(), from node 0 on. */
#define assert_asked(...) \
	assert_logs((const char *const[]){__VA_ARGS__}, COUNT(((const char *const[]){__VA_ARGS__})), \
		__LINE__)

static inline void assert_logs(const char *const *logs, size_t count, int line)
{
	for (size_t i = 0; i < NODES_MAX; i++) {
		const char *expected = i < count ? logs[i] : "";

		if (strcmp(servers[i].log, expected) != 0) {
			fail_msg("line %d: node %zu was asked '%s', not '%s'", line, i, servers[i].log,
				expected);
		}
	}
}

/* The timeouts of the starts of connections, in order. */
#define assert_shares(...) \
	assert_share_list((const mcha_usec[]){__VA_ARGS__}, COUNT(((const mcha_usec[]){__VA_ARGS__})), \
		__LINE__)

static inline void assert_share_list(const mcha_usec *expected, size_t count, int line)
{
	for (size_t i = 0; i < count && i < share_count; i++) {
		if (llabs(shares[i] - expected[i]) > SECOND / 4) {
			fail_msg("line %d: start %zu was given %lld us, not %lld", line, i,
				(long long)shares[i], (long long)expected[i]);
		}
	}
	assert_int_equal(share_count, count);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, rig_setup, rig_teardown)

#endif
