/* SPDX-License-Identifier: MIT */
/* Makes OpenSSL's context of TLS settings: reads the certificates and the key, and sets what holds
 * for all connections. Only the files of this folder include this. */
#ifndef MCHA_ENGINE_TLS_LOAD_H
#define MCHA_ENGINE_TLS_LOAD_H

#include <openssl/ssl.h>

#include "tls_settings.h"

/* NULL: error[MCHA_TLS_ERROR_MAX] says why. */
SSL_CTX *mcha_tls_load(const mcha_tls_settings *settings, char *error);

/* OpenSSL's reason of the last failure, and forgets it, so that no other user of OpenSSL in this
 * process finds it. */
const char *mcha_tls_take_reason(void);

#endif
