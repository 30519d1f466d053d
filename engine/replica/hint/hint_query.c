/* SPDX-License-Identifier: MIT */
/* What the hints say of an operation: whether another operation has gone on without a node that
 * acknowledged this one. */
#include "engine/replica/hint_record.h"

#include "hint_lookup.h"

bool mcha_hint_record_is_overruled(const mcha_pool *pool, const mcha_item *item, uint16_t node)
{
	const mcha_node *owner = pool->nodes[node];
	mcha_hint hint;

	/* of a distrusted node the hint is not remembered, only when it was made */
	return pool->shared.hints
		&& (mcha_hints_distrusted_since(owner->health) >= pool->running.started
			|| mcha_hints_compact_since(pool->shared.hints, owner->health, owner->id, item->key,
				   item->key_length)
				> pool->running.started - MCHA_USEC_PER_MSEC
			|| (mcha_hint_look_up(pool, item, node, &hint)
				&& !mcha_hints_is_older(&hint, pool->running.started))
			|| mcha_hints_was_cleared_since(pool->shared.hints, owner->id, item->key,
				item->key_length, pool->running.started));
}

bool mcha_hint_record_needs(const mcha_pool *pool, const mcha_item *item, uint16_t node,
	uint16_t source)
{
	mcha_hint hint;

	return mcha_hint_look_up(pool, item, node, &hint) && hint.source == pool->nodes[source]->id;
}

const mcha_replica *mcha_hint_record_find_valid(const mcha_pool *pool, const mcha_item *item)
{
	size_t i;

	for (i = 0; i < item->replica_count; i++) {
		const mcha_replica *replica = &item->replicas[i];

		if (mcha_replica_status(replica) == MCHA_STATUS_OK
			&& !mcha_hint_record_is_overruled(pool, item, replica->node)) {
			return replica;
		}
	}
	return NULL;
}
