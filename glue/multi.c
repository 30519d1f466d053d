/* SPDX-License-Identifier: MIT */
/* Batches: used by getMulti, setMulti, deleteMulti and their forms by server key. */
#include "multi.h"

/* One more than asked for, so that an empty batch has arrays too. */
void php_mcha_batch_begin(php_mcha_batch *batch, uint32_t room)
{
	batch->count = 0;
	batch->keys = safe_emalloc(room, sizeof(*batch->keys), sizeof(*batch->keys));
	batch->payloads = ecalloc((size_t)room + 1, sizeof(*batch->payloads));
	batch->items = ecalloc((size_t)room + 1, sizeof(*batch->items));
	batch->buffers = NULL;
}

void php_mcha_batch_add_take(php_mcha_batch *batch, zend_string *key)
{
	batch->keys[batch->count++] = key;
}

void php_mcha_batch_add_keys(php_mcha_batch *batch, HashTable *keys)
{
	zval *key;

	ZEND_HASH_FOREACH_VAL(keys, key) {
		php_mcha_batch_add_take(batch, zval_get_string(key));
	} ZEND_HASH_FOREACH_END();
}

void php_mcha_batch_place(php_mcha_batch *batch, const php_mcha_client *client,
		const zend_string *server_key)
{
	uint32_t i;

	if (client->prefix_length) {
		batch->buffers = safe_emalloc(batch->count, sizeof(*batch->buffers),
			sizeof(*batch->buffers));
	}
	for (i = 0; i < batch->count; i++) {
		php_mcha_client_item(client, &batch->items[i], batch->keys[i], server_key,
			batch->buffers ? &batch->buffers[i] : NULL);
	}
}

void php_mcha_batch_end(php_mcha_batch *batch)
{
	uint32_t i;

	for (i = 0; i < batch->count; i++) {
		zend_string_release(batch->keys[i]);
		if (batch->payloads[i].bytes) {
			zend_string_release(batch->payloads[i].bytes);
		}
		if (batch->items[i].answer.value) {
			php_mcha_allocator.release(batch->items[i].answer.value);
		}
	}
	efree(batch->keys);
	efree(batch->payloads);
	efree(batch->items);
	if (batch->buffers) {
		efree(batch->buffers);
	}
}
