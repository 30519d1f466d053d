/* SPDX-License-Identifier: MIT */
/* The servers that the application names for an object, and the client with these servers that the
 * object gets. */
#ifndef MCHA_GLUE_DECLARATION_H
#define MCHA_GLUE_DECLARATION_H

#include "object.h"

/* addServer() and addServers(). False: the pool has no room for the servers. */
bool php_mcha_declare(php_mcha_object *object, const mcha_endpoint *servers, size_t count,
	bool by_list);

/* resetServerList(). */
void php_mcha_declare_none(php_mcha_object *object);

/* Gives the object the client that has the servers it was told, if it was told any. */
void php_mcha_declare_end(php_mcha_object *object);

void php_mcha_declaration_free(php_mcha_declaration *declaration);

#endif
