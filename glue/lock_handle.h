/* SPDX-License-Identifier: MIT */
/* The handle of a lock that a PHP request holds: McHALock and remember()'s leases have one each.
 * What session locks have in common with them (tokens, the pause between two tries) is here,
 * too. */
#ifndef MCHA_GLUE_LOCK_HANDLE_H
#define MCHA_GLUE_LOCK_HANDLE_H

#include "client.h"

/* --- owners' tokens --------------------------------------------------------------------------- */

#define PHP_MCHA_TOKEN_LENGTH 32

/* Makes a token that no other owner has, with a NUL behind it. False: the system has no random
 * bytes. */
bool php_mcha_token_make(char token[PHP_MCHA_TOKEN_LENGTH + 1]);

/* --- waiting ---------------------------------------------------------------------------------- */

typedef struct php_mcha_backoff {
	mcha_usec pause; /* the next one; each is twice as long as the one before */
	mcha_usec longest;
	mcha_usec until; /* end of the whole wait */
} php_mcha_backoff;

/* A wait of so many seconds (see php_mcha_moment_in()), with pauses from a short one to the
 * longest. */
php_mcha_backoff php_mcha_backoff_begin(double seconds, mcha_usec longest);

/* Sleeps for half of the pause to all of it, so that waiting processes do not try at the same
 * moments, and not past the end. */
void php_mcha_backoff_sleep(php_mcha_backoff *backoff, uint64_t *random);

/* The moment so many seconds from now; 0 or less, and NaN: now. */
mcha_usec php_mcha_moment_in(double seconds);

/* --- locks ------------------------------------------------------------------------------------ */

/* Items beside a key, on the key's own nodes: their keys are OPT_PREFIX_KEY, one of these names,
 * and the key. */
#define PHP_MCHA_LOCK_NAME "mcha.lock."
#define PHP_MCHA_FENCE_NAME "mcha.fence."
#define PHP_MCHA_LEASE_NAME "mcha.lease."

/* Seconds that a lock's item is given on top of the life that its owner is promised. A server
 * counts whole seconds from the last tick of its clock, and ends an item up to one second early, or
 * up to two if it was stopped in between. Until then the copy refuses other owners
 * (engine/operations/conditional/conflict.c). */
#define PHP_MCHA_LOCK_TICKS 2

/* The longest life of a lock, in seconds. */
#define PHP_MCHA_LOCK_TTL_MAX (MCHA_EXPTIME_RELATIVE_MAX - PHP_MCHA_LOCK_TICKS)

typedef struct php_mcha_lock_handle {
	php_mcha_client *client; /* NULL: not initialized */
	zend_string *key;        /* as the user has it */
	zend_string *wire_key;   /* the lock's: OPT_PREFIX_KEY may change while the lock is held */
	mcha_lock lock;
	/* from then on another owner may have the lock; 0: released, or lost */
	mcha_usec until;
	uint32_t generation; /* the process that took the lock (engine/base/fork_generation.h) */
	uint64_t number;     /* fencing token */
	char token[PHP_MCHA_TOKEN_LENGTH + 1];
} php_mcha_lock_handle;

/* Initializes a zeroed handle for this key and asks no node. BAD_KEY: the lock's key would be too
 * long, or cannot be used; UNSUPPORTED: the system has no random bytes. The caller frees the handle
 * in any case. */
mcha_status php_mcha_lock_handle_init(php_mcha_lock_handle *handle, php_mcha_client *client,
	const char *name, zend_string *key);

/* Tries once to take the lock. A lock is taken on a majority of the copies, with a fencing token; a
 * lease is decided by one node, which will do where two owners at a time only cost work.
 * NOT_STORED: another owner has the lock. */
mcha_status php_mcha_lock_handle_take_lock(php_mcha_lock_handle *handle, zend_long ttl);
mcha_status php_mcha_lock_handle_take_lease(php_mcha_lock_handle *handle, zend_long ttl);

/* Extends the lock to ttl seconds from now. MISS: this owner has lost the lock. */
mcha_status php_mcha_lock_handle_extend(php_mcha_lock_handle *handle, zend_long ttl);

/* Releases the lock. MISS: this owner had it no longer. */
mcha_status php_mcha_lock_handle_release(php_mcha_lock_handle *handle);

/* The time that the lock has left; 0 if this process does not hold it. Asks no node. */
mcha_usec php_mcha_lock_handle_left(const php_mcha_lock_handle *handle);

/* Releases the lock if this process still holds it, without a result, and frees what the handle
 * has. */
void php_mcha_lock_handle_free(php_mcha_lock_handle *handle);

#endif
