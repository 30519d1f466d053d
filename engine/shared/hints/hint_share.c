/* SPDX-License-Identifier: MIT */
/* Counts hints, divides the table among nodes, and distrusts a node that misses more. */
#include "hint_share.h"

#include "engine/shared/compact_hints.h"
#include "hint_slot.h"

/* --- counts ----------------------------------------------------------------------------------- */

/* The counts go up before a hint becomes visible, and down after it is gone. A process that dies in
 * between leaves them too high, which costs a few look-ups, but never too low. */
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

/* --- shares ----------------------------------------------------------------------------------- */

/* The table is divided among at least this many nodes, even if fewer have hints: another node may
 * get some. */
#define SHARES_LEAST 4

static uint32_t share_of(const mcha_hint_table *table)
{
	uint32_t stale_nodes = atomic_load_explicit(&table->stale_nodes, memory_order_relaxed);
	size_t share = table->capacity / (stale_nodes > SHARES_LEAST ? stale_nodes : SHARES_LEAST);

	return share ? (uint32_t)share : 1;
}

/* The node has more than limit slots. Its own count may be too high, so if that exceeds the limit,
 * counts the slots; but not for each hint once there are compact ones. */
static bool exceeds_share(const mcha_hint_table *table, const mcha_health *health, uint32_t limit)
{
	size_t i, count = 0;

	if (mcha_hints_count(health) <= limit) {
		return false;
	}
	if (mcha_hints_has_compact(health)) {
		return true;
	}
	for (i = 0; i < table->capacity && count <= limit; i++) {
		const mcha_hint_slot *slot = &table->slots[i];

		count += mcha_hint_slot_phase(atomic_load_explicit(&slot->state, memory_order_acquire))
				!= MCHA_SLOT_FREE
			&& mcha_hint_slot_health(slot) == health;
	}
	return count > limit;
}

/* The count goes up first: a process that finds it at 0 does not look at the nodes. */
void mcha_hint_share_distrust(mcha_hint_table *table, mcha_health *health, mcha_usec now)
{
	mcha_usec when = now ? now : 1; /* 0 means never */

	atomic_store(&health->doubt, 0);
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

/* An in-flight hint may exceed the share, because it is usually gone in a moment: a node in another
 * zone that acknowledges writes a little later must not become distrusted for that. */
bool mcha_hint_share_has_room(const mcha_hint_table *table, const mcha_health *health,
	const mcha_hint *hint)
{
	return !mcha_hints_distrusted_since(health)
		&& (hint->owner || !exceeds_share(table, health, share_of(table) - 1));
}

/* --- cleared hints ---------------------------------------------------------------------------- */

void mcha_hint_share_note_cleared(mcha_hint_table *table, uint64_t node, const char *key,
	size_t length, mcha_usec since)
{
	char name[MCHA_RECENT_COPY_MAX];

	atomic_store(&table->last_cleared, mcha_clock_now());
	mcha_recent_deletes_note(&table->cleared, name,
		mcha_recent_deletes_name_copy(name, key, length, node), since, false);
}

/* --- compact hints ---------------------------------------------------------------------------- */

void mcha_hints_use_compact(mcha_hint_table *table, const mcha_compact_hints *compact)
{
	table->compact = (int64_t)((uintptr_t)compact - (uintptr_t)table);
}

/* The count goes up first, as in mcha_hint_share_distrust(). */
static void note_compact(mcha_hint_table *table, mcha_health *health, mcha_usec now)
{
	atomic_fetch_add(&table->compact_nodes, 1);
	if (atomic_exchange(&health->compact_since, now ? now : 1)) {
		atomic_fetch_sub(&table->compact_nodes, 1);
	}
}

/* Noted once more if another process has found meanwhile that the node has no compact hint. */
bool mcha_hint_share_add_compact(mcha_hint_table *table, mcha_health *health, uint64_t node,
	uint64_t key, uint64_t mark, mcha_usec now)
{
	mcha_compact_hints *compact = mcha_hint_share_compact(table);

	if (!compact || mcha_hints_distrusted_since(health)) {
		return false;
	}
	note_compact(table, health, now);
	if (!mcha_compact_hints_add(compact, health, node, key, mark, now)) {
		return false;
	}
	if (!mcha_hints_has_compact(health)) {
		note_compact(table, health, now);
	}
	return true;
}

bool mcha_hint_share_make_compact(mcha_hint_table *table, mcha_health *health,
	const mcha_hint *hint, mcha_usec now)
{
	return mcha_hint_share_add_compact(table, health, hint->node,
		mcha_compact_key(hint->key, hint->key_length), hint->mark, now);
}

void mcha_hint_share_resolve_compact(const mcha_hint_table *table, const mcha_health *health,
	uint64_t node, uint64_t key, uint64_t mark)
{
	mcha_compact_hints *compact = mcha_hint_share_compact_of(table, health);

	if (compact) {
		mcha_compact_hints_resolve(compact, health, node, key, mark);
	}
}

void mcha_hint_share_resolve(const mcha_hint_table *table, const mcha_health *health, uint64_t node,
	uint64_t key, uint64_t mark)
{
	mcha_journal_table *journal = mark ? mcha_hints_journal(table) : NULL;

	if (journal && mcha_mark_host(mark) == mcha_journal_host(journal)) {
		mcha_hint_share_resolve_compact(table, health, node, key, mark);
		mcha_journal_add(journal,
			&(mcha_journal_record){
				.key = key,
				.node = node,
				.mark = mcha_mark_with_kind(mark, MCHA_MARK_RESOLVED),
			});
	}
}

/* An in-flight write to a node that is distrusted already is not missed. */
void mcha_hint_share_overflow(mcha_hint_table *table, mcha_health *health, const mcha_hint *hint,
	mcha_usec now)
{
	if (mcha_hint_share_make_compact(table, health, hint, now)) {
		return;
	}
	atomic_fetch_add_explicit(&table->dropped, 1, memory_order_relaxed);
	if (!hint->owner || !mcha_hints_distrusted_since(health)) {
		mcha_hint_share_distrust(table, health, now);
	}
}

mcha_usec mcha_hints_compact_since(const mcha_hint_table *table, const mcha_health *health,
	uint64_t node, const char *key, size_t length)
{
	mcha_compact_hints *compact = mcha_hint_share_compact_of(table, health);

	return compact ? mcha_compact_hints_since(compact, health, node, mcha_compact_key(key, length))
				   : 0;
}

void mcha_hints_clear_compact(mcha_hint_table *table, const mcha_health *health, uint64_t node,
	const char *key, size_t length, mcha_usec before)
{
	mcha_compact_hints *compact = mcha_hint_share_compact_of(table, health);

	if (compact) {
		const uint64_t hash = mcha_compact_key(key, length);
		const uint64_t mark = mcha_compact_hints_mark(compact, health, node, hash);

		mcha_hint_share_note_cleared(table, node, key, length, before);
		mcha_compact_hints_clear(compact, health, node, hash, before);
		if (mark && !mcha_compact_hints_since(compact, health, node, hash)) {
			mcha_hint_share_resolve(table, health, node, hash, mark);
		}
	}
}

size_t mcha_hints_count_compact(const mcha_hint_table *table, const mcha_health *health,
	uint64_t node)
{
	const mcha_compact_hints *compact = mcha_hint_share_compact_of(table, health);

	return compact ? mcha_compact_hints_count(compact, health, node) : 0;
}

size_t mcha_hints_compact_room(const mcha_hint_table *table)
{
	const mcha_compact_hints *compact = mcha_hint_share_compact(table);

	return compact ? compact->count * MCHA_COMPACT_BLOCK : 0;
}

bool mcha_hints_claim_recount(mcha_hint_table *table, mcha_usec now)
{
	int64_t last = atomic_load_explicit(&table->recounted, memory_order_relaxed);

	return atomic_load_explicit(&table->compact_nodes, memory_order_relaxed)
		&& now - last > 60 * MCHA_USEC_PER_SEC
		&& atomic_compare_exchange_strong(&table->recounted, &last, now);
}

void mcha_hints_recount_compact(mcha_hint_table *table, mcha_health *health, uint64_t node)
{
	int64_t since = atomic_load(&health->compact_since);

	if (since && mcha_hints_count_compact(table, health, node) == 0
		&& atomic_compare_exchange_strong(&health->compact_since, &since, 0)) {
		atomic_fetch_sub(&table->compact_nodes, 1);
	}
}
