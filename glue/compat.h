/* SPDX-License-Identifier: MIT */
/* mcha.compat=memcached: an application that was written for pecl memcached finds everything under
 * the names of that extension: class, exception, session save handler, ini directives, the
 * extension itself. */
#ifndef MCHA_GLUE_COMPAT_H
#define MCHA_GLUE_COMPAT_H

#include "../php_mcha.h"

/* Starts the module "memcached" if mcha.compat asks for it; called when the module has registered
 * everything else. register_sessions registers the session save handler under pecl memcached's
 * name; NULL: this build has none. FAILURE, with an error that says what to do, if the real
 * extension is loaded. */
zend_result php_mcha_compat_start(void (*register_sessions)(void));

#endif
