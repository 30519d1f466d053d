/* SPDX-License-Identifier: MIT */
/* Clients that outlive the request, by name. */
#ifndef MCHA_GLUE_PERSISTENT_H
#define MCHA_GLUE_PERSISTENT_H

#include "client.h"

void php_mcha_persistent_register(int module_number);

/* NULL: none is kept under this name. */
php_mcha_client *php_mcha_persistent_find(const zend_string *name);

/* Keeps a client that is fully configured; the process owns it from here on. */
void php_mcha_persistent_keep_take(const zend_string *name, php_mcha_client *client);

#endif
