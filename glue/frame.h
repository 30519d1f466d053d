/* SPDX-License-Identifier: MIT */
/* The frame that every method works in: the object behind $this, ready to ask servers, and its
 * result. The frame knows the state of an object (object.h and the files that work on it), and no
 * method. */
#ifndef MCHA_GLUE_FRAME_H
#define MCHA_GLUE_FRAME_H

#include "object.h"

/* The classes whose objects the frame works with; class.c fills them in when it registers the
 * classes. */
typedef struct php_mcha_class_entries {
	zend_class_entry *mcha;
	zend_class_entry *mcha_exception;
	zend_class_entry *memcached; /* NULL: McHA does not stand in for pecl memcached */
	zend_class_entry *memcached_exception;
} php_mcha_class_entries;

extern php_mcha_class_entries php_mcha_classes;

/* The object is of class Memcached, and answers as pecl memcached does. */
bool php_mcha_is_memcached(zval *this);
bool php_mcha_is_memcached_object(const php_mcha_object *object);

/* The object behind $this. NULL with an Error thrown if its constructor has not run. */
php_mcha_object *php_mcha_this(zval *this);

/* The object behind $this, ready to ask servers: a pool without servers gets those of mcha.servers.
 * Forgets the last result. NULL with an exception thrown if the constructor has not run, or a
 * directive names no usable servers. */
php_mcha_object *php_mcha_ready(zval *this);

/* Adds the servers of a pool string to the client. False with an exception thrown, which begins
 * with the name of what has the string. */
bool php_mcha_add_servers(zval *this, php_mcha_client *client, const char *string, size_t length,
	const char *whose);

/* Ends an operation: keeps its result and tells the failure callback of nodes that failed. */
void php_mcha_finish(php_mcha_object *object, mcha_status status);

/* Calls back with the object and one argument more, which the caller still owns; ignores what the
 * callback returns. */
void php_mcha_call_back(zval *this, zend_fcall_info *fci, zend_fcall_info_cache *fcc,
	zval *argument);

#endif
