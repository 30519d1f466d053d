/* SPDX-License-Identifier: MIT */
/* Judges libmemcached's return codes by one table. Some codes mean different things in different
 * places: there the rest of the connection's state decides (has it connected? is the time up? which
 * errno?). Called after every call of libmemcached; drops the connection if need be, and sends
 * nothing. */
#include "classic_status.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "engine/net/resolver.h"

#define BIT(verb) (1u << MCHA_VERB_##verb)
#define KEYED (BIT(STORE) | BIT(DELETE) | BIT(TOUCH) | BIT(COUNT))
#define UNKEYED (BIT(VERSION) | BIT(STATS) | BIT(FLUSH))

/* Unlisted codes are protocol errors, and so are answers to other verbs: libmemcached accepts every
 * answer that it knows after every question. */
typedef enum { UNLISTED = 0, ANSWER, REFUSAL, FAULT } code_kind;

typedef struct {
	code_kind kind;
	mcha_status status;
	unsigned verbs; /* the verbs that the code answers, with the stream in step after it */
} meaning;

#define ANSWER_TO(verbs, meant) \
	{ \
		ANSWER, MCHA_STATUS_##meant, verbs \
	}
#define REFUSAL(meant) \
	{ \
		REFUSAL, MCHA_STATUS_##meant, 0 \
	} /* what is sent next is in doubt */
#define FAULT(meant) \
	{ \
		FAULT, MCHA_STATUS_##meant, 0 \
	}

static const meaning meanings[MEMCACHED_MAXIMUM_RETURN] = {
	[MEMCACHED_SUCCESS] = ANSWER_TO(KEYED | UNKEYED, OK),
	[MEMCACHED_END] = ANSWER_TO(BIT(GET), OK),
	[MEMCACHED_NOTFOUND] = ANSWER_TO(KEYED, MISS),
	[MEMCACHED_NOTSTORED] = ANSWER_TO(BIT(STORE), NOT_STORED),
	[MEMCACHED_DATA_EXISTS] = ANSWER_TO(BIT(STORE) | BIT(DELETE), EXISTS),
	[MEMCACHED_E2BIG] = ANSWER_TO(BIT(STORE), TOO_BIG),

	[MEMCACHED_SERVER_MEMORY_ALLOCATION_FAILURE] = REFUSAL(NO_MEMORY),
	/* in the binary protocol the server's memory; otherwise this process's, with an answer half
	 * read */
	[MEMCACHED_MEMORY_ALLOCATION_FAILURE] = REFUSAL(NO_MEMORY),
	/* of a "set" line: the server may read the value that follows as commands */
	[MEMCACHED_CLIENT_ERROR] = REFUSAL(CLIENT_ERROR),
	[MEMCACHED_SERVER_ERROR] = REFUSAL(SERVER_ERROR),
	[MEMCACHED_ERROR] = REFUSAL(UNSUPPORTED), /* an unknown command */
	/* refused by libmemcached itself, perhaps before it has connected */
	[MEMCACHED_BAD_KEY_PROVIDED] = REFUSAL(BAD_KEY),
	[MEMCACHED_KEY_TOO_BIG] = REFUSAL(BAD_KEY),
	[MEMCACHED_INVALID_ARGUMENTS] = REFUSAL(INVALID),
	[MEMCACHED_NOT_SUPPORTED] = REFUSAL(UNSUPPORTED),

	[MEMCACHED_TIMEOUT] = FAULT(TIMEOUT),
	[MEMCACHED_IN_PROGRESS] = FAULT(TIMEOUT),
	[MEMCACHED_CONNECTION_FAILURE] = FAULT(CLOSED), /* recv returned 0 */
	[MEMCACHED_ERRNO] = FAULT(IO),
	[MEMCACHED_WRITE_FAILURE] = FAULT(IO),
	[MEMCACHED_READ_FAILURE] = FAULT(IO),
	[MEMCACHED_FAILURE] = FAULT(IO),
	[MEMCACHED_SOME_ERRORS] = FAULT(IO), /* a batch that could not be sent */
	[MEMCACHED_HOST_LOOKUP_FAILURE] = FAULT(UNRESOLVED),
	[MEMCACHED_SERVER_MARKED_DEAD] = FAULT(CONNECT),
	[MEMCACHED_SERVER_TEMPORARILY_DISABLED] = FAULT(CONNECT),
	[MEMCACHED_NO_SERVERS] = FAULT(CONNECT),
	[MEMCACHED_FAIL_UNIX_SOCKET] = FAULT(CONNECT),
	[MEMCACHED_AUTH_PROBLEM] = FAULT(AUTH),
	[MEMCACHED_AUTH_FAILURE] = FAULT(AUTH),
	[MEMCACHED_AUTH_CONTINUE] = FAULT(AUTH),
};

static const struct {
	int error;
	mcha_status status;
} errors[] = {
	{ECONNRESET, MCHA_STATUS_CLOSED},
	{EPIPE, MCHA_STATUS_CLOSED},
	/* a unix socket whose backlog was full */
	{ENOTCONN, MCHA_STATUS_CONNECT},
};

/* Returns what the connection knows more precisely than the code, or the status as it is. */
static mcha_status refine_fault(const classic_connection *connection, mcha_status status, int error)
{
	size_t i;

	if (status == MCHA_STATUS_AUTH || status == MCHA_STATUS_UNRESOLVED || !connection->memcached) {
		return status;
	}
	/* libmemcached keeps a copy of a server that it failed to connect to, whatever the code is */
	if (!connection->open && memcached_server_get_last_disconnect(connection->memcached)) {
		return MCHA_STATUS_CONNECT;
	}
	for (i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
		if (status == MCHA_STATUS_IO && error == errors[i].error) {
			return errors[i].status;
		}
	}
	return mcha_clock_now() >= connection->deadline ? MCHA_STATUS_TIMEOUT : status;
}

/* The errno of a failed connect, for calls that return libmemcached's code but lose the errno. */
static int guess_connect_errno(memcached_return_t code)
{
	if (code == MEMCACHED_TIMEOUT) {
		return ETIMEDOUT;
	}
	return code == MEMCACHED_CONNECTION_FAILURE ? ECONNREFUSED : 0;
}

static void describe_fault(classic_connection *connection, mcha_status status,
	memcached_return_t code, int error)
{
	mcha_connection *base = &connection->base;
	const char *detail = "";

	if (status == MCHA_STATUS_CONNECT && !error) {
		error = guess_connect_errno(code);
	}
	if (error && status != MCHA_STATUS_TIMEOUT) {
		detail = strerror(error);
	} else if (status == MCHA_STATUS_AUTH || status == MCHA_STATUS_CONNECT) {
		detail = memcached_strerror(connection->memcached, code);
	}
	base->error_errno = status == MCHA_STATUS_TIMEOUT ? ETIMEDOUT : error;
	snprintf(base->error, sizeof(base->error), "%s%s%s", mcha_status_text(status),
		detail[0] ? ": " : "", detail);
}

mcha_status classic_fault(classic_connection *connection, mcha_status status,
	memcached_return_t code)
{
	int error = connection->memcached ? memcached_last_error_errno(connection->memcached) : 0;

	status = refine_fault(connection, status, error);
	if (status == MCHA_STATUS_CONNECT) {
		mcha_resolver_doubt(connection->base.endpoint);
	}
	describe_fault(connection, status, code, error);
	classic_drop(connection);
	return status;
}

mcha_status classic_judge(classic_connection *connection, mcha_verb verb, memcached_return_t code)
{
	static const meaning misplaced = {FAULT, MCHA_STATUS_PROTOCOL, 0};
	const meaning *meant = &misplaced;

	if ((unsigned)code < MEMCACHED_MAXIMUM_RETURN && meanings[code].kind != UNLISTED
		&& (meanings[code].kind != ANSWER || (meanings[code].verbs & (1u << verb)))) {
		meant = &meanings[code];
	}
	if (meant->kind == FAULT) {
		return classic_fault(connection, meant->status, code);
	}
	connection->open = true;
	connection->reused = false;
	if (meant->kind == REFUSAL) {
		classic_drop(connection);
	}
	return meant->status;
}

mcha_status classic_judge_noted(classic_connection *connection, mcha_verb verb,
	memcached_return_t code)
{
	memcached_return_t noted = memcached_last_error(connection->memcached);

	if (noted != MEMCACHED_SUCCESS) {
		code = noted;
	} else if (code == MEMCACHED_SOME_ERRORS) {
		/* an answer to another question, which libmemcached does not note as an error */
		code = MEMCACHED_PROTOCOL_ERROR;
	}
	return classic_judge(connection, verb, code);
}
