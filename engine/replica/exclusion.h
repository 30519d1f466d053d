/* SPDX-License-Identifier: MIT */
/* Copies that the operation that runs must not ask for: hint_replay.c finds them, targets.c heeds them. */
#ifndef MCHA_ENGINE_EXCLUSION_H
#define MCHA_ENGINE_EXCLUSION_H

#include "item.h"

/* A copy that must not be asked for in this operation. */
typedef struct mcha_exclusion {
	uint32_t item;
	uint32_t order; /* in which they were added */
	uint16_t node;
	bool distrusted;    /* only while another home can be asked that is not */
	bool deleted;       /* the key was deleted: a home that is not asked does not contradict a miss */
	mcha_status status; /* what is said in its place: STALE, or MISS if no node has the value any more */
} mcha_exclusion;

/* NULL: the copy may be asked for. */
const mcha_exclusion *mcha_exclusion_find(const mcha_pool *pool, size_t item, uint16_t node);

/* That the node is not asked leaves open whether it has the key. Not so where it has yet to delete the key, or is distrusted and
 * another home has all that was acknowledged. excluded: as it was found; NULL: the node cannot be asked for another reason. */
static inline bool mcha_exclusion_leaves_open(const mcha_exclusion *excluded)
{
	return !excluded || (!excluded->deleted && !excluded->distrusted);
}

/* Without memory for one more, this operation asks for no copy of any key any more. */
void mcha_exclusion_add(mcha_pool *pool, const mcha_exclusion *exclusion);

/* All have been added. mcha_exclusion_find() is called only afterwards. */
void mcha_exclusion_sort(mcha_pool *pool);

#endif
