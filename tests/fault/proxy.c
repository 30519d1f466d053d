/* SPDX-License-Identifier: MIT */
/* A TCP proxy before one memcached that does to its connections what networks and dying hosts do:
 *
 *     proxy LISTEN_PORT BACKEND_PORT SEED
 *
 * Each line on its standard input is a fault, which takes the place of the one before; "ok" on the
 * standard output says that it is in force. It ends with its standard input.
 *
 *     pass                  no fault
 *     refuse                nobody listens, and connections are reset
 *     down                  nobody listens; connections go on (memcached is about to be killed, and
 * ends them) blackhole             nothing goes through, in either direction deaf requests go
 * through, answers do not delay MS              each chunk is held so long, in order, in both
 * directions throttle BYTES        so many bytes a second go through each connection, in each
 * direction cut N                 each connection is reset behind a random number of reply bytes,
 * at most N close                 connections are closed, new ones at once corrupt replies are
 * damaged (see corrupt.c)
 *
 *     client -- ends[0] --> streams[REQUESTS] --> ends[1] -- memcached
 *            <------------- streams[REPLIES] <-----------
 *
 * A tunnel is the pair of connections; each stream reads from the end that has its number and
 * writes to the other. What cannot be written yet, or is held, waits in chunks. A client that goes
 * away does not take its requests along: they are delivered, as packets under way would be. What a
 * blackhole swallowed stays lost, and so do the connections that lost it: they are reset when the
 * fault ends. */
#define _GNU_SOURCE
#include "corrupt.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define BUFFER (64 * 1024)
#define DELAY_BUFFER                                                                               \
 (1024 * 1024) /* a delay is not a throttle: large values go out in a few round trips */

typedef enum {
	PASS,
	REFUSE,
	DOWN,
	BLACKHOLE,
	DEAF,
	DELAY,
	THROTTLE,
	CUT,
	CLOSE,
	CORRUPT
} fault_kind;

enum { REQUESTS, REPLIES };
enum { CLIENT, BACKEND };

typedef struct chunk {
	struct chunk *next;
	int64_t due;
	size_t start, length; /* of what is left of it; length 0: the end of the stream */
	char bytes[];
} chunk;

typedef struct {
	chunk *first, **last;
	size_t held;
	int64_t free_at; /* when a throttled line has taken what it was given */
	bool ended;		 /* nothing more comes */
	bool finished;	 /* and nothing more goes */
	bool sunk;		 /* nobody is there to take it: it is swallowed */
} stream;

typedef struct tunnel tunnel;

typedef struct {
	int fd;
	uint32_t watched;
	tunnel *tunnel;
} tunnel_end;

struct tunnel {
	tunnel *next;
	tunnel_end ends[2];
	stream streams[2];
	reply_stream replies;
	size_t allowance; /* reply bytes until the cut */
	bool connecting;  /* to memcached */
	bool reset; /* the client gets a reset behind the replies that are held, and none after them */
	bool lost;	/* bytes of it were swallowed */
	bool over;
};

static struct {
	fault_kind kind;
	int64_t amount;
} fault;

static int poller, listener = -1;
static struct sockaddr_in front, back;
static tunnel *tunnels;
static int64_t now; /* microseconds */

static void die(const char *what)
{
	fprintf(stderr, "proxy: %s: %s\n", what, strerror(errno));
	exit(1);
}

static int64_t clock_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

/* --- Ends of connections --- */

static void watch(tunnel_end *end, uint32_t events)
{
	struct epoll_event event = {.events = events, .data.ptr = end};

	if (end->fd < 0 || events == end->watched) {
		return;
	}
	/* an end without interests must be left out: the kernel would report its errors all the time */
	if (epoll_ctl(poller,
			!events			   ? EPOLL_CTL_DEL
				: end->watched ? EPOLL_CTL_MOD
							   : EPOLL_CTL_ADD,
			end->fd, &event)
		< 0) {
		die("epoll_ctl");
	}
	end->watched = events;
}

static void close_end(tunnel_end *end, bool reset)
{
	if (end->fd >= 0) {
		if (reset) {
			struct linger none = {.l_onoff = 1, .l_linger = 0};

			setsockopt(end->fd, SOL_SOCKET, SO_LINGER, &none, sizeof(none));
		}
		close(end->fd);
	}
	end->fd = -1;
	end->watched = 0;
}

/* --- Streams --- */

static void drop_chunks(stream *s)
{
	chunk *c, *next;

	for (c = s->first; c; c = next) {
		next = c->next;
		free(c);
	}
	s->first = NULL;
	s->last = &s->first;
	s->held = 0;
}

/* What comes is swallowed from here on. */
static void sink(stream *s)
{
	drop_chunks(s);
	s->sunk = true;
	s->finished = s->ended;
}

static void push(stream *s, const char *bytes, size_t length, int64_t due)
{
	chunk *c = malloc(sizeof(*c) + length);

	if (!c) {
		die("malloc");
	}
	*c = (chunk){.due = due, .length = length};
	if (length) {
		memcpy(c->bytes, bytes, length);
	}
	*s->last = c;
	s->last = &c->next;
	s->held += length;
}

static void pop(stream *s)
{
	chunk *c = s->first;

	s->first = c->next;
	if (!s->first) {
		s->last = &s->first;
	}
	free(c);
}

static int64_t due_of(stream *s, size_t length)
{
	switch (fault.kind) {
		case DELAY:
			return now + fault.amount * 1000;
		case THROTTLE:
			s->free_at =
				(s->free_at > now ? s->free_at : now) + (int64_t)length * 1000000 / fault.amount;
			return s->free_at;
		default:
			return 0;
	}
}

static size_t room_in(const stream *s)
{
	size_t limit = fault.kind == DELAY ? DELAY_BUFFER
		: fault.kind == THROTTLE	   ? (size_t)fault.amount / 10 + 1
									   : BUFFER;
	size_t most = fault.kind == THROTTLE ? (size_t)fault.amount / 50 + 1 : BUFFER;
	size_t room = s->held < limit ? limit - s->held : 0;

	most = most < BUFFER ? most : BUFFER;
	return room < most ? room : most;
}

static void flush(tunnel *t, int which);

/* The client's end goes; its requests are still delivered, and no more replies. */
static void close_client(tunnel *t, bool reset)
{
	stream *requests = &t->streams[REQUESTS];

	close_end(&t->ends[CLIENT], reset);
	sink(&t->streams[REPLIES]);
	if (!requests->ended) {
		requests->ended = true;
		if (requests->sunk) {
			requests->finished = true;
		} else {
			push(requests, NULL, 0, due_of(requests, 0));
			flush(t, REQUESTS);
		}
	}
}

static void close_both(tunnel *t, bool reset)
{
	close_end(&t->ends[CLIENT], reset);
	close_end(&t->ends[BACKEND], reset);
	t->over = true;
}

/* Writing failed: there is nobody. */
static void write_failed(tunnel *t, int which)
{
	sink(&t->streams[which]);
	if (which == REQUESTS) {
		t->reset = true; /* as memcached's host would answer; behind the replies that came before */
		if (t->streams[REPLIES].finished) {
			close_client(t, true);
		}
	}
}

static void finish(tunnel *t, int which)
{
	stream *s = &t->streams[which];

	if (which == REPLIES && t->reset) {
		close_client(t, true);
		return;
	}
	s->finished = true;
	shutdown(t->ends[!which].fd, SHUT_WR);
}

/* False: no more can be written for now. */
static bool write_first(tunnel *t, int which)
{
	stream *s = &t->streams[which];
	chunk *c = s->first;
	ssize_t sent = send(t->ends[!which].fd, c->bytes + c->start, c->length, MSG_NOSIGNAL);

	if (sent < 0) {
		if (errno != EAGAIN && errno != EINTR) {
			write_failed(t, which);
		}
		return false;
	}
	c->start += (size_t)sent;
	c->length -= (size_t)sent;
	s->held -= (size_t)sent;
	if (!c->length) {
		pop(s);
	}
	return true;
}

static bool writable(const tunnel *t, int which)
{
	return which == REPLIES || !t->connecting;
}

static void flush(tunnel *t, int which)
{
	stream *s = &t->streams[which];

	while (s->first && s->first->due <= now && writable(t, which)) {
		if (!s->first->length) {
			pop(s);
			finish(t, which);
			return;
		}
		if (!write_first(t, which)) {
			return;
		}
	}
}

/* The quick way: straight from the buffer, if nothing waits before it. */
static void deliver(tunnel *t, int which, const char *bytes, size_t length)
{
	stream *s = &t->streams[which];
	int64_t due = due_of(s, length);

	if (s->sunk) {
		return;
	}
	if (!s->first && due <= now && writable(t, which)) {
		ssize_t sent = send(t->ends[!which].fd, bytes, length, MSG_NOSIGNAL);

		if (sent < 0 && errno != EAGAIN && errno != EINTR) {
			write_failed(t, which);
			return;
		}
		bytes += sent < 0 ? 0 : sent;
		length -= sent < 0 ? 0 : (size_t)sent;
	}
	if (length) {
		push(s, bytes, length, due);
	}
}

static void deliver_reply(void *context, const char *bytes, size_t length)
{
	deliver(context, REPLIES, bytes, length);
}

static void cut_replies(tunnel *t, const char *bytes, size_t length)
{
	stream *s = &t->streams[REPLIES];
	size_t allowed = length < t->allowance ? length : t->allowance;

	deliver(t, REPLIES, bytes, allowed);
	t->allowance -= allowed;
	if (allowed < length && !s->sunk) {
		t->reset = true;
		push(s, NULL, 0, 0);
		flush(t, REPLIES);
	}
}

static void arrived(tunnel *t, int which, const char *bytes, size_t length)
{
	if (fault.kind == BLACKHOLE || (fault.kind == DEAF && which == REPLIES)) {
		t->lost = true;
	} else if (which == REQUESTS) {
		deliver(t, REQUESTS, bytes, length);
	} else if (t->reset || t->streams[REPLIES].sunk) {
		return;
	} else if (fault.kind == CORRUPT) {
		reply_stream_corrupt(&t->replies, bytes, length);
	} else {
		reply_stream_watch(&t->replies, bytes, length);
		if (fault.kind == CUT) {
			cut_replies(t, bytes, length);
		} else {
			deliver(t, REPLIES, bytes, length);
		}
	}
}

/* Nothing more comes from this end. */
static void ended(tunnel *t, int which, bool by_reset)
{
	stream *s = &t->streams[which];

	s->ended = true;
	if (fault.kind == BLACKHOLE || (fault.kind == DEAF && which == REPLIES)) {
		t->lost = true;
	} else if (s->sunk) {
		s->finished = true;
	} else {
		if (which == REPLIES) {
			reply_stream_release(&t->replies);
			t->reset = t->reset || by_reset;
		}
		push(s, NULL, 0, due_of(s, 0));
		flush(t, which);
	}
}

/* One read: if more is there, epoll says so again. */
static void pump(tunnel *t, int which)
{
	static char bytes[BUFFER];
	stream *s = &t->streams[which];
	size_t room = room_in(s);
	ssize_t got;

	if (s->ended || !room) {
		return;
	}
	got = recv(t->ends[which].fd, bytes, room, 0);
	if (got > 0) {
		arrived(t, which, bytes, (size_t)got);
	} else if (got == 0 || (errno != EAGAIN && errno != EINTR)) {
		ended(t, which, got < 0);
	}
}

/* --- Tunnels --- */

/* What to wait for next; closes what has come to its end. */
static void settle(tunnel *t)
{
	int which;

	if (t->streams[REQUESTS].finished && t->streams[REPLIES].finished) {
		close_both(t, false);
	}
	for (which = 0; which < 2 && !t->over; which++) {
		const stream *in = &t->streams[which], *out = &t->streams[!which];
		uint32_t events = 0;

		if (!in->ended && room_in(in)) {
			events |= EPOLLIN;
		}
		if ((which == BACKEND && t->connecting) || (out->first && out->first->due <= now)) {
			events |= EPOLLOUT;
		}
		watch(&t->ends[which], events);
	}
}

static void connected(tunnel *t)
{
	int error = 0;
	socklen_t size = sizeof(error);

	getsockopt(t->ends[BACKEND].fd, SOL_SOCKET, SO_ERROR, &error, &size);
	t->connecting = false;
	if (error) {
		close_both(t, true); /* a dead server's host resets, too */
	} else {
		flush(t, REQUESTS);
	}
}

static void tunnel_ready(tunnel *t, int which, uint32_t events)
{
	if (t->connecting && which == BACKEND) {
		connected(t);
	} else {
		if (events & (EPOLLIN | EPOLLHUP | EPOLLERR)) {
			pump(t, which);
		}
		if (events & EPOLLOUT && t->ends[which].fd >= 0) {
			flush(t, !which);
		}
	}
	settle(t);
}

static int new_socket(void)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd < 0) {
		die("socket");
	}
	return fd;
}

static void without_delay(int fd)
{
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
}

static void open_tunnel(int client)
{
	tunnel *t = calloc(1, sizeof(*t));
	int which, backend = new_socket();

	if (!t) {
		die("calloc");
	}
	without_delay(client);
	without_delay(backend);
	for (which = 0; which < 2; which++) {
		t->ends[which] = (tunnel_end){.fd = which == CLIENT ? client : backend, .tunnel = t};
		t->streams[which].last = &t->streams[which].first;
	}
	t->replies.sink = deliver_reply;
	t->replies.context = t;
	t->allowance = fault.kind == CUT ? chance((uint64_t)fault.amount + 1) : 0;
	t->connecting = true;
	t->next = tunnels;
	tunnels = t;
	if (connect(backend, (struct sockaddr *)&back, sizeof(back)) < 0 && errno != EINPROGRESS) {
		close_both(t, true);
	}
	settle(t);
}

static void accept_clients(void)
{
	int fd;

	while (
		listener >= 0 && (fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
		if (fault.kind == CLOSE) {
			close(fd);
		} else {
			open_tunnel(fd);
		}
	}
}

static void bury(void)
{
	tunnel **at = &tunnels, *t;

	while ((t = *at)) {
		if (t->over) {
			*at = t->next;
			drop_chunks(&t->streams[REQUESTS]);
			drop_chunks(&t->streams[REPLIES]);
			reply_stream_free(&t->replies);
			free(t);
		} else {
			at = &t->next;
		}
	}
}

/* --- Faults --- */

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
	listener = -1;
}

/* The fault ends: what it holds goes out, and who lost something is reset. */
static void relieve(tunnel *t)
{
	int which;
	chunk *c;

	if (fault.kind == BLACKHOLE && t->lost) {
		close_both(t, true);
	} else if (t->lost || t->replies.mute) {
		close_client(t, true);
	} else if (!t->streams[REPLIES].sunk) {
		reply_stream_release(&t->replies);
	}
	for (which = 0; which < 2 && !t->over; which++) {
		t->streams[which].free_at = 0;
		for (c = t->streams[which].first; c; c = c->next) {
			c->due = 0;
		}
		flush(t, which);
	}
}

static void lose_chunks(tunnel *t, int which)
{
	if (t->streams[which].first) {
		t->lost = true;
		drop_chunks(&t->streams[which]);
	}
}

static void afflict(tunnel *t)
{
	switch (fault.kind) {
		case REFUSE:
		case CLOSE:
			close_client(t, fault.kind == REFUSE);
			break;
		case BLACKHOLE:
			lose_chunks(t, REQUESTS);
			lose_chunks(t, REPLIES);
			break;
		case DEAF:
			lose_chunks(t, REPLIES);
			break;
		case CUT:
			t->allowance = chance((uint64_t)fault.amount + 1);
			break;
		default:
			break;
	}
}

static void set_fault(fault_kind kind, int64_t amount)
{
	tunnel *t;

	for (t = tunnels; t; t = t->next) {
		if (!t->over) {
			relieve(t);
		}
	}
	fault.kind = kind;
	fault.amount = amount;
	if (kind == REFUSE || kind == DOWN) {
		stop_listening();
	} else {
		start_listening();
	}
	for (t = tunnels; t; t = t->next) {
		if (!t->over) {
			afflict(t);
			settle(t);
		}
	}
}

static bool command(char *line)
{
	static const struct {
		const char *name;
		fault_kind kind;
		bool amount;
	} commands[] = {
		{"pass", PASS, false},
		{"refuse", REFUSE, false},
		{"down", DOWN, false},
		{"blackhole", BLACKHOLE, false},
		{"deaf", DEAF, false},
		{"delay", DELAY, true},
		{"throttle", THROTTLE, true},
		{"cut", CUT, true},
		{"close", CLOSE, false},
		{"corrupt", CORRUPT, false},
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
			set_fault(commands[i].kind, number);
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

/* Milliseconds until a chunk that is held is due; -1: none is. */
static int next_due(void)
{
	int64_t first = INT64_MAX;
	tunnel *t;
	int which;

	if (fault.kind != DELAY && fault.kind != THROTTLE) {
		return -1;
	}
	for (t = tunnels; t; t = t->next) {
		for (which = 0; which < 2; which++) {
			const chunk *c = t->streams[which].first;

			/* what is due already waits for its socket */
			if (c && c->due > now && c->due < first) {
				first = c->due;
			}
		}
	}
	return first == INT64_MAX ? -1 : (int)((first - now + 999) / 1000);
}

static void flush_due(void)
{
	tunnel *t;

	if (fault.kind == DELAY || fault.kind == THROTTLE) {
		for (t = tunnels; t; t = t->next) {
			if (!t->over) {
				flush(t, REQUESTS);
				flush(t, REPLIES);
				settle(t);
			}
		}
	}
}

static void loop(void)
{
	struct epoll_event events[256];

	for (;;) {
		int i, count = epoll_wait(poller, events, 256, next_due());

		now = clock_now();
		for (i = 0; i < count; i++) {
			tunnel_end *end = events[i].data.ptr;

			if (!end) {
				read_commands();
			} else if (events[i].data.ptr == &listener) {
				accept_clients();
			} else if (end->fd >= 0) {
				tunnel_ready(end->tunnel, (int)(end - end->tunnel->ends), events[i].events);
			}
		}
		flush_due();
		bury();
	}
}

static struct sockaddr_in loopback(const char *port)
{
	return (struct sockaddr_in){.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
		.sin_port = htons((uint16_t)atoi(port))};
}

int main(int argc, char **argv)
{
	struct epoll_event input = {.events = EPOLLIN};
	struct rlimit files;

	if (argc != 4) {
		fputs("usage: proxy LISTEN_PORT BACKEND_PORT SEED\n", stderr);
		return 2;
	}
	if (!getrlimit(RLIMIT_NOFILE, &files)) {
		files.rlim_cur = files.rlim_max;
		setrlimit(RLIMIT_NOFILE, &files);
	}
	front = loopback(argv[1]);
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
