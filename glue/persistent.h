/* SPDX-License-Identifier: MIT */
/* Clients that outlive the request. What one name stands for is a group: one client for each
 * configuration that was asked for under it, the one used last in front.
 *
 *     name ---> group ---> [10.0.0.1, 10.0.0.2] ---> [10.0.0.3] ---> ...
 *
 * A client belongs to its group and to the objects that use it; the last one to leave ends it. */
#ifndef MCHA_GLUE_PERSISTENT_H
#define MCHA_GLUE_PERSISTENT_H

#include "client.h"

typedef struct php_mcha_pool_group php_mcha_pool_group;

void php_mcha_persistent_register(int module_number);

/* Never NULL; new ones are empty. */
php_mcha_pool_group *php_mcha_pool_group_of(const zend_string *name);

/* The client used last; NULL: there is none. */
php_mcha_client *php_mcha_pool_group_last(const php_mcha_pool_group *group);

/* The one that was made from this pool string; the one that has these servers, in this order. NULL:
 * there is none. */
php_mcha_client *php_mcha_pool_group_by_origin(const php_mcha_pool_group *group, const zend_string *origin);
php_mcha_client *php_mcha_pool_group_by_servers(const php_mcha_pool_group *group,
		const mcha_endpoint *endpoints, size_t count);

/* Puts the client in front; a new one joins the group. Old ones leave it when it becomes large. */
void php_mcha_pool_group_use(php_mcha_pool_group *group, php_mcha_client *client);

/* The request has made or changed this client: if it ends badly, or before anybody asked a server by
 * it, the client is forgotten, as nobody knows whether it was configured to the end. */
void php_mcha_persistent_watch(php_mcha_client *client);

/* At the request's end, before its objects are gone. */
void php_mcha_persistent_end_request(void);

#endif
