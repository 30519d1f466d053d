/* SPDX-License-Identifier: MIT */
/* Options: numbers with a reader and a writer each, for setOption() and getOption(). */
#ifndef MCHA_GLUE_OPTION_TABLE_H
#define MCHA_GLUE_OPTION_TABLE_H

#include "ini.h"
#include "object.h"

typedef struct php_mcha_option php_mcha_option;

/* What values it takes. pecl memcached makes a number of whatever it is given, and so do its options
 * here; those that only McHA has do not take what is none. */
typedef enum php_mcha_option_kind {
	PHP_MCHA_OPTION_FLAG,   /* any value: 1 or 0 */
	PHP_MCHA_OPTION_NUMBER, /* any value as a number, if that is in the range */
	PHP_MCHA_OPTION_STRICT, /* a number in the range, as such or in a string */
	PHP_MCHA_OPTION_OTHER   /* its writer knows */
} php_mcha_option_kind;

struct php_mcha_option {
	zend_long number;
	void (*read)(const php_mcha_object *object, const php_mcha_option *self, zval *value);
	int (*write)(php_mcha_object *object, const php_mcha_option *self, zval *value); /* MEMCACHED_*, or _TOLD */
	php_mcha_option_kind kind;
	const php_mcha_word *words; /* the names of its values, if they have any */
	zend_long least;            /* smallest number it takes */
	zend_long most;
	zend_long initial;          /* of those that are remembered only */
	const char *refusal;        /* pecl memcached's warning of a bad value; NULL: the result's words; "": none */
	const char *expected;       /* what a warning says that it takes; NULL: its words or its range */
};

/* A writer has refused the value, and said why. */
#define PHP_MCHA_OPTION_TOLD (-1)

/* NULL: there is no option of this number. */
const php_mcha_option *php_mcha_option_find(zend_long number);

/* OPT_NOREPLY is set. */
bool php_mcha_option_is_no_reply(const php_mcha_client *client);

#endif
