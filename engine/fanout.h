/* SPDX-License-Identifier: MIT */
/* Carries a round: many requests to many nodes at once, against one deadline.
 *
 *      requests ----> queue per node ----> start all ----> poll what is unfinished ----> all answered
 *                                            |  blocking transports last,                  |
 *                                            |  one after the other                        v
 *                                            +--- speaks classic? ---> again by fallback   health
 *
 * Knows nothing of copies: what a set of answers means is the replication layer's business. */
#ifndef MCHA_ENGINE_FANOUT_H
#define MCHA_ENGINE_FANOUT_H

#include "node.h"
#include "random.h"

/* Scratch of one pool's rounds, grown to the pool's size. */
typedef struct mcha_fanout {
	uint16_t *active;     /* indices of the nodes in the round that runs */
	size_t active_count;
	size_t request_count; /* in the round that runs */
	struct pollfd *polls;
	uint16_t *polled;     /* polls[i] is nodes[polled[i]]'s */
	size_t capacity;
} mcha_fanout;

typedef struct mcha_round {
	mcha_node **nodes;
	const mcha_settings *settings;
	mcha_health_table *health;
	const mcha_health_rules *rules;
	uint64_t *random;
	mcha_usec now; /* when it starts; when it returns, when it ended */
	mcha_usec deadline;
} mcha_round;

bool mcha_fanout_reserve(mcha_fanout *fanout, size_t nodes);
void mcha_fanout_deinit(mcha_fanout *fanout);

/* Answers every request that is still MCHA_STATUS_PENDING, by round->deadline. */
void mcha_fanout_run(mcha_fanout *fanout, mcha_round *round, mcha_request *requests, size_t count);

#endif
