/* SPDX-License-Identifier: MIT */
/* What the operations on copies have in common: whom to ask for an item, and how answers that
 * concern one copy become the verdict of an item. Only engine/replication's own files include it. */
#ifndef MCHA_ENGINE_TARGETS_H
#define MCHA_ENGINE_TARGETS_H

#include "item.h"
#include "engine/base/version.h"

/* Checks the items' keys and writes their preference lists: the home nodes, those that were before the pool
 * was changed, if it was (previous_pool.h), and, while some node of
 * the pool failed lately, the nodes behind them that may stand in (handoff). Items that cannot be
 * asked get their verdict (BAD_KEY, NO_NODES), the others MCHA_STATUS_PENDING. */
void mcha_targets(mcha_pool *pool, mcha_item *items, size_t count);

/* The same for one item whose operation has just met its first failure. */
void mcha_targets_wider(mcha_pool *pool, mcha_item *item, size_t index);

/* The same again, in its true order. */
void mcha_targets_again(mcha_pool *pool, mcha_item *item, size_t index);

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
 * that could not be made good (hint_replay.h). As mcha_pool_admit() this may claim a probe. */
bool mcha_targets_may_ask(mcha_pool *pool, size_t index, uint16_t node, bool last_resort);

/* Some home node of the item is down or was lately: handoff copies may exist. */
bool mcha_targets_has_handoffs(const mcha_pool *pool, const mcha_item *item, size_t index);

/* Acknowledgements that make a write of the pool a success. */
size_t mcha_verdict_quorum(const mcha_pool *pool);

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

/* A version for each item, if the pool's writes have any: all its requests carry it from here on. */
void mcha_item_version_give(mcha_pool *pool, mcha_item *items, size_t count);

/* The time of day that versions are given and judged by. */
mcha_usec mcha_item_version_wall(mcha_pool *pool);

/* See mcha_version_rank(). */
static inline uint64_t mcha_item_version_rank(mcha_pool *pool, uint64_t cas)
{
	return mcha_version_rank(cas, mcha_item_version_wall(pool));
}

void mcha_item_version_saw_newer(mcha_pool *pool, uint16_t node, uint64_t cas);

/* This node has a copy of this version: what this process writes from now on is newer. A version that no clock gave is
 * noted as the node's, and changes nothing else. */
static inline void mcha_item_version_saw(mcha_pool *pool, uint16_t node, uint64_t cas)
{
	if (cas > pool->latest && mcha_version_is(cas)) {
		mcha_item_version_saw_newer(pool, node, cas);
	}
}

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

/* Remembers why a copy was not written or read, if it is the item's first such reason. A value that is too large for one server is
 * too large whether another server can be reached or not: that reason goes before all others. */
static inline void mcha_verdict_fault(mcha_item *item, mcha_status status)
{
	if (item->fault == MCHA_STATUS_OK || status == MCHA_STATUS_TOO_BIG) {
		item->fault = status;
	}
}

/* A home node has no such key. */
void mcha_verdict_note_miss(const mcha_pool *pool, mcha_item *item, uint16_t node);

/* A request that got no answer is a fault of the item's, unless its node was not to be asked because it has
 * yet to delete the key. */
void mcha_verdict_note_unanswered(const mcha_pool *pool, mcha_item *item, const mcha_request *request);

/* What to say of a key that nobody had: MISS, or the fault that leaves it open. */
mcha_status mcha_verdict_absent(const mcha_item *item);

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

/* A copy with this life left is about to end. Servers count whole seconds, and their clocks tick up to a second
 * apart: on another node the same value may have ended already. So nothing is made from such a copy: it is no
 * source for a repair, nor what another copy is brought up to. */
static inline bool mcha_copy_is_expiring(int64_t ttl)
{
	return ttl >= 0 && ttl <= 1;
}

/* The exptime of a copy that is made from one with the remaining life ttl (MCHA_TTL_*; not one that is about to
 * end): a second less, so that it ends no later than its source, whichever server's clock ticks first. */
int64_t mcha_copy_exptime(const mcha_pool *pool, int64_t ttl);

/* The exptime of a handoff copy: the item's, at most failover_ttl from now, which must not be 0. */
int64_t mcha_copy_handoff_exptime(const mcha_pool *pool, int64_t exptime);

/* Gives back the values that requests from index first on still hold. */
void mcha_targets_release(mcha_pool *pool, size_t first);

/* Ends an item whose copies were written: acknowledged against quorum, and with allow_failover=0
 * the first home node's word alone. */
mcha_status mcha_verdict(const mcha_pool *pool, const mcha_item *item);

/* The report's acknowledged: the fewest of all items. */
void mcha_verdict_report(mcha_pool *pool, const mcha_item *items, size_t count);

#endif
