/* SPDX-License-Identifier: MIT */
/* Keeps every worker of a PHP-FPM busy: CONNECTIONS connections, each with one request in flight at
 * any time. Each connection plays VISITORS visitors in turn, each with its own session.
 *
 *     load SOCKET SCRIPT CONNECTIONS VISITORS
 *
 * Writes "NANOSECONDS REQUESTS FAILED LONGEST" twenty times a second, until standard input ends:
 * the monotonic clock, the number of answers, the number of answers other than "ok", and the
 * microseconds of the slowest request since the last line. The load generator costs little compared
 * with PHP: each request is one prepared write, and most answers are one read. */
#define _GNU_SOURCE
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

/* FastCGI: the records that a request and its answer are made of. */
enum { BEGIN = 1, END = 3, PARAMS = 4, STDIN = 5, STDOUT = 6 };
enum { RESPONDER = 1, KEEP_CONNECTION = 1, HEAD = 8 };

#define CONNECTIONS_MOST 64
#define REPORT_EVERY 50000000 /* nanoseconds */

typedef struct {
	unsigned char bytes[2048];
	size_t length;
} message;

typedef struct {
	int fd;
	int visitor;
	int64_t sent_at;
	message answer; /* what has come of it and is not understood yet */
	bool good;
} connection;

static connection connections[CONNECTIONS_MOST];
static struct {
	int64_t answered, failed, longest;
} tally;

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static int64_t clock_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

/* --- Asking --- */

static void put_record(message *m, int type, const void *content, size_t length)
{
	unsigned char head[HEAD] = {
		1, (unsigned char)type, 0, 1, (unsigned char)(length >> 8), (unsigned char)length};

	if (m->length + HEAD + length > sizeof(m->bytes)) {
		fputs("load: the request is too long\n", stderr);
		exit(1);
	}
	memcpy(m->bytes + m->length, head, HEAD);
	if (length) {
		memcpy(m->bytes + m->length + HEAD, content, length);
	}
	m->length += HEAD + length;
}

static size_t put_parameter(char *p, const char *name, const char *value)
{
	if (strlen(value) > 127) { /* lengths up to there are one byte */
		fputs("load: a path is too long\n", stderr);
		exit(1);
	}
	return (size_t)sprintf(p, "%c%c%s%s", (char)strlen(name), (char)strlen(value), name, value);
}

static void put_request(message *m, const char *script, const char *cookie)
{
	const char *parameters[][2] = {{"REQUEST_METHOD", "GET"}, {"SCRIPT_FILENAME", script},
		{"SCRIPT_NAME", "/"}, {"REQUEST_URI", "/"}, {"SERVER_PROTOCOL", "HTTP/1.1"},
		{"HTTP_COOKIE", cookie}};
	unsigned char role[HEAD] = {0, RESPONDER, KEEP_CONNECTION};
	char words[1024];
	size_t length = 0;

	for (size_t i = 0; i < sizeof(parameters) / sizeof(parameters[0]); i++) {
		length += put_parameter(words + length, parameters[i][0], parameters[i][1]);
	}
	m->length = 0;
	put_record(m, BEGIN, role, sizeof(role));
	put_record(m, PARAMS, words, length);
	put_record(m, PARAMS, NULL, 0);
	put_record(m, STDIN, NULL, 0);
}

static void ask(connection *c, const char *script, int visitors)
{
	message request;
	char cookie[64];

	c->visitor = (c->visitor + 1) % visitors;
	snprintf(cookie, sizeof(cookie), "PHPSESSID=load%dvisitor%d", (int)(c - connections),
		c->visitor);
	put_request(&request, script, cookie);
	c->good = false;
	c->sent_at = clock_now();
	if (send(c->fd, request.bytes, request.length, MSG_NOSIGNAL) != (ssize_t)request.length) {
		die("load: send");
	}
}

/* --- Being answered --- */

static bool ends_with_ok(const unsigned char *content, size_t length)
{
	return length >= 2 && !memcmp(content + length - 2, "ok", 2);
}

/* Takes what is complete of the answer; true: that was the end of it. */
static bool take_records(connection *c)
{
	message *m = &c->answer;
	bool over = false;

	while (m->length >= HEAD) {
		size_t length = (size_t)(m->bytes[4] << 8 | m->bytes[5]);
		size_t whole = HEAD + length + m->bytes[6];

		if (whole > sizeof(m->bytes)) {
			fputs("load: the answer is too long\n", stderr);
			exit(1);
		}
		if (m->length < whole) {
			break;
		}
		c->good |= m->bytes[1] == STDOUT && ends_with_ok(m->bytes + HEAD, length);
		over |= m->bytes[1] == END;
		m->length -= whole;
		memmove(m->bytes, m->bytes + whole, m->length);
	}
	return over;
}

static bool answered(connection *c)
{
	message *m = &c->answer;
	ssize_t got = recv(c->fd, m->bytes + m->length, sizeof(m->bytes) - m->length, 0);
	int64_t took;

	if (got <= 0) {
		die("load: a worker is gone");
	}
	m->length += (size_t)got;
	if (!take_records(c)) {
		return false;
	}
	took = (clock_now() - c->sent_at) / 1000;
	tally.longest = took > tally.longest ? took : tally.longest;
	tally.answered++;
	tally.failed += !c->good;
	return true;
}

/* --- All of them --- */

static int connected(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || strlen(path) >= sizeof(address.sun_path)) {
		die(path);
	}
	memcpy(address.sun_path, path, strlen(path));
	if (connect(fd, (const struct sockaddr *)&address, sizeof(address)) < 0) {
		die(path);
	}
	return fd;
}

static void report(int64_t now)
{
	printf("%lld %lld %lld %lld\n", (long long)now, (long long)tally.answered,
		(long long)tally.failed, (long long)tally.longest);
	fflush(stdout);
	tally.longest = 0;
}

int main(int argc, char **argv)
{
	struct pollfd polled[CONNECTIONS_MOST + 1] = {{.fd = STDIN_FILENO, .events = POLLIN}};
	int count = argc == 5 ? atoi(argv[3]) : 0, visitors = argc == 5 ? atoi(argv[4]) : 0;
	int64_t next = clock_now();

	if (count < 1 || count > CONNECTIONS_MOST || visitors < 1) {
		fputs("usage: load SOCKET SCRIPT CONNECTIONS VISITORS\n", stderr);
		return 2;
	}
	for (int i = 0; i < count; i++) {
		connections[i].fd = connected(argv[1]);
		polled[1 + i] = (struct pollfd){.fd = connections[i].fd, .events = POLLIN};
		ask(&connections[i], argv[2], visitors);
	}
	while (!polled[0].revents) {
		int64_t now = clock_now();

		if (now >= next) {
			report(now);
			next = now + REPORT_EVERY;
		}
		if (poll(polled, (nfds_t)count + 1, (int)((next - now) / 1000000) + 1) < 0) {
			die("load: poll");
		}
		for (int i = 0; i < count; i++) {
			if (polled[1 + i].revents && answered(&connections[i])) {
				ask(&connections[i], argv[2], visitors);
			}
		}
	}
	return 0;
}
