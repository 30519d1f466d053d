/* SPDX-License-Identifier: MIT */
/* Reads the certificates and the key. Nothing is asked on a terminal. */
#ifdef HAVE_MCHA_TLS

#include "tls_load.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/err.h>

#include "tls.h"

const char *mcha_tls_take_reason(void)
{
	unsigned long code = ERR_peek_last_error();
	const char *reason = ERR_SYSTEM_ERROR(code) ? strerror(ERR_GET_REASON(code))
												: ERR_reason_error_string(code);

	ERR_clear_error();
	return reason ? reason : "unknown reason";
}

static bool refuse(char *error, const char *what, const char *path, const char *reason)
{
	snprintf(error, MCHA_TLS_ERROR_MAX, "%s %.60s: %s", what, path, reason);
	return false;
}

static bool is_readable(char *error, const char *what, const char *path)
{
	return access(path, R_OK) == 0 || refuse(error, what, path, strerror(errno));
}

/* --- what nodes are verified by --------------------------------------------------------------- */

static bool load_authorities(SSL_CTX *ssl, const char *path, char *error)
{
	struct stat info;
	bool is_folder;

	if (!*path) {
		return SSL_CTX_set_default_verify_paths(ssl) == 1
			|| refuse(error, "the system's CA certificates", "", mcha_tls_take_reason());
	}
	if (!is_readable(error, "tls_ca", path)) {
		return false;
	}
	is_folder = stat(path, &info) == 0 && S_ISDIR(info.st_mode);
	return SSL_CTX_load_verify_locations(ssl, is_folder ? NULL : path, is_folder ? path : NULL) == 1
		|| refuse(error, "tls_ca", path, mcha_tls_take_reason());
}

/* --- what this client proves itself by -------------------------------------------------------- */

/* -1: OpenSSL says that there is no passphrase, and does not ask for one on the terminal. */
static int tell_passphrase(char *buffer, int size, int is_for_writing, void *argument)
{
	const char *passphrase = argument;
	size_t length = strlen(passphrase);

	(void)is_for_writing;
	if (length == 0 || length > (size_t)size) {
		return -1;
	}
	memcpy(buffer, passphrase, length);
	return (int)length;
}

static bool load_certificate(SSL_CTX *ssl, const mcha_tls_settings *settings, char *error)
{
	const char *key = *settings->key ? settings->key : settings->certificate;

	if (!*settings->certificate) {
		return !*settings->key
			|| refuse(error, "tls_key", settings->key, "without tls_certificate");
	}
	if (!is_readable(error, "tls_certificate", settings->certificate)
		|| !is_readable(error, "tls_key", key)) {
		return false;
	}
	SSL_CTX_set_default_passwd_cb(ssl, tell_passphrase);
	SSL_CTX_set_default_passwd_cb_userdata(ssl, (void *)settings->passphrase);
	if (SSL_CTX_use_certificate_chain_file(ssl, settings->certificate) != 1) {
		return refuse(error, "tls_certificate", settings->certificate, mcha_tls_take_reason());
	}
	/* (it also fails if the key is not the certificate's) */
	if (SSL_CTX_use_PrivateKey_file(ssl, key, SSL_FILETYPE_PEM) != 1) {
		return refuse(error, "tls_key", key, mcha_tls_take_reason());
	}
	SSL_CTX_set_default_passwd_cb_userdata(ssl, (void *)"");
	return true;
}

/* --- what holds for all connections ----------------------------------------------------------- */

/* A key renewed by a handshake in the middle (TLS 1.2) is refused; TLS 1.3 renews keys without one.
 * The protocol itself shows where an answer ends, so that an end without TLS's own farewell takes
 * nothing away. With read_ahead one system call takes the head of a record together with its bytes.
 * A connection at rest keeps no buffers. */
static void set_rules(SSL_CTX *ssl, const mcha_tls_settings *settings)
{
	SSL_CTX_set_min_proto_version(ssl, settings->only_1_3 ? TLS1_3_VERSION : TLS1_2_VERSION);
	SSL_CTX_set_verify(ssl, settings->verify ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, NULL);
	SSL_CTX_set_options(ssl,
		SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_IGNORE_UNEXPECTED_EOF);
	SSL_CTX_set_mode(ssl,
		SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER
			| SSL_MODE_RELEASE_BUFFERS);
	SSL_CTX_set_read_ahead(ssl, 1);
	SSL_CTX_set_session_cache_mode(ssl,
		SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL | SSL_SESS_CACHE_NO_AUTO_CLEAR);
}

SSL_CTX *mcha_tls_load(const mcha_tls_settings *settings, char *error)
{
	SSL_CTX *ssl;

	ERR_clear_error();
	ssl = SSL_CTX_new(TLS_client_method());
	if (!ssl) {
		snprintf(error, MCHA_TLS_ERROR_MAX, "OpenSSL: %s", mcha_tls_take_reason());
		return NULL;
	}
	set_rules(ssl, settings);
	if ((settings->verify && !load_authorities(ssl, settings->ca, error))
		|| !load_certificate(ssl, settings, error)) {
		SSL_CTX_free(ssl);
		ERR_clear_error();
		return NULL;
	}
	ERR_clear_error();
	return ssl;
}

#endif
