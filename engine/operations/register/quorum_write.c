/* SPDX-License-Identifier: MIT */
/* Writes registers: asks the homes for their versions, and puts a newer one on more than half of
 * them.
 *
 *   round 1   the home nodes are asked for their versions
 *   round 2   each that answered is given a newer one over the copy that was seen there
 *   then      a home whose copy was changed meanwhile is looked at again: its copy is newer still,
 *             which is as good (this write comes before that one), or the home is given this one
 *             once more
 *
 * A deletion writes a tombstone. There is nothing to delete where the newest copy is one, or no
 * home has a copy.
 *
 * The operation's own requests (replica.h) are those that put the value there: a home that could
 * not be asked, or whose look failed, is skipped, as it misses what is written. */
#include "engine/operations/operations.h"
#include "engine/replica/quorum.h"

#include "engine/replica/hint_record.h"
#include "engine/replica/item_size_limit.h"
#include "engine/replica/operation.h"
#include "engine/replica/purge.h"
#include "engine/replica/repair/hint_replay.h"
#include "engine/replica/repair/previous_pool.h"

#define ATTEMPTS 8 /* each is lost to another writer only */

/* --- what the homes have ---------------------------------------------------------------------- */

static size_t look_at_homes(mcha_quorum_operation *operation, mcha_item *item, bool last_resort)
{
	size_t i, asked = 0;

	for (i = 0; i < operation->homes; i++) {
		asked += mcha_quorum_look(operation, item, &item->replicas[i], MCHA_WANT_UNSEEN,
			last_resort);
	}
	return asked;
}

static void skip_silent(mcha_pool *pool, mcha_request *looks)
{
	mcha_request *look;

	for (look = looks; look; look = look->later) {
		if (!mcha_status_is_answer(look->reply.status)) {
			mcha_replica_skip(pool, look->item, look->replica);
		}
	}
}

static void look_at_all(mcha_quorum_operation *operation)
{
	mcha_request *looks;
	size_t i;

	for (i = 0; i < operation->count; i++) {
		mcha_item *item = &operation->items[i];

		if (mcha_quorum_is_open(item) && !look_at_homes(operation, item, false)) {
			look_at_homes(operation, item, true);
		}
	}
	looks = mcha_pool_run(operation->pool, mcha_targets_share(operation->pool, 3));
	mcha_quorum_take(operation, looks);
	skip_silent(operation->pool, looks);
}

/* Every home that answered has the same. */
static bool is_agreed(const mcha_quorum_operation *operation, const mcha_item *item, uint64_t rank)
{
	const mcha_view *views = mcha_quorum_views(operation, item);
	size_t i;

	for (i = 0; i < operation->homes; i++) {
		if (views[i].state >= MCHA_VIEW_ABSENT && mcha_quorum_rank(&views[i]) != rank) {
			return false;
		}
	}
	return true;
}

/* There is nothing to be deleted; a deletion that did not come to all homes is finished, by its own
 * version: whatever is written meanwhile is newer, and stays. */
static void judge_deleted(mcha_quorum_operation *operation, mcha_item *item,
	const mcha_view *newest)
{
	if (is_agreed(operation, item, newest ? mcha_quorum_rank(newest) : 0)) {
		item->answer.status = MCHA_STATUS_MISS;
		item->acknowledged = (uint16_t)operation->homes;
	} else {
		item->write.version = mcha_version_of(newest->cas);
	}
}

/* item->found: there is something to be deleted. */
static void judge_item(mcha_quorum_operation *operation, mcha_item *item, bool deleting)
{
	const mcha_view *newest;

	if (!mcha_quorum_is_open(item)) {
		return;
	}
	if (!mcha_quorum_is_known(operation, item)) {
		item->answer.status = item->fault != MCHA_STATUS_OK ? item->fault : MCHA_STATUS_NO_QUORUM;
		return;
	}
	newest = mcha_quorum_newest(operation, item);
	item->found = newest && !newest->deleted;
	if (deleting && !item->found) {
		judge_deleted(operation, item, newest);
	}
}

/* --- putting it there ------------------------------------------------------------------------- */

static bool is_done(const mcha_quorum_operation *operation, const mcha_view *view, uint64_t version)
{
	return view->done
		|| (version && mcha_quorum_rank(view) >= mcha_item_version_rank(operation->pool, version));
}

/* Without versions there is nothing to keep in order, and without a CAS (memcached -C) nothing to
 * compare the copy by: the value is stored over whatever the node has. */
static mcha_request *store_anyway(mcha_pool *pool, mcha_item *item, mcha_replica *replica,
	const mcha_reply *value, int64_t exptime)
{
	mcha_request *request = mcha_replica_ask(pool, item, replica, MCHA_VERB_STORE);

	if (request) {
		request->mode = MCHA_MODE_SET;
		request->want = MCHA_WANT_CAS;
		request->value = value->value;
		request->value_length = value->size;
		request->flags = value->flags;
		request->exptime = exptime;
		mcha_quorum_check_size(pool, request);
	}
	return request;
}

/* value: with the operation's version. */
static void put_copy(mcha_quorum_operation *operation, mcha_item *item, mcha_replica *replica,
	const mcha_reply *value, int64_t exptime)
{
	const mcha_view *view = &mcha_quorum_views(operation, item)[replica->position];
	const bool has_order = item->write.version && (view->state == MCHA_VIEW_ABSENT || view->cas);
	mcha_request *request = has_order
		? mcha_quorum_put(operation, item, replica, value, exptime)
		: store_anyway(operation->pool, item, replica, value, exptime);

	if (request) {
		replica->request = request;
	}
}

static void put_copies(mcha_quorum_operation *operation, mcha_item *item, bool deleting)
{
	const mcha_reply value =
						 {
							 .value = (char *)item->value,
							 .size = item->value_length,
							 .flags = item->flags,
							 .cas = item->write.version,
						 },
					 tombstone = mcha_quorum_tombstone(item->write.version);
	const mcha_view *views = mcha_quorum_views(operation, item);
	size_t i;

	for (i = 0; i < operation->homes; i++) {
		if (views[i].state >= MCHA_VIEW_ABSENT
			&& !is_done(operation, &views[i], item->write.version)) {
			put_copy(operation, item, &item->replicas[i], deleting ? &tombstone : &value,
				deleting ? operation->pool->settings.tombstone_ttl : item->exptime);
		}
	}
}

static bool was_changed(mcha_status status)
{
	return status == MCHA_STATUS_EXISTS || status == MCHA_STATUS_NOT_STORED
		|| status == MCHA_STATUS_MISS;
}

/* A home whose copy was changed since it was looked at is looked at again. */
static void fold_puts(mcha_quorum_operation *operation, mcha_request *puts)
{
	mcha_request *put;

	for (put = puts; put; put = put->later) {
		mcha_view *view = mcha_quorum_view(operation, put);

		if (put->reply.status == MCHA_STATUS_OK) {
			view->done = true;
		} else if (was_changed(put->reply.status)) {
			mcha_quorum_look(operation, put->item, put->replica, MCHA_WANT_UNSEEN, false);
		} else {
			view->state = MCHA_VIEW_SILENT;
			mcha_verdict_fault(put->item, put->reply.status);
		}
	}
}

/* A home that has something newer by now has had this before it. */
static void take_newer(mcha_quorum_operation *operation, mcha_request *looks)
{
	const mcha_request *look;

	mcha_quorum_take(operation, looks);
	for (look = looks; look; look = look->later) {
		mcha_view *view = mcha_quorum_view(operation, look);

		view->done = is_done(operation, view, look->item->write.version);
	}
}

/* False: the value is where it can be. */
static bool put_all(mcha_quorum_operation *operation, bool deleting)
{
	mcha_pool *pool = operation->pool;
	size_t i;

	for (i = 0; i < operation->count; i++) {
		if (mcha_quorum_is_open(&operation->items[i])) {
			put_copies(operation, &operation->items[i], deleting);
		}
	}
	if (!mcha_pool_has_round(pool)) {
		return false;
	}
	fold_puts(operation, mcha_pool_run(pool, mcha_targets_share(pool, 2)));
	if (!mcha_pool_has_round(pool)) {
		return false;
	}
	take_newer(operation, mcha_pool_run(pool, mcha_targets_share(pool, 2)));
	return pool->running.now < pool->running.deadline;
}

/* --- the answer ------------------------------------------------------------------------------- */

static size_t count_done(const mcha_quorum_operation *operation, const mcha_item *item)
{
	const mcha_view *views = mcha_quorum_views(operation, item);
	size_t i, done = 0;

	for (i = 0; i < operation->homes; i++) {
		done += is_done(operation, &views[i], item->write.version);
	}
	return done;
}

static void answer_item(mcha_quorum_operation *operation, mcha_item *item, bool deleting)
{
	if (!mcha_quorum_is_open(item)) {
		return;
	}
	item->acknowledged = (uint16_t)count_done(operation, item);
	if (item->acknowledged >= mcha_verdict_quorum(operation->pool)) {
		item->answer.status = deleting && !item->found ? MCHA_STATUS_MISS : MCHA_STATUS_OK;
	} else {
		item->answer.status = item->acknowledged == 0 && item->fault != MCHA_STATUS_OK
			? item->fault
			: MCHA_STATUS_NO_QUORUM;
	}
}

/* A home that was skipped at first, and then asked as a last resort, has been given nothing if
 * another client was always faster: that client may know nothing of what the home has missed. So
 * the home gets a hint all the same. */
static void recall_skipped(const mcha_item *item)
{
	size_t i;

	for (i = 0; i < item->replica_count; i++) {
		mcha_replica *replica = &item->replicas[i];

		if (replica->skipped != MCHA_STATUS_PENDING && replica->request
			&& was_changed(replica->request->reply.status)) {
			replica->request = NULL;
		}
	}
}

static void write_items(mcha_quorum_operation *operation, bool deleting)
{
	size_t i, attempt;

	look_at_all(operation);
	mcha_item_version_give(operation->pool, operation->items, operation->count);
	for (i = 0; i < operation->count; i++) {
		judge_item(operation, &operation->items[i], deleting);
	}
	for (attempt = 0; attempt < ATTEMPTS && put_all(operation, deleting); attempt++) {
	}
	for (i = 0; i < operation->count; i++) {
		answer_item(operation, &operation->items[i], deleting);
		recall_skipped(&operation->items[i]);
	}
}

void mcha_quorum_write(mcha_pool *pool, mcha_item *items, size_t count, bool deleting)
{
	mcha_quorum_operation operation;

	mcha_operation_begin(pool, items, count);
	mcha_item_size_limit_learn(pool, items, count);
	mcha_hint_replay(pool, items, count, MCHA_REPLAY_REPLACING);
	if (deleting) {
		mcha_previous_pool_migrate(pool, items, count); /* to know whether there is anything */
	}
	if (mcha_quorum_begin(&operation, pool, items, count)) {
		write_items(&operation, deleting);
	}
	mcha_hint_record_write(pool, items, count, MCHA_VERB_STORE);
	mcha_purge_behind(pool, items, count);
	mcha_operation_end(pool, items, count, MCHA_VERB_STORE);
}
