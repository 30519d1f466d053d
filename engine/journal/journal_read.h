/* SPDX-License-Identifier: MIT */
/* Reads what other hosts have put into the journal (journal.h). */
#ifndef MCHA_ENGINE_JOURNAL_READ_H
#define MCHA_ENGINE_JOURNAL_READ_H

#include "journal.h"

/* At the beginning of an operation: if this host has not read the journal for mcha.hint_interval,
 * reads it, and puts the records of this host that wait into it. Shortly before, one process of the
 * host does so. */
void mcha_journal_read(mcha_pool *pool);

/* Reads the journal now. True: there was something new. */
bool mcha_journal_read_now(mcha_pool *pool);

#endif
