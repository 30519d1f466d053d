/* SPDX-License-Identifier: MIT */
/* Parses pool strings (mcha.servers, session.save_path, the constructor's third argument):
 *
 *   node *("," node), node = [tcp://|unix://|tls://]address[:port[:weight]][?name=value&...]
 *
 * Does no I/O and no name resolution. */
#ifndef MCHA_ENGINE_POOL_STRING_H
#define MCHA_ENGINE_POOL_STRING_H

#include <stddef.h>

#include "endpoint.h"

#define MCHA_POOL_STRING_ERROR_MAX 256

/* Stores the nodes in the order written: a malloc'ed array in *endpoints (the caller frees it),
 * their number in *count. Spaces around nodes and empty nodes ("a,,b", a trailing comma) are
 * skipped; a string without any node gives count 0. On a mistake returns false and sets neither;
 * error then says which part is wrong and what would be right. */
bool mcha_pool_string_parse(const char *string, size_t length, mcha_endpoint **endpoints,
	size_t *count, char error[MCHA_POOL_STRING_ERROR_MAX]);

/* Makes the same checks for a server given in parts: McHA::addServer(). host: a name, an address
 * (IPv6 with or without brackets), a path or unix://path (port is ignored then), with tcp:// or
 * tls:// in front or not. weight 0: the default, 1. The endpoint has no zone. */
bool mcha_endpoint_set(mcha_endpoint *endpoint, const char *host, size_t host_length, long port,
	long weight, char error[MCHA_POOL_STRING_ERROR_MAX]);

#endif
