/* SPDX-License-Identifier: MIT */
/* Writes that a node was sent and that nobody waits for any more (mcha.zone_writes=local): copies of the
 * requests, as the operation that made them is over, its keys and values gone.
 *
 *   the round begins     take    the node's queue is a batch of copies, in memory of its own
 *   answered in time     give    the answers go to the round's own requests, as if nothing had been
 *   left behind          leave   the batch is the last one of the trail; answers are taken when they come
 *   the write is over    note    each is a mark in the table of hints (hints.h), before the caller is told
 *   the operation ends   end     what was not noted until then is, as a copy that is not to be read: nothing refers to
 *                                an operation that is over
 *   answered             close   the mark is taken away, or the hint stays
 *
 * A trail is bounded, in requests and in bytes: what does not fit is waited for. */
#ifndef MCHA_ENGINE_IN_FLIGHT_H
#define MCHA_ENGINE_IN_FLIGHT_H

#include "engine/shared/hints.h"

#define MCHA_IN_FLIGHT_REQUESTS 512
#define MCHA_IN_FLIGHT_BYTES ((size_t)1 << 20) /* of keys, values and what describes them */

typedef struct mcha_in_flight_request {
	mcha_request request; /* first: it stands in queues */
	uint32_t origin;      /* the round's own request, by its index in it; of use until the round ends */
	bool reordered;       /* as that one's */
	bool left;            /* it was not answered when the round ended */
	mcha_usec started;
	uint64_t source;        /* who has what was written; 0: nobody */
	mcha_usec ends;       /* when the life of that is over; 0: never, or not known */
	uint64_t expected;    /* COUNT: what the others counted to */
	mcha_in_flight_hint mark;
} mcha_in_flight_request;

typedef struct mcha_in_flight_batch {
	struct mcha_in_flight_batch *next;
	mcha_usec started;
	mcha_usec deadline; /* an answer that has not come by then will not come */
	size_t bytes;
	bool noted;
	size_t count;
	mcha_in_flight_request requests[];
} mcha_in_flight_batch;

typedef struct mcha_in_flight {
	mcha_hint_table *hints;
	mcha_health *health;
	uint64_t node;
	uint64_t owner;            /* of the marks */
	uint32_t generation;       /* the process that left it, see fork_generation.h */
	mcha_in_flight_batch *current; /* of the round that runs; NULL: none */
	mcha_in_flight_batch *first;   /* in the order of sending; NULL: nothing is on its way */
	mcha_in_flight_batch *last;
	size_t count;
	size_t bytes;
} mcha_in_flight;

/* Nothing is on its way. health, node: whose trail it is. NULL: no memory. */
mcha_in_flight *mcha_in_flight_create(mcha_hint_table *hints, mcha_health *health, uint64_t node, uint64_t owner);

/* Copies of a queue, its requests being some of those from base on, to be the queue in its place. NULL: no
 * room, or no memory. */
mcha_request *mcha_in_flight_begin(mcha_in_flight *in_flight, const mcha_request *queue, const mcha_request *base,
		mcha_usec now, mcha_usec deadline);

/* This process is going to leave something behind, by the name of this owner: what a parent process has left, before
 * it was forked, is the parent's to hear of. The node's connection has no part in it any more. */
void mcha_in_flight_adopt(mcha_in_flight *in_flight, uint64_t owner);

/* The current batch is answered: so are the round's own requests. */
void mcha_in_flight_answer(mcha_in_flight *in_flight, mcha_request *base);

/* The round's own requests are answered as far as the batch is. */
void mcha_in_flight_show(const mcha_in_flight *in_flight, mcha_request *base);

/* The current batch is left behind: the round's own requests are MCHA_STATUS_IN_FLIGHT, or answered. */
void mcha_in_flight_detach(mcha_in_flight *in_flight, mcha_request *base);

/* Puts down a mark for one that was left behind, and whose good, ends and expected are set. is_sent: it is on its
 * way, not only about to be. */
void mcha_in_flight_record(mcha_in_flight *in_flight, const mcha_in_flight_batch *batch, mcha_in_flight_request *one,
		bool is_sent, mcha_usec now);

/* The operation is over: what has not been noted is marked as a copy that no node is known to have a better one of. */
void mcha_in_flight_finish(mcha_in_flight *in_flight, bool is_sent, mcha_usec now);

/* Batches that are noted and answered are closed. The first fault among them, or OK. */
mcha_status mcha_in_flight_complete(mcha_in_flight *in_flight, mcha_usec now);

/* Nobody will answer any more: the connection is closed, and has let go of the requests. What is not yet
 * noted stays until it is. */
void mcha_in_flight_drop(mcha_in_flight *in_flight, mcha_usec now);

/* An operation was left by longjmp: nobody comes to note what it has left behind, nor was told that it was
 * written. */
void mcha_in_flight_recover(mcha_in_flight *in_flight);

/* Whatever there is, without a word: in a process that was forked meanwhile it is the parent's. */
void mcha_in_flight_forget(mcha_in_flight *in_flight);

/* Drops it first, unless it is another process's. */
void mcha_in_flight_destroy(mcha_in_flight *in_flight, mcha_usec now);

static inline bool mcha_in_flight_is_open(const mcha_in_flight *in_flight)
{
	return in_flight && in_flight->first;
}

#endif
