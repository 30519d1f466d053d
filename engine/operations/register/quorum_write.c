/* SPDX-License-Identifier: MIT */
/* Writes by majority.
 *
 *   round 1   the home nodes are asked for their versions
 *   round 2   each that answered is given a newer one over what it was seen to have
 *   then      who was changed meanwhile is looked at again: it has something newer still, which is as good
 *             (this write comes before that one), or is given it once more
 *
 * A deletion writes a tombstone. It finds nothing to delete where the newest is one, or nobody has any. */
#include "engine/replica/hint_record.h"
#include "engine/pool/pool_operation.h"
#include "engine/replica/write_replicas.h"
#include "engine/replica/item_size_limit.h"
#include "engine/replica/previous_pool.h"
#include "quorum.h"
#include "engine/replica/hint_replay.h"

#define ATTEMPTS 8 /* each is lost to another writer only */

static size_t look_at_homes(mcha_quorum_operation *operation, size_t index, bool last_resort)
{
	size_t position, asked = 0;

	for (position = 0; position < operation->homes; position++) {
		asked += mcha_quorum_look(operation, index, position, MCHA_WANT_UNSEEN, last_resort);
	}
	return asked;
}

/* A node that could not be asked at all is one that misses what is written. */
static void note_silent(mcha_quorum_operation *operation)
{
	mcha_pool *pool = operation->pool;
	size_t i, end = pool->request_count;

	for (i = 0; i < end; i++) {
		const mcha_request request = pool->requests[i];

		if (request.verb == MCHA_VERB_GET && !mcha_status_is_answer(request.reply.status)) {
			mcha_targets_skip(pool, &operation->items[request.item], request.item, request.node,
				request.position, MCHA_VERB_STORE);
		}
	}
}

static void look(mcha_quorum_operation *operation)
{
	size_t i;

	for (i = 0; i < operation->count; i++) {
		if (mcha_quorum_is_open(&operation->items[i]) && !look_at_homes(operation, i, false)) {
			look_at_homes(operation, i, true);
		}
	}
	mcha_pool_run(operation->pool, 0, mcha_targets_share(operation->pool, 3));
	mcha_quorum_take(operation, 0);
	note_silent(operation);
}

/* Every home that answered has the same. */
static bool is_agreed(const mcha_quorum_operation *operation, size_t index, uint64_t rank)
{
	size_t i;

	for (i = 0; i < operation->homes; i++) {
		const mcha_view *view = mcha_quorum_view(operation, index, i);

		if (view->state >= MCHA_VIEW_ABSENT && mcha_quorum_rank(view) != rank) {
			return false;
		}
	}
	return true;
}

/* There is nothing to be deleted; a deletion that did not come to all is finished, by its own version: whatever is
 * written meanwhile is newer, and stays. */
static void judge_deleted(mcha_quorum_operation *operation, size_t index, const mcha_view *newest)
{
	mcha_item *item = &operation->items[index];

	if (is_agreed(operation, index, newest ? mcha_quorum_rank(newest) : 0)) {
		item->answer.status = MCHA_STATUS_MISS;
		item->acknowledged = (uint16_t)operation->homes;
	} else {
		item->version = mcha_version_of(newest->cas);
	}
}

/* found: there is something to be deleted. */
static void judge(mcha_quorum_operation *operation, size_t index, bool deleting)
{
	mcha_item *item = &operation->items[index];
	const mcha_view *newest;
	int position;

	if (!mcha_quorum_is_open(item)) {
		return;
	}
	if (!mcha_quorum_is_known(operation, index)) {
		item->answer.status = item->fault != MCHA_STATUS_OK ? item->fault : MCHA_STATUS_NO_QUORUM;
		return;
	}
	position = mcha_quorum_newest(operation, index);
	newest = position < 0 ? NULL : mcha_quorum_view(operation, index, (size_t)position);
	item->found = newest && !newest->deleted;
	if (deleting && !item->found) {
		judge_deleted(operation, index, newest);
	}
}

/* --- putting it there ------------------------------------------------------------------------------ */

static bool is_done(const mcha_quorum_operation *operation, const mcha_view *view, uint64_t version)
{
	return view->done
		|| (version && mcha_quorum_rank(view) >= mcha_item_version_rank(operation->pool, version));
}

static void put(mcha_quorum_operation *operation, size_t index, bool deleting)
{
	const mcha_item *item = &operation->items[index];
	const mcha_reply value = {.value = (char *)item->value, .size = item->value_length,
		.flags = item->flags};
	size_t position;

	for (position = 0; position < operation->homes; position++) {
		const mcha_view *view = mcha_quorum_view(operation, index, position);

		if (view->state >= MCHA_VIEW_ABSENT && !is_done(operation, view, item->version)) {
			mcha_quorum_put(operation, index, position, &value,
				deleting ? operation->pool->settings.tombstone_ttl : item->exptime, deleting);
		}
	}
}

static bool was_changed(mcha_status status)
{
	return status == MCHA_STATUS_EXISTS || status == MCHA_STATUS_NOT_STORED
		|| status == MCHA_STATUS_MISS;
}

/* Whoever was changed since it was looked at is looked at again. */
static void fold(mcha_quorum_operation *operation, size_t first)
{
	mcha_pool *pool = operation->pool;
	size_t i, end = pool->request_count;

	for (i = first; i < end; i++) {
		const mcha_request request = pool->requests[i];
		mcha_view *view = mcha_quorum_view(operation, request.item, request.position);

		if (request.reply.status == MCHA_STATUS_OK) {
			view->done = true;
		} else if (was_changed(request.reply.status)) {
			mcha_quorum_look(operation, request.item, request.position, MCHA_WANT_UNSEEN, false);
		} else {
			view->state = MCHA_VIEW_SILENT;
			mcha_verdict_fault(&operation->items[request.item], request.reply.status);
		}
	}
}

/* Those that have something newer by now have had this before it. */
static void take_newer(mcha_quorum_operation *operation, size_t first)
{
	size_t i;

	for (i = first; i < operation->pool->request_count; i++) {
		const mcha_request *request = &operation->pool->requests[i];
		mcha_view *view = mcha_quorum_view(operation, request->item, request->position);

		view->done = is_done(operation, view, operation->items[request->item].version);
	}
}

/* False: it is where it can be. */
static bool put_all(mcha_quorum_operation *operation, bool deleting)
{
	mcha_pool *pool = operation->pool;
	size_t i, first = pool->request_count, looks;

	for (i = 0; i < operation->count; i++) {
		if (mcha_quorum_is_open(&operation->items[i])) {
			put(operation, i, deleting);
		}
	}
	if (first == pool->request_count) {
		return false;
	}
	mcha_pool_run(pool, first, mcha_targets_share(pool, 2));
	looks = pool->request_count;
	fold(operation, first);
	if (looks == pool->request_count) {
		return false;
	}
	mcha_pool_run(pool, looks, mcha_targets_share(pool, 2));
	mcha_quorum_take(operation, looks);
	take_newer(operation, looks);
	return pool->now < pool->deadline;
}

static size_t count_done(const mcha_quorum_operation *operation, size_t index)
{
	size_t i, done = 0;

	for (i = 0; i < operation->homes; i++) {
		done += is_done(operation, mcha_quorum_view(operation, index, i),
			operation->items[index].version);
	}
	return done;
}

static void conclude(mcha_quorum_operation *operation, size_t index, bool deleting)
{
	mcha_item *item = &operation->items[index];

	if (!mcha_quorum_is_open(item)) {
		return;
	}
	item->acknowledged = (uint16_t)count_done(operation, index);
	if (item->acknowledged >= mcha_verdict_quorum(operation->pool)) {
		item->answer.status = deleting && !item->found ? MCHA_STATUS_MISS : MCHA_STATUS_OK;
	} else {
		item->answer.status = item->acknowledged == 0 && item->fault != MCHA_STATUS_OK ? item->fault
			: MCHA_STATUS_NO_QUORUM;
	}
}

void mcha_quorum_write(mcha_pool *pool, mcha_item *items, size_t count, bool deleting)
{
	mcha_quorum_operation operation;
	size_t i, attempt;

	mcha_pool_enter(pool);
	mcha_targets(pool, items, count);
	mcha_item_size_limit_learn(pool, items, count);
	mcha_hint_replay(pool, items, count, MCHA_REPLAY_REPLACING);
	if (deleting) {
		mcha_previous_pool_migrate(pool, items, count); /* to know whether there is anything */
	}
	if (mcha_quorum_begin(&operation, pool, items, count)) {
		look(&operation);
		mcha_item_version_give(pool, items, count);
		for (i = 0; i < count; i++) {
			judge(&operation, i, deleting);
		}
		for (attempt = 0; attempt < ATTEMPTS && put_all(&operation, deleting); attempt++) {
		}
		for (i = 0; i < count; i++) {
			conclude(&operation, i, deleting);
		}
	}
	mcha_hint_record_write(pool, items, MCHA_VERB_STORE);
	mcha_write_replicas_purge(pool, items, count, MCHA_VERB_STORE);
	mcha_verdict_report(pool, items, count);
	mcha_pool_leave(pool);
}
