/* SPDX-License-Identifier: MIT */
/* A hash table without locks. A slot's state is one word: 62 bits of time, which also tell one
 * tenancy and one renewal from the next, and the phase:
 *
 *            add                          dropped at the bound, settle
 *   FREE ---------> BUSY ---------> SET ------------------------------> BUSY ---------> FREE
 *                                    |  ^
 *                                    +--+ RENEWING
 *
 * Whoever moves it to BUSY or RENEWING by compare-and-swap owns the slot until he moves it on, or is
 * believed dead. What is BUSY is no debt; what is RENEWING is one whose node and key are in place.
 * Readers copy, and believe the copy if the state is still the same. */
#include "owed.h"

#include <string.h>

#include "fnv.h"
#include "random.h"

enum { PHASE_FREE, PHASE_BUSY, PHASE_SET, PHASE_RENEWING, PHASE_MASK = 3 };

#define WINDOW 32 /* slots behind its hash in which a debt may lie */
#define BUSY_AT_MOST MCHA_USEC_PER_SEC
#define ATTEMPTS 8 /* to note a debt, where others are quicker */

static uint64_t state_of(mcha_usec now, unsigned phase)
{
	return (uint64_t)now << 2 | phase;
}

static unsigned phase_of(uint64_t state)
{
	return state & PHASE_MASK;
}

static mcha_usec time_of(uint64_t state)
{
	return (mcha_usec)(state >> 2);
}

static bool is_overdue(uint64_t state, mcha_usec now)
{
	return now - time_of(state) > BUSY_AT_MOST;
}

size_t mcha_owed_table_size(size_t capacity)
{
	return sizeof(mcha_owed_table) + capacity * sizeof(mcha_owed_slot);
}

mcha_owed_table *mcha_owed_table_init(void *memory, size_t capacity)
{
	mcha_owed_table *table = memory;

	table->capacity = capacity;
	table->slots = (mcha_owed_slot *)(table + 1);
	return table;
}

mcha_usec mcha_owed_since(const mcha_debt *debt)
{
	return (mcha_usec)(debt->state >> 2);
}

bool mcha_owed_is_older(const mcha_debt *debt, mcha_usec moment)
{
	return time_of(debt->state) < moment;
}

static mcha_owed_slot *slot_at(const mcha_owed_table *table, uint64_t hash, uint64_t node, size_t i)
{
	return &table->slots[(mcha_mix64(hash ^ node) + i) & (table->capacity - 1)];
}

/* --- one slot ---------------------------------------------------------------------------------- */

/* Moves it on by one change that is younger than the last, whatever the clocks of two processors say.
 * What is written into the slot afterwards is seen by nobody who does not see it claimed. */
static bool claim(mcha_owed_slot *slot, uint64_t seen, mcha_usec now, unsigned phase, uint64_t *mine)
{
	mcha_usec before = time_of(seen);
	bool claimed;

	*mine = state_of(now > before ? now : before + 1, phase);
	claimed = atomic_compare_exchange_strong_explicit(&slot->state, &seen, *mine,
		memory_order_acquire, memory_order_relaxed);
	atomic_thread_fence(memory_order_release);
	return claimed;
}

/* False: I took so long that somebody else has taken it over. */
static bool hand_on(mcha_owed_slot *slot, uint64_t mine, unsigned phase)
{
	return atomic_compare_exchange_strong_explicit(&slot->state, &mine,
		state_of(time_of(mine), phase), memory_order_release, memory_order_relaxed);
}

static bool holds_debt(uint64_t state)
{
	return phase_of(state) == PHASE_SET || phase_of(state) == PHASE_RENEWING;
}

/* A consistent copy of a debt; one that changes meanwhile is copied again: it is there. False: there is
 * none in this slot. */
static bool copy_slot(const mcha_owed_table *table, mcha_owed_slot *slot, mcha_debt *debt)
{
	uint16_t length;

	do {
		debt->state = atomic_load_explicit(&slot->state, memory_order_acquire);
		if (!holds_debt(debt->state)) {
			return false;
		}
		debt->slot = (size_t)(slot - table->slots);
		debt->node = atomic_load_explicit(&slot->node, memory_order_relaxed);
		debt->good = atomic_load_explicit(&slot->good, memory_order_relaxed);
		debt->unsure = atomic_load_explicit(&slot->unsure, memory_order_relaxed);
		debt->tried = atomic_load_explicit(&slot->tried, memory_order_relaxed);
		debt->fleeting = atomic_load_explicit(&slot->fleeting, memory_order_relaxed);
		length = atomic_load_explicit(&slot->length, memory_order_relaxed);
		debt->key_length = length <= MCHA_KEY_MAX ? length : 0;
		memcpy(debt->key, slot->key, debt->key_length);
		atomic_thread_fence(memory_order_acquire);
	} while (atomic_load_explicit(&slot->state, memory_order_relaxed) != debt->state);
	debt->held = phase_of(debt->state) == PHASE_RENEWING;
	return true;
}

/* Who was renewing it has died. Whether his write was sent he did not come to say. */
static void take_over(mcha_owed_slot *slot, uint64_t left, mcha_usec now)
{
	uint64_t mine;

	if (claim(slot, left, now, PHASE_RENEWING, &mine)) {
		atomic_store_explicit(&slot->unsure, time_of(left), memory_order_relaxed);
		hand_on(slot, mine, PHASE_SET);
	}
}

static bool read_slot(const mcha_owed_table *table, mcha_owed_slot *slot, mcha_debt *debt)
{
	while (copy_slot(table, slot, debt)) {
		mcha_usec now = debt->held ? mcha_clock_now() : 0;

		if (!debt->held || !is_overdue(debt->state, now)) {
			return true;
		}
		take_over(slot, debt->state, now);
	}
	return false;
}

/* --- looking ----------------------------------------------------------------------------------- */

static bool is_about(const mcha_debt *debt, uint64_t node, const char *key, size_t length)
{
	return debt->node == node && debt->key_length == length
		&& memcmp(debt->key, key, length) == 0;
}

bool mcha_owed_find(mcha_owed_table *table, uint64_t node, const char *key, size_t length,
		mcha_debt *debt)
{
	uint64_t hash = mcha_fnv1a(MCHA_FNV_START, key, length);
	size_t i;

	for (i = 0; i < WINDOW; i++) {
		mcha_owed_slot *slot = slot_at(table, hash, node, i);

		if (atomic_load_explicit(&slot->hash, memory_order_relaxed) == hash
			&& read_slot(table, slot, debt) && is_about(debt, node, key, length)) {
			return true;
		}
	}
	return false;
}

bool mcha_owed_next(mcha_owed_table *table, size_t *cursor, mcha_debt *debt)
{
	while (*cursor < table->capacity) {
		if (read_slot(table, &table->slots[(*cursor)++], debt)) {
			return true;
		}
	}
	return false;
}

/* --- paying ------------------------------------------------------------------------------------ */

/* Counts go up before a debt can be seen and down after it is gone: a process that dies in between
 * leaves them too high, which costs a few look-ups, and never too low. */
static void count_up(mcha_owed_table *table, mcha_health *health)
{
	atomic_fetch_add_explicit(&table->total, 1, memory_order_relaxed);
	atomic_fetch_add_explicit(&health->owed, 1, memory_order_relaxed);
}

static void count_down(mcha_owed_table *table, mcha_health *health)
{
	atomic_fetch_sub_explicit(&table->total, 1, memory_order_relaxed);
	atomic_fetch_sub_explicit(&health->owed, 1, memory_order_relaxed);
}

void mcha_owed_try(mcha_owed_table *table, const mcha_debt *debt, mcha_usec now)
{
	atomic_store(&table->slots[debt->slot].tried, now); /* seen before anything that is sent */
}

bool mcha_owed_is_untouched(const mcha_owed_table *table, const mcha_debt *debt, mcha_usec since)
{
	const mcha_owed_slot *slot = &table->slots[debt->slot];
	mcha_debt fresh = {.tried = atomic_load(&slot->tried)};

	return mcha_owed_is_untried(&fresh, since) && atomic_load(&slot->state) == debt->state;
}

bool mcha_owed_settle(mcha_owed_table *table, const mcha_debt *debt)
{
	mcha_owed_slot *slot = &table->slots[debt->slot];
	mcha_health *health;
	uint64_t mine;

	if (debt->held || !claim(slot, debt->state, mcha_clock_now(), PHASE_BUSY, &mine)) {
		return false;
	}
	health = slot->health;
	hand_on(slot, mine, PHASE_FREE);
	count_down(table, health);
	return true;
}

/* --- owing ------------------------------------------------------------------------------------- */

static bool fill(mcha_owed_slot *slot, const mcha_debt *debt, uint64_t hash, mcha_health *health,
		uint64_t mine)
{
	atomic_store_explicit(&slot->node, debt->node, memory_order_relaxed);
	atomic_store_explicit(&slot->good, debt->good, memory_order_relaxed);
	atomic_store_explicit(&slot->unsure, debt->unsure, memory_order_relaxed);
	atomic_store_explicit(&slot->tried, 0, memory_order_relaxed);
	atomic_store_explicit(&slot->fleeting, debt->fleeting, memory_order_relaxed);
	atomic_store_explicit(&slot->hash, hash, memory_order_relaxed);
	atomic_store_explicit(&slot->length, debt->key_length, memory_order_relaxed);
	slot->health = health;
	memcpy(slot->key, debt->key, debt->key_length);
	return hand_on(slot, mine, PHASE_SET);
}

static bool renew(mcha_owed_table *table, const mcha_debt *found, const mcha_debt *wanted,
		mcha_usec now)
{
	mcha_owed_slot *slot = &table->slots[found->slot];
	uint64_t mine;

	if (!claim(slot, found->state, now, PHASE_RENEWING, &mine)) {
		return false;
	}
	atomic_store_explicit(&slot->good, wanted->good, memory_order_relaxed);
	atomic_store_explicit(&slot->fleeting, wanted->fleeting, memory_order_relaxed);
	if (wanted->unsure) {
		atomic_store_explicit(&slot->unsure, wanted->unsure, memory_order_relaxed);
	}
	return hand_on(slot, mine, PHASE_SET);
}

static bool is_vacant(uint64_t state, mcha_usec now)
{
	return phase_of(state) == PHASE_FREE
		|| (phase_of(state) == PHASE_BUSY && is_overdue(state, now));
}

static bool may_give_way(uint64_t state, mcha_usec now)
{
	return phase_of(state) == PHASE_SET
		|| (phase_of(state) == PHASE_RENEWING && is_overdue(state, now));
}

/* Some slot of the window. */
static bool take_vacant(mcha_owed_table *table, const mcha_debt *debt, uint64_t hash,
		mcha_health *health, mcha_usec now)
{
	size_t i;

	for (i = 0; i < WINDOW; i++) {
		mcha_owed_slot *slot = slot_at(table, hash, debt->node, i);
		uint64_t state = atomic_load_explicit(&slot->state, memory_order_relaxed), mine;

		if (is_vacant(state, now) && claim(slot, state, now, PHASE_BUSY, &mine)) {
			count_up(table, health);
			return fill(slot, debt, hash, health, mine);
		}
	}
	return false;
}

/* There is none: one at random, by force. */
static bool take_anothers(mcha_owed_table *table, const mcha_debt *debt, uint64_t hash,
		mcha_health *health, mcha_usec now, uint64_t random)
{
	mcha_owed_slot *slot = slot_at(table, hash, debt->node, mcha_mix64(random) % WINDOW);
	uint64_t state = atomic_load_explicit(&slot->state, memory_order_relaxed), mine;

	if (!may_give_way(state, now) || !claim(slot, state, now, PHASE_BUSY, &mine)) {
		return false;
	}
	atomic_fetch_add_explicit(&table->dropped, 1, memory_order_relaxed);
	count_down(table, slot->health);
	count_up(table, health);
	return fill(slot, debt, hash, health, mine);
}

/* A debt that is held is not taken from who renews it: he might go on writing into the slot when it is
 * another's long since. Who finds it so has a slot of his own, as have two who note the same debt at the
 * same moment: it is there twice then, and is paid twice. */
void mcha_owed_add(mcha_owed_table *table, mcha_health *health, uint64_t node, uint64_t good,
		unsigned how, const char *key, size_t length, mcha_usec now)
{
	uint64_t hash = mcha_fnv1a(MCHA_FNV_START, key, length);
	mcha_debt debt = {.node = node, .good = good, .key_length = (uint16_t)length,
		.unsure = how & MCHA_OWED_UNSURE ? now : 0, .fleeting = how & MCHA_OWED_FLEETING};
	mcha_debt found;
	unsigned attempt;

	memcpy(debt.key, key, length);
	for (attempt = 0; attempt < ATTEMPTS; attempt++) {
		if (mcha_owed_find(table, node, key, length, &found) && !found.held) {
			if (renew(table, &found, &debt, now)) {
				return;
			}
		} else if (take_vacant(table, &debt, hash, health, now)
			|| take_anothers(table, &debt, hash, health, now, (uint64_t)now + attempt)) {
			return;
		}
	}
	atomic_fetch_add_explicit(&table->dropped, 1, memory_order_relaxed);
}
