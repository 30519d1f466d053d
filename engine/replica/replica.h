/* SPDX-License-Identifier: MIT */
/* A replica: one key's copy on one node, and what it is doing in the operation that runs.
 *
 *   not asked yet    request NULL, skipped PENDING
 *   skipped          request NULL; skipped says why: the node is down (DOWN), or has missed a write
 *                    of the key that could not be repaired (STALE), or MISS in the place of its
 *                    answer: no node has the value any more
 *   asked            request is the operation's own last request to the node, and has its answer
 *                    once the round has run
 *
 * An operation's own requests are the ones that it is about: a get()'s reads, a set()'s stores.
 * Whatever else it asks of a node (looks, repairs) is kept by the function that asks. */
#ifndef MCHA_ENGINE_REPLICA_H
#define MCHA_ENGINE_REPLICA_H

#include "engine/pool/pool_round.h"
#include "item.h"

typedef enum mcha_role {
	MCHA_ROLE_HOME,
	MCHA_ROLE_PREVIOUS, /* a home of the key before the pool was changed, see previous_pool.h */
	MCHA_ROLE_HANDOFF,  /* may have copies that were meant for a home that was down */
} mcha_role;

typedef struct mcha_replica {
	uint16_t node;     /* index in the pool */
	uint16_t position; /* in the preference list */
	uint8_t role;      /* mcha_role */
	/* the node is distrusted or has a compact hint for the key, see mcha_doubts_has() */
	bool doubted : 1;
	/* the same, but all homes have compact hints, and its own one is the oldest */
	bool believed : 1;
	/* not to be asked while another home can be asked that is trusted, see
	 * mcha_replica_exclusion() */
	bool distrusted : 1;
	bool deleted : 1; /* with excluded: the key was deleted */
	/* the operation's change may have come to it twice, see late_change.h */
	bool changed_twice : 1;
	/* another process's write of the key may come to the node after this operation's
	 * (async_write.h) */
	bool reordered : 1;
	/* not to be asked: said in the place of its answer (STALE or MISS); OK: may be asked */
	uint8_t excluded;
	uint8_t skipped; /* mcha_status */
	mcha_request *request;
	/* a second question besides the own request: a read's check (replica_check.h), a lock's read
	 * beside (beside.h), an earlier answer that counts as a vote (votes.h); NULL: none */
	mcha_request *check;
} mcha_replica;

/* What has become of the operation's own request; PENDING: the node was not asked. */
static inline mcha_status mcha_replica_status(const mcha_replica *replica)
{
	return replica->request ? replica->request->reply.status : (mcha_status)replica->skipped;
}

/* The operation has something to do with the replica: it has asked the node, or would have if it
 * could. */
static inline bool mcha_replica_is_concerned(const mcha_replica *replica)
{
	return replica->request || replica->skipped != MCHA_STATUS_PENDING;
}

/* By a record of another host: that host may have written the key to a handoff node. */
static inline bool mcha_replica_is_known_to_miss(const mcha_replica *replica)
{
	return replica->doubted || replica->believed;
}

/* A handoff node may have a copy that was meant for the replica. */
static inline bool mcha_replica_may_have_handoff(const mcha_pool *pool, const mcha_replica *replica)
{
	return mcha_replica_is_known_to_miss(replica) || mcha_pool_failed_lately(pool, replica->node);
}

static inline bool mcha_replica_is_home(const mcha_replica *replica)
{
	return replica->role == MCHA_ROLE_HOME;
}

/* --- replicas that an operation must not ask: found by hint_replay.h --- */

typedef enum mcha_exclusion {
	MCHA_EXCLUSION_NONE,
	MCHA_EXCLUSION_MISSED, /* the replica has missed a write */
	/* the replica has missed a deletion of the key: it does not contradict a miss */
	MCHA_EXCLUSION_DELETED,
	/* the node is distrusted, and another home has all that was acknowledged */
	MCHA_EXCLUSION_DISTRUSTED,
} mcha_exclusion;

mcha_exclusion mcha_replica_exclusion(const mcha_pool *pool, const mcha_item *item,
	const mcha_replica *replica);

/* That the node is not asked leaves open whether it has the key. (NONE: it cannot be asked for
 * another reason.) */
static inline bool mcha_exclusion_leaves_open(mcha_exclusion exclusion)
{
	return exclusion == MCHA_EXCLUSION_NONE || exclusion == MCHA_EXCLUSION_MISSED;
}

/* status: STALE or MISS. Of two exclusions of a replica the first one counts. */
void mcha_replica_exclude(mcha_replica *replica, mcha_status status, bool deleted);
void mcha_replica_exclude_distrusted(mcha_replica *replica);

/* The node may lack what it has acknowledged: it failed lately, was restarted, or evicts items. */
bool mcha_replica_may_have_lost(const mcha_pool *pool, uint16_t node);

/* That the node lacks the key does not say that the key is missing: the node was down lately, and
 * may have been restarted, or may have missed a write of the key. */
static inline bool mcha_replica_may_lack(const mcha_pool *pool, const mcha_replica *replica)
{
	return replica->doubted || mcha_pool_failed_lately(pool, replica->node);
}

/* --- asking --- */

/* May the node be asked for the key now? Not if it is down, or the replica is excluded. As
 * mcha_pool_admit() this may claim a probe. */
static inline bool mcha_replica_may_ask(mcha_pool *pool, const mcha_item *item,
	const mcha_replica *replica, bool last_resort)
{
	return ((!replica->distrusted && replica->excluded == MCHA_STATUS_OK)
			   || mcha_replica_exclusion(pool, item, replica) == MCHA_EXCLUSION_NONE)
		&& (!pool->running.troubled || mcha_pool_admit(pool, replica->node, last_resort));
}

/* The operation's own request to the replica's node, key filled in. NULL with the item's fault set:
 * no memory. */
mcha_request *mcha_replica_ask(mcha_pool *pool, mcha_item *item, mcha_replica *replica,
	mcha_verb verb);

/* A request about the item besides the operation's own: a look, or a repair. NULL with the item's
 * fault set: no memory. */
mcha_request *mcha_replica_ask_beside(mcha_pool *pool, mcha_item *item, mcha_replica *replica,
	mcha_verb verb);

/* The same for a node that need not be in the item's list. */
mcha_request *mcha_item_ask(mcha_pool *pool, mcha_item *item, uint16_t node, mcha_verb verb);

/* The request has read a copy that has the item's value: of a lock, the owner's token. */
bool mcha_item_is_read(const mcha_item *item, const mcha_request *request);

/* Why the replica may not be asked: the node's failure, or what was said by
 * mcha_replica_exclude(). */
mcha_status mcha_replica_unasked(const mcha_pool *pool, const mcha_item *item,
	const mcha_replica *replica);

/* The node may not be asked: skips the replica, and notes in the item and in the report what that
 * leaves open. */
void mcha_replica_skip(mcha_pool *pool, mcha_item *item, mcha_replica *replica);

/* The replica's node gave no answer, for this reason: a fault of the item's, unless that the node
 * was not asked leaves nothing open (mcha_exclusion_leaves_open()), or only the previous pool has
 * the node: it may be dead for good, and no operation fails for it. */
void mcha_replica_note_unanswered(const mcha_pool *pool, mcha_item *item,
	const mcha_replica *replica, mcha_status status);

/* The item's replica at this node; NULL: the node is not in its list. */
mcha_replica *mcha_replica_at(const mcha_item *item, uint16_t node);

#endif
