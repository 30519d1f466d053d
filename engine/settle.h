/* SPDX-License-Identifier: MIT */
/* Debts (owed.h) in the life of an operation: a copy that missed a write is made good before it is
 * read or changed, or else not asked for; and what this operation's nodes miss is put down.
 *
 *   who acknowledged has the key   -> its copy replaces the old one
 *   the key was deleted            -> the old copy is deleted
 *   who acknowledged cannot say    -> the old copy is left alone, and not asked for
 *   who acknowledged has lost it   -> the same: it may be the last copy, but it is not to be shown, and
 *                                     counts as missing; an operation that makes the key anew
 *                                     (MCHA_SETTLE_RENEWING) deletes it
 *   an older write may still arrive -> the node is not asked for the key, neither to read nor to write:
 *                                     what a hung server had received before it went on may be carried
 *                                     out after what it is sent now
 *   somebody sees to the debt just now -> the old copy is neither touched nor asked for
 */
#ifndef MCHA_ENGINE_SETTLE_H
#define MCHA_ENGINE_SETTLE_H

#include "plan.h"

/* A copy that must not be asked for in this operation. */
typedef struct mcha_exclusion {
	uint32_t item;
	uint16_t node;
	bool deleted;       /* the key was: that it is not asked says nothing against its being missing */
	mcha_status status; /* what is said in its place: OWED, or MISS if nobody has the value any more */
} mcha_exclusion;

/* What the operation is going to do with the copies. */
typedef enum mcha_settle_for {
	MCHA_SETTLE_KEEPING,   /* reads or changes what is there: debts first */
	MCHA_SETTLE_RENEWING,  /* makes the key anew if it is missing: the same */
	MCHA_SETTLE_REPLACING, /* whatever is there: pays the debts itself */
} mcha_settle_for;

/* After mcha_plan(), before the operation's own requests: settles what the items' nodes owe, and once
 * a second some of what else nodes that are up again owe. Costs nothing while nobody owes. */
void mcha_settle(mcha_pool *pool, mcha_item *items, size_t count, mcha_settle_for purpose);

/* NULL: it does not. */
const mcha_exclusion *mcha_settle_excludes(const mcha_pool *pool, size_t item, uint16_t node);

/* After a write: nodes that missed it owe it, if another copy acknowledged; those that acknowledged
 * owe nothing any more. verb: the requests that count. */
void mcha_settle_account(mcha_pool *pool, mcha_item *items, mcha_verb verb);

/* The same for deletions of what is left over, from request index first on. */
void mcha_settle_account_sweeps(mcha_pool *pool, mcha_item *items, size_t first);

/* It is not known whether this node carried the request out; good, another, says what is right. */
void mcha_settle_doubt(mcha_pool *pool, const mcha_item *item, uint16_t node, uint16_t good);

/* This node may have an older copy than good, which can be asked. */
void mcha_settle_owe(mcha_pool *pool, const mcha_item *item, uint16_t node, uint16_t good);

/* Since this operation began, another one was decided without this node: whatever it said is void. */
bool mcha_settle_is_overruled(const mcha_pool *pool, const mcha_item *item, uint16_t node);

/* The first request of this verb, for this item, that was carried out by a node that nobody has gone on
 * without since this operation began. After the account: of two operations that reach different nodes at
 * the same moment, and nobody else, at least one sees the other's debts. NULL: what was changed is void,
 * it will be replaced by what others changed. */
const mcha_request *mcha_settle_find_valid(const mcha_pool *pool, const mcha_item *item, size_t index,
		mcha_verb verb);

/* What this node owes is to come from good. */
bool mcha_settle_needs(const mcha_pool *pool, const mcha_item *item, uint16_t node, uint16_t good);

#endif
