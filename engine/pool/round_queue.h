/* SPDX-License-Identifier: MIT */
/* The queues of the nodes that have a part in a round: how they are filled, and started. */
#ifndef MCHA_ENGINE_ROUND_QUEUE_H
#define MCHA_ENGINE_ROUND_QUEUE_H

#include "fanout.h"

/* Puts the requests that have no status yet into the queues of their nodes, in the order given. */
void mcha_round_enqueue(mcha_fanout *fanout, mcha_round *round, mcha_request *first);

/* Puts one request into its node's queue, behind the others. */
void mcha_round_enqueue_one(mcha_fanout *fanout, mcha_node *node, mcha_request *request);

/* Starts the queue over the node's connection, which there must be. */
void mcha_round_start(mcha_node *node, mcha_request *queue, mcha_round *round, mcha_usec deadline);

/* Starts all queues, those of transports that block last, one after the other. */
void mcha_round_start_all(mcha_fanout *fanout, mcha_round *round);

/* Sets round->now after a wait that was to end at this moment at the latest, and notes for how long
 * this process did not run. */
void mcha_round_look_at_clock(mcha_round *round, mcha_usec until);

/* Some of the nodes that are polled is waited for until a moment before the round's deadline. If
 * that is as it is suspected, it is waited for longer when bytes have moved, or when the suspicion
 * has ended. */
void mcha_round_prolong(const mcha_fanout *fanout, const mcha_round *round, size_t polled,
	mcha_usec started);

#endif
