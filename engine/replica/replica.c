/* SPDX-License-Identifier: MIT */
/* Which replicas may be asked, and the requests that ask them. */
#include "replica.h"

#include "verdict.h"
#include <string.h>

/* --- exclusions ------------------------------------------------------------------------------- */

void mcha_replica_exclude(mcha_replica *replica, mcha_status status, bool deleted)
{
	if (replica->excluded == MCHA_STATUS_OK) {
		replica->excluded = (uint8_t)status;
		replica->deleted = deleted;
	}
}

void mcha_replica_exclude_distrusted(mcha_replica *replica)
{
	replica->distrusted = replica->excluded == MCHA_STATUS_OK;
}

/* The node has all that it has acknowledged: it has not failed lately, or it answers again and is
 * the same server process as before. A node that fails in this operation is asked nothing more. */
static bool has_kept_all(const mcha_pool *pool, uint16_t index)
{
	const mcha_node *node = pool->nodes[index];

	if (!mcha_pool_failed_lately(pool, index)) {
		return true;
	}
	return (node->admission != pool->running.number || node->admitted)
		&& mcha_health_look(node->health, pool->running.now).state == MCHA_HEALTH_UP
		&& !mcha_replica_state_may_lack(&node->health->replicas, pool->running.now,
			pool->running.now - mcha_pool_trouble_span(pool));
}

/* Some home of the item, not doubted itself, has what was acknowledged, or knows that there is
 * nothing. */
static bool has_trusted_home(const mcha_pool *pool, const mcha_item *item)
{
	size_t i;

	for (i = 0; i < mcha_pool_copies(pool) && !item->replicas[i].doubted; i++) {
		if (has_kept_all(pool, item->replicas[i].node)) {
			return true;
		}
	}
	return false;
}

bool mcha_replica_may_have_lost(const mcha_pool *pool, uint16_t node)
{
	return !has_kept_all(pool, node)
		|| mcha_replica_state_is_full(&pool->nodes[node]->health->replicas, pool->running.now);
}

mcha_exclusion mcha_replica_exclusion(const mcha_pool *pool, const mcha_item *item,
	const mcha_replica *replica)
{
	if (replica->distrusted && has_trusted_home(pool, item)) {
		return MCHA_EXCLUSION_DISTRUSTED;
	}
	if (replica->excluded == MCHA_STATUS_OK) {
		return MCHA_EXCLUSION_NONE;
	}
	return replica->deleted ? MCHA_EXCLUSION_DELETED : MCHA_EXCLUSION_MISSED;
}

/* --- asking ----------------------------------------------------------------------------------- */

static bool is_versioned(mcha_verb verb)
{
	return verb == MCHA_VERB_STORE || verb == MCHA_VERB_COUNT;
}

mcha_request *mcha_item_ask(mcha_pool *pool, mcha_item *item, uint16_t node, mcha_verb verb)
{
	mcha_request *request = mcha_pool_request(pool, node);

	if (!request) {
		mcha_verdict_fault(item, MCHA_STATUS_NO_MEMORY);
		return NULL;
	}
	request->verb = verb;
	request->key = item->key;
	request->key_length = (uint16_t)item->key_length;
	request->item = item;
	request->version = is_versioned(verb) ? item->write.version : 0;
	return request;
}

mcha_request *mcha_replica_ask_beside(mcha_pool *pool, mcha_item *item, mcha_replica *replica,
	mcha_verb verb)
{
	mcha_request *request = mcha_item_ask(pool, item, replica->node, verb);

	if (request) {
		request->replica = replica;
	}
	return request;
}

mcha_request *mcha_replica_ask(mcha_pool *pool, mcha_item *item, mcha_replica *replica,
	mcha_verb verb)
{
	mcha_request *request = mcha_replica_ask_beside(pool, item, replica, verb);

	if (request) {
		replica->request = request;
	}
	return request;
}

bool mcha_item_is_read(const mcha_item *item, const mcha_request *request)
{
	return request->verb == MCHA_VERB_GET && request->reply.status == MCHA_STATUS_OK
		&& request->reply.size == item->value_length
		&& memcmp(request->reply.value, item->value, item->value_length) == 0;
}

void mcha_replica_note_unanswered(const mcha_pool *pool, mcha_item *item,
	const mcha_replica *replica, mcha_status status)
{
	if (!mcha_pool_is_previous_only(pool, replica->node)
		&& mcha_exclusion_leaves_open(mcha_replica_exclusion(pool, item, replica))) {
		mcha_verdict_fault(item, status);
	}
}

/* Why the node is not asked: it failed earlier in this operation, or before. */
static mcha_status find_failure(const mcha_pool *pool, uint16_t node)
{
	return pool->nodes[node]->failed_in == pool->running.number ? pool->nodes[node]->failure
																: MCHA_STATUS_DOWN;
}

mcha_status mcha_replica_unasked(const mcha_pool *pool, const mcha_item *item,
	const mcha_replica *replica)
{
	switch (mcha_replica_exclusion(pool, item, replica)) {
	case MCHA_EXCLUSION_NONE:
		return find_failure(pool, replica->node);
	case MCHA_EXCLUSION_DISTRUSTED:
		return MCHA_STATUS_STALE;
	default:
		return (mcha_status)replica->excluded;
	}
}

void mcha_replica_skip(mcha_pool *pool, mcha_item *item, mcha_replica *replica)
{
	replica->request = NULL;
	replica->skipped = (uint8_t)mcha_replica_unasked(pool, item, replica);
	if (!mcha_status_is_answer(replica->skipped)) {
		mcha_replica_note_unanswered(pool, item, replica, replica->skipped);
		mcha_pool_note_failure(pool, replica->node, replica->skipped);
	}
}

mcha_replica *mcha_replica_at(const mcha_item *item, uint16_t node)
{
	size_t i;

	for (i = 0; i < item->replica_count; i++) {
		if (item->replicas[i].node == node) {
			return &item->replicas[i];
		}
	}
	return NULL;
}
