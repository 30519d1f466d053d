/* SPDX-License-Identifier: MIT */
/* What is known, and what operations learn, of how well nodes keep their copies: when a process
 * last saw a key on all its homes (verified.h), and how often a node was found to lack a copy
 * (replica_state.h). */
#ifndef MCHA_ENGINE_REPLICA_LEARN_H
#define MCHA_ENGINE_REPLICA_LEARN_H

#include "engine/replica/targets.h"

/* A read has found the key at the first replica that it asked, and has looked at no other one:
 * nothing is learnt, and nothing is to be repaired. */
static inline bool mcha_replica_learn_nothing(const mcha_item *item)
{
	return item->cursor == 1 && !item->read.checked;
}

/* When the key was last seen on all its homes; 0: not known. */
mcha_usec mcha_replica_learn_last_seen(const mcha_pool *pool, const mcha_item *item);

/* Remembers that all homes have the key, since this operation began. */
void mcha_replica_learn_seen(const mcha_pool *pool, const mcha_item *item);

/* The node may have lost its memory since the key was last seen on all its homes. */
bool mcha_replica_learn_may_lack(const mcha_pool *pool, uint16_t node, mcha_usec seen);

/* This request has given a node a copy that the node had not kept. */
void mcha_replica_learn_lacking(mcha_pool *pool, const mcha_request *store);

/* After a read, and the repair of what it found missing: learns from the reads, from the checks
 * beside them (replica_check.h), and from the stores of the repair. */
void mcha_replica_learn_from_read(mcha_pool *pool, mcha_item *items, size_t count,
	const mcha_request *stores);

#endif
