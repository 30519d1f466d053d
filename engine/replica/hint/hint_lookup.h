/* SPDX-License-Identifier: MIT */
/* Looks up the hint for one node and the key of an item. */
#ifndef MCHA_ENGINE_HINT_LOOKUP_H
#define MCHA_ENGINE_HINT_LOOKUP_H

#include "engine/replica/targets.h"

static inline bool mcha_hint_look_up(const mcha_pool *pool, const mcha_item *item, uint16_t node,
	mcha_hint *hint)
{
	return pool->shared.hints && mcha_hints_count(pool->nodes[node]->health)
		&& mcha_hints_find(pool->shared.hints, pool->nodes[node]->id, item->key, item->key_length,
			hint);
}

#endif
