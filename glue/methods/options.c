/* SPDX-License-Identifier: MIT */
/* The methods that set and get options, and the one that checks a key by the options. */
#include "../option_table.h"

#include <libmemcached/memcached.h>

#include "../constants.h"
#include "../frame.h"

/* Class Memcached warns in pecl memcached's words. */
static void warn_as_memcached(const php_mcha_option *found, int code)
{
	const char *text = found ? found->refusal : NULL;

	if (!text) {
		php_error_docref(NULL, E_WARNING, "error setting memcached option: %s",
			php_mcha_result_text(code));
	} else if (*text) {
		php_error_docref(NULL, E_WARNING, "%s", text);
	}
}

static void describe_expected(const php_mcha_option *option, char *expected, size_t size)
{
	if (option->expected) {
		strlcpy(expected, option->expected, size);
	} else if (option->words) {
		php_mcha_words_list(option->words, expected, size);
		strlcat(expected, ", or its constant", size);
	} else if (option->most >= INT_MAX) {
		snprintf(expected, size, "a number from " ZEND_LONG_FMT " on", option->least);
	} else {
		snprintf(expected, size, "a number from " ZEND_LONG_FMT " to " ZEND_LONG_FMT, option->least,
			option->most);
	}
}

/* "most", 99, null, array */
static void describe_value(const zval *value, char *shown, size_t size)
{
	char *text;

	if (Z_TYPE_P(value) == IS_STRING) {
		text = php_mcha_printable(Z_STRVAL_P(value), Z_STRLEN_P(value));
		snprintf(shown, size, "\"%s\"", text);
		efree(text);
	} else if (Z_TYPE_P(value) == IS_LONG) {
		snprintf(shown, size, ZEND_LONG_FMT, Z_LVAL_P(value));
	} else if (Z_TYPE_P(value) == IS_TRUE || Z_TYPE_P(value) == IS_FALSE) {
		strlcpy(shown, Z_TYPE_P(value) == IS_TRUE ? "true" : "false", size);
	} else {
		strlcpy(shown, zend_zval_type_name(value), size);
	}
}

/* The name of the constant OPT_* with this number. */
static const char *option_name(zend_long number)
{
	zend_class_constant *constant;
	zend_string *name;

	ZEND_HASH_FOREACH_STR_KEY_PTR (&php_mcha_classes.mcha->constants_table, name, constant) {
		if (strncmp(ZSTR_VAL(name), "OPT_", strlen("OPT_")) == 0
			&& Z_TYPE(constant->value) == IS_LONG && Z_LVAL(constant->value) == number) {
			return ZSTR_VAL(name);
		}
	}
	ZEND_HASH_FOREACH_END();
	return "the option";
}

static void warn(const php_mcha_option *found, zend_long number, const zval *value)
{
	char expected[PHP_MCHA_WORDS_MAX + 32], shown[PHP_MCHA_PRINTABLE_MAX + 2];

	if (!found) {
		php_error_docref(NULL, E_WARNING,
			"there is no option " ZEND_LONG_FMT ": options are the class's constants "
			"OPT_*",
			number);
		return;
	}
	describe_expected(found, expected, sizeof(expected));
	describe_value(value, shown, sizeof(shown));
	php_error_docref(NULL, E_WARNING, "%s: invalid value %s, expected %s", option_name(number),
		shown, expected);
}

static bool refuse(php_mcha_object *object, const php_mcha_option *found, zend_long number,
	const zval *value, int code)
{
	bool told = EG(exception) || code == PHP_MCHA_OPTION_TOLD;

	php_mcha_result_set_code(&object->result,
		code == PHP_MCHA_OPTION_TOLD ? MEMCACHED_INVALID_ARGUMENTS : code);
	if (told) {
		return false;
	}
	if (php_mcha_is_memcached_object(object)
		&& !(found && found->number <= MCHA_OPT_ALLOW_FAILOVER)) {
		warn_as_memcached(found, code);
	} else {
		warn(found, number, value);
	}
	return false;
}

/* As in pecl memcached, its own options leave the last result alone, and so do libmemcached's
 * options if the value is the one that they had before. */
static bool tells(const php_mcha_object *object, const php_mcha_option *found, const zval *before)
{
	zval after;

	if (found->number < 0) {
		return found->number <= MCHA_OPT_ALLOW_FAILOVER;
	}
	found->read(object, found, &after); /* all options of libmemcached are numbers */
	return Z_LVAL(after) != Z_LVAL_P(before);
}

/* True: with this option's value the client had two settings that exclude each other, and has the
 * former values again. */
static bool takes_back_excluded(php_mcha_client *client, const mcha_settings *before)
{
	if (!php_mcha_is_excluded_pair(client->settings.read_policy, client->settings.zone_writes)) {
		return false;
	}
	client->settings.read_policy = before->read_policy;
	client->settings.zone_writes = before->zone_writes;
	php_error_docref(NULL, E_WARNING, "%s", php_mcha_excluded_pair);
	return true;
}

static bool set_option(php_mcha_object *object, zend_long number, zval *value)
{
	const php_mcha_option *found = php_mcha_option_find(number);
	const mcha_settings settings = object->client->settings;
	zval before;
	int code = MEMCACHED_INVALID_ARGUMENTS;

	if (found) {
		ZVAL_NULL(&before);
		if (found->number >= 0) {
			found->read(object, found, &before);
		}
		php_mcha_changes(object);
		code = found->write(object, found, value);
	}
	if (code != MEMCACHED_SUCCESS) {
		return refuse(object, found, number, value, code);
	}
	if (takes_back_excluded(object->client, &settings)) {
		php_mcha_result_set_code(&object->result, MEMCACHED_INVALID_ARGUMENTS);
		return false;
	}
	php_mcha_client_apply(object->client);
	if (tells(object, found, &before)) {
		php_mcha_set_status(object, MCHA_STATUS_OK);
	}
	return true;
}

ZEND_METHOD(McHA, setOption)
{
	php_mcha_object *object;
	zend_long number;
	zval *value;

	ZEND_PARSE_PARAMETERS_START(2, 2)
	Z_PARAM_LONG(number)
	Z_PARAM_ZVAL(value)
	ZEND_PARSE_PARAMETERS_END();
	if (!(object = php_mcha_this(ZEND_THIS))) {
		return;
	}
	RETURN_BOOL(set_option(object, number, value));
}

static void refuse_name(const php_mcha_object *object, const zend_string *name)
{
	char *shown;

	if (php_mcha_is_memcached_object(object)) {
		php_error_docref(NULL, E_WARNING, "invalid configuration option");
		return;
	}
	shown = php_mcha_printable(ZSTR_VAL(name), ZSTR_LEN(name));
	php_error_docref(NULL, E_WARNING,
		"\"%s\" is not an option: options are the class's constants OPT_*", shown);
	efree(shown);
}

ZEND_METHOD(McHA, setOptions)
{
	php_mcha_object *object;
	zval *values, *value;
	zend_string *name;
	zend_ulong number;
	bool good = true;

	ZEND_PARSE_PARAMETERS_START(1, 1)
	Z_PARAM_ARRAY(values)
	ZEND_PARSE_PARAMETERS_END();
	if (!(object = php_mcha_this(ZEND_THIS))) {
		return;
	}
	ZEND_HASH_FOREACH_KEY_VAL (Z_ARRVAL_P(values), number, name, value) {
		if (name) {
			refuse_name(object, name);
			good = false;
		} else if (!set_option(object, (zend_long)number, value)) {
			good = false;
		}
	}
	ZEND_HASH_FOREACH_END();
	RETURN_BOOL(good);
}

ZEND_METHOD(McHA, getOption)
{
	php_mcha_object *object;
	const php_mcha_option *found;
	zend_long number;

	ZEND_PARSE_PARAMETERS_START(1, 1)
	Z_PARAM_LONG(number)
	ZEND_PARSE_PARAMETERS_END();
	if (!(object = php_mcha_this(ZEND_THIS))) {
		return;
	}
	found = php_mcha_option_find(number);
	if (!found) {
		php_mcha_set_status(object, MCHA_STATUS_INVALID);
		RETURN_FALSE;
	}
	if ((number == MEMCACHED_BEHAVIOR_SOCKET_SEND_SIZE
			|| number == MEMCACHED_BEHAVIOR_SOCKET_RECV_SIZE)
		&& !mcha_pool_member_count(object->client->pool) && !object->declaration.count) {
		php_error_docref(NULL, E_WARNING, "no servers defined");
		/* libmemcached takes the value from a server's socket, and has none without a server */
		return;
	}
	found->read(object, found, return_value);
}

ZEND_METHOD(McHA, checkKey)
{
	php_mcha_object *object;
	zend_string *key;
	php_mcha_key buffer;
	mcha_item item = {0};
	mcha_status status;

	ZEND_PARSE_PARAMETERS_START(1, 1)
	Z_PARAM_STR(key)
	ZEND_PARSE_PARAMETERS_END();
	if (!(object = php_mcha_this(ZEND_THIS))) {
		return;
	}
	php_mcha_client_item(object->client, &item, key, NULL, &buffer);
	status = mcha_key_check(item.key, item.key_length);
	php_mcha_set_status(object, status);
	RETURN_BOOL(status == MCHA_STATUS_OK);
}
