/* SPDX-License-Identifier: MIT */
/* Questions about the pool itself: the same request to every node, and who prefers whom. */
#include "operations.h"
#include "engine/pool/pool_operation.h"
#include "engine/pool/missed_flush.h"
#include "engine/replica/previous_pool.h"

/* What says something of a key's copies, or is to become of all of them. */
static size_t count_concerned(const mcha_pool *pool, mcha_verb verb)
{
	return verb == MCHA_VERB_VERSION || verb == MCHA_VERB_STATS ? pool->member_count
		: pool->node_count;
}

/* A node that does not answer may still have all its items when it is back. */
static void note_flush(mcha_pool *pool, const mcha_request *question)
{
	size_t i;

	for (i = 0; question->verb == MCHA_VERB_FLUSH && i < pool->request_count; i++) {
		if (!mcha_status_is_answer(pool->requests[i].reply.status)) {
			mcha_missed_flush_note(pool, pool->requests[i].node, question->exptime);
		}
	}
}

size_t mcha_ask_all(mcha_pool *pool, const mcha_request *question, mcha_status *status)
{
	size_t i, count = count_concerned(pool, question->verb);

	*status = pool->member_count ? MCHA_STATUS_OK : MCHA_STATUS_NO_NODES;
	mcha_pool_enter(pool);
	for (i = 0; i < count; i++) {
		bool admitted = mcha_pool_admit(pool, (uint16_t)i, false);
		mcha_request *request = mcha_pool_request(pool, (uint16_t)i);

		if (!request) {
			*status = MCHA_STATUS_NO_MEMORY;
			break;
		}
		*request = *question;
		request->node = (uint16_t)i;
		request->reply.status = admitted ? MCHA_STATUS_PENDING : MCHA_STATUS_DOWN;
		request->reply.ttl = MCHA_TTL_UNKNOWN;
		if (!admitted) {
			mcha_pool_note_failure(pool, (uint16_t)i, MCHA_STATUS_DOWN);
		}
	}
	mcha_pool_run(pool, 0, mcha_targets_share(pool, 1));
	note_flush(pool, question);
	pool->running = false; /* left, but its requests are the answer */
	return pool->request_count;
}

size_t mcha_preference(mcha_pool *pool, mcha_item *item, uint16_t *indices)
{
	item->candidate_count = (uint32_t)pool->placement.prefer(pool->placement.context,
		item->hash_key, item->hash_length, indices, pool->member_count);
	item->previous = 0;
	if (pool->previous_count) {
		mcha_targets_insert_previous(pool, item, indices);
	}
	return item->candidate_count;
}
