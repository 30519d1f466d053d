/* SPDX-License-Identifier: MIT */
/* PHP values to bytes with item flags, and back, in pecl memcached's format: the type in the flags'
 * bits 0-3, how it is compressed in bits 4-15, the user's own flags in bits 16-31. */
#ifndef MCHA_GLUE_VALUES_H
#define MCHA_GLUE_VALUES_H

#include "../../engine/mcha_engine.h"
#include "../../php_mcha.h"
#include "serializers.h"

/* Receives values straight into zend_strings. */
extern const mcha_allocator php_mcha_allocator;

/* The zend_string whose body the allocator gave out: the caller owns it from here on. */
static inline zend_string *php_mcha_value_string(char *bytes)
{
	return (zend_string *)(bytes - offsetof(zend_string, val));
}

typedef struct php_mcha_value_rules {
	zend_long serializer; /* MCHA_SERIALIZER_*, one that is there */
	bool compression;
	zend_long compression_type;
	zend_long compression_level;
	zend_long compression_threshold; /* bytes: shorter values are left alone */
	double compression_factor;       /* kept only if it makes the value that much smaller */
	zend_long user_flags;            /* -1: none */
} php_mcha_value_rules;

typedef struct php_mcha_payload {
	zend_string *bytes; /* release after use */
	uint32_t flags;
} php_mcha_payload;

/* A few bytes may announce many: better no value than the end of the request, or, where PHP has a
 * hard limit too, of the process. */
bool php_mcha_fits_into_memory(size_t length);

/* False: the serializer threw (the exception is pending) or failed (a warning says so). */
bool php_mcha_value_encode(zval *value, const php_mcha_value_rules *rules,
		php_mcha_payload *payload);

/* Takes the string over. Of the rules only the serializer counts: the flags say what it was written
 * with, but json's objects may be wanted as arrays. False: it cannot be decoded (a warning says why);
 * an exception thrown by the value's own code may be pending. */
bool php_mcha_value_decode_take(zend_string *bytes, uint32_t flags,
		const php_mcha_value_rules *rules, zval *value);

/* An int; in decimal, as a string, where PHP's ints do not reach (32-bit PHP: most tokens). */
void php_mcha_number(zval *value, uint64_t number);

static inline zend_long php_mcha_value_user_flags(uint32_t flags)
{
	return flags >> 16;
}

#endif
