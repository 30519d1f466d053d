/* SPDX-License-Identifier: MIT */
/* Shared by the tests of TLS: servers that speak TLS, with a certificate of their own. */
#ifndef MCHA_TESTS_TLS_RIG_H
#define MCHA_TESTS_TLS_RIG_H

#include "meta_rig.h"

#include "engine/net/tls/tls.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

static char certificate_path[128];
static SSL_CTX *server_context;
static mcha_tls_settings trusting;

/* --- servers that speak TLS ------------------------------------------------------------------- */

static EVP_PKEY *key;
static X509 *certificate;

static inline void add_extension(int number, const char *value)
{
	X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, NULL, number, value);

	assert_non_null(extension);
	assert_int_equal(X509_add_ext(certificate, extension, -1), 1);
	X509_EXTENSION_free(extension);
}

static inline void make_certificate(void)
{
	FILE *file;

	key = EVP_EC_gen("P-256");
	certificate = X509_new();
	X509_set_version(certificate, 2);
	ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
	X509_gmtime_adj(X509_getm_notBefore(certificate), -3600);
	X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
	X509_set_pubkey(certificate, key);
	X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_ASC,
		(const unsigned char *)"node", -1, -1, 0);
	X509_set_issuer_name(certificate, X509_get_subject_name(certificate));
	add_extension(NID_subject_alt_name, "IP:127.0.0.1");
	add_extension(NID_basic_constraints, "CA:TRUE");
	assert_true(X509_sign(certificate, key, EVP_sha256()) > 0);
	snprintf(certificate_path, sizeof(certificate_path), "%s/certificate", folder);
	file = fopen(certificate_path, "w");
	assert_non_null(file);
	PEM_write_X509(file, certificate);
	fclose(file);
}

static inline int tls_group_setup(void **state)
{
	if (rig_group_setup(state) != 0) {
		return -1;
	}
	make_certificate();
	return 0;
}

static inline int tls_group_teardown(void **state)
{
	mcha_tls_forget_all();
	EVP_PKEY_free(key);
	X509_free(certificate);
	unlink(certificate_path);
	return rig_group_teardown(state);
}

static inline int tls_setup(void **state)
{
	rig_setup(state);
	mcha_tls_forget_all(); /* and all sessions */
	server_context = SSL_CTX_new(TLS_server_method());
	SSL_CTX_use_certificate(server_context, certificate);
	SSL_CTX_use_PrivateKey(server_context, key);
	trusting = mcha_tls_settings_default;
	trusting.ca = certificate_path;
	settings.tls = &trusting;
	return 0;
}

static inline int tls_teardown(void **state)
{
	int status = rig_teardown(state);

	SSL_CTX_free(server_context);
	return status;
}

/* The server's end of the next connection, after its handshake; NULL: the handshake failed. */
static inline SSL *take_tls(server *server)
{
	SSL *ssl;

	if (!server_take(server)) {
		return NULL;
	}
	ssl = SSL_new(server_context);
	SSL_set_fd(ssl, server->peer);
	if (SSL_accept(ssl) != 1) {
		ERR_clear_error();
		SSL_free(ssl);
		return NULL;
	}
	return ssl;
}

static inline void tls_expect(server *server, SSL *ssl, const char *bytes)
{
	char got[512] = "";
	size_t have = 0;
	int more;

	while (have < strlen(bytes)
		&& (more = SSL_read(ssl, got + have, (int)(strlen(bytes) - have))) > 0) {
		have += (size_t)more;
	}
	if (strcmp(got, bytes) != 0) {
		complain(server, "expected '%s', got '%s'", bytes, got);
	}
}

static inline void tls_send(SSL *ssl, const char *bytes)
{
	SSL_write(ssl, bytes, (int)strlen(bytes));
}

static inline void tls_greet(server *server, SSL *ssl)
{
	tls_expect(server, ssl, "version\r\nmn\r\n");
	tls_send(ssl, "VERSION 1.6.18\r\nMN\r\n");
}

/* Waits until the client closes, which it does without a word. */
static inline void tls_end(server *server, SSL *ssl)
{
	char byte;

	if (SSL_read(ssl, &byte, 1) > 0) {
		complain(server, "the client says '%c' instead of closing", byte);
	}
	SSL_free(ssl);
}

static inline server *start_playing(void (*play)(server *server))
{
	server *server = &servers[0];

	memset(server, 0, sizeof(*server));
	server->play = play;
	server_listen_tcp(server);
	server->endpoint.tls = true;
	server_begin(server);
	connect_to(server);
	return server;
}

static inline server *start_script(const script_step *steps)
{
	server *server = server_prepare(0, steps);

	server_listen_tcp(server);
	server->endpoint.tls = true;
	server_begin(server);
	connect_to(server);
	return server;
}

#define PLAIN_SERVER(...) start_script((const script_step[]){__VA_ARGS__, {SCRIPT_END, NULL, 0}})

static inline void assert_fails(mcha_status status, const char *reason)
{
	mcha_request request = get("key");

	run(&request);
	assert_status(&request, status);
	assert_string_equal(connection->error, reason);
	assert_false(is_open());
}

/* Of the connections so far. */
static int resumed, handshakes;

static inline void answer_one_get(server *server)
{
	SSL *ssl = take_tls(server);

	if (ssl) {
		handshakes++;
		resumed += SSL_session_reused(ssl);
		tls_expect(server, ssl, "version\r\n");
		tls_send(ssl, "VERSION 1.6.18\r\n");
		if (handshakes == 1) {
			tls_expect(server, ssl, "mn\r\n");
			tls_send(ssl, "MN\r\n");
		}
		tls_expect(server, ssl, "mg key f v O1\r\n");
		tls_send(ssl, "VA 5 O1\r\nvalue\r\n");
		tls_end(server, ssl);
	}
}

#undef TEST
#define TEST(name) cmocka_unit_test_setup_teardown(name, tls_setup, tls_teardown)

#endif
