/* SPDX-License-Identifier: MIT */
/* How many hints there are of each node, the share of the table that a node may have, and the
 * distrust of a node that misses more (hints.h). */
#ifndef MCHA_ENGINE_HINT_SHARE_H
#define MCHA_ENGINE_HINT_SHARE_H

#include "engine/shared/hints.h"

/* A hint of the node is about to become visible; it is gone. */
void mcha_hint_share_count_added(mcha_hint_table *table, mcha_health *health);
void mcha_hint_share_count_removed(mcha_hint_table *table, mcha_health *health);

/* The node may have this hint, too. */
bool mcha_hint_share_has_room(const mcha_hint_table *table, const mcha_health *health,
	const mcha_hint *hint);

/* May this node's hints be replaced by another node's? Yes if the node is distrusted, so that its
 * hints are not relied on; or if it has more than its share: then it becomes distrusted here. */
bool mcha_hint_share_allow_replacement(mcha_hint_table *table, mcha_health *health, mcha_usec now);

/* A hint that was added at this moment is about to be cleared: see
 * mcha_hints_was_cleared_since(). */
void mcha_hint_share_note_cleared(mcha_hint_table *table, uint64_t node, const char *key,
	size_t length, mcha_usec since);

/* Stores the hint, which finds no slot, as a compact one. False: there is no room. */
bool mcha_hint_share_make_compact(mcha_hint_table *table, mcha_health *health,
	const mcha_hint *hint, mcha_usec now);

/* Adds a compact hint; key: its mcha_compact_key. False: there is no room, or the node is
 * distrusted. */
bool mcha_hint_share_add_compact(mcha_hint_table *table, mcha_health *health, uint64_t node,
	uint64_t key, uint64_t mark, mcha_usec now);

/* Operations believe none of the node's copies by itself from now on. */
void mcha_hint_share_distrust(mcha_hint_table *table, mcha_health *health, mcha_usec now);

/* The compact hints; NULL: there are none. */
static inline mcha_compact_hints *mcha_hint_share_compact(const mcha_hint_table *table)
{
	return table->compact ? (mcha_compact_hints *)((uintptr_t)table + (uintptr_t)table->compact)
						  : NULL;
}

/* The compact hints in which those of the node are; NULL: the node has none. */
static inline mcha_compact_hints *mcha_hint_share_compact_of(const mcha_hint_table *table,
	const mcha_health *health)
{
	return mcha_hints_has_compact(health) ? mcha_hint_share_compact(table) : NULL;
}

/* Clears the compact hint if it has this mark. */
void mcha_hint_share_resolve_compact(const mcha_hint_table *table, const mcha_health *health,
	uint64_t node, uint64_t key, uint64_t mark);

/* A hint was cleared: the journal gets a record of that if it has one of the hint. key: its
 * mcha_compact_key. mark: the hint's; 0: the journal has no record. */
void mcha_hint_share_resolve(const mcha_hint_table *table, const mcha_health *health, uint64_t node,
	uint64_t key, uint64_t mark);

/* The hint does not fit: stores it as a compact one, or else drops it, and the node is
 * distrusted. */
void mcha_hint_share_overflow(mcha_hint_table *table, mcha_health *health, const mcha_hint *hint,
	mcha_usec now);

#endif
