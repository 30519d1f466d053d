/* SPDX-License-Identifier: MIT */
/* Writes the list of an item's nodes, and adds requests about it. */
#include "targets.h"

#include "exclusion.h"

#include <stdlib.h>
#include <string.h>

static size_t wide_stride(const mcha_pool *pool)
{
	size_t wide = 2 * mcha_pool_copies(pool) + 2;

	return wide < pool->member_count ? wide : pool->member_count;
}

static bool reserve_candidates(mcha_pool *pool, size_t entries)
{
	uint16_t *grown;

	if (entries <= pool->candidate_capacity) {
		return true;
	}
	grown = realloc(pool->candidates, entries * sizeof(*grown));
	if (!grown) {
		return false;
	}
	pool->candidates = grown;
	pool->candidate_capacity = entries;
	return true;
}

/* Believed, if the others can be asked, only with them. */
static bool is_doubtful_item(const mcha_pool *pool, const mcha_item *item)
{
	return pool->distrusting && pool->settings.allow_failover && !item->is_lock && !item->no_hints;
}

bool mcha_targets_doubts(const mcha_pool *pool, const mcha_item *item, uint16_t node)
{
	return pool->nodes[node]->distrusted && is_doubtful_item(pool, item);
}

/* Homes that are distrusted come behind the others, which are otherwise in their order. */
static void put_back_distrusted(const mcha_pool *pool, uint16_t *list, size_t homes)
{
	size_t i, j;

	for (i = 1; i < homes; i++) {
		uint16_t node = list[i];

		for (j = i; j > 0 && pool->nodes[list[j - 1]]->distrusted && !pool->nodes[node]->distrusted; j--) {
			list[j] = list[j - 1];
		}
		list[j] = node;
	}
}

/* --- homes from before the pool was changed ------------------------------------------------------- */

static bool is_among(const uint16_t *list, size_t count, uint16_t node)
{
	size_t i;

	for (i = 0; i < count && list[i] != node; i++) {
	}
	return i < count;
}

/* Moves the node to this place if it stands behind it, or puts it there. */
static void put_at(mcha_item *item, uint16_t *list, size_t place, uint16_t node)
{
	size_t from = place;

	while (from < item->candidate_count && list[from] != node) {
		from++;
	}
	memmove(&list[place + 1], &list[place], (from - place) * sizeof(*list));
	list[place] = node;
	item->candidate_count += from == item->candidate_count;
}

/* What the former placement wrote behind the list is read before the list comes to grow over it. */
void mcha_targets_insert_previous(mcha_pool *pool, mcha_item *item, uint16_t *list)
{
	uint16_t *former = list + item->candidate_count;
	size_t i, homes = mcha_pool_copies(pool);
	size_t count = pool->previous.prefer(pool->previous.context, item->hash_key,
		item->hash_length, former, mcha_pool_previous_copies(pool));

	item->previous = 0;
	for (i = 0; i < count; i++) {
		uint16_t node = pool->previous_nodes[former[i]];

		if (!is_among(list, homes + item->previous, node)) {
			put_at(item, list, homes + item->previous, node);
			item->previous++;
		}
	}
}

/* --- the list ------------------------------------------------------------------------------------- */

static void plan_one(mcha_pool *pool, mcha_item *item, size_t index, size_t length)
{
	uint16_t *list = mcha_targets_list(pool, index);

	item->previous = 0;
	item->candidate_count = (uint32_t)pool->placement.prefer(pool->placement.context,
		item->hash_key, item->hash_length, list, length);
	if (is_doubtful_item(pool, item)) {
		put_back_distrusted(pool, list, mcha_pool_copies(pool));
	}
	if (pool->previous_count && !item->is_lock) {
		mcha_targets_insert_previous(pool, item, list);
	}
}

static mcha_status check(const mcha_pool *pool, const mcha_item *item)
{
	mcha_status status = mcha_key_check(item->key, item->key_length);

	return status != MCHA_STATUS_OK ? status
		: pool->member_count == 0 ? MCHA_STATUS_NO_NODES : MCHA_STATUS_PENDING;
}

void mcha_targets(mcha_pool *pool, mcha_item *items, size_t count)
{
	size_t i, length = pool->troubled ? wide_stride(pool) : mcha_pool_copies(pool);
	bool reserved;

	/* room for the wide list in any case: a failure in this very operation widens it */
	pool->candidate_stride = wide_stride(pool) + mcha_pool_previous_copies(pool);
	reserved = reserve_candidates(pool, count * pool->candidate_stride);
	(void)mcha_pool_reserve(pool, count); /* at once; what fails here fails again where it matters */
	for (i = 0; i < count; i++) {
		mcha_item *item = &items[i];

		item->position = -1;
		item->last_request = 0;
		item->fault = MCHA_STATUS_OK;
		item->answer.ttl = MCHA_TTL_UNKNOWN;
		item->answer.status = reserved ? check(pool, item) : MCHA_STATUS_NO_MEMORY;
		if (item->answer.status == MCHA_STATUS_PENDING) {
			plan_one(pool, item, i, length);
		}
	}
}

void mcha_targets_wider(mcha_pool *pool, mcha_item *item, size_t index)
{
	if (item->candidate_count < pool->candidate_stride) {
		plan_one(pool, item, index, wide_stride(pool));
	}
}

void mcha_targets_again(mcha_pool *pool, mcha_item *item, size_t index)
{
	size_t homes = mcha_pool_copies(pool);

	plan_one(pool, item, index, item->candidate_count > homes + item->previous ? wide_stride(pool) : homes);
}

bool mcha_targets_has_handoffs(const mcha_pool *pool, const mcha_item *item, size_t index)
{
	const uint16_t *list = mcha_targets_list(pool, index);
	size_t i, homes = mcha_pool_copies(pool);

	for (i = 0; pool->troubled && i < homes && i < item->candidate_count; i++) {
		if (mcha_pool_failed_lately(pool, list[i])) {
			return true;
		}
	}
	return false;
}

static bool is_versioned(mcha_verb verb)
{
	return verb == MCHA_VERB_STORE || verb == MCHA_VERB_COUNT;
}

mcha_request *mcha_targets_request(mcha_pool *pool, mcha_item *item, size_t index, uint16_t node,
		size_t position, mcha_verb verb)
{
	mcha_request *request = mcha_pool_request(pool, node);

	if (!request) {
		mcha_verdict_fault(item, MCHA_STATUS_NO_MEMORY);
		return NULL;
	}
	request->verb = verb;
	request->key = item->key;
	request->key_length = (uint16_t)item->key_length;
	request->item = (uint32_t)index;
	request->position = (uint16_t)position;
	request->version = is_versioned(verb) ? item->version : 0;
	request->earlier = item->last_request;
	item->last_request = (uint32_t)pool->request_count;
	return request;
}

void mcha_targets_drop(mcha_pool *pool, mcha_item *items, size_t first)
{
	while (pool->request_count > first) {
		const mcha_request *request = &pool->requests[--pool->request_count];

		items[request->item].last_request = request->earlier;
	}
}

bool mcha_targets_are_done(const mcha_pool *pool, size_t first, size_t *next,
		bool (*is_done)(const mcha_request *request, const void *context), const void *context)
{
	unsigned pass;

	for (pass = 0; pass < 2; pass++) {
		for (; *next < pool->request_count; ++*next) {
			if (!is_done(&pool->requests[*next], context)) {
				return false;
			}
		}
		*next = first;
	}
	return true;
}

uint64_t mcha_targets_number(const mcha_item *item)
{
	uint64_t number = 0;
	size_t i;

	for (i = 0; i < item->value_length; i++) {
		number = number * 10 + (uint64_t)(item->value[i] - '0');
	}
	return number;
}

bool mcha_targets_may_ask(mcha_pool *pool, size_t index, uint16_t node, bool last_resort)
{
	return !((pool->exclusion_count || pool->excludes_all) && mcha_exclusion_find(pool, index, node))
		&& mcha_pool_admit(pool, node, last_resort);
}

void mcha_targets_skip(mcha_pool *pool, mcha_item *item, size_t index, uint16_t node, size_t position,
		mcha_verb verb)
{
	const mcha_exclusion *excluded = mcha_exclusion_find(pool, index, node);
	mcha_request *request = mcha_targets_request(pool, item, index, node, position, verb);

	if (request) {
		request->reply.status = excluded ? excluded->status : MCHA_STATUS_DOWN;
		if (!mcha_status_is_answer(request->reply.status)) {
			mcha_verdict_note_unanswered(pool, item, request);
			mcha_pool_note_failure(pool, node, request->reply.status);
		}
	}
}

/* A deletion takes no longer than an operation. */
bool mcha_targets_is_being_deleted(const mcha_pool *pool, const char *key, size_t length)
{
	return pool->recent_deletes && mcha_recent_deletes_since(pool->recent_deletes, key, length, pool->started,
		pool->settings.operation_timeout);
}

void mcha_targets_release(mcha_pool *pool, size_t first)
{
	size_t i;

	for (i = first; i < pool->request_count; i++) {
		mcha_reply *reply = &pool->requests[i].reply;

		if (reply->value) {
			pool->settings.transport.allocator->release(reply->value);
			reply->value = NULL;
		}
	}
}
