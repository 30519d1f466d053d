/* SPDX-License-Identifier: MIT */
/* Makes the copies of a counter converge whose answers to one count differ, in four steps:
 *
 *   1. far behind     a copy whose node failed lately, and that counts from a much older number, is
 *                     counted up to the answer, over the number that it answered: if another
 *                     process has counted there meanwhile, the copy is left to the next operation
 *   2. near           where some home failed lately, this process looks once more at copies that
 *                     differ a little, and at the answer's: if the answer's has not moved since,
 *                     each other copy that has not is given the number of the furthest of them; the
 *                     next operation looks again at what has moved
 *   3. missing        a home that lacks the counter is given a copy (read_repair.c)
 *   4. began anew     a copy that answered the initial value while others answered another number,
 *                     or that refused to be refilled as another process had just made it, is looked
 *                     at again, and given the number of a copy that goes on from before if it is
 *                     still behind. So is one that is far behind and would outlive the answer's
 *                     copy
 *      about to end   while another copy has been made since: the counter's time is over, as
 *                     servers' clocks tick up to a second apart. The new copy is the counter, and
 *                     its number the answer; the old one is given that number, and that life
 *
 * The steps cannot share one look. The first needs none. The second compares two answers of the
 * same copy. The fourth begins when the refills of the third have ended, as one of its reasons is
 * that a refill was refused. And the second has the furthest copy as its source, the fourth a copy
 * that goes on from before.
 *
 * A copy that is given another copy's number is given no longer life than that copy has: a counter
 * ends when its time is over, however often it is counted. A copy that is about to end gives its
 * number to no other.
 *
 * Other differences are changes of other clients that have not reached all nodes yet (each server
 * sees concurrent changes in its own order), and are left alone. */
#include "counter_copies.h"

#include "engine/replica/repair/read_repair.h"

static bool outlives_answer(const mcha_counter *counter, const mcha_replica *replica)
{
	return mcha_counter_outlives(replica->request->reply.ttl, counter->item->answer.ttl);
}

static bool is_near(const mcha_counter *counter, const mcha_replica *replica)
{
	const uint64_t answer = counter->item->answer.number;

	return mcha_counter_has_number(replica) && replica->request->reply.number != answer
		&& !mcha_counter_is_far(counter, replica->request->reply.number, answer);
}

/* --- 1. far behind ---------------------------------------------------------------------------- */

static void converge_far(const mcha_counter *counter)
{
	mcha_item *item = counter->item;
	size_t i;

	if (!counter->pool->running.troubled || mcha_copy_is_expiring(item->answer.ttl)) {
		return;
	}
	for (i = 0; i < item->replica_count; i++) {
		mcha_replica *replica = &item->replicas[i];

		if (mcha_counter_is_far_behind(counter, replica) && !outlives_answer(counter, replica)) {
			mcha_counter_count_to(counter, replica, replica->request->reply.number,
				item->answer.number, replica->request->reply.cas);
		}
	}
	mcha_counter_run_changes(counter);
}

/* --- 2. near ---------------------------------------------------------------------------------- */

/* Looks at the answer's copy first, then at those that differ from it. Returns the looks; NULL:
 * there is nothing to look at, or the answer's copy has moved since it answered. */
static mcha_request *look_again(const mcha_counter *counter)
{
	mcha_item *item = counter->item;
	mcha_request *looks;
	size_t i;

	for (i = 0; i < item->replica_count; i++) {
		if (!is_near(counter, &item->replicas[i])) {
			continue;
		}
		if (!mcha_pool_has_round(counter->pool)
			&& !mcha_counter_look(counter, &item->replicas[item->position])) {
			return NULL;
		}
		mcha_counter_look(counter, &item->replicas[i]);
	}
	if (!mcha_pool_has_round(counter->pool)) {
		return NULL;
	}
	looks = mcha_counter_run_looks(counter, 2);
	return looks->reply.status == MCHA_STATUS_OK && looks->reply.number == item->answer.number
		? looks
		: NULL;
}

/* The copy has not moved between its answer and this look. One that is about to end says
 * nothing. */
static bool is_stable(const mcha_request *look)
{
	return look->reply.status == MCHA_STATUS_OK && !mcha_copy_is_expiring(look->reply.ttl)
		&& look->reply.number == look->replica->request->reply.number;
}

/* The look whose number has most of the changes: no change that was acknowledged is lost. With
 * allow_failover=0 the answer's copy is the counter, whatever the others have. */
static const mcha_request *find_furthest(const mcha_counter *counter, const mcha_request *looks)
{
	const mcha_request *look, *furthest = looks;

	for (look = counter->pool->settings.allow_failover ? looks->later : NULL; look;
		 look = look->later) {
		if (is_stable(look)
			&& mcha_counter_lacks_changes(counter, furthest->reply.number, look->reply.number)) {
			furthest = look;
		}
	}
	return furthest;
}

/* Without a CAS it cannot be known whether another process has changed the copy since, so that copy
 * is left alone. */
static void give_furthest(const mcha_counter *counter, const mcha_request *look,
	const mcha_request *furthest)
{
	const mcha_reply *seen = &look->reply, *source = &furthest->reply;

	if (seen->number == source->number || !seen->cas) {
		return;
	}
	if (mcha_counter_outlives(seen->ttl, source->ttl)) {
		mcha_counter_copy_over(counter, look, source);
	} else {
		mcha_counter_count_to(counter, look->replica, seen->number, source->number, seen->cas);
	}
}

static void converge_near(const mcha_counter *counter)
{
	mcha_item *item = counter->item;
	const mcha_request *looks, *look, *furthest, *change;

	if (!mcha_targets_has_failed_home(counter->pool, item)
		|| mcha_copy_is_expiring(item->answer.ttl)) {
		return;
	}
	looks = look_again(counter);
	if (!looks) {
		return;
	}
	furthest = find_furthest(counter, looks);
	for (look = looks; look; look = look->later) {
		if (look == looks || is_stable(look)) {
			give_furthest(counter, look, furthest);
		}
	}
	for (change = mcha_counter_run_changes(counter); change; change = change->later) {
		if (change->reply.status == MCHA_STATUS_OK && change->replica->position == item->position) {
			/* the answer lacked changes of other clients */
			item->answer.number = furthest->reply.number;
		}
	}
}

/* --- all of it -------------------------------------------------------------------------------- */

/* The counter's time is limited, and the protocol does not tell how much of it is left: a copy that
 * is missing, or has begun anew, may have ended, and one that is made from another would outlive
 * it. */
static bool has_unknown_end(const mcha_counter *counter)
{
	return counter->create && counter->item->exptime
		&& counter->item->answer.ttl == MCHA_TTL_UNKNOWN;
}

/* Nearly always: each replica that was asked has answered the same number, and none is about to
 * end. */
static bool is_converged(const mcha_counter *counter)
{
	const mcha_item *item = counter->item;
	size_t i;

	for (i = 0; i < item->replica_count; i++) {
		const mcha_replica *replica = &item->replicas[i];

		if (mcha_replica_is_concerned(replica)
			&& (!mcha_counter_has_number(replica)
				|| replica->request->reply.number != item->answer.number
				|| mcha_copy_is_expiring(replica->request->reply.ttl))) {
			return false;
		}
	}
	return true;
}

/* With allow_failover=0 the first copy is the counter, also if it has begun anew. */
static void refill_and_follow(const mcha_counter *counter)
{
	const mcha_request *refills = mcha_read_repair_refill(counter->pool, counter->item, 1);

	if (counter->pool->settings.allow_failover) {
		mcha_counter_converge_suspects(counter, refills);
	}
}

void mcha_counter_converge(const mcha_counter *counter)
{
	mcha_pool *pool = counter->pool;

	if (is_converged(counter)) {
		return;
	}
	converge_far(counter);
	converge_near(counter);
	if (!has_unknown_end(counter)) {
		refill_and_follow(counter);
	}
	mcha_targets_release_all(pool);
}
