/* SPDX-License-Identifier: MIT */
/* What the home nodes have, asked and counted; and how one of them is given something. */
#include "engine/replica/item_size_limit.h"
#include "quorum.h"
#include "engine/replica/hint_replay.h"
#include "engine/protocol/tombstone.h"

#include <stdlib.h>
#include <string.h>

static bool reserve_views(mcha_pool *pool, size_t count)
{
	mcha_view *grown;

	if (count > pool->view_capacity) {
		grown = realloc(pool->views, count * sizeof(*grown));
		if (!grown) {
			return false;
		}
		pool->views = grown;
		pool->view_capacity = count;
	}
	if (count) {
		memset(pool->views, 0, count * sizeof(*pool->views));
	}
	return true;
}

bool mcha_quorum_begin(mcha_quorum_operation *operation, mcha_pool *pool, mcha_item *items, size_t count)
{
	size_t i, homes = mcha_pool_copies(pool);

	*operation = (mcha_quorum_operation){pool, items, count, homes, homes / 2 + 1};
	if (reserve_views(pool, count * homes)) {
		return true;
	}
	for (i = 0; i < count; i++) {
		items[i].answer.status = MCHA_STATUS_NO_MEMORY;
	}
	return false;
}

bool mcha_quorum_look(mcha_quorum_operation *operation, size_t index, size_t position, unsigned want,
		bool last_resort)
{
	mcha_pool *pool = operation->pool;
	mcha_item *item = &operation->items[index];
	uint16_t node = mcha_targets_list(pool, index)[position];
	mcha_request *request;

	if (!mcha_targets_may_ask(pool, index, node, last_resort)) {
		mcha_quorum_view(operation, index, position)->state = MCHA_VIEW_SILENT;
		/* in the place of a write: what is said instead of asking (hint_replay.h) is no look */
		mcha_targets_skip(pool, item, index, node, position, MCHA_VERB_STORE);
		return false;
	}
	request = mcha_targets_request(pool, item, index, node, position, MCHA_VERB_GET);
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

static void take(mcha_quorum_operation *operation, uint32_t at)
{
	mcha_pool *pool = operation->pool;
	const mcha_request *request = &pool->requests[at];
	mcha_view *view = mcha_quorum_view(operation, request->item, request->position);

	view->request = at;
	switch (request->reply.status) {
	case MCHA_STATUS_OK:
		take_found(pool, view, request);
		break;
	case MCHA_STATUS_MISS:
		view->state = MCHA_VIEW_ABSENT;
		view->cas = 0;
		view->deleted = false;
		view->vote = !mcha_pool_failed_lately(pool, request->node);
		break;
	default:
		view->state = MCHA_VIEW_SILENT;
		mcha_verdict_note_unanswered(pool, &operation->items[request->item], request);
	}
}

void mcha_quorum_take(mcha_quorum_operation *operation, size_t first)
{
	size_t i;

	for (i = first; i < operation->pool->request_count; i++) {
		if (operation->pool->requests[i].verb == MCHA_VERB_GET) {
			take(operation, (uint32_t)i);
		}
	}
}

bool mcha_quorum_is_known(const mcha_quorum_operation *operation, size_t index)
{
	size_t i, votes = 0, answers = 0;

	for (i = 0; i < operation->homes; i++) {
		const mcha_view *view = mcha_quorum_view(operation, index, i);

		answers += view->state >= MCHA_VIEW_ABSENT;
		votes += view->state >= MCHA_VIEW_ABSENT && view->vote;
	}
	return votes >= operation->most || answers == operation->homes;
}

int mcha_quorum_newest(const mcha_quorum_operation *operation, size_t index)
{
	uint64_t highest = 0;
	int newest = -1;
	size_t i;

	for (i = 0; i < operation->homes; i++) {
		uint64_t rank = mcha_quorum_rank(mcha_quorum_view(operation, index, i));

		if (rank > highest) {
			highest = rank;
			newest = (int)i;
		}
	}
	return newest;
}

size_t mcha_quorum_count(const mcha_quorum_operation *operation, size_t index, uint64_t rank)
{
	size_t i, count = 0;

	for (i = 0; i < operation->homes; i++) {
		const mcha_view *view = mcha_quorum_view(operation, index, i);

		count += view->done || mcha_quorum_rank(view) >= rank;
	}
	return count;
}

/* Over nothing: add; over a copy: swap. Without a version there is nothing to keep in order. */
static void condition(mcha_request *request, const mcha_view *view)
{
	request->mode = MCHA_MODE_SET;
	if (request->version && view->state == MCHA_VIEW_ABSENT) {
		request->mode = MCHA_MODE_ADD;
	} else if (request->version) {
		request->cas = view->cas;
	}
}

mcha_request *mcha_quorum_put(mcha_quorum_operation *operation, size_t index, size_t position,
		const mcha_reply *value, int64_t exptime, bool deleted)
{
	mcha_pool *pool = operation->pool;
	mcha_item *item = &operation->items[index];
	uint16_t node = mcha_targets_list(pool, index)[position];
	mcha_request *request = mcha_targets_request(pool, item, index, node, position, MCHA_VERB_STORE);

	if (!request) {
		return NULL;
	}
	request->value = deleted ? "" : value->value;
	request->value_length = deleted ? 0 : value->size;
	request->flags = deleted ? MCHA_TOMBSTONE_FLAGS : value->flags;
	request->exptime = exptime;
	request->want = MCHA_WANT_CAS;
	condition(request, mcha_quorum_view(operation, index, position));
	if (mcha_item_size_limit_exceeded(pool->nodes[node], item->key_length, request->value_length)) {
		request->reply.status = MCHA_STATUS_TOO_BIG;
	}
	return request;
}

/* --- before what is no register's operation ------------------------------------------------------- */

static void take_away(mcha_quorum_operation *operation, size_t index)
{
	size_t i;

	for (i = 0; i < operation->homes; i++) {
		const mcha_view *view = mcha_quorum_view(operation, index, i);
		mcha_request *request;

		if (view->state == MCHA_VIEW_FOUND && view->cas
			&& (request = mcha_targets_request(operation->pool, &operation->items[index], index,
				mcha_targets_list(operation->pool, index)[i], i, MCHA_VERB_DELETE))) {
			request->cas = view->cas;
		}
	}
}

void mcha_quorum_clear(mcha_pool *pool, mcha_item *items, size_t count)
{
	mcha_quorum_operation operation;
	size_t i, position, looked;
	int newest;

	if (!mcha_targets_keeps_registers(pool) || !mcha_quorum_begin(&operation, pool, items, count)) {
		return;
	}
	for (i = 0; i < count; i++) {
		for (position = 0; mcha_quorum_is_open(&items[i])
				&& position < operation.homes; position++) {
			if (mcha_targets_may_ask(pool, i, mcha_targets_list(pool, i)[position], false)) {
				mcha_quorum_look(&operation, i, position, MCHA_WANT_UNSEEN, false);
			}
		}
	}
	mcha_pool_run(pool, 0, mcha_targets_share(pool, 4));
	mcha_quorum_take(&operation, 0);
	looked = pool->request_count;
	for (i = 0; i < count; i++) {
		newest = mcha_quorum_newest(&operation, i);
		if (newest >= 0 && mcha_quorum_view(&operation, i, (size_t)newest)->deleted) {
			take_away(&operation, i);
		}
		items[i].fault = MCHA_STATUS_OK;
	}
	if (looked < pool->request_count) {
		mcha_pool_run(pool, looked, mcha_targets_share(pool, 3));
	}
	mcha_targets_drop(pool, items, 0);
}
