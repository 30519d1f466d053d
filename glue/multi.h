/* SPDX-License-Identifier: MIT */
/* The items of a multi operation, and what the items point at: keys, prefixed keys, encoded
 * values. */
#ifndef MCHA_GLUE_MULTI_H
#define MCHA_GLUE_MULTI_H

#include "client.h"

typedef struct php_mcha_multi {
	uint32_t count;
	zend_string **keys;         /* as the user gave them; references of its own */
	php_mcha_payload *payloads; /* bytes are NULL where an item has none */
	php_mcha_key *buffers;      /* NULL without a prefix */
	mcha_item *items;
} php_mcha_multi;

void php_mcha_multi_begin(php_mcha_multi *multi, uint32_t room);

/* Adds the next item, at most room of them. Takes the key over. */
void php_mcha_multi_add_take(php_mcha_multi *multi, zend_string *key);

/* Begins with an item for each key of a PHP array; an exception may be pending afterwards (keys that
 * are objects). */
void php_mcha_multi_begin_keys(php_mcha_multi *multi, HashTable *keys);

/* Gives the items their wire keys, when all items are added and encoded: encoding may run the
 * user's own code, and that may change the client and its prefix. */
void php_mcha_multi_place(php_mcha_multi *multi, const php_mcha_client *client,
	const zend_string *server_key);

/* Frees everything, including values that the caller has not taken. */
void php_mcha_multi_end(php_mcha_multi *multi);

#endif
