/* SPDX-License-Identifier: MIT */
/* One round: every node's queue is started, then all are driven together until each is answered or
 * the deadline has come. On a healthy pool that is one send and one receive per node. */
#include "fanout.h"

#include "round_queue.h"
#include "round_wait.h"

#include <errno.h>
#include <stdlib.h>

#define MANY_PER_NODE 8 /* requests whose answers take longer to be read than a sleep to begin */

bool mcha_fanout_reserve(mcha_fanout *fanout, size_t nodes)
{
	uint16_t *active, *polled, *detached;
	struct pollfd *polls;

	if (nodes <= fanout->capacity) {
		return true;
	}
	active = realloc(fanout->active, nodes * sizeof(*active));
	if (active) {
		fanout->active = active;
	}
	polled = realloc(fanout->polled, nodes * sizeof(*polled));
	if (polled) {
		fanout->polled = polled;
	}
	polls = realloc(fanout->polls, nodes * sizeof(*polls));
	if (polls) {
		fanout->polls = polls;
	}
	detached = realloc(fanout->detached, nodes * sizeof(*detached));
	if (detached) {
		fanout->detached = detached;
	}
	if (!active || !polled || !polls || !detached) {
		return false;
	}
	fanout->capacity = nodes;
	return true;
}

void mcha_fanout_deinit(mcha_fanout *fanout)
{
	free(fanout->active);
	free(fanout->polled);
	free(fanout->polls);
	free(fanout->detached);
	*fanout = (mcha_fanout){0};
}

/* What is to be polled, and until when. The count; 0: the round is over. */
static size_t collect_unfinished(mcha_fanout *fanout, mcha_round *round, mcha_usec *until,
	bool *all_awaiting)
{
	size_t i, count = 0;

	*until = round->deadline;
	*all_awaiting = true;
	for (i = 0; i < fanout->active_count; i++) {
		mcha_node *node = round->nodes[fanout->active[i]];
		mcha_connection *connection = node->connection;
		mcha_usec node_until;

		if (node->finished_at) {
			continue;
		}
		if (connection && connection->moved) {
			connection->moved = false;
			node->moved_at = round->now;
		}
		if (!connection
			|| !connection->transport->want(connection, &fanout->polls[count], &node_until)) {
			node->finished_at = round->now;
			continue;
		}
		fanout->polls[count].revents = 0;
		fanout->polled[count++] = fanout->active[i];
		*until = node_until < *until ? node_until : *until;
		*all_awaiting = *all_awaiting && connection->transport->is_awaiting(connection);
	}
	return count;
}

static int poll_timeout(const mcha_round *round, mcha_usec until)
{
	mcha_usec left = until - round->now;

	return left <= 0 ? 0 : (int)((left + MCHA_USEC_PER_MSEC - 1) / MCHA_USEC_PER_MSEC);
}

static void advance_node(const mcha_fanout *fanout, const mcha_round *round, size_t index,
	short revents)
{
	mcha_connection *connection = round->nodes[fanout->polled[index]]->connection;

	connection->transport->advance(connection, revents, round->now);
}

static void sleep_for(mcha_fanout *fanout, mcha_round *round, size_t index)
{
	mcha_connection *connection = round->nodes[fanout->polled[index]]->connection;
	mcha_usec until = round->now + MCHA_TRANSPORT_NAP;

	connection->transport->receive(connection);
	mcha_round_look_at_clock(round, until);
}

/* On a healthy pool nothing but answers is missing once all is sent, and these are slept for in
 * receiving, without a poll. The node that was asked last, if there is little to be read: by the
 * time it answers, the others mostly have, too, and trying is cheaper than asking which of them is
 * ready. The first one, if there is much: that is read while the other servers are still at work.
 * Nodes that are slower are polled for. */
static void receive_answers(mcha_fanout *fanout, mcha_round *round, size_t count)
{
	size_t i, last = mcha_round_last_needed(fanout, round, count);

	if (fanout->request_count >= MANY_PER_NODE * count && !round->grace) {
		sleep_for(fanout, round, 0);
		return;
	}
	sleep_for(fanout, round, last);
	for (i = 0; i < count; i++) {
		if (i != last) {
			advance_node(fanout, round, i, POLLIN);
		}
	}
}

/* See look_then_sleep() in meta_input.c. */
static int poll_busily(mcha_fanout *fanout, mcha_round *round, size_t count, mcha_usec until)
{
	mcha_usec now = round->now, patience = now + round->settings->transport.busy_poll;
	int ready = 0;

	for (; ready == 0 && now < patience && now < until; now = mcha_clock_now()) {
		ready = poll(fanout->polls, count, 0);
	}
	return ready ? ready : poll(fanout->polls, count, poll_timeout(round, until));
}

static void poll_and_advance(mcha_fanout *fanout, mcha_round *round, size_t count, mcha_usec until)
{
	mcha_usec latest = until > round->now ? until : round->now;
	int ready = poll_busily(fanout, round, count, until);
	size_t i;

	mcha_round_look_at_clock(round, latest);
	if (ready < 0 && errno != EINTR) {
		round->now = round->deadline; /* cannot wait: everything unanswered times out */
	}
	for (i = 0; i < count; i++) {
		advance_node(fanout, round, i, fanout->polls[i].revents);
	}
}

/* The answers that came in time; and those to what had been left behind before, which come
 * first. */
static void take_answers(mcha_node *node, mcha_usec now)
{
	if (node->in_flight && node->in_flight->current) {
		mcha_in_flight_answer(node->in_flight);
	}
	if (mcha_node_has_in_flight(node)) {
		mcha_in_flight_complete(node->in_flight, now);
	}
}

static void drive_round(mcha_fanout *fanout, mcha_round *round)
{
	bool first = true, all_awaiting;
	mcha_usec until, started = round->now;
	size_t count;

	fanout->grace_until = 0;
	while ((count = collect_unfinished(fanout, round, &until, &all_awaiting)) > 0
		&& !mcha_round_wait_is_over(fanout, round)) {
		if (until < round->deadline) {
			mcha_round_prolong(fanout, round, count, started);
		}
		until = mcha_round_wait_until(fanout, round, count, started, until);
		if (first && all_awaiting && !(round->wait && round->wait->detaches)
			&& until - round->now >= MCHA_TRANSPORT_NAP) {
			receive_answers(fanout, round, count);
		} else {
			poll_and_advance(fanout, round, count, until);
		}
		first = false;
	}
}

static mcha_status queue_fault(const mcha_request *queue)
{
	for (; queue; queue = queue->next) {
		if (!mcha_status_is_answer(queue->reply.status)) {
			return queue->reply.status;
		}
	}
	return MCHA_STATUS_OK;
}

void mcha_fanout_rest(mcha_node *node)
{
	if (node->connection && node->connection->transport->rest) {
		node->connection->transport->rest(node->connection);
	}
}

/* The server does not speak what connections are tried with. One that closes them at the greeting
 * may also just have ended; what it speaks is asked by the next connection, then. */
static bool is_to_fall_back(const mcha_node *node, const mcha_settings *settings)
{
	return settings->fallback
		&& (node->last_fault == MCHA_STATUS_SPEAKS_CLASSIC
			|| (node->last_fault == MCHA_STATUS_CLOSED && node->connection
				&& node->connection->transport == settings->primary
				&& node->connection->closed_at_greeting));
}

/* Learns from the round; true: the node must be asked once more, in the classic way. */
static bool finish_node(mcha_node *node, mcha_round *round, mcha_usec started)
{
	if (!node->queue) {
		return false; /* detached */
	}
	node->last_fault = queue_fault(node->queue);
	if (is_to_fall_back(node, round->settings)) {
		mcha_request *request;

		node->speaks_classic = true;
		node->guesses += node->last_fault == MCHA_STATUS_CLOSED && node->guesses < 2;
		for (request = node->queue; request; request = request->next) {
			request->reply.status = MCHA_STATUS_PENDING;
		}
		return true;
	}
	node->queue = NULL;
	mcha_fanout_rest(node);
	mcha_fanout_learn(node, round, node->last_fault, started, node->finished_at);
	return false;
}

void mcha_fanout_run(mcha_fanout *fanout, mcha_round *round, mcha_request *first)
{
	mcha_round_enqueue(fanout, round, first);
	mcha_round_wait_prepare(fanout, round);
	while (fanout->active_count) {
		mcha_usec started = round->now;
		size_t i, again = 0;

		mcha_round_start_all(fanout, round);
		drive_round(fanout, round);
		for (i = 0; i < fanout->active_count; i++) {
			mcha_node *node = round->nodes[fanout->active[i]];

			if (finish_node(node, round, started)) {
				node->finished_at = 0;
				fanout->active[again++] = fanout->active[i];
			} else if (node->in_flight) {
				take_answers(node, round->now);
			}
		}
		fanout->active_count = again;
	}
}
