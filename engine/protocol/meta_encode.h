/* SPDX-License-Identifier: MIT */
/* Encodes requests in memcached's meta protocol (doc/protocol.txt of memcached, "Meta Commands").
 * Writes the command line only: the value and its closing CR LF follow it on the wire. */
#ifndef MCHA_ENGINE_META_ENCODE_H
#define MCHA_ENGINE_META_ENCODE_H

#include "request.h"

/* Longer than any line of one request: the key, eight numbers of 20 digits with their flags, the
 * verb. */
#define MCHA_META_LINE_MAX (MCHA_KEY_MAX + 256)

/* Writes the line, CR LF included, into line[MCHA_META_LINE_MAX] and returns its length. The server
 * returns opaque in its answer. The caller has checked the key with mcha_key_check(). */
size_t mcha_meta_encode(const mcha_request *request, uint32_t opaque, char *line);

/* Longer than a line of several keys; half of the bytes in which a server looks for the end of a
 * line. */
#define MCHA_META_SHARED_MAX 1024

/* "get" or "gets": the command of the shared line that can carry this request; NULL: none can. */
const char *mcha_meta_shared_word(const mcha_request *request);

/* How many of the queue's first requests are best sent in one line, "get <key> <key> ..."; 0: none.
 * A server answers a shared line of a hundred keys in less than half the time of a hundred separate
 * lines, of which it also serves only 20 at a time (its option -R). The keys of a shared line have
 * no opaque token: the server answers with the key. */
size_t mcha_meta_shared_count(const mcha_request *queue);

/* How many of the queue's first requests have the same word_of() and fit into one line; 0 if
 * word_of() is NULL for the first one. */
size_t mcha_meta_count_keys(const mcha_request *queue,
	const char *(*word_of)(const mcha_request *request));

/* Writes the shared line of the first count requests into line[MCHA_META_SHARED_MAX], and its
 * length into *length. Returns the request behind them. */
mcha_request *mcha_meta_encode_shared(mcha_request *queue, size_t count, const char *word,
	char *line, size_t *length);

/* A value follows the command line of this request. */
static inline bool mcha_meta_has_value(const mcha_request *request)
{
	return request->verb == MCHA_VERB_STORE;
}

#endif
