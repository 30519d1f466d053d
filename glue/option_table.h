/* SPDX-License-Identifier: MIT */
/* Options: numbers with a reader and a writer each, for setOption() and getOption(). */
#ifndef MCHA_GLUE_OPTION_TABLE_H
#define MCHA_GLUE_OPTION_TABLE_H

#include "settings/words.h"
#include "object.h"

typedef struct php_mcha_option php_mcha_option;

/* The values that an option takes. pecl memcached makes a number of any value, and so do its
 * options here; options that only McHA has refuse a value that is no number. */
typedef enum php_mcha_option_kind {
	PHP_MCHA_OPTION_FLAG,   /* any value: 1 or 0 */
	PHP_MCHA_OPTION_NUMBER, /* any value as a number, if that is in the range */
	PHP_MCHA_OPTION_STRICT, /* a number in the range, as such or in a string */
	PHP_MCHA_OPTION_OTHER   /* the option's writer decides */
} php_mcha_option_kind;

struct php_mcha_option {
	zend_long number;
	void (*read)(const php_mcha_object *object, const php_mcha_option *self, zval *value);
	/* MEMCACHED_*, or _TOLD */
	int (*write)(php_mcha_object *object, const php_mcha_option *self, zval *value);
	php_mcha_option_kind kind;
	const php_mcha_word *words; /* the names of its values, if they have any */
	zend_long least;            /* smallest number it takes */
	zend_long most;
	/* of options that are only remembered: the value until one is set */
	zend_long initial;
	/* pecl memcached's warning of a bad value; NULL: the result's words; "": none */
	const char *refusal;
	const char *expected; /* the values, for a warning; NULL: the words or the range */
};

/* A writer has refused the value and warned. */
#define PHP_MCHA_OPTION_TOLD (-1)

/* NULL: there is no option of this number. */
const php_mcha_option *php_mcha_option_find(zend_long number);

/* OPT_NOREPLY is set. */
bool php_mcha_option_is_no_reply(const php_mcha_client *client);

#endif
