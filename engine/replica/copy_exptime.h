/* SPDX-License-Identifier: MIT */
/* How long a copy lives that is made from another copy, or put on a handoff node: no copy outlives
 * the value as it was written. */
#ifndef MCHA_ENGINE_COPY_EXPTIME_H
#define MCHA_ENGINE_COPY_EXPTIME_H

#include "engine/pool/pool.h"

/* A copy with this life left is about to end. Servers count whole seconds, and their clocks tick up
 * to a second apart: on another node the same value may have ended already. So nothing is made from
 * such a copy: it is no source for a repair, nor what another copy is brought up to. */
static inline bool mcha_copy_is_expiring(int64_t ttl)
{
	return ttl >= 0 && ttl <= 1;
}

/* The exptime of a copy that is made from one with the remaining life ttl (MCHA_TTL_*; not one that
 * is about to end): a second less, so that it ends no later than its source, whichever server's
 * clock ticks first. */
int64_t mcha_copy_exptime(const mcha_pool *pool, int64_t ttl);

/* The exptime of a handoff copy: the item's, at most failover_ttl from now, which must not be 0. */
int64_t mcha_copy_handoff_exptime(const mcha_pool *pool, int64_t exptime);

#endif
