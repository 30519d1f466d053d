/* SPDX-License-Identifier: MIT */
/* One function per verb, called by the transport's table. Each calls libmemcached once, or twice
 * where one call does not tell what the caller needs, and returns the status. */
#include "classic_verbs.h"

#include <string.h>

#include "classic_get.h"
#include "classic_session.h"
#include "classic_status.h"
#include "engine/base/exptime.h"

/* memcached makes a negative expiry time an absolute time that is long past. The binary protocol
 * has no negative times: the first absolute time behind memcached's limit of relative ones is as
 * good. */
#define TIME_LONG_PAST (MCHA_EXPTIME_RELATIVE_MAX + 1)

static time_t to_wire_time(int64_t exptime)
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

/* A second question about the same key, which is a queue of its own. */
static mcha_request make_lookup(const mcha_request *request, uint8_t want)
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
	size_t key_length, const char *value, size_t value_length, time_t expiration, uint32_t flags);

static const store_call store_calls[] = {
	[MCHA_MODE_SET] = memcached_set,
	[MCHA_MODE_ADD] = memcached_add,
	[MCHA_MODE_REPLACE] = memcached_replace,
	[MCHA_MODE_APPEND] = memcached_append,
	[MCHA_MODE_PREPEND] = memcached_prepend,
};

/* The binary protocol names the reason; the other protocols only say that the value is not stored,
 * and so does McHA. */
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

static mcha_status translate_store(const mcha_request *request, mcha_status said)
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

static void take_cas_if_same(classic_connection *connection, mcha_request *request)
{
	const memcached_result_st *result = &connection->result;

	if (memcached_result_length(result) == request->value_length
		&& memcached_result_flags(result) == request->flags
		&& (request->value_length == 0
			|| memcmp(memcached_result_value(result), value_of(request), request->value_length)
				== 0)) { /* libmemcached gives no pointer to an empty value */
		request->reply.cas = memcached_result_cas(result);
	}
	request->reply.status = MCHA_STATUS_OK;
}

/* The server answers a store with the new CAS, which libmemcached does not return, so this asks for
 * it. Another client may have written in between, and its CAS must not pass for this store's (a
 * lock would be released by the wrong owner): the CAS counts only if the server still has this
 * store's value. */
static uint64_t ask_cas_after_store(classic_connection *connection, const mcha_request *request)
{
	mcha_request lookup = make_lookup(request, MCHA_WANT_CAS);

	if (request->mode == MCHA_MODE_APPEND || request->mode == MCHA_MODE_PREPEND) {
		return 0; /* the whole value is not known */
	}
	classic_get_one(connection, &lookup, take_cas_if_same);
	return lookup.reply.cas;
}

mcha_status classic_store(classic_connection *connection, mcha_request *request)
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
			value_of(request), request->value_length, to_wire_time(request->exptime),
			request->flags, request->cas);
	} else {
		code = store_calls[request->mode](connection->memcached, request->key, request->key_length,
			value_of(request), request->value_length, to_wire_time(request->exptime),
			request->flags);
	}
	status = translate_store(request, classic_judge(connection, MCHA_VERB_STORE, code));
	if (status == MCHA_STATUS_OK && (request->want & MCHA_WANT_CAS)) {
		request->reply.cas = ask_cas_after_store(connection, request);
	}
	return status;
}

/* --- delete, touch -------------------------------------------------------------------------- */

/* libmemcached has no delete with a CAS. An empty value that has expired already, stored with the
 * CAS, does the same and is as atomic: no reader ever sees that value. */
mcha_status classic_delete(classic_connection *connection, mcha_request *request)
{
	mcha_status status = classic_ready(connection);

	if (status != MCHA_STATUS_OK) {
		return status;
	}
	return classic_judge(connection, MCHA_VERB_DELETE,
		request->cas == 0
			? memcached_delete(connection->memcached, request->key, request->key_length, 0)
			: memcached_cas(connection->memcached, request->key, request->key_length, "", 0,
				TIME_LONG_PAST, 0, request->cas));
}

mcha_status classic_touch(classic_connection *connection, mcha_request *request)
{
	mcha_status status = classic_ready(connection);

	if (status != MCHA_STATUS_OK) {
		return status;
	}
	return classic_judge(connection, MCHA_VERB_TOUCH,
		memcached_touch(connection->memcached, request->key, request->key_length,
			to_wire_time(request->exptime)));
}

/* --- count ---------------------------------------------------------------------------------- */

/* The reply's number says whether the value is one: digits, and the spaces that a decrement leaves
 * behind them. */
static void take_is_number(classic_connection *connection, mcha_request *request)
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

/* Asks whether the value is a number. OK (also if there is no value), NOT_NUMERIC, or the fault. */
static mcha_status check_number(classic_connection *connection, const mcha_request *request)
{
	mcha_request lookup = make_lookup(request, 0);
	mcha_status status = classic_get_one(connection, &lookup, take_is_number);

	if (status != MCHA_STATUS_OK || lookup.reply.status == MCHA_STATUS_MISS) {
		return status;
	}
	if (lookup.reply.status == MCHA_STATUS_OK && lookup.reply.number == 0) {
		return MCHA_STATUS_NOT_NUMERIC;
	}
	return lookup.reply.status;
}

/* Calls the functions "by key", as those without take 32 bits only; the key is its own group. */
static memcached_return_t call_count(classic_connection *connection, mcha_request *request)
{
	uint64_t *number = &request->reply.number;

	if (request->create) {
		return (request->decrement ? memcached_decrement_with_initial_by_key
								   : memcached_increment_with_initial_by_key)(connection->memcached,
			request->key, request->key_length, request->key, request->key_length, request->delta,
			request->initial, to_wire_time(request->exptime), number);
	}
	return (request->decrement ? memcached_decrement_by_key
							   : memcached_increment_by_key)(connection->memcached, request->key,
		request->key_length, request->key, request->key_length, request->delta, number);
}

/* libmemcached returns the same code when the value is not a number and when the answer is garbage:
 * a look at the value tells the two apart. */
static mcha_status judge_count(classic_connection *connection, mcha_request *request,
	memcached_return_t code)
{
	mcha_status status = classic_judge(connection, MCHA_VERB_COUNT, code);

	if (status != MCHA_STATUS_OK) {
		request->reply.number = 0;
	}
	if (status == MCHA_STATUS_PROTOCOL
		&& check_number(connection, request) == MCHA_STATUS_NOT_NUMERIC) {
		connection->base.error[0] = '\0';
		return MCHA_STATUS_NOT_NUMERIC;
	}
	return status;
}

mcha_status classic_count(classic_connection *connection, mcha_request *request)
{
	mcha_status status = MCHA_STATUS_OK;

	if (request->cas != 0) {
		return MCHA_STATUS_UNSUPPORTED;
	}
	/* libmemcached aborts the process when the server answers a count by "authentication required",
	 * but not when it answers a get so */
	if (!connection->open) {
		status = check_number(connection, request);
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

mcha_status classic_version(classic_connection *connection, mcha_request *request)
{
	mcha_status status = classic_ask_version(connection);
	const char *version = connection->base.server_version;

	if (status == MCHA_STATUS_OK
		&& !classic_give(connection, &request->reply, version, strlen(version))) {
		return MCHA_STATUS_NO_MEMORY;
	}
	return status;
}

mcha_status classic_flush(classic_connection *connection, mcha_request *request)
{
	mcha_status status = classic_ready_connected(connection);

	if (status != MCHA_STATUS_OK) {
		return status;
	}
	return classic_judge_noted(connection, MCHA_VERB_FLUSH,
		memcached_flush(connection->memcached,
			request->exptime > 0 ? to_wire_time(request->exptime) : 0));
}
