/* SPDX-License-Identifier: MIT */
/* The inside of the classic transport, shared by its files alone: classic_transport.c (life, the
 * interface), classic_status.c (what libmemcached's codes mean), classic_get.c (reading, in
 * batches), classic_verbs.c (everything else), classic_stats.c, classic_address.c (names).
 *
 *   closed (memcached is NULL) ---- first request ----> a memcached_st with one server
 *        ^                                                        |
 *        +---- any fault, any answer that may be out of step -----+
 *
 * libmemcached connects by itself, inside its verbs, and keeps a memory of failures that would hold
 * the next try back. Here a memcached_st lives as long as its socket and no longer, so that it
 * never reconnects behind our back and has nothing to remember. */
#ifndef MCHA_CLASSIC_CONNECTION_H
#define MCHA_CLASSIC_CONNECTION_H

#include <libmemcached/memcached.h>

#include "engine/base/fork_generation.h"
#include "engine/net/socket.h"
#include "engine/transport/transport.h"

#define CLASSIC_BATCH_KEYS 512

typedef struct classic_connection {
	mcha_connection base;       /* first: the interface knows only this */
	bool open;                  /* connected, as far as we know */
	bool reused;                /* open since an earlier round, and silent so far in this one */
	bool serving;               /* in start(); found set by the next one after a longjmp */
	uint32_t opened_by;         /* mcha_fork_generation: a fork's child leaves it to its parent */
	memcached_st *memcached;    /* NULL: closed */
	memcached_result_st result; /* of the answer being received; lives with memcached */
	mcha_usec deadline;
	mcha_usec last_used;
	/* the keys that one "get" asks for */
	size_t batch_count;
	size_t batch_cursor;        /* where the next answer is expected */
	mcha_request *batch[CLASSIC_BATCH_KEYS];
	const char *batch_keys[CLASSIC_BATCH_KEYS];
	size_t batch_lengths[CLASSIC_BATCH_KEYS];
	/* statistics gathered for the request being answered */
	char *lines;
	size_t lines_length;
	size_t lines_capacity;
} classic_connection;

/* --- classic_transport.c -------------------------------------------------------------------- */

/* Makes sure that there is a memcached_st, and gives its waits what remains of the time. To be
 * called before every call of libmemcached that may wait. OK, or the fault. */
mcha_status classic_ready(classic_connection *connection);

/* Drops the socket: sends nothing, waits for nothing. */
void classic_drop(classic_connection *connection);

/* Copies bytes into a value of the user's allocator. May leave by longjmp. */
bool classic_give(classic_connection *connection, mcha_reply *reply, const char *bytes,
		size_t length);

/* --- classic_status.c ----------------------------------------------------------------------- */

/* The status of a finished call for this verb. After a fault, and after an answer that leaves the
 * position in the stream in doubt, the connection is dropped; base.error describes a fault. */
mcha_status classic_judge(classic_connection *connection, mcha_verb verb,
		memcached_return_t code);

/* Likewise for calls that wrap or forget their codes: the newest error noted by libmemcached
 * counts, where there is one. Not for calls that may have connected: a second address that worked
 * leaves the error of the first one behind. */
mcha_status classic_judge_noted(classic_connection *connection, mcha_verb verb,
		memcached_return_t code);

/* Drops the connection and describes why. Returns the status, which may be a closer one. */
mcha_status classic_fault(classic_connection *connection, mcha_status status,
		memcached_return_t code);

/* --- classic_address.c ---------------------------------------------------------------------- */

/* The host that libmemcached is to connect to: the endpoint's, or the number of its name. False: it
 * could not be looked up by the deadline. */
bool classic_address(const classic_connection *connection, char host[MCHA_HOST_MAX + 1]);

/* All addresses of a server; 0: none were found by the deadline. */
size_t classic_addresses(const mcha_endpoint *endpoint, mcha_usec deadline,
		mcha_address addresses[MCHA_ADDRESSES_MAX]);

/* Polls until then, whatever signals arrive. */
bool classic_wait(int fd, short events, mcha_usec until);

/* --- classic_get.c -------------------------------------------------------------------------- */

/* Takes what connection->result holds into the request's reply, status included. */
typedef void (*classic_taker)(classic_connection *connection, mcha_request *request);

/* Answers the GETs from first to before end, which all want the same. A fault is returned and
 * leaves unanswered requests PENDING; otherwise OK. */
mcha_status classic_get(classic_connection *connection, mcha_request *first, mcha_request *end,
		classic_taker take);

void classic_take_value(classic_connection *connection, mcha_request *request);

/* --- classic_verbs.c, classic_stats.c ------------------------------------------------------- */

/* Answers the requests from first to before end: GETs that want the same, or one other request.
 * OK, or the fault, with unanswered requests left PENDING. */
mcha_status classic_serve(classic_connection *connection, mcha_request *first, mcha_request *end);

/* classic_ready() with a server that is connected, as classic_judge_noted() needs it. */
mcha_status classic_ready_connected(classic_connection *connection);

/* One verb each: the status of the answer, or the fault. */
mcha_status classic_stats(classic_connection *connection, mcha_request *request);

#endif
