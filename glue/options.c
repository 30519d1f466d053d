/* SPDX-License-Identifier: MIT */
/* The methods that set and get options, and the one that checks keys by them. */
#include "option_table.h"

#include <libmemcached/memcached.h>

#include "constants.h"

static bool refuse(php_mcha_object *object, const php_mcha_option *found, int code)
{
	const char *text = found ? found->refusal : NULL;

	php_mcha_result_set_code(&object->result, code);
	if (EG(exception) || (text && !*text)) {
		return false;
	}
	if (text) {
		php_error_docref(NULL, E_WARNING, "%s", text);
	} else {
		php_error_docref(NULL, E_WARNING, "error setting memcached option: %s",
			php_mcha_result_text(code));
	}
	return false;
}

/* pecl memcached's own options leave the last result alone, and libmemcached's do if they were set so
 * before. */
static bool tells(const php_mcha_object *object, const php_mcha_option *found, const zval *before)
{
	zval after;

	if (found->number < 0) {
		return found->number <= MCHA_OPT_ALLOW_FAILOVER;
	}
	found->read(object, found, &after); /* all of libmemcached's are numbers */
	return Z_LVAL(after) != Z_LVAL_P(before);
}

/* True: with this option's value the client would have two that exclude each other. */
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
		return refuse(object, found, code);
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
	ZEND_HASH_FOREACH_KEY_VAL(Z_ARRVAL_P(values), number, name, value) {
		if (name) {
			php_error_docref(NULL, E_WARNING, "invalid configuration option");
			good = false;
		} else if (!set_option(object, (zend_long)number, value)) {
			good = false;
		}
	} ZEND_HASH_FOREACH_END();
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
		&& !object->client->pool->member_count && !object->declaration.count) {
		php_error_docref(NULL, E_WARNING, "no servers defined");
		return; /* libmemcached asks a server's socket */
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
