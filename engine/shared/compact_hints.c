/* SPDX-License-Identifier: MIT */
/* A word:   63 ......... 36   35 ............................................ 0
 *           hash of the key   when it was added or last renewed (milliseconds) */
#include "compact_hints.h"

#include "engine/base/fnv.h"
#include "engine/base/fork_generation.h"
#include "engine/base/process.h"
#include "engine/base/random.h"
#include "mark.h"

#define TIME_BITS 36 /* two years after the host was started, times begin anew */
#define TIME_MASK ((UINT64_C(1) << TIME_BITS) - 1)

/* One node may have this part of all blocks, so that a node that is away for good leaves room for
 * another. */
#define SHARES 2

size_t mcha_compact_hints_size(size_t blocks)
{
	return sizeof(mcha_compact_hints) + blocks * sizeof(mcha_compact_block);
}

mcha_compact_hints *mcha_compact_hints_init(void *memory, size_t blocks)
{
	mcha_compact_hints *hints = memory;

	hints->count = blocks;
	return hints;
}

uint64_t mcha_compact_key(const char *key, size_t length)
{
	return mcha_mix64(mcha_fnv1a(MCHA_FNV_START, key, length));
}

/* --- words ------------------------------------------------------------------------------------ */

static bool is_about(uint64_t word, uint64_t key)
{
	return word && word >> TIME_BITS == key >> TIME_BITS;
}

static uint64_t milliseconds_of(mcha_usec time)
{
	return (uint64_t)(time / MCHA_USEC_PER_MSEC) & TIME_MASK;
}

static bool is_older(uint64_t word, uint64_t milliseconds)
{
	return (word & TIME_MASK) < milliseconds;
}

/* No hint, or one from before the node's server was started. */
static bool is_void(uint64_t word, uint64_t restarted)
{
	return !word || is_older(word, restarted);
}

static uint64_t word_of(uint64_t key, mcha_usec now)
{
	return key >> TIME_BITS << TIME_BITS | milliseconds_of(now);
}

static uint64_t restart_of(const mcha_health *health)
{
	return milliseconds_of(atomic_load_explicit(&health->restarted, memory_order_relaxed));
}

/* --- blocks ----------------------------------------------------------------------------------- */

static bool is_block_of(const mcha_compact_block *block, uint64_t node)
{
	return atomic_load_explicit(&block->node, memory_order_acquire) == node;
}

#define BUCKETS (MCHA_COMPACT_BLOCK / MCHA_COMPACT_BUCKET)

static _Atomic uint64_t *bucket_of(mcha_compact_block *block, uint64_t key, unsigned choice)
{
	return &block->words[(choice ? key / BUCKETS : key) % BUCKETS * MCHA_COMPACT_BUCKET];
}

/* The place of the key's hint in the bucket. NULL: there is none; then *vacant is a place for it,
 * if *room, the number of such places, is not 0. */
static _Atomic uint64_t *search_bucket(_Atomic uint64_t *bucket, uint64_t key, uint64_t restarted,
	_Atomic uint64_t **vacant, unsigned *room)
{
	size_t i;

	*room = 0;
	for (i = 0; i < MCHA_COMPACT_BUCKET; i++) {
		const uint64_t word = atomic_load_explicit(&bucket[i], memory_order_relaxed);

		if (is_about(word, key)) {
			return &bucket[i];
		}
		if (is_void(word, restarted)) {
			*vacant = &bucket[i];
			++*room;
		}
	}
	return NULL;
}

/* The same for the block; *vacant is not changed if there is no place. */
static _Atomic uint64_t *search_block(mcha_compact_block *block, uint64_t key, uint64_t restarted,
	_Atomic uint64_t **vacant)
{
	_Atomic uint64_t *place, *vacancies[2];
	unsigned room[2], choice;

	for (choice = 0; choice < 2; choice++) {
		place = search_bucket(bucket_of(block, key, choice), key, restarted, &vacancies[choice],
			&room[choice]);
		if (place) {
			return place;
		}
	}
	if (room[0] || room[1]) {
		*vacant = vacancies[room[1] > room[0]];
	}
	return NULL;
}

static _Atomic uint64_t *search_blocks(mcha_compact_hints *hints, uint64_t node, uint64_t key,
	uint64_t restarted, _Atomic uint64_t **vacant)
{
	_Atomic uint64_t *place = NULL;
	size_t i;

	*vacant = NULL;
	for (i = 0; i < hints->count && !place; i++) {
		if (is_block_of(&hints->blocks[i], node)) {
			place = search_block(&hints->blocks[i], key, restarted, vacant);
		}
	}
	return place;
}

/* While a process takes a block, the block's node is this less the process's id: no other process
 * takes the block while that one lives, as it goes on to clear words when it was stopped. */
#define TAKEN UINT64_MAX
#define IS_TAKEN(node) ((node) > TAKEN - UINT32_MAX)

static const mcha_health *health_of(const mcha_compact_block *block)
{
	return (const mcha_health *)((uintptr_t)block
		+ (uintptr_t)atomic_load_explicit(&block->health, memory_order_relaxed));
}

static bool is_all_void(const mcha_compact_block *block)
{
	return milliseconds_of(atomic_load(&block->newest)) < restart_of(health_of(block));
}

static bool is_available(const mcha_compact_block *block, uint64_t node)
{
	return node == 0
		|| (IS_TAKEN(node) ? mcha_process_has_died((uint32_t)(TAKEN - node)) : is_all_void(block));
}

static void clear_words(mcha_compact_block *block)
{
	size_t i;

	for (i = 0; i < MCHA_COMPACT_BLOCK; i++) {
		atomic_store_explicit(&block->words[i], 0, memory_order_relaxed);
	}
}

/* Takes a block that is free, or whose hints are all void, or that a process was taking which has
 * died since. Looks once more at the newest hint: a process of the former node says so before it
 * looks whether the block is still that node's (put_word()). */
static bool take_block(mcha_compact_block *block, const mcha_health *health, uint64_t node,
	mcha_usec now)
{
	uint64_t former = atomic_load_explicit(&block->node, memory_order_acquire);

	if (!is_available(block, former)
		|| !atomic_compare_exchange_strong(&block->node, &former, TAKEN - mcha_fork_process())) {
		return false;
	}
	if (former != 0 && !IS_TAKEN(former) && !is_all_void(block)) {
		atomic_store(&block->node, former);
		return false;
	}
	clear_words(block);
	atomic_store(&block->newest, now);
	atomic_store_explicit(&block->health, (int64_t)((uintptr_t)health - (uintptr_t)block),
		memory_order_relaxed);
	atomic_store(&block->node, node);
	return true;
}

/* Takes one more block for the node, if its share allows that. */
static bool take_some_block(mcha_compact_hints *hints, const mcha_health *health, uint64_t node,
	mcha_usec now)
{
	size_t i, own = 0;

	for (i = 0; i < hints->count; i++) {
		own += is_block_of(&hints->blocks[i], node);
	}
	for (i = 0; i < hints->count && own < (hints->count + SHARES - 1) / SHARES; i++) {
		if (take_block(&hints->blocks[i], health, node, now)) {
			return true;
		}
	}
	return false;
}

/* --- hints ------------------------------------------------------------------------------------ */

static mcha_compact_block *block_of(mcha_compact_hints *hints, const _Atomic uint64_t *place)
{
	return &hints->blocks[((uintptr_t)place - (uintptr_t)hints->blocks)
		/ sizeof(mcha_compact_block)];
}

static _Atomic uint64_t *mark_of(mcha_compact_block *block, const _Atomic uint64_t *place)
{
	return &block->marks[place - block->words];
}

/* False: another process has used the place, or taken the block for another node (for which the
 * hint means nothing). */
static bool put_word(mcha_compact_block *block, _Atomic uint64_t *place, const mcha_health *health,
	uint64_t node, uint64_t key, uint64_t mark, mcha_usec now)
{
	const uint64_t restarted = restart_of(health);
	uint64_t former = atomic_load_explicit(place, memory_order_relaxed);

	if (!is_about(former, key) && !is_void(former, restarted)) {
		return false;
	}
	atomic_store(&block->newest, now); /* first: a block with a hint is not taken */
	/* A process that is about to resolve the mark that was there before finds the mark or the word
	 * changed. What resolves the youngest of several marks of values has given the node what it
	 * missed by the others, too. */
	atomic_store(mark_of(block, place),
		is_about(former, key) && !is_void(former, restarted)
			? mcha_mark_renew(atomic_load(mark_of(block, place)), mark)
			: mark);
	return atomic_compare_exchange_strong(place, &former, word_of(key, now))
		&& is_block_of(block, node);
}

/* Two processes that add a hint of the same key at the same moment may use two places: the second
 * hint is found when the first is cleared. */
bool mcha_compact_hints_add(mcha_compact_hints *hints, mcha_health *health, uint64_t node,
	uint64_t key, uint64_t mark, mcha_usec now)
{
	_Atomic uint64_t *place, *vacant;

	do {
		place = search_blocks(hints, node, key, restart_of(health), &vacant);
		place = place ? place : vacant;
		if (!place && !take_some_block(hints, health, node, now)) {
			return false;
		}
	} while (!place || !put_word(block_of(hints, place), place, health, node, key, mark, now));
	return true;
}

mcha_usec mcha_compact_hints_since(mcha_compact_hints *hints, const mcha_health *health,
	uint64_t node, uint64_t key)
{
	const uint64_t restarted = restart_of(health);
	_Atomic uint64_t *vacant, *place = search_blocks(hints, node, key, restarted, &vacant);
	const uint64_t word = place ? atomic_load(place) : 0;

	return is_about(word, key) && !is_void(word, restarted)
		? (mcha_usec)(word & TIME_MASK) * MCHA_USEC_PER_MSEC
		: 0;
}

/* Clears all places that the key's hint may have. */
void mcha_compact_hints_clear(mcha_compact_hints *hints, const mcha_health *health, uint64_t node,
	uint64_t key, mcha_usec before)
{
	_Atomic uint64_t *vacant, *place;
	uint64_t word;

	while ((place = search_blocks(hints, node, key, restart_of(health), &vacant)) != NULL) {
		word = atomic_load(place);
		if (!is_about(word, key)) {
			continue; /* another process has cleared it */
		}
		if (!is_older(word, milliseconds_of(before))
			|| !atomic_compare_exchange_strong(place, &word, 0)) {
			return;
		}
	}
}

uint64_t mcha_compact_hints_mark(mcha_compact_hints *hints, const mcha_health *health,
	uint64_t node, uint64_t key)
{
	_Atomic uint64_t *vacant, *place = search_blocks(hints, node, key, restart_of(health), &vacant);

	return place ? atomic_load(mark_of(block_of(hints, place), place)) : 0;
}

void mcha_compact_hints_resolve(mcha_compact_hints *hints, const mcha_health *health, uint64_t node,
	uint64_t key, uint64_t mark)
{
	_Atomic uint64_t *vacant, *place = search_blocks(hints, node, key, restart_of(health), &vacant);
	uint64_t word = place ? atomic_load(place) : 0;

	if (is_about(word, key)
		&& mcha_mark_is_not_younger(atomic_load(mark_of(block_of(hints, place), place)), mark)) {
		atomic_compare_exchange_strong(place, &word, 0);
	}
}

size_t mcha_compact_hints_count(const mcha_compact_hints *hints, const mcha_health *health,
	uint64_t node)
{
	const uint64_t restarted = restart_of(health);
	size_t i, j, count = 0;

	for (i = 0; i < hints->count; i++) {
		for (j = 0; is_block_of(&hints->blocks[i], node) && j < MCHA_COMPACT_BLOCK; j++) {
			count += !is_void(atomic_load_explicit(&hints->blocks[i].words[j],
								  memory_order_relaxed),
				restarted);
		}
	}
	return count;
}
