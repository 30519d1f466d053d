/* SPDX-License-Identifier: MIT */
/* Writes that need no decision: set, append, prepend, delete, touch.
 *
 *   before the round  write.c          by the kind of write: hints are replayed, the value gets a
 *                                      version
 *   around the round  short_life.c     a value that may end meanwhile is noted, as a deletion is
 *   round             write.c          all replicas are asked at once; handoff nodes for the homes
 *                                      that fail
 *   verdict           write_verdict.c  the replicas' answers become the item's
 *   hints             hint_record.h    for the replicas that missed the write
 *   behind the round  write.c          by the kind of write: handoff copies are purged
 *
 * The call returns when each replica has answered or its time is over, or when those in the local
 * zone have answered (async_write.h). deletion.c notes a deletion around all of this. */
#ifndef MCHA_ENGINE_WRITE_H
#define MCHA_ENGINE_WRITE_H

#include "engine/replica/write_replicas.h"

/* The whole operation, on items that are not registers. */
void mcha_write_carry_out(mcha_pool *pool, mcha_item *items, size_t count, const mcha_write *write);

/* --- short_life.c ----------------------------------------------------------------------------- */

/* Before the round of a write whose items have an exptime, and behind it. */
void mcha_short_life_begin(mcha_pool *pool, mcha_item *items, size_t count,
	const mcha_write *write);
void mcha_short_life_end(mcha_pool *pool, const mcha_item *items, size_t count);

/* --- write_verdict.c -------------------------------------------------------------------------- */

/* After the round: gives each item that has no answer yet its answer. */
void mcha_write_verdict_judge(mcha_pool *pool, mcha_item *items, size_t count,
	const mcha_write *write);

/* After the hints of an append or a prepend are recorded. Another operation has gone on without the
 * copies that this append has changed: what it has added is in none of the copies that count. */
void mcha_write_verdict_revise(mcha_pool *pool, mcha_item *items, size_t count);

#endif
