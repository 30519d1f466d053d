/* SPDX-License-Identifier: MIT */
/* The return values of sending and reading: they only report what happened, and leave the
 * connection and its requests to meta_drive.c. The server is the other end of a socket pair. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "engine/transport/meta_input.h"
#include "engine/transport/meta_output.h"
#include "engine/transport/meta_transport.h"

#define LARGE (4 << 20) /* more than a socket buffers */

static const mcha_transport_settings settings = {.allocator = &mcha_allocator_libc};
static const mcha_endpoint endpoint = {.host = "/nowhere"};
static meta_connection *connection;
static int server;
static char large_value[LARGE];

static int open_pair(void **state)
{
	int pair[2];

	(void)state;
	connection = (meta_connection *)mcha_transport_meta.create(&endpoint, &settings);
	assert_non_null(connection);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	connection->buffers = mcha_buffer_take();
	assert_non_null(connection->buffers);
	mcha_meta_reader_lend(&connection->reader, connection->buffers->input);
	connection->fd = pair[0];
	connection->state = META_READY;
	server = pair[1];
	return 0;
}

static void hang_up(void)
{
	close(server);
	server = -1;
}

static int close_pair(void **state)
{
	(void)state;
	mcha_transport_meta.destroy(&connection->base);
	hang_up();
	return 0;
}

static void say(const char *bytes)
{
	assert_int_equal(send(server, bytes, strlen(bytes), 0), strlen(bytes));
}

static mcha_request queue_of(mcha_verb verb)
{
	return (mcha_request){
		.verb = verb,
		.key = "key",
		.key_length = 3,
		.reply = {.status = MCHA_STATUS_PENDING, .ttl = MCHA_TTL_UNKNOWN},
	};
}

static void assert_step(meta_outcome outcome, meta_step step)
{
	assert_int_equal(outcome.step, step);
	assert_int_equal(outcome.status, MCHA_STATUS_OK);
	assert_int_equal(outcome.error, 0);
}

/* The step has failed with this status, and has changed nothing else. */
static void assert_failed(meta_outcome outcome, mcha_status status, int error,
	const mcha_request *request)
{
	assert_int_equal(outcome.step, META_FAILED);
	assert_int_equal(outcome.status, status);
	assert_int_equal(outcome.error, error);
	assert_true(connection->fd >= 0);
	assert_int_equal(connection->state, META_READY);
	assert_ptr_equal(connection->unanswered, request);
	assert_int_equal(request->reply.status, MCHA_STATUS_PENDING);
}

static void after_the_greeting_requests_are_to_be_sent(void **state)
{
	mcha_request request = queue_of(MCHA_VERB_GET);

	(void)state;
	connection->unanswered = connection->unencoded = &request;
	meta_output_greet(connection, false, true);
	assert_step(meta_output_send(connection), META_DONE);
	assert_ptr_equal(connection->unencoded, &request); /* waits for the answer of the no-op */
	say("VERSION 1.6.18\r\nMN\r\n");
	assert_step(meta_input_read(connection, false), META_NEED_WRITE);
	assert_step(meta_input_go_on(connection), META_NEED_WRITE);
	assert_step(meta_output_send(connection), META_DONE);
	assert_step(meta_input_go_on(connection), META_NEED_READ);
	say("EN O1\r\n");
	assert_step(meta_input_read(connection, false), META_DONE);
	assert_int_equal(request.reply.status, MCHA_STATUS_MISS);
}

static void an_empty_socket_needs_to_read(void **state)
{
	(void)state;
	assert_step(meta_input_read(connection, false), META_NEED_READ);
}

static void a_full_socket_needs_to_write(void **state)
{
	mcha_request request = queue_of(MCHA_VERB_STORE);

	(void)state;
	request.value = large_value;
	request.value_length = sizeof(large_value);
	connection->unanswered = connection->unencoded = &request;
	assert_step(meta_output_send(connection), META_NEED_WRITE);
	assert_step(meta_output_send(connection), META_NEED_WRITE);
	assert_false(meta_connection_is_sent(connection));
}

static void a_store_refused_by_its_line_is_done_with_its_value_unsent(void **state)
{
	mcha_request request = queue_of(MCHA_VERB_STORE);

	(void)state;
	request.value = large_value;
	request.value_length = sizeof(large_value);
	connection->unanswered = connection->unencoded = &request;
	assert_step(meta_output_send(connection), META_NEED_WRITE);
	say("SERVER_ERROR object too large for cache\r\n");
	assert_step(meta_input_read(connection, false), META_DONE);
	assert_int_equal(request.reply.status, MCHA_STATUS_TOO_BIG);
	assert_false(meta_connection_is_sent(connection));
}

static void a_server_that_hangs_up_fails_sending_and_reading(void **state)
{
	mcha_request request = queue_of(MCHA_VERB_GET);

	(void)state;
	connection->unanswered = connection->unencoded = &request;
	hang_up();
	assert_failed(meta_output_send(connection), MCHA_STATUS_CLOSED, EPIPE, &request);
	assert_failed(meta_input_read(connection, false), MCHA_STATUS_CLOSED, 0, &request);
}

static void an_answer_before_any_request_was_sent_fails_reading(void **state)
{
	mcha_request request = queue_of(MCHA_VERB_GET);

	(void)state;
	connection->unanswered = connection->unencoded = &request;
	say("EN\r\n");
	assert_failed(meta_input_read(connection, false), MCHA_STATUS_PROTOCOL, 0, &request);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_pair, close_pair)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(after_the_greeting_requests_are_to_be_sent),
		TEST(an_empty_socket_needs_to_read),
		TEST(a_full_socket_needs_to_write),
		TEST(a_store_refused_by_its_line_is_done_with_its_value_unsent),
		TEST(a_server_that_hangs_up_fails_sending_and_reading),
		TEST(an_answer_before_any_request_was_sent_fails_reading),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
