/* SPDX-License-Identifier: MIT */
/* Carries a round: many requests to many nodes at once, against one deadline.
 *
 *   requests ---> queue per node ---> start all ---> poll what is unfinished ---> all answered
 *                                        |  blocking transports last,               |
 *                                        |  one after the other                     v
 *                                        +--- speaks classic? ---> again by      health
 *                                                                  fallback
 *
 * Knows nothing of copies: what a set of answers means is the replication layer's business. */
#ifndef MCHA_ENGINE_FANOUT_H
#define MCHA_ENGINE_FANOUT_H

#include "node.h"
#include "engine/base/random.h"

/* Scratch of one pool's rounds, grown to the pool's size. */
typedef struct mcha_fanout {
	uint16_t *active; /* indices of the nodes in the round that runs */
	size_t active_count;
	size_t request_count; /* in the round that runs */
	bool asked_more;      /* than at first, see mcha_wait_policy */
	/* for what the round does not wait for; 0: it still waits for something */
	mcha_usec grace_until;
	struct pollfd *polls;
	uint16_t *polled; /* polls[i] is nodes[polled[i]]'s */
	/* indices of the nodes that have been left behind, see mcha_wait_policy */
	uint16_t *detached;
	size_t detached_count;
	size_t capacity;
} mcha_fanout;

/* What a round waits for, where it does not wait for all its answers. */
typedef struct mcha_wait_policy {
	/* The answers that are still missing are not needed. Asked once more has been asked, if
	 * ask_more is set. */
	bool (*is_enough)(void *context);
	/* Adds requests to the round; the first of them, or NULL. Called once, when patience is over.
	 * NULL: no more is asked. */
	mcha_request *(*ask_more)(void *context);
	void *context;
	mcha_usec patience; /* the moment at which more is asked */
	/* What is not needed: false: it is MCHA_STATUS_CANCELLED. True: of nodes all of whose requests
	 * may be detached it is MCHA_STATUS_IN_FLIGHT, and later rounds, or in_flight_reap.h, take the
	 * answers; the round waits for the other nodes. */
	bool detaches;
	mcha_hint_table *hints; /* these three of in-flight writes */
	uint64_t owner;         /* of their hints, see in_flight.h */
	mcha_usec deadline;
} mcha_wait_policy;

typedef struct mcha_round {
	mcha_node **nodes;
	const mcha_settings *settings;
	mcha_health_table *health;
	const mcha_health_rules *rules;
	uint64_t *random;
	mcha_usec now;     /* when it starts; when it returns, when it ended */
	mcha_usec stalled; /* for so long this process did not run when it should have */
	mcha_usec deadline;
	/* checks (request.h) that are all that is missing are waited for as long as the round has
	 * taken, up to 20 ms, and so long at least; then they are MCHA_STATUS_CANCELLED. 0: there are
	 * none */
	mcha_usec grace;
	const mcha_wait_policy *wait; /* NULL: it waits for all answers but those of checks */
} mcha_round;

bool mcha_fanout_reserve(mcha_fanout *fanout, size_t nodes);
void mcha_fanout_deinit(mcha_fanout *fanout);

/* May more requests be put to this node in mid-round? Not while others are on their way to it. */
static inline bool mcha_fanout_is_free(const mcha_node *node)
{
	return !node->queue || node->finished_at;
}

/* Gives back what it took to carry a round, if nothing is left of it. */
void mcha_fanout_rest(mcha_node *node);

/* What the end of a round, or of in-flight writes, says about the node. fault: of the first request
 * that met one. ended: when the answer came; 0: that is not known. */
void mcha_fanout_learn(mcha_node *node, mcha_round *round, mcha_status fault, mcha_usec started,
	mcha_usec ended);

/* Answers every request of the round that is still MCHA_STATUS_PENDING, by round->deadline. first
 * is linked to the others (later). */
void mcha_fanout_run(mcha_fanout *fanout, mcha_round *round, mcha_request *first);

#endif
