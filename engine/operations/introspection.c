/* SPDX-License-Identifier: MIT */
/* Questions about the pool itself: the same request to every node, and the preference list of a
 * key. */
#include "operations.h"
#include "engine/journal/journal_health.h"
#include "engine/journal/journal_write.h"
#include "engine/pool/missed_flush.h"
#include "engine/pool/pool_operation.h"
#include "engine/replica/targets.h"

/* Nodes of the previous pool only may have copies of a key, and are flushed with the others. */
static size_t count_concerned(const mcha_pool *pool, mcha_verb verb)
{
	return verb == MCHA_VERB_VERSION || verb == MCHA_VERB_STATS ? pool->member_count
																: pool->node_count;
}

/* Other hosts believe none of the node's copies by itself until this host has flushed the node. */
static void note_missed_flush(mcha_pool *pool, uint16_t node, int64_t delay)
{
	const uint64_t mark = mcha_journal_write_mark(pool, MCHA_MARK_DOUBTED);

	mcha_missed_flush_note(pool, node, delay, mark);
	if (mark) {
		mcha_journal_write_note(pool,
			&(mcha_journal_record){.node = pool->nodes[node]->id, .mark = mark});
	}
}

/* A node that does not answer may still have all its items when it is back. */
static void note_flush(mcha_pool *pool, const mcha_request *question, const mcha_request *round)
{
	const mcha_request *request;

	for (request = question->verb == MCHA_VERB_FLUSH ? round : NULL; request;
		 request = request->later) {
		if (!mcha_status_is_answer(request->reply.status)) {
			note_missed_flush(pool, request->node, question->exptime);
		}
	}
}

static void ask_node(mcha_pool *pool, uint16_t node, const mcha_request *question)
{
	const bool admitted = mcha_pool_admit(pool, node, false);
	mcha_request *request = mcha_pool_request(pool, node);

	if (!request) {
		return;
	}
	*request = *question; /* which is in no round, as the last request of this one is */
	request->node = node;
	request->reply.status = admitted ? MCHA_STATUS_PENDING : MCHA_STATUS_DOWN;
	request->reply.ttl = MCHA_TTL_UNKNOWN;
	if (!admitted) {
		mcha_pool_note_failure(pool, node, MCHA_STATUS_DOWN);
	}
}

mcha_request *mcha_ask_all(mcha_pool *pool, const mcha_request *question, mcha_status *status)
{
	size_t i, count = count_concerned(pool, question->verb);
	mcha_request *round = NULL;

	*status = pool->member_count ? MCHA_STATUS_OK : MCHA_STATUS_NO_NODES;
	mcha_pool_enter(pool);
	if (!mcha_pool_reserve(pool, count)) {
		*status = MCHA_STATUS_NO_MEMORY;
		count = 0;
	}
	for (i = 0; i < count; i++) {
		ask_node(pool, (uint16_t)i, question);
	}
	if (mcha_pool_has_round(pool)) {
		round = mcha_pool_run(pool, mcha_targets_share(pool, 1));
		note_flush(pool, question, round);
		(void)mcha_journal_tell(pool);
	}
	pool->running.entered = false; /* left, but its requests are the answer */
	return round;
}

size_t mcha_preference(mcha_pool *pool, mcha_item *item, uint16_t *indices)
{
	item->replica_count = (uint32_t)pool->placement.prefer(pool->placement.context, item->hash_key,
		item->hash_length, indices, pool->member_count);
	item->previous = 0;
	if (pool->previous.count) {
		mcha_targets_insert_previous(pool, item, indices);
	}
	return item->replica_count;
}
