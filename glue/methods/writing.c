/* SPDX-License-Identifier: MIT */
/* Methods that store one value: set, add, replace, cas, append, prepend and their forms by server
 * key. */
#include "writing.h"

#include "../constants.h"
#include "../frame.h"
#include "../near_cache/near_cache.h"
#include "zend_exceptions.h"

/* --- one value -------------------------------------------------------------------------------- */

bool php_mcha_put_payload(php_mcha_object *object, mcha_item *item, const php_mcha_payload *payload)
{
	zend_long limit = object->client->item_size_limit;

	item->value = ZSTR_VAL(payload->bytes);
	item->value_length = ZSTR_LEN(payload->bytes);
	item->flags = payload->flags;
	if ((limit && item->value_length > (size_t)limit) || item->value_length > MCHA_VALUE_MAX) {
		php_mcha_set_status(object, MCHA_STATUS_TOO_BIG);
		return false;
	}
	return true;
}

/* The key can be used. False: the result says so, and the value is not encoded. */
static bool has_key(php_mcha_object *object, const mcha_item *item)
{
	mcha_status status = mcha_key_check(item->key, item->key_length);

	php_mcha_set_status(object, status);
	return status == MCHA_STATUS_OK;
}

bool php_mcha_encode(php_mcha_object *object, zval *value, php_mcha_payload *payload)
{
	if (php_mcha_client_encode(object->client, value, payload)) {
		return true;
	}
	php_mcha_result_set_code(&object->result, MCHA_RES_PAYLOAD_FAILURE);
	return false;
}

/* OPT_STORE_RETRY_COUNT: stores again while a node's failure is the cause, and within the time of
 * one operation. */
static void store_with_retries(php_mcha_client *client, mcha_item *item, mcha_mode mode)
{
	mcha_pool *pool = client->pool;
	const mcha_item question = *item;
	zend_long attempt = 0;

	mcha_store(pool, item, 1, mode);
	while (attempt++ < client->store_retry_count && !mcha_status_is_answer(item->answer.status)
		&& mcha_clock_now() < mcha_pool_deadline(pool)) {
		mcha_pool_share_deadline(pool, true);
		*item = question;
		mcha_store(pool, item, 1, mode);
	}
	mcha_pool_share_deadline(pool, false);
}

static void store(php_mcha_client *client, mcha_item *items, size_t count, mcha_mode mode)
{
	if (count == 1 && client->store_retry_count > 0) {
		store_with_retries(client, items, mode);
	} else {
		mcha_store(client->pool, items, count, mode);
	}
}

void php_mcha_remove_refused(php_mcha_object *object, const mcha_item *items, size_t count)
{
	zval this;

	ZVAL_OBJ(&this, &object->std);
	if (php_mcha_is_memcached(&this)) {
		mcha_delete_refused(object->client->pool, items, count);
	}
}

/* The binary protocol names the reason why nothing was stored, and so does libmemcached then. */
static void name_refusal(php_mcha_object *object, mcha_mode mode)
{
	if (mode == MCHA_MODE_ADD) {
		php_mcha_set_status(object, MCHA_STATUS_EXISTS);
	} else if (mode == MCHA_MODE_REPLACE) {
		php_mcha_set_status(object, MCHA_STATUS_MISS);
	}
}

static const php_mcha_near_cache_effect near_cache_effects[] = {
	[MCHA_MODE_SET] = PHP_MCHA_NEAR_CACHE_STORES,
	[MCHA_MODE_ADD] = PHP_MCHA_NEAR_CACHE_ADDS,
	[MCHA_MODE_REPLACE] = PHP_MCHA_NEAR_CACHE_STORES,
	[MCHA_MODE_APPEND] = PHP_MCHA_NEAR_CACHE_CHANGES,
	[MCHA_MODE_PREPEND] = PHP_MCHA_NEAR_CACHE_CHANGES,
};

/* False: not stored. */
static bool write_payload(php_mcha_object *object, mcha_item *item, mcha_mode mode)
{
	php_mcha_near_cache_write near_cache;
	mcha_status status;

	php_mcha_near_cache_begin(&near_cache, object->client, item, 1);
	if (mode == MCHA_MODE_ADD || mode == MCHA_MODE_REPLACE || item->cas) {
		mcha_decide(object->client->pool, item, mode);
	} else {
		store(object->client, item, 1, mode);
	}
	if (mode == MCHA_MODE_SET && !item->cas) {
		php_mcha_remove_refused(object, item, 1);
	}
	php_mcha_near_cache_end(&near_cache, near_cache_effects[mode]);
	status = php_mcha_told(object->client, item->answer.status);
	php_mcha_finish(object, status);
	if (status == MCHA_STATUS_NOT_STORED && php_mcha_client_is_binary(object->client)) {
		name_refusal(object, mode);
	}
	return status == MCHA_STATUS_OK;
}

bool php_mcha_write(php_mcha_object *object, mcha_item *item, zval *value, mcha_mode mode)
{
	php_mcha_payload payload;
	bool written = false;

	if (!has_key(object, item) || !php_mcha_encode(object, value, &payload)) {
		return false;
	}
	if (php_mcha_put_payload(object, item, &payload)) {
		written = write_payload(object, item, mode);
	}
	zend_string_release(payload.bytes);
	return written;
}

static void store_one(INTERNAL_FUNCTION_PARAMETERS, mcha_mode mode, bool by_key)
{
	php_mcha_object *object;
	zend_string *key, *server_key = NULL;
	zend_long expiration = 0;
	zval *value;
	php_mcha_key buffer;
	mcha_item item = {0};

	ZEND_PARSE_PARAMETERS_START(by_key ? 3 : 2, by_key ? 4 : 3)
	if (by_key) {
		Z_PARAM_STR(server_key)
	}
	Z_PARAM_STR(key)
	Z_PARAM_ZVAL(value)
	Z_PARAM_OPTIONAL
	Z_PARAM_LONG(expiration)
	ZEND_PARSE_PARAMETERS_END();
	if (!(object = php_mcha_ready(ZEND_THIS))) {
		return;
	}
	php_mcha_client_item(object->client, &item, key, server_key, &buffer);
	item.exptime = expiration;
	RETURN_BOOL(php_mcha_write(object, &item, value, mode));
}

#define STORE_METHODS(name, mode) \
	ZEND_METHOD(McHA, name) \
	{ \
		store_one(INTERNAL_FUNCTION_PARAM_PASSTHRU, MCHA_MODE_##mode, false); \
	} \
	ZEND_METHOD(McHA, name##ByKey) \
	{ \
		store_one(INTERNAL_FUNCTION_PARAM_PASSTHRU, MCHA_MODE_##mode, true); \
	}

STORE_METHODS(set, SET)
STORE_METHODS(add, ADD)
STORE_METHODS(replace, REPLACE)

/* --- compare and swap ------------------------------------------------------------------------- */

/* The parameter is string|int|float, which Zend has no parser for. */
static bool is_token(const zval *token)
{
	if (Z_TYPE_P(token) == IS_LONG || Z_TYPE_P(token) == IS_DOUBLE || Z_TYPE_P(token) == IS_STRING
		|| Z_TYPE_P(token) == IS_NULL) { /* the token of code that has not read yet */
		return true;
	}
	zend_argument_type_error(1, "must be of type string|int|float, %s given",
		zend_zval_type_name(token));
	return false;
}

/* A token as get() gave it out, or as an application kept it in a string or a float. 0: none. */
static uint64_t read_token(const zval *token)
{
	if (Z_TYPE_P(token) == IS_LONG) {
		return (uint64_t)Z_LVAL_P(token);
	}
	if (Z_TYPE_P(token) == IS_DOUBLE) {
		return Z_DVAL_P(token) >= 1 && Z_DVAL_P(token) < 18446744073709551616.0
			? (uint64_t)Z_DVAL_P(token)
			: 0;
	}
	if (Z_TYPE_P(token) == IS_STRING && Z_STRLEN_P(token) && Z_STRVAL_P(token)[0] >= '0'
		&& Z_STRVAL_P(token)[0] <= '9') {
		char *end;
		uint64_t number = strtoull(Z_STRVAL_P(token), &end, 10);

		return *end ? 0 : number;
	}
	return 0;
}

static void cas_one(INTERNAL_FUNCTION_PARAMETERS, bool by_key)
{
	php_mcha_object *object;
	zend_string *key, *server_key = NULL;
	zend_long expiration = 0;
	zval *token, *value;
	php_mcha_key buffer;
	mcha_item item = {0};

	ZEND_PARSE_PARAMETERS_START(by_key ? 4 : 3, by_key ? 5 : 4)
	Z_PARAM_ZVAL(token)
	if (by_key) {
		Z_PARAM_STR(server_key)
	}
	Z_PARAM_STR(key)
	Z_PARAM_ZVAL(value)
	Z_PARAM_OPTIONAL
	Z_PARAM_LONG(expiration)
	ZEND_PARSE_PARAMETERS_END();
	ZVAL_DEREF(token);
	if (!is_token(token) || !(object = php_mcha_ready(ZEND_THIS))) {
		return;
	}
	php_mcha_client_item(object->client, &item, key, server_key, &buffer);
	item.exptime = expiration;
	item.cas = read_token(token);
	if (!has_key(object, &item)) {
		RETURN_FALSE;
	}
	if (!item.cas) {
		php_mcha_set_status(object, MCHA_STATUS_INVALID);
		RETURN_FALSE;
	}
	RETURN_BOOL(php_mcha_write(object, &item, value, MCHA_MODE_SET));
}

ZEND_METHOD(McHA, cas)
{
	cas_one(INTERNAL_FUNCTION_PARAM_PASSTHRU, false);
}

ZEND_METHOD(McHA, casByKey)
{
	cas_one(INTERNAL_FUNCTION_PARAM_PASSTHRU, true);
}

/* --- append and prepend ----------------------------------------------------------------------- */

static void extend_one(INTERNAL_FUNCTION_PARAMETERS, mcha_mode mode, bool by_key)
{
	php_mcha_object *object;
	zend_string *key, *value, *server_key = NULL;
	php_mcha_key buffer;
	mcha_item item = {0};

	ZEND_PARSE_PARAMETERS_START(by_key ? 3 : 2, by_key ? 3 : 2)
	if (by_key) {
		Z_PARAM_STR(server_key)
	}
	Z_PARAM_STR(key)
	Z_PARAM_STR(value)
	ZEND_PARSE_PARAMETERS_END();
	if (!(object = php_mcha_ready(ZEND_THIS))) {
		return;
	}
	php_mcha_client_item(object->client, &item, key, server_key, &buffer);
	if (!has_key(object, &item)) {
		RETURN_FALSE;
	}
	if (object->client->values.compression) {
		php_error_docref(NULL, E_WARNING, "cannot append/prepend with compression turned on");
		RETURN_NULL();
	}
	RETVAL_FALSE;
	if (php_mcha_put_payload(object, &item, &(php_mcha_payload){.bytes = value})) {
		RETVAL_BOOL(write_payload(object, &item, mode));
	}
}

ZEND_METHOD(McHA, append)
{
	extend_one(INTERNAL_FUNCTION_PARAM_PASSTHRU, MCHA_MODE_APPEND, false);
}

ZEND_METHOD(McHA, appendByKey)
{
	extend_one(INTERNAL_FUNCTION_PARAM_PASSTHRU, MCHA_MODE_APPEND, true);
}

ZEND_METHOD(McHA, prepend)
{
	extend_one(INTERNAL_FUNCTION_PARAM_PASSTHRU, MCHA_MODE_PREPEND, false);
}

ZEND_METHOD(McHA, prependByKey)
{
	extend_one(INTERNAL_FUNCTION_PARAM_PASSTHRU, MCHA_MODE_PREPEND, true);
}
