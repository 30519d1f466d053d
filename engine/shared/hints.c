/* SPDX-License-Identifier: MIT */
/* A hash table without locks. A slot's state is one word: the phase, and 62 bits of time, which also distinguish each
 * use and each renewal of the slot from the next:
 *
 *            add                          replaced by another node's hint, clear
 *   FREE ---------> BUSY ---------> SET ------------------------------> BUSY ---------> FREE
 *                                    |  ^
 *                                    +--+ RENEWING
 *
 * The process that moves the state to BUSY or RENEWING by compare-and-swap owns the slot until it moves the state on, or
 * is presumed dead. A BUSY slot holds no hint; a RENEWING slot holds one, and its node and key do not change. A reader
 * copies the hint, and uses the copy if the state is still the same afterwards. */
#include "hints.h"

#include <string.h>
#include <time.h>

#include "engine/base/exptime.h"
#include "engine/base/fnv.h"
#include "engine/base/random.h"

enum { PHASE_FREE, PHASE_BUSY, PHASE_SET, PHASE_RENEWING, PHASE_MASK = 3 };

#define WINDOW 32 /* number of slots, from the one that the hash gives, in which a hint may be */
#define BUSY_AT_MOST MCHA_USEC_PER_SEC
#define ATTEMPTS 8 /* to insert a hint, while other processes change the same slots */

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
	return sizeof(mcha_hint_table) + capacity * sizeof(mcha_hint_slot) + sizeof(mcha_recent_deletes);
}

mcha_hint_table *mcha_hint_table_init(void *memory, size_t capacity)
{
	mcha_hint_table *table = memory;

	table->capacity = capacity;
	table->slots = (mcha_hint_slot *)(table + 1);
	table->cleared = (mcha_recent_deletes *)(table->slots + capacity);
	return table;
}

/* Adds a second to the lifetime: the clocks of the node and of this host may differ by a fraction of a second. */
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

/* Moves the slot to this phase. The new state's time is always later than the last one, even if the clocks of two
 * processors differ. A process that sees what is written into the slot afterwards also sees that it is claimed. */
static bool claim_slot(mcha_hint_slot *slot, uint64_t seen, mcha_usec now, unsigned phase, uint64_t *mine)
{
	mcha_usec before = time_of(seen);
	bool claimed;

	*mine = state_of(now > before ? now : before + 1, phase);
	claimed = atomic_compare_exchange_strong_explicit(&slot->state, &seen, *mine,
		memory_order_acquire, memory_order_relaxed);
	atomic_thread_fence(memory_order_release);
	return claimed;
}

/* Moves a claimed slot on. False: this process took so long that another one has taken the slot over. */
static bool release_slot(mcha_hint_slot *slot, uint64_t mine, unsigned phase)
{
	return atomic_compare_exchange_strong_explicit(&slot->state, &mine,
		state_of(time_of(mine), phase), memory_order_release, memory_order_relaxed);
}

static bool holds_hint(uint64_t state)
{
	return phase_of(state) == PHASE_SET || phase_of(state) == PHASE_RENEWING;
}

/* Makes a consistent copy of a hint; copies again if the hint changes meanwhile. False: the slot holds none. */
static bool copy_slot(const mcha_hint_table *table, mcha_hint_slot *slot, mcha_hint *hint)
{
	uint16_t length;

	do {
		hint->state = atomic_load_explicit(&slot->state, memory_order_acquire);
		if (!holds_hint(hint->state)) {
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
		hint->contested = atomic_load_explicit(&slot->contested, memory_order_relaxed);
		length = atomic_load_explicit(&slot->length, memory_order_relaxed);
		hint->key_length = length <= MCHA_KEY_MAX ? length : 0;
		memcpy(hint->key, slot->key, hint->key_length);
		atomic_thread_fence(memory_order_acquire);
	} while (atomic_load_explicit(&slot->state, memory_order_relaxed) != hint->state);
	hint->held = phase_of(hint->state) == PHASE_RENEWING;
	return true;
}

/* The process that was renewing the hint has died. Whether it sent its write is not known: the hint is indeterminate. */
static void take_over_slot(mcha_hint_slot *slot, uint64_t left, mcha_usec now)
{
	uint64_t mine;

	if (claim_slot(slot, left, now, PHASE_RENEWING, &mine)) {
		atomic_store_explicit(&slot->indeterminate, time_of(left), memory_order_relaxed);
		release_slot(slot, mine, PHASE_SET);
	}
}

static bool read_slot(const mcha_hint_table *table, mcha_hint_slot *slot, mcha_hint *hint)
{
	while (copy_slot(table, slot, hint)) {
		mcha_usec now = hint->held ? mcha_clock_now() : 0;

		if (!hint->held || !is_overdue(hint->state, now)) {
			return true;
		}
		take_over_slot(slot, hint->state, now);
	}
	return false;
}

/* --- finding ----------------------------------------------------------------------------------- */

static bool is_about(const mcha_hint *hint, uint64_t node, const char *key, size_t length)
{
	return hint->node == node && hint->key_length == length
		&& memcmp(hint->key, key, length) == 0;
}

static bool is_in_flight(const mcha_hint *hint)
{
	return hint->until && hint->until > mcha_clock_now();
}

typedef bool (*hint_kind)(const mcha_hint *hint, uint64_t owner);

static bool is_missed_write(const mcha_hint *hint, uint64_t owner)
{
	(void)owner;
	return hint->verb != MCHA_HINT_VERB_REORDERED && !is_in_flight(hint);
}

static bool is_not_in_flight(const mcha_hint *hint, uint64_t owner)
{
	(void)owner;
	return !is_in_flight(hint);
}

static bool is_in_flight_of_another(const mcha_hint *hint, uint64_t owner)
{
	return hint->owner != owner && is_in_flight(hint);
}

static bool is_not_in_flight_nor_owned(const mcha_hint *hint, uint64_t owner)
{
	return (!hint->owner || hint->owner != owner) && !is_in_flight(hint);
}

static bool has_no_owner(const mcha_hint *hint, uint64_t owner)
{
	(void)owner;
	return !hint->owner;
}

static bool has_owner(const mcha_hint *hint, uint64_t owner)
{
	return !hint->held && hint->owner == owner;
}

/* The hints of one kind that a node has for a key. */
typedef struct hint_search {
	uint64_t node;
	const char *key;
	size_t length;
	uint64_t hash;
	hint_kind is_wanted;
	uint64_t owner;
	size_t next; /* of the window, the first slot that was not searched yet */
} hint_search;

static hint_search begin_search(uint64_t node, const char *key, size_t length, hint_kind is_wanted, uint64_t owner)
{
	return (hint_search){.node = node, .key = key, .length = length, .is_wanted = is_wanted, .owner = owner,
		.hash = mcha_fnv1a(MCHA_FNV_START, key, length)};
}

static bool find_next_hint(mcha_hint_table *table, hint_search *search, mcha_hint *hint)
{
	while (search->next < WINDOW) {
		mcha_hint_slot *slot = slot_at(table, search->hash, search->node, search->next++);

		if (atomic_load_explicit(&slot->hash, memory_order_relaxed) == search->hash
			&& read_slot(table, slot, hint) && is_about(hint, search->node, search->key, search->length)
			&& search->is_wanted(hint, search->owner)) {
			return true;
		}
	}
	return false;
}

static bool find_hint(mcha_hint_table *table, uint64_t node, const char *key, size_t length, mcha_hint *hint,
		hint_kind is_wanted, uint64_t owner)
{
	hint_search search = begin_search(node, key, length, is_wanted, owner);

	return find_next_hint(table, &search, hint);
}

bool mcha_hints_find(mcha_hint_table *table, uint64_t node, const char *key, size_t length,
		mcha_hint *hint)
{
	return find_hint(table, node, key, length, hint, is_missed_write, 0)
		|| find_hint(table, node, key, length, hint, is_not_in_flight, 0);
}

bool mcha_hints_find_in_flight(mcha_hint_table *table, uint64_t node, const char *key, size_t length,
		uint64_t not_owner, mcha_hint *hint)
{
	return find_hint(table, node, key, length, hint, is_in_flight_of_another, not_owner);
}

mcha_usec mcha_hints_last_on_the_way(mcha_hint_table *table, uint64_t node, const char *key, size_t length,
		uint64_t not_owner)
{
	hint_search search = begin_search(node, key, length, is_not_in_flight_nor_owned, not_owner);
	mcha_usec last = 0;
	mcha_hint hint;

	while (find_next_hint(table, &search, &hint)) {
		last = mcha_hints_on_the_way(&hint) > last ? mcha_hints_on_the_way(&hint) : last;
	}
	return last;
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

/* --- clearing ---------------------------------------------------------------------------------- */

/* The counts go up before a hint becomes visible, and down after it is gone. A process that dies in between leaves them
 * too high, which costs a few look-ups, but never too low. */
static void count_added(mcha_hint_table *table, mcha_health *health)
{
	atomic_fetch_add_explicit(&table->total, 1, memory_order_relaxed);
	if (atomic_fetch_add_explicit(&health->hints, 1, memory_order_relaxed) == 0) {
		atomic_fetch_add_explicit(&table->stale_nodes, 1, memory_order_relaxed);
	}
}

static void count_removed(mcha_hint_table *table, mcha_health *health)
{
	atomic_fetch_sub_explicit(&table->total, 1, memory_order_relaxed);
	if (atomic_fetch_sub_explicit(&health->hints, 1, memory_order_relaxed) == 1) {
		atomic_fetch_sub_explicit(&table->stale_nodes, 1, memory_order_relaxed);
	}
}

/* --- shares ------------------------------------------------------------------------------------ */

/* The table is divided among at least this many nodes, even if fewer have hints: another node may get some. */
#define SHARES_LEAST 4

static uint32_t share_of(const mcha_hint_table *table)
{
	uint32_t stale_nodes = atomic_load_explicit(&table->stale_nodes, memory_order_relaxed);
	size_t share = table->capacity / (stale_nodes > SHARES_LEAST ? stale_nodes : SHARES_LEAST);

	return share ? (uint32_t)share : 1;
}

/* The node has more than limit slots. Its own count may be too high, so if that exceeds the limit, counts the slots. */
static bool exceeds_share(const mcha_hint_table *table, const mcha_health *health, uint32_t limit)
{
	size_t i, count = 0;

	if (mcha_hints_count(health) <= limit) {
		return false;
	}
	for (i = 0; i < table->capacity && count <= limit; i++) {
		const mcha_hint_slot *slot = &table->slots[i];

		count += phase_of(atomic_load_explicit(&slot->state, memory_order_acquire)) != PHASE_FREE
			&& atomic_load_explicit(&slot->health, memory_order_relaxed) == health;
	}
	return count > limit;
}

/* The count goes up first: a process that finds it at 0 does not look at the nodes. */
static void distrust_node(mcha_hint_table *table, mcha_health *health, mcha_usec now)
{
	mcha_usec when = now ? now : 1; /* 0 means never */

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
	atomic_store(&table->slots[hint->slot].tried, now); /* visible before any request that is sent afterwards */
}

bool mcha_hints_is_untouched(const mcha_hint_table *table, const mcha_hint *hint, mcha_usec since)
{
	const mcha_hint_slot *slot = &table->slots[hint->slot];
	mcha_hint fresh = {.tried = atomic_load(&slot->tried)};

	return mcha_hints_is_unattempted(&fresh, since) && atomic_load(&slot->state) == hint->state;
}

static bool clear_slot(mcha_hint_table *table, mcha_hint_slot *slot, uint64_t state)
{
	mcha_health *health;
	uint64_t mine;

	if (!claim_slot(slot, state, mcha_clock_now(), PHASE_BUSY, &mine)) {
		return false;
	}
	health = atomic_load_explicit(&slot->health, memory_order_relaxed);
	atomic_store_explicit(&slot->owner, 0, memory_order_relaxed);
	release_slot(slot, mine, PHASE_FREE);
	count_removed(table, health);
	return true;
}

/* --- cleared hints ------------------------------------------------------------------------------- */

static void note_cleared(mcha_hint_table *table, const mcha_hint *hint)
{
	char name[MCHA_RECENT_COPY_MAX];

	atomic_store(&table->last_cleared, mcha_clock_now());
	mcha_recent_deletes_note(table->cleared, name,
		mcha_recent_deletes_name_copy(name, hint->key, hint->key_length, hint->node), mcha_hints_since(hint), false);
}

/* The note is made first: at no moment is there neither the hint nor the note. */
bool mcha_hints_clear(mcha_hint_table *table, const mcha_hint *hint)
{
	if (hint->held) {
		return false;
	}
	note_cleared(table, hint);
	return clear_slot(table, &table->slots[hint->slot], hint->state);
}

/* Of two processes that clear hints at once the earlier one may be the last to say so. */
#define CLEARED_AT_ONCE MCHA_USEC_PER_SEC

/* Notes count milliseconds. A hint of the millisecond in which an operation begins is mostly older, and one that this operation itself
 * has replayed. */
bool mcha_hints_was_cleared_since(const mcha_hint_table *table, uint64_t node, const char *key, size_t length,
		mcha_usec moment)
{
	char name[MCHA_RECENT_COPY_MAX];

	return atomic_load(&table->last_cleared) + CLEARED_AT_ONCE >= moment
		&& mcha_recent_deletes_since(table->cleared, name, mcha_recent_deletes_name_copy(name, key, length, node),
			moment + MCHA_USEC_PER_MSEC, 0);
}

/* --- adding ------------------------------------------------------------------------------------ */

/* Makes the hint of a complete slot visible, and stores in *in_flight where it is. */
static bool publish_slot(mcha_hint_table *table, mcha_hint_slot *slot, uint64_t mine, mcha_in_flight_hint *in_flight)
{
	*in_flight = (mcha_in_flight_hint){(size_t)(slot - table->slots), state_of(time_of(mine), PHASE_SET)};
	return release_slot(slot, mine, PHASE_SET);
}

static void write_fields(mcha_hint_slot *slot, const mcha_hint *hint)
{
	atomic_store_explicit(&slot->source, hint->source, memory_order_relaxed);
	atomic_store_explicit(&slot->until, hint->until, memory_order_relaxed);
	atomic_store_explicit(&slot->ends, hint->ends, memory_order_relaxed);
	atomic_store_explicit(&slot->owner, hint->owner, memory_order_relaxed);
	atomic_store_explicit(&slot->verb, hint->verb, memory_order_relaxed);
	atomic_store_explicit(&slot->is_lock, hint->is_lock, memory_order_relaxed);
	atomic_store_explicit(&slot->contested, hint->contested, memory_order_relaxed);
}

static void fill_slot(mcha_hint_slot *slot, const mcha_hint *hint, uint64_t hash, mcha_health *health)
{
	write_fields(slot, hint);
	atomic_store_explicit(&slot->node, hint->node, memory_order_relaxed);
	atomic_store_explicit(&slot->indeterminate, hint->indeterminate, memory_order_relaxed);
	atomic_store_explicit(&slot->tried, 0, memory_order_relaxed);
	atomic_store_explicit(&slot->hash, hash, memory_order_relaxed);
	atomic_store_explicit(&slot->length, hint->key_length, memory_order_relaxed);
	atomic_store_explicit(&slot->health, health, memory_order_relaxed);
	memcpy(slot->key, hint->key, hint->key_length);
}

static bool renew_hint(mcha_hint_table *table, const mcha_hint *found, const mcha_hint *wanted,
		mcha_usec now, mcha_in_flight_hint *in_flight)
{
	mcha_hint_slot *slot = &table->slots[found->slot];
	uint64_t mine;

	if (!claim_slot(slot, found->state, now, PHASE_RENEWING, &mine)) {
		return false;
	}
	write_fields(slot, wanted);
	if (wanted->verb == MCHA_HINT_VERB_REORDERED) {
		atomic_store_explicit(&slot->verb, found->verb, memory_order_relaxed);
	}
	if (wanted->indeterminate) {
		atomic_store_explicit(&slot->indeterminate, wanted->indeterminate, memory_order_relaxed);
	}
	return publish_slot(table, slot, mine, in_flight);
}

static bool is_vacant(uint64_t state, mcha_usec now)
{
	return phase_of(state) == PHASE_FREE
		|| (phase_of(state) == PHASE_BUSY && is_overdue(state, now));
}

static bool is_replaceable(uint64_t state, mcha_usec now)
{
	return phase_of(state) == PHASE_SET
		|| (phase_of(state) == PHASE_RENEWING && is_overdue(state, now));
}

/* Stores the hint in a vacant slot of the window, if there is one. */
static bool fill_vacant_slot(mcha_hint_table *table, const mcha_hint *hint, uint64_t hash,
		mcha_health *health, mcha_usec now, mcha_in_flight_hint *in_flight)
{
	size_t i;

	for (i = 0; i < WINDOW; i++) {
		mcha_hint_slot *slot = slot_at(table, hash, hint->node, i);
		uint64_t state = atomic_load_explicit(&slot->state, memory_order_relaxed), mine;

		if (is_vacant(state, now) && claim_slot(slot, state, now, PHASE_BUSY, &mine)) {
			count_added(table, health);
			fill_slot(slot, hint, hash, health);
			return publish_slot(table, slot, mine, in_flight);
		}
	}
	return false;
}

/* May this node's hints be replaced? Yes if the node is distrusted, so that its hints are not relied on; or if it has
 * more than its share: then it becomes distrusted here. */
static bool allow_replacement(mcha_hint_table *table, mcha_health *health, mcha_usec now)
{
	if (mcha_hints_distrusted_since(health)) {
		return true;
	}
	if (!exceeds_share(table, health, share_of(table))) {
		return false;
	}
	distrust_node(table, health, now);
	return true;
}

/* No slot is vacant: stores the hint in the place of one that may be replaced. */
static bool replace_other_hint(mcha_hint_table *table, const mcha_hint *hint, uint64_t hash,
		mcha_health *health, mcha_usec now, mcha_in_flight_hint *in_flight)
{
	size_t i;

	for (i = 0; i < WINDOW; i++) {
		mcha_hint_slot *slot = slot_at(table, hash, hint->node, i);
		uint64_t state = atomic_load_explicit(&slot->state, memory_order_acquire), mine;
		mcha_health *other_health = atomic_load_explicit(&slot->health, memory_order_relaxed);

		if (!is_replaceable(state, now) || other_health == health || !allow_replacement(table, other_health, now)
			|| !claim_slot(slot, state, now, PHASE_BUSY, &mine)) {
			continue;
		}
		atomic_fetch_add_explicit(&table->dropped, 1, memory_order_relaxed);
		count_removed(table, other_health);
		count_added(table, health);
		fill_slot(slot, hint, hash, health);
		return publish_slot(table, slot, mine, in_flight);
	}
	return false;
}

/* An in-flight hint may exceed the share, because it is usually gone in a moment: a node in another zone that
 * acknowledges writes a little later must not become distrusted for that. */
static bool has_share(const mcha_hint_table *table, const mcha_health *health, const mcha_hint *hint)
{
	return !mcha_hints_distrusted_since(health) && (hint->owner || !exceeds_share(table, health, share_of(table) - 1));
}

/* is_same: which of the existing hints of this node and key the new hint renews, if there is one. */
static mcha_in_flight_hint insert_hint(mcha_hint_table *table, mcha_health *health, const mcha_hint *hint,
		hint_kind is_same, mcha_usec now)
{
	uint64_t hash = mcha_fnv1a(MCHA_FNV_START, hint->key, hint->key_length);
	mcha_in_flight_hint in_flight;
	mcha_hint found;
	unsigned attempt;

	for (attempt = 0; attempt < ATTEMPTS; attempt++) {
		if (find_hint(table, hint->node, hint->key, hint->key_length, &found, is_same, hint->owner)
			&& !found.held) {
			if (renew_hint(table, &found, hint, now, &in_flight)) {
				return in_flight;
			}
		} else if (!has_share(table, health, hint)) {
			break;
		} else if (fill_vacant_slot(table, hint, hash, health, now, &in_flight)
			|| replace_other_hint(table, hint, hash, health, now, &in_flight)) {
			return in_flight;
		}
	}
	atomic_fetch_add_explicit(&table->dropped, 1, memory_order_relaxed);
	if (!hint->owner || !mcha_hints_distrusted_since(health)) {
		distrust_node(table, health, now); /* an in-flight write to a node that is distrusted already is not missed */
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
	insert_hint(table, health, hint, has_no_owner, now);
}

/* --- in-flight hints ----------------------------------------------------------------------------- */

mcha_in_flight_hint mcha_hints_begin(mcha_hint_table *table, mcha_health *health, const mcha_hint *hint,
		mcha_usec now)
{
	return insert_hint(table, health, hint, has_owner, now);
}

bool mcha_hints_clear_in_flight(mcha_hint_table *table, const mcha_in_flight_hint *in_flight)
{
	return in_flight->state && clear_slot(table, &table->slots[in_flight->slot], in_flight->state);
}

bool mcha_hints_confirm_missed(mcha_hint_table *table, const mcha_in_flight_hint *in_flight, bool determinate,
		mcha_usec now)
{
	mcha_hint_slot *slot = &table->slots[in_flight->slot];
	uint64_t mine;

	if (!in_flight->state || !claim_slot(slot, in_flight->state, now, PHASE_RENEWING, &mine)) {
		return false;
	}
	atomic_store_explicit(&slot->until, 0, memory_order_relaxed);
	atomic_store_explicit(&slot->owner, 0, memory_order_relaxed);
	atomic_store_explicit(&slot->indeterminate, determinate ? 0 : now, memory_order_relaxed);
	if (determinate) {
		atomic_store_explicit(&slot->ends, 0, memory_order_relaxed); /* which value the node has is not known */
		atomic_store_explicit(&slot->verb, MCHA_HINT_VERB_REORDERED, memory_order_relaxed);
	}
	return release_slot(slot, mine, PHASE_SET);
}

bool mcha_hints_is_owners(const mcha_hint_table *table, const mcha_in_flight_hint *in_flight, uint64_t owner)
{
	const mcha_hint_slot *slot = &table->slots[in_flight->slot];

	return in_flight->state
		&& atomic_load_explicit(&slot->owner, memory_order_relaxed) == owner;
}
