/* SPDX-License-Identifier: MIT */
/* The ini directives: the globals that they fill, and which of them were changed at run time. */
#ifndef MCHA_GLUE_INI_H
#define MCHA_GLUE_INI_H

#include "../php_mcha.h"

/* what, and the values of all directives that were changed at run time (those of sessions only
 * with_sessions): two signatures are equal only if these directives are. */
zend_string *php_mcha_ini_signature(const zend_string *what, bool with_sessions);

void php_mcha_ini_register(int module_number);
void php_mcha_ini_init_globals(zend_mcha_globals *globals);

#endif
