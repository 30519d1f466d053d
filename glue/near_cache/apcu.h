/* SPDX-License-Identifier: MIT */
/* APCu, the cache that the PHP processes of a host share: called by its PHP functions, which are looked
 * up when they are needed, so that McHA loads without it. None of these runs anybody else's code: what
 * APCu complains about is forgotten, and it is as if it had kept nothing. */
#ifndef MCHA_GLUE_APCU_H
#define MCHA_GLUE_APCU_H

#include "../../php_mcha.h"

/* It is loaded and enabled (apc.enabled; on the command line apc.enable_cli). */
bool php_mcha_apcu_is_there(void);

/* The string under this name; the caller's own, to be changed and released. NULL: there is none. */
zend_string *php_mcha_apcu_fetch(zend_string *name);

/* The number under this name; 0: there is none. */
zend_long php_mcha_apcu_fetch_number(zend_string *name);

/* For so many seconds; 0: for ever. False: it has no room. */
bool php_mcha_apcu_store(zend_string *name, zend_string *bytes, zend_long ttl);
bool php_mcha_apcu_store_number(zend_string *name, zend_long number, zend_long ttl);

/* Puts one number in the place of the other. False: there was neither, or another. */
bool php_mcha_apcu_swap_number(zend_string *name, zend_long from, zend_long to);

void php_mcha_apcu_delete(zend_string *name);

#endif
