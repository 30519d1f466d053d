/* SPDX-License-Identifier: MIT */
/* The classic text protocol, for servers and proxies that do not speak meta. Its answers carry nothing that
 * tells whose they are: they are matched by order alone, so that each command has the answers that a table
 * names, and after anything else the connection is closed. Called through the connection's meta_dialect.
 *
 * A store does not tell the CAS of what it stored. Where that is asked for, a "gets" goes behind the store in
 * the same piece; meanwhile another client may have written, and its CAS must not pass for ours (a lock would
 * be released by the wrong owner): it counts only if our value is there. Until it has come, the connection
 * keeps what the store was answered with.
 *
 * Some proxies close the connection at a command that they do not know. "stats" is then left out of the greeting, and neither it nor
 * "flush_all" is sent; if it was "version", a "get" of a key that no client sets is the greeting. */
#include <string.h>

#include "meta_connection.h"
#include "engine/protocol/text_encode.h"

#define ILLEGAL MCHA_STATUS_PENDING

/* --- requests ------------------------------------------------------------------------------------ */

static size_t encode(meta_connection *connection, mcha_request *request, char *line)
{
	request->version = 0;
	if (connection->base.knows_keys_only
		&& (request->verb == MCHA_VERB_STATS || request->verb == MCHA_VERB_FLUSH)) {
		return 0;
	}
	return mcha_text_encode(request, line);
}

/* What is appended or prepended to is not known as a whole: it cannot be told from another client's. */
static bool asks_back(const mcha_request *request)
{
	return request->verb == MCHA_VERB_STORE && request->want & MCHA_WANT_CAS
		&& request->mode != MCHA_MODE_APPEND && request->mode != MCHA_MODE_PREPEND;
}

static size_t encode_end(const mcha_request *request, char *line)
{
	mcha_request question = {.verb = MCHA_VERB_GET, .want = MCHA_WANT_CAS, .key = request->key,
		.key_length = request->key_length};

	memcpy(line, "\r\n", 2);
	return asks_back(request) ? 2 + mcha_text_encode(&question, line + 2) : 2;
}

/* Every GET is in a line of several keys, even of one. */
static size_t count_shared(const meta_connection *connection, const char **word)
{
	*word = mcha_text_get_word(connection->unencoded);
	return *word ? mcha_meta_count_keys(connection->unencoded, mcha_text_get_word) : 0;
}

/* --- answers ------------------------------------------------------------------------------------- */

/* Some proxies do not know the word, and say so; their version stays unknown. */
static mcha_status greeted(meta_connection *connection, const mcha_meta_reply *reply)
{
	if (connection->greets_by_get) {
		connection->await_version = reply->code == MCHA_META_VALUE;
		return reply->code == MCHA_META_VALUE || reply->code == MCHA_META_END
			|| reply->code == MCHA_META_SERVER_ERROR ? MCHA_STATUS_OK : MCHA_STATUS_PROTOCOL;
	}
	if (reply->code == MCHA_META_VERSION) {
		meta_input_learn_version(connection, reply);
		connection->base.could_speak_meta = meta_input_version(connection) >= META_FIRST_VERSION;
		return MCHA_STATUS_OK;
	}
	if (reply->code == MCHA_META_ERROR) {
		return MCHA_STATUS_OK;
	}
	meta_input_keep_text(connection, reply);
	return MCHA_STATUS_PROTOCOL;
}

/* What a command's answers mean; those that are not listed are illegal, but for errors: refused(). */
#define MEANS(status) (MCHA_STATUS_##status + 1)

static const uint8_t meanings[MCHA_TEXT_COUNT_OF][MCHA_META_SERVER_ERROR + 1] = {
	[MCHA_TEXT_STORE] = {[MCHA_META_STORED] = MEANS(OK), [MCHA_META_NOT_STORED] = MEANS(NOT_STORED)},
	[MCHA_TEXT_CAS] = {[MCHA_META_STORED] = MEANS(OK), [MCHA_META_EXISTS] = MEANS(EXISTS),
		[MCHA_META_NOT_FOUND] = MEANS(MISS)},
	[MCHA_TEXT_DELETE] = {[MCHA_META_DELETED] = MEANS(OK), [MCHA_META_NOT_FOUND] = MEANS(MISS)},
	[MCHA_TEXT_DELETE_CAS] = {[MCHA_META_STORED] = MEANS(OK), [MCHA_META_EXISTS] = MEANS(EXISTS),
		[MCHA_META_NOT_FOUND] = MEANS(MISS)},
	[MCHA_TEXT_TOUCH] = {[MCHA_META_TOUCHED] = MEANS(OK), [MCHA_META_NOT_FOUND] = MEANS(MISS)},
	[MCHA_TEXT_COUNT] = {[MCHA_META_NUMBER] = MEANS(OK), [MCHA_META_NOT_FOUND] = MEANS(MISS)},
	[MCHA_TEXT_VERSION] = {[MCHA_META_VERSION] = MEANS(OK)},
	[MCHA_TEXT_STATS] = {[MCHA_META_END] = MEANS(OK), [MCHA_META_OK] = MEANS(OK),
		[MCHA_META_RESET] = MEANS(OK), [MCHA_META_ERROR] = MEANS(INVALID)}, /* there is no such kind */
	[MCHA_TEXT_FLUSH] = {[MCHA_META_OK] = MEANS(OK)},
};

/* An error line, of whatever command. ERROR: the server does not know it. */
static mcha_status refused(meta_connection *connection, const mcha_meta_reply *reply)
{
	mcha_status status;

	if (reply->code < MCHA_META_ERROR) {
		return ILLEGAL;
	}
	status = meta_input_refusal(connection, reply);
	if (status != ILLEGAL) {
		return status;
	}
	return reply->code == MCHA_META_ERROR ? MCHA_STATUS_UNSUPPORTED : MCHA_STATUS_CLIENT_ERROR;
}

static mcha_status translate(meta_connection *connection, mcha_text_command command,
		const mcha_meta_reply *reply)
{
	uint8_t meaning = meanings[command][reply->code];

	return meaning ? (mcha_status)(meaning - 1) : refused(connection, reply);
}

/* Of a line that the server does not understand it may read the value as commands; a SERVER_ERROR comes from
 * one that has read, or swallows, it. */
static bool leaves_doubt(mcha_text_command command, const mcha_meta_reply *reply)
{
	return (command == MCHA_TEXT_STORE || command == MCHA_TEXT_CAS || command == MCHA_TEXT_DELETE_CAS)
		&& (reply->code == MCHA_META_ERROR || reply->code == MCHA_META_CLIENT_ERROR);
}

static void conclude(meta_connection *connection, mcha_status status)
{
	connection->unanswered->reply.status = status;
	connection->unanswered = connection->unanswered->next;
	connection->awaits_cas = false;
}

static bool is_value_of(const mcha_request *request, const mcha_meta_reply *reply)
{
	return reply->value_length == request->value_length && reply->flags == request->flags
		&& (reply->value_length == 0
			|| memcmp(reply->value, request->value, reply->value_length) == 0);
}

/* To the "gets" behind a store. No answer to it changes what the store was answered with. */
static mcha_status answer_asked_back(meta_connection *connection, mcha_meta_reply *reply)
{
	mcha_request *request = connection->unanswered;

	if (reply->code == MCHA_META_VALUE && !connection->cas_came && reply->text_length == request->key_length
		&& memcmp(reply->text, request->key, request->key_length) == 0) {
		connection->cas_came = true;
		request->reply.cas = connection->store_status == MCHA_STATUS_OK && is_value_of(request, reply)
			? reply->cas : 0;
		meta_input_release(connection, reply);
		return MCHA_STATUS_OK;
	}
	if (reply->code != MCHA_META_END && (connection->cas_came || refused(connection, reply) == ILLEGAL)) {
		return MCHA_STATUS_PROTOCOL;
	}
	conclude(connection, connection->store_status);
	return MCHA_STATUS_OK;
}

static mcha_status answer(meta_connection *connection, mcha_meta_reply *reply)
{
	mcha_request *request = connection->unanswered;
	mcha_text_command command = mcha_text_command_of(request);
	mcha_status status;

	if (connection->awaits_cas) {
		return answer_asked_back(connection, reply);
	}
	if (reply->code == MCHA_META_STAT && command == MCHA_TEXT_STATS) {
		return meta_input_gather(connection, reply) ? MCHA_STATUS_OK : MCHA_STATUS_PROTOCOL;
	}
	status = translate(connection, command, reply);
	if (status == ILLEGAL) {
		return MCHA_STATUS_PROTOCOL;
	}
	request->reply.number = reply->number;
	request->reply.ttl = MCHA_TTL_UNKNOWN;
	if (meta_input_take_text(connection, request, reply) != MCHA_STATUS_OK) {
		return MCHA_STATUS_NO_MEMORY;
	}
	connection->answered_once = true;
	if (leaves_doubt(command, reply)) {
		conclude(connection, status);
		return MCHA_STATUS_PROTOCOL;
	}
	if (asks_back(request)) {
		connection->awaits_cas = true;
		connection->cas_came = false;
		connection->store_status = status;
		return MCHA_STATUS_OK;
	}
	conclude(connection, status);
	return MCHA_STATUS_OK;
}

/* A proxy answers an error to the whole line when one of the servers behind it is away. */
static mcha_status refused_line(meta_connection *connection, const mcha_meta_reply *reply)
{
	mcha_status status = refused(connection, reply);

	return status == ILLEGAL ? MCHA_STATUS_PROTOCOL : status;
}

const meta_dialect meta_dialect_text = {
	.vocabulary = &mcha_meta_vocabulary_text,
	.knows_no_names = true,
	.encode = encode,
	.encode_end = encode_end,
	.count_shared = count_shared,
	.greeted = greeted,
	.answer = answer,
	.refused_line = refused_line,
};
