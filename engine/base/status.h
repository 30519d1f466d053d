/* SPDX-License-Identifier: MIT */
/* The outcomes of a request at one node and of an operation on the whole pool, in one table. The
 * values are McHA's own and never errno; glue/results.c translates them into RES_* codes. */
#ifndef MCHA_ENGINE_STATUS_H
#define MCHA_ENGINE_STATUS_H

#include <stdbool.h>
#include <stddef.h>

/* name, kind, text. ANSWER: the server answered, and the connection is in step. REFUSAL: the server
 * answered that it did not carry out the request; the connection is in step. FAULT: no usable
 * answer; whether the request took effect is unknown. UNSENT: the request certainly had no effect
 * at the server. */
#define MCHA_STATUS_TABLE(X) \
	X(OK, ANSWER, "success") \
	X(MISS, ANSWER, "not found") \
	X(NOT_STORED, ANSWER, "not stored") \
	X(EXISTS, ANSWER, "the item has changed since its CAS token was read") \
	X(TOO_BIG, REFUSAL, "the value is larger than the server's item size limit") \
	X(NOT_NUMERIC, ANSWER, "the stored value is not a decimal number") \
	X(NO_MEMORY, REFUSAL, "server is out of memory") \
	X(CLIENT_ERROR, REFUSAL, "server refused the request") \
	X(SERVER_ERROR, REFUSAL, "server reported an error") \
	X(BAD_KEY, ANSWER, \
		"the key is empty, longer than 250 bytes with its prefix, " \
		"or has a space or a control character") \
	X(INVALID, ANSWER, "invalid argument") \
	X(UNSUPPORTED, REFUSAL, "not supported by this protocol") \
	X(TIMEOUT, FAULT, "timed out: the server gave no answer in time") \
	X(CLOSED, FAULT, "connection closed by the server") \
	X(PROTOCOL, FAULT, "malformed reply") \
	X(IO, FAULT, "read or write failed") \
	X(NO_QUORUM, FAULT, "too few copies acknowledged") \
	X(UNDECIDED, FAULT, \
		"another client stored the same value at the same moment: " \
		"this add may or may not have been the first") \
	X(AUTH, UNSENT, "authentication failed") \
	X(TLS, UNSENT, "TLS failed") \
	X(CONNECT, UNSENT, "connection failed") \
	X(CONNECTION_LIMIT, UNSENT, \
		"the server accepts no more connections (its limit, memcached -c, is reached)") \
	X(UNRESOLVED, UNSENT, "host name not resolved") \
	X(NO_TIME, UNSENT, "not asked: the operation's time was used up") \
	X(DOWN, UNSENT, "not asked: the node is down and its next probe is not due yet") \
	X(STALE, UNSENT, "this replica is stale for the key and cannot be repaired right now") \
	X(NO_NODES, UNSENT, "the pool has no nodes") \
	X(CANCELLED, UNSENT, "another replica answered first") \
	X(IN_FLIGHT, ANSWER, "sent without waiting for the acknowledgement") \
	X(SPEAKS_CLASSIC, UNSENT, "server does not speak the meta protocol") \
	X(PENDING, UNSENT, "not asked")

typedef enum mcha_status {
#define MCHA_STATUS_ENUM(name, kind, text) MCHA_STATUS_##name,
	MCHA_STATUS_TABLE(MCHA_STATUS_ENUM)
#undef MCHA_STATUS_ENUM
		MCHA_STATUS_COUNT
} mcha_status;

/* "TIMEOUT" */
const char *mcha_status_name(mcha_status status);

const char *mcha_status_text(mcha_status status);

/* Writes the status's text, and the system's reason behind it, if there is one (an errno) and it
 * says more. */
void mcha_status_describe(char *text, size_t size, mcha_status status, int error);

/* The node answered: ANSWER or REFUSAL. */
bool mcha_status_is_answer(mcha_status status);

/* The node answered that it would not or could not carry out the request. */
bool mcha_status_is_refusal(mcha_status status);

/* The request certainly had no effect at the node. */
bool mcha_status_is_unsent(mcha_status status);

#endif
