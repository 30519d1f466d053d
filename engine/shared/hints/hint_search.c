/* SPDX-License-Identifier: MIT */
/* Searches the window of a key's hash for hints, and reads the table's hints one by one. */
#include "hint_search.h"

#include <string.h>

#include "engine/base/fnv.h"

static bool is_about(const mcha_hint *hint, uint64_t node, const char *key, size_t length)
{
	return hint->node == node && hint->key_length == length && memcmp(hint->key, key, length) == 0;
}

static bool is_in_flight(const mcha_hint *hint)
{
	return hint->until && hint->until > mcha_clock_now();
}

static bool is_missed_write(const mcha_hint *hint, uint64_t owner)
{
	(void)owner;
	return hint->verb != MCHA_HINT_VERB_REORDERED && !is_in_flight(hint);
}

static bool is_not_in_flight(const mcha_hint *hint, uint64_t owner)
{
	(void)owner;
	return !is_in_flight(hint);
}

static bool is_in_flight_of_another(const mcha_hint *hint, uint64_t owner)
{
	return hint->owner != owner && is_in_flight(hint);
}

static bool is_not_in_flight_nor_owned(const mcha_hint *hint, uint64_t owner)
{
	return (!hint->owner || hint->owner != owner) && !is_in_flight(hint);
}

bool mcha_hint_has_no_owner(const mcha_hint *hint, uint64_t owner)
{
	(void)owner;
	return !hint->held && !hint->owner;
}

bool mcha_hint_has_owner(const mcha_hint *hint, uint64_t owner)
{
	return !hint->held && hint->owner == owner;
}

/* The hints of one kind that a node has for a key. */
typedef struct hint_search {
	uint64_t node;
	const char *key;
	size_t length;
	uint64_t hash;
	mcha_hint_kind is_wanted;
	uint64_t owner;
	size_t next; /* of the window, the first slot that was not searched yet */
} hint_search;

static hint_search begin_search(uint64_t node, const char *key, size_t length,
	mcha_hint_kind is_wanted, uint64_t owner)
{
	return (hint_search){
		.node = node,
		.key = key,
		.length = length,
		.is_wanted = is_wanted,
		.owner = owner,
		.hash = mcha_fnv1a(MCHA_FNV_START, key, length),
	};
}

static bool find_next_hint(mcha_hint_table *table, hint_search *search, mcha_hint *hint)
{
	while (search->next < MCHA_HINT_WINDOW) {
		mcha_hint_slot *slot = mcha_hint_slot_at(table, search->hash, search->node, search->next++);

		if (atomic_load_explicit(&slot->hash, memory_order_relaxed) == search->hash
			&& mcha_hint_read(table, slot, hint)
			&& is_about(hint, search->node, search->key, search->length)
			&& search->is_wanted(hint, search->owner)) {
			return true;
		}
	}
	return false;
}

bool mcha_hint_search(mcha_hint_table *table, uint64_t node, const char *key, size_t length,
	mcha_hint *hint, mcha_hint_kind is_wanted, uint64_t owner)
{
	hint_search search = begin_search(node, key, length, is_wanted, owner);

	return find_next_hint(table, &search, hint);
}

bool mcha_hints_find(mcha_hint_table *table, uint64_t node, const char *key, size_t length,
	mcha_hint *hint)
{
	return mcha_hint_search(table, node, key, length, hint, is_missed_write, 0)
		|| mcha_hint_search(table, node, key, length, hint, is_not_in_flight, 0);
}

bool mcha_hints_find_in_flight(mcha_hint_table *table, uint64_t node, const char *key,
	size_t length, uint64_t not_owner, mcha_hint *hint)
{
	return mcha_hint_search(table, node, key, length, hint, is_in_flight_of_another, not_owner);
}

mcha_usec mcha_hints_last_on_the_way(mcha_hint_table *table, uint64_t node, const char *key,
	size_t length, uint64_t not_owner)
{
	hint_search search = begin_search(node, key, length, is_not_in_flight_nor_owned, not_owner);
	mcha_usec last = 0;
	mcha_hint hint;

	while (find_next_hint(table, &search, &hint)) {
		last = mcha_hints_on_the_way(&hint) > last ? mcha_hints_on_the_way(&hint) : last;
	}
	return last;
}

bool mcha_hints_next(mcha_hint_table *table, size_t *cursor, mcha_hint *hint)
{
	while (*cursor < table->capacity) {
		if (mcha_hint_read(table, &table->slots[(*cursor)++], hint)) {
			return true;
		}
	}
	return false;
}
