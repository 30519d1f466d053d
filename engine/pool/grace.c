/* SPDX-License-Identifier: MIT */
/* Which nodes a round needs answers from, and how long it waits for the checks of the others. */
#include "grace.h"

#define LONGEST (20 * MCHA_USEC_PER_MSEC) /* unless round->grace is longer */

/* The node has an unanswered request that is no check. */
static bool is_needed(const mcha_node *node)
{
	const mcha_request *request = node->queue;

	while (request && (request->check || request->reply.status != MCHA_STATUS_PENDING)) {
		request = request->next;
	}
	return request != NULL;
}

size_t mcha_grace_last_needed(const mcha_fanout *fanout, const mcha_round *round, size_t polled)
{
	size_t i;

	for (i = polled; round->grace && i > 0; i--) {
		if (is_needed(round->nodes[fanout->polled[i - 1]])) {
			return i - 1;
		}
	}
	return polled - 1;
}

static bool is_in_grace(const mcha_fanout *fanout, const mcha_round *round, size_t polled)
{
	size_t i;

	for (i = 0; i < polled; i++) {
		if (is_needed(round->nodes[fanout->polled[i]])) {
			return false;
		}
	}
	return true;
}

mcha_usec mcha_grace_until(mcha_fanout *fanout, const mcha_round *round, size_t polled, mcha_usec started,
		mcha_usec until)
{
	if (!round->grace || !is_in_grace(fanout, round, polled)) {
		return until;
	}
	if (!fanout->grace_until) {
		mcha_usec took = round->now - started < LONGEST ? round->now - started : LONGEST;

		fanout->grace_until = round->now + (took > round->grace ? took : round->grace);
	}
	return fanout->grace_until < until ? fanout->grace_until : until;
}
