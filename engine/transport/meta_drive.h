/* SPDX-License-Identifier: MIT */
/* What becomes of a connection when reading, sending or connecting cannot go on: its requests fail,
 * its socket is closed, or it connects again. Nothing else decides that. */
#ifndef MCHA_ENGINE_META_DRIVE_H
#define MCHA_ENGINE_META_DRIVE_H

#include <poll.h>

#include "meta_connection.h"
#include "meta_outcome.h"

/* Closes the socket. */
void meta_drive_close(meta_connection *connection);

/* Closes the socket and forgets what was received. */
void meta_drive_drop(meta_connection *connection);

/* Closes the socket. Then connects again where the requests can be sent again, or fails every
 * unanswered request. */
void meta_drive_fail(meta_connection *connection, mcha_status status, int error);

/* Sends what can be sent now. False: the connection has failed; it may be connecting again
 * already. */
bool meta_drive_send(meta_connection *connection);

/* Reads the answers that are there, and sends more requests when the greeting was answered; if
 * sleep, waits a nap for the first of them. False: as meta_drive_send(). */
bool meta_drive_read(meta_connection *connection, bool sleep);

/* Reads first where both are possible: the answers explain an error. False: as
 * meta_drive_send(). */
bool meta_drive_read_and_send(meta_connection *connection, short revents);

/* Connects to the server's addresses, or waits for their look-up. */
void meta_drive_find_server(meta_connection *connection, mcha_usec now);

/* After a step of connecting to an address, or of TLS's handshake there. */
void meta_drive_finish_connecting(meta_connection *connection, meta_outcome outcome, mcha_usec now);

/* The connection has waited for what it waits for until its time was over. */
void meta_drive_expire(meta_connection *connection, mcha_usec now);

#endif
