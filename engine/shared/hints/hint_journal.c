/* SPDX-License-Identifier: MIT */
/* Does what another host's record says, and puts hints in the journal's order. */
#include "hint_journal.h"

#include "engine/shared/health/suspicion.h"
#include "hint_search.h"
#include "hint_share.h"

void mcha_hints_use_journal(mcha_hint_table *table, const mcha_journal_table *journal)
{
	table->journal = (int64_t)((uintptr_t)journal - (uintptr_t)table);
}

uint64_t mcha_hints_compact_mark(const mcha_hint_table *table, const mcha_health *health,
	uint64_t node, const char *key, size_t length)
{
	mcha_compact_hints *compact = mcha_hint_share_compact_of(table, health);

	return compact ? mcha_compact_hints_mark(compact, health, node, mcha_compact_key(key, length))
				   : 0;
}

/* A server that was restarted since carries out nothing that it had received before. */
static uint64_t find_sent(const mcha_hint_table *table, const mcha_health *health, uint64_t node,
	uint64_t key, mcha_usec now, mcha_usec *since)
{
	const mcha_journal_table *journal = mcha_hints_journal(table);
	const uint64_t mark = journal ? mcha_sent_elsewhere_find(&journal->sent, node, key, now, since)
								  : 0;

	return mark && *since >= atomic_load_explicit(&health->restarted, memory_order_relaxed) ? mark
																							: 0;
}

uint64_t mcha_hints_sent_elsewhere(const mcha_hint_table *table, const mcha_health *health,
	uint64_t node, const char *key, size_t length, mcha_usec now, mcha_usec *since)
{
	return find_sent(table, health, node, mcha_compact_key(key, length), now, since);
}

mcha_usec mcha_hints_heard(const mcha_hint *hint)
{
	return (hint->order ? hint->order : mcha_hints_since(hint)) / MCHA_USEC_PER_MSEC
		* MCHA_USEC_PER_MSEC;
}

/* A node that lacks a change only has what the others lack by an older hint of a value, too. */
static mcha_usec put_changes_first(mcha_usec heard, uint64_t mark)
{
	return heard && mcha_mark_is_of_change(mark) ? heard - INT64_MAX / 2 : heard;
}

mcha_usec mcha_hints_order_of(const mcha_hint *hint)
{
	return put_changes_first(mcha_hints_heard(hint), hint->mark);
}

mcha_usec mcha_hints_compact_order(const mcha_hint_table *table, const mcha_health *health,
	uint64_t node, const char *key, size_t length)
{
	return put_changes_first(mcha_hints_compact_since(table, health, node, key, length),
		mcha_hints_compact_mark(table, health, node, key, length));
}

mcha_usec mcha_hints_order(mcha_hint_table *table, const mcha_health *health, uint64_t node,
	const char *key, size_t length)
{
	const mcha_usec compact = mcha_hints_compact_order(table, health, node, key, length);
	mcha_hint hint;

	if (compact) {
		return compact;
	}
	return mcha_hints_count(health) && mcha_hints_find(table, node, key, length, &hint)
		? mcha_hints_order_of(&hint)
		: 0;
}

uint64_t mcha_hints_land(mcha_hint_table *table, const mcha_hint *hint)
{
	_Atomic uint64_t *place = &table->slots[hint->slot].mark;
	uint64_t mark = hint->mark;

	return mcha_mark_is_of_sent(mark)
			&& atomic_compare_exchange_strong(place, &mark,
				mcha_mark_with_kind(mark,
					mcha_mark_kind_of_missed(mcha_mark_is_of_change(mark), false)))
		? mcha_mark_with_kind(mark, MCHA_MARK_LANDED)
		: 0;
}

/* --- records of other hosts ------------------------------------------------------------------- */

static bool is_own(const mcha_hint_table *table, const mcha_journal_record *record)
{
	return mcha_mark_host(record->mark) == mcha_journal_host(mcha_hints_journal(table));
}

/* This host has read the record of its own hint at that moment. A hint that is cleared, or renewed,
 * at the same moment may be put into another order: that only decides which copy is compared with
 * which. */
static void put_in_order(mcha_hint_table *table, const mcha_journal_record *record, mcha_usec when)
{
	const uint64_t hash = mcha_unmix64(record->key); /* see mcha_compact_key() */
	size_t i;

	for (i = 0; i < MCHA_HINT_WINDOW; i++) {
		mcha_hint_slot *slot = mcha_hint_slot_at(table, hash, record->node, i);

		if (atomic_load_explicit(&slot->mark, memory_order_relaxed) == record->mark
			&& !atomic_load_explicit(&slot->order, memory_order_relaxed)) {
			atomic_store_explicit(&slot->order, when, memory_order_relaxed);
		}
	}
}

/* No write that the hint is about may still arrive at its node. */
static bool is_ripe(const mcha_health *health, const mcha_hint *hint, mcha_usec now)
{
	const mcha_usec last = mcha_hints_on_the_way(hint);

	return !last
		|| (now - last >= MCHA_LATE_WRITES && mcha_health_is_steady(health, now, MCHA_LATE_WRITES));
}

/* The hint is of the same key and node as one that was added at that moment: what has resolved that
 * one has given the node what it had missed by this hint, too. */
static bool is_earlier(const mcha_hint *hint, const mcha_journal_record *record, mcha_usec since)
{
	return hint->order / MCHA_USEC_PER_MSEC < since / MCHA_USEC_PER_MSEC && hint->order
		&& hint->node == record->node && !hint->owner && hint->verb != MCHA_HINT_VERB_REORDERED
		&& mcha_compact_key(hint->key, hint->key_length) == record->key;
}

/* Another host has given the node a newer value than the one of this host's hint: clears the hint.
 * since: when this host read of the hint that the record is about; 0: it has no such hint. */
static void clear_resolved(mcha_hint_table *table, const mcha_health *health,
	const mcha_journal_record *record, mcha_usec since, mcha_usec now)
{
	const uint64_t hash = mcha_unmix64(record->key); /* see mcha_compact_key() */
	mcha_hint hint;
	size_t i;

	for (i = 0; i < MCHA_HINT_WINDOW; i++) {
		mcha_hint_slot *slot = mcha_hint_slot_at(table, hash, record->node, i);

		if (atomic_load_explicit(&slot->hash, memory_order_relaxed) != hash
			|| !mcha_hint_read(table, slot, &hint)) {
			continue;
		}
		if (hint.mark && mcha_mark_is_same(hint.mark, record->mark)) {
			hint.mark = 0; /* the journal has the record that the hint is resolved */
			(void)mcha_hints_clear(table, &hint);
		} else if (is_earlier(&hint, record, since) && is_ripe(health, &hint, now)) {
			(void)mcha_hints_clear(table, &hint);
		}
	}
}

/* When this host read of the hint; 0: it has another one of the node and key, or none; or a change
 * was missed, which says nothing of earlier hints. */
static mcha_usec find_since(const mcha_hint_table *table, const mcha_health *health,
	const mcha_journal_record *record)
{
	mcha_compact_hints *compact = mcha_hint_share_compact_of(table, health);
	const uint64_t mark = compact
		? mcha_compact_hints_mark(compact, health, record->node, record->key)
		: 0;

	return mark && mcha_mark_is_same(mark, record->mark) && !mcha_mark_is_of_change(mark)
		? mcha_compact_hints_since(compact, health, record->node, record->key)
		: 0;
}

/* What another log has is older than the hint that is there, unless that is an earlier one of the
 * same host: it says nothing that the hint does not say. */
static bool is_covered(const mcha_hint_table *table, const mcha_health *health,
	const mcha_journal_record *record)
{
	mcha_compact_hints *compact = mcha_hint_share_compact_of(table, health);

	return mcha_journal_is_late(mcha_hints_journal(table), record->mark) && compact
		&& mcha_compact_hints_since(compact, health, record->node, record->key)
		&& !mcha_mark_is_not_younger(mcha_compact_hints_mark(compact, health, record->node,
										 record->key),
			record->mark);
}

static void learn_missed(mcha_hint_table *table, mcha_health *health,
	const mcha_journal_record *record, mcha_usec now)
{
	if (is_own(table, record)) {
		put_in_order(table, record, now);
		return;
	}
	if (mcha_mark_is_of_sent(record->mark)) {
		mcha_sent_elsewhere_note(&mcha_hints_journal(table)->sent, record->node, record->key,
			record->mark, now);
	}
	if (!is_covered(table, health, record)
		&& !mcha_hint_share_add_compact(table, health, record->node, record->key, record->mark, now)
		&& !mcha_hints_distrusted_since(health)) {
		mcha_hint_share_distrust(table, health, now);
	}
}

/* What another host has sent may still come behind what has resolved the hint: the copy is doubted
 * until that is resolved, too. */
static void learn_resolved(mcha_hint_table *table, mcha_health *health,
	const mcha_journal_record *record, mcha_usec now)
{
	const bool is_known = find_since(table, health, record) != 0;
	mcha_usec since;
	uint64_t sent;

	mcha_sent_elsewhere_end(&mcha_hints_journal(table)->sent, record->node, record->key,
		record->mark);
	clear_resolved(table, health, record, find_since(table, health, record), now);
	mcha_hint_share_resolve_compact(table, health, record->node, record->key, record->mark);
	sent = is_known ? find_sent(table, health, record->node, record->key, now, &since) : 0;
	if (sent) {
		(void)mcha_hint_share_add_compact(table, health, record->node, record->key, sent, now);
	}
}

static void learn_landed(mcha_hint_table *table, mcha_health *health,
	const mcha_journal_record *record, mcha_usec now)
{
	(void)health;
	(void)now;
	mcha_sent_elsewhere_end(&mcha_hints_journal(table)->sent, record->node, record->key,
		record->mark);
}

/* A node that is distrusted already stays so for its own reason. */
static void learn_doubted(mcha_hint_table *table, mcha_health *health,
	const mcha_journal_record *record, mcha_usec now)
{
	if (!is_own(table, record)
		&& (!mcha_hints_distrusted_since(health) || atomic_load(&health->doubt))) {
		mcha_hint_share_distrust(table, health, now);
		atomic_store(&health->doubt, record->mark);
	}
}

static void learn_trusted(mcha_hint_table *table, mcha_health *health,
	const mcha_journal_record *record, mcha_usec now)
{
	uint64_t doubt = atomic_load(&health->doubt);

	(void)now;
	if (doubt && mcha_mark_is_same(doubt, record->mark)
		&& atomic_compare_exchange_strong(&health->doubt, &doubt, 0)) {
		mcha_hints_trust(table, health);
	}
}

static void learn_suspected(mcha_hint_table *table, mcha_health *health,
	const mcha_journal_record *record, mcha_usec now)
{
	(void)table;
	(void)now;
	mcha_suspicion_learn(health, record->mark);
}

static void learn_reached(mcha_hint_table *table, mcha_health *health,
	const mcha_journal_record *record, mcha_usec now)
{
	(void)table;
	(void)now;
	mcha_suspicion_end(health, record->mark);
}

void mcha_hints_learn(mcha_hint_table *table, mcha_health *health,
	const mcha_journal_record *record, mcha_usec now)
{
	static void (*const learn[1 << MCHA_MARK_KIND_BITS])(mcha_hint_table *, mcha_health *,
		const mcha_journal_record *, mcha_usec) = {
		[MCHA_MARK_MISSED] = learn_missed,
		[MCHA_MARK_MISSED_SENT] = learn_missed,
		[MCHA_MARK_RESOLVED] = learn_resolved,
		[MCHA_MARK_DOUBTED] = learn_doubted,
		[MCHA_MARK_TRUSTED] = learn_trusted,
		[MCHA_MARK_SUSPECTED] = learn_suspected,
		[MCHA_MARK_REACHED] = learn_reached,
		[MCHA_MARK_CHANGE_MISSED] = learn_missed,
		[MCHA_MARK_CHANGE_MISSED_SENT] = learn_missed,
		[MCHA_MARK_LANDED] = learn_landed,
	};
	const mcha_mark_kind kind = mcha_mark_kind_of(record->mark);

	if (learn[kind]) { /* a later version of McHA may have others */
		learn[kind](table, health, record, now);
	}
}
