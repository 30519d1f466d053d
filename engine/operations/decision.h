/* SPDX-License-Identifier: MIT */
/* One conditional operation on its way: what conditional.c (elects a node that decides, and copies the outcome)
 * and conflict.c (an add that another copy contradicts, and what is taken back) share. */
#ifndef MCHA_ENGINE_DECISION_H
#define MCHA_ENGINE_DECISION_H

#include "engine/replica/targets.h"

typedef struct mcha_decision {
	mcha_pool *pool;
	mcha_item *item;
	mcha_mode mode;
	bool asked;       /* some home node could be */
	mcha_status indeterminate; /* how a node before the authority failed that may have done it all the same */
	uint16_t doubted;   /* the first such node */
	size_t authority; /* position; valid when decided */
	size_t verdict;   /* index of the authority's request */
	mcha_usec decided_in; /* from the question until this process had read the answer */
} mcha_decision;

static inline const mcha_request *mcha_decision_verdict(const mcha_decision *d)
{
	return &d->pool->requests[d->verdict];
}

/* The authority is a handoff node: no home node could be asked. */
static inline bool mcha_decision_is_handed_off(const mcha_decision *d)
{
	return !mcha_targets_is_home(d->pool, d->authority);
}

/* The life of the item's copy at this position. A lock's is its own on a handoff node, too: its owner believes in it
 * for so long, and removes it there. */
int64_t mcha_decision_exptime(const mcha_decision *d, size_t position);

/* This read found the item's token. */
bool mcha_decision_holds_token(const mcha_item *item, const mcha_request *request);

/* --- conflict.c -------------------------------------------------------------------------------- */

typedef enum mcha_conflict {
	MCHA_CONFLICT_NONE,    /* the add stands */
	MCHA_CONFLICT_TWIN,    /* so it does, but the other copy may be an earlier add of the same value */
	MCHA_CONFLICT_REFUSED, /* another copy had the key: what the add made is taken back */
	MCHA_CONFLICT_UNKNOWN, /* the nodes that could tell gave no answer */
} mcha_conflict;

/* After the round for the copies, which began at request first. */
mcha_conflict mcha_conflict_resolve(mcha_decision *d, size_t first);

#define MCHA_NOWHERE UINT16_MAX

/* Removes the copies that the requests from index first to end have stored, if they are still what was stored.
 * Where that cannot be known, or the node gives no answer, a hint is added for the node: source is a node that
 * has what is right, or MCHA_NOWHERE: the key is to be deleted. */
void mcha_conflict_take_back(mcha_decision *d, size_t first, size_t end, uint16_t source);

#endif
