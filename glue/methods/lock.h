/* SPDX-License-Identifier: MIT */
/* Class McHALock: a lock as the application holds it, and its methods. */
#ifndef MCHA_GLUE_LOCK_H
#define MCHA_GLUE_LOCK_H

#include "../lock_handle.h"

typedef struct php_mcha_lock {
	php_mcha_lock_handle handle;
	zval owner;      /* the McHA that took it, which is told the results */
	zend_object std; /* last, as Zend wants it */
} php_mcha_lock;

void php_mcha_lock_class_register(zend_class_entry *ce);

/* An object that holds nothing yet. Whatever it is given to hold is given back when it ends,
 * however the request ends. Freed by OBJ_RELEASE(&lock->std). */
php_mcha_lock *php_mcha_lock_new(zval *owner);

#endif
