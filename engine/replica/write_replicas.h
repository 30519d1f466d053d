/* SPDX-License-Identifier: MIT */
/* The round that puts one outcome on the copies of an item: used by plain writes for all copies and
 * by decided ones for those behind the authority.
 *
 *   home node up         -> the request
 *   home node down       -> a handoff node takes its place (stores only, with failover_ttl)
 *   home down lately     -> handoff copies of an earlier value may lie around: they are purged,
 *                           once some node has the new one; what cannot be purged now gets a hint
 *                           to delete
 *   too large for a home -> its older value is deleted, too
 *   home before the pool was changed (previous_pool.h) -> purged like a handoff node's, whichever
 *                                                         node is down
 */
#ifndef MCHA_ENGINE_WRITE_REPLICAS_H
#define MCHA_ENGINE_WRITE_REPLICAS_H

#include "targets.h"

typedef struct mcha_write {
	mcha_verb verb; /* STORE, DELETE, TOUCH, COUNT */
	mcha_mode mode;
	uint8_t want;
	bool decrement;
	uint64_t delta;
	size_t from; /* first position to ask: 0, or behind the authority's */
} mcha_write;

/* Asks the item's replicas; homes that are down get a handoff node in their place where
 * possible. */
void mcha_write_replicas_ask(mcha_pool *pool, mcha_item *item, const mcha_write *write);

/* After the write's round: replicas that failed in it get a handoff node in their place, in a
 * second round. Only stores by SET or ADD can be handed off. */
void mcha_write_replicas_hand_off(mcha_pool *pool, const mcha_request *round,
	const mcha_write *write);

/* Can a handoff node do what a home that failed should have? */
bool mcha_write_replicas_can_hand_off(const mcha_pool *pool, const mcha_write *write);

/* This replica counts as one of the item's copies. */
bool mcha_write_replicas_counts(const mcha_write *write, const mcha_replica *replica);

#endif
