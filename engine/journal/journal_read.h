/* SPDX-License-Identifier: MIT */
/* Reads what other hosts have put into the journal (journal.h). */
#ifndef MCHA_ENGINE_JOURNAL_READ_H
#define MCHA_ENGINE_JOURNAL_READ_H

#include "journal.h"

/* At the beginning of an operation: if this host has not read the journal for mcha.hint_interval,
 * reads it, and puts the records of this host that wait into it. Shortly before, one process of the
 * host does so. */
void mcha_journal_read_if_due(mcha_pool *pool);

static inline void mcha_journal_read(mcha_pool *pool)
{
	if (pool->now >= pool->journal.idle_until) {
		mcha_journal_read_if_due(pool);
	}
}

/* To look into the journal at once, in a round that asks something else, too: puts the questions
 * into the round that is being prepared, and takes the answers after it. */
typedef struct mcha_journal_question {
	mcha_usec asked;
	mcha_request *heads[MCHA_JOURNAL_NODES_MAX]; /* NULL: that node is not asked */
} mcha_journal_question;

void mcha_journal_ask(mcha_pool *pool, mcha_journal_question *question);
void mcha_journal_take_answers(mcha_pool *pool, const mcha_journal_question *question);

#endif
