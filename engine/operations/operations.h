/* SPDX-License-Identifier: MIT */
/* The operations on keys that have N replicas, as code above the engine calls them. Each takes
 * items (one, or many for the multi operations), asks nodes in rounds, folds the answers into one
 * verdict for each item, and leaves a mcha_report in the pool. Each keeps to the pool's
 * operation_timeout as a whole. */
#ifndef MCHA_ENGINE_OPERATIONS_H
#define MCHA_ENGINE_OPERATIONS_H

#include "engine/replica/item.h"

/* get.c: reads with ordered fallback. want: MCHA_WANT_*. Gives a copy to home nodes that missed an
 * item that another node has. */
void mcha_get(mcha_pool *pool, mcha_item *items, size_t count, unsigned want);

/* repair.c: asks every home node whether it has the items, and gives those that lack one, or have
 * an older version, the copy of another. answer.value: of the items that were not alike on all
 * homes; answer.status as after mcha_get(). */
void mcha_repair(mcha_pool *pool, mcha_item *items, size_t count);

/* write/: set, append, prepend; each is sent to all copies at once. */
void mcha_store(mcha_pool *pool, mcha_item *items, size_t count, mcha_mode mode);
void mcha_delete(mcha_pool *pool, mcha_item *items, size_t count);
void mcha_touch(mcha_pool *pool, mcha_item *items, size_t count);

/* Deletes the keys of those items, just written by mcha_store(), whose values were too large
 * (MCHA_STATUS_TOO_BIG), in the time that is left of that operation. That operation's report stays,
 * and so do the items. */
void mcha_delete_refused(mcha_pool *pool, const mcha_item *items, size_t count);

/* conditional.c: one node, the authority, decides, and its outcome is copied to the others. mode:
 * ADD or REPLACE; SET with item->cas: compare and swap. answer.cas is the new token. */
void mcha_decide(mcha_pool *pool, mcha_item *item, mcha_mode mode);

/* What the caller has read of a key. */
typedef struct mcha_seen {
	bool found;        /* false: the key was absent */
	uint64_t token;    /* 0: none was given out */
	const char *value; /* as it came over the wire */
	size_t length;
} mcha_seen;

/* store_over.c: set, if the key still is as the caller has seen it. answer.status: OK (answer.cas:
 * the new token, or 0); EXISTS: another client has written the key since; MISS: the key was found,
 * and is gone; otherwise a fault. */
void mcha_store_over(mcha_pool *pool, mcha_item *item, const mcha_seen *seen);

/* counter.c: item->value with item->value_length > 0 is the decimal number to create the counter
 * with if no copy exists (exptime: the counter's life); value_length 0: the answer is MISS then.
 * answer.number: the new value. */
void mcha_count(mcha_pool *pool, mcha_item *item, uint64_t delta, bool decrement);

/* lock.c: the owner of a lock is the client that has stored its token in the lock's key, on the
 * copies. */
typedef struct mcha_lock_copy {
	uint64_t node; /* mcha_endpoint_id */
	uint64_t cas;  /* 0: not known */
} mcha_lock_copy;

#define MCHA_LOCK_COPIES_MAX 16

typedef struct mcha_lock {
	size_t count;
	mcha_lock_copy copies[MCHA_LOCK_COPIES_MAX];
} mcha_lock;

/* item->value is the owner's token, item->exptime the lock's life in seconds. answer.status: OK:
 * the caller has the lock; NOT_STORED: another client has it; otherwise a fault. lock: the copies
 * that were made, also after a fault: the caller releases them then. item->beside, an item with the
 * same hash key, is read on the way where that costs no round: its answer.status is OK or MISS
 * then, else PENDING. */
void mcha_lock_acquire(mcha_pool *pool, mcha_item *item, mcha_lock *lock);

/* Removes the copies that are still the caller's, by their CAS or, where none is known, by the
 * token. answer.status: OK; MISS: the lock was not the caller's any more; otherwise a fault. */
void mcha_lock_release(mcha_pool *pool, mcha_item *item, mcha_lock *lock);

/* lock_hold.c: the same for callers that must know that no other client has the lock. As
 * mcha_lock_acquire(), but OK is said only of a lock on more than half of the home nodes, or on
 * half of them where the others cannot be asked; and number, the item of a fence (below), was
 * drawn. After any other status the caller has no lock: NO_QUORUM: too few home nodes could be
 * asked, or those that could may have lost what they had. item->exptime: at most 30 days. */
void mcha_lock_hold(mcha_pool *pool, mcha_item *item, mcha_item *number, mcha_lock *lock);

/* Gives the copies that are the caller's the life item->exptime, and makes new ones at home nodes
 * that have none. answer.status: OK: the caller has had the lock all along; MISS: another client
 * has the lock, or may have had it meanwhile; otherwise a fault: each copy has the life that it
 * had, or a longer one. lock may name other copies afterwards. */
void mcha_lock_extend(mcha_pool *pool, mcha_item *item, mcha_lock *lock);

/* fence.c: a number that is greater each time, whichever majority of the home nodes can be asked.
 * item->value: the decimal number that a counter begins with, and that copies which have lost
 * theirs are raised to; item->exptime: a new counter's life. answer.number: the number, if
 * answer.status is OK. */
void mcha_fence(mcha_pool *pool, mcha_item *item);

/* introspection.c: sends one request to every node of the pool, and unless the request is about the
 * pool (VERSION, STATS) to every node of the previous pool. Nodes that are down are not asked: the
 * status of their request is DOWN. Returns the first of the requests, which are linked (later) in
 * the pool's order, and valid until the next operation; the caller owns the replies' values. NULL,
 * and *status says why: the pool has no nodes, or there is no memory. */
mcha_request *mcha_ask_all(mcha_pool *pool, const mcha_request *question, mcha_status *status);

/* The preference list of the item's hash key: homes, item->previous previous homes, all other nodes
 * of the pool. Writes it into indices[node_count + previous.count]; returns its length. */
size_t mcha_preference(mcha_pool *pool, mcha_item *item, uint16_t *indices);

/* register/: mcha_get(), mcha_store() by SET, and mcha_delete() where keys are registers
 * (mcha_targets_keeps_registers()). deleting: stores a tombstone in the place of the item's
 * value. */
void mcha_quorum_get(mcha_pool *pool, mcha_item *items, size_t count, unsigned want);
void mcha_quorum_write(mcha_pool *pool, mcha_item *items, size_t count, bool deleting);

#endif
