/* SPDX-License-Identifier: MIT */
/* Locks whose owner must know that no other client has them: acquired (lock.c: decided by the
 * authority, refused if any home has another client's copy), counted (votes.h), then a number is
 * drawn (fence.c).
 *
 * If all homes have the lock, none of them has another client's, unless all of them have failed
 * within the life of a lock, and one was restarted. While some are silent, only those count that
 * cannot have lost another client's lock: they must have been up for as long as a lock lives, by
 * their own clocks (stats tell; other hosts may have seen them fail and this one not). More than
 * half of the homes, so counted, have one in common with any other client that holds the lock. Half
 * of them, the others silent, is what is left of two copies when a node is down: then they must
 * also not have failed for as long, as this host knows, because other processes may have gone on
 * without them. And those that are silent are asked once more, unless it is known by more than one
 * attempt: a process that was itself held up, or lost one packet, is not to take the half that it
 * sees for what is left. */
#include "engine/operations/operations.h"

#include <stdlib.h>
#include <string.h>

#include "engine/pool/pool_operation.h"
#include "lock.h"
#include "votes.h"

static bool is_stored(const mcha_replica *home, const void *context)
{
	(void)context;
	return mcha_replica_status(home) == MCHA_STATUS_OK;
}

/* --- some homes are silent -------------------------------------------------------------------- */

static long long uptime_of(const mcha_request *request)
{
	static const char name[] = "STAT uptime ";
	const char *found = request->reply.value ? strstr(request->reply.value, name) : NULL;

	return found ? strtoll(found + sizeof(name) - 1, NULL, 10) : -1;
}

/* The nodes of the homes that have just stored the lock. */
static size_t list_stored(const mcha_pool *pool, const mcha_item *item,
	uint16_t nodes[MCHA_LOCK_COPIES_MAX])
{
	size_t i, count = 0;

	for (i = 0; i < mcha_pool_copies(pool) && count < MCHA_LOCK_COPIES_MAX; i++) {
		if (is_stored(&item->replicas[i], NULL)) {
			nodes[count++] = item->replicas[i].node;
		}
	}
	return count;
}

/* The nodes of the homes that have not answered, and had not failed before. */
static size_t list_doubtful(const mcha_pool *pool, const mcha_item *item,
	uint16_t nodes[MCHA_LOCK_COPIES_MAX])
{
	size_t i, count = 0;

	for (i = 0; i < mcha_pool_copies(pool) && count < MCHA_LOCK_COPIES_MAX; i++) {
		const mcha_replica *home = &item->replicas[i];
		const mcha_health *health = pool->nodes[home->node]->health;

		if (!mcha_votes_has_answered(home)
			&& mcha_health_look(health, pool->running.now).failures_in_a_row < 2) {
			nodes[count++] = home->node;
		}
	}
	return count;
}

/* Asks the nodes that have stored the lock for their uptimes, and then those that were silent
 * whether they are still. This is an operation of its own, which ends the one that has stored the
 * lock: the item's replicas are not to be looked at any more. Returns the round; *stored: how many
 * of its requests are to nodes that have stored the lock. */
static mcha_request *ask_uptimes(mcha_pool *pool, const mcha_item *item, size_t *stored)
{
	uint16_t nodes[2 * MCHA_LOCK_COPIES_MAX];
	size_t i, count;

	count = *stored = list_stored(pool, item, nodes);
	if (mcha_pool_copies(pool) % 2 == 0) {
		count += list_doubtful(pool, item, nodes + count);
	}
	mcha_pool_enter(pool);
	if (!mcha_pool_reserve(pool, count)) {
		return NULL; /* nothing is known of any */
	}
	for (i = 0; i < count; i++) {
		mcha_request *request = mcha_pool_request(pool, nodes[i]);

		request->verb = MCHA_VERB_STATS;
		request->key = "";
	}
	return mcha_pool_run(pool, mcha_targets_share(pool, 2));
}

static bool is_seasoned(const mcha_request *request, int64_t life)
{
	return request->reply.status == MCHA_STATUS_OK && uptime_of(request) > life;
}

/* A node that is held down fails no more, as no process asks it: it counts from when it came
 * back. */
static bool is_steady(const mcha_pool *pool, uint16_t node, int64_t life)
{
	const mcha_health *health = pool->nodes[node]->health;
	const mcha_usec span = life * MCHA_USEC_PER_SEC, back = mcha_health_back(health);

	return !mcha_health_failed_lately(health, pool->running.now, span)
		&& (!back || pool->running.now - back >= span)
		&& mcha_health_look(health, pool->running.now).state == MCHA_HEALTH_UP;
}

/* The nodes that have been up for longer than a lock lives, and how many of them have not failed
 * since: none, if a node that was silent answers now. */
static size_t count_seasoned(mcha_pool *pool, const mcha_item *item, int64_t life, size_t *steady)
{
	size_t i = 0, stored, seasoned = 0;
	mcha_request *round = ask_uptimes(pool, item, &stored), *request;
	bool contradicted = false;

	*steady = 0;
	for (request = round; request; request = request->later, i++) {
		if (i >= stored) {
			contradicted = contradicted || mcha_status_is_answer(request->reply.status);
		} else if (is_seasoned(request, life)) {
			seasoned++;
			*steady += is_steady(pool, request->node, life);
		}
	}
	if (contradicted) {
		*steady = 0;
	}
	mcha_targets_release_round(pool, round);
	mcha_pool_leave(pool);
	return seasoned;
}

/* A home that has not failed for as long as a lock lives has whatever lock is held: it answered
 * when that was granted. Where there is none, a lock may have been granted without one home, and
 * lost by the other, unless no home was restarted. (A lock with one home is lost with it.) */
static bool is_any_steady(const mcha_pool *pool, const mcha_item *item, int64_t life)
{
	size_t i, homes = mcha_pool_copies(pool);

	for (i = 0; homes > 1 && i < homes; i++) {
		if (is_steady(pool, item->replicas[i].node, life)) {
			return true;
		}
	}
	return homes == 1;
}

/* After mcha_lock_acquire(), whose operation this may end. */
static mcha_status judge_votes(mcha_pool *pool, const mcha_item *item)
{
	const int64_t life = item->exptime;
	const mcha_votes votes = mcha_votes_count(pool, item, is_stored, NULL);
	mcha_votes believed = votes;
	size_t steady;

	if (votes.done == votes.homes) {
		return is_any_steady(pool, item, life)
				|| count_seasoned(pool, item, life, &steady) == votes.homes
			? MCHA_STATUS_OK
			: MCHA_STATUS_NO_QUORUM;
	}
	if (!mcha_votes_are_enough(&votes)) {
		return MCHA_STATUS_NO_QUORUM;
	}
	believed.done = count_seasoned(pool, item, life, &steady);
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
	pool->until = pool->running.deadline; /* one deadline for all that follows */
	report = pool->report;
	status = item->answer.status == MCHA_STATUS_OK ? judge_votes(pool, item) : item->answer.status;
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
