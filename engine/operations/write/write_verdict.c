/* SPDX-License-Identifier: MIT */
/* The verdict of a write that needs no decision: reads what each replica answered into its item,
 * and judges the items. */
#include "write.h"
#include "engine/replica/hint_record.h"

/* --- the replicas' answers -------------------------------------------------------------------- */

static bool is_absent(const mcha_write *write, mcha_status status)
{
	return status == MCHA_STATUS_MISS
		|| (status == MCHA_STATUS_NOT_STORED && write->verb == MCHA_VERB_STORE);
}

/* One copy's answer. Absence counts as an acknowledgement: the copy is as the caller wants it
 * (delete), or will be once it is refilled (touch, append). */
static void fold_copy(const mcha_pool *pool, mcha_item *item, const mcha_replica *replica,
	const mcha_write *write)
{
	const mcha_status status = mcha_replica_status(replica);
	const bool absent = is_absent(write, status);

	if (status == MCHA_STATUS_IN_FLIGHT) {
		return;
	}
	if (status != MCHA_STATUS_OK && !absent) {
		mcha_replica_note_unanswered(pool, item, replica, status);
		return;
	}
	item->acknowledged++;
	if (!mcha_verdict_heeds(pool, replica)) {
		return;
	}
	if (absent && mcha_replica_is_home(replica)) {
		mcha_verdict_note_miss(pool, item, replica);
	}
	item->write.changed += !absent;
	item->first_home_acked = item->first_home_acked || replica->position == 0;
}

/* A handoff node had the key, or a home from before the pool was changed. */
static void count_other(mcha_item *item, const mcha_replica *replica, const mcha_write *write)
{
	const bool is_previous = replica->role == MCHA_ROLE_PREVIOUS;

	if (write->verb == MCHA_VERB_TOUCH || is_previous) {
		item->write.changed++;
		item->write.handed_off += write->verb == MCHA_VERB_TOUCH && !is_previous;
	}
}

static void fold_other(const mcha_pool *pool, mcha_item *item, const mcha_replica *replica,
	const mcha_write *write)
{
	const mcha_status status = mcha_replica_status(replica);

	if (status == MCHA_STATUS_OK) {
		count_other(item, replica, write);
	} else if (replica->role == MCHA_ROLE_PREVIOUS && status != MCHA_STATUS_IN_FLIGHT) {
		mcha_verdict_note_unfound(pool, item, replica,
			is_absent(write, status) ? MCHA_STATUS_MISS : status);
	}
}

/* Where no home node can be asked, handoff nodes have what was written last: prolonging that is all
 * that was wanted, and the home nodes get hints. */
static void count_handed_off(const mcha_pool *pool, mcha_item *item)
{
	if (item->acknowledged == 0 && pool->settings.allow_failover) {
		item->acknowledged = item->write.handed_off;
	} else {
		item->write.handed_off = 0;
	}
}

static void fold_replicas(const mcha_pool *pool, mcha_item *item, const mcha_write *write)
{
	size_t i;

	for (i = 0; i < item->replica_count; i++) {
		const mcha_replica *replica = &item->replicas[i];

		if (!mcha_replica_is_concerned(replica)) {
			continue;
		}
		if (mcha_write_replicas_counts(write, replica)) {
			fold_copy(pool, item, replica, write);
		} else {
			fold_other(pool, item, replica, write);
		}
	}
	count_handed_off(pool, item);
}

/* --- the verdict ------------------------------------------------------------------------------ */

/* May a home that could not be asked have the key, where the one that has nothing may have lost it
 * lately, or never had it? (To a deletion that is all the same: that home gets a hint.) */
static bool is_open(const mcha_pool *pool, const mcha_item *item, const mcha_write *write)
{
	if (write->verb == MCHA_VERB_DELETE) {
		return false;
	}
	return pool->settings.allow_failover && !mcha_targets_keeps_registers(pool)
		? mcha_verdict_absent(pool, item) != MCHA_STATUS_MISS
		: mcha_verdict_leaves_previous_open(pool, item);
}

/* Absent everywhere is an answer of its own. */
static mcha_status judge_item(const mcha_pool *pool, const mcha_item *item, const mcha_write *write)
{
	mcha_status verdict = mcha_verdict(pool, item);

	if (verdict != MCHA_STATUS_OK || item->write.changed) {
		return verdict;
	}
	if (is_open(pool, item, write)) {
		return mcha_verdict_absent(pool, item);
	}
	return write->verb == MCHA_VERB_STORE ? MCHA_STATUS_NOT_STORED : MCHA_STATUS_MISS;
}

void mcha_write_verdict_judge(mcha_pool *pool, mcha_item *items, size_t count,
	const mcha_write *write)
{
	size_t i;

	for (i = 0; i < count; i++) {
		if (items[i].answer.status == MCHA_STATUS_PENDING) {
			fold_replicas(pool, &items[i], write);
			items[i].answer.status = judge_item(pool, &items[i], write);
		}
	}
}

void mcha_write_verdict_revise(mcha_pool *pool, mcha_item *items, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		if (items[i].answer.status == MCHA_STATUS_OK
			&& !mcha_hint_record_find_valid(pool, &items[i])) {
			mcha_verdict_fault(&items[i], MCHA_STATUS_STALE);
			items[i].answer.status = MCHA_STATUS_STALE;
		}
	}
}
