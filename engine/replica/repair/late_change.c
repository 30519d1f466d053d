/* SPDX-License-Identifier: MIT */
/* Makes replicas that may have a change twice stale. */
#include "late_change.h"

static void check_replica(mcha_pool *pool, const mcha_item *item, mcha_replica *replica,
	uint64_t began)
{
	if (mcha_replica_status(replica) == MCHA_STATUS_OK
		&& mcha_repair_log_has(pool->shared.repairs, began, item->key, item->key_length,
			pool->nodes[replica->node]->id)) {
		replica->changed_twice = true;
		replica->request->reply.status = MCHA_STATUS_STALE;
		mcha_pool_note_failure(pool, replica->node, MCHA_STATUS_STALE);
	}
}

void mcha_late_change_check(mcha_pool *pool, mcha_item *items, size_t count, uint64_t began)
{
	size_t i, j;

	for (i = 0; i < count; i++) {
		for (j = 0; j < items[i].replica_count; j++) {
			check_replica(pool, &items[i], &items[i].replicas[j], began);
		}
	}
}
