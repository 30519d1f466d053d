/* SPDX-License-Identifier: MIT */
/* The operations on N copies: what McHA is for. Each takes items (one, or many for the multi
 * operations), asks nodes in rounds, folds the answers into one verdict per item, and leaves a
 * mcha_report in the pool. All of them keep to the pool's operation_timeout as a whole. */
#ifndef MCHA_ENGINE_OPERATIONS_H
#define MCHA_ENGINE_OPERATIONS_H

#include "engine/replica/item.h"

/* read.c: ordered fallback. want: MCHA_WANT_*. Repairs home nodes that missed. */
void mcha_get(mcha_pool *pool, mcha_item *items, size_t count, unsigned want);

/* write.c: set, append, prepend to all copies at once. */
void mcha_store(mcha_pool *pool, mcha_item *items, size_t count, mcha_mode mode);
void mcha_delete(mcha_pool *pool, mcha_item *items, size_t count);
void mcha_touch(mcha_pool *pool, mcha_item *items, size_t count);

/* Deletes the keys of those of the items, just written by mcha_store(), whose values were too large (MCHA_STATUS_TOO_BIG): in the
 * time that is left of that operation, whose report stays. The items are left as they are. */
void mcha_delete_refused(mcha_pool *pool, const mcha_item *items, size_t count);

/* conditional.c: decided once, by the authority, then copied. mode: ADD or REPLACE; SET with
 * item->cas: compare and swap. answer.cas is the new token. */
void mcha_decide(mcha_pool *pool, mcha_item *item, mcha_mode mode);

/* What its caller has read of a key. */
typedef struct mcha_seen {
	bool found;        /* false: the key was absent */
	uint64_t token;    /* 0: none was given out */
	const char *value; /* as it came over the wire */
	size_t length;
} mcha_seen;

/* store_over.c: set, if the key still is as it was seen. answer.status: OK (answer.cas: the new token, or 0);
 * EXISTS: another client has written it since; MISS: it was found, and is gone; otherwise a fault. */
void mcha_store_over(mcha_pool *pool, mcha_item *item, const mcha_seen *seen);

/* counter.c: item->value with item->value_length > 0 is the decimal number to create the counter
 * with (exptime: its life) if no copy exists; value_length 0: MISS then. answer.number: new value. */
void mcha_count(mcha_pool *pool, mcha_item *item, uint64_t delta, bool decrement);

/* lock.c: a key held by whoever stored the token in it, on the copies. */
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
 * held; NOT_STORED: somebody else holds it; otherwise a fault. lock: the copies that were made,
 * after a fault too: then the caller releases them. item->beside, an item with the same hash key, is read on the way
 * where that costs no round: its answer.status is OK or MISS then, else PENDING. */
void mcha_lock_acquire(mcha_pool *pool, mcha_item *item, mcha_lock *lock);

/* Removes the copies that are still ours, by their CAS or, where none is known, by the token.
 * answer.status: OK; MISS: it was not ours any more; otherwise a fault. */
void mcha_lock_release(mcha_pool *pool, mcha_item *item, mcha_lock *lock);

/* lock_hold.c: the same for those who must know that nobody else holds it. As mcha_lock_acquire(), but OK
 * is said only of a lock on more than half of the home nodes, or on half of them where the others cannot
 * be asked; and number, the item of a fence (below), was drawn. After anything else nothing is held:
 * NO_QUORUM: too few home nodes could be asked, or those that could may have lost what they had.
 * item->exptime: at most 30 days. */
void mcha_lock_hold(mcha_pool *pool, mcha_item *item, mcha_item *number, mcha_lock *lock);

/* Gives the copies that are ours the life item->exptime, and home nodes that have none another one.
 * answer.status: OK: held all along; MISS: another one holds it, or may have meanwhile; otherwise a
 * fault: it is what it was, or longer. lock may have other copies afterwards. */
void mcha_lock_extend(mcha_pool *pool, mcha_item *item, mcha_lock *lock);

/* fence.c: a number that is greater each time, whichever majority of the home nodes can be asked.
 * item->value: the decimal number that a counter begins with, and that it is lifted to where copies
 * have been lost; item->exptime: a new counter's life. answer.number: it, if answer.status is OK. */
void mcha_fence(mcha_pool *pool, mcha_item *item);

/* introspection.c: one request to every node of the pool, and unless it is about the pool (VERSION, STATS)
 * of the former one (down ones are not asked, their status is DOWN), in pool order into pool->requests;
 * valid until the next operation. The caller owns the replies' values. Returns the count; 0 and *status
 * set if the pool has no nodes. */
size_t mcha_ask_all(mcha_pool *pool, const mcha_request *question, mcha_status *status);

/* The preference list of the item's hash key: homes, item->previous previous homes, all others of the pool.
 * Into indices[node_count + previous_count]; returns how many there are. */
size_t mcha_preference(mcha_pool *pool, mcha_item *item, uint16_t *indices);

#endif
