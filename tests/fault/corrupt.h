/* SPDX-License-Identifier: MIT */
/* The reply stream of one connection, for the proxy: separates lines from data blocks (in the meta
 * and the text protocol), and damages replies in ways that a correct client can detect. It never
 * changes bytes inside a data block, and never turns one valid status into another. Does not use
 * sockets. */
#ifndef MCHA_FAULT_CORRUPT_H
#define MCHA_FAULT_CORRUPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef void (*reply_sink)(void *context, const char *bytes, size_t length);

typedef struct {
	char *bytes;
	size_t length, room;
} reply_bytes;

typedef struct {
	reply_sink sink; /* where replies go, damaged or not */
	void *context;
	char line[512];        /* the beginning of the line that is coming in */
	size_t line_length;    /* of all of it */
	uint64_t block;        /* bytes still to come of a data block and of its line end */
	bool midway;           /* a reply has begun and is not complete */
	bool whole;            /* all of it so far is in held */
	reply_bytes held;      /* the reply that is coming in */
	reply_bytes postponed; /* a reply that waits to change places with the next one */
	bool gap;  /* a reply was dropped: only its token tells which request another one answers */
	bool mute; /* nothing goes out any more: what follows could pass for something valid */
} reply_stream;

/* Parses replies that pass unchanged. */
void reply_stream_watch(reply_stream *stream, const char *bytes, size_t length);

/* Passes replies to the sink, about one in ten of them damaged. */
void reply_stream_corrupt(reply_stream *stream, const char *bytes, size_t length);

/* Emits the replies that are held back; no more damage from here on. */
void reply_stream_release(reply_stream *stream);

void reply_stream_free(reply_stream *stream);

void chance_seed(uint64_t seed);

/* A random number from 0 to below - 1. */
uint64_t chance(uint64_t below);

#endif
