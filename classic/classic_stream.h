/* SPDX-License-Identifier: MIT */
/* A connection of its own to a server, with TLS or without, whose calls block until the deadline at
 * most: for questions that libmemcached does not know. */
#ifndef MCHA_CLASSIC_STREAM_H
#define MCHA_CLASSIC_STREAM_H

#include "engine/net/tls/tls.h"
#include "engine/transport/transport.h"

typedef struct classic_stream {
	int fd; /* -1: not connected */
	mcha_tls *tls;
} classic_stream;

#define CLASSIC_STREAM_CLOSED \
	{ \
		-1, NULL \
	}

/* OK, or why the server cannot be connected to. */
mcha_status classic_stream_open(classic_stream *stream, const mcha_endpoint *endpoint,
	const mcha_transport_settings *settings, mcha_usec deadline);

void classic_stream_close(classic_stream *stream);

/* A short line on an idle connection, which the socket takes as a whole. */
mcha_status classic_stream_send(classic_stream *stream, const char *line, size_t length);

/* The next bytes: *length is the room for them, and then their count. */
mcha_status classic_stream_receive(classic_stream *stream, char *bytes, size_t *length,
	mcha_usec deadline);

#endif
