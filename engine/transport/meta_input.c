/* SPDX-License-Identifier: MIT */
/* Reads answers: receives what the server has sent, and gives each answer to its request. The order
 * of the queue says which request that is; the dialect says what the answer means to it. Any other
 * answer fails the connection. Never sends, and leaves to the caller what becomes of a connection
 * that failed. */
#include "meta_input.h"

#include <errno.h>
#include <string.h>

#include "dialect.h"
#include "engine/base/seldom.h"
#include "meta_answer.h"
#include "meta_shared_line.h"
#include "meta_tls.h"

/* --- the greeting ----------------------------------------------------------------------------- */

/* What memcached says to a connection beyond its limit, before it closes it. (memcached.c,
 * conn_new) */
static bool is_connection_limit(const mcha_meta_reply *reply)
{
	static const char text[] = "ERROR Too many open connections";

	return reply->code == MCHA_META_ERROR && reply->text_length == strlen(text)
		&& memcmp(reply->text, text, strlen(text)) == 0;
}

/* What memcached -Y says to a client that has not logged in, or by a wrong password. */
static bool is_unauthenticated(const mcha_meta_reply *reply)
{
	static const char text[] = "CLIENT_ERROR unauthenticated";

	return reply->code == MCHA_META_CLIENT_ERROR && reply->text_length == strlen(text)
		&& memcmp(reply->text, text, strlen(text)) == 0;
}

static mcha_status answer_login(meta_connection *connection, const mcha_meta_reply *reply)
{
	connection->await_login = false;
	return reply->code == MCHA_META_STORED ? MCHA_STATUS_OK : MCHA_STATUS_AUTH;
}

static mcha_status answer_version(meta_connection *connection, const mcha_meta_reply *reply)
{
	connection->await_version = false;
	return connection->dialect->greeted(connection, reply);
}

/* A line of the answer to "stats", which ends by END, or is an error line where the server has no
 * statistics. */
static mcha_status answer_about(meta_connection *connection, const mcha_meta_reply *reply)
{
	if (reply->code == MCHA_META_STAT) {
		mcha_incarnation_read_line(&connection->base.about, reply->text, reply->text_length);
		return MCHA_STATUS_OK;
	}
	connection->await_about = false;
	return reply->code < MCHA_META_END ? MCHA_STATUS_PROTOCOL : MCHA_STATUS_OK;
}

static mcha_status answer_noop(meta_connection *connection, const mcha_meta_reply *reply)
{
	connection->await_noop = false;
	connection->base.known = connection->base.known || reply->code == MCHA_META_MN;
	return reply->code == MCHA_META_MN ? MCHA_STATUS_OK : MCHA_STATUS_SPEAKS_CLASSIC;
}

static mcha_status answer_part_of_greeting(meta_connection *connection,
	const mcha_meta_reply *reply)
{
	if (is_connection_limit(reply)) {
		return MCHA_STATUS_CONNECTION_LIMIT;
	}
	if (is_unauthenticated(reply)) {
		return MCHA_STATUS_AUTH;
	}
	if (connection->await_login) {
		return answer_login(connection, reply);
	}
	if (connection->await_version) {
		return answer_version(connection, reply);
	}
	return connection->await_about ? answer_about(connection, reply)
								   : answer_noop(connection, reply);
}

/* Requests may wait for the answer to each part of the greeting. */
static MCHA_SELDOM meta_outcome answer_greeting(meta_connection *connection, mcha_meta_reply *reply)
{
	mcha_status status;

	meta_answer_release(connection, reply);
	status = answer_part_of_greeting(connection, reply);
	if (status != MCHA_STATUS_OK) {
		return meta_outcome_failed(status, 0);
	}
	return meta_outcome_of(reply->code == MCHA_META_STAT ? META_AGAIN : META_NEED_WRITE);
}

/* --- requests --------------------------------------------------------------------------------- */

/* Bytes that no request asked for are as bad as an answer that does not fit the request. */
static mcha_status answer_if_asked(meta_connection *connection, mcha_meta_reply *reply)
{
	if (!connection->unanswered || connection->unanswered == connection->unencoded) {
		return MCHA_STATUS_PROTOCOL;
	}
	return connection->unanswered->line == MCHA_LINE_OWN
		? connection->dialect->answer(connection, reply)
		: meta_shared_line_answer(connection, reply);
}

static meta_outcome answer_request(meta_connection *connection, mcha_meta_reply *reply)
{
	mcha_status status = answer_if_asked(connection, reply);

	if (status != MCHA_STATUS_OK) {
		meta_answer_release(connection, reply);
		return meta_outcome_failed(status, 0);
	}
	meta_connection_skip_answered(connection);
	if (connection->unanswered) {
		return meta_outcome_of(META_AGAIN);
	}
	/* What has come behind the last answer is not read: a value would be allocated in memory that
	 * does not last until the connection is used again. */
	return mcha_meta_reader_is_empty(&connection->reader)
		? meta_outcome_of(META_DONE)
		: meta_outcome_failed(MCHA_STATUS_PROTOCOL, 0);
}

static meta_outcome answer_next(meta_connection *connection)
{
	mcha_meta_reply reply;

	switch (mcha_meta_reader_next(&connection->reader, &reply)) {
	case MCHA_META_MORE:
		return meta_outcome_of(META_NEED_READ);
	case MCHA_META_BAD:
		return meta_outcome_failed(MCHA_STATUS_PROTOCOL, 0);
	case MCHA_META_NO_MEMORY:
		return meta_outcome_failed(MCHA_STATUS_NO_MEMORY, 0);
	default:
		return meta_connection_awaits_greeting(connection) ? answer_greeting(connection, &reply)
														   : answer_request(connection, &reply);
	}
}

/* Gives what was received to the requests. */
static meta_outcome answer_received(meta_connection *connection)
{
	meta_outcome outcome;

	do {
		outcome = answer_next(connection);
	} while (outcome.step == META_AGAIN);
	return outcome;
}

/* --- the socket ------------------------------------------------------------------------------- */

/* To end a sleep takes a wake-up, which on one machine takes longer than the server's answer;
 * looking for the answer in the meantime costs processor time. */
static ssize_t look_then_sleep(const meta_connection *connection, struct msghdr *message)
{
	mcha_usec patience = connection->base.settings->busy_poll;

	if (patience) {
		patience += mcha_clock_now();
		do {
			ssize_t bytes = meta_tls_receive(connection, message, false);

			if (bytes >= 0 || (errno != EAGAIN && errno != EWOULDBLOCK)) {
				return bytes;
			}
		} while (mcha_clock_now() < patience);
	}
	return meta_tls_receive(connection, message, true);
}

/* DONE: bytes came; NEED_READ: none are there. */
static meta_outcome receive_bytes(meta_connection *connection, bool sleep)
{
	struct iovec space[2];
	int count = mcha_meta_reader_space(&connection->reader, space);
	size_t room = space[0].iov_len + (count > 1 ? space[1].iov_len : 0);
	struct msghdr message = {.msg_iov = space, .msg_iovlen = (size_t)count};
	ssize_t bytes = sleep ? look_then_sleep(connection, &message)
						  : meta_tls_receive(connection, &message, false);

	while (bytes < 0 && errno == EINTR) {
		bytes = meta_tls_receive(connection, &message, false);
	}
	if (bytes > 0) {
		connection->base.moved = true;
		connection->filled_up = (size_t)bytes == room || meta_tls_has_failed(connection);
		mcha_meta_reader_received(&connection->reader, (size_t)bytes);
		return meta_outcome_of(META_DONE);
	}
	if (bytes == 0) {
		return meta_outcome_failed(MCHA_STATUS_CLOSED, 0);
	}
	if (errno == EAGAIN || errno == EWOULDBLOCK) {
		return meta_outcome_of(META_NEED_READ);
	}
	if (connection->tls) {
		return meta_tls_fail(connection);
	}
	return meta_outcome_failed(errno == ECONNRESET ? MCHA_STATUS_CLOSED : MCHA_STATUS_IO, errno);
}

/* Gives what was received to the requests. Receives before that, if told to, and as long as a
 * receiving left no room: one that left room has emptied the socket. */
static meta_outcome read_on(meta_connection *connection, bool receive, bool sleep)
{
	for (;;) {
		meta_outcome outcome = receive ? receive_bytes(connection, sleep)
									   : meta_outcome_of(META_DONE);

		if (outcome.step != META_DONE) {
			return outcome;
		}
		outcome = answer_received(connection);
		if (outcome.step != META_NEED_READ || !connection->filled_up || !connection->unanswered) {
			return outcome;
		}
		receive = true;
		sleep = false;
	}
}

meta_outcome meta_input_read(meta_connection *connection, bool sleep)
{
	return read_on(connection, true, sleep);
}

meta_outcome meta_input_go_on(meta_connection *connection)
{
	return read_on(connection, false, false);
}
