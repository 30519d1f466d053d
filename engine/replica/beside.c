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
	return !pool->running.troubled && !pool->running.has_hints && !pool->previous.count
		&& pool->report.failed_count == 0 && pool->settings.allow_failover
		&& !mcha_targets_keeps_registers(pool);
}

/* The question about each of the lock's homes is kept in the check of the lock's replica there. */
void mcha_beside_ask(mcha_pool *pool, mcha_item *lock, size_t authority)
{
	mcha_item *beside = lock->beside;
	size_t i;

	if (!beside || authority != 0 || !is_ordinary(pool)
		|| !can_share_round(pool, lock->replicas[0].node)
		|| mcha_key_check(beside->key, beside->key_length) != MCHA_STATUS_OK) {
		return;
	}
	for (i = 0; i < mcha_pool_copies(pool); i++) {
		mcha_request *request = mcha_item_ask(pool, beside, lock->replicas[i].node, MCHA_VERB_GET);

		if (request) {
			request->want = i == 0 ? MCHA_WANT_VALUE | MCHA_WANT_CAS : 0;
		}
		lock->replicas[i].check = request;
	}
}

static void take_hit(mcha_pool *pool, mcha_item *beside, mcha_request *request)
{
	beside->answer = request->reply;
	beside->answer.cas = mcha_cas_token_pack(pool->nodes[request->node]->cas_tag,
		request->reply.cas);
	beside->position = 0;
	mcha_item_version_saw(pool, request->node, request->reply.cas);
	request->reply.value = NULL; /* the item's now */
}

/* Something was asked beside the lock, and each answer was this. */
static bool is_each_answer(const mcha_pool *pool, const mcha_item *lock, mcha_status status)
{
	size_t i, asked = 0;

	for (i = 0; i < mcha_pool_copies(pool) && i < lock->replica_count; i++) {
		const mcha_request *request = lock->replicas[i].check;

		if (request && request->reply.status != status) {
			return false;
		}
		asked += request != NULL;
	}
	return asked > 0;
}

static void take_answer(mcha_pool *pool, const mcha_item *lock)
{
	mcha_item *beside = lock->beside;

	if (is_each_answer(pool, lock, MCHA_STATUS_MISS)) {
		beside->answer.status = MCHA_STATUS_MISS;
	} else if (is_each_answer(pool, lock, MCHA_STATUS_OK)) {
		mcha_request *first = lock->replicas[0].check;

		if (first && !mcha_tombstone_is(&first->reply)) {
			take_hit(pool, beside, first);
		}
	}
}

void mcha_beside_take(mcha_pool *pool, const mcha_item *lock)
{
	if (!lock->beside) {
		return;
	}
	lock->beside->answer = (mcha_reply){.status = MCHA_STATUS_PENDING};
	/* no requests: there were too many of them to be kept */
	if (lock->answer.status == MCHA_STATUS_OK && pool->requests.count) {
		take_answer(pool, lock);
	}
	mcha_targets_release_all(pool);
}
