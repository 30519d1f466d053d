/* SPDX-License-Identifier: MIT */
/* Encodes requests in memcached's classic text protocol (doc/protocol.txt of memcached). Writes the
 * command line only: the value and its closing CR LF follow it on the wire. */
#ifndef MCHA_ENGINE_TEXT_ENCODE_H
#define MCHA_ENGINE_TEXT_ENCODE_H

#include "request.h"

/* The commands, as far as their answers differ. */
typedef enum mcha_text_command {
	MCHA_TEXT_NONE,  /* the protocol has no command for the request */
	MCHA_TEXT_GET,   /* get, gets: mcha_text_get_word() */
	MCHA_TEXT_STORE, /* set, add, replace, append, prepend */
	MCHA_TEXT_CAS,
	MCHA_TEXT_DELETE,
	MCHA_TEXT_DELETE_CAS, /* cas to a value that expires at once */
	MCHA_TEXT_TOUCH,
	MCHA_TEXT_COUNT, /* incr, decr */
	MCHA_TEXT_VERSION,
	MCHA_TEXT_STATS,
	MCHA_TEXT_FLUSH,
	MCHA_TEXT_COUNT_OF
} mcha_text_command;

mcha_text_command mcha_text_command_of(const mcha_request *request);

/* "get" or "gets": the command of the line that the request can share with others; NULL: it needs a
 * line of its own. */
const char *mcha_text_get_word(const mcha_request *request);

/* Writes the line, CR LF included, into line[MCHA_META_LINE_MAX] and returns its length; a GET gets
 * a line of its own. Returns 0 for MCHA_TEXT_NONE. The caller has checked the key with
 * mcha_key_check(). */
size_t mcha_text_encode(const mcha_request *request, char *line);

#endif
