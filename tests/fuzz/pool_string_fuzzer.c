/* SPDX-License-Identifier: MIT */
/* Any bytes as a pool string, and as the host of a server given in parts: what is accepted must
 * keep to its bounds and be read again as the same, what is refused must be explained. */
#include "engine/net/pool_string.h"
#include "fuzzer.h"

static void require_sound(const mcha_endpoint *endpoint)
{
	REQUIRE(memchr(endpoint->host, '\0', sizeof(endpoint->host)));
	REQUIRE(memchr(endpoint->zone, '\0', sizeof(endpoint->zone)));
	REQUIRE(endpoint->host[0] && endpoint->weight >= 1);
	REQUIRE(mcha_endpoint_is_unix(endpoint) == (endpoint->port == 0));
	REQUIRE(mcha_endpoint_id(endpoint) != 0);
}

static void require_explained(const char *error)
{
	REQUIRE(memchr(error, '\0', MCHA_POOL_STRING_ERROR_MAX) && error[0]);
}

/* The name of a node that came out of a pool string is a pool string of that node. */
static void require_readable_name(const mcha_endpoint *endpoint)
{
	char name[MCHA_ENDPOINT_NAME_MAX], error[MCHA_POOL_STRING_ERROR_MAX];
	mcha_endpoint *again;
	size_t count;

	mcha_endpoint_name(endpoint, name);
	REQUIRE(mcha_pool_string_parse(name, strlen(name), &again, &count, error));
	REQUIRE(count == 1 && mcha_endpoint_equal(endpoint, &again[0]));
	REQUIRE(mcha_endpoint_id(endpoint) == mcha_endpoint_id(&again[0]));
	free(again);
}

static void parse_string(const char *string, size_t size)
{
	char error[MCHA_POOL_STRING_ERROR_MAX];
	mcha_endpoint *endpoints;
	size_t count;

	memset(error, 'x', sizeof(error));
	if (!mcha_pool_string_parse(string, size, &endpoints, &count, error)) {
		require_explained(error);
		return;
	}
	for (size_t i = 0; i < count; i++) {
		require_sound(&endpoints[i]);
		if (!strchr(endpoints[i].host, ' ')) { /* a path's, and perhaps its last character */
			require_readable_name(&endpoints[i]);
		}
	}
	free(endpoints);
}

static void parse_parts(const char *host, size_t size)
{
	static const long ports[] = {11211, 0, -1, 65535, 65536};
	char error[MCHA_POOL_STRING_ERROR_MAX];
	mcha_endpoint endpoint;

	for (size_t i = 0; i < sizeof(ports) / sizeof(ports[0]); i++) {
		memset(error, 'x', sizeof(error));
		if (mcha_endpoint_set(&endpoint, host, size, ports[i], (long)i, error)) {
			require_sound(&endpoint);
		} else {
			require_explained(error);
		}
	}
}

/* A copy of its own, so that a byte read behind the end is noticed. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *string = malloc(size ? size : 1);

	memcpy(string, data, size);
	parse_string(string, size);
	parse_parts(string, size);
	free(string);
	return 0;
}
