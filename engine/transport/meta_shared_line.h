/* SPDX-License-Identifier: MIT */
/* Answers to a line of several keys ("get <key> <key> ..."): the values that the server has, and
 * END. */
#ifndef MCHA_ENGINE_META_SHARED_LINE_H
#define MCHA_ENGINE_META_SHARED_LINE_H

#include "engine/protocol/meta_reader.h"
#include "meta_connection.h"

/* Takes an answer to the line that the first unanswered request is in. OK, or the status that the
 * connection fails with: then the caller releases what is left of the answer's value. */
mcha_status meta_shared_line_answer(meta_connection *connection, mcha_meta_reply *reply);

#endif
