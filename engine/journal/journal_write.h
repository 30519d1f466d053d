/* SPDX-License-Identifier: MIT */
/* Puts records into the journal (journal.h). */
#ifndef MCHA_ENGINE_JOURNAL_WRITE_H
#define MCHA_ENGINE_JOURNAL_WRITE_H

#include "journal.h"

/* A mark for a hint of which the journal gets a record; 0: the pool has no journal. */
uint64_t mcha_journal_write_mark(mcha_pool *pool, mcha_mark_kind kind);

/* This record is to be in the journal before the operation that runs ends. */
void mcha_journal_write_note(mcha_pool *pool, const mcha_journal_record *record);

/* The hints of this host that the journal had are to be in it once more: one of its logs was
 * lost. */
void mcha_journal_write_again(mcha_pool *pool);

/* Puts the noted records into the journal. If no journal node can be reached, they wait until some
 * process of the host reaches one. False: there were none. */
bool mcha_journal_write(mcha_pool *pool);

#endif
