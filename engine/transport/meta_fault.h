/* SPDX-License-Identifier: MIT */
/* What a fault of a connection tells of the server, and whether the requests may be sent again over
 * a new connection. */
#ifndef MCHA_ENGINE_META_FAULT_H
#define MCHA_ENGINE_META_FAULT_H

#include "meta_connection.h"

/* Describes the connection's last fault, for people. */
void meta_fault_describe(meta_connection *connection, mcha_status status, int error);

/* The server closed a new connection at the greeting, as proxies do at commands that they do not
 * know. */
bool meta_fault_is_at_greeting(const meta_connection *connection, mcha_status status);

/* A server that was restarted, or that closes idle connections, has closed a reused connection, and
 * may well be fine. The connection tries again once, and only with requests that may be
 * repeated. */
bool meta_fault_may_try_again(const meta_connection *connection, mcha_status status);

/* The server closed a text connection at the greeting: the next greeting leaves out "stats", the
 * one after it "version". True: this has chosen another greeting to try. (Before the server has
 * answered a greeting, the connection sends only requests that may be sent twice.) */
bool meta_fault_may_greet_otherwise(meta_connection *connection, mcha_status status);

#endif
