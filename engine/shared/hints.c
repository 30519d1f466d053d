/* SPDX-License-Identifier: MIT */
/* A hash table without locks: finds, adds and clears hints, in slots that processes claim
 * (hint_slot.h). */
#include "hints.h"

#include <string.h>
#include <time.h>

#include "engine/base/exptime.h"
#include "engine/base/fnv.h"
#include "engine/base/random.h"
#include "hint_share.h"
#include "hint_slot.h"

#define WINDOW 32  /* number of slots, from the one that the hash gives, in which a hint may be */
#define ATTEMPTS 8 /* to insert a hint, while other processes change the same slots */

size_t mcha_hint_table_size(size_t capacity)
{
	return sizeof(mcha_hint_table) + capacity * sizeof(mcha_hint_slot);
}

mcha_hint_table *mcha_hint_table_init(void *memory, size_t capacity)
{
	mcha_hint_table *table = memory;

	table->capacity = capacity;
	return table;
}

/* Adds a second to the lifetime: the clocks of the node and of this host may differ by a fraction
 * of a second. */
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
	return mcha_hint_slot_time(hint->state);
}

bool mcha_hints_is_older(const mcha_hint *hint, mcha_usec moment)
{
	return mcha_hint_slot_time(hint->state) < moment;
}

static mcha_hint_slot *slot_at(mcha_hint_table *table, uint64_t hash, uint64_t node, size_t i)
{
	return &table->slots[(mcha_mix64(hash ^ node) + i) & (table->capacity - 1)];
}

static bool read_slot(const mcha_hint_table *table, mcha_hint_slot *slot, mcha_hint *hint)
{
	hint->slot = (size_t)(slot - table->slots);
	return mcha_hint_slot_read(slot, hint);
}

/* --- finding ---------------------------------------------------------------------------------- */

static bool is_about(const mcha_hint *hint, uint64_t node, const char *key, size_t length)
{
	return hint->node == node && hint->key_length == length && memcmp(hint->key, key, length) == 0;
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

/* A hint that is held cannot be renewed: there may be another one. */
static bool has_no_owner(const mcha_hint *hint, uint64_t owner)
{
	(void)owner;
	return !hint->held && !hint->owner;
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

static hint_search begin_search(uint64_t node, const char *key, size_t length, hint_kind is_wanted,
	uint64_t owner)
{
	return (hint_search){
		.node = node,
		.key = key,
		.length = length,
		.is_wanted = is_wanted,
		.owner = owner,
		.hash = mcha_fnv1a(MCHA_FNV_START, key, length),
	};
}

static bool find_next_hint(mcha_hint_table *table, hint_search *search, mcha_hint *hint)
{
	while (search->next < WINDOW) {
		mcha_hint_slot *slot = slot_at(table, search->hash, search->node, search->next++);

		if (atomic_load_explicit(&slot->hash, memory_order_relaxed) == search->hash
			&& read_slot(table, slot, hint)
			&& is_about(hint, search->node, search->key, search->length)
			&& search->is_wanted(hint, search->owner)) {
			return true;
		}
	}
	return false;
}

static bool find_hint(mcha_hint_table *table, uint64_t node, const char *key, size_t length,
	mcha_hint *hint, hint_kind is_wanted, uint64_t owner)
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

bool mcha_hints_find_in_flight(mcha_hint_table *table, uint64_t node, const char *key,
	size_t length, uint64_t not_owner, mcha_hint *hint)
{
	return find_hint(table, node, key, length, hint, is_in_flight_of_another, not_owner);
}

mcha_usec mcha_hints_last_on_the_way(mcha_hint_table *table, uint64_t node, const char *key,
	size_t length, uint64_t not_owner)
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

/* A hint that is cleared, or renewed, at the same moment may be put into another order: that only
 * decides which copy is compared with which. */
void mcha_hints_put_in_order(mcha_hint_table *table, const mcha_journal_record *record,
	mcha_usec when)
{
	const uint64_t hash = mcha_unmix64(record->key); /* see mcha_compact_key() */
	size_t i;

	for (i = 0; i < WINDOW; i++) {
		mcha_hint_slot *slot = slot_at(table, hash, record->node, i);

		if (atomic_load_explicit(&slot->mark, memory_order_relaxed) == record->mark
			&& !atomic_load_explicit(&slot->order, memory_order_relaxed)) {
			atomic_store_explicit(&slot->order, when, memory_order_relaxed);
		}
	}
}

/* --- clearing --------------------------------------------------------------------------------- */

void mcha_hints_attempt(mcha_hint_table *table, const mcha_hint *hint, mcha_usec now)
{
	/* visible before any request that is sent afterwards */
	atomic_store(&table->slots[hint->slot].tried, now);
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

	if (!mcha_hint_slot_claim(slot, state, mcha_clock_now(), MCHA_SLOT_BUSY, &mine)) {
		return false;
	}
	health = mcha_hint_slot_health(slot);
	atomic_store_explicit(&slot->owner, 0, memory_order_relaxed);
	mcha_hint_slot_release(slot, mine, MCHA_SLOT_FREE);
	mcha_hint_share_count_removed(table, health);
	return true;
}

/* --- cleared hints ---------------------------------------------------------------------------- */

/* The note is made first: at no moment is there neither the hint nor the note. */
bool mcha_hints_clear(mcha_hint_table *table, const mcha_hint *hint)
{
	mcha_hint_slot *slot = &table->slots[hint->slot];
	const mcha_health *health = mcha_hint_slot_health(slot);

	if (hint->held) {
		return false;
	}
	mcha_hint_share_note_cleared(table, hint->node, hint->key, hint->key_length,
		mcha_hints_since(hint));
	if (!clear_slot(table, slot, hint->state)) {
		return false;
	}
	mcha_hint_share_resolve(table, health, hint->node,
		mcha_compact_key(hint->key, hint->key_length), hint->mark);
	return true;
}

/* The journal has the record that the hint is resolved. */
void mcha_hints_clear_marked(mcha_hint_table *table, const mcha_journal_record *record)
{
	const uint64_t hash = mcha_unmix64(record->key); /* see mcha_compact_key() */
	mcha_hint hint;
	size_t i;

	for (i = 0; i < WINDOW; i++) {
		mcha_hint_slot *slot = slot_at(table, hash, record->node, i);

		if (mcha_mark_is_same(atomic_load_explicit(&slot->mark, memory_order_relaxed), record->mark)
			&& read_slot(table, slot, &hint) && mcha_mark_is_same(hint.mark, record->mark)) {
			hint.mark = 0;
			(void)mcha_hints_clear(table, &hint);
		}
	}
}

/* Of two processes that clear hints at once the earlier one may be the last to say so. */
#define CLEARED_AT_ONCE MCHA_USEC_PER_SEC

/* Notes count milliseconds. A hint of the millisecond in which an operation begins is mostly older,
 * and one that this operation itself has replayed. */
bool mcha_hints_was_cleared_since(const mcha_hint_table *table, uint64_t node, const char *key,
	size_t length, mcha_usec moment)
{
	char name[MCHA_RECENT_COPY_MAX];

	return atomic_load(&table->last_cleared) + CLEARED_AT_ONCE >= moment
		&& mcha_recent_deletes_since(&table->cleared, name,
			mcha_recent_deletes_name_copy(name, key, length, node), moment + MCHA_USEC_PER_MSEC, 0);
}

/* --- adding ----------------------------------------------------------------------------------- */

/* Makes the hint of a complete slot visible, and stores in *in_flight where it is. */
static bool publish_slot(mcha_hint_table *table, mcha_hint_slot *slot, uint64_t mine,
	mcha_in_flight_hint *in_flight)
{
	*in_flight = (mcha_in_flight_hint){(size_t)(slot - table->slots),
		mcha_hint_slot_state(mcha_hint_slot_time(mine), MCHA_SLOT_SET)};
	return mcha_hint_slot_release(slot, mine, MCHA_SLOT_SET);
}

static bool renew_hint(mcha_hint_table *table, const mcha_hint *found, const mcha_hint *wanted,
	mcha_usec now, mcha_in_flight_hint *in_flight)
{
	mcha_hint_slot *slot = &table->slots[found->slot];
	uint64_t mine;

	if (!mcha_hint_slot_claim(slot, found->state, now, MCHA_SLOT_RENEWING, &mine)) {
		return false;
	}
	mcha_hint_slot_renew(slot, wanted);
	if (wanted->verb == MCHA_HINT_VERB_REORDERED) {
		atomic_store_explicit(&slot->verb, found->verb, memory_order_relaxed);
	}
	if (wanted->indeterminate) {
		atomic_store_explicit(&slot->indeterminate, wanted->indeterminate, memory_order_relaxed);
	}
	return publish_slot(table, slot, mine, in_flight);
}

/* Stores the hint in a vacant slot of the window, if there is one. */
static bool fill_vacant_slot(mcha_hint_table *table, const mcha_hint *hint, uint64_t hash,
	mcha_health *health, mcha_usec now, mcha_in_flight_hint *in_flight)
{
	size_t i;

	for (i = 0; i < WINDOW; i++) {
		mcha_hint_slot *slot = slot_at(table, hash, hint->node, i);
		uint64_t state = atomic_load_explicit(&slot->state, memory_order_relaxed), mine;

		if (mcha_hint_slot_is_vacant(state, now)
			&& mcha_hint_slot_claim(slot, state, now, MCHA_SLOT_BUSY, &mine)) {
			mcha_hint_share_count_added(table, health);
			mcha_hint_slot_fill(slot, hint, hash, health);
			return publish_slot(table, slot, mine, in_flight);
		}
	}
	return false;
}

/* No slot is vacant: stores the hint in the place of one that may be replaced. */
static bool replace_other_hint(mcha_hint_table *table, const mcha_hint *hint, uint64_t hash,
	mcha_health *health, mcha_usec now, mcha_in_flight_hint *in_flight)
{
	size_t i;

	for (i = 0; i < WINDOW; i++) {
		mcha_hint_slot *slot = slot_at(table, hash, hint->node, i);
		uint64_t state = atomic_load_explicit(&slot->state, memory_order_acquire), mine;
		mcha_health *other_health = mcha_hint_slot_health(slot);

		if (!mcha_hint_slot_is_replaceable(state, now) || other_health == health
			|| !mcha_hint_share_allow_replacement(table, other_health, now)
			|| !mcha_hint_slot_claim(slot, state, now, MCHA_SLOT_BUSY, &mine)) {
			continue;
		}
		atomic_fetch_add_explicit(&table->dropped, 1, memory_order_relaxed);
		mcha_hint_share_count_removed(table, other_health);
		mcha_hint_share_count_added(table, health);
		mcha_hint_slot_fill(slot, hint, hash, health);
		return publish_slot(table, slot, mine, in_flight);
	}
	return false;
}

/* is_same: which of the existing hints of this node and key the new hint renews, if there is
 * one. */
static mcha_in_flight_hint insert_hint(mcha_hint_table *table, mcha_health *health,
	const mcha_hint *hint, hint_kind is_same, mcha_usec now)
{
	uint64_t hash = mcha_fnv1a(MCHA_FNV_START, hint->key, hint->key_length);
	mcha_in_flight_hint in_flight;
	mcha_hint found;
	unsigned attempt;

	for (attempt = 0; attempt < ATTEMPTS; attempt++) {
		if (find_hint(table, hint->node, hint->key, hint->key_length, &found, is_same,
				hint->owner)) {
			if (renew_hint(table, &found, hint, now, &in_flight)) {
				return in_flight;
			}
		} else if (!mcha_hint_share_has_room(table, health, hint)) {
			break;
		} else if (fill_vacant_slot(table, hint, hash, health, now, &in_flight)) {
			return in_flight;
		} else if (mcha_hint_share_make_compact(table, health, hint, now)) {
			return (mcha_in_flight_hint){0, 0};
		} else if (replace_other_hint(table, hint, hash, health, now, &in_flight)) {
			return in_flight;
		}
	}
	mcha_hint_share_overflow(table, health, hint, now);
	return (mcha_in_flight_hint){0, 0};
}

void mcha_hints_add(mcha_hint_table *table, mcha_health *health, uint64_t node, uint64_t source,
	unsigned how, const char *key, size_t length, mcha_usec now)
{
	mcha_hint hint = {
		.node = node,
		.source = source,
		.key_length = (uint16_t)length,
		.indeterminate = how & MCHA_HINTS_INDETERMINATE ? now : 0,
		.is_lock = how & MCHA_HINTS_LOCK,
		.verb = how & MCHA_HINTS_REORDERED ? MCHA_HINT_VERB_REORDERED : 0,
	};

	memcpy(hint.key, key, length);
	mcha_hints_insert(table, health, &hint, now);
}

void mcha_hints_insert(mcha_hint_table *table, mcha_health *health, const mcha_hint *hint,
	mcha_usec now)
{
	insert_hint(table, health, hint, has_no_owner, now);
}

/* --- in-flight hints -------------------------------------------------------------------------- */

mcha_in_flight_hint mcha_hints_begin(mcha_hint_table *table, mcha_health *health,
	const mcha_hint *hint, mcha_usec now)
{
	return insert_hint(table, health, hint, has_owner, now);
}

bool mcha_hints_clear_in_flight(mcha_hint_table *table, const mcha_in_flight_hint *in_flight)
{
	return in_flight->state && clear_slot(table, &table->slots[in_flight->slot], in_flight->state);
}

bool mcha_hints_confirm_missed(mcha_hint_table *table, const mcha_in_flight_hint *in_flight,
	bool determinate, uint64_t mark, mcha_usec now)
{
	mcha_hint_slot *slot = &table->slots[in_flight->slot];
	uint64_t mine;

	if (!in_flight->state
		|| !mcha_hint_slot_claim(slot, in_flight->state, now, MCHA_SLOT_RENEWING, &mine)) {
		return false;
	}
	atomic_store_explicit(&slot->until, 0, memory_order_relaxed);
	atomic_store_explicit(&slot->owner, 0, memory_order_relaxed);
	atomic_store_explicit(&slot->mark, mark, memory_order_relaxed);
	atomic_store_explicit(&slot->indeterminate, determinate ? 0 : now, memory_order_relaxed);
	if (determinate) {
		/* which value the node has is not known */
		atomic_store_explicit(&slot->ends, 0, memory_order_relaxed);
		atomic_store_explicit(&slot->verb, MCHA_HINT_VERB_REORDERED, memory_order_relaxed);
	}
	return mcha_hint_slot_release(slot, mine, MCHA_SLOT_SET);
}

bool mcha_hints_is_owners(const mcha_hint_table *table, const mcha_in_flight_hint *in_flight,
	uint64_t owner)
{
	const mcha_hint_slot *slot = &table->slots[in_flight->slot];

	return in_flight->state && atomic_load_explicit(&slot->owner, memory_order_relaxed) == owner;
}
