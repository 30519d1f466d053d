/* SPDX-License-Identifier: MIT */
/* Where the hints of a node for a key are in the hint table, and which of them is wanted. */
#ifndef MCHA_ENGINE_HINT_SEARCH_H
#define MCHA_ENGINE_HINT_SEARCH_H

#include "engine/base/random.h"
#include "hint_slot.h"

/* number of slots, from the one that the hash gives, in which a hint may be */
#define MCHA_HINT_WINDOW 32

/* The slot number i of the window; hash: mcha_fnv1a() of the key. */
static inline mcha_hint_slot *mcha_hint_slot_at(mcha_hint_table *table, uint64_t hash,
	uint64_t node, size_t i)
{
	return &table->slots[(mcha_mix64(hash ^ node) + i) & (table->capacity - 1)];
}

/* Copies the slot's hint. False: the slot holds none. */
static inline bool mcha_hint_read(const mcha_hint_table *table, mcha_hint_slot *slot,
	mcha_hint *hint)
{
	hint->slot = (size_t)(slot - table->slots);
	return mcha_hint_slot_read(slot, hint);
}

/* Which of the hints that a node has for a key are wanted: one function for each kind of them. */
typedef bool (*mcha_hint_kind)(const mcha_hint *hint, uint64_t owner);

/* The kinds that a new hint may renew. A hint that is held cannot be renewed: there may be another
 * one. */
bool mcha_hint_has_no_owner(const mcha_hint *hint, uint64_t owner);
bool mcha_hint_has_owner(const mcha_hint *hint, uint64_t owner);

/* The first hint of this node for this key that is wanted. False: there is none. */
bool mcha_hint_search(mcha_hint_table *table, uint64_t node, const char *key, size_t length,
	mcha_hint *hint, mcha_hint_kind is_wanted, uint64_t owner);

#endif
