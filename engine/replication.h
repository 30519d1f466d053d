/* SPDX-License-Identifier: MIT */
/* The operations on N copies: what McHA is for. Each takes items (one, or many for the multi
 * operations), asks nodes in rounds, folds the answers into one verdict per item, and leaves a
 * mcha_report in the pool. All of them keep to the pool's operation_timeout as a whole. */
#ifndef MCHA_ENGINE_REPLICATION_H
#define MCHA_ENGINE_REPLICATION_H

#include "pool.h"

/* One key's part in an operation. The caller zeroes it, fills in the question, and owns
 * answer.value afterwards. */
typedef struct mcha_item {
	/* question */
	const char *key;      /* as it goes over the wire: with the prefix */
	const char *hash_key; /* what placement hashes: the user's key, or the server key */
	size_t key_length;
	size_t hash_length;
	const char *value;
	size_t value_length;
	uint32_t flags;
	int64_t exptime;
	uint64_t cas; /* a token that an answer carried (see token.h) */
	bool locked;   /* the caller has a lock on the key: that another client decides meanwhile is not looked for */
	bool fleeting; /* a lock: nodes that miss it need not be told later */
	bool unowed;   /* one whose copies are counted: nothing of it is owed, and nothing paid. Debts are
	                * known to one host: paying them another's copy would be removed, or made */
	struct mcha_item *beside; /* a lock: what is to be read when it is granted, see beside.h; NULL: nothing */
	bool fresh;    /* a read: the caller has just made up the key. Where no home node can be asked, a handoff node's
	                * word that it has no such key is believed */
	/* answer */
	mcha_reply answer; /* status: the verdict; cas: a token */
	int position;      /* in the preference list, of the copy that answered; -1: none */
	/* the operation's own */
	uint32_t candidate_count;
	uint16_t previous;     /* of these, behind the homes: homes before the pool was changed */
	uint32_t cursor;
	uint32_t last_request; /* of the operation, by its index plus 1; 0: none. See mcha_plan_last() */
	uint16_t acknowledged;
	uint16_t changed;      /* of those, the ones that had the key */
	uint16_t handed_off;   /* touches that handoff nodes have carried out, no home node being there to */
	uint16_t misses;
	bool first_home_acked;
	bool found;            /* some copy is known to be there (previous.h, quorum.h) */
	bool emptied;          /* previous homes have nothing, perhaps nothing any more */
	bool repeated;         /* so homes were asked once more */
	bool checked;          /* some home node was asked only whether it has the key */
	bool unverified;       /* or was not asked, or did not say so: see replica_check.h */
	uint32_t checks;       /* home nodes that are to be asked so, by position in the list, as bits */
	uint32_t certain;      /* of these, the ones that may have lost the key */
	int32_t gaps;          /* home nodes that lack the key, and have not been given it yet */
	bool missing;          /* a home said so that cannot have lost it lately */
	bool has_local;        /* some home node in the local zone is asked */
	uint8_t on_the_way;    /* others' writes of the key, a bit for each mcha_verb */
	bool stored;           /* some node has what the operation wrote */
	uint32_t good;         /* one node that has it, by its index plus 1; 0: none */
	uint64_t version;      /* of what the operation writes; 0: none */
	mcha_status fault;     /* first one met; OK: none */
} mcha_item;

/* MCHA_STATUS_OK, or MCHA_STATUS_BAD_KEY: empty, longer than MCHA_KEY_MAX, or with a byte up to
 * 0x20 or 0x7f (nothing that could end a protocol line or split it). Every operation below checks
 * its keys by this. */
mcha_status mcha_key_check(const char *key, size_t length);

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
