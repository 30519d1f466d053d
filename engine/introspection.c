/* SPDX-License-Identifier: MIT */
/* Questions about the pool itself: the same request to every node, and who prefers whom. */
#include "plan.h"

size_t mcha_ask_all(mcha_pool *pool, const mcha_request *question, mcha_status *status)
{
	size_t i;

	*status = pool->node_count ? MCHA_STATUS_OK : MCHA_STATUS_NO_NODES;
	mcha_pool_enter(pool);
	for (i = 0; i < pool->node_count; i++) {
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
	mcha_pool_run(pool, 0, mcha_plan_share(pool, 1));
	pool->in_flight = false; /* left, but its requests are the answer */
	return pool->request_count;
}

size_t mcha_preference(mcha_pool *pool, const char *hash_key, size_t length, uint16_t *indices)
{
	return pool->placement.prefer(pool->placement.context, hash_key, length, indices,
		pool->node_count);
}
