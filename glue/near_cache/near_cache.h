/* SPDX-License-Identifier: MIT */
/* Local copies (mcha.near_cache): values that were read or written, kept on this host for when no node
 * answers, and for a moment instead of asking any. For the methods of class McHA; sessions have none. */
#ifndef MCHA_GLUE_NEAR_CACHE_H
#define MCHA_GLUE_NEAR_CACHE_H

#include "../object.h"

/* mcha_get(), by way of the local copies: fresh ones are not asked for (unless a token is wanted),
 * those that nobody could answer for are found here, and what was found is kept. What came from here
 * is noted in the object, and has token 0. */
void php_mcha_local_get(php_mcha_object *object, mcha_item *items, size_t count, unsigned want);

/* What a write does to a key, and so to its local copy. */
typedef enum php_mcha_local_effect {
	PHP_MCHA_LOCAL_STORES,  /* set, replace, cas: the item's value is what there is */
	PHP_MCHA_LOCAL_ADDS,    /* the same; when it is refused nothing has changed */
	PHP_MCHA_LOCAL_CHANGES, /* append, increment, touch: what there is now is not known here */
	PHP_MCHA_LOCAL_REMOVES
} php_mcha_local_effect;

/* A write that is under way. */
typedef struct php_mcha_local_write {
	php_mcha_client *client;
	mcha_item *items;
	size_t count;
	struct php_mcha_local_note *notes; /* one an item; NULL: no local copies are kept */
} php_mcha_local_write;

/* Before the items are written, and as soon as they have their answers: their values are still needed. */
void php_mcha_local_begin(php_mcha_local_write *write, php_mcha_client *client, mcha_item *items,
		size_t count);
void php_mcha_local_end(php_mcha_local_write *write, php_mcha_local_effect effect);

/* All nodes have been told to forget everything so many seconds from now. */
void php_mcha_local_flush(const php_mcha_client *client, zend_long delay);

/* array(key => seconds): what of the last operation came from here, and how old it is. */
void php_mcha_local_describe(const php_mcha_object *object, zval *array);

/* A new operation begins, or the object ends. */
void php_mcha_local_forget(php_mcha_object *object);

#endif
