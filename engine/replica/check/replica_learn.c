/* SPDX-License-Identifier: MIT */
/* Learns of nodes from the answers of replicas. */
#include "replica_learn.h"

/* --- when a key was last seen ----------------------------------------------------------------- */

/* The same in whatever order the homes are asked. */
static uint64_t hash_item(const mcha_pool *pool, const mcha_item *item)
{
	uint64_t owner = 0;
	size_t i, homes = mcha_pool_copies(pool);

	for (i = 0; i < homes; i++) {
		owner ^= pool->nodes[item->replicas[i].node]->id;
	}
	return mcha_verified_hash(item->key, item->key_length, owner);
}

mcha_usec mcha_replica_learn_last_seen(const mcha_pool *pool, const mcha_item *item)
{
	const mcha_verified *verified = pool->shared.verified;

	return verified ? mcha_verified_since(verified, hash_item(pool, item)) : 0;
}

void mcha_replica_learn_seen(const mcha_pool *pool, const mcha_item *item)
{
	mcha_verified_note(pool->shared.verified, hash_item(pool, item), pool->running.started);
}

bool mcha_replica_learn_may_lack(const mcha_pool *pool, uint16_t node, mcha_usec seen)
{
	return pool->running.emptied
		&& mcha_replica_state_may_lack(&pool->nodes[node]->health->replicas, pool->running.now,
			seen);
}

/* --- what is learnt --------------------------------------------------------------------------- */

/* That the copy was missing because the node was restarted says nothing about how well the node
 * keeps what it has. */
void mcha_replica_learn_lacking(mcha_pool *pool, const mcha_request *store)
{
	if (!(pool->running.emptied
			&& mcha_replica_learn_may_lack(pool, store->node,
				mcha_replica_learn_last_seen(pool, store->item)))) {
		mcha_health_lacking(pool->shared.health, pool->nodes[store->node]->health,
			pool->running.now);
	}
}

/* The node has told which server process runs there, or not. */
static void learn_incarnation(mcha_pool *pool, mcha_node *node, const mcha_reply *reply)
{
	mcha_incarnation about = {0};

	if (!reply->value) {
		return;
	}
	mcha_incarnation_read(&about, reply->value, reply->size);
	if (mcha_incarnation_id(&about)) {
		mcha_health_meet(pool->shared.health, node->health, &about, pool->running.started,
			pool->running.now);
	} else if (atomic_load_explicit(&node->health->replicas.doubt, memory_order_relaxed)) {
		mcha_health_meet_unknown(pool->shared.health, node->health, pool->running.now);
	}
}

static void learn_check(mcha_pool *pool, mcha_item *item, const mcha_request *check)
{
	mcha_node *node = pool->nodes[check->node];

	if (check->reply.status == MCHA_STATUS_CANCELLED) {
		mcha_replica_state_late(&node->health->replicas, pool->running.now);
		item->read.unverified = true;
	} else if (check->verb == MCHA_VERB_STATS) {
		learn_incarnation(pool, node, &check->reply);
	} else if (check->reply.status == MCHA_STATUS_OK) {
		mcha_replica_state_fine(&node->health->replicas, pool->running.now);
	} else if (check->reply.status == MCHA_STATUS_MISS) {
		item->read.gaps++;
	} else {
		item->read.unverified = true;
	}
}

/* The question about the server process that was put to the node with the check, behind it; NULL:
 * none was. */
static const mcha_request *find_question(const mcha_replica *replica)
{
	const mcha_request *next = replica->check->later;

	return next && next->verb == MCHA_VERB_STATS && next->replica == replica ? next : NULL;
}

static void learn_replica(mcha_pool *pool, mcha_item *item, const mcha_replica *replica)
{
	const mcha_request *question = replica->check ? find_question(replica) : NULL;

	if (replica->check) {
		learn_check(pool, item, replica->check);
	}
	if (question) {
		learn_check(pool, item, question);
	}
	item->read.gaps += mcha_replica_status(replica) == MCHA_STATUS_MISS
		&& !(replica->check && replica->check->reply.status == MCHA_STATUS_MISS);
}

/* A copy that could be added was missing, one that could be replaced was old. */
static void learn_store(mcha_pool *pool, const mcha_request *store)
{
	const mcha_status status = store->reply.status;

	if (store->mode == MCHA_MODE_ADD
		&& (status == MCHA_STATUS_OK || status == MCHA_STATUS_NOT_STORED)) {
		store->item->read.gaps--;
	}
	if (status == MCHA_STATUS_OK) {
		mcha_replica_learn_lacking(pool, store);
	}
}

void mcha_replica_learn_from_read(mcha_pool *pool, mcha_item *items, size_t count,
	const mcha_request *stores)
{
	size_t i, j, homes = mcha_pool_copies(pool);

	if (!pool->running.checking && !pool->report.repaired) {
		return;
	}
	for (i = 0; i < count; i++) {
		for (j = 0;
			 !mcha_replica_learn_nothing(&items[i]) && j < homes && j < items[i].replica_count;
			 j++) {
			learn_replica(pool, &items[i], &items[i].replicas[j]);
		}
	}
	for (; stores; stores = stores->later) {
		learn_store(pool, stores);
	}
}
