/* SPDX-License-Identifier: MIT */
/* mcha.compat=memcached: an application that was written for pecl memcached finds everything under that
 * extension's names: class, exception, session save handler, ini directives, the extension itself. */
#ifndef MCHA_GLUE_COMPAT_H
#define MCHA_GLUE_COMPAT_H

#include "../php_mcha.h"

/* Starts the module "memcached" if mcha.compat asks for it, when all of McHA's own has been registered. register_sessions
 * makes the session save handler known under pecl memcached's name; NULL: there is none. FAILURE, with an error that
 * says what to do, if the real extension is loaded. */
zend_result php_mcha_compat_start(void (*register_sessions)(void));

#endif
