/* SPDX-License-Identifier: MIT */
/* Counts hints, divides the table among nodes, and distrusts a node that misses more. */
#include "hint_share.h"

#include "hint_slot.h"

/* --- counts -------------------------------------------------------------------------------------- */

/* The counts go up before a hint becomes visible, and down after it is gone. A process that dies in between leaves them
 * too high, which costs a few look-ups, but never too low. */
void mcha_hint_share_count_added(mcha_hint_table *table, mcha_health *health)
{
	atomic_fetch_add_explicit(&table->total, 1, memory_order_relaxed);
	if (atomic_fetch_add_explicit(&health->hints, 1, memory_order_relaxed) == 0) {
		atomic_fetch_add_explicit(&table->stale_nodes, 1, memory_order_relaxed);
	}
}

void mcha_hint_share_count_removed(mcha_hint_table *table, mcha_health *health)
{
	atomic_fetch_sub_explicit(&table->total, 1, memory_order_relaxed);
	if (atomic_fetch_sub_explicit(&health->hints, 1, memory_order_relaxed) == 1) {
		atomic_fetch_sub_explicit(&table->stale_nodes, 1, memory_order_relaxed);
	}
}

/* --- shares ------------------------------------------------------------------------------------ */

/* The table is divided among at least this many nodes, even if fewer have hints: another node may get some. */
#define SHARES_LEAST 4

static uint32_t share_of(const mcha_hint_table *table)
{
	uint32_t stale_nodes = atomic_load_explicit(&table->stale_nodes, memory_order_relaxed);
	size_t share = table->capacity / (stale_nodes > SHARES_LEAST ? stale_nodes : SHARES_LEAST);

	return share ? (uint32_t)share : 1;
}

/* The node has more than limit slots. Its own count may be too high, so if that exceeds the limit, counts the slots. */
static bool exceeds_share(const mcha_hint_table *table, const mcha_health *health, uint32_t limit)
{
	size_t i, count = 0;

	if (mcha_hints_count(health) <= limit) {
		return false;
	}
	for (i = 0; i < table->capacity && count <= limit; i++) {
		const mcha_hint_slot *slot = &table->slots[i];

		count += mcha_hint_slot_phase(atomic_load_explicit(&slot->state, memory_order_acquire)) != MCHA_SLOT_FREE
			&& mcha_hint_slot_health(slot) == health;
	}
	return count > limit;
}

/* The count goes up first: a process that finds it at 0 does not look at the nodes. */
void mcha_hint_share_distrust(mcha_hint_table *table, mcha_health *health, mcha_usec now)
{
	mcha_usec when = now ? now : 1; /* 0 means never */

	atomic_fetch_add(&table->distrusted, 1);
	if (atomic_exchange(&health->distrusted, when)) {
		atomic_fetch_sub(&table->distrusted, 1);
	}
}

void mcha_hints_trust(mcha_hint_table *table, mcha_health *health)
{
	if (atomic_exchange(&health->distrusted, 0)) {
		atomic_fetch_and(&health->told, (uint8_t)~MCHA_TOLD_DISTRUSTED);
		atomic_fetch_sub(&table->distrusted, 1);
	}
}

bool mcha_hint_share_allow_replacement(mcha_hint_table *table, mcha_health *health, mcha_usec now)
{
	if (mcha_hints_distrusted_since(health)) {
		return true;
	}
	if (!exceeds_share(table, health, share_of(table))) {
		return false;
	}
	mcha_hint_share_distrust(table, health, now);
	return true;
}

/* An in-flight hint may exceed the share, because it is usually gone in a moment: a node in another zone that
 * acknowledges writes a little later must not become distrusted for that. */
bool mcha_hint_share_has_room(const mcha_hint_table *table, const mcha_health *health, const mcha_hint *hint)
{
	return !mcha_hints_distrusted_since(health) && (hint->owner || !exceeds_share(table, health, share_of(table) - 1));
}
