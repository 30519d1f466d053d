/* SPDX-License-Identifier: MIT */
/* Deletes old copies of keys that no other home has, and old copies on handoff nodes. */
#include "compact_replay.h"

#include "engine/replica/hint_record.h"
#include "engine/replica/item_version.h"
#include "engine/replica/put.h"

/* The read has compared the copy of a node that is not distrusted as a whole. */
static bool is_compared(const mcha_pool *pool, const mcha_replica *replica)
{
	return replica->doubted && replica->check && !pool->nodes[replica->node]->distrusted;
}

/* The read has found no copy at another home; or the handoff node has none, or one that is older
 * than what was read. (Where servers take no versions, that is not known of a copy.) */
static bool is_to_be_replayed(mcha_pool *pool, const mcha_item *item, const mcha_replica *replica)
{
	const mcha_reply *there = &replica->check->reply;

	return item->answer.status == MCHA_STATUS_MISS
		|| (replica->role == MCHA_ROLE_HANDOFF
			&& (there->status == MCHA_STATUS_MISS
				|| (item->answer.status == MCHA_STATUS_OK
					&& mcha_item_version_is_younger(pool, item->answer.cas, there->cas))));
}

/* A copy that the node lacks by now needs no replay. Without a CAS it is not known whether the copy
 * is another client's by now. */
static void replay_hint(mcha_pool *pool, mcha_item *item, mcha_replica *replica)
{
	const mcha_reply *there = &replica->check->reply;
	mcha_request *removal;

	if (there->status == MCHA_STATUS_MISS) {
		mcha_hint_record_settle(pool, item, replica);
	} else if (there->status == MCHA_STATUS_OK
		&& mcha_hint_record_is_settled(pool, item, replica)) {
		removal = mcha_remove_if_same(pool,
			&(mcha_put){
				.node = replica->node,
				.key = item->key,
				.key_length = (uint16_t)item->key_length,
				.cas = there->cas,
			});
		if (removal) {
			removal->item = item;
			removal->replica = replica;
		}
	}
}

static void settle_removed(mcha_pool *pool, const mcha_request *removals)
{
	for (; removals; removals = removals->later) {
		if (removals->reply.status == MCHA_STATUS_OK
			|| removals->reply.status == MCHA_STATUS_MISS) {
			mcha_hint_record_settle(pool, removals->item, removals->replica);
		}
	}
}

void mcha_compact_replay_missing(mcha_pool *pool, mcha_item *items, size_t count)
{
	size_t i, j;

	for (i = 0; pool->running.distrusting && i < count; i++) {
		for (j = 0; j < items[i].replica_count; j++) {
			mcha_replica *replica = &items[i].replicas[j];

			if (is_compared(pool, replica) && is_to_be_replayed(pool, &items[i], replica)) {
				replay_hint(pool, &items[i], replica);
			}
		}
	}
	if (mcha_pool_has_round(pool)) {
		settle_removed(pool, mcha_pool_run(pool, mcha_targets_share(pool, 1)));
	}
}
