/* SPDX-License-Identifier: MIT */
/* Why a TLS connection has failed. Only the files of this folder include this. */
#ifndef MCHA_ENGINE_TLS_FAULT_H
#define MCHA_ENGINE_TLS_FAULT_H

#include <openssl/ssl.h>

#include "tls.h"
#include "tls_socket.h"

/* What is known of a connection when it fails. */
typedef struct mcha_tls_evidence {
	SSL *ssl;
	const mcha_tls_socket *socket;
	const char *name;       /* that the node's certificate must have; "": any */
	bool has_certificate;   /* of this client */
	bool certificate_asked; /* the node has asked for one */
	bool proven;            /* bytes of the application have come */
} mcha_tls_evidence;

/* Takes OpenSSL's error and says what it means; writes error[MCHA_TLS_ERROR_MAX], "" where errno
 * says all. */
mcha_tls_fault mcha_tls_explain(const mcha_tls_evidence *evidence, char *error);

#endif
