/* SPDX-License-Identifier: MIT */
/* The journal's nodes, keys and records. */
#include "journal.h"

#include <stdio.h>
#include <string.h>

bool mcha_journal_is_used(const mcha_pool *pool)
{
	return pool->settings.hint_interval && pool->settings.allow_failover && pool->node_count > 1
		&& pool->shared.hints && mcha_hints_journal(pool->shared.hints);
}

/* --- nodes ------------------------------------------------------------------------------------ */

static void add_node(mcha_journal_place *place, uint16_t node)
{
	size_t i;

	for (i = 0; i < place->count && place->nodes[i] != node; i++) {
	}
	if (i == place->count) {
		place->nodes[place->count++] = node;
	}
}

static size_t prefer(const mcha_placement *placement, uint16_t *nodes)
{
	return placement->prefer(placement->context, MCHA_JOURNAL_KEY, sizeof(MCHA_JOURNAL_KEY) - 1,
		nodes, MCHA_JOURNAL_COPIES);
}

void mcha_journal_choose_nodes(mcha_pool *pool)
{
	mcha_journal_place *place = &pool->journal;
	uint16_t nodes[MCHA_JOURNAL_COPIES];
	size_t i, count;

	if (place->chosen) {
		return;
	}
	place->count = 0;
	count = pool->member_count ? prefer(&pool->placement, nodes) : 0;
	for (i = 0; i < count; i++) {
		add_node(place, nodes[i]);
	}
	count = pool->previous.count ? prefer(&pool->previous.placement, nodes) : 0;
	for (i = 0; i < count; i++) {
		add_node(place, pool->previous.nodes[nodes[i]]);
	}
	place->chosen = true;
}

bool mcha_journal_has_log(mcha_pool *pool, size_t node)
{
	size_t i;

	if (!mcha_journal_is_used(pool)) {
		return false;
	}
	mcha_journal_choose_nodes(pool);
	for (i = 0; i < pool->journal.count && pool->journal.nodes[i] != node; i++) {
	}
	return i < pool->journal.count;
}

/* A few times as long as the slowest node takes, within bounds. */
mcha_usec mcha_journal_grace(const mcha_pool *pool)
{
	const mcha_usec most = pool->settings.operation_timeout / 4;
	mcha_usec grace = 20 * MCHA_USEC_PER_MSEC;
	size_t i;

	for (i = 0; i < pool->journal.count; i++) {
		const mcha_health *health = pool->nodes[pool->journal.nodes[i]]->health;
		const mcha_usec latency = atomic_load_explicit(&health->latency, memory_order_relaxed);

		grace = 4 * latency > grace ? 4 * latency : grace;
	}
	return grace < most ? grace : most;
}

/* --- keys and records ------------------------------------------------------------------------- */

uint16_t mcha_journal_segment_key(char key[MCHA_JOURNAL_KEY_MAX], uint64_t segment)
{
	return (uint16_t)snprintf(key, MCHA_JOURNAL_KEY_MAX, MCHA_JOURNAL_KEY ":%llx",
		(unsigned long long)segment);
}

uint64_t mcha_journal_new_era(mcha_pool *pool)
{
	return mcha_random_next(&pool->random) >> (MCHA_JOURNAL_ERA_BITS + 2) << MCHA_JOURNAL_ERA_BITS
		| UINT64_C(1) << MCHA_JOURNAL_ERA_BITS;
}

static uint64_t swap_word(uint64_t word)
{
	unsigned char bytes[sizeof(word)];
	size_t i;

	for (i = 0; i < sizeof(word); i++) {
		bytes[i] = (unsigned char)(word >> (8 * i));
	}
	memcpy(&word, bytes, sizeof(word));
	return word;
}

void mcha_journal_swap_bytes(mcha_journal_record *records, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		records[i].key = swap_word(records[i].key);
		records[i].node = swap_word(records[i].node);
		records[i].mark = swap_word(records[i].mark);
	}
}
