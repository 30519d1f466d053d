/* SPDX-License-Identifier: MIT */
/* What a fault of a connection tells of the server, and whether the requests may be sent again over
 * a new connection. Called by meta_drive.c, which acts on it. */
#include "meta_fault.h"

#include <stdio.h>
#include <string.h>

#include "dialect.h"

void meta_fault_describe(meta_connection *connection, mcha_status status, int error)
{
	const bool is_explained = connection->is_explained;

	connection->is_explained = false;
	connection->base.error_errno = error;
	if (is_explained || (status == MCHA_STATUS_PROTOCOL && connection->base.error[0])) {
		return; /* TLS has told its reason, or a dialect has kept what the server said */
	}
	mcha_status_describe(connection->base.error, sizeof(connection->base.error), status, error);
}

bool meta_fault_may_try_again(const meta_connection *connection, mcha_status status)
{
	const mcha_request *request;

	if (!connection->reused || connection->answered_once || status != MCHA_STATUS_CLOSED) {
		return false;
	}
	for (request = connection->unanswered; request; request = request->next) {
		if (!mcha_request_is_idempotent(request)) {
			return false;
		}
	}
	return true;
}

bool meta_fault_is_at_greeting(const meta_connection *connection, mcha_status status)
{
	return status == MCHA_STATUS_CLOSED && connection->state == META_READY
		&& meta_connection_awaits_greeting(connection)
		&& mcha_meta_reader_is_empty(&connection->reader);
}

bool meta_fault_may_greet_otherwise(meta_connection *connection, mcha_status status)
{
	if (connection->dialect->detected || !meta_fault_is_at_greeting(connection, status)) {
		return false;
	}
	if (connection->await_about && !connection->base.knows_keys_only) {
		connection->base.knows_keys_only = true;
		return true;
	}
	if (connection->greets_by_get) {
		/* the server closes every connection, whatever it knows */
		connection->base.knows_keys_only = false;
		return false;
	}
	connection->greets_by_get = true;
	return true;
}
