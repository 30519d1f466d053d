/* SPDX-License-Identifier: MIT */
/* Answers off the wire: each is matched to its request by order, and the dialect says what it means to
 * that request. Anything else closes the connection. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "meta_connection.h"
#include "engine/base/printable.h"

/* Refusals after which the server is known to be in step: it has read, or swallows, the value. */
static const struct {
	const char *text;
	mcha_status status;
} refusals[] = {
	{"SERVER_ERROR object too large for cache", MCHA_STATUS_TOO_BIG},
	{"SERVER_ERROR out of memory", MCHA_STATUS_NO_MEMORY},
	{"CLIENT_ERROR cannot increment or decrement non-numeric value", MCHA_STATUS_NOT_NUMERIC},
	{"SERVER_ERROR ", MCHA_STATUS_SERVER_ERROR},
	{"BUSY ", MCHA_STATUS_SERVER_ERROR},
	{"CLIENT_ERROR invalid flag", MCHA_STATUS_CLIENT_ERROR},
	{"CLIENT_ERROR invalid or duplicate flag", MCHA_STATUS_CLIENT_ERROR},
};

void meta_input_keep_text(meta_connection *connection, const mcha_meta_reply *reply)
{
	/* of a value's line the bytes are gone when the value has been read */
	mcha_printable(connection->base.error, sizeof(connection->base.error), reply->text ? reply->text : "",
		reply->text ? reply->text_length : 0);
}

mcha_status meta_input_refusal(meta_connection *connection, const mcha_meta_reply *reply)
{
	size_t i;

	meta_input_keep_text(connection, reply);
	for (i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
		size_t length = strlen(refusals[i].text);

		if (reply->text_length >= length && memcmp(reply->text, refusals[i].text, length) == 0) {
			return refusals[i].status;
		}
	}
	return MCHA_STATUS_PENDING;
}

/* The server's version decides what it can be asked. "1.6.18" -> 10618. */
unsigned meta_input_version(const meta_connection *connection)
{
	unsigned major = 0, minor = 0, patch = 0;

	if (sscanf(connection->base.server_version, "%3u.%3u.%3u", &major, &minor, &patch) < 2) {
		return 0;
	}
	return major * 10000 + minor * 100 + (patch > 99 ? 99 : patch);
}

#define MISS_ECHO_VERSION 10618

void meta_input_learn_version(meta_connection *connection, const mcha_meta_reply *reply)
{
	size_t skip = strlen("VERSION ");
	unsigned version;

	if (reply->text_length > skip) {
		mcha_printable(connection->base.server_version, sizeof(connection->base.server_version),
			reply->text + skip, reply->text_length - skip);
	}
	version = meta_input_version(connection);
	connection->echoes_on_miss = version >= MISS_ECHO_VERSION;
}

/* A line of the answer to "stats", which ends by END, or is an error line where there are none. */
static bool take_about(meta_connection *connection, const mcha_meta_reply *reply)
{
	if (reply->code == MCHA_META_STAT) {
		mcha_incarnation_read_line(&connection->base.about, reply->text, reply->text_length);
		return true;
	}
	connection->await_about = false;
	if (reply->code < MCHA_META_END) {
		meta_fail(connection, MCHA_STATUS_PROTOCOL, 0);
		return false;
	}
	return meta_output_flush(connection);
}

/* What memcached says to a connection beyond its limit, before it closes it. (memcached.c, conn_new) */
static bool is_connection_limit(const mcha_meta_reply *reply)
{
	static const char text[] = "ERROR Too many open connections";

	return reply->code == MCHA_META_ERROR && reply->text_length == strlen(text)
		&& memcmp(reply->text, text, strlen(text)) == 0;
}

/* The answers to "version", "stats" and "mn". False: the connection has failed. */
static bool greeted(meta_connection *connection, const mcha_meta_reply *reply)
{
	if (is_connection_limit(reply)) {
		meta_fail(connection, MCHA_STATUS_CONNECTION_LIMIT, 0);
		return false;
	}
	if (connection->await_version) {
		mcha_status status;

		connection->await_version = false;
		status = connection->dialect->greeted(connection, reply);
		if (status == MCHA_STATUS_OK) {
			return meta_output_flush(connection);
		}
		meta_fail(connection, status, 0);
		return false;
	}
	if (connection->await_about) {
		return take_about(connection, reply);
	}
	connection->await_noop = false;
	if (reply->code != MCHA_META_MN) {
		meta_fail(connection, MCHA_STATUS_SPEAKS_CLASSIC, 0);
		return false;
	}
	connection->base.known = true;
	return meta_output_flush(connection);
}

/* More than any server has to say of itself: a list that does not end is not one. */
#define STATS_MAX (4 << 20)

static bool reserve_stats(meta_connection *connection, size_t length)
{
	size_t capacity = connection->stats_capacity ? connection->stats_capacity : 4096;
	char *grown;

	if (length <= connection->stats_capacity) {
		return true;
	}
	while (capacity < length) {
		capacity *= 2;
	}
	grown = length <= STATS_MAX ? realloc(connection->stats, capacity) : NULL;
	if (!grown) {
		return false;
	}
	connection->stats = grown;
	connection->stats_capacity = capacity;
	return true;
}

/* The lines of one "stats" are gathered until its END. */
bool meta_input_gather(meta_connection *connection, const mcha_meta_reply *reply)
{
	size_t length = connection->stats_length + reply->text_length + 2;

	if (!reserve_stats(connection, length)) {
		return false;
	}
	memcpy(connection->stats + connection->stats_length, reply->text, reply->text_length);
	memcpy(connection->stats + length - 2, "\r\n", 2);
	connection->stats_length = length;
	return true;
}

void meta_input_reset(meta_connection *connection)
{
	free(connection->stats);
	connection->stats = NULL;
	connection->stats_length = connection->stats_capacity = 0;
}

/* Text answers (version, stats) become the reply's value. The fault, or OK. */
static mcha_status take_text(meta_connection *connection, mcha_request *request, const char *text,
		size_t length)
{
	char *value = connection->base.settings->allocator->allocate(length);

	if (!value) {
		return MCHA_STATUS_NO_MEMORY;
	}
	if (length) {
		memcpy(value, text, length);
	}
	value[length] = '\0';
	request->reply.value = value;
	request->reply.size = length;
	return MCHA_STATUS_OK;
}

mcha_status meta_input_take_text(meta_connection *connection, mcha_request *request,
		const mcha_meta_reply *reply)
{
	mcha_status status;

	if (reply->code == MCHA_META_VERSION) {
		meta_input_learn_version(connection, reply);
		return take_text(connection, request, connection->base.server_version,
			strlen(connection->base.server_version));
	}
	if (request->verb != MCHA_VERB_STATS) {
		return MCHA_STATUS_OK;
	}
	status = take_text(connection, request, connection->stats, connection->stats_length);
	meta_input_reset(connection);
	return status;
}

/* --- answers to a line of several keys: the values that there are, in the line's order, and END --- */

static void answer_until(meta_connection *connection, const mcha_request *end, mcha_status status)
{
	mcha_request *request;

	for (request = connection->unanswered; request != end; request = request->next) {
		if (request->reply.status == MCHA_STATUS_PENDING) {
			request->reply.status = status;
		}
	}
	connection->unanswered = request;
}

/* Whose key this is, of the line's requests that are left; NULL: nobody's. */
static mcha_request *find_in_line(mcha_request *request, const char *key, size_t length)
{
	for (;; request = request->next) {
		if (request->reply.status == MCHA_STATUS_PENDING && request->key_length == length
			&& memcmp(request->key, key, length) == 0) {
			return request;
		}
		if (request->line == MCHA_LINE_LAST) {
			return NULL;
		}
	}
}

static void end_line(meta_connection *connection, mcha_status status)
{
	mcha_request *last = connection->unanswered;

	while (last->line != MCHA_LINE_LAST) {
		last = last->next;
	}
	answer_until(connection, last->next, status);
	connection->line_begun = false;
}

static mcha_status refuse_line(meta_connection *connection, const mcha_meta_reply *reply)
{
	mcha_status status = MCHA_STATUS_PROTOCOL;

	meta_input_keep_text(connection, reply);
	if (!connection->line_begun && connection->dialect->refused_line) {
		status = connection->dialect->refused_line(connection, reply);
	}
	if (status == MCHA_STATUS_PROTOCOL) {
		return status;
	}
	end_line(connection, status);
	return MCHA_STATUS_OK;
}

/* Where values may come in any order, those of the line are left as they are until its END. */
static void answer_by_value(meta_connection *connection, mcha_request *request, mcha_meta_reply *reply)
{
	if (!connection->dialect->refused_line) {
		answer_until(connection, request, MCHA_STATUS_MISS);
	}
	connection->line_begun = true;
	request->reply.flags = reply->flags;
	request->reply.cas = reply->cas;
	request->reply.ttl = reply->ttl;
	request->reply.size = reply->size;
	if (request->want & MCHA_WANT_VALUE) {
		request->reply.value = reply->value;
		reply->value = NULL;
	} else {
		meta_input_release(connection, reply);
	}
	request->reply.status = MCHA_STATUS_OK;
}

/* The line's last request stays in the queue until END has come. */
static mcha_status answer_in_line(meta_connection *connection, mcha_meta_reply *reply)
{
	mcha_request *request;

	connection->answered_once = true;
	if (reply->code == MCHA_META_END && reply->text_length == strlen("END")) {
		end_line(connection, MCHA_STATUS_MISS);
		return MCHA_STATUS_OK;
	}
	if (reply->code != MCHA_META_VALUE) {
		return refuse_line(connection, reply);
	}
	request = find_in_line(connection->unanswered, reply->text, reply->text_length);
	if (!request) {
		return MCHA_STATUS_PROTOCOL;
	}
	answer_by_value(connection, request, reply);
	return MCHA_STATUS_OK;
}

void meta_input_skip(meta_connection *connection)
{
	while (connection->unanswered && connection->unanswered != connection->unencoded
		&& connection->unanswered->line == MCHA_LINE_OWN
		&& connection->unanswered->reply.status != MCHA_STATUS_PENDING) {
		connection->unanswered = connection->unanswered->next;
	}
}

/* Bytes that nobody asked for are as bad as those that do not fit what was asked. */
static mcha_status answer_if_asked(meta_connection *connection, mcha_meta_reply *reply)
{
	if (!connection->unanswered || connection->unanswered == connection->unencoded) {
		return MCHA_STATUS_PROTOCOL;
	}
	return connection->unanswered->line == MCHA_LINE_OWN ? connection->dialect->answer(connection, reply)
		: answer_in_line(connection, reply);
}

/* It is our memory, not the server's, but as little its fault as if it had refused: nobody else is
 * to keep away from it. */
static void fail_without_memory(meta_connection *connection)
{
	meta_fail(connection, MCHA_STATUS_NO_MEMORY, 0);
	snprintf(connection->base.error, sizeof(connection->base.error), "no memory for its answer");
}

void meta_input_release(meta_connection *connection, mcha_meta_reply *reply)
{
	if (reply->value) {
		connection->base.settings->allocator->release(reply->value);
		reply->value = NULL;
	}
}

/* Everything is answered. What has come behind that is for nobody, and not read: a value would be
 * allocated in memory that does not last until the connection is used again. */
static bool is_finished(meta_connection *connection)
{
	if (!mcha_meta_reader_is_empty(&connection->reader)) {
		meta_fail(connection, MCHA_STATUS_PROTOCOL, 0);
		return false;
	}
	if (!meta_output_is_done(connection)) {
		meta_drop(connection); /* refused by its line alone: the rest of the value is not sent */
		return false;
	}
	return true;
}

/* Everything that has been received. False: the connection has failed. */
static bool answer_all(meta_connection *connection)
{
	for (;;) {
		mcha_meta_reply reply;
		mcha_meta_progress progress = mcha_meta_reader_next(&connection->reader, &reply);
		mcha_status status;

		if (progress == MCHA_META_MORE) {
			return true;
		}
		if (progress == MCHA_META_NO_MEMORY) {
			fail_without_memory(connection);
			return false;
		}
		if (progress == MCHA_META_BAD) {
			meta_fail(connection, MCHA_STATUS_PROTOCOL, 0);
			return false;
		}
		if (connection->await_version || connection->await_about || connection->await_noop) {
			meta_input_release(connection, &reply);
			if (!greeted(connection, &reply)) {
				return false;
			}
			continue;
		}
		status = answer_if_asked(connection, &reply);
		if (status != MCHA_STATUS_OK) {
			meta_input_release(connection, &reply);
			if (status == MCHA_STATUS_NO_MEMORY) {
				fail_without_memory(connection);
			} else {
				meta_fail(connection, status, 0);
			}
			return false;
		}
		meta_input_skip(connection);
		if (!connection->unanswered) {
			return is_finished(connection);
		}
	}
}

/* A sleep that is over costs a wake-up, which on one machine takes longer than the server's answer;
 * looking in the meantime costs the processor. */
static ssize_t look_then_sleep(const meta_connection *connection, struct msghdr *message)
{
	mcha_usec patience = connection->base.settings->busy_poll;

	if (patience) {
		patience += mcha_clock_now();
		do {
			ssize_t bytes = recvmsg(connection->fd, message, MSG_DONTWAIT);

			if (bytes >= 0 || (errno != EAGAIN && errno != EWOULDBLOCK)) {
				return bytes;
			}
		} while (mcha_clock_now() < patience);
	}
	return recvmsg(connection->fd, message, 0);
}

bool meta_input_receive(meta_connection *connection, bool sleep)
{
	for (;;) {
		struct iovec space[2];
		int count = mcha_meta_reader_space(&connection->reader, space);
		size_t room = space[0].iov_len + (count > 1 ? space[1].iov_len : 0);
		struct msghdr message = {.msg_iov = space, .msg_iovlen = (size_t)count};
		ssize_t bytes = sleep ? look_then_sleep(connection, &message)
			: recvmsg(connection->fd, &message, MSG_DONTWAIT);

		sleep = false;
		if (bytes < 0 && errno == EINTR) {
			continue;
		}
		if (bytes < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
			return true;
		}
		if (bytes <= 0) {
			meta_fail(connection, bytes == 0 || errno == ECONNRESET
				? MCHA_STATUS_CLOSED : MCHA_STATUS_IO, bytes == 0 ? 0 : errno);
			return false;
		}
		connection->base.moved = true;
		mcha_meta_reader_received(&connection->reader, (size_t)bytes);
		if (!answer_all(connection)) {
			return false;
		}
		/* a short read emptied the socket; asking again would only be told so */
		if ((size_t)bytes < room || !connection->unanswered) {
			return true;
		}
	}
}
