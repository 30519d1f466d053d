/* SPDX-License-Identifier: MIT */
/* Batches: used by getMulti, setMulti, deleteMulti and their forms by server key. */
#include "batch.h"

/* One more than asked for, so that an empty batch has arrays too. */
void php_mcha_batch_begin(php_mcha_batch *batch, const php_mcha_client *client, uint32_t room)
{
	batch->count = 0;
	batch->keys = safe_emalloc(room, sizeof(*batch->keys), sizeof(*batch->keys));
	batch->payloads = ecalloc((size_t)room + 1, sizeof(*batch->payloads));
	batch->items = ecalloc((size_t)room + 1, sizeof(*batch->items));
	batch->buffers = client->prefix_length
		? safe_emalloc(room, sizeof(*batch->buffers), sizeof(*batch->buffers)) : NULL;
}

mcha_item *php_mcha_batch_add_take(php_mcha_batch *batch, const php_mcha_client *client,
		zend_string *key, const zend_string *server_key)
{
	mcha_item *item = &batch->items[batch->count];

	php_mcha_client_item(client, item, key, server_key,
		batch->buffers ? &batch->buffers[batch->count] : NULL);
	batch->keys[batch->count++] = key;
	return item;
}

void php_mcha_batch_add_keys(php_mcha_batch *batch, const php_mcha_client *client, HashTable *keys,
		const zend_string *server_key)
{
	zval *key;

	ZEND_HASH_FOREACH_VAL(keys, key) {
		php_mcha_batch_add_take(batch, client, zval_get_string(key), server_key);
	} ZEND_HASH_FOREACH_END();
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
