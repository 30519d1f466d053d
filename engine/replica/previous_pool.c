/* SPDX-License-Identifier: MIT */
/* Migrates what a key's previous homes have to its homes of today. */
#include "previous_pool.h"

#include "read_repair.h"

static void ask(mcha_pool *pool, mcha_item *item, size_t index, size_t position, unsigned want)
{
	uint16_t node = mcha_targets_list(pool, index)[position];
	mcha_request *request = mcha_targets_may_ask(pool, index, node, false)
		? mcha_targets_request(pool, item, index, node, position, MCHA_VERB_GET) : NULL;

	if (request) {
		request->want = (uint8_t)want;
	}
}

/* Whether they have it at all. */
static void ask_homes(mcha_pool *pool, mcha_item *item, size_t index)
{
	size_t position;

	for (position = 0; position < mcha_pool_copies(pool); position++) {
		ask(pool, item, index, position, MCHA_WANT_UNSEEN);
	}
}

static void note_homes(const mcha_pool *pool, mcha_item *items)
{
	size_t i;

	for (i = 0; i < pool->request_count; i++) {
		const mcha_request *request = &pool->requests[i];
		mcha_item *item = &items[request->item];

		item->misses += request->reply.status == MCHA_STATUS_MISS;
		if (request->reply.status == MCHA_STATUS_OK && item->position < 0) {
			item->position = request->position;
		}
	}
}

/* A home that has it, and whether previous ones do; or these for what they have. */
static void ask_sources(mcha_pool *pool, mcha_item *item, size_t index)
{
	const unsigned whole = MCHA_WANT_VALUE | mcha_targets_copying(pool);
	size_t position = mcha_pool_copies(pool), end = position + item->previous;

	if (item->position >= 0) {
		ask(pool, item, index, (size_t)item->position, whole);
	}
	for (; position < end; position++) {
		ask(pool, item, index, position, item->position >= 0 ? MCHA_WANT_UNSEEN : whole);
	}
}

static void note_previous(const mcha_pool *pool, mcha_item *items, size_t first)
{
	size_t i;

	for (i = first; i < pool->request_count; i++) {
		const mcha_request *request = &pool->requests[i];

		if (request->reply.status == MCHA_STATUS_OK && !mcha_targets_is_home(pool, request->position)) {
			items[request->item].found = true;
		}
	}
}

/* The first in order, of keys that a previous home has. */
static void take_found(mcha_pool *pool, mcha_item *items, size_t first)
{
	size_t i;

	for (i = first; i < pool->request_count; i++) {
		mcha_request *request = &pool->requests[i];
		mcha_item *item = &items[request->item];

		if (item->found && request->reply.value && !item->answer.value) {
			item->answer = request->reply;
			item->position = request->position;
			request->reply.value = NULL; /* the item's now */
		}
	}
}

/* As they were, but for what was found: the operation is still to come. */
static void put_back(mcha_pool *pool, mcha_item *items, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		if (items[i].answer.value) {
			pool->settings.transport.allocator->release(items[i].answer.value);
			items[i].answer = (mcha_reply){.status = MCHA_STATUS_PENDING, .ttl = MCHA_TTL_UNKNOWN};
		}
		items[i].position = -1;
		items[i].misses = 0;
	}
	mcha_targets_release(pool, 0);
	mcha_targets_drop(pool, items, 0);
}

static bool is_concerned(const mcha_item *item)
{
	return item->previous && item->answer.status == MCHA_STATUS_PENDING;
}

void mcha_previous_pool_migrate(mcha_pool *pool, mcha_item *items, size_t count)
{
	size_t i, asked;

	for (i = 0; pool->previous_count && i < count; i++) {
		if (is_concerned(&items[i])) {
			ask_homes(pool, &items[i], i);
		}
	}
	if (pool->request_count == 0) {
		return;
	}
	mcha_pool_run(pool, 0, mcha_targets_share(pool, 4));
	note_homes(pool, items);
	asked = pool->request_count;
	for (i = 0; i < count; i++) {
		if (is_concerned(&items[i]) && items[i].misses) {
			ask_sources(pool, &items[i], i);
		}
	}
	if (asked < pool->request_count) {
		mcha_pool_run(pool, asked, mcha_targets_share(pool, 4));
		note_previous(pool, items, asked);
		take_found(pool, items, asked);
		mcha_read_repair_found(pool, items, 0);
	}
	put_back(pool, items, count);
}
