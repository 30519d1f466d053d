/* SPDX-License-Identifier: MIT */
/* Methods that write: set, add, replace, cas, append, prepend, delete, touch and their forms. */
#include "writing.h"

#include "../constants.h"
#include "../frame.h"
#include "../multi.h"
#include "../near_cache/near_cache.h"
#include "../option_table.h"
#include "zend_exceptions.h"

/* --- one value -------------------------------------------------------------------------------- */

/* Puts a value's bytes into the item. False: the bytes are too many, and the result says so. */
static bool put_payload(php_mcha_object *object, mcha_item *item, const php_mcha_payload *payload)
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

static bool encode(php_mcha_object *object, zval *value, php_mcha_payload *payload)
{
	if (php_mcha_client_encode(object->client, value, payload)) {
		return true;
	}
	php_mcha_result_set_code(&object->result, MCHA_RES_PAYLOAD_FAILURE);
	return false;
}

/* OPT_STORE_RETRY_COUNT: stores again while a node's failure is the cause, and within the time of
 * one operation. */
static void store(php_mcha_client *client, mcha_item *items, size_t count, mcha_mode mode)
{
	mcha_pool *pool = client->pool;
	const mcha_item question = *items;
	zend_long attempt = 0;

	mcha_store(pool, items, count, mode);
	while (count == 1 && attempt++ < client->store_retry_count
		&& !mcha_status_is_answer(items->answer.status)
		&& mcha_clock_now() < mcha_pool_deadline(pool)) {
		mcha_pool_share_deadline(pool, true);
		*items = question;
		mcha_store(pool, items, count, mode);
	}
	mcha_pool_share_deadline(pool, false);
}

/* OPT_NOREPLY: McHA waits for the acknowledgement all the same, but tells the caller what pecl
 * memcached would tell, which does not wait for the answer: a write that has reached a server is a
 * success, whatever the server found under the key. */
static mcha_status told(const php_mcha_client *client, mcha_status status)
{
	return php_mcha_option_is_no_reply(client)
			&& (status == MCHA_STATUS_MISS || status == MCHA_STATUS_NOT_STORED
				|| status == MCHA_STATUS_EXISTS || status == MCHA_STATUS_TOO_BIG)
		? MCHA_STATUS_OK
		: status;
}

/* memcached removes the old value of a key when it refuses the new one as too large, and
 * applications of pecl memcached rely on that: they prefer no value to an outdated one. (With class
 * McHA a write that failed changes nothing.) */
static void remove_refused(php_mcha_object *object, const mcha_item *items, size_t count)
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
		remove_refused(object, item, 1);
	}
	php_mcha_near_cache_end(&near_cache, near_cache_effects[mode]);
	status = told(object->client, item->answer.status);
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

	if (!has_key(object, item) || !encode(object, value, &payload)) {
		return false;
	}
	if (put_payload(object, item, &payload)) {
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
	if (put_payload(object, &item, &(php_mcha_payload){.bytes = value})) {
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

/* --- delete and touch ------------------------------------------------------------------------- */

typedef void (*keyed_operation)(mcha_pool *pool, mcha_item *items, size_t count);

static void keyed_one(INTERNAL_FUNCTION_PARAMETERS, keyed_operation operation, bool by_key)
{
	php_mcha_object *object;
	zend_string *key, *server_key = NULL;
	zend_long time = 0;
	php_mcha_key buffer;
	php_mcha_near_cache_write near_cache;
	mcha_item item = {0};
	mcha_status status;

	ZEND_PARSE_PARAMETERS_START(by_key ? 2 : 1, by_key ? 3 : 2)
	if (by_key) {
		Z_PARAM_STR(server_key)
	}
	Z_PARAM_STR(key)
	Z_PARAM_OPTIONAL
	Z_PARAM_LONG(time)
	ZEND_PARSE_PARAMETERS_END();
	if (!(object = php_mcha_ready(ZEND_THIS))) {
		return;
	}
	if (operation == mcha_delete && time != 0) {
		php_mcha_set_status(object, MCHA_STATUS_INVALID);
		RETURN_FALSE;
	}
	php_mcha_client_item(object->client, &item, key, server_key, &buffer);
	item.exptime = time;
	php_mcha_near_cache_begin(&near_cache, object->client, &item, 1);
	operation(object->client->pool, &item, 1);
	php_mcha_near_cache_end(&near_cache,
		operation == mcha_delete ? PHP_MCHA_NEAR_CACHE_REMOVES : PHP_MCHA_NEAR_CACHE_CHANGES);
	/* touch() waits for its answer in pecl memcached, too */
	status = operation == mcha_delete ? told(object->client, item.answer.status)
									  : item.answer.status;
	php_mcha_finish(object, status);
	RETURN_BOOL(status == MCHA_STATUS_OK);
}

#define KEYED_METHODS(name) \
	ZEND_METHOD(McHA, name) \
	{ \
		keyed_one(INTERNAL_FUNCTION_PARAM_PASSTHRU, mcha_##name, false); \
	} \
	ZEND_METHOD(McHA, name##ByKey) \
	{ \
		keyed_one(INTERNAL_FUNCTION_PARAM_PASSTHRU, mcha_##name, true); \
	}

KEYED_METHODS(delete)
KEYED_METHODS(touch)

/* --- many at once ----------------------------------------------------------------------------- */

/* The first item that failed names the result. */
static mcha_status multi_status(const php_mcha_multi *multi, const php_mcha_client *client)
{
	uint32_t i;

	for (i = 0; i < multi->count; i++) {
		mcha_status status = told(client, multi->items[i].answer.status);

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
		if (!encode(object, value, payload) || !put_payload(object, item, payload)) {
			return false;
		}
	}
	ZEND_HASH_FOREACH_END();
	return true;
}

static void set_many(INTERNAL_FUNCTION_PARAMETERS, bool by_key)
{
	php_mcha_object *object;
	zend_string *server_key = NULL;
	zend_long expiration = 0;
	zval *values;
	php_mcha_multi multi;

	ZEND_PARSE_PARAMETERS_START(by_key ? 2 : 1, by_key ? 3 : 2)
	if (by_key) {
		Z_PARAM_STR(server_key)
	}
	Z_PARAM_ARRAY(values)
	Z_PARAM_OPTIONAL
	Z_PARAM_LONG(expiration)
	ZEND_PARSE_PARAMETERS_END();
	if (!(object = php_mcha_ready(ZEND_THIS))) {
		return;
	}
	php_mcha_multi_begin(&multi, zend_hash_num_elements(Z_ARRVAL_P(values)));
	RETVAL_FALSE;
	if (multi_encode(&multi, object, Z_ARRVAL_P(values), expiration)) {
		php_mcha_near_cache_write near_cache;
		mcha_status status;

		php_mcha_multi_place(&multi, object->client, server_key);
		php_mcha_near_cache_begin(&near_cache, object->client, multi.items, multi.count);
		mcha_store(object->client->pool, multi.items, multi.count, MCHA_MODE_SET);
		remove_refused(object, multi.items, multi.count);
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
		mcha_status status = told(client, multi->items[i].answer.status);
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
	zend_string *server_key = NULL;
	zend_long time = 0;
	zval *keys;
	php_mcha_near_cache_write near_cache;
	php_mcha_multi multi;

	ZEND_PARSE_PARAMETERS_START(by_key ? 2 : 1, by_key ? 3 : 2)
	if (by_key) {
		Z_PARAM_STR(server_key)
	}
	Z_PARAM_ARRAY(keys)
	Z_PARAM_OPTIONAL
	Z_PARAM_LONG(time)
	ZEND_PARSE_PARAMETERS_END();
	if (!(object = php_mcha_ready(ZEND_THIS))) {
		return;
	}
	php_mcha_multi_begin(&multi, zend_hash_num_elements(Z_ARRVAL_P(keys)));
	php_mcha_multi_add_keys(&multi, Z_ARRVAL_P(keys));
	if (!EG(exception)) {
		php_mcha_multi_place(&multi, object->client, server_key);
		array_init_size(return_value, multi.count);
		if (time == 0) {
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
