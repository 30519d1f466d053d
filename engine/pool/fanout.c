/* SPDX-License-Identifier: MIT */
/* One round: every node's queue is started, then all are driven together until each is answered or
 * the deadline has come. On a healthy pool that is one send and one receive per node. */
#include "fanout.h"
#include "grace.h"

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

/* A request into its node's queue, behind the others. */
static void enqueue_one(mcha_fanout *fanout, mcha_node *node, mcha_request *request)
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
static void enqueue(mcha_fanout *fanout, mcha_round *round, mcha_request *requests, size_t count)
{
	size_t i;

	fanout->active_count = fanout->request_count = 0;
	fanout->hedged = false;
	for (i = 0; i < count; i++) {
		if (requests[i].reply.status == MCHA_STATUS_PENDING) {
			enqueue_one(fanout, round->nodes[requests[i].node], &requests[i]);
		}
	}
}

static bool is_busy(const mcha_connection *connection)
{
	struct pollfd poll_for;
	mcha_usec until;

	return connection->transport->want(connection, &poll_for, &until);
}

static mcha_in_flight_request *last_trailing(const mcha_node *node)
{
	return &node->in_flight->last->requests[node->in_flight->last->count - 1];
}

static void start(mcha_node *node, mcha_request *queue, mcha_round *round, mcha_usec deadline)
{
	mcha_connection *connection = node->connection;

	node->was_open = connection->transport->is_open(connection);
	if (!node->was_open) {
		node->item_size_max = 0;
	}
	connection->asks_about = mcha_replica_state_is_stale(&node->health->replicas, round->now, MCHA_ABOUT_FRESH);
	if (mcha_node_has_in_flight(node) && is_busy(connection)) {
		connection->transport->join(connection, &last_trailing(node)->request, queue, deadline);
	} else {
		connection->transport->start(connection, queue, round->now, deadline);
	}
}

/* A process wakes up a little late; later than this, it was stopped, or had no processor. */
#define STALL_LEAST (20 * MCHA_USEC_PER_MSEC)

/* After a wait that was to end at this moment at the latest. A process that is late by more than the wait did not run for most of
 * it: perhaps the servers of the same machine did not either. */
static void look_at_clock(mcha_round *round, mcha_usec until)
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
static void start_blocking(mcha_fanout *fanout, mcha_round *round, size_t blocking)
{
	mcha_usec until;
	size_t i;

	for (i = 0; i < fanout->active_count; i++) {
		mcha_node *node = round->nodes[fanout->active[i]];

		if (!node->connection || !node->connection->transport->blocking) {
			continue;
		}
		until = round->now + (round->deadline - round->now) / (mcha_usec)blocking--;
		start(node, node->queue, round, until);
		look_at_clock(round, until);
		node->finished_at = round->now;
	}
}

static void start_all(mcha_fanout *fanout, mcha_round *round)
{
	size_t i, blocking = 0;

	for (i = 0; i < fanout->active_count; i++) {
		mcha_node *node = round->nodes[fanout->active[i]];

		if (!mcha_node_connection(node, round->settings)) {
			mcha_requests_fail(node->queue, MCHA_STATUS_IO);
		} else if (node->connection->transport->blocking) {
			blocking++;
		} else {
			start(node, node->queue, round, round->deadline);
		}
	}
	if (blocking) {
		start_blocking(fanout, round, blocking);
	}
}

/* What is to be polled, and until when. The count; 0: the round is over. */
static size_t collect(mcha_fanout *fanout, mcha_round *round, mcha_usec *until, bool *all_awaiting)
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
		if (!connection || !connection->transport->want(connection, &fanout->polls[count],
				&node_until)) {
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

static void advance_all(mcha_fanout *fanout, mcha_round *round, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		mcha_connection *connection = round->nodes[fanout->polled[i]]->connection;

		connection->transport->advance(connection, fanout->polls[i].revents, round->now);
	}
}

static void sleep_for(mcha_fanout *fanout, mcha_round *round, size_t index)
{
	mcha_connection *connection = round->nodes[fanout->polled[index]]->connection;
	mcha_usec until = round->now + MCHA_TRANSPORT_NAP;

	connection->transport->receive(connection);
	look_at_clock(round, until);
}

/* On a healthy pool nothing but answers is missing once all is sent, and these are slept for in
 * receiving, without a poll. The node that was asked last, if there is little to be read: by the time
 * it answers, the others mostly have, too, and trying is cheaper than asking who is ready. The first
 * one, if there is much: that is read while the other servers are still at work. Whoever is slower
 * is polled for. */
static void receive(mcha_fanout *fanout, mcha_round *round, size_t count)
{
	size_t i, last = mcha_grace_last_needed(fanout, round, count);

	if (fanout->request_count >= MANY_PER_NODE * count && !round->grace) {
		sleep_for(fanout, round, 0);
		return;
	}
	sleep_for(fanout, round, last);
	for (i = 0; i < count; i++) {
		fanout->polls[i].revents = i == last ? 0 : POLLIN;
	}
	advance_all(fanout, round, count);
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

	look_at_clock(round, latest);
	if (ready < 0 && errno != EINTR) {
		round->now = round->deadline; /* cannot wait: everything unanswered times out */
	}
	advance_all(fanout, round, count);
}

/* --- impatience ---------------------------------------------------------------------------------- */

/* A node that blocks would keep the round from its other answers. */
static bool can_join(mcha_node *node, const mcha_settings *settings)
{
	return mcha_node_connection(node, settings) && !node->connection->transport->blocking;
}

/* They go to nodes that had no part in the round, or have done theirs: those start (again), each with
 * the first request that is new. */
static void ask_more(mcha_fanout *fanout, mcha_round *round, mcha_request *requests)
{
	size_t i, count = round->impatience->ask_more(round->impatience->context);

	fanout->hedged = true;
	for (i = 0; i < count; i++) {
		mcha_node *node = round->nodes[requests[i].node];

		if (!can_join(node, round->settings)) {
			requests[i].reply.status = MCHA_STATUS_CANCELLED;
			continue;
		}
		enqueue_one(fanout, node, &requests[i]);
		if (!node->more) {
			node->more = &requests[i];
		}
	}
	for (i = 0; i < count; i++) {
		mcha_node *node = round->nodes[requests[i].node];

		if (node->more == &requests[i]) {
			node->more = NULL;
			node->finished_at = 0;
			start(node, &requests[i], round, round->deadline);
		}
	}
}

static void overtake(mcha_node *node, mcha_usec now)
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

static void overtake_all(mcha_fanout *fanout, mcha_round *round)
{
	size_t i;

	for (i = 0; i < fanout->active_count; i++) {
		mcha_node *node = round->nodes[fanout->active[i]];

		if (!node->finished_at) {
			overtake(node, round->now);
		}
	}
}

/* True: no other node is waited for. */
static bool ends_early(mcha_fanout *fanout, mcha_round *round)
{
	if (!fanout->hedged || !round->impatience->is_enough(round->impatience->context)) {
		return false;
	}
	overtake_all(fanout, round);
	return true;
}

static bool ends_grace(mcha_fanout *fanout, mcha_round *round)
{
	if (!fanout->grace_until || round->now < fanout->grace_until) {
		return false;
	}
	overtake_all(fanout, round);
	return true;
}

/* Until when to wait for what; more is asked when patience is over. */
static mcha_usec bounded(mcha_fanout *fanout, mcha_round *round, mcha_request *behind, mcha_usec until)
{
	if (!round->impatience || fanout->hedged) {
		return until;
	}
	if (round->now >= round->impatience->until) {
		ask_more(fanout, round, behind);
		return round->now; /* who has begun meanwhile is not yet polled for */
	}
	return round->impatience->until < until ? round->impatience->until : until;
}

/* --- an early end --------------------------------------------------------------------------------- */

static bool is_lazy(const mcha_request *queue)
{
	while (queue && queue->may_detach) {
		queue = queue->next;
	}
	return !queue;
}

/* The nodes that may be left behind are asked by copies of their requests. */
static void prepare_early_end(mcha_fanout *fanout, mcha_round *round, const mcha_request *requests)
{
	const mcha_early_end *end = round->early_end;
	size_t i;

	for (i = 0; i < fanout->active_count; i++) {
		mcha_node *node = round->nodes[fanout->active[i]];
		mcha_request *copies;

		if (!is_lazy(node->queue) || !mcha_node_connection(node, round->settings)
			|| node->connection->transport->blocking) {
			continue;
		}
		if (!node->in_flight) {
			node->in_flight = mcha_in_flight_create(end->hints, node->health, node->id, end->owner);
		}
		if (!node->in_flight) {
			continue;
		}
		mcha_in_flight_adopt(node->in_flight, end->owner);
		copies = mcha_in_flight_begin(node->in_flight, node->queue, requests, round->now, end->deadline);
		if (copies) {
			node->queue = copies;
		}
	}
}

static bool may_be_left(const mcha_node *node)
{
	return node->in_flight && node->in_flight->current;
}

static void leave(mcha_fanout *fanout, mcha_node *node, uint16_t index, mcha_request *requests)
{
	mcha_in_flight *in_flight = node->in_flight;
	size_t i;

	mcha_in_flight_detach(in_flight, requests);
	node->connection->transport->hold(node->connection, in_flight->first->deadline);
	node->queue = NULL;
	for (i = 0; i < fanout->detached_count; i++) {
		if (fanout->detached[i] == index) {
			return;
		}
	}
	fanout->detached[fanout->detached_count++] = index;
}

/* True: what is missing is not needed, and was left behind. */
static bool leaves_the_rest(mcha_fanout *fanout, mcha_round *round, mcha_request *requests)
{
	size_t i;

	for (i = 0; i < fanout->active_count; i++) {
		const mcha_node *node = round->nodes[fanout->active[i]];

		if (!node->finished_at && !may_be_left(node)) {
			return false;
		}
	}
	for (i = 0; i < fanout->active_count; i++) {
		if (may_be_left(round->nodes[fanout->active[i]])) {
			mcha_in_flight_show(round->nodes[fanout->active[i]]->in_flight, requests);
		}
	}
	if (!round->early_end->is_enough(round->early_end->context)) {
		return false;
	}
	for (i = 0; i < fanout->active_count; i++) {
		mcha_node *node = round->nodes[fanout->active[i]];

		if (!node->finished_at) {
			node->finished_at = round->now;
			leave(fanout, node, fanout->active[i], requests);
		}
	}
	return true;
}

/* The answers that came in time; and those to what had been left behind before, which come first. */
static void take_answers(mcha_node *node, mcha_usec now, mcha_request *requests)
{
	if (node->in_flight && node->in_flight->current) {
		mcha_in_flight_answer(node->in_flight, requests);
	}
	if (mcha_node_has_in_flight(node)) {
		mcha_in_flight_complete(node->in_flight, now);
	}
}

/* behind: where requests go that are added to the round. */
static void drive(mcha_fanout *fanout, mcha_round *round, mcha_request *requests, mcha_request *behind)
{
	bool first = true, all_awaiting;
	mcha_usec until, started = round->now;
	size_t count;

	fanout->grace_until = 0;
	while ((count = collect(fanout, round, &until, &all_awaiting)) > 0) {
		if (round->early_end && leaves_the_rest(fanout, round, requests)) {
			return;
		}
		until = bounded(fanout, round, behind, until);
		until = mcha_grace_until(fanout, round, count, started, until);
		if (ends_grace(fanout, round)) {
			return;
		}
		if (first && all_awaiting && !round->early_end
			&& until - round->now >= MCHA_TRANSPORT_NAP) {
			receive(fanout, round, count);
		} else {
			poll_and_advance(fanout, round, count, until);
		}
		if (ends_early(fanout, round)) {
			return;
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

/* The server does not speak what connections are tried with. One that closes them at the greeting may also
 * just have ended; what it speaks is asked by the next connection, then. */
static bool is_to_fall_back(const mcha_node *node, const mcha_settings *settings)
{
	return settings->fallback && (node->last_fault == MCHA_STATUS_SPEAKS_CLASSIC
		|| (node->last_fault == MCHA_STATUS_CLOSED && node->connection
			&& node->connection->transport == settings->primary && node->connection->closed_at_greeting));
}

/* Learns from the round; true: the node must be asked once more, in the classic way. */
static bool settle(mcha_node *node, mcha_round *round, mcha_usec started)
{
	if (!node->queue) {
		return false; /* left behind */
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

void mcha_fanout_run(mcha_fanout *fanout, mcha_round *round, mcha_request *requests, size_t count)
{
	enqueue(fanout, round, requests, count);
	if (round->early_end) {
		prepare_early_end(fanout, round, requests);
	}
	while (fanout->active_count) {
		mcha_usec started = round->now;
		size_t i, again = 0;

		start_all(fanout, round);
		drive(fanout, round, requests, requests + count);
		for (i = 0; i < fanout->active_count; i++) {
			mcha_node *node = round->nodes[fanout->active[i]];

			if (settle(node, round, started)) {
				node->finished_at = 0;
				fanout->active[again++] = fanout->active[i];
			} else if (node->in_flight) {
				take_answers(node, round->now, requests);
			}
		}
		fanout->active_count = again;
	}
}
