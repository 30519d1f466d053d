/* SPDX-License-Identifier: MIT */
/* Shared by the tests of the text transport and the libmemcached transport: real memcached
 * processes (and scripted servers that misbehave) under a folder of their own, and helpers for
 * requests. */
#ifndef MCHA_TESTS_CLASSIC_RIG_H
#define MCHA_TESTS_CLASSIC_RIG_H

#include <errno.h>
#include <poll.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "classic/classic_transport.h"
#include "engine/transport/meta_transport.h"

#define SECOND MCHA_USEC_PER_SEC
#define LENGTH_OF(table) (sizeof(table) / sizeof(table[0]))

/* --- servers -------------------------------------------------------------------------------- */

typedef struct server {
	pid_t pid;
	mcha_endpoint endpoint;
} server;

static char folder[] = "/tmp/mcha_classic_XXXXXX";
static server common;
static server started[8]; /* by the running test; a failed test leaves servers here */

static inline server *find_started(pid_t pid)
{
	size_t i = 0;

	while (started[i].pid != pid) {
		assert_true(++i < LENGTH_OF(started));
	}
	return &started[i];
}

/* Starts a child process that dies with the tests, however they end. */
static inline pid_t fork_server(void)
{
	pid_t parent = getpid();
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (getppid() != parent) {
			_exit(1);
		}
	}
	return pid;
}

static inline int dial(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	strncpy(address.sun_path, path, sizeof(address.sun_path) - 1);
	if (connect(fd, (struct sockaddr *)&address, sizeof(address)) != 0) {
		close(fd);
		return -1;
	}
	return fd;
}

static inline void await_listening(const server *server)
{
	mcha_usec give_up = mcha_clock_now() + 10 * SECOND;
	int fd;

	while ((fd = dial(server->endpoint.host)) < 0) {
		assert_true(mcha_clock_now() < give_up);
		usleep(2000);
	}
	close(fd);
}

static inline void server_start(server *server, const char *name)
{
	snprintf(server->endpoint.host, sizeof(server->endpoint.host), "%s/%s", folder, name);
	server->pid = fork_server();
	if (server->pid == 0) {
		execlp("memcached", "memcached", "-u", "root", "-U", "0", "-m", "64", "-s",
			server->endpoint.host, (char *)NULL);
		_exit(127);
	}
	*find_started(0) = *server;
	await_listening(server);
}

static inline void server_stop(server *server)
{
	find_started(server->pid)->pid = 0;
	kill(server->pid, SIGKILL);
	waitpid(server->pid, NULL, 0);
	unlink(server->endpoint.host);
}

/* SIGSTOP takes effect with a delay: waitpid returns after it has. */
static inline void server_freeze(const server *server)
{
	int state;

	kill(server->pid, SIGSTOP);
	assert_int_equal(waitpid(server->pid, &state, WUNTRACED), server->pid);
	assert_true(WIFSTOPPED(state));
}

static inline void server_thaw(const server *server)
{
	kill(server->pid, SIGCONT);
}

/* Runs for each connection of a scripted server, one after the other. */
typedef void (*script)(int fd, int connection);

static inline void scripted_play(server *server, int listener, script play)
{
	int number;

	server->pid = fork_server();
	if (server->pid == 0) {
		for (number = 0;; number++) {
			int fd = accept(listener, NULL, NULL);

			play(fd, number);
			close(fd);
		}
	}
	*find_started(0) = *server;
	close(listener);
}

static inline void scripted_start(server *server, script play)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int listener = socket(AF_UNIX, SOCK_STREAM, 0);

	snprintf(server->endpoint.host, sizeof(server->endpoint.host), "%s/scripted", folder);
	strncpy(address.sun_path, server->endpoint.host, sizeof(address.sun_path) - 1);
	assert_int_equal(bind(listener, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(listen(listener, 8), 0);
	scripted_play(server, listener, play);
}

static inline void read_some(int fd)
{
	char bytes[4096];

	if (read(fd, bytes, sizeof(bytes)) < 0) {
		_exit(1);
	}
}

static inline void answer(int fd, const char *bytes, size_t length)
{
	if (write(fd, bytes, length) < 0) {
		_exit(1);
	}
}

#define ANSWER(fd, literal) answer(fd, literal, sizeof(literal) - 1)

/* A TCP socket on a free port of the loopback. */
static inline int tcp_listener(mcha_endpoint *endpoint, int backlog)
{
	struct sockaddr_in address = {.sin_family = AF_INET};
	socklen_t length = sizeof(address);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &length), 0);
	if (backlog >= 0) {
		assert_int_equal(listen(fd, backlog), 0);
	}
	memset(endpoint, 0, sizeof(*endpoint));
	strcpy(endpoint->host, "127.0.0.1");
	endpoint->port = ntohs(address.sin_port);
	endpoint->weight = 1;
	return fd;
}

/* --- requests ------------------------------------------------------------------------------- */

static mcha_transport_settings settings = {
	.connect_timeout = SECOND / 5,
	.no_delay = true,
	.keepalive = true,
	.allocator = &mcha_allocator_libc,
};

static const mcha_transport *transport; /* of the running test */

static inline mcha_connection *connect_to(const server *server)
{
	mcha_connection *connection = transport->create(&server->endpoint, &settings);

	assert_non_null(connection);
	assert_false(transport->is_open(connection));
	return connection;
}

static inline mcha_request request_for(mcha_verb verb, const char *key)
{
	return (mcha_request){
		.verb = verb,
		.key = key,
		.key_length = (uint16_t)strlen(key),
		.reply = {.status = MCHA_STATUS_PENDING},
	};
}

/* Runs until the transport waits for nothing: a blocking transport is done when it has started. */
static inline void drive(mcha_connection *connection)
{
	struct pollfd poll_for = {0};
	mcha_usec until;

	while (transport->want(connection, &poll_for, &until)) {
		mcha_usec left = until - mcha_clock_now();

		assert_false(transport->blocking);
		poll_for.revents = 0;
		poll(&poll_for, 1, left <= 0 ? 0 : (int)(left / 1000 + 1));
		transport->advance(connection, poll_for.revents, mcha_clock_now());
	}
}

static inline void run_for(mcha_connection *connection, mcha_request *queue, mcha_usec span)
{
	mcha_usec now = mcha_clock_now();

	transport->start(connection, queue, now, now + span);
	drive(connection);
	for (; queue; queue = queue->next) {
		assert_int_not_equal(queue->reply.status, MCHA_STATUS_PENDING);
	}
}

static inline mcha_status run(mcha_connection *connection, mcha_request *request)
{
	run_for(connection, request, 5 * SECOND);
	return request->reply.status;
}

static inline mcha_request store_request(mcha_mode mode, const char *key, const char *value)
{
	mcha_request request = request_for(MCHA_VERB_STORE, key);

	request.mode = mode;
	request.value = value;
	request.value_length = strlen(value);
	request.flags = 0xdeadbeef;
	return request;
}

static inline mcha_status store(mcha_connection *connection, mcha_mode mode, const char *key,
	const char *value)
{
	mcha_request request = store_request(mode, key, value);

	return run(connection, &request);
}

static inline mcha_status count_by(mcha_connection *connection, const char *key, uint64_t delta,
	bool decrement, uint64_t *number)
{
	mcha_request request = request_for(MCHA_VERB_COUNT, key);

	request.delta = delta;
	request.decrement = decrement;
	run(connection, &request);
	*number = request.reply.number;
	return request.reply.status;
}

static inline mcha_status delete (mcha_connection *connection, const char *key, uint64_t cas)
{
	mcha_request request = request_for(MCHA_VERB_DELETE, key);

	request.cas = cas;
	return run(connection, &request);
}

static inline mcha_request get_request(const char *key)
{
	mcha_request request = request_for(MCHA_VERB_GET, key);

	request.want = MCHA_WANT_VALUE | MCHA_WANT_CAS | MCHA_WANT_TTL | MCHA_WANT_SIZE;
	return request;
}

static inline uint64_t cas_of(mcha_connection *connection, const char *key)
{
	mcha_request request = get_request(key);

	assert_int_equal(run(connection, &request), MCHA_STATUS_OK);
	free(request.reply.value);
	return request.reply.cas;
}

/* NULL: the key must be missing. */
static inline void assert_holds(mcha_connection *connection, const char *key, const char *value)
{
	mcha_request request = get_request(key);

	assert_int_equal(run(connection, &request), value ? MCHA_STATUS_OK : MCHA_STATUS_MISS);
	if (value) {
		assert_string_equal(request.reply.value, value);
		assert_int_equal(request.reply.size, strlen(value));
	}
	free(request.reply.value);
}

/* --- the runner ----------------------------------------------------------------------------- */

static inline int start_common(void **state)
{
	(void)state;
	signal(SIGPIPE, SIG_IGN);
	if (!mkdtemp(folder)) {
		return -1;
	}
	server_start(&common, "common");
	find_started(common.pid)->pid = 0; /* the common server outlives the tests */
	return 0;
}

static inline int stop_common(void **state)
{
	(void)state;
	*find_started(0) = common;
	server_stop(&common);
	return rmdir(folder);
}

static inline int empty_common(void **state)
{
	mcha_request flush = request_for(MCHA_VERB_FLUSH, "");
	mcha_connection *connection;

	transport = *state;
	connection = connect_to(&common);
	run(connection, &flush);
	transport->destroy(connection);
	return flush.reply.status == MCHA_STATUS_OK ? 0 : -1;
}

static inline int stop_started(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH_OF(started); i++) {
		if (started[i].pid) {
			server left = started[i];

			server_stop(&left);
		}
	}
	return 0;
}

#define TEXT(function, sentence) \
	{ \
		"text: " sentence, function, empty_common, stop_started, (void *)&mcha_transport_text \
	}
#define BINARY(function, sentence) \
	{ \
		"binary: " sentence, function, empty_common, stop_started, (void *)&classic_binary \
	}
#define BOTH(function, sentence) TEXT(function, sentence), BINARY(function, sentence)

#endif
