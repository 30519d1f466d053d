/* SPDX-License-Identifier: MIT */
/* For which keys this host has seen that all home nodes have their copy, and when. A home node that lost its memory later
 * than that is asked for the key again when the key is next read (replica_check.h). Shared as health is. A note is one word
 * (a part of the key's hash, and the time), changed without locks; at the bound the oldest of a few gives way, and its key is
 * asked for once more than is necessary. */
#ifndef MCHA_ENGINE_VERIFIED_H
#define MCHA_ENGINE_VERIFIED_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/base/clock.h"

#define MCHA_VERIFIED 131072 /* keys, a power of two; 1 MiB, of which only used pages are taken from the system */

typedef struct mcha_verified {
	_Atomic uint64_t notes[MCHA_VERIFIED]; /* all zero: empty */
} mcha_verified;

/* owner: the first home node, as another pool may have the same key elsewhere. */
uint64_t mcha_verified_hash(const char *key, size_t length, uint64_t owner);

void mcha_verified_note(mcha_verified *verified, uint64_t hash, mcha_usec now);

/* When it was last noted, to the millisecond; 0: it is not known. */
mcha_usec mcha_verified_since(const mcha_verified *verified, uint64_t hash);

#endif
