/* SPDX-License-Identifier: MIT */
/* Reads answers and gives each to its request. */
#ifndef MCHA_ENGINE_META_INPUT_H
#define MCHA_ENGINE_META_INPUT_H

#include "meta_connection.h"
#include "meta_outcome.h"

/* Receives what the server has sent, and gives it to the requests; if sleep, waits a nap for the
 * first of it. DONE: every request is answered; NEED_READ: nothing more is there; NEED_WRITE: the
 * server has answered a part of the greeting, so that more of the queue may be sent, after which
 * meta_input_go_on() reads on. */
meta_outcome meta_input_read(meta_connection *connection, bool sleep);

/* Goes on after NEED_WRITE, with what was received before. The same outcomes. */
meta_outcome meta_input_go_on(meta_connection *connection);

#endif
