/* SPDX-License-Identifier: MIT */
/* An add that the authority granted and another replica contradicts: the authority has lost the key
 * (a restart), and the add is taken back; or another client has built on the add already, and it
 * stands. */
#include "decision.h"

#include <string.h>

#include "engine/base/version.h"
#include "engine/replica/hint_record.h"
#include "engine/replica/put.h"

/* --- taking back ------------------------------------------------------------------------------ */

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

/* Of the replicas from position first to end. Returns the removals. */
static mcha_request *take_back(mcha_decision *d, size_t first, size_t end, uint16_t source)
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

void mcha_conflict_take_back(mcha_decision *d, size_t position, uint16_t source)
{
	take_back(d, position, d->item->replica_count, source);
}

void mcha_conflict_take_back_refill(mcha_decision *d, const mcha_request *refill)
{
	ask_to_remove(d, refill->replica, refill->reply.cas, MCHA_NOWHERE);
	run_removals(d, MCHA_NOWHERE);
}

/* Takes back the authority's copy. True: the copy has been changed since. */
static bool was_changed(mcha_decision *d, uint16_t source)
{
	const mcha_request *removal = take_back(d, d->authority, d->authority + 1, source);

	return removal && removal->reply.status == MCHA_STATUS_EXISTS;
}

/* --- the other copy --------------------------------------------------------------------------- */

/* A replica, other than the authority's, that had the key before an add that the authority granted.
 * NULL: none. */
static mcha_replica *find_conflict(const mcha_decision *d)
{
	size_t i;

	for (i = d->authority + 1; d->mode == MCHA_MODE_ADD && i < d->item->replica_count; i++) {
		mcha_replica *replica = &d->item->replicas[i];

		if (replica->request && replica->request->reply.status == MCHA_STATUS_NOT_STORED) {
			return replica;
		}
	}
	return NULL;
}

static bool is_same_or_newer(mcha_pool *pool, const mcha_reply *there, const mcha_reply *here,
	uint64_t own)
{
	return mcha_version_is(there->cas) && mcha_version_is(own)
		? mcha_item_version_rank(pool, there->cas) > own
		: there->size == here->size && memcmp(there->value, here->value, there->size) == 0;
}

static mcha_request *ask_whole(mcha_decision *d, mcha_replica *replica)
{
	mcha_request *request = mcha_replica_ask_beside(d->pool, d->item, replica, MCHA_VERB_GET);

	if (request) {
		request->want = MCHA_WANT_VALUE | MCHA_WANT_CAS | MCHA_WANT_TTL;
	}
	return request;
}

static mcha_conflict compare_copies(mcha_decision *d, const mcha_reply *here,
	const mcha_reply *there)
{
	if (here->status == MCHA_STATUS_OK && there->status == MCHA_STATUS_OK) {
		return is_same_or_newer(d->pool, there, here, d->verdict->reply.cas)
			? MCHA_CONFLICT_NONE
			: MCHA_CONFLICT_REFUSED;
	}
	if (mcha_status_is_answer(here->status) && mcha_status_is_answer(there->status)) {
		return MCHA_CONFLICT_REFUSED;
	}
	mcha_verdict_fault(d->item, mcha_status_is_answer(here->status) ? there->status : here->status);
	return MCHA_CONFLICT_UNKNOWN;
}

/* The authority's copy was changed before it could be taken back. By a client that saw it, and
 * whose change, on its way to the copies, is what the add has met there? Then the add took
 * place. */
static mcha_conflict judge_changed(mcha_decision *d, mcha_replica *other)
{
	mcha_conflict verdict = MCHA_CONFLICT_UNKNOWN;
	mcha_request *here = NULL, *there = NULL, *round = NULL;

	if (mcha_pool_reserve(d->pool, 2)) {
		here = ask_whole(d, mcha_decision_authority(d));
		there = ask_whole(d, other);
		round = mcha_pool_run(d->pool, mcha_targets_share(d->pool, 2));
	}
	if (here && there) {
		verdict = compare_copies(d, &here->reply, &there->reply);
	} else {
		mcha_verdict_fault(d->item, MCHA_STATUS_NO_MEMORY);
	}
	mcha_targets_release_round(d->pool, round);
	return verdict;
}

/* The conflicting copy is gone by now, or expiring: the add stands, and is given to that replica,
 * too. False: there is a copy again. */
static bool replace_older(mcha_decision *d, mcha_replica *other, mcha_mode mode)
{
	mcha_pool *pool = d->pool;
	mcha_request *request = mcha_replica_ask(pool, d->item, other, MCHA_VERB_STORE);

	if (!request) {
		return true;
	}
	mcha_decision_fill(d, other, mode, request);
	mcha_pool_run(pool, mcha_targets_share(pool, 1));
	return request->reply.status != MCHA_STATUS_NOT_STORED;
}

#define TWIN_IDLE 1 /* seconds since the copy was stored or read: a server counts whole ones */

/* Where servers count for themselves, a copy that a reader gave on is told by its value alone. An
 * add of another client that the authority has lost may have the same one: to grant this add could
 * give a lock to two owners, to refuse it would leave a value that was refused. */
static bool is_twin(const mcha_decision *d, const mcha_reply *there)
{
	const mcha_item *item = d->item;

	return there->status == MCHA_STATUS_OK && !mcha_version_is(there->cas) && !item->is_lock
		&& there->number <= TWIN_IDLE && (item->exptime == 0 || there->ttl != MCHA_TTL_NONE)
		&& there->flags == item->flags && there->value && there->size == item->value_length
		&& memcmp(there->value, item->value, there->size) == 0;
}

/* The copy that was there before: is it alive, and can a reader have given it on? */
static mcha_reply look_at_older(mcha_decision *d, mcha_replica *other, bool *twin)
{
	mcha_pool *pool = d->pool;
	mcha_request *request = mcha_replica_ask_beside(pool, d->item, other, MCHA_VERB_GET);
	mcha_reply reply;

	if (!request) {
		return (mcha_reply){.status = MCHA_STATUS_NO_MEMORY};
	}
	request->want = MCHA_WANT_TTL | MCHA_WANT_CAS | MCHA_WANT_VALUE | MCHA_WANT_IDLE
		| MCHA_WANT_UNSEEN;
	mcha_pool_run(pool, mcha_targets_share(pool, 2));
	*twin = is_twin(d, &request->reply);
	mcha_targets_release(pool, request);
	reply = request->reply;
	return reply;
}

/* The copy has the version that this add chose: a reader found the authority's copy before the add
 * came here, and gave it on. */
static bool is_given_on(const mcha_decision *d, const mcha_reply *there)
{
	return there->status == MCHA_STATUS_OK && mcha_version_is(there->cas)
		&& there->cas == d->verdict->reply.cas;
}

/* The copy that was there before is not put in the place of what is taken back: it may be on its
 * way out (a lock that is just being released must not come back), and if it stays, the next read
 * refills. */
static mcha_conflict withdraw_add(mcha_decision *d, mcha_replica *other)
{
	const uint16_t source = other->node;
	mcha_conflict verdict = MCHA_CONFLICT_REFUSED;

	if (was_changed(d, source)) {
		verdict = judge_changed(d, other);
	}
	if (verdict != MCHA_CONFLICT_NONE) {
		mcha_conflict_take_back(d, d->authority + 1, source);
	}
	return verdict;
}

mcha_conflict mcha_conflict_resolve(mcha_decision *d)
{
	mcha_replica *other = find_conflict(d);
	mcha_reply older;
	bool gone, expiring, twin = false;

	if (!other) {
		return MCHA_CONFLICT_NONE;
	}
	older = look_at_older(d, other, &twin);
	if (is_given_on(d, &older)) {
		return MCHA_CONFLICT_NONE;
	}
	gone = older.status == MCHA_STATUS_MISS;
	expiring = older.status == MCHA_STATUS_OK && mcha_copy_is_expiring(older.ttl);
	if ((gone || expiring) && replace_older(d, other, gone ? MCHA_MODE_ADD : MCHA_MODE_SET)) {
		return MCHA_CONFLICT_NONE;
	}
	return twin ? MCHA_CONFLICT_TWIN : withdraw_add(d, other);
}
