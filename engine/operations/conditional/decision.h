/* SPDX-License-Identifier: MIT */
/* One conditional operation on its way, in four steps: elect, decide, propagate, confirm.
 *
 *   elect      election.c     one node, the authority, is found that decides
 *   decide     conditional.c  its answer is the outcome; an authority that has lost the key is
 *                             refilled first
 *   propagate  propagation.c  the outcome is given to the other replicas
 *   confirm    propagation.c  no other process has gone on without the outcome, and
 *              conflict.c     no other replica contradicts it */
#ifndef MCHA_ENGINE_DECISION_H
#define MCHA_ENGINE_DECISION_H

#include "engine/replica/targets.h"

typedef struct mcha_decision {
	mcha_pool *pool;
	mcha_item *item;
	mcha_mode mode;
	bool asked;        /* some home node could be asked */
	unsigned attempts; /* to let a node decide */
	/* how a node before the authority failed that may have carried out the request */
	mcha_status indeterminate;
	uint16_t doubted;      /* the first such node */
	size_t authority;      /* its position; valid when a node has decided */
	mcha_request *verdict; /* the request that the authority has answered */
	mcha_usec decided_in;  /* from the question until this process had read the answer */
} mcha_decision;

static inline mcha_replica *mcha_decision_authority(const mcha_decision *d)
{
	return &d->item->replicas[d->authority];
}

/* The authority is a handoff node: no home node could be asked. */
static inline bool mcha_decision_is_handed_off(const mcha_decision *d)
{
	return !mcha_replica_is_home(mcha_decision_authority(d));
}

/* The replica has carried out the operation's own request. */
static inline bool mcha_decision_has_stored(const mcha_replica *replica)
{
	return replica->request && replica->request->reply.status == MCHA_STATUS_OK;
}

/* What the authority answers if it has no such key. */
mcha_status mcha_decision_lacks(const mcha_decision *d);

/* The operation's answer where the authority has refused the request with this status. */
mcha_status mcha_decision_refuse(mcha_decision *d, mcha_status status);

/* Fills in what a store of the item's value at this replica has in common, whatever its
 * condition. */
void mcha_decision_fill(const mcha_decision *d, const mcha_replica *replica, mcha_mode mode,
	mcha_request *request);

/* The life of the item's copy at this replica. A lock's is its own on a handoff node, too: the
 * lock's owner relies on it for so long, and removes the copy there. */
int64_t mcha_decision_exptime(const mcha_decision *d, const mcha_replica *replica);

/* --- election.c ------------------------------------------------------------------------------- */

/* Finds the authority: d->authority and d->verdict. False: no node has decided; the item's fault
 * says why, if there is one. */
bool mcha_election_hold(mcha_decision *d);

/* Asks the authority once more. False: no answer. */
bool mcha_election_repeat(mcha_decision *d);

/* A handoff node has decided: records hints for the handoff nodes that were passed over, as for the
 * homes. When such a node is back, it is asked before the one that has decided. */
void mcha_election_record_passed_over(mcha_decision *d);

/* A handoff node has decided, and the hints are recorded: is some home up again, so that another
 * process may have asked it? (Of this process and one that asks a home which comes back, at least
 * one sees the other.) */
bool mcha_election_has_home_back(mcha_decision *d);

/* --- propagation.c ---------------------------------------------------------------------------- */

/* The authority has granted the request: propagates the outcome, and confirms it. Returns the
 * operation's answer. */
mcha_status mcha_propagation_carry_out(mcha_decision *d);

/* Other processes have gone on without the authority, or while a handoff node was the authority a
 * home came back: what it has granted is void. Returns the operation's answer. */
mcha_status mcha_propagation_leave_void(mcha_decision *d);

/* --- conflict.c ------------------------------------------------------------------------------- */

typedef enum mcha_conflict {
	MCHA_CONFLICT_NONE, /* the add stands */
	/* the add stands, but the other copy may be of an earlier add of the same value */
	MCHA_CONFLICT_TWIN,
	MCHA_CONFLICT_REFUSED, /* another copy had the key: what the add made is taken back */
	MCHA_CONFLICT_UNKNOWN, /* the nodes that could tell gave no answer */
} mcha_conflict;

/* After the outcome was propagated. */
mcha_conflict mcha_conflict_resolve(mcha_decision *d);

/* --- take_back.c ------------------------------------------------------------------------------ */

#define MCHA_NOWHERE UINT16_MAX

/* Removes the copies that the replicas from position first to end have stored, if they still are
 * what was stored. Where that cannot be known, or the node gives no answer, a hint is added for the
 * node: source is a node that has what is right, or MCHA_NOWHERE: the key is to be deleted. Returns
 * the removals. */
const mcha_request *mcha_take_back(mcha_decision *d, size_t first, size_t end, uint16_t source);

/* The same for the copy that the authority was refilled with; source: MCHA_NOWHERE. */
void mcha_take_back_refill(mcha_decision *d, const mcha_request *refill);

#endif
