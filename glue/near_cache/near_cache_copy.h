/* SPDX-License-Identifier: MIT */
/* Copies of the servers' items in APCu, with the bytes as the servers sent them.
 *
 *   mcha:v1 <first node> <key>   a copy: the value's bytes and a tail (flags, time of the copy,
 *                                expiration)
 *   mcha:n1 <first node> <key>   a stamp: the time of the last write of the key
 *   mcha:f1 <first node>         a stamp: the time of the last flush of the node
 *
 * The name of a copy identifies the item: the key with its prefix, and the first node of its
 * preference list. Every process of this host that reads or writes the same item, through any pool,
 * prefix or server key, uses the same copy.
 *
 * A copy is valid while its time is not before its stamps:
 *
 *   write:  stamp, send, answers, stamp, store the copy
 *   read:   read the clock, send, answer, store the copy
 *
 * If a read begins before a write ends and stores its copy later, the write's second stamp
 * invalidates that copy. When two processes write a key at the same time, neither knows which value
 * the servers have in the end. Each write therefore replaces its first stamp by its second one with
 * a compare-and-swap; if that fails, nothing of this key is cached for a while. A process that dies
 * during a write leaves its first stamp, which invalidates older copies.
 *
 * No engine operation is under way while this module calls APCu. */
#ifndef MCHA_GLUE_NEAR_CACHE_COPY_H
#define MCHA_GLUE_NEAR_CACHE_COPY_H

#include "../constants.h"
#include "apcu.h"
#include "near_cache.h"

#define PHP_MCHA_NSEC_PER_SEC INT64_C(1000000000)

/* Seconds: longer lifetimes count as endless, so that sums with a lifetime do not overflow. */
#define PHP_MCHA_LIFE_MAX INT32_MAX

/* The client has the near cache on, and APCu is there. */
static inline bool php_mcha_near_cache_is_on(const php_mcha_client *client)
{
	return client->near_cache == MCHA_NEAR_CACHE_APCU && mcha_pool_member_count(client->pool)
		&& sizeof(zend_long) == sizeof(int64_t) && php_mcha_apcu_is_there();
}

/* In nanoseconds, so that two writes hardly ever have the same stamp. The monotonic clock is the
 * same in all processes of the host. */
int64_t php_mcha_near_cache_now(void);

/* The node that the names of the item's copy and stamps have. */
const mcha_node *php_mcha_near_cache_node(const php_mcha_client *client, const mcha_item *item);

/* The name of a copy or a stamp, by its kind. It includes the user, because one address can serve
 * different data to different SASL users. */
zend_string *php_mcha_near_cache_name(const php_mcha_client *client, char kind,
	const mcha_node *node, const char *key, size_t length);
zend_string *php_mcha_near_cache_item_name(const php_mcha_client *client, char kind,
	const mcha_item *item);

/* The lifetime in seconds that memcached derives from an exptime; MCHA_TTL_NONE: endless. */
int64_t php_mcha_near_cache_life(int64_t exptime);

/* Stores a copy. life is the value's remaining lifetime in seconds at a time not before began, or
 * MCHA_TTL_* if endless or unknown. Servers count whole seconds and may expire a value up to a
 * second early. False: nothing was stored. */
bool php_mcha_near_cache_keep(const php_mcha_client *client, zend_string *name,
	const mcha_reply *copy, int64_t since, int64_t began, int64_t life);

/* Answers the item with its copy. *age: of the copy, in nanoseconds. False: there is no valid copy
 * of at most the age `oldest`. */
bool php_mcha_near_cache_answer(const php_mcha_client *client, mcha_item *item, int64_t oldest,
	int64_t *age);

#endif
