/* SPDX-License-Identifier: MIT */
/* Asynchronous replication (mcha.zone_writes=local): a write waits for the replicas in the local
 * zone; other zones get it in the same round, and their answers are taken later (in_flight.h).
 *
 *   a copy in the local zone            is waited for, and others until there is a quorum
 *   none of those has done it           the write waits for all
 *   a copy elsewhere, not answered yet  MCHA_STATUS_IN_FLIGHT: counts for nothing, and has an
 *                                       in-flight hint before the caller is told
 *
 * Where another process has a write of the key in flight to the same node, it is not known which of
 * the two comes first. Both are sent; the later one leaves a hint once it has come, so that the
 * source's copy counts. The source is a node to which no other write is in flight. So if that is no
 * node of the local zone, because the other process is of another zone, the write waits for all.
 * Counts, and touches, may come in any order.
 *
 * add, replace, cas and locks wait for all: one node must decide for all zones. */
#ifndef MCHA_ENGINE_ASYNC_WRITE_H
#define MCHA_ENGINE_ASYNC_WRITE_H

#include "targets.h"

/* Runs the round that was prepared, of the items' own requests. Returns the round. */
mcha_request *mcha_async_write_run(mcha_pool *pool, mcha_item *items, size_t count,
	mcha_usec budget);

/* The same for a round of deletions of what a write has left over, which no caller waits for:
 * in-flight hints are recorded at once. Returns the round. */
mcha_request *mcha_async_write_purge(mcha_pool *pool, mcha_usec budget);

/* When the write has its result: records in-flight hints for the replicas whose answers it has not
 * waited for, and reordered hints for those that another write may have overtaken it at. (A write
 * that an operation has detached and not recorded when it ends, mcha_pool_leave() records, as a
 * copy that is not to be read.) */
void mcha_async_write_note(mcha_pool *pool, mcha_item *items, size_t count, mcha_verb verb);

#endif
