/* SPDX-License-Identifier: MIT */
/* Counts by home node: each has one vote, however often it was asked. */
#include "votes.h"

static void keep_answer(mcha_replica *replica)
{
	if (replica->request) {
		replica->check = replica->request;
	}
}

mcha_request *mcha_votes_ask(mcha_pool *pool, mcha_item *item, mcha_replica *replica,
	mcha_verb verb)
{
	keep_answer(replica);
	return mcha_replica_ask(pool, item, replica, verb);
}

void mcha_votes_skip(mcha_pool *pool, mcha_item *item, mcha_replica *replica)
{
	keep_answer(replica);
	mcha_replica_skip(pool, item, replica);
}

bool mcha_votes_has_answered(const mcha_replica *replica)
{
	return mcha_status_is_answer(mcha_replica_status(replica))
		|| (replica->check && mcha_status_is_answer(replica->check->reply.status));
}

mcha_votes mcha_votes_count(const mcha_pool *pool, const mcha_item *item, mcha_vote is_done,
	const void *context)
{
	mcha_votes votes = {.homes = mcha_pool_copies(pool)};
	size_t position;

	for (position = 0; position < votes.homes; position++) {
		const mcha_replica *home = &item->replicas[position];

		votes.done += is_done(home, context);
		votes.silent += !mcha_votes_has_answered(home);
	}
	return votes;
}
