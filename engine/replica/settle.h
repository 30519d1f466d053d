/* SPDX-License-Identifier: MIT */
/* Debts (owed.h) in the life of an operation: a copy that missed a write is made good before it is
 * read or changed, or else not asked for. (What nodes miss is put down by account.h.)
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
 *   the node is distrusted (owed.h): which of its copies are old is not known. Where another home can be asked that is
 *     not, and has not failed lately, it is not asked at all, but for reads that compare its copy with the other's and
 *     put that over it (repair.c), and for writes that replace whatever it has. Where such a home has failed lately,
 *     and may be empty, it is asked after it; where there is none, it is believed
 *   somebody sees to the debt just now -> the old copy is neither touched nor asked for
 */
#ifndef MCHA_ENGINE_SETTLE_H
#define MCHA_ENGINE_SETTLE_H

#include "exclusion.h"

/* What the operation is going to do with the copies. */
typedef enum mcha_settle_for {
	MCHA_SETTLE_READING,   /* debts first; what a write is on its way to is not asked */
	MCHA_SETTLE_KEEPING,   /* changes what is there: debts first */
	MCHA_SETTLE_RENEWING,  /* makes the key anew if it is missing: the same */
	MCHA_SETTLE_VOTING,    /* the same: each home says what version it has (quorum.h), distrusted or not */
	MCHA_SETTLE_REPLACING, /* whatever is there: pays the debts itself */
} mcha_settle_for;

/* After mcha_plan(), before the operation's own requests: settles what the items' nodes owe, and once
 * a second some of what else nodes that are up again owe. Costs nothing while nobody owes. */
void mcha_settle(mcha_pool *pool, mcha_item *items, size_t count, mcha_settle_for purpose);

#endif
