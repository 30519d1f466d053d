/* SPDX-License-Identifier: MIT */
/* Registers (read_policy quorum): by majority, each key is read and written as if there were one
 * copy of it (linearizable). After H. Attiya, A. Bar-Noy, D. Dolev, "Sharing Memory Robustly in
 * Message-Passing Systems", 1995, with the versions of version.h.
 *
 *   get      more than half of the home nodes are asked in one round; the newest version wins; if
 *            the copies differ, it is given to the homes that have older ones before it is returned
 *   set      the home nodes are asked for their versions; a newer one is then put over the copy
 *            that was seen at each
 *   delete   the same with a tombstone: an item that says that there is none
 *
 * memcached stores whatever version it is told, older or newer. So a node is told to add where
 * nothing was seen, and to swap the copy that was seen otherwise. A home whose copy was changed
 * meanwhile is looked at again: its copy is newer than the write already, or the home is asked once
 * more. So a node that hangs, and carries out a late write, can never put something old over
 * something new.
 *
 * That a node has nothing is a vote only if the node cannot have lost what it had: a node that
 * failed lately may be empty. Where all home nodes have answered, their copies are all that there
 * is.
 *
 * Servers without versions (before 1.6.27) have copies that cannot be told apart by age: the first
 * one wins. */
#ifndef MCHA_ENGINE_QUORUM_H
#define MCHA_ENGINE_QUORUM_H

#include "engine/replica/targets.h"
#include "engine/base/version.h"
#include "engine/protocol/tombstone.h"

/* What a home node has of an item, as far as is known. */
typedef enum mcha_view_state {
	MCHA_VIEW_UNKNOWN,
	MCHA_VIEW_SILENT,
	MCHA_VIEW_ABSENT,
	MCHA_VIEW_FOUND
} mcha_view_state;

typedef struct mcha_view {
	uint64_t cas;          /* FOUND; 0: the server keeps none */
	uint64_t rank;         /* FOUND: of its version (version.h); 0: it has none */
	mcha_request *request; /* the look that told it */
	uint8_t state;         /* mcha_view_state */
	bool deleted;          /* FOUND: a tombstone */
	bool vote;
	bool done; /* the home has what the operation gave it, or something newer */
} mcha_view;

typedef struct mcha_quorum_operation {
	mcha_pool *pool;
	mcha_item *items;
	size_t count;
	size_t homes;
	size_t most; /* more than half of them */
} mcha_quorum_operation;

static inline bool mcha_quorum_is_open(const mcha_item *item)
{
	return item->answer.status == MCHA_STATUS_PENDING;
}

/* The views of the item's homes, in the order of item->replicas. */
static inline mcha_view *mcha_quorum_views(const mcha_quorum_operation *operation,
	const mcha_item *item)
{
	return &operation->pool->views.entries[(size_t)(item - operation->items) * operation->homes];
}

/* The view of the home that the request was sent to. */
static inline mcha_view *mcha_quorum_view(const mcha_quorum_operation *operation,
	const mcha_request *request)
{
	return &mcha_quorum_views(operation, request->item)[request->replica->position];
}

/* Begins it behind mcha_targets(). False: no memory; the items say so. */
bool mcha_quorum_begin(mcha_quorum_operation *operation, mcha_pool *pool, mcha_item *items,
	size_t count);

/* Asks a home node what it has. False: the node cannot be asked, or there is no memory. A home that
 * cannot be asked is skipped: it has no vote, and misses what the operation writes. */
bool mcha_quorum_look(mcha_quorum_operation *operation, mcha_item *item, mcha_replica *replica,
	unsigned want, bool last_resort);

/* Notes in the views what the looks of a round have told. */
void mcha_quorum_take(mcha_quorum_operation *operation, mcha_request *round);

/* Enough is known of the item. */
bool mcha_quorum_is_known(const mcha_quorum_operation *operation, const mcha_item *item);

/* The view of the newest copy; NULL: no home is known to have a copy. */
const mcha_view *mcha_quorum_newest(const mcha_quorum_operation *operation, const mcha_item *item);

/* Greater: newer. 0: nothing is there. Copies without a version are all alike. */
static inline uint64_t mcha_quorum_rank(const mcha_view *view)
{
	return view->state != MCHA_VIEW_FOUND ? 0 : view->rank ? view->rank : 1;
}

/* Home nodes that have this rank or more. */
size_t mcha_quorum_count(const mcha_quorum_operation *operation, const mcha_item *item,
	uint64_t rank);

/* What is put in the place of a deleted key's value. */
static inline mcha_reply mcha_quorum_tombstone(uint64_t version)
{
	return (mcha_reply){.value = (char *)"", .flags = MCHA_TOMBSTONE_FLAGS, .cas = version};
}

/* Puts a copy on a home node, over what was seen there: the node adds it where nothing was seen, or
 * if the copy has no version, as it is not known to be newer then. What was seen must have a CAS
 * otherwise. NULL: no memory. */
mcha_request *mcha_quorum_put(mcha_quorum_operation *operation, mcha_item *item,
	mcha_replica *replica, const mcha_reply *copy, int64_t exptime);

/* A value that is known to be too large for the request's node is not sent. */
void mcha_quorum_check_size(const mcha_pool *pool, mcha_request *request);

/* Before an operation that is no register's (add, append, increment and so on): deletes the
 * tombstones of deleted keys, and copies that are older than these. Behind mcha_targets(); the
 * items' replicas are as they were before. */
void mcha_quorum_clear(mcha_pool *pool, mcha_item *items, size_t count);

#endif
