/* SPDX-License-Identifier: MIT */
/* The readers and writers of options that are more than a field of the client, and what all readers
 * and writers stand on. */
#ifndef MCHA_GLUE_OPTION_VALUES_H
#define MCHA_GLUE_OPTION_VALUES_H

#include <libmemcached/memcached.h>

#include "../option_table.h"

/* The number that a value stands for. MEMCACHED_INVALID_ARGUMENTS: the option does not take this
 * value. */
int php_mcha_option_number(const php_mcha_option *self, zval *value, zend_long *number);

/* Declares the reader and the writer of an option. */
#define PHP_MCHA_OPTION_ACCESS(name) \
	void php_mcha_option_read_##name(const php_mcha_object *object, const php_mcha_option *self, \
		zval *value); \
	int php_mcha_option_write_##name(php_mcha_object *object, const php_mcha_option *self, \
		zval *value)

/* option_remembered.c */
PHP_MCHA_OPTION_ACCESS(connect_timeout);
PHP_MCHA_OPTION_ACCESS(ejection);
PHP_MCHA_OPTION_ACCESS(poll_timeout);
PHP_MCHA_OPTION_ACCESS(remembered);

/* An option that libmemcached no longer lets applications change. */
int php_mcha_option_write_deprecated(php_mcha_object *object, const php_mcha_option *self,
	zval *value);

/* option_tls.c */
PHP_MCHA_OPTION_ACCESS(tls);

/* option_values.c */
PHP_MCHA_OPTION_ACCESS(balanced);
PHP_MCHA_OPTION_ACCESS(failure_callback);
PHP_MCHA_OPTION_ACCESS(hedge_after);
PHP_MCHA_OPTION_ACCESS(local_zone);
PHP_MCHA_OPTION_ACCESS(near_cache_fresh);
PHP_MCHA_OPTION_ACCESS(placement);
PHP_MCHA_OPTION_ACCESS(prefix);
PHP_MCHA_OPTION_ACCESS(previous_servers);
PHP_MCHA_OPTION_ACCESS(receive_buffer);
PHP_MCHA_OPTION_ACCESS(send_buffer);
PHP_MCHA_OPTION_ACCESS(serializer);
PHP_MCHA_OPTION_ACCESS(user_flags);

#endif
