/* SPDX-License-Identifier: MIT */
/* Listing the keys of one server: how each form of the server's list is read. */
#include "classic/classic_keys.h"
#include "classic_rig.h"

#define ONE_KEY "key=a%20b exp=-1 la=1 cas=2 fetch=no cls=1 size=60\n"
#define TWO_KEYS ONE_KEY "key=c exp=-1 la=1 cas=3 fetch=no cls=1 size=60 flags=0 \n"
#define BUSY "BUSY currently processing crawler request\r\n"

/* The scripted server's answers to the first, second ... command on a connection; in_bytes: byte by
 * byte. */
static const char *const *answers;
static bool in_bytes;

static void answer_in_turn(int fd, int connection)
{
	const char *const *next;
	char bytes[4096];

	(void)connection;
	for (next = answers; *next && read(fd, bytes, sizeof(bytes)) > 0; next++) {
		const char *byte;

		for (byte = *next; in_bytes && *byte; byte++) {
			answer(fd, byte, 1);
		}
		answer(fd, byte, strlen(byte));
	}
	(void)!read(fd, bytes, sizeof(bytes)); /* until the client closes the connection */
}

/* Writes the listed keys into text, each behind a space; returns the status of the list. */
static mcha_status list(const server *server, char *text, size_t size)
{
	classic_keys *keys = classic_keys_create(&server->endpoint, &settings,
		mcha_clock_now() + 30 * SECOND);
	char key[MCHA_KEY_MAX];
	size_t length, used = 0;
	mcha_status status;

	assert_non_null(keys);
	*text = '\0';
	while ((status = classic_keys_next(keys, key, &length)) == MCHA_STATUS_OK) {
		used += (size_t)snprintf(text + used, size - used, " %.*s", (int)length, key);
		assert_true(used < size);
	}
	classic_keys_destroy(keys);
	return status;
}

static void assert_lists(const char *const script[], mcha_status expected,
	const char *expected_keys)
{
	char text[256];
	int i;

	for (i = 0; i < 2; i++) {
		server server = {0};

		answers = script;
		in_bytes = i == 1;
		scripted_start(&server, answer_in_turn);
		assert_int_equal(list(&server, text, sizeof(text)), expected);
		assert_string_equal(text, expected_keys);
		server_stop(&server);
	}
}

#define LISTS(expected, expected_keys, ...) \
	assert_lists((const char *const[]){__VA_ARGS__, NULL}, expected, expected_keys)

static void a_list_without_ok_is_read(void **state)
{
	(void)state;
	LISTS(MCHA_STATUS_MISS, " a b c", TWO_KEYS "END\r\n");
	LISTS(MCHA_STATUS_MISS, "", "END\r\n");
}

static void a_list_that_begins_with_ok_is_read(void **state)
{
	(void)state;
	LISTS(MCHA_STATUS_MISS, " a b c", "OK\r\n" TWO_KEYS "END\r\n");
	LISTS(MCHA_STATUS_MISS, "", "OK\r\nEND\r\n");
}

static void a_busy_server_is_asked_again(void **state)
{
	(void)state;
	LISTS(MCHA_STATUS_MISS, " a b c", BUSY, BUSY, "OK\r\n" TWO_KEYS "END\r\n");
	LISTS(MCHA_STATUS_MISS, " a b c", BUSY, TWO_KEYS "END\r\n");
}

static void an_older_server_gets_the_older_command(void **state)
{
	(void)state;
	LISTS(MCHA_STATUS_MISS, " a b", "CLIENT_ERROR bad data chunk\r\n", ONE_KEY "END\r\n");
	LISTS(MCHA_STATUS_MISS, " a b", "ERROR\r\n", "OK\r\n" ONE_KEY "END\r\n");
	LISTS(MCHA_STATUS_UNSUPPORTED, "", "ERROR metadump not allowed\r\n",
		"ERROR metadump not allowed\r\n");
}

/* An incomplete list must not be taken for all keys of the server. */
static void any_other_answer_fails(void **state)
{
	(void)state;
	LISTS(MCHA_STATUS_PROTOCOL, "", "OK\r\nOK\r\n" ONE_KEY "END\r\n");
	LISTS(MCHA_STATUS_PROTOCOL, " a b", ONE_KEY "OK\r\nEND\r\n");
	LISTS(MCHA_STATUS_PROTOCOL, " a b", "OK\r\n" ONE_KEY "OK\r\nEND\r\n");
	LISTS(MCHA_STATUS_PROTOCOL, "", "OKAY\r\n" ONE_KEY "END\r\n");
	LISTS(MCHA_STATUS_PROTOCOL, " a b", ONE_KEY "ENDED\r\n");
	LISTS(MCHA_STATUS_PROTOCOL, "", "\r\nEND\r\n");
}

/* A second command would start the list again, with other keys than the first part had. */
static void an_error_within_a_list_ends_the_list(void **state)
{
	(void)state;
	LISTS(MCHA_STATUS_PROTOCOL, " a b", "OK\r\n" ONE_KEY BUSY, TWO_KEYS "END\r\n");
	LISTS(MCHA_STATUS_PROTOCOL, "", "OK\r\n" BUSY, TWO_KEYS "END\r\n");
	LISTS(MCHA_STATUS_PROTOCOL, " a b", ONE_KEY "ERROR\r\n", TWO_KEYS "END\r\n");
	LISTS(MCHA_STATUS_PROTOCOL, "", "OK\r\nSERVER_ERROR out of memory\r\n", TWO_KEYS "END\r\n");
}

static void the_installed_memcached_lists_all_keys(void **state)
{
	mcha_connection *connection = connect_to(&common);
	char text[256];

	(void)state;
	assert_int_equal(list(&common, text, sizeof(text)), MCHA_STATUS_MISS);
	assert_string_equal(text, "");
	assert_int_equal(store(connection, MCHA_MODE_SET, "a%b", "value"), MCHA_STATUS_OK);
	assert_int_equal(list(&common, text, sizeof(text)), MCHA_STATUS_MISS);
	assert_string_equal(text, " a%b");
	transport->destroy(connection);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEXT(a_list_without_ok_is_read, "a list without OK is read (memcached before 1.6.45)"),
		TEXT(a_list_that_begins_with_ok_is_read, "a list that begins with OK is read (1.6.45)"),
		TEXT(a_busy_server_is_asked_again,
			"a server that is busy with another client's list is asked again"),
		TEXT(an_older_server_gets_the_older_command,
			"a server without \"metadump hash\" is asked for \"metadump all\""),
		TEXT(any_other_answer_fails, "any other line is a protocol error"),
		TEXT(an_error_within_a_list_ends_the_list,
			"BUSY or an error within a list is a protocol error"),
		TEXT(the_installed_memcached_lists_all_keys, "the machine's memcached lists all keys"),
	};

	return cmocka_run_group_tests_name("listing keys", tests, start_common, stop_common);
}
