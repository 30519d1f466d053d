/* SPDX-License-Identifier: MIT */
/* A connection over OpenSSL. OpenSSL keeps its errors in a list for each thread, which is empty
 * before and after each call here: PHP's own extension uses the same list. */
#ifdef HAVE_MCHA_TLS

#include "tls.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include "tls_connection.h"
#include "tls_fault.h"
#include "tls_load.h"

const bool mcha_tls_is_built = true;

const char *mcha_tls_library(void)
{
	return OpenSSL_version(OPENSSL_VERSION);
}

/* --- making a connection ---------------------------------------------------------------------- */

static int note_certificate_asked(SSL *ssl, void *argument)
{
	mcha_tls *tls = SSL_get_app_data(ssl);

	(void)argument;
	tls->certificate_asked = true;
	return 1;
}

/* 1: OpenSSL leaves its reference to the session here. */
static int keep_session(SSL *ssl, SSL_SESSION *session)
{
	mcha_tls *tls = SSL_get_app_data(ssl);

	mcha_tls_context_keep(tls->context, tls->node, session);
	return 1;
}

/* The name that the node's certificate must have. Where that is a name and not an address, the node
 * is told, too, in case that it has certificates for several names. */
static bool expect_name(mcha_tls *tls, const mcha_tls_settings *settings)
{
	X509_VERIFY_PARAM *parameters = SSL_get0_param(tls->ssl);
	const bool is_verified = settings->verify && settings->verify_name;
	ASN1_OCTET_STRING *address = a2i_IPADDRESS(tls->name);

	ERR_clear_error();
	if (address) {
		ASN1_OCTET_STRING_free(address);
		return !is_verified || X509_VERIFY_PARAM_set1_ip_asc(parameters, tls->name) == 1;
	}
	X509_VERIFY_PARAM_set_hostflags(parameters, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
	return SSL_set_tlsext_host_name(tls->ssl, tls->name) == 1
		&& (!is_verified || SSL_set1_host(tls->ssl, tls->name) == 1);
}

static void offer_session(mcha_tls *tls)
{
	SSL_SESSION *session = mcha_tls_context_find(tls->context, tls->node);

	if (session) {
		tls->session_offered = SSL_set_session(tls->ssl, session) == 1;
		SSL_SESSION_free(session);
	}
}

static bool prepare(mcha_tls *tls, const mcha_tls_settings *settings)
{
	BIO *bio = mcha_tls_socket_bio(&tls->socket);

	if (!bio) {
		return false;
	}
	SSL_set_bio(tls->ssl, bio, bio); /* it owns the BIO now */
	SSL_set_app_data(tls->ssl, tls);
	SSL_set_connect_state(tls->ssl);
	SSL_set_cert_cb(tls->ssl, note_certificate_asked, NULL);
	SSL_CTX_sess_set_new_cb(mcha_tls_context_ssl(tls->context), keep_session);
	return expect_name(tls, settings);
}

mcha_tls *mcha_tls_create(const mcha_tls_settings *settings, const mcha_endpoint *endpoint, int fd,
	char *error)
{
	mcha_tls *tls = calloc(1, sizeof(*tls));

	if (!tls || !(tls->context = mcha_tls_context_take(settings, error))) {
		if (!tls) {
			strcpy(error, "no memory");
		}
		free(tls);
		return NULL;
	}
	tls->socket.fd = fd;
	tls->node = mcha_endpoint_id(endpoint);
	tls->name = *settings->peer_name ? settings->peer_name : endpoint->host;
	tls->has_certificate = *settings->certificate;
	tls->ssl = SSL_new(mcha_tls_context_ssl(tls->context));
	if (!tls->ssl || !prepare(tls, settings)) {
		snprintf(error, MCHA_TLS_ERROR_MAX, "%s", mcha_tls_take_reason());
		mcha_tls_destroy(tls);
		return NULL;
	}
	offer_session(tls);
	return tls;
}

/* OpenSSL would give up the session of a connection that was not closed by TLS's own farewell. */
void mcha_tls_destroy(mcha_tls *tls)
{
	if (tls->ssl) {
		SSL_set_shutdown(tls->ssl, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
		SSL_free(tls->ssl);
	}
	mcha_tls_context_give(tls->context);
	free(tls);
}

/* --- failing ---------------------------------------------------------------------------------- */

void mcha_tls_note_fault(mcha_tls *tls)
{
	const mcha_tls_evidence evidence = {
		.ssl = tls->ssl,
		.socket = &tls->socket,
		.name = tls->name,
		.has_certificate = tls->has_certificate,
		.certificate_asked = tls->certificate_asked,
		.proven = tls->proven,
	};

	tls->failed = true;
	tls->fault = mcha_tls_explain(&evidence, tls->error);
}

bool mcha_tls_has_failed(const mcha_tls *tls)
{
	return tls->failed;
}

mcha_tls_fault mcha_tls_fault_of(const mcha_tls *tls)
{
	return tls->fault;
}

const char *mcha_tls_error(const mcha_tls *tls)
{
	return tls->error;
}

/* --- the handshake ---------------------------------------------------------------------------- */

/* memcached 1.6 ends a handshake with a client certificate by an alert if a session is offered. */
static mcha_tls_step fail_handshake(mcha_tls *tls)
{
	mcha_tls_note_fault(tls);
	if (!tls->session_offered || tls->socket.error) {
		return MCHA_TLS_FAILED;
	}
	mcha_tls_context_drop(tls->context, tls->node, !tls->socket.closed);
	return MCHA_TLS_AGAIN;
}

mcha_tls_step mcha_tls_handshake(mcha_tls *tls)
{
	int result;

	ERR_clear_error();
	result = SSL_do_handshake(tls->ssl);
	if (result == 1) {
		return MCHA_TLS_DONE;
	}
	switch (SSL_get_error(tls->ssl, result)) {
	case SSL_ERROR_WANT_READ:
		tls->wants_write = false;
		return MCHA_TLS_NEED_READ;
	case SSL_ERROR_WANT_WRITE:
		tls->wants_write = true;
		return MCHA_TLS_NEED_WRITE;
	default:
		return fail_handshake(tls);
	}
}

bool mcha_tls_is_resumed(const mcha_tls *tls)
{
	return SSL_session_reused(tls->ssl);
}

bool mcha_tls_has_moved(mcha_tls *tls)
{
	bool moved = tls->socket.moved;

	tls->socket.moved = false;
	return moved;
}

#endif
