/* SPDX-License-Identifier: MIT */
/* The McHA object, and the frame that every method works in. */
#ifndef MCHA_GLUE_OBJECT_H
#define MCHA_GLUE_OBJECT_H

#include "client.h"

typedef struct php_mcha_object {
	php_mcha_client *client; /* NULL: not constructed. Owned, unless persistent */
	bool persistent;
	bool pristine;
	php_mcha_result result;
	zval failure_callback;   /* OPT_FAILURE_CALLBACK; undefined: none */
	zend_object std;         /* last, as Zend wants it */
} php_mcha_object;

static inline php_mcha_object *php_mcha_from_obj(zend_object *object)
{
	return (php_mcha_object *)((char *)object - XtOffsetOf(php_mcha_object, std));
}

void php_mcha_class_register(void);

/* The same once more, as pecl memcached's class and with its methods alone. */
void php_mcha_class_register_memcached(void);

/* The object behind $this; NULL with an Error thrown if its constructor has not run. */
php_mcha_object *php_mcha_this(zval *this);

/* The same, ready to ask servers: a pool that was given none takes mcha.servers. NULL with an
 * exception thrown if that makes no sense. Forgets the last result. */
php_mcha_object *php_mcha_ready(zval *this);

/* An operation has ended: keeps its result and tells the failure callback. */
void php_mcha_finish(php_mcha_object *object, mcha_status status);

/* A result that no node had a part in. */
static inline void php_mcha_set_status(php_mcha_object *object, mcha_status status)
{
	php_mcha_result_set_code(&object->result, php_mcha_result_code(status));
}

extern zend_class_entry *php_mcha_exception_ce;

#endif
