/* SPDX-License-Identifier: MIT */
/* What the methods on many keys have in common: their parameters. */
#ifndef MCHA_GLUE_MANY_H
#define MCHA_GLUE_MANY_H

#include "../object.h"

typedef struct php_mcha_many {
	zend_string *server_key; /* NULL: the form without one */
	HashTable *array;        /* keys, or key => value */
	zend_long number;        /* an expiration, a time or flags, as the method has it */
} php_mcha_many;

/* Parses [server key,] array[, number]. Returns the object, ready to ask servers; NULL: an
 * exception was thrown. */
php_mcha_object *php_mcha_many_parse(INTERNAL_FUNCTION_PARAMETERS, bool by_key,
	php_mcha_many *many);

#endif
