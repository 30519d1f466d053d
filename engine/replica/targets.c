/* SPDX-License-Identifier: MIT */
/* Whom to ask, and what the answers amount to. */
#include "engine/base/exptime.h"
#include "previous_pool.h"
#include "engine/base/random.h"
#include "hint_replay.h"
#include "engine/base/version.h"

#include <stdlib.h>
#include <time.h>

/* One bit a byte would be smaller, but this is looked up for every byte of every key. */
mcha_status mcha_key_check(const char *key, size_t length)
{
	size_t i;

	if (length == 0 || length > MCHA_KEY_MAX) {
		return MCHA_STATUS_BAD_KEY;
	}
	for (i = 0; i < length; i++) {
		unsigned char c = (unsigned char)key[i];

		if (c <= 0x20 || c == 0x7f) {
			return MCHA_STATUS_BAD_KEY;
		}
	}
	return MCHA_STATUS_OK;
}

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
		mcha_previous_pool_insert(pool, item, list);
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

size_t mcha_verdict_quorum(const mcha_pool *pool)
{
	size_t copies = mcha_pool_copies(pool);

	if (pool->settings.quorum == MCHA_QUORUM_ALL) {
		return copies;
	}
	return pool->settings.quorum == MCHA_QUORUM_MAJORITY || mcha_targets_keeps_registers(pool)
		? copies / 2 + 1 : 1;
}

/* The time of day, by the operation's own clock: how far apart the two are is looked up once a second. */
mcha_usec mcha_item_version_wall(mcha_pool *pool)
{
	if (!pool->wall_ahead || pool->now - pool->wall_seen > MCHA_USEC_PER_SEC) {
		pool->wall_ahead = mcha_clock_wall() - mcha_clock_now();
		pool->wall_seen = pool->now;
	}
	return pool->now + pool->wall_ahead;
}

void mcha_item_version_saw_newer(mcha_pool *pool, uint16_t node, uint64_t cas)
{
	const mcha_usec wall = mcha_item_version_wall(pool);

	if (!mcha_version_saw(&pool->latest, cas, wall)) {
		atomic_store_explicit(&pool->nodes[node]->health->ahead, mcha_version_time(cas) - wall,
			memory_order_relaxed);
		pool->has_news = true;
	}
}

void mcha_item_version_give(mcha_pool *pool, mcha_item *items, size_t count)
{
	size_t i;

	for (i = 0; pool->settings.versions && i < count; i++) {
		/* a token was read by a process, perhaps by another one */
		mcha_version_saw(&pool->latest, items[i].cas, mcha_item_version_wall(pool));
		items[i].version = mcha_version_next(&pool->latest, mcha_item_version_wall(pool),
			mcha_random_next(&pool->random));
	}
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

/* One that was down lately may have been restarted, and be empty. */
void mcha_verdict_note_miss(const mcha_pool *pool, mcha_item *item, uint16_t node)
{
	item->missing = item->missing || !mcha_pool_failed_lately(pool, node);
}

mcha_status mcha_verdict_absent(const mcha_item *item)
{
	return item->missing || item->fault == MCHA_STATUS_OK ? MCHA_STATUS_MISS : item->fault;
}

void mcha_verdict_note_unanswered(const mcha_pool *pool, mcha_item *item, const mcha_request *request)
{
	const mcha_exclusion *excluded = mcha_exclusion_find(pool, request->item, request->node);

	if (!excluded || !excluded->deleted) {
		mcha_verdict_fault(item, request->reply.status);
	}
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

int64_t mcha_copy_exptime(const mcha_pool *pool, int64_t ttl)
{
	if (ttl == MCHA_TTL_NONE) {
		return 0;
	}
	if (mcha_copy_is_expiring(ttl)) {
		return -1; /* expired; 0 would mean for ever */
	}
	ttl = ttl == MCHA_TTL_UNKNOWN ? pool->settings.repair_ttl : ttl - 1;
	return ttl <= MCHA_EXPTIME_RELATIVE_MAX ? ttl : (int64_t)time(NULL) + ttl;
}

int64_t mcha_copy_handoff_exptime(const mcha_pool *pool, int64_t exptime)
{
	int64_t limit = pool->settings.failover_ttl < MCHA_EXPTIME_RELATIVE_MAX ? pool->settings.failover_ttl
		: MCHA_EXPTIME_RELATIVE_MAX;

	if (exptime > MCHA_EXPTIME_RELATIVE_MAX) {
		int64_t left = exptime - (int64_t)time(NULL);

		return left < limit ? exptime : limit;
	}
	return exptime == 0 || exptime > limit ? limit : exptime;
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

mcha_status mcha_verdict(const mcha_pool *pool, const mcha_item *item)
{
	if (!pool->settings.allow_failover && !item->first_home_acked) {
		return item->fault != MCHA_STATUS_OK ? item->fault : MCHA_STATUS_NO_QUORUM;
	}
	if (item->acknowledged >= mcha_verdict_quorum(pool)) {
		return MCHA_STATUS_OK;
	}
	if (item->acknowledged == 0 && item->fault != MCHA_STATUS_OK) {
		return item->fault;
	}
	return MCHA_STATUS_NO_QUORUM;
}

void mcha_verdict_report(mcha_pool *pool, const mcha_item *items, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		if (i == 0 || items[i].acknowledged < pool->report.acknowledged) {
			pool->report.acknowledged = items[i].acknowledged;
		}
		if (items[i].position >= 0) {
			pool->report.position = items[i].position;
		}
	}
}
