/* SPDX-License-Identifier: MIT */
/* Claims, reads and fills one slot. */
#include "hint_slot.h"

#include "engine/base/process.h"

#include <string.h>

#include "engine/base/fork_generation.h"

#define BUSY_AT_MOST MCHA_USEC_PER_SEC

static bool is_overdue(uint64_t state, mcha_usec now)
{
	return now - mcha_hint_slot_time(state) > BUSY_AT_MOST;
}

bool mcha_hint_slot_is_vacant(uint64_t state, mcha_usec now)
{
	return mcha_hint_slot_phase(state) == MCHA_SLOT_FREE
		|| (mcha_hint_slot_phase(state) == MCHA_SLOT_BUSY && is_overdue(state, now));
}

bool mcha_hint_slot_is_replaceable(uint64_t state, mcha_usec now)
{
	return mcha_hint_slot_phase(state) == MCHA_SLOT_SET
		|| (mcha_hint_slot_phase(state) == MCHA_SLOT_RENEWING && is_overdue(state, now));
}

/* --- claims ----------------------------------------------------------------------------------- */

static bool become_claimant(mcha_hint_slot *slot)
{
	uint32_t claimant = atomic_load_explicit(&slot->claimant, memory_order_relaxed);

	return (!claimant || mcha_process_has_died(claimant))
		&& atomic_compare_exchange_strong_explicit(&slot->claimant, &claimant, mcha_fork_process(),
			memory_order_acquire, memory_order_relaxed);
}

/* The new state's time is always later than the last one, even if the clocks of two processors
 * differ. A process that sees what is written into the slot afterwards also sees that it is
 * claimed. */
bool mcha_hint_slot_claim(mcha_hint_slot *slot, uint64_t seen, mcha_usec now, unsigned phase,
	uint64_t *mine)
{
	const mcha_usec before = mcha_hint_slot_time(seen);

	if (!become_claimant(slot)) {
		return false;
	}
	*mine = mcha_hint_slot_state(now > before ? now : before + 1, phase);
	if (!atomic_compare_exchange_strong_explicit(&slot->state, &seen, *mine, memory_order_acquire,
			memory_order_relaxed)) {
		atomic_store_explicit(&slot->claimant, 0, memory_order_release);
		return false;
	}
	atomic_thread_fence(memory_order_release);
	return true;
}

/* The claim ends first, so that the slot can be claimed as soon as another process sees the new
 * state. */
bool mcha_hint_slot_release(mcha_hint_slot *slot, uint64_t mine, unsigned phase)
{
	atomic_store_explicit(&slot->claimant, 0, memory_order_release);
	return atomic_compare_exchange_strong_explicit(&slot->state, &mine,
		mcha_hint_slot_state(mcha_hint_slot_time(mine), phase), memory_order_release,
		memory_order_relaxed);
}

/* --- reading ---------------------------------------------------------------------------------- */

static bool holds_hint(uint64_t state)
{
	return mcha_hint_slot_phase(state) == MCHA_SLOT_SET
		|| mcha_hint_slot_phase(state) == MCHA_SLOT_RENEWING;
}

#define WORD sizeof(uint64_t)

static void copy_key(const mcha_hint_slot *slot, mcha_hint *hint)
{
	size_t done;

	for (done = 0; done < hint->key_length; done += WORD) {
		const uint64_t word = atomic_load_explicit(&slot->key[done / WORD], memory_order_relaxed);
		const size_t left = hint->key_length - done;

		memcpy(hint->key + done, &word, left < WORD ? left : WORD);
	}
}

static void copy_fields(const mcha_hint_slot *slot, mcha_hint *hint)
{
	const uint16_t length = atomic_load_explicit(&slot->length, memory_order_relaxed);

	hint->node = atomic_load_explicit(&slot->node, memory_order_relaxed);
	hint->source = atomic_load_explicit(&slot->source, memory_order_relaxed);
	hint->indeterminate = atomic_load_explicit(&slot->indeterminate, memory_order_relaxed);
	hint->tried = atomic_load_explicit(&slot->tried, memory_order_relaxed);
	hint->until = atomic_load_explicit(&slot->until, memory_order_relaxed);
	hint->ends = atomic_load_explicit(&slot->ends, memory_order_relaxed);
	hint->order = atomic_load_explicit(&slot->order, memory_order_relaxed);
	hint->mark = atomic_load_explicit(&slot->mark, memory_order_relaxed);
	hint->owner = atomic_load_explicit(&slot->owner, memory_order_relaxed);
	hint->verb = atomic_load_explicit(&slot->verb, memory_order_relaxed);
	hint->is_lock = atomic_load_explicit(&slot->is_lock, memory_order_relaxed);
	hint->contested = atomic_load_explicit(&slot->contested, memory_order_relaxed);
	hint->key_length = length <= MCHA_KEY_MAX ? length : 0;
	copy_key(slot, hint);
}

/* Copies again if the hint changes meanwhile. */
static bool copy_slot(mcha_hint_slot *slot, mcha_hint *hint)
{
	do {
		hint->state = atomic_load_explicit(&slot->state, memory_order_acquire);
		if (!holds_hint(hint->state)) {
			return false;
		}
		copy_fields(slot, hint);
		atomic_thread_fence(memory_order_acquire);
	} while (atomic_load_explicit(&slot->state, memory_order_relaxed) != hint->state);
	hint->held = mcha_hint_slot_phase(hint->state) == MCHA_SLOT_RENEWING
		|| atomic_load_explicit(&slot->claimant, memory_order_relaxed);
	return true;
}

/* If the process that was renewing the hint, or was about to, has died, it is not known whether it
 * sent its write: the hint is indeterminate. False: that process is there, or another one changes
 * the slot. */
static bool take_over_slot(mcha_hint_slot *slot, uint64_t left, mcha_usec now)
{
	uint64_t mine;

	if (!mcha_hint_slot_claim(slot, left, now, MCHA_SLOT_RENEWING, &mine)) {
		return false;
	}
	atomic_store_explicit(&slot->indeterminate, mcha_hint_slot_time(left), memory_order_relaxed);
	mcha_hint_slot_release(slot, mine, MCHA_SLOT_SET);
	return true;
}

bool mcha_hint_slot_read(mcha_hint_slot *slot, mcha_hint *hint)
{
	while (copy_slot(slot, hint)) {
		mcha_usec now = hint->held ? mcha_clock_now() : 0;

		if (!hint->held || !is_overdue(hint->state, now)
			|| !take_over_slot(slot, hint->state, now)) {
			return true;
		}
	}
	return false;
}

/* --- filling ---------------------------------------------------------------------------------- */

void mcha_hint_slot_renew(mcha_hint_slot *slot, const mcha_hint *hint)
{
	atomic_store_explicit(&slot->source, hint->source, memory_order_relaxed);
	atomic_store_explicit(&slot->until, hint->until, memory_order_relaxed);
	atomic_store_explicit(&slot->ends, hint->ends, memory_order_relaxed);
	atomic_store_explicit(&slot->owner, hint->owner, memory_order_relaxed);
	atomic_store_explicit(&slot->mark, hint->mark, memory_order_relaxed);
	atomic_store_explicit(&slot->order, 0, memory_order_relaxed);
	atomic_store_explicit(&slot->verb, hint->verb, memory_order_relaxed);
	atomic_store_explicit(&slot->is_lock, hint->is_lock, memory_order_relaxed);
	atomic_store_explicit(&slot->contested, hint->contested, memory_order_relaxed);
}

static void fill_key(mcha_hint_slot *slot, const mcha_hint *hint)
{
	size_t done;

	for (done = 0; done < hint->key_length; done += WORD) {
		const size_t left = hint->key_length - done;
		uint64_t word = 0;

		memcpy(&word, hint->key + done, left < WORD ? left : WORD);
		atomic_store_explicit(&slot->key[done / WORD], word, memory_order_relaxed);
	}
}

void mcha_hint_slot_fill(mcha_hint_slot *slot, const mcha_hint *hint, uint64_t hash,
	const mcha_health *health)
{
	mcha_hint_slot_renew(slot, hint);
	atomic_store_explicit(&slot->node, hint->node, memory_order_relaxed);
	atomic_store_explicit(&slot->indeterminate, hint->indeterminate, memory_order_relaxed);
	atomic_store_explicit(&slot->tried, 0, memory_order_relaxed);
	atomic_store_explicit(&slot->hash, hash, memory_order_relaxed);
	atomic_store_explicit(&slot->length, hint->key_length, memory_order_relaxed);
	atomic_store_explicit(&slot->health, (int64_t)((uintptr_t)health - (uintptr_t)slot),
		memory_order_relaxed);
	fill_key(slot, hint);
}
