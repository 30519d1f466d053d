/* SPDX-License-Identifier: MIT */
/* Lists of servers as ini directives, options and constructors take them. */
#ifndef MCHA_GLUE_SERVER_LIST_H
#define MCHA_GLUE_SERVER_LIST_H

#include "../engine/mcha_engine.h"
#include "../php_mcha.h"

/* Reads a pool string, or libmemcached's --SERVER= words; the caller frees *endpoints by free().
 * False: error says what is wrong. */
bool php_mcha_server_list_parse(const char *string, size_t length, mcha_endpoint **endpoints,
	size_t *count, char error[MCHA_POOL_STRING_ERROR_MAX]);

#endif
