/* SPDX-License-Identifier: MIT */
/* Adds hints to delete what may still arrive. */
#include "late_repair.h"

#include "engine/replica/hint_record.h"

static bool may_arrive(const mcha_pool *pool, const mcha_item *item, uint16_t node,
	mcha_usec moment)
{
	return mcha_repairs_under_way_has(pool->shared.under_way, item->key, item->key_length,
		pool->nodes[node]->id, moment);
}

static void record_item(mcha_pool *pool, const mcha_item *item, mcha_usec moment)
{
	size_t i;

	for (i = 0; i < item->replica_count; i++) {
		const mcha_replica *replica = &item->replicas[i];

		if (mcha_status_is_answer(mcha_replica_status(replica))
			&& may_arrive(pool, item, replica->node, moment)) {
			mcha_hint_record_late_copy(pool, item, replica->node);
		}
	}
}

void mcha_late_repair_record(mcha_pool *pool, mcha_item *items, size_t count)
{
	const mcha_usec moment = pool->running.started - mcha_pool_write_span(pool);
	size_t i;

	if (!pool->shared.under_way || !pool->shared.hints
		|| !mcha_repairs_under_way_since(pool->shared.under_way, moment)) {
		return;
	}
	for (i = 0; i < count; i++) {
		record_item(pool, &items[i], moment);
	}
}
