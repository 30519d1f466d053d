/* SPDX-License-Identifier: MIT */
/* Asynchronous replication (mcha.zone_writes=local): a write waits for the replicas in the local zone; other zones get it in the
 * same round, and their answers are taken later (in_flight.h).
 *
 *   a copy in the local zone            is waited for, and others until there is a quorum
 *   none of those has done it           the write waits for all
 *   a copy elsewhere, not answered yet  MCHA_STATUS_IN_FLIGHT: counts for nothing, and has an in-flight hint
 *                                       before the caller is told
 *
 * Where another process has a write of the key in flight to the same node, it is not known which of the two comes first. Both are
 * sent; the later one leaves a hint once it has come, so that the source's copy counts. Counts, and touches, may come in any order.
 *
 * add, replace, cas and locks wait for all: one node must decide for all zones. */
#ifndef MCHA_ENGINE_ASYNC_WRITE_H
#define MCHA_ENGINE_ASYNC_WRITE_H

#include "targets.h"

/* Runs a write's round, its requests being those of this verb from index first on. */
void mcha_async_write_run(mcha_pool *pool, mcha_item *items, size_t first, mcha_verb verb,
		mcha_usec budget);

/* The same for deletions of what a write has left over, which no caller waits for; they are put down at once. */
void mcha_async_write_purge(mcha_pool *pool, mcha_item *items, size_t first, mcha_usec budget);

/* When all is said of the write: puts down what is on its way, and what may have been overtaken. (What an operation
 * has left behind and not put down when it ends, mcha_pool_leave() does, as a copy that is not to be read.) */
void mcha_async_write_note(mcha_pool *pool, mcha_item *items, mcha_verb verb);

#endif
