/* SPDX-License-Identifier: MIT */
/* Values: a table of types by item flags. Layout: pecl memcached 3 (see docs/design.md). */
#include "values.h"

#include "constants.h"
#include "ext/standard/php_var.h"
#include "zend_smart_str.h"

#include <zlib.h>

enum {
	TYPE_STRING,
	TYPE_LONG,
	TYPE_DOUBLE,
	TYPE_BOOL,
	TYPE_SERIALIZED,
	TYPE_IGBINARY,
	TYPE_JSON,
	TYPE_MSGPACK,
	TYPE_MASK = 15
};

enum {
	FLAG_COMPRESSED = 1 << 4,
	FLAG_ZLIB = 1 << 5,
	FLAG_FASTLZ = 1 << 6,
	FLAG_ZSTD = 1 << 7
};

/* --- receiving --------------------------------------------------------------------------------- */

/* Past memory_limit PHP leaves by longjmp, or, where its memory can say no, gives NULL and ends the
 * request after the call. There, whoever insists past twice the limit ends the whole process. */
static zend_string *try_string(size_t size)
{
#ifdef femalloc
	return zend_string_falloc(size, false, true);
#else
	return zend_string_alloc(size, 0);
#endif
}

static char *allocate_string(size_t size)
{
	zend_string *string = try_string(size);

	return string ? ZSTR_VAL(string) : NULL;
}

static void release_string(char *bytes)
{
	zend_string_release(php_mcha_value_string(bytes));
}

static char *resize_string(char *bytes, size_t size)
{
#ifdef femalloc
	zend_string *string = zend_string_frealloc(php_mcha_value_string(bytes), size, false, true);
#else
	zend_string *string = zend_string_realloc(php_mcha_value_string(bytes), size, 0);
#endif

	return string ? ZSTR_VAL(string) : NULL;
}

const mcha_allocator php_mcha_allocator = {allocate_string, release_string, resize_string};

/* --- compression: pecl memcached's frame is the original length, 4 bytes, then the stream ------- */

static void compress_payload(php_mcha_payload *payload, const php_mcha_value_rules *rules)
{
	uLongf room = compressBound(ZSTR_LEN(payload->bytes));
	uint32_t length = (uint32_t)ZSTR_LEN(payload->bytes);
	int level = rules->compression_level < 0 || rules->compression_level > 9
		? Z_DEFAULT_COMPRESSION : (int)rules->compression_level;
	zend_string *packed = try_string(sizeof(length) + room);

	if (!packed) {
		return;
	}
	memcpy(ZSTR_VAL(packed), &length, sizeof(length));
	if (compress2((Bytef *)ZSTR_VAL(packed) + sizeof(length), &room,
			(const Bytef *)ZSTR_VAL(payload->bytes), length, level) != Z_OK
		|| (double)room * rules->compression_factor > (double)length) {
		zend_string_efree(packed);
		return;
	}
	packed = zend_string_truncate(packed, sizeof(length) + room, 0);
	ZSTR_VAL(packed)[ZSTR_LEN(packed)] = '\0';
	zend_string_release(payload->bytes);
	payload->bytes = packed;
	payload->flags |= FLAG_COMPRESSED | FLAG_ZLIB;
}

static zend_string *inflate_payload(const zend_string *packed)
{
	uint32_t length;
	uLongf room;
	zend_string *bytes;

	if (ZSTR_LEN(packed) < sizeof(length)) {
		return NULL;
	}
	memcpy(&length, ZSTR_VAL(packed), sizeof(length));
	/* deflate reaches at most 1032:1, so a larger length is a broken frame and not worth its memory */
	if (length / 1032 > ZSTR_LEN(packed)) {
		return NULL;
	}
	room = length;
	bytes = try_string(length);
	if (!bytes) {
		return NULL;
	}
	if (uncompress((Bytef *)ZSTR_VAL(bytes), &room,
			(const Bytef *)ZSTR_VAL(packed) + sizeof(length),
			ZSTR_LEN(packed) - sizeof(length)) != Z_OK || room != length) {
		zend_string_efree(bytes);
		return NULL;
	}
	ZSTR_VAL(bytes)[length] = '\0';
	return bytes;
}

static bool uncompress_take(zend_string **bytes, uint32_t flags)
{
	zend_string *plain = NULL;

	if (flags & FLAG_ZLIB) {
		plain = inflate_payload(*bytes);
		if (!plain) {
			php_error_docref(NULL, E_WARNING, "could not decompress value");
		}
	} else {
		php_error_docref(NULL, E_WARNING, "could not decompress value: %s is not built in",
			flags & FLAG_FASTLZ ? "fastlz" : flags & FLAG_ZSTD ? "zstd" : "its compression");
	}
	zend_string_release(*bytes);
	*bytes = plain;
	return plain != NULL;
}

/* --- encoding ---------------------------------------------------------------------------------- */

/* The shortest form that reads back as the same number, as pecl memcached writes it. */
static zend_string *double_string(double number)
{
	smart_str text = {0};

	if (zend_isnan(number)) {
		return zend_string_init("NaN", 3, 0);
	}
	if (zend_isinf(number)) {
		return number > 0 ? zend_string_init("Infinity", 8, 0) : zend_string_init("-Infinity", 9, 0);
	}
	smart_str_append_double(&text, number, 17, false);
	smart_str_0(&text);
	return text.s;
}

/* The value's own code may take it out of the variable that it was given in: it is held. */
static zend_string *serialize_php(zval *value)
{
	php_serialize_data_t seen;
	smart_str text = {0};
	zval held;

	ZVAL_COPY(&held, value);
	PHP_VAR_SERIALIZE_INIT(seen);
	php_var_serialize(&text, &held, &seen);
	PHP_VAR_SERIALIZE_DESTROY(seen);
	zval_ptr_dtor(&held);
	if (EG(exception) || !text.s) {
		smart_str_free(&text);
		return NULL;
	}
	return smart_str_extract(&text);
}

static bool is_compressible(uint32_t type)
{
	return type == TYPE_STRING || type >= TYPE_SERIALIZED;
}

bool php_mcha_value_encode(zval *value, const php_mcha_value_rules *rules,
		php_mcha_payload *payload)
{
	ZVAL_DEREF(value);
	switch (Z_TYPE_P(value)) {
	case IS_STRING:
		*payload = (php_mcha_payload){zend_string_copy(Z_STR_P(value)), TYPE_STRING};
		break;
	case IS_LONG:
		*payload = (php_mcha_payload){zend_long_to_str(Z_LVAL_P(value)), TYPE_LONG};
		break;
	case IS_DOUBLE:
		*payload = (php_mcha_payload){double_string(Z_DVAL_P(value)), TYPE_DOUBLE};
		break;
	case IS_TRUE:
		*payload = (php_mcha_payload){zend_string_init("1", 1, 0), TYPE_BOOL};
		break;
	case IS_FALSE:
		*payload = (php_mcha_payload){ZSTR_EMPTY_ALLOC(), TYPE_BOOL};
		break;
	case IS_RESOURCE:
		return false; /* serialize() would make a 0 of it */
	default:
		*payload = (php_mcha_payload){serialize_php(value), TYPE_SERIALIZED};
	}
	if (!payload->bytes) {
		return false;
	}
	if (rules->compression && is_compressible(payload->flags) && ZSTR_LEN(payload->bytes)
		&& (zend_long)ZSTR_LEN(payload->bytes) >= rules->compression_threshold
		&& ZSTR_LEN(payload->bytes) <= MCHA_VALUE_MAX) {
		compress_payload(payload, rules);
	}
	if (rules->user_flags >= 0) {
		payload->flags |= (uint32_t)rules->user_flags << 16;
	}
	return true;
}

/* --- decoding ---------------------------------------------------------------------------------- */

static bool decode_string(zend_string *bytes, zval *value)
{
	ZVAL_STR(value, zend_string_copy(bytes));
	return true;
}

static bool decode_long(zend_string *bytes, zval *value)
{
	ZVAL_LONG(value, ZEND_STRTOL(ZSTR_VAL(bytes), NULL, 10));
	return true;
}

static bool decode_double(zend_string *bytes, zval *value)
{
	if (zend_string_equals_literal(bytes, "NaN")) {
		ZVAL_DOUBLE(value, ZEND_NAN);
	} else if (zend_string_equals_literal(bytes, "Infinity")) {
		ZVAL_DOUBLE(value, ZEND_INFINITY);
	} else if (zend_string_equals_literal(bytes, "-Infinity")) {
		ZVAL_DOUBLE(value, -ZEND_INFINITY);
	} else {
		ZVAL_DOUBLE(value, zend_strtod(ZSTR_VAL(bytes), NULL));
	}
	return true;
}

static bool decode_bool(zend_string *bytes, zval *value)
{
	ZVAL_BOOL(value, ZSTR_LEN(bytes) > 0 && ZSTR_VAL(bytes)[0] == '1');
	return true;
}

static bool decode_serialized(zend_string *bytes, zval *value)
{
	const unsigned char *at = (const unsigned char *)ZSTR_VAL(bytes);
	php_unserialize_data_t seen;
	bool good;

	ZVAL_FALSE(value);
	PHP_VAR_UNSERIALIZE_INIT(seen);
	good = php_var_unserialize(value, &at, at + ZSTR_LEN(bytes), &seen);
	PHP_VAR_UNSERIALIZE_DESTROY(seen);
	if (!good) {
		zval_ptr_dtor(value);
		ZVAL_FALSE(value);
		if (!EG(exception)) {
			php_error_docref(NULL, E_WARNING, "could not unserialize value");
		}
	}
	return good;
}

static const struct {
	bool (*decode)(zend_string *bytes, zval *value);
	const char *missing; /* what a build would need */
} types[TYPE_MASK + 1] = {
	[TYPE_STRING] = {decode_string, NULL},
	[TYPE_LONG] = {decode_long, NULL},
	[TYPE_DOUBLE] = {decode_double, NULL},
	[TYPE_BOOL] = {decode_bool, NULL},
	[TYPE_SERIALIZED] = {decode_serialized, NULL},
	[TYPE_IGBINARY] = {NULL, "igbinary"},
	[TYPE_JSON] = {NULL, "json"},
	[TYPE_MSGPACK] = {NULL, "msgpack"},
};

bool php_mcha_value_decode_take(zend_string *bytes, uint32_t flags, zval *value)
{
	uint32_t type = flags & TYPE_MASK;
	bool good = false;

	ZVAL_FALSE(value);
	if (flags & FLAG_COMPRESSED && !uncompress_take(&bytes, flags)) {
		return false;
	}
	if (types[type].decode) {
		good = types[type].decode(bytes, value);
	} else if (types[type].missing) {
		php_error_docref(NULL, E_WARNING, "could not unserialize value: %s is not built in",
			types[type].missing);
	} else {
		php_error_docref(NULL, E_WARNING, "could not read value: unknown type %u in its flags", type);
	}
	zend_string_release(bytes);
	return good;
}

const char *php_mcha_value_serializers(void)
{
	return "php";
}
