/* SPDX-License-Identifier: MIT */
/* Drives reading, sending and connecting: each of them returns how far it has come
 * (meta_outcome.h), and what becomes of the connection is decided here. */
#include "meta_drive.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "dialect.h"
#include "engine/base/seldom.h"
#include "meta_answer.h"
#include "meta_connect.h"
#include "meta_fault.h"
#include "meta_input.h"
#include "meta_output.h"
#include "meta_tls.h"

/* --- failing ---------------------------------------------------------------------------------- */

void meta_drive_close(meta_connection *connection)
{
	if (connection->tls) {
		mcha_tls_destroy(connection->tls);
		connection->tls = NULL;
	}
	if (connection->fd >= 0) {
		/* a fork's child must not end the requests of its parent */
		connection->unanswered && connection->opened_by == mcha_fork_generation()
			? mcha_socket_abandon(connection->fd)
			: (void)close(connection->fd);
		connection->fd = -1;
	}
	meta_connect_end_lookup(connection);
	connection->reused = false;
	connection->await_login = connection->await_version = false;
	connection->await_about = connection->await_noop = false;
	connection->token_sent = connection->line_begun = connection->awaits_cas = false;
	connection->vector_first = connection->vector_count = 0;
	connection->lines_used = connection->values_used = 0;
	connection->opaque_sent = connection->opaque_seen = 0;
	meta_answer_forget(connection);
}

void meta_drive_drop(meta_connection *connection)
{
	meta_drive_close(connection);
	mcha_meta_reader_reset(&connection->reader);
}

static void connect_anew(meta_connection *connection, mcha_usec now);

static void start_again(meta_connection *connection, mcha_request *rest)
{
	meta_drive_drop(connection);
	connection->unencoded = rest;
	connection->address_next = 0;
	connect_anew(connection, mcha_clock_now());
}

/* A store that was answered keeps that status, though its CAS will not come. */
static void keep_store_status(meta_connection *connection)
{
	if (connection->awaits_cas) {
		connection->unanswered->reply.status = connection->store_status;
	}
}

void meta_drive_fail(meta_connection *connection, mcha_status status, int error)
{
	mcha_request *rest = connection->unanswered;

	connection->base.closed_at_greeting = meta_fault_is_at_greeting(connection, status)
		&& connection->await_noop;
	if (meta_fault_may_try_again(connection, status)) {
		connection->base.was_lost = true;
		start_again(connection, rest);
		return;
	}
	if (meta_fault_may_greet_otherwise(connection, status)) {
		start_again(connection, rest);
		return;
	}
	keep_store_status(connection);
	meta_drive_drop(connection);
	meta_fault_describe(connection, status, error);
	if (status == MCHA_STATUS_PROTOCOL) {
		connection->base.known = false;
	}
	connection->unanswered = connection->unencoded = NULL;
	mcha_requests_fail(rest, status);
}

/* --- reading and sending ---------------------------------------------------------------------- */

bool meta_drive_send(meta_connection *connection)
{
	meta_outcome outcome = meta_output_send(connection);

	if (!meta_outcome_is_failed(outcome)) {
		return true;
	}
	/* what a server answered before it closed the connection still counts */
	if (outcome.status != MCHA_STATUS_CLOSED || meta_drive_read(connection, false)) {
		meta_drive_fail(connection, outcome.status, outcome.error);
	}
	return false;
}

static MCHA_SELDOM void fail_to_read(meta_connection *connection, meta_outcome outcome)
{
	meta_drive_fail(connection, outcome.status, outcome.error);
	if (outcome.status == MCHA_STATUS_NO_MEMORY) {
		/* This process has no memory for the answer. The status is the one of a server that
		 * refuses, because this server is as little at fault: other processes need not keep away
		 * from it. */
		snprintf(connection->base.error, sizeof(connection->base.error),
			"no memory for its answer");
	}
}

bool meta_drive_read(meta_connection *connection, bool sleep)
{
	meta_outcome outcome = meta_input_read(connection, sleep);

	while (outcome.step == META_NEED_WRITE) {
		if (!meta_drive_send(connection)) {
			return false;
		}
		outcome = meta_input_go_on(connection);
	}
	if (meta_outcome_is_failed(outcome)) {
		fail_to_read(connection, outcome);
		return false;
	}
	if (outcome.step == META_DONE && !meta_connection_is_sent(connection)) {
		/* the server refused a store by its line: the rest of the value is not sent */
		meta_drive_drop(connection);
		return false;
	}
	return true;
}

bool meta_drive_read_and_send(meta_connection *connection, short revents)
{
	if (((revents & ~POLLOUT) || meta_tls_wants_write(connection))
		&& !meta_drive_read(connection, false)) {
		return false;
	}
	if (!connection->unanswered || meta_connection_is_sent(connection)) {
		return true;
	}
	connection->base.moved = connection->base.moved || (revents & POLLOUT);
	return meta_drive_send(connection);
}

/* --- connecting ------------------------------------------------------------------------------- */

/* The connection can carry requests: the greeting goes first. */
static void begin_greeting(meta_connection *connection)
{
	bool detect = connection->dialect->detected && connection->base.settings->detect
		&& !connection->base.known;

	connection->state = META_READY;
	meta_output_greet(connection, connection->base.asks_about && !connection->base.knows_keys_only,
		detect);
	meta_drive_send(connection);
}

static void fail_to_connect(meta_connection *connection, meta_outcome outcome)
{
	if (!connection->written_out) {
		mcha_resolver_doubt(connection->base.endpoint);
	}
	/* the server may have closed the connection because it was ending */
	connection->base.knows_keys_only = false;
	meta_drive_fail(connection, outcome.status, outcome.error);
}

void meta_drive_finish_connecting(meta_connection *connection, meta_outcome outcome, mcha_usec now)
{
	if (outcome.step == META_DONE && !connection->tls) {
		mcha_socket_connected(connection->fd, MCHA_TRANSPORT_NAP);
		outcome = connection->base.endpoint->tls ? meta_tls_begin(connection, now) : outcome;
	}
	if (outcome.step == META_DONE) {
		begin_greeting(connection);
	} else if (outcome.step == META_AGAIN) {
		connect_anew(connection, now);
	} else if (meta_outcome_is_failed(outcome)) {
		fail_to_connect(connection, outcome);
	}
}

/* Connects to the next address, within a new connect timeout. */
static void connect_anew(meta_connection *connection, mcha_usec now)
{
	connection->connect_until = now + connection->base.settings->connect_timeout;
	meta_drive_finish_connecting(connection, meta_connect_next(connection), now);
}

static void fail_to_look_up(meta_connection *connection, const char *reason)
{
	meta_drive_fail(connection, MCHA_STATUS_UNRESOLVED, 0);
	snprintf(connection->base.error, sizeof(connection->base.error), "%s: %s",
		mcha_status_text(MCHA_STATUS_UNRESOLVED), reason);
}

void meta_drive_find_server(meta_connection *connection, mcha_usec now)
{
	meta_outcome outcome = meta_connect_find(connection, now);

	if (outcome.step == META_DONE) {
		connect_anew(connection, now);
	} else if (meta_outcome_is_failed(outcome)) {
		fail_to_look_up(connection,
			mcha_endpoint_is_unix(connection->base.endpoint) ? "the path is too long"
															 : gai_strerror(outcome.error));
	}
}

void meta_drive_expire(meta_connection *connection, mcha_usec now)
{
	if (connection->state == META_LOOKING_UP) {
		fail_to_look_up(connection, strerror(ETIMEDOUT));
	} else if (connection->state == META_HANDSHAKING) {
		fail_to_connect(connection, meta_tls_expire(connection));
	} else if (connection->state != META_CONNECTING) {
		meta_drive_fail(connection, MCHA_STATUS_TIMEOUT, ETIMEDOUT);
	} else if (now < connection->deadline) {
		meta_drive_finish_connecting(connection, meta_connect_give_up(connection, ETIMEDOUT), now);
	} else {
		fail_to_connect(connection, meta_outcome_failed(MCHA_STATUS_CONNECT, ETIMEDOUT));
	}
}
