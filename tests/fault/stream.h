/* SPDX-License-Identifier: MIT */
/* One direction of a tunnel: bytes that have arrived from one end and cannot go to the other
 * yet. */
#ifndef MCHA_FAULT_STREAM_H
#define MCHA_FAULT_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define STREAM_NEVER INT64_MAX    /* due when the fault ends */
#define STREAM_BUFFER (64 * 1024) /* bytes read at once, and held unless the fault needs more */

typedef struct chunk {
	struct chunk *next;
	int64_t due;
	size_t start, length; /* of the bytes that are left; length 0: the end of the stream */
	char bytes[];
} chunk;

typedef struct {
	chunk *first, **last;
	size_t held;
	int64_t free_at; /* when a throttled line has passed its bytes, or the last chunk is due */
	bool requests;   /* the stream goes to memcached */
	bool ended;      /* no more bytes arrive */
	bool finished;   /* no more bytes are sent */
	bool sunk;       /* the receiving end is gone: arriving bytes are discarded */
} stream;

void stream_drop(stream *s);

/* Discards all bytes that arrive from here on. */
void stream_sink(stream *s);

/* length 0: the end of the stream. */
void stream_push(stream *s, const char *bytes, size_t length, int64_t due);
void stream_pop(stream *s);

/* When `length` bytes that arrive now are due. */
int64_t stream_due(stream *s, size_t length);

/* How many bytes may be read now. */
size_t stream_room(const stream *s);

#endif
