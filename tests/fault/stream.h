/* SPDX-License-Identifier: MIT */
/* One direction of a tunnel: what has come from one end and cannot go to the other yet. */
#ifndef MCHA_FAULT_STREAM_H
#define MCHA_FAULT_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define STREAM_NEVER INT64_MAX /* due when the fault ends */
#define STREAM_BUFFER (64 * 1024) /* so much is read at once, and held if the fault does not want more */

typedef struct chunk {
	struct chunk *next;
	int64_t due;
	size_t start, length; /* of what is left of it; length 0: the end of the stream */
	char bytes[];
} chunk;

typedef struct {
	chunk *first, **last;
	size_t held;
	int64_t free_at; /* when a throttled line has taken what it was given, or its last chunk is due */
	bool requests;   /* it goes to memcached */
	bool ended;      /* nothing more comes */
	bool finished;   /* and nothing more goes */
	bool sunk;       /* nobody is there to take it: it is swallowed */
} stream;

void stream_drop(stream *s);

/* What comes is swallowed from here on. */
void stream_sink(stream *s);

/* length 0: the end of the stream. */
void stream_push(stream *s, const char *bytes, size_t length, int64_t due);
void stream_pop(stream *s);

/* When so many bytes that come now are to go. */
int64_t stream_due(stream *s, size_t length);

/* How much may be read now. */
size_t stream_room(const stream *s);

#endif
