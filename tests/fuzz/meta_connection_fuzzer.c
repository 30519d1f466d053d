/* SPDX-License-Identifier: MIT */
/* Any bytes as what a server says to a connection with several requests outstanding: an answer is
 * only ever the one that carried the request's own token, and a value the bytes behind that line.
 * The input is a first line, and all that the server says:
 *
 *     <how><pieces><requests>[|<requests>...]\n<bytes>
 *
 * how       0 to 7, added up: 1 the greeting comes first, 2 and the no-op, or (without 1) the server
 *           is one that names its token on a miss, 4 rounds come after a rest
 * pieces    the server's bytes arrive so many at a time: 1 to 9, or all at once
 * requests  a letter each, see letters[]; | begins another round on the same connection. Their keys are a, b, c ... in each
 *           round */
#include <sys/socket.h>
#include <unistd.h>

#include "engine/meta_connection.h"
#include "engine/meta_transport.h"
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
} letters[] = {
	{'g', MCHA_VERB_GET, MCHA_WANT_VALUE, 0},
	{'c', MCHA_VERB_GET, MCHA_WANT_VALUE | MCHA_WANT_CAS | MCHA_WANT_TTL | MCHA_WANT_SIZE, 0},
	{'m', MCHA_VERB_GET, MCHA_WANT_TTL, 0},
	{'s', MCHA_VERB_STORE, MCHA_WANT_CAS, 5},
	{'S', MCHA_VERB_STORE, 0, LARGE},
	{'d', MCHA_VERB_DELETE, 0, 0},
	{'t', MCHA_VERB_TOUCH, 0, 0},
	{'n', MCHA_VERB_COUNT, 0, 0},
	{'v', MCHA_VERB_VERSION, 0, 0},
	{'x', MCHA_VERB_STATS, 0, 0},
	{'f', MCHA_VERB_FLUSH, 0, 0},
};

typedef struct line {
	const char *text; /* what the server said, without CR LF */
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
static const mcha_transport_settings settings = {.connect_timeout = MCHA_USEC_PER_SEC,
	.detect = true, .allocator = &small};
static const mcha_endpoint endpoint = {.host = "/nowhere"};
static char large_value[LARGE];

/* --- the server -------------------------------------------------------------------------------- */

static const char *said, *said_end; /* not yet sent */
static size_t piece;
static int peer;

static void hear_all(void)
{
	char bytes[1 << 16];

	while (recv(peer, bytes, sizeof(bytes), MSG_DONTWAIT) > 0) {
	}
}

/* False: it has nothing more to say. */
static bool say(void)
{
	size_t rest = (size_t)(said_end - said);
	ssize_t sent = rest ? send(peer, said, rest < piece ? rest : piece, MSG_DONTWAIT | MSG_NOSIGNAL) : 0;

	said += sent > 0 ? sent : 0;
	return rest > 0 && sent >= 0;
}

/* --- the client -------------------------------------------------------------------------------- */

static size_t make_requests(const char *word, size_t length, mcha_request *requests)
{
	size_t count = 0;

	static const char keys[] = "abcdefghijkl";

	for (; length && count < REQUESTS_MAX; word++, length--) {
		for (size_t i = 0; i < sizeof(letters) / sizeof(letters[0]); i++) {
			if (letters[i].letter == *word) {
				requests[count] = (mcha_request){.verb = letters[i].verb,
					.want = (uint8_t)letters[i].want, .key = &keys[count], .key_length = 1, .delta = 1,
					.value = large_value, .value_length = letters[i].value_length,
					.reply = {.status = MCHA_STATUS_PENDING, .ttl = MCHA_TTL_UNKNOWN}};
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

/* An open connection, as after connecting; what it says is heard by nobody in particular. */
static meta_connection *open_connection(unsigned how)
{
	mcha_connection *base = mcha_transport_meta.create(&endpoint, &settings);
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
	if (how & 1) {
		meta_output_greet(connection, how & 2);
	} else {
		connection->echoes_on_miss = how & 2;
	}
	return connection;
}

static void run(mcha_connection *base, mcha_request *queue, mcha_usec now)
{
	struct pollfd poll_for;
	mcha_usec until;

	mcha_transport_meta.start(base, queue, now, DEADLINE);
	while (mcha_transport_meta.want(base, &poll_for, &until)) {
		hear_all();
		if (!say() && said == said_end) {
			now = DEADLINE; /* it says nothing more */
		}
		REQUIRE(poll(&poll_for, 1, 0) >= 0);
		mcha_transport_meta.advance(base, poll_for.revents, now);
	}
}

/* --- what must be so --------------------------------------------------------------------------- */

static bool begins(const line *line, const char *word)
{
	size_t length = strlen(word);

	return line->length >= length && memcmp(line->text, word, length) == 0;
}

/* Where the line says how long its value is; NULL: it has none. */
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

/* The server's next line and its value, read by other means than the engine's. */
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

/* Its tokens are all this one; false: it has none. */
static bool has_token(const line *line, uint32_t token)
{
	const char *at = line->text, *end = at + line->length;
	bool found = false;

	while ((at = memmem(at, (size_t)(end - at), " O", 2)) != NULL) {
		REQUIRE(strtoul(at += 2, NULL, 10) == token);
		found = true;
	}
	return found;
}

static bool is_meta(const mcha_request *request)
{
	return request->verb < MCHA_VERB_VERSION;
}

static void require_value(const mcha_request *request, const line *line)
{
	const mcha_reply *reply = &request->reply;

	if (request->verb == MCHA_VERB_COUNT) {
		REQUIRE(reply->status != MCHA_STATUS_OK || (line->value && !reply->value));
		REQUIRE(!line->value || reply->number == strtoull(line->value, NULL, 10));
	} else if (request->verb != MCHA_VERB_GET) {
		return;
	} else if (line->value) {
		REQUIRE(reply->status == MCHA_STATUS_OK);
		REQUIRE(reply->value && reply->size == line->value_length);
		REQUIRE(memcmp(reply->value, line->value, line->value_length) == 0);
		REQUIRE(reply->value[line->value_length] == '\0');
	} else {
		REQUIRE(!reply->value);
		REQUIRE(reply->status != MCHA_STATUS_OK || !(request->want & MCHA_WANT_VALUE));
	}
}

/* This request's answer is the server's next line, and that was said to this request. */
static void require_own_answer(const mcha_request *request, uint32_t token, bool echoes_on_miss,
		const char **at)
{
	line line = next_line(at);

	while (request->verb == MCHA_VERB_STATS && begins(&line, "STAT")) {
		line = next_line(at);
	}
	if (is_meta(request) && mcha_status_is_answer(request->reply.status) && !begins(&line, "CLIENT_")
		&& !begins(&line, "SERVER_") && !begins(&line, "BUSY")) {
		REQUIRE(has_token(&line, token) || (begins(&line, "EN") && !echoes_on_miss));
	} else {
		REQUIRE(request->reply.status != MCHA_STATUS_OK || !is_meta(request));
	}
	require_value(request, &line);
}

/* A request of a shared line: its value came under its key, or was left out up to the line's end. */
static void require_named_answer(const mcha_request *request, const char **at)
{
	line line;

	if (request->reply.status == MCHA_STATUS_OK) {
		line = next_line(at);
		REQUIRE(begins(&line, "VALUE ") && line.text[6] == *request->key && line.text[7] == ' ');
		require_value(request, &line);
	} else {
		REQUIRE(request->reply.status == MCHA_STATUS_MISS && !request->reply.value);
	}
}

/* False: it has not come, and nobody behind it was answered. */
static bool passes_end_of_line(const mcha_request *request, const char **at)
{
	bool ended = said_end - *at >= 5 && memcmp(*at, "END\r\n", 5) == 0;

	REQUIRE(ended || request->reply.status != MCHA_STATUS_MISS);
	*at += ended ? 5 : 0;
	return ended;
}

/* There was no memory here for what it says (and there may be less of it than it announced); not: the server
 * has none. */
static bool is_refused_here(const mcha_request *request, const char *at)
{
	const size_t length = strlen("SERVER_ERROR");

	return request->reply.status == MCHA_STATUS_NO_MEMORY
		&& ((size_t)(said_end - at) < length || memcmp(at, "SERVER_ERROR", length) != 0);
}

/* Those that were answered, in their order; behind the first that was not, none is. */
static uint32_t require_own_answers(const mcha_request *requests, size_t count, uint32_t token,
		bool echoes_on_miss, const char **at)
{
	bool good = true;

	for (size_t i = 0; i < count; i++) {
		REQUIRE(requests[i].reply.status != MCHA_STATUS_PENDING);
		good = good && mcha_status_is_answer(requests[i].reply.status)
			&& !is_refused_here(&requests[i], *at);
		if (good && requests[i].line == MCHA_LINE_OWN) {
			require_own_answer(&requests[i], ++token, echoes_on_miss, at);
		} else if (good) {
			require_named_answer(&requests[i], at);
			good = requests[i].line != MCHA_LINE_LAST || passes_end_of_line(&requests[i], at);
		} else {
			REQUIRE(!requests[i].reply.value);
			REQUIRE(!mcha_status_is_answer(requests[i].reply.status)
				|| requests[i].reply.status == MCHA_STATUS_NO_MEMORY);
		}
	}
	return token;
}

static void release(mcha_request *requests, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (requests[i].reply.value) {
			small.release(requests[i].reply.value);
		}
	}
}

/* Then what answers them begins behind the greeting. (Where there was no memory for the first value, and the
 * connection ended with it, that may even have been the greeting's.) */
static bool any_answered(const meta_connection *connection, const mcha_request *requests, size_t count)
{
	return count && mcha_status_is_answer(requests[0].reply.status)
		&& (connection->fd >= 0 || requests[0].reply.status != MCHA_STATUS_NO_MEMORY);
}

/* A round for each word of requests, as long as the connection stays open. */
static void converse(unsigned how, const char *words, size_t length)
{
	meta_connection *connection = open_connection(how);
	const char *at = said, *end = words + length;
	bool greeted = !(how & 1);
	uint32_t token = 0;

	for (int round = 0; words < end && connection->fd >= 0; round++) {
		const char *next = memchr(words, '|', (size_t)(end - words));
		mcha_request requests[REQUESTS_MAX];
		size_t count = make_requests(words, (size_t)((next ? next : end) - words), requests);

		words = next ? next + 1 : end;
		if (count == 0) {
			continue;
		}
		run(&connection->base, requests, round && how & 4 ? NOW + MCHA_USEC_PER_SEC / 2 : NOW);
		if (!greeted && any_answered(connection, requests, count)) {
			next_line(&at); /* to "version" */
			if (how & 2) {
				next_line(&at); /* to "mn" */
			}
			greeted = true;
		}
		token = require_own_answers(requests, count, token, connection->echoes_on_miss, &at);
		release(requests, count);
	}
	close(peer);
	mcha_transport_meta.destroy(&connection->base);
	REQUIRE(held == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *first = (const char *)data;
	const char *end = size > 2 ? memchr(first + 2, '\n', size - 2) : NULL;

	if (!end || first[0] < '0' || first[0] > '7') {
		return 0;
	}
	said = end + 1;
	said_end = first + size;
	piece = first[1] >= '1' && first[1] <= '9' ? (size_t)(first[1] - '0') : SIZE_MAX;
	converse((unsigned)(first[0] - '0'), first + 2, (size_t)(end - first) - 2);
	return 0;
}
