/* SPDX-License-Identifier: MIT */
/* How the text transport and the libmemcached transport reach their servers: over TCP, by name,
 * with SASL. */
#include <netdb.h>

#include "classic_rig.h"

/* The binary header: magic, opcode, key length, extras length, type, status, body length, opaque,
 * CAS; numbers in network order. */
#define BINARY_HEADER 24
#define SASL_LIST 0x20
#define SASL_AUTH 0x21

static void binary_answer(int fd, int opcode, int status, const char *body)
{
	char bytes[BINARY_HEADER + 64] = {(char)0x81, (char)opcode};

	bytes[7] = (char)status;
	bytes[11] = (char)strlen(body);
	strcpy(bytes + BINARY_HEADER, body);
	answer(fd, bytes, BINARY_HEADER + strlen(body));
}

#define NOOP 0x0a

static void answer_a_miss(int fd, int connection)
{
	(void)connection;
	read_some(fd);
	if (transport->blocking) {
		binary_answer(fd, NOOP, 0, "");
	} else {
		ANSWER(fd, "VERSION 1.4.15\r\nEND\r\n");
	}
	read_some(fd);
}

static void tcp_works_with_all_options(void **state)
{
	mcha_transport_settings with_all = settings;
	server server = {0};
	mcha_connection *connection;

	(void)state;
	with_all.send_buffer = with_all.receive_buffer = 65536;
	scripted_play(&server, tcp_listener(&server.endpoint, 8), answer_a_miss);
	connection = transport->create(&server.endpoint, &with_all);
	assert_holds(connection, "k", NULL);
	transport->destroy(connection);
	server_stop(&server);
}

static void a_name_with_a_dead_first_address_works(void **state)
{
	server server = {0};
	struct addrinfo *addresses;
	mcha_connection *connection;

	(void)state;
	if (getaddrinfo("localhost", NULL, NULL, &addresses) != 0) {
		skip(); /* a system without /etc/hosts */
	}
	freeaddrinfo(addresses);
	scripted_play(&server, tcp_listener(&server.endpoint, 8), answer_a_miss);
	strcpy(server.endpoint.host, "localhost"); /* often ::1 first, where no server listens */
	connection = connect_to(&server);
	assert_holds(connection, "k", NULL);
	transport->destroy(connection);
	server_stop(&server);
}

/* A server that accepts user "user" with password "secret" only, and knows no command but
 * delete. */
static void ask_for_the_password(int fd, int connection)
{
	static const char right[] = "PLAINuser\0user\0secret"; /* the mechanism, then its message */
	unsigned char bytes[512];
	bool known = false;
	ssize_t length;

	(void)connection;
	while ((length = read(fd, bytes, sizeof(bytes))) >= BINARY_HEADER) {
		if (bytes[1] == SASL_LIST) {
			binary_answer(fd, SASL_LIST, 0, "PLAIN");
			continue;
		}
		if (bytes[1] == SASL_AUTH) {
			known = length == BINARY_HEADER + (ssize_t)sizeof(right) - 1
				&& memcmp(bytes + BINARY_HEADER, right, sizeof(right) - 1) == 0;
		}
		binary_answer(fd, bytes[1], known ? 0 : SASL_LIST, "");
	}
}

static void sasl_accepts_only_the_right_password(void **state)
{
	static const struct {
		const char *username;
		const char *password;
		mcha_status status;
	} table[] = {{"user", "secret", MCHA_STATUS_OK}, {"user", "wrong", MCHA_STATUS_AUTH},
		{NULL, NULL, MCHA_STATUS_AUTH}};
	server server = {0};
	size_t i;

	(void)state;
	scripted_play(&server, tcp_listener(&server.endpoint, 8), ask_for_the_password);
	for (i = 0; i < LENGTH_OF(table); i++) {
		mcha_transport_settings with_name = settings;
		mcha_connection *connection;
		mcha_request count = request_for(MCHA_VERB_COUNT, "n");

		with_name.username = table[i].username;
		with_name.password = table[i].password;
		connection = transport->create(&server.endpoint, &with_name);
		assert_int_equal(table[i].status == MCHA_STATUS_OK ? delete (connection, "k", 0)
														   : run(connection, &count),
			table[i].status);
		assert_int_equal(transport->is_open(connection), table[i].status == MCHA_STATUS_OK);
		transport->destroy(connection);
	}
	server_stop(&server);
}

static void sasl_needs_the_binary_protocol(void **state)
{
	mcha_transport_settings with_name = settings;
	mcha_connection *connection;
	mcha_request get = get_request("k");

	(void)state;
	with_name.username = "user";
	with_name.password = "secret";
	connection = transport->create(&common.endpoint, &with_name);
	assert_int_equal(run(connection, &get), MCHA_STATUS_AUTH);
	assert_string_equal(connection->error, "SASL needs the binary protocol");
	transport->destroy(connection);
}

/* --- the runner ----------------------------------------------------------------------------- */

int main(void)
{
	const struct CMUnitTest tests[] = {
		BOTH(tcp_works_with_all_options, "TCP works with all socket options"),
		BOTH(a_name_with_a_dead_first_address_works, "a name with a dead first address works"),
		BINARY(sasl_accepts_only_the_right_password, "SASL opens the door to those who know"),
		TEXT(sasl_needs_the_binary_protocol, "SASL needs the binary protocol"),
	};

	return cmocka_run_group_tests(tests, start_common, stop_common);
}
