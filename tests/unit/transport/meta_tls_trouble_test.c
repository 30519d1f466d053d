/* SPDX-License-Identifier: MIT */
/* TLS between the meta transport and servers that speak it badly, or not at all. */
#ifdef HAVE_MCHA_TLS

#include "tls_rig.h"

static void fail_handshake(server *server)
{
	if (take_tls(server)) {
		complain(server, "the client accepts the certificate");
	}
}

static void an_untrusted_certificate_is_refused(void **state)
{
	(void)state;
	trusting.ca = "";
	start_playing(fail_handshake);
	assert_fails(MCHA_STATUS_TLS,
		"TLS failed: the node's certificate is not accepted: self-signed certificate");
	finish();
}

static void a_certificate_of_another_host_is_refused(void **state)
{
	(void)state;
	trusting.peer_name = "other.example";
	start_playing(fail_handshake);
	assert_fails(MCHA_STATUS_TLS,
		"TLS failed: the node's certificate does not name other.example (hostname mismatch)");
	finish();
}

static void answer_a_get_without_more(server *server)
{
	handshakes = 0;
	answer_one_get(server);
}

static void without_verification_any_certificate_will_do(void **state)
{
	mcha_request request = get("key");

	(void)state;
	trusting.ca = "";
	trusting.peer_name = "other.example";
	trusting.verify = false;
	start_playing(answer_a_get_without_more);
	run(&request);
	assert_value(&request, "value");
	finish();
}

static void a_server_of_an_older_version_is_refused(void **state)
{
	(void)state;
	SSL_CTX_set_max_proto_version(server_context, TLS1_2_VERSION);
	trusting.only_1_3 = true;
	start_playing(fail_handshake);
	assert_fails(MCHA_STATUS_TLS, "TLS failed: tlsv1 alert protocol version");
	finish();
}

/* No part of a request goes to such a server. */
static void a_server_that_does_not_speak_tls_is_told_nothing(void **state)
{
	(void)state;
	PLAIN_SERVER({SKIP, NULL, 100}, {SEND, "ERROR\r\n", 0});
	assert_fails(MCHA_STATUS_TLS, "TLS failed: the node answers, but not in TLS");
	finish();
}

static void a_full_server_says_so_in_plain_text(void **state)
{
	(void)state;
	PLAIN_SERVER({SEND, "ERROR Too many open connections\r\n", 0}, {CLOSE, NULL, 0});
	assert_fails(MCHA_STATUS_CONNECTION_LIMIT, mcha_status_text(MCHA_STATUS_CONNECTION_LIMIT));
	finish();
}

static void garbage_in_the_handshake_is_refused(void **state)
{
	(void)state;
	PLAIN_SERVER({SKIP, NULL, 100}, {SEND, "\x16\x03\x03garbage garbage garbage", 0});
	assert_fails(MCHA_STATUS_TLS, "TLS failed: packet length too long");
	finish();
}

static void a_server_that_closes_in_the_handshake_has_failed(void **state)
{
	(void)state;
	PLAIN_SERVER({SKIP, NULL, 100}, {CLOSE, NULL, 0});
	assert_fails(MCHA_STATUS_CONNECT,
		"connection failed: closed by the server during the TLS handshake");
	finish();
}

/* The time for connecting bounds the handshake, too. */
static void a_handshake_that_stops_half_way_fails_in_time(void **state)
{
	mcha_usec started = now();

	(void)state;
	settings.connect_timeout = 50 * MSEC;
	PLAIN_SERVER({SKIP, NULL, 100}, {SEND, "\x16\x03\x03", 0});
	assert_fails(MCHA_STATUS_CONNECT, "connection failed: TLS handshake: Connection timed out");
	assert_int_equal(connection->error_errno, ETIMEDOUT);
	assert_true(now() - started >= 50 * MSEC);
	assert_true(now() - started < 9000 * MSEC); /* that of the operation is not waited for */
	finish();
}

static void damage_an_answer(server *server)
{
	SSL *ssl = take_tls(server);
	static const char damaged[] = "\x17\x03\x03\x00\x20"
								  "0123456789abcdef0123456789abcdef";

	tls_greet(server, ssl);
	tls_expect(server, ssl, "mg key f v O1\r\n");
	server_write(server, damaged, sizeof(damaged) - 1);
	tls_end(server, ssl);
}

static void a_damaged_answer_is_a_protocol_error(void **state)
{
	(void)state;
	start_playing(damage_an_answer);
	assert_fails(MCHA_STATUS_PROTOCOL, "malformed reply: TLS: decryption failed or bad record mac");
	finish();
}

static void demand_a_certificate(server *server)
{
	SSL *ssl = take_tls(server);

	if (ssl) {
		complain(server, "the client has a certificate");
	}
	close(server->peer);
	server->peer = -1;
}

static void a_server_that_wants_a_certificate_says_so(void **state)
{
	const char *reason = "TLS failed: the node asks for a client certificate (tls_certificate)";
	mcha_request request = get("key");

	(void)state;
	SSL_CTX_set_verify(server_context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
	start_playing(demand_a_certificate);
	run(&request);
	assert_status(&request, MCHA_STATUS_TLS);
	assert_memory_equal(connection->error, reason, strlen(reason));
	finish();
}

static void files_that_cannot_be_used_are_named(void **state)
{
	(void)state;
	trusting.ca = "/none/ca.pem";
	start_playing(fail_handshake);
	assert_fails(MCHA_STATUS_TLS, "TLS failed: tls_ca /none/ca.pem: No such file or directory");
	trusting.ca = certificate_path;
	trusting.certificate = certificate_path;
	trusting.key = "/none/key.pem";
	assert_fails(MCHA_STATUS_TLS, "TLS failed: tls_key /none/key.pem: No such file or directory");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(an_untrusted_certificate_is_refused),
		TEST(a_certificate_of_another_host_is_refused),
		TEST(without_verification_any_certificate_will_do),
		TEST(a_server_of_an_older_version_is_refused),
		TEST(a_server_that_does_not_speak_tls_is_told_nothing),
		TEST(a_full_server_says_so_in_plain_text),
		TEST(garbage_in_the_handshake_is_refused),
		TEST(a_server_that_closes_in_the_handshake_has_failed),
		TEST(a_handshake_that_stops_half_way_fails_in_time),
		TEST(a_damaged_answer_is_a_protocol_error),
		TEST(a_server_that_wants_a_certificate_says_so),
		TEST(files_that_cannot_be_used_are_named),
	};

	return cmocka_run_group_tests(tests, tls_group_setup, tls_group_teardown);
}

#else

#include "meta_rig.h"

static void tls_is_refused(void **state)
{
	server *server = &servers[0];
	mcha_request request = get("key");

	(void)state;
	server->endpoint = (mcha_endpoint){.host = "localhost", .port = 11211, .tls = true};
	connect_to(server);
	run(&request);
	assert_status(&request, MCHA_STATUS_UNSUPPORTED);
	assert_string_equal(connection->error, "tls:// needs McHA to be built with OpenSSL 3");
}

int main(void)
{
	const struct CMUnitTest tests[] = {TEST(tls_is_refused)};

	return cmocka_run_group_tests(tests, rig_group_setup, rig_group_teardown);
}

#endif
