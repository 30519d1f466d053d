/* SPDX-License-Identifier: MIT */
/* Asks for statistics. libmemcached takes the server's lines apart; this file puts them together
 * again, so that the caller gets the same lines from every transport. */
#include "classic_stats.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "classic_session.h"
#include "classic_status.h"

#define LINE_EXTRA (sizeof("STAT  \r\n")) /* around the name and the value, and a NUL */

static bool reserve_lines(classic_connection *connection, size_t more)
{
	size_t capacity = connection->lines_capacity ? connection->lines_capacity : 4096;
	char *grown;

	while (capacity - connection->lines_length < more) {
		capacity *= 2;
	}
	if (capacity == connection->lines_capacity) {
		return true;
	}
	grown = realloc(connection->lines, capacity);
	if (!grown) {
		return false;
	}
	connection->lines = grown;
	connection->lines_capacity = capacity;
	return true;
}

static memcached_return_t gather_line(const memcached_instance_st *server, const char *name,
	size_t name_length, const char *value, size_t value_length, void *context)
{
	classic_connection *connection = context;

	(void)server;
	if (!reserve_lines(connection, name_length + value_length + LINE_EXTRA)) {
		return MEMCACHED_MEMORY_ALLOCATION_FAILURE;
	}
	connection->lines_length += sprintf(connection->lines + connection->lines_length,
		"STAT %.*s %.*s\r\n", (int)name_length, name, (int)value_length, value);
	return MEMCACHED_SUCCESS;
}

/* libmemcached understands STAT lines only. The server answers "reset" with other words and
 * "cachedump" with other lines, so the connection is dropped after every question with a kind, even
 * if its stream seems to be in step. Lines that are no STAT lines are left out of the result, and
 * do not count as a fault of the server. */
static mcha_status ask_kind(classic_connection *connection, const mcha_request *request)
{
	char kind[MCHA_KEY_MAX + 1];
	memcached_return_t code;
	mcha_status status;

	memcpy(kind, request->key, request->key_length);
	kind[request->key_length] = '\0';
	code = memcached_stat_execute(connection->memcached, kind, gather_line, connection);
	status = classic_judge_noted(connection, MCHA_VERB_STATS, code);
	if (status == MCHA_STATUS_PROTOCOL) {
		connection->base.error[0] = '\0';
		status = MCHA_STATUS_OK;
	}
	classic_drop(connection);
	return status;
}

mcha_status classic_stats(classic_connection *connection, mcha_request *request)
{
	mcha_status status;

	if (request->key_length > MCHA_KEY_MAX) {
		return MCHA_STATUS_INVALID;
	}
	connection->lines_length = 0;
	status = classic_ready_connected(connection);
	if (status != MCHA_STATUS_OK) {
		return status;
	}
	status = request->key_length
		? ask_kind(connection, request)
		: classic_judge_noted(connection, MCHA_VERB_STATS,
			memcached_stat_execute(connection->memcached, NULL, gather_line, connection));
	if (status == MCHA_STATUS_OK
		&& !classic_give(connection, &request->reply, connection->lines,
			connection->lines_length)) {
		return MCHA_STATUS_NO_MEMORY;
	}
	return status;
}
