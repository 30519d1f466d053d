/* SPDX-License-Identifier: MIT */
/* Takes a lock and gives it back, and knows which copies are the owner's, for lock_extend.c and
 * lock_hold.c, too. */
#ifndef MCHA_ENGINE_LOCK_H
#define MCHA_ENGINE_LOCK_H

#include "engine/operations/operations.h"
#include "engine/replica/targets.h"

/* The owner has a copy on this node, or may have one; cas 0: only the token can tell. */
void mcha_lock_note(mcha_lock *lock, uint64_t node, uint64_t cas);

/* NULL: the owner has no copy there. */
const mcha_lock_copy *mcha_lock_find(const mcha_lock *lock, uint64_t node);

/* The node gave no usable answer, but it may have carried out the request. */
static inline bool mcha_lock_is_in_doubt(mcha_status status)
{
	return !mcha_status_is_answer(status) && !mcha_status_is_unsent(status);
}

#endif
