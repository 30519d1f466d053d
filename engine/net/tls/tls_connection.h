/* SPDX-License-Identifier: MIT */
/* What the files of this folder know of a connection. */
#ifndef MCHA_ENGINE_TLS_CONNECTION_H
#define MCHA_ENGINE_TLS_CONNECTION_H

#include "tls.h"
#include "tls_context.h"
#include "tls_socket.h"

struct mcha_tls {
	SSL *ssl;
	mcha_tls_context *context;
	uint64_t node; /* mcha_endpoint_id */
	const char *name;
	mcha_tls_socket socket;
	bool certificate_asked;
	bool has_certificate;
	bool session_offered;
	bool proven; /* bytes of the application have come */
	bool wants_write;
	bool failed; /* OpenSSL must not be called again */
	mcha_tls_fault fault;
	char error[MCHA_TLS_ERROR_MAX];
};

/* After a failure of OpenSSL: finds out why. */
void mcha_tls_note_fault(mcha_tls *tls);

#endif
