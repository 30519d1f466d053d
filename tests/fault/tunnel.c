/* SPDX-License-Identifier: MIT */
/* A tunnel has two ends and two streams. Each stream reads from the end that has its number and
 * writes to the other:
 *
 *     client -- ends[0] --> streams[REQUESTS] --> ends[1] -- memcached
 *            <------------- streams[REPLIES] <-----------
 *
 * Bytes that cannot be written yet, or are held, wait in chunks. When a client closes its
 * connection, its requests are still delivered, as packets in flight would be. Bytes that a
 * blackhole discarded stay lost; connections that lost bytes are reset when the fault ends. */
#include "tunnel.h"
#include "corrupt.h"
#include "stream.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { REQUESTS, REPLIES };
enum { CLIENT, BACKEND };

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
	bool reset;       /* reset the client's connection after the held replies */
	bool lost;        /* bytes of this connection were discarded */
	bool over;
};

struct fault fault;
int poller;
int64_t now;
static tunnel *tunnels;
static int64_t late_until; /* requests that a fault has held are still being delivered */

void die(const char *what)
{
	fprintf(stderr, "proxy: %s: %s\n", what, strerror(errno));
	exit(1);
}

/* --- Ends of connections --- */

static void watch(tunnel_end *end, uint32_t events)
{
	struct epoll_event event = {.events = events, .data.ptr = end};
	int operation = end->watched ? EPOLL_CTL_MOD : EPOLL_CTL_ADD;

	if (end->fd < 0 || events == end->watched) {
		return;
	}
	if (!events) {
		operation = EPOLL_CTL_DEL; /* epoll would report its errors again and again */
	}
	if (epoll_ctl(poller, operation, end->fd, &event) < 0) {
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

static void flush(tunnel *t, int which);

/* Closes the client's end; its requests are still delivered, replies are not. */
static void close_client(tunnel *t, bool reset)
{
	stream *requests = &t->streams[REQUESTS];

	close_end(&t->ends[CLIENT], reset);
	stream_sink(&t->streams[REPLIES]);
	if (!requests->ended) {
		requests->ended = true;
		if (requests->sunk) {
			requests->finished = true;
		} else {
			stream_push(requests, NULL, 0, stream_due(requests, 0));
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

/* Writing failed: the other end is gone. */
static void write_failed(tunnel *t, int which)
{
	stream_sink(&t->streams[which]);
	if (which == REQUESTS) {
		t->reset = true; /* as memcached's host would answer, after the earlier replies */
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
		stream_pop(s);
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
			stream_pop(s);
			finish(t, which);
			return;
		}
		if (!write_first(t, which)) {
			return;
		}
	}
}

/* The fast path: writes straight from the buffer if no chunk waits. */
static void deliver(tunnel *t, int which, const char *bytes, size_t length)
{
	stream *s = &t->streams[which];
	int64_t due = stream_due(s, length);

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
		stream_push(s, bytes, length, due);
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
		stream_push(s, NULL, 0, 0);
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

/* No more bytes arrive from this end. */
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
		stream_push(s, NULL, 0, stream_due(s, 0));
		flush(t, which);
	}
}

static void damage(char *bytes, size_t length)
{
	if (fault.kind == DAMAGE && chance(10) == 0) {
		bytes[chance(length)] ^= (char)(1 << chance(8));
	}
}

/* Reads once: epoll reports remaining bytes again. */
static void pump(tunnel *t, int which)
{
	static char bytes[STREAM_BUFFER];
	stream *s = &t->streams[which];
	size_t room = stream_room(s);
	ssize_t got;

	if (s->ended || !room) {
		return;
	}
	got = recv(t->ends[which].fd, bytes, room, 0);
	if (got > 0) {
		damage(bytes, (size_t)got);
		arrived(t, which, bytes, (size_t)got);
	} else if (got == 0 || (errno != EAGAIN && errno != EINTR)) {
		ended(t, which, got < 0);
	}
}

/* --- Tunnels --- */

/* Sets the events to wait for; closes ends that are finished. */
static void settle(tunnel *t)
{
	int which;

	if (t->streams[REQUESTS].finished && t->streams[REPLIES].finished) {
		close_both(t, false);
	}
	for (which = 0; which < 2 && !t->over; which++) {
		const stream *in = &t->streams[which], *out = &t->streams[!which];
		uint32_t events = 0;

		if (!in->ended && stream_room(in)) {
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

void tunnel_ready(void *ready, uint32_t events)
{
	tunnel_end *end = ready;
	tunnel *t = end->tunnel;
	int which = (int)(end - t->ends);

	if (end->fd < 0) {
		return; /* closed since the event was fetched */
	}
	if (t->connecting && which == BACKEND) {
		connected(t);
	} else if (fault.kind == THROTTLE && which == CLIENT && events & EPOLLERR) {
		/* a reset discards bytes that have not left the client's host, and bytes that wait for a
		 * throttled line have not */
		close_both(t, true);
	} else {
		if (events & (EPOLLIN | EPOLLHUP | EPOLLERR)) {
			pump(t, which);
		}
		if (events & EPOLLOUT && end->fd >= 0) {
			flush(t, !which);
		}
	}
	settle(t);
}

int new_socket(void)
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

void tunnel_open(int client, const struct sockaddr_in *address)
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
		t->streams[which].requests = which == REQUESTS;
	}
	t->replies.sink = deliver_reply;
	t->replies.context = t;
	t->allowance = fault.kind == CUT ? chance((uint64_t)fault.amount + 1) : 0;
	t->connecting = true;
	t->next = tunnels;
	tunnels = t;
	if (connect(backend, (const struct sockaddr *)address, sizeof(*address)) < 0
		&& errno != EINPROGRESS) {
		close_both(t, true);
	}
	settle(t);
}

void tunnels_bury(void)
{
	tunnel **at = &tunnels, *t;

	while ((t = *at)) {
		if (t->over) {
			*at = t->next;
			stream_drop(&t->streams[REQUESTS]);
			stream_drop(&t->streams[REPLIES]);
			reply_stream_free(&t->replies);
			free(t);
		} else {
			at = &t->next;
		}
	}
}

/* Writes chunks that have become due by time. */
static bool holds_chunks(void)
{
	return fault.kind == DELAY || fault.kind == THROTTLE || fault.kind == JITTER
		|| now <= late_until;
}

/* Milliseconds until a held chunk is due; -1: no chunk is held. */
int tunnels_next_due(void)
{
	int64_t first = INT64_MAX;
	tunnel *t;
	int which;

	if (!holds_chunks()) {
		return -1;
	}
	for (t = tunnels; t; t = t->next) {
		for (which = 0; which < 2; which++) {
			const chunk *c = t->streams[which].first;

			/* chunks that are already due wait for their socket */
			if (c && c->due > now && c->due < first) {
				first = c->due;
			}
		}
	}
	return first == INT64_MAX ? (now <= late_until ? 1 : -1) : (int)((first - now + 999) / 1000);
}

void tunnels_deliver_due(void)
{
	tunnel *t;

	if (holds_chunks()) {
		for (t = tunnels; t; t = t->next) {
			if (!t->over) {
				flush(t, REQUESTS);
				flush(t, REPLIES);
				settle(t);
			}
		}
	}
}

/* --- Faults --- */

/* The fault ends: sends the held chunks, and resets connections that lost bytes. */
static void relieve(tunnel *t, fault_kind last)
{
	/* a server that continues may serve its connections in any order, and new ones first */
	int64_t late = last == LATE ? now + (int64_t)chance((uint64_t)fault.amount * 1000 + 1) : 0;
	int which;
	chunk *c;

	if (last == BLACKHOLE && t->lost) {
		close_both(t, true);
	} else if (t->lost || t->replies.mute) {
		close_client(t, true);
	} else if (!t->streams[REPLIES].sunk) {
		reply_stream_release(&t->replies);
	}
	for (which = 0; which < 2 && !t->over; which++) {
		t->streams[which].free_at = 0;
		for (c = t->streams[which].first; c; c = c->next) {
			c->due = which == REQUESTS ? late : 0;
		}
		flush(t, which);
	}
}

static void lose_chunks(tunnel *t, int which)
{
	if (t->streams[which].first) {
		t->lost = true;
		stream_drop(&t->streams[which]);
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

void tunnels_set_fault(fault_kind kind, int64_t amount)
{
	fault_kind last = fault.kind;
	tunnel *t;

	late_until = last == LATE ? now + fault.amount * 1000 + 1000 : 0;
	fault.kind = PASS; /* so that no chunk is held while all of them are sent */
	for (t = tunnels; t; t = t->next) {
		if (!t->over) {
			relieve(t, last);
		}
	}
	fault.kind = kind;
	fault.amount = amount;
	for (t = tunnels; t; t = t->next) {
		if (!t->over) {
			afflict(t);
			settle(t);
		}
	}
}
