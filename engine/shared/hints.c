/* SPDX-License-Identifier: MIT */
/* Adds hints, in slots of a hash table without locks that processes claim (hint_slot.h). Finding
 * them is in hint_search.c, clearing them in hint_clear.c. */
#include "hints.h"

#include <string.h>
#include <time.h>

#include "engine/base/exptime.h"
#include "engine/base/fnv.h"
#include "engine/shared/hints/hint_search.h"
#include "engine/shared/hints/hint_share.h"

#define ATTEMPTS 8 /* to insert a hint, while other processes change the same slots */

size_t mcha_hint_table_size(size_t capacity)
{
	return sizeof(mcha_hint_table) + capacity * sizeof(mcha_hint_slot);
}

mcha_hint_table *mcha_hint_table_init(void *memory, size_t capacity)
{
	mcha_hint_table *table = memory;

	table->capacity = capacity;
	return table;
}

/* Adds a second to the lifetime: the clocks of the node and of this host may differ by a fraction
 * of a second. */
mcha_usec mcha_hints_end(int64_t exptime, mcha_usec now)
{
	int64_t left = exptime <= MCHA_EXPTIME_RELATIVE_MAX ? exptime : exptime - (int64_t)time(NULL);

	if (exptime == 0) {
		return 0;
	}
	return left < 0 ? now : now + ((left < INT32_MAX ? left : INT32_MAX) + 1) * MCHA_USEC_PER_SEC;
}

mcha_usec mcha_hints_since(const mcha_hint *hint)
{
	return mcha_hint_slot_time(hint->state);
}

bool mcha_hints_is_older(const mcha_hint *hint, mcha_usec moment)
{
	return mcha_hint_slot_time(hint->state) < moment;
}

/* --- adding ----------------------------------------------------------------------------------- */

/* Makes the hint of a complete slot visible, and stores in *in_flight where it is. */
static bool publish_slot(mcha_hint_table *table, mcha_hint_slot *slot, uint64_t mine,
	mcha_in_flight_hint *in_flight)
{
	*in_flight = (mcha_in_flight_hint){(size_t)(slot - table->slots),
		mcha_hint_slot_state(mcha_hint_slot_time(mine), MCHA_SLOT_SET)};
	return mcha_hint_slot_release(slot, mine, MCHA_SLOT_SET);
}

static bool renew_hint(mcha_hint_table *table, const mcha_hint *found, const mcha_hint *wanted,
	mcha_usec now, mcha_in_flight_hint *in_flight)
{
	mcha_hint_slot *slot = &table->slots[found->slot];
	uint64_t mine;

	if (!mcha_hint_slot_claim(slot, found->state, now, MCHA_SLOT_RENEWING, &mine)) {
		return false;
	}
	mcha_hint_slot_renew(slot, wanted);
	if (wanted->verb == MCHA_HINT_VERB_REORDERED) {
		atomic_store_explicit(&slot->verb, found->verb, memory_order_relaxed);
	}
	if (wanted->indeterminate) {
		atomic_store_explicit(&slot->indeterminate, wanted->indeterminate, memory_order_relaxed);
	}
	return publish_slot(table, slot, mine, in_flight);
}

/* Stores the hint in a vacant slot of the window, if there is one. */
static bool fill_vacant_slot(mcha_hint_table *table, const mcha_hint *hint, uint64_t hash,
	mcha_health *health, mcha_usec now, mcha_in_flight_hint *in_flight)
{
	size_t i;

	for (i = 0; i < MCHA_HINT_WINDOW; i++) {
		mcha_hint_slot *slot = mcha_hint_slot_at(table, hash, hint->node, i);
		uint64_t state = atomic_load_explicit(&slot->state, memory_order_relaxed), mine;

		if (mcha_hint_slot_is_vacant(state, now)
			&& mcha_hint_slot_claim(slot, state, now, MCHA_SLOT_BUSY, &mine)) {
			mcha_hint_share_count_added(table, health);
			mcha_hint_slot_fill(slot, hint, hash, health);
			return publish_slot(table, slot, mine, in_flight);
		}
	}
	return false;
}

/* No slot is vacant: stores the hint in the place of one that may be replaced. */
static bool replace_other_hint(mcha_hint_table *table, const mcha_hint *hint, uint64_t hash,
	mcha_health *health, mcha_usec now, mcha_in_flight_hint *in_flight)
{
	size_t i;

	for (i = 0; i < MCHA_HINT_WINDOW; i++) {
		mcha_hint_slot *slot = mcha_hint_slot_at(table, hash, hint->node, i);
		uint64_t state = atomic_load_explicit(&slot->state, memory_order_acquire), mine;
		mcha_health *other_health = mcha_hint_slot_health(slot);

		if (!mcha_hint_slot_is_replaceable(state, now) || other_health == health
			|| !mcha_hint_share_allow_replacement(table, other_health, now)
			|| !mcha_hint_slot_claim(slot, state, now, MCHA_SLOT_BUSY, &mine)) {
			continue;
		}
		atomic_fetch_add_explicit(&table->dropped, 1, memory_order_relaxed);
		mcha_hint_share_count_removed(table, other_health);
		mcha_hint_share_count_added(table, health);
		mcha_hint_slot_fill(slot, hint, hash, health);
		return publish_slot(table, slot, mine, in_flight);
	}
	return false;
}

/* is_same: which of the existing hints of this node and key the new hint renews, if there is
 * one. */
static mcha_in_flight_hint insert_hint(mcha_hint_table *table, mcha_health *health,
	const mcha_hint *hint, mcha_hint_kind is_same, mcha_usec now)
{
	uint64_t hash = mcha_fnv1a(MCHA_FNV_START, hint->key, hint->key_length);
	mcha_in_flight_hint in_flight;
	mcha_hint found;
	unsigned attempt;

	for (attempt = 0; attempt < ATTEMPTS; attempt++) {
		if (mcha_hint_search(table, hint->node, hint->key, hint->key_length, &found, is_same,
				hint->owner)) {
			if (renew_hint(table, &found, hint, now, &in_flight)) {
				return in_flight;
			}
		} else if (!mcha_hint_share_has_room(table, health, hint)) {
			break;
		} else if (fill_vacant_slot(table, hint, hash, health, now, &in_flight)) {
			return in_flight;
		} else if (mcha_hint_share_make_compact(table, health, hint, now)) {
			return (mcha_in_flight_hint){0, 0};
		} else if (replace_other_hint(table, hint, hash, health, now, &in_flight)) {
			return in_flight;
		}
	}
	mcha_hint_share_overflow(table, health, hint, now);
	return (mcha_in_flight_hint){0, 0};
}

void mcha_hints_add(mcha_hint_table *table, mcha_health *health, uint64_t node, uint64_t source,
	unsigned how, const char *key, size_t length, mcha_usec now)
{
	mcha_hint hint = {
		.node = node,
		.source = source,
		.key_length = (uint16_t)length,
		.indeterminate = how & MCHA_HINTS_INDETERMINATE ? now : 0,
		.is_lock = how & MCHA_HINTS_LOCK,
		.verb = how & MCHA_HINTS_REORDERED ? MCHA_HINT_VERB_REORDERED : 0,
	};

	memcpy(hint.key, key, length);
	mcha_hints_insert(table, health, &hint, now);
}

void mcha_hints_insert(mcha_hint_table *table, mcha_health *health, const mcha_hint *hint,
	mcha_usec now)
{
	insert_hint(table, health, hint, mcha_hint_has_no_owner, now);
}

/* --- in-flight hints -------------------------------------------------------------------------- */

mcha_in_flight_hint mcha_hints_begin(mcha_hint_table *table, mcha_health *health,
	const mcha_hint *hint, mcha_usec now)
{
	return insert_hint(table, health, hint, mcha_hint_has_owner, now);
}

bool mcha_hints_confirm_missed(mcha_hint_table *table, const mcha_in_flight_hint *in_flight,
	bool determinate, uint64_t mark, mcha_usec now)
{
	mcha_hint_slot *slot = &table->slots[in_flight->slot];
	uint64_t mine;

	if (!in_flight->state
		|| !mcha_hint_slot_claim(slot, in_flight->state, now, MCHA_SLOT_RENEWING, &mine)) {
		return false;
	}
	atomic_store_explicit(&slot->until, 0, memory_order_relaxed);
	atomic_store_explicit(&slot->owner, 0, memory_order_relaxed);
	atomic_store_explicit(&slot->mark, mark, memory_order_relaxed);
	atomic_store_explicit(&slot->indeterminate, determinate ? 0 : now, memory_order_relaxed);
	if (determinate) {
		/* which value the node has is not known */
		atomic_store_explicit(&slot->ends, 0, memory_order_relaxed);
		atomic_store_explicit(&slot->verb, MCHA_HINT_VERB_REORDERED, memory_order_relaxed);
	}
	return mcha_hint_slot_release(slot, mine, MCHA_SLOT_SET);
}

bool mcha_hints_is_owners(const mcha_hint_table *table, const mcha_in_flight_hint *in_flight,
	uint64_t owner)
{
	const mcha_hint_slot *slot = &table->slots[in_flight->slot];

	return in_flight->state && atomic_load_explicit(&slot->owner, memory_order_relaxed) == owner;
}
