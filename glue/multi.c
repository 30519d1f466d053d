/* SPDX-License-Identifier: MIT */
/* Multi operations: getMulti, setMulti, deleteMulti, getDelayed and their forms by server key. */
#include "multi.h"

/* The arrays have room for one more than asked for, so that an operation without keys has arrays,
 * too. */
void php_mcha_multi_begin(php_mcha_multi *multi, uint32_t room)
{
	multi->count = 0;
	multi->keys = safe_emalloc(room, sizeof(*multi->keys), sizeof(*multi->keys));
	multi->payloads = ecalloc((size_t)room + 1, sizeof(*multi->payloads));
	multi->items = ecalloc((size_t)room + 1, sizeof(*multi->items));
	multi->buffers = NULL;
}

void php_mcha_multi_add_take(php_mcha_multi *multi, zend_string *key)
{
	multi->keys[multi->count++] = key;
}

void php_mcha_multi_begin_keys(php_mcha_multi *multi, HashTable *keys)
{
	zval *key;

	php_mcha_multi_begin(multi, zend_hash_num_elements(keys));
	ZEND_HASH_FOREACH_VAL (keys, key) {
		php_mcha_multi_add_take(multi, zval_get_string(key));
	}
	ZEND_HASH_FOREACH_END();
}

void php_mcha_multi_place(php_mcha_multi *multi, const php_mcha_client *client,
	const zend_string *server_key)
{
	uint32_t i;

	if (client->prefix_length) {
		multi->buffers = safe_emalloc(multi->count, sizeof(*multi->buffers),
			sizeof(*multi->buffers));
	}
	for (i = 0; i < multi->count; i++) {
		php_mcha_client_item(client, &multi->items[i], multi->keys[i], server_key,
			multi->buffers ? &multi->buffers[i] : NULL);
	}
}

void php_mcha_multi_end(php_mcha_multi *multi)
{
	uint32_t i;

	for (i = 0; i < multi->count; i++) {
		zend_string_release(multi->keys[i]);
		if (multi->payloads[i].bytes) {
			zend_string_release(multi->payloads[i].bytes);
		}
		if (multi->items[i].answer.value) {
			php_mcha_allocator.release(multi->items[i].answer.value);
		}
	}
	efree(multi->keys);
	efree(multi->payloads);
	efree(multi->items);
	if (multi->buffers) {
		efree(multi->buffers);
	}
}
