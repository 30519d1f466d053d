/* SPDX-License-Identifier: MIT */
/* Methods that read now and hand out later: getDelayed, its form by server key, fetch and fetchAll.
 *
 * getDelayed() asks all nodes at once, with fallback and repair as any other read, and keeps the
 * bytes as they came (compressed, serialized); fetch() decodes one value at a time and frees its
 * bytes. As in pecl memcached the next operation that asks a server gives up what is left. */
#include "../constants.h"
#include "../delayed_results.h"
#include "../frame.h"
#include "../near_cache/near_cache.h"
#include "reading.h"

/* --- handing out ------------------------------------------------------------------------------ */

/* array("key" =>, "value" =>[, "cas" =>, "flags" =>]). Decoding may run the value's own code, which
 * may free the delayed results: the key is copied before. False: the value cannot be decoded. */
static bool describe(const php_mcha_object *object, const php_mcha_delayed *delayed,
	mcha_item *item, zval *result)
{
	zend_string *key = zend_string_copy(delayed->multi.keys[item - delayed->multi.items]);
	bool with_token = delayed->with_token;
	uint64_t cas = item->answer.cas;
	zend_long flags = php_mcha_value_user_flags(item->answer.flags);
	zval value, token;

	if (!php_mcha_take_value(item, object->client, &value)) {
		zend_string_release(key);
		return false;
	}
	array_init_size(result, 4);
	add_assoc_str(result, "key", key);
	add_assoc_zval(result, "value", &value);
	if (with_token) {
		php_mcha_number(&token, cas);
		add_assoc_zval(result, "cas", &token);
		add_assoc_long(result, "flags", flags);
	}
	return true;
}

/* Gives all results to the callback and leaves none to fetch. */
static mcha_status tell_all(zval *this, php_mcha_object *object, php_mcha_delayed *delayed,
	zend_fcall_info *fci, zend_fcall_info_cache *fcc, mcha_status status)
{
	int code = php_mcha_result_code(status);
	mcha_item *item;
	zval result;

	while (!EG(exception) && (item = php_mcha_delayed_next(delayed))) {
		if (describe(object, delayed, item, &result)) {
			php_mcha_call_back(this, fci, fcc, &result);
			zval_ptr_dtor(&result);
		} else {
			code = MCHA_RES_PAYLOAD_FAILURE;
		}
	}
	php_mcha_delayed_free(delayed);
	php_mcha_result_set_code(&object->result, code); /* the callback may have used the object */
	return code == php_mcha_result_code(MCHA_STATUS_OK) ? MCHA_STATUS_OK : MCHA_STATUS_MISS;
}

/* --- reading ---------------------------------------------------------------------------------- */

static php_mcha_delayed *read_delayed(php_mcha_object *object, HashTable *keys,
	zend_string *server_key, bool with_token)
{
	php_mcha_delayed *delayed = ecalloc(1, sizeof(*delayed));
	php_mcha_multi *multi = &delayed->multi;

	/* over the binary protocol pecl memcached gives tokens whether they are asked for or not */
	delayed->with_token = with_token || php_mcha_client_is_binary(object->client);
	php_mcha_multi_begin_keys(multi, keys);
	if (EG(exception)) {
		php_mcha_delayed_free(delayed);
		return NULL;
	}
	php_mcha_multi_place(multi, object->client, server_key);
	php_mcha_near_cache_get(object, multi->items, multi->count,
		MCHA_WANT_VALUE | (delayed->with_token ? MCHA_WANT_CAS : 0));
	return delayed;
}

static void get_delayed(INTERNAL_FUNCTION_PARAMETERS, bool by_key)
{
	php_mcha_object *object;
	zend_string *server_key = NULL;
	zval *keys;
	bool with_token = false;
	zend_fcall_info fci = empty_fcall_info;
	zend_fcall_info_cache fcc = empty_fcall_info_cache;
	php_mcha_delayed *delayed;
	mcha_status status;

	ZEND_PARSE_PARAMETERS_START(by_key ? 2 : 1, by_key ? 4 : 3)
	if (by_key) {
		Z_PARAM_STR(server_key)
	}
	Z_PARAM_ARRAY(keys)
	Z_PARAM_OPTIONAL
	Z_PARAM_BOOL(with_token)
	Z_PARAM_FUNC_OR_NULL(fci, fcc)
	ZEND_PARSE_PARAMETERS_END();
	if (!(object = php_mcha_ready(ZEND_THIS))
		|| !(delayed = read_delayed(object, Z_ARRVAL_P(keys), server_key, with_token))) {
		return;
	}
	status = delayed->multi.count ? php_mcha_summarize(&delayed->multi) : MCHA_STATUS_BAD_KEY;
	php_mcha_finish(object, status);
	if (status == MCHA_STATUS_BAD_KEY && !php_mcha_count_answered(&delayed->multi)) {
		/* no server was asked: the former results are still to be fetched */
		php_mcha_delayed_free(delayed);
		RETURN_FALSE;
	}
	if (ZEND_FCI_INITIALIZED(fci)) {
		RETURN_BOOL(tell_all(ZEND_THIS, object, delayed, &fci, &fcc, status) == MCHA_STATUS_OK);
	}
	php_mcha_delayed_drop(object); /* results that the failure callback has asked for */
	object->delayed = delayed;
	if (status == MCHA_STATUS_MISS) {
		php_mcha_set_status(object, status = MCHA_STATUS_OK); /* which fetch() is to find out */
	}
	RETURN_BOOL(status == MCHA_STATUS_OK);
}

ZEND_METHOD(McHA, getDelayed)
{
	get_delayed(INTERNAL_FUNCTION_PARAM_PASSTHRU, false);
}

ZEND_METHOD(McHA, getDelayedByKey)
{
	get_delayed(INTERNAL_FUNCTION_PARAM_PASSTHRU, true);
}

/* --- fetching --------------------------------------------------------------------------------- */

ZEND_METHOD(McHA, fetch)
{
	php_mcha_object *object;
	mcha_item *item;

	ZEND_PARSE_PARAMETERS_NONE();
	if (!(object = php_mcha_this(ZEND_THIS))) {
		return;
	}
	item = object->delayed ? php_mcha_delayed_next(object->delayed) : NULL;
	if (!item) {
		php_mcha_delayed_drop(object);
		php_mcha_set_status(object, MCHA_STATUS_MISS);
		RETURN_FALSE;
	}
	if (!describe(object, object->delayed, item, return_value)) {
		php_mcha_result_set_code(&object->result, MCHA_RES_PAYLOAD_FAILURE);
		RETURN_FALSE;
	}
	php_mcha_set_status(object, MCHA_STATUS_OK);
}

ZEND_METHOD(McHA, fetchAll)
{
	php_mcha_object *object;
	php_mcha_delayed *delayed;
	mcha_item *item;
	zval result;
	bool good = true;

	ZEND_PARSE_PARAMETERS_NONE();
	if (!(object = php_mcha_this(ZEND_THIS))) {
		return;
	}
	delayed = object->delayed;
	object->delayed = NULL; /* the values' own code may use the object */
	array_init(return_value);
	while (delayed && !EG(exception) && (item = php_mcha_delayed_next(delayed))) {
		if (describe(object, delayed, item, &result)) {
			add_next_index_zval(return_value, &result);
		} else {
			good = false;
		}
	}
	if (delayed) {
		php_mcha_delayed_free(delayed);
	}
	if (!good) {
		php_mcha_result_set_code(&object->result, MCHA_RES_PAYLOAD_FAILURE);
	} else if (zend_hash_num_elements(Z_ARRVAL_P(return_value)) == 0) {
		zval_ptr_dtor(return_value);
		RETVAL_FALSE;
		php_mcha_set_status(object, MCHA_STATUS_MISS);
	} else {
		php_mcha_set_status(object, MCHA_STATUS_OK);
	}
}
