/* SPDX-License-Identifier: MIT */
/* Writes that need no decision: set, append, prepend, delete, touch. All replicas are asked at
 * once; the call returns when each has answered or its time is over, or when those in the local
 * zone have (async_write.h). */
#include "operations.h"
#include "engine/journal/journal_health.h"
#include "engine/replica/quorum.h"
#include "engine/replica/async_write.h"
#include "engine/replica/hint_record.h"
#include "engine/replica/item_size_limit.h"
#include "engine/replica/operation.h"
#include "engine/replica/purge.h"
#include "engine/replica/repair/hint_replay.h"
#include "engine/replica/repair/late_change.h"
#include "engine/replica/repair/previous_pool.h"
#include "engine/replica/repair/read_repair.h"
#include "engine/replica/write_replicas.h"
#include "engine/replica/parts.h"

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
	if (absent && mcha_replica_is_home(replica)) {
		mcha_verdict_note_miss(pool, item, replica);
	}
	item->acknowledged++;
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

static void judge_items(mcha_pool *pool, mcha_item *items, size_t count, const mcha_write *write)
{
	size_t i;

	for (i = 0; i < count; i++) {
		if (items[i].answer.status == MCHA_STATUS_PENDING) {
			fold_replicas(pool, &items[i], write);
			items[i].answer.status = judge_item(pool, &items[i], write);
		}
	}
}

/* Another operation has gone on without the copies that this append has changed: what it has added
 * is in none of the copies that count. */
static void revise_items(mcha_pool *pool, mcha_item *items, size_t count)
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

/* What has come to a copy twice is there twice. */
static bool is_extending(const mcha_write *write)
{
	return write->verb == MCHA_VERB_STORE && write->mode != MCHA_MODE_SET;
}

/* --- a write ---------------------------------------------------------------------------------- */

typedef void (*step)(mcha_pool *pool, mcha_item *items, size_t count);

static void replay_to_keep(mcha_pool *pool, mcha_item *items, size_t count)
{
	mcha_hint_replay(pool, items, count, MCHA_REPLAY_KEEPING);
}

static void replay_to_replace(mcha_pool *pool, mcha_item *items, size_t count)
{
	mcha_hint_replay(pool, items, count, MCHA_REPLAY_REPLACING);
}

/* A read of another host may have given a home that was reached what a home that was not reached
 * still has, before the journal told that host of the deletion. From now on such a read finds the
 * journal's record, and takes its copy back (read_repair.c). */
static void delete_again(mcha_pool *pool, mcha_item *items, size_t count)
{
	size_t i, j;

	if (!mcha_journal_tell(pool)) {
		return;
	}
	for (i = 0; i < count; i++) {
		for (j = 0; j < items[i].replica_count; j++) {
			const mcha_replica *replica = &items[i].replicas[j];

			if (replica->request && mcha_status_is_answer(replica->request->reply.status)) {
				mcha_item_ask(pool, &items[i], replica->node, MCHA_VERB_DELETE);
			}
		}
	}
	if (mcha_pool_has_round(pool)) {
		mcha_pool_run(pool, mcha_targets_share(pool, 1));
	}
}

static void revise_failed(mcha_pool *pool, mcha_item *items, size_t count)
{
	if (pool->report.failed_count) {
		revise_items(pool, items, count);
	}
}

/* What each kind of write does before its round and behind it, in this order. */
typedef enum write_kind { KIND_SET, KIND_EXTEND, KIND_DELETE, KIND_TOUCH } write_kind;

static const step before[][5] = {
	[KIND_SET] = {mcha_item_size_limit_learn, mcha_item_version_give, replay_to_replace},
	[KIND_EXTEND] = {mcha_quorum_clear, mcha_item_size_limit_learn, mcha_item_version_give,
		replay_to_keep, mcha_previous_pool_migrate},
	[KIND_DELETE] = {replay_to_replace},
	[KIND_TOUCH] = {mcha_quorum_clear, replay_to_keep},
};

static const step behind[][3] = {
	[KIND_SET] = {mcha_purge_behind},
	[KIND_EXTEND] = {revise_failed, mcha_purge_behind, mcha_read_repair_unchanged},
	[KIND_DELETE] = {delete_again},
	[KIND_TOUCH] = {mcha_read_repair_unchanged},
};

static write_kind kind_of(const mcha_write *write)
{
	if (write->verb == MCHA_VERB_STORE) {
		return is_extending(write) ? KIND_EXTEND : KIND_SET;
	}
	return write->verb == MCHA_VERB_DELETE ? KIND_DELETE : KIND_TOUCH;
}

static void take_steps(const step *steps, size_t most, mcha_pool *pool, mcha_item *items,
	size_t count)
{
	size_t i;

	for (i = 0; i < most && steps[i]; i++) {
		steps[i](pool, items, count);
	}
}

/* Servers count whole seconds: a life may end up to a second early. */
/* before mcha_hints_end(), by which it has ended on every server */
#define EARLY (2 * MCHA_USEC_PER_SEC)

/* The value may have ended on the first node that is asked before the last one has carried the
 * write out. */
static bool may_end_meanwhile(const mcha_pool *pool, const mcha_item *item)
{
	const mcha_usec end = mcha_hints_end(item->exptime, pool->running.now);

	return end && end - EARLY < pool->running.now + mcha_pool_write_span(pool);
}

/* Then the first node has nothing while the last one still has the value before: a process that
 * reads both must not give that value to the first node, where no write would replace it any more.
 * As while a key is deleted. */
static void note_short_lives(mcha_pool *pool, mcha_item *items, size_t count,
	const mcha_write *write)
{
	const bool sets_life = write->verb == MCHA_VERB_TOUCH
		|| (write->verb == MCHA_VERB_STORE && write->mode == MCHA_MODE_SET);
	size_t i;

	for (i = 0; sets_life && i < count; i++) {
		if (items[i].exptime && items[i].replica_count && may_end_meanwhile(pool, &items[i])) {
			items[i].write.ends_soon = true;
			mcha_targets_note_deletion(pool, items[i].key, items[i].key_length, mcha_clock_now(),
				true);
		}
	}
}

static void note_written(mcha_pool *pool, const mcha_item *items, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		if (items[i].write.ends_soon) {
			mcha_targets_note_deletion(pool, items[i].key, items[i].key_length, mcha_clock_now(),
				false);
		}
	}
}

static void run_write(mcha_pool *pool, mcha_item *items, size_t count, const mcha_write *write)
{
	const bool hands_off = mcha_write_replicas_can_hand_off(pool, write);
	const uint64_t began = mcha_late_change_begin(pool);
	const mcha_request *round;
	size_t i;

	note_short_lives(pool, items, count, write);
	for (i = 0; i < count; i++) {
		if (items[i].answer.status == MCHA_STATUS_PENDING) {
			mcha_write_replicas_ask(pool, &items[i], write);
		}
	}
	round = mcha_async_write_run(pool, items, count, mcha_targets_share(pool, hands_off ? 2 : 1));
	if (pool->report.failed_count && hands_off) {
		mcha_write_replicas_hand_off(pool, round, write);
	}
	note_written(pool, items, count);
	if (is_extending(write)) {
		mcha_late_change_end(pool, items, count, began);
	}
	judge_items(pool, items, count, write);
	mcha_hint_record_write(pool, items, count, write->verb);
}

static void write_all(mcha_pool *pool, mcha_item *items, size_t count, const mcha_write *write)
{
	const write_kind kind = kind_of(write);

	mcha_operation_begin(pool, items, count);
	/* one an item is reserved already */
	(void)mcha_pool_reserve(pool, count * mcha_pool_copies(pool));
	take_steps(before[kind], sizeof(before[0]) / sizeof(before[0][0]), pool, items, count);
	run_write(pool, items, count, write);
	take_steps(behind[kind], sizeof(behind[0]) / sizeof(behind[0][0]), pool, items, count);
	mcha_operation_end(pool, items, count, write->verb);
}

static void store_part(mcha_pool *pool, mcha_item *items, size_t count, const void *context)
{
	const mcha_mode mode = *(const mcha_mode *)context;

	if (mode == MCHA_MODE_SET && mcha_targets_keeps_registers(pool)) {
		mcha_quorum_write(pool, items, count, false);
		return;
	}
	write_all(pool, items, count, &(mcha_write){.verb = MCHA_VERB_STORE, .mode = mode});
}

void mcha_store(mcha_pool *pool, mcha_item *items, size_t count, mcha_mode mode)
{
	mcha_in_parts(pool, items, count, store_part, &mode);
}

/* Before the keys are checked, too: what is too long to be one is not read. */
static void note_deletions(mcha_pool *pool, const mcha_item *items, size_t count, bool under_way)
{
	const mcha_usec now = mcha_clock_now();
	size_t i;

	for (i = 0; i < count; i++) {
		if (items[i].key_length <= MCHA_KEY_MAX) {
			mcha_targets_note_deletion(pool, items[i].key, items[i].key_length, now, under_way);
		}
	}
}

static void delete_part(mcha_pool *pool, mcha_item *items, size_t count, const void *context)
{
	(void)context;
	note_deletions(pool, items, count, true);
	if (mcha_targets_keeps_registers(pool)) {
		mcha_quorum_write(pool, items, count, true);
	} else {
		write_all(pool, items, count, &(mcha_write){.verb = MCHA_VERB_DELETE});
	}
	note_deletions(pool, items, count, false);
}

void mcha_delete(mcha_pool *pool, mcha_item *items, size_t count)
{
	mcha_in_parts(pool, items, count, delete_part, NULL);
}

void mcha_delete_refused(mcha_pool *pool, const mcha_item *items, size_t count)
{
	const mcha_report report = pool->report;
	size_t i;

	for (i = 0; i < count; i++) {
		mcha_item old = {
			.key = items[i].key,
			.key_length = items[i].key_length,
			.hash_key = items[i].hash_key,
			.hash_length = items[i].hash_length,
		};

		if (items[i].answer.status == MCHA_STATUS_TOO_BIG) {
			pool->until = pool->running.deadline;
			mcha_delete(pool, &old, 1);
		}
	}
	pool->until = 0;
	pool->report = report;
}

static void touch_part(mcha_pool *pool, mcha_item *items, size_t count, const void *context)
{
	(void)context;
	write_all(pool, items, count, &(mcha_write){.verb = MCHA_VERB_TOUCH});
}

void mcha_touch(mcha_pool *pool, mcha_item *items, size_t count)
{
	mcha_in_parts(pool, items, count, touch_part, NULL);
}
