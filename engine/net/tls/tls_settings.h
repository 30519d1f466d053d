/* SPDX-License-Identifier: MIT */
/* What the user chooses of TLS: which nodes are trusted, and how this client proves itself. */
#ifndef MCHA_ENGINE_TLS_SETTINGS_H
#define MCHA_ENGINE_TLS_SETTINGS_H

#include <stdbool.h>

/* No text is NULL; an empty one is not set. */
typedef struct mcha_tls_settings {
	const char *ca;          /* a file or a folder of trusted certificates; else the system's */
	const char *certificate; /* this client's, a file with the chain */
	const char *key;         /* a file; else the certificate's file has the key, too */
	const char *passphrase;  /* of the key */
	const char *peer_name;   /* what certificates of nodes must name; else each node's host */
	bool verify;             /* the certificate of a node must be trusted, and name the node */
	bool verify_name;        /* false: any trusted certificate will do */
	bool only_1_3;           /* TLS 1.2 is refused, too */
} mcha_tls_settings;

/* Nothing is set, and everything is verified. */
extern const mcha_tls_settings mcha_tls_settings_default;

bool mcha_tls_settings_equal(const mcha_tls_settings *a, const mcha_tls_settings *b);

/* A copy in memory of its own, for mcha_tls_settings_free(). NULL: no memory. */
mcha_tls_settings *mcha_tls_settings_copy(const mcha_tls_settings *settings);

/* Overwrites the passphrase, too. */
void mcha_tls_settings_free(mcha_tls_settings *settings);

#endif
