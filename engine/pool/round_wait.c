/* SPDX-License-Identifier: MIT */
/* Ends a round before its deadline where what is missing is not needed, and asks for more where
 * answers take too long. */
#include "round_wait.h"

#include "round_queue.h"

#define LONGEST (20 * MCHA_USEC_PER_MSEC) /* of a grace, unless the round allows for more */

/* --- what is needed --------------------------------------------------------------------------- */

/* Something that the round waits for. */
static bool is_needed(const mcha_node *node)
{
	const mcha_request *request = node->queue;

	while (request && (request->check || request->reply.status != MCHA_STATUS_PENDING)) {
		request = request->next;
	}
	return request != NULL;
}

size_t mcha_round_last_needed(const mcha_fanout *fanout, const mcha_round *round, size_t polled)
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

/* The grace for checks begins when nothing else is missing. */
static mcha_usec bound_by_grace(mcha_fanout *fanout, const mcha_round *round, size_t polled,
	mcha_usec started, mcha_usec until)
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

/* --- asking more ------------------------------------------------------------------------------ */

/* A node that blocks would keep the round from its other answers. */
static bool can_join(mcha_node *node, const mcha_settings *settings)
{
	return mcha_node_connection(node, settings) && !node->connection->transport->blocking;
}

/* They go to nodes that had no part in the round, or have done theirs: those start (again), each
 * with the first request that is new. */
static void ask_more(mcha_fanout *fanout, mcha_round *round)
{
	mcha_request *first = round->wait->ask_more(round->wait->context), *request;

	fanout->asked_more = true;
	for (request = first; request; request = request->later) {
		mcha_node *node = round->nodes[request->node];

		if (!can_join(node, round->settings)) {
			request->reply.status = MCHA_STATUS_CANCELLED;
			continue;
		}
		mcha_round_enqueue_one(fanout, node, request);
		if (!node->more) {
			node->more = request;
		}
	}
	for (request = first; request; request = request->later) {
		mcha_node *node = round->nodes[request->node];

		if (node->more == request) {
			node->more = NULL;
			node->finished_at = 0;
			mcha_round_start(node, request, round, round->deadline);
		}
	}
}

/* Until when to wait for what has been asked; more is asked when patience is over. */
static mcha_usec bound_by_patience(mcha_fanout *fanout, mcha_round *round, mcha_usec until)
{
	const mcha_wait_policy *wait = round->wait;

	if (!wait || !wait->ask_more || fanout->asked_more) {
		return until;
	}
	if (round->now >= wait->patience) {
		ask_more(fanout, round);
		return round->now; /* the nodes that have just been started are not yet polled for */
	}
	return wait->patience < until ? wait->patience : until;
}

mcha_usec mcha_round_wait_until(mcha_fanout *fanout, mcha_round *round, size_t polled,
	mcha_usec started, mcha_usec until)
{
	until = bound_by_patience(fanout, round, until);
	return bound_by_grace(fanout, round, polled, started, until);
}

/* --- cancelling what is left ------------------------------------------------------------------ */

static void cancel_node(mcha_node *node, mcha_usec now)
{
	mcha_request *request;

	for (request = node->queue; request; request = request->next) {
		if (request->reply.status == MCHA_STATUS_PENDING) {
			request->reply.status = MCHA_STATUS_CANCELLED;
		}
	}
	if (node->connection->transport->cancel) {
		node->connection->transport->cancel(node->connection);
	}
	if (mcha_node_has_in_flight(node)) {
		mcha_in_flight_drop(node->in_flight, now);
	}
	node->finished_at = now;
}

static void cancel_rest(mcha_fanout *fanout, mcha_round *round)
{
	size_t i;

	for (i = 0; i < fanout->active_count; i++) {
		mcha_node *node = round->nodes[fanout->active[i]];

		if (!node->finished_at) {
			cancel_node(node, round->now);
		}
	}
}

/* --- detaching what is left ------------------------------------------------------------------- */

static bool may_detach_all(const mcha_request *queue)
{
	while (queue && queue->may_detach) {
		queue = queue->next;
	}
	return !queue;
}

/* The nodes whose answers need not be waited for are asked by copies of their requests. */
void mcha_round_wait_prepare(mcha_fanout *fanout, mcha_round *round)
{
	const mcha_wait_policy *wait = round->wait;
	size_t i;

	if (!wait || !wait->detaches) {
		return;
	}
	for (i = 0; i < fanout->active_count; i++) {
		mcha_node *node = round->nodes[fanout->active[i]];
		mcha_request *copies;

		if (!may_detach_all(node->queue) || !mcha_node_connection(node, round->settings)
			|| node->connection->transport->blocking) {
			continue;
		}
		if (!node->in_flight) {
			node->in_flight = mcha_in_flight_create(wait->hints, node->health, node->id,
				wait->owner);
		}
		if (!node->in_flight) {
			continue;
		}
		mcha_in_flight_adopt(node->in_flight, wait->owner);
		copies = mcha_in_flight_begin(node->in_flight, node->queue, round->now, wait->deadline);
		if (copies) {
			node->queue = copies;
		}
	}
}

static bool may_detach(const mcha_node *node)
{
	return node->in_flight && node->in_flight->current;
}

static void detach_node(mcha_fanout *fanout, mcha_node *node, uint16_t index)
{
	mcha_in_flight *in_flight = node->in_flight;
	size_t i;

	mcha_in_flight_detach(in_flight);
	node->connection->transport->hold(node->connection, in_flight->first->deadline);
	node->queue = NULL;
	for (i = 0; i < fanout->detached_count; i++) {
		if (fanout->detached[i] == index) {
			return;
		}
	}
	fanout->detached[fanout->detached_count++] = index;
}

/* True: what is missing is not needed, and is left in flight. */
static bool detach_rest(mcha_fanout *fanout, mcha_round *round)
{
	size_t i;

	for (i = 0; i < fanout->active_count; i++) {
		const mcha_node *node = round->nodes[fanout->active[i]];

		if (!node->finished_at && !may_detach(node)) {
			return false;
		}
	}
	for (i = 0; i < fanout->active_count; i++) {
		if (may_detach(round->nodes[fanout->active[i]])) {
			mcha_in_flight_show(round->nodes[fanout->active[i]]->in_flight);
		}
	}
	if (!round->wait->is_enough(round->wait->context)) {
		return false;
	}
	for (i = 0; i < fanout->active_count; i++) {
		mcha_node *node = round->nodes[fanout->active[i]];

		if (!node->finished_at) {
			node->finished_at = round->now;
			detach_node(fanout, node, fanout->active[i]);
		}
	}
	return true;
}

/* --- the end of the round --------------------------------------------------------------------- */

static bool is_enough(const mcha_fanout *fanout, const mcha_round *round)
{
	const mcha_wait_policy *wait = round->wait;

	return wait && (!wait->ask_more || fanout->asked_more) && wait->is_enough(wait->context);
}

bool mcha_round_wait_is_over(mcha_fanout *fanout, mcha_round *round)
{
	if (round->wait && round->wait->detaches) {
		return detach_rest(fanout, round);
	}
	if (!is_enough(fanout, round) && !(fanout->grace_until && round->now >= fanout->grace_until)) {
		return false;
	}
	cancel_rest(fanout, round);
	return true;
}
