/* SPDX-License-Identifier: MIT */
/* The rate of checks of a node's copies rises quickly when checks find copies missing, and falls
 * slowly. */
#include "replica_state.h"

#define FASTER 2 /* after a missing copy: check four times as often */
/* after this many copies found and this much time without a missing one: check half as often */
#define FINE 64
#define CALM (10 * MCHA_USEC_PER_SEC)

#define FULL (60 * MCHA_USEC_PER_SEC)

/* A node that does not answer a check in time is checked again after this pause, which doubles each
 * time, at most PAUSE_DOUBLINGS times. */
#define PAUSE (10 * MCHA_USEC_PER_MSEC)
#define PAUSE_DOUBLINGS 7

#define SEVERAL (3600 * MCHA_USEC_PER_SEC)

/* memcached's uptime begins at 2, and its last second may not have been counted yet. */
#define UPTIME_AHEAD 3

#define LOAD(field) atomic_load_explicit(&state->field, memory_order_relaxed)
#define STORE(field, value) atomic_store_explicit(&state->field, value, memory_order_relaxed)

/* --- restarts --------------------------------------------------------------------------------- */

void mcha_replica_state_suspect(mcha_replica_state *state)
{
	STORE(asked, 0);
	STORE(doubt, true);
}

static void set_emptied(mcha_replica_state *state, mcha_usec when)
{
	if (when > LOAD(emptied)) {
		STORE(emptied, when);
	}
}

/* The latest moment at which the server process can have been started, when no earlier incarnation
 * is known: before the connection over which it reported was made. */
static mcha_usec latest_start(const mcha_incarnation *told, mcha_usec started, mcha_usec now)
{
	uint64_t age = told->uptime > UPTIME_AHEAD ? told->uptime - UPTIME_AHEAD : 0;
	mcha_usec by = now - (mcha_usec)(age > INT32_MAX ? INT32_MAX : age) * MCHA_USEC_PER_SEC;

	by = by < started ? by : started;
	return by > 0 ? by : 1;
}

static void record_evictions(mcha_replica_state *state, const mcha_incarnation *told, bool is_same,
	mcha_usec now)
{
	if (is_same && told->evictions > LOAD(evictions)) {
		STORE(full_until, now + FULL);
	}
	STORE(evictions, told->evictions);
}

/* Another server process answers at the address. True: it has replaced the one before. */
static bool replace_incarnation(mcha_replica_state *state, uint64_t before, uint64_t id,
	mcha_usec now)
{
	if (id == LOAD(previous)) {
		STORE(several_until, now + SEVERAL);
	}
	STORE(previous, before);
	if (now < LOAD(several_until)) {
		return false;
	}
	set_emptied(state, now);
	return true;
}

bool mcha_replica_state_meet(mcha_replica_state *state, const mcha_incarnation *told,
	mcha_usec started, mcha_usec now)
{
	uint64_t id = mcha_incarnation_id(told), before;
	bool restarted = false;

	if (!id || started < LOAD(asked)) {
		return false;
	}
	before = atomic_exchange_explicit(&state->incarnation, id, memory_order_relaxed);
	if (!before) {
		set_emptied(state, latest_start(told, started, now));
	} else if (before != id) {
		restarted = replace_incarnation(state, before, id, now);
	}
	record_evictions(state, told, before == id, now);
	STORE(asked, started);
	STORE(doubt, false);
	return restarted;
}

void mcha_replica_state_meet_unknown(mcha_replica_state *state, mcha_usec now)
{
	set_emptied(state, now);
	STORE(incarnation, 0);
	STORE(asked, now);
	STORE(doubt, false);
}

/* --- the rate of checks ----------------------------------------------------------------------- */

static void set_rate(mcha_replica_state *state, unsigned rate, mcha_usec now)
{
	STORE(rate, (uint8_t)rate);
	STORE(rated, now);
	STORE(fine, 0);
}

static void clear_late(mcha_replica_state *state)
{
	if (LOAD(late)) {
		STORE(late, 0);
		STORE(pause, 0);
	}
}

void mcha_replica_state_fine(mcha_replica_state *state, mcha_usec now)
{
	unsigned rate = LOAD(rate), fine = LOAD(fine);

	clear_late(state);
	if (rate == 0) {
		return;
	}
	if (fine < FINE) {
		STORE(fine, (uint16_t)(fine + 1));
	} else if (now - LOAD(rated) > CALM) {
		set_rate(state, rate - 1, now);
	}
}

void mcha_replica_state_lacking(mcha_replica_state *state, mcha_usec now)
{
	unsigned rate = LOAD(rate) + FASTER;

	clear_late(state);
	set_rate(state, rate < MCHA_CHECK_SELDOM ? rate : MCHA_CHECK_SELDOM, now);
}

void mcha_replica_state_late(mcha_replica_state *state, mcha_usec now)
{
	unsigned late = LOAD(late);

	STORE(pause, now + (PAUSE << (late < PAUSE_DOUBLINGS ? late : PAUSE_DOUBLINGS)));
	STORE(late, late + 1);
}
