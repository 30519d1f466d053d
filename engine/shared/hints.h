/* SPDX-License-Identifier: MIT */
/* Hints, as in hinted handoff, but without the value: a hint records that a node may have an old
 * copy of a key, because a write that other replicas acknowledged did not reach that node. Shared
 * by all processes that inherited the table, like health.
 *
 *   a write misses a node       ->  add(node, key, a source that has the new value)
 *   the node is asked again     ->  find / next, the old copy is replaced or deleted, clear
 *
 * A server may still carry out a write that timed out, even after later writes: a hung server
 * resumes with the requests that it had received. The hint of such a write is indeterminate, and is
 * not replayed before the node has been steady for a while (hint_replay.c).
 *
 * A write that no caller waits for any more (in_flight.h) has an in-flight hint. It counts as a
 * missed write from the moment at which the node can no longer be expected to answer. The process
 * that sent the write clears the hint when the node acknowledges; if that process dies first, the
 * hint remains.
 *
 * Fixed size, lock-free, crash-safe: a process claims a slot by compare-and-swap; after a second,
 * other processes take over a slot that a dead process left half-written (hint_slot.h). A hint that
 * is being renewed stays visible, as "held".
 *
 * An operation that decides by one node asks afterwards whether that node was given a hint
 * meanwhile: then another operation has been decided without it. A hint may be replayed, and
 * cleared, before such an operation ends; so the table notes when hints were added that are cleared
 * (recent_deletes.h).
 *
 * The table is bounded, and each node has a fair share of it: a node that is dead for good must not
 * cost another node its hints. A hint that does not fit into its node's share, or finds no free
 * slot, becomes a *compact hint* (compact_hints.h): operations do not believe the node's copy of
 * that key by itself until it has been compared with another node's. Where these have no room
 * either, the hint is dropped, and the node is *distrusted* as a whole from then on:
 * mcha_health.distrusted is the time of the last dropped hint, and operations do not believe any of
 * the node's copies by itself (hint_replay.h) until the node is known to have lost them all. A hint
 * may replace another node's hint only if that node is distrusted, or has more than its share and
 * becomes distrusted for it. The pools and prefixes that use one table have no shares of their own:
 * those that use the same node use the same share. A pool that fills the node's share makes the
 * other pools slower, but never makes their answers wrong. */
#ifndef MCHA_ENGINE_HINTS_H
#define MCHA_ENGINE_HINTS_H

#include "compact_hints.h"
#include "health.h"
#include "journal_table.h"
#include "recent_deletes.h"
#include "engine/protocol/request.h"

typedef struct mcha_hint_slot {
	_Atomic uint64_t state; /* time of the last change, and phase (hint_slot.h) */
	_Atomic uint64_t node;  /* mcha_endpoint_id of the stale node */
	/* mcha_endpoint_id of a node that acknowledged; 0: the key was deleted */
	_Atomic uint64_t source;
	_Atomic uint64_t hash; /* of the key */
	/* when a write was last sent that the node may have missed or not; 0: never */
	_Atomic int64_t indeterminate;
	/* when a write that would clear the hint was last about to be sent; 0: never */
	_Atomic int64_t tried;
	/* in-flight hint: counts as a missed write from then on; 0: it does already */
	_Atomic int64_t until;
	_Atomic int64_t ends;   /* when the written value expires; 0: never, or not known */
	_Atomic uint64_t owner; /* of an in-flight hint; 0: no process waits for the answer any more */
	_Atomic uint64_t mark;  /* of the journal's record about the hint; 0: there is none */
	/* when this host read that record, see mcha_hints_order(); 0: not yet */
	_Atomic int64_t order;
	_Atomic uint16_t length;
	/* in-flight hint: mcha_verb; otherwise MCHA_HINT_VERB_..., or another value */
	_Atomic uint8_t verb;
	/* the key is a lock: if the source does not have it, no node may have it */
	_Atomic bool is_lock;
	/* another write of the key may have purged the source's copy: if the source does not have it,
	 * the stale node has what that write has stored, or another hint */
	_Atomic bool contested;
	/* the stale node's, as the distance in bytes from the slot: each process maps the memory at an
	 * address of its own */
	_Atomic int64_t health;
	_Atomic uint32_t claimant; /* the process that changes the slot; 0: none */
	_Atomic uint64_t key[(MCHA_KEY_MAX + sizeof(uint64_t) - 1) / sizeof(uint64_t)];
} mcha_hint_slot;

typedef struct mcha_hint_table {
	_Atomic uint32_t total; /* hints in the table; never less than their real number */
	/* hints dropped since the table was created; their nodes became distrusted */
	_Atomic uint32_t dropped;
	_Atomic uint32_t stale_nodes; /* nodes that have hints; never less than their real number */
	_Atomic uint32_t distrusted;  /* distrusted nodes; never less than their real number */
	/* nodes that have compact hints; never less than their real number */
	_Atomic uint32_t compact_nodes;
	_Atomic int64_t recounted; /* when compact hints were last counted */
	/* the compact hints, as the distance in bytes from the table; 0: there are none */
	int64_t compact;
	int64_t journal;              /* the same of the journal table */
	size_t capacity;              /* a power of two */
	_Atomic int64_t last_cleared; /* when a hint was last cleared; 0: never */
	/* when the hints were added that were cleared lately, by node and key */
	mcha_recent_deletes cleared;
	mcha_hint_slot slots[];
} mcha_hint_table;

/* The verb of a hint whose node has received all writes of the key, but perhaps in another order.
 * Until the hint is cleared, operations write the key to the node but do not read it there; the
 * hint is replayed when the key has no in-flight hint any more. */
#define MCHA_HINT_VERB_REORDERED UINT8_MAX

/* So long after a server answers again, it has carried out everything that it had received
 * before. */
#define MCHA_LATE_WRITES (500 * MCHA_USEC_PER_MSEC)

/* The verb of a hint whose node may have carried out a change twice: its copy differs from the
 * source's though both have the same version. */
#define MCHA_HINT_VERB_TWICE (UINT8_MAX - 1)

/* A copy of a hint, as it was when it was found. */
typedef struct mcha_hint {
	size_t slot;
	uint64_t state;
	uint64_t node;
	uint64_t source;
	mcha_usec indeterminate;
	mcha_usec tried;
	mcha_usec until;
	mcha_usec ends;
	uint64_t owner;
	uint64_t mark; /* see mcha_journal_mark(); 0: the journal has no record of the hint */
	mcha_usec order;
	uint8_t verb;
	uint16_t key_length;
	bool is_lock;
	bool contested;
	/* a process is changing the hint, or about to: it cannot be cleared now, and its fields may
	 * change */
	bool held;
	char key[MCHA_KEY_MAX];
} mcha_hint;

size_t mcha_hint_table_size(size_t capacity);

/* memory: mcha_hint_table_size() zeroed bytes. */
mcha_hint_table *mcha_hint_table_init(void *memory, size_t capacity);

enum {
	MCHA_HINTS_INDETERMINATE = 1, /* the write was sent, and the node may have missed it or not */
	MCHA_HINTS_LOCK = 2,          /* the key is a lock */
	/* see MCHA_HINT_VERB_REORDERED; an existing hint keeps its own verb */
	MCHA_HINTS_REORDERED = 4,
};

/* Records that node (health is its health) has missed a write of this key. source: a node that has
 * the new value; 0: the key was deleted. how: the flags above. An existing hint is renewed; if two
 * processes do this at once, there may be two hints. If the hint cannot be stored, the node becomes
 * distrusted. */
void mcha_hints_add(mcha_hint_table *table, mcha_health *health, uint64_t node, uint64_t source,
	unsigned how, const char *key, size_t length, mcha_usec now);

/* The same, with a hint whose node, source, indeterminate, verb, is_lock, contested, ends, mark and
 * key are filled in. */
void mcha_hints_insert(mcha_hint_table *table, mcha_health *health, const mcha_hint *hint,
	mcha_usec now);

/* A hint of this node for this key that is not (or no longer) in flight, preferably one that is not
 * just reordered. */
bool mcha_hints_find(mcha_hint_table *table, uint64_t node, const char *key, size_t length,
	mcha_hint *hint);

/* An in-flight hint of another owner, whose write does not yet count as missed. */
bool mcha_hints_find_in_flight(mcha_hint_table *table, uint64_t node, const char *key,
	size_t length, uint64_t not_owner, mcha_hint *hint);

/* When a write may last have been on its way to the hint's node, as far as the hint says. 0: none
 * was. */
static inline mcha_usec mcha_hints_on_the_way(const mcha_hint *hint)
{
	return hint->until > hint->indeterminate ? hint->until : hint->indeterminate;
}

/* The latest such moment by all hints of this node for this key that are not (or no longer) in
 * flight, except those of this owner. 0: no write was on its way. */
mcha_usec mcha_hints_last_on_the_way(mcha_hint_table *table, uint64_t node, const char *key,
	size_t length, uint64_t not_owner);

/* Where a process has stored an in-flight hint, and the state of the slot then. */
typedef struct mcha_in_flight_hint {
	size_t slot;
	uint64_t state; /* 0: there is no hint */
} mcha_in_flight_hint;

/* Stores an in-flight hint for a write of hint->owner, as mcha_hints_insert() stores an
 * indeterminate one. hint->until: how long the write is in flight, whether it was sent or may still
 * be. Replaces an in-flight hint of the same owner for this node and key. */
mcha_in_flight_hint mcha_hints_begin(mcha_hint_table *table, mcha_health *health,
	const mcha_hint *hint, mcha_usec now);

/* The node has acknowledged the write. False: another process or write has changed the slot
 * since. */
bool mcha_hints_clear_in_flight(mcha_hint_table *table, const mcha_in_flight_hint *in_flight);

/* The node did not answer, or not as expected: the in-flight hint becomes a hint of a missed write.
 * determinate: the write can no longer take effect later, so the hint is just reordered; otherwise
 * it may have been on its way until now. mark: see mcha_hint. False: another process or write has
 * changed the slot since. */
bool mcha_hints_confirm_missed(mcha_hint_table *table, const mcha_in_flight_hint *in_flight,
	bool determinate, uint64_t mark, mcha_usec now);

/* The slot of this in-flight hint still, or again, has a hint of this owner. */
bool mcha_hints_is_owners(const mcha_hint_table *table, const mcha_in_flight_hint *in_flight,
	uint64_t owner);

/* The table has so many hints that operations should not add optional ones. */
static inline bool mcha_hints_is_crowded(const mcha_hint_table *table)
{
	return atomic_load_explicit(&table->total, memory_order_relaxed) >= table->capacity / 2;
}

/* The next hint from slot *cursor on; moves *cursor behind it. False: there are no more. */
bool mcha_hints_next(mcha_hint_table *table, size_t *cursor, mcha_hint *hint);

/* The caller is about to send a write that would clear the hint. Until that write has ended, no
 * other process may replay the hint with a value that it reads: the write may have reached the
 * stale node, but not yet the source. */
void mcha_hints_attempt(mcha_hint_table *table, const mcha_hint *hint, mcha_usec now);

/* No write that would clear the hint was about to be sent at that moment or later. */
static inline bool mcha_hints_is_unattempted(const mcha_hint *hint, mcha_usec since)
{
	return !hint->tried || hint->tried < since;
}

/* The same, but reads the table; and no process has renewed or cleared the hint since it was
 * found. */
bool mcha_hints_is_untouched(const mcha_hint_table *table, const mcha_hint *hint, mcha_usec since);

/* Clears the hint. False: it has been renewed or cleared since it was found, or was held. */
bool mcha_hints_clear(mcha_hint_table *table, const mcha_hint *hint);

/* A hint of this node for this key was added at that moment or later, and cleared since. */
bool mcha_hints_was_cleared_since(const mcha_hint_table *table, uint64_t node, const char *key,
	size_t length, mcha_usec moment);

/* When a value that is written now with this exptime has expired on every server; 0: never. */
mcha_usec mcha_hints_end(int64_t exptime, mcha_usec now);

/* The written value has expired on every server, so the source need not have it any more. */
static inline bool mcha_hints_has_ended(const mcha_hint *hint, mcha_usec now)
{
	return hint->ends && now >= hint->ends;
}

/* When the hint was added or last renewed. */
mcha_usec mcha_hints_since(const mcha_hint *hint);

/* The hint was added or last renewed before this moment. */
bool mcha_hints_is_older(const mcha_hint *hint, mcha_usec moment);

/* --- compact hints --- */

/* From now on, hints that do not fit become compact ones; both tables are in the same shared
 * memory. */
void mcha_hints_use_compact(mcha_hint_table *table, const mcha_compact_hints *compact);

/* When a compact hint of this node for this key was added or last renewed, to the millisecond; 0:
 * there is none. */
mcha_usec mcha_hints_compact_since(const mcha_hint_table *table, const mcha_health *health,
	uint64_t node, const char *key, size_t length);

/* Clears the compact hint if it is from before the millisecond of this moment. The journal gets a
 * record of that if the hint is this host's; other hosts compare the copy themselves. */
void mcha_hints_clear_compact(mcha_hint_table *table, const mcha_health *health, uint64_t node,
	const char *key, size_t length, mcha_usec before);

/* --- hints of other hosts, from the journal --- */

/* From now on, the journal gets a record when a hint is cleared of which it has one. */
void mcha_hints_use_journal(mcha_hint_table *table, const mcha_journal_table *journal);

static inline mcha_journal_table *mcha_hints_journal(const mcha_hint_table *table)
{
	return table->journal ? (mcha_journal_table *)((uintptr_t)table + (uintptr_t)table->journal)
						  : NULL;
}

/* The node has compact hints, as far as is known. */
static inline bool mcha_hints_has_compact(const mcha_health *health)
{
	return atomic_load_explicit(&health->compact_since, memory_order_relaxed) != 0;
}

/* How many, counted one by one. */
size_t mcha_hints_count_compact(const mcha_hint_table *table, const mcha_health *health,
	uint64_t node);

/* How many compact hints there is room for. */
size_t mcha_hints_compact_room(const mcha_hint_table *table);

/* Some node may have compact hints, and none of them were counted for a minute: the caller is to
 * count them. */
bool mcha_hints_claim_recount(mcha_hint_table *table, mcha_usec now);

/* Counts the node's compact hints: if there are none any more, no operation looks for them. */
void mcha_hints_recount_compact(mcha_hint_table *table, mcha_health *health, uint64_t node);

/* Ends the distrust of the node: it has lost everything that it held then, so every item it has now
 * was written since. */
void mcha_hints_trust(mcha_hint_table *table, mcha_health *health);

/* When a hint of the node was last dropped; 0: never, or the node is trusted again. */
static inline mcha_usec mcha_hints_distrusted_since(const mcha_health *health)
{
	return atomic_load_explicit(&health->distrusted, memory_order_relaxed);
}

static inline uint32_t mcha_hints_count(const mcha_health *health)
{
	return atomic_load_explicit(&health->hints, memory_order_relaxed);
}

#endif
