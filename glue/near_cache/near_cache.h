/* SPDX-License-Identifier: MIT */
/* The near cache (mcha.near_cache): this host keeps copies of values that its processes read or
 * write, and uses them when no node answers, and, while they are fresh, instead of asking a node.
 * For the methods of class McHA; sessions do not use the near cache. */
#ifndef MCHA_GLUE_NEAR_CACHE_H
#define MCHA_GLUE_NEAR_CACHE_H

#include "../object.h"

/* mcha_get() with the near cache: answers items from fresh copies (unless want includes the CAS
 * token), asks the nodes for the others, answers items for which no node answered from their
 * copies, and stores copies of the values found. Items from the near cache have CAS token 0, and
 * their ages are recorded in the object. */
void php_mcha_near_cache_get(php_mcha_object *object, mcha_item *items, size_t count,
	unsigned want);

/* What a write does to a key, and so to its copy. */
typedef enum php_mcha_near_cache_effect {
	PHP_MCHA_NEAR_CACHE_STORES, /* set, replace, cas: afterwards the key has the item's value */
	PHP_MCHA_NEAR_CACHE_ADDS,   /* add: as STORES, but a refused add has changed nothing */
	/* append, increment, touch: the new value or lifetime is not known */
	PHP_MCHA_NEAR_CACHE_CHANGES,
	PHP_MCHA_NEAR_CACHE_REMOVES
} php_mcha_near_cache_effect;

/* A write that is under way. */
typedef struct php_mcha_near_cache_write {
	php_mcha_client *client;
	mcha_item *items;
	size_t count;
	struct php_mcha_near_cache_stamp *stamps; /* one for each item; NULL: the near cache is off */
} php_mcha_near_cache_write;

/* To be called before the write of the items, and as soon as they have their answers. The items'
 * values must stay valid in between. */
void php_mcha_near_cache_begin(php_mcha_near_cache_write *write, php_mcha_client *client,
	mcha_item *items, size_t count);
void php_mcha_near_cache_end(php_mcha_near_cache_write *write, php_mcha_near_cache_effect effect);

/* Invalidates all copies: the nodes of the pool flush in `delay` seconds. */
void php_mcha_near_cache_flush(const php_mcha_client *client, zend_long delay);

/* array(key => seconds): the values of the last operation that came from the near cache, and their
 * ages. */
void php_mcha_near_cache_describe(const php_mcha_object *object, zval *array);

/* Clears the ages: when a new operation begins, or the object ends. */
void php_mcha_near_cache_forget(php_mcha_object *object);

#endif
