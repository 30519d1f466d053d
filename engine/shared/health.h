/* SPDX-License-Identifier: MIT */
/* What is known of each server's health, shared by every process that inherited the table.
 *
 *            failure                       retry is due, one caller wins
 *     UP ---------------> DOWN(until) ------------------------------------> PROBING(until)
 *      ^                    ^   |                                              |   |
 *      |                    |   +--- lease ran out: the prober died -----------+   |
 *      |                    +-------------------- failure, interval doubles -------+
 *      +------------------------------- success -----------------------------------+
 *
 * A server that fails again soon after a success goes on doubling where it was, so that one that
 * answers now and then is asked more and more seldom; soon is within twice the time that it was
 * last held down for. Requests that were under way when it went down, or came back, say nothing
 * about it since: only those that began afterwards change its state.
 *
 * Lock-free and crash-safe: a server's state is one 64-bit word that changes by compare-and-swap; a
 * process that dies while probing leaves a lease that runs out. Pure: time and randomness are
 * passed in. */
#ifndef MCHA_ENGINE_HEALTH_H
#define MCHA_ENGINE_HEALTH_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/base/clock.h"
#include "replica_state.h"
#include "engine/base/status.h"

typedef enum mcha_health_state { MCHA_HEALTH_UP, MCHA_HEALTH_DOWN, MCHA_HEALTH_PROBING } mcha_health_state;

#define MCHA_HEALTH_NAME_MAX 128 /* with its NUL; a longer one loses its middle */

/* One server. A cache line of its own, so that workers do not slow each other down; the name, which
 * is for people, behind it, and what is seldom looked at. */
typedef struct mcha_health {
	_Alignas(64) _Atomic uint64_t id; /* mcha_endpoint_id, 0: free */
	_Atomic uint64_t word;            /* state, failures in a row, until (milliseconds) */
	_Atomic uint64_t last_row;        /* when it last came back (milliseconds), and after how many
	                                   * failures in a row; looked at when it fails, not before */
	_Atomic int64_t last_answer;      /* microseconds: when it last answered some process, give or take 10 ms */
	_Atomic int64_t last_failure;     /* microseconds, 0: never */
	_Atomic uint32_t latency;         /* microseconds, moving average; 0: not measured */
	_Atomic uint32_t failures;        /* all of them, ever */
	_Atomic uint32_t hints;            /* hints, see hints.h; at least as many as there are */
	_Atomic uint32_t detected;            /* MCHA_DETECTED_*: which protocol worked since the last failure */
	_Atomic uint32_t named;           /* 1: the name below is complete */
	_Atomic bool takes_versions;      /* by its last new connection: see version.h */
	_Atomic uint8_t told;             /* MCHA_TOLD_*: what its users have been told already */
	_Alignas(64) _Atomic uint64_t name[MCHA_HEALTH_NAME_MAX / sizeof(uint64_t)];
	_Atomic int64_t restarted;        /* microseconds: its process was not started before; 0: not known */
	_Atomic int64_t distrusted;       /* microseconds, see hints.h; 0: it is not */
	_Atomic int64_t ahead;            /* microseconds that a version of its items was ahead of this host's
	                                   * clock, where no clock can have given it; 0: none was */
	/* Flushes that the server has missed, see mcha_health_miss_flush(); microseconds: */
	_Atomic int64_t flush_due;        /* when the first of them takes effect; 0: none is missed */
	_Atomic int64_t flush_last;       /* when the last of them does */
	_Atomic int64_t flush_tried;      /* until then one process sees to it */
	_Atomic int64_t down_since;       /* microseconds, the last time that it was set down */
	_Atomic uint64_t witness;         /* the last process to have found what is no proof, see evidence.c */
	_Atomic uint32_t cause;           /* of the last failure, see mcha_health_note_cause() */
	_Alignas(64) mcha_replica_state replicas;
} mcha_health;

/* What is said of a server once, and not with every request that meets it. */
enum { MCHA_TOLD_AHEAD = 1, MCHA_TOLD_DISTRUSTED = 2 };

/* Where detection is on: by which of the two transports (settings.h) the server answered. */
enum { MCHA_DETECTED_NONE, MCHA_DETECTED_PRIMARY, MCHA_DETECTED_FALLBACK, MCHA_DETECTED_FALLBACK_KEYS /* and knows_keys_only, transport.h */ };

typedef struct mcha_health_table {
	_Atomic int64_t last_failure; /* of any server: while it is long ago, nothing is looked up */
	_Atomic int64_t last_emptied; /* the same of when some server may have lost its memory, */
	_Atomic int64_t last_lacking; /* and of when one was found to evict items, or to lack a copy */
	_Atomic uint32_t unflushed;   /* at least as many servers as have missed a flush */
	size_t capacity;              /* a power of two */
	mcha_health *slots;
	mcha_health overflow;         /* shared by the servers that found no slot: never held down */
} mcha_health_table;

typedef struct mcha_health_rules {
	mcha_usec retry_interval; /* 0: a failure is never held against a node */
	mcha_usec retry_interval_max;
	mcha_usec lease; /* how long a probe may take before another process may probe */
} mcha_health_rules;

typedef struct mcha_health_view {
	mcha_health_state state;
	uint32_t failures_in_a_row;
	mcha_usec retry_in; /* 0 unless down or probing */
} mcha_health_view;

size_t mcha_health_table_size(size_t capacity);

/* In memory of mcha_health_table_size bytes, zeroed (fresh anonymous mapping). */
mcha_health_table *mcha_health_table_init(void *memory, size_t capacity);

/* The slot of this server, taken if it has none yet. Never NULL. name: as people know it. */
mcha_health *mcha_health_find(mcha_health_table *table, uint64_t id, const char *name);

/* The next server that has a slot of its own, from slot *cursor on, which moves behind it; NULL:
 * there are no more. Its name goes into name[MCHA_HEALTH_NAME_MAX]. */
const mcha_health *mcha_health_next(const mcha_health_table *table, size_t *cursor, char *name);

/* May a request be sent to it? When its retry is due this claims the probe for the caller, who must
 * report success or failure. insist: there is nobody else to ask; then a tenth of a second is
 * enough, so that a whole pool's restart is noticed at once; still one probe at a time. */
bool mcha_health_admit(mcha_health *health, const mcha_health_rules *rules, mcha_usec now,
		bool last_resort);

/* The caller, which may have claimed the probe, could not send it: the next caller may. */
void mcha_health_give_back(mcha_health *health, mcha_usec now);

/* Reports on a request that began at started; the time that it took is the server's latency. */
void mcha_health_success(mcha_health *health, mcha_usec started, mcha_usec now);

/* Of a server that is down and not due again, or has come back since the request began, it is
 * counted and changes nothing else: requests that were under way when it went down fail together,
 * and are one failure in a row. */
void mcha_health_failure(mcha_health_table *table, mcha_health *health,
		const mcha_health_rules *rules, mcha_usec started, mcha_usec now, uint64_t random);

/* This process could not use the server, and others perhaps can: it is counted, and holds nothing down. What this process has
 * written meanwhile lies elsewhere: others look before they ask, as after mcha_health_failure(). */
void mcha_health_own_failure(mcha_health_table *table, mcha_health *health, mcha_usec now);

/* It is up, but may have lost its data: counts as a failure for mcha_health_failed_lately() alone. */
void mcha_health_suspect(mcha_health_table *table, mcha_health *health, mcha_usec now);

/* What it has told of itself (incarnation.h), over a connection that was there when the round began. A server that turns
 * out to have been restarted is suspected. */
void mcha_health_meet(mcha_health_table *table, mcha_health *health, const mcha_incarnation *told,
		mcha_usec started, mcha_usec now);

/* It was in doubt, and answers over a new connection without telling. */
void mcha_health_meet_unknown(mcha_health_table *table, mcha_health *health, mcha_usec now);

/* The server has missed a flush that takes effect at this moment: from then on it must not be asked for keys before it
 * has been flushed. Of several the first and the last are kept. */
void mcha_health_miss_flush(mcha_health_table *table, mcha_health *health, mcha_usec at);

/* Servers carry out a delayed flush up to two seconds early, as their clocks have only seconds: from then on what one of
 * them has flushed must not be read from the one that has missed it. */
#define MCHA_HEALTH_FLUSH_EARLY (5 * MCHA_USEC_PER_SEC)

/* It has missed a flush that is in effect by now, or on some other server. */
static inline bool mcha_health_is_unflushed(const mcha_health *health, mcha_usec now)
{
	int64_t due = atomic_load_explicit(&health->flush_due, memory_order_acquire);

	return due != 0 && due - MCHA_HEALTH_FLUSH_EARLY <= now;
}

/* True: the caller is the one that is to flush it now, within the lease. seen: for mcha_health_end_flush(). */
bool mcha_health_claim_flush(mcha_health *health, mcha_usec now, mcha_usec lease, int64_t *seen);

/* The claim has ended. flushed: the server has carried it out; nothing is missed any more, but for a flush that was to take effect
 * after claimed, the moment of the claim, or has been missed since. */
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

/* Why the server's last failure happened: for messages of the processes that are not to ask it meanwhile. */
static inline void mcha_health_note_cause(mcha_health *health, mcha_status status, int error)
{
	atomic_store_explicit(&health->cause, (uint32_t)status << 16 | (uint32_t)(error & 0xffff), memory_order_relaxed);
}

/* OK: it has never failed. error: the errno of it, 0: none */
static inline mcha_status mcha_health_cause(const mcha_health *health, int *error)
{
	uint32_t cause = atomic_load_explicit(&health->cause, memory_order_relaxed);

	*error = (int)(cause & 0xffff);
	return (mcha_status)(cause >> 16);
}

/* No process of this host has had an answer or a failure of the server yet: its state says nothing. */
static inline bool mcha_health_is_unknown(const mcha_health *health)
{
	return atomic_load_explicit(&health->latency, memory_order_relaxed) == 0
		&& atomic_load_explicit(&health->failures, memory_order_relaxed) == 0;
}

mcha_health_view mcha_health_look(const mcha_health *health, mcha_usec now);

/* It has answered some process since then. */
static inline bool mcha_health_answers(const mcha_health *health, mcha_usec since)
{
	return atomic_load_explicit(&health->last_answer, memory_order_relaxed) > since;
}

/* How long a server is held down after so many failures in a row, with jitter. */
mcha_usec mcha_health_retry_delay(const mcha_health_rules *rules, uint32_t failures, uint64_t random);

/* How soon after a failure a caller may try the server that has no other left to ask. */
static inline mcha_usec mcha_health_last_resort_interval(const mcha_health_rules *rules)
{
	return rules->retry_interval < 100 * MCHA_USEC_PER_MSEC ? rules->retry_interval : 100 * MCHA_USEC_PER_MSEC;
}

/* It is up, has been for so long, and nothing has failed since. */
bool mcha_health_is_steady(const mcha_health *health, mcha_usec now, mcha_usec span);

/* When it last came back after it had been down; 0: it never was. */
mcha_usec mcha_health_back(const mcha_health *health);

/* The caller is the first, of all processes, to say this of the server. what: MCHA_TOLD_* */
bool mcha_health_tell(mcha_health *health, uint8_t what);

/* "up", "down", "probing" */
const char *mcha_health_state_text(mcha_health_state state);

/* The same of a server that is in this state; or "unknown": what is called up was never asked. */
static inline const char *mcha_health_state_name(const mcha_health *health, mcha_health_state state)
{
	return state == MCHA_HEALTH_UP && mcha_health_is_unknown(health) ? "unknown" : mcha_health_state_text(state);
}

/* It failed within the last span. */
static inline bool mcha_health_failed_lately(const mcha_health *health, mcha_usec now,
		mcha_usec span)
{
	int64_t last = atomic_load_explicit(&health->last_failure, memory_order_relaxed);

	return last != 0 && now - last < span;
}

/* Any server of the table failed within the last span. */
static inline bool mcha_health_troubled(const mcha_health_table *table, mcha_usec now,
		mcha_usec span)
{
	int64_t last = atomic_load_explicit(&table->last_failure, memory_order_relaxed);

	return last != 0 && now - last < span;
}

/* When some server of the table may last have lost its memory; 0: not within the last MCHA_EMPTIED_SPAN. */
static inline mcha_usec mcha_health_emptied(const mcha_health_table *table, mcha_usec now)
{
	int64_t last = atomic_load_explicit(&table->last_emptied, memory_order_relaxed);

	return last != 0 && now - last < MCHA_EMPTIED_SPAN ? last : 0;
}

/* The server lacked a copy, or had an older one: its copies are looked at more often. */
void mcha_health_lacking(mcha_health_table *table, mcha_health *health, mcha_usec now);

/* All servers keep what they have: none is looked at more often than the others. */
static inline bool mcha_health_is_calm(const mcha_health_table *table, mcha_usec now)
{
	int64_t last = atomic_load_explicit(&table->last_lacking, memory_order_relaxed);

	return last == 0 || now - last > MCHA_LACKING_SPAN;
}

#endif
