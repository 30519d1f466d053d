/* SPDX-License-Identifier: MIT */
/* The flushes that a server has missed, a part of its health: no process asks the server for keys
 * before it has been flushed. */
#ifndef MCHA_ENGINE_HEALTH_FLUSH_H
#define MCHA_ENGINE_HEALTH_FLUSH_H

#include "engine/shared/health.h"

/* The server has missed a flush that takes effect at this moment: from then on no process may ask
 * it for keys until it has been flushed. If it has missed several, the first and the last moment
 * are kept. */
void mcha_health_miss_flush(mcha_health_table *table, mcha_health *health, mcha_usec at);

/* Servers carry out a delayed flush up to two seconds early, as their clocks count whole seconds.
 * From that moment on, no process may read from the server that missed the flush what another
 * server has flushed. */
#define MCHA_HEALTH_FLUSH_EARLY (5 * MCHA_USEC_PER_SEC)

/* The server has missed a flush that is in effect by now, on this or perhaps on another server. */
static inline bool mcha_health_is_unflushed(const mcha_health *health, mcha_usec now)
{
	int64_t due = atomic_load_explicit(&health->flush_due, memory_order_acquire);

	return due != 0 && due - MCHA_HEALTH_FLUSH_EARLY <= now;
}

/* True: the caller has claimed the flush, and is to send it within the lease. seen: for
 * mcha_health_end_flush(). */
bool mcha_health_claim_flush(mcha_health *health, mcha_usec now, mcha_usec lease, int64_t *seen);

/* Ends the claim. flushed: the server has carried out the flush. Then it has caught up on every
 * missed flush, except one that takes effect after claimed (the moment of the claim) or that it has
 * missed since. */
void mcha_health_end_flush(mcha_health_table *table, mcha_health *health, mcha_usec claimed,
	int64_t seen, bool flushed);

static inline bool mcha_health_misses_flush(const mcha_health *health)
{
	return atomic_load_explicit(&health->flush_due, memory_order_relaxed) != 0;
}

static inline bool mcha_health_any_unflushed(const mcha_health_table *table)
{
	return atomic_load_explicit(&table->unflushed, memory_order_relaxed) != 0;
}

#endif
