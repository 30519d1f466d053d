/* SPDX-License-Identifier: MIT */
/* Counting by home node, as one may have been asked more than once. */
#include "votes.h"

mcha_votes mcha_votes_count(const mcha_pool *pool, mcha_vote is_done, const void *context)
{
	mcha_votes votes = {.homes = mcha_pool_copies(pool)};
	size_t position, i;

	for (position = 0; position < votes.homes; position++) {
		bool done = false, answered = false;

		for (i = 0; i < pool->request_count; i++) {
			const mcha_request *request = &pool->requests[i];

			if (request->position == position) {
				done = done || is_done(request, context);
				answered = answered || mcha_status_is_answer(request->reply.status);
			}
		}
		votes.done += done;
		votes.silent += !answered;
	}
	return votes;
}
