/* SPDX-License-Identifier: MIT */
/* Prepares a connection for a call of libmemcached: creates its memcached_st, sets options,
 * credentials and the server's address, and divides the remaining time among libmemcached's clocks.
 * Called by get, the verbs and stats before each of their calls. */
#include "classic_session.h"

#include <stdio.h>

#include "classic_address.h"
#include "classic_status.h"

/* Sets before the first connect whatever would close an open connection if it were set later. */
static void set_behaviors(classic_connection *connection)
{
	const mcha_transport_settings *settings = connection->base.settings;
	const struct {
		memcached_behavior_t behavior;
		int value; /* 0: libmemcached's default stays */
	} table[] = {
		{MEMCACHED_BEHAVIOR_BINARY_PROTOCOL, true},
		{MEMCACHED_BEHAVIOR_TCP_NODELAY, settings->no_delay},
		{MEMCACHED_BEHAVIOR_TCP_KEEPALIVE, settings->keepalive},
		{MEMCACHED_BEHAVIOR_SOCKET_SEND_SIZE, settings->send_buffer},
		{MEMCACHED_BEHAVIOR_SOCKET_RECV_SIZE, settings->receive_buffer},
	};
	size_t i;

	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		if (table[i].value > 0) {
			memcached_behavior_set(connection->memcached, table[i].behavior, table[i].value);
		}
	}
}

static memcached_return_t set_credentials(classic_connection *connection)
{
	const mcha_transport_settings *settings = connection->base.settings;

	if (!settings->username) {
		return MEMCACHED_SUCCESS;
	}
#if defined(LIBMEMCACHED_WITH_SASL_SUPPORT) && LIBMEMCACHED_WITH_SASL_SUPPORT
	return memcached_set_sasl_auth_data(connection->memcached, settings->username,
		settings->password ? settings->password : "");
#else
	return MEMCACHED_AUTH_PROBLEM;
#endif
}

static memcached_return_t add_server(classic_connection *connection)
{
	const mcha_connection *base = &connection->base;
	char host[MCHA_HOST_MAX + 1];

	if (mcha_endpoint_is_unix(base->endpoint)) {
		return memcached_server_add_unix_socket(connection->memcached, base->endpoint->host);
	}
	if (!classic_address(base->endpoint, base->settings, connection->deadline, host)) {
		return MEMCACHED_HOST_LOOKUP_FAILURE;
	}
	return memcached_server_add(connection->memcached, host, base->endpoint->port);
}

static mcha_status create_memcached(classic_connection *connection)
{
	memcached_return_t code;

	connection->memcached = memcached_create(NULL);
	if (!connection->memcached) {
		return classic_fault(connection, MCHA_STATUS_CONNECT, MEMCACHED_MEMORY_ALLOCATION_FAILURE);
	}
	memcached_result_create(connection->memcached, &connection->result);
	set_behaviors(connection);
	code = set_credentials(connection);
	if (code == MEMCACHED_SUCCESS) {
		code = add_server(connection);
	}
	return code == MEMCACHED_SUCCESS
		? MCHA_STATUS_OK
		: classic_fault(connection,
			code == MEMCACHED_HOST_LOOKUP_FAILURE ? MCHA_STATUS_UNRESOLVED : MCHA_STATUS_CONNECT,
			code);
}

/* --- the clocks ----------------------------------------------------------------------------- */

/* libmemcached's unit, rounded up: at a timeout of 0 libmemcached would not wait at all. */
static uint64_t to_milliseconds(mcha_usec span)
{
	mcha_usec rounded = (span + MCHA_USEC_PER_MSEC - 1) / MCHA_USEC_PER_MSEC;

	if (rounded < 1) {
		return 1;
	}
	return rounded > INT32_MAX ? INT32_MAX : (uint64_t)rounded;
}

/* Within one call, libmemcached waits on one clock for the connect and on another one for the
 * answer: the two together get the remaining time. The connect gets at most half of it, as the
 * answer takes about as long as the connect. */
static void set_clocks(classic_connection *connection, mcha_usec rest)
{
	mcha_usec connect = 0;

	if (!connection->open && !mcha_endpoint_is_unix(connection->base.endpoint)) {
		connect = connection->base.settings->connect_timeout;
		if (connect <= 0 || connect > rest / 2) {
			connect = rest / 2;
		}
		memcached_behavior_set(connection->memcached, MEMCACHED_BEHAVIOR_CONNECT_TIMEOUT,
			to_milliseconds(connect));
	}
	memcached_behavior_set(connection->memcached, MEMCACHED_BEHAVIOR_POLL_TIMEOUT,
		to_milliseconds(rest - connect));
}

mcha_status classic_ready(classic_connection *connection)
{
	mcha_usec rest = connection->deadline - mcha_clock_now();

	if (rest <= 0) {
		return classic_fault(connection, MCHA_STATUS_TIMEOUT, MEMCACHED_TIMEOUT);
	}
	if (!connection->memcached) {
		mcha_status status = create_memcached(connection);

		if (status != MCHA_STATUS_OK) {
			return status;
		}
		rest = connection->deadline - mcha_clock_now(); /* resolving the name took time */
		if (rest <= 0) {
			return classic_fault(connection, MCHA_STATUS_TIMEOUT, MEMCACHED_TIMEOUT);
		}
	}
	set_clocks(connection, rest);
	return MCHA_STATUS_OK;
}

/* --- connecting by a question --------------------------------------------------------------- */

static bool keep_version(classic_connection *connection)
{
	const memcached_instance_st *server =
		memcached_server_instance_by_position(connection->memcached, 0);
	unsigned major = memcached_server_major_version(server);

	if (major == UINT8_MAX) {
		return false; /* the server answered, but not with a version */
	}
	snprintf(connection->base.server_version, sizeof(connection->base.server_version), "%u.%u.%u",
		major, memcached_server_minor_version(server), memcached_server_micro_version(server));
	return true;
}

/* libmemcached asks a server for its version once per connection and then answers from memory. The
 * caller wants to know whether the server answers now, so the old connection is dropped first. */
mcha_status classic_ask_version(classic_connection *connection)
{
	mcha_status status;
	memcached_return_t code;

	classic_drop(connection);
	connection->reused = false;
	status = classic_ready(connection);
	if (status != MCHA_STATUS_OK) {
		return status;
	}
	code = memcached_version(connection->memcached);
	if (code != MEMCACHED_SUCCESS) {
		return classic_judge_noted(connection, MCHA_VERB_VERSION, code);
	}
	if (!keep_version(connection)) {
		code = MEMCACHED_PROTOCOL_ERROR;
	}
	return classic_judge(connection, MCHA_VERB_VERSION, code);
}

mcha_status classic_ready_connected(classic_connection *connection)
{
	mcha_status status = connection->open ? MCHA_STATUS_OK : classic_ask_version(connection);

	return status == MCHA_STATUS_OK ? classic_ready(connection) : status;
}
