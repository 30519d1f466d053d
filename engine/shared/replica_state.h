/* SPDX-License-Identifier: MIT */
/* What a host knows of how well a node keeps its copies, a part of the node's health (health.h): which process it is, when
 * it may have lost its memory, and how often reads look whether it has its copy (replica_check.h). Lock-free; all of it
 * are estimates that any process may overwrite. Pure: time is passed in. */
#ifndef MCHA_ENGINE_REPLICA_STATE_H
#define MCHA_ENGINE_REPLICA_STATE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "engine/base/clock.h"
#include "engine/base/incarnation.h"

/* Of so many hits, as a power of two, one looks at another copy of a key, while nothing is wrong. */
#define MCHA_CHECK_SELDOM 6

/* A node that was restarted within this time is looked at for each key, once. */
#define MCHA_EMPTIED_SPAN (3600 * MCHA_USEC_PER_SEC)

/* As long after the last missing copy all nodes are looked at as seldom as they can be. */
#define MCHA_LACKING_SPAN (120 * MCHA_USEC_PER_SEC)

/* What is known of a server process is renewed when a connection is made, if it is older than this; and by a request of its
 * own, if it is older than the second one. */
#define MCHA_ABOUT_FRESH (100 * MCHA_USEC_PER_MSEC)
#define MCHA_ABOUT_OLD (10 * MCHA_USEC_PER_SEC)

typedef struct mcha_replica_state {
	_Atomic uint64_t incarnation; /* mcha_incarnation_id; 0: not known */
	_Atomic uint64_t former;      /* the one before */
	_Atomic int64_t several_until; /* one that had gone came back: there are several processes behind one address,
	                               * as of proxies; until then another one is no restart */
	_Atomic int64_t asked;        /* when the server was last asked for it; 0: never, or it failed since */
	_Atomic int64_t emptied;      /* when it may last have lost its memory; 0: it is not known to */
	_Atomic uint64_t evictions;   /* that it had told of */
	_Atomic int64_t full_until;   /* it evicts items, and is looked at more often until then */
	_Atomic int64_t rated;        /* when rate last changed */
	_Atomic int64_t pause;        /* it is not looked at before this moment, */
	_Atomic uint32_t late;        /* as it has kept silent so many times in a row */
	_Atomic uint16_t fine;        /* looks in a row that found the copy */
	_Atomic uint8_t rate;         /* 0: one in 2^MCHA_CHECK_SELDOM hits is looked at, up to MCHA_CHECK_SELDOM: each */
	_Atomic bool doubt;           /* it failed, and may have been restarted */
} mcha_replica_state;

/* It failed, or closed a connection: nothing is known of it any more until it has told. */
void mcha_replica_state_suspect(mcha_replica_state *state);

/* What it has told, over a connection that was there at that moment. True: it was restarted since it was last asked. What was
 * asked for before the last such answer is ignored. */
bool mcha_replica_state_meet(mcha_replica_state *state, const mcha_incarnation *told, mcha_usec started,
		mcha_usec now);

/* It answers over a new connection, and does not tell which process it is: it may be empty. */
void mcha_replica_state_meet_unknown(mcha_replica_state *state, mcha_usec now);

/* It is to be asked which process it is when it is next connected to. */
static inline bool mcha_replica_state_is_stale(const mcha_replica_state *state, mcha_usec now, mcha_usec age)
{
	int64_t asked = atomic_load_explicit(&state->asked, memory_order_relaxed);

	return !asked || now - asked > age;
}

/* It may have lost, within the last MCHA_EMPTIED_SPAN, what was seen there at that moment (0: never). */
static inline bool mcha_replica_state_may_lack(const mcha_replica_state *state, mcha_usec now, mcha_usec seen)
{
	int64_t emptied = atomic_load_explicit(&state->emptied, memory_order_relaxed);

	return atomic_load_explicit(&state->doubt, memory_order_relaxed)
		|| (emptied && now - emptied < MCHA_EMPTIED_SPAN
			&& seen / MCHA_USEC_PER_MSEC < emptied / MCHA_USEC_PER_MSEC);
}

/* Of so many hits, as a power of two, one is to look. */
static inline unsigned mcha_replica_state_seldom(const mcha_replica_state *state, mcha_usec now)
{
	unsigned rate = atomic_load_explicit(&state->rate, memory_order_relaxed);
	const unsigned when_full = MCHA_CHECK_SELDOM / 2;

	if (rate < when_full && now < atomic_load_explicit(&state->full_until, memory_order_relaxed)) {
		rate = when_full;
	}
	return MCHA_CHECK_SELDOM - rate;
}

/* A copy was there, was missing or old, or was not told of in time. */
void mcha_replica_state_fine(mcha_replica_state *state, mcha_usec now);
void mcha_replica_state_lacking(mcha_replica_state *state, mcha_usec now);
void mcha_replica_state_late(mcha_replica_state *state, mcha_usec now);

static inline bool mcha_replica_state_is_paused(const mcha_replica_state *state, mcha_usec now)
{
	return now < atomic_load_explicit(&state->pause, memory_order_relaxed);
}

#endif
