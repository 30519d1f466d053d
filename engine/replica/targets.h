/* SPDX-License-Identifier: MIT */
/* The replicas that an operation has for an item: its homes, its homes from before the pool was
 * changed, and, while some node is down or was lately, the handoff nodes. */
#ifndef MCHA_ENGINE_TARGETS_H
#define MCHA_ENGINE_TARGETS_H

#include "copy_exptime.h"
#include "engine/pool/pool_round.h"
#include "item_version.h"
#include "replica.h"
#include "verdict.h"

/* Checks the items' keys and writes their lists of replicas: the homes, those that were before the
 * pool was changed, if it was (previous_pool.h), and, while some node of the pool failed lately,
 * the nodes behind them that may stand in (handoff). Items that cannot be asked get their verdict
 * (BAD_KEY, NO_NODES), the others MCHA_STATUS_PENDING. A list stays where it is until the operation
 * ends, unless it is widened. */
void mcha_targets(mcha_pool *pool, mcha_item *items, size_t count);

/* Adds the handoff nodes to the list of an item whose operation has just met its first failure. The
 * replicas that the list had stay what they are, but may move: item->replicas is another pointer
 * afterwards, and the requests of a replica (request, check) refer to it where it is now. Without
 * memory the list stays as it is. */
void mcha_targets_widen(mcha_pool *pool, mcha_item *item);

/* In a list of nodes that begins with the key's homes: puts its homes from before the pool was
 * changed behind these, before the handoff nodes. Room for mcha_pool_previous_copies() more entries
 * is needed. Sets item->previous and item->replica_count. */
void mcha_targets_insert_previous(mcha_pool *pool, mcha_item *item, uint16_t *list);

/* In a changed pool: the replica's node was a home of the key before. That node lacks nothing that
 * was written then, as far as it has no hint. */
bool mcha_targets_was_home(const mcha_pool *pool, const mcha_item *item,
	const mcha_replica *replica);

/* Each key is a register on a majority of its home nodes, see quorum.h. */
static inline bool mcha_targets_keeps_registers(const mcha_pool *pool)
{
	return pool->settings.read_policy == MCHA_READ_QUORUM && pool->settings.allow_failover
		&& mcha_pool_copies(pool) > 1;
}

/* Some home node of the item is down or was lately. */
bool mcha_targets_has_failed_home(const mcha_pool *pool, const mcha_item *item);

/* The same of a home from before the pool was changed. */
bool mcha_targets_has_failed_previous(const mcha_pool *pool, const mcha_item *item);

/* Handoff copies may exist: some home, of today or from before the pool was changed, is down or was
 * lately. */
static inline bool mcha_targets_has_handoffs(const mcha_pool *pool, const mcha_item *item)
{
	return pool->running.troubled
		&& (mcha_targets_has_failed_home(pool, item)
			|| mcha_targets_has_failed_previous(pool, item));
}

/* What a plain read asks for as well, of servers where copies have versions. */
static inline uint8_t mcha_targets_learning(const mcha_pool *pool, uint16_t node)
{
	return pool->settings.versions
			&& atomic_load_explicit(&pool->nodes[node]->health->takes_versions,
				memory_order_relaxed)
		? MCHA_WANT_CAS
		: 0;
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
	mcha_usec left = pool->running.deadline - pool->running.now;

	return left <= 0 ? 0 : left / (mcha_usec)(attempts ? attempts : 1);
}

/* Since this operation began the key was on its way out, in this process or another: no copy of it
 * that was read meanwhile is to be given to a node that has none. */
bool mcha_targets_is_being_deleted(const mcha_pool *pool, const char *key, size_t length);

/* The key is on its way out: to be noted before the first node is asked, and after the last one has
 * answered. */
void mcha_targets_note_deletion(mcha_pool *pool, const char *key, size_t length, mcha_usec now,
	bool under_way);

/* A write purges the node's copy of the key: to be noted before that write looks whether the copy
 * is a source, and after the node has answered. */
void mcha_targets_note_purge(mcha_pool *pool, const char *key, size_t length, uint16_t node,
	bool under_way);

/* Since this operation began a write may have purged this copy. node: its id. */
bool mcha_targets_is_being_purged(const mcha_pool *pool, const char *key, size_t length,
	uint64_t node);

/* Frees the value that a request's answer still has. */
void mcha_targets_release(const mcha_pool *pool, mcha_request *request);

/* The same for all requests of a round. */
void mcha_targets_release_round(const mcha_pool *pool, mcha_request *round);

/* The same for all requests of the operation. */
void mcha_targets_release_all(const mcha_pool *pool);

#endif
