/* SPDX-License-Identifier: MIT */
/* One slot of the hint table: the processes that change it, and what other processes read
 * meanwhile. A slot's state is one word: the phase, and 62 bits of time, which also distinguish
 * each use and each renewal of the slot from the next:
 *
 *            add                          replaced by another node's hint, clear
 *   FREE ---------> BUSY ---------> SET ------------------------------> BUSY ---------> FREE
 *                                    |  ^
 *                                    +--+ RENEWING
 *
 * A BUSY slot holds no hint; a RENEWING slot holds one, and its node and key do not change. A
 * reader copies the hint, and uses the copy if the state is still the same afterwards.
 *
 * The process that changes the slot is its claimant: it writes its process id into the slot before
 * it changes the state, and 0 when it has written all else. No process waits for a claimant: the
 * hint goes to another slot, or a reader makes do with the hint as it is. A claimant that has died
 * leaves the slot to the next process that wants it. A claimant that was stopped keeps it for as
 * long as it is there: when it goes on, it writes into the slot what it was about to, which must
 * not be another process's by then. (A process of the same id as a dead claimant keeps the slot,
 * too, until that process has ended.) */
#ifndef MCHA_ENGINE_HINT_SLOT_H
#define MCHA_ENGINE_HINT_SLOT_H

#include "engine/shared/hints.h"

enum { MCHA_SLOT_FREE, MCHA_SLOT_BUSY, MCHA_SLOT_SET, MCHA_SLOT_RENEWING, MCHA_SLOT_PHASES = 3 };

static inline uint64_t mcha_hint_slot_state(mcha_usec now, unsigned phase)
{
	return (uint64_t)now << 2 | phase;
}

static inline unsigned mcha_hint_slot_phase(uint64_t state)
{
	return state & MCHA_SLOT_PHASES;
}

static inline mcha_usec mcha_hint_slot_time(uint64_t state)
{
	return (mcha_usec)(state >> 2);
}

/* The health of the node that the slot's hint is about. */
static inline mcha_health *mcha_hint_slot_health(const mcha_hint_slot *slot)
{
	return (mcha_health *)((uintptr_t)slot
		+ (uintptr_t)atomic_load_explicit(&slot->health, memory_order_relaxed));
}

/* Makes this process the claimant, and moves the slot from the state that was seen to this phase;
 * *mine: the new state. False: the state is another by now, or there is another claimant. */
bool mcha_hint_slot_claim(mcha_hint_slot *slot, uint64_t seen, mcha_usec now, unsigned phase,
	uint64_t *mine);

/* Ends the claim, and moves the slot on, with all that was written into it. False: this process was
 * stopped in between, and another one has claimed the slot since. */
bool mcha_hint_slot_release(mcha_hint_slot *slot, uint64_t mine, unsigned phase);

/* The slot holds no hint, and a claim may succeed. */
bool mcha_hint_slot_is_vacant(uint64_t state, mcha_usec now);

/* The slot holds a hint that may be replaced. */
bool mcha_hint_slot_is_replaceable(uint64_t state, mcha_usec now);

/* Makes a consistent copy of the slot's hint; hint->slot is not set. False: the slot holds none. */
bool mcha_hint_slot_read(mcha_hint_slot *slot, mcha_hint *hint);

/* Write into a claimed slot what a renewal changes, and a whole hint. */
void mcha_hint_slot_renew(mcha_hint_slot *slot, const mcha_hint *hint);
void mcha_hint_slot_fill(mcha_hint_slot *slot, const mcha_hint *hint, uint64_t hash,
	const mcha_health *health);

#endif
