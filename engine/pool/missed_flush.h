/* SPDX-License-Identifier: MIT */
/* Records and replays flushes that nodes have missed (health.h stores them). */
#ifndef MCHA_ENGINE_MISSED_FLUSH_H
#define MCHA_ENGINE_MISSED_FLUSH_H

#include "pool.h"

/* Records that this node has missed a flush that takes effect after this delay (an exptime, as
 * memcached interprets it). The first process that can reach the node flushes it, before any
 * process asks it for keys again. mark: of the record in the journal about it; 0: there is none. */
void mcha_missed_flush_note(mcha_pool *pool, uint16_t node, int64_t delay, uint64_t mark);

/* Called when an operation begins: replays the flushes that are due, at nodes that may be asked. */
void mcha_missed_flush_replay(mcha_pool *pool);

#endif
