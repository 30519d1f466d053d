/* SPDX-License-Identifier: MIT */
/* What differs between the protocols of McHA's own transports: which lines requests are written as,
 * and which answers each of them may have. Implemented by meta_dialect.c and text_dialect.c;
 * meta_output.c, meta_input.c and meta_shared_line.c call it through the connection. */
#ifndef MCHA_ENGINE_DIALECT_H
#define MCHA_ENGINE_DIALECT_H

#include "engine/protocol/meta_reader.h"
#include "meta_connection.h"

#define META_FIRST_VERSION 10610 /* memcached answers stores by HD from here on */

struct meta_dialect {
	const mcha_meta_vocabulary *vocabulary;
	bool detected;       /* some servers do not speak it: a no-op in the greeting shows which do */
	bool knows_no_names; /* it has no SASL */

	/* Writes the request's line into line[MCHA_META_LINE_MAX]; returns its length. 0: the protocol
	 * cannot carry the request. */
	size_t (*encode)(meta_connection *connection, mcha_request *request, char *line);

	/* Writes what goes behind the request's value into line[MCHA_META_LINE_MAX]; returns the
	 * length. */
	size_t (*encode_end)(const mcha_request *request, char *line);

	/* How many of the requests that are not yet encoded are asked in one line ("get <key> <key>
	 * ..."), and the word that such a line begins with. 0: the first one has a line of its own. */
	size_t (*count_shared)(const meta_connection *connection, const char **word);

	/* Takes the answer to "version". OK, or the status that the connection fails with. */
	mcha_status (*greeted)(meta_connection *connection, const mcha_meta_reply *reply);

	/* Takes an answer to the first unanswered request, which has a line of its own. OK, or the
	 * status that the connection fails with. What is left of reply->value is released by the caller
	 * after a fault alone. */
	mcha_status (*answer)(meta_connection *connection, mcha_meta_reply *reply);

	/* What another answer than a value means to all requests of a line of several keys. PROTOCOL:
	 * the connection fails. Where this is NULL, every such answer fails the connection, and values
	 * come in the line's order (where it is not NULL, a proxy may have split the line over
	 * servers). */
	mcha_status (*refused_line)(meta_connection *connection, const mcha_meta_reply *reply);
};

#endif
