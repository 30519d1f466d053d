/* SPDX-License-Identifier: MIT */
/* What the methods that write have in common, and what remember() needs of them. */
#ifndef MCHA_GLUE_WRITING_H
#define MCHA_GLUE_WRITING_H

#include "../object.h"
#include "../option_table.h"

/* Stores a value under the item's key, by the client's rules and limits, and sets the object's
 * result. False: the value is not stored, and an exception may be pending. */
bool php_mcha_write(php_mcha_object *object, mcha_item *item, zval *value, mcha_mode mode);

/* Encodes a value. False: it cannot be encoded, and the result says so. */
bool php_mcha_encode(php_mcha_object *object, zval *value, php_mcha_payload *payload);

/* Puts a value's bytes into the item. False: the bytes are too many, and the result says so. */
bool php_mcha_put_payload(php_mcha_object *object, mcha_item *item,
	const php_mcha_payload *payload);

/* memcached removes the old value of a key when it refuses the new one as too large, and
 * applications of pecl memcached rely on that: they prefer no value to an outdated one. (With class
 * McHA a write that failed changes nothing.) */
void php_mcha_remove_refused(php_mcha_object *object, const mcha_item *items, size_t count);

/* OPT_NOREPLY: McHA waits for the acknowledgement all the same, but tells the caller what pecl
 * memcached would tell, which does not wait for the answer: a write that has reached a server is a
 * success, whatever the server found under the key. */
static inline mcha_status php_mcha_told(const php_mcha_client *client, mcha_status status)
{
	return php_mcha_option_is_no_reply(client)
			&& (status == MCHA_STATUS_MISS || status == MCHA_STATUS_NOT_STORED
				|| status == MCHA_STATUS_EXISTS || status == MCHA_STATUS_TOO_BIG)
		? MCHA_STATUS_OK
		: status;
}

#endif
