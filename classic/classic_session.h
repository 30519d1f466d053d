/* SPDX-License-Identifier: MIT */
/* A connection made ready for the next call of libmemcached: configured, authenticated, connected,
 * with its clocks set. */
#ifndef MCHA_CLASSIC_SESSION_H
#define MCHA_CLASSIC_SESSION_H

#include "classic_connection.h"

/* Makes sure that there is a memcached_st, and lets it wait for what remains until the deadline.
 * Callers do this before every call of libmemcached that may wait. OK, or the fault. */
mcha_status classic_ready(classic_connection *connection);

/* classic_ready() with a server that is connected, as classic_judge_noted() needs it. */
mcha_status classic_ready_connected(classic_connection *connection);

/* Connects anew and asks the server for its version, which base.server_version then holds. OK, or
 * the fault. */
mcha_status classic_ask_version(classic_connection *connection);

#endif
