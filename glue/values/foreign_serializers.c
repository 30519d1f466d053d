/* SPDX-License-Identifier: MIT */
/* Looks up and calls the C functions of igbinary and msgpack. */
#include "foreign_serializers.h"

#include "zend_smart_str.h"
#ifdef HAVE_MCHA_IGBINARY
#include "ext/igbinary/igbinary.h"
#endif
#ifdef HAVE_MCHA_MSGPACK
#include "ext/msgpack/php_msgpack.h"
#endif

#if defined(HAVE_MCHA_IGBINARY) || defined(HAVE_MCHA_MSGPACK)
/* Finds a C function in the module that PHP has loaded under this name. NULL: no such module or
 * function. */
static void *find_function(const char *module_name, const char *function)
{
	const zend_module_entry *module = zend_hash_str_find_ptr(&module_registry, module_name,
		strlen(module_name));

#ifdef RTLD_DEFAULT
	return module ? DL_FETCH_SYMBOL(module->handle ? module->handle : RTLD_DEFAULT, function)
				  : NULL;
#else
	return module && module->handle ? (void *)DL_FETCH_SYMBOL(module->handle, function) : NULL;
#endif
}
#endif

/* Fails to compile if the other extension's header declares another type than the one that is
 * called below. */
#define IS_DECLARED_AS(function, type) _Generic(&(function), type : 1, default : 0)

/* --- igbinary --------------------------------------------------------------------------------- */

#ifdef HAVE_MCHA_IGBINARY
typedef int (*igbinary_serializer)(uint8_t **bytes, size_t *length, zval *value);
typedef int (*igbinary_unserializer)(const uint8_t *bytes, size_t length, zval *value);

_Static_assert(IS_DECLARED_AS(igbinary_serialize, igbinary_serializer), "igbinary_serialize()");
_Static_assert(IS_DECLARED_AS(igbinary_unserialize, igbinary_unserializer),
	"igbinary_unserialize()");

static igbinary_serializer call_igbinary_serialize;
static igbinary_unserializer call_igbinary_unserialize;

static void find_igbinary(void)
{
	call_igbinary_serialize = (igbinary_serializer)find_function("igbinary", "igbinary_serialize");
	call_igbinary_unserialize = (igbinary_unserializer)find_function("igbinary",
		"igbinary_unserialize");
}

zend_string *php_mcha_serialize_igbinary(zval *value)
{
	uint8_t *bytes = NULL;
	size_t length = 0;
	zend_string *text;

	if (call_igbinary_serialize(&bytes, &length, value) != 0) {
		return NULL;
	}
	text = EG(exception) ? NULL : zend_string_init((const char *)bytes, length, 0);
	efree(bytes);
	return text;
}

bool php_mcha_unserialize_igbinary(const zend_string *bytes, zval *value)
{
	return call_igbinary_unserialize((const uint8_t *)ZSTR_VAL(bytes), ZSTR_LEN(bytes), value) == 0;
}

const char *php_mcha_missing_igbinary(void)
{
	return call_igbinary_serialize && call_igbinary_unserialize
		? NULL
		: "the extension igbinary is not loaded";
}
#else
#define find_igbinary()

const char *php_mcha_missing_igbinary(void)
{
	return "this build does not support igbinary";
}
#endif

/* --- msgpack ---------------------------------------------------------------------------------- */

#ifdef HAVE_MCHA_MSGPACK
typedef void (*msgpack_serializer)(smart_str *text, zval *value);
typedef int (*msgpack_unserializer)(zval *value, char *bytes, size_t length);

_Static_assert(IS_DECLARED_AS(php_msgpack_serialize, msgpack_serializer),
	"php_msgpack_serialize()");
_Static_assert(IS_DECLARED_AS(php_msgpack_unserialize, msgpack_unserializer),
	"php_msgpack_unserialize()");

static msgpack_serializer call_msgpack_serialize;
static msgpack_unserializer call_msgpack_unserialize;

static void find_msgpack(void)
{
	call_msgpack_serialize = (msgpack_serializer)find_function("msgpack", "php_msgpack_serialize");
	call_msgpack_unserialize = (msgpack_unserializer)find_function("msgpack",
		"php_msgpack_unserialize");
}

zend_string *php_mcha_serialize_msgpack(zval *value)
{
	smart_str text = {0};

	call_msgpack_serialize(&text, value);
	if (EG(exception) || !text.s) {
		smart_str_free(&text);
		return NULL;
	}
	return smart_str_extract(&text);
}

/* msgpack would decode an empty string as null, without an error. */
bool php_mcha_unserialize_msgpack(const zend_string *bytes, zval *value)
{
	return ZSTR_LEN(bytes)
		&& call_msgpack_unserialize(value, (char *)ZSTR_VAL(bytes), ZSTR_LEN(bytes)) == SUCCESS;
}

const char *php_mcha_missing_msgpack(void)
{
	return call_msgpack_serialize && call_msgpack_unserialize
		? NULL
		: "the extension msgpack is not loaded";
}
#else
#define find_msgpack()

const char *php_mcha_missing_msgpack(void)
{
	return "this build does not support msgpack";
}
#endif

void php_mcha_foreign_serializers_find(void)
{
	find_igbinary();
	find_msgpack();
}
