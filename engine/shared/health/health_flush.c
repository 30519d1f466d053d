/* SPDX-License-Identifier: MIT */
/* A missed flush is noted, claimed and ended by compare-and-swap. */
#include "health_flush.h"

#include "health_word.h"

/* The count goes up before the missed flush becomes visible, as for hints (hints.c). flush_due
 * changes in any case, so that a process which is replaying a flush notices the new one
 * (mcha_health_end_flush). */
void mcha_health_miss_flush(mcha_health_table *table, mcha_health *health, mcha_usec at)
{
	int64_t last, due = atomic_load(&health->flush_due);

	if (mcha_health_is_overflow(health)) {
		return;
	}
	last = atomic_load(&health->flush_last);
	while (last < at && !atomic_compare_exchange_weak(&health->flush_last, &last, at)) {
	}
	for (;;) {
		const bool none = due == 0;
		const int64_t first = none ? at : (due < at ? due : at) - 1;

		if (none) {
			atomic_fetch_add(&table->unflushed, 1);
		}
		if (atomic_compare_exchange_strong(&health->flush_due, &due, first)) {
			return;
		}
		if (none) {
			atomic_fetch_sub(&table->unflushed, 1);
		}
	}
}

bool mcha_health_claim_flush(mcha_health *health, mcha_usec now, mcha_usec lease, int64_t *seen)
{
	int64_t tried = atomic_load(&health->flush_tried);

	*seen = atomic_load(&health->flush_due);
	return *seen != 0 && *seen <= now && tried <= now
		&& atomic_compare_exchange_strong(&health->flush_tried, &tried, now + lease);
}

void mcha_health_end_flush(mcha_health_table *table, mcha_health *health, mcha_usec claimed,
	int64_t seen, bool flushed)
{
	int64_t last = atomic_load(&health->flush_last), next = last > claimed ? last : 0;

	if (flushed && atomic_compare_exchange_strong(&health->flush_due, &seen, next) && next == 0) {
		atomic_fetch_sub(&table->unflushed, 1);
	}
	atomic_store(&health->flush_tried, 0);
}
