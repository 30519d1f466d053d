/* SPDX-License-Identifier: MIT */
/* How many homes of one item have done something, and whether that is enough to say that nobody else
 * can have done the same without them.
 *
 *   more than half            whoever else has more than half has one of them
 *   half, the others silent   (they do not answer, or are down) nobody else who can ask the same nodes
 *                             has more; two who can each reach only one half are not kept apart
 */
#ifndef MCHA_ENGINE_VOTES_H
#define MCHA_ENGINE_VOTES_H

#include "engine/replica/targets.h"

typedef struct mcha_votes {
	size_t homes;
	size_t done;
	size_t silent;
} mcha_votes;

/* Is this request one that did it? */
typedef bool (*mcha_vote)(const mcha_request *request, const void *context);

/* Of the requests so far. */
mcha_votes mcha_votes_count(const mcha_pool *pool, mcha_vote is_done, const void *context);

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
