/* SPDX-License-Identifier: MIT */
/* A TCP proxy before one memcached that simulates failures of networks and hosts:
 *
 *     proxy LISTEN_PORT BACKEND_PORT SEED [LISTEN_ADDRESS (127.0.0.1)]
 *
 * Each line on standard input is a fault, which replaces the previous one; "ok" on standard output
 * confirms that the fault is in force. The proxy ends when its standard input ends.
 *
 *     pass            no fault
 *     refuse          the proxy does not listen, and resets its connections
 *     down            the proxy does not listen; its connections continue (memcached is about to
 *                     end them)
 *     blackhole       nothing passes, in either direction
 *     unreachable     as blackhole, and connects do not complete, either
 *     deaf            requests pass, replies do not
 *     delay MS        each chunk is held for MS, in order, in both directions
 *     throttle BYTES  BYTES per second pass through each connection, in each direction
 *     jitter MS       each chunk is held for a random time of at most MS, in order
 *     late MS         requests are held. When the fault ends, those of each connection are
 *                     delivered at a random moment within MS, even if the client has closed the
 *                     connection; new connections are not delayed
 *     cut N           each connection is reset after a random number of reply bytes, at most N
 *     close           connections are closed, new ones at once
 *     corrupt         replies are damaged (see corrupt.c)
 *     damage          one chunk in ten, in either direction, has another byte somewhere: for TLS,
 *                     which must notice any such change */
#define _GNU_SOURCE
#include "corrupt.h"
#include "tunnel.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static int listener = -1;
static int waiting = -1; /* a connection to the proxy's own port that it does not accept */
static struct sockaddr_in front, back;

/* --- Who listens --- */

static void start_listening(void)
{
	struct epoll_event event = {.events = EPOLLIN, .data.ptr = &listener};

	if (listener >= 0) {
		return;
	}
	listener = new_socket();
	setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int));
	if (bind(listener, (struct sockaddr *)&front, sizeof(front)) < 0 || listen(listener, 4096) < 0
		|| epoll_ctl(poller, EPOLL_CTL_ADD, listener, &event) < 0) {
		die("listen");
	}
}

static void stop_listening(void)
{
	if (listener >= 0) {
		close(listener);
	}
	if (waiting >= 0) {
		close(waiting);
	}
	listener = waiting = -1;
}

/* Fills the listen queue, so that the kernel does not answer further connects. */
static void stop_accepting(void)
{
	start_listening();
	if (waiting >= 0) {
		return;
	}
	waiting = new_socket();
	if (epoll_ctl(poller, EPOLL_CTL_DEL, listener, NULL) < 0 || listen(listener, 0) < 0
		|| (connect(waiting, (struct sockaddr *)&front, sizeof(front)) < 0
			&& errno != EINPROGRESS)) {
		die("listen without accepting");
	}
}

static void listen_to_all(void)
{
	if (waiting >= 0) {
		stop_listening(); /* and so end those that were not let in */
	}
	start_listening();
}

static void accept_clients(void)
{
	int fd;

	while (listener >= 0
		&& (fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
		if (fault.kind == CLOSE) {
			close(fd);
		} else {
			tunnel_open(fd, &back);
		}
	}
}

/* --- Commands --- */

static bool command(char *line)
{
	static const struct {
		const char *name;
		fault_kind kind;
		bool amount;
		void (*listen)(void);
	} commands[] = {
		{"pass", PASS, false, listen_to_all},
		{"refuse", REFUSE, false, stop_listening},
		{"down", DOWN, false, stop_listening},
		{"blackhole", BLACKHOLE, false, listen_to_all},
		{"unreachable", BLACKHOLE, false, stop_accepting},
		{"deaf", DEAF, false, listen_to_all},
		{"delay", DELAY, true, listen_to_all},
		{"throttle", THROTTLE, true, listen_to_all},
		{"jitter", JITTER, true, listen_to_all},
		{"late", LATE, true, listen_to_all},
		{"cut", CUT, true, listen_to_all},
		{"close", CLOSE, false, listen_to_all},
		{"corrupt", CORRUPT, false, listen_to_all},
		{"damage", DAMAGE, false, listen_to_all},
	};
	char *amount = strchr(line, ' ');
	int64_t number = amount ? strtoll(amount, NULL, 10) : 0;
	size_t i;

	if (amount) {
		*amount = '\0';
	}
	for (i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		if (!strcmp(line, commands[i].name)) {
			if (commands[i].amount != (amount != NULL) || number < 0 || number > INT32_MAX
				|| (commands[i].kind == THROTTLE && !number)) {
				return false;
			}
			commands[i].listen();
			tunnels_set_fault(commands[i].kind, number);
			return true;
		}
	}
	return false;
}

static void read_commands(void)
{
	static char input[1024];
	static size_t length;
	char *end;
	ssize_t got = read(STDIN_FILENO, input + length, sizeof(input) - length);

	if (got <= 0) {
		exit(0);
	}
	length += (size_t)got;
	while ((end = memchr(input, '\n', length))) {
		*end = '\0';
		puts(command(input) ? "ok" : "error");
		fflush(stdout);
		length -= (size_t)(end + 1 - input);
		memmove(input, end + 1, length);
	}
}

/* --- The loop --- */

static int64_t clock_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static void loop(void)
{
	struct epoll_event events[256];

	for (;;) {
		int i, count = epoll_wait(poller, events, 256, tunnels_next_due());

		now = clock_now();
		for (i = 0; i < count; i++) {
			void *what = events[i].data.ptr;

			if (!what) {
				read_commands();
			} else if (what == &listener) {
				accept_clients();
			} else {
				tunnel_ready(what, events[i].events);
			}
		}
		tunnels_deliver_due();
		tunnels_bury();
	}
}

static struct sockaddr_in loopback(const char *port)
{
	return (struct sockaddr_in){
		.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
		.sin_port = htons((uint16_t)atoi(port)),
	};
}

int main(int argc, char **argv)
{
	struct epoll_event input = {.events = EPOLLIN};
	struct rlimit files;

	if (argc != 4 && argc != 5) {
		fputs("usage: proxy LISTEN_PORT BACKEND_PORT SEED [LISTEN_ADDRESS]\n", stderr);
		return 2;
	}
	if (!getrlimit(RLIMIT_NOFILE, &files)) {
		files.rlim_cur = files.rlim_max;
		setrlimit(RLIMIT_NOFILE, &files);
	}
	front = loopback(argv[1]);
	if (argc == 5 && !inet_aton(argv[4], &front.sin_addr)) {
		die("address");
	}
	back = loopback(argv[2]);
	chance_seed(strtoull(argv[3], NULL, 10));
	poller = epoll_create1(EPOLL_CLOEXEC);
	if (poller < 0 || epoll_ctl(poller, EPOLL_CTL_ADD, STDIN_FILENO, &input) < 0) {
		die("epoll");
	}
	now = clock_now();
	start_listening();
	loop();
	return 0;
}
