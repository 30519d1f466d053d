/* SPDX-License-Identifier: MIT */
/* Hints in one word each: without the key's bytes, and without a source. A compact hint says that a
 * node's copy of a key may be old; it keeps operations from believing that copy by itself until the
 * copy has been compared with another home's. It cannot be replayed before some operation names the
 * key. So it is used where a hint with its key (hints.h) has no room.
 *
 *   a write misses a node, the hint does not fit  ->  add(node, the key's hash)
 *   an operation of the key                       ->  find; the copy is compared, and replaced if
 *                                                     it is old; clear
 *
 * The table consists of blocks, each of which has one node's hints. A node takes a block when it
 * needs one, and up to its share of all blocks. A node that was restarted has lost its old copies:
 * its hints from before that are void, and another node may take a block that has no others.
 *
 * Shared by processes, like health: a word changes by compare-and-swap, so a process may be killed
 * anywhere. Two keys of a node can look the same (28 bits of a hash and a bucket): the other key's
 * copy is then compared once for nothing. */
#ifndef MCHA_ENGINE_COMPACT_HINTS_H
#define MCHA_ENGINE_COMPACT_HINTS_H

#include "health.h"

#define MCHA_COMPACT_BLOCK 65536u /* hints in a block, a power of two */

/* A hint is in one of two buckets of so many words, and was put into the one that had more room:
 * then nearly all words of a block are in use before a hint finds no room in it (Y. Azar, A.
 * Broder, A. Karlin, E. Upfal, "Balanced Allocations", 1999). */
#define MCHA_COMPACT_BUCKET 32u

typedef struct mcha_compact_block {
	/* mcha_endpoint_id of the node that has the block; 0: free; see compact_hints.c */
	_Atomic uint64_t node;
	_Atomic int64_t health; /* the node's, as the distance in bytes from the block */
	_Atomic int64_t newest; /* when a hint was last added or renewed */
	_Alignas(64) _Atomic uint64_t words[MCHA_COMPACT_BLOCK]; /* 0: vacant */
	/* of each word, the mark of the journal's record about it (journal_table.h); 0: there is none,
	 * or there are several */
	_Atomic uint64_t marks[MCHA_COMPACT_BLOCK];
} mcha_compact_block;

typedef struct mcha_compact_hints {
	size_t count; /* of blocks */
	mcha_compact_block blocks[];
} mcha_compact_hints;

size_t mcha_compact_hints_size(size_t blocks);

/* memory: mcha_compact_hints_size() zeroed bytes. */
mcha_compact_hints *mcha_compact_hints_init(void *memory, size_t blocks);

/* The hash of a key by which the table knows it. */
uint64_t mcha_compact_key(const char *key, size_t length);

/* Adds a hint of this node, or renews it. health: the node's, in shared memory. mark: of the
 * journal's record about the hint; 0: there is none. False: the node has no room left. */
bool mcha_compact_hints_add(mcha_compact_hints *hints, mcha_health *health, uint64_t node,
	uint64_t key, uint64_t mark, mcha_usec now);

/* When the hint of this node was added or last renewed, to the millisecond; 0: there is none from
 * after the last restart of the node's server. */
mcha_usec mcha_compact_hints_since(mcha_compact_hints *hints, const mcha_health *health,
	uint64_t node, uint64_t key);

/* The mark of the hint; 0: it has none, or there is no hint. */
uint64_t mcha_compact_hints_mark(mcha_compact_hints *hints, const mcha_health *health,
	uint64_t node, uint64_t key);

/* Clears the hint if it has this mark, or an earlier one of the same host: nothing else was
 * recorded about it since. */
void mcha_compact_hints_resolve(mcha_compact_hints *hints, const mcha_health *health, uint64_t node,
	uint64_t key, uint64_t mark);

/* Clears the hint if it was added, and last renewed, before the millisecond of this moment. */
void mcha_compact_hints_clear(mcha_compact_hints *hints, const mcha_health *health, uint64_t node,
	uint64_t key, mcha_usec before);

/* Hints of this node that are not void, about as many as there are: counts the words of its
 * blocks. */
size_t mcha_compact_hints_count(const mcha_compact_hints *hints, const mcha_health *health,
	uint64_t node);

#endif
