/* SPDX-License-Identifier: MIT */
/* A note:   63 ........ 40   39 ........ 0
 *           hash             milliseconds, for 34 years */
#include "verified.h"

#include <string.h>

#include "engine/base/random.h"

#define WINDOW 4 /* number of slots, from the one that the hash gives, in which a note may be */
#define TIME_BITS 40
#define TIME_MASK ((UINT64_C(1) << TIME_BITS) - 1)

/* Hashes eight bytes at a time, the last ones perhaps twice: every read does this for an hour after
 * a node's restart. */
uint64_t mcha_verified_hash(const char *key, size_t length, uint64_t owner)
{
	uint64_t hash = owner ^ length, word = 0;
	size_t at;

	if (length < sizeof(word)) {
		memcpy(&word, key, length);
		return mcha_mix64(hash ^ word);
	}
	for (at = 0; at + sizeof(word) < length; at += sizeof(word)) {
		memcpy(&word, key + at, sizeof(word));
		hash = (hash ^ word) * UINT64_C(0x9e3779b97f4a7c15);
		hash ^= hash >> 29;
	}
	memcpy(&word, key + length - sizeof(word), sizeof(word));
	return mcha_mix64(hash ^ word);
}

static uint64_t tag_of(uint64_t hash)
{
	return hash >> TIME_BITS;
}

static const _Atomic uint64_t *slot_of(const mcha_verified *verified, uint64_t hash, size_t i)
{
	return &verified->notes[(hash + i) & (MCHA_VERIFIED - 1)];
}

void mcha_verified_note(mcha_verified *verified, uint64_t hash, mcha_usec now)
{
	uint64_t note = tag_of(hash) << TIME_BITS | ((uint64_t)(now / MCHA_USEC_PER_MSEC) & TIME_MASK);
	size_t i, oldest = 0;
	uint64_t oldest_time = UINT64_MAX;

	for (i = 0; i < WINDOW; i++) {
		uint64_t seen = atomic_load_explicit(slot_of(verified, hash, i), memory_order_relaxed);

		if (seen >> TIME_BITS == tag_of(hash) && seen) {
			oldest = i;
			break;
		}
		if ((seen & TIME_MASK) < oldest_time) {
			oldest_time = seen & TIME_MASK;
			oldest = i;
		}
	}
	atomic_store_explicit(&verified->notes[(hash + oldest) & (MCHA_VERIFIED - 1)], note,
		memory_order_relaxed);
}

mcha_usec mcha_verified_since(const mcha_verified *verified, uint64_t hash)
{
	size_t i;

	for (i = 0; i < WINDOW; i++) {
		uint64_t seen = atomic_load_explicit(slot_of(verified, hash, i), memory_order_relaxed);

		if (seen && seen >> TIME_BITS == tag_of(hash)) {
			return (mcha_usec)(seen & TIME_MASK) * MCHA_USEC_PER_MSEC;
		}
	}
	return 0;
}
