/* SPDX-License-Identifier: MIT */
/* One connection of McHA's own transports, shared by their files alone. meta_transport.c is the
 * interface. meta_drive.c drives the connection: it has meta_connect.c connect, meta_output.c send
 * requests and meta_input.c read answers, and acts on what these return (meta_outcome.h);
 * meta_fault.c tells it what it may do after a fault.
 * meta_tls.c has TLS agreed on between connecting and the greeting.
 * meta_shared_line.c takes the answers to a line of several keys for meta_input.c. What differs
 * between the two protocols is a dialect (dialect.h): meta_dialect.c, text_dialect.c, which share
 * meta_answer.c.
 *
 *              start                 writable, no error            "version" sent
 *   CLOSED ------------> CONNECTING --------------------> READY <-----------------+
 *    | ^   a name not     ^  | next address, if any          |                    |
 *    | |   yet known      |  |                               |                    |
 *    +-|--> LOOKING_UP ---+  |                               |                    |
 *      +------ any fault ----+-------------------------------+                    |
 *                                                            |  detect: wait for  |
 *                                                            +-- VERSION and MN --+
 *
 * A connection with tls:// is HANDSHAKING between CONNECTING and READY, and sends no other byte
 * before the handshake is complete.
 *
 * The greeting goes before the first requests. A server that is not known to speak meta must answer
 * the greeting before the connection sends anything else; a server that is known to speak it must
 * answer before the connection sends a value, or a change that may not be made twice
 * (meta_output.c).
 *
 * Requests in the queue:   answered ... | sent ... | encoded ... | not yet encoded
 *                                       ^ unanswered             ^ unencoded
 *
 * The connection writes command lines into lines[] and leaves values where the caller has them; one
 * sendmsg sends both. It encodes lines only as far as lines[] and vectors[] reach, and reads
 * answers while it still sends: however long the queue, neither side waits for the other. */
#ifndef MCHA_ENGINE_META_CONNECTION_H
#define MCHA_ENGINE_META_CONNECTION_H

#include "engine/base/buffer_pool.h"
#include "engine/base/fork_generation.h"
#include "engine/net/resolver.h"
#include "engine/net/socket.h"
#include "engine/net/tls/tls.h"
#include "engine/protocol/meta_reader.h"
#include "transport.h"

#define META_LINES_BYTES 8192
#define META_VECTORS 256

typedef enum meta_state {
	META_CLOSED,
	META_LOOKING_UP,
	META_CONNECTING,
	META_HANDSHAKING, /* TLS */
	META_READY
} meta_state;

/* What a connection reads and writes with: it has none at rest. */
typedef struct meta_buffers {
	struct iovec vectors[META_VECTORS];
	char lines[META_LINES_BYTES];
	char input[MCHA_META_READER_BYTES];
} meta_buffers;

_Static_assert(sizeof(meta_buffers) <= MCHA_BUFFER_BYTES, "a buffer holds what a connection needs");

typedef struct meta_dialect meta_dialect;

typedef struct meta_connection {
	mcha_connection base; /* first: the interface knows only this */
	const meta_dialect *dialect;
	meta_state state;
	int fd;
	mcha_tls *tls;      /* NULL: the connection is in plain text, or not open */
	uint32_t opened_by; /* mcha_fork_generation: a fork's child leaves the socket to its parent */
	bool reused;        /* open since an earlier round: the server may have left meanwhile */
	bool answered_once; /* in this round: a fault is not the end of an idle connection */
	bool is_explained;  /* the connection's error already tells why it fails */
	mcha_usec last_used;
	mcha_usec connect_until;
	mcha_usec deadline;
	/* the addresses to connect to */
	bool written_out;    /* the endpoint is an address, not a name: it is not looked up */
	mcha_lookup *lookup; /* of the endpoint's name, under way; NULL: none */
	mcha_address addresses[MCHA_ADDRESSES_MAX];
	size_t address_count;
	size_t address_next;
	/* the greeting: answers that come before those of the requests */
	bool await_login;
	bool await_version;
	bool await_about; /* statistics: only what the server answers behind them waits for them */
	bool await_noop;
	bool echoes_on_miss; /* 1.6.18 and later: EN carries the opaque token */
	bool greets_by_get;  /* text: the server closed a connection at "version" */
	/* the queue */
	mcha_request *unanswered;
	mcha_request *unencoded;
	bool line_begun; /* the line of several keys that is being answered has had a value */
	/* text: the first request is a store that was answered, and its CAS is still to come; */
	bool awaits_cas;
	bool cas_came; /* the CAS has come, and the END behind it has not */
	mcha_status store_status;
	bool token_sent; /* in this round: a shared line may follow */
	uint32_t opaque_sent;
	uint32_t opaque_seen;
	char *stats; /* STAT lines gathered for the request being answered */
	size_t stats_length;
	size_t stats_capacity;
	meta_buffers *buffers; /* NULL: at rest */
	/* output */
	size_t lines_used;
	size_t values_used; /* bytes of the values that lie between the lines */
	size_t vector_first;
	size_t vector_count;
	/* input */
	bool filled_up; /* by the last receiving: the socket may hold more */
	mcha_meta_reader reader;
} meta_connection;

/* The server has not yet answered the whole greeting. */
static inline bool meta_connection_awaits_greeting(const meta_connection *connection)
{
	return connection->await_login || connection->await_version || connection->await_about
		|| connection->await_noop;
}

/* Every request is encoded, and everything that was encoded is sent. */
static inline bool meta_connection_is_sent(const meta_connection *connection)
{
	return !connection->unencoded && connection->vector_first == connection->vector_count;
}

/* Takes requests off the front of the queue that were answered without the server: the protocol
 * cannot carry them. */
static inline void meta_connection_skip_answered(meta_connection *connection)
{
	while (connection->unanswered && connection->unanswered != connection->unencoded
		&& connection->unanswered->line == MCHA_LINE_OWN
		&& connection->unanswered->reply.status != MCHA_STATUS_PENDING) {
		connection->unanswered = connection->unanswered->next;
	}
}

#endif
