/* SPDX-License-Identifier: MIT */
/* Reading in the round that is needed for a lock anyway. */
#include "beside.h"
#include "engine/protocol/cas_token.h"
#include "engine/protocol/tombstone.h"

/* A transport that asks one node after the other gains nothing by it. */
static bool can_share_round(const mcha_pool *pool, uint16_t node)
{
	const mcha_connection *connection = pool->nodes[node]->connection;

	return connection && !connection->transport->blocking;
}

static bool is_ordinary(const mcha_pool *pool)
{
	return !pool->troubled && !pool->has_hints && !pool->previous_count && pool->report.failed_count == 0
		&& pool->settings.allow_failover && !mcha_targets_keeps_registers(pool);
}

void mcha_beside_ask(mcha_pool *pool, mcha_item *lock, size_t authority)
{
	mcha_item *beside = lock->beside;
	const uint16_t *list = mcha_targets_list(pool, 0);
	size_t position;

	if (!beside || authority != 0 || !is_ordinary(pool) || !can_share_round(pool, list[0])
		|| mcha_key_check(beside->key, beside->key_length) != MCHA_STATUS_OK) {
		return;
	}
	for (position = 0; position < mcha_pool_copies(pool); position++) {
		mcha_request *request = mcha_targets_request(pool, beside, 0, list[position], position,
			MCHA_VERB_GET);

		if (request) {
			request->want = position == 0 ? MCHA_WANT_VALUE | MCHA_WANT_CAS : 0;
		}
	}
}

static void take_hit(mcha_pool *pool, mcha_item *beside, mcha_request *request)
{
	beside->answer = request->reply;
	beside->answer.cas = mcha_cas_token_pack(pool->nodes[request->node]->cas_tag, request->reply.cas);
	beside->position = 0;
	mcha_item_version_saw(pool, request->node, request->reply.cas);
	request->reply.value = NULL; /* the item's now */
}

/* What was asked beside the lock, and how much of it was answered by this. */
static size_t count(const mcha_pool *pool, const mcha_item *beside, mcha_status status, size_t *asked)
{
	size_t i, found = 0;

	*asked = 0;
	for (i = 0; i < pool->request_count; i++) {
		if (pool->requests[i].key == beside->key) {
			++*asked;
			found += pool->requests[i].reply.status == status;
		}
	}
	return found;
}

static mcha_request *first_hit(const mcha_pool *pool, const mcha_item *beside)
{
	size_t i;

	for (i = 0; i < pool->request_count; i++) {
		mcha_request *request = &pool->requests[i];

		if (request->key == beside->key && request->position == 0
			&& request->reply.status == MCHA_STATUS_OK && !mcha_tombstone_is(&request->reply)) {
			return request;
		}
	}
	return NULL;
}

void mcha_beside_take(mcha_pool *pool, const mcha_item *lock)
{
	mcha_item *beside = lock->beside;
	mcha_request *hit;
	size_t asked;

	if (!beside) {
		return;
	}
	beside->answer = (mcha_reply){.status = MCHA_STATUS_PENDING};
	if (lock->answer.status == MCHA_STATUS_OK) {
		hit = first_hit(pool, beside);
		if (hit && count(pool, beside, MCHA_STATUS_OK, &asked) == asked) {
			take_hit(pool, beside, hit);
		} else if (count(pool, beside, MCHA_STATUS_MISS, &asked) == asked && asked) {
			beside->answer.status = MCHA_STATUS_MISS;
		}
	}
	mcha_targets_release(pool, 0);
}
