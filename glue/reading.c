/* SPDX-License-Identifier: MIT */
/* Methods that read: get, getMulti and their forms by server key. */
#include "object.h"

#include "constants.h"
#include "zend_exceptions.h"

static unsigned wanted(zend_long get_flags)
{
	return MCHA_WANT_VALUE | (get_flags & MCHA_GET_EXTENDED ? MCHA_WANT_CAS : 0);
}

/* Makes the answer a PHP value, taking its bytes. False: it cannot be read. */
static bool take_value(mcha_item *item, zend_long get_flags, zval *value)
{
	zend_string *bytes = php_mcha_value_string(item->answer.value);
	uint32_t flags = item->answer.flags;
	zval plain;

	item->answer.value = NULL;
	if (!php_mcha_value_decode_take(bytes, flags, &plain)) {
		return false;
	}
	if (!(get_flags & MCHA_GET_EXTENDED)) {
		ZVAL_COPY_VALUE(value, &plain);
		return true;
	}
	array_init_size(value, 3);
	add_assoc_zval(value, "value", &plain);
	add_assoc_long(value, "cas", (zend_long)item->answer.cas);
	add_assoc_long(value, "flags", php_mcha_value_user_flags(flags));
	return true;
}

/* --- reading through --------------------------------------------------------------------------- */

typedef struct read_through {
	zend_fcall_info fci;
	zend_fcall_info_cache fcc;
} read_through;

/* The callback's verdict on a missing key: true and a value to store, false, or an exception. */
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

/* With GET_EXTENDED the callback's value has the form of the answer. */
static zval *storable(zval *value, zend_long get_flags)
{
	zval *inner = get_flags & MCHA_GET_EXTENDED && Z_TYPE_P(value) == IS_ARRAY
		? zend_hash_str_find(Z_ARRVAL_P(value), ZEND_STRL("value")) : NULL;

	return inner ? inner : value;
}

static void read_through_miss(zval *this, php_mcha_object *object, read_through *through,
		zend_string *key, zend_string *server_key, zend_long get_flags, zval *return_value)
{
	zval value;
	zend_long expiration = 0;
	php_mcha_payload payload;
	php_mcha_key buffer;
	mcha_item item = {0};

	if (!ask_callback(this, through, key, &value, &expiration)) {
		zval_ptr_dtor(&value);
		/* the callback may have used the object: the miss is the result */
		php_mcha_set_status(object, MCHA_STATUS_MISS);
		RETURN_FALSE;
	}
	if (php_mcha_value_encode(storable(&value, get_flags), &object->client->values, &payload)) {
		php_mcha_client_item(object->client, &item, key, server_key, &buffer);
		item.value = ZSTR_VAL(payload.bytes);
		item.value_length = ZSTR_LEN(payload.bytes);
		item.flags = payload.flags;
		item.exptime = expiration;
		mcha_store(object->client->pool, &item, 1, MCHA_MODE_SET);
		zend_string_release(payload.bytes);
		php_mcha_finish(object, item.answer.status);
	} else {
		php_mcha_result_set_code(&object->result, MCHA_RES_PAYLOAD_FAILURE);
	}
	RETURN_COPY_VALUE(&value);
}

/* --- one key ----------------------------------------------------------------------------------- */

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
	mcha_get(object->client->pool, &item, 1, wanted(get_flags));
	php_mcha_finish(object, item.answer.status);
	if (item.answer.status == MCHA_STATUS_OK) {
		if (!take_value(&item, get_flags, return_value)) {
			php_mcha_result_set_code(&object->result, MCHA_RES_PAYLOAD_FAILURE);
			RETURN_FALSE;
		}
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

/* --- many keys --------------------------------------------------------------------------------- */

typedef struct many {
	zend_string **keys;
	php_mcha_key *buffers; /* only where there is a prefix */
	mcha_item *items;
	uint32_t count;
} many;

static void many_begin(many *m, const php_mcha_client *client, HashTable *keys,
		const zend_string *server_key)
{
	uint32_t room = zend_hash_num_elements(keys);
	zval *key;

	m->keys = safe_emalloc(room + 1, sizeof(*m->keys), 0);
	m->items = ecalloc(room + 1, sizeof(*m->items));
	m->buffers = client->prefix_length ? safe_emalloc(room + 1, sizeof(*m->buffers), 0) : NULL;
	m->count = 0;
	ZEND_HASH_FOREACH_VAL(keys, key) {
		zend_string *name = zval_get_string(key);

		php_mcha_client_item(client, &m->items[m->count], name, server_key,
			m->buffers ? &m->buffers[m->count] : NULL);
		m->keys[m->count++] = name;
	} ZEND_HASH_FOREACH_END();
}

static void many_end(many *m)
{
	uint32_t i;

	for (i = 0; i < m->count; i++) {
		if (m->items[i].answer.value) {
			php_mcha_allocator.release(m->items[i].answer.value);
		}
		zend_string_release(m->keys[i]);
	}
	efree(m->keys);
	efree(m->items);
	if (m->buffers) {
		efree(m->buffers);
	}
}

/* The call's result. Missing keys are no failure; some that could not be asked for are "some
 * errors", and if none could be asked for their reason is the whole call's. */
static mcha_status summarize(const many *m)
{
	mcha_status first = MCHA_STATUS_OK;
	bool any_answer = false;
	uint32_t i;

	for (i = 0; i < m->count; i++) {
		mcha_status status = m->items[i].answer.status;

		if (status == MCHA_STATUS_OK || status == MCHA_STATUS_MISS) {
			any_answer = true;
		} else if (first == MCHA_STATUS_OK) {
			first = status;
		}
	}
	if (m->count == 0) {
		return MCHA_STATUS_MISS; /* as pecl memcached says of no keys */
	}
	if (first == MCHA_STATUS_OK || !any_answer || first == MCHA_STATUS_BAD_KEY) {
		return first;
	}
	return MCHA_STATUS_NO_QUORUM;
}

static bool any_found(const many *m)
{
	uint32_t i;

	for (i = 0; i < m->count; i++) {
		if (m->items[i].answer.status == MCHA_STATUS_OK
			|| m->items[i].answer.status == MCHA_STATUS_MISS) {
			return true;
		}
	}
	return m->count == 0;
}

/* False: some value could not be read. */
static bool fill_array(many *m, zend_long get_flags, zval *array)
{
	bool good = true;
	uint32_t i;

	for (i = 0; i < m->count && !EG(exception); i++) {
		zval value;

		if (m->items[i].answer.status != MCHA_STATUS_OK || !m->items[i].answer.value) {
			if (get_flags & MCHA_GET_PRESERVE_ORDER) {
				ZVAL_NULL(&value);
				zend_symtable_update(Z_ARRVAL_P(array), m->keys[i], &value);
			}
			continue;
		}
		if (take_value(&m->items[i], get_flags, &value)) {
			zend_symtable_update(Z_ARRVAL_P(array), m->keys[i], &value);
		} else {
			good = false;
		}
	}
	return good;
}

static void get_many(INTERNAL_FUNCTION_PARAMETERS, bool by_key)
{
	php_mcha_object *object;
	zend_string *server_key = NULL;
	zend_long get_flags = 0;
	zval *keys;
	many m;

	ZEND_PARSE_PARAMETERS_START(by_key ? 2 : 1, by_key ? 3 : 2)
		if (by_key) {
			Z_PARAM_STR(server_key)
		}
		Z_PARAM_ARRAY(keys)
		Z_PARAM_OPTIONAL
		Z_PARAM_LONG(get_flags)
	ZEND_PARSE_PARAMETERS_END();
	if (!(object = php_mcha_ready(ZEND_THIS))) {
		return;
	}
	many_begin(&m, object->client, Z_ARRVAL_P(keys), server_key);
	if (EG(exception)) {
		many_end(&m);
		return;
	}
	mcha_get(object->client->pool, m.items, m.count, wanted(get_flags));
	php_mcha_finish(object, summarize(&m));
	if (any_found(&m)) {
		array_init_size(return_value, m.count);
		if (!fill_array(&m, get_flags, return_value)) {
			php_mcha_result_set_code(&object->result, MCHA_RES_PAYLOAD_FAILURE);
		}
	} else {
		RETVAL_FALSE;
	}
	many_end(&m);
}

ZEND_METHOD(McHA, getMulti)
{
	get_many(INTERNAL_FUNCTION_PARAM_PASSTHRU, false);
}

ZEND_METHOD(McHA, getMultiByKey)
{
	get_many(INTERNAL_FUNCTION_PARAM_PASSTHRU, true);
}
