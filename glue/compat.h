/* SPDX-License-Identifier: MIT */
/* mcha.compat=memcached: an application that was written for pecl memcached finds everything under that
 * extension's names: class, exception, session save handler, ini directives, the extension itself. */
#ifndef MCHA_GLUE_COMPAT_H
#define MCHA_GLUE_COMPAT_H

#include "../php_mcha.h"

/* While the module starts, when all of McHA's own has been registered. Does nothing unless it was
 * asked for. FAILURE, with an error that says what to do, if the real extension is there. */
zend_result php_mcha_compat_start(void);

#endif
