/* SPDX-License-Identifier: MIT */
/* Marks, the ring of records that wait, and the marks that were read. */
#include "journal_table.h"

#include "engine/base/random.h"

static uint32_t name_host(mcha_journal_table *journal, uint64_t random)
{
	uint32_t host = mcha_journal_host(journal);

	if (!host && atomic_compare_exchange_strong(&journal->host, &host, (uint32_t)random | 1)) {
		host = (uint32_t)random | 1;
	}
	return host;
}

uint64_t mcha_journal_mark(mcha_journal_table *journal, mcha_mark_kind kind, uint64_t random)
{
	const uint32_t number = atomic_fetch_add_explicit(&journal->number, 1, memory_order_relaxed);

	return mcha_mark_make(name_host(journal, random), number + 1, kind);
}

void mcha_journal_add(mcha_journal_table *journal, const mcha_journal_record *record)
{
	const size_t place = atomic_fetch_add(&journal->added, 1) % MCHA_JOURNAL_WAITING;

	atomic_store(&journal->waiting[place].mark, 0);
	atomic_store_explicit(&journal->waiting[place].key, record->key, memory_order_relaxed);
	atomic_store_explicit(&journal->waiting[place].node, record->node, memory_order_relaxed);
	atomic_store(&journal->waiting[place].mark, record->mark);
}

/* The marks that were read last of those that share these places: the last one comes first. (A mark
 * that two processes lose by moving the others at once is read as new once more.) */
static _Atomic uint64_t *find_bucket(const mcha_journal_table *journal, uint64_t mark)
{
	const uint64_t hash = mcha_mix64(mark >> MCHA_MARK_KIND_BITS);

	return (_Atomic uint64_t *)&journal
		->seen[hash % (MCHA_JOURNAL_SEEN / MCHA_JOURNAL_SEEN_BUCKET) * MCHA_JOURNAL_SEEN_BUCKET];
}

bool mcha_journal_has_seen(const mcha_journal_table *journal, uint64_t mark)
{
	const _Atomic uint64_t *bucket = find_bucket(journal, mark);
	size_t i;

	for (i = 0; i < MCHA_JOURNAL_SEEN_BUCKET; i++) {
		if (mcha_mark_is_same(atomic_load_explicit(&bucket[i], memory_order_relaxed), mark)) {
			return true;
		}
	}
	return false;
}

void mcha_journal_note_seen(mcha_journal_table *journal, uint64_t mark)
{
	_Atomic uint64_t *bucket = find_bucket(journal, mark);
	size_t i;

	if (mcha_journal_has_seen(journal, mark)) {
		return;
	}
	for (i = MCHA_JOURNAL_SEEN_BUCKET - 1; i > 0; i--) {
		atomic_store_explicit(&bucket[i],
			atomic_load_explicit(&bucket[i - 1], memory_order_relaxed), memory_order_relaxed);
	}
	atomic_store_explicit(&bucket[0], mark, memory_order_relaxed);
}

bool mcha_journal_is_late(mcha_journal_table *journal, uint64_t mark)
{
	_Atomic uint64_t *place = &journal->youngest[mcha_mark_host(mark) % MCHA_JOURNAL_HOSTS];

	if (mcha_mark_is_not_younger(mark, atomic_load_explicit(place, memory_order_relaxed))) {
		return true;
	}
	atomic_store_explicit(place, mark, memory_order_relaxed);
	return false;
}

mcha_usec mcha_journal_put_in_order(mcha_journal_table *journal, uint64_t key, mcha_usec now)
{
	_Atomic int64_t *place = &journal->ordered[mcha_mix64(key) % MCHA_JOURNAL_ORDERED];
	int64_t last = atomic_load_explicit(place, memory_order_relaxed), when;

	do {
		when = now > last + MCHA_USEC_PER_MSEC ? now : last + MCHA_USEC_PER_MSEC;
	} while (!atomic_compare_exchange_weak(place, &last, when));
	return when;
}

/* Takes the next place of the ring; the records that were overwritten are passed over. False: no
 * record waits. */
static bool take_place(mcha_journal_table *journal, size_t *place)
{
	uint64_t taken = atomic_load(&journal->taken), added, next;

	do {
		added = atomic_load(&journal->added);
		if (taken == added) {
			return false;
		}
		next = added - taken > MCHA_JOURNAL_WAITING ? added - MCHA_JOURNAL_WAITING : taken;
	} while (!atomic_compare_exchange_strong(&journal->taken, &taken, next + 1));
	*place = next % MCHA_JOURNAL_WAITING;
	return true;
}

size_t mcha_journal_take(mcha_journal_table *journal, mcha_journal_record *records, size_t count)
{
	size_t done = 0, place;

	while (done < count && take_place(journal, &place)) {
		records[done] = (mcha_journal_record){
			.mark = atomic_load(&journal->waiting[place].mark),
			.key = atomic_load_explicit(&journal->waiting[place].key, memory_order_relaxed),
			.node = atomic_load_explicit(&journal->waiting[place].node, memory_order_relaxed),
		};
		done += records[done].mark != 0;
	}
	return done;
}
