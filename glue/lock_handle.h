/* SPDX-License-Identifier: MIT */
/* A lock as a request of PHP's holds it: the inside of McHALock and of remember()'s leases. What session
 * locks have in common with them (tokens, the pause between two tries) lies here, too. */
#ifndef MCHA_GLUE_LOCK_HANDLE_H
#define MCHA_GLUE_LOCK_HANDLE_H

#include "client.h"

/* --- owners' tokens ---------------------------------------------------------------------------- */

#define PHP_MCHA_TOKEN_LENGTH 32

/* Nobody else's, with a NUL behind it. False: the system has no random bytes. */
bool php_mcha_token_make(char token[PHP_MCHA_TOKEN_LENGTH + 1]);

/* --- waiting ----------------------------------------------------------------------------------- */

typedef struct php_mcha_backoff {
	mcha_usec pause;   /* the next one: it doubles */
	mcha_usec longest;
	mcha_usec until;   /* of the whole waiting */
} php_mcha_backoff;

/* To wait for so many seconds (see php_mcha_moment_in()), with pauses from a short one to the longest. */
php_mcha_backoff php_mcha_backoff_begin(double seconds, mcha_usec longest);

/* Sleeps for half of the pause to all of it, so that waiters do not come in step; not past the end. */
void php_mcha_backoff_sleep(php_mcha_backoff *backoff, uint64_t *random);

/* So many seconds from now; 0 or less, and what is no number: now. */
mcha_usec php_mcha_moment_in(double seconds);

/* --- locks ------------------------------------------------------------------------------------- */

/* What lies beside a key, under names of its own: behind OPT_PREFIX_KEY, before the key. On the key's
 * own nodes. */
#define PHP_MCHA_LOCK_NAME "mcha.lock."
#define PHP_MCHA_FENCE_NAME "mcha.fence."
#define PHP_MCHA_LEASE_NAME "mcha.lease."

/* A server counts whole seconds, so that an item may live up to one less than it was given; and a copy with
 * its last second left no longer refuses an add (engine/operations/conditional.c). What the owner is promised ends
 * before. */
#define PHP_MCHA_LOCK_TICKS 2

/* The longest life of a lock, in seconds. */
#define PHP_MCHA_LOCK_TTL_MAX (MCHA_EXPTIME_RELATIVE_MAX - PHP_MCHA_LOCK_TICKS)

typedef struct php_mcha_lock_handle {
	php_mcha_client *client; /* NULL: nothing is held, or was */
	zend_string *key;        /* as the user has it */
	zend_string *wire_key;   /* the lock's, whatever becomes of the prefix */
	mcha_lock lock;
	mcha_usec until;         /* by then another one may have it; 0: it is given back, or lost */
	uint32_t generation;     /* the process that took it (engine/base/fork_generation.h) */
	uint64_t number;         /* to fence by */
	char token[PHP_MCHA_TOKEN_LENGTH + 1];
} php_mcha_lock_handle;

/* Makes it one for this key, zeroed before; nothing is asked. BAD_KEY: it would be too long, or cannot be
 * used; UNSUPPORTED: there are no random bytes. To be freed in any case. */
mcha_status php_mcha_lock_handle_init(php_mcha_lock_handle *handle, php_mcha_client *client, const char *name,
		zend_string *key);

/* Tries once. Lock: on a majority, with a number to fence by. Lease: decided once, which will do where
 * somebody else's having it too costs only work. NOT_STORED: another one has it. */
mcha_status php_mcha_lock_handle_take_lock(php_mcha_lock_handle *handle, zend_long ttl);
mcha_status php_mcha_lock_handle_take_lease(php_mcha_lock_handle *handle, zend_long ttl);

/* From now on for ttl seconds. MISS: lost. */
mcha_status php_mcha_lock_handle_extend(php_mcha_lock_handle *handle, zend_long ttl);

/* MISS: it was not ours any more. */
mcha_status php_mcha_lock_handle_release(php_mcha_lock_handle *handle);

/* By this process, and its time is not over. Asks nobody. */
mcha_usec php_mcha_lock_handle_left(const php_mcha_lock_handle *handle);

/* Gives back what is still held, without a word; not in another process than the one that took it. */
void php_mcha_lock_handle_free(php_mcha_lock_handle *handle);

#endif
