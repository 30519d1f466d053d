/* SPDX-License-Identifier: MIT */
/* Clears hints, and notes that it has done so: an operation that was decided without a node asks
 * afterwards whether the node had a hint meanwhile. */
#include "engine/base/clock.h"
#include "hint_share.h"
#include "hint_slot.h"

void mcha_hints_attempt(mcha_hint_table *table, const mcha_hint *hint, mcha_usec now)
{
	/* visible before any request that is sent afterwards */
	atomic_store(&table->slots[hint->slot].tried, now);
}

bool mcha_hints_is_untouched(const mcha_hint_table *table, const mcha_hint *hint, mcha_usec since)
{
	const mcha_hint_slot *slot = &table->slots[hint->slot];
	mcha_hint fresh = {.tried = atomic_load(&slot->tried)};

	return mcha_hints_is_unattempted(&fresh, since) && atomic_load(&slot->state) == hint->state;
}

static bool clear_slot(mcha_hint_table *table, mcha_hint_slot *slot, uint64_t state)
{
	mcha_health *health;
	uint64_t mine;

	if (!mcha_hint_slot_claim(slot, state, mcha_clock_now(), MCHA_SLOT_BUSY, &mine)) {
		return false;
	}
	health = mcha_hint_slot_health(slot);
	atomic_store_explicit(&slot->owner, 0, memory_order_relaxed);
	mcha_hint_slot_release(slot, mine, MCHA_SLOT_FREE);
	mcha_hint_share_count_removed(table, health);
	return true;
}

/* The note is made first: at no moment is there neither the hint nor the note. */
bool mcha_hints_clear(mcha_hint_table *table, const mcha_hint *hint)
{
	mcha_hint_slot *slot = &table->slots[hint->slot];
	const mcha_health *health = mcha_hint_slot_health(slot);

	if (hint->held) {
		return false;
	}
	mcha_hint_share_note_cleared(table, hint->node, hint->key, hint->key_length,
		mcha_hints_since(hint));
	if (!clear_slot(table, slot, hint->state)) {
		return false;
	}
	mcha_hint_share_resolve(table, health, hint->node,
		mcha_compact_key(hint->key, hint->key_length), hint->mark);
	return true;
}

/* Of two processes that clear hints at once the earlier one may be the last to say so. */
#define CLEARED_AT_ONCE MCHA_USEC_PER_SEC

/* Notes count milliseconds. A hint of the millisecond in which an operation begins is mostly older,
 * and one that this operation itself has replayed. */
bool mcha_hints_was_cleared_since(const mcha_hint_table *table, uint64_t node, const char *key,
	size_t length, mcha_usec moment)
{
	char name[MCHA_RECENT_COPY_MAX];

	return atomic_load(&table->last_cleared) + CLEARED_AT_ONCE >= moment
		&& mcha_recent_deletes_since(&table->cleared, name,
			mcha_recent_deletes_name_copy(name, key, length, node), moment + MCHA_USEC_PER_MSEC, 0);
}

bool mcha_hints_clear_in_flight(mcha_hint_table *table, const mcha_in_flight_hint *in_flight)
{
	return in_flight->state && clear_slot(table, &table->slots[in_flight->slot], in_flight->state);
}
