/* SPDX-License-Identifier: MIT */
/* Compact hints: when a replica that was made right need not have its compact hint any more. */
#include "engine/replica/hint_record.h"

/* Another host's kernel does not go on to send what that host has given up for longer. */
#define SENT_AT_MOST (30 * MCHA_USEC_PER_SEC)

/* Another host has sent the write, and its node has not answered: only that host knows when the
 * node can no longer carry it out, and puts a record into the journal then. If that host is gone,
 * what it has sent is gone after a while, too. */
static bool may_arrive_from_another_host(const mcha_pool *pool, const mcha_item *item,
	const mcha_node *node, mcha_usec since)
{
	const uint64_t mark = mcha_hints_compact_mark(pool->shared.hints, node->health, node->id,
		item->key, item->key_length);

	return mcha_mark_kind_of(mark) == MCHA_MARK_MISSED_SENT
		&& mcha_mark_host(mark) != mcha_journal_host(mcha_hints_journal(pool->shared.hints))
		&& pool->running.started - since < SENT_AT_MOST;
}

/* When the replica's compact hint was added, if the node can no longer carry out a write from
 * before that; 0: it can, or there is no hint. */
static mcha_usec find_settled(const mcha_pool *pool, const mcha_item *item, const mcha_node *node)
{
	const mcha_hint_table *hints = pool->shared.hints;
	const mcha_usec since = node->has_compact
		? mcha_hints_compact_since(hints, node->health, node->id, item->key, item->key_length)
		: 0;

	return since && pool->running.started - since >= MCHA_LATE_WRITES
			&& mcha_health_is_steady(node->health, pool->running.started, MCHA_LATE_WRITES)
			&& !may_arrive_from_another_host(pool, item, node, since)
		? since
		: 0;
}

bool mcha_hint_record_is_settled(const mcha_pool *pool, const mcha_item *item,
	const mcha_replica *replica)
{
	return find_settled(pool, item, pool->nodes[replica->node]) != 0;
}

static void settle_replica(mcha_pool *pool, const mcha_item *item, const mcha_replica *replica,
	bool is_replaced)
{
	const mcha_node *node = pool->nodes[replica->node];
	const mcha_usec since = find_settled(pool, item, node);

	if (since) {
		mcha_hints_clear_compact(pool->shared.hints, node->health, node->id, item->key,
			item->key_length, since + MCHA_USEC_PER_MSEC, is_replaced);
	}
}

void mcha_hint_record_settle(mcha_pool *pool, const mcha_item *item, const mcha_replica *replica)
{
	settle_replica(pool, item, replica, false);
}

void mcha_hint_record_settle_replaced(mcha_pool *pool, const mcha_item *item,
	const mcha_replica *replica)
{
	settle_replica(pool, item, replica, true);
}
