/* SPDX-License-Identifier: MIT */
/* The classes McHA, McHAException and McHALock. */
#ifndef MCHA_GLUE_CLASS_H
#define MCHA_GLUE_CLASS_H

#include "../php_mcha.h"

/* Registers the classes, when the module starts. */
void php_mcha_class_register(void);

/* Registers class McHA once more as pecl memcached's class, with the methods of that class alone,
 * and its exception. */
void php_mcha_class_register_memcached(void);

#endif
