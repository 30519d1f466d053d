/* SPDX-License-Identifier: MIT */
/* A note:   63 ........ 44   43 ........ 0
 *           hash             microseconds at which the operation began
 *
 * The microseconds wrap every 203 days, so they are compared as differences. */
#include "repairs_under_way.h"

#include "engine/base/fnv.h"
#include "engine/base/random.h"

#define WINDOW 8 /* number of slots, from the one that the hash gives, in which a note may be */
#define TIME_BITS 44
#define TIME_MASK ((UINT64_C(1) << TIME_BITS) - 1)
#define HOUR (3600 * (uint64_t)MCHA_USEC_PER_SEC)

static uint64_t hash_of(const char *key, size_t length, uint64_t node)
{
	return mcha_mix64(mcha_fnv1a(MCHA_FNV_START, key, length) ^ node);
}

static _Atomic uint64_t *slot_at(mcha_repairs_under_way *repairs, uint64_t hash, size_t i)
{
	return &repairs->notes[(hash + i) & (MCHA_REPAIRS_UNDER_WAY - 1)];
}

/* No note is all zero: the lowest bit of its hash is set. */
static uint64_t note_of(uint64_t hash, mcha_usec started)
{
	return (hash >> TIME_BITS | 1) << TIME_BITS | ((uint64_t)started & TIME_MASK);
}

static bool is_about(uint64_t note, uint64_t hash)
{
	return note && note >> TIME_BITS == (hash >> TIME_BITS | 1);
}

static uint64_t age_of(uint64_t note, mcha_usec now)
{
	return ((uint64_t)now - note) & TIME_MASK;
}

/* The place for a new note: an empty slot, or else the oldest note. */
static _Atomic uint64_t *choose_slot(mcha_repairs_under_way *repairs, uint64_t hash, mcha_usec now,
	uint64_t *seen)
{
	_Atomic uint64_t *chosen = NULL;
	uint64_t oldest = 0;
	size_t i;

	for (i = 0; i < WINDOW; i++) {
		_Atomic uint64_t *slot = slot_at(repairs, hash, i);
		uint64_t note = atomic_load_explicit(slot, memory_order_relaxed);
		uint64_t age = note ? age_of(note, now) : TIME_MASK;

		if (!chosen || age > oldest) {
			chosen = slot;
			oldest = age;
			*seen = note;
		}
	}
	return chosen;
}

/* Sequentially consistent: visible before any request that is sent afterwards. */
void mcha_repairs_under_way_begin(mcha_repairs_under_way *repairs, const char *key, size_t length,
	uint64_t node, mcha_usec started)
{
	const uint64_t hash = hash_of(key, length, node);
	const mcha_usec now = mcha_clock_now();
	uint64_t seen;
	_Atomic uint64_t *slot;

	do {
		slot = choose_slot(repairs, hash, now, &seen);
	} while (!atomic_compare_exchange_strong(slot, &seen, note_of(hash, started)));
	atomic_store(&repairs->last, now);
}

void mcha_repairs_under_way_end(mcha_repairs_under_way *repairs, const char *key, size_t length,
	uint64_t node, mcha_usec started)
{
	const uint64_t hash = hash_of(key, length, node);
	size_t i;

	for (i = 0; i < WINDOW; i++) {
		uint64_t note = note_of(hash, started);

		if (atomic_compare_exchange_strong(slot_at(repairs, hash, i), &note, 0)) {
			return;
		}
	}
}

bool mcha_repairs_under_way_has(const mcha_repairs_under_way *repairs, const char *key,
	size_t length, uint64_t node, mcha_usec moment)
{
	const uint64_t hash = hash_of(key, length, node);
	size_t i;

	for (i = 0; i < WINDOW; i++) {
		uint64_t note = atomic_load(&repairs->notes[(hash + i) & (MCHA_REPAIRS_UNDER_WAY - 1)]);

		/* how much younger than that moment */
		if (is_about(note, hash) && ((note - (uint64_t)moment) & TIME_MASK) < HOUR) {
			return true;
		}
	}
	return false;
}
