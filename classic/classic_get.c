/* SPDX-License-Identifier: MIT */
/* Reads runs of keys by memcached_mget, batch by batch, and assigns each answer to its request by
 * the key. Called by the transport for GETs, and by the verbs for the second question that some
 * need. */
#include "classic_get.h"

#include <string.h>

#include "classic_session.h"
#include "classic_status.h"

/* A batch fits libmemcached's output buffer, so that libmemcached sends it in one piece. It would
 * send a longer batch in several, and if the connection breaks between two pieces libmemcached
 * connects again and sends the rest: the keys of the first pieces would look like misses. The limit
 * also keeps client and server from waiting for each other, when the server answers while the
 * client still sends. */
#define BATCH_BYTES (MEMCACHED_MAX_BUFFER - 64)
#define BINARY_HEADER_BYTES 24

static size_t count_bytes(const mcha_request *request)
{
	return request->key_length + BINARY_HEADER_BYTES;
}

/* Returns the first request that has no place in the batch. The first batch of a new connection has
 * one key: libmemcached does not tell why a connect failed when it was asked for many keys. */
static mcha_request *fill_batch(classic_connection *connection, mcha_request *first,
	const mcha_request *end)
{
	size_t room = connection->open ? BATCH_BYTES : 0;
	size_t count = 0;
	mcha_request *request = first;

	while (request != end && count < CLASSIC_BATCH_KEYS
		&& (count == 0 || count_bytes(request) <= room)) {
		size_t bytes = count_bytes(request);

		connection->batch[count] = request;
		connection->batch_keys[count] = request->key;
		connection->batch_lengths[count] = request->key_length;
		room -= bytes < room ? bytes : room;
		count++;
		request = request->next;
	}
	connection->batch_count = count;
	connection->batch_cursor = 0;
	return request;
}

/* The request that the received key answers; NULL: none. Servers answer in order, so that it is
 * mostly the next request; proxies that split a batch over servers answer out of order. A key that
 * was asked for twice is answered twice. */
static mcha_request *find_request(classic_connection *connection)
{
	const char *key = memcached_result_key_value(&connection->result);
	size_t length = memcached_result_key_length(&connection->result);
	size_t i;

	for (i = 0; i < connection->batch_count; i++) {
		size_t at = (connection->batch_cursor + i) % connection->batch_count;
		mcha_request *request = connection->batch[at];

		if (request->reply.status == MCHA_STATUS_PENDING && request->key_length == length
			&& memcmp(request->key, key, length) == 0) {
			connection->batch_cursor = at + 1;
			return request;
		}
	}
	return NULL;
}

static mcha_status send_batch(classic_connection *connection)
{
	mcha_status status = classic_ready(connection);
	memcached_return_t code;

	if (status != MCHA_STATUS_OK) {
		return status;
	}
	memcached_behavior_set(connection->memcached, MEMCACHED_BEHAVIOR_SUPPORT_CAS,
		(connection->batch[0]->want & MCHA_WANT_CAS) != 0); /* "gets" instead of "get" */
	code = memcached_mget(connection->memcached, connection->batch_keys, connection->batch_lengths,
		connection->batch_count);
	if (code != MEMCACHED_SUCCESS) {
		return classic_judge(connection, MCHA_VERB_GET, code);
	}
	connection->open = true;
	return MCHA_STATUS_OK;
}

/* OK: the server has sent all answers, and the end of them. */
static mcha_status receive_batch(classic_connection *connection, classic_taker take)
{
	memcached_return_t code;

	/* libmemcached reports a fault before the first value as "not found", which would make an
	 * unreachable server look like an empty one. It counts the values: the count starts at one. */
	connection->result.count = 1;
	for (;;) {
		mcha_status status = classic_ready(connection);
		mcha_request *request;

		if (status != MCHA_STATUS_OK) {
			return status;
		}
		if (!memcached_fetch_result(connection->memcached, &connection->result, &code)) {
			break;
		}
		request = find_request(connection);
		if (!request) {
			return classic_fault(connection, MCHA_STATUS_PROTOCOL, MEMCACHED_PROTOCOL_ERROR);
		}
		connection->reused = false;
		take(connection, request);
		if (request->reply.status == MCHA_STATUS_PROTOCOL) {
			return classic_fault(connection, MCHA_STATUS_PROTOCOL, MEMCACHED_PROTOCOL_ERROR);
		}
	}
	return classic_judge(connection, MCHA_VERB_GET, code);
}

static void finish_batch(classic_connection *connection, mcha_status status)
{
	size_t i;

	for (i = 0; i < connection->batch_count; i++) {
		if (connection->batch[i]->reply.status == MCHA_STATUS_PENDING) {
			connection->batch[i]->reply.status = status;
		}
	}
}

static mcha_status read_requests(classic_connection *connection, mcha_request *first,
	mcha_request *end, classic_taker take)
{
	while (first != end) {
		mcha_request *next = fill_batch(connection, first, end);
		mcha_status status = send_batch(connection);

		if (status == MCHA_STATUS_OK) {
			status = receive_batch(connection, take);
		}
		if (!mcha_status_is_answer(status)) {
			return status;
		}
		finish_batch(connection, status == MCHA_STATUS_OK ? MCHA_STATUS_MISS : status);
		first = next;
	}
	return MCHA_STATUS_OK;
}

static void take_value(classic_connection *connection, mcha_request *request)
{
	const memcached_result_st *result = &connection->result;
	mcha_reply *reply = &request->reply;
	mcha_status status = MCHA_STATUS_OK;

	reply->flags = memcached_result_flags(result);
	reply->size = memcached_result_length(result);
	if (reply->size > MCHA_VALUE_MAX) {
		reply->size = 0; /* libmemcached accepts any length, and misreads the largest ones */
		reply->status = MCHA_STATUS_PROTOCOL;
		return;
	}
	reply->ttl = MCHA_TTL_UNKNOWN;
	if (request->want & MCHA_WANT_CAS) {
		reply->cas = memcached_result_cas(result);
	}
	if ((request->want & MCHA_WANT_VALUE)
		&& !classic_give(connection, reply, memcached_result_value(result), reply->size)) {
		status = MCHA_STATUS_NO_MEMORY;
	}
	reply->status = status;
}

mcha_status classic_get(classic_connection *connection, mcha_request *first, mcha_request *end)
{
	return read_requests(connection, first, end, take_value);
}

mcha_status classic_get_one(classic_connection *connection, mcha_request *request,
	classic_taker take)
{
	return read_requests(connection, request, request->next, take);
}
