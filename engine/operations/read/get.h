/* SPDX-License-Identifier: MIT */
/* Reads with ordered fallback: asks the first replica, after an error the next one, after a miss
 * all that are left. Here is what get.c shares with repair.c, what comes between the replay of
 * hints and the end of the operation, and with get_hedge.c. */
#ifndef MCHA_ENGINE_GET_H
#define MCHA_ENGINE_GET_H

#include "engine/replica/targets.h"

/* Reads the items whose status is PENDING, and gives the homes of those that were found the copies
 * which they lack, or have an older version of, by the answers of reads and of checks. */
void mcha_get_read_and_repair(mcha_pool *pool, mcha_item *items, size_t count, unsigned want);

/* get_hedge.c: runs the first round; where reads are hedged, asks the next replica of the items
 * whose first one is slow, and ends the round when each item is found. Returns the round's first
 * request. */
mcha_request *mcha_get_run_hedged(mcha_pool *pool, size_t count, unsigned want, mcha_usec budget);

#endif
