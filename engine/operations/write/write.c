/* SPDX-License-Identifier: MIT */
/* The steps of a write that needs no decision, by its kind, and its round. */
#include "write.h"
#include "engine/journal/journal_health.h"
#include "engine/operations/operations.h"
#include "engine/replica/async_write.h"
#include "engine/replica/hint_record.h"
#include "engine/replica/item_size_limit.h"
#include "engine/replica/operation.h"
#include "engine/replica/parts.h"
#include "engine/replica/purge.h"
#include "engine/replica/quorum.h"
#include "engine/replica/repair/hint_replay.h"
#include "engine/replica/repair/late_change.h"
#include "engine/replica/repair/late_repair.h"
#include "engine/replica/repair/previous_pool.h"
#include "engine/replica/repair/read_repair.h"

/* --- the steps of each kind of write ---------------------------------------------------------- */

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
		mcha_write_verdict_revise(pool, items, count);
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
	[KIND_DELETE] = {mcha_late_repair_record, delete_again},
	[KIND_TOUCH] = {mcha_read_repair_unchanged},
};

/* What has come to a copy twice is there twice. */
static bool is_extending(const mcha_write *write)
{
	return write->verb == MCHA_VERB_STORE && write->mode != MCHA_MODE_SET;
}

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

/* --- the write -------------------------------------------------------------------------------- */

static bool has_exptime(const mcha_item *items, size_t count)
{
	size_t i;

	for (i = 0; i < count && !items[i].exptime; i++) {
	}
	return i < count;
}

static void run_write(mcha_pool *pool, mcha_item *items, size_t count, const mcha_write *write)
{
	const bool hands_off = mcha_write_replicas_can_hand_off(pool, write);
	const bool may_end = has_exptime(items, count);
	const uint64_t began = mcha_late_change_begin(pool);
	const mcha_request *round;
	size_t i;

	if (may_end) {
		mcha_short_life_begin(pool, items, count, write);
	}
	for (i = 0; i < count; i++) {
		if (items[i].answer.status == MCHA_STATUS_PENDING) {
			mcha_write_replicas_ask(pool, &items[i], write);
		}
	}
	round = mcha_async_write_run(pool, items, count, mcha_targets_share(pool, hands_off ? 2 : 1));
	if (pool->report.failed_count && hands_off) {
		mcha_write_replicas_hand_off(pool, round, write);
	}
	if (may_end) {
		mcha_short_life_end(pool, items, count);
	}
	if (is_extending(write)) {
		mcha_late_change_end(pool, items, count, began);
	}
	mcha_write_verdict_judge(pool, items, count, write);
	mcha_hint_record_write(pool, items, count, write->verb);
}

void mcha_write_carry_out(mcha_pool *pool, mcha_item *items, size_t count, const mcha_write *write)
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

/* --- set, append, prepend, touch -------------------------------------------------------------- */

static void store_part(mcha_pool *pool, mcha_item *items, size_t count, const void *context)
{
	const mcha_mode mode = *(const mcha_mode *)context;

	if (mode == MCHA_MODE_SET && mcha_targets_keeps_registers(pool)) {
		mcha_quorum_write(pool, items, count, false);
		return;
	}
	mcha_write_carry_out(pool, items, count, &(mcha_write){.verb = MCHA_VERB_STORE, .mode = mode});
}

void mcha_store(mcha_pool *pool, mcha_item *items, size_t count, mcha_mode mode)
{
	mcha_in_parts(pool, items, count, store_part, &mode);
}

static void touch_part(mcha_pool *pool, mcha_item *items, size_t count, const void *context)
{
	(void)context;
	mcha_write_carry_out(pool, items, count, &(mcha_write){.verb = MCHA_VERB_TOUCH});
}

void mcha_touch(mcha_pool *pool, mcha_item *items, size_t count)
{
	mcha_in_parts(pool, items, count, touch_part, NULL);
}
