/* SPDX-License-Identifier: MIT */
/* The server answers with lines of "key=<percent-encoded> exp=... ..." up to "END"; memcached
 * 1.6.45 sends a line "OK" before them, older ones do not. A server makes one list at a time, and
 * answers every other client BUSY meanwhile. */
#include "classic_keys.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "classic_stream.h"

#define BUFFER_BYTES 16384
#define BUSY_NAP_NSEC 20000000

/* "hash" (memcached 1.6.9 and newer) walks the table of all items; "all" walks the LRU lists,
 * between which items move, so that the server may leave some out. */
static const char *const questions[] = {
	"lru_crawler metadump hash\r\n",
	"lru_crawler metadump all\r\n",
	NULL,
};

struct classic_keys {
	const mcha_endpoint *endpoint;
	const mcha_transport_settings *settings;
	mcha_usec deadline;
	const char *const *question;
	bool begun; /* the server has begun to list: only keys and the end can follow */
	classic_stream stream;
	size_t start; /* in the buffer: where the bytes that are not read yet begin, */
	size_t end;   /* and where they end */
	char buffer[BUFFER_BYTES];
};

classic_keys *classic_keys_create(const mcha_endpoint *endpoint,
	const mcha_transport_settings *settings, mcha_usec deadline)
{
	classic_keys *keys = malloc(sizeof(*keys));

	if (keys) {
		keys->endpoint = endpoint;
		keys->settings = settings;
		keys->deadline = deadline;
		keys->question = questions;
		keys->begun = false;
		keys->stream = (classic_stream)CLASSIC_STREAM_CLOSED;
		keys->start = keys->end = 0;
	}
	return keys;
}

void classic_keys_destroy(classic_keys *keys)
{
	classic_stream_close(&keys->stream);
	free(keys);
}

/* --- asking ---------------------------------------------------------------------------------- */

static mcha_status send_question(classic_keys *keys)
{
	return classic_stream_send(&keys->stream, *keys->question, strlen(*keys->question));
}

/* As the meta transport does: see append_login() in meta_output.c. */
static mcha_status send_login(classic_keys *keys)
{
	char line[MCHA_LOGIN_MAX + 64];
	int length = snprintf(line, sizeof(line), "set mcha.login 0 -1 %zu\r\n%s\r\n",
		strlen(keys->settings->login), keys->settings->login);

	return classic_stream_send(&keys->stream, line, (size_t)length);
}

static mcha_status begin_list(classic_keys *keys)
{
	mcha_status status;

	if (keys->settings->username) {
		return MCHA_STATUS_UNSUPPORTED; /* servers with SASL speak the binary protocol only */
	}
	status = classic_stream_open(&keys->stream, keys->endpoint, keys->settings, keys->deadline);
	if (status == MCHA_STATUS_OK && keys->settings->login) {
		status = send_login(keys);
	}
	return status == MCHA_STATUS_OK ? send_question(keys) : status;
}

/* --- reading --------------------------------------------------------------------------------- */

static mcha_status fill_buffer(classic_keys *keys)
{
	size_t length;
	mcha_status status;

	memmove(keys->buffer, keys->buffer + keys->start, keys->end - keys->start);
	keys->end -= keys->start;
	keys->start = 0;
	length = BUFFER_BYTES - keys->end;
	if (length == 0) {
		return MCHA_STATUS_PROTOCOL; /* no line is that long */
	}
	status = classic_stream_receive(&keys->stream, keys->buffer + keys->end, &length,
		keys->deadline);
	if (status == MCHA_STATUS_OK) {
		keys->end += length;
	}
	return status;
}

/* The next line, without its line break; the bytes stay valid until the next call. */
static mcha_status read_line(classic_keys *keys, const char **line, size_t *length)
{
	for (;;) {
		char *end = memchr(keys->buffer + keys->start, '\n', keys->end - keys->start);
		mcha_status status;

		if (end) {
			*line = keys->buffer + keys->start;
			*length = (size_t)(end - *line);
			keys->start += *length + 1;
			*length -= *length && end[-1] == '\r';
			return MCHA_STATUS_OK;
		}
		if (mcha_clock_now() >= keys->deadline) {
			return MCHA_STATUS_TIMEOUT;
		}
		status = fill_buffer(keys);
		if (status != MCHA_STATUS_OK) {
			return status;
		}
	}
}

static int hex_digit(char c)
{
	return c >= '0' && c <= '9'                  ? c - '0'
		: (c | 0x20) >= 'a' && (c | 0x20) <= 'f' ? (c | 0x20) - 'a' + 10
												 : -1;
}

/* False: the bytes are no percent-encoded key. */
static bool decode_key(const char *from, const char *end, char key[MCHA_KEY_MAX], size_t *length)
{
	*length = 0;
	while (from < end && *from != ' ' && *length < MCHA_KEY_MAX) {
		if (*from == '%') {
			if (end - from < 3 || hex_digit(from[1]) < 0 || hex_digit(from[2]) < 0) {
				return false;
			}
			key[(*length)++] = (char)(hex_digit(from[1]) << 4 | hex_digit(from[2]));
			from += 3;
		} else {
			key[(*length)++] = *from++;
		}
	}
	return *length > 0 && (from == end || *from == ' ');
}

static bool line_begins(const char *line, size_t length, const char *word)
{
	return length >= strlen(word) && memcmp(line, word, strlen(word)) == 0;
}

static bool line_equals(const char *line, size_t length, const char *word)
{
	return length == strlen(word) && line_begins(line, length, word);
}

/* Reads a line that is no key. OK: the list has begun, or the question was sent again; more lines
 * follow. */
static mcha_status read_other_line(classic_keys *keys, const char *line, size_t length)
{
	static const struct timespec nap = {0, BUSY_NAP_NSEC};

	if (line_equals(line, length, "END")) {
		return MCHA_STATUS_MISS;
	}
	if (keys->begun) {
		return MCHA_STATUS_PROTOCOL;
	}
	if (line_equals(line, length, "STORED") && keys->settings->login) {
		return MCHA_STATUS_OK;
	}
	if (line_equals(line, length, "CLIENT_ERROR unauthenticated")) {
		return MCHA_STATUS_AUTH;
	}
	if (line_equals(line, length, "OK")) {
		keys->begun = true;
		return MCHA_STATUS_OK;
	}
	if (line_begins(line, length, "BUSY")) {
		nanosleep(&nap, NULL);
		return mcha_clock_now() < keys->deadline ? send_question(keys) : MCHA_STATUS_TIMEOUT;
	}
	if (line_begins(line, length, "ERROR") || line_begins(line, length, "CLIENT_ERROR")
		|| line_begins(line, length, "SERVER_ERROR")) {
		return *++keys->question ? send_question(keys) : MCHA_STATUS_UNSUPPORTED;
	}
	return MCHA_STATUS_PROTOCOL;
}

mcha_status classic_keys_next(classic_keys *keys, char key[MCHA_KEY_MAX], size_t *length)
{
	mcha_status status = keys->stream.fd < 0 ? begin_list(keys) : MCHA_STATUS_OK;

	while (status == MCHA_STATUS_OK) {
		const char *line;
		size_t size;

		status = read_line(keys, &line, &size);
		if (status != MCHA_STATUS_OK) {
			break;
		}
		if (line_begins(line, size, "key=")) {
			keys->begun = true;
			return decode_key(line + strlen("key="), line + size, key, length)
				? MCHA_STATUS_OK
				: MCHA_STATUS_PROTOCOL;
		}
		status = read_other_line(keys, line, size);
	}
	return status;
}
