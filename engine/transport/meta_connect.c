/* SPDX-License-Identifier: MIT */
/* Finds the addresses of a connection's server, and opens a socket to one of them. Never sends, and
 * leaves to the caller what becomes of a connection that finds no server. */
#include "meta_connect.h"

#include <errno.h>
#include <unistd.h>

static meta_outcome look_up_name(meta_connection *connection, mcha_usec now)
{
	int gai_error;

	connection->address_count = mcha_resolver_find(connection->base.endpoint, now,
		connection->addresses, &connection->lookup, &gai_error);
	if (connection->address_count) {
		return meta_outcome_of(META_DONE);
	}
	if (connection->lookup) {
		connection->state = META_LOOKING_UP;
		return meta_outcome_of(META_NEED_READ);
	}
	return meta_outcome_failed(MCHA_STATUS_UNRESOLVED, gai_error);
}

meta_outcome meta_connect_find(meta_connection *connection, mcha_usec now)
{
	connection->address_next = 0;
	if (!connection->written_out) {
		connection->written_out = mcha_socket_address(connection->base.endpoint,
			&connection->addresses[0]);
		connection->address_count = connection->written_out;
	}
	if (connection->written_out) {
		return meta_outcome_of(META_DONE);
	}
	/* (a path is no name: it has no address because it is too long) */
	return mcha_endpoint_is_unix(connection->base.endpoint)
		? meta_outcome_failed(MCHA_STATUS_UNRESOLVED, EAI_NONAME)
		: look_up_name(connection, now);
}

void meta_connect_end_lookup(meta_connection *connection)
{
	if (connection->lookup) {
		mcha_lookup_release(connection->lookup);
		connection->lookup = NULL;
	}
	connection->state = META_CLOSED;
}

meta_outcome meta_connect_next(meta_connection *connection)
{
	const mcha_transport_settings *settings = connection->base.settings;
	mcha_socket_options options = {
		settings->no_delay, settings->keepalive, settings->send_buffer, settings->receive_buffer};
	int error = ECONNREFUSED;

	while (connection->address_next < connection->address_count) {
		bool connecting;

		connection->fd = mcha_socket_open(&connection->addresses[connection->address_next++],
			&options, &connecting);
		if (connection->fd >= 0 && connecting) {
			connection->state = META_CONNECTING;
			return meta_outcome_of(META_NEED_WRITE);
		}
		if (connection->fd >= 0) {
			return meta_outcome_of(META_DONE);
		}
		error = errno;
	}
	return meta_outcome_failed(MCHA_STATUS_CONNECT, error);
}

meta_outcome meta_connect_finish(meta_connection *connection)
{
	int error = mcha_socket_connect_error(connection->fd);

	return error == 0 ? meta_outcome_of(META_DONE) : meta_connect_give_up(connection, error);
}

meta_outcome meta_connect_give_up(meta_connection *connection, int error)
{
	close(connection->fd);
	connection->fd = -1;
	connection->state = META_CLOSED;
	return connection->address_next < connection->address_count
		? meta_outcome_of(META_AGAIN)
		: meta_outcome_failed(MCHA_STATUS_CONNECT, error);
}
