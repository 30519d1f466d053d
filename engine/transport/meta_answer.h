/* SPDX-License-Identifier: MIT */
/* Parts of answers that both dialects have: error lines, the server's version, statistics, and
 * texts that become a reply's value. */
#ifndef MCHA_ENGINE_META_ANSWER_H
#define MCHA_ENGINE_META_ANSWER_H

#include "engine/protocol/meta_reader.h"
#include "meta_connection.h"

/* Gives back the answer's value. */
static inline void meta_answer_release(meta_connection *connection, mcha_meta_reply *reply)
{
	if (reply->value) {
		connection->base.settings->allocator->release(reply->value);
		reply->value = NULL;
	}
}

/* Copies what the answer says of the item. */
static inline void meta_answer_take_metadata(mcha_request *request, const mcha_meta_reply *reply)
{
	request->reply.flags = reply->flags;
	request->reply.cas = reply->cas;
	request->reply.ttl = reply->ttl;
	request->reply.size = reply->size;
}

/* What this error line means. PENDING: McHA does not know the refusal, so it is not known what the
 * server will read next. */
mcha_status meta_answer_refusal(meta_connection *connection, const mcha_meta_reply *reply);

/* Describes the connection's last fault by what the server said. */
void meta_answer_keep_error(meta_connection *connection, const mcha_meta_reply *reply);

/* Keeps what the server says of its version. */
void meta_answer_keep_version(meta_connection *connection, const mcha_meta_reply *reply);

/* The server's version as a number: "1.6.18" is 10618. 0: not known. */
unsigned meta_answer_version(const meta_connection *connection);

/* Keeps a STAT line until the END of the statistics. False: there are too many. */
bool meta_answer_gather(meta_connection *connection, const mcha_meta_reply *reply);

/* Frees the STAT lines that were gathered. */
void meta_answer_forget(meta_connection *connection);

/* Makes the text of an answer to VERSION or STATS the request's value. OK, or NO_MEMORY. */
mcha_status meta_answer_copy_text(meta_connection *connection, mcha_request *request,
	const mcha_meta_reply *reply);

/* The same, if the answer is such a text. */
static inline mcha_status meta_answer_take_text(meta_connection *connection, mcha_request *request,
	const mcha_meta_reply *reply)
{
	return reply->code == MCHA_META_VERSION || request->verb == MCHA_VERB_STATS
		? meta_answer_copy_text(connection, request, reply)
		: MCHA_STATUS_OK;
}

#endif
