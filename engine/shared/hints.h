/* SPDX-License-Identifier: MIT */
/* What nodes have missed: keys whose copy on a node may be old, because a write that others
 * acknowledged did not reach it. Shared by every process that inherited the table, like health.
 *
 *   a write misses a node       ->  add(node, key, who has the new value)
 *   the node is asked again     ->  find / next, the old copy is replaced or deleted, settle
 *
 * A write that timed out may still be carried out, later than those that came after it: a hung server
 * goes on with what it had received. Such a hint is unsure, and not paid before the node has been
 * steady for a while (hint_replay.c).
 *
 * A write that nobody waits for any more (in_flight.h) is on its way: a mark, which is a hint from the moment
 * on at which an answer can no longer be hoped for. Whoever sent it takes the mark away when the node
 * acknowledges; if he dies first, the hint is there.
 *
 * Fixed size, lock-free, crash-safe: a slot changes hands by compare-and-swap on its state; what a
 * process leaves half-written when it dies is taken over after a second. A hint that is being renewed
 * stays in sight: it is there, and held.
 *
 * The table is bounded, and each node has a fair share of it: a node that is dead for good must not cost
 * another node its hints. A hint that does not fit into its node's share, or finds no room, is not
 * remembered. Its node is *distrusted* from then on, as a whole: mcha_health.distrusted says since when a
 * write was last forgotten, and operations do not believe its copies by themselves (hint_replay.h), until it is
 * known to have lost them all. Only hints of a distrusted node, or of one that has more than its share and
 * becomes distrusted by it, give way to another node's. Users of one table (pools, prefixes) have no shares
 * of their own: those that share a node share what it owes, and the pool that fills its share costs the others
 * time, but no right answers. */
#ifndef MCHA_ENGINE_HINTS_H
#define MCHA_ENGINE_HINTS_H

#include "health.h"
#include "engine/protocol/request.h"

typedef struct mcha_hint_slot {
	_Atomic uint64_t state; /* time of the last change, and phase (hints.c) */
	_Atomic uint64_t node;  /* mcha_endpoint_id of the stale node */
	_Atomic uint64_t source;  /* of one that acknowledged; 0: the key was deleted */
	_Atomic uint64_t hash;  /* of the key */
	_Atomic int64_t indeterminate; /* when a write was last sent that may have been missed; 0: never */
	_Atomic int64_t tried;  /* when a write last set out to pay it; 0: never */
	_Atomic int64_t until;  /* a mark: it is a hint from then on; 0: it is one */
	_Atomic int64_t ends;   /* when the life of the written value is over; 0: never, or not known */
	_Atomic uint64_t owner; /* of a mark; 0: nobody waits for the answer any more */
	_Atomic uint16_t length;
	_Atomic uint8_t verb;   /* of a mark: mcha_verb; of a hint: MCHA_HINT_VERB_REORDERED, or not */
	_Atomic bool is_lock;  /* a lock: when the one who is good has none, nobody is to have one */
	mcha_health *health;    /* the stale node's, in memory shared alike */
	char key[MCHA_KEY_MAX];
} mcha_hint_slot;

typedef struct mcha_hint_table {
	_Atomic uint32_t total;   /* at least as many hints as there are */
	_Atomic uint32_t dropped; /* not remembered, ever: their nodes were distrusted */
	_Atomic uint32_t stale_nodes; /* nodes that owe something, at least as many as there are */
	_Atomic uint32_t distrusted; /* nodes, the same */
	size_t capacity;          /* a power of two */
	mcha_hint_slot *slots;
} mcha_hint_table;

/* The verb of a hint whose node has heard of all writes, perhaps in another order: it is not read until it has
 * been paid, but written to; and paid when no mark is there any more. */
#define MCHA_HINT_VERB_REORDERED UINT8_MAX

/* A hint as it was when it was found. */
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
	uint8_t verb;
	uint16_t key_length;
	bool is_lock;
	bool held; /* somebody is renewing it: it cannot be paid now, nor is the rest of it believed */
	char key[MCHA_KEY_MAX];
} mcha_hint;

size_t mcha_hint_table_size(size_t capacity);

/* In memory of mcha_hint_table_size bytes, zeroed. */
mcha_hint_table *mcha_hint_table_init(void *memory, size_t capacity);

enum {
	MCHA_HINTS_INDETERMINATE = 1,   /* the write was sent, and may have been missed or not */
	MCHA_HINTS_LOCK = 2, /* of a lock */
	MCHA_HINTS_REORDERED = 4, /* see MCHA_HINT_VERB_REORDERED; one that is more than that stays it */
};

/* node (whose health this is) has missed a write of this key; good: who has it, 0: it was deleted;
 * how: the flags above. A hint that is there already is renewed; where two
 * processes do this at once it may be there twice. What cannot be remembered makes the node distrusted. */
void mcha_hints_add(mcha_hint_table *table, mcha_health *health, uint64_t node, uint64_t source,
		unsigned how, const char *key, size_t length, mcha_usec now);

/* The same, described by a hint whose node, good, unsure, verb, fleeting, ends and key are filled in. */
void mcha_hints_insert(mcha_hint_table *table, mcha_health *health, const mcha_hint *hint, mcha_usec now);

bool mcha_hints_find(mcha_hint_table *table, uint64_t node, const char *key, size_t length,
		mcha_hint *hint);

/* The same for a mark: a write, not of this owner's, that is on its way, and not yet a hint. */
bool mcha_hints_find_in_flight(mcha_hint_table *table, uint64_t node, const char *key, size_t length,
		uint64_t not_owner, mcha_hint *hint);

/* Who left a mark, and where. */
typedef struct mcha_in_flight_hint {
	size_t slot;
	uint64_t state; /* 0: there is none */
} mcha_in_flight_hint;

/* As mcha_hints_add() of an unsure hint, for a write by owner that is on its way until then (0: it has not
 * even been sent). Another mark of the same owner gives way to it. */
mcha_in_flight_hint mcha_hints_begin(mcha_hint_table *table, mcha_health *health, const mcha_hint *hint,
		mcha_usec now);

/* Acknowledged. False: the hint has changed hands since. */
bool mcha_hints_clear_in_flight(mcha_hint_table *table, const mcha_in_flight_hint *mark);

/* The answer was none, or not the right one: what was a mark is a hint. sure: the write has come to the
 * node, and nothing of it is still to come. False: the hint has changed hands since. */
bool mcha_hints_confirm_missed(mcha_hint_table *table, const mcha_in_flight_hint *mark, bool sure, mcha_usec now);

/* Where a mark was, there is one of the same owner now. */
bool mcha_hints_is_owners(const mcha_hint_table *table, const mcha_in_flight_hint *mark, uint64_t owner);

/* So many hints that others should not be added without need. */
static inline bool mcha_hints_is_crowded(const mcha_hint_table *table)
{
	return atomic_load_explicit(&table->total, memory_order_relaxed) >= table->capacity / 2;
}

/* The next hint from slot *cursor on, which moves behind it. False: there are no more. */
bool mcha_hints_next(mcha_hint_table *table, size_t *cursor, mcha_hint *hint);

/* A write is about to be sent that would pay the hint. While it is under way nobody else is to pay it
 * with what he reads: the write may have come to the stale node, and not yet to where he reads. */
void mcha_hints_attempt(mcha_hint_table *table, const mcha_hint *hint, mcha_usec now);

/* Nobody has set out to pay it at that moment or later. */
static inline bool mcha_hints_is_unattempted(const mcha_hint *hint, mcha_usec since)
{
	return !hint->tried || hint->tried < since;
}

/* The same as of now, and nobody has renewed or paid it since it was found. */
bool mcha_hints_is_untouched(const mcha_hint_table *table, const mcha_hint *hint, mcha_usec since);

/* The hint is paid; not if it has been renewed since it was found: false. */
bool mcha_hints_clear(mcha_hint_table *table, const mcha_hint *hint);

/* When the life of what is written now with this exptime is over on every server; 0: never. */
mcha_usec mcha_hints_end(int64_t exptime, mcha_usec now);

/* The written value's life is over on every server: a node that is named as having it need not have it. */
static inline bool mcha_hints_has_ended(const mcha_hint *hint, mcha_usec now)
{
	return hint->ends && now >= hint->ends;
}

/* When the hint was made, or last renewed. */
mcha_usec mcha_hints_since(const mcha_hint *hint);

/* The hint was made or renewed before this moment. */
bool mcha_hints_is_older(const mcha_hint *hint, mcha_usec moment);

/* All that the node held is gone: whatever it has by now it was given since. */
void mcha_hints_trust(mcha_hint_table *table, mcha_health *health);

/* When a write was last missed and not remembered; 0: never, or the node is trusted again. */
static inline mcha_usec mcha_hints_distrusted_since(const mcha_health *health)
{
	return atomic_load_explicit(&health->distrusted, memory_order_relaxed);
}

static inline uint32_t mcha_hints_count(const mcha_health *health)
{
	return atomic_load_explicit(&health->hints, memory_order_relaxed);
}

#endif
