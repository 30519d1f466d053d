/* SPDX-License-Identifier: MIT */
/* Any bytes as what a server says to a text connection with several requests outstanding: each
 * request has the answer of its turn, in one of the words that its command may be answered with,
 * and a value the bytes behind its key. The input's form stands in connection_rig.h; how is one of
 * 0 to 9 : ; < = > ?, which stand for the sum, 0 to 15, of 1 the greeting comes first, 2 and is a
 * "get", 4 rounds come after a rest, 8 the greeting asks for "stats", too */
#include "connection_rig.h"

/* --- what must be so -------------------------------------------------------------------------- */

static struct {
	const char *at; /* the server's bytes that are accounted for */
	bool greeted;
	bool by_get;
	bool with_stats;
	bool lost; /* where the next answer begins is not known to the fuzzer */
} heard;

/* The answers to a command that was carried out, and to one that was not. */
static const struct {
	mcha_verb verb;
	bool with_cas;
	mcha_status status;
	const char *word;
} meanings[] = {
	{MCHA_VERB_STORE, false, MCHA_STATUS_OK, "STORED"},
	{MCHA_VERB_STORE, false, MCHA_STATUS_NOT_STORED, "NOT_STORED"},
	{MCHA_VERB_STORE, true, MCHA_STATUS_OK, "STORED"},
	{MCHA_VERB_STORE, true, MCHA_STATUS_EXISTS, "EXISTS"},
	{MCHA_VERB_STORE, true, MCHA_STATUS_MISS, "NOT_FOUND"},
	{MCHA_VERB_DELETE, false, MCHA_STATUS_OK, "DELETED"},
	{MCHA_VERB_DELETE, false, MCHA_STATUS_MISS, "NOT_FOUND"},
	{MCHA_VERB_DELETE, true, MCHA_STATUS_OK, "STORED"},
	{MCHA_VERB_DELETE, true, MCHA_STATUS_EXISTS, "EXISTS"},
	{MCHA_VERB_DELETE, true, MCHA_STATUS_MISS, "NOT_FOUND"},
	{MCHA_VERB_TOUCH, false, MCHA_STATUS_OK, "TOUCHED"},
	{MCHA_VERB_TOUCH, false, MCHA_STATUS_MISS, "NOT_FOUND"},
	{MCHA_VERB_COUNT, false, MCHA_STATUS_MISS, "NOT_FOUND"},
	{MCHA_VERB_VERSION, false, MCHA_STATUS_OK, "VERSION"},
	{MCHA_VERB_STATS, false, MCHA_STATUS_OK, "END"},
	{MCHA_VERB_STATS, false, MCHA_STATUS_OK, "OK"},
	{MCHA_VERB_STATS, false, MCHA_STATUS_OK, "RESET"},
	{MCHA_VERB_STATS, false, MCHA_STATUS_INVALID, "ERROR"},
	{MCHA_VERB_FLUSH, false, MCHA_STATUS_OK, "OK"},
};

static bool is_error(const line *line)
{
	return begins(line, "ERROR") || begins(line, "CLIENT_ERROR") || begins(line, "SERVER_ERROR")
		|| begins(line, "BUSY");
}

static bool is_legal(const mcha_request *request, const line *line)
{
	const mcha_reply *reply = &request->reply;

	for (size_t i = 0; i < sizeof(meanings) / sizeof(meanings[0]); i++) {
		if (meanings[i].verb == request->verb && meanings[i].with_cas == (request->cas != 0)
			&& meanings[i].status == reply->status && begins(line, meanings[i].word)) {
			return true;
		}
	}
	if (request->verb == MCHA_VERB_COUNT && reply->status == MCHA_STATUS_OK) {
		return *line->text >= '0' && *line->text <= '9'
			&& reply->number == strtoull(line->text, NULL, 10);
	}
	return mcha_status_is_answer(reply->status) && reply->status != MCHA_STATUS_OK
		&& reply->status != MCHA_STATUS_MISS && is_error(line);
}

static bool is_refused_unsent(const mcha_request *request)
{
	return request->verb == MCHA_VERB_COUNT && request->cas;
}

static bool passes_end(void)
{
	bool ended = said_end - heard.at >= 5 && memcmp(heard.at, "END\r\n", 5) == 0;

	heard.at += ended ? 5 : 0;
	return ended;
}

/* The CAS came with the value that was stored, under its key. */
static void require_own_cas(const mcha_request *request)
{
	line line;
	const char *cas;

	if (request->reply.cas) {
		line = next_line(&heard.at);
		REQUIRE(begins(&line, "VALUE ") && line.text[6] == *request->key && line.text[7] == ' ');
		REQUIRE(line.value_length == request->value_length
			&& memcmp(line.value, request->value, line.value_length) == 0);
		cas = memrchr(line.text, ' ', line.length);
		REQUIRE(cas && strtoull(cas, NULL, 10) == request->reply.cas);
	}
	heard.lost = !passes_end();
}

static void require_own_answer(const mcha_request *request)
{
	line line = next_line(&heard.at);

	while (request->verb == MCHA_VERB_STATS
		&& (begins(&line, "STAT") || begins(&line, "ITEM") || begins(&line, "PREFIX"))) {
		line = next_line(&heard.at);
	}
	REQUIRE(is_legal(request, &line));
	REQUIRE(!request->reply.value || request->verb >= MCHA_VERB_VERSION);
	if (request->verb == MCHA_VERB_STORE
		&& (begins(&line, "ERROR") || begins(&line, "CLIENT_ERROR"))) {
		heard.lost = true; /* so is the server, perhaps: the connection was closed */
	} else if (request->verb == MCHA_VERB_STORE && request->want & MCHA_WANT_CAS) {
		require_own_cas(request);
	}
}

/* One value of a line of several keys is what one of them got. */
static void require_somebody_s(const mcha_request *requests, size_t count, bool taken[REQUESTS_MAX])
{
	line line = next_line(&heard.at);
	size_t i = 0;

	REQUIRE(begins(&line, "VALUE "));
	while (i < count
		&& (taken[i] || requests[i].reply.status != MCHA_STATUS_OK
			|| line.text[6] != *requests[i].key || line.text[7] != ' ')) {
		i++;
	}
	REQUIRE(i < count);
	taken[i] = true;
	REQUIRE(requests[i].reply.size == line.value_length);
	REQUIRE(!requests[i].reply.value == !(requests[i].want & MCHA_WANT_VALUE));
	REQUIRE(!requests[i].reply.value
		|| memcmp(requests[i].reply.value, line.value, line.value_length) == 0);
}

static size_t count_with(const mcha_request *requests, size_t count, mcha_status status)
{
	size_t found = 0;

	for (size_t i = 0; i < count; i++) {
		found += requests[i].reply.status == status;
	}
	return found;
}

static void require_line(const mcha_request *requests, size_t count)
{
	size_t hits = count_with(requests, count, MCHA_STATUS_OK),
		   misses = count_with(requests, count, MCHA_STATUS_MISS);
	bool taken[REQUESTS_MAX] = {false};

	for (size_t i = 0; i < hits; i++) {
		require_somebody_s(requests, count, taken);
	}
	if (hits + misses == count) {
		heard.lost = !passes_end();
		REQUIRE(!heard.lost || misses == 0);
		return;
	}
	REQUIRE(misses == 0);
	if (hits == 0 && mcha_status_is_answer(requests->reply.status)
		&& !is_refused_here(requests, heard.at)) {
		line line = next_line(&heard.at);

		REQUIRE(is_error(&line));
		REQUIRE(count_with(requests, count, requests->reply.status) == count);
	} else {
		heard.lost = true;
	}
}

static size_t length_of_line(const mcha_request *requests, size_t count)
{
	size_t length = 1;

	while (length < count && requests[length - 1].line != MCHA_LINE_LAST) {
		length++;
	}
	return length;
}

static void skip_greeting(void)
{
	line line = next_line(&heard.at);

	while (heard.by_get && begins(&line, "VALUE")) {
		line = next_line(&heard.at);
	}
	if (heard.with_stats) {
		skip_stats(&heard.at);
	}
	heard.greeted = true;
}

/* The status comes from the connection, not from a failure of the client. */
static bool was_answered(const mcha_request *request)
{
	return mcha_status_is_answer(request->reply.status) && !is_refused_unsent(request)
		&& request->reply.status != MCHA_STATUS_NO_MEMORY;
}

static void check(const meta_connection *connection, const mcha_request *requests, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const mcha_request *request = &requests[i];

		REQUIRE(request->reply.status != MCHA_STATUS_PENDING);
		if (is_refused_unsent(request)) {
			REQUIRE(request->reply.status == MCHA_STATUS_UNSUPPORTED
				|| !mcha_status_is_answer(request->reply.status) || connection->fd < 0);
			continue;
		}
		if (heard.lost) {
			continue;
		}
		if (!heard.greeted && !was_answered(request)) {
			heard.lost = true;
			continue;
		}
		if (!heard.greeted) {
			skip_greeting();
		}
		if (request->verb == MCHA_VERB_GET) {
			size_t length = length_of_line(request, count - i);

			require_line(request, length);
			i += length - 1;
		} else if (mcha_status_is_answer(request->reply.status)
			&& !is_refused_here(request, heard.at)) {
			require_own_answer(request);
		} else {
			heard.lost = true;
		}
	}
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
	connection = open_connection(&mcha_transport_text);
	connection->greets_by_get = how & 2;
	if (how & 1) {
		meta_output_greet(connection, how & 8, false);
	}
	heard.at = said;
	heard.greeted = !(how & 1);
	heard.by_get = how & 2;
	heard.with_stats = how & 8;
	heard.lost = false;
	converse(connection, how & 4, words, length, check);
	return 0;
}
