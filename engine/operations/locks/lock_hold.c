/* SPDX-License-Identifier: MIT */
/* Locks whose owner must know that nobody else has them.
 *
 *   hold     acquired (lock.c: decided by the authority, refused if any home has another's copy),
 *            counted (votes.h), then a number drawn (fence.c)
 *   extend   our copies are stored once more over their CAS. If at least half of the homes still had
 *            one, nobody else can have had the lock meanwhile, and homes without one are given theirs
 *
 * If all homes have it, none of them has another's, unless all of them have failed within the life of a lock, and one was
 * restarted. While some are silent, only those count that
 * cannot have lost another's: they must have been up for as long as a lock lives, by their own clocks
 * (stats tell; other hosts may have seen them fail and this one not). More than half of the homes, so
 * counted, have one in common with whoever else holds it. Half of them, the others silent, is what is
 * left of two copies when a node is down: then they must also not have failed for as long, as this
 * host knows, because other processes may have gone on without them. And those that are silent are asked once more, unless it
 * is known by more than one attempt: a process that was itself held up, or lost one packet, is not to take the half
 * that it sees for what is left. */
#include "engine/operations/operations.h"
#include "engine/operations/decision.h"
#include "engine/pool/pool_operation.h"
#include "lock.h"
#include "votes.h"

#include <stdlib.h>
#include <string.h>

static bool is_stored(const mcha_request *request, const void *context)
{
	(void)context;
	return (request->verb == MCHA_VERB_STORE || request->verb == MCHA_VERB_TOUCH)
		&& request->reply.status == MCHA_STATUS_OK;
}

static mcha_votes count_stored(const mcha_pool *pool)
{
	return mcha_votes_count(pool, is_stored, NULL);
}

/* --- some homes are silent --------------------------------------------------------------------- */

static long long uptime_of(const mcha_request *request)
{
	static const char name[] = "STAT uptime ";
	const char *found = request->reply.value ? strstr(request->reply.value, name) : NULL;

	return found ? strtoll(found + sizeof(name) - 1, NULL, 10) : -1;
}

/* The home nodes that have just stored it. */
static size_t list_stored(const mcha_pool *pool, uint16_t nodes[MCHA_LOCK_COPIES_MAX])
{
	size_t i, count = 0;

	for (i = 0; i < pool->request_count && count < MCHA_LOCK_COPIES_MAX; i++) {
		const mcha_request *request = &pool->requests[i];

		if (mcha_targets_is_home(pool, request->position) && is_stored(request, NULL)) {
			nodes[count++] = request->node;
		}
	}
	return count;
}

static bool has_answered(const mcha_pool *pool, size_t position)
{
	size_t i;

	for (i = 0; i < pool->request_count; i++) {
		if (pool->requests[i].position == position
			&& mcha_status_is_answer(pool->requests[i].reply.status)) {
			return true;
		}
	}
	return false;
}

/* The home nodes that have not answered, and had not failed before. */
static size_t list_doubtful(const mcha_pool *pool, uint16_t nodes[MCHA_LOCK_COPIES_MAX])
{
	const uint16_t *list = mcha_targets_list(pool, 0);
	size_t position, count = 0;

	for (position = 0; position < mcha_pool_copies(pool) && count < MCHA_LOCK_COPIES_MAX; position++) {
		if (!has_answered(pool, position) && mcha_health_look(pool->nodes[list[position]]->health,
				pool->now).failures_in_a_row < 2) {
			nodes[count++] = list[position];
		}
	}
	return count;
}

/* The clocks of the nodes that have it; and whether those that were silent are. The answers are the pool's requests,
 * to be released; from which on they are those of silent nodes. */
static size_t ask_uptimes(mcha_pool *pool)
{
	uint16_t nodes[2 * MCHA_LOCK_COPIES_MAX];
	const size_t stored = list_stored(pool, nodes);
	size_t i, count = stored + (mcha_pool_copies(pool) % 2 ? 0 : list_doubtful(pool, nodes + stored));

	mcha_pool_enter(pool);
	for (i = 0; i < count; i++) {
		mcha_request *request = mcha_pool_request(pool, nodes[i]);

		if (!request) {
			pool->request_count = 0; /* nothing is known of any */
			break;
		}
		request->verb = MCHA_VERB_STATS;
		request->key = "";
	}
	mcha_pool_run(pool, 0, mcha_targets_share(pool, 2));
	return stored;
}

/* Those that have been up for longer than a lock lives, and how many of them have not failed since: none, if what was
 * silent answers now. */
static size_t count_seasoned(mcha_pool *pool, int64_t life, size_t *steady)
{
	size_t i, stored = ask_uptimes(pool), seasoned = 0;
	bool contradicted = false;

	*steady = 0;
	for (i = stored; i < pool->request_count; i++) {
		contradicted = contradicted || mcha_status_is_answer(pool->requests[i].reply.status);
	}
	for (i = 0; i < stored && i < pool->request_count; i++) {
		const mcha_request *request = &pool->requests[i];

		if (request->reply.status == MCHA_STATUS_OK && uptime_of(request) > life) {
			seasoned++;
			*steady += !contradicted && !mcha_health_failed_lately(
				pool->nodes[request->node]->health, pool->now, life * MCHA_USEC_PER_SEC);
		}
	}
	mcha_targets_release(pool, 0);
	mcha_pool_leave(pool);
	return seasoned;
}

/* A home that has not failed for as long as a lock lives has whatever lock is held: it answered when that was granted. Where
 * there is none, a lock may have been granted without one home, and lost by the other, unless no home was restarted. (A lock
 * with one home is lost with it.) */
static bool is_any_steady(const mcha_pool *pool, int64_t life)
{
	const uint16_t *list = mcha_targets_list(pool, 0);
	size_t position, homes = mcha_pool_copies(pool);

	for (position = 0; homes > 1 && position < homes; position++) {
		if (!mcha_health_failed_lately(pool->nodes[list[position]]->health, pool->now, life * MCHA_USEC_PER_SEC)) {
			return true;
		}
	}
	return homes == 1;
}

static mcha_status judge(mcha_pool *pool, const mcha_item *item)
{
	const mcha_votes votes = count_stored(pool);
	mcha_votes believed = votes;
	size_t steady;

	if (votes.done == votes.homes) {
		return is_any_steady(pool, item->exptime) || count_seasoned(pool, item->exptime, &steady) == votes.homes
			? MCHA_STATUS_OK : MCHA_STATUS_NO_QUORUM;
	}
	if (!mcha_votes_are_enough(&votes)) {
		return MCHA_STATUS_NO_QUORUM;
	}
	believed.done = count_seasoned(pool, item->exptime, &steady);
	if (!mcha_votes_are_most(&believed)) {
		believed.done = steady;
		believed.silent = votes.homes - steady;
	}
	return mcha_votes_are_enough(&believed) ? MCHA_STATUS_OK : MCHA_STATUS_NO_QUORUM;
}

static void give_up(mcha_pool *pool, mcha_item *item, mcha_lock *lock, mcha_status why)
{
	if (lock->count) {
		mcha_lock_release(pool, item, lock);
	}
	item->answer.status = why;
}

void mcha_lock_hold(mcha_pool *pool, mcha_item *item, mcha_item *number, mcha_lock *lock)
{
	mcha_status status;
	mcha_report report;

	item->no_hints = true;
	mcha_lock_acquire(pool, item, lock);
	if (item->answer.status == MCHA_STATUS_NOT_STORED) {
		return;
	}
	pool->until = pool->deadline; /* one clock for all that follows */
	report = pool->report;
	status = item->answer.status == MCHA_STATUS_OK ? judge(pool, item) : item->answer.status;
	if (status == MCHA_STATUS_OK) {
		mcha_fence(pool, number);
		status = number->answer.status;
		report = pool->report;
	}
	if (status != MCHA_STATUS_OK) {
		give_up(pool, item, lock, status);
	}
	pool->report = report;
	pool->until = 0;
}

/* --- extending --------------------------------------------------------------------------------- */

typedef struct extension {
	mcha_pool *pool;
	mcha_item *item;
	mcha_lock *lock;
} extension;

static const mcha_lock_copy *copy_at(const extension *e, uint16_t node)
{
	return mcha_lock_find(e->lock, e->pool->nodes[node]->id);
}

static mcha_request *ask(const extension *e, uint16_t node, size_t position, mcha_verb verb)
{
	mcha_request *request;

	if (!mcha_targets_may_ask(e->pool, 0, node, false)) {
		mcha_targets_skip(e->pool, e->item, 0, node, position, verb);
		return NULL;
	}
	request = mcha_targets_request(e->pool, e->item, 0, node, position, verb);
	if (request) {
		request->value = e->item->value;
		request->value_length = e->item->value_length;
		request->exptime = e->item->exptime;
		request->want = MCHA_WANT_CAS;
	}
	return request;
}

/* Homes where no CAS of ours is known: they may have a copy all the same. */
static void look(const extension *e)
{
	const uint16_t *list = mcha_targets_list(e->pool, 0);
	size_t position, i;

	for (position = 0; position < mcha_pool_copies(e->pool); position++) {
		const mcha_lock_copy *copy = copy_at(e, list[position]);
		mcha_request *request = copy && copy->cas ? NULL
			: ask(e, list[position], position, MCHA_VERB_GET);

		if (request) {
			request->want = MCHA_WANT_VALUE | MCHA_WANT_CAS;
		}
	}
	if (e->pool->request_count) {
		mcha_pool_run(e->pool, 0, mcha_targets_share(e->pool, 3));
	}
	for (i = 0; i < e->pool->request_count; i++) {
		const mcha_request *request = &e->pool->requests[i];

		if (mcha_decision_holds_token(e->item, request)) {
			mcha_lock_note(e->lock, e->pool->nodes[request->node]->id, request->reply.cas);
		}
	}
}

/* The home was just seen to have the token: a server that keeps no CAS can only be told to keep it. */
static bool was_seen(const extension *e, uint16_t node, size_t end)
{
	size_t i;

	for (i = 0; i < end; i++) {
		if (e->pool->requests[i].node == node
			&& mcha_decision_holds_token(e->item, &e->pool->requests[i])) {
			return true;
		}
	}
	return false;
}

static void prolong(const extension *e)
{
	const uint16_t *list = mcha_targets_list(e->pool, 0);
	size_t position, first = e->pool->request_count;

	for (position = 0; position < mcha_pool_copies(e->pool); position++) {
		uint16_t node = list[position];
		const mcha_lock_copy *copy = copy_at(e, node);
		mcha_request *request;

		if (copy && copy->cas) {
			uint64_t cas = copy->cas;

			if ((request = ask(e, node, position, MCHA_VERB_STORE))) {
				request->cas = cas;
			}
		} else if (was_seen(e, node, first)) {
			ask(e, node, position, MCHA_VERB_TOUCH);
		}
	}
	mcha_pool_run(e->pool, first, mcha_targets_share(e->pool, 2));
}

static void give_missing(const extension *e)
{
	size_t i, end = e->pool->request_count;

	for (i = 0; i < end; i++) {
		mcha_request missing = e->pool->requests[i], *request;

		if (missing.reply.status == MCHA_STATUS_MISS
			&& (request = ask(e, missing.node, missing.position, MCHA_VERB_STORE))) {
			request->mode = MCHA_MODE_ADD;
		}
	}
	if (end < e->pool->request_count) {
		mcha_pool_run(e->pool, end, mcha_targets_share(e->pool, 1));
	}
}

/* Where the answer was lost, the CAS is not the one that was known. */
static void note_stored(const extension *e)
{
	size_t i;

	for (i = 0; i < e->pool->request_count; i++) {
		const mcha_request *request = &e->pool->requests[i];

		if (request->verb != MCHA_VERB_STORE) {
			continue;
		}
		if (request->reply.status == MCHA_STATUS_OK) {
			mcha_lock_note(e->lock, e->pool->nodes[request->node]->id, request->reply.cas);
		} else if (!mcha_status_is_answer(request->reply.status)
			&& !mcha_status_is_unsent(request->reply.status)) {
			mcha_lock_note(e->lock, e->pool->nodes[request->node]->id, 0);
		}
	}
}

static void note_faults(const extension *e)
{
	size_t i;

	for (i = 0; i < e->pool->request_count; i++) {
		if (!mcha_status_is_answer(e->pool->requests[i].reply.status)) {
			mcha_verdict_fault(e->item, e->pool->requests[i].reply.status);
		}
	}
}

static mcha_status extend(const extension *e)
{
	mcha_votes votes;

	look(e);
	prolong(e);
	votes = count_stored(e->pool);
	note_faults(e);
	if (2 * votes.done < votes.homes) {
		note_stored(e);
		return 2 * (votes.done + votes.silent) < votes.homes ? MCHA_STATUS_MISS
			: e->item->fault != MCHA_STATUS_OK ? e->item->fault : MCHA_STATUS_NO_QUORUM;
	}
	give_missing(e);
	note_stored(e);
	votes = count_stored(e->pool);
	e->item->acknowledged = (uint16_t)votes.done;
	return mcha_votes_are_enough(&votes) ? MCHA_STATUS_OK : MCHA_STATUS_NO_QUORUM;
}

void mcha_lock_extend(mcha_pool *pool, mcha_item *item, mcha_lock *lock)
{
	const extension e = {pool, item, lock};

	item->is_lock = true;
	mcha_pool_enter(pool);
	mcha_targets(pool, item, 1);
	if (item->answer.status == MCHA_STATUS_PENDING) {
		item->answer.status = extend(&e);
	}
	mcha_targets_release(pool, 0);
	mcha_verdict_report(pool, item, 1);
	mcha_pool_leave(pool);
}
