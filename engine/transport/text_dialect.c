/* SPDX-License-Identifier: MIT */
/* The classic text protocol, for servers and proxies that do not speak meta. Its answers carry
 * nothing that names their requests: the connection matches them by order alone, so that each
 * command has the answers that a table names, and any other answer closes the connection. Called
 * through the connection's dialect.
 *
 * A server does not tell the CAS of what it stored. Where the caller asks for the CAS, a "gets"
 * goes behind the store in the same piece. Another client may have written between the two, and the
 * CAS of its value must not pass for the CAS of ours (the wrong owner would release a lock): the
 * CAS counts only if the "gets" returns our value. Until the "gets" is answered, the connection
 * keeps the store's status.
 *
 * Some proxies close the connection at a command that they do not know. If "stats" was that
 * command, the connection leaves "stats" out of the greeting and sends neither "stats" nor
 * "flush_all" afterwards; if "version" was, its greeting is a "get" of a key that no client
 * sets. */
#include "text_dialect.h"

#include <string.h>

#include "engine/protocol/meta_encode.h"
#include "engine/protocol/text_encode.h"
#include "meta_answer.h"

#define ILLEGAL MCHA_STATUS_PENDING

/* --- requests --------------------------------------------------------------------------------- */

static size_t encode_request(meta_connection *connection, mcha_request *request, char *line)
{
	request->version = 0;
	if (connection->base.knows_keys_only
		&& (request->verb == MCHA_VERB_STATS || request->verb == MCHA_VERB_FLUSH)) {
		return 0;
	}
	return mcha_text_encode(request, line);
}

/* Whether a "gets" goes behind the request. Not behind an append or prepend: this client does not
 * know the whole value afterwards, so that it could not tell its own from another client's. */
static bool asks_back(const mcha_request *request)
{
	return request->verb == MCHA_VERB_STORE && request->want & MCHA_WANT_CAS
		&& request->mode != MCHA_MODE_APPEND && request->mode != MCHA_MODE_PREPEND;
}

static size_t encode_end(const mcha_request *request, char *line)
{
	mcha_request question = {
		.verb = MCHA_VERB_GET,
		.want = MCHA_WANT_CAS,
		.key = request->key,
		.key_length = request->key_length,
	};

	memcpy(line, "\r\n", 2);
	return asks_back(request) ? 2 + mcha_text_encode(&question, line + 2) : 2;
}

/* Every GET is in a line of several keys, even of one. */
static size_t count_shared(const meta_connection *connection, const char **word)
{
	*word = mcha_text_get_word(connection->unencoded);
	return *word ? mcha_meta_count_keys(connection->unencoded, mcha_text_get_word) : 0;
}

/* --- answers ---------------------------------------------------------------------------------- */

/* Some proxies answer "version" by ERROR, as they do not know the word; their version stays
 * unknown. */
static mcha_status take_greeting(meta_connection *connection, const mcha_meta_reply *reply)
{
	if (connection->greets_by_get) {
		connection->await_version = reply->code == MCHA_META_VALUE;
		return reply->code == MCHA_META_VALUE || reply->code == MCHA_META_END
				|| reply->code == MCHA_META_SERVER_ERROR
			? MCHA_STATUS_OK
			: MCHA_STATUS_PROTOCOL;
	}
	if (reply->code == MCHA_META_VERSION) {
		meta_answer_keep_version(connection, reply);
		connection->base.could_speak_meta = meta_answer_version(connection) >= META_FIRST_VERSION;
		return MCHA_STATUS_OK;
	}
	if (reply->code == MCHA_META_ERROR) {
		return MCHA_STATUS_OK;
	}
	meta_answer_keep_error(connection, reply);
	return MCHA_STATUS_PROTOCOL;
}

/* What a command's answers mean, plus one; an answer that is not listed (0) is an error line, or
 * illegal. */
#define MEANS(status) (MCHA_STATUS_##status + 1)

static const uint8_t meanings[MCHA_TEXT_COUNT_OF][MCHA_META_SERVER_ERROR + 1] = {
	[MCHA_TEXT_STORE] =
		{[MCHA_META_STORED] = MEANS(OK), [MCHA_META_NOT_STORED] = MEANS(NOT_STORED)},
	[MCHA_TEXT_CAS] =
		{
			[MCHA_META_STORED] = MEANS(OK),
			[MCHA_META_EXISTS] = MEANS(EXISTS),
			[MCHA_META_NOT_FOUND] = MEANS(MISS),
		},
	[MCHA_TEXT_DELETE] = {[MCHA_META_DELETED] = MEANS(OK), [MCHA_META_NOT_FOUND] = MEANS(MISS)},
	[MCHA_TEXT_DELETE_CAS] =
		{
			[MCHA_META_STORED] = MEANS(OK),
			[MCHA_META_EXISTS] = MEANS(EXISTS),
			[MCHA_META_NOT_FOUND] = MEANS(MISS),
		},
	[MCHA_TEXT_TOUCH] = {[MCHA_META_TOUCHED] = MEANS(OK), [MCHA_META_NOT_FOUND] = MEANS(MISS)},
	[MCHA_TEXT_COUNT] = {[MCHA_META_NUMBER] = MEANS(OK), [MCHA_META_NOT_FOUND] = MEANS(MISS)},
	[MCHA_TEXT_VERSION] = {[MCHA_META_VERSION] = MEANS(OK)},
	[MCHA_TEXT_STATS] =
		{
			[MCHA_META_END] = MEANS(OK),
			[MCHA_META_OK] = MEANS(OK),
			/* the server has no such kind */
			[MCHA_META_RESET] = MEANS(OK),
			[MCHA_META_ERROR] = MEANS(INVALID),
		},
	[MCHA_TEXT_FLUSH] = {[MCHA_META_OK] = MEANS(OK)},
};

/* What an error line means, whatever the command. ERROR: the server does not know the command. */
static mcha_status translate_error(meta_connection *connection, const mcha_meta_reply *reply)
{
	mcha_status status;

	if (reply->code < MCHA_META_ERROR) {
		return ILLEGAL;
	}
	status = meta_answer_refusal(connection, reply);
	if (status != ILLEGAL) {
		return status;
	}
	return reply->code == MCHA_META_ERROR ? MCHA_STATUS_UNSUPPORTED : MCHA_STATUS_CLIENT_ERROR;
}

static mcha_status translate_code(meta_connection *connection, mcha_text_command command,
	const mcha_meta_reply *reply)
{
	uint8_t meaning = meanings[command][reply->code];

	return meaning ? (mcha_status)(meaning - 1) : translate_error(connection, reply);
}

/* A server that does not understand the line of a store may read the value as commands. (A server
 * that answers by SERVER_ERROR has read the value, or reads and drops it.) */
static bool leaves_doubt(mcha_text_command command, const mcha_meta_reply *reply)
{
	return (command == MCHA_TEXT_STORE || command == MCHA_TEXT_CAS
			   || command == MCHA_TEXT_DELETE_CAS)
		&& (reply->code == MCHA_META_ERROR || reply->code == MCHA_META_CLIENT_ERROR);
}

static void finish_request(meta_connection *connection, mcha_status status)
{
	connection->unanswered->reply.status = status;
	connection->unanswered = connection->unanswered->next;
	connection->awaits_cas = false;
}

static bool has_value_of(const mcha_request *request, const mcha_meta_reply *reply)
{
	return reply->value_length == request->value_length && reply->flags == request->flags
		&& (reply->value_length == 0
			|| memcmp(reply->value, request->value, reply->value_length) == 0);
}

/* The answer to the "gets" behind a store. No such answer changes the store's status. */
static mcha_status answer_asked_back(meta_connection *connection, mcha_meta_reply *reply)
{
	mcha_request *request = connection->unanswered;

	if (reply->code == MCHA_META_VALUE && !connection->cas_came
		&& reply->text_length == request->key_length
		&& memcmp(reply->text, request->key, request->key_length) == 0) {
		connection->cas_came = true;
		request->reply.cas = connection->store_status == MCHA_STATUS_OK
				&& has_value_of(request, reply)
			? reply->cas
			: 0;
		meta_answer_release(connection, reply);
		return MCHA_STATUS_OK;
	}
	if (reply->code != MCHA_META_END
		&& (connection->cas_came || translate_error(connection, reply) == ILLEGAL)) {
		return MCHA_STATUS_PROTOCOL;
	}
	finish_request(connection, connection->store_status);
	return MCHA_STATUS_OK;
}

static mcha_status answer_request(meta_connection *connection, mcha_meta_reply *reply)
{
	mcha_request *request = connection->unanswered;
	mcha_text_command command = mcha_text_command_of(request);
	mcha_status status;

	if (connection->awaits_cas) {
		return answer_asked_back(connection, reply);
	}
	if (reply->code == MCHA_META_STAT && command == MCHA_TEXT_STATS) {
		return meta_answer_gather(connection, reply) ? MCHA_STATUS_OK : MCHA_STATUS_PROTOCOL;
	}
	status = translate_code(connection, command, reply);
	if (status == ILLEGAL) {
		return MCHA_STATUS_PROTOCOL;
	}
	request->reply.number = reply->number;
	request->reply.ttl = MCHA_TTL_UNKNOWN;
	if (meta_answer_take_text(connection, request, reply) != MCHA_STATUS_OK) {
		return MCHA_STATUS_NO_MEMORY;
	}
	connection->answered_once = true;
	if (leaves_doubt(command, reply)) {
		finish_request(connection, status);
		return MCHA_STATUS_PROTOCOL;
	}
	if (asks_back(request)) {
		connection->awaits_cas = true;
		connection->cas_came = false;
		connection->store_status = status;
		return MCHA_STATUS_OK;
	}
	finish_request(connection, status);
	return MCHA_STATUS_OK;
}

/* A proxy answers the whole line by an error when one of the servers behind it is away. */
static mcha_status refuse_line(meta_connection *connection, const mcha_meta_reply *reply)
{
	mcha_status status = translate_error(connection, reply);

	return status == ILLEGAL ? MCHA_STATUS_PROTOCOL : status;
}

const meta_dialect meta_dialect_text = {
	.vocabulary = &mcha_meta_vocabulary_text,
	.knows_no_names = true,
	.encode = encode_request,
	.encode_end = encode_end,
	.count_shared = count_shared,
	.greeted = take_greeting,
	.answer = answer_request,
	.refused_line = refuse_line,
};
