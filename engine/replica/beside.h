/* SPDX-License-Identifier: MIT */
/* Reads what a lock protects in the round that puts the lock on its copies (item->beside): the
 * authority has granted the lock by then, so that no process that keeps to the lock writes any
 * more. The first home is asked for the value, the others only whether they have it, which keeps
 * their copies warm. Everything out of the ordinary (a node that fails or failed lately, hints,
 * another read policy, a copy that is missing) is left to a read of its own. */
#ifndef MCHA_ENGINE_BESIDE_H
#define MCHA_ENGINE_BESIDE_H

#include "targets.h"

/* Adds the questions to the round that is being prepared; authority: the position of the node that
 * has granted the lock. */
void mcha_beside_ask(mcha_pool *pool, mcha_item *lock, size_t authority);

/* After the operation, before the next one: sets beside->answer. PENDING: it is still to be
 * read. */
void mcha_beside_take(mcha_pool *pool, const mcha_item *lock);

#endif
