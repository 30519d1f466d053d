/* SPDX-License-Identifier: MIT */
/* What the fuzzers of connections share: a server that says the input's bytes, a client that asks
 * by letters, and the server's lines read by other means than the engine's. The input is a first
 * line, and all that the server says:
 *
 *     <how><pieces><requests>[|<requests>...]\n<bytes>
 *
 * how       a character from 0 on, see the fuzzer
 * pieces    the server's bytes arrive so many at a time: 1 to 9, or all at once
 * requests  a letter each, see letters[]; | begins another round on the same connection. Their
 *           keys are a, b, c ... in each round */
#ifndef MCHA_TESTS_FUZZ_CONNECTION_RIG_H
#define MCHA_TESTS_FUZZ_CONNECTION_RIG_H

#include <sys/socket.h>
#include <unistd.h>

#include "engine/transport/meta_connection.h"
#include "engine/transport/meta_output.h"
#include "engine/transport/meta_transport.h"
#include "fuzzer.h"

#define REQUESTS_MAX 12
#define LARGE (1 << 20) /* more than a socket holds */
#define NOW (1000 * MCHA_USEC_PER_SEC)
#define DEADLINE (NOW + MCHA_USEC_PER_SEC)

static const struct {
	char letter;
	mcha_verb verb;
	unsigned want;
	size_t value_length;
	uint64_t cas;
} letters[] = {
	{'g', MCHA_VERB_GET, MCHA_WANT_VALUE, 0, 0},
	{'c', MCHA_VERB_GET, MCHA_WANT_VALUE | MCHA_WANT_CAS | MCHA_WANT_TTL | MCHA_WANT_SIZE, 0, 0},
	{'m', MCHA_VERB_GET, MCHA_WANT_TTL, 0, 0},
	{'s', MCHA_VERB_STORE, MCHA_WANT_CAS, 5, 0},
	{'S', MCHA_VERB_STORE, 0, LARGE, 0},
	{'d', MCHA_VERB_DELETE, 0, 0, 0},
	{'t', MCHA_VERB_TOUCH, 0, 0, 0},
	{'n', MCHA_VERB_COUNT, 0, 0, 0},
	{'v', MCHA_VERB_VERSION, 0, 0, 0},
	{'x', MCHA_VERB_STATS, 0, 0, 0},
	{'f', MCHA_VERB_FLUSH, 0, 0, 0},
	{'C', MCHA_VERB_STORE, MCHA_WANT_CAS, 5, 7},
	{'D', MCHA_VERB_DELETE, 0, 0, 7},
	{'N', MCHA_VERB_COUNT, 0, 0, 7},
};

typedef struct line {
	const char *text; /* the bytes of the server's line, without CR LF */
	size_t length;
	const char *value;
	size_t value_length;
} line;

static size_t held; /* values given out and not yet released */

/* A server may announce a gigabyte; the fuzzer has none to give. */
static char *small_allocate(size_t size)
{
	if (size > 1 << 16) {
		return NULL;
	}
	held++;
	return mcha_allocator_libc.allocate(size);
}

static void small_release(char *bytes)
{
	held--;
	mcha_allocator_libc.release(bytes);
}

static char *small_resize(char *bytes, size_t size)
{
	return size > 1 << 16 ? NULL : mcha_allocator_libc.resize(bytes, size);
}

static const mcha_allocator small = {small_allocate, small_release, small_resize};
static const mcha_transport_settings settings = {
	.connect_timeout = MCHA_USEC_PER_SEC,
	.detect = true,
	.allocator = &small,
};
static const mcha_endpoint endpoint = {.host = "/nowhere"};
static char large_value[LARGE];

/* --- the server ------------------------------------------------------------------------------- */

static const char *said, *said_end; /* not yet sent */
static size_t piece;
static int peer;

static void hear_all(void)
{
	char bytes[1 << 16];

	while (recv(peer, bytes, sizeof(bytes), MSG_DONTWAIT) > 0) {
	}
}

/* False: the server has no more bytes. */
static bool say(void)
{
	size_t rest = (size_t)(said_end - said);
	ssize_t sent = rest ? send(peer, said, rest < piece ? rest : piece, MSG_DONTWAIT | MSG_NOSIGNAL)
						: 0;

	said += sent > 0 ? sent : 0;
	return rest > 0 && sent >= 0;
}

/* --- the client ------------------------------------------------------------------------------- */

static size_t make_requests(const char *word, size_t length, mcha_request *requests)
{
	size_t count = 0;

	static const char keys[] = "abcdefghijkl";

	for (; length && count < REQUESTS_MAX; word++, length--) {
		for (size_t i = 0; i < sizeof(letters) / sizeof(letters[0]); i++) {
			if (letters[i].letter == *word) {
				requests[count] = (mcha_request){
					.verb = letters[i].verb,
					.want = (uint8_t)letters[i].want,
					.key = &keys[count],
					.key_length = 1,
					.delta = 1,
					.cas = letters[i].cas,
					.value = large_value,
					.value_length = letters[i].value_length,
					.reply = {.status = MCHA_STATUS_PENDING, .ttl = MCHA_TTL_UNKNOWN},
				};
				count++;
				break;
			}
		}
	}
	for (size_t i = 0; i + 1 < count; i++) {
		requests[i].next = &requests[i + 1];
	}
	return count;
}

/* An open connection, as after connecting; the bytes that the client sends are ignored. */
static meta_connection *open_connection(const mcha_transport *transport)
{
	mcha_connection *base = transport->create(&endpoint, &settings);
	meta_connection *connection = (meta_connection *)base;
	int pair[2];

	REQUIRE(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
	connection->buffers = mcha_buffer_take();
	REQUIRE(connection->buffers);
	mcha_meta_reader_lend(&connection->reader, connection->buffers->input);
	connection->fd = pair[0];
	peer = pair[1];
	connection->state = META_READY;
	connection->last_used = NOW;
	return connection;
}

static void run(mcha_connection *base, mcha_request *queue, mcha_usec now)
{
	struct pollfd poll_for;
	mcha_usec until;

	base->transport->start(base, queue, now, DEADLINE);
	while (base->transport->want(base, &poll_for, &until)) {
		hear_all();
		if (!say() && said == said_end) {
			now = DEADLINE; /* the server sends no more bytes */
		}
		REQUIRE(poll(&poll_for, 1, 0) >= 0);
		base->transport->advance(base, poll_for.revents, now);
	}
}

/* --- the server's lines ----------------------------------------------------------------------- */

static bool begins(const line *line, const char *word)
{
	size_t length = strlen(word);

	return line->length >= length && memcmp(line->text, word, length) == 0;
}

/* The length of the value in the line; NULL: the line has none. */
static const char *size_in(const line *line)
{
	const char *at = line->text, *end = at + line->length;
	int spaces = begins(line, "VA ") ? 1 : begins(line, "VALUE ") ? 3 : 0;

	if (!spaces) {
		return NULL;
	}
	for (; spaces; spaces--) {
		at = memchr(at, ' ', (size_t)(end - at));
		REQUIRE(at++);
	}
	return at;
}

/* The server's next line and its value, parsed by other code than the engine's. */
static line next_line(const char **at)
{
	const char *end = memmem(*at, (size_t)(said_end - *at), "\r\n", 2);
	line next = {.text = *at};

	REQUIRE(end);
	next.length = (size_t)(end - *at);
	*at = end + 2;
	if (size_in(&next)) {
		next.value = *at;
		next.value_length = strtoul(size_in(&next), NULL, 10);
		REQUIRE(next.value_length + 2 <= (size_t)(said_end - *at));
		*at += next.value_length + 2;
	}
	return next;
}

/* The answer to "stats": lines that begin by STAT, and one that ends them. */
static void skip_stats(const char **at)
{
	line line = next_line(at);

	while (begins(&line, "STAT")) {
		line = next_line(at);
	}
}

/* The client had no memory for the answer (which may be shorter than announced), as opposed to a
 * server that reports that it has none. */
static bool is_refused_here(const mcha_request *request, const char *at)
{
	const size_t length = strlen("SERVER_ERROR");

	if (request->verb == MCHA_VERB_STATS) {
		/* a bad line behind statistics does not discard their value */
		return request->reply.status == MCHA_STATUS_NO_MEMORY && !request->reply.value;
	}
	return request->reply.status == MCHA_STATUS_NO_MEMORY
		&& ((size_t)(said_end - at) < length || memcmp(at, "SERVER_ERROR", length) != 0);
}

static void release(mcha_request *requests, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (requests[i].reply.value) {
			small.release(requests[i].reply.value);
		}
	}
}

/* A round for each word of requests, as long as the connection stays open. check: what must be so
 * of its answers. */
static void converse(meta_connection *connection, bool rests, const char *words, size_t length,
	void (*check)(const meta_connection *connection, const mcha_request *requests, size_t count))
{
	const char *end = words + length;

	for (int round = 0; words < end && connection->fd >= 0; round++) {
		const char *next = memchr(words, '|', (size_t)(end - words));
		mcha_request requests[REQUESTS_MAX];
		size_t count = make_requests(words, (size_t)((next ? next : end) - words), requests);

		words = next ? next + 1 : end;
		if (count == 0) {
			continue;
		}
		run(&connection->base, requests, round && rests ? NOW + MCHA_USEC_PER_SEC / 2 : NOW);
		check(connection, requests, count);
		release(requests, count);
	}
	close(peer);
	connection->base.transport->destroy(&connection->base);
	REQUIRE(held == 0);
}

/* The two digits of the first line, and where its requests begin. False: the line has none. */
static bool read_input(const uint8_t *data, size_t size, char most, unsigned *how,
	const char **words, size_t *length)
{
	const char *first = (const char *)data;
	const char *end = size > 2 ? memchr(first + 2, '\n', size - 2) : NULL;

	if (!end || first[0] < '0' || first[0] > most) {
		return false;
	}
	said = end + 1;
	said_end = first + size;
	piece = first[1] >= '1' && first[1] <= '9' ? (size_t)(first[1] - '0') : SIZE_MAX;
	*how = (unsigned)(first[0] - '0');
	*words = first + 2;
	*length = (size_t)(end - first) - 2;
	return true;
}

#endif
