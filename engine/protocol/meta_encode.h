/* SPDX-License-Identifier: MIT */
/* Requests as memcached meta protocol text (doc/protocol.txt of memcached, "Meta Commands").
 * Only the command line is written: the value and its closing CR LF follow it on the wire. */
#ifndef MCHA_ENGINE_META_ENCODE_H
#define MCHA_ENGINE_META_ENCODE_H

#include "request.h"

/* Longer than any line below: the key, eight numbers of 20 digits with their flags, the verb. */
#define MCHA_META_LINE_MAX (MCHA_KEY_MAX + 256)

/* Writes the line, CR LF included, into line[MCHA_META_LINE_MAX] and returns its length. opaque is
 * echoed by the server in its answer. Keys have been checked by mcha_key_check(). */
size_t mcha_meta_encode(const mcha_request *request, uint32_t opaque, char *line);

/* Longer than a line of several keys: half of what servers look for a line's end in. */
#define MCHA_META_SHARED_MAX 1024

/* "get" or "gets": the word of a line of several keys that the request can be asked in; NULL: none. */
const char *mcha_meta_shared_word(const mcha_request *request);

/* How many of the queue's first requests are best asked in one line, "get <key> <key> ..."; 0: none.
 * A server answers so many a hundred times in less than half the time that it takes for lines of their
 * own, of which it also serves only 20 at a time (its option -R). They have no opaque token, but are
 * answered under their keys. */
size_t mcha_meta_shared_count(const mcha_request *queue);

/* How many have the same word_of(), which is not NULL of the first one, and fit into one line. */
size_t mcha_meta_count_keys(const mcha_request *queue,
		const char *(*word_of)(const mcha_request *request));

/* Writes that line into line[MCHA_META_SHARED_MAX], and its length. The first request behind it. */
mcha_request *mcha_meta_encode_shared(mcha_request *queue, size_t count, const char *word, char *line,
		size_t *length);

/* A value follows the line. */
static inline bool mcha_meta_has_value(const mcha_request *request)
{
	return request->verb == MCHA_VERB_STORE;
}

#endif
