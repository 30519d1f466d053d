/* SPDX-License-Identifier: MIT */
/* Keys that were deleted a moment ago, by any process that inherited the table. Whoever gives one
 * node's copy of a key to another looks here before and after: a deletion reaches the nodes one by
 * one, and must not be undone by a copy that it had not reached yet.
 *
 *   delete:  note, send, answers, note        copy:  read, look, send, look again: take it back?
 *
 * Either the copy finds the note, or its node has the copy before the deletion gets there. A note is
 * one word (a part of the key's hash, whether the deletion is under way, and the time), changed without
 * locks; one that gives way to others too early leaves things as if it had not been made. */
#ifndef MCHA_ENGINE_RECENT_DELETES_H
#define MCHA_ENGINE_RECENT_DELETES_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/base/clock.h"

#define MCHA_RECENT_DELETES 8192 /* a power of two */

typedef struct mcha_recent_deletes {
	_Atomic uint64_t notes[MCHA_RECENT_DELETES]; /* all zero: empty */
} mcha_recent_deletes;

void mcha_recent_deletes_note(mcha_recent_deletes *recent_deletes, const char *key, size_t length, mcha_usec now,
		bool under_way);

/* A deletion of this key (or of one that looks alike) was under way at that moment or later. longest:
 * one that began so long before it and did not end was given up, by a process that died. */
bool mcha_recent_deletes_since(const mcha_recent_deletes *recent_deletes, const char *key, size_t length,
		mcha_usec moment, mcha_usec longest);

#endif
