/* SPDX-License-Identifier: MIT */
/* The serializers of other extensions, igbinary and msgpack, for the table of serializers: McHA
 * looks their C functions up in the modules that PHP has loaded. */
#ifndef MCHA_GLUE_FOREIGN_SERIALIZERS_H
#define MCHA_GLUE_FOREIGN_SERIALIZERS_H

#include "../../php_mcha.h"

/* Looks up the functions. To be called once. */
void php_mcha_foreign_serializers_find(void);

/* What is missing to call the functions below; NULL: nothing. */
const char *php_mcha_missing_igbinary(void);
const char *php_mcha_missing_msgpack(void);

/* See php_mcha_serializer. They are NULL if this build does not support the extension. */
#ifdef HAVE_MCHA_IGBINARY
zend_string *php_mcha_serialize_igbinary(zval *value);
bool php_mcha_unserialize_igbinary(const zend_string *bytes, zval *value);
#else
#define php_mcha_serialize_igbinary NULL
#define php_mcha_unserialize_igbinary NULL
#endif

#ifdef HAVE_MCHA_MSGPACK
zend_string *php_mcha_serialize_msgpack(zval *value);
bool php_mcha_unserialize_msgpack(const zend_string *bytes, zval *value);
#else
#define php_mcha_serialize_msgpack NULL
#define php_mcha_unserialize_msgpack NULL
#endif

#endif
