/* SPDX-License-Identifier: MIT */
/* Reads and writes by majority (read_policy quorum): each key is a register that behaves as if there were one copy
 * of it (linearizable), after H. Attiya, A. Bar-Noy, D. Dolev, "Sharing Memory Robustly in Message-Passing
 * Systems", 1995, with the versions of version.h.
 *
 *   get      more than half of the home nodes are asked in one round; the newest version wins; if they differ, it is
 *            given to those that have older ones before it is returned
 *   set      the home nodes are asked for their versions; a newer one is then put over what each was seen to have
 *   delete   the same with a tombstone: an item that says that there is none
 *
 * memcached stores a version as it is told, older or newer. So it is told to add where there was nothing, and
 * to swap what was seen; who was changed meanwhile is looked at again, and has the newer one already or is asked once
 * more. A node that hangs and carries out late what it was told can so never put something old over something new.
 *
 * Nothing is a vote only from a node that cannot have lost what it had: one that failed lately may be empty.
 * Where all home nodes have answered, that is all there is.
 *
 * Servers without versions (before 1.6.27) have copies that cannot be told apart by age: the first wins. */
#ifndef MCHA_ENGINE_QUORUM_H
#define MCHA_ENGINE_QUORUM_H

#include "engine/replica/targets.h"
#include "engine/base/version.h"

/* What a home node has of an item, as far as is known. */
typedef enum mcha_view_state { MCHA_VIEW_UNKNOWN, MCHA_VIEW_SILENT, MCHA_VIEW_ABSENT, MCHA_VIEW_FOUND } mcha_view_state;

typedef struct mcha_view {
	uint64_t cas;     /* FOUND; 0: the server keeps none */
	uint64_t rank;    /* FOUND: of its version (version.h); 0: it has none */
	uint32_t request; /* that told it */
	uint8_t state;    /* mcha_view_state */
	bool deleted;     /* FOUND: a tombstone */
	bool vote;
	bool done;        /* has what the operation gave it, or something newer */
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

static inline mcha_view *mcha_quorum_view(const mcha_quorum_operation *operation, size_t index,
		size_t position)
{
	return &operation->pool->views[index * operation->homes + position];
}

/* Begins it behind mcha_targets(). False: no memory; the items say so. */
bool mcha_quorum_begin(mcha_quorum_operation *operation, mcha_pool *pool, mcha_item *items, size_t count);

/* Asks a home node what it has. False: it cannot be asked, has no vote, and misses what is written. */
bool mcha_quorum_look(mcha_quorum_operation *operation, size_t index, size_t position, unsigned want,
		bool last_resort);

/* What became of all looks from request index first on. */
void mcha_quorum_take(mcha_quorum_operation *operation, size_t first);

/* Enough is known of the item. */
bool mcha_quorum_is_known(const mcha_quorum_operation *operation, size_t index);

/* Where the newest copy is; -1: nobody has any. */
int mcha_quorum_newest(const mcha_quorum_operation *operation, size_t index);

/* Greater: newer. 0: nothing is there. Copies without a version are all alike. */
static inline uint64_t mcha_quorum_rank(const mcha_view *view)
{
	return view->state != MCHA_VIEW_FOUND ? 0 : view->rank ? view->rank : 1;
}

/* Home nodes that have this rank or more. */
size_t mcha_quorum_count(const mcha_quorum_operation *operation, size_t index, uint64_t rank);

/* Puts the item's value (deleted: a tombstone) on a home node, over what was seen there. NULL: no memory. */
mcha_request *mcha_quorum_put(mcha_quorum_operation *operation, size_t index, size_t position,
		const mcha_reply *value, int64_t exptime, bool deleted);

/* --- operations ----------------------------------------------------------------------------------- */

void mcha_quorum_get(mcha_pool *pool, mcha_item *items, size_t count, unsigned want);
void mcha_quorum_write(mcha_pool *pool, mcha_item *items, size_t count, bool deleting);

/* Before an operation that is no register's (add, append, increment and so on): a deleted key's tombstones are taken
 * away, and what is older. Behind mcha_targets(); leaves no requests. */
void mcha_quorum_clear(mcha_pool *pool, mcha_item *items, size_t count);

#endif
