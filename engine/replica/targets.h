/* SPDX-License-Identifier: MIT */
/* The nodes that an operation asks for an item: its home nodes, its homes from before the pool was changed, and, while some
 * node is down or was lately, the handoff nodes; and the requests about the item. */
#ifndef MCHA_ENGINE_TARGETS_H
#define MCHA_ENGINE_TARGETS_H

#include "copy_exptime.h"
#include "engine/pool/pool_round.h"
#include "item.h"
#include "item_version.h"
#include "verdict.h"

/* Checks the items' keys and writes their preference lists: the home nodes, those that were before the pool
 * was changed, if it was (previous_pool.h), and, while some node of
 * the pool failed lately, the nodes behind them that may stand in (handoff). Items that cannot be
 * asked get their verdict (BAD_KEY, NO_NODES), the others MCHA_STATUS_PENDING. */
void mcha_targets(mcha_pool *pool, mcha_item *items, size_t count);

/* The same for one item whose operation has just met its first failure. */
void mcha_targets_wider(mcha_pool *pool, mcha_item *item, size_t index);

/* The same again, in its true order. */
void mcha_targets_again(mcha_pool *pool, mcha_item *item, size_t index);

/* In a list that begins with the key's homes: puts its homes from before the pool was changed behind these, before the handoff
 * nodes. Room for mcha_pool_previous_copies() more entries is needed. Sets item->previous and item->candidate_count. */
void mcha_targets_insert_previous(mcha_pool *pool, mcha_item *item, uint16_t *list);

static inline uint16_t *mcha_targets_list(const mcha_pool *pool, size_t index)
{
	return pool->candidates + index * pool->candidate_stride;
}

static inline bool mcha_targets_is_home(const mcha_pool *pool, size_t position)
{
	return position < mcha_pool_copies(pool);
}

/* Each key is a register on a majority of its home nodes, see quorum.h. */
static inline bool mcha_targets_keeps_registers(const mcha_pool *pool)
{
	return pool->settings.read_policy == MCHA_READ_QUORUM && pool->settings.allow_failover
		&& mcha_pool_copies(pool) > 1;
}

/* The node at this position was a home of the key before the pool was changed. */
static inline bool mcha_targets_is_previous(const mcha_pool *pool, const mcha_item *item, size_t position)
{
	return !mcha_targets_is_home(pool, position) && position < mcha_pool_copies(pool) + item->previous;
}

/* The node is distrusted (hints.h), and what it has of the item is not to be believed by itself. */
bool mcha_targets_doubts(const mcha_pool *pool, const mcha_item *item, uint16_t node);

/* May this copy of the item be asked for now? Not if its node is down, or has missed a write of it
 * that could not be repaired (hint_replay.h). As mcha_pool_admit() this may claim a probe. */
bool mcha_targets_may_ask(mcha_pool *pool, size_t index, uint16_t node, bool last_resort);

/* Some home node of the item is down or was lately: handoff copies may exist. */
bool mcha_targets_has_handoffs(const mcha_pool *pool, const mcha_item *item, size_t index);

/* A request about the item, key and position filled in; NULL with the item's fault set: no memory. */
mcha_request *mcha_targets_request(mcha_pool *pool, mcha_item *item, size_t index, uint16_t node,
		size_t position, mcha_verb verb);

/* Forgets the requests from index first on. */
void mcha_targets_drop(mcha_pool *pool, mcha_item *items, size_t first);

/* The item's requests, from the last one back to the first, behind which there is NULL. An operation may be about hundreds
 * of thousands of items: no loop over items may look through all requests. */
static inline mcha_request *mcha_targets_last(const mcha_pool *pool, const mcha_item *item)
{
	return item->last_request ? &pool->requests[item->last_request - 1] : NULL;
}

static inline mcha_request *mcha_targets_earlier(const mcha_pool *pool, const mcha_request *request)
{
	return request->earlier ? &pool->requests[request->earlier - 1] : NULL;
}

/* Are all requests from index first on done with? Asked again and again while a round is under way: those before *next
 * were, and are looked at once more only at the end. (A node that is asked anew in the classic way has unanswered
 * requests again.) */
bool mcha_targets_are_done(const mcha_pool *pool, size_t first, size_t *next,
		bool (*is_done)(const mcha_request *request, const void *context), const void *context);

/* What a plain read asks for as well, of servers where copies have versions. */
static inline uint8_t mcha_targets_learning(const mcha_pool *pool, uint16_t node)
{
	return pool->settings.versions && atomic_load_explicit(&pool->nodes[node]->health->takes_versions,
		memory_order_relaxed) ? MCHA_WANT_CAS : 0;
}

/* What to ask for besides a value that may have to be given to another node. */
static inline uint8_t mcha_targets_copying(const mcha_pool *pool)
{
	return pool->settings.versions ? MCHA_WANT_TTL | MCHA_WANT_CAS : MCHA_WANT_TTL;
}
/* The item's value, of digits. */
uint64_t mcha_targets_number(const mcha_item *item);

/* Time for one of so many attempts that are left. */
static inline mcha_usec mcha_targets_share(const mcha_pool *pool, size_t attempts)
{
	mcha_usec left = pool->deadline - pool->now;

	return left <= 0 ? 0 : left / (mcha_usec)(attempts ? attempts : 1);
}

/* The node may not be asked: a request that says so takes the place of the real one. */
void mcha_targets_skip(mcha_pool *pool, mcha_item *item, size_t index, uint16_t node, size_t position,
		mcha_verb verb);

/* Was it really sent? */
static inline bool mcha_targets_was_asked(const mcha_request *request)
{
	return request->reply.status != MCHA_STATUS_DOWN && request->reply.status != MCHA_STATUS_STALE;
}

/* Since this operation began the key was on its way out, in this process or another: no copy of it that
 * was read meanwhile is to be given to a node that has none. */
bool mcha_targets_is_being_deleted(const mcha_pool *pool, const char *key, size_t length);

/* Gives back the values that requests from index first on still hold. */
void mcha_targets_release(mcha_pool *pool, size_t first);

#endif
