/* SPDX-License-Identifier: MIT */
/* The round that puts one outcome on the copies of an item: used by plain writes for all copies and
 * by decided ones for those behind the authority.
 *
 *   home node up         -> the request
 *   home node down       -> a handoff node takes its place (stores only, with failover_ttl)
 *   home down lately     -> handoff copies of an earlier value may lie around: they are purged, once
 *                           some node has the new one; what cannot be purged now gets a hint to delete
 *   too large for a home -> its older value is deleted, too
 *   home before the pool was changed (previous_pool.h) -> purged like a handoff node's, whichever node is down
 */
#ifndef MCHA_ENGINE_WRITE_REPLICAS_H
#define MCHA_ENGINE_WRITE_REPLICAS_H

#include "targets.h"

typedef struct mcha_write {
	mcha_verb verb;     /* STORE, DELETE, TOUCH, COUNT */
	mcha_mode mode;
	uint8_t want;
	bool decrement;
	uint64_t delta;
	size_t from;        /* first position to ask: 0, or behind the authority's */
} mcha_write;

/* Adds the item's requests; those to home nodes that are down become handoffs where possible. */
void mcha_write_replicas_ask(mcha_pool *pool, mcha_item *item, size_t index, const mcha_write *copies);

/* After the round that began at request first: home nodes that failed in it get a handoff node in
 * their place, in a second round. Only stores by SET or ADD can be handed off. */
void mcha_write_replicas_hand_off(mcha_pool *pool, mcha_item *items, size_t first,
		const mcha_write *copies);

/* After a write that is not a deletion (which takes everything with it). verb: of its requests. */
void mcha_write_replicas_purge(mcha_pool *pool, mcha_item *items, size_t count, mcha_verb verb);

/* Does a failure of this round leave anything that a second one could do? */
bool mcha_write_replicas_can_hand_off(const mcha_pool *pool, const mcha_write *copies);

/* This request is one of the item's copies, and not the sweeping of an old handoff. */
bool mcha_write_replicas_counts(const mcha_pool *pool, const mcha_write *copies,
		const mcha_request *request);

#endif
