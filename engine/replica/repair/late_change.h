/* SPDX-License-Identifier: MIT */
/* Finds the replicas that may have a change twice: this process was stopped between two nodes, and
 * another process has given the second node the first one's copy, with the change, before the
 * change came there (repair_log.h). */
#ifndef MCHA_ENGINE_LATE_CHANGE_H
#define MCHA_ENGINE_LATE_CHANGE_H

#include "engine/replica/targets.h"

/* Before a round of changes is sent. */
static inline uint64_t mcha_late_change_begin(const mcha_pool *pool)
{
	return pool->shared.repairs ? mcha_repair_log_count(pool->shared.repairs) : 0;
}

/* Some replica was repaired since. */
void mcha_late_change_check(mcha_pool *pool, mcha_item *items, size_t count, uint64_t began);

/* After the round: a replica that was repaired since counts as stale, so that it gets a hint that
 * names another replica as the source. */
static inline void mcha_late_change_end(mcha_pool *pool, mcha_item *items, size_t count,
	uint64_t began)
{
	if (mcha_late_change_begin(pool) != began) {
		mcha_late_change_check(pool, items, count, began);
	}
}

#endif
