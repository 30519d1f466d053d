/* SPDX-License-Identifier: MIT */
/* A node's queue is started over a connection of its own, or behind in-flight writes that the node
 * has yet to answer. */
#include "round_queue.h"

#include "engine/base/seldom.h"
#include "engine/shared/health/suspicion.h"
#include "evidence.h"

/* A request into its node's queue, behind the others. */
void mcha_round_enqueue_one(mcha_fanout *fanout, mcha_node *node, mcha_request *request)
{
	request->next = NULL;
	fanout->request_count++;
	if (!node->queue) {
		node->queue = request;
		node->finished_at = 0;
		fanout->active[fanout->active_count++] = request->node;
	} else {
		*node->queue_end = request;
	}
	node->queue_end = &request->next;
}

/* In the order given; answered ones stay out. */
void mcha_round_enqueue(mcha_fanout *fanout, mcha_round *round, mcha_request *first)
{
	mcha_request *request;

	fanout->active_count = fanout->request_count = 0;
	fanout->asked_more = false;
	for (request = first; request; request = request->later) {
		if (request->reply.status == MCHA_STATUS_PENDING) {
			mcha_round_enqueue_one(fanout, round->nodes[request->node], request);
		}
	}
}

static bool is_busy(const mcha_connection *connection)
{
	struct pollfd poll_for;
	mcha_usec until;

	return connection->transport->want(connection, &poll_for, &until);
}

static mcha_in_flight_request *last_in_flight(const mcha_node *node)
{
	return &node->in_flight->last->requests[node->in_flight->last->count - 1];
}

/* Until when the node may be silent if it moves no byte after this moment. */
static MCHA_SELDOM mcha_usec bound_by_suspicion(const mcha_node *node, const mcha_round *round,
	mcha_usec moved, mcha_usec deadline)
{
	const mcha_usec until = moved
		+ mcha_evidence_patience(node->health, round->settings->operation_timeout);

	return until < deadline ? until : deadline;
}

static void prolong(const mcha_node *node, const mcha_round *round, mcha_usec started)
{
	const uint64_t word = atomic_load_explicit(&node->health->word, memory_order_relaxed);
	const mcha_usec moved = node->moved_at > started ? node->moved_at : started;

	if (word == MCHA_SUSPICION_WORD) {
		node->connection->transport->prolong(node->connection,
			bound_by_suspicion(node, round, moved, round->deadline));
	} else if (word == 0) { /* another process may have had an answer meanwhile */
		node->connection->transport->prolong(node->connection, round->deadline);
	}
}

void mcha_round_prolong(const mcha_fanout *fanout, const mcha_round *round, size_t polled,
	mcha_usec started)
{
	size_t i;

	for (i = 0; i < polled; i++) {
		const mcha_node *node = round->nodes[fanout->polled[i]];

		if (node->connection->transport->prolong) {
			prolong(node, round, started);
		}
	}
}

void mcha_round_start(mcha_node *node, mcha_request *queue, mcha_round *round, mcha_usec deadline)
{
	mcha_connection *connection = node->connection;

	if (mcha_suspicion_stands(node->health)) {
		deadline = bound_by_suspicion(node, round, round->now, deadline);
	}
	node->was_open = connection->transport->is_open(connection);
	if (!node->was_open) {
		node->item_size_max = 0;
	}
	connection->asks_about = mcha_replica_state_is_stale(&node->health->replicas, round->now,
		MCHA_ABOUT_FRESH);
	if (mcha_node_has_in_flight(node) && is_busy(connection)) {
		connection->transport->join(connection, &last_in_flight(node)->request, queue, deadline);
	} else {
		connection->transport->start(connection, queue, round->now, deadline);
	}
}

/* A process wakes up a little late; later than this, it was stopped, or had no processor. */
#define STALL_LEAST (20 * MCHA_USEC_PER_MSEC)

/* After a wait that was to end at this moment at the latest. A process that is late by more than
 * the wait did not run for most of it: perhaps the servers of the same machine did not either. */
void mcha_round_look_at_clock(mcha_round *round, mcha_usec until)
{
	const mcha_usec began = round->now, wait = until - began;
	mcha_usec late;

	round->now = mcha_clock_now();
	late = round->now - until;
	if (late >= STALL_LEAST) {
		round->stalled += late > wait ? round->now - began : late;
	}
}

/* A blocking node gets its share of the time, so that a silent one leaves some to the others. */
static MCHA_SELDOM void start_blocking(mcha_fanout *fanout, mcha_round *round, size_t blocking)
{
	mcha_usec until;
	size_t i;

	for (i = 0; i < fanout->active_count; i++) {
		mcha_node *node = round->nodes[fanout->active[i]];

		if (!node->connection || !node->connection->transport->blocking) {
			continue;
		}
		until = round->now + (round->deadline - round->now) / (mcha_usec)blocking--;
		mcha_round_start(node, node->queue, round, until);
		mcha_round_look_at_clock(round, until);
		node->finished_at = round->now;
	}
}

void mcha_round_start_all(mcha_fanout *fanout, mcha_round *round)
{
	size_t i, blocking = 0;

	for (i = 0; i < fanout->active_count; i++) {
		mcha_node *node = round->nodes[fanout->active[i]];

		if (!mcha_node_connection(node, round->settings)) {
			mcha_requests_fail(node->queue, MCHA_STATUS_IO);
		} else if (node->connection->transport->blocking) {
			blocking++;
		} else {
			mcha_round_start(node, node->queue, round, round->deadline);
		}
	}
	if (blocking) {
		start_blocking(fanout, round, blocking);
	}
}
