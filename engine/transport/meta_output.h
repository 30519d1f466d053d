/* SPDX-License-Identifier: MIT */
/* Writes requests to the socket. */
#ifndef MCHA_ENGINE_META_OUTPUT_H
#define MCHA_ENGINE_META_OUTPUT_H

#include "meta_connection.h"
#include "meta_outcome.h"

/* Encodes the greeting, which goes before all requests. */
void meta_output_greet(meta_connection *connection, bool with_stats, bool with_noop);

/* Sends what can be sent now. DONE: nothing of it is left (though requests may wait for the
 * greeting's answer); NEED_WRITE: the socket is full. */
meta_outcome meta_output_send(meta_connection *connection);

#endif
