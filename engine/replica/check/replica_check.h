/* SPDX-License-Identifier: MIT */
/* Looks after replicas that are not read: beside some hits another home node is asked, in the same
 * round, for the key's metadata without its value. That keeps the copy warm in the server's LRU,
 * and the operation that finds a copy missing or older repairs it.
 *
 *   how often    one in 64 hits while nothing is wrong, up to each while copies are found missing
 *                (replica_state.h)
 *   for certain  a home node that may have lost its memory since the key was last seen there
 *                (verified.h): once for each key
 *
 * A read does not wait for a check: when nothing else of its round is missing there is a short
 * grace, then the round ends without the check, and the node is left alone by checks for a while.
 * Nothing is held against it. */
#ifndef MCHA_ENGINE_REPLICA_CHECK_H
#define MCHA_ENGINE_REPLICA_CHECK_H

#include "engine/replica/targets.h"

/* Whether other home nodes than the first of its list are to be asked about this item; sets
 * item->read.checks. */
bool mcha_replica_check_choose(mcha_pool *pool, mcha_item *item);

/* Asks those of them that stand behind the item's cursor. */
void mcha_replica_check_ask(mcha_pool *pool, mcha_item *item);

/* After the read, and the repair of what it found missing: mends copies that are older than another
 * one, and remembers how the nodes keep their copies. */
void mcha_replica_check_conclude(mcha_pool *pool, mcha_item *items, size_t count);

/* Is it worth remembering where keys are? Only while some node may have lost its memory lately. */
bool mcha_replica_check_is_noting(const mcha_pool *pool);

/* If so, after a write: all home nodes have what it left (changed: of how many of them it was
 * heard), or will be told of it. */
void mcha_replica_check_wrote(mcha_pool *pool, const mcha_item *item, size_t changed);

#endif
