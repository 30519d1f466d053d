/* SPDX-License-Identifier: MIT */
/* The process's list of persistent resources holds the clients; it ends them with the process. */
#include "persistent.h"

static int le_client;

static void end_client(zend_resource *resource)
{
	php_mcha_client_destroy(resource->ptr);
}

void php_mcha_persistent_register(int module_number)
{
	le_client = zend_register_list_destructors_ex(NULL, end_client, "McHA client", module_number);
}

php_mcha_client *php_mcha_persistent_find(const zend_string *name)
{
	zend_resource *resource = zend_hash_find_ptr(&EG(persistent_list), (zend_string *)name);

	return resource && resource->type == le_client ? resource->ptr : NULL;
}

void php_mcha_persistent_keep_take(const zend_string *name, php_mcha_client *client)
{
	zend_register_persistent_resource(ZSTR_VAL(name), ZSTR_LEN(name), client, le_client);
}
