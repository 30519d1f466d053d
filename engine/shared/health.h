/* SPDX-License-Identifier: MIT */
/* The health of each server, as the processes of this host know it: all that inherited the table
 * share it.
 *
 *            failure                       retry is due, one process claims the probe
 *     UP ---------------> DOWN(until) ------------------------------------> PROBING(until)
 *      ^                    ^   |                                              |   |
 *      |                    |   +--- lease ran out: the process died ----------+   |
 *      |                    +-------------------- failure, interval doubles -------+
 *      +------------------------------- success -----------------------------------+
 *
 * If a server fails again soon after a success, its interval goes on doubling from where it was, so
 * that a server that answers only now and then is probed less and less often. "Soon" is within
 * twice the interval that it was last held down for. Only requests that began after the server went
 * down, or came back, change its state: the result of an earlier request is out of date.
 *
 * A server that is up may be suspected, as another host holds it down (health/suspicion.h): it is
 * used, and the first success or failure of a process of this host ends the suspicion.
 *
 * Lock-free and crash-safe: a server's state is one 64-bit word that changes by compare-and-swap;
 * the lease of a process that dies while it probes runs out. Pure: time and randomness are passed
 * in. */
#ifndef MCHA_ENGINE_HEALTH_H
#define MCHA_ENGINE_HEALTH_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/base/clock.h"
#include "latency.h"
#include "replica_state.h"
#include "engine/base/status.h"

typedef enum mcha_health_state {
	MCHA_HEALTH_UP,
	MCHA_HEALTH_DOWN,
	MCHA_HEALTH_PROBING,
	MCHA_HEALTH_SUSPECTED /* up, as far as this host knows: see health/suspicion.h */
} mcha_health_state;

#define MCHA_HEALTH_NAME_MAX 128 /* with its NUL; the middle of a longer name is left out */

/* One server. The fields that every request uses have a cache line of their own, so that workers do
 * not slow each other down; the name for messages and the rarely used fields are behind it. */
typedef struct mcha_health {
	_Alignas(64) _Atomic uint64_t id; /* mcha_endpoint_id, 0: free */
	_Atomic uint64_t word;            /* state, failures in a row, until (milliseconds) */
	_Atomic uint64_t last_row; /* when the server last came back (milliseconds), and after how many
	                                   * failures in a row; only read after a failure */
	/* microseconds: when it last answered any process, to within 10 ms */
	_Atomic int64_t last_answer;
	_Atomic int64_t last_failure; /* microseconds, 0: never */
	_Atomic uint32_t latency;     /* microseconds, moving average; 0: not measured */
	_Atomic uint32_t failures;    /* all failures since the table was created */
	/* the server's hints, see hints.h; never less than their real number */
	_Atomic uint32_t hints;
	/* MCHA_DETECTED_*: which protocol worked since the last failure */
	_Atomic uint32_t detected;
	_Atomic uint32_t named;      /* 1: the name below is complete */
	_Atomic bool takes_versions; /* as found on its last new connection: see version.h */
	_Atomic bool speaks_tls;     /* the same: that connection was over TLS */
	/* MCHA_TOLD_*: messages about the server that were given already */
	_Atomic uint8_t told;
	_Alignas(64) _Atomic uint64_t name[MCHA_HEALTH_NAME_MAX / sizeof(uint64_t)];
	/* microseconds: the earliest possible start of its process; 0: not known */
	_Atomic int64_t restarted;
	/* microseconds, since when, see hints.h; 0: the server is trusted */
	_Atomic int64_t distrusted;
	/* the mark of the journal's record that this host has made of a flush that the server missed;
	 * 0: there is none */
	_Atomic uint64_t flush_mark;
	/* the mark of the journal's record for which the server is distrusted; 0: there is another
	 * reason, or none */
	_Atomic uint64_t doubt;
	/* marks of the journal's records by which another host suspects the server, and by which this
	 * host has told the others that it holds the server down; 0: there is none */
	_Atomic uint64_t suspicion;
	_Atomic uint64_t told_down;
	/* The journal on this server, see engine/journal: how far this host has read it, in which
	 * segment (32 bits) and up to which byte (32 bits) that was, the last number that it has heard
	 * of; and when some process last began to read, and said that it would (microseconds; 0:
	 * never). */
	_Atomic uint64_t journal_head;
	_Atomic uint64_t journal_place;
	_Atomic uint64_t journal_latest;
	_Atomic int64_t journal_read;
	_Atomic int64_t journal_heard; /* the same of the last time that all was read */
	_Atomic int64_t journal_claimed;
	/* for monitoring: the records that this host has put into the log, and read from it, and how
	 * often it has found the log to be lost */
	_Atomic uint64_t journal_written;
	_Atomic uint64_t journal_records;
	_Atomic uint64_t journal_lost;
	/* microseconds, when a compact hint was last added, see hints.h; 0: there is none */
	_Atomic int64_t compact_since;
	/* microseconds that a version of its items was ahead of this host's clock, when no clock can
	 * have given that version; 0: none was */
	_Atomic int64_t ahead;
	/* Flushes that the server has missed, see health_flush.h; microseconds: */
	/* when the first missed flush takes effect; 0: the server missed none */
	_Atomic int64_t flush_due;
	_Atomic int64_t flush_last;  /* when the last missed flush takes effect */
	_Atomic int64_t flush_tried; /* until when one process has claimed to replay the flush */
	_Atomic int64_t down_since;  /* microseconds, when it last went down */
	/* the last process that had an inconclusive failure, see evidence.c */
	_Atomic uint64_t witness;
	_Atomic uint32_t cause; /* of the last failure, see mcha_health_note_cause() */
	_Alignas(64) mcha_replica_state replicas;
	/* for monitoring */
	_Alignas(64) mcha_shared_latencies latencies;
} mcha_health;

/* Messages about a server that are given once, not with every request. */
enum { MCHA_TOLD_AHEAD = 1, MCHA_TOLD_DISTRUSTED = 2 };

/* With detection on: which of the two transports (settings.h) the server answered. */
enum {
	MCHA_DETECTED_NONE,
	MCHA_DETECTED_PRIMARY,
	MCHA_DETECTED_FALLBACK,
	MCHA_DETECTED_FALLBACK_KEYS /* and knows_keys_only, transport.h */
};

typedef struct mcha_health_table {
	/* of any server: while this is long ago, no server's health is looked up */
	_Atomic int64_t last_failure;
	_Atomic int64_t last_emptied; /* when any server may last have lost its memory */
	/* when a write last passed over a handoff node that was up: see mcha_purge_behind() */
	_Atomic int64_t passed_over;
	/* when any server was last found to evict items, or to lack a copy */
	_Atomic int64_t last_lacking;
	/* servers that have missed a flush; never less than their real number */
	_Atomic uint32_t unflushed;
	size_t capacity; /* a power of two */
	/* about the greatest version that a process of this host has seen or given, see
	 * item_version.c */
	_Alignas(64) _Atomic uint64_t latest_version;
	mcha_health overflow; /* for all servers that found no free slot: never held down */
	mcha_health slots[];
} mcha_health_table;

typedef struct mcha_health_rules {
	mcha_usec retry_interval; /* 0: a failed node is never held down */
	mcha_usec retry_interval_max;
	mcha_usec lease; /* how long a probe may take before another process may probe */
} mcha_health_rules;

typedef struct mcha_health_view {
	mcha_health_state state;
	uint32_t failures_in_a_row;
	mcha_usec retry_in; /* 0 unless down or probing */
} mcha_health_view;

size_t mcha_health_table_size(size_t capacity);

/* memory: mcha_health_table_size() zeroed bytes (a fresh anonymous mapping). */
mcha_health_table *mcha_health_table_init(void *memory, size_t capacity);

/* The slot of this server; takes a free one if it has none yet. Never NULL. name: for
 * messages; NULL: the caller does not know it. */
mcha_health *mcha_health_find(mcha_health_table *table, uint64_t id, const char *name);

/* The next server that has a slot of its own, from slot *cursor on; moves *cursor behind it, and
 * writes its name into name[MCHA_HEALTH_NAME_MAX]. NULL: there are no more. */
const mcha_health *mcha_health_next(const mcha_health_table *table, size_t *cursor, char *name);

/* May the caller send a request to the server? If the server's retry is due, this claims the probe
 * for the caller, which must then report success or failure. last_resort: the caller has no other
 * node left to ask; then a probe is due a tenth of a second after the failure, so that processes
 * notice the restart of a whole pool at once. Even then only one process probes at a time. */
bool mcha_health_admit(mcha_health *health, const mcha_health_rules *rules, mcha_usec now,
	bool last_resort);

/* The caller, which may have claimed the probe, could not send the request: the next caller may
 * claim the probe. */
void mcha_health_give_back(mcha_health *health, mcha_usec now);

/* Reports the success of a request that began at started; its duration goes into the server's
 * latency. */
void mcha_health_success(mcha_health *health, mcha_usec started, mcha_usec now);

/* The same, where the answer may have come at any moment between the two, as the caller did not
 * wait for it: it tells no latency, and a server that was down may have come back just now. */
void mcha_health_success_between(mcha_health *health, mcha_usec started, mcha_usec now);

/* Reports a failed request. If the server is down and no retry is due, or if it came back after the
 * request began, the failure is counted and changes nothing else: requests that were in progress
 * when the server went down fail together, and are one failure in a row. */
void mcha_health_failure(mcha_health_table *table, mcha_health *health,
	const mcha_health_rules *rules, mcha_usec started, mcha_usec now, uint64_t random);

/* This process could not use the server, but other processes perhaps can: counts the failure and
 * does not hold the server down. This process's writes go to handoff nodes meanwhile, so the other
 * processes check a node's health before they ask it, as after mcha_health_failure(). */
void mcha_health_own_failure(mcha_health_table *table, mcha_health *health, mcha_usec now);

/* The server is up, but a handoff node has been given a copy in its place: counts as a failure for
 * mcha_health_failed_lately() only. */
void mcha_health_note_replaced(mcha_health_table *table, mcha_health *health, mcha_usec now);

/* The server is up, but may have lost its data: counts as a failure for mcha_health_failed_lately()
 * only. */
void mcha_health_suspect(mcha_health_table *table, mcha_health *health, mcha_usec now);

/* So long after a server that hung answers again, its clock is right. */
#define MCHA_HEALTH_CLOCK_TICKED (1500 * MCHA_USEC_PER_MSEC)

/* Records the incarnation that the server reported (incarnation.h), over a connection that existed
 * at started. If the server was restarted, calls mcha_health_suspect(). */
void mcha_health_meet(mcha_health_table *table, mcha_health *health, const mcha_incarnation *told,
	mcha_usec started, mcha_usec now);

/* The server may have been restarted, and answers over a new connection without reporting its
 * incarnation. */
void mcha_health_meet_unknown(mcha_health_table *table, mcha_health *health, mcha_usec now);

/* Records why the server failed last, for the messages of processes that may not ask it while it is
 * down. */
static inline void mcha_health_note_cause(mcha_health *health, mcha_status status, int error)
{
	atomic_store_explicit(&health->cause, (uint32_t)status << 16 | (uint32_t)(error & 0xffff),
		memory_order_relaxed);
}

/* The status of the server's last failure; OK: it has never failed. error: the errno of that
 * failure, 0: none. */
static inline mcha_status mcha_health_cause(const mcha_health *health, int *error)
{
	uint32_t cause = atomic_load_explicit(&health->cause, memory_order_relaxed);

	*error = (int)(cause & 0xffff);
	return (mcha_status)(cause >> 16);
}

/* No request of any process of this host has succeeded or failed at the server yet, so its state
 * means nothing. */
static inline bool mcha_health_is_unknown(const mcha_health *health)
{
	return atomic_load_explicit(&health->latency, memory_order_relaxed) == 0
		&& atomic_load_explicit(&health->failures, memory_order_relaxed) == 0;
}

mcha_health_view mcha_health_look(const mcha_health *health, mcha_usec now);

/* The server has answered some process since then. */
static inline bool mcha_health_answers(const mcha_health *health, mcha_usec since)
{
	return atomic_load_explicit(&health->last_answer, memory_order_relaxed) > since;
}

/* How long a server is held down after this many failures in a row, with jitter. */
mcha_usec mcha_health_retry_delay(const mcha_health_rules *rules, uint32_t failures,
	uint64_t random);

/* How soon after a failure a caller may try the server if it has no other node left to ask. */
static inline mcha_usec mcha_health_last_resort_interval(const mcha_health_rules *rules)
{
	return rules->retry_interval < 100 * MCHA_USEC_PER_MSEC ? rules->retry_interval
															: 100 * MCHA_USEC_PER_MSEC;
}

/* The server has been up for at least span, without a failure. */
bool mcha_health_is_steady(const mcha_health *health, mcha_usec now, mcha_usec span);

/* When the server last came back after it had been down; 0: it never was. */
mcha_usec mcha_health_back(const mcha_health *health);

/* True: the caller is the first of all processes to give this message about the server. what:
 * MCHA_TOLD_* */
bool mcha_health_tell(mcha_health *health, uint8_t what);

/* "up", "down", "probing"; for a server that counts as up, "suspected" if another host holds it
 * down, or "unknown" if no process has asked it yet. */
const char *mcha_health_state_name(const mcha_health *health, mcha_health_state state);

/* The server failed within the last span. */
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

/* When any server of the table may last have lost its memory; 0: not within the last
 * MCHA_EMPTIED_SPAN. */
static inline mcha_usec mcha_health_emptied(const mcha_health_table *table, mcha_usec now)
{
	int64_t last = atomic_load_explicit(&table->last_emptied, memory_order_relaxed);

	return last != 0 && now - last < MCHA_EMPTIED_SPAN ? last : 0;
}

/* The server lacked a copy, or had an older one: its copies are checked more often from now on. */
void mcha_health_lacking(mcha_health_table *table, mcha_health *health, mcha_usec now);

/* No server was found lately to evict items or to lack a copy: all are checked equally seldom. */
static inline bool mcha_health_is_calm(const mcha_health_table *table, mcha_usec now)
{
	int64_t last = atomic_load_explicit(&table->last_lacking, memory_order_relaxed);

	return last == 0 || now - last > MCHA_LACKING_SPAN;
}

#endif
