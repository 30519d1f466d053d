/* SPDX-License-Identifier: MIT */
/* One poll() for all nodes that have in-flight writes; then the connections with events go on. */
#include "in_flight_reap.h"

#include "engine/base/fork_generation.h"

/* The deadline has passed, and part of the requests is unsent though the socket is ready: this
 * process ran no operation that would have sent it. So giving the writes up is no failure of the
 * server. */
static bool is_overdue(const mcha_node *node, const struct pollfd *polled, mcha_usec now)
{
	return now >= node->in_flight->first->deadline && polled->revents
		&& !node->connection->transport->is_awaiting(node->connection);
}

static void give_up_node(mcha_node *node, mcha_usec now)
{
	node->connection->transport->cancel(node->connection);
	mcha_in_flight_drop(node->in_flight, now);
}

static void learn_health(mcha_node *node, mcha_round *round, mcha_status fault, mcha_usec started)
{
	node->last_fault = fault;
	node->was_open = true;
	/* the answer may have come long before this process looked for it */
	mcha_fanout_learn(node, round, fault, started, 0);
}

static void advance_node(mcha_node *node, mcha_round *round, const struct pollfd *polled)
{
	mcha_connection *connection = node->connection;
	mcha_usec started = node->in_flight->first->started;
	size_t count = node->in_flight->count;
	mcha_status fault;

	if (is_overdue(node, polled, round->now)) {
		give_up_node(node, round->now);
		return;
	}
	connection->transport->advance(connection, polled->revents, round->now);
	fault = mcha_in_flight_complete(node->in_flight, round->now);
	if (node->in_flight->first) {
		connection->transport->hold(connection, node->in_flight->first->deadline);
	}
	if (fault != MCHA_STATUS_OK || node->in_flight->count < count) {
		learn_health(node, round, fault, started);
	}
	if (!node->in_flight->first) {
		mcha_fanout_rest(node);
	}
}

/* Takes nodes off the list that have no in-flight writes left, or only those of the parent
 * process. */
static void drop_reaped(mcha_fanout *fanout, mcha_round *round)
{
	size_t i, kept = 0;

	for (i = 0; i < fanout->detached_count; i++) {
		mcha_node *node = round->nodes[fanout->detached[i]];

		if (mcha_node_has_in_flight(node)
			&& node->in_flight->generation != mcha_fork_generation()) {
			mcha_node_close(node);
			node->in_flight->generation = mcha_fork_generation();
		}
		if (mcha_node_has_in_flight(node)) {
			fanout->detached[kept++] = fanout->detached[i];
		}
	}
	fanout->detached_count = kept;
}

static size_t collect_polls(mcha_fanout *fanout, mcha_round *round, mcha_usec *until)
{
	size_t i, count = 0;

	for (i = 0; i < fanout->detached_count; i++) {
		mcha_connection *connection = round->nodes[fanout->detached[i]]->connection;
		mcha_usec node_until;

		if (connection
			&& connection->transport->want(connection, &fanout->polls[count], &node_until)) {
			fanout->polls[count].revents = 0;
			fanout->polled[count++] = fanout->detached[i];
			*until = node_until < *until ? node_until : *until;
		}
	}
	return count;
}

static int timeout_of(const mcha_round *round, mcha_usec until)
{
	return until <= round->now
		? 0
		: (int)((until - round->now + MCHA_USEC_PER_MSEC - 1) / MCHA_USEC_PER_MSEC);
}

static bool poll_once(mcha_fanout *fanout, mcha_round *round, mcha_usec until)
{
	size_t i, count;

	drop_reaped(fanout, round);
	count = collect_polls(fanout, round, &until);
	if (!count) {
		return false;
	}
	poll(fanout->polls, count, timeout_of(round, until));
	round->now = mcha_clock_now();
	for (i = 0; i < count; i++) {
		advance_node(round->nodes[fanout->polled[i]], round, &fanout->polls[i]);
	}
	return true;
}

void mcha_in_flight_reap(mcha_fanout *fanout, mcha_round *round, mcha_usec until)
{
	bool more;

	do {
		more = poll_once(fanout, round, until);
	} while (more && round->now < until);
	drop_reaped(fanout, round);
}
