/* SPDX-License-Identifier: MIT */
/* Shared by the tests of the meta and text transports: scripted servers, each a thread behind a
 * unix socket, and helpers for requests. */
#ifndef MCHA_TESTS_META_RIG_H
#define MCHA_TESTS_META_RIG_H

#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#include "engine/transport/meta_transport.h"
#include "rig_allocator.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define MSEC MCHA_USEC_PER_MSEC
#define PATIENCE_MSEC 20000 /* of a server with its client; a test that takes so long has failed */

/* --- servers ---------------------------------------------------------------------------------- */

/* TAKE may be left out: the first step that needs a connection waits for one. */
typedef enum {
	SCRIPT_END, /* keeps the connection open until the test is over */
	TAKE,       /* the next connection, in addition to the current one */
	EXPECT,     /* exactly these bytes */
	SKIP,       /* so many bytes of any content */
	SEND,
	SEND_SLOWLY, /* byte by byte */
	SLEEP,       /* milliseconds */
	CLOSE,
	EXPECT_CLOSE /* the client closes without another byte */
} script_word;

typedef struct script_step {
	script_word word;
	const char *bytes;
	size_t number;
} script_step;

#define GREETING \
	{EXPECT, "version\r\nmn\r\n", 0}, \
	{ \
		SEND, "VERSION 1.6.18\r\nMN\r\n", 0 \
	}
#define STEPS_MAX 24

typedef struct server {
	mcha_endpoint endpoint;
	script_step steps[STEPS_MAX];
	void (*play)(struct server *server); /* instead of steps */
	int listener;
	int peer;
	int stop[2]; /* a pipe: closing its writing end ends the test */
	pthread_t thread;
	bool started;
	_Atomic size_t played; /* steps */
	char complaint[512];
} server;

static char folder[] = "/tmp/mcha_meta_XXXXXX";
static server servers[4];

static inline void complain(server *server, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	if (!server->complaint[0]) {
		vsnprintf(server->complaint, sizeof(server->complaint), format, arguments);
	}
	va_end(arguments);
}

/* False: the test is over, or no byte came. */
static inline bool server_wait(server *server, int fd, short events)
{
	struct pollfd polls[2] = {{fd, events, 0}, {server->stop[0], POLLIN, 0}};

	return poll(polls, 2, PATIENCE_MSEC) > 0 && polls[0].revents;
}

static inline bool server_take(server *server)
{
	if (!server_wait(server, server->listener, POLLIN)) {
		complain(server, "no client connects");
		return false;
	}
	if (server->peer >= 0) {
		close(server->peer);
	}
	server->peer = accept(server->listener, NULL, NULL);
	return server->peer >= 0;
}

static inline bool server_has_peer(server *server)
{
	return server->peer >= 0 || server_take(server);
}

/* The count; 0: closed, or the test is over. */
static inline size_t server_read(server *server, char *bytes, size_t max)
{
	ssize_t got;

	if (!server_wait(server, server->peer, POLLIN)) {
		return 0;
	}
	got = recv(server->peer, bytes, max, 0);
	return got > 0 ? (size_t)got : 0;
}

static inline bool server_read_all(server *server, char *bytes, size_t length)
{
	size_t have = 0, got;

	while (have < length && (got = server_read(server, bytes + have, length - have)) > 0) {
		have += got;
	}
	return have == length;
}

static inline bool server_write(server *server, const char *bytes, size_t length)
{
	while (length) {
		ssize_t sent;

		if (!server_wait(server, server->peer, POLLOUT)) {
			return false;
		}
		sent = send(server->peer, bytes, length, MSG_NOSIGNAL | MSG_DONTWAIT);
		if (sent < 0 && errno != EAGAIN) {
			return false;
		}
		bytes += sent > 0 ? sent : 0;
		length -= sent > 0 ? (size_t)sent : 0;
	}
	return true;
}

static inline bool server_expect(server *server, const char *bytes)
{
	char got[512];
	size_t length = strlen(bytes), have = 0, more;

	while (have < length && (more = server_read(server, got + have, length - have)) > 0) {
		have += more;
	}
	if (have == length && memcmp(got, bytes, length) == 0) {
		return true;
	}
	complain(server, "expected '%s', got '%.*s'", bytes, (int)have, got);
	return false;
}

static inline bool server_skip(server *server, size_t length)
{
	char bytes[4096];
	size_t got = 1;

	for (; length && got; length -= got) {
		got = server_read(server, bytes, length < sizeof(bytes) ? length : sizeof(bytes));
	}
	return length == 0;
}

static inline bool server_send_slowly(server *server, const char *bytes)
{
	for (; *bytes; bytes++) {
		if (!server_write(server, bytes, 1)) {
			return false;
		}
		usleep(300);
	}
	return true;
}

static inline bool server_expect_close(server *server)
{
	char byte;

	if (!server_wait(server, server->peer, POLLIN)) {
		complain(server, "the client does not close");
		return false;
	}
	if (recv(server->peer, &byte, 1, 0) > 0) {
		complain(server, "the client says '%c' instead of closing", byte);
		return false;
	}
	return true;
}

static inline bool server_step(server *server, const script_step *step)
{
	if (step->word == TAKE) {
		return server_take(server);
	}
	if (step->word != SLEEP && !server_has_peer(server)) {
		return false;
	}
	switch (step->word) {
	case EXPECT:
		return server_expect(server, step->bytes);
	case SKIP:
		return server_skip(server, step->number);
	case SEND:
		server_write(server, step->bytes, strlen(step->bytes)); /* the client may have closed */
		return true;
	case SEND_SLOWLY:
		return server_send_slowly(server, step->bytes);
	case SLEEP:
		usleep((useconds_t)step->number * 1000);
		return true;
	case CLOSE:
		close(server->peer);
		server->peer = -1;
		return true;
	default:
		return server_expect_close(server);
	}
}

static inline void *server_run(void *argument)
{
	server *server = argument;
	const script_step *step = server->steps;
	char byte;

	if (server->play) {
		server->play(server);
		return NULL;
	}
	while (step->word != SCRIPT_END && server_step(server, step)) {
		step++;
		server->played++;
	}
	if (step->word == SCRIPT_END) {
		(void)!read(server->stop[0], &byte, 1);
	}
	return NULL;
}

static inline void server_listen(server *server, int backlog)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};

	snprintf(server->endpoint.host, sizeof(server->endpoint.host), "%s/%d", folder,
		(int)(server - servers));
	strncpy(address.sun_path, server->endpoint.host, sizeof(address.sun_path) - 1);
	unlink(address.sun_path);
	server->listener = socket(AF_UNIX, SOCK_STREAM, 0);
	assert_int_equal(bind(server->listener, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(listen(server->listener, backlog), 0);
}

static inline void server_listen_tcp(server *server)
{
	struct sockaddr_in address = {.sin_family = AF_INET};
	socklen_t length = sizeof(address);

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	server->listener = socket(AF_INET, SOCK_STREAM, 0);
	assert_int_equal(bind(server->listener, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(listen(server->listener, 8), 0);
	assert_int_equal(getsockname(server->listener, (struct sockaddr *)&address, &length), 0);
	strcpy(server->endpoint.host, "127.0.0.1");
	server->endpoint.port = ntohs(address.sin_port);
}

static inline void server_begin(server *server)
{
	assert_int_equal(pipe(server->stop), 0);
	server->peer = -1;
	server->started = true;
	assert_int_equal(pthread_create(&server->thread, NULL, server_run, server), 0);
}

static inline server *server_prepare(size_t number, const script_step *steps)
{
	server *server = &servers[number];
	size_t i;

	memset(server, 0, sizeof(*server));
	for (i = 0; steps[i].word != SCRIPT_END; i++) {
		assert_true(i + 1 < STEPS_MAX);
		server->steps[i] = steps[i];
	}
	return server;
}

static inline server *server_start(size_t number, const script_step *steps)
{
	server *server = server_prepare(number, steps);

	server_listen(server, 8);
	server_begin(server);
	return server;
}

#define SERVER(...) server_start(0, (const script_step[]){__VA_ARGS__, {SCRIPT_END, NULL, 0}})

static inline server *server_playing(size_t number, void (*play)(server *server))
{
	server *server = &servers[number];

	memset(server, 0, sizeof(*server));
	server->play = play;
	server_listen(server, 8);
	server_begin(server);
	return server;
}

static inline void await_step(const server *server, size_t steps)
{
	mcha_usec give_up = mcha_clock_now() + PATIENCE_MSEC * MSEC;

	while (server->played < steps) {
		assert_true(mcha_clock_now() < give_up);
		usleep(200);
	}
}

static inline void server_stop(server *server)
{
	if (!server->started) {
		return;
	}
	close(server->stop[1]);
	pthread_join(server->thread, NULL);
	close(server->stop[0]);
	close(server->listener);
	if (server->peer >= 0) {
		close(server->peer);
	}
	unlink(server->endpoint.host);
	server->started = false;
}

/* --- the client ------------------------------------------------------------------------------- */

static const mcha_transport *spoken = &mcha_transport_meta; /* by the client */
static mcha_transport_settings settings;
static mcha_connection *connection;
static mcha_usec clock_offset;   /* added to the time that the transport sees */
static useconds_t pause_between; /* before each poll of the socket */

static inline mcha_usec now(void)
{
	return mcha_clock_now() + clock_offset;
}

static inline void connect_to(const server *server)
{
	if (connection) {
		spoken->destroy(connection);
	}
	connection = spoken->create(&server->endpoint, &settings);
	assert_non_null(connection);
}

static inline void drive_until(mcha_usec give_up)
{
	struct pollfd poll_for;
	mcha_usec until;

	while (spoken->want(connection, &poll_for, &until)) {
		mcha_usec left = until - now();

		assert_true(now() < give_up);
		poll_for.revents = 0;
		usleep(pause_between);
		poll(&poll_for, 1, left <= 0 ? 0 : (int)(left / 1000 + 1));
		spoken->advance(connection, poll_for.revents, now());
	}
}

static inline void clear_answers(mcha_request *queue)
{
	for (; queue; queue = queue->next) {
		queue->reply = (mcha_reply){.status = MCHA_STATUS_PENDING, .ttl = MCHA_TTL_UNKNOWN};
	}
}

static inline void run_for(mcha_request *queue, mcha_usec timeout)
{
	mcha_usec start = now();

	clear_answers(queue);
	spoken->start(connection, queue, start, start + timeout);
	drive_until(start + timeout + 5000 * MSEC);
	for (; queue; queue = queue->next) {
		assert_int_not_equal(queue->reply.status, MCHA_STATUS_PENDING);
	}
}

static inline void run(mcha_request *queue)
{
	run_for(queue, 10000 * MSEC);
}

static inline bool is_open(void)
{
	return spoken->is_open(connection);
}

static inline mcha_request request_for(mcha_verb verb, const char *key)
{
	return (mcha_request){
		.verb = verb,
		.key = key,
		.key_length = (uint16_t)strlen(key),
		.want = verb == MCHA_VERB_GET ? MCHA_WANT_VALUE : 0,
	};
}

static inline mcha_request get(const char *key)
{
	return request_for(MCHA_VERB_GET, key);
}

static inline mcha_request set(const char *key, const char *value)
{
	mcha_request request = request_for(MCHA_VERB_STORE, key);

	request.value = value;
	request.value_length = strlen(value);
	return request;
}

static inline mcha_request increment(const char *key)
{
	mcha_request request = request_for(MCHA_VERB_COUNT, key);

	request.delta = 1;
	return request;
}

static inline void release(mcha_request *request)
{
	if (request->reply.value) {
		settings.allocator->release(request->reply.value);
		request->reply.value = NULL;
	}
}

static inline void assert_value(mcha_request *request, const char *value)
{
	assert_int_equal(request->reply.status, MCHA_STATUS_OK);
	assert_non_null(request->reply.value);
	assert_string_equal(request->reply.value, value);
	assert_int_equal(request->reply.size, strlen(value));
	release(request);
}

static inline void assert_status(mcha_request *request, mcha_status status)
{
	assert_string_equal(mcha_status_text(request->reply.status), mcha_status_text(status));
	release(request);
}

/* --- the frame of a test ---------------------------------------------------------------------- */

static inline int rig_setup(void **state)
{
	(void)state;
	settings = (mcha_transport_settings){
		.connect_timeout = 5000 * MSEC,
		.detect = true,
		.no_delay = true,
		.allocator = &rig_allocator,
	};
	clock_offset = 0;
	pause_between = 0;
	held = 0;
	leave_by = NULL;
	no_memory = false;
	return 0;
}

/* Ends the connection and the servers: every script must have been completed. */
static inline void finish(void)
{
	if (connection) {
		spoken->destroy(connection);
		connection = NULL;
	}
	for (size_t i = 0; i < COUNT(servers); i++) {
		server_stop(&servers[i]);
		assert_string_equal(servers[i].complaint, "");
	}
	assert_int_equal(held, 0);
}

static inline int rig_teardown(void **state)
{
	int status = 0;

	(void)state;
	if (connection) {
		spoken->destroy(connection);
		connection = NULL;
	}
	for (size_t i = 0; i < COUNT(servers); i++) {
		server_stop(&servers[i]);
		if (servers[i].complaint[0]) {
			print_error("server %zu: %s\n", i, servers[i].complaint);
			servers[i].complaint[0] = '\0';
			status = -1;
		}
	}
	return status;
}

static inline int rig_group_setup(void **state)
{
	(void)state;
	return mkdtemp(folder) ? 0 : -1;
}

static inline int rig_group_teardown(void **state)
{
	(void)state;
	return rmdir(folder);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, rig_setup, rig_teardown)

#endif
