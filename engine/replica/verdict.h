/* SPDX-License-Identifier: MIT */
/* How the answers that concern single copies become the outcome of an item. */
#ifndef MCHA_ENGINE_VERDICT_H
#define MCHA_ENGINE_VERDICT_H

#include "replica.h"

/* Acknowledgements that make a write of the pool a success. */
size_t mcha_verdict_quorum(const mcha_pool *pool);

/* Remembers why a copy was not written or read, if it is the item's first such reason. A value that
 * is too large for one server is too large whether another server can be reached or not: that
 * reason goes before all others. */
static inline void mcha_verdict_fault(mcha_item *item, mcha_status status)
{
	if (item->fault == MCHA_STATUS_OK || status == MCHA_STATUS_TOO_BIG) {
		item->fault = status;
	}
}

/* The replica's answer is one to the operation. With allow_failover=0 the first home node's alone
 * is: a client that knows of one copy may have changed or deleted that one since. */
static inline bool mcha_verdict_heeds(const mcha_pool *pool, const mcha_replica *replica)
{
	return pool->settings.allow_failover || replica->position == 0;
}

/* A home node, of today or of the previous pool, has no such key. */
void mcha_verdict_note_miss(const mcha_pool *pool, mcha_item *item,
	const struct mcha_replica *replica);

/* The same of one that has the key not (MISS), or has given no answer for this reason. */
void mcha_verdict_note_unfound(const mcha_pool *pool, mcha_item *item,
	const struct mcha_replica *replica, mcha_status status);

/* The previous pool's home nodes leave open whether they have the key: too few of them have said
 * that they lack it, and some node gave no answer. Home nodes that are new to the key, and lack it,
 * prove nothing then. */
bool mcha_verdict_leaves_previous_open(const mcha_pool *pool, const mcha_item *item);

/* The verdict on a key that no asked node had: MISS, or the fault that leaves it open. */
mcha_status mcha_verdict_absent(const mcha_pool *pool, const mcha_item *item);

/* Ends an item whose copies were written: acknowledged against quorum, and with allow_failover=0
 * the first home node's word alone. */
mcha_status mcha_verdict(const mcha_pool *pool, const mcha_item *item);

/* The report's acknowledged: the fewest of all items. */
void mcha_verdict_report(mcha_pool *pool, const mcha_item *items, size_t count);

#endif
