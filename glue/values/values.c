/* SPDX-License-Identifier: MIT */
/* Encodes and decodes values: scalars by a table of types, other values by the serializers, and
 * compresses both. The layout is pecl memcached 3's (see docs/architecture.md). Other clients may
 * have written the bytes: any bytes decode to a value, or give a warning and false. */
#include "values.h"

#include "compression.h"
#include "../constants.h"
#include "pecl_memcache_values.h"
#include "zend_smart_str.h"
#include "zend_strtod.h"

#include <errno.h>
#include <inttypes.h>

/* --- receiving -------------------------------------------------------------------------------- */

/* Beyond memory_limit PHP's allocator leaves by longjmp. A PHP with femalloc() returns NULL instead
 * and ends the request after the call; such a PHP ends the whole process when allocations exceed
 * twice the limit. */
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

/* --- compression ------------------------------------------------------------------------------ */

static void compress_payload(php_mcha_payload *payload, const php_mcha_value_rules *rules)
{
	const php_mcha_compression *by = php_mcha_compression_by_number((long)rules->compression_type);
	const zend_string *plain = payload->bytes;
	zend_string *packed;
	size_t room, size;

	if (!by) {
		return;
	}
	room = php_mcha_frame_room(by, ZSTR_LEN(plain));
	packed = try_string(room);
	if (!packed) {
		return;
	}
	size = php_mcha_frame_pack(by, ZSTR_VAL(packed), room, ZSTR_VAL(plain), ZSTR_LEN(plain),
		(long)rules->compression_level);
	if (!size
		|| (double)(size - PHP_MCHA_FRAME_HEAD) * rules->compression_factor
			>= (double)ZSTR_LEN(plain)) {
		zend_string_efree(packed);
		return;
	}
	packed = zend_string_truncate(packed, size, 0);
	ZSTR_VAL(packed)[size] = '\0';
	zend_string_release(payload->bytes);
	payload->bytes = packed;
	payload->flags |= PHP_MCHA_FLAG_COMPRESSED | by->flag;
}

bool php_mcha_fits_into_memory(size_t length)
{
	size_t used = zend_memory_usage(false);

	return PG(memory_limit) < 0
		|| (used < (size_t)PG(memory_limit) && length < (size_t)PG(memory_limit) - used);
}

/* NULL: the bytes are not what their flags or their frame announce, or the value is too large. */
static zend_string *uncompress(const zend_string *packed, const php_mcha_compression *by)
{
	zend_string *plain;
	size_t length;

	if (!php_mcha_frame_length(by, ZSTR_VAL(packed), ZSTR_LEN(packed), &length)
		|| !php_mcha_fits_into_memory(length)) {
		return NULL;
	}
	plain = try_string(length);
	if (!plain) {
		return NULL;
	}
	if (!php_mcha_frame_unpack(by, ZSTR_VAL(packed), ZSTR_LEN(packed), ZSTR_VAL(plain), length)) {
		zend_string_efree(plain);
		return NULL;
	}
	ZSTR_VAL(plain)[length] = '\0';
	return plain;
}

static bool uncompress_take(zend_string **bytes, uint32_t flags)
{
	const php_mcha_compression *by = php_mcha_compression_by_flags(flags);
	zend_string *plain = by && by->unpack ? uncompress(*bytes, by) : NULL;

	zend_string_release(*bytes);
	*bytes = plain;
	if (!plain && by && by->unpack) {
		php_error_docref(NULL, E_WARNING, "could not decompress value");
	} else if (!plain) {
		php_error_docref(NULL, E_WARNING,
			"could not decompress value: this build does not support %s",
			by ? by->name : "the compression in its flags");
	}
	return plain != NULL;
}

/* --- encoding --------------------------------------------------------------------------------- */

/* Writes a float as pecl memcached does, with the fewest digits that read back as the same number:
 * .1, 100000, 1e+15, 3e-05. The number is 0.digits times ten to the power of point. */
static void append_digits(smart_str *text, const char *digits, int count, int point)
{
	if (point <= -4 || point > count + 5) {
		smart_str_appendc(text, digits[0]);
		if (count > 1) {
			smart_str_append_printf(text, ".%s", digits + 1);
		}
		smart_str_append_printf(text, "e%c%02d", point > 0 ? '+' : '-', abs(point - 1));
		return;
	}
	if (point > 0) {
		smart_str_appendl(text, digits, MIN(count, point));
	}
	for (; point > count; point--) {
		smart_str_appendc(text, '0');
	}
	if (point < count) {
		smart_str_appendc(text, '.');
	}
	for (; point < 0; point++) {
		smart_str_appendc(text, '0');
	}
	if (point < count) {
		smart_str_appendl(text, digits + point, count - point);
	}
}

static zend_string *double_string(double number)
{
	smart_str text = {0};
	char *digits, *end;
	bool is_negative;
	int point;

	if (zend_isnan(number)) {
		return zend_string_init("NaN", 3, 0);
	}
	if (zend_isinf(number)) {
		return number > 0 ? zend_string_init("Infinity", 8, 0)
						  : zend_string_init("-Infinity", 9, 0);
	}
	digits = zend_dtoa(number, 0, 0, &point, &is_negative, &end);
	if (is_negative) {
		smart_str_appendc(&text, '-');
	}
	append_digits(&text, digits, (int)(end - digits), point);
	zend_freedtoa(digits);
	smart_str_0(&text);
	return text.s;
}

static bool is_compressible(uint32_t type)
{
	return type == MCHA_TYPE_STRING || type >= MCHA_TYPE_SERIALIZED;
}

bool php_mcha_value_encode(zval *value, const php_mcha_value_rules *rules,
	php_mcha_payload *payload)
{
	const php_mcha_serializer *by;

	ZVAL_DEREF(value);
	switch (Z_TYPE_P(value)) {
	case IS_STRING:
		*payload = (php_mcha_payload){zend_string_copy(Z_STR_P(value)), MCHA_TYPE_STRING};
		break;
	case IS_LONG:
		*payload = (php_mcha_payload){zend_long_to_str(Z_LVAL_P(value)), MCHA_TYPE_LONG};
		break;
	case IS_DOUBLE:
		*payload = (php_mcha_payload){double_string(Z_DVAL_P(value)), MCHA_TYPE_DOUBLE};
		break;
	case IS_TRUE:
		*payload = (php_mcha_payload){zend_string_init("1", 1, 0), MCHA_TYPE_BOOL};
		break;
	case IS_FALSE:
		*payload = (php_mcha_payload){ZSTR_EMPTY_ALLOC(), MCHA_TYPE_BOOL};
		break;
	case IS_RESOURCE:
		php_error_docref(NULL, E_WARNING, "could not serialize value: it is a resource");
		return false;
	default:
		by = php_mcha_serializer_by_number(rules->serializer);
		*payload = (php_mcha_payload){php_mcha_serialize(by, value), by->type};
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

void php_mcha_number(zval *value, uint64_t number)
{
	if (number <= ZEND_LONG_MAX) {
		ZVAL_LONG(value, (zend_long)number);
	} else {
		ZVAL_STR(value, zend_strpprintf(0, "%" PRIu64, number));
	}
}

/* --- decoding --------------------------------------------------------------------------------- */

static void decode_string(zend_string *bytes, zval *value)
{
	ZVAL_STR(value, zend_string_copy(bytes));
}

/* True: the number fits 64 bits, so a 64-bit PHP may have written it as an int, or a server may
 * have counted to it. */
static bool has_64_bits(const char *digits)
{
	errno = 0;
	*digits == '-' ? (void)strtoll(digits, NULL, 10) : (void)strtoull(digits, NULL, 10);
	return errno != ERANGE;
}

/* A 64-bit number that this PHP's int cannot hold stays a string. Anything else is decoded as pecl
 * memcached decodes it. */
static void decode_long(zend_string *bytes, zval *value)
{
	zend_long number;

	errno = 0;
	number = ZEND_STRTOL(ZSTR_VAL(bytes), NULL, 10);
	if (errno == ERANGE && has_64_bits(ZSTR_VAL(bytes))) {
		decode_string(bytes, value);
	} else {
		ZVAL_LONG(value, number);
	}
}

/* The spellings of pecl memcached, and of pecl memcache. */
static const struct {
	const char *word;
	double number;
} no_digits[] = {
	{"NaN", ZEND_NAN},
	{"Infinity", ZEND_INFINITY},
	{"-Infinity", -ZEND_INFINITY},
	{"NAN", ZEND_NAN},
	{"INF", ZEND_INFINITY},
	{"-INF", -ZEND_INFINITY},
};

static void decode_double(zend_string *bytes, zval *value)
{
	size_t i;

	for (i = 0; i < sizeof(no_digits) / sizeof(no_digits[0]); i++) {
		if (zend_binary_strcmp(ZSTR_VAL(bytes), ZSTR_LEN(bytes), no_digits[i].word,
				strlen(no_digits[i].word))
			== 0) {
			ZVAL_DOUBLE(value, no_digits[i].number);
			return;
		}
	}
	ZVAL_DOUBLE(value, zend_strtod(ZSTR_VAL(bytes), NULL));
}

static void decode_bool(zend_string *bytes, zval *value)
{
	ZVAL_BOOL(value, ZSTR_LEN(bytes) > 0 && ZSTR_VAL(bytes)[0] == '1');
}

/* The types that need no serializer. As in pecl memcached, any bytes decode to a value ("12 cats"
 * is 12). */
static void (*const scalars[])(zend_string *bytes, zval *value) = {
	[MCHA_TYPE_STRING] = decode_string,
	[MCHA_TYPE_LONG] = decode_long,
	[MCHA_TYPE_DOUBLE] = decode_double,
	[MCHA_TYPE_BOOL] = decode_bool,
};

bool php_mcha_value_decode_take(zend_string *bytes, uint32_t flags,
	const php_mcha_value_rules *rules, zval *value)
{
	const php_mcha_serializer *by;
	uint32_t type;
	bool good = true;

	ZVAL_FALSE(value);
	flags = php_mcha_memcache_flags(ZSTR_VAL(bytes), ZSTR_LEN(bytes), flags);
	type = flags & MCHA_TYPE_MASK;
	by = php_mcha_serializer_by_type(type, rules->serializer);
	if (flags & PHP_MCHA_FLAG_COMPRESSED && !uncompress_take(&bytes, flags)) {
		return false;
	}
	if (type < MCHA_TYPE_SERIALIZED) {
		scalars[type](bytes, value);
	} else if (by) {
		good = php_mcha_unserialize(by, bytes, value);
	} else {
		php_error_docref(NULL, E_WARNING, "could not read value: unknown type %u in its flags",
			type);
		good = false;
	}
	zend_string_release(bytes);
	return good;
}
