/* SPDX-License-Identifier: MIT */
/* One function per verb, in a table. Each calls libmemcached once, or twice where its interface
 * does not tell what we need, and says what became of it. */
#include <stdio.h>
#include <string.h>

#include "classic_connection.h"
#include "engine/base/exptime.h"

/* memcached's own limit between relative and absolute times, and what it makes of a negative time:
 * the first absolute one, long past. The binary protocol has no negative ones. */
#define TIME_LONG_PAST (MCHA_EXPTIME_RELATIVE_MAX + 1)

static time_t wire_time(int64_t exptime)
{
	if (exptime < 0) {
		return TIME_LONG_PAST;
	}
	return exptime > INT32_MAX ? INT32_MAX : (time_t)exptime;
}

static const char *value_of(const mcha_request *request)
{
	return request->value ? request->value : "";
}

/* A second question about the same key, on its own. */
static mcha_request question(const mcha_request *request, uint8_t want)
{
	mcha_request copy = *request;

	memset(&copy.reply, 0, sizeof(copy.reply));
	copy.verb = MCHA_VERB_GET;
	copy.want = want;
	copy.reply.status = MCHA_STATUS_PENDING;
	copy.next = NULL;
	return copy;
}

/* --- store ---------------------------------------------------------------------------------- */

typedef memcached_return_t (*store_call)(memcached_st *memcached, const char *key,
		size_t key_length, const char *value, size_t value_length, time_t expiration,
		uint32_t flags);

static const store_call store_calls[] = {
	[MCHA_MODE_SET] = memcached_set,
	[MCHA_MODE_ADD] = memcached_add,
	[MCHA_MODE_REPLACE] = memcached_replace,
	[MCHA_MODE_APPEND] = memcached_append,
	[MCHA_MODE_PREPEND] = memcached_prepend,
};

/* The binary protocol names the reason; the others just say that it is not stored. */
static const struct {
	mcha_mode mode;
	mcha_status said;
	mcha_status meant;
} store_answers[] = {
	{MCHA_MODE_ADD, MCHA_STATUS_EXISTS, MCHA_STATUS_NOT_STORED},
	{MCHA_MODE_REPLACE, MCHA_STATUS_MISS, MCHA_STATUS_NOT_STORED},
	{MCHA_MODE_APPEND, MCHA_STATUS_MISS, MCHA_STATUS_NOT_STORED},
	{MCHA_MODE_PREPEND, MCHA_STATUS_MISS, MCHA_STATUS_NOT_STORED},
};

static mcha_status store_meaning(const mcha_request *request, mcha_status said)
{
	size_t i;

	for (i = 0; i < sizeof(store_answers) / sizeof(store_answers[0]); i++) {
		if (request->cas == 0 && store_answers[i].mode == request->mode
			&& store_answers[i].said == said) {
			return store_answers[i].meant;
		}
	}
	return said;
}

static void take_cas_of_same(classic_connection *connection, mcha_request *request)
{
	const memcached_result_st *result = &connection->result;

	if (memcached_result_length(result) == request->value_length
		&& memcached_result_flags(result) == request->flags
		&& (request->value_length == 0 || memcmp(memcached_result_value(result), value_of(request),
			request->value_length) == 0)) { /* libmemcached has no bytes of an empty value */
		request->reply.cas = memcached_result_cas(result);
	}
	request->reply.status = MCHA_STATUS_OK;
}

/* libmemcached drops the CAS that the protocol answers a store with: it is asked for. In between another client may have written, and its CAS must not pass
 * for ours (a lock would be released by the wrong owner): it counts only if our value is there. */
static uint64_t cas_after_store(classic_connection *connection, const mcha_request *request)
{
	mcha_request lookup = question(request, MCHA_WANT_CAS);

	if (request->mode == MCHA_MODE_APPEND || request->mode == MCHA_MODE_PREPEND) {
		return 0; /* the whole value is not known */
	}
	classic_get(connection, &lookup, NULL, take_cas_of_same);
	return lookup.reply.cas;
}

static mcha_status serve_store(classic_connection *connection, mcha_request *request)
{
	bool whole = request->mode == MCHA_MODE_SET || request->mode == MCHA_MODE_REPLACE;
	mcha_status status;
	memcached_return_t code;

	if (request->cas != 0 && !whole) {
		return MCHA_STATUS_UNSUPPORTED;
	}
	status = classic_ready(connection);
	if (status != MCHA_STATUS_OK) {
		return status;
	}
	if (request->cas != 0) {
		code = memcached_cas(connection->memcached, request->key, request->key_length,
			value_of(request), request->value_length, wire_time(request->exptime), request->flags,
			request->cas);
	} else {
		code = store_calls[request->mode](connection->memcached, request->key, request->key_length,
			value_of(request), request->value_length, wire_time(request->exptime), request->flags);
	}
	status = store_meaning(request, classic_judge(connection, MCHA_VERB_STORE, code));
	if (status == MCHA_STATUS_OK && (request->want & MCHA_WANT_CAS)) {
		request->reply.cas = cas_after_store(connection, request);
	}
	return status;
}

/* --- delete, touch -------------------------------------------------------------------------- */

/* Compare and delete: libmemcached does not offer it. Compare
 * and swap for nothing that expires at once is the same, and as atomic: no reader ever sees it. */
static mcha_status serve_delete(classic_connection *connection, mcha_request *request)
{
	mcha_status status = classic_ready(connection);

	if (status != MCHA_STATUS_OK) {
		return status;
	}
	return classic_judge(connection, MCHA_VERB_DELETE, request->cas == 0
		? memcached_delete(connection->memcached, request->key, request->key_length, 0)
		: memcached_cas(connection->memcached, request->key, request->key_length, "", 0,
			TIME_LONG_PAST, 0, request->cas));
}

static mcha_status serve_touch(classic_connection *connection, mcha_request *request)
{
	mcha_status status = classic_ready(connection);

	if (status != MCHA_STATUS_OK) {
		return status;
	}
	return classic_judge(connection, MCHA_VERB_TOUCH, memcached_touch(connection->memcached,
		request->key, request->key_length, wire_time(request->exptime)));
}

/* --- count ---------------------------------------------------------------------------------- */

/* Digits, and the spaces that a decrement leaves behind them. */
static void take_numeric(classic_connection *connection, mcha_request *request)
{
	const char *value = memcached_result_value(&connection->result);
	size_t length = memcached_result_length(&connection->result);
	size_t digits = 0;
	size_t end;

	while (digits < length && value[digits] >= '0' && value[digits] <= '9') {
		digits++;
	}
	for (end = digits; end < length && value[end] == ' '; end++) {
	}
	request->reply.number = digits > 0 && end == length;
	request->reply.status = MCHA_STATUS_OK;
}

/* Looks whether the value is a number. OK (also if there is none), NOT_NUMERIC, or the fault. */
static mcha_status look_at_number(classic_connection *connection, const mcha_request *request)
{
	mcha_request lookup = question(request, 0);
	mcha_status status = classic_get(connection, &lookup, NULL, take_numeric);

	if (status != MCHA_STATUS_OK || lookup.reply.status == MCHA_STATUS_MISS) {
		return status;
	}
	if (lookup.reply.status == MCHA_STATUS_OK && lookup.reply.number == 0) {
		return MCHA_STATUS_NOT_NUMERIC;
	}
	return lookup.reply.status;
}

/* The forms by key, as the plain ones take 32 bits only; the key is its own group. */
static memcached_return_t call_count(classic_connection *connection, mcha_request *request)
{
	uint64_t *number = &request->reply.number;

	if (request->create) {
		return (request->decrement ? memcached_decrement_with_initial_by_key
			: memcached_increment_with_initial_by_key)(connection->memcached, request->key,
			request->key_length, request->key, request->key_length, request->delta,
			request->initial, wire_time(request->exptime), number);
	}
	return (request->decrement ? memcached_decrement_by_key : memcached_increment_by_key)(
		connection->memcached, request->key, request->key_length, request->key,
		request->key_length, request->delta, number);
}

/* Of the answer to a value that is not a number libmemcached makes the same as of garbage, so the value is
 * looked at. */
static mcha_status judge_count(classic_connection *connection, mcha_request *request,
		memcached_return_t code)
{
	mcha_status status = classic_judge(connection, MCHA_VERB_COUNT, code);

	if (status != MCHA_STATUS_OK) {
		request->reply.number = 0;
	}
	if (status == MCHA_STATUS_PROTOCOL
		&& look_at_number(connection, request) == MCHA_STATUS_NOT_NUMERIC) {
		connection->base.error[0] = '\0';
		return MCHA_STATUS_NOT_NUMERIC;
	}
	return status;
}

static mcha_status serve_count(classic_connection *connection, mcha_request *request)
{
	mcha_status status = MCHA_STATUS_OK;

	if (request->cas != 0) {
		return MCHA_STATUS_UNSUPPORTED;
	}
	/* to "authentication required" libmemcached aborts the process after a count, but not after a
	 * get */
	if (!connection->open) {
		status = look_at_number(connection, request);
	}
	if (status == MCHA_STATUS_OK) {
		status = classic_ready(connection);
	}
	if (status != MCHA_STATUS_OK) {
		return status;
	}
	return judge_count(connection, request, call_count(connection, request));
}

/* --- version, flush ------------------------------------------------------------------------- */

static bool keep_version(classic_connection *connection)
{
	const memcached_instance_st *server
		= memcached_server_instance_by_position(connection->memcached, 0);
	unsigned major = memcached_server_major_version(server);

	if (major == UINT8_MAX) {
		return false; /* something was answered, but no version */
	}
	snprintf(connection->base.server_version, sizeof(connection->base.server_version), "%u.%u.%u",
		major, memcached_server_minor_version(server), memcached_server_micro_version(server));
	return true;
}

/* Learns the server's version, from the server. libmemcached asks once per connection and remembers; we ask to
 * know whether anybody answers. */
static mcha_status ask_version(classic_connection *connection)
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
	mcha_status status = connection->open ? MCHA_STATUS_OK : ask_version(connection);

	return status == MCHA_STATUS_OK ? classic_ready(connection) : status;
}

static mcha_status serve_version(classic_connection *connection, mcha_request *request)
{
	mcha_status status = ask_version(connection);
	const char *version = connection->base.server_version;

	if (status == MCHA_STATUS_OK
		&& !classic_give(connection, &request->reply, version, strlen(version))) {
		return MCHA_STATUS_NO_MEMORY;
	}
	return status;
}

static mcha_status serve_flush(classic_connection *connection, mcha_request *request)
{
	mcha_status status = classic_ready_connected(connection);

	if (status != MCHA_STATUS_OK) {
		return status;
	}
	return classic_judge_noted(connection, MCHA_VERB_FLUSH, memcached_flush(connection->memcached,
		request->exptime > 0 ? wire_time(request->exptime) : 0));
}

/* --- the table ------------------------------------------------------------------------------ */

typedef struct {
	mcha_status (*serve)(classic_connection *connection, mcha_request *request);
	bool has_key;
} verb_row;

static const verb_row verbs[MCHA_VERB_COUNT_OF] = {
	[MCHA_VERB_GET] = {NULL, true}, /* in batches: classic_get */
	[MCHA_VERB_STORE] = {serve_store, true},
	[MCHA_VERB_DELETE] = {serve_delete, true},
	[MCHA_VERB_TOUCH] = {serve_touch, true},
	[MCHA_VERB_COUNT] = {serve_count, true},
	[MCHA_VERB_VERSION] = {serve_version, false},
	[MCHA_VERB_STATS] = {classic_stats, false},
	[MCHA_VERB_FLUSH] = {serve_flush, false},
};

mcha_status classic_serve(classic_connection *connection, mcha_request *first, mcha_request *end)
{
	const verb_row *verb = &verbs[first->verb];
	mcha_status status;

	if (verb->has_key && (first->key_length == 0 || first->key_length > MCHA_KEY_MAX)) {
		status = MCHA_STATUS_BAD_KEY;
	} else if (!verb->serve) {
		return classic_get(connection, first, end, classic_take_value);
	} else {
		status = verb->serve(connection, first);
	}
	if (!mcha_status_is_answer(status)) {
		return status;
	}
	first->reply.status = status;
	return MCHA_STATUS_OK;
}
