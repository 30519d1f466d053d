/* SPDX-License-Identifier: MIT */
/* One connection of the classic transport: what its files know about a server's socket, and the two
 * things that all of them do with it, answering a request and dropping the socket. Only classic/
 * includes this header.
 *
 *   closed (memcached is NULL) ---- first request ----> a memcached_st with one server
 *        ^                                                        |
 *        +---- any fault, any answer that may be out of step -----+
 *
 * libmemcached connects by itself, inside its verbs, and remembers failures, which would delay the
 * next connect. Here a memcached_st lives as long as its socket and no longer: libmemcached never
 * reconnects unasked, and has no failure to remember. */
#ifndef MCHA_CLASSIC_CONNECTION_H
#define MCHA_CLASSIC_CONNECTION_H

#include <libmemcached/memcached.h>

#include "engine/transport/transport.h"

#define CLASSIC_BATCH_KEYS 512

typedef struct classic_connection {
	mcha_connection base;       /* first: the interface knows only this */
	bool open;                  /* connected, as far as libmemcached's answers have told */
	bool reused;                /* open since an earlier round, and silent so far in this one */
	bool serving;               /* in start(); still set at the next start() after a longjmp */
	uint32_t opened_by;         /* mcha_fork_generation: a child leaves the socket to its parent */
	memcached_st *memcached;    /* NULL: closed */
	memcached_result_st result; /* of the answer being received; lives with memcached */
	mcha_usec deadline;
	mcha_usec last_used;
	/* the keys that one "get" asks for */
	size_t batch_count;
	size_t batch_cursor; /* where the next answer is expected */
	mcha_request *batch[CLASSIC_BATCH_KEYS];
	const char *batch_keys[CLASSIC_BATCH_KEYS];
	size_t batch_lengths[CLASSIC_BATCH_KEYS];
	/* statistics gathered for the request being answered */
	char *lines;
	size_t lines_length;
	size_t lines_capacity;
} classic_connection;

/* A closed connection; endpoint and settings are borrowed. NULL: no memory. */
classic_connection *classic_connection_create(const mcha_transport *transport,
	const mcha_endpoint *endpoint, const mcha_transport_settings *settings);
void classic_connection_destroy(classic_connection *connection);

/* Drops the socket: sends nothing, waits for nothing. */
void classic_drop(classic_connection *connection);

/* Copies bytes into a reply's value, which the settings' allocator allocates. False: no memory. The
 * allocator may leave by longjmp. */
bool classic_give(const classic_connection *connection, mcha_reply *reply, const char *bytes,
	size_t length);

#endif
