/* SPDX-License-Identifier: MIT */
/* Methods that write many keys at once: setMulti, deleteMulti and their forms by server key. */
#include "many.h"

#include "../frame.h"
#include "../multi.h"
#include "../near_cache/near_cache.h"
#include "writing.h"

php_mcha_object *php_mcha_many_parse(INTERNAL_FUNCTION_PARAMETERS, bool by_key, php_mcha_many *many)
{
	many->server_key = NULL;
	many->number = 0;
	ZEND_PARSE_PARAMETERS_START(by_key ? 2 : 1, by_key ? 3 : 2)
	if (by_key) {
		Z_PARAM_STR(many->server_key)
	}
	Z_PARAM_ARRAY_HT(many->array)
	Z_PARAM_OPTIONAL
	Z_PARAM_LONG(many->number)
	ZEND_PARSE_PARAMETERS_END_EX(return NULL);
	return php_mcha_ready(ZEND_THIS);
}

/* The first item that failed names the result. */
static mcha_status multi_status(const php_mcha_multi *multi, const php_mcha_client *client)
{
	uint32_t i;

	for (i = 0; i < multi->count; i++) {
		mcha_status status = php_mcha_told(client, multi->items[i].answer.status);

		if (status != MCHA_STATUS_OK) {
			return status;
		}
	}
	return MCHA_STATUS_OK;
}

/* False: a value could not be encoded or is too large, and nothing is sent. */
static bool multi_encode(php_mcha_multi *multi, php_mcha_object *object, HashTable *values,
	zend_long expiration)
{
	zend_string *name;
	zend_ulong number;
	zval *value;

	ZEND_HASH_FOREACH_KEY_VAL (values, number, name, value) {
		zend_string *key = name ? zend_string_copy(name) : zend_long_to_str((zend_long)number);
		mcha_item *item = &multi->items[multi->count];
		php_mcha_payload *payload = &multi->payloads[multi->count];

		php_mcha_multi_add_take(multi, key);
		item->exptime = expiration;
		if (!php_mcha_encode(object, value, payload)
			|| !php_mcha_put_payload(object, item, payload)) {
			return false;
		}
	}
	ZEND_HASH_FOREACH_END();
	return true;
}

static void set_many(INTERNAL_FUNCTION_PARAMETERS, bool by_key)
{
	php_mcha_object *object;
	php_mcha_many many;
	php_mcha_multi multi;

	if (!(object = php_mcha_many_parse(INTERNAL_FUNCTION_PARAM_PASSTHRU, by_key, &many))) {
		return;
	}
	php_mcha_multi_begin(&multi, zend_hash_num_elements(many.array));
	RETVAL_FALSE;
	if (multi_encode(&multi, object, many.array, many.number)) {
		php_mcha_near_cache_write near_cache;
		mcha_status status;

		php_mcha_multi_place(&multi, object->client, many.server_key);
		php_mcha_near_cache_begin(&near_cache, object->client, multi.items, multi.count);
		mcha_store(object->client->pool, multi.items, multi.count, MCHA_MODE_SET);
		php_mcha_remove_refused(object, multi.items, multi.count);
		php_mcha_near_cache_end(&near_cache, PHP_MCHA_NEAR_CACHE_STORES);
		status = multi_status(&multi, object->client);
		php_mcha_finish(object, status);
		RETVAL_BOOL(status == MCHA_STATUS_OK);
	}
	php_mcha_multi_end(&multi);
}

ZEND_METHOD(McHA, setMulti)
{
	set_many(INTERNAL_FUNCTION_PARAM_PASSTHRU, false);
}

ZEND_METHOD(McHA, setMultiByKey)
{
	set_many(INTERNAL_FUNCTION_PARAM_PASSTHRU, true);
}

/* Current servers do not delete at a later time: then no key is deleted. */
static void refuse_all(php_mcha_multi *multi)
{
	uint32_t i;

	for (i = 0; i < multi->count; i++) {
		multi->items[i].answer.status = MCHA_STATUS_INVALID;
	}
}

/* Fills key => true or the code, without empty keys. Returns the last key's status, which is the
 * call's. */
static mcha_status give_verdicts(const php_mcha_multi *multi, const php_mcha_client *client,
	zval *return_value)
{
	mcha_status last = MCHA_STATUS_OK;
	uint32_t i;

	for (i = 0; i < multi->count; i++) {
		mcha_status status = php_mcha_told(client, multi->items[i].answer.status);
		zval verdict;

		if (ZSTR_LEN(multi->keys[i]) == 0) {
			continue;
		}
		if (status == MCHA_STATUS_OK) {
			ZVAL_TRUE(&verdict);
		} else {
			ZVAL_LONG(&verdict, php_mcha_result_code(status));
		}
		zend_symtable_update(Z_ARRVAL_P(return_value), multi->keys[i], &verdict);
		last = status;
	}
	return last;
}

static void delete_many(INTERNAL_FUNCTION_PARAMETERS, bool by_key)
{
	php_mcha_object *object;
	php_mcha_many many;
	php_mcha_near_cache_write near_cache;
	php_mcha_multi multi;

	if (!(object = php_mcha_many_parse(INTERNAL_FUNCTION_PARAM_PASSTHRU, by_key, &many))) {
		return;
	}
	php_mcha_multi_begin_keys(&multi, many.array);
	if (!EG(exception)) {
		php_mcha_multi_place(&multi, object->client, many.server_key);
		array_init_size(return_value, multi.count);
		if (many.number == 0) {
			php_mcha_near_cache_begin(&near_cache, object->client, multi.items, multi.count);
			mcha_delete(object->client->pool, multi.items, multi.count);
			php_mcha_near_cache_end(&near_cache, PHP_MCHA_NEAR_CACHE_REMOVES);
			php_mcha_finish(object, give_verdicts(&multi, object->client, return_value));
		} else {
			refuse_all(&multi);
			php_mcha_set_status(object, give_verdicts(&multi, object->client, return_value));
		}
	}
	php_mcha_multi_end(&multi);
}

ZEND_METHOD(McHA, deleteMulti)
{
	delete_many(INTERNAL_FUNCTION_PARAM_PASSTHRU, false);
}

ZEND_METHOD(McHA, deleteMultiByKey)
{
	delete_many(INTERNAL_FUNCTION_PARAM_PASSTHRU, true);
}
