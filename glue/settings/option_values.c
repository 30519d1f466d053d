/* SPDX-License-Identifier: MIT */
/* What a value means for an option, and the options that take it in a manner of their own. */
#include "option_values.h"

#include "../server_list.h"

static bool is_number(const zval *value)
{
	return Z_TYPE_P(value) != IS_ARRAY && Z_TYPE_P(value) != IS_OBJECT
		&& (Z_TYPE_P(value) != IS_STRING
			|| is_numeric_string(Z_STRVAL_P(value), Z_STRLEN_P(value), NULL, NULL, false));
}

int php_mcha_option_number(const php_mcha_option *self, zval *value, zend_long *number)
{
	ZVAL_DEREF(value);
	if (self->words && Z_TYPE_P(value) == IS_STRING
		&& php_mcha_word_find(self->words, Z_STRVAL_P(value), Z_STRLEN_P(value), number)) {
		return MEMCACHED_SUCCESS;
	}
	if (self->kind == PHP_MCHA_OPTION_STRICT && !is_number(value)) {
		return MEMCACHED_INVALID_ARGUMENTS;
	}
	*number = zval_get_long(value);
	if (self->kind == PHP_MCHA_OPTION_FLAG) {
		*number = *number != 0;
		return MEMCACHED_SUCCESS;
	}
	return (self->words ? php_mcha_word_of(self->words, *number) != NULL
						: *number >= self->least && *number <= self->most)
		? MEMCACHED_SUCCESS
		: MEMCACHED_INVALID_ARGUMENTS;
}

void php_mcha_option_read_hedge_after(const php_mcha_object *object, const php_mcha_option *self,
	zval *value)
{
	mcha_usec after = object->client->settings.hedge_after;

	ZVAL_LONG(value, after == MCHA_HEDGE_AUTO ? MCHA_HEDGE_AUTO : after / MCHA_USEC_PER_MSEC);
}

int php_mcha_option_write_hedge_after(php_mcha_object *object, const php_mcha_option *self,
	zval *value)
{
	zend_long number;
	int code = php_mcha_option_number(self, value, &number);

	if (code == MEMCACHED_SUCCESS) {
		object->client->settings.hedge_after = php_mcha_hedge_after(number);
	}
	return code;
}

void php_mcha_option_read_prefix(const php_mcha_object *object, const php_mcha_option *self,
	zval *value)
{
	ZVAL_STRINGL(value, object->client->prefix, object->client->prefix_length);
}

int php_mcha_option_write_prefix(php_mcha_object *object, const php_mcha_option *self, zval *value)
{
	zend_string *prefix = zval_get_string(value);
	bool good = !EG(exception)
		&& php_mcha_client_set_prefix(object->client, ZSTR_VAL(prefix), ZSTR_LEN(prefix));

	zend_string_release(prefix);
	return good ? MEMCACHED_SUCCESS : MEMCACHED_INVALID_ARGUMENTS;
}

void php_mcha_option_read_user_flags(const php_mcha_object *object, const php_mcha_option *self,
	zval *value)
{
	ZVAL_LONG(value, object->client->values.user_flags);
}

/* Any negative number is none. */
int php_mcha_option_write_user_flags(php_mcha_object *object, const php_mcha_option *self,
	zval *value)
{
	zend_long number;
	int code = php_mcha_option_number(self, value, &number);

	if (code == MEMCACHED_SUCCESS) {
		object->client->values.user_flags = MAX(number, -1);
	}
	return code;
}

void php_mcha_option_read_local_zone(const php_mcha_object *object, const php_mcha_option *self,
	zval *value)
{
	ZVAL_STRING(value, object->client->settings.local_zone);
}

int php_mcha_option_write_local_zone(php_mcha_object *object, const php_mcha_option *self,
	zval *value)
{
	zend_string *zone = zval_get_string(value);
	bool good = ZSTR_LEN(zone) <= MCHA_ZONE_MAX;

	if (good) {
		strlcpy(object->client->settings.local_zone, ZSTR_VAL(zone), MCHA_ZONE_MAX + 1);
	}
	zend_string_release(zone);
	return good ? MEMCACHED_SUCCESS : MEMCACHED_INVALID_ARGUMENTS;
}

void php_mcha_option_read_previous_servers(const php_mcha_object *object,
	const php_mcha_option *self, zval *value)
{
	ZVAL_STRING(value, object->client->previous ? object->client->previous : "");
}

int php_mcha_option_write_previous_servers(php_mcha_object *object, const php_mcha_option *self,
	zval *value)
{
	zend_string *string = zval_get_string(value);
	char error[MCHA_POOL_STRING_ERROR_MAX];
	mcha_endpoint *endpoints;
	size_t count;
	bool good = php_mcha_server_list_parse(ZSTR_VAL(string), ZSTR_LEN(string), &endpoints, &count,
		error);

	if (good) {
		free(endpoints);
		php_mcha_client_set_previous(object->client, ZSTR_VAL(string));
	} else {
		php_error_docref(NULL, E_WARNING, "OPT_PREVIOUS_SERVERS: %s", error);
	}
	zend_string_release(string);
	return good ? MEMCACHED_SUCCESS : PHP_MCHA_OPTION_TOLD;
}

void php_mcha_option_read_near_cache_fresh(const php_mcha_object *object,
	const php_mcha_option *self, zval *value)
{
	ZVAL_DOUBLE(value, (double)object->client->near_cache_fresh / MCHA_USEC_PER_SEC);
}

/* The only option that takes fractions. */
int php_mcha_option_write_near_cache_fresh(php_mcha_object *object, const php_mcha_option *self,
	zval *value)
{
	double seconds;

	ZVAL_DEREF(value);
	seconds = is_number(value) ? zval_get_double(value) : -1;
	if (!(seconds >= 0 && seconds <= INT_MAX)) {
		return MEMCACHED_INVALID_ARGUMENTS;
	}
	object->client->near_cache_fresh = (mcha_usec)(seconds * MCHA_USEC_PER_SEC);
	return MEMCACHED_SUCCESS;
}

void php_mcha_option_read_failure_callback(const php_mcha_object *object,
	const php_mcha_option *self, zval *value)
{
	if (Z_ISUNDEF(object->failure_callback)) {
		ZVAL_NULL(value);
	} else {
		ZVAL_COPY(value, &object->failure_callback);
	}
}

int php_mcha_option_write_failure_callback(php_mcha_object *object, const php_mcha_option *self,
	zval *value)
{
	zval former;

	ZVAL_DEREF(value);
	if (Z_TYPE_P(value) != IS_NULL && !zend_is_callable(value, 0, NULL)) {
		return MEMCACHED_INVALID_ARGUMENTS;
	}
	ZVAL_COPY_VALUE(&former, &object->failure_callback);
	if (Z_TYPE_P(value) == IS_NULL) {
		ZVAL_UNDEF(&object->failure_callback);
	} else {
		ZVAL_COPY(&object->failure_callback, value);
	}
	zval_ptr_dtor(&former);
	return MEMCACHED_SUCCESS;
}

void php_mcha_option_read_serializer(const php_mcha_object *object, const php_mcha_option *self,
	zval *value)
{
	ZVAL_LONG(value, object->client->values.serializer);
}

int php_mcha_option_write_serializer(php_mcha_object *object, const php_mcha_option *self,
	zval *value)
{
	const php_mcha_serializer *serializer;
	zend_long number;

	if (php_mcha_option_number(self, value, &number) != MEMCACHED_SUCCESS) {
		return MEMCACHED_INVALID_ARGUMENTS;
	}
	serializer = php_mcha_serializer_by_number(number);
	if (php_mcha_serializer_missing(serializer)) {
		php_error_docref(NULL, E_WARNING, "OPT_SERIALIZER: no %s support: %s", serializer->name,
			php_mcha_serializer_missing(serializer));
		return PHP_MCHA_OPTION_TOLD;
	}
	object->client->values.serializer = serializer->number;
	return MEMCACHED_SUCCESS;
}

void php_mcha_option_read_balanced(const php_mcha_object *object, const php_mcha_option *self,
	zval *value)
{
	ZVAL_LONG(value, object->client->settings.read_policy == MCHA_READ_BALANCED);
}

int php_mcha_option_write_balanced(php_mcha_object *object, const php_mcha_option *self,
	zval *value)
{
	object->client->settings.read_policy = zval_get_long(value) ? MCHA_READ_BALANCED
																: MCHA_READ_ORDERED;
	return MEMCACHED_SUCCESS;
}

void php_mcha_option_read_placement(const php_mcha_object *object, const php_mcha_option *self,
	zval *value)
{
	ZVAL_LONG(value,
		(zend_long)hashing_get(object->client->placement, (memcached_behavior_t)self->number));
}

int php_mcha_option_write_placement(php_mcha_object *object, const php_mcha_option *self,
	zval *value)
{
	zend_long number;

	return php_mcha_option_number(self, value, &number) == MEMCACHED_SUCCESS
			&& hashing_set(object->client->placement, (memcached_behavior_t)self->number,
				(uint64_t)number)
		? MEMCACHED_SUCCESS
		: MEMCACHED_INVALID_ARGUMENTS;
}

static int write_buffer(const php_mcha_option *self, zval *value, int *bytes)
{
	zend_long number;
	int code = php_mcha_option_number(self, value, &number);

	if (code == MEMCACHED_SUCCESS) {
		*bytes = (int)number;
	}
	return code;
}

#define BUFFER_OPTION(name) \
	void php_mcha_option_read_##name(const php_mcha_object *object, const php_mcha_option *self, \
		zval *value) \
	{ \
		ZVAL_LONG(value, object->client->settings.transport.name); \
	} \
	int php_mcha_option_write_##name(php_mcha_object *object, const php_mcha_option *self, \
		zval *value) \
	{ \
		return write_buffer(self, value, &object->client->settings.transport.name); \
	}

BUFFER_OPTION(send_buffer)
BUFFER_OPTION(receive_buffer)
