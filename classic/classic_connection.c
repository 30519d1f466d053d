/* SPDX-License-Identifier: MIT */
/* The lowest file of classic/: it creates and destroys a connection, drops its socket and copies an
 * answer's bytes for the caller. It neither connects nor asks. */
#include "classic_connection.h"

#include <stdlib.h>
#include <string.h>

#include "engine/base/fork_generation.h"

classic_connection *classic_connection_create(const mcha_transport *transport,
	const mcha_endpoint *endpoint, const mcha_transport_settings *settings)
{
	classic_connection *connection = calloc(1, sizeof(*connection));

	if (!connection) {
		return NULL;
	}
	connection->base.transport = transport;
	connection->base.endpoint = endpoint;
	connection->base.settings = settings;
	connection->opened_by = mcha_fork_generation();
	return connection;
}

void classic_connection_destroy(classic_connection *connection)
{
	classic_drop(connection);
	free(connection->lines);
	free(connection);
}

/* In a forked child: the parent goes on using the socket, which memcached_free would shut down. The
 * child keeps the memcached_st in a list, where leak checkers find it, and never uses it again. */
static void leave_to_parent(classic_connection *connection)
{
	static memcached_st *left;

	if (connection->memcached) {
		memcached_result_free(&connection->result);
		memcached_set_user_data(connection->memcached, left);
		left = connection->memcached;
		connection->memcached = NULL;
	}
}

/* memcached_free sends a "quit" first, even behind a half-sent command, where the "quit" could
 * complete a value, and it waits if the socket is full. Over UDP libmemcached sends no "quit", so
 * the connection passes for UDP while it is freed: libmemcached then only shuts the socket down and
 * closes it. */
void classic_drop(classic_connection *connection)
{
	if (connection->opened_by != mcha_fork_generation()) {
		leave_to_parent(connection);
	}
	connection->opened_by = mcha_fork_generation();
	if (connection->memcached) {
		memcached_result_free(&connection->result);
		connection->memcached->flags.use_udp = true;
		memcached_free(connection->memcached);
		connection->memcached = NULL;
	}
	connection->open = false;
}

bool classic_give(const classic_connection *connection, mcha_reply *reply, const char *bytes,
	size_t length)
{
	char *value = connection->base.settings->allocator->allocate(length);

	if (!value) {
		return false;
	}
	if (length) {
		memcpy(value, bytes, length);
	}
	value[length] = '\0';
	reply->value = value;
	reply->size = length;
	return true;
}
