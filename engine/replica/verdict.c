/* SPDX-License-Identifier: MIT */
/* The outcome of an item, from the answers of its copies. */
#include "verdict.h"

#include "targets.h"

size_t mcha_verdict_quorum(const mcha_pool *pool)
{
	size_t copies = mcha_pool_copies(pool);

	if (pool->settings.quorum == MCHA_QUORUM_ALL) {
		return copies;
	}
	return pool->settings.quorum == MCHA_QUORUM_MAJORITY || mcha_targets_keeps_registers(pool)
		? copies / 2 + 1
		: 1;
}

void mcha_verdict_note_miss(const mcha_pool *pool, mcha_item *item, const mcha_replica *replica)
{
	if (!mcha_replica_may_lack(pool, replica)) {
		item->missing = item->missing || mcha_replica_is_home(replica);
		item->previous_misses += pool->previous.count && mcha_targets_was_home(pool, item, replica);
	}
}

void mcha_verdict_note_unfound(const mcha_pool *pool, mcha_item *item, const mcha_replica *replica,
	mcha_status status)
{
	if (status == MCHA_STATUS_MISS) {
		mcha_verdict_note_miss(pool, item, replica);
	} else {
		mcha_replica_note_unanswered(pool, item, replica, status);
	}
}

/* A write of the previous pool came to as many of its home nodes, or the others got hints. (Of a
 * register there are no hints that every host knows.) */
static size_t previous_quorum(const mcha_pool *pool)
{
	return mcha_targets_keeps_registers(pool) ? mcha_pool_previous_copies(pool) / 2 + 1 : 1;
}

bool mcha_verdict_leaves_previous_open(const mcha_pool *pool, const mcha_item *item)
{
	return pool->previous.count && !item->is_lock && !item->fresh && item->fault != MCHA_STATUS_OK
		&& item->previous_misses < previous_quorum(pool);
}

mcha_status mcha_verdict_absent(const mcha_pool *pool, const mcha_item *item)
{
	return (item->missing && !mcha_verdict_leaves_previous_open(pool, item))
			|| item->fault == MCHA_STATUS_OK
		? MCHA_STATUS_MISS
		: item->fault;
}

mcha_status mcha_verdict(const mcha_pool *pool, const mcha_item *item)
{
	if (!pool->settings.allow_failover && !item->first_home_acked) {
		return item->fault != MCHA_STATUS_OK ? item->fault : MCHA_STATUS_NO_QUORUM;
	}
	if (item->acknowledged >= mcha_verdict_quorum(pool)) {
		return MCHA_STATUS_OK;
	}
	if (item->acknowledged == 0 && item->fault != MCHA_STATUS_OK) {
		return item->fault;
	}
	return MCHA_STATUS_NO_QUORUM;
}

void mcha_verdict_report(mcha_pool *pool, const mcha_item *items, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		if (i == 0 || items[i].acknowledged < pool->report.acknowledged) {
			pool->report.acknowledged = items[i].acknowledged;
		}
		if (items[i].position >= 0) {
			pool->report.position = items[i].position;
		}
	}
}
