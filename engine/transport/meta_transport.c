/* SPDX-License-Identifier: MIT */
/* The interface that the fan-out calls: creates connections, gives them requests, and says what
 * they wait for. meta_drive.c carries the requests. */
#include "meta_transport.h"

#include <stdio.h>
#include <stdlib.h>

#include "dialect.h"
#include "meta_connect.h"
#include "meta_dialect.h"
#include "meta_drive.h"
#include "meta_tls.h"
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

	meta_drive_close(connection);
	mcha_meta_reader_abandon(&connection->reader);
	connection->unanswered = connection->unencoded = NULL;
	meta_rest(base);
}

static void meta_destroy(mcha_connection *base)
{
	meta_close(base);
	free(base);
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
	if (connection->base.endpoint->tls && !mcha_tls_is_built) {
		refuse_queue(connection, MCHA_STATUS_UNSUPPORTED,
			"tls:// needs McHA to be built with OpenSSL 3");
		return;
	}
	if (connection->dialect->knows_no_names && connection->base.settings->username) {
		refuse_queue(connection, MCHA_STATUS_AUTH, "SASL needs the binary protocol");
		return;
	}
	meta_drive_find_server(connection, now);
}

/* --- the interface ---------------------------------------------------------------------------- */

/* No bytes have come that no request asked for. (Soon after a round, only the reader is checked,
 * not the socket.) */
static bool is_at_rest(const meta_connection *connection, mcha_usec now)
{
	return mcha_meta_reader_is_empty(&connection->reader)
		&& (now - connection->last_used < META_IDLE_CHECK || meta_tls_is_quiet(connection));
}

static void meta_start(mcha_connection *base, mcha_request *queue, mcha_usec now,
	mcha_usec deadline)
{
	meta_connection *connection = from_base(base);
	const uint32_t generation = mcha_fork_generation();

	connection->unanswered = connection->unencoded = queue;
	connection->deadline = deadline;
	connection->reused = connection->state == META_READY;
	connection->answered_once = connection->token_sent = false;
	base->error[0] = '\0';
	base->error_errno = 0;
	base->closed_at_greeting = false;
	if (connection->fd >= 0 && connection->opened_by != generation) {
		connection->reused = false;
		/* the parent has the socket, too: the server does not see it closed */
		meta_drive_drop(connection);
	}
	connection->opened_by = generation;
	if (connection->reused && !is_at_rest(connection, now)) {
		base->was_lost = true;
		meta_drive_drop(connection);
	}
	if (deadline <= now) {
		refuse_queue(connection, MCHA_STATUS_NO_TIME, mcha_status_text(MCHA_STATUS_NO_TIME));
		return; /* the server would carry a request out after the caller was told that it failed */
	}
	connection->last_used = now;
	if (!take_buffers(connection)) {
		meta_drive_fail(connection, MCHA_STATUS_NO_MEMORY, 0);
		return;
	}
	if (connection->state == META_READY) {
		meta_drive_send(connection);
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
		meta_drive_send(connection);
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
	if ((connection->state == META_CONNECTING || connection->state == META_HANDSHAKING)
		&& connection->connect_until < connection->deadline) {
		return connection->connect_until;
	}
	return connection->deadline;
}

static void meta_cancel(mcha_connection *base)
{
	meta_connection *connection = from_base(base);

	meta_drive_drop(connection);
	connection->unanswered = connection->unencoded = NULL;
	meta_rest(base);
}

static short wanted_events(const meta_connection *connection)
{
	const bool writes = meta_tls_wants_write(connection);

	if (connection->state == META_READY) {
		return connection->vector_first < connection->vector_count || writes ? POLLIN | POLLOUT
																			 : POLLIN;
	}
	return connection->state == META_CONNECTING || writes ? POLLOUT : POLLIN;
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
	poll_for->events = wanted_events(connection);
	*until = give_up_time(connection);
	return true;
}

static void meta_advance(mcha_connection *base, short revents, mcha_usec now)
{
	meta_connection *connection = from_base(base);

	if (!connection->unanswered) {
		return;
	}
	if (connection->state == META_LOOKING_UP && revents) {
		meta_connect_end_lookup(connection);
		meta_drive_find_server(connection, now);
	} else if (connection->state == META_CONNECTING && revents) {
		meta_drive_finish_connecting(connection, meta_connect_finish(connection), now);
	} else if (connection->state == META_HANDSHAKING && revents) {
		meta_drive_finish_connecting(connection, meta_tls_go_on(connection), now);
	} else if (connection->state == META_READY && revents
		&& !meta_drive_read_and_send(connection, revents)) {
		return;
	}
	if (connection->unanswered && now >= give_up_time(connection)) {
		meta_drive_expire(connection, now);
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
	meta_drive_read(from_base(base), true);
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
