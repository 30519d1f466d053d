/* SPDX-License-Identifier: MIT */
/* The serializers, for values that are not scalars. igbinary and msgpack are other extensions: McHA
 * looks their C functions up in the modules that PHP has loaded, so McHA loads without these
 * extensions, and refuses the serializer with a message if the extension is missing. */
#ifndef MCHA_GLUE_SERIALIZERS_H
#define MCHA_GLUE_SERIALIZERS_H

#include "../../php_mcha.h"

typedef struct php_mcha_serializer {
	const char *name;
	zend_long number; /* MCHA_SERIALIZER_* */
	uint32_t type;    /* in the item's flags */
	const char *with; /* the end of warnings: " with igbinary" */
	/* NULL: the serializer failed, or an exception is pending. */
	zend_string *(*serialize)(zval *value);
	/* False: the serializer failed, or an exception is pending; the caller destroys the partly
	 * decoded value. */
	bool (*unserialize)(const zend_string *bytes, zval *value);
	/* Returns what is missing, or NULL if the serializer can be used. NULL: the serializer can
	 * always be used. */
	const char *(*missing)(void);
} php_mcha_serializer;

/* Looks up the other extensions' functions. To be called once, before the ini directives are
 * read. */
void php_mcha_serializers_find(void);

/* NULL: no such number. MCHA_SERIALIZER_AUTO, as pecl memcached's default, is the first of
 * igbinary, msgpack and php that can be used. */
const php_mcha_serializer *php_mcha_serializer_by_number(zend_long number);

/* The serializer that decodes items of this type: the chosen one if it has this type (json and
 * json_array share a type). NULL: none. */
const php_mcha_serializer *php_mcha_serializer_by_type(uint32_t type, zend_long chosen);

/* What is missing to use the serializer. NULL: nothing. */
const char *php_mcha_serializer_missing(const php_mcha_serializer *serializer);

/* For HAVE_*. */
bool php_mcha_serializer_is_there(zend_long number);

/* NULL or false: failed; value is then false, and either a warning has been given or an exception
 * is pending. */
zend_string *php_mcha_serialize(const php_mcha_serializer *by, zval *value);
bool php_mcha_unserialize(const php_mcha_serializer *by, const zend_string *bytes, zval *value);

/* The names of the serializers that can be used, for phpinfo(). The caller releases the string. */
zend_string *php_mcha_serializers_names(void);

#endif
