/* SPDX-License-Identifier: MIT */
/* In-flight writes of one node: writes that were sent to the node, and whose answers no operation
 * waits for any more (mcha.zone_writes=local). They are copies of the operation's requests, because
 * the operation ends before them, and its keys and values are gone then.
 *
 *   the round begins      begin     the node's queue becomes a batch of copies, in memory of its
 *                                   own
 *   all answered          answer    the answers are copied to the round's own requests, and the
 *                                   batch is freed
 *   the round ends early  detach    the batch joins the node's in-flight writes; later rounds take
 *                                   its answers
 *   the write is over     record    each request gets an in-flight hint (hints.h) before the caller
 *                                   gets its result
 *   the operation ends    finish    requests that were not recorded yet get a hint that names no
 *                                   usable source, so that operations do not read the copy
 *   the batch is answered complete  the in-flight hint is cleared, or becomes the hint of a missed
 *                                   write
 *
 * The number of requests and bytes in flight is bounded: the round waits for a queue that does not
 * fit. */
#ifndef MCHA_ENGINE_IN_FLIGHT_H
#define MCHA_ENGINE_IN_FLIGHT_H

#include "engine/shared/hints.h"

#define MCHA_IN_FLIGHT_REQUESTS 512
#define MCHA_IN_FLIGHT_BYTES ((size_t)1 << 20) /* of keys, values and request structs */

/* The name under which a pool of this process records in-flight hints. */
typedef struct mcha_in_flight_owner {
	uint64_t id;         /* 0: not chosen yet */
	uint32_t generation; /* of the process that has chosen it, see fork_generation.h */
} mcha_in_flight_owner;

typedef struct mcha_in_flight_request {
	mcha_request request; /* the first member, as the node's queue links requests */
	mcha_request *origin; /* the round's own request; valid until the operation ends */
	bool reordered;       /* as in the round's own request */
	bool left;            /* the request was not answered when the round ended */
	mcha_usec started;
	uint64_t source;   /* id of a node that has the written value; 0: none has it */
	mcha_usec ends;    /* when the written value expires; 0: never, or not known */
	uint64_t expected; /* COUNT: the counter's new value at the nodes that acknowledged */
	mcha_in_flight_hint hint;
} mcha_in_flight_request;

typedef struct mcha_in_flight_batch {
	struct mcha_in_flight_batch *next;
	mcha_usec started;
	mcha_usec deadline; /* the node is not expected to answer after this moment */
	size_t bytes;
	bool noted; /* its detached requests have been recorded */
	size_t count;
	mcha_in_flight_request requests[];
} mcha_in_flight_batch;

typedef struct mcha_in_flight {
	mcha_hint_table *hints;
	mcha_health *health;
	uint64_t node;
	uint64_t owner;                /* of the in-flight hints */
	uint32_t generation;           /* of the process that sent the writes, see fork_generation.h */
	mcha_in_flight_batch *current; /* of the round that runs; NULL: none */
	mcha_in_flight_batch *first;   /* in the order of sending; NULL: no write is in flight */
	mcha_in_flight_batch *last;
	size_t count;
	size_t bytes;
} mcha_in_flight;

/* health, node: of the node that the writes go to. NULL: no memory. */
mcha_in_flight *mcha_in_flight_create(mcha_hint_table *hints, mcha_health *health, uint64_t node,
	uint64_t owner);

/* Copies a queue of the round's own requests. Returns the copy, which replaces the queue. NULL: too
 * many writes are in flight, or no memory. */
mcha_request *mcha_in_flight_begin(mcha_in_flight *in_flight, mcha_request *queue, mcha_usec now,
	mcha_usec deadline);

/* This process is about to send writes that it may detach, under this owner. Forgets writes of the
 * parent process, which takes their answers itself; the node's connection must not refer to them
 * any more. */
void mcha_in_flight_adopt(mcha_in_flight *in_flight, uint64_t owner);

/* The current batch is answered: copies the answers to the round's own requests, and frees the
 * batch. */
void mcha_in_flight_answer(mcha_in_flight *in_flight);

/* Copies the answers that the current batch has so far to the round's own requests. */
void mcha_in_flight_show(const mcha_in_flight *in_flight);

/* Detaches the current batch: the round's own requests become MCHA_STATUS_IN_FLIGHT, unless they
 * are answered. */
void mcha_in_flight_detach(mcha_in_flight *in_flight);

/* Says of a detached request that is about to be recorded what it should have done: sets its
 * source, ends and expected. */
typedef void (*mcha_in_flight_describe)(void *context, mcha_in_flight_request *one);

/* Stores in-flight hints for the detached requests of this verb that are not recorded yet, and that
 * are about a replica. */
void mcha_in_flight_record(mcha_in_flight *in_flight, mcha_verb verb, mcha_usec now,
	mcha_in_flight_describe describe, void *context);

/* The operation is over: records the requests that it has not recorded, with a hint that names no
 * usable source. */
void mcha_in_flight_finish(mcha_in_flight *in_flight, mcha_usec now);

/* Completes and frees the batches that are recorded and answered. Returns the first fault among
 * their requests, or OK. */
mcha_status mcha_in_flight_complete(mcha_in_flight *in_flight, mcha_usec now);

/* The node will answer no more: the connection is closed, and does not refer to the requests any
 * more. Batches that are not recorded yet stay until they are. */
void mcha_in_flight_drop(mcha_in_flight *in_flight, mcha_usec now);

/* An operation was left by longjmp. Its detached requests will not be recorded any more, and need
 * not be: its caller got no result. */
void mcha_in_flight_recover(mcha_in_flight *in_flight);

/* Frees all batches without completing them: in a forked child they are the parent's. */
void mcha_in_flight_forget(mcha_in_flight *in_flight);

/* Drops the writes first, unless they are the parent process's. */
void mcha_in_flight_destroy(mcha_in_flight *in_flight, mcha_usec now);

static inline bool mcha_in_flight_is_open(const mcha_in_flight *in_flight)
{
	return in_flight && in_flight->first;
}

#endif
