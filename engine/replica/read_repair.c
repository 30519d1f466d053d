/* SPDX-License-Identifier: MIT */
/* Repair rounds, run inside the operation that noticed the gap. */
#include "read_repair.h"

#include <string.h>

#include "hint_record.h"

static bool is_gap(const mcha_pool *pool, const mcha_request *request)
{
	return mcha_targets_is_home(pool, request->position)
		&& (request->reply.status == MCHA_STATUS_MISS
			|| (request->verb == MCHA_VERB_STORE
				&& request->reply.status == MCHA_STATUS_NOT_STORED));
}

/* By index: the request array moves when it grows. */
static void add_copy(mcha_pool *pool, mcha_item *items, size_t gap, const mcha_reply *reply,
		uint16_t source)
{
	size_t index = pool->requests[gap].item;
	mcha_request *request;

	if (mcha_copy_is_expiring(reply->ttl)
		|| mcha_targets_is_being_deleted(pool, items[index].key, items[index].key_length)) {
		return;
	}
	request = mcha_targets_request(pool, &items[index], index, pool->requests[gap].node,
		pool->requests[gap].position, MCHA_VERB_STORE);
	if (request) {
		request->mode = MCHA_MODE_ADD;
		request->value = reply->value;
		request->value_length = reply->size;
		request->flags = reply->flags;
		request->exptime = mcha_copy_exptime(pool, reply->ttl);
		request->want = MCHA_WANT_CAS;
		request->version = mcha_version_of(reply->cas);
		request->source = source;
	}
}

/* Is the copy that was given on still there? Of a key that is known to be deleted meanwhile it need not
 * be asked. */
static void ask_sources(mcha_pool *pool, mcha_item *items, size_t first, size_t end)
{
	size_t i;

	for (i = first; i < end; i++) {
		uint32_t index = pool->requests[i].item;
		uint16_t source = pool->requests[i].source;
		mcha_request *request;

		if (pool->requests[i].reply.status == MCHA_STATUS_OK
			&& (request = mcha_targets_request(pool, &items[index], index, source, 0,
				MCHA_VERB_GET))) {
			request->want = MCHA_WANT_UNSEEN;
			request->source = pool->requests[i].node;
			request->cas = pool->requests[i].reply.cas;
			if (mcha_targets_is_being_deleted(pool, request->key, request->key_length)) {
				request->reply.status = MCHA_STATUS_MISS;
			}
		}
	}
}

/* Another process deletes the key while this one repairs it: the deletion had reached one node and not yet the other when the
 * repair read them. By now it has reached both, so the repaired copies are deleted, unless they have been replaced meanwhile. Where
 * the server keeps no CAS no client can tell: a hint to delete is added for the node, which is not read until that is replayed. */
static void take_back_deleted(mcha_pool *pool, mcha_item *items, size_t end)
{
	size_t i, asked = pool->request_count;

	for (i = end; i < asked; i++) {
		uint32_t index = pool->requests[i].item;
		uint16_t repaired = pool->requests[i].source;
		uint64_t cas = pool->requests[i].cas;
		mcha_request *request;

		if (pool->requests[i].reply.status != MCHA_STATUS_MISS) {
			continue;
		}
		if (!cas) {
			mcha_hint_record_deletion(pool, &items[index], repaired);
			pool->report.repaired--;
		} else if ((request = mcha_targets_request(pool, &items[index], index, repaired, 0,
				MCHA_VERB_DELETE))) {
			request->cas = cas;
		}
	}
	if (asked < pool->request_count) {
		mcha_pool_run(pool, asked, mcha_targets_share(pool, 1));
		pool->report.repaired -= (uint32_t)(pool->request_count - asked);
	}
}

/* A node that missed both a check and the read behind it is given one copy. */
static bool is_added(const mcha_pool *pool, size_t asked, const mcha_item *item,
		const mcha_request *gap)
{
	const mcha_request *request = item->checked && !gap->check ? mcha_targets_last(pool, item) : NULL;

	for (; request && request >= pool->requests + asked; request = mcha_targets_earlier(pool, request)) {
		if (request->node == gap->node) {
			return true;
		}
	}
	return false;
}

static void run_copies(mcha_pool *pool, mcha_item *items, size_t first)
{
	size_t i, end = pool->request_count;

	if (first == end) {
		return;
	}
	/* a copy is given only where there is memory to ask its source once more, and to take the copy back */
	if (!mcha_pool_reserve(pool, 2 * (end - first))) {
		mcha_targets_drop(pool, items, first);
		return;
	}
	mcha_pool_run(pool, first, mcha_targets_share(pool, 2));
	for (i = first; i < end; i++) {
		pool->report.repaired += pool->requests[i].reply.status == MCHA_STATUS_OK;
	}
	ask_sources(pool, items, first, end);
	if (end < pool->request_count) {
		mcha_pool_run(pool, end, mcha_targets_share(pool, 2));
		take_back_deleted(pool, items, end);
	}
}

static void take_token(const mcha_pool *pool, mcha_item *items, const mcha_request *request)
{
	if (request->verb == MCHA_VERB_STORE && request->position == 0 && request->reply.status == MCHA_STATUS_OK && request->reply.cas) {
		items[request->item].answer.cas =
			mcha_cas_token_pack(pool->nodes[request->node]->cas_tag, request->reply.cas);
	}
}

/* A distrusted home (hint_replay.h) was asked for its copy to compare it, and has another one. */
static bool is_outdated(const mcha_pool *pool, const mcha_request *request, const mcha_item *item)
{
	const mcha_reply *there = &request->reply, *here = &item->answer;

	if (!request->check || !mcha_targets_doubts(pool, item, request->node) || there->status != MCHA_STATUS_OK || !(request->want & MCHA_WANT_CAS)) {
		return false;
	}
	if (mcha_version_is(there->cas) && mcha_version_is(here->cas)) {
		return there->cas != here->cas;
	}
	return !there->value || there->size != here->size || there->flags != here->flags
		|| memcmp(there->value, here->value, here->size) != 0;
}

void mcha_read_repair_found(mcha_pool *pool, mcha_item *items, unsigned want)
{
	size_t i, asked = pool->request_count;

	for (i = 0; i < asked; i++) {
		uint32_t index = pool->requests[i].item;
		const mcha_item *item = &items[index];
		size_t added = pool->request_count;
		uint64_t over = is_outdated(pool, &pool->requests[i], item) ? pool->requests[i].reply.cas : 0;

		if ((over || is_gap(pool, &pool->requests[i])) && item->answer.status == MCHA_STATUS_OK
			&& item->answer.value && !is_added(pool, asked, item, &pool->requests[i])) {
			add_copy(pool, items, i, &item->answer,
				mcha_targets_list(pool, index)[item->position]);
		}
		if (over && added < pool->request_count) {
			pool->requests[added].mode = MCHA_MODE_SET;
			pool->requests[added].cas = over;
		}
	}
	run_copies(pool, items, asked);
	for (i = asked; want & MCHA_WANT_CAS && i < pool->request_count; i++) {
		take_token(pool, items, &pool->requests[i]);
	}
}

/* The first request of the item that changed something that is not about to end, as a source; NULL: none. */
static const mcha_request *find_source(const mcha_pool *pool, const mcha_item *item)
{
	const mcha_request *request, *first = NULL;

	for (request = mcha_targets_last(pool, item); request; request = mcha_targets_earlier(pool, request)) {
		if (request->reply.status == MCHA_STATUS_OK && request->verb != MCHA_VERB_DELETE
			&& !mcha_copy_is_expiring(request->reply.ttl)) {
			first = request;
		}
	}
	return first;
}

static bool has_gap(const mcha_pool *pool, const mcha_item *item)
{
	const mcha_request *request = mcha_targets_last(pool, item);

	while (request && !is_gap(pool, request)) {
		request = mcha_targets_earlier(pool, request);
	}
	return request;
}

static void read_source(mcha_pool *pool, mcha_item *item, size_t index)
{
	const mcha_request *source = has_gap(pool, item) ? find_source(pool, item) : NULL;
	mcha_request *request = source ? mcha_targets_request(pool, item, index, source->node, source->position,
		MCHA_VERB_GET) : NULL;

	if (request) {
		request->want = MCHA_WANT_VALUE | mcha_targets_copying(pool);
	}
}

/* What was read goes to all that lack it: requests of the item that came before this one. */
static void fill_gaps(mcha_pool *pool, mcha_item *items, size_t read)
{
	const mcha_reply source = pool->requests[read].reply;
	const uint16_t node = pool->requests[read].node;
	uint32_t at = pool->requests[read].earlier, earlier;

	for (; source.value && at; at = earlier) {
		earlier = pool->requests[at - 1].earlier;
		if (is_gap(pool, &pool->requests[at - 1])) {
			add_copy(pool, items, at - 1, &source, node);
		}
	}
}

void mcha_read_repair_unchanged(mcha_pool *pool, mcha_item *items, size_t count)
{
	size_t i, asked = pool->request_count, read;
	bool any = false;

	for (i = 0; i < asked && !any; i++) {
		any = is_gap(pool, &pool->requests[i]);
	}
	if (!any) {
		return;
	}
	for (i = 0; i < count; i++) {
		read_source(pool, &items[i], i);
	}
	read = pool->request_count;
	if (read == asked) {
		return;
	}
	mcha_pool_run(pool, asked, mcha_targets_share(pool, 2));
	for (i = asked; i < read; i++) {
		fill_gaps(pool, items, i);
	}
	run_copies(pool, items, read);
	mcha_targets_release(pool, asked);
}
