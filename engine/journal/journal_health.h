/* SPDX-License-Identifier: MIT */
/* Tells the other hosts, by the journal, which nodes this host holds down, and which of these it
 * reaches again. There it is a suspicion (engine/shared/health/suspicion.h). */
#ifndef MCHA_ENGINE_JOURNAL_HEALTH_H
#define MCHA_ENGINE_JOURNAL_HEALTH_H

#include "journal.h"

/* Notes a record for each node whose state the other hosts have not been told. */
void mcha_journal_health_note(mcha_pool *pool);

/* Puts the records of the operation into the journal, and beside them what the other hosts are to
 * be told of health. False: the operation has none. No operation waits for the journal because of
 * health alone, which is not worth a late answer. */
bool mcha_journal_tell(mcha_pool *pool);

#endif
