/* SPDX-License-Identifier: MIT */
/* Answers to a line of several keys: the server sends the values that it has, then END. The
 * requests of the line whose values did not come are misses. */
#include "meta_shared_line.h"

#include <string.h>

#include "dialect.h"
#include "meta_answer.h"

/* Answers the unanswered requests up to end (which is not included) that had no value. */
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

/* The unanswered request of the line, from this one on, that asked for the key; NULL: none did. */
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

/* Answers all requests of the line that had no value. */
static void end_line(meta_connection *connection, mcha_status status)
{
	mcha_request *last = connection->unanswered;

	while (last->line != MCHA_LINE_LAST) {
		last = last->next;
	}
	answer_until(connection, last->next, status);
	connection->line_begun = false;
}

/* The server answers the line by another word than VALUE or END. */
static mcha_status refuse_line(meta_connection *connection, const mcha_meta_reply *reply)
{
	mcha_status status = MCHA_STATUS_PROTOCOL;

	meta_answer_keep_error(connection, reply);
	if (!connection->line_begun && connection->dialect->refused_line) {
		status = connection->dialect->refused_line(connection, reply);
	}
	if (status == MCHA_STATUS_PROTOCOL) {
		return status;
	}
	end_line(connection, status);
	return MCHA_STATUS_OK;
}

/* Where values come in the line's order, requests before this one are misses; where they may come
 * in any order, those requests wait for the line's END. */
static void answer_by_value(meta_connection *connection, mcha_request *request,
	mcha_meta_reply *reply)
{
	if (!connection->dialect->refused_line) {
		answer_until(connection, request, MCHA_STATUS_MISS);
	}
	connection->line_begun = true;
	meta_answer_take_metadata(request, reply);
	if (request->want & MCHA_WANT_VALUE) {
		request->reply.value = reply->value;
		reply->value = NULL;
	} else {
		meta_answer_release(connection, reply);
	}
	request->reply.status = MCHA_STATUS_OK;
}

/* The line's last request stays in the queue until END has come. */
mcha_status meta_shared_line_answer(meta_connection *connection, mcha_meta_reply *reply)
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
