/* SPDX-License-Identifier: MIT */
/* Writes requests to the socket: gathers lines and values into vectors, and sends them without
 * copying a value. Never reads, and leaves to the caller what becomes of a connection that takes no
 * more. */
#include "meta_output.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "dialect.h"
#include "engine/base/seldom.h"
#include "engine/protocol/meta_encode.h"
#include "meta_tls.h"

/* Appends bytes to the vectors; lengthens the last vector where they lie right behind it. */
static void append_bytes(meta_connection *connection, const char *bytes, size_t length)
{
	if (connection->vector_count > connection->vector_first) {
		struct iovec *last = &connection->buffers->vectors[connection->vector_count - 1];

		if ((char *)last->iov_base + last->iov_len == bytes) {
			last->iov_len += length;
			return;
		}
	}
	connection->buffers->vectors[connection->vector_count].iov_base = (void *)bytes;
	connection->buffers->vectors[connection->vector_count++].iov_len = length;
}

static void append_line(meta_connection *connection, const char *line, size_t length)
{
	char *place = connection->buffers->lines + connection->lines_used;

	memcpy(place, line, length);
	connection->lines_used += length;
	append_bytes(connection, place, length);
}

/* memcached takes the first "set" of a connection for a login, whatever its key. A server that
 * asks for no login stores it as an item, whose life has ended at once, so that no client can read
 * the password. */
static void append_login(meta_connection *connection, const char *login)
{
	char line[48];
	int length = snprintf(line, sizeof(line), "set mcha.login 0 -1 %zu\r\n", strlen(login));

	append_line(connection, line, (size_t)length);
	append_line(connection, login, strlen(login));
	append_line(connection, "\r\n", 2);
	connection->await_login = true;
}

void meta_output_greet(meta_connection *connection, bool with_stats, bool with_noop)
{
	if (connection->base.settings->login) {
		append_login(connection, connection->base.settings->login);
	}
	if (connection->greets_by_get) {
		append_line(connection, "get mcha.is.there\r\n", strlen("get mcha.is.there\r\n"));
	} else {
		append_line(connection, "version\r\n", strlen("version\r\n"));
	}
	if (with_stats) {
		append_line(connection, "stats\r\n", strlen("stats\r\n"));
	}
	if (with_noop && !connection->greets_by_get) {
		append_line(connection, "mn\r\n", strlen("mn\r\n"));
	}
	connection->await_version = true;
	connection->await_about = with_stats;
	connection->await_noop = with_noop;
}

_Static_assert(MCHA_META_SHARED_MAX >= 2 * MCHA_META_LINE_MAX, "the longest line is a shared one");

/* When memcached 1.6 has read the end of a value that it had a part of, it waits for the socket,
 * although OpenSSL may hold more of the same record: then it never answers what is there. So a
 * record ends where a request ends: several requests share one, or one has several to itself. */
static MCHA_SELDOM bool fits_record(const meta_connection *connection)
{
	const size_t used = connection->lines_used + connection->values_used;

	return used == 0
		|| used + MCHA_META_SHARED_MAX + connection->unencoded->value_length
		<= MCHA_TLS_RECORD_BYTES;
}

/* For a request's line and the line behind its value, or for a shared line. */
static bool has_room(const meta_connection *connection)
{
	return connection->lines_used + MCHA_META_SHARED_MAX <= META_LINES_BYTES
		&& connection->vector_count + 3 <= META_VECTORS
		&& (!connection->tls || fits_record(connection));
}

static void encode_request(meta_connection *connection, mcha_request *request)
{
	char *line = connection->buffers->lines + connection->lines_used;
	size_t length = connection->dialect->encode(connection, request, line);

	connection->unencoded = request->next;
	request->line = MCHA_LINE_OWN;
	if (length == 0) {
		request->reply.status = MCHA_STATUS_UNSUPPORTED;
		meta_connection_skip_answered(connection);
		return;
	}
	connection->lines_used += length;
	append_bytes(connection, line, length);
	if (mcha_meta_has_value(request)) {
		if (request->value_length) {
			append_bytes(connection, request->value, request->value_length);
			connection->values_used += request->value_length;
		}
		line = connection->buffers->lines + connection->lines_used;
		length = connection->dialect->encode_end(request, line);
		connection->lines_used += length;
		append_bytes(connection, line, length);
	}
}

static void encode_shared(meta_connection *connection, size_t count, const char *word)
{
	char *line = connection->buffers->lines + connection->lines_used;
	size_t length;

	connection->unencoded = mcha_meta_encode_shared(connection->unencoded, count, word, line,
		&length);
	connection->lines_used += length;
	append_bytes(connection, line, length);
}

/* A server that does not speak the protocol could read a value as commands. A server that hangs
 * carries a request out when it goes on, long after this client has told the caller that the
 * request failed. Neither can happen to a request that is sent after the server has answered the
 * greeting on this connection. */
static bool waits_for_greeting(const meta_connection *connection, const mcha_request *request)
{
	/* (the text protocol's greeting ends with "stats", not with a no-op: a proxy may close the
	 * connection at "stats") */
	return (connection->await_login || connection->await_version
			   || (connection->await_about && !connection->dialect->detected))
		&& (mcha_meta_has_value(request) || !mcha_request_is_idempotent(request));
}

/* Encodes as many requests as there is room for; none while the server has to answer the greeting
 * first. */
static void encode_more(meta_connection *connection)
{
	if (connection->vector_first == connection->vector_count) {
		connection->vector_first = connection->vector_count = 0;
		connection->lines_used = connection->values_used = 0;
	}
	if (connection->await_noop) {
		return;
	}
	while (connection->unencoded && has_room(connection)
		&& !waits_for_greeting(connection, connection->unencoded)) {
		const char *word;
		size_t count = connection->dialect->count_shared(connection, &word);

		if (count) {
			encode_shared(connection, count, word);
		} else {
			encode_request(connection, connection->unencoded);
		}
	}
}

/* Takes the bytes that the socket took off the vectors. */
static void drop_sent(meta_connection *connection, size_t bytes)
{
	while (bytes) {
		struct iovec *vector = &connection->buffers->vectors[connection->vector_first];

		if (bytes < vector->iov_len) {
			vector->iov_base = (char *)vector->iov_base + bytes;
			vector->iov_len -= bytes;
			return;
		}
		bytes -= vector->iov_len;
		connection->vector_first++;
	}
}

/* One sendmsg. DONE: it took all vectors; NEED_WRITE: the socket is full. */
static meta_outcome send_vectors(meta_connection *connection)
{
	struct msghdr message = {
		.msg_iov = connection->buffers->vectors + connection->vector_first,
		.msg_iovlen = connection->vector_count - connection->vector_first,
	};
	ssize_t bytes;

	do {
		bytes = meta_tls_send(connection, &message);
	} while (bytes < 0 && errno == EINTR);
	if (bytes >= 0) {
		drop_sent(connection, (size_t)bytes);
		return meta_outcome_of(connection->vector_first < connection->vector_count ? META_NEED_WRITE
																				   : META_DONE);
	}
	if (errno == EAGAIN || errno == EWOULDBLOCK) {
		return meta_outcome_of(META_NEED_WRITE);
	}
	if (connection->tls) {
		return meta_tls_fail(connection);
	}
	return meta_outcome_failed(errno == EPIPE || errno == ECONNRESET ? MCHA_STATUS_CLOSED
																	 : MCHA_STATUS_IO,
		errno);
}

meta_outcome meta_output_send(meta_connection *connection)
{
	meta_outcome outcome;

	do {
		encode_more(connection);
		if (connection->vector_first == connection->vector_count) {
			return meta_outcome_of(META_DONE);
		}
		outcome = send_vectors(connection);
	} while (outcome.step == META_DONE && connection->unencoded);
	return outcome;
}
