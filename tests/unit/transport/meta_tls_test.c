/* SPDX-License-Identifier: MIT */
/* TLS between the meta transport and servers that speak TLS well, badly or not at all. */
#include "meta_rig.h"

#include "engine/net/tls/tls.h"

#ifdef HAVE_MCHA_TLS

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

static void add_extension(int number, const char *value)
{
	X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, NULL, number, value);

	assert_non_null(extension);
	assert_int_equal(X509_add_ext(certificate, extension, -1), 1);
	X509_EXTENSION_free(extension);
}

static void make_certificate(void)
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

static int tls_group_setup(void **state)
{
	if (rig_group_setup(state) != 0) {
		return -1;
	}
	make_certificate();
	return 0;
}

static int tls_group_teardown(void **state)
{
	mcha_tls_forget_all();
	EVP_PKEY_free(key);
	X509_free(certificate);
	unlink(certificate_path);
	return rig_group_teardown(state);
}

static int tls_setup(void **state)
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

static int tls_teardown(void **state)
{
	int status = rig_teardown(state);

	SSL_CTX_free(server_context);
	return status;
}

/* The server's end of the next connection, after its handshake; NULL: the handshake failed. */
static SSL *take_tls(server *server)
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

static void tls_expect(server *server, SSL *ssl, const char *bytes)
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

static void tls_send(SSL *ssl, const char *bytes)
{
	SSL_write(ssl, bytes, (int)strlen(bytes));
}

static void tls_greet(server *server, SSL *ssl)
{
	tls_expect(server, ssl, "version\r\nmn\r\n");
	tls_send(ssl, "VERSION 1.6.18\r\nMN\r\n");
}

/* Waits until the client closes, which it does without a word. */
static void tls_end(server *server, SSL *ssl)
{
	char byte;

	if (SSL_read(ssl, &byte, 1) > 0) {
		complain(server, "the client says '%c' instead of closing", byte);
	}
	SSL_free(ssl);
}

static server *start_playing(void (*play)(server *server))
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

static server *start_script(const script_step *steps)
{
	server *server = server_prepare(0, steps);

	server_listen_tcp(server);
	server->endpoint.tls = true;
	server_begin(server);
	connect_to(server);
	return server;
}

#define PLAIN_SERVER(...) start_script((const script_step[]){__VA_ARGS__, {SCRIPT_END, NULL, 0}})

static void assert_fails(mcha_status status, const char *reason)
{
	mcha_request request = get("key");

	run(&request);
	assert_status(&request, status);
	assert_string_equal(connection->error, reason);
	assert_false(is_open());
}

/* --- requests --------------------------------------------------------------------------------- */

static int resumed, handshakes;

static void answer_one_get(server *server)
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

static void answer_three_connections(server *server)
{
	resumed = handshakes = 0;
	for (int i = 0; i < 3; i++) {
		answer_one_get(server);
	}
}

static void later_connections_resume_the_session(void **state)
{
	mcha_request request = get("key");

	(void)state;
	start_playing(answer_three_connections);
	for (int i = 0; i < 3; i++) {
		run(&request);
		assert_value(&request, "value");
		mcha_transport_meta.close(connection);
	}
	finish();
	assert_int_equal(handshakes, 3);
	assert_int_equal(resumed, 2);
}

/* A server that verifies clients, and has not set the context of its sessions, as memcached 1.6. */
static void a_server_that_takes_no_sessions_is_connected_to_without_one(void **state)
{
	mcha_request request = get("key");

	(void)state;
	SSL_CTX_set_verify(server_context, SSL_VERIFY_PEER, NULL);
	start_playing(answer_three_connections);
	run(&request);
	assert_value(&request, "value");
	mcha_transport_meta.close(connection);
	run(&request); /* the server's second connection fails, and its third one is used */
	assert_value(&request, "value");
	mcha_transport_meta.close(connection);
	finish();
	assert_int_equal(handshakes, 2);
	assert_int_equal(resumed, 0);
}

#define LARGE 300000

/* In one piece, as the answers of a pipeline: OpenSSL reads more than one record at once. */
static void answer_large_values(server *server)
{
	SSL *ssl = take_tls(server);
	char *value = malloc(LARGE);

	memset(value, 'x', LARGE);
	tls_greet(server, ssl);
	tls_expect(server, ssl, "mg a f t v O1\r\nmg b f t v O2\r\nmg c f t v O3\r\n");
	for (int i = 1; i <= 3; i++) {
		char line[32];

		snprintf(line, sizeof(line), "VA %d t-1 O%d\r\n", LARGE, i);
		tls_send(ssl, line);
		SSL_write(ssl, value, LARGE);
		tls_send(ssl, "\r\n");
	}
	tls_end(server, ssl);
	free(value);
}

static void what_openssl_has_read_is_not_waited_for(void **state)
{
	mcha_request queue[3] = {get("a"), get("b"), get("c")};

	(void)state;
	start_playing(answer_large_values);
	queue[0].next = &queue[1];
	queue[1].next = &queue[2];
	queue[0].want = queue[1].want = queue[2].want = MCHA_WANT_VALUE | MCHA_WANT_TTL;
	run(queue);
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(queue[i].reply.status, MCHA_STATUS_OK);
		assert_int_equal(queue[i].reply.size, LARGE);
		release(&queue[i]);
	}
	finish();
}

#define STATISTICS 1820 /* lines of 18 bytes */

/* Two full records. The client has the beginning of a line left when it reads the second one, and
 * no room for all of that, behind which nothing comes. */
static void answer_statistics(server *server)
{
	SSL *ssl = take_tls(server);
	char record[2 * MCHA_TLS_RECORD_BYTES] = "";
	size_t length = 0;

	tls_greet(server, ssl);
	tls_expect(server, ssl, "stats\r\n");
	for (int i = 0; i < STATISTICS; i++) {
		length += (size_t)snprintf(record + length, sizeof(record) - length, "STAT s%04d 12345\r\n",
			i);
	}
	snprintf(record + length, sizeof(record) - length, "END\r\n");
	tls_send(ssl, record);
	tls_end(server, ssl);
}

static void the_rest_of_a_record_is_not_waited_for(void **state)
{
	mcha_request request = request_for(MCHA_VERB_STATS, "");

	(void)state;
	start_playing(answer_statistics);
	run(&request);
	assert_int_equal(request.reply.status, MCHA_STATUS_OK);
	assert_int_equal(request.reply.size, STATISTICS * strlen("STAT s0000 12345\r\n"));
	release(&request);
	finish();
}

#define STORES 200

/* Answers stores as they come, and complains of a record that ends within a request. memcached
 * would wait for the rest of it. */
static void answer_stores_by_records(server *server)
{
	SSL *ssl = take_tls(server);
	char record[MCHA_TLS_RECORD_BYTES];
	int answered = 0;

	tls_greet(server, ssl);
	while (answered < STORES) {
		int length = SSL_read(ssl, record, sizeof(record));
		char answer[32];

		if (length < 4 || memcmp(record + length - 3, "e\r\n", 3) != 0) {
			complain(server, "a record of %d bytes ends within a request", length);
			break;
		}
		for (int i = 0; i + 2 < length; i++) {
			if (memcmp(record + i, "e\r\n", 3) == 0) {
				snprintf(answer, sizeof(answer), "HD O%d\r\n", ++answered);
				tls_send(ssl, answer);
			}
		}
	}
	tls_end(server, ssl);
}

static void a_record_ends_where_a_request_ends(void **state)
{
	static mcha_request queue[STORES];
	static char value[700];

	(void)state;
	memset(value, 'v', sizeof(value));
	value[sizeof(value) - 1] = 'e';
	start_playing(answer_stores_by_records);
	for (size_t i = 0; i < STORES; i++) {
		queue[i] = set("key", "");
		queue[i].value = value;
		queue[i].value_length = sizeof(value) - i;
		queue[i].value += i;
		queue[i].next = i + 1 < STORES ? &queue[i + 1] : NULL;
	}
	run(queue);
	for (size_t i = 0; i < STORES; i++) {
		assert_status(&queue[i], MCHA_STATUS_OK);
	}
	finish();
}

static _Atomic bool ticket_sent;

static void send_a_late_ticket(server *server)
{
	SSL *ssl = take_tls(server);

	tls_greet(server, ssl);
	tls_expect(server, ssl, "mg key f v O1\r\n");
	tls_send(ssl, "EN O1\r\n");
	SSL_new_session_ticket(ssl);
	SSL_do_handshake(ssl);
	ticket_sent = true;
	tls_expect(server, ssl, "mg key f v O2\r\n");
	tls_send(ssl, "EN O2\r\n");
	SSL_shutdown(ssl);
	ticket_sent = true;
	SSL_free(ssl);
}

static void await_ticket(void)
{
	while (!ticket_sent) {
		usleep(1000);
	}
	ticket_sent = false;
	usleep(20000); /* the idle connection is looked at */
}

static void a_ticket_on_an_idle_connection_is_no_answer(void **state)
{
	mcha_request request = get("key");

	(void)state;
	ticket_sent = false;
	start_playing(send_a_late_ticket);
	run(&request);
	assert_status(&request, MCHA_STATUS_MISS);
	await_ticket();
	run(&request); /* over the same connection: the server takes no other */
	assert_status(&request, MCHA_STATUS_MISS);
	await_ticket();
	run_for(&request, 300 * MSEC); /* the server has said that it closes: this is noticed */
	assert_true(connection->was_lost);
	finish();
}

/* --- failures --------------------------------------------------------------------------------- */

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

#undef TEST
#define TEST(name) cmocka_unit_test_setup_teardown(name, tls_setup, tls_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(later_connections_resume_the_session),
		TEST(a_server_that_takes_no_sessions_is_connected_to_without_one),
		TEST(what_openssl_has_read_is_not_waited_for),
		TEST(the_rest_of_a_record_is_not_waited_for),
		TEST(a_record_ends_where_a_request_ends),
		TEST(a_ticket_on_an_idle_connection_is_no_answer),
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
