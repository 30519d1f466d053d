/* SPDX-License-Identifier: MIT */
/* The copies that processes are giving to nodes which lack them, and that may still arrive. A node
 * that answers late, or a network that delays one connection, carries such a store out after a
 * deletion of the key that the node has acknowledged meanwhile: the deleted value would be back.
 *
 *   repair:    begin, look for a deletion, send, answer: end, look again
 *   deletion:  note, send, answers, look for a repair that has not ended: a hint to delete again
 *
 * Either the repairing process finds the note of the deletion, or the deleting process finds the
 * repair. (A store that replaces what was seen cannot come back: its CAS value is gone.)
 *
 * One that has begun and has had no answer counts until the caller's time for writes is over. A
 * note is one word (a part of the hash of key and node, and the time at which the repairing
 * operation began), changed without locks. If newer notes replace a note too early, that repair is
 * as unprotected as without the note. */
#ifndef MCHA_ENGINE_REPAIRS_UNDER_WAY_H
#define MCHA_ENGINE_REPAIRS_UNDER_WAY_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/base/clock.h"

#define MCHA_REPAIRS_UNDER_WAY 16384 /* a power of two */

typedef struct mcha_repairs_under_way {
	_Atomic mcha_usec last;                         /* when the last one was noted */
	_Atomic uint64_t notes[MCHA_REPAIRS_UNDER_WAY]; /* all zero: empty */
} mcha_repairs_under_way;

/* node: its mcha_endpoint_id. started: when the operation did; it tells the processes' notes
 * apart. */
void mcha_repairs_under_way_begin(mcha_repairs_under_way *repairs, const char *key, size_t length,
	uint64_t node, mcha_usec started);

/* The node has answered, or the store was not sent. */
void mcha_repairs_under_way_end(mcha_repairs_under_way *repairs, const char *key, size_t length,
	uint64_t node, mcha_usec started);

/* Some repair was noted since. */
static inline bool mcha_repairs_under_way_since(mcha_repairs_under_way *repairs, mcha_usec moment)
{
	return atomic_load(&repairs->last) >= moment;
}

/* A repair of this replica by an operation that began since then (at most an hour ago) has not
 * ended. */
bool mcha_repairs_under_way_has(const mcha_repairs_under_way *repairs, const char *key,
	size_t length, uint64_t node, mcha_usec moment);

#endif
