/* SPDX-License-Identifier: MIT */
/* Options that are returned as they were set: those that only libmemcached heeds, and timeouts. */
#include "option_values.h"

static void remember(php_mcha_client *client, const php_mcha_option *self, zend_long number)
{
	client->remembered[self->number] = number;
	client->is_set |= UINT64_C(1) << self->number;
}

static bool is_remembered(const php_mcha_client *client, const php_mcha_option *self)
{
	return client->is_set >> self->number & 1;
}

void php_mcha_option_read_remembered(const php_mcha_object *object, const php_mcha_option *self,
	zval *value)
{
	ZVAL_LONG(value,
		is_remembered(object->client, self) ? object->client->remembered[self->number]
											: self->initial);
}

int php_mcha_option_write_remembered(php_mcha_object *object, const php_mcha_option *self,
	zval *value)
{
	zend_long number;
	int code = php_mcha_option_number(self, value, &number);

	if (code == MEMCACHED_SUCCESS) {
		remember(object->client, self, number);
	}
	return code;
}

bool php_mcha_option_is_no_reply(const php_mcha_client *client)
{
	return client->remembered[MEMCACHED_BEHAVIOR_NOREPLY] != 0;
}

/* libmemcached has one setting under two names. */
void php_mcha_option_read_ejection(const php_mcha_object *object, const php_mcha_option *self,
	zval *value)
{
	ZVAL_LONG(value, object->client->remembered[MEMCACHED_BEHAVIOR_AUTO_EJECT_HOSTS]);
}

int php_mcha_option_write_ejection(php_mcha_object *object, const php_mcha_option *self,
	zval *value)
{
	return php_mcha_option_number(self, value,
		&object->client->remembered[MEMCACHED_BEHAVIOR_AUTO_EJECT_HOSTS]);
}

/* An option that libmemcached no longer lets applications change. */
int php_mcha_option_write_deprecated(php_mcha_object *object, const php_mcha_option *self,
	zval *value)
{
	return zval_get_long(value) == self->initial ? MEMCACHED_SUCCESS : MEMCACHED_DEPRECATED;
}

/* --- timeouts --------------------------------------------------------------------------------- */

/* The timeout that a number of milliseconds stands for. 0: the directive's; less than 0, in
 * libmemcached "for ever": the longest that the settings can express. */
static mcha_usec meaning_of(zend_long number, zend_long directive)
{
	return (number < 0 ? INT_MAX : number ? number : directive) * MCHA_USEC_PER_MSEC;
}

/* Returns the number as it was given, unless the timeout has been changed by another option
 * since. */
static void read_timeout(const php_mcha_object *object, const php_mcha_option *self, zval *value,
	mcha_usec now, zend_long directive)
{
	zend_long given = object->client->remembered[self->number];

	ZVAL_LONG(value,
		is_remembered(object->client, self) && meaning_of(given, directive) == now
			? given
			: now / MCHA_USEC_PER_MSEC);
}

static int write_timeout(php_mcha_object *object, const php_mcha_option *self, zval *value,
	mcha_usec *field, zend_long directive)
{
	zend_long number;
	int code = php_mcha_option_number(self, value, &number);

	if (code == MEMCACHED_SUCCESS) {
		remember(object->client, self, number);
		*field = meaning_of(number, directive);
	}
	return code;
}

#define TIMEOUT_OPTION(name, field, directive) \
	void php_mcha_option_read_##name(const php_mcha_object *object, const php_mcha_option *self, \
		zval *value) \
	{ \
		read_timeout(object, self, value, object->client->settings.field, directive); \
	} \
	int php_mcha_option_write_##name(php_mcha_object *object, const php_mcha_option *self, \
		zval *value) \
	{ \
		return write_timeout(object, self, value, &object->client->settings.field, directive); \
	}

TIMEOUT_OPTION(poll_timeout, operation_timeout, MCHA_G(operation_timeout))
TIMEOUT_OPTION(connect_timeout, transport.connect_timeout, MCHA_G(connect_timeout))
