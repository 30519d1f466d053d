/* SPDX-License-Identifier: MIT */
/* The life of a connection, and the interface that the fan-out calls. Drives reading and sending, and alone decides what
 * becomes of the connection when one of them cannot go on: fails its requests, closes the socket or connects again. */
#include "meta_transport.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "dialect.h"
#include "meta_answer.h"
#include "meta_dialect.h"
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

static mcha_connection *create_connection(const mcha_transport *transport, const meta_dialect *dialect,
		const mcha_endpoint *endpoint, const mcha_transport_settings *settings)
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
			? mcha_socket_abandon(connection->fd) : (void)close(connection->fd);
		connection->fd = -1;
	}
	if (connection->lookup) {
		mcha_lookup_release(connection->lookup);
		connection->lookup = NULL;
	}
	connection->state = META_CLOSED;
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

static void describe_fault(meta_connection *connection, mcha_status status, int error)
{
	connection->base.error_errno = error;
	if (status == MCHA_STATUS_PROTOCOL && connection->base.error[0]) {
		return; /* a dialect has kept what the server said */
	}
	snprintf(connection->base.error, sizeof(connection->base.error), "%s%s%s",
		mcha_status_text(status), error ? ": " : "", error ? strerror(error) : "");
}

/* A server that was restarted, or that closes idle connections, has closed a reused connection, and may well be fine. The
 * connection tries again once, and only with requests that may be repeated. */
static bool may_try_again(const meta_connection *connection, mcha_status status)
{
	const mcha_request *request;

	if (!connection->reused || connection->answered_once || status != MCHA_STATUS_CLOSED) {
		return false;
	}
	for (request = connection->unanswered; request; request = request->next) {
		if (!mcha_request_is_idempotent(request)) {
			return false;
		}
	}
	return true;
}

static void connect_anew(meta_connection *connection, mcha_usec now);

/* The server closed a new connection at the greeting, as proxies do at commands that they do not know. */
static bool is_closed_at_greeting(const meta_connection *connection, mcha_status status)
{
	return status == MCHA_STATUS_CLOSED && connection->state == META_READY
		&& meta_connection_awaits_greeting(connection)
		&& mcha_meta_reader_is_empty(&connection->reader);
}

/* The server closed a text connection at the greeting: the next greeting leaves out "stats", the one after it "version".
 * Before the server has answered a greeting, the connection sends only requests that may be sent twice. */
static bool may_greet_otherwise(meta_connection *connection, mcha_status status)
{
	if (connection->dialect->detected || !is_closed_at_greeting(connection, status)) {
		return false;
	}
	if (connection->await_about && !connection->base.knows_keys_only) {
		connection->base.knows_keys_only = true;
		return true;
	}
	if (connection->greets_by_get) {
		connection->base.knows_keys_only = false; /* the server closes every connection, whatever it knows */
		return false;
	}
	connection->greets_by_get = true;
	return true;
}

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

/* Closes the socket. Then connects again where the requests can be sent again, or fails every unanswered request. */
static void fail_connection(meta_connection *connection, mcha_status status, int error)
{
	mcha_request *rest = connection->unanswered;

	connection->base.closed_at_greeting = is_closed_at_greeting(connection, status)
		&& connection->await_noop;
	if (may_try_again(connection, status)) {
		connection->base.was_lost = true;
		start_again(connection, rest);
		return;
	}
	if (may_greet_otherwise(connection, status)) {
		start_again(connection, rest);
		return;
	}
	keep_store_status(connection);
	drop_connection(connection);
	describe_fault(connection, status, error);
	if (status == MCHA_STATUS_PROTOCOL) {
		connection->base.known = false;
	}
	connection->unanswered = connection->unencoded = NULL;
	mcha_requests_fail(rest, status);
}

/* --- reading and sending -------------------------------------------------------------------------- */

static bool read_answers(meta_connection *connection, bool sleep);

/* Sends what can be sent now. False: the connection has failed; it may be connecting again already. */
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
		/* This process has no memory for the answer. The status is the one of a server that refuses, because this
		 * server is as little at fault: other processes need not keep away from it. */
		snprintf(connection->base.error, sizeof(connection->base.error), "no memory for its answer");
	}
}

/* Reads the answers that are there, and sends more requests when the greeting was answered; if sleep, waits a nap for the
 * first of them. False: as send_requests(). */
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
		drop_connection(connection); /* the server refused a store by its line: the rest of the value is not sent */
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

/* --- connecting ----------------------------------------------------------------------------------- */

/* The socket is connected: the greeting goes first. */
static void begin_greeting(meta_connection *connection)
{
	bool detect = connection->dialect->detected && connection->base.settings->detect
		&& !connection->base.known;

	mcha_socket_connected(connection->fd, MCHA_TRANSPORT_NAP);
	connection->state = META_READY;
	meta_output_greet(connection, connection->base.asks_about && !connection->base.knows_keys_only, detect);
	send_requests(connection);
}

static void fail_to_connect(meta_connection *connection, int error)
{
	if (!connection->written_out) {
		mcha_resolver_doubt(connection->base.endpoint);
	}
	connection->base.knows_keys_only = false; /* the server may have closed the connection because it was ending */
	fail_connection(connection, MCHA_STATUS_CONNECT, error);
}

/* Tries the addresses that are left until one connects or is connecting. */
static void connect_next(meta_connection *connection)
{
	const mcha_transport_settings *settings = connection->base.settings;
	mcha_socket_options options = {settings->no_delay, settings->keepalive,
		settings->send_buffer, settings->receive_buffer};
	int error = ECONNREFUSED;

	while (connection->address_next < connection->address_count) {
		bool connecting;

		connection->fd = mcha_socket_open(&connection->addresses[connection->address_next++],
			&options, &connecting);
		if (connection->fd >= 0 && connecting) {
			connection->state = META_CONNECTING;
			return;
		}
		if (connection->fd >= 0) {
			begin_greeting(connection);
			return;
		}
		error = errno;
	}
	fail_to_connect(connection, error);
}

/* Connects within a new connect timeout. */
static void connect_anew(meta_connection *connection, mcha_usec now)
{
	connection->connect_until = now + connection->base.settings->connect_timeout;
	connect_next(connection);
}

static void fail_to_look_up(meta_connection *connection, const char *reason)
{
	fail_connection(connection, MCHA_STATUS_UNRESOLVED, 0);
	snprintf(connection->base.error, sizeof(connection->base.error), "%s: %s",
		mcha_status_text(MCHA_STATUS_UNRESOLVED), reason);
}

/* Connects to the addresses of the endpoint's name, or begins to look them up. */
static void look_up(meta_connection *connection, mcha_usec now)
{
	int gai_error;

	connection->address_count = mcha_resolver_find(connection->base.endpoint, now,
		connection->addresses, &connection->lookup, &gai_error);
	connection->address_next = 0;
	if (connection->address_count) {
		connect_anew(connection, now);
	} else if (connection->lookup) {
		connection->state = META_LOOKING_UP;
	} else {
		fail_to_look_up(connection, gai_strerror(gai_error));
	}
}

static void finish_lookup(meta_connection *connection, mcha_usec now)
{
	mcha_lookup_release(connection->lookup);
	connection->lookup = NULL;
	connection->state = META_CLOSED;
	look_up(connection, now);
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
	if (!connection->written_out) {
		connection->written_out = mcha_socket_address(connection->base.endpoint,
			&connection->addresses[0]);
		connection->address_count = connection->written_out;
	}
	if (!connection->written_out) {
		if (mcha_endpoint_is_unix(connection->base.endpoint)) {
			fail_to_look_up(connection, "the path is too long");
		} else {
			look_up(connection, now);
		}
		return;
	}
	connection->address_next = 0;
	connect_next(connection);
}

/* --- the interface -------------------------------------------------------------------------------- */

/* No bytes have come that no request asked for. (Soon after a round, only the reader is checked, not the socket.) */
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
	connection->connect_until = now + base->settings->connect_timeout;
	connection->reused = connection->state == META_READY;
	connection->answered_once = connection->token_sent = false;
	base->error[0] = '\0';
	base->error_errno = 0;
	base->closed_at_greeting = false;
	if (connection->fd >= 0 && connection->opened_by != mcha_fork_generation()) {
		connection->reused = false;
		drop_connection(connection); /* the parent has the socket, too: the server does not see it closed */
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

/* Closes the socket, and tries the next address of the same name. */
static void give_up_address(meta_connection *connection, int error, mcha_usec now)
{
	close(connection->fd);
	connection->fd = -1;
	connection->state = META_CLOSED;
	if (connection->address_next < connection->address_count) {
		connect_anew(connection, now);
	} else {
		fail_to_connect(connection, error);
	}
}

static void finish_connect(meta_connection *connection, mcha_usec now)
{
	int error = mcha_socket_connect_error(connection->fd);

	if (error == 0) {
		begin_greeting(connection);
		return;
	}
	give_up_address(connection, error, now);
}

static void expire_wait(meta_connection *connection, mcha_usec now)
{
	if (connection->state == META_LOOKING_UP) {
		fail_to_look_up(connection, strerror(ETIMEDOUT));
	} else if (connection->state != META_CONNECTING) {
		fail_connection(connection, MCHA_STATUS_TIMEOUT, ETIMEDOUT);
	} else if (now < connection->deadline) {
		give_up_address(connection, ETIMEDOUT, now);
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
		finish_lookup(connection, now);
	} else if (connection->state == META_CONNECTING && revents) {
		finish_connect(connection, now);
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

#define TRANSPORT(protocol, has_metadata) { \
	.name = #protocol, \
	.blocking = false, \
	.tells = has_metadata, \
	.create = create_##protocol, \
	.destroy = meta_destroy, \
	.start = meta_start, \
	.join = meta_join, \
	.hold = meta_hold, \
	.want = meta_want, \
	.advance = meta_advance, \
	.is_awaiting = meta_is_awaiting, \
	.receive = meta_receive, \
	.rest = meta_rest, \
	.cancel = meta_cancel, \
	.close = meta_close, \
	.is_open = meta_is_open, \
}

const mcha_transport mcha_transport_meta = TRANSPORT(meta, true);
const mcha_transport mcha_transport_text = TRANSPORT(text, false);
