/* SPDX-License-Identifier: MIT */
/* Encodes PHP values as bytes with item flags, and decodes them, in pecl memcached's format: bits
 * 0-3 of the flags are the type, bits 4-15 the compression, bits 16-31 the user's flags. */
#ifndef MCHA_GLUE_VALUES_H
#define MCHA_GLUE_VALUES_H

#include "../../engine/mcha_engine.h"
#include "../../php_mcha.h"
#include "serializers.h"

/* Allocates received values as zend_strings, so that they need not be copied. */
extern const mcha_allocator php_mcha_allocator;

/* The zend_string whose bytes the allocator returned; the caller owns the string. */
static inline zend_string *php_mcha_value_string(char *bytes)
{
	return (zend_string *)(bytes - offsetof(zend_string, val));
}

typedef struct php_mcha_value_rules {
	zend_long serializer; /* MCHA_SERIALIZER_*, one that can be used */
	bool compression;
	zend_long compression_type;
	zend_long compression_level;
	zend_long compression_threshold; /* bytes: shorter values are not compressed */
	/* a value is stored compressed only if it becomes smaller by this factor */
	double compression_factor;
	zend_long user_flags; /* -1: none */
} php_mcha_value_rules;

typedef struct php_mcha_payload {
	zend_string *bytes; /* release after use */
	uint32_t flags;
} php_mcha_payload;

/* False: an allocation of this length would exceed memory_limit. A few bytes can announce a huge
 * value; McHA refuses it instead of ending the request, or, where PHP has a hard limit, the
 * process. */
bool php_mcha_fits_into_memory(size_t length);

/* False: the serializer threw (the exception is pending) or failed (a warning has been given). */
bool php_mcha_value_encode(zval *value, const php_mcha_value_rules *rules,
	php_mcha_payload *payload);

/* Takes ownership of the string. Of the rules only the serializer is used: the flags name the
 * item's type, but json and json_array share a type. False: the bytes cannot be decoded (a warning
 * gives the reason). An exception of the value's own code may be pending. */
bool php_mcha_value_decode_take(zend_string *bytes, uint32_t flags,
	const php_mcha_value_rules *rules, zval *value);

/* Sets an int, or a decimal string if PHP's int cannot hold the number (in 32-bit PHP: most CAS
 * tokens). */
void php_mcha_number(zval *value, uint64_t number);

static inline zend_long php_mcha_value_user_flags(uint32_t flags)
{
	return flags >> 16;
}

#endif
