/* SPDX-License-Identifier: MIT */
/* Finds the addresses of a connection's server, and opens a socket to one of them. */
#ifndef MCHA_ENGINE_META_CONNECT_H
#define MCHA_ENGINE_META_CONNECT_H

#include "engine/base/clock.h"
#include "meta_connection.h"
#include "meta_outcome.h"

/* DONE: the connection has the addresses; NEED_READ: their look-up is under way (LOOKING_UP): call
 * this again after meta_connect_end_lookup(); FAILED: UNRESOLVED, with getaddrinfo's code. */
meta_outcome meta_connect_find(meta_connection *connection, mcha_usec now);

/* Gives back the look-up, whether it has ended or not. */
void meta_connect_end_lookup(meta_connection *connection);

/* Opens a socket to the next of the addresses that takes one. DONE: it is connected; NEED_WRITE: it
 * is connecting (CONNECTING): meta_connect_finish() when it is writable; FAILED: CONNECT, no
 * address was left. */
meta_outcome meta_connect_next(meta_connection *connection);

/* DONE: the socket is connected; else as meta_connect_give_up(). */
meta_outcome meta_connect_finish(meta_connection *connection);

/* Closes a socket that does not connect, for this reason. AGAIN: another address is left for
 * meta_connect_next(); FAILED: CONNECT, no address is left. */
meta_outcome meta_connect_give_up(meta_connection *connection, int error);

#endif
