/* SPDX-License-Identifier: MIT */
/* What the processes of this host share about the pool's journal (engine/journal): the host's name
 * in marks, and the records that some process is still to put into the journal.
 *
 * The records that wait are a ring of the last ones. A process that adds a record writes its mark
 * last; if the ring comes round meanwhile, a record may be mixed from two. Such a record has a mark
 * that no hint of its key has, so it says nothing. */
#ifndef MCHA_ENGINE_JOURNAL_TABLE_H
#define MCHA_ENGINE_JOURNAL_TABLE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include "engine/base/clock.h"
#include "mark.h"
#include "sent_elsewhere.h"

#define MCHA_JOURNAL_WAITING 4096 /* a power of two */
#define MCHA_JOURNAL_SEEN 65536   /* a power of two */
#define MCHA_JOURNAL_SEEN_BUCKET 32
#define MCHA_JOURNAL_HOSTS 1024   /* a power of two */
#define MCHA_JOURNAL_ORDERED 4096 /* a power of two */

/* One record: what happened (the mark's kind) to a key's copy on a node. */
typedef struct mcha_journal_record {
	uint64_t key;  /* mcha_compact_key; 0: the record is about all keys of the node */
	uint64_t node; /* mcha_endpoint_id */
	uint64_t mark; /* 0: there is no record */
} mcha_journal_record;

typedef struct mcha_journal_table {
	_Atomic uint32_t host;   /* by which marks name this host; 0: not chosen yet */
	_Atomic uint32_t number; /* of the last mark */
	_Atomic uint64_t added;  /* records, to the ring */
	_Atomic uint64_t taken;  /* records, from the ring */
	struct {
		_Atomic uint64_t key, node, mark;
	} waiting[MCHA_JOURNAL_WAITING];
	/* marks of the hints of which this host has read a record, in buckets that their bits give
	 * them */
	_Atomic uint64_t seen[MCHA_JOURNAL_SEEN];
	/* the youngest mark that was read of each host, in the place that the host's name gives it */
	_Atomic uint64_t youngest[MCHA_JOURNAL_HOSTS];
	/* the last moment that a record was given, of the keys that share the place */
	_Atomic int64_t ordered[MCHA_JOURNAL_ORDERED];
	mcha_sent_elsewhere sent;
} mcha_journal_table;

/* The name of this host; 0: it has none yet. */
static inline uint32_t mcha_journal_host(const mcha_journal_table *journal)
{
	return atomic_load_explicit(&journal->host, memory_order_relaxed);
}

/* A new mark of this host; random: what the first process that needs one chooses the host's name
 * by. */
uint64_t mcha_journal_mark(mcha_journal_table *journal, mcha_mark_kind kind, uint64_t random);

/* The record is to be put into the journal by whichever process does so next. */
void mcha_journal_add(mcha_journal_table *journal, const mcha_journal_record *record);

/* This host has read a record about the hint with this mark, of whatever kind. Each record is in
 * several logs, and is read again when the host reaches a log that it has not reached for a while:
 * it would count as younger than records that were written after it. False, too, if newer marks
 * have taken its place: as all places of a bucket are taken, the marks that were read first are
 * forgotten first, so that what is read again is read in its order. */
bool mcha_journal_has_seen(const mcha_journal_table *journal, uint64_t mark);
void mcha_journal_note_seen(mcha_journal_table *journal, uint64_t mark);

/* This host has read a younger mark of the same host before: the logs that it has read until now
 * lack the record, which is older than what they have. */
bool mcha_journal_is_late(mcha_journal_table *journal, uint64_t mark);

/* When a record of the key counts as read: now, or a millisecond after the last record of the key,
 * as of two hints of a key these moments tell which one is younger (mcha_hints_order()). Records of
 * other keys, of which many may be read at once, do not make it later. */
mcha_usec mcha_journal_put_in_order(mcha_journal_table *journal, uint64_t key, mcha_usec now);

/* Takes up to count records that wait. Returns how many. */
size_t mcha_journal_take(mcha_journal_table *journal, mcha_journal_record *records, size_t count);

/* Records wait. */
static inline bool mcha_journal_has_waiting(const mcha_journal_table *journal)
{
	return atomic_load_explicit(&journal->added, memory_order_relaxed)
		!= atomic_load_explicit(&journal->taken, memory_order_relaxed);
}

#endif
