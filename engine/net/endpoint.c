/* SPDX-License-Identifier: MIT */
/* A server's name for messages, and its identity for shared tables and placement. */
#include "endpoint.h"

#include <stdio.h>
#include <string.h>

#include "engine/base/fnv.h"
#include "engine/base/random.h"

bool mcha_endpoint_equal(const mcha_endpoint *a, const mcha_endpoint *b)
{
	return a->port == b->port && strcmp(a->host, b->host) == 0;
}

/* The port is hashed as two bytes behind a NUL, which no host name contains: so the end of one host
 * name cannot be mistaken for the port of another. */
uint64_t mcha_endpoint_id(const mcha_endpoint *endpoint)
{
	const char tail[3] = {'\0', (char)(endpoint->port >> 8), (char)(endpoint->port & 0xff)};
	uint64_t id = mcha_fnv1a(MCHA_FNV_START, endpoint->host, strlen(endpoint->host));

	id = mcha_mix64(mcha_fnv1a(id, tail, sizeof(tail)));
	return id ? id : 1;
}

void mcha_endpoint_name(const mcha_endpoint *endpoint, char *name)
{
	const char *format = strchr(endpoint->host, ':') ? "[%s]:%u" : "%s:%u";

	if (mcha_endpoint_is_unix(endpoint)) {
		snprintf(name, MCHA_ENDPOINT_NAME_MAX, "%s", endpoint->host);
	} else {
		snprintf(name, MCHA_ENDPOINT_NAME_MAX, format, endpoint->host, (unsigned)endpoint->port);
	}
}
