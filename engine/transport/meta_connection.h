/* SPDX-License-Identifier: MIT */
/* The inside of McHA's own transports, shared by their files alone: meta_transport.c (life, connecting,
 * the interface), meta_output.c (requests onto the wire), meta_input.c (answers off it), and what differs
 * between the two protocols, each a meta_dialect: meta_dialect.c, text_dialect.c.
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
 * The greeting goes before the first requests. A server that is not known to speak meta must answer
 * it before anything else is sent; one that is known to must do so before a value or a change that
 * may not be made twice is sent (meta_output.c).
 *
 * Requests in the queue:   answered ... | sent ... | encoded ... | not yet encoded
 *                                       ^ unanswered             ^ unencoded
 *
 * The command lines are written into lines[], the values stay where the caller has them; both are
 * sent by one sendmsg. Lines are encoded only as far as lines[] and vectors[] reach, and answers
 * are read while sending goes on: however long the queue, neither side waits for the other. */
#ifndef MCHA_ENGINE_META_CONNECTION_H
#define MCHA_ENGINE_META_CONNECTION_H

#include "engine/base/buffer_pool.h"
#include "engine/base/fork_generation.h"
#include "engine/protocol/meta_encode.h"
#include "engine/protocol/meta_reader.h"
#include "engine/net/resolver.h"
#include "engine/net/socket.h"
#include "transport.h"

#define META_LINES_BYTES 8192
#define META_VECTORS 256
#define META_FIRST_VERSION 10610 /* stores are answered by HD from here on */

typedef enum meta_state { META_CLOSED, META_LOOKING_UP, META_CONNECTING, META_READY } meta_state;

/* What it reads and writes with: none at rest. */
typedef struct meta_buffers {
	struct iovec vectors[META_VECTORS];
	char lines[META_LINES_BYTES];
	char input[MCHA_META_READER_BYTES];
} meta_buffers;

_Static_assert(sizeof(meta_buffers) <= MCHA_BUFFER_BYTES, "a buffer holds what a connection needs");

typedef struct meta_connection meta_connection;

/* One protocol: which lines requests are written as, and which answers each of them may have. */
typedef struct meta_dialect {
	const mcha_meta_vocabulary *vocabulary;
	bool detected;      /* not every server speaks it: a no-op in the greeting shows */
	bool knows_no_names; /* it has no SASL */

	/* The request's line, into line[MCHA_META_LINE_MAX]; its length. 0: the protocol cannot carry it. */
	size_t (*encode)(meta_connection *connection, mcha_request *request, char *line);

	/* What goes behind its value, into line[MCHA_META_LINE_MAX]; the length. */
	size_t (*encode_end)(const mcha_request *request, char *line);

	/* How many of the requests that are not yet encoded are asked in one line ("get <key> <key> ..."), and
	 * the word that such a line begins with. 0: the first one has a line of its own. */
	size_t (*count_shared)(const meta_connection *connection, const char **word);

	/* The answer to "version". OK, or what the connection fails with. */
	mcha_status (*greeted)(meta_connection *connection, const mcha_meta_reply *reply);

	/* An answer to the first request that has none, which has a line of its own. The same. What is left of
	 * reply->value is released by the caller after a fault alone. */
	mcha_status (*answer)(meta_connection *connection, mcha_meta_reply *reply);

	/* What another answer than a value means to all requests of a line of several keys. PROTOCOL: the
	 * connection fails. Where this is NULL, it always does; and values come in the line's order (where it
	 * is not, a proxy may have split the line over servers). */
	mcha_status (*refused_line)(meta_connection *connection, const mcha_meta_reply *reply);
} meta_dialect;

extern const meta_dialect meta_dialect_meta;
extern const meta_dialect meta_dialect_text;

struct meta_connection {
	mcha_connection base; /* first: the interface knows only this */
	const meta_dialect *dialect;
	meta_state state;
	int fd;
	uint32_t opened_by;   /* mcha_fork_generation: a fork's child leaves it to its parent */
	bool reused;          /* open since an earlier round: the server may have left meanwhile */
	bool answered_once;   /* in this round: what failed is not an idle connection's end */
	mcha_usec last_used;
	mcha_usec connect_until;
	mcha_usec deadline;
	/* where it is tried to connect to */
	bool written_out;     /* the address is no name: it stays */
	mcha_lookup *lookup;  /* of its name, that we wait for; NULL: none */
	mcha_address addresses[MCHA_ADDRESSES_MAX];
	size_t address_count;
	size_t address_next;
	/* the greeting: answers that come before those of the requests */
	bool await_version;
	bool await_about;     /* statistics: nothing waits for them but what is answered behind them */
	bool await_noop;
	bool echoes_on_miss;  /* 1.6.18 and later: EN carries the opaque token */
	bool greets_by_get;   /* text: the server closed a connection at "version" */
	/* the queue */
	mcha_request *unanswered;
	mcha_request *unencoded;
	bool line_begun;      /* a value has come of the line of several keys that is being answered */
	bool awaits_cas;      /* text: the first one is a store that was answered, and its CAS is still to come; */
	bool cas_came;        /* it has, and the END behind it has not */
	mcha_status store_status;
	bool token_sent;      /* in this round: a shared line may follow */
	uint32_t opaque_sent;
	uint32_t opaque_seen;
	char *stats;          /* STAT lines gathered for the request being answered */
	size_t stats_length;
	size_t stats_capacity;
	meta_buffers *buffers; /* NULL: at rest */
	/* output */
	size_t lines_used;
	size_t vector_first;
	size_t vector_count;
	/* input */
	mcha_meta_reader reader;
};

/* Everything that is left of the queue fails; the socket is closed. */
void meta_fail(meta_connection *connection, mcha_status status, int error);

/* Closes the socket and forgets what was received: nobody waits for an answer. */
void meta_drop(meta_connection *connection);

/* Sends what can be sent now. False: the connection has failed (the caller returns at once). */
bool meta_output_flush(meta_connection *connection);

/* The greeting goes first: encodes it. */
void meta_output_greet(meta_connection *connection, bool with_stats, bool with_noop);

static inline bool meta_output_is_done(const meta_connection *connection)
{
	return !connection->unencoded && connection->vector_first == connection->vector_count;
}

/* Receives and answers what is there; if sleep, waits a nap for the first of it. False: the
 * connection has failed. */
bool meta_input_receive(meta_connection *connection, bool sleep);

/* Frees what gathering statistics left behind. */
void meta_input_reset(meta_connection *connection);

/* Requests that the protocol cannot carry were answered when it was their turn to be sent. */
void meta_input_skip(meta_connection *connection);

/* --- for the dialects ----------------------------------------------------------------------------- */

/* What this error line means. PENDING: not a refusal we know, so it is not known what the server will read
 * next. */
mcha_status meta_input_refusal(meta_connection *connection, const mcha_meta_reply *reply);

/* The last fault is described by what the server said. */
void meta_input_keep_text(meta_connection *connection, const mcha_meta_reply *reply);

/* A STAT line, kept until the END of the statistics. False: there are too many. */
bool meta_input_gather(meta_connection *connection, const mcha_meta_reply *reply);

/* The answers that are text (to VERSION and STATS) become the request's value. OK, or NO_MEMORY. */
mcha_status meta_input_take_text(meta_connection *connection, mcha_request *request,
		const mcha_meta_reply *reply);

/* Keeps what a server says of its version, and that as a number: "1.6.18" is 10618; 0: not known. */
void meta_input_learn_version(meta_connection *connection, const mcha_meta_reply *reply);
unsigned meta_input_version(const meta_connection *connection);

/* Gives back the answer's value. */
void meta_input_release(meta_connection *connection, mcha_meta_reply *reply);

#endif
