/* SPDX-License-Identifier: MIT */
/* The state of the operation that a pool runs: begins anew with each operation, in
 * mcha_pool_enter() (pool_operation.h). */
#ifndef MCHA_ENGINE_RUNNING_H
#define MCHA_ENGINE_RUNNING_H

#include <stdbool.h>
#include <stdint.h>

#include "engine/base/clock.h"

typedef struct mcha_running {
	/* True while an operation runs. A PHP process may leave an operation by longjmp (memory_limit,
	 * a fatal error): the next operation finds the flag still set, and closes every connection that
	 * was in use, so that it does not read an answer to a request of the abandoned operation. */
	bool entered;
	/* the replicas and requests are read after the operation's end, until the next one begins */
	bool is_read_later;

	/* counts operations, to distinguish this operation's admissions from older ones */
	uint32_t number;
	mcha_usec started;
	mcha_usec now; /* the operation's clock: taken at its begin and at the end of each round */
	mcha_usec deadline;
	mcha_usec grace; /* for the checks of the round that is being prepared; 0: it has none */

	/* some server failed lately, or fails this operation: check a node's health before asking the
	 * node */
	bool troubled;
	bool was_troubled; /* troubled when the operation began: handoff copies may exist */
	bool distrusting;  /* some node is distrusted, or has compact hints: see hint_replay.h */
	bool has_hints;    /* some server has missed writes: see hint_replay.h */
	bool checking;     /* the read also checks other replicas: see replica_check.h */
	bool calm;         /* no node is checked more often than others */
	/* when some server may have lost its memory; 0: not lately. See replica_check.h */
	mcha_usec emptied;
} mcha_running;

#endif
