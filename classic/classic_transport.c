/* SPDX-License-Identifier: MIT */
/* The top file of classic/: the function table that the fan-out calls. start_queue() answers a
 * whole queue, run by run, against one deadline, by the verbs' functions; nothing is left for
 * want() and advance(). */
#include "classic_transport.h"

#include <stdio.h>

#include "classic_connection.h"
#include "classic_get.h"
#include "classic_stats.h"
#include "classic_verbs.h"
#include "engine/base/fork_generation.h"

/* libmemcached does not show its socket, so McHA cannot see whether the server has closed an idle
 * connection. Requests that must not be sent twice do not go over one that was idle this long. */
#define CLASSIC_REST_MAX MCHA_USEC_PER_SEC

static classic_connection *from_base(mcha_connection *base)
{
	return (classic_connection *)base;
}

static void clear_error(mcha_connection *base)
{
	base->error[0] = '\0';
	base->error_errno = 0;
}

/* --- one run of requests -------------------------------------------------------------------- */

typedef struct {
	mcha_status (*serve)(classic_connection *connection, mcha_request *request);
	bool has_key;
} verb_row;

static const verb_row verbs[MCHA_VERB_COUNT_OF] = {
	[MCHA_VERB_GET] = {NULL, true}, /* classic_get, which takes many */
	[MCHA_VERB_STORE] = {classic_store, true},
	[MCHA_VERB_DELETE] = {classic_delete, true},
	[MCHA_VERB_TOUCH] = {classic_touch, true},
	[MCHA_VERB_COUNT] = {classic_count, true},
	[MCHA_VERB_VERSION] = {classic_version, false},
	[MCHA_VERB_STATS] = {classic_stats, false},
	[MCHA_VERB_FLUSH] = {classic_flush, false},
};

static bool key_fits(const mcha_request *request)
{
	return request->key_length > 0 && request->key_length <= MCHA_KEY_MAX;
}

/* Answers the requests from first to before end: GETs that want the same, or one other request. OK,
 * or the fault, with unanswered requests left PENDING. */
static mcha_status serve_once(classic_connection *connection, mcha_request *first,
	mcha_request *end)
{
	const verb_row *verb = &verbs[first->verb];
	mcha_status status;

	if (verb->has_key && !key_fits(first)) {
		status = MCHA_STATUS_BAD_KEY;
	} else if (!verb->serve) {
		return classic_get(connection, first, end);
	} else {
		status = verb->serve(connection, first);
	}
	if (!mcha_status_is_answer(status)) {
		return status;
	}
	first->reply.status = status;
	return MCHA_STATUS_OK;
}

static bool may_repeat(const mcha_request *first, const mcha_request *end)
{
	for (; first != end; first = first->next) {
		if (!mcha_request_is_idempotent(first)) {
			return false;
		}
	}
	return true;
}

/* A server that was restarted, or that closes idle connections, leaves a connection behind on which
 * every request fails, although the server is well. So requests that may be repeated are sent once
 * more, over a new connection. */
static mcha_status serve_run(classic_connection *connection, mcha_request *first, mcha_request *end)
{
	bool repeatable = may_repeat(first, end);
	mcha_status status;

	if (connection->reused && !repeatable
		&& mcha_clock_now() - connection->last_used >= CLASSIC_REST_MAX) {
		classic_drop(connection);
		connection->reused = false;
	}
	status = serve_once(connection, first, end);
	if (connection->reused && repeatable
		&& (status == MCHA_STATUS_CLOSED || status == MCHA_STATUS_IO)) {
		connection->reused = false;
		clear_error(&connection->base);
		status = serve_once(connection, first, end);
	}
	return status;
}

/* --- a queue -------------------------------------------------------------------------------- */

/* Where the run that begins with first ends: GETs that want the same go together, every other
 * request goes alone. */
static mcha_request *find_run_end(const mcha_request *first)
{
	mcha_request *request = first->next;

	while (request && first->verb == MCHA_VERB_GET && request->verb == MCHA_VERB_GET
		&& request->want == first->want && key_fits(first) && key_fits(request)) {
		request = request->next;
	}
	return request;
}

static mcha_status serve_queue(classic_connection *connection, mcha_request *queue)
{
	mcha_request *request = queue;

	while (request) {
		mcha_request *end = find_run_end(request);
		mcha_status status = serve_run(connection, request, end);

		if (status != MCHA_STATUS_OK) {
			return status;
		}
		request = end;
	}
	return MCHA_STATUS_OK;
}

/* Refuses endpoints that libmemcached cannot serve at all. OK: it can. */
static mcha_status check_endpoint(mcha_connection *base)
{
	if (base->endpoint->tls) {
		snprintf(base->error, sizeof(base->error),
			"libmemcached, which speaks the binary protocol, knows no tls://: "
			"use the protocol auto, meta or text");
		return MCHA_STATUS_UNSUPPORTED;
	}
	return MCHA_STATUS_OK;
}

/* --- the function table --------------------------------------------------------------------- */

static mcha_connection *create_connection(const mcha_endpoint *endpoint,
	const mcha_transport_settings *settings)
{
	classic_connection *connection = classic_connection_create(&classic_binary, endpoint, settings);

	return connection ? &connection->base : NULL;
}

static void destroy_connection(mcha_connection *base)
{
	classic_connection_destroy(from_base(base));
}

static void close_connection(mcha_connection *base)
{
	classic_connection *connection = from_base(base);

	classic_drop(connection);
	connection->serving = false;
}

static void start_queue(mcha_connection *base, mcha_request *queue, mcha_usec now,
	mcha_usec deadline)
{
	classic_connection *connection = from_base(base);
	mcha_status status;

	if (connection->serving || connection->opened_by != mcha_fork_generation()) {
		classic_drop(connection);
	}
	connection->serving = true;
	connection->reused = connection->open;
	connection->deadline = deadline;
	clear_error(base);
	/* later, every call of libmemcached takes time: classic_ready() reads the clock before each */
	status = deadline <= now ? MCHA_STATUS_NO_TIME : check_endpoint(base);
	if (status == MCHA_STATUS_OK) {
		status = serve_queue(connection, queue);
	}
	mcha_requests_fail(queue, status);
	connection->last_used = mcha_clock_now();
	connection->serving = false;
}

static bool want_nothing(const mcha_connection *base, struct pollfd *poll_for, mcha_usec *until)
{
	(void)base;
	(void)poll_for;
	(void)until;
	return false;
}

static void advance_nothing(mcha_connection *base, short revents, mcha_usec now)
{
	(void)base;
	(void)revents;
	(void)now;
}

static bool is_awaiting(const mcha_connection *base)
{
	(void)base;
	return false;
}

static bool is_open(const mcha_connection *base)
{
	return ((const classic_connection *)base)->open;
}

const mcha_transport classic_binary = {
	.name = "binary",
	.blocking = true,
	.create = create_connection,
	.destroy = destroy_connection,
	.start = start_queue,
	.want = want_nothing,
	.advance = advance_nothing,
	.is_awaiting = is_awaiting,
	.close = close_connection,
	.is_open = is_open,
};
