/* SPDX-License-Identifier: MIT */
/* A table of small buckets. */
#include "sent_elsewhere.h"

#include "engine/base/random.h"

#define LOAD(field) atomic_load_explicit(&(field), memory_order_relaxed)

static uint64_t name_copy(uint64_t node, uint64_t key)
{
	return mcha_mix64(key ^ mcha_mix64(node));
}

static size_t bucket_of(uint64_t copy)
{
	return copy % (MCHA_SENT_ELSEWHERE / MCHA_SENT_ELSEWHERE_BUCKET) * MCHA_SENT_ELSEWHERE_BUCKET;
}

static bool is_over(const mcha_sent_elsewhere *sent, size_t place, mcha_usec now)
{
	return !LOAD(sent->writes[place].mark)
		|| now - LOAD(sent->writes[place].when) >= MCHA_SENT_AT_MOST;
}

/* The writes of one host are one entry: since the first of them, with the mark of the last one. */
static size_t find_place(const mcha_sent_elsewhere *sent, uint64_t copy, uint64_t mark,
	mcha_usec now)
{
	const size_t first = bucket_of(copy);
	size_t i, best = first;

	for (i = first; i < first + MCHA_SENT_ELSEWHERE_BUCKET; i++) {
		if (LOAD(sent->writes[i].copy) == copy
			&& mcha_mark_is_same_host(LOAD(sent->writes[i].mark), mark)) {
			return i;
		}
		if (!is_over(sent, best, now)
			&& (is_over(sent, i, now)
				|| LOAD(sent->writes[i].when) < LOAD(sent->writes[best].when))) {
			best = i;
		}
	}
	return best;
}

void mcha_sent_elsewhere_note(mcha_sent_elsewhere *sent, uint64_t node, uint64_t key, uint64_t mark,
	mcha_usec now)
{
	const uint64_t copy = name_copy(node, key);
	const size_t place = find_place(sent, copy, mark, now);

	if (LOAD(sent->writes[place].copy) != copy || is_over(sent, place, now)
		|| !mcha_mark_is_same_host(LOAD(sent->writes[place].mark), mark)) {
		atomic_store(&sent->writes[place].mark, 0);
		atomic_store(&sent->writes[place].copy, copy);
		atomic_store(&sent->writes[place].when, now);
	}
	atomic_store(&sent->writes[place].mark, mark);
}

void mcha_sent_elsewhere_end(mcha_sent_elsewhere *sent, uint64_t node, uint64_t key, uint64_t mark)
{
	const uint64_t copy = name_copy(node, key);
	size_t i, first = bucket_of(copy);

	for (i = first; i < first + MCHA_SENT_ELSEWHERE_BUCKET; i++) {
		uint64_t found = LOAD(sent->writes[i].mark);

		if (found && LOAD(sent->writes[i].copy) == copy && mcha_mark_is_not_younger(found, mark)) {
			atomic_compare_exchange_strong(&sent->writes[i].mark, &found, 0);
		}
	}
}

uint64_t mcha_sent_elsewhere_find(const mcha_sent_elsewhere *sent, uint64_t node, uint64_t key,
	mcha_usec now, mcha_usec *since)
{
	const uint64_t copy = name_copy(node, key);
	size_t i, first = bucket_of(copy);
	uint64_t mark = 0;

	for (i = first; i < first + MCHA_SENT_ELSEWHERE_BUCKET; i++) {
		if (LOAD(sent->writes[i].copy) == copy && !is_over(sent, i, now)
			&& (!mark || LOAD(sent->writes[i].when) < *since)) {
			mark = LOAD(sent->writes[i].mark);
			*since = LOAD(sent->writes[i].when);
		}
	}
	return mark;
}
