/* SPDX-License-Identifier: MIT */
/* Has TLS agreed on before a connection sends anything else, and translates TLS's failures into
 * those of a connection. Called by meta_drive.c, meta_input.c and meta_output.c. */
#include "meta_tls.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static meta_outcome explain(meta_connection *connection, mcha_status status, int error,
	const char *beginning, const char *reason)
{
	snprintf(connection->base.error, sizeof(connection->base.error), "%s: %s",
		mcha_status_text(status), beginning);
	if (*reason) {
		size_t length = strlen(connection->base.error);

		snprintf(connection->base.error + length, sizeof(connection->base.error) - length, ": %s",
			reason);
	}
	connection->is_explained = true;
	return meta_outcome_failed(status, error);
}

static meta_outcome refuse(meta_connection *connection, const char *reason)
{
	return explain(connection, MCHA_STATUS_TLS, 0, reason, "");
}

/* --- the handshake ---------------------------------------------------------------------------- */

meta_outcome meta_tls_begin(meta_connection *connection, mcha_usec now)
{
	const mcha_transport_settings *settings = connection->base.settings;
	char error[MCHA_TLS_ERROR_MAX];

	connection->tls = mcha_tls_create(settings->tls ? settings->tls : &mcha_tls_settings_default,
		connection->base.endpoint, connection->fd, error);
	if (!connection->tls) {
		return refuse(connection, error);
	}
	connection->state = META_HANDSHAKING;
	connection->connect_until = now + settings->connect_timeout;
	return meta_tls_go_on(connection);
}

/* Another socket to the same address. */
static meta_outcome begin_again(meta_connection *connection)
{
	mcha_tls_destroy(connection->tls);
	connection->tls = NULL;
	close(connection->fd);
	connection->fd = -1;
	connection->state = META_CLOSED;
	connection->address_next--;
	return meta_outcome_of(META_AGAIN);
}

static meta_outcome fail_handshake(meta_connection *connection)
{
	if (mcha_tls_fault_of(connection->tls) == MCHA_TLS_CLOSED) {
		return explain(connection, MCHA_STATUS_CONNECT, ECONNRESET,
			"closed by the server during the TLS handshake", "");
	}
	return meta_tls_fail(connection);
}

meta_outcome meta_tls_go_on(meta_connection *connection)
{
	mcha_tls_step step = mcha_tls_handshake(connection->tls);

	connection->base.moved = mcha_tls_has_moved(connection->tls) || connection->base.moved;
	switch (step) {
	case MCHA_TLS_DONE:
		return meta_outcome_of(META_DONE);
	case MCHA_TLS_NEED_READ:
		return meta_outcome_of(META_NEED_READ);
	case MCHA_TLS_NEED_WRITE:
		return meta_outcome_of(META_NEED_WRITE);
	case MCHA_TLS_AGAIN:
		return begin_again(connection);
	default:
		return fail_handshake(connection);
	}
}

meta_outcome meta_tls_expire(meta_connection *connection)
{
	return explain(connection, MCHA_STATUS_CONNECT, ETIMEDOUT, "TLS handshake",
		strerror(ETIMEDOUT));
}

/* --- bytes ------------------------------------------------------------------------------------ */

meta_outcome meta_tls_fail(meta_connection *connection)
{
	const int error = errno;
	const char *reason = mcha_tls_error(connection->tls);

	switch (mcha_tls_fault_of(connection->tls)) {
	case MCHA_TLS_REFUSED:
		return refuse(connection, reason);
	case MCHA_TLS_BROKEN:
		return explain(connection, MCHA_STATUS_PROTOCOL, 0, "TLS", reason);
	case MCHA_TLS_FULL:
		return meta_outcome_failed(MCHA_STATUS_CONNECTION_LIMIT, 0);
	default:
		return meta_outcome_failed(error == EPIPE || error == ECONNRESET ? MCHA_STATUS_CLOSED
																		 : MCHA_STATUS_IO,
			error);
	}
}
