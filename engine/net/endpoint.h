/* SPDX-License-Identifier: MIT */
/* A node as the configuration describes it: its address, weight, zone and role. */
#ifndef MCHA_ENGINE_ENDPOINT_H
#define MCHA_ENGINE_ENDPOINT_H

#include <stdbool.h>
#include <stdint.h>

#define MCHA_DEFAULT_PORT 11211
#define MCHA_HOST_MAX 255 /* a DNS name's longest form; a unix path is held to sun_path's 107 */
#define MCHA_ZONE_MAX 63
#define MCHA_WEIGHT_MAX 65535

typedef struct mcha_endpoint {
	char host[MCHA_HOST_MAX + 1]; /* name, IPv4, IPv6 without brackets, or absolute unix path */
	char zone[MCHA_ZONE_MAX + 1]; /* "": none */
	uint16_t port;                /* 0 for a unix socket */
	uint16_t weight;              /* at least 1 */
	/* role=backup: not the first home node of a key while the pool has other nodes */
	bool backup;
	bool tls;
} mcha_endpoint;

static inline bool mcha_endpoint_is_unix(const mcha_endpoint *endpoint)
{
	return endpoint->host[0] == '/';
}

/* Both are the same server: host and port are equal (weight, zone and role concern placement
 * only). */
bool mcha_endpoint_equal(const mcha_endpoint *a, const mcha_endpoint *b);

/* The server's identity in tables that processes share: a 64-bit hash of host and port, never 0. */
uint64_t mcha_endpoint_id(const mcha_endpoint *endpoint);

#define MCHA_ENDPOINT_NAME_MAX (MCHA_HOST_MAX + 10)

/* Writes "host:port", "[::1]:port" or the path into name[MCHA_ENDPOINT_NAME_MAX]. */
void mcha_endpoint_name(const mcha_endpoint *endpoint, char *name);

#endif
