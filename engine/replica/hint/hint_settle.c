/* SPDX-License-Identifier: MIT */
/* Compact hints: when a replica that was made right need not have its compact hint any more. */
#include "engine/replica/hint_record.h"

#include "engine/journal/journal_write.h"
#include "engine/shared/hints/hint_journal.h"

/* Another host has sent the write, and its node has not answered: only that host knows when the
 * node can no longer carry it out, and puts a record into the journal then. If that host is gone,
 * what it has sent is gone after a while, too. */
bool mcha_hint_record_may_arrive(const mcha_pool *pool, const mcha_node *node, const char *key,
	size_t length)
{
	mcha_usec since;

	return node->has_compact
		&& mcha_hints_sent_elsewhere(pool->shared.hints, node->health, node->id, key, length,
			pool->running.started, &since);
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
			&& !mcha_hint_record_may_arrive(pool, node, item->key, item->key_length)
		? since
		: 0;
}

bool mcha_hint_record_is_settled(const mcha_pool *pool, const mcha_item *item,
	const mcha_replica *replica)
{
	return find_settled(pool, item, pool->nodes[replica->node]) != 0;
}

static void clear_compact(mcha_pool *pool, const mcha_item *item, const mcha_node *node,
	mcha_usec since)
{
	mcha_hints_clear_compact(pool->shared.hints, node->health, node->id, item->key,
		item->key_length, since + MCHA_USEC_PER_MSEC);
}

void mcha_hint_record_settle(mcha_pool *pool, const mcha_item *item, const mcha_replica *replica)
{
	const mcha_node *node = pool->nodes[replica->node];
	const mcha_usec since = find_settled(pool, item, node);

	if (since) {
		clear_compact(pool, item, node, since);
	}
}

/* --- copies that were replaced ---------------------------------------------------------------- */

static uint64_t find_mark(const mcha_pool *pool, const mcha_item *item, const mcha_node *node)
{
	return node->has_compact ? mcha_hints_compact_mark(pool->shared.hints, node->health, node->id,
			   item->key, item->key_length)
							 : 0;
}

static mcha_usec find_since(const mcha_pool *pool, const mcha_item *item, const mcha_node *node)
{
	return mcha_hints_compact_since(pool->shared.hints, node->health, node->id, item->key,
		item->key_length);
}

/* When the compact hint was added that this operation's write has made void. What was never sent to
 * the node cannot come behind this write; of a hint that has come since the operation began it is
 * not known which of the two writes is the older one. */
static mcha_usec find_replaced(const mcha_pool *pool, const mcha_item *item, const mcha_node *node,
	uint64_t mark)
{
	const mcha_usec since = find_since(pool, item, node);

	return !mark || mcha_mark_is_of_sent(mark) ? find_settled(pool, item, node)
		: since < pool->running.started        ? since
											   : 0;
}

/* The host that made the hint would delete the copy, or put its own value over it: it is told
 * before the caller has the answer. */
static void tell_its_host(mcha_pool *pool, const mcha_item *item, const mcha_node *node,
	uint64_t mark)
{
	if (mcha_mark_host(mark) != mcha_journal_host(mcha_hints_journal(pool->shared.hints))) {
		mcha_journal_write_note(pool,
			&(mcha_journal_record){
				.key = mcha_compact_key(item->key, item->key_length),
				.node = node->id,
				.mark = mcha_mark_with_kind(mark, MCHA_MARK_RESOLVED),
			});
	}
}

void mcha_hint_record_settle_replaced(mcha_pool *pool, const mcha_item *item,
	const mcha_replica *replica)
{
	const mcha_node *node = pool->nodes[replica->node];
	const uint64_t mark = find_mark(pool, item, node);
	const mcha_usec since = find_replaced(pool, item, node, mark);

	if (!since) {
		return;
	}
	clear_compact(pool, item, node, since);
	if (mark && mcha_journal_is_used(pool) && !find_since(pool, item, node)) {
		tell_its_host(pool, item, node, mark);
	}
}
