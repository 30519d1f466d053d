/* SPDX-License-Identifier: MIT */
/* OPT_TLS: TLS's settings as an array. */
#include "option_values.h"

#include "../constants.h"

typedef enum { PART_PATH, PART_TEXT, PART_SECRET, PART_FLAG, PART_VERSION } part_kind;

static const struct {
	const char *name;
	part_kind kind;
	size_t offset; /* in mcha_tls_settings */
} parts[] = {
	{"ca", PART_PATH, offsetof(mcha_tls_settings, ca)},
	{"certificate", PART_PATH, offsetof(mcha_tls_settings, certificate)},
	{"key", PART_PATH, offsetof(mcha_tls_settings, key)},
	{"passphrase", PART_SECRET, offsetof(mcha_tls_settings, passphrase)},
	{"peer_name", PART_TEXT, offsetof(mcha_tls_settings, peer_name)},
	{"verify", PART_FLAG, offsetof(mcha_tls_settings, verify)},
	{"verify_name", PART_FLAG, offsetof(mcha_tls_settings, verify_name)},
	{"min_version", PART_VERSION, offsetof(mcha_tls_settings, only_1_3)},
};

#define PARTS (sizeof(parts) / sizeof(parts[0]))

void php_mcha_option_read_tls(const php_mcha_object *object, const php_mcha_option *self,
	zval *value)
{
	const char *settings = (const char *)php_mcha_client_tls(object->client);
	size_t i;

	(void)self;
	array_init(value);
	for (i = 0; i < PARTS; i++) {
		const char *field = settings + parts[i].offset;
		const bool is_set = *(const bool *)field;

		if (parts[i].kind == PART_FLAG) {
			add_assoc_bool(value, parts[i].name, is_set);
		} else if (parts[i].kind == PART_VERSION) {
			add_assoc_string(value, parts[i].name,
				php_mcha_word_of(php_mcha_tls_version_words,
					is_set ? MCHA_TLS_FROM_1_3 : MCHA_TLS_FROM_1_2));
		} else if (parts[i].kind != PART_SECRET) {
			add_assoc_string(value, parts[i].name, *(const char *const *)field);
		}
	}
}

/* False: the part does not take this value. The settings point into it. */
static bool take_text(part_kind kind, const zval *value, const char **field)
{
	if (Z_TYPE_P(value) != IS_STRING || strlen(Z_STRVAL_P(value)) != Z_STRLEN_P(value)
		|| (kind == PART_PATH && Z_STRLEN_P(value) && php_check_open_basedir(Z_STRVAL_P(value)))) {
		return false;
	}
	*field = Z_STRVAL_P(value);
	return true;
}

static bool take_version(const zval *value, bool *only_1_3)
{
	zend_long number;

	if (Z_TYPE_P(value) != IS_STRING
		|| !php_mcha_word_find(php_mcha_tls_version_words, Z_STRVAL_P(value), Z_STRLEN_P(value),
			&number)) {
		return false;
	}
	*only_1_3 = number == MCHA_TLS_FROM_1_3;
	return true;
}

static bool take_part(const zend_string *name, const zval *value, mcha_tls_settings *settings)
{
	size_t i;

	for (i = 0; name && i < PARTS; i++) {
		char *field = (char *)settings + parts[i].offset;

		if (strcmp(ZSTR_VAL(name), parts[i].name) != 0) {
			continue;
		}
		if (parts[i].kind == PART_VERSION) {
			return take_version(value, (bool *)field);
		}
		if (parts[i].kind != PART_FLAG) {
			return take_text(parts[i].kind, value, (const char **)field);
		}
		*(bool *)field = Z_TYPE_P(value) == IS_TRUE;
		return Z_TYPE_P(value) == IS_TRUE || Z_TYPE_P(value) == IS_FALSE;
	}
	return false;
}

int php_mcha_option_write_tls(php_mcha_object *object, const php_mcha_option *self, zval *value)
{
	mcha_tls_settings settings = *php_mcha_client_tls(object->client);
	zend_string *name;
	zval *part;

	(void)self;
	ZVAL_DEREF(value);
	if (Z_TYPE_P(value) != IS_ARRAY) {
		return MEMCACHED_INVALID_ARGUMENTS;
	}
	ZEND_HASH_FOREACH_STR_KEY_VAL (Z_ARRVAL_P(value), name, part) {
		ZVAL_DEREF(part);
		if (!take_part(name, part, &settings)) {
			return MEMCACHED_INVALID_ARGUMENTS;
		}
	}
	ZEND_HASH_FOREACH_END();
	php_mcha_client_set_tls(object->client, &settings);
	return MEMCACHED_SUCCESS;
}
