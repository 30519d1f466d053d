/* SPDX-License-Identifier: MIT */
/* The source of a hint: the node that has what the stale replica should have. Another write of the
 * key at the same time may have made the source stale, too, or may purge what it has. */
#ifndef MCHA_ENGINE_HINT_SOURCE_H
#define MCHA_ENGINE_HINT_SOURCE_H

#include "engine/replica/targets.h"

#define MCHA_HINT_CHAIN 4 /* hints that name one another, followed so far */

/* Chooses one replica that has what the write has stored, as the source: if there is one, a replica
 * that no other process's write reaches later. A deleted key has none. */
void mcha_hint_source_choose(const mcha_pool *pool, mcha_item *item, mcha_verb verb);

/* A hint for the source itself that is younger than this operation: the source acknowledged, and
 * then missed another write. The source that its hint names counts in its place. */
uint64_t mcha_hint_source_follow(const mcha_pool *pool, const mcha_item *item, uint64_t source);

/* Until when the source has what was written; 0: for ever, or that is not known. Where another
 * process deletes the key while this one writes it, the source may lack the key at once: its
 * absence does not mean that the stale replica is the last one. */
mcha_usec mcha_hint_source_ends(const mcha_pool *pool, const mcha_item *item, bool is_own,
	mcha_usec ends);

/* Another write of the key, at the same time as this one, may purge what the source has of this
 * one. Before that other write purged anything, it has stored its own value on this node, or has
 * recorded its own hint for this node. */
bool mcha_hint_source_is_contested(const mcha_pool *pool, const mcha_item *item, uint64_t source);

/* The other write's hint for the node stands: what its source has is not purged. */
void mcha_hint_source_adopt(const mcha_pool *pool, const mcha_item *item, uint16_t node,
	mcha_hint *hint);

/* The id of the node that has what the replica should have; 0: the stale replica is to be deleted.
 * So it is where the key was deleted, and on a handoff node, whose copy no node needs once another
 * node has the value. */
uint64_t mcha_hint_source_of(const mcha_pool *pool, const mcha_item *item,
	const mcha_replica *replica, mcha_verb verb);

#endif
