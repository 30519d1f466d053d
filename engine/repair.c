/* SPDX-License-Identifier: MIT */
/* Repair rounds, run inside the operation that noticed the gap. */
#include "repair.h"

static bool is_gap(const mcha_pool *pool, const mcha_request *request)
{
	return mcha_plan_is_home(pool, request->position)
		&& (request->reply.status == MCHA_STATUS_MISS
			|| (request->verb == MCHA_VERB_STORE
				&& request->reply.status == MCHA_STATUS_NOT_STORED));
}

/* By index: the request array moves when it grows. */
static void add_copy(mcha_pool *pool, mcha_item *items, size_t gap, const mcha_reply *source,
		unsigned want)
{
	size_t index = pool->requests[gap].item;
	mcha_request *request = mcha_plan_request(pool, &items[index], index,
		pool->requests[gap].node, pool->requests[gap].position, MCHA_VERB_STORE);

	if (request) {
		request->mode = MCHA_MODE_ADD;
		request->value = source->value;
		request->value_length = source->size;
		request->flags = source->flags;
		request->exptime = mcha_plan_exptime(pool, source->ttl);
		request->want = want & MCHA_WANT_CAS;
	}
}

static void run_copies(mcha_pool *pool, size_t first)
{
	size_t i;

	if (first == pool->request_count) {
		return;
	}
	mcha_pool_run(pool, first, mcha_plan_share(pool, 1));
	for (i = first; i < pool->request_count; i++) {
		pool->report.repaired += pool->requests[i].reply.status == MCHA_STATUS_OK;
	}
}

static void take_token(const mcha_pool *pool, mcha_item *items, const mcha_request *request)
{
	if (request->position == 0 && request->reply.status == MCHA_STATUS_OK && request->reply.cas) {
		items[request->item].answer.cas =
			mcha_token_pack(pool->nodes[request->node]->cas_tag, request->reply.cas);
	}
}

void mcha_repair_found(mcha_pool *pool, mcha_item *items, size_t count, unsigned want)
{
	size_t i, asked = pool->request_count;

	(void)count;
	for (i = 0; i < asked; i++) {
		const mcha_item *item = &items[pool->requests[i].item];

		if (is_gap(pool, &pool->requests[i]) && item->answer.status == MCHA_STATUS_OK
			&& item->answer.value) {
			add_copy(pool, items, i, &item->answer, want);
		}
	}
	run_copies(pool, asked);
	for (i = asked; want & MCHA_WANT_CAS && i < pool->request_count; i++) {
		take_token(pool, items, &pool->requests[i]);
	}
}

/* The first request of the item that changed something, as a source; -1: none. */
static long find_source(const mcha_pool *pool, size_t asked, uint32_t item)
{
	size_t i;

	for (i = 0; i < asked; i++) {
		if (pool->requests[i].item == item && pool->requests[i].reply.status == MCHA_STATUS_OK
			&& pool->requests[i].verb != MCHA_VERB_DELETE) {
			return (long)i;
		}
	}
	return -1;
}

static void read_source(mcha_pool *pool, mcha_item *items, size_t asked, uint32_t item)
{
	long source = find_source(pool, asked, item);
	mcha_request *request;

	if (source < 0) {
		return;
	}
	request = mcha_plan_request(pool, &items[item], item, pool->requests[source].node,
		pool->requests[source].position, MCHA_VERB_GET);
	if (request) {
		request->want = MCHA_WANT_VALUE | MCHA_WANT_TTL;
	}
}

void mcha_repair_unchanged(mcha_pool *pool, mcha_item *items, size_t count)
{
	size_t i, j, asked = pool->request_count, read;
	bool any = false;

	for (i = 0; i < asked && !any; i++) {
		any = is_gap(pool, &pool->requests[i]);
	}
	if (!any) {
		return;
	}
	for (i = 0; i < count; i++) {
		for (j = 0; j < asked; j++) {
			if (pool->requests[j].item == i && is_gap(pool, &pool->requests[j])) {
				read_source(pool, items, asked, (uint32_t)i);
				break;
			}
		}
	}
	read = pool->request_count;
	if (read == asked) {
		return;
	}
	mcha_pool_run(pool, asked, mcha_plan_share(pool, 2));
	for (i = asked; i < read; i++) {
		for (j = 0; j < asked && pool->requests[i].reply.value; j++) {
			if (pool->requests[j].item == pool->requests[i].item
				&& is_gap(pool, &pool->requests[j])) {
				mcha_reply source = pool->requests[i].reply;

				add_copy(pool, items, j, &source, 0);
			}
		}
	}
	run_copies(pool, read);
	mcha_plan_release(pool, asked);
}
