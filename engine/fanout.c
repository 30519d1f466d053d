/* SPDX-License-Identifier: MIT */
/* One round: every node's queue is started, then all are driven together until each is answered or
 * the deadline has come. On a healthy pool that is one send and one receive per node. */
#include "fanout.h"

#include <errno.h>
#include <stdlib.h>

#define MANY_PER_NODE 8 /* requests whose answers take longer to be read than a sleep to begin */

bool mcha_fanout_reserve(mcha_fanout *fanout, size_t nodes)
{
	uint16_t *active, *polled;
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
	if (!active || !polled || !polls) {
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

static void start(mcha_node *node, mcha_request *queue, mcha_round *round, mcha_usec deadline)
{
	mcha_connection *connection = node->connection;

	node->was_open = connection->transport->is_open(connection);
	if (!node->was_open) {
		node->item_size_max = 0;
	}
	connection->transport->start(connection, queue, round->now, deadline);
}

/* A blocking node gets its share of the time, so that a silent one leaves some to the others. */
static void start_blocking(mcha_fanout *fanout, mcha_round *round, size_t blocking)
{
	size_t i;

	for (i = 0; i < fanout->active_count; i++) {
		mcha_node *node = round->nodes[fanout->active[i]];

		if (!node->connection || !node->connection->transport->blocking) {
			continue;
		}
		start(node, node->queue, round, round->now + (round->deadline - round->now) / (mcha_usec)blocking--);
		node->finished_at = round->now = mcha_clock_now();
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

	connection->transport->receive(connection);
	round->now = mcha_clock_now();
}

/* On a healthy pool nothing but answers is missing once all is sent, and these are slept for in
 * receiving, without a poll. The node that was asked last, if there is little to be read: by the time
 * it answers, the others mostly have, too, and trying is cheaper than asking who is ready. The first
 * one, if there is much: that is read while the other servers are still at work. Whoever is slower
 * is polled for. */
static void receive(mcha_fanout *fanout, mcha_round *round, size_t count)
{
	size_t i;

	if (fanout->request_count >= MANY_PER_NODE * count) {
		sleep_for(fanout, round, 0);
		return;
	}
	sleep_for(fanout, round, count - 1);
	for (i = 0; i + 1 < count; i++) {
		fanout->polls[i].revents = POLLIN;
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
	int ready = poll_busily(fanout, round, count, until);

	round->now = mcha_clock_now();
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
			requests[i].reply.status = MCHA_STATUS_OVERTAKEN;
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
			request->reply.status = MCHA_STATUS_OVERTAKEN;
		}
	}
	if (node->connection->transport->cancel) {
		node->connection->transport->cancel(node->connection);
	}
	node->finished_at = now;
}

/* True: nobody else is waited for. */
static bool ends_early(mcha_fanout *fanout, mcha_round *round)
{
	size_t i;

	if (!fanout->hedged || !round->impatience->is_enough(round->impatience->context)) {
		return false;
	}
	for (i = 0; i < fanout->active_count; i++) {
		mcha_node *node = round->nodes[fanout->active[i]];

		if (!node->finished_at) {
			overtake(node, round->now);
		}
	}
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

/* behind: where requests go that are added to the round. */
static void drive(mcha_fanout *fanout, mcha_round *round, mcha_request *behind)
{
	bool first = true, all_awaiting;
	mcha_usec until;
	size_t count;

	while ((count = collect(fanout, round, &until, &all_awaiting)) > 0) {
		until = bounded(fanout, round, behind, until);
		if (first && all_awaiting && until - round->now >= MCHA_TRANSPORT_NAP) {
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

/* An idle connection that the server had closed says nothing about the server's present health; but
 * the server may have been restarted, and be empty. */
static bool is_excused(const mcha_node *node, mcha_usec now)
{
	return node->last_fault == MCHA_STATUS_CLOSED && node->was_open
		&& mcha_health_look(node->health, now).state == MCHA_HEALTH_UP;
}

/* Which protocol worked, for other connections and other processes. */
static void keep_hint(mcha_node *node, const mcha_settings *settings)
{
	uint32_t hint = node->connection->transport == settings->primary ? MCHA_HINT_PRIMARY
		: MCHA_HINT_FALLBACK;

	if (atomic_load_explicit(&node->health->hint, memory_order_relaxed) != hint) {
		atomic_store_explicit(&node->health->hint, hint, memory_order_relaxed);
	}
}

static void rest(mcha_connection *connection)
{
	if (connection && connection->transport->rest) {
		connection->transport->rest(connection);
	}
}

/* What the node's health learns from the round. That it was overtaken says that it was slow, and nothing
 * about whether it is there. */
static void judge(mcha_node *node, mcha_round *round, mcha_usec started)
{
	if (node->last_fault == MCHA_STATUS_OVERTAKEN) {
		return;
	}
	if (node->last_fault == MCHA_STATUS_OK) {
		mcha_health_success(node->health, started, node->finished_at);
		if (round->settings->fallback) {
			keep_hint(node, round->settings);
		}
	} else if (is_excused(node, round->now)) {
		node->connection->was_lost = true;
	} else {
		node->speaks_classic = false; /* who comes back may speak otherwise */
		mcha_health_failure(round->health, node->health, round->rules, started, round->now,
			mcha_random_next(round->random));
	}
}

/* Learns from the round; true: the node must be asked once more, in the classic way. */
static bool settle(mcha_node *node, mcha_round *round, mcha_usec started)
{
	node->last_fault = queue_fault(node->queue);
	if (node->last_fault == MCHA_STATUS_SPEAKS_CLASSIC && round->settings->fallback) {
		mcha_request *request;

		node->speaks_classic = true;
		for (request = node->queue; request; request = request->next) {
			request->reply.status = MCHA_STATUS_PENDING;
		}
		return true;
	}
	node->queue = NULL;
	rest(node->connection);
	judge(node, round, started);
	if (node->connection && node->connection->was_lost) {
		/* it may have been restarted, and be empty: whoever answered before it */
		mcha_health_suspect(round->health, node->health, round->now);
		node->connection->was_lost = false;
		node->item_size_max = 0;
	}
	return false;
}

void mcha_fanout_run(mcha_fanout *fanout, mcha_round *round, mcha_request *requests, size_t count)
{
	enqueue(fanout, round, requests, count);
	while (fanout->active_count) {
		mcha_usec started = round->now;
		size_t i, again = 0;

		start_all(fanout, round);
		drive(fanout, round, requests + count);
		for (i = 0; i < fanout->active_count; i++) {
			if (settle(round->nodes[fanout->active[i]], round, started)) {
				round->nodes[fanout->active[i]]->finished_at = 0;
				fanout->active[again++] = fanout->active[i];
			}
		}
		fanout->active_count = again;
	}
}
