/* SPDX-License-Identifier: MIT */
/* Deletes the copies that a write makes void: handoff copies of earlier values, copies at previous
 * homes (previous_pool.h), and the older value at a home that refused the new one as too large.
 * What cannot be purged now gets a hint to delete. */
#ifndef MCHA_ENGINE_PURGE_H
#define MCHA_ENGINE_PURGE_H

#include "targets.h"

/* Adds to the round of a deletion, or of a touch, the same for those copies: the operation's own
 * requests. */
void mcha_purge_with(mcha_pool *pool, mcha_item *item, mcha_verb verb);

/* Behind a write that is not a deletion: deletes those copies, in a round of its own, of the items
 * that some node has stored. */
void mcha_purge_behind(mcha_pool *pool, mcha_item *items, size_t count);

#endif
