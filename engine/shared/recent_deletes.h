/* SPDX-License-Identifier: MIT */
/* Keys that were deleted a moment ago by any process that inherited the table. A process that
 * copies a key from one node to another checks this table before and after: a deletion reaches the
 * nodes one by one, and a copy from a node that the deletion had not reached yet must not undo it.
 *
 *   delete:  note, send, answers, note
 *   copy:    read, check, send, check again: take the copy back?
 *
 * Either the copying process finds the note, or the target node gets the copy before the deletion
 * reaches that node. A note is one word (a part of the key's hash, whether the deletion is in
 * progress, and the time), changed without locks. If newer notes replace a note too early, the
 * deletion is as unprotected as without the note. */
#ifndef MCHA_ENGINE_RECENT_DELETES_H
#define MCHA_ENGINE_RECENT_DELETES_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "engine/base/clock.h"
#include "engine/base/key.h"

#define MCHA_RECENT_DELETES 8192 /* a power of two */

typedef struct mcha_recent_deletes {
	_Atomic uint64_t notes[MCHA_RECENT_DELETES]; /* all zero: empty */
} mcha_recent_deletes;

void mcha_recent_deletes_note(mcha_recent_deletes *recent_deletes, const char *key, size_t length,
	mcha_usec now, bool under_way);

/* A deletion of this key (or of one with the same part of the hash) was in progress at that moment
 * or later. longest: a deletion that began longer ago than this before that moment and has no end
 * belongs to a process that died. */
bool mcha_recent_deletes_since(const mcha_recent_deletes *recent_deletes, const char *key,
	size_t length, mcha_usec moment, mcha_usec longest);

/* Notes of one node's copy of a key: they are made under this name. Returns its length. */
#define MCHA_RECENT_COPY_MAX (MCHA_KEY_MAX + sizeof(uint64_t))

static inline size_t mcha_recent_deletes_name_copy(char name[MCHA_RECENT_COPY_MAX], const char *key,
	size_t length, uint64_t node)
{
	memcpy(name, key, length);
	memcpy(name + length, &node, sizeof(node));
	return length + sizeof(node);
}

#endif
