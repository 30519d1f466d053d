/* SPDX-License-Identifier: MIT */
/* Hosts that share nothing but the fake servers: each has a pool, and tables of its own. */
#ifndef MCHA_TESTS_JOURNAL_RIG_H
#define MCHA_TESTS_JOURNAL_RIG_H

#include "hint_replay_rig.h"
#include "engine/journal/journal.h"

#define INTERVAL SECOND
#define HOSTS_MAX 3

typedef struct rig_host {
	mcha_pool *pool;
	mcha_health_table *health;
	mcha_hint_table *hints;
	mcha_journal_table *journal;
	mcha_compact_hints *compact;
} rig_host;

static rig_host hosts[HOSTS_MAX];
static size_t here; /* the host whose pool and tables are the rig's */

/* One piece of memory, as tables refer to one another by their distance. */
static inline mcha_compact_hints *compact_of_host(void)
{
	const size_t size = (mcha_compact_hints_size(2) + 63) / 64 * 64;
	void *memory = aligned_alloc(64, size);

	memset(memory, 0, size);
	return mcha_compact_hints_init(memory, 2);
}

static inline void keep_host(void)
{
	hosts[here].pool = pool;
	hosts[here].health = health;
	hosts[here].hints = hints;
}

/* From now on, operations are this host's. */
static inline void on_host(size_t host)
{
	keep_host();
	here = host;
	pool = hosts[here].pool;
	health = hosts[here].health;
	hints = hosts[here].hints;
}

static inline void give_journal(uint64_t seed)
{
	rig_host *host = &hosts[here];

	keep_host();
	host->journal = calloc(1, sizeof(*host->journal));
	host->compact = compact_of_host();
	mcha_hints_use_compact(hints, host->compact);
	mcha_hints_use_journal(hints, host->journal);
	pool->random = seed;
	hold_background_replay();
}

static inline void drop_hosts(void)
{
	for (size_t i = 0; i < HOSTS_MAX; i++) {
		on_host(i);
		free(hosts[i].journal);
		free(hosts[i].compact);
		if (pool) {
			mcha_pool_destroy(pool);
			free(health);
			free(hints);
			pool = NULL;
		}
		hosts[i] = (rig_host){0};
	}
	here = 0;
}

/* So many hosts with pools of so many nodes; the first one is at work. */
static inline void hosts_of(size_t count, size_t nodes)
{
	drop_hosts();
	settings.hint_interval = INTERVAL;
	for (size_t i = count; i-- > 0;) {
		here = i;
		pool = NULL;
		pool_of(nodes);
		give_journal(i + 1);
	}
}

static inline int journal_teardown(void **state)
{
	keep_host();
	drop_hosts();
	return rig_teardown(state);
}

/* The next operation of each host reads the journal. */
static inline void interval_passes(void)
{
	slept += INTERVAL;
}

static inline bool doubts(size_t node, const char *key)
{
	return mcha_hints_compact_since(hints, pool->nodes[node]->health, pool->nodes[node]->id, key,
			   strlen(key))
		!= 0;
}

static inline uint32_t count_hints(size_t node)
{
	return mcha_hints_count(pool->nodes[node]->health);
}

/* --- two hosts -------------------------------------------------------------------------------- */

#define KEY "01:k" /* its homes are nodes 0 and 1 */

/* The first host's write misses node 0, which the second host reaches. */
static inline void miss(mcha_status (*write)(void))
{
	kill_node(0);
	assert_status(write(), MCHA_STATUS_OK);
	servers[0].fault = MCHA_STATUS_OK;
}

static inline mcha_status set_new(void)
{
	return do_set(KEY, "new");
}

static inline mcha_status delete_it(void)
{
	return do_delete(KEY);
}

/* Three nodes, two copies of the key, and two hosts, the second of which has used the pool. */
static inline void two_hosts(void)
{
	hosts_of(2, 3);
	assert_status(do_set(KEY, "old"), MCHA_STATUS_OK);
	on_host(1);
	assert_reads(KEY, "old");
	on_host(0);
}

static inline void rig_release_if(char *value)
{
	if (value) {
		rig_release(value);
	}
}

/* A hint of another host is settled after MCHA_LATE_WRITES. */
static inline void late_writes_pass(void)
{
	slept += INTERVAL + MCHA_LATE_WRITES;
}

static inline void all_hosts_know(size_t count, size_t nodes)
{
	char other[8];

	snprintf(other, sizeof(other), "%zu:x", nodes - 1);
	hosts_of(count, nodes);
	assert_status(do_set(KEY, "old"), MCHA_STATUS_OK);
	for (size_t i = 0; i < count; i++) {
		on_host(i);
		(void)do_get(other, 0);
	}
	on_host(0);
}

/* The host reads the journal, and puts into it what it has to say. */
static inline void take_part(size_t host, const char *other)
{
	on_host(host);
	interval_passes();
	(void)do_get(other, 0);
}

/* This host's write misses these nodes, which are back at once. */
static inline void miss_homes(size_t first, size_t last, const char *value)
{
	for (size_t i = first; i <= last; i++) {
		kill_node(i);
	}
	assert_status(do_set(KEY, value), MCHA_STATUS_OK);
	for (size_t i = first; i <= last; i++) {
		servers[i].fault = MCHA_STATUS_OK;
	}
}

#define JOURNAL_TEST(name) cmocka_unit_test_setup_teardown(name, rig_setup, journal_teardown)

#endif
