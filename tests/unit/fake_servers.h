/* SPDX-License-Identifier: MIT */
/* Fake memcacheds inside the test process: a transport that answers at once out of memory, with
 * switches for every failure of a server, and a log of the requests. */
#ifndef MCHA_TESTS_FAKE_SERVERS_H
#define MCHA_TESTS_FAKE_SERVERS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "engine/mcha_engine.h"
#include "engine/pool/evidence.h"
#include "own_time.h"
#include "rig_allocator.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define SECOND MCHA_USEC_PER_SEC
#define MONTH (30 * 24 * 3600)
#define NODES_MAX 8
#define ENTRIES_MAX 64
#define LOG_MAX 512

/* --- servers ---------------------------------------------------------------------------------- */

typedef struct fake_entry {
	char key[MCHA_KEY_MAX + 1]; /* "": free */
	char *value;
	size_t length;
	uint32_t flags;
	int64_t exptime; /* as the request said */
	int64_t ttl;
	uint64_t cas;
	uint64_t idle; /* seconds since the last store or read */
} fake_entry;

typedef struct fake_server {
	fake_entry entries[ENTRIES_MAX];
	uint64_t last_cas;
	/* switches */
	mcha_status fault; /* the status of every request; OK: the request's own */
	int fault_after;   /* the fault begins after so many requests; at first 0 */
	bool misses_everything;
	bool logs_nothing;
	bool keeps_no_cas;
	bool takes_versions; /* as memcached 1.6.27 does */
	bool tells_no_ttl;
	bool cannot_create;   /* COUNT leaves a missing counter missing */
	size_t item_size_max; /* 0: any */
	int uptime;           /* seconds since its start; 0: long; negative: not reported */
	int pid;              /* 0: not reported */
	mcha_usec late;       /* delay of each answer */
	bool moves;           /* bytes arrive all the time until then */
	bool received;        /* the late answer has arrived, but was not read */
	bool closed_idle;     /* the next use finds the connection closed, as after a restart */
	/* before each answer */
	void (*before)(struct fake_server *server, const mcha_request *request);
	/* since forget() */
	char log[LOG_MAX]; /* a letter for each request, see letter_of() */
	mcha_request last; /* its pointers are no longer valid */
	size_t rounds;
	size_t closes;
	size_t cancels;
	bool open;
	mcha_request *waiting; /* of a late answer */
	mcha_usec answers_at;
	mcha_usec gives_up_at; /* the deadline */
} fake_server;

static fake_server servers[NODES_MAX];
static mcha_usec shares[64]; /* the timeout of each start of a connection */
static mcha_usec deadlines[64];
static size_t share_count;

/* --- the contents of a server ----------------------------------------------------------------- */

static inline fake_entry *find_entry(fake_server *server, const char *key, size_t length)
{
	for (size_t i = 0; i < ENTRIES_MAX; i++) {
		fake_entry *entry = &server->entries[i];

		if (entry->key[0] && strlen(entry->key) == length && memcmp(entry->key, key, length) == 0) {
			return entry;
		}
	}
	return NULL;
}

static inline void drop_entry(fake_entry *entry)
{
	if (entry) {
		free(entry->value);
		*entry = (fake_entry){0};
	}
}

static inline void give_life(fake_entry *entry, int64_t exptime)
{
	entry->exptime = exptime;
	entry->ttl = exptime == 0 ? MCHA_TTL_NONE
		: exptime > MONTH     ? exptime - (int64_t)time(NULL)
							  : exptime;
}

static inline fake_entry *put_entry(fake_server *server, const char *key, size_t key_length,
	const char *value, size_t length)
{
	fake_entry *entry = find_entry(server, key, key_length);
	char *copy = malloc(length + 1);

	for (size_t i = 0; !entry; i++) {
		assert_true(i < ENTRIES_MAX);
		entry = server->entries[i].key[0] ? NULL : &server->entries[i];
	}
	memcpy(copy, value, length);
	copy[length] = '\0';
	free(entry->value);
	memcpy(entry->key, key, key_length);
	entry->key[key_length] = '\0';
	entry->value = copy;
	entry->length = length;
	entry->cas = ++server->last_cas;
	return entry;
}

/* --- the answers of a server ------------------------------------------------------------------ */

static inline void reply_value(mcha_request *request, const char *value, size_t length)
{
	request->reply.value = rig_allocate(length);
	memcpy(request->reply.value, value, length);
	request->reply.value[length] = '\0';
}

static inline uint64_t told_cas(const fake_server *server, const mcha_request *request,
	const fake_entry *entry)
{
	return request->want & MCHA_WANT_CAS && !server->keeps_no_cas ? entry->cas : 0;
}

static inline mcha_status fake_get(fake_server *server, mcha_request *request, fake_entry *entry)
{
	if (!entry) {
		return MCHA_STATUS_MISS;
	}
	request->reply.flags = entry->flags;
	request->reply.cas = told_cas(server, request, entry);
	request->reply.size = entry->length;
	if (request->want & MCHA_WANT_TTL && !server->tells_no_ttl) {
		request->reply.ttl = entry->ttl;
	}
	if (request->want & MCHA_WANT_IDLE) {
		request->reply.number = entry->idle;
	}
	if (request->want & MCHA_WANT_VALUE) {
		reply_value(request, entry->value, entry->length);
	}
	return MCHA_STATUS_OK;
}

static inline mcha_status may_store(const mcha_request *request, const fake_entry *entry)
{
	if (request->cas) {
		return !entry                    ? MCHA_STATUS_MISS
			: entry->cas == request->cas ? MCHA_STATUS_OK
										 : MCHA_STATUS_EXISTS;
	}
	if (request->mode == MCHA_MODE_SET) {
		return MCHA_STATUS_OK;
	}
	return (request->mode == MCHA_MODE_ADD) == (entry == NULL) ? MCHA_STATUS_OK
															   : MCHA_STATUS_NOT_STORED;
}

static inline fake_entry *put_for(fake_server *server, mcha_request *request, const char *value,
	size_t length)
{
	fake_entry *entry = put_entry(server, request->key, request->key_length, value, length);

	if (!server->takes_versions) {
		request->version = 0;
	} else if (request->version) {
		entry->cas = request->version;
	}
	return entry;
}

static inline void joined(fake_server *server, mcha_request *request, fake_entry *entry)
{
	bool append = request->mode == MCHA_MODE_APPEND;
	char *both = malloc(entry->length + request->value_length + 1);

	memcpy(both + (append ? 0 : request->value_length), entry->value, entry->length);
	memcpy(both + (append ? entry->length : 0), request->value, request->value_length);
	put_for(server, request, both, entry->length + request->value_length);
	free(both);
}

static inline mcha_status fake_store(fake_server *server, mcha_request *request, fake_entry *entry)
{
	mcha_status status = may_store(request, entry);

	if (server->item_size_max && request->value_length + 300 > server->item_size_max) {
		drop_entry(entry);
		return MCHA_STATUS_TOO_BIG;
	}
	if (status != MCHA_STATUS_OK) {
		return status;
	}
	if (request->mode == MCHA_MODE_APPEND || request->mode == MCHA_MODE_PREPEND) {
		joined(server, request, entry);
	} else {
		entry = put_for(server, request, request->value, request->value_length);
		entry->flags = request->flags;
		give_life(entry, request->exptime);
		request->reply.cas = told_cas(server, request, entry);
		if (request->exptime < 0) {
			drop_entry(entry);
		}
	}
	return MCHA_STATUS_OK;
}

static inline mcha_status fake_count(fake_server *server, mcha_request *request, fake_entry *entry)
{
	char digits[24];
	uint64_t number;

	if (!entry && (!request->create || server->cannot_create)) {
		return MCHA_STATUS_MISS;
	}
	if (!entry) {
		number = request->initial;
	} else if (request->cas && request->cas != entry->cas) {
		return MCHA_STATUS_EXISTS;
	} else if (entry->length == 0 || strspn(entry->value, "0123456789") != entry->length) {
		return MCHA_STATUS_NOT_NUMERIC;
	} else {
		number = strtoull(entry->value, NULL, 10);
		number = !request->decrement  ? number + request->delta
			: number > request->delta ? number - request->delta
									  : 0;
	}
	snprintf(digits, sizeof(digits), "%llu", (unsigned long long)number);
	if (!entry) {
		entry = put_for(server, request, digits, strlen(digits));
		give_life(entry, request->exptime);
	} else {
		put_for(server, request, digits, strlen(digits));
	}
	request->reply.number = number;
	request->reply.cas = told_cas(server, request, entry);
	request->reply.ttl = server->tells_no_ttl ? MCHA_TTL_UNKNOWN : entry->ttl;
	return MCHA_STATUS_OK;
}

static inline mcha_status fake_delete(const mcha_request *request, fake_entry *entry)
{
	if (!entry) {
		return MCHA_STATUS_MISS;
	}
	if (request->cas && request->cas != entry->cas) {
		return MCHA_STATUS_EXISTS;
	}
	drop_entry(entry);
	return MCHA_STATUS_OK;
}

static inline mcha_status fake_stats(const fake_server *server, mcha_request *request)
{
	char text[160];
	int uptime = server->uptime ? server->uptime : 1000000;

	snprintf(text, sizeof(text),
		"STAT %s %d\r\nSTAT item_size_max %zu\r\nSTAT %s %d\r\nSTAT time %d\r\n",
		server->uptime < 0 ? "threads" : "uptime", uptime,
		server->item_size_max ? server->item_size_max : (size_t)1 << 30,
		server->pid ? "pid" : "threads", server->pid, 1700000000 + uptime);
	reply_value(request, text, strlen(text));
	return MCHA_STATUS_OK;
}

static inline mcha_status fake_flush(fake_server *server)
{
	for (size_t i = 0; i < ENTRIES_MAX; i++) {
		drop_entry(&server->entries[i]);
	}
	return MCHA_STATUS_OK;
}

static inline mcha_status fake_answer(fake_server *server, mcha_request *request)
{
	fake_entry *entry = server->misses_everything
		? NULL
		: find_entry(server, request->key, request->key_length);

	switch (request->verb) {
	case MCHA_VERB_GET:
		return fake_get(server, request, entry);
	case MCHA_VERB_STORE:
		return fake_store(server, request, entry);
	case MCHA_VERB_DELETE:
		return fake_delete(request, entry);
	case MCHA_VERB_FLUSH:
		return fake_flush(server);
	case MCHA_VERB_TOUCH:
		if (entry) {
			give_life(entry, request->exptime);
		}
		return entry ? MCHA_STATUS_OK : MCHA_STATUS_MISS;
	case MCHA_VERB_COUNT:
		return fake_count(server, request, entry);
	case MCHA_VERB_STATS:
		return fake_stats(server, request);
	default:
		return MCHA_STATUS_UNSUPPORTED;
	}
}

/* G get, g the same without the value; S set, A add, R replace, + append, P prepend, D delete, T
 * touch, C count, ? stats, F flush; ! behind a letter: only over one CAS. */
static inline const char *letter_of(const mcha_request *request)
{
	static const char *const stores[] = {"S", "A", "R", "+", "P"};
	static const char *const others[] = {
		[MCHA_VERB_DELETE] = "D",
		[MCHA_VERB_TOUCH] = "T",
		[MCHA_VERB_COUNT] = "C",
		[MCHA_VERB_STATS] = "?",
		[MCHA_VERB_FLUSH] = "F",
	};

	return request->verb == MCHA_VERB_GET  ? request->want & MCHA_WANT_VALUE ? "G" : "g"
		: request->verb == MCHA_VERB_STORE ? stores[request->mode]
										   : others[request->verb];
}

static inline void fake_serve(fake_server *server, mcha_request *request)
{
	if (!server->logs_nothing) {
		strcat(server->log, letter_of(request));
		strcat(server->log, request->cas && request->verb != MCHA_VERB_GET ? "!" : "");
	}
	assert_true(strlen(server->log) < LOG_MAX - 4);
	server->last = *request;
	if (server->fault != MCHA_STATUS_OK && server->fault_after-- <= 0) {
		server->fault_after = 0;
		request->reply.status = server->fault;
		return;
	}
	if (server->before) {
		server->before(server, request);
	}
	request->reply.status = fake_answer(server, request);
}

/* --- the transport ---------------------------------------------------------------------------- */

static const mcha_transport fake_transport;

static inline fake_server *server_of(const mcha_connection *connection)
{
	return &servers[connection->endpoint->port - 1];
}

static inline mcha_connection *fake_create(const mcha_endpoint *endpoint,
	const mcha_transport_settings *settings)
{
	mcha_connection *connection = calloc(1, sizeof(*connection));

	connection->transport = &fake_transport;
	connection->endpoint = endpoint;
	connection->settings = settings;
	return connection;
}

static inline void fake_close(mcha_connection *connection)
{
	server_of(connection)->closes++;
	server_of(connection)->open = false;
	server_of(connection)->waiting = NULL;
}

static inline void fake_destroy(mcha_connection *connection)
{
	server_of(connection)->open = false;
	server_of(connection)->waiting = NULL;
	free(connection);
}

static inline void fake_serve_all(fake_server *server, mcha_request *queue)
{
	for (; queue; queue = queue->next) {
		fake_serve(server, queue);
	}
	if (server->fault != MCHA_STATUS_OK && !mcha_status_is_answer(server->fault)) {
		server->open = false;
		/* it was waited for */
		slept += server->fault == MCHA_STATUS_TIMEOUT && !server->late ? MCHA_EVIDENCE_FLOOR : 0;
	}
}

/* A new connection reports the process, as a greeting does. */
static inline void tell_process(const fake_server *server, mcha_connection *connection)
{
	char text[96];

	if (!server->open && server->pid && server->fault == MCHA_STATUS_OK && connection->asks_about) {
		snprintf(text, sizeof(text),
			"STAT pid %d\r\nSTAT uptime 1000000\r\nSTAT time 1701000000\r\n", server->pid);
		mcha_incarnation_read(&connection->about, text, strlen(text));
	}
}

static inline void fake_start(mcha_connection *connection, mcha_request *queue, mcha_usec now,
	mcha_usec deadline)
{
	fake_server *server = server_of(connection);

	tell_process(server, connection);

	if (share_count < COUNT(shares)) {
		shares[share_count] = deadline - now;
		deadlines[share_count++] = deadline;
	}
	server->rounds++;
	server->open = true;
	connection->takes_versions = server->takes_versions;
	connection->was_lost = connection->was_lost || server->closed_idle;
	server->closed_idle = false;
	server->gives_up_at = deadline;
	if (server->late) {
		server->waiting = queue;
		server->answers_at = now + server->late;
	} else {
		fake_serve_all(server, queue);
	}
}

/* Behind the requests in progress; the time of the answer stays. */
static inline void fake_join(mcha_connection *connection, mcha_request *last, mcha_request *queue,
	mcha_usec deadline)
{
	(void)deadline;
	server_of(connection)->rounds++;
	last->next = queue;
}

static inline void fake_hold(mcha_connection *connection, mcha_usec deadline)
{
	(void)deadline;
	server_of(connection)->gives_up_at = INT64_MAX;
}

static inline void fake_prolong(mcha_connection *connection, mcha_usec deadline)
{
	if (deadline > server_of(connection)->gives_up_at) {
		server_of(connection)->gives_up_at = deadline;
	}
}

static inline bool fake_want(const mcha_connection *connection, struct pollfd *poll_for,
	mcha_usec *until)
{
	const fake_server *server = server_of(connection);

	poll_for->fd = -1; /* only time is waited for */
	*until = server->answers_at < server->gives_up_at ? server->answers_at : server->gives_up_at;
	if (server->moves && *until > mcha_clock_now() + 10 * MCHA_USEC_PER_MSEC) {
		*until = mcha_clock_now() + 10 * MCHA_USEC_PER_MSEC;
	}
	return server->waiting;
}

static inline void fake_advance(mcha_connection *connection, short revents, mcha_usec now)
{
	fake_server *server = server_of(connection);
	mcha_request *queue = server->waiting;

	(void)revents;
	connection->moved = connection->moved || (server->moves && queue);
	if (queue && now >= server->answers_at) {
		server->waiting = NULL;
		fake_serve_all(server, queue);
	} else if (queue && now >= server->gives_up_at) {
		server->waiting = NULL;
		server->open = false;
		mcha_requests_fail(queue, MCHA_STATUS_TIMEOUT);
	}
}

static inline bool fake_is_awaiting(const mcha_connection *connection)
{
	return server_of(connection)->received && server_of(connection)->waiting;
}

static inline void fake_cancel(mcha_connection *connection)
{
	server_of(connection)->waiting = NULL;
	server_of(connection)->cancels++;
	server_of(connection)->open = false;
}

static inline bool fake_is_open(const mcha_connection *connection)
{
	return server_of(connection)->open;
}

static const mcha_transport fake_transport = {
	.name = "fake",
	.tells = true,
	.create = fake_create,
	.destroy = fake_destroy,
	.start = fake_start,
	.join = fake_join,
	.hold = fake_hold,
	.prolong = fake_prolong,
	.want = fake_want,
	.advance = fake_advance,
	.is_awaiting = fake_is_awaiting,
	.cancel = fake_cancel,
	.close = fake_close,
	.is_open = fake_is_open,
};

#endif
