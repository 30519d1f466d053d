/* SPDX-License-Identifier: MIT */
/* TLS of a connection: its handshake, its bytes, and what its failures mean. */
#ifndef MCHA_ENGINE_META_TLS_H
#define MCHA_ENGINE_META_TLS_H

#include "engine/base/clock.h"
#include "engine/base/seldom.h"
#include "meta_connection.h"
#include "meta_outcome.h"

/* Begins the handshake on the socket, which is connected. As meta_tls_go_on(). */
MCHA_SELDOM meta_outcome meta_tls_begin(meta_connection *connection, mcha_usec now);

/* Goes on with the handshake. DONE: what the connection sends from now on is encrypted; NEED_READ
 * or NEED_WRITE: the handshake waits for the socket; AGAIN: the socket is closed, for a new one to
 * the same address; FAILED: the connection's error tells why. */
MCHA_SELDOM meta_outcome meta_tls_go_on(meta_connection *connection);

/* The handshake has taken too long. */
MCHA_SELDOM meta_outcome meta_tls_expire(meta_connection *connection);

/* What it means that receiving or sending over TLS has returned no count. */
MCHA_SELDOM meta_outcome meta_tls_fail(meta_connection *connection);

/* As recvmsg(), with MSG_DONTWAIT unless sleep. */
static inline ssize_t meta_tls_receive(const meta_connection *connection, struct msghdr *message,
	bool sleep)
{
	return connection->tls ? mcha_tls_receive(connection->tls, message, sleep)
						   : recvmsg(connection->fd, message, sleep ? 0 : MSG_DONTWAIT);
}

/* As sendmsg(), with MSG_DONTWAIT. */
static inline ssize_t meta_tls_send(const meta_connection *connection, const struct msghdr *message)
{
	return connection->tls ? mcha_tls_send(connection->tls, message)
						   : sendmsg(connection->fd, message, MSG_NOSIGNAL | MSG_DONTWAIT);
}

/* TLS has failed behind the bytes that were received last: poll() may not tell of it. */
static inline bool meta_tls_has_failed(const meta_connection *connection)
{
	return connection->tls && mcha_tls_has_failed(connection->tls);
}

/* As mcha_socket_is_quiet(). */
static inline bool meta_tls_is_quiet(const meta_connection *connection)
{
	return connection->tls ? mcha_tls_is_quiet(connection->tls)
						   : mcha_socket_is_quiet(connection->fd);
}

/* TLS itself waits until the socket can be written to. */
static inline bool meta_tls_wants_write(const meta_connection *connection)
{
	return connection->tls && mcha_tls_wants_write(connection->tls);
}

#endif
