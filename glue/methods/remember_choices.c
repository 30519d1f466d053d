/* SPDX-License-Identifier: MIT */
/* Reads the options of McHA::remember(). */
#include "remember_choices.h"

#include "../frame.h"
#include "lock.h"

static const php_mcha_remember_choices defaults = {
	.stale_ttl = 0,
	.wait = 1,
	.early = 0,
	.lease_ttl = 10,
};

#define CHOICE(name, least) \
	{ \
#name, offsetof(php_mcha_remember_choices, name), least \
	}

static const struct {
	const char *name;
	size_t offset;
	double least;
} rows[] = {
	CHOICE(stale_ttl, 0),
	CHOICE(wait, 0),
	CHOICE(early, 0),
	CHOICE(lease_ttl, 1),
};

static void refuse_choice(const zend_string *name)
{
	char *shown = php_mcha_printable(name ? ZSTR_VAL(name) : "", name ? ZSTR_LEN(name) : 0);

	php_error_docref(NULL, E_WARNING,
		"unknown option \"%s\", expected stale_ttl, wait, early or lease_ttl", shown);
	efree(shown);
}

/* False: there is no such option, or the option does not take this value; a warning has said so. */
static bool take_choice(php_mcha_remember_choices *chosen, const zend_string *name,
	const zval *value)
{
	size_t i;

	for (i = 0; name && i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (strcmp(ZSTR_VAL(name), rows[i].name) == 0) {
			double number = Z_TYPE_P(value) == IS_LONG ? (double)Z_LVAL_P(value)
				: Z_TYPE_P(value) == IS_DOUBLE         ? Z_DVAL_P(value)
													   : -1;

			*(double *)((char *)chosen + rows[i].offset) = number;
			if (number >= rows[i].least && number <= PHP_MCHA_LOCK_TTL_MAX) {
				return true;
			}
			php_error_docref(NULL, E_WARNING,
				"option %s: expected a number of seconds from %d to %d", rows[i].name,
				(int)rows[i].least, PHP_MCHA_LOCK_TTL_MAX);
			return false;
		}
	}
	refuse_choice(name);
	return false;
}

bool php_mcha_remember_choices_take(php_mcha_remember_choices *chosen, HashTable *options,
	zend_long ttl)
{
	zend_string *name;
	zval *value;

	*chosen = defaults;
	ZEND_HASH_FOREACH_STR_KEY_VAL (options, name, value) {
		ZVAL_DEREF(value);
		if (!take_choice(chosen, name, value)) {
			return false;
		}
	}
	ZEND_HASH_FOREACH_END();
	if (ttl < 0 || (ttl && chosen->early >= (double)ttl)) {
		php_error_docref(NULL, E_WARNING,
			ttl < 0 ? "$ttl cannot be negative" : "option early must be less than $ttl");
		return false;
	}
	return true;
}
