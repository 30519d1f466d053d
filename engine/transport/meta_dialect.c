/* SPDX-License-Identifier: MIT */
/* The meta protocol: every command carries an opaque token that its answer repeats, and each verb
 * has the answers that a table names. Called through the connection's dialect. */
#include "meta_dialect.h"

#include <string.h>

#include "engine/protocol/meta_encode.h"
#include "meta_answer.h"

#define OWN_CAS_VERSION 10627 /* memcached takes CAS values that the client chooses from here on */
#define ILLEGAL MCHA_STATUS_PENDING

/* --- requests --------------------------------------------------------------------------------- */

static size_t encode_request(meta_connection *connection, mcha_request *request, char *line)
{
	if (!connection->base.takes_versions) {
		request->version = 0;
	}
	connection->token_sent = true;
	return mcha_meta_encode(request, ++connection->opaque_sent, line);
}

static size_t encode_end(const mcha_request *request, char *line)
{
	(void)request;
	memcpy(line, "\r\n", 2);
	return 2;
}

/* The first request of a queue has a line of its own, with a token: its answer shows that the
 * server is in step before it answers a line by keys alone. The token goes first because servers
 * send what they have when they come to the end of a shared line: the answer to a token behind the
 * line would be sent by itself. */
static size_t count_shared(const meta_connection *connection, const char **word)
{
	size_t count = connection->token_sent ? mcha_meta_shared_count(connection->unencoded) : 0;

	*word = count ? mcha_meta_shared_word(connection->unencoded) : NULL;
	return count;
}

/* --- answers ---------------------------------------------------------------------------------- */

static mcha_status take_greeting(meta_connection *connection, const mcha_meta_reply *reply)
{
	if (reply->code != MCHA_META_VERSION) {
		return MCHA_STATUS_PROTOCOL;
	}
	meta_answer_keep_version(connection, reply);
	connection->base.takes_versions = meta_answer_version(connection) >= OWN_CAS_VERSION;
	return meta_answer_version(connection) >= META_FIRST_VERSION ? MCHA_STATUS_OK
																 : MCHA_STATUS_SPEAKS_CLASSIC;
}

/* What a verb's answers mean, plus one: an answer that is not listed (0) is a protocol error. */
#define MEANS(status) (MCHA_STATUS_##status + 1)

static const uint8_t meanings[MCHA_VERB_COUNT_OF][MCHA_META_SERVER_ERROR + 1] = {
	[MCHA_VERB_GET] =
		{[MCHA_META_VA] = MEANS(OK), [MCHA_META_HD] = MEANS(OK), [MCHA_META_EN] = MEANS(MISS)},
	[MCHA_VERB_STORE] =
		{
			[MCHA_META_HD] = MEANS(OK),
			[MCHA_META_NS] = MEANS(NOT_STORED),
			[MCHA_META_EX] = MEANS(EXISTS),
			[MCHA_META_NF] = MEANS(MISS),
		},
	[MCHA_VERB_DELETE] =
		{[MCHA_META_HD] = MEANS(OK), [MCHA_META_NF] = MEANS(MISS), [MCHA_META_EX] = MEANS(EXISTS)},
	[MCHA_VERB_TOUCH] = {[MCHA_META_HD] = MEANS(OK), [MCHA_META_EN] = MEANS(MISS)},
	[MCHA_VERB_COUNT] =
		{
			[MCHA_META_VA] = MEANS(OK),
			[MCHA_META_NF] = MEANS(MISS),
			[MCHA_META_NS] = MEANS(NOT_STORED),
			[MCHA_META_EX] = MEANS(EXISTS),
		},
	[MCHA_VERB_VERSION] = {[MCHA_META_VERSION] = MEANS(OK)},
	/* "ERROR": the server has no such kind of statistics, and sends no other line */
	[MCHA_VERB_STATS] =
		{
			[MCHA_META_END] = MEANS(OK),
			[MCHA_META_OK] = MEANS(OK),
			[MCHA_META_ERROR] = MEANS(INVALID),
		},
	[MCHA_VERB_FLUSH] = {[MCHA_META_OK] = MEANS(OK)},
};

static mcha_status translate_code(meta_connection *connection, const mcha_request *request,
	const mcha_meta_reply *reply)
{
	uint8_t meaning = meanings[request->verb][reply->code];

	if (reply->code == MCHA_META_HD && request->verb == MCHA_VERB_GET
		&& request->want & MCHA_WANT_VALUE) {
		return ILLEGAL; /* the server found the item, but sent no value */
	}
	if (meaning) {
		return (mcha_status)(meaning - 1);
	}
	if (reply->code == MCHA_META_CLIENT_ERROR || reply->code == MCHA_META_SERVER_ERROR) {
		return meta_answer_refusal(connection, reply);
	}
	return ILLEGAL;
}

/* Every meta answer carries the token of its request, but for error lines, and misses of servers
 * before 1.6.18. */
static bool opaque_fits(const meta_connection *connection, const mcha_request *request,
	const mcha_meta_reply *reply, uint32_t expected)
{
	if (reply->has_opaque) {
		return reply->opaque == expected;
	}
	if (reply->code == MCHA_META_EN) {
		return !connection->echoes_on_miss;
	}
	return reply->code > MCHA_META_EX || request->verb >= MCHA_VERB_VERSION;
}

static bool parse_number(const char *text, size_t length, uint64_t *number)
{
	uint64_t n = 0;
	size_t i;

	while (length && text[length - 1] == ' ') {
		length--; /* memcached pads a number that became shorter with spaces */
	}
	for (i = 0; i < length; i++) {
		unsigned digit = (unsigned)(text[i] - '0');

		if (digit > 9 || n > (UINT64_MAX - digit) / 10) {
			return false;
		}
		n = n * 10 + digit;
	}
	*number = n;
	return length > 0;
}

/* Gives the answer's value to the request: as it is, as a number, or as a text. OK, or what the
 * connection fails with. */
static mcha_status take_payload(meta_connection *connection, mcha_request *request,
	mcha_meta_reply *reply)
{
	mcha_status status;

	if (request->verb == MCHA_VERB_GET) {
		request->reply.value = reply->value;
		return MCHA_STATUS_OK;
	}
	if (request->verb == MCHA_VERB_COUNT && reply->code == MCHA_META_VA) {
		status = parse_number(reply->value, reply->value_length, &request->reply.number)
			? MCHA_STATUS_OK
			: MCHA_STATUS_PROTOCOL;
	} else {
		status = meta_answer_take_text(connection, request, reply);
	}
	meta_answer_release(connection, reply);
	return status;
}

static mcha_status answer_request(meta_connection *connection, mcha_meta_reply *reply)
{
	mcha_request *request = connection->unanswered;
	mcha_status status, taken;

	if (reply->code == MCHA_META_STAT && request->verb == MCHA_VERB_STATS) {
		return meta_answer_gather(connection, reply) ? MCHA_STATUS_OK : MCHA_STATUS_PROTOCOL;
	}
	status = translate_code(connection, request, reply);
	if (status == ILLEGAL || !opaque_fits(connection, request, reply, ++connection->opaque_seen)) {
		return MCHA_STATUS_PROTOCOL;
	}
	meta_answer_take_metadata(request, reply);
	request->reply.number = reply->idle;
	taken = take_payload(connection, request, reply);
	if (taken != MCHA_STATUS_OK) {
		return taken;
	}
	request->reply.status = status;
	connection->unanswered = request->next;
	connection->answered_once = true;
	return MCHA_STATUS_OK;
}

const meta_dialect meta_dialect_meta = {
	.vocabulary = &mcha_meta_vocabulary_meta,
	.detected = true,
	.encode = encode_request,
	.encode_end = encode_end,
	.count_shared = count_shared,
	.greeted = take_greeting,
	.answer = answer_request,
};
