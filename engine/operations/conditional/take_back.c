/* SPDX-License-Identifier: MIT */
/* Takes back what a conditional operation has stored: each copy is removed if it still is what was
 * stored. */
#include "decision.h"

#include "engine/replica/hint_record.h"
#include "engine/replica/put.h"

/* A hint that the node has already says more than that the key is to be deleted. */
static void record_stale(mcha_decision *d, uint16_t node, uint16_t source)
{
	if (d->item->no_hints) {
		return;
	}
	if (source == MCHA_NOWHERE) {
		mcha_hint_record_deletion(d->pool, d->item, node);
	} else if (source != node) {
		mcha_hint_record_stale(d->pool, d->item, node, source);
	}
}

/* Without a CAS no client knows which client the value is from by now: only the hint is added. */
static void ask_to_remove(mcha_decision *d, mcha_replica *replica, uint64_t cas, uint16_t source)
{
	const mcha_put put = {
		.node = replica->node,
		.key = d->item->key,
		.key_length = (uint16_t)d->item->key_length,
		.cas = cas,
	};
	mcha_request *request = mcha_remove_if_same(d->pool, &put);

	if (request) {
		request->item = d->item;
		request->replica = replica;
	} else {
		record_stale(d, replica->node, source);
	}
}

/* The removals of the round that was prepared. */
static mcha_request *run_removals(mcha_decision *d, uint16_t source)
{
	mcha_request *round = mcha_pool_run(d->pool, mcha_targets_share(d->pool, 2)), *request;

	for (request = round; request; request = request->later) {
		if (!mcha_status_is_answer(request->reply.status)) {
			record_stale(d, request->node, source);
		}
	}
	return round;
}

/* A server that keeps no CAS values, or does not tell them, has stored this replica's copy. */
static bool is_unmarked(const mcha_replica *replica)
{
	return mcha_decision_has_stored(replica) && !replica->request->reply.cas;
}

/* A lock's token is its owner's alone, and tells where the CAS is not known. */
static mcha_request *look_for_locks(mcha_decision *d, size_t first, size_t end, uint16_t source)
{
	size_t i;

	for (i = first; i < end; i++) {
		mcha_replica *replica = &d->item->replicas[i];
		mcha_request *look;

		if (!is_unmarked(replica)) {
			continue;
		}
		look = mcha_replica_ask_beside(d->pool, d->item, replica, MCHA_VERB_GET);
		if (look) {
			look->want = MCHA_WANT_VALUE | MCHA_WANT_CAS;
		} else {
			record_stale(d, replica->node, source);
		}
	}
	return mcha_pool_has_round(d->pool) ? mcha_pool_run(d->pool, mcha_targets_share(d->pool, 3))
										: NULL;
}

/* What is there now is this operation's lock. Where the server keeps no CAS values the copy is
 * removed without: it was this lock a moment ago. */
static void ask_to_remove_lock(mcha_decision *d, const mcha_request *look, uint16_t source)
{
	if (look->reply.cas) {
		ask_to_remove(d, look->replica, look->reply.cas, source);
	} else if (!mcha_replica_ask_beside(d->pool, d->item, look->replica, MCHA_VERB_DELETE)) {
		record_stale(d, look->node, source);
	}
}

static void ask_to_remove_locks(mcha_decision *d, mcha_request *looks, uint16_t source)
{
	const mcha_request *look;

	for (look = looks; look; look = look->later) {
		if (mcha_item_is_read(d->item, look)) {
			ask_to_remove_lock(d, look, source);
		} else if (look->reply.status != MCHA_STATUS_OK && look->reply.status != MCHA_STATUS_MISS) {
			record_stale(d, look->node, source);
		}
	}
	mcha_targets_release_round(d->pool, looks);
}

const mcha_request *mcha_take_back(mcha_decision *d, size_t first, size_t end, uint16_t source)
{
	mcha_request *looks = d->item->is_lock ? look_for_locks(d, first, end, source) : NULL;
	size_t i;

	for (i = first; i < end; i++) {
		mcha_replica *replica = &d->item->replicas[i];

		if (mcha_decision_has_stored(replica) && !(d->item->is_lock && is_unmarked(replica))) {
			ask_to_remove(d, replica, replica->request->reply.cas, source);
		}
	}
	ask_to_remove_locks(d, looks, source);
	return run_removals(d, source);
}

void mcha_take_back_refill(mcha_decision *d, const mcha_request *refill)
{
	ask_to_remove(d, refill->replica, refill->reply.cas, MCHA_NOWHERE);
	run_removals(d, MCHA_NOWHERE);
}
