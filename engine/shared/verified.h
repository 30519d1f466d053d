/* SPDX-License-Identifier: MIT */
/* The keys of which a process of this host has verified that all home nodes have their copy, and
 * when. If a home node lost its memory after that, the next read of the key asks the node for it
 * again (replica_check.h). Shared between processes, like health. A note is one word (a part of the
 * key's hash, and the time), changed without locks. When its slots are full, a new note replaces
 * the oldest of a few, whose key is then checked once more than necessary. */
#ifndef MCHA_ENGINE_VERIFIED_H
#define MCHA_ENGINE_VERIFIED_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/base/clock.h"

/* keys, a power of two; 1 MiB, of which the system only provides the pages in use */
#define MCHA_VERIFIED 131072

typedef struct mcha_verified {
	_Atomic uint64_t notes[MCHA_VERIFIED]; /* all zero: empty */
} mcha_verified;

/* owner: a combination of the home nodes' ids, as another pool may keep the same key on other
 * nodes. */
uint64_t mcha_verified_hash(const char *key, size_t length, uint64_t owner);

void mcha_verified_note(mcha_verified *verified, uint64_t hash, mcha_usec now);

/* When the key was last noted, to the millisecond; 0: not known. */
mcha_usec mcha_verified_since(const mcha_verified *verified, uint64_t hash);

#endif
