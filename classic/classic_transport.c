/* SPDX-License-Identifier: MIT */
/* The life of a classic connection and its face towards the fan-out. start() works the queue off,
 * run by run, against one deadline; nothing is left for want() and advance(). */
#include "classic_transport.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "classic_connection.h"

/* libmemcached shows nobody its socket, so a connection cannot be looked at before it is used. One
 * that rested this long is not trusted with what must not be sent twice. */
#define CLASSIC_REST_MAX MCHA_USEC_PER_SEC

static classic_connection *of(mcha_connection *base)
{
	return (classic_connection *)base;
}

static const classic_connection *of_const(const mcha_connection *base)
{
	return (const classic_connection *)base;
}

static mcha_connection *create(const mcha_endpoint *endpoint, const mcha_transport_settings *settings)
{
	classic_connection *connection = calloc(1, sizeof(*connection));

	if (!connection) {
		return NULL;
	}
	connection->base.transport = &classic_binary;
	connection->base.endpoint = endpoint;
	connection->base.settings = settings;
	connection->opened_by = mcha_fork_generation();
	return &connection->base;
}

/* The parent goes on using the socket, which libmemcached would shut down: it is left as it is. */
static void leave_to_parent(classic_connection *connection)
{
	static memcached_st *left;

	if (connection->memcached) {
		memcached_result_free(&connection->result);
		memcached_set_user_data(connection->memcached, left); /* not lost, but left */
		left = connection->memcached;
		connection->memcached = NULL;
	}
}

/* memcached_free says goodbye first: a "quit" behind whatever is half sent, where it could even
 * complete a value, and a wait if the socket is full. Datagrams need no goodbye, so the socket
 * passes for one while it is freed: then it is shut down and closed, and that is all. */
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

static void close_connection(mcha_connection *base)
{
	classic_connection *connection = of(base);

	classic_drop(connection);
	connection->serving = false;
}

static void destroy(mcha_connection *base)
{
	close_connection(base);
	free(of(base)->lines);
	free(base);
}

/* Everything that would close an open connection is set before there is one. */
static void configure(classic_connection *connection)
{
	const mcha_transport_settings *settings = connection->base.settings;
	const struct {
		memcached_behavior_t behavior;
		int value; /* 0: the default stays */
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
	const mcha_endpoint *endpoint = connection->base.endpoint;
	char host[MCHA_HOST_MAX + 1];

	if (mcha_endpoint_is_unix(endpoint)) {
		return memcached_server_add_unix_socket(connection->memcached, endpoint->host);
	}
	if (!classic_address(connection, host)) {
		return MEMCACHED_HOST_LOOKUP_FAILURE;
	}
	return memcached_server_add(connection->memcached, host, endpoint->port);
}

static mcha_status prepare(classic_connection *connection)
{
	memcached_return_t code;

	connection->memcached = memcached_create(NULL);
	if (!connection->memcached) {
		return classic_fault(connection, MCHA_STATUS_CONNECT, MEMCACHED_MEMORY_ALLOCATION_FAILURE);
	}
	memcached_result_create(connection->memcached, &connection->result);
	configure(connection);
	code = set_credentials(connection);
	if (code == MEMCACHED_SUCCESS) {
		code = add_server(connection);
	}
	return code == MEMCACHED_SUCCESS ? MCHA_STATUS_OK
		: classic_fault(connection, code == MEMCACHED_HOST_LOOKUP_FAILURE
			? MCHA_STATUS_UNRESOLVED : MCHA_STATUS_CONNECT, code);
}

/* libmemcached's unit, rounded up: a wait of 0 would not be a short one but none. */
static uint64_t milliseconds(mcha_usec span)
{
	mcha_usec rounded = (span + MCHA_USEC_PER_MSEC - 1) / MCHA_USEC_PER_MSEC;

	if (rounded < 1) {
		return 1;
	}
	return rounded > INT32_MAX ? INT32_MAX : (uint64_t)rounded;
}

/* Connecting and the answer each wait on a clock of their own, in one call: together they get what
 * remains. Half of it is enough to connect in, as the answer takes as long again. */
static void set_clocks(classic_connection *connection, mcha_usec rest)
{
	mcha_usec connect = 0;

	if (!connection->open && !mcha_endpoint_is_unix(connection->base.endpoint)) {
		connect = connection->base.settings->connect_timeout;
		if (connect <= 0 || connect > rest / 2) {
			connect = rest / 2;
		}
		memcached_behavior_set(connection->memcached, MEMCACHED_BEHAVIOR_CONNECT_TIMEOUT,
			milliseconds(connect));
	}
	memcached_behavior_set(connection->memcached, MEMCACHED_BEHAVIOR_POLL_TIMEOUT,
		milliseconds(rest - connect));
}

mcha_status classic_ready(classic_connection *connection)
{
	mcha_usec rest = connection->deadline - mcha_clock_now();

	if (rest <= 0) {
		return classic_fault(connection, MCHA_STATUS_TIMEOUT, MEMCACHED_TIMEOUT);
	}
	if (!connection->memcached) {
		mcha_status status = prepare(connection);

		if (status != MCHA_STATUS_OK) {
			return status;
		}
		rest = connection->deadline - mcha_clock_now(); /* looking the name up took its time */
		if (rest <= 0) {
			return classic_fault(connection, MCHA_STATUS_TIMEOUT, MEMCACHED_TIMEOUT);
		}
	}
	set_clocks(connection, rest);
	return MCHA_STATUS_OK;
}

bool classic_give(classic_connection *connection, mcha_reply *reply, const char *bytes,
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

static bool key_fits(const mcha_request *request)
{
	return request->key_length > 0 && request->key_length <= MCHA_KEY_MAX;
}

/* GETs that want the same go together, everything else goes alone. */
static mcha_request *end_of_run(const mcha_request *first)
{
	mcha_request *request = first->next;

	while (request && first->verb == MCHA_VERB_GET && request->verb == MCHA_VERB_GET
		&& request->want == first->want && key_fits(first) && key_fits(request)) {
		request = request->next;
	}
	return request;
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

/* A server that was restarted, or closes idle connections, has left a connection behind that only
 * fails. That is no fault of its present self: once, on a fresh one, with what may be repeated. */
static mcha_status serve(classic_connection *connection, mcha_request *first, mcha_request *end)
{
	bool repeatable = may_repeat(first, end);
	mcha_status status;

	if (connection->reused && !repeatable
		&& mcha_clock_now() - connection->last_used >= CLASSIC_REST_MAX) {
		classic_drop(connection);
		connection->reused = false;
	}
	status = classic_serve(connection, first, end);
	if (connection->reused && repeatable
		&& (status == MCHA_STATUS_CLOSED || status == MCHA_STATUS_IO)) {
		connection->reused = false;
		connection->base.error[0] = '\0';
		connection->base.error_errno = 0;
		status = classic_serve(connection, first, end);
	}
	return status;
}

static mcha_status serve_queue(classic_connection *connection, mcha_request *queue)
{
	mcha_request *request = queue;

	while (request) {
		mcha_request *end = end_of_run(request);
		mcha_status status = serve(connection, request, end);

		if (status != MCHA_STATUS_OK) {
			return status;
		}
		request = end;
	}
	return MCHA_STATUS_OK;
}

/* What no try could change. OK: nothing of the kind. */
static mcha_status refuse(classic_connection *connection)
{
	mcha_connection *base = &connection->base;

	if (base->endpoint->tls) {
		snprintf(base->error, sizeof(base->error), "tls:// is not supported by libmemcached");
		return MCHA_STATUS_UNSUPPORTED;
	}
	return MCHA_STATUS_OK;
}

static void start(mcha_connection *base, mcha_request *queue, mcha_usec now, mcha_usec deadline)
{
	classic_connection *connection = of(base);
	mcha_status status;

	if (connection->serving || connection->opened_by != mcha_fork_generation()) {
		classic_drop(connection);
	}
	connection->serving = true;
	connection->reused = connection->open;
	connection->deadline = deadline;
	base->error[0] = '\0';
	base->error_errno = 0;
	/* later, every call of libmemcached takes its time: the clock is read before each */
	status = deadline <= now ? MCHA_STATUS_NO_TIME : refuse(connection);
	if (status == MCHA_STATUS_OK) {
		status = serve_queue(connection, queue);
	}
	mcha_requests_fail(queue, status);
	connection->last_used = mcha_clock_now();
	connection->serving = false;
}

static bool want(const mcha_connection *base, struct pollfd *poll_for, mcha_usec *until)
{
	(void)base;
	(void)poll_for;
	(void)until;
	return false;
}

static void advance(mcha_connection *base, short revents, mcha_usec now)
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
	return of_const(base)->open;
}

const mcha_transport classic_binary = {
	.name = "binary",
	.blocking = true,
	.create = create,
	.destroy = destroy,
	.start = start,
	.want = want,
	.advance = advance,
	.is_awaiting = is_awaiting,
	.close = close_connection,
	.is_open = is_open,
};
