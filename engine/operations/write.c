/* SPDX-License-Identifier: MIT */
/* Writes that need no decision: set, append, prepend, delete, touch. All copies are asked at once;
 * the call returns when each has answered or its time is over, or when those in the local zone have
 * (async_write.h). */
#include "operations.h"
#include "engine/pool/pool_operation.h"
#include "engine/replica/hint_record.h"
#include "engine/replica/write_replicas.h"
#include "engine/replica/item_size_limit.h"
#include "parts.h"
#include "engine/replica/previous_pool.h"
#include "engine/operations/register/quorum.h"
#include "engine/replica/read_repair.h"
#include "engine/replica/replica_check.h"
#include "engine/replica/hint_replay.h"
#include "engine/replica/async_write.h"

static bool is_absent(const mcha_request *request)
{
	return request->reply.status == MCHA_STATUS_MISS
		|| (request->reply.status == MCHA_STATUS_NOT_STORED && request->verb == MCHA_VERB_STORE);
}

/* One copy's answer. Absence counts as an acknowledgement: the copy is as the caller wants it
 * (delete), or will be once it is refilled (touch, append). */
static void fold(const mcha_pool *pool, mcha_item *item, const mcha_request *request)
{
	mcha_status status = request->reply.status;
	bool absent = is_absent(request);

	if (status == MCHA_STATUS_IN_FLIGHT) {
		return;
	}
	if (status != MCHA_STATUS_OK && !absent) {
		mcha_verdict_note_unanswered(pool, item, request);
		return;
	}
	if (absent && mcha_targets_is_home(pool, request->position)) {
		mcha_verdict_note_miss(pool, item, request->node);
	}
	item->acknowledged++;
	item->changed += !absent;
	item->first_home_acked = item->first_home_acked || request->position == 0;
}

/* May a home that could not be asked have the key, where the one that has nothing may have lost it lately? (To a
 * deletion that is all the same: that home owes it.) */
static bool is_open(const mcha_pool *pool, const mcha_item *item, const mcha_write *copies)
{
	return copies->verb != MCHA_VERB_DELETE && pool->settings.allow_failover
		&& !mcha_targets_keeps_registers(pool) && mcha_verdict_absent(item) != MCHA_STATUS_MISS;
}

/* Absent everywhere is an answer of its own. */
static mcha_status conclude(const mcha_pool *pool, const mcha_item *item, const mcha_write *copies)
{
	mcha_status verdict = mcha_verdict(pool, item);

	if (verdict != MCHA_STATUS_OK || item->changed) {
		return verdict;
	}
	if (is_open(pool, item, copies)) {
		return mcha_verdict_absent(item);
	}
	return copies->verb == MCHA_VERB_STORE ? MCHA_STATUS_NOT_STORED : MCHA_STATUS_MISS;
}

static void note_written(mcha_pool *pool, const mcha_item *items, size_t count, const mcha_write *copies)
{
	size_t i;

	if (copies->verb != MCHA_VERB_STORE || !mcha_replica_check_is_noting(pool)) {
		return;
	}
	for (i = 0; i < count; i++) {
		if (items[i].answer.status == MCHA_STATUS_OK) {
			mcha_replica_check_wrote(pool, &items[i], i, items[i].changed);
		}
	}
}

/* A handoff node had the key, or a home from before the pool was changed. */
static void fold_other(const mcha_pool *pool, mcha_item *item, const mcha_request *request)
{
	bool is_previous = mcha_targets_is_previous(pool, item, request->position);

	if (request->reply.status == MCHA_STATUS_OK && (request->verb == MCHA_VERB_TOUCH || is_previous)) {
		item->changed++;
		item->handed_off += request->verb == MCHA_VERB_TOUCH && !is_previous;
	}
}

/* Where no home node can be asked, handoff nodes have what was written last: prolonging that is all that was wanted, and the
 * home nodes owe it. */
static void count_handed_off(const mcha_pool *pool, mcha_item *item)
{
	if (item->acknowledged == 0 && pool->settings.allow_failover) {
		item->acknowledged = item->handed_off;
	} else {
		item->handed_off = 0;
	}
}

static void conclude_all(mcha_pool *pool, mcha_item *items, size_t count, const mcha_write *copies)
{
	size_t i;

	for (i = 0; i < pool->request_count; i++) {
		const mcha_request *request = &pool->requests[i];
		mcha_item *item = &items[request->item];

		if (mcha_write_replicas_counts(pool, copies, request)) {
			fold(pool, item, request);
		} else if (request->verb == copies->verb) {
			fold_other(pool, item, request);
		}
	}
	for (i = 0; i < count; i++) {
		if (items[i].answer.status == MCHA_STATUS_PENDING) {
			count_handed_off(pool, &items[i]);
			items[i].answer.status = conclude(pool, &items[i], copies);
		}
	}
}

/* A part that was put to copies which others have gone on without is not in what they go on with. */
static void revise(mcha_pool *pool, mcha_item *items, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		if (items[i].answer.status == MCHA_STATUS_OK
			&& !mcha_hint_record_find_valid(pool, &items[i], MCHA_VERB_STORE)) {
			mcha_verdict_fault(&items[i], MCHA_STATUS_STALE);
			items[i].answer.status = MCHA_STATUS_STALE;
		}
	}
}

static bool adds_to(const mcha_write *copies)
{
	return copies->verb == MCHA_VERB_STORE
		&& (copies->mode == MCHA_MODE_APPEND || copies->mode == MCHA_MODE_PREPEND);
}

/* Whatever a copy was before, it is as the others afterwards. */
static bool replaces(const mcha_write *copies)
{
	return copies->verb == MCHA_VERB_DELETE
		|| (copies->verb == MCHA_VERB_STORE && copies->mode == MCHA_MODE_SET);
}

static void write_all(mcha_pool *pool, mcha_item *items, size_t count, const mcha_write *copies)
{
	size_t i;

	mcha_pool_enter(pool);
	(void)mcha_pool_reserve(pool, count * mcha_pool_copies(pool)); /* mcha_targets() counts on one an item */
	mcha_targets(pool, items, count);
	if (!replaces(copies)) {
		mcha_quorum_clear(pool, items, count);
	}
	mcha_item_size_limit_learn(pool, items, count);
	if (copies->verb == MCHA_VERB_STORE) {
		mcha_item_version_give(pool, items, count);
	}
	mcha_hint_replay(pool, items, count,
		replaces(copies) ? MCHA_REPLAY_REPLACING : MCHA_REPLAY_KEEPING);
	if (adds_to(copies)) {
		mcha_previous_pool_migrate(pool, items, count);
	}
	for (i = 0; i < count; i++) {
		if (items[i].answer.status == MCHA_STATUS_PENDING) {
			mcha_write_replicas_ask(pool, &items[i], i, copies);
		}
	}
	mcha_async_write_run(pool, items, 0, copies->verb,
		mcha_targets_share(pool, mcha_write_replicas_can_hand_off(pool, copies) ? 2 : 1));
	if (pool->report.failed_count && mcha_write_replicas_can_hand_off(pool, copies)) {
		mcha_write_replicas_hand_off(pool, items, 0, copies);
	}
	conclude_all(pool, items, count, copies);
	mcha_hint_record_write(pool, items, copies->verb);
	if (pool->report.failed_count && adds_to(copies)) {
		revise(pool, items, count);
	}
	if (copies->verb == MCHA_VERB_STORE) {
		mcha_write_replicas_purge(pool, items, count, MCHA_VERB_STORE);
	}
	if (copies->verb == MCHA_VERB_TOUCH || adds_to(copies)) {
		mcha_read_repair_unchanged(pool, items, count);
	}
	mcha_async_write_note(pool, items, copies->verb);
	note_written(pool, items, count, copies);
	mcha_verdict_report(pool, items, count);
	mcha_pool_leave(pool);
}

static void store(mcha_pool *pool, mcha_item *items, size_t count, const void *context)
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
	mcha_in_parts(pool, items, count, store, &mode);
}

/* Before the keys are checked, too: what is too long to be one is not read. */
static void note_deletions(mcha_pool *pool, const mcha_item *items, size_t count, bool under_way)
{
	mcha_usec now = mcha_clock_now();
	size_t i;

	for (i = 0; pool->recent_deletes && i < count; i++) {
		if (items[i].key_length <= MCHA_KEY_MAX) {
			mcha_recent_deletes_note(pool->recent_deletes, items[i].key, items[i].key_length, now, under_way);
		}
	}
}

static void delete(mcha_pool *pool, mcha_item *items, size_t count, const void *context)
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
	mcha_in_parts(pool, items, count, delete, NULL);
}

void mcha_delete_refused(mcha_pool *pool, const mcha_item *items, size_t count)
{
	const mcha_report report = pool->report;
	size_t i;

	for (i = 0; i < count; i++) {
		mcha_item old = {.key = items[i].key, .key_length = items[i].key_length,
			.hash_key = items[i].hash_key, .hash_length = items[i].hash_length};

		if (items[i].answer.status == MCHA_STATUS_TOO_BIG) {
			pool->until = pool->deadline;
			mcha_delete(pool, &old, 1);
		}
	}
	pool->until = 0;
	pool->report = report;
}

static void touch(mcha_pool *pool, mcha_item *items, size_t count, const void *context)
{
	(void)context;
	write_all(pool, items, count, &(mcha_write){.verb = MCHA_VERB_TOUCH});
}

void mcha_touch(mcha_pool *pool, mcha_item *items, size_t count)
{
	mcha_in_parts(pool, items, count, touch, NULL);
}
