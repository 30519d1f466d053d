/* SPDX-License-Identifier: MIT */
/* Serializers: a table of what values that are no scalars are written with. igbinary and msgpack are
 * other extensions, called by their C functions and found among the modules that PHP has loaded: this
 * one loads without them, and says so when they are asked for. */
#ifndef MCHA_GLUE_SERIALIZERS_H
#define MCHA_GLUE_SERIALIZERS_H

#include "../../php_mcha.h"

typedef struct php_mcha_serializer {
	const char *name;
	zend_long number; /* MCHA_SERIALIZER_* */
	uint32_t type;    /* in the item's flags */
	const char *with; /* as warnings go on: " with igbinary" */
	/* NULL: it failed, or threw. */
	zend_string *(*serialize)(zval *value);
	/* False: it failed, or threw; what there is of the value is still to be destroyed. */
	bool (*unserialize)(const zend_string *bytes, zval *value);
	/* NULL: always there. Else what is missing; NULL if nothing is. */
	const char *(*missing)(void);
} php_mcha_serializer;

/* Finds the other extensions. Once, before the ini directives are read. */
void php_mcha_serializers_find(void);

/* NULL: no such number. MCHA_SERIALIZER_AUTO is the first that is there of igbinary, msgpack and
 * php, as pecl memcached's default. */
const php_mcha_serializer *php_mcha_serializer_by_number(zend_long number);

/* Who reads items of this type; the one that is chosen if it can (json and json_array share their
 * type). NULL: nobody. */
const php_mcha_serializer *php_mcha_serializer_by_type(uint32_t type, zend_long chosen);

/* NULL: nothing, it can be used. */
const char *php_mcha_serializer_missing(const php_mcha_serializer *serializer);

/* For HAVE_*. */
bool php_mcha_serializer_is_there(zend_long number);

/* Both warn, unless an exception says more. NULL, false: they could not; then value is false. */
zend_string *php_mcha_serialize(const php_mcha_serializer *by, zval *value);
bool php_mcha_unserialize(const php_mcha_serializer *by, const zend_string *bytes, zval *value);

/* Those that are there, as a line for phpinfo(); release it. */
zend_string *php_mcha_serializers_names(void);

#endif
