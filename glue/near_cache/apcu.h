/* SPDX-License-Identifier: MIT */
/* APCu, the cache that the PHP processes of a host share. Each call looks APCu's PHP function up,
 * so that McHA loads without APCu. None of these functions runs code of the application: warnings
 * of APCu are suppressed, and the caller sees a failed store or no entry. */
#ifndef MCHA_GLUE_APCU_H
#define MCHA_GLUE_APCU_H

#include "../../php_mcha.h"

/* APCu is loaded and enabled (apc.enabled; on the command line apc.enable_cli). */
bool php_mcha_apcu_is_there(void);

/* The string under this name. The caller owns it and may change it. NULL: there is none. */
zend_string *php_mcha_apcu_fetch(zend_string *name);

/* The number under this name; 0: there is none. */
zend_long php_mcha_apcu_fetch_number(zend_string *name);

/* ttl is in seconds, 0: without end. False: APCu has no room. */
bool php_mcha_apcu_store(zend_string *name, zend_string *bytes, zend_long ttl);
bool php_mcha_apcu_store_number(zend_string *name, zend_long number, zend_long ttl);

/* Replaces the number `from` by `to`. False: the entry does not exist or has another number. */
bool php_mcha_apcu_swap_number(zend_string *name, zend_long from, zend_long to);

void php_mcha_apcu_delete(zend_string *name);

#endif
