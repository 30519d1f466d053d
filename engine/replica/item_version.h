/* SPDX-License-Identifier: MIT */
/* The versions (version.h) that an operation gives to what it writes, and sees on what it reads. */
#ifndef MCHA_ENGINE_ITEM_VERSION_H
#define MCHA_ENGINE_ITEM_VERSION_H

#include "item.h"
#include "engine/base/version.h"

/* A version for each item, if the pool's writes have any: all its requests carry it from here
 * on. */
void mcha_item_version_give(mcha_pool *pool, mcha_item *items, size_t count);

/* The time of day that versions are given and judged by. */
mcha_usec mcha_item_version_wall(mcha_pool *pool);

/* See mcha_version_rank(). */
static inline uint64_t mcha_item_version_rank(mcha_pool *pool, uint64_t cas)
{
	return mcha_version_rank(cas, mcha_item_version_wall(pool));
}

/* Both CAS values (or tokens) are versions, and the first one is younger. */
bool mcha_item_version_is_younger(mcha_pool *pool, uint64_t cas, uint64_t than);

void mcha_item_version_saw_newer(mcha_pool *pool, uint16_t node, uint64_t cas);

/* This node has a copy of this version: what this process writes from now on is newer. A version
 * that no clock gave is noted as the node's, and changes nothing else. */
static inline void mcha_item_version_saw(mcha_pool *pool, uint16_t node, uint64_t cas)
{
	if (cas > pool->version_clock.latest && mcha_version_is(cas)) {
		mcha_item_version_saw_newer(pool, node, cas);
	}
}

#endif
