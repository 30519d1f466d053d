/* SPDX-License-Identifier: MIT */
/* How OpenSSL reads and writes a socket of the engine: without a signal, and without blocking
 * unless it is told to sleep. Only the files of this folder include this. */
#ifndef MCHA_ENGINE_TLS_SOCKET_H
#define MCHA_ENGINE_TLS_SOCKET_H

#include <stdbool.h>

#include <openssl/bio.h>

#define MCHA_TLS_FIRST_BYTES 32

typedef struct mcha_tls_socket {
	int fd;
	bool sleeps; /* the next receiving waits, for the socket's own time limit at most */
	bool moved;  /* bytes have come. The caller clears this */
	bool closed; /* the node has closed the connection */
	int error;   /* errno of the last failure of the socket; 0: none */
	/* what the node has sent first */
	size_t first_length;
	char first[MCHA_TLS_FIRST_BYTES];
} mcha_tls_socket;

/* socket is borrowed. NULL: no memory. */
BIO *mcha_tls_socket_bio(mcha_tls_socket *socket);

#endif
