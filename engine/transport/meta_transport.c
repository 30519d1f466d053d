/* SPDX-License-Identifier: MIT */
/* The life of a connection, and the interface that the fan-out calls. Drives reading and sending,
 * and alone decides what becomes of the connection when one of them cannot go on: fails its
 * requests, closes the socket or connects again. */
#include "meta_transport.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "dialect.h"
#include "meta_answer.h"
#include "meta_connect.h"
#include "meta_dialect.h"
#include "meta_fault.h"
#include "meta_input.h"
#include "meta_output.h"
#include "text_dialect.h"

/* An open connection that rested at least this long is checked before it is used. */
#define META_IDLE_CHECK (2 * MCHA_USEC_PER_MSEC)

static meta_connection *from_base(mcha_connection *base)
{
	return (meta_connection *)base;
}

static const meta_connection *from_const_base(const mcha_connection *base)
{
	return (const meta_connection *)base;
}

static mcha_connection *create_connection(const mcha_transport *transport,
	const meta_dialect *dialect, const mcha_endpoint *endpoint,
	const mcha_transport_settings *settings)
{
	meta_connection *connection = calloc(1, sizeof(*connection));

	if (!connection) {
		return NULL;
	}
	connection->base.transport = transport;
	connection->base.endpoint = endpoint;
	connection->base.settings = settings;
	connection->dialect = dialect;
	connection->fd = -1;
	connection->opened_by = mcha_fork_generation();
	mcha_meta_reader_init(&connection->reader, settings->allocator, dialect->vocabulary, NULL);
	return &connection->base;
}

static mcha_connection *create_text(const mcha_endpoint *endpoint,
	const mcha_transport_settings *settings)
{
	return create_connection(&mcha_transport_text, &meta_dialect_text, endpoint, settings);
}

static mcha_connection *create_meta(const mcha_endpoint *endpoint,
	const mcha_transport_settings *settings)
{
	return create_connection(&mcha_transport_meta, &meta_dialect_meta, endpoint, settings);
}

static void close_socket(meta_connection *connection)
{
	if (connection->fd >= 0) {
		/* a fork's child must not end the requests of its parent */
		connection->unanswered && connection->opened_by == mcha_fork_generation()
			? mcha_socket_abandon(connection->fd)
			: (void)close(connection->fd);
		connection->fd = -1;
	}
	meta_connect_end_lookup(connection);
	connection->reused = false;
	connection->await_version = connection->await_about = connection->await_noop = false;
	connection->token_sent = connection->line_begun = connection->awaits_cas = false;
	connection->vector_first = connection->vector_count = 0;
	connection->lines_used = 0;
	connection->opaque_sent = connection->opaque_seen = 0;
	meta_answer_forget(connection);
}

static bool take_buffers(meta_connection *connection)
{
	if (!connection->buffers && (connection->buffers = mcha_buffer_take())) {
		mcha_meta_reader_lend(&connection->reader, connection->buffers->input);
	}
	return connection->buffers != NULL;
}

static void meta_rest(mcha_connection *base)
{
	meta_connection *connection = from_base(base);

	if (connection->buffers) {
		mcha_buffer_give(connection->buffers);
		connection->buffers = NULL;
		mcha_meta_reader_lend(&connection->reader, NULL);
	}
}

/* Also after a bail-out of PHP: the memory of a value that the reader held is gone then. */
static void meta_close(mcha_connection *base)
{
	meta_connection *connection = from_base(base);

	close_socket(connection);
	mcha_meta_reader_abandon(&connection->reader);
	connection->unanswered = connection->unencoded = NULL;
	meta_rest(base);
}

static void meta_destroy(mcha_connection *base)
{
	meta_close(base);
	free(base);
}

/* Closes the socket and forgets what was received. */
static void drop_connection(meta_connection *connection)
{
	close_socket(connection);
	mcha_meta_reader_reset(&connection->reader);
}

static void connect_anew(meta_connection *connection, mcha_usec now);

static void start_again(meta_connection *connection, mcha_request *rest)
{
	drop_connection(connection);
	connection->unencoded = rest;
	connection->address_next = 0;
	connect_anew(connection, mcha_clock_now());
}

/* A store that was answered keeps that status, though its CAS will not come. */
static void keep_store_status(meta_connection *connection)
{
	if (connection->awaits_cas) {
		connection->unanswered->reply.status = connection->store_status;
	}
}

/* Closes the socket. Then connects again where the requests can be sent again, or fails every
 * unanswered request. */
static void fail_connection(meta_connection *connection, mcha_status status, int error)
{
	mcha_request *rest = connection->unanswered;

	connection->base.closed_at_greeting = meta_fault_is_at_greeting(connection, status)
		&& connection->await_noop;
	if (meta_fault_may_try_again(connection, status)) {
		connection->base.was_lost = true;
		start_again(connection, rest);
		return;
	}
	if (meta_fault_may_greet_otherwise(connection, status)) {
		start_again(connection, rest);
		return;
	}
	keep_store_status(connection);
	drop_connection(connection);
	meta_fault_describe(connection, status, error);
	if (status == MCHA_STATUS_PROTOCOL) {
		connection->base.known = false;
	}
	connection->unanswered = connection->unencoded = NULL;
	mcha_requests_fail(rest, status);
}

/* --- reading and sending ---------------------------------------------------------------------- */

static bool read_answers(meta_connection *connection, bool sleep);

/* Sends what can be sent now. False: the connection has failed; it may be connecting again
 * already. */
static bool send_requests(meta_connection *connection)
{
	meta_outcome outcome = meta_output_send(connection);

	if (!meta_outcome_is_failed(outcome)) {
		return true;
	}
	/* what a server answered before it closed the connection still counts */
	if (outcome.status != MCHA_STATUS_CLOSED || read_answers(connection, false)) {
		fail_connection(connection, outcome.status, outcome.error);
	}
	return false;
}

static void fail_to_read(meta_connection *connection, meta_outcome outcome)
{
	fail_connection(connection, outcome.status, outcome.error);
	if (outcome.status == MCHA_STATUS_NO_MEMORY) {
		/* This process has no memory for the answer. The status is the one of a server that
		 * refuses, because this server is as little at fault: other processes need not keep away
		 * from it. */
		snprintf(connection->base.error, sizeof(connection->base.error),
			"no memory for its answer");
	}
}

/* Reads the answers that are there, and sends more requests when the greeting was answered; if
 * sleep, waits a nap for the first of them. False: as send_requests(). */
static bool read_answers(meta_connection *connection, bool sleep)
{
	meta_outcome outcome = meta_input_read(connection, sleep);

	while (outcome.step == META_NEED_WRITE) {
		if (!send_requests(connection)) {
			return false;
		}
		outcome = meta_input_go_on(connection);
	}
	if (meta_outcome_is_failed(outcome)) {
		fail_to_read(connection, outcome);
		return false;
	}
	if (outcome.step == META_DONE && !meta_connection_is_sent(connection)) {
		/* the server refused a store by its line: the rest of the value is not sent */
		drop_connection(connection);
		return false;
	}
	return true;
}

/* Reads first where both are possible: the answers explain an error. False: as send_requests(). */
static bool read_and_send(meta_connection *connection, short revents)
{
	if ((revents & ~POLLOUT) && !read_answers(connection, false)) {
		return false;
	}
	if (!connection->unanswered || meta_connection_is_sent(connection)) {
		return true;
	}
	connection->base.moved = connection->base.moved || (revents & POLLOUT);
	return send_requests(connection);
}

/* --- connecting ------------------------------------------------------------------------------- */

/* The socket is connected: the greeting goes first. */
static void begin_greeting(meta_connection *connection)
{
	bool detect = connection->dialect->detected && connection->base.settings->detect
		&& !connection->base.known;

	mcha_socket_connected(connection->fd, MCHA_TRANSPORT_NAP);
	connection->state = META_READY;
	meta_output_greet(connection, connection->base.asks_about && !connection->base.knows_keys_only,
		detect);
	send_requests(connection);
}

static void fail_to_connect(meta_connection *connection, int error)
{
	if (!connection->written_out) {
		mcha_resolver_doubt(connection->base.endpoint);
	}
	/* the server may have closed the connection because it was ending */
	connection->base.knows_keys_only = false;
	fail_connection(connection, MCHA_STATUS_CONNECT, error);
}

/* After a step of connecting to an address. */
static void finish_connecting(meta_connection *connection, meta_outcome outcome, mcha_usec now)
{
	if (outcome.step == META_DONE) {
		begin_greeting(connection);
	} else if (outcome.step == META_AGAIN) {
		connect_anew(connection, now);
	} else if (meta_outcome_is_failed(outcome)) {
		fail_to_connect(connection, outcome.error);
	}
}

/* Connects to the next address, within a new connect timeout. */
static void connect_anew(meta_connection *connection, mcha_usec now)
{
	connection->connect_until = now + connection->base.settings->connect_timeout;
	finish_connecting(connection, meta_connect_next(connection), now);
}

static void fail_to_look_up(meta_connection *connection, const char *reason)
{
	fail_connection(connection, MCHA_STATUS_UNRESOLVED, 0);
	snprintf(connection->base.error, sizeof(connection->base.error), "%s: %s",
		mcha_status_text(MCHA_STATUS_UNRESOLVED), reason);
}

/* Connects to the server's addresses, or waits for their look-up. */
static void find_server(meta_connection *connection, mcha_usec now)
{
	meta_outcome outcome = meta_connect_find(connection, now);

	if (outcome.step == META_DONE) {
		connect_anew(connection, now);
	} else if (meta_outcome_is_failed(outcome)) {
		fail_to_look_up(connection,
			mcha_endpoint_is_unix(connection->base.endpoint) ? "the path is too long"
															 : gai_strerror(outcome.error));
	}
}

/* Fails a queue of which nothing was sent: the connection is as good as it was. */
static void refuse_queue(meta_connection *connection, mcha_status status, const char *reason)
{
	snprintf(connection->base.error, sizeof(connection->base.error), "%s", reason);
	mcha_requests_fail(connection->unanswered, status);
	connection->unanswered = connection->unencoded = NULL;
}

static void open_connection(meta_connection *connection, mcha_usec now)
{
	if (connection->base.endpoint->tls) {
		refuse_queue(connection, MCHA_STATUS_UNSUPPORTED, "tls:// is not supported by this build");
		return;
	}
	if (connection->dialect->knows_no_names && connection->base.settings->username) {
		refuse_queue(connection, MCHA_STATUS_AUTH, "SASL needs the binary protocol");
		return;
	}
	find_server(connection, now);
}

/* --- the interface ---------------------------------------------------------------------------- */

/* No bytes have come that no request asked for. (Soon after a round, only the reader is checked,
 * not the socket.) */
static bool is_at_rest(const meta_connection *connection, mcha_usec now)
{
	return mcha_meta_reader_is_empty(&connection->reader)
		&& (now - connection->last_used < META_IDLE_CHECK || mcha_socket_is_quiet(connection->fd));
}

static void meta_start(mcha_connection *base, mcha_request *queue, mcha_usec now,
	mcha_usec deadline)
{
	meta_connection *connection = from_base(base);

	connection->unanswered = connection->unencoded = queue;
	connection->deadline = deadline;
	connection->reused = connection->state == META_READY;
	connection->answered_once = connection->token_sent = false;
	base->error[0] = '\0';
	base->error_errno = 0;
	base->closed_at_greeting = false;
	if (connection->fd >= 0 && connection->opened_by != mcha_fork_generation()) {
		connection->reused = false;
		/* the parent has the socket, too: the server does not see it closed */
		drop_connection(connection);
	}
	connection->opened_by = mcha_fork_generation();
	if (connection->reused && !is_at_rest(connection, now)) {
		base->was_lost = true;
		drop_connection(connection);
	}
	if (deadline <= now) {
		refuse_queue(connection, MCHA_STATUS_NO_TIME, mcha_status_text(MCHA_STATUS_NO_TIME));
		return; /* the server would carry a request out after the caller was told that it failed */
	}
	connection->last_used = now;
	if (!take_buffers(connection)) {
		fail_connection(connection, MCHA_STATUS_NO_MEMORY, 0);
		return;
	}
	if (connection->state == META_READY) {
		send_requests(connection);
	} else {
		open_connection(connection, now);
	}
}

static void meta_join(mcha_connection *base, mcha_request *last, mcha_request *queue,
	mcha_usec deadline)
{
	meta_connection *connection = from_base(base);

	last->next = queue;
	if (!connection->unencoded) {
		connection->unencoded = queue;
	}
	connection->deadline = deadline;
	if (connection->state == META_READY) {
		send_requests(connection);
	}
}

/* Other clients may have written since: nothing is sent a second time. */
static void meta_hold(mcha_connection *base, mcha_usec deadline)
{
	meta_connection *connection = from_base(base);

	connection->deadline = deadline;
	connection->answered_once = true;
}

static void meta_prolong(mcha_connection *base, mcha_usec deadline)
{
	meta_connection *connection = from_base(base);

	if (deadline > connection->deadline) {
		connection->deadline = deadline;
	}
}

static mcha_usec give_up_time(const meta_connection *connection)
{
	if (connection->state == META_CONNECTING && connection->connect_until < connection->deadline) {
		return connection->connect_until;
	}
	return connection->deadline;
}

static void meta_cancel(mcha_connection *base)
{
	meta_connection *connection = from_base(base);

	drop_connection(connection);
	connection->unanswered = connection->unencoded = NULL;
	meta_rest(base);
}

static bool meta_want(const mcha_connection *base, struct pollfd *poll_for, mcha_usec *until)
{
	const meta_connection *connection = from_const_base(base);

	if (!connection->unanswered) {
		return false;
	}
	if (connection->state == META_LOOKING_UP) {
		poll_for->fd = mcha_lookup_fd(connection->lookup);
		poll_for->events = POLLIN;
		*until = connection->deadline;
		return true;
	}
	poll_for->fd = connection->fd;
	poll_for->events = connection->state == META_CONNECTING ? POLLOUT : POLLIN;
	if (connection->state == META_READY && connection->vector_first < connection->vector_count) {
		poll_for->events |= POLLOUT;
	}
	*until = give_up_time(connection);
	return true;
}

static void expire_wait(meta_connection *connection, mcha_usec now)
{
	if (connection->state == META_LOOKING_UP) {
		fail_to_look_up(connection, strerror(ETIMEDOUT));
	} else if (connection->state != META_CONNECTING) {
		fail_connection(connection, MCHA_STATUS_TIMEOUT, ETIMEDOUT);
	} else if (now < connection->deadline) {
		finish_connecting(connection, meta_connect_give_up(connection, ETIMEDOUT), now);
	} else {
		fail_to_connect(connection, ETIMEDOUT);
	}
}

static void meta_advance(mcha_connection *base, short revents, mcha_usec now)
{
	meta_connection *connection = from_base(base);

	if (!connection->unanswered) {
		return;
	}
	if (connection->state == META_LOOKING_UP && revents) {
		meta_connect_end_lookup(connection);
		find_server(connection, now);
	} else if (connection->state == META_CONNECTING && revents) {
		finish_connecting(connection, meta_connect_finish(connection), now);
	} else if (connection->state == META_READY && revents && !read_and_send(connection, revents)) {
		return;
	}
	if (connection->unanswered && now >= give_up_time(connection)) {
		expire_wait(connection, now);
	}
}

static bool meta_is_awaiting(const mcha_connection *base)
{
	const meta_connection *connection = from_const_base(base);

	return connection->unanswered && connection->state == META_READY
		&& meta_connection_is_sent(connection);
}

static void meta_receive(mcha_connection *base)
{
	read_answers(from_base(base), true);
}

static bool meta_is_open(const mcha_connection *base)
{
	return from_const_base(base)->fd >= 0;
}

#define TRANSPORT(protocol, has_metadata) \
	{ \
		.name = #protocol, .blocking = false, .tells = has_metadata, .create = create_##protocol, \
		.destroy = meta_destroy, .start = meta_start, .join = meta_join, .hold = meta_hold, \
		.prolong = meta_prolong, .want = meta_want, .advance = meta_advance, \
		.is_awaiting = meta_is_awaiting, .receive = meta_receive, .rest = meta_rest, \
		.cancel = meta_cancel, .close = meta_close, .is_open = meta_is_open, \
	}

const mcha_transport mcha_transport_meta = TRANSPORT(meta, true);
const mcha_transport mcha_transport_text = TRANSPORT(text, false);
