/* SPDX-License-Identifier: MIT */
/* A hash table without locks. A slot's state is one word: 62 bits of time, which also tell one
 * tenancy and one renewal from the next, and the phase:
 *
 *            add                          gives way to another's, settle
 *   FREE ---------> BUSY ---------> SET ------------------------------> BUSY ---------> FREE
 *                                    |  ^
 *                                    +--+ RENEWING
 *
 * Whoever moves it to BUSY or RENEWING by compare-and-swap owns the slot until he moves it on, or is
 * believed dead. What is BUSY is no debt; what is RENEWING is one whose node and key are in place.
 * Readers copy, and believe the copy if the state is still the same. */
#include "owed.h"

#include <string.h>
#include <time.h>

#include "engine/base/exptime.h"
#include "engine/base/fnv.h"
#include "engine/base/random.h"

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

/* A second more than the life: the clock of the node may differ from this host's by a part of one. */
mcha_usec mcha_owed_end(int64_t exptime, mcha_usec now)
{
	int64_t left = exptime <= MCHA_EXPTIME_RELATIVE_MAX ? exptime : exptime - (int64_t)time(NULL);

	if (exptime == 0) {
		return 0;
	}
	return left < 0 ? now : now + ((left < INT32_MAX ? left : INT32_MAX) + 1) * MCHA_USEC_PER_SEC;
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
		debt->until = atomic_load_explicit(&slot->until, memory_order_relaxed);
		debt->ends = atomic_load_explicit(&slot->ends, memory_order_relaxed);
		debt->owner = atomic_load_explicit(&slot->owner, memory_order_relaxed);
		debt->verb = atomic_load_explicit(&slot->verb, memory_order_relaxed);
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

static bool is_on_its_way(const mcha_debt *debt)
{
	return debt->until && debt->until > mcha_clock_now();
}

typedef bool (*debt_kind)(const mcha_debt *debt, uint64_t owner);

static bool is_strict_debt(const mcha_debt *debt, uint64_t owner)
{
	(void)owner;
	return debt->verb != MCHA_OWED_LOOSE && !is_on_its_way(debt);
}

static bool is_debt(const mcha_debt *debt, uint64_t owner)
{
	(void)owner;
	return !is_on_its_way(debt);
}

static bool is_anothers_mark(const mcha_debt *debt, uint64_t owner)
{
	return debt->owner != owner && is_on_its_way(debt);
}

static bool is_nobodys(const mcha_debt *debt, uint64_t owner)
{
	(void)owner;
	return !debt->owner;
}

static bool is_mark_of(const mcha_debt *debt, uint64_t owner)
{
	return !debt->held && debt->owner == owner;
}

static bool find(mcha_owed_table *table, uint64_t node, const char *key, size_t length, mcha_debt *debt,
		debt_kind is_wanted, uint64_t owner)
{
	uint64_t hash = mcha_fnv1a(MCHA_FNV_START, key, length);
	size_t i;

	for (i = 0; i < WINDOW; i++) {
		mcha_owed_slot *slot = slot_at(table, hash, node, i);

		if (atomic_load_explicit(&slot->hash, memory_order_relaxed) == hash
			&& read_slot(table, slot, debt) && is_about(debt, node, key, length)
			&& is_wanted(debt, owner)) {
			return true;
		}
	}
	return false;
}

bool mcha_owed_find(mcha_owed_table *table, uint64_t node, const char *key, size_t length,
		mcha_debt *debt)
{
	return find(table, node, key, length, debt, is_strict_debt, 0)
		|| find(table, node, key, length, debt, is_debt, 0);
}

bool mcha_owed_find_mark(mcha_owed_table *table, uint64_t node, const char *key, size_t length,
		uint64_t not_owner, mcha_debt *debt)
{
	return find(table, node, key, length, debt, is_anothers_mark, not_owner);
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
	if (atomic_fetch_add_explicit(&health->owed, 1, memory_order_relaxed) == 0) {
		atomic_fetch_add_explicit(&table->debtors, 1, memory_order_relaxed);
	}
}

static void count_down(mcha_owed_table *table, mcha_health *health)
{
	atomic_fetch_sub_explicit(&table->total, 1, memory_order_relaxed);
	if (atomic_fetch_sub_explicit(&health->owed, 1, memory_order_relaxed) == 1) {
		atomic_fetch_sub_explicit(&table->debtors, 1, memory_order_relaxed);
	}
}

/* --- shares ------------------------------------------------------------------------------------ */

/* So many nodes have room for what they owe at a time, however few they are: another one may come to owe. */
#define SHARES_LEAST 4

static uint32_t share_of(const mcha_owed_table *table)
{
	uint32_t debtors = atomic_load_explicit(&table->debtors, memory_order_relaxed);
	size_t share = table->capacity / (debtors > SHARES_LEAST ? debtors : SHARES_LEAST);

	return share ? (uint32_t)share : 1;
}

/* More than so many of the slots are its. The node's own count may be too high: where it says so, the slots are counted. */
static bool holds_over(const mcha_owed_table *table, const mcha_health *health, uint32_t limit)
{
	size_t i, count = 0;

	if (mcha_owed_by(health) <= limit) {
		return false;
	}
	for (i = 0; i < table->capacity && count <= limit; i++) {
		const mcha_owed_slot *slot = &table->slots[i];

		count += phase_of(atomic_load_explicit(&slot->state, memory_order_acquire)) != PHASE_FREE
			&& slot->health == health;
	}
	return count > limit;
}

/* The count goes up first: who finds it at 0 does not look at the nodes. */
static void distrust(mcha_owed_table *table, mcha_health *health, mcha_usec now)
{
	mcha_usec when = now ? now : 1; /* 0 says never */

	atomic_fetch_add(&table->distrusted, 1);
	if (atomic_exchange(&health->distrusted, when)) {
		atomic_fetch_sub(&table->distrusted, 1);
	}
}

void mcha_owed_trust(mcha_owed_table *table, mcha_health *health)
{
	if (atomic_exchange(&health->distrusted, 0)) {
		atomic_fetch_and(&health->told, (uint8_t)~MCHA_TOLD_DISTRUSTED);
		atomic_fetch_sub(&table->distrusted, 1);
	}
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
	atomic_store_explicit(&slot->owner, 0, memory_order_relaxed);
	hand_on(slot, mine, PHASE_FREE);
	count_down(table, health);
	return true;
}

/* --- owing ------------------------------------------------------------------------------------- */

/* The slot is what the debt says: in sight from now on. */
static bool hand_over(mcha_owed_table *table, mcha_owed_slot *slot, uint64_t mine, mcha_owed_mark *mark)
{
	*mark = (mcha_owed_mark){(size_t)(slot - table->slots), state_of(time_of(mine), PHASE_SET)};
	return hand_on(slot, mine, PHASE_SET);
}

static void write_terms(mcha_owed_slot *slot, const mcha_debt *debt)
{
	atomic_store_explicit(&slot->good, debt->good, memory_order_relaxed);
	atomic_store_explicit(&slot->until, debt->until, memory_order_relaxed);
	atomic_store_explicit(&slot->ends, debt->ends, memory_order_relaxed);
	atomic_store_explicit(&slot->owner, debt->owner, memory_order_relaxed);
	atomic_store_explicit(&slot->verb, debt->verb, memory_order_relaxed);
	atomic_store_explicit(&slot->fleeting, debt->fleeting, memory_order_relaxed);
}

static void fill(mcha_owed_slot *slot, const mcha_debt *debt, uint64_t hash, mcha_health *health)
{
	write_terms(slot, debt);
	atomic_store_explicit(&slot->node, debt->node, memory_order_relaxed);
	atomic_store_explicit(&slot->unsure, debt->unsure, memory_order_relaxed);
	atomic_store_explicit(&slot->tried, 0, memory_order_relaxed);
	atomic_store_explicit(&slot->hash, hash, memory_order_relaxed);
	atomic_store_explicit(&slot->length, debt->key_length, memory_order_relaxed);
	slot->health = health;
	memcpy(slot->key, debt->key, debt->key_length);
}

static bool renew(mcha_owed_table *table, const mcha_debt *found, const mcha_debt *wanted,
		mcha_usec now, mcha_owed_mark *mark)
{
	mcha_owed_slot *slot = &table->slots[found->slot];
	uint64_t mine;

	if (!claim(slot, found->state, now, PHASE_RENEWING, &mine)) {
		return false;
	}
	write_terms(slot, wanted);
	if (wanted->verb == MCHA_OWED_LOOSE) {
		atomic_store_explicit(&slot->verb, found->verb, memory_order_relaxed);
	}
	if (wanted->unsure) {
		atomic_store_explicit(&slot->unsure, wanted->unsure, memory_order_relaxed);
	}
	return hand_over(table, slot, mine, mark);
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
		mcha_health *health, mcha_usec now, mcha_owed_mark *mark)
{
	size_t i;

	for (i = 0; i < WINDOW; i++) {
		mcha_owed_slot *slot = slot_at(table, hash, debt->node, i);
		uint64_t state = atomic_load_explicit(&slot->state, memory_order_relaxed), mine;

		if (is_vacant(state, now) && claim(slot, state, now, PHASE_BUSY, &mine)) {
			count_up(table, health);
			fill(slot, debt, hash, health);
			return hand_over(table, slot, mine, mark);
		}
	}
	return false;
}

/* Nothing is lost by it: its node is not believed anyway, or is not from now on. */
static bool gives_way(mcha_owed_table *table, mcha_health *health, mcha_usec now)
{
	if (mcha_owed_distrusted(health)) {
		return true;
	}
	if (!holds_over(table, health, share_of(table))) {
		return false;
	}
	distrust(table, health, now);
	return true;
}

/* There is none: one that may give way to the debt, by force. */
static bool take_anothers(mcha_owed_table *table, const mcha_debt *debt, uint64_t hash,
		mcha_health *health, mcha_usec now, mcha_owed_mark *mark)
{
	size_t i;

	for (i = 0; i < WINDOW; i++) {
		mcha_owed_slot *slot = slot_at(table, hash, debt->node, i);
		uint64_t state = atomic_load_explicit(&slot->state, memory_order_acquire), mine;
		mcha_health *others = slot->health;

		if (!may_give_way(state, now) || others == health || !gives_way(table, others, now)
			|| !claim(slot, state, now, PHASE_BUSY, &mine)) {
			continue;
		}
		atomic_fetch_add_explicit(&table->dropped, 1, memory_order_relaxed);
		count_down(table, others);
		count_up(table, health);
		fill(slot, debt, hash, health);
		return hand_over(table, slot, mine, mark);
	}
	return false;
}

/* A mark, which is gone in a moment, may be more than the share: writes that far nodes acknowledge a little later are
 * no reason to distrust these. */
static bool has_share(const mcha_owed_table *table, const mcha_health *health, const mcha_debt *debt)
{
	return !mcha_owed_distrusted(health) && (debt->owner || !holds_over(table, health, share_of(table) - 1));
}

/* same: which one of the key's the debt takes the place of, if it is there. */
static mcha_owed_mark put_down(mcha_owed_table *table, mcha_health *health, const mcha_debt *debt,
		debt_kind same, mcha_usec now)
{
	uint64_t hash = mcha_fnv1a(MCHA_FNV_START, debt->key, debt->key_length);
	mcha_owed_mark mark;
	mcha_debt found;
	unsigned attempt;

	for (attempt = 0; attempt < ATTEMPTS; attempt++) {
		if (find(table, debt->node, debt->key, debt->key_length, &found, same, debt->owner)
			&& !found.held) {
			if (renew(table, &found, debt, now, &mark)) {
				return mark;
			}
		} else if (!has_share(table, health, debt)) {
			break;
		} else if (take_vacant(table, debt, hash, health, now, &mark)
			|| take_anothers(table, debt, hash, health, now, &mark)) {
			return mark;
		}
	}
	atomic_fetch_add_explicit(&table->dropped, 1, memory_order_relaxed);
	if (!debt->owner || !mcha_owed_distrusted(health)) {
		distrust(table, health, now); /* what is on its way to a distrusted node has not been missed */
	}
	return (mcha_owed_mark){0, 0};
}

void mcha_owed_add(mcha_owed_table *table, mcha_health *health, uint64_t node, uint64_t good,
		unsigned how, const char *key, size_t length, mcha_usec now)
{
	mcha_debt debt = {.node = node, .good = good, .key_length = (uint16_t)length,
		.unsure = how & MCHA_OWED_UNSURE ? now : 0, .fleeting = how & MCHA_OWED_FLEETING,
		.verb = how & MCHA_OWED_IN_DOUBT ? MCHA_OWED_LOOSE : 0};

	memcpy(debt.key, key, length);
	mcha_owed_add_debt(table, health, &debt, now);
}

void mcha_owed_add_debt(mcha_owed_table *table, mcha_health *health, const mcha_debt *debt, mcha_usec now)
{
	put_down(table, health, debt, is_nobodys, now);
}

/* --- writes that are on their way ---------------------------------------------------------------- */

mcha_owed_mark mcha_owed_note(mcha_owed_table *table, mcha_health *health, const mcha_debt *debt,
		mcha_usec now)
{
	return put_down(table, health, debt, is_mark_of, now);
}

bool mcha_owed_forgive(mcha_owed_table *table, const mcha_owed_mark *mark)
{
	mcha_debt debt = {.slot = mark->slot, .state = mark->state};

	return mark->state && mcha_owed_settle(table, &debt);
}

bool mcha_owed_call_in(mcha_owed_table *table, const mcha_owed_mark *mark, bool sure, mcha_usec now)
{
	mcha_owed_slot *slot = &table->slots[mark->slot];
	uint64_t mine;

	if (!mark->state || !claim(slot, mark->state, now, PHASE_RENEWING, &mine)) {
		return false;
	}
	atomic_store_explicit(&slot->until, 0, memory_order_relaxed);
	atomic_store_explicit(&slot->owner, 0, memory_order_relaxed);
	if (sure) {
		atomic_store_explicit(&slot->ends, 0, memory_order_relaxed); /* which value is there is in doubt */
		atomic_store_explicit(&slot->unsure, 0, memory_order_relaxed);
		atomic_store_explicit(&slot->verb, MCHA_OWED_LOOSE, memory_order_relaxed);
	}
	return hand_on(slot, mine, PHASE_SET);
}

bool mcha_owed_is_owners(const mcha_owed_table *table, const mcha_owed_mark *mark, uint64_t owner)
{
	const mcha_owed_slot *slot = &table->slots[mark->slot];

	return mark->state
		&& atomic_load_explicit(&slot->owner, memory_order_relaxed) == owner;
}
