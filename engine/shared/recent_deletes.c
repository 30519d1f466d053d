/* SPDX-License-Identifier: MIT */
/* A note:   63 ........ 33   32            31 ........ 0
 *           hash             in progress   milliseconds at which the deletion began or ended
 *
 * The milliseconds wrap every 49 days, so they are compared as differences, and a note that would
 * be an hour younger than an operation is weeks old. */
#include "recent_deletes.h"

#include "engine/base/fnv.h"
#include "engine/base/random.h"

#define WINDOW 8 /* number of slots, from the one that the hash gives, in which a note may be */

static uint32_t to_milliseconds(mcha_usec time)
{
	return (uint32_t)(time / MCHA_USEC_PER_MSEC);
}

static bool is_older(uint64_t note, uint32_t than)
{
	return note == 0 || (int32_t)((uint32_t)note - than) < 0;
}

#define HOUR (3600u * 1000)

static bool is_since(uint64_t note, uint32_t moment)
{
	return note != 0 && (uint32_t)note - moment < HOUR;
}

static uint64_t hash_of(const char *key, size_t length)
{
	return mcha_mix64(mcha_fnv1a(MCHA_FNV_START, key, length)) | 2u; /* no note is all zero */
}

static bool is_about(uint64_t note, uint64_t hash)
{
	return note >> 33 == (hash & UINT32_MAX) >> 1;
}

void mcha_recent_deletes_note(mcha_recent_deletes *recent_deletes, const char *key, size_t length,
	mcha_usec now, bool under_way)
{
	uint64_t hash = hash_of(key, length);
	uint64_t note = hash >> 1 << 33 | (uint64_t)under_way << 32 | to_milliseconds(now);
	_Atomic uint64_t *oldest = NULL;
	uint64_t oldest_note = 0;
	size_t i;

	for (i = 0; i < WINDOW; i++) {
		_Atomic uint64_t *slot =
			&recent_deletes->notes[((hash >> 40) + i) & (MCHA_RECENT_DELETES - 1)];
		uint64_t seen = atomic_load_explicit(slot, memory_order_relaxed);

		if (is_about(seen, hash)) {
			oldest = slot;
			break;
		}
		if (!oldest || (oldest_note && is_older(seen, (uint32_t)oldest_note))) {
			oldest = slot;
			oldest_note = seen;
		}
	}
	/* sequentially consistent: visible before any request that is sent afterwards */
	atomic_store(oldest, note);
}

bool mcha_recent_deletes_since(const mcha_recent_deletes *recent_deletes, const char *key,
	size_t length, mcha_usec moment, mcha_usec longest)
{
	uint64_t hash = hash_of(key, length);
	size_t i;

	for (i = 0; i < WINDOW; i++) {
		uint64_t note =
			atomic_load(&recent_deletes->notes[((hash >> 40) + i) & (MCHA_RECENT_DELETES - 1)]);

		if (is_about(note, hash)) {
			bool under_way = note >> 32 & 1;

			return is_since(note, to_milliseconds(under_way ? moment - longest : moment));
		}
	}
	return false;
}
