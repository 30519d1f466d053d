/* SPDX-License-Identifier: MIT */
/* A round that gives copies to nodes which lack them, and looks at their sources once more behind
 * it. */
#ifndef MCHA_ENGINE_REPAIR_ROUND_H
#define MCHA_ENGINE_REPAIR_ROUND_H

#include "engine/replica/targets.h"

/* The replica that an item's copies are made from. */
typedef const mcha_replica *(*mcha_source_finder)(const mcha_item *item);

/* Adds a store of the copy to the round that is being prepared, unless the copy's life is about to
 * end or the key is being deleted; or this host does not know what other hosts have deleted: then
 * it would bring back what a node has missed. over: the CAS of an older copy that is to be
 * replaced; 0: the node lacks the key. False: the key is being deleted, or was a moment ago. */
bool mcha_repair_round_give(mcha_pool *pool, mcha_item *item, mcha_replica *replica,
	const mcha_reply *copy, uint64_t over);

/* Before copies are given: hears of what other hosts have put into the journal by now. Where a
 * source has missed a write by that (mcha_doubts_has_since()), its copy is not to be given: no node
 * is to have a deleted key even for a moment. */
void mcha_repair_round_hear(mcha_pool *pool);

/* Runs the round of stores that was prepared; before: the count of requests without them. Returns
 * the round; NULL: there is none. */
mcha_request *mcha_repair_round_run(mcha_pool *pool, size_t before, mcha_source_finder find);

#endif
