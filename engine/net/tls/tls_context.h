/* SPDX-License-Identifier: MIT */
/* What connections with equal TLS settings share in a process: the certificates that were read from
 * files, and the sessions that later connections resume. Only the files of this folder include
 * this, as it knows OpenSSL. */
#ifndef MCHA_ENGINE_TLS_CONTEXT_H
#define MCHA_ENGINE_TLS_CONTEXT_H

#include <stdint.h>

#include <openssl/ssl.h>

#include "tls_settings.h"

typedef struct mcha_tls_context mcha_tls_context;

/* The context of these settings, made if the process has none, or if its files have changed: if
 * what they are now cannot be used, the former context stays. NULL: error[MCHA_TLS_ERROR_MAX] says
 * why. */
mcha_tls_context *mcha_tls_context_take(const mcha_tls_settings *settings, char *error);
void mcha_tls_context_give(mcha_tls_context *context);

SSL_CTX *mcha_tls_context_ssl(const mcha_tls_context *context);

/* --- sessions, by the number that names a node (mcha_endpoint_id) ----------------------------- */

/* A session of this node that a new connection may resume, for SSL_SESSION_free(); or NULL. */
SSL_SESSION *mcha_tls_context_find(mcha_tls_context *context, uint64_t node);

/* Keeps the session, and owns it from now on. */
void mcha_tls_context_keep(mcha_tls_context *context, uint64_t node, SSL_SESSION *session);

/* Forgets the node's session, with which a handshake has failed; for_ever: the node says that it
 * takes none, and none is kept any more. */
void mcha_tls_context_drop(mcha_tls_context *context, uint64_t node, bool for_ever);

#endif
