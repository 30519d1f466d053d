/* SPDX-License-Identifier: MIT */
/* The word of a server's state, and what the files about health read of it; see the picture in
 * health.h.
 *
 *   63 ........ 10   9 ........ 2   1 .. 0
 *   until in ms      failures       state
 *                    in a row
 *
 * Zero means that the server is up. Its last failures in a row are kept in another word, last_row
 * (the same layout: when the server came back, and after how many failures), so that a request to a
 * healthy server only has to see a zero. */
#ifndef MCHA_ENGINE_HEALTH_WORD_H
#define MCHA_ENGINE_HEALTH_WORD_H

#include "engine/shared/health.h"

#define MCHA_HEALTH_STATE_BITS 2
#define MCHA_HEALTH_FAILURES_BITS 8
#define MCHA_HEALTH_FAILURES_MAX 255u

typedef struct mcha_health_word {
	mcha_health_state state;
	uint32_t failures;
	uint64_t until; /* milliseconds */
} mcha_health_word;

static inline mcha_health_word mcha_health_word_unpack(uint64_t word)
{
	mcha_health_word status = {
		.state = (mcha_health_state)(word & ((1u << MCHA_HEALTH_STATE_BITS) - 1)),
		.failures = (uint32_t)(word >> MCHA_HEALTH_STATE_BITS) & MCHA_HEALTH_FAILURES_MAX,
		.until = word >> (MCHA_HEALTH_STATE_BITS + MCHA_HEALTH_FAILURES_BITS),
	};

	return status;
}

static inline uint64_t mcha_health_word_pack(mcha_health_state state, uint32_t failures,
	mcha_usec until)
{
	uint64_t msec = (uint64_t)((until + MCHA_USEC_PER_MSEC - 1) / MCHA_USEC_PER_MSEC);

	return msec << (MCHA_HEALTH_STATE_BITS + MCHA_HEALTH_FAILURES_BITS)
		| (uint64_t)failures << MCHA_HEALTH_STATE_BITS | (uint64_t)state;
}

/* The server is up, suspected or not. */
static inline bool mcha_health_word_is_up(mcha_health_word status)
{
	return status.state == MCHA_HEALTH_UP || status.state == MCHA_HEALTH_SUSPECTED;
}

static inline bool mcha_health_word_is_due(mcha_health_word status, mcha_usec now)
{
	return (uint64_t)(now / MCHA_USEC_PER_MSEC) >= status.until;
}

/* Several servers share the overflow slot: the failure of one must not hold another down. */
static inline bool mcha_health_is_overflow(const mcha_health *health)
{
	return atomic_load_explicit(&health->id, memory_order_relaxed) == 0;
}

#endif
