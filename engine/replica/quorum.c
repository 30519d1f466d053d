/* SPDX-License-Identifier: MIT */
/* Asks the home nodes what they have, and counts them by what they have; and gives one of them a
 * copy. */
#include "quorum.h"

#include "engine/replica/item_size_limit.h"
#include "engine/replica/put.h"

#include <stdlib.h>
#include <string.h>

static bool reserve_views(mcha_view_list *views, size_t count)
{
	mcha_view *grown;

	if (count > views->capacity) {
		grown = realloc(views->entries, count * sizeof(*grown));
		if (!grown) {
			return false;
		}
		views->entries = grown;
		views->capacity = count;
	}
	if (count) {
		memset(views->entries, 0, count * sizeof(*views->entries));
	}
	return true;
}

bool mcha_quorum_begin(mcha_quorum_operation *operation, mcha_pool *pool, mcha_item *items,
	size_t count)
{
	size_t i, homes = mcha_pool_copies(pool);

	*operation = (mcha_quorum_operation){pool, items, count, homes, homes / 2 + 1};
	if (reserve_views(&pool->views, count * homes)) {
		return true;
	}
	for (i = 0; i < count; i++) {
		items[i].answer.status = MCHA_STATUS_NO_MEMORY;
	}
	return false;
}

/* --- looking ---------------------------------------------------------------------------------- */

bool mcha_quorum_look(mcha_quorum_operation *operation, mcha_item *item, mcha_replica *replica,
	unsigned want, bool last_resort)
{
	mcha_request *request;

	if (!mcha_replica_may_ask(operation->pool, item, replica, last_resort)) {
		mcha_quorum_views(operation, item)[replica->position].state = MCHA_VIEW_SILENT;
		mcha_replica_skip(operation->pool, item, replica);
		return false;
	}
	request = mcha_replica_ask_beside(operation->pool, item, replica, MCHA_VERB_GET);
	if (request) {
		request->want = (uint8_t)(want | MCHA_WANT_CAS | MCHA_WANT_TTL | MCHA_WANT_SIZE);
	}
	return request != NULL;
}

static void take_found(mcha_pool *pool, mcha_view *view, const mcha_request *request)
{
	view->state = MCHA_VIEW_FOUND;
	view->cas = request->reply.cas;
	view->deleted = mcha_tombstone_is(&request->reply);
	view->vote = true;
	view->rank = mcha_item_version_rank(pool, request->reply.cas);
	mcha_item_version_saw(pool, request->node, request->reply.cas);
}

static void take_absent(mcha_pool *pool, mcha_view *view, const mcha_request *request)
{
	view->state = MCHA_VIEW_ABSENT;
	view->cas = 0;
	view->deleted = false;
	view->vote = !mcha_pool_failed_lately(pool, request->node);
}

void mcha_quorum_take(mcha_quorum_operation *operation, mcha_request *round)
{
	mcha_pool *pool = operation->pool;
	mcha_request *look;

	for (look = round; look; look = look->later) {
		mcha_view *view = mcha_quorum_view(operation, look);

		view->request = look;
		if (look->reply.status == MCHA_STATUS_OK) {
			take_found(pool, view, look);
		} else if (look->reply.status == MCHA_STATUS_MISS) {
			take_absent(pool, view, look);
		} else {
			view->state = MCHA_VIEW_SILENT;
			mcha_replica_note_unanswered(pool, look->item, look->replica, look->reply.status);
		}
	}
}

/* --- counting --------------------------------------------------------------------------------- */

bool mcha_quorum_is_known(const mcha_quorum_operation *operation, const mcha_item *item)
{
	const mcha_view *views = mcha_quorum_views(operation, item);
	size_t i, votes = 0, answers = 0;

	for (i = 0; i < operation->homes; i++) {
		answers += views[i].state >= MCHA_VIEW_ABSENT;
		votes += views[i].state >= MCHA_VIEW_ABSENT && views[i].vote;
	}
	return votes >= operation->most || answers == operation->homes;
}

const mcha_view *mcha_quorum_newest(const mcha_quorum_operation *operation, const mcha_item *item)
{
	const mcha_view *views = mcha_quorum_views(operation, item), *newest = NULL;
	uint64_t highest = 0;
	size_t i;

	for (i = 0; i < operation->homes; i++) {
		uint64_t rank = mcha_quorum_rank(&views[i]);

		if (rank > highest) {
			highest = rank;
			newest = &views[i];
		}
	}
	return newest;
}

size_t mcha_quorum_count(const mcha_quorum_operation *operation, const mcha_item *item,
	uint64_t rank)
{
	const mcha_view *views = mcha_quorum_views(operation, item);
	size_t i, count = 0;

	for (i = 0; i < operation->homes; i++) {
		count += views[i].done || mcha_quorum_rank(&views[i]) >= rank;
	}
	return count;
}

/* --- giving a copy ---------------------------------------------------------------------------- */

void mcha_quorum_check_size(const mcha_pool *pool, mcha_request *request)
{
	if (mcha_item_size_limit_exceeded(pool->nodes[request->node], request->key_length,
			request->value_length)) {
		request->reply.status = MCHA_STATUS_TOO_BIG;
	}
}

static mcha_put put_of(const mcha_item *item, const mcha_replica *replica, const mcha_view *view)
{
	return (mcha_put){
		.node = replica->node,
		.key = item->key,
		.key_length = (uint16_t)item->key_length,
		.cas = view->cas,
	};
}

mcha_request *mcha_quorum_put(mcha_quorum_operation *operation, mcha_item *item,
	mcha_replica *replica, const mcha_reply *copy, int64_t exptime)
{
	const mcha_view *view = &mcha_quorum_views(operation, item)[replica->position];
	mcha_put put = put_of(item, replica, view);
	mcha_request *request;

	put.value = copy;
	put.exptime = exptime;
	request = view->state == MCHA_VIEW_ABSENT || !mcha_version_of(copy->cas)
		? mcha_put_if_absent(operation->pool, &put)
		: mcha_put_over(operation->pool, &put);
	if (!request) {
		mcha_verdict_fault(item, MCHA_STATUS_NO_MEMORY);
		return NULL;
	}
	request->item = item;
	request->replica = replica;
	mcha_quorum_check_size(operation->pool, request);
	return request;
}

/* --- before an operation that is no register's ------------------------------------------------ */

static void look_at_homes(mcha_quorum_operation *operation, mcha_item *item)
{
	size_t i;

	for (i = 0; i < operation->homes; i++) {
		if (mcha_replica_may_ask(operation->pool, item, &item->replicas[i], false)) {
			mcha_quorum_look(operation, item, &item->replicas[i], MCHA_WANT_UNSEEN, false);
		}
	}
}

static void delete_copies(mcha_quorum_operation *operation, mcha_item *item)
{
	const mcha_view *views = mcha_quorum_views(operation, item);
	size_t i;

	for (i = 0; i < operation->homes; i++) {
		if (views[i].state == MCHA_VIEW_FOUND) {
			const mcha_put seen = put_of(item, &item->replicas[i], &views[i]);

			(void)mcha_remove_if_same(operation->pool, &seen);
		}
	}
}

/* Is of no consequence for the operation itself: it finds out by its own requests which nodes
 * fail. */
static void clear_deleted(mcha_quorum_operation *operation)
{
	size_t i;

	for (i = 0; i < operation->count; i++) {
		const mcha_view *newest = mcha_quorum_newest(operation, &operation->items[i]);

		if (newest && newest->deleted) {
			delete_copies(operation, &operation->items[i]);
		}
		operation->items[i].fault = MCHA_STATUS_OK;
	}
}

void mcha_quorum_clear(mcha_pool *pool, mcha_item *items, size_t count)
{
	mcha_quorum_operation operation;
	size_t i;

	if (!mcha_targets_keeps_registers(pool) || !mcha_quorum_begin(&operation, pool, items, count)) {
		return;
	}
	for (i = 0; i < count; i++) {
		if (mcha_quorum_is_open(&items[i])) {
			look_at_homes(&operation, &items[i]);
		}
	}
	mcha_quorum_take(&operation, mcha_pool_run(pool, mcha_targets_share(pool, 4)));
	clear_deleted(&operation);
	if (mcha_pool_has_round(pool)) {
		mcha_pool_run(pool, mcha_targets_share(pool, 3));
	}
}
