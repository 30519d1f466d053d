/* SPDX-License-Identifier: MIT */
/* The effect of the present fault on one stream: when a chunk is due, and how much may be held. */
#include "stream.h"
#include "corrupt.h"
#include "tunnel.h"

#include <stdlib.h>
#include <string.h>

/* a delay must not throttle: large values take few round trips */
#define DELAY_BUFFER (1024 * 1024)

void stream_drop(stream *s)
{
	chunk *c, *next;

	for (c = s->first; c; c = next) {
		next = c->next;
		free(c);
	}
	s->first = NULL;
	s->last = &s->first;
	s->held = 0;
}

void stream_sink(stream *s)
{
	stream_drop(s);
	s->sunk = true;
	s->finished = s->ended;
}

void stream_push(stream *s, const char *bytes, size_t length, int64_t due)
{
	chunk *c = malloc(sizeof(*c) + length);

	if (!c) {
		die("malloc");
	}
	*c = (chunk){.due = due, .length = length};
	if (length) {
		memcpy(c->bytes, bytes, length);
	}
	*s->last = c;
	s->last = &c->next;
	s->held += length;
}

void stream_pop(stream *s)
{
	chunk *c = s->first;

	s->first = c->next;
	if (!s->first) {
		s->last = &s->first;
	}
	free(c);
}

int64_t stream_due(stream *s, size_t length)
{
	int64_t due;

	switch (fault.kind) {
	case DELAY:
		return now + fault.amount * 1000;
	case THROTTLE:
		s->free_at = (s->free_at > now ? s->free_at : now)
			+ (int64_t)length * 1000000 / fault.amount;
		return s->free_at;
	case JITTER:
		due = now + (int64_t)chance((uint64_t)fault.amount * 1000 + 1);
		s->free_at = s->free_at > due ? s->free_at : due;
		return s->free_at;
	case LATE:
		return s->requests ? STREAM_NEVER : 0;
	default:
		return 0;
	}
}

size_t stream_room(const stream *s)
{
	size_t limit = STREAM_BUFFER, bite = STREAM_BUFFER;

	if (fault.kind == DELAY || fault.kind == JITTER || fault.kind == LATE) {
		limit = DELAY_BUFFER;
	} else if (fault.kind == THROTTLE && fault.amount < STREAM_BUFFER) {
		limit = (size_t)fault.amount / 10 + 1; /* the bytes that pass in 100 ms */
		bite = (size_t)fault.amount / 50 + 1;
	}
	limit = s->held < limit ? limit - s->held : 0;
	return limit < bite ? limit : bite;
}
