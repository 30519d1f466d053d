/* SPDX-License-Identifier: MIT */
/* Where a key lay before the pool was changed (pool.h): its previous homes, as far as they are not
 * among its homes now.
 *
 *   read                       asked after the homes; a hit refills the homes (get.c,
 *                              read_repair.c)
 *   whole value                purged there once a home has the new one (purge.c)
 *   delete, touch              reach them in the same round (purge.c)
 *   changes, decides           homes are given the copy first (below), then as a whole value
 *
 * They are given nothing, decide nothing, and count for nothing: one that is down is passed over,
 * and gets a hint for the deletions that it misses, as a handoff node does. Locks know nothing of
 * them. */
#ifndef MCHA_ENGINE_PREVIOUS_POOL_H
#define MCHA_ENGINE_PREVIOUS_POOL_H

#include "engine/replica/targets.h"

/* After mcha_hint_replay(), before an operation that changes what is there, or makes it if it is
 * not: of keys that previous homes have, homes that lack them are given a copy, that of another
 * home if there is one: another process is migrating the key just now, and has perhaps not come to
 * all homes. (Where previous homes have nothing, homes are left alone: another process may be
 * making the key just now, home by home.) item->found: it was there. Where the homes that were
 * asked lack the key, and another home, or a previous home in the pool, that may have it gave no
 * answer, the item gets that fault as its answer: the operation does not decide as if there were no
 * such key. */
void mcha_previous_pool_migrate(mcha_pool *pool, mcha_item *items, size_t count);

#endif
