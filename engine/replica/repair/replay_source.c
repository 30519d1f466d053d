/* SPDX-License-Identifier: MIT */
/* What the source of a hint that is replayed has, and how nodes are asked for the key. */
#include "engine/journal/journal.h"
#include "replay.h"

mcha_request *mcha_replay_ask_copy(mcha_pool *pool, const mcha_replay *replay, uint16_t node,
	unsigned want)
{
	mcha_request *request = mcha_pool_request(pool, node);

	if (request) {
		request->verb = MCHA_VERB_GET;
		request->key = replay->hint.key;
		request->key_length = replay->hint.key_length;
		request->want = (uint8_t)want;
	}
	return request;
}

const mcha_reply *mcha_replay_source_copy(const mcha_replay *replay)
{
	return replay->read && replay->read->reply.status == MCHA_STATUS_OK ? &replay->read->reply
																		: NULL;
}

bool mcha_replay_is_ending(const mcha_replay *replay)
{
	const mcha_reply *copy = mcha_replay_source_copy(replay);

	return copy && mcha_copy_is_expiring(copy->ttl);
}

bool mcha_replay_is_lost(const mcha_replay *replay)
{
	return replay->hint.source && replay->read && replay->read->reply.status == MCHA_STATUS_MISS;
}

bool mcha_replay_is_from_handoff(const mcha_pool *pool, const mcha_replay *replay)
{
	size_t i;

	for (i = 0; replay->item && i < mcha_pool_copies(pool)
		 && replay->item->replicas[i].node != replay->read->node;
		 i++) {
	}
	return replay->item && i == mcha_pool_copies(pool);
}

/* A handoff node lacks the item before its time: another host's write may have purged it, or the
 * node has lost it. */
static bool is_handoff_gone(const mcha_pool *pool, const mcha_replay *replay)
{
	const mcha_usec span = pool->settings.failover_ttl * MCHA_USEC_PER_SEC;

	return mcha_journal_is_used(pool) && mcha_replay_is_from_handoff(pool, replay)
		&& !mcha_hints_has_ended(&replay->hint, pool->running.now)
		&& pool->running.now - mcha_hints_since(&replay->hint) + MCHA_USEC_PER_SEC < span;
}

/* The node keeps its items. */
static bool is_handoff_purged(const mcha_pool *pool, const mcha_replay *replay)
{
	return is_handoff_gone(pool, replay) && !mcha_replica_may_have_lost(pool, replay->read->node);
}

bool mcha_replay_is_open(const mcha_pool *pool, const mcha_replay *replay)
{
	return mcha_replay_is_lost(replay) && !replay->hint.is_lock && is_handoff_gone(pool, replay);
}

bool mcha_replay_is_void(const mcha_pool *pool, const mcha_replay *replay)
{
	return !replay->hint.is_lock && mcha_replay_is_lost(replay)
		&& (replay->hint.contested || is_handoff_purged(pool, replay));
}
