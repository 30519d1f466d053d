/* SPDX-License-Identifier: MIT */
/* What this host knows of how well a node keeps its copies, a part of the node's health (health.h):
 * which server process runs there, when it may have lost its memory, and how often reads check that
 * it has its copy (replica_check.h). Lock-free; all fields are estimates that any process may
 * overwrite. Pure: time is passed in. */
#ifndef MCHA_ENGINE_REPLICA_STATE_H
#define MCHA_ENGINE_REPLICA_STATE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "engine/base/clock.h"
#include "engine/base/incarnation.h"

/* While no copy is found missing, one in 2^MCHA_CHECK_SELDOM hits checks another copy of the
 * key. */
#define MCHA_CHECK_SELDOM 6

/* A node that was restarted within this time is checked once for each key. */
#define MCHA_EMPTIED_SPAN (3600 * MCHA_USEC_PER_SEC)

/* This long after the last missing copy, all nodes are checked at the lowest rate. */
#define MCHA_LACKING_SPAN (120 * MCHA_USEC_PER_SEC)

/* The knowledge about a server process is renewed when a process connects to it, if older than
 * MCHA_ABOUT_FRESH, and by a request of its own, if older than MCHA_ABOUT_OLD. */
#define MCHA_ABOUT_FRESH (100 * MCHA_USEC_PER_MSEC)
#define MCHA_ABOUT_OLD (10 * MCHA_USEC_PER_SEC)

typedef struct mcha_replica_state {
	_Atomic uint64_t incarnation; /* mcha_incarnation_id of the server process; 0: not known */
	_Atomic uint64_t previous;    /* the incarnation before that */
	/* an earlier incarnation answered again, so several processes share the address (a proxy);
	 * until this moment another incarnation is no restart */
	_Atomic int64_t several_until;
	/* when the server was last asked for its incarnation; 0: never, or it failed since */
	_Atomic int64_t asked;
	/* when the server may last have lost its memory; 0: never, as far as is known */
	_Atomic int64_t emptied;
	_Atomic uint64_t evictions; /* as the server last reported them */
	/* the server evicts items, and is checked more often until then */
	_Atomic int64_t full_until;
	_Atomic int64_t rated; /* when rate last changed */
	_Atomic int64_t pause; /* no check before this moment */
	_Atomic uint32_t late; /* checks in a row that the server did not answer in time */
	_Atomic uint16_t fine; /* checks in a row that found the copy */
	/* 0: one in 2^MCHA_CHECK_SELDOM hits is checked; MCHA_CHECK_SELDOM: every hit */
	_Atomic uint8_t rate;
	_Atomic bool doubt; /* the server failed, and may have been restarted */
} mcha_replica_state;

/* The server failed or closed a connection, so it may have been restarted: it must be asked for its
 * incarnation. */
void mcha_replica_state_suspect(mcha_replica_state *state);

/* Records what the server reported over a connection that existed at started. True: the server was
 * restarted since it was last asked. A report that was requested before the last recorded one is
 * ignored. */
bool mcha_replica_state_meet(mcha_replica_state *state, const mcha_incarnation *told,
	mcha_usec started, mcha_usec now);

/* The server answers over a new connection, and does not report its incarnation: it may be
 * empty. */
void mcha_replica_state_meet_unknown(mcha_replica_state *state, mcha_usec now);

/* The server was not asked for its incarnation within the last age: ask it again. */
static inline bool mcha_replica_state_is_stale(const mcha_replica_state *state, mcha_usec now,
	mcha_usec age)
{
	int64_t asked = atomic_load_explicit(&state->asked, memory_order_relaxed);

	return !asked || now - asked > age;
}

/* The server may have lost, within the last MCHA_EMPTIED_SPAN, an item that a process saw there at
 * that moment (0: no process saw it). */
static inline bool mcha_replica_state_may_lack(const mcha_replica_state *state, mcha_usec now,
	mcha_usec seen)
{
	int64_t emptied = atomic_load_explicit(&state->emptied, memory_order_relaxed);

	return atomic_load_explicit(&state->doubt, memory_order_relaxed)
		|| (emptied && now - emptied < MCHA_EMPTIED_SPAN
			&& seen / MCHA_USEC_PER_MSEC < emptied / MCHA_USEC_PER_MSEC);
}

/* The server evicts items, as far as is known. */
static inline bool mcha_replica_state_is_full(const mcha_replica_state *state, mcha_usec now)
{
	return now < atomic_load_explicit(&state->full_until, memory_order_relaxed);
}

/* One hit in two to the power of this number is to check the node. */
static inline unsigned mcha_replica_state_seldom(const mcha_replica_state *state, mcha_usec now)
{
	unsigned rate = atomic_load_explicit(&state->rate, memory_order_relaxed);
	const unsigned when_full = MCHA_CHECK_SELDOM / 2;

	if (rate < when_full && now < atomic_load_explicit(&state->full_until, memory_order_relaxed)) {
		rate = when_full;
	}
	return MCHA_CHECK_SELDOM - rate;
}

/* A check found the copy; found it missing or old; got no answer in time. */
void mcha_replica_state_fine(mcha_replica_state *state, mcha_usec now);
void mcha_replica_state_lacking(mcha_replica_state *state, mcha_usec now);
void mcha_replica_state_late(mcha_replica_state *state, mcha_usec now);

static inline bool mcha_replica_state_is_paused(const mcha_replica_state *state, mcha_usec now)
{
	return now < atomic_load_explicit(&state->pause, memory_order_relaxed);
}

#endif
