/* SPDX-License-Identifier: MIT */
/* Methods that count: increment, decrement and their forms by server key. */
#include "../frame.h"
#include "../near_cache/near_cache.h"

/* False: the key or a number cannot be used, and the result says so. */
static bool check_parameters(php_mcha_object *object, const mcha_item *item, zend_long offset,
	zend_long initial)
{
	if (mcha_key_check(item->key, item->key_length) != MCHA_STATUS_OK) {
		php_mcha_set_status(object, MCHA_STATUS_BAD_KEY);
		return false;
	}
	if (offset < 0 || initial < 0) {
		php_mcha_set_status(object, MCHA_STATUS_INVALID);
		php_error_docref(NULL, E_WARNING, "%s cannot be a negative value",
			offset < 0 ? "offset" : "initial value");
		return false;
	}
	return true;
}

static void run_count(php_mcha_object *object, mcha_item *item, zend_long offset, bool decrement)
{
	php_mcha_near_cache_write near_cache;

	php_mcha_near_cache_begin(&near_cache, object->client, item, 1);
	mcha_count(object->client->pool, item, (uint64_t)offset, decrement);
	php_mcha_near_cache_end(&near_cache, PHP_MCHA_NEAR_CACHE_CHANGES);
	php_mcha_finish(object, item->answer.status);
}

static void count_one(INTERNAL_FUNCTION_PARAMETERS, bool decrement, bool by_key)
{
	php_mcha_object *object;
	zend_string *key, *server_key = NULL, *first = NULL;
	zend_long offset = 1, initial = 0, expiry = 0;
	bool create = ZEND_NUM_ARGS() > (by_key ? 3u : 2u);
	php_mcha_key buffer;
	mcha_item item = {0};

	ZEND_PARSE_PARAMETERS_START(by_key ? 2 : 1, by_key ? 5 : 4)
	if (by_key) {
		Z_PARAM_STR(server_key)
	}
	Z_PARAM_STR(key)
	Z_PARAM_OPTIONAL
	Z_PARAM_LONG(offset)
	Z_PARAM_LONG(initial)
	Z_PARAM_LONG(expiry)
	ZEND_PARSE_PARAMETERS_END();
	if (!(object = php_mcha_ready(ZEND_THIS))) {
		return;
	}
	php_mcha_client_item(object->client, &item, key, server_key, &buffer);
	if (!check_parameters(object, &item, offset, initial)) {
		RETURN_FALSE;
	}
	if (create) {
		first = zend_long_to_str(initial);
		item.value = ZSTR_VAL(first);
		item.value_length = ZSTR_LEN(first);
		item.exptime = expiry;
	}
	run_count(object, &item, offset, decrement);
	if (first) {
		zend_string_release(first);
	}
	if (item.answer.status != MCHA_STATUS_OK) {
		RETURN_FALSE;
	}
	php_mcha_number(return_value, item.answer.number);
}

#define COUNT_METHODS(name, decrement) \
	ZEND_METHOD(McHA, name) \
	{ \
		count_one(INTERNAL_FUNCTION_PARAM_PASSTHRU, decrement, false); \
	} \
	ZEND_METHOD(McHA, name##ByKey) \
	{ \
		count_one(INTERNAL_FUNCTION_PARAM_PASSTHRU, decrement, true); \
	}

COUNT_METHODS(increment, false)
COUNT_METHODS(decrement, true)
