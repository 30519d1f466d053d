/* SPDX-License-Identifier: MIT */
/* The journal: the hints of all hosts, kept as items on a few nodes of the pool. Each of these
 * nodes has a log of its own:
 *
 *   mcha:journal             the head: a counter, how many records the log has had
 *   mcha:journal:<segment>   the records with these numbers, 24 bytes each, one behind the other
 *
 *   a write misses a node    the record is appended to the segment of all reachable journal nodes,
 *                            and the head is counted up, before the write's caller has its answer
 *   once an interval         a process of each host asks for the heads, and reads what is new: the
 *                            records become compact hints of the host (hints.h)
 *
 * A record is in a log if it was appended to the segment of a number that the head reached
 * afterwards: a process that reads all segments up to the head has then read the record. (The
 * writing process does not know the head before it counts; if the number is another segment's, the
 * record is appended there, too.) The logs are not equal, and need not be: a record that one log
 * has counts. A log that is lost begins anew at a random number, so that reading processes notice.
 *
 * Records that are read twice, or of keys that only look alike, cost a comparison of copies, and no
 * more. What must not happen is that a host does not read the record of a write that the caller was
 * told to have succeeded an interval ago. */
#ifndef MCHA_ENGINE_JOURNAL_H
#define MCHA_ENGINE_JOURNAL_H

#include "engine/pool/pool.h"

#define MCHA_JOURNAL_KEY "mcha:journal"
#define MCHA_JOURNAL_KEY_MAX (sizeof(MCHA_JOURNAL_KEY) + 1 + 16) /* with the segment, and NUL */

#define MCHA_JOURNAL_SEGMENT_BITS 11 /* records in a segment */

/* A log that begins anew begins at a multiple of this. */
#define MCHA_JOURNAL_ERA_BITS 24

/* The pool has a journal, by its settings and its shared memory. (A node alone has nothing to say
 * of another one's copies.) */
bool mcha_journal_is_used(const mcha_pool *pool);

/* Finds the journal's nodes, if they are not known. */
void mcha_journal_choose_nodes(mcha_pool *pool);

/* The node keeps one of the journal's logs. */
bool mcha_journal_has_log(mcha_pool *pool, size_t node);

static inline uint64_t mcha_journal_segment(uint64_t number)
{
	return number >> MCHA_JOURNAL_SEGMENT_BITS;
}

/* So many of the nodes must have a record, or have been asked for what is new, if they can be
 * reached at all: then a host that writes and one that reads have one in common, whichever were
 * late. */
static inline size_t mcha_journal_majority(const mcha_pool *pool)
{
	return pool->journal.count / 2 + 1;
}

/* How long a round waits for a journal node while it waits for no other one: a journal node that
 * hangs, or is far away, is not what an operation is about, and the others have what it has. */
mcha_usec mcha_journal_grace(const mcha_pool *pool);

/* Writes the key of a segment. Returns its length. */
uint16_t mcha_journal_segment_key(char key[MCHA_JOURNAL_KEY_MAX], uint64_t segment);

/* A random number at which a log may begin. */
uint64_t mcha_journal_new_era(mcha_pool *pool);

/* The records as they are in the journal, least significant byte first; and back. */
void mcha_journal_swap_bytes(mcha_journal_record *records, size_t count);

#endif
