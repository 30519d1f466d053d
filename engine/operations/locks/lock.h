/* SPDX-License-Identifier: MIT */
/* What taking, prolonging and giving back a lock have in common: which copies are ours. */
#ifndef MCHA_ENGINE_LOCK_H
#define MCHA_ENGINE_LOCK_H

#include "engine/operations/operations.h"
#include "engine/replica/targets.h"

/* A copy of ours lies on this node, or may; cas 0: only the token can tell. */
void mcha_lock_note(mcha_lock *lock, uint64_t node, uint64_t cas);

/* NULL: none of ours. */
const mcha_lock_copy *mcha_lock_find(const mcha_lock *lock, uint64_t node);

#endif
