/* SPDX-License-Identifier: MIT */
/* Lines of "key=<percent-encoded> exp=... ..." up to "END"; memcached 1.6.45 puts a line "OK" before them,
 * older ones do not. A server makes one list at a time, and answers BUSY to every other client
 * meanwhile. */
#include "classic_keys.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "classic_address.h"

#define BUFFER_BYTES 16384
#define BUSY_NAP_NSEC 20000000

/* By the table of all items where the server can (1.6.9), as they move between its lists. */
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
	bool begun;      /* the server has begun to list: only keys and the end can follow */
	int fd;          /* -1: not connected */
	size_t start;    /* of what has not been looked at in the buffer, */
	size_t end;      /* and its end */
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
		keys->fd = -1;
		keys->start = keys->end = 0;
	}
	return keys;
}

void classic_keys_destroy(classic_keys *keys)
{
	if (keys->fd >= 0) {
		close(keys->fd);
	}
	free(keys);
}

/* --- asking ---------------------------------------------------------------------------------- */

static mcha_status connect_to(classic_keys *keys, const mcha_address *address)
{
	mcha_usec until = mcha_clock_now() + keys->settings->connect_timeout;
	mcha_socket_options options = {.keepalive = keys->settings->keepalive};
	bool connecting;
	int fd = mcha_socket_open(address, &options, &connecting);

	if (fd < 0) {
		return MCHA_STATUS_CONNECT;
	}
	until = until < keys->deadline ? until : keys->deadline;
	if (connecting && (!classic_wait(fd, POLLOUT, until) || mcha_socket_connect_error(fd) != 0)) {
		close(fd);
		return mcha_clock_now() >= keys->deadline ? MCHA_STATUS_TIMEOUT : MCHA_STATUS_CONNECT;
	}
	keys->fd = fd;
	return MCHA_STATUS_OK;
}

static mcha_status connect_somewhere(classic_keys *keys)
{
	mcha_address addresses[MCHA_ADDRESSES_MAX];
	size_t i, count = classic_addresses(keys->endpoint, keys->deadline, addresses);
	mcha_status status = MCHA_STATUS_UNRESOLVED;

	for (i = 0; i < count; i++) {
		status = connect_to(keys, &addresses[i]);
		if (status == MCHA_STATUS_OK) {
			break;
		}
	}
	return status;
}

/* A short line on an idle connection: it goes out in one piece. */
static mcha_status ask(classic_keys *keys)
{
	size_t length = strlen(*keys->question);

	return send(keys->fd, *keys->question, length, MSG_NOSIGNAL) == (ssize_t)length ? MCHA_STATUS_OK
		: MCHA_STATUS_IO;
}

static mcha_status begin(classic_keys *keys)
{
	mcha_status status;

	if (keys->endpoint->tls || keys->settings->username) {
		return MCHA_STATUS_UNSUPPORTED; /* who wants SASL speaks the binary protocol alone */
	}
	status = connect_somewhere(keys);
	return status == MCHA_STATUS_OK ? ask(keys) : status;
}

/* --- reading --------------------------------------------------------------------------------- */

static mcha_status fill(classic_keys *keys)
{
	ssize_t got;

	memmove(keys->buffer, keys->buffer + keys->start, keys->end - keys->start);
	keys->end -= keys->start;
	keys->start = 0;
	if (keys->end == BUFFER_BYTES) {
		return MCHA_STATUS_PROTOCOL; /* no line is that long */
	}
	for (;;) {
		if (!classic_wait(keys->fd, POLLIN, keys->deadline)) {
			return MCHA_STATUS_TIMEOUT;
		}
		got = recv(keys->fd, keys->buffer + keys->end, BUFFER_BYTES - keys->end, MSG_DONTWAIT);
		if (got > 0) {
			keys->end += (size_t)got;
			return MCHA_STATUS_OK;
		}
		if (got == 0 || (errno != EAGAIN && errno != EINTR)) {
			return got == 0 ? MCHA_STATUS_CLOSED : MCHA_STATUS_IO;
		}
	}
}

/* The next line, without its end; it stays where it is until the next one is asked for. */
static mcha_status next_line(classic_keys *keys, const char **line, size_t *length)
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
		status = fill(keys);
		if (status != MCHA_STATUS_OK) {
			return status;
		}
	}
}

static int digit(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : (c | 0x20) >= 'a' && (c | 0x20) <= 'f'
		? (c | 0x20) - 'a' + 10 : -1;
}

/* False: it is none. */
static bool decode(const char *from, const char *end, char key[MCHA_KEY_MAX], size_t *length)
{
	*length = 0;
	while (from < end && *from != ' ' && *length < MCHA_KEY_MAX) {
		if (*from == '%') {
			if (end - from < 3 || digit(from[1]) < 0 || digit(from[2]) < 0) {
				return false;
			}
			key[(*length)++] = (char)(digit(from[1]) << 4 | digit(from[2]));
			from += 3;
		} else {
			key[(*length)++] = *from++;
		}
	}
	return *length > 0 && (from == end || *from == ' ');
}

static bool begins(const char *line, size_t length, const char *word)
{
	return length >= strlen(word) && memcmp(line, word, strlen(word)) == 0;
}

static bool equals(const char *line, size_t length, const char *word)
{
	return length == strlen(word) && begins(line, length, word);
}

/* A line that is no key. OK: go on reading, the list has begun or the server has been asked again. */
static mcha_status other_line(classic_keys *keys, const char *line, size_t length)
{
	static const struct timespec nap = {0, BUSY_NAP_NSEC};

	if (equals(line, length, "END")) {
		return MCHA_STATUS_MISS;
	}
	if (keys->begun) {
		return MCHA_STATUS_PROTOCOL;
	}
	if (equals(line, length, "OK")) {
		keys->begun = true;
		return MCHA_STATUS_OK;
	}
	if (begins(line, length, "BUSY")) {
		nanosleep(&nap, NULL);
		return mcha_clock_now() < keys->deadline ? ask(keys) : MCHA_STATUS_TIMEOUT;
	}
	if (begins(line, length, "ERROR") || begins(line, length, "CLIENT_ERROR")
		|| begins(line, length, "SERVER_ERROR")) {
		return *++keys->question ? ask(keys) : MCHA_STATUS_UNSUPPORTED;
	}
	return MCHA_STATUS_PROTOCOL;
}

mcha_status classic_keys_next(classic_keys *keys, char key[MCHA_KEY_MAX], size_t *length)
{
	mcha_status status = keys->fd < 0 ? begin(keys) : MCHA_STATUS_OK;

	while (status == MCHA_STATUS_OK) {
		const char *line;
		size_t size;

		status = next_line(keys, &line, &size);
		if (status != MCHA_STATUS_OK) {
			break;
		}
		if (begins(line, size, "key=")) {
			keys->begun = true;
			return decode(line + strlen("key="), line + size, key, length) ? MCHA_STATUS_OK
				: MCHA_STATUS_PROTOCOL;
		}
		status = other_line(keys, line, size);
	}
	return status;
}
