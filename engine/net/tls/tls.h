/* SPDX-License-Identifier: MIT */
/* TLS over a connected socket: the handshake, and bytes in both directions, without blocking. The
 * only header about TLS that files outside this folder include; it knows no OpenSSL, and a build
 * without OpenSSL has the functions, too (tls_absent.c).
 *
 * The handshake verifies the node before a byte of the application goes out, and nothing falls back
 * to plain text. A later connection to the same node resumes the session of an earlier one, which
 * saves the node and this process most of the handshake. Closing sends nothing: in a forked child
 * it must not end its parent's connection. */
#ifndef MCHA_ENGINE_TLS_H
#define MCHA_ENGINE_TLS_H

#include <stdbool.h>
#include <sys/socket.h>
#include <sys/types.h>

#include "engine/net/endpoint.h"
#include "tls_settings.h"

#define MCHA_TLS_ERROR_MAX 128
#define MCHA_TLS_RECORD_BYTES 16384 /* the most that TLS encrypts as one piece, a record */

typedef struct mcha_tls mcha_tls;

/* This build has TLS. */
extern const bool mcha_tls_is_built;

/* OpenSSL's version, for phpinfo(). */
const char *mcha_tls_library(void);

/* fd and the endpoint are borrowed. NULL: error[MCHA_TLS_ERROR_MAX] says why. */
mcha_tls *mcha_tls_create(const mcha_tls_settings *settings, const mcha_endpoint *endpoint, int fd,
	char *error);

/* Leaves the socket to its owner, and sends nothing. */
void mcha_tls_destroy(mcha_tls *tls);

typedef enum mcha_tls_step {
	MCHA_TLS_DONE,
	MCHA_TLS_NEED_READ,
	MCHA_TLS_NEED_WRITE,
	MCHA_TLS_AGAIN, /* the node does not take the session that was offered: connect once more */
	MCHA_TLS_FAILED /* mcha_tls_fault_of() and mcha_tls_error() tell why */
} mcha_tls_step;

/* Goes on with the handshake. */
mcha_tls_step mcha_tls_handshake(mcha_tls *tls);

/* As recvmsg() with MSG_DONTWAIT, or, if sleep, without it: the count; 0: the node has closed the
 * connection; -1 with errno: EAGAIN, EPROTO (mcha_tls_error() tells why), or the socket's error. If
 * it leaves room, nothing is left in OpenSSL's buffers, so that poll() tells what comes next. */
ssize_t mcha_tls_receive(mcha_tls *tls, const struct msghdr *message, bool sleep);

/* As sendmsg() with MSG_DONTWAIT: as few records as it takes, of which the first begins where the
 * message does. After EAGAIN the same bytes must be given again, and more may
 * follow them. */
ssize_t mcha_tls_send(mcha_tls *tls, const struct msghdr *message);

/* The connection is of no more use, though the bytes that the last receiving has returned are
 * good. */
bool mcha_tls_has_failed(const mcha_tls *tls);

/* Receiving goes on when the socket can be written to. */
bool mcha_tls_wants_write(const mcha_tls *tls);

/* As mcha_socket_is_quiet(). What only TLS itself has received (a ticket for a later session) is
 * taken, and does not count. */
bool mcha_tls_is_quiet(mcha_tls *tls);

/* The handshake was shortened by an earlier session. */
bool mcha_tls_is_resumed(const mcha_tls *tls);

/* Bytes have come since the last call. */
bool mcha_tls_has_moved(mcha_tls *tls);

typedef enum mcha_tls_fault {
	MCHA_TLS_CLOSED,  /* the connection ended, or the system failed it */
	MCHA_TLS_REFUSED, /* this process and the node cannot agree: the request had no effect */
	MCHA_TLS_BROKEN,  /* what came over an agreed connection is damaged */
	MCHA_TLS_FULL     /* the node accepts no more connections, and says so in plain text */
} mcha_tls_fault;

/* Of a connection that has failed. */
mcha_tls_fault mcha_tls_fault_of(const mcha_tls *tls);

/* Why, for people; "": there is nothing that the system's error does not say. */
const char *mcha_tls_error(const mcha_tls *tls);

/* Forgets the contexts and sessions that no connection uses: at the end of the process. */
void mcha_tls_forget_all(void);

#endif
