/* SPDX-License-Identifier: MIT */
/* An add that the authority granted and another copy contradicts: the authority has lost the key (a restart), and
 * the add is taken back; or another client has built on it already, and it stands. */
#include "engine/replica/hint_record.h"
#include "decision.h"
#include "engine/base/version.h"

#include <string.h>

static mcha_request *ask_about(mcha_decision *d, size_t copy, mcha_verb verb)
{
	const mcha_request *held = &d->pool->requests[copy];

	return mcha_targets_request(d->pool, d->item, 0, held->node, held->position, verb);
}

/* --- taking back ------------------------------------------------------------------------------- */

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

/* A lock's token is its owner's alone, and tells where the server keeps no CAS. MISS: it is not there any more. */
static mcha_status find_own_lock(mcha_decision *d, size_t copy, uint64_t *cas)
{
	mcha_pool *pool = d->pool;
	size_t at = pool->request_count;
	mcha_request *request = ask_about(d, copy, MCHA_VERB_GET);
	mcha_status status;

	if (!request) {
		return MCHA_STATUS_NO_MEMORY;
	}
	request->want = MCHA_WANT_VALUE | MCHA_WANT_CAS;
	mcha_pool_run(pool, at, mcha_targets_share(pool, 3));
	*cas = pool->requests[at].reply.cas;
	status = pool->requests[at].reply.status == MCHA_STATUS_OK
		&& !mcha_decision_holds_token(d->item, &pool->requests[at]) ? MCHA_STATUS_MISS
		: pool->requests[at].reply.status;
	mcha_targets_release(pool, at);
	return status;
}

/* Without a CAS no client knows whose other values are by now. */
static void ask_to_remove(mcha_decision *d, size_t copy, uint16_t source)
{
	uint64_t cas = d->pool->requests[copy].reply.cas;
	mcha_status status = cas ? MCHA_STATUS_OK
		: d->item->is_lock ? find_own_lock(d, copy, &cas) : MCHA_STATUS_UNSUPPORTED;
	mcha_request *request = status == MCHA_STATUS_OK ? ask_about(d, copy, MCHA_VERB_DELETE) : NULL;

	if (request) {
		request->cas = cas;
	} else if (status != MCHA_STATUS_MISS) {
		record_stale(d, d->pool->requests[copy].node, source);
	}
}

static bool is_removal(const mcha_request *request)
{
	return request->verb == MCHA_VERB_DELETE;
}

void mcha_conflict_take_back(mcha_decision *d, size_t first, size_t end, uint16_t source)
{
	mcha_pool *pool = d->pool;
	size_t i, asked = pool->request_count;

	for (i = first; i < end; i++) {
		if (pool->requests[i].verb == MCHA_VERB_STORE
			&& pool->requests[i].reply.status == MCHA_STATUS_OK) {
			ask_to_remove(d, i, source);
		}
	}
	mcha_pool_run(pool, asked, mcha_targets_share(pool, 2));
	for (i = asked; i < pool->request_count; i++) {
		if (is_removal(&pool->requests[i]) && !mcha_status_is_answer(pool->requests[i].reply.status)) {
			record_stale(d, pool->requests[i].node, source);
		}
	}
}

/* The authority's copy. True: it has been changed since. */
static bool was_changed(mcha_decision *d, uint16_t source)
{
	mcha_pool *pool = d->pool;
	size_t i, asked = pool->request_count;

	mcha_conflict_take_back(d, d->verdict, d->verdict + 1, source);
	for (i = asked; i < pool->request_count; i++) {
		if (is_removal(&pool->requests[i])
			&& pool->requests[i].reply.status == MCHA_STATUS_EXISTS) {
			return true;
		}
	}
	return false;
}

/* --- the other copy ---------------------------------------------------------------------------- */

/* A copy, other than the authority's, that had the key before an add that the authority granted. */
static long find_conflict(const mcha_decision *d, size_t first)
{
	size_t i;

	for (i = first; d->mode == MCHA_MODE_ADD && i < d->pool->request_count; i++) {
		const mcha_request *request = &d->pool->requests[i];

		if (request->verb == MCHA_VERB_STORE && request->reply.status == MCHA_STATUS_NOT_STORED) {
			return (long)i;
		}
	}
	return -1;
}

static bool is_same_or_newer(mcha_pool *pool, const mcha_reply *there, const mcha_reply *here, uint64_t own)
{
	return mcha_version_is(there->cas) && mcha_version_is(own) ? mcha_item_version_rank(pool, there->cas) > own
		: there->size == here->size && memcmp(there->value, here->value, there->size) == 0;
}

static bool ask_whole(mcha_decision *d, size_t copy)
{
	mcha_request *request = ask_about(d, copy, MCHA_VERB_GET);

	if (request) {
		request->want = MCHA_WANT_VALUE | MCHA_WANT_CAS | MCHA_WANT_TTL;
	}
	return request != NULL;
}

static mcha_conflict compare(mcha_decision *d, const mcha_reply *here, const mcha_reply *there)
{
	if (here->status == MCHA_STATUS_OK && there->status == MCHA_STATUS_OK) {
		return is_same_or_newer(d->pool, there, here, mcha_decision_verdict(d)->reply.cas)
			? MCHA_CONFLICT_NONE : MCHA_CONFLICT_REFUSED;
	}
	if (mcha_status_is_answer(here->status) && mcha_status_is_answer(there->status)) {
		return MCHA_CONFLICT_REFUSED;
	}
	mcha_verdict_fault(d->item, mcha_status_is_answer(here->status) ? there->status : here->status);
	return MCHA_CONFLICT_UNKNOWN;
}

/* The authority's copy was changed before it could be taken back: by a client that saw it, and whose change, on its
 * way to the copies, is what the add has met there? Then the add took place. */
static mcha_conflict judge_changed(mcha_decision *d, size_t conflict)
{
	mcha_pool *pool = d->pool;
	size_t at = pool->request_count;
	mcha_conflict verdict = MCHA_CONFLICT_UNKNOWN;

	if (ask_whole(d, d->verdict) && ask_whole(d, conflict)) {
		mcha_pool_run(pool, at, mcha_targets_share(pool, 2));
		verdict = compare(d, &pool->requests[at].reply, &pool->requests[at + 1].reply);
	}
	mcha_targets_release(pool, at);
	return verdict;
}

/* The conflicting copy is gone by now, or expiring: the add stands, and is given to it too. False:
 * there is one again. */
static bool replace_older(mcha_decision *d, size_t conflict, mcha_mode mode)
{
	mcha_pool *pool = d->pool;
	size_t at = pool->request_count;
	mcha_request *request = ask_about(d, conflict, MCHA_VERB_STORE);

	if (!request) {
		return true;
	}
	request->mode = mode;
	request->want = MCHA_WANT_CAS;
	request->value = d->item->value;
	request->value_length = d->item->value_length;
	request->flags = d->item->flags;
	request->exptime = mcha_decision_exptime(d, request->position);
	mcha_pool_run(pool, at, mcha_targets_share(pool, 1));
	return pool->requests[at].reply.status != MCHA_STATUS_NOT_STORED;
}

#define TWIN_IDLE 1 /* seconds since the copy was stored or read: a server counts whole ones */

/* Where servers count for themselves, a copy that a reader gave on is told by its value alone. An add of another client that
 * the authority has lost may have the same one: to grant this add could give a lock to two owners, to refuse it would
 * leave a value that was refused. */
static bool is_twin(const mcha_decision *d, const mcha_reply *there)
{
	const mcha_item *item = d->item;

	return there->status == MCHA_STATUS_OK && !mcha_version_is(there->cas) && !item->is_lock
		&& there->number <= TWIN_IDLE && (item->exptime == 0 || there->ttl != MCHA_TTL_NONE)
		&& there->flags == item->flags && there->value && there->size == item->value_length
		&& memcmp(there->value, item->value, there->size) == 0;
}

/* The copy that was there before: is it alive, and can a reader have given it on? */
static mcha_reply look_at(mcha_decision *d, size_t conflict, bool *twin)
{
	mcha_pool *pool = d->pool;
	size_t at = pool->request_count;
	mcha_request *request = ask_about(d, conflict, MCHA_VERB_GET);
	mcha_reply reply;

	if (!request) {
		return (mcha_reply){.status = MCHA_STATUS_NO_MEMORY};
	}
	request->want = MCHA_WANT_TTL | MCHA_WANT_CAS | MCHA_WANT_VALUE | MCHA_WANT_IDLE | MCHA_WANT_UNSEEN;
	mcha_pool_run(pool, at, mcha_targets_share(pool, 2));
	reply = pool->requests[at].reply;
	*twin = is_twin(d, &reply);
	reply.value = NULL;
	mcha_targets_release(pool, at);
	return reply;
}

/* The copy has the version that this add chose: a reader found the authority's copy before the add came here, and gave
 * it on. */
static bool is_given_on(const mcha_decision *d, const mcha_reply *there)
{
	return there->status == MCHA_STATUS_OK && mcha_version_is(there->cas)
		&& there->cas == mcha_decision_verdict(d)->reply.cas;
}

/* The older value is not put in the place of what is taken back: it may be on its way out (a lock that is just being
 * released must not come back), and if it stays, the next read refills. */
mcha_conflict mcha_conflict_resolve(mcha_decision *d, size_t first)
{
	long conflict = find_conflict(d, first);
	mcha_conflict verdict = MCHA_CONFLICT_REFUSED;
	mcha_reply older;
	bool gone, expiring, twin = false;
	uint16_t source;
	size_t end;

	if (conflict < 0) {
		return MCHA_CONFLICT_NONE;
	}
	older = look_at(d, (size_t)conflict, &twin);
	if (is_given_on(d, &older)) {
		return MCHA_CONFLICT_NONE;
	}
	gone = older.status == MCHA_STATUS_MISS;
	expiring = older.status == MCHA_STATUS_OK && mcha_copy_is_expiring(older.ttl);
	if ((gone || expiring)
		&& replace_older(d, (size_t)conflict, gone ? MCHA_MODE_ADD : MCHA_MODE_SET)) {
		return MCHA_CONFLICT_NONE;
	}
	if (twin) {
		return MCHA_CONFLICT_TWIN;
	}
	end = d->pool->request_count;
	source = d->pool->requests[conflict].node;
	if (was_changed(d, source)) {
		verdict = judge_changed(d, (size_t)conflict);
	}
	if (verdict != MCHA_CONFLICT_NONE) {
		mcha_conflict_take_back(d, first, end, source);
	}
	return verdict;
}
