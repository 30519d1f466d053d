/* SPDX-License-Identifier: MIT */
/* Requests onto the wire: lines and values gathered into vectors, sent without copying a value. */
#include <errno.h>
#include <string.h>

#include "meta_connection.h"

/* Appends bytes to the vectors, to the last one where they lie behind it. */
static void append(meta_connection *connection, const char *bytes, size_t length)
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
	append(connection, place, length);
}

void meta_output_greet(meta_connection *connection, bool with_stats, bool with_noop)
{
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

/* A request's line and the one behind its value, or a shared one. */
_Static_assert(MCHA_META_SHARED_MAX >= 2 * MCHA_META_LINE_MAX, "the longest line is a shared one");

static bool has_room(const meta_connection *connection)
{
	return connection->lines_used + MCHA_META_SHARED_MAX <= META_LINES_BYTES
		&& connection->vector_count + 3 <= META_VECTORS;
}

static void encode(meta_connection *connection, mcha_request *request)
{
	char *line = connection->buffers->lines + connection->lines_used;
	size_t length;

	length = connection->dialect->encode(connection, request, line);
	connection->unencoded = request->next;
	request->line = MCHA_LINE_OWN;
	if (length == 0) {
		request->reply.status = MCHA_STATUS_UNSUPPORTED;
		meta_input_skip(connection);
		return;
	}
	connection->lines_used += length;
	append(connection, line, length);
	if (mcha_meta_has_value(request)) {
		if (request->value_length) {
			append(connection, request->value, request->value_length);
		}
		line = connection->buffers->lines + connection->lines_used;
		length = connection->dialect->encode_end(request, line);
		connection->lines_used += length;
		append(connection, line, length);
	}
}

static void encode_shared(meta_connection *connection, size_t count, const char *word)
{
	char *line = connection->buffers->lines + connection->lines_used;
	size_t length;

	connection->unencoded = mcha_meta_encode_shared(connection->unencoded, count, word, line, &length);
	connection->lines_used += length;
	append(connection, line, length);
}

/* A server that is not what it was taken for could read a value as commands; and a request that was
 * sent to a server that hangs is carried out when it goes on, long after its caller was told that it
 * failed. Neither can happen to what is sent after the greeting was answered on this connection. */
static bool waits_for_greeting(const meta_connection *connection, const mcha_request *request)
{
	/* (the text protocol has no no-op at the end of its greeting: a proxy may close the connection at "stats") */
	return (connection->await_version || (connection->await_about && !connection->dialect->detected))
		&& (mcha_meta_has_value(request) || !mcha_request_is_idempotent(request));
}

/* As many requests as there is room for; none while the greeting has to be answered first. */
static void encode_more(meta_connection *connection)
{
	if (connection->vector_first == connection->vector_count) {
		connection->vector_first = connection->vector_count = 0;
		connection->lines_used = 0;
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
			encode(connection, connection->unencoded);
		}
	}
}

static void sent(meta_connection *connection, size_t bytes)
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

/* The server has closed the connection: what it answered before that still counts. */
static void send_failed(meta_connection *connection, int error)
{
	bool closed = error == EPIPE || error == ECONNRESET;

	if (!closed || meta_input_receive(connection, false)) {
		meta_fail(connection, closed ? MCHA_STATUS_CLOSED : MCHA_STATUS_IO, error);
	}
}

bool meta_output_flush(meta_connection *connection)
{
	for (;;) {
		struct msghdr message = {0};
		ssize_t bytes;

		encode_more(connection);
		if (connection->vector_first == connection->vector_count) {
			return true;
		}
		message.msg_iov = connection->buffers->vectors + connection->vector_first;
		message.msg_iovlen = connection->vector_count - connection->vector_first;
		bytes = sendmsg(connection->fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
		if (bytes < 0) {
			if (errno == EINTR) {
				continue;
			}
			if (errno == EAGAIN || errno == EWOULDBLOCK) {
				return true;
			}
			send_failed(connection, errno);
			return false;
		}
		sent(connection, (size_t)bytes);
		if (connection->vector_first < connection->vector_count) {
			return true; /* the socket is full */
		}
	}
}
