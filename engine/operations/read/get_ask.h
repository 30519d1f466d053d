/* SPDX-License-Identifier: MIT */
/* Which replicas of a key the next round of a get asks. */
#ifndef MCHA_ENGINE_GET_ASK_H
#define MCHA_ENGINE_GET_ASK_H

#include "engine/replica/targets.h"

/* A get gives homes the copies that they lack. */
static inline bool mcha_get_ask_repairs(const mcha_pool *pool)
{
	return pool->settings.read_repair && pool->settings.allow_failover;
}

/* Reads the replica in the round that is being prepared. False: no memory. */
bool mcha_get_ask_replica(mcha_pool *pool, mcha_item *item, mcha_replica *replica, unsigned want);

/* Adds the item's part to the round that is being prepared, and skips replicas that may not be
 * asked. False: neither was left to do. */
bool mcha_get_ask(mcha_pool *pool, mcha_item *item, unsigned want);

/* From now on no other home is asked for the item, nor a handoff node: only homes from before the
 * pool was changed. */
void mcha_get_ask_no_more_homes(const mcha_pool *pool, mcha_item *item);

/* From now on no handoff node is asked for the item. */
void mcha_get_ask_no_handoff(const mcha_pool *pool, mcha_item *item);

/* The most replicas that an item may have to be read from one after the other, the round that is
 * being prepared included. */
size_t mcha_get_ask_attempts(const mcha_pool *pool, const mcha_item *items, size_t count);

#endif
