/* SPDX-License-Identifier: MIT */
/* The items of a multi operation, with what they borrow: keys, prefixed keys, encoded values. */
#ifndef MCHA_GLUE_MULTI_H
#define MCHA_GLUE_MULTI_H

#include "client.h"

typedef struct php_mcha_multi {
	uint32_t count;
	zend_string **keys;           /* as the user gave them; references of the multi's own */
	php_mcha_payload *payloads;   /* bytes are NULL where an item has none */
	php_mcha_key *buffers;        /* NULL without a prefix */
	mcha_item *items;
} php_mcha_multi;

void php_mcha_multi_begin(php_mcha_multi *multi, uint32_t room);

/* The next item, at most room of them. Takes the key over. */
void php_mcha_multi_add_take(php_mcha_multi *multi, zend_string *key);

/* All keys of a PHP array; an exception may be pending afterwards (keys that are objects). */
void php_mcha_multi_add_keys(php_mcha_multi *multi, HashTable *keys);

/* When all are added and encoded: names them by the client's prefix. Not before, as the user's own
 * code, which takes part in that, may change the client. */
void php_mcha_multi_place(php_mcha_multi *multi, const php_mcha_client *client,
		const zend_string *server_key);

/* Gives everything back, values that nobody has taken included. */
void php_mcha_multi_end(php_mcha_multi *multi);

#endif
