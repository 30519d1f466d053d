/* SPDX-License-Identifier: MIT */
/* An add that the authority granted and another replica contradicts: the authority has lost the key
 * (a restart), and the add is taken back; or another client has built on the add already, and it
 * stands. */
#include "decision.h"

#include <string.h>

#include "engine/base/version.h"

/* --- the copies that were there before -------------------------------------------------------- */

/* This replica had the key before the add reached it. */
static bool is_in_conflict(const mcha_replica *replica)
{
	return replica->request && replica->request->reply.status == MCHA_STATUS_NOT_STORED;
}

/* The first replica that had the key before an add that the authority granted. NULL: none. */
static mcha_replica *find_conflict(const mcha_decision *d)
{
	size_t i;

	for (i = d->authority + 1; d->mode == MCHA_MODE_ADD && i < d->item->replica_count; i++) {
		if (is_in_conflict(&d->item->replicas[i])) {
			return &d->item->replicas[i];
		}
	}
	return NULL;
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

/* Reads each copy that was there before the add. NULL: there is no memory for the requests. */
static mcha_request *look_at_older(mcha_decision *d)
{
	mcha_pool *pool = d->pool;
	size_t i;

	if (!mcha_pool_reserve(pool, d->item->replica_count)) {
		return NULL;
	}
	for (i = d->authority + 1; i < d->item->replica_count; i++) {
		mcha_replica *replica = &d->item->replicas[i];

		if (is_in_conflict(replica)) {
			mcha_replica_ask_beside(pool, d->item, replica, MCHA_VERB_GET)->want = MCHA_WANT_TTL
				| MCHA_WANT_CAS | MCHA_WANT_VALUE | MCHA_WANT_IDLE | MCHA_WANT_UNSEEN;
		}
	}
	return mcha_pool_run(pool, mcha_targets_share(pool, 2));
}

/* The copy has the version that this add chose: a reader found the authority's copy before the add
 * came here, and gave it on. */
static bool is_given_on(const mcha_decision *d, const mcha_reply *there)
{
	return there->status == MCHA_STATUS_OK && mcha_version_is(there->cas)
		&& there->cas == d->verdict->reply.cas;
}

/* The copy is gone by now, or about to end. A lock's copy counts until it has ended: its life is
 * longer than the one that the owner was promised, by no more than servers' clocks may be early. */
static bool has_ended(const mcha_decision *d, const mcha_reply *there)
{
	return there->status == MCHA_STATUS_MISS
		|| (there->status == MCHA_STATUS_OK && !d->item->is_lock
			&& mcha_copy_is_expiring(there->ttl));
}

/* The replica whose copy forbids the add. NULL: none; *twin: a copy may be of an earlier add. */
static mcha_replica *find_alive(const mcha_decision *d, const mcha_request *looks, bool *twin)
{
	mcha_replica *alive = NULL;

	for (; looks; looks = looks->later) {
		if (is_given_on(d, &looks->reply) || has_ended(d, &looks->reply)) {
			continue;
		}
		if (is_twin(d, &looks->reply)) {
			*twin = true;
		} else if (!alive) {
			alive = looks->replica;
		}
	}
	return alive;
}

static void ask_to_replace(mcha_decision *d, const mcha_request *look)
{
	const mcha_mode mode = look->reply.status == MCHA_STATUS_MISS ? MCHA_MODE_ADD : MCHA_MODE_SET;
	mcha_request *request = mcha_replica_ask(d->pool, d->item, look->replica, MCHA_VERB_STORE);

	if (request) {
		mcha_decision_fill(d, look->replica, mode, request);
	}
}

/* The add stands, and is given to the replicas whose copies have ended, too. Returns a replica that
 * has a copy again; NULL: none. */
static mcha_replica *replace_ended(mcha_decision *d, const mcha_request *looks)
{
	const mcha_request *request;

	for (; looks; looks = looks->later) {
		if (!is_given_on(d, &looks->reply) && has_ended(d, &looks->reply)) {
			ask_to_replace(d, looks);
		}
	}
	request = mcha_pool_has_round(d->pool) ? mcha_pool_run(d->pool, mcha_targets_share(d->pool, 1))
										   : NULL;
	while (request && request->reply.status != MCHA_STATUS_NOT_STORED) {
		request = request->later;
	}
	return request ? request->replica : NULL;
}

/* --- withdrawing the add ---------------------------------------------------------------------- */

/* Takes back the authority's copy. True: the copy has been changed since. */
static bool was_changed(mcha_decision *d, uint16_t source)
{
	const mcha_request *removal = mcha_take_back(d, d->authority, d->authority + 1, source);

	return removal && removal->reply.status == MCHA_STATUS_EXISTS;
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
		mcha_take_back(d, d->authority + 1, d->item->replica_count, source);
	}
	return verdict;
}

mcha_conflict mcha_conflict_resolve(mcha_decision *d)
{
	mcha_replica *other = find_conflict(d);
	mcha_request *looks;
	bool twin = false;

	if (!other) {
		return MCHA_CONFLICT_NONE;
	}
	looks = look_at_older(d);
	if (looks) {
		other = find_alive(d, looks, &twin);
		mcha_targets_release_round(d->pool, looks);
	}
	if (!other) {
		other = replace_ended(d, looks);
	}
	if (other) {
		return withdraw_add(d, other);
	}
	return twin ? MCHA_CONFLICT_TWIN : MCHA_CONFLICT_NONE;
}
