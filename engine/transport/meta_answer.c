/* SPDX-License-Identifier: MIT */
/* Parts of answers that both dialects have: error lines, the server's version, statistics, and
 * texts that become a reply's value. */
#include "meta_answer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/printable.h"

/* Refusals after which the server is known to be in step: it has read the request's value, or reads
 * and drops it. */
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

void meta_answer_keep_error(meta_connection *connection, const mcha_meta_reply *reply)
{
	/* (the reader overwrites a value's line while it reads the value) */
	mcha_printable(connection->base.error, sizeof(connection->base.error),
		reply->text ? reply->text : "", reply->text ? reply->text_length : 0);
}

mcha_status meta_answer_refusal(meta_connection *connection, const mcha_meta_reply *reply)
{
	size_t i;

	meta_answer_keep_error(connection, reply);
	for (i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
		size_t length = strlen(refusals[i].text);

		if (reply->text_length >= length && memcmp(reply->text, refusals[i].text, length) == 0) {
			return refusals[i].status;
		}
	}
	return MCHA_STATUS_PENDING;
}

unsigned meta_answer_version(const meta_connection *connection)
{
	unsigned major = 0, minor = 0, patch = 0;

	if (sscanf(connection->base.server_version, "%3u.%3u.%3u", &major, &minor, &patch) < 2) {
		return 0;
	}
	return major * 10000 + minor * 100 + (patch > 99 ? 99 : patch);
}

#define MISS_ECHO_VERSION 10618 /* memcached repeats the opaque token in EN from here on */

void meta_answer_keep_version(meta_connection *connection, const mcha_meta_reply *reply)
{
	size_t skip = strlen("VERSION ");

	if (reply->text_length > skip) {
		mcha_printable(connection->base.server_version, sizeof(connection->base.server_version),
			reply->text + skip, reply->text_length - skip);
	}
	connection->echoes_on_miss = meta_answer_version(connection) >= MISS_ECHO_VERSION;
}

/* No server has so much to say of itself: a longer list does not end. */
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

bool meta_answer_gather(meta_connection *connection, const mcha_meta_reply *reply)
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

void meta_answer_forget(meta_connection *connection)
{
	free(connection->stats);
	connection->stats = NULL;
	connection->stats_length = connection->stats_capacity = 0;
}

/* Copies the text into the reply's value. */
static mcha_status copy_text(meta_connection *connection, mcha_request *request, const char *text,
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

mcha_status meta_answer_copy_text(meta_connection *connection, mcha_request *request,
	const mcha_meta_reply *reply)
{
	mcha_status status;

	if (reply->code == MCHA_META_VERSION) {
		meta_answer_keep_version(connection, reply);
		return copy_text(connection, request, connection->base.server_version,
			strlen(connection->base.server_version));
	}
	status = copy_text(connection, request, connection->stats, connection->stats_length);
	meta_answer_forget(connection);
	return status;
}
