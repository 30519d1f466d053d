/* SPDX-License-Identifier: MIT */
/* Says in words of configuration, where it can, what OpenSSL says in words of the protocol. */
#ifdef HAVE_MCHA_TLS

#include "tls_fault.h"

#include <stdio.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include "tls_load.h"

/* What memcached says in plain text to a connection beyond its limit. (memcached.c, conn_new) */
static bool is_full(const mcha_tls_socket *socket)
{
	static const char text[] = "ERROR Too many open connections";

	return socket->first_length >= strlen(text) && memcmp(socket->first, text, strlen(text)) == 0;
}

/* A TLS server begins with a record of its handshake, or with an alert. */
static bool is_plain(const mcha_tls_socket *socket)
{
	return socket->first_length && socket->first[0] != SSL3_RT_HANDSHAKE
		&& socket->first[0] != SSL3_RT_ALERT;
}

static mcha_tls_fault explain_certificate(const mcha_tls_evidence *evidence, long result,
	char *error)
{
	const char *reason = X509_verify_cert_error_string(result);

	if (result == X509_V_ERR_HOSTNAME_MISMATCH || result == X509_V_ERR_IP_ADDRESS_MISMATCH) {
		snprintf(error, MCHA_TLS_ERROR_MAX, "the node's certificate does not name %.48s (%s)",
			evidence->name, reason);
	} else {
		snprintf(error, MCHA_TLS_ERROR_MAX, "the node's certificate is not accepted: %s", reason);
	}
	return MCHA_TLS_REFUSED;
}

/* With TLS 1.3 the handshake is complete for the client before the node has looked at the client's
 * certificate; and what the node says of it may be lost, as the node closes the connection. */
static mcha_tls_fault explain_end(const mcha_tls_evidence *evidence, char *error)
{
	error[0] = '\0';
	if (evidence->proven || !evidence->certificate_asked) {
		return MCHA_TLS_CLOSED;
	}
	snprintf(error, MCHA_TLS_ERROR_MAX, "%s",
		evidence->has_certificate ? "the node does not accept this client's certificate"
								  : "the node asks for a client certificate (tls_certificate)");
	return MCHA_TLS_REFUSED;
}

static mcha_tls_fault explain_reason(const mcha_tls_evidence *evidence, char *error)
{
	const char *reason = mcha_tls_take_reason();

	if (evidence->certificate_asked && !evidence->has_certificate && !evidence->proven) {
		snprintf(error, MCHA_TLS_ERROR_MAX,
			"the node asks for a client certificate (tls_certificate): %s", reason);
	} else {
		snprintf(error, MCHA_TLS_ERROR_MAX, "%s", reason);
	}
	return evidence->proven ? MCHA_TLS_BROKEN : MCHA_TLS_REFUSED;
}

static mcha_tls_fault explain_fault(const mcha_tls_evidence *evidence, char *error)
{
	const mcha_tls_socket *socket = evidence->socket;
	long result = SSL_get_verify_result(evidence->ssl);

	if (is_full(socket)) {
		error[0] = '\0';
		return MCHA_TLS_FULL;
	}
	if (is_plain(socket)) {
		snprintf(error, MCHA_TLS_ERROR_MAX, "the node answers, but not in TLS");
		return MCHA_TLS_REFUSED;
	}
	if (!evidence->proven && result != X509_V_OK
		&& SSL_get_verify_mode(evidence->ssl) != SSL_VERIFY_NONE) {
		return explain_certificate(evidence, result, error);
	}
	if (socket->closed || socket->error || ERR_peek_last_error() == 0) {
		return explain_end(evidence, error);
	}
	return explain_reason(evidence, error);
}

mcha_tls_fault mcha_tls_explain(const mcha_tls_evidence *evidence, char *error)
{
	mcha_tls_fault fault = explain_fault(evidence, error);

	ERR_clear_error();
	return fault;
}

#endif
