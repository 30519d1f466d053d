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
 * believed dead. What is BUSY is no hint; what is RENEWING is one whose node and key are in place.
 * Readers copy, and believe the copy if the state is still the same. */
#include "hints.h"

#include <string.h>
#include <time.h>

#include "engine/base/exptime.h"
#include "engine/base/fnv.h"
#include "engine/base/random.h"

enum { PHASE_FREE, PHASE_BUSY, PHASE_SET, PHASE_RENEWING, PHASE_MASK = 3 };

#define WINDOW 32 /* slots behind its hash in which a hint may lie */
#define BUSY_AT_MOST MCHA_USEC_PER_SEC
#define ATTEMPTS 8 /* to note a hint, where others are quicker */

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

size_t mcha_hint_table_size(size_t capacity)
{
	return sizeof(mcha_hint_table) + capacity * sizeof(mcha_hint_slot);
}

mcha_hint_table *mcha_hint_table_init(void *memory, size_t capacity)
{
	mcha_hint_table *table = memory;

	table->capacity = capacity;
	table->slots = (mcha_hint_slot *)(table + 1);
	return table;
}

/* A second more than the life: the clock of the node may differ from this host's by a part of one. */
mcha_usec mcha_hints_end(int64_t exptime, mcha_usec now)
{
	int64_t left = exptime <= MCHA_EXPTIME_RELATIVE_MAX ? exptime : exptime - (int64_t)time(NULL);

	if (exptime == 0) {
		return 0;
	}
	return left < 0 ? now : now + ((left < INT32_MAX ? left : INT32_MAX) + 1) * MCHA_USEC_PER_SEC;
}

mcha_usec mcha_hints_since(const mcha_hint *hint)
{
	return (mcha_usec)(hint->state >> 2);
}

bool mcha_hints_is_older(const mcha_hint *hint, mcha_usec moment)
{
	return time_of(hint->state) < moment;
}

static mcha_hint_slot *slot_at(const mcha_hint_table *table, uint64_t hash, uint64_t node, size_t i)
{
	return &table->slots[(mcha_mix64(hash ^ node) + i) & (table->capacity - 1)];
}

/* --- one slot ---------------------------------------------------------------------------------- */

/* Moves it on by one change that is younger than the last, whatever the clocks of two processors say.
 * What is written into the slot afterwards is seen by nobody who does not see it claimed. */
static bool claim(mcha_hint_slot *slot, uint64_t seen, mcha_usec now, unsigned phase, uint64_t *mine)
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
static bool hand_on(mcha_hint_slot *slot, uint64_t mine, unsigned phase)
{
	return atomic_compare_exchange_strong_explicit(&slot->state, &mine,
		state_of(time_of(mine), phase), memory_order_release, memory_order_relaxed);
}

static bool holds_debt(uint64_t state)
{
	return phase_of(state) == PHASE_SET || phase_of(state) == PHASE_RENEWING;
}

/* A consistent copy of a hint; one that changes meanwhile is copied again: it is there. False: there is
 * none in this slot. */
static bool copy_slot(const mcha_hint_table *table, mcha_hint_slot *slot, mcha_hint *hint)
{
	uint16_t length;

	do {
		hint->state = atomic_load_explicit(&slot->state, memory_order_acquire);
		if (!holds_debt(hint->state)) {
			return false;
		}
		hint->slot = (size_t)(slot - table->slots);
		hint->node = atomic_load_explicit(&slot->node, memory_order_relaxed);
		hint->source = atomic_load_explicit(&slot->source, memory_order_relaxed);
		hint->indeterminate = atomic_load_explicit(&slot->indeterminate, memory_order_relaxed);
		hint->tried = atomic_load_explicit(&slot->tried, memory_order_relaxed);
		hint->until = atomic_load_explicit(&slot->until, memory_order_relaxed);
		hint->ends = atomic_load_explicit(&slot->ends, memory_order_relaxed);
		hint->owner = atomic_load_explicit(&slot->owner, memory_order_relaxed);
		hint->verb = atomic_load_explicit(&slot->verb, memory_order_relaxed);
		hint->is_lock = atomic_load_explicit(&slot->is_lock, memory_order_relaxed);
		length = atomic_load_explicit(&slot->length, memory_order_relaxed);
		hint->key_length = length <= MCHA_KEY_MAX ? length : 0;
		memcpy(hint->key, slot->key, hint->key_length);
		atomic_thread_fence(memory_order_acquire);
	} while (atomic_load_explicit(&slot->state, memory_order_relaxed) != hint->state);
	hint->held = phase_of(hint->state) == PHASE_RENEWING;
	return true;
}

/* Who was renewing it has died. Whether his write was sent he did not come to say. */
static void take_over(mcha_hint_slot *slot, uint64_t left, mcha_usec now)
{
	uint64_t mine;

	if (claim(slot, left, now, PHASE_RENEWING, &mine)) {
		atomic_store_explicit(&slot->indeterminate, time_of(left), memory_order_relaxed);
		hand_on(slot, mine, PHASE_SET);
	}
}

static bool read_slot(const mcha_hint_table *table, mcha_hint_slot *slot, mcha_hint *hint)
{
	while (copy_slot(table, slot, hint)) {
		mcha_usec now = hint->held ? mcha_clock_now() : 0;

		if (!hint->held || !is_overdue(hint->state, now)) {
			return true;
		}
		take_over(slot, hint->state, now);
	}
	return false;
}

/* --- looking ----------------------------------------------------------------------------------- */

static bool is_about(const mcha_hint *hint, uint64_t node, const char *key, size_t length)
{
	return hint->node == node && hint->key_length == length
		&& memcmp(hint->key, key, length) == 0;
}

static bool is_on_its_way(const mcha_hint *hint)
{
	return hint->until && hint->until > mcha_clock_now();
}

typedef bool (*debt_kind)(const mcha_hint *hint, uint64_t owner);

static bool is_strict_debt(const mcha_hint *hint, uint64_t owner)
{
	(void)owner;
	return hint->verb != MCHA_HINT_VERB_REORDERED && !is_on_its_way(hint);
}

static bool is_debt(const mcha_hint *hint, uint64_t owner)
{
	(void)owner;
	return !is_on_its_way(hint);
}

static bool is_anothers_mark(const mcha_hint *hint, uint64_t owner)
{
	return hint->owner != owner && is_on_its_way(hint);
}

static bool is_nobodys(const mcha_hint *hint, uint64_t owner)
{
	(void)owner;
	return !hint->owner;
}

static bool is_mark_of(const mcha_hint *hint, uint64_t owner)
{
	return !hint->held && hint->owner == owner;
}

static bool find(mcha_hint_table *table, uint64_t node, const char *key, size_t length, mcha_hint *hint,
		debt_kind is_wanted, uint64_t owner)
{
	uint64_t hash = mcha_fnv1a(MCHA_FNV_START, key, length);
	size_t i;

	for (i = 0; i < WINDOW; i++) {
		mcha_hint_slot *slot = slot_at(table, hash, node, i);

		if (atomic_load_explicit(&slot->hash, memory_order_relaxed) == hash
			&& read_slot(table, slot, hint) && is_about(hint, node, key, length)
			&& is_wanted(hint, owner)) {
			return true;
		}
	}
	return false;
}

bool mcha_hints_find(mcha_hint_table *table, uint64_t node, const char *key, size_t length,
		mcha_hint *hint)
{
	return find(table, node, key, length, hint, is_strict_debt, 0)
		|| find(table, node, key, length, hint, is_debt, 0);
}

bool mcha_hints_find_in_flight(mcha_hint_table *table, uint64_t node, const char *key, size_t length,
		uint64_t not_owner, mcha_hint *hint)
{
	return find(table, node, key, length, hint, is_anothers_mark, not_owner);
}

bool mcha_hints_next(mcha_hint_table *table, size_t *cursor, mcha_hint *hint)
{
	while (*cursor < table->capacity) {
		if (read_slot(table, &table->slots[(*cursor)++], hint)) {
			return true;
		}
	}
	return false;
}

/* --- paying ------------------------------------------------------------------------------------ */

/* Counts go up before a hint can be seen and down after it is gone: a process that dies in between
 * leaves them too high, which costs a few look-ups, and never too low. */
static void count_up(mcha_hint_table *table, mcha_health *health)
{
	atomic_fetch_add_explicit(&table->total, 1, memory_order_relaxed);
	if (atomic_fetch_add_explicit(&health->hints, 1, memory_order_relaxed) == 0) {
		atomic_fetch_add_explicit(&table->stale_nodes, 1, memory_order_relaxed);
	}
}

static void count_down(mcha_hint_table *table, mcha_health *health)
{
	atomic_fetch_sub_explicit(&table->total, 1, memory_order_relaxed);
	if (atomic_fetch_sub_explicit(&health->hints, 1, memory_order_relaxed) == 1) {
		atomic_fetch_sub_explicit(&table->stale_nodes, 1, memory_order_relaxed);
	}
}

/* --- shares ------------------------------------------------------------------------------------ */

/* So many nodes have room for what they owe at a time, however few they are: another one may come to owe. */
#define SHARES_LEAST 4

static uint32_t share_of(const mcha_hint_table *table)
{
	uint32_t stale_nodes = atomic_load_explicit(&table->stale_nodes, memory_order_relaxed);
	size_t share = table->capacity / (stale_nodes > SHARES_LEAST ? stale_nodes : SHARES_LEAST);

	return share ? (uint32_t)share : 1;
}

/* More than so many of the slots are its. The node's own count may be too high: where it says so, the slots are counted. */
static bool holds_over(const mcha_hint_table *table, const mcha_health *health, uint32_t limit)
{
	size_t i, count = 0;

	if (mcha_hints_count(health) <= limit) {
		return false;
	}
	for (i = 0; i < table->capacity && count <= limit; i++) {
		const mcha_hint_slot *slot = &table->slots[i];

		count += phase_of(atomic_load_explicit(&slot->state, memory_order_acquire)) != PHASE_FREE
			&& slot->health == health;
	}
	return count > limit;
}

/* The count goes up first: who finds it at 0 does not look at the nodes. */
static void distrust(mcha_hint_table *table, mcha_health *health, mcha_usec now)
{
	mcha_usec when = now ? now : 1; /* 0 says never */

	atomic_fetch_add(&table->distrusted, 1);
	if (atomic_exchange(&health->distrusted, when)) {
		atomic_fetch_sub(&table->distrusted, 1);
	}
}

void mcha_hints_trust(mcha_hint_table *table, mcha_health *health)
{
	if (atomic_exchange(&health->distrusted, 0)) {
		atomic_fetch_and(&health->told, (uint8_t)~MCHA_TOLD_DISTRUSTED);
		atomic_fetch_sub(&table->distrusted, 1);
	}
}

void mcha_hints_attempt(mcha_hint_table *table, const mcha_hint *hint, mcha_usec now)
{
	atomic_store(&table->slots[hint->slot].tried, now); /* seen before anything that is sent */
}

bool mcha_hints_is_untouched(const mcha_hint_table *table, const mcha_hint *hint, mcha_usec since)
{
	const mcha_hint_slot *slot = &table->slots[hint->slot];
	mcha_hint fresh = {.tried = atomic_load(&slot->tried)};

	return mcha_hints_is_unattempted(&fresh, since) && atomic_load(&slot->state) == hint->state;
}

bool mcha_hints_clear(mcha_hint_table *table, const mcha_hint *hint)
{
	mcha_hint_slot *slot = &table->slots[hint->slot];
	mcha_health *health;
	uint64_t mine;

	if (hint->held || !claim(slot, hint->state, mcha_clock_now(), PHASE_BUSY, &mine)) {
		return false;
	}
	health = slot->health;
	atomic_store_explicit(&slot->owner, 0, memory_order_relaxed);
	hand_on(slot, mine, PHASE_FREE);
	count_down(table, health);
	return true;
}

/* --- owing ------------------------------------------------------------------------------------- */

/* The slot is what the hint says: in sight from now on. */
static bool hand_over(mcha_hint_table *table, mcha_hint_slot *slot, uint64_t mine, mcha_in_flight_hint *mark)
{
	*mark = (mcha_in_flight_hint){(size_t)(slot - table->slots), state_of(time_of(mine), PHASE_SET)};
	return hand_on(slot, mine, PHASE_SET);
}

static void write_terms(mcha_hint_slot *slot, const mcha_hint *hint)
{
	atomic_store_explicit(&slot->source, hint->source, memory_order_relaxed);
	atomic_store_explicit(&slot->until, hint->until, memory_order_relaxed);
	atomic_store_explicit(&slot->ends, hint->ends, memory_order_relaxed);
	atomic_store_explicit(&slot->owner, hint->owner, memory_order_relaxed);
	atomic_store_explicit(&slot->verb, hint->verb, memory_order_relaxed);
	atomic_store_explicit(&slot->is_lock, hint->is_lock, memory_order_relaxed);
}

static void fill(mcha_hint_slot *slot, const mcha_hint *hint, uint64_t hash, mcha_health *health)
{
	write_terms(slot, hint);
	atomic_store_explicit(&slot->node, hint->node, memory_order_relaxed);
	atomic_store_explicit(&slot->indeterminate, hint->indeterminate, memory_order_relaxed);
	atomic_store_explicit(&slot->tried, 0, memory_order_relaxed);
	atomic_store_explicit(&slot->hash, hash, memory_order_relaxed);
	atomic_store_explicit(&slot->length, hint->key_length, memory_order_relaxed);
	slot->health = health;
	memcpy(slot->key, hint->key, hint->key_length);
}

static bool renew(mcha_hint_table *table, const mcha_hint *found, const mcha_hint *wanted,
		mcha_usec now, mcha_in_flight_hint *mark)
{
	mcha_hint_slot *slot = &table->slots[found->slot];
	uint64_t mine;

	if (!claim(slot, found->state, now, PHASE_RENEWING, &mine)) {
		return false;
	}
	write_terms(slot, wanted);
	if (wanted->verb == MCHA_HINT_VERB_REORDERED) {
		atomic_store_explicit(&slot->verb, found->verb, memory_order_relaxed);
	}
	if (wanted->indeterminate) {
		atomic_store_explicit(&slot->indeterminate, wanted->indeterminate, memory_order_relaxed);
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
static bool take_vacant(mcha_hint_table *table, const mcha_hint *hint, uint64_t hash,
		mcha_health *health, mcha_usec now, mcha_in_flight_hint *mark)
{
	size_t i;

	for (i = 0; i < WINDOW; i++) {
		mcha_hint_slot *slot = slot_at(table, hash, hint->node, i);
		uint64_t state = atomic_load_explicit(&slot->state, memory_order_relaxed), mine;

		if (is_vacant(state, now) && claim(slot, state, now, PHASE_BUSY, &mine)) {
			count_up(table, health);
			fill(slot, hint, hash, health);
			return hand_over(table, slot, mine, mark);
		}
	}
	return false;
}

/* Nothing is lost by it: its node is not believed anyway, or is not from now on. */
static bool gives_way(mcha_hint_table *table, mcha_health *health, mcha_usec now)
{
	if (mcha_hints_distrusted_since(health)) {
		return true;
	}
	if (!holds_over(table, health, share_of(table))) {
		return false;
	}
	distrust(table, health, now);
	return true;
}

/* There is none: one that may give way to the hint, by force. */
static bool take_anothers(mcha_hint_table *table, const mcha_hint *hint, uint64_t hash,
		mcha_health *health, mcha_usec now, mcha_in_flight_hint *mark)
{
	size_t i;

	for (i = 0; i < WINDOW; i++) {
		mcha_hint_slot *slot = slot_at(table, hash, hint->node, i);
		uint64_t state = atomic_load_explicit(&slot->state, memory_order_acquire), mine;
		mcha_health *others = slot->health;

		if (!may_give_way(state, now) || others == health || !gives_way(table, others, now)
			|| !claim(slot, state, now, PHASE_BUSY, &mine)) {
			continue;
		}
		atomic_fetch_add_explicit(&table->dropped, 1, memory_order_relaxed);
		count_down(table, others);
		count_up(table, health);
		fill(slot, hint, hash, health);
		return hand_over(table, slot, mine, mark);
	}
	return false;
}

/* A mark, which is gone in a moment, may be more than the share: writes that far nodes acknowledge a little later are
 * no reason to distrust these. */
static bool has_share(const mcha_hint_table *table, const mcha_health *health, const mcha_hint *hint)
{
	return !mcha_hints_distrusted_since(health) && (hint->owner || !holds_over(table, health, share_of(table) - 1));
}

/* same: which one of the key's the hint takes the place of, if it is there. */
static mcha_in_flight_hint put_down(mcha_hint_table *table, mcha_health *health, const mcha_hint *hint,
		debt_kind same, mcha_usec now)
{
	uint64_t hash = mcha_fnv1a(MCHA_FNV_START, hint->key, hint->key_length);
	mcha_in_flight_hint mark;
	mcha_hint found;
	unsigned attempt;

	for (attempt = 0; attempt < ATTEMPTS; attempt++) {
		if (find(table, hint->node, hint->key, hint->key_length, &found, same, hint->owner)
			&& !found.held) {
			if (renew(table, &found, hint, now, &mark)) {
				return mark;
			}
		} else if (!has_share(table, health, hint)) {
			break;
		} else if (take_vacant(table, hint, hash, health, now, &mark)
			|| take_anothers(table, hint, hash, health, now, &mark)) {
			return mark;
		}
	}
	atomic_fetch_add_explicit(&table->dropped, 1, memory_order_relaxed);
	if (!hint->owner || !mcha_hints_distrusted_since(health)) {
		distrust(table, health, now); /* what is on its way to a distrusted node has not been missed */
	}
	return (mcha_in_flight_hint){0, 0};
}

void mcha_hints_add(mcha_hint_table *table, mcha_health *health, uint64_t node, uint64_t source,
		unsigned how, const char *key, size_t length, mcha_usec now)
{
	mcha_hint hint = {.node = node, .source = source, .key_length = (uint16_t)length,
		.indeterminate = how & MCHA_HINTS_INDETERMINATE ? now : 0, .is_lock = how & MCHA_HINTS_LOCK,
		.verb = how & MCHA_HINTS_REORDERED ? MCHA_HINT_VERB_REORDERED : 0};

	memcpy(hint.key, key, length);
	mcha_hints_insert(table, health, &hint, now);
}

void mcha_hints_insert(mcha_hint_table *table, mcha_health *health, const mcha_hint *hint, mcha_usec now)
{
	put_down(table, health, hint, is_nobodys, now);
}

/* --- writes that are on their way ---------------------------------------------------------------- */

mcha_in_flight_hint mcha_hints_begin(mcha_hint_table *table, mcha_health *health, const mcha_hint *hint,
		mcha_usec now)
{
	return put_down(table, health, hint, is_mark_of, now);
}

bool mcha_hints_clear_in_flight(mcha_hint_table *table, const mcha_in_flight_hint *mark)
{
	mcha_hint hint = {.slot = mark->slot, .state = mark->state};

	return mark->state && mcha_hints_clear(table, &hint);
}

bool mcha_hints_confirm_missed(mcha_hint_table *table, const mcha_in_flight_hint *mark, bool sure, mcha_usec now)
{
	mcha_hint_slot *slot = &table->slots[mark->slot];
	uint64_t mine;

	if (!mark->state || !claim(slot, mark->state, now, PHASE_RENEWING, &mine)) {
		return false;
	}
	atomic_store_explicit(&slot->until, 0, memory_order_relaxed);
	atomic_store_explicit(&slot->owner, 0, memory_order_relaxed);
	if (sure) {
		atomic_store_explicit(&slot->ends, 0, memory_order_relaxed); /* which value is there is in doubt */
		atomic_store_explicit(&slot->indeterminate, 0, memory_order_relaxed);
		atomic_store_explicit(&slot->verb, MCHA_HINT_VERB_REORDERED, memory_order_relaxed);
	}
	return hand_on(slot, mine, PHASE_SET);
}

bool mcha_hints_is_owners(const mcha_hint_table *table, const mcha_in_flight_hint *mark, uint64_t owner)
{
	const mcha_hint_slot *slot = &table->slots[mark->slot];

	return mark->state
		&& atomic_load_explicit(&slot->owner, memory_order_relaxed) == owner;
}
