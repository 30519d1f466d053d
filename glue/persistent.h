/* SPDX-License-Identifier: MIT */
/* Clients that outlive the request. A name stands for a pool group: one client for each
 * configuration that was asked for under this name, the client used last in front.
 *
 *     name ---> pool group ---> [10.0.0.1, 10.0.0.2] ---> [10.0.0.3] ---> ...
 *
 * A client's users are its pool group and the objects that work with it; the last user to release
 * the client ends it. */
#ifndef MCHA_GLUE_PERSISTENT_H
#define MCHA_GLUE_PERSISTENT_H

#include "client.h"

typedef struct php_mcha_pool_group php_mcha_pool_group;

void php_mcha_persistent_register(int module_number);

/* The pool group of this name. Never NULL; a new group is empty. */
php_mcha_pool_group *php_mcha_pool_group_of(const zend_string *name);

/* The client used last; NULL: the group is empty. */
php_mcha_client *php_mcha_pool_group_last(const php_mcha_pool_group *group);

/* The client that was made from this pool string; the client that has these servers, in this order.
 * NULL: there is none. */
php_mcha_client *php_mcha_pool_group_by_origin(const php_mcha_pool_group *group,
	const zend_string *origin);
php_mcha_client *php_mcha_pool_group_by_servers(const php_mcha_pool_group *group,
	const mcha_endpoint *endpoints, size_t count);

/* Puts the client in front; a new client joins the group. The client unused for longest leaves a
 * group that is full. */
void php_mcha_pool_group_use(php_mcha_pool_group *group, php_mcha_client *client);

/* Notes that the request has made or changed this client. If the request ends badly, or before it
 * asked a server by this client, the client leaves its group: it may not be configured to the
 * end. */
void php_mcha_persistent_watch(php_mcha_client *client);

/* Called at the request's end, before its objects are freed. */
void php_mcha_persistent_end_request(void);

#endif
