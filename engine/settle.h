/* SPDX-License-Identifier: MIT */
/* Debts (owed.h) in the life of an operation: a copy that missed a write is made good before it is
 * read or changed, or else not asked for; and what this operation's nodes miss is put down.
 *
 *   who acknowledged has the key   -> its copy replaces the old one
 *   the key was deleted            -> the old copy is deleted
 *   who acknowledged cannot say    -> the old copy is left alone, and not asked for
 *   who acknowledged has lost it   -> the same: it may be the last copy, but it is not to be shown, and
 *                                     counts as missing; an operation that makes the key anew
 *                                     (replacing) deletes it
 */
#ifndef MCHA_ENGINE_SETTLE_H
#define MCHA_ENGINE_SETTLE_H

#include "plan.h"

/* A copy that must not be asked for in this operation. */
typedef struct mcha_exclusion {
	uint32_t item;
	uint16_t node;
	mcha_status status; /* what is said in its place: OWED, or MISS if nobody has the value any more */
} mcha_exclusion;

/* After mcha_plan(), before the operation's own requests: settles what the items' home nodes owe,
 * and once a second some of what else nodes that are up again owe. Costs nothing while nobody owes. */
void mcha_settle(mcha_pool *pool, mcha_item *items, size_t count, bool replacing);

/* NULL: it does not. */
const mcha_exclusion *mcha_settle_excludes(const mcha_pool *pool, size_t item, uint16_t node);

/* After a write: its home nodes that missed it owe it, if another copy acknowledged; those that
 * acknowledged owe nothing any more. verb: the requests that count. */
void mcha_settle_account(mcha_pool *pool, mcha_item *items, mcha_verb verb);

#endif
