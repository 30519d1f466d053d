/* SPDX-License-Identifier: MIT */
/* Any bytes as a server's answers on a connection with several requests outstanding: a request is
 * answered only by the line with its own token, and its value is the bytes behind that line.
 * connection_rig.h describes the form of the input; how is one of 0 to 9 : ; < = > ?, for the sum,
 * 0 to 15, of 1 the greeting comes first, 2 and the no-op, or (without 1) the server names its
 * token on a miss, 4 the connection is idle before each round, 8 the greeting asks for "stats",
 * too */
#include "connection_rig.h"

/* --- what must be so -------------------------------------------------------------------------- */

/* The token of the line is this one; false: the line has none. */
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

/* The server's next line answers this request. */
static void require_own_answer(const mcha_request *request, uint32_t token, bool echoes_on_miss,
	const char **at)
{
	line line = next_line(at);

	while (request->verb == MCHA_VERB_STATS && begins(&line, "STAT")) {
		line = next_line(at);
	}
	if (is_meta(request) && mcha_status_is_answer(request->reply.status)
		&& !begins(&line, "CLIENT_") && !begins(&line, "SERVER_") && !begins(&line, "BUSY")) {
		REQUIRE(has_token(&line, token) || (begins(&line, "EN") && !echoes_on_miss));
	} else {
		REQUIRE(request->reply.status != MCHA_STATUS_OK || !is_meta(request));
	}
	require_value(request, &line);
}

/* A request of a shared line: its value came under its key, or was left out up to the line's
 * end. */
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

/* False: this request has no answer, and no request behind it has one. */
static bool passes_end_of_line(const mcha_request *request, const char **at)
{
	bool ended = said_end - *at >= 5 && memcmp(*at, "END\r\n", 5) == 0;

	REQUIRE(ended || request->reply.status != MCHA_STATUS_MISS);
	*at += ended ? 5 : 0;
	return ended;
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

/* Then what answers them begins behind the greeting. (Where there was no memory for the first
 * value, and the connection ended with it, that may even have been the greeting's.) */
static bool any_answered(const meta_connection *connection, const mcha_request *requests,
	size_t count)
{
	return count && mcha_status_is_answer(requests[0].reply.status)
		&& (connection->fd >= 0 || requests[0].reply.status != MCHA_STATUS_NO_MEMORY);
}

static struct {
	unsigned how;
	const char *at; /* the server's bytes that are accounted for */
	bool greeted;
	uint32_t token;
} heard;

static void check(const meta_connection *connection, const mcha_request *requests, size_t count)
{
	if (!heard.greeted && any_answered(connection, requests, count)) {
		next_line(&heard.at); /* to "version" */
		if (heard.how & 8) {
			skip_stats(&heard.at);
		}
		if (heard.how & 2) {
			next_line(&heard.at); /* to "mn" */
		}
		heard.greeted = true;
	}
	heard.token = require_own_answers(requests, count, heard.token, connection->echoes_on_miss,
		&heard.at);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	meta_connection *connection;
	const char *words;
	size_t length;
	unsigned how;

	if (!read_input(data, size, '?', &how, &words, &length)) {
		return 0;
	}
	connection = open_connection(&mcha_transport_meta);
	if (how & 1) {
		meta_output_greet(connection, how & 8, how & 2);
	} else {
		connection->echoes_on_miss = how & 2;
	}
	heard.how = how;
	heard.at = said;
	heard.greeted = !(how & 1);
	heard.token = 0;
	converse(connection, how & 4, words, length, check);
	return 0;
}
