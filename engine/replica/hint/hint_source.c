/* SPDX-License-Identifier: MIT */
/* Chooses the source that a hint names, and says until when the source has what was written. */
#include "hint_source.h"

#include "engine/replica/hint_record.h"
#include "hint_lookup.h"

/* A handoff copy may live for a shorter time than the touch wants: as a source it would shorten the
 * life of the home nodes' copies. */
static bool has_the_life(const mcha_pool *pool, const mcha_item *item, const mcha_replica *replica)
{
	return mcha_replica_is_home(replica)
		|| (item->write.handed_off
			&& mcha_copy_handoff_exptime(pool, item->exptime) == item->exptime);
}

/* Another write may come to the node after this one: one of another process, or of another host. */
static bool may_be_overtaken(const mcha_pool *pool, const mcha_item *item,
	const mcha_replica *replica)
{
	return replica->reordered
		|| (mcha_replica_is_known_to_miss(replica)
			&& mcha_hint_record_may_arrive(pool, pool->nodes[replica->node], item->key,
				item->key_length));
}

void mcha_hint_source_choose(const mcha_pool *pool, mcha_item *item, mcha_verb verb)
{
	size_t i;

	for (i = 0; i < item->replica_count
		 && (!item->write.source || may_be_overtaken(pool, item, item->write.source));
		 i++) {
		const mcha_replica *replica = &item->replicas[i];

		if (mcha_replica_status(replica) == MCHA_STATUS_OK
			&& (!item->write.source || !may_be_overtaken(pool, item, replica))
			&& (verb != MCHA_VERB_TOUCH || has_the_life(pool, item, replica))) {
			item->write.source = replica;
		}
	}
}

uint64_t mcha_hint_source_follow(const mcha_pool *pool, const mcha_item *item, uint64_t source)
{
	mcha_hint hint;
	unsigned step;

	for (step = 0; source && step < MCHA_HINT_CHAIN; step++) {
		long node = mcha_pool_find(pool, source);

		if (node < 0 || !mcha_hints_count(pool->nodes[node]->health)
			|| !mcha_hints_find(pool->shared.hints, source, item->key, item->key_length, &hint)
			|| mcha_hints_is_older(&hint, pool->running.started)) {
			break;
		}
		source = hint.source;
	}
	return source;
}

mcha_usec mcha_hint_source_ends(const mcha_pool *pool, const mcha_item *item, bool is_own,
	mcha_usec ends)
{
	return mcha_targets_is_being_deleted(pool, item->key, item->key_length) ? pool->running.now
		: is_own                                                            ? ends
																			: 0;
}

bool mcha_hint_source_is_contested(const mcha_pool *pool, const mcha_item *item, uint64_t source)
{
	return source && mcha_targets_is_being_purged(pool, item->key, item->key_length, source);
}

void mcha_hint_source_adopt(const mcha_pool *pool, const mcha_item *item, uint16_t node,
	mcha_hint *hint)
{
	mcha_hint found;

	if (mcha_hint_look_up(pool, item, node, &found) && found.source != hint->source) {
		hint->source = found.source;
		hint->ends = found.ends;
		hint->contested = found.contested;
	}
}

uint64_t mcha_hint_source_of(const mcha_pool *pool, const mcha_item *item,
	const mcha_replica *replica, mcha_verb verb)
{
	return verb == MCHA_VERB_DELETE || !mcha_replica_is_home(replica)
		? 0
		: pool->nodes[item->write.source->node]->id;
}

mcha_usec mcha_hint_record_end(const mcha_pool *pool, const mcha_item *item, mcha_verb verb)
{
	const int64_t life = verb != MCHA_VERB_COUNT ? item->exptime
		: item->answer.ttl > 0                   ? item->answer.ttl
												 : 0;

	return mcha_targets_is_being_deleted(pool, item->key, item->key_length)
		? pool->running.now
		: mcha_hints_end(life, pool->running.now);
}
