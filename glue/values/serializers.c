/* SPDX-License-Identifier: MIT */
/* The table of serializers, and their common parts. Refuses values that cannot be encoded; pecl
 * memcached stores some of these without an error (json: as null, or truncated). */
#include "serializers.h"

#include "../constants.h"
#include "ext/json/php_json.h"
#include "ext/standard/basic_functions.h"
#include "ext/standard/php_var.h"
#include "foreign_serializers.h"
#include "zend_smart_str.h"

/* --- php -------------------------------------------------------------------------------------- */

static zend_string *serialize_php(zval *value)
{
	php_serialize_data_t seen;
	smart_str text = {0};

	PHP_VAR_SERIALIZE_INIT(seen);
	php_var_serialize(&text, value, &seen);
	PHP_VAR_SERIALIZE_DESTROY(seen);
	if (EG(exception) || !text.s) {
		smart_str_free(&text);
		return NULL;
	}
	return smart_str_extract(&text);
}

static bool unserialize_php(const zend_string *bytes, zval *value)
{
	const unsigned char *at = (const unsigned char *)ZSTR_VAL(bytes);
	php_unserialize_data_t seen;
	bool good;

	PHP_VAR_UNSERIALIZE_INIT(seen);
	good = php_var_unserialize(value, &at, at + ZSTR_LEN(bytes), &seen);
	PHP_VAR_UNSERIALIZE_DESTROY(seen); /* calls __wakeup and __unserialize: the value may change */
	return good;
}

/* --- json ------------------------------------------------------------------------------------- */

#if PHP_VERSION_ID >= 80600
#define LAST_JSON_ERROR JSON_G(error_details).code
#else
#define LAST_JSON_ERROR JSON_G(error_code)
#endif

/* PHP's encoder turns infinity into 0 and returns success, but sets the error code of
 * json_last_error(). */
static zend_string *serialize_json(zval *value)
{
	smart_str text = {0};
	bool good = php_json_encode_ex(&text, value, 0, PHP_JSON_PARSER_DEFAULT_DEPTH) == SUCCESS
		&& LAST_JSON_ERROR == PHP_JSON_ERROR_NONE;

	if (!good || EG(exception) || !text.s) {
		smart_str_free(&text);
		return NULL;
	}
	return smart_str_extract(&text);
}

static bool unserialize_json(const zend_string *bytes, zval *value)
{
	return php_json_decode_ex(value, ZSTR_VAL(bytes), ZSTR_LEN(bytes), 0,
			   PHP_JSON_PARSER_DEFAULT_DEPTH)
		== SUCCESS;
}

static bool unserialize_json_array(const zend_string *bytes, zval *value)
{
	return php_json_decode_ex(value, ZSTR_VAL(bytes), ZSTR_LEN(bytes), PHP_JSON_OBJECT_AS_ARRAY,
			   PHP_JSON_PARSER_DEFAULT_DEPTH)
		== SUCCESS;
}

/* --- the table -------------------------------------------------------------------------------- */

#define ROW(name, number, type, with, serialize, unserialize, missing) \
	{ \
#name, MCHA_SERIALIZER_##number, MCHA_TYPE_##type, with, serialize, unserialize, missing \
	}

static const php_mcha_serializer serializers[] = {
	ROW(php, PHP, SERIALIZED, "", serialize_php, unserialize_php, NULL),
	ROW(igbinary, IGBINARY, IGBINARY, " with igbinary", php_mcha_serialize_igbinary,
		php_mcha_unserialize_igbinary, php_mcha_missing_igbinary),
	ROW(json, JSON, JSON, " with json", serialize_json, unserialize_json, NULL),
	ROW(json_array, JSON_ARRAY, JSON, " with json", serialize_json, unserialize_json_array, NULL),
	ROW(msgpack, MSGPACK, MSGPACK, " with msgpack", php_mcha_serialize_msgpack,
		php_mcha_unserialize_msgpack, php_mcha_missing_msgpack),
};

#define SERIALIZERS (sizeof(serializers) / sizeof(serializers[0]))

void php_mcha_serializers_find(void)
{
	php_mcha_foreign_serializers_find();
}

static zend_long first_that_is_there(void)
{
	return php_mcha_serializer_is_there(MCHA_SERIALIZER_IGBINARY) ? MCHA_SERIALIZER_IGBINARY
		: php_mcha_serializer_is_there(MCHA_SERIALIZER_MSGPACK)   ? MCHA_SERIALIZER_MSGPACK
																  : MCHA_SERIALIZER_PHP;
}

const php_mcha_serializer *php_mcha_serializer_by_number(zend_long number)
{
	size_t i;

	if (number == MCHA_SERIALIZER_AUTO) {
		number = first_that_is_there();
	}
	for (i = 0; i < SERIALIZERS; i++) {
		if (serializers[i].number == number) {
			return &serializers[i];
		}
	}
	return NULL;
}

const php_mcha_serializer *php_mcha_serializer_by_type(uint32_t type, zend_long chosen)
{
	const php_mcha_serializer *first = php_mcha_serializer_by_number(chosen);
	size_t i;

	if (first && first->type == type) {
		return first;
	}
	for (i = 0; i < SERIALIZERS; i++) {
		if (serializers[i].type == type) {
			return &serializers[i];
		}
	}
	return NULL;
}

const char *php_mcha_serializer_missing(const php_mcha_serializer *serializer)
{
	return serializer->missing ? serializer->missing() : NULL;
}

bool php_mcha_serializer_is_there(zend_long number)
{
	const php_mcha_serializer *serializer = php_mcha_serializer_by_number(number);

	return serializer && !php_mcha_serializer_missing(serializer);
}

zend_string *php_mcha_serializers_names(void)
{
	smart_str names = {0};
	size_t i;

	for (i = 0; i < SERIALIZERS; i++) {
		if (!php_mcha_serializer_missing(&serializers[i])) {
			smart_str_appends(&names, names.s ? ", " : "");
			smart_str_appends(&names, serializers[i].name);
		}
	}
	return smart_str_extract(&names);
}

/* --- common parts ----------------------------------------------------------------------------- */

/* PHP's serializer numbers the values that it visits, and nested calls from user code
 * (Serializable) continue the outer call's numbers. A value for the cache is not part of the outer
 * call's data: its back references would name other values, and would dangle when the outer call
 * follows them. serialize_lock keeps the calls apart. */
zend_string *php_mcha_serialize(const php_mcha_serializer *by, zval *value)
{
	unsigned apart = BG(serialize).level > 0;
	zend_string *bytes;
	zval held;

	ZVAL_COPY(&held, value); /* the value's own code may remove it from the caller's variable */
	BG(serialize_lock) += apart;
	bytes = by->serialize(&held);
	BG(serialize_lock) -= apart;
	zval_ptr_dtor(&held);
	if (!bytes && !EG(exception)) {
		php_error_docref(NULL, E_WARNING, "could not serialize value%s", by->with);
	}
	return bytes;
}

bool php_mcha_unserialize(const php_mcha_serializer *by, const zend_string *bytes, zval *value)
{
	const char *missing = php_mcha_serializer_missing(by);
	unsigned apart = BG(unserialize).level > 0;
	bool good;

	ZVAL_FALSE(value);
	if (missing) {
		php_error_docref(NULL, E_WARNING, "could not unserialize value, no %s support: %s",
			by->name, missing);
		return false;
	}
	BG(serialize_lock) += apart;
	good = by->unserialize(bytes, value);
	BG(serialize_lock) -= apart;
	if (good && Z_ISREF_P(value)) {
		zend_unwrap_reference(value); /* the value refers to itself */
	}
	if (good && !EG(exception)) {
		return true;
	}
	zval_ptr_dtor(value); /* the partly decoded value */
	ZVAL_FALSE(value);
	if (!EG(exception)) {
		php_error_docref(NULL, E_WARNING, "could not unserialize value%s", by->with);
	}
	return false;
}
