/* SPDX-License-Identifier: MIT */
/* The interface of everything that can carry requests to one server. Two implementations: McHA's
 * own (engine/transport/meta_transport.c: the meta and the classic text protocol, non-blocking,
 * many servers at once) and libmemcached (classic/: the binary protocol, blocking). The fan-out
 * starts all non-blocking connections first and the blocking ones after them, then polls what is
 * not finished. */
#ifndef MCHA_ENGINE_TRANSPORT_H
#define MCHA_ENGINE_TRANSPORT_H

#include <poll.h>

#include "engine/base/allocator.h"
#include "engine/base/clock.h"
#include "engine/net/endpoint.h"
#include "engine/net/tls/tls_settings.h"
#include "engine/base/incarnation.h"
#include "engine/protocol/request.h"

typedef struct mcha_transport mcha_transport;

#define MCHA_ERROR_TEXT_MAX 160
#define MCHA_LOGIN_MAX 1000
#define MCHA_VERSION_TEXT_MAX 32

typedef struct mcha_transport_settings {
	mcha_usec connect_timeout;
	/* how long an answer is looked for before it is slept for; 0: not at all */
	mcha_usec busy_poll;
	bool detect;     /* meta: make sure that the server speaks it before the first request */
	bool no_delay;   /* TCP_NODELAY */
	bool keepalive;  /* SO_KEEPALIVE */
	int send_buffer; /* SO_SNDBUF in bytes, 0: the system's */
	int receive_buffer;
	const char *username; /* SASL (binary protocol only); NULL: none. Borrowed, outlives the pool */
	const char *password;
	/* "user password", at most MCHA_LOGIN_MAX bytes, for servers with ASCII authentication (meta
	 * and text); NULL: none. Borrowed, outlives the pool */
	const char *login;
	const mcha_tls_settings *tls; /* of nodes with tls://. Borrowed, outlives the pool */
	const mcha_allocator *allocator;
} mcha_transport_settings;

/* The common head of every transport's connection. */
typedef struct mcha_connection {
	const mcha_transport *transport;
	const mcha_endpoint *endpoint;              /* borrowed from the node */
	const mcha_transport_settings *settings;    /* borrowed from the pool */
	char server_version[MCHA_VERSION_TEXT_MAX]; /* "" until known */
	/* the server was seen to speak this protocol lately: requests that do no harm need not wait
	 * for detection */
	bool known;
	/* the last fault was that the server closed a new one before it said anything, as servers do
	 * that do not know the protocol: no request was sent */
	bool closed_at_greeting;
	/* by its version, though this is not the meta transport */
	bool could_speak_meta;
	/* text: it closes a connection at commands that are not about a key (stats, flush_all), as
	 * twemproxy does: they are not sent */
	bool knows_keys_only;
	bool takes_versions; /* CAS values that the client chooses (version.h) */
	/* bytes came, or went on going. The fan-out clears this */
	bool moved;
	bool was_lost; /* the server had closed it while it was idle: it may
	                                              have been restarted. The fan-out clears this */
	/* the server is to tell which process it is when a connection is made, where the protocol
	 * can. The fan-out sets this */
	bool asks_about;
	mcha_incarnation about;          /* what it has told. The fan-out clears this */
	char error[MCHA_ERROR_TEXT_MAX]; /* of the last fault, for people */
	int error_errno;                 /* 0: none */
} mcha_connection;

/* A sleep in receiving is no longer than this, looking for an answer before it included. */
#define MCHA_TRANSPORT_NAP (100 * MCHA_USEC_PER_MSEC)

struct mcha_transport {
	const char *name; /* meta, text, binary */
	bool blocking;
	/* it asks servers about themselves when it connects (asks_about), and whether they have a
	 * key without having the value sent */
	bool tells;

	/* A closed connection; nothing is sent or resolved. NULL: no memory. */
	mcha_connection *(*create)(const mcha_endpoint *endpoint,
		const mcha_transport_settings *settings);
	void (*destroy)(mcha_connection *connection);

	/* Takes the queue (linked by next) and answers every request in it by the deadline: each
	 * reply.status is set when the connection is finished. May return before that. */
	void (*start)(mcha_connection *connection, mcha_request *queue, mcha_usec now,
		mcha_usec deadline);

	/* Of one that want() says is busy: the queue goes behind last, the end of what it is at, and
	 * the deadline holds for all. NULL: such a transport is never left busy. */
	void (*join)(mcha_connection *connection, mcha_request *last, mcha_request *queue,
		mcha_usec deadline);

	/* The round goes on without what is unanswered: it stays with the connection, and is taken by
	 * advance() until this moment, but not asked again over another one. NULL as join. */
	void (*hold)(mcha_connection *connection, mcha_usec deadline);

	/* The queue may be answered until this moment, if that is later. NULL: start() returns only
	 * when the queue is finished. */
	void (*prolong)(mcha_connection *connection, mcha_usec deadline);

	/* What to poll for and until when; false when the queue is finished. */
	bool (*want)(const mcha_connection *connection, struct pollfd *poll_for, mcha_usec *until);

	/* Goes on after a poll (revents may be 0: time has passed). */
	void (*advance)(mcha_connection *connection, short revents, mcha_usec now);

	/* Everything is on its way and only answers are missing. */
	bool (*is_awaiting)(const mcha_connection *connection);

	/* Of one that is awaiting: sleeps in receiving, which saves a poll, for at most
	 * MCHA_TRANSPORT_NAP; then goes on as after a poll. */
	void (*receive)(mcha_connection *connection);

	/* The round is over, and its queue answered: gives back what it takes to carry one. */
	void (*rest)(mcha_connection *connection);

	/* Drops the socket in mid-answer, and gives back what had come of it. NULL: such a transport is
	 * never left in the middle. */
	void (*cancel)(mcha_connection *connection);

	/* Drops the socket; a later start connects again. Never blocks, never sends. */
	void (*close)(mcha_connection *connection);

	/* A socket is open (introspection). */
	bool (*is_open)(const mcha_connection *connection);
};

/* Sets the status of every request from first on that has none yet. */
static inline void mcha_requests_fail(mcha_request *first, mcha_status status)
{
	for (; first; first = first->next) {
		if (first->reply.status == MCHA_STATUS_PENDING) {
			first->reply.status = status;
		}
	}
}

#endif
