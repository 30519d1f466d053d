/* SPDX-License-Identifier: MIT */
/* Replays compact hints for keys that a read has found to be missing. (Of a key that was found, the
 * read repairs the old copy, see read_repair.h.) */
#ifndef MCHA_ENGINE_COMPACT_REPLAY_H
#define MCHA_ENGINE_COMPACT_REPLAY_H

#include "engine/replica/targets.h"

/* After a read: where no other home has the key, the copy for which there is a compact hint is
 * older than what the others have lost, or than its deletion. It is deleted, if it still is what
 * the read has seen, and the hint is cleared. */
void mcha_compact_replay_missing(mcha_pool *pool, mcha_item *items, size_t count);

#endif
