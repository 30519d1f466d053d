/* SPDX-License-Identifier: MIT */
/* How many homes of one item have done something, and whether that is enough to say that no other
 * client can have done the same without them.
 *
 *   more than half            another client that has more than half has one of these homes, too
 *   half, the others silent   (they do not answer, or are down) no other client that can ask the
 *                             same nodes has more than half; two clients that can each reach
 *                             only one half are not kept apart */
#ifndef MCHA_ENGINE_VOTES_H
#define MCHA_ENGINE_VOTES_H

#include "engine/replica/targets.h"

typedef struct mcha_votes {
	size_t homes;
	size_t done;
	size_t silent; /* homes that have given no answer in the operation */
} mcha_votes;

/* Is this replica one that did it? */
typedef bool (*mcha_vote)(const mcha_replica *replica, const void *context);

/* Of the operation's own requests so far. */
mcha_votes mcha_votes_count(const mcha_pool *pool, const mcha_item *item, mcha_vote is_done,
	const void *context);

/* The operation's own request, perhaps not the first one to this node, or the node may not be
 * asked. What the node has answered before still counts as an answer: replica->check points to the
 * earlier request. */
mcha_request *mcha_votes_ask(mcha_pool *pool, mcha_item *item, mcha_replica *replica,
	mcha_verb verb);
void mcha_votes_skip(mcha_pool *pool, mcha_item *item, mcha_replica *replica);

/* The node has answered one of the operation's own requests. */
bool mcha_votes_has_answered(const mcha_replica *replica);

static inline bool mcha_votes_are_most(const mcha_votes *votes)
{
	return 2 * votes->done > votes->homes;
}

static inline bool mcha_votes_are_enough(const mcha_votes *votes)
{
	return mcha_votes_are_most(votes)
		|| (2 * votes->done == votes->homes && votes->done + votes->silent == votes->homes);
}

#endif
