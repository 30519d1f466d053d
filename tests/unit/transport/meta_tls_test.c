/* SPDX-License-Identifier: MIT */
/* Requests over TLS between the meta transport and servers that speak it well. */
#ifdef HAVE_MCHA_TLS

#include "tls_rig.h"

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(later_connections_resume_the_session),
		TEST(a_server_that_takes_no_sessions_is_connected_to_without_one),
		TEST(what_openssl_has_read_is_not_waited_for),
		TEST(the_rest_of_a_record_is_not_waited_for),
		TEST(a_record_ends_where_a_request_ends),
		TEST(a_ticket_on_an_idle_connection_is_no_answer),
	};

	return cmocka_run_group_tests(tests, tls_group_setup, tls_group_teardown);
}

#else

#include <stdio.h>

int main(void)
{
	puts("1..0 # OpenSSL 3 is not there");
	return 0;
}

#endif
