/* SPDX-License-Identifier: MIT */
/* A hash table without locks. A slot's state is one word: 62 bits of time, which also tell one
 * tenancy from the next, and the phase. Whoever moves it to BUSY by compare-and-swap owns the slot
 * until he moves it on. Readers copy, and believe the copy if the state is still the same. */
#include "owed.h"

#include <string.h>

#include "fnv.h"
#include "random.h"

enum { PHASE_FREE, PHASE_BUSY, PHASE_SET, PHASE_MASK = 3 };

#define WINDOW 32 /* slots behind its hash in which a debt may lie */
#define BUSY_AT_MOST MCHA_USEC_PER_SEC

static uint64_t state_of(mcha_usec now, unsigned phase)
{
	return (uint64_t)now << 2 | phase;
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
	return (mcha_usec)(debt->state >> 2) < moment;
}

static mcha_owed_slot *slot_at(const mcha_owed_table *table, uint64_t hash, uint64_t node, size_t i)
{
	return &table->slots[(mcha_mix64(hash ^ node) + i) & (table->capacity - 1)];
}

/* A consistent copy of a set slot. False: it is not set, or changed while it was read. */
static bool read_slot(const mcha_owed_table *table, mcha_owed_slot *slot, mcha_debt *debt)
{
	debt->state = atomic_load_explicit(&slot->state, memory_order_acquire);
	if ((debt->state & PHASE_MASK) != PHASE_SET) {
		return false;
	}
	debt->slot = (size_t)(slot - table->slots);
	debt->node = atomic_load_explicit(&slot->node, memory_order_relaxed);
	debt->good = atomic_load_explicit(&slot->good, memory_order_relaxed);
	debt->unsure = atomic_load_explicit(&slot->unsure, memory_order_relaxed);
	debt->tries = atomic_load_explicit(&slot->tries, memory_order_relaxed);
	debt->key_length = atomic_load_explicit(&slot->length, memory_order_relaxed);
	if (debt->key_length > MCHA_KEY_MAX) {
		return false;
	}
	memcpy(debt->key, slot->key, debt->key_length);
	atomic_thread_fence(memory_order_acquire);
	return atomic_load_explicit(&slot->state, memory_order_relaxed) == debt->state;
}

bool mcha_owed_find(mcha_owed_table *table, uint64_t node, const char *key, size_t length,
		mcha_debt *debt)
{
	uint64_t hash = mcha_fnv1a(MCHA_FNV_START, key, length);
	size_t i;

	for (i = 0; i < WINDOW; i++) {
		mcha_owed_slot *slot = slot_at(table, hash, node, i);

		if (atomic_load_explicit(&slot->hash, memory_order_relaxed) == hash
			&& read_slot(table, slot, debt) && debt->node == node
			&& debt->key_length == length && memcmp(debt->key, key, length) == 0) {
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

/* What is written into the slot afterwards is seen by nobody who does not see it claimed. */
static bool claim(mcha_owed_slot *slot, uint64_t seen, mcha_usec now)
{
	bool mine = atomic_compare_exchange_strong_explicit(&slot->state, &seen,
		state_of(now, PHASE_BUSY), memory_order_acquire, memory_order_relaxed);

	atomic_thread_fence(memory_order_release);
	return mine;
}

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

void mcha_owed_try(mcha_owed_table *table, const mcha_debt *debt)
{
	atomic_fetch_add(&table->slots[debt->slot].tries, 1);
}

bool mcha_owed_is_untouched(const mcha_owed_table *table, const mcha_debt *debt)
{
	const mcha_owed_slot *slot = &table->slots[debt->slot];

	return atomic_load(&slot->tries) == debt->tries && atomic_load(&slot->state) == debt->state;
}

void mcha_owed_settle(mcha_owed_table *table, const mcha_debt *debt)
{
	mcha_owed_slot *slot = &table->slots[debt->slot];
	mcha_usec now = mcha_clock_now();

	if (claim(slot, debt->state, now)) {
		mcha_health *health = slot->health;

		atomic_store_explicit(&slot->hash, 0, memory_order_relaxed);
		atomic_store_explicit(&slot->state, state_of(now, PHASE_FREE), memory_order_release);
		count_down(table, health);
	}
}

static void fill(mcha_owed_slot *slot, const mcha_debt *debt, uint64_t hash, mcha_health *health,
		mcha_usec now)
{
	atomic_store_explicit(&slot->node, debt->node, memory_order_relaxed);
	atomic_store_explicit(&slot->good, debt->good, memory_order_relaxed);
	atomic_store_explicit(&slot->unsure, debt->unsure, memory_order_relaxed);
	atomic_store_explicit(&slot->hash, hash, memory_order_relaxed);
	atomic_store_explicit(&slot->length, debt->key_length, memory_order_relaxed);
	slot->health = health;
	memcpy(slot->key, debt->key, debt->key_length);
	atomic_store_explicit(&slot->state, state_of(now, PHASE_SET), memory_order_release);
}

/* Each tenancy and each renewal of a slot is younger than what was there before, whatever the
 * clocks of two processors say: its time tells them apart. */
static mcha_usec younger(mcha_usec now, uint64_t state)
{
	mcha_usec before = (mcha_usec)(state >> 2);

	return now > before ? now : before + 1;
}

static bool renew(mcha_owed_table *table, const mcha_debt *wanted, mcha_usec now)
{
	mcha_debt found;
	mcha_owed_slot *slot;

	if (!mcha_owed_find(table, wanted->node, wanted->key, wanted->key_length, &found)) {
		return false;
	}
	slot = &table->slots[found.slot];
	if (!claim(slot, found.state, now)) {
		return false;
	}
	atomic_store_explicit(&slot->good, wanted->good, memory_order_relaxed);
	if (wanted->unsure) {
		atomic_store_explicit(&slot->unsure, wanted->unsure, memory_order_relaxed);
	}
	atomic_store_explicit(&slot->state, state_of(younger(now, found.state), PHASE_SET),
		memory_order_release);
	return true;
}

static bool is_vacant(uint64_t state, mcha_usec now)
{
	unsigned phase = state & PHASE_MASK;

	return phase == PHASE_FREE
		|| (phase == PHASE_BUSY && now - (mcha_usec)(state >> 2) > BUSY_AT_MOST);
}

/* Some slot of the window, by force if need be. */
static bool take_slot(mcha_owed_table *table, const mcha_debt *debt, uint64_t hash,
		mcha_health *health, mcha_usec now)
{
	size_t i, first = (size_t)mcha_mix64((uint64_t)now) % WINDOW;
	mcha_owed_slot *slot;
	uint64_t state;

	for (i = 0; i < WINDOW; i++) {
		slot = slot_at(table, hash, debt->node, i);
		state = atomic_load_explicit(&slot->state, memory_order_relaxed);
		if (is_vacant(state, now) && claim(slot, state, now)) {
			count_up(table, health);
			fill(slot, debt, hash, health, younger(now, state));
			return true;
		}
	}
	slot = slot_at(table, hash, debt->node, first);
	state = atomic_load_explicit(&slot->state, memory_order_relaxed);
	if ((state & PHASE_MASK) != PHASE_SET || !claim(slot, state, now)) {
		return false;
	}
	atomic_fetch_add_explicit(&table->dropped, 1, memory_order_relaxed);
	count_down(table, slot->health);
	count_up(table, health);
	fill(slot, debt, hash, health, younger(now, state));
	return true;
}

void mcha_owed_add(mcha_owed_table *table, mcha_health *health, uint64_t node, uint64_t good,
		bool unsure, const char *key, size_t length, mcha_usec now)
{
	mcha_debt debt = {.node = node, .good = good, .key_length = (uint16_t)length,
		.unsure = unsure ? now : 0};
	int attempt;

	memcpy(debt.key, key, length);
	for (attempt = 0; attempt < 8; attempt++) {
		if (renew(table, &debt, now)
			|| take_slot(table, &debt, mcha_fnv1a(MCHA_FNV_START, key, length), health, now)) {
			return;
		}
	}
	atomic_fetch_add_explicit(&table->dropped, 1, memory_order_relaxed);
}
