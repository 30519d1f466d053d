/* SPDX-License-Identifier: MIT */
/* Methods that read at once: get, getMulti and their forms by server key. */
#include "reading.h"

#include "../constants.h"
#include "../frame.h"
#include "../near_cache/near_cache.h"
#include "many.h"
#include "zend_exceptions.h"

static unsigned wanted(zend_long get_flags)
{
	return MCHA_WANT_VALUE | (get_flags & MCHA_GET_EXTENDED ? MCHA_WANT_CAS : 0);
}

bool php_mcha_take_value(mcha_item *item, const php_mcha_client *client, zval *value)
{
	zend_string *bytes = php_mcha_value_string(item->answer.value);

	item->answer.value = NULL;
	return php_mcha_value_decode_take(bytes, item->answer.flags, &client->values, value);
}

/* The value in the form that the flags ask for. */
static bool take_value(mcha_item *item, const php_mcha_client *client, zend_long get_flags,
	zval *value)
{
	uint32_t flags = item->answer.flags;
	zval plain, token;

	if (!(get_flags & MCHA_GET_EXTENDED)) {
		return php_mcha_take_value(item, client, value);
	}
	if (!php_mcha_take_value(item, client, &plain)) {
		return false;
	}
	array_init_size(value, 3);
	add_assoc_zval(value, "value", &plain);
	php_mcha_number(&token, item->answer.cas);
	add_assoc_zval(value, "cas", &token);
	add_assoc_long(value, "flags", php_mcha_value_user_flags(flags));
	return true;
}

/* --- reading through -------------------------------------------------------------------------- */

typedef struct read_through {
	zend_fcall_info fci;
	zend_fcall_info_cache fcc;
} read_through;

/* Asks the callback for the value of a missing key. True: value is to be stored. False: the
 * callback has no value, or an exception is pending. */
static bool ask_callback(zval *this, read_through *through, zend_string *key, zval *value,
	zend_long *expiration)
{
	zval arguments[4], verdict;
	bool found = false;

	ZVAL_COPY(&arguments[0], this);
	ZVAL_STR_COPY(&arguments[1], key);
	ZVAL_NULL(value);
	ZVAL_NEW_REF(&arguments[2], value);
	ZVAL_LONG(value, 0);
	ZVAL_NEW_REF(&arguments[3], value);
	through->fci.retval = &verdict;
	through->fci.params = arguments;
	through->fci.param_count = 4;
	ZVAL_UNDEF(&verdict);
	if (zend_call_function(&through->fci, &through->fcc) == SUCCESS && !EG(exception)) {
		found = zend_is_true(&verdict);
	}
	ZVAL_COPY(value, Z_REFVAL(arguments[2]));
	*expiration = zval_get_long(Z_REFVAL(arguments[3]));
	zval_ptr_dtor(&verdict);
	zval_ptr_dtor(&arguments[3]);
	zval_ptr_dtor(&arguments[2]);
	zval_ptr_dtor(&arguments[1]);
	zval_ptr_dtor(&arguments[0]);
	return found && !EG(exception);
}

/* With GET_EXTENDED the callback's value must have the form of the answer. NULL: it does not. */
static zval *storable(zval *value, zend_long get_flags)
{
	if (!(get_flags & MCHA_GET_EXTENDED)) {
		return value;
	}
	return Z_TYPE_P(value) == IS_ARRAY ? zend_hash_str_find(Z_ARRVAL_P(value), ZEND_STRL("value"))
									   : NULL;
}

static void read_through_miss(zval *this, php_mcha_object *object, read_through *through,
	zend_string *key, zend_string *server_key, zend_long get_flags, zval *return_value)
{
	zval value;
	zend_long expiration = 0;
	php_mcha_payload payload;
	php_mcha_key buffer;
	php_mcha_near_cache_write near_cache;
	mcha_item item = {0};

	if (!ask_callback(this, through, key, &value, &expiration) || !storable(&value, get_flags)) {
		zval_ptr_dtor(&value);
		/* the callback may have used the object: the miss is the result */
		php_mcha_set_status(object, MCHA_STATUS_MISS);
		RETURN_FALSE;
	}
	if (php_mcha_client_encode(object->client, storable(&value, get_flags), &payload)) {
		php_mcha_client_item(object->client, &item, key, server_key, &buffer);
		item.value = ZSTR_VAL(payload.bytes);
		item.value_length = ZSTR_LEN(payload.bytes);
		item.flags = payload.flags;
		item.exptime = expiration;
		php_mcha_near_cache_begin(&near_cache, object->client, &item, 1);
		mcha_store(object->client->pool, &item, 1, MCHA_MODE_SET);
		php_mcha_near_cache_end(&near_cache, PHP_MCHA_NEAR_CACHE_STORES);
		zend_string_release(payload.bytes);
		php_mcha_finish(object, item.answer.status);
	} else {
		php_mcha_result_set_code(&object->result, MCHA_RES_PAYLOAD_FAILURE);
	}
	RETURN_COPY_VALUE(&value);
}

/* --- one key ---------------------------------------------------------------------------------- */

static void get_one(INTERNAL_FUNCTION_PARAMETERS, bool by_key)
{
	php_mcha_object *object;
	zend_string *key, *server_key = NULL;
	zend_long get_flags = 0;
	read_through through = {empty_fcall_info, empty_fcall_info_cache};
	php_mcha_key buffer;
	mcha_item item = {0};

	ZEND_PARSE_PARAMETERS_START(by_key ? 2 : 1, by_key ? 4 : 3)
	if (by_key) {
		Z_PARAM_STR(server_key)
	}
	Z_PARAM_STR(key)
	Z_PARAM_OPTIONAL
	Z_PARAM_FUNC_OR_NULL(through.fci, through.fcc)
	Z_PARAM_LONG(get_flags)
	ZEND_PARSE_PARAMETERS_END();
	if (!(object = php_mcha_ready(ZEND_THIS))) {
		return;
	}
	php_mcha_client_item(object->client, &item, key, server_key, &buffer);
	php_mcha_near_cache_get(object, &item, 1, wanted(get_flags));
	php_mcha_finish(object, item.answer.status);
	if (item.answer.status == MCHA_STATUS_OK) {
		int code = object->result.code;

		if (!take_value(&item, object->client, get_flags, return_value)) {
			php_mcha_result_set_code(&object->result, MCHA_RES_PAYLOAD_FAILURE);
			RETURN_FALSE;
		}
		object->result.code = code; /* the value's own code may have used the object */
		return;
	}
	if (item.answer.status == MCHA_STATUS_MISS && ZEND_FCI_INITIALIZED(through.fci)) {
		read_through_miss(ZEND_THIS, object, &through, key, server_key, get_flags, return_value);
		return;
	}
	RETURN_FALSE;
}

ZEND_METHOD(McHA, get)
{
	get_one(INTERNAL_FUNCTION_PARAM_PASSTHRU, false);
}

ZEND_METHOD(McHA, getByKey)
{
	get_one(INTERNAL_FUNCTION_PARAM_PASSTHRU, true);
}

/* --- many keys -------------------------------------------------------------------------------- */

uint32_t php_mcha_count_answered(const php_mcha_multi *multi)
{
	uint32_t i, count = 0;

	for (i = 0; i < multi->count; i++) {
		count += multi->items[i].answer.status == MCHA_STATUS_OK
			|| multi->items[i].answer.status == MCHA_STATUS_MISS;
	}
	return count;
}

/* The key is empty or too long: pecl memcached leaves such keys out without a failure. */
static bool is_passed_over(const php_mcha_multi *multi, uint32_t i)
{
	return ZSTR_LEN(multi->keys[i]) == 0 || ZSTR_LEN(multi->keys[i]) > MCHA_KEY_MAX;
}

mcha_status php_mcha_summarize(const php_mcha_multi *multi)
{
	mcha_status fault = MCHA_STATUS_OK;
	uint32_t i, found = 0, passed_over = 0;

	for (i = 0; i < multi->count; i++) {
		mcha_status status = multi->items[i].answer.status;

		if (is_passed_over(multi, i)) {
			passed_over++;
		} else if (status == MCHA_STATUS_OK) {
			found++;
		} else if (fault == MCHA_STATUS_OK && status != MCHA_STATUS_MISS) {
			fault = status;
		}
	}
	if (fault != MCHA_STATUS_OK) {
		return php_mcha_count_answered(multi) && fault != MCHA_STATUS_BAD_KEY
			? MCHA_STATUS_NO_QUORUM
			: fault;
	}
	return found                                      ? MCHA_STATUS_OK
		: multi->count && passed_over == multi->count ? MCHA_STATUS_BAD_KEY
													  : MCHA_STATUS_MISS;
}

/* False: a value could not be decoded. */
static bool fill_array(php_mcha_multi *multi, const php_mcha_client *client, zend_long get_flags,
	zval *array)
{
	bool good = true;
	uint32_t i;

	for (i = 0; i < multi->count && !EG(exception); i++) {
		zval value;

		if (multi->items[i].answer.status != MCHA_STATUS_OK || !multi->items[i].answer.value) {
			if (get_flags & MCHA_GET_PRESERVE_ORDER) {
				ZVAL_NULL(&value);
				zend_symtable_update(Z_ARRVAL_P(array), multi->keys[i], &value);
			}
			continue;
		}
		if (take_value(&multi->items[i], client, get_flags, &value)) {
			zend_symtable_update(Z_ARRVAL_P(array), multi->keys[i], &value);
		} else {
			good = false;
		}
	}
	return good;
}

static void get_many(INTERNAL_FUNCTION_PARAMETERS, bool by_key)
{
	php_mcha_object *object;
	php_mcha_many many;
	php_mcha_multi multi;

	if (!(object = php_mcha_many_parse(INTERNAL_FUNCTION_PARAM_PASSTHRU, by_key, &many))) {
		return;
	}
	php_mcha_multi_begin_keys(&multi, many.array);
	php_mcha_multi_place(&multi, object->client, many.server_key);
	RETVAL_FALSE;
	if (EG(exception)) {
		php_mcha_set_status(object, MCHA_STATUS_BAD_KEY);
	} else {
		php_mcha_near_cache_get(object, multi.items, multi.count, wanted(many.number));
		php_mcha_finish(object, php_mcha_summarize(&multi));
		if (multi.count == 0 || php_mcha_count_answered(&multi)) {
			int code = object->result.code;

			array_init_size(return_value, multi.count);
			if (fill_array(&multi, object->client, many.number, return_value)) {
				object->result.code = code;
			} else {
				php_mcha_result_set_code(&object->result, MCHA_RES_PAYLOAD_FAILURE);
			}
		}
	}
	php_mcha_multi_end(&multi);
}

ZEND_METHOD(McHA, getMulti)
{
	get_many(INTERNAL_FUNCTION_PARAM_PASSTHRU, false);
}

ZEND_METHOD(McHA, getMultiByKey)
{
	get_many(INTERNAL_FUNCTION_PARAM_PASSTHRU, true);
}

/* --- repairing -------------------------------------------------------------------------------- */

/* The keys that were not alike on all home nodes. */
static void list_repaired(const php_mcha_multi *multi, zval *list)
{
	uint32_t i;

	array_init(list);
	for (i = 0; i < multi->count; i++) {
		if (multi->items[i].answer.value) {
			add_next_index_str(list, zend_string_copy(multi->keys[i]));
		}
	}
}

ZEND_METHOD(McHA, repair)
{
	php_mcha_object *object;
	zval *keys;
	php_mcha_multi multi;

	ZEND_PARSE_PARAMETERS_START(1, 1)
	Z_PARAM_ARRAY(keys)
	ZEND_PARSE_PARAMETERS_END();
	if (!(object = php_mcha_ready(ZEND_THIS))) {
		return;
	}
	php_mcha_multi_begin_keys(&multi, Z_ARRVAL_P(keys));
	php_mcha_multi_place(&multi, object->client, NULL);
	RETVAL_FALSE;
	if (EG(exception)) {
		php_mcha_set_status(object, MCHA_STATUS_BAD_KEY);
	} else {
		mcha_repair(object->client->pool, multi.items, multi.count);
		php_mcha_finish(object, php_mcha_summarize(&multi));
		if (multi.count == 0 || php_mcha_count_answered(&multi)) {
			list_repaired(&multi, return_value);
		}
	}
	php_mcha_multi_end(&multi);
}
