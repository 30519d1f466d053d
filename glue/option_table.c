/* SPDX-License-Identifier: MIT */
/* The table of all options, and those of them that are a field of the client. Options of
 * libmemcached for what McHA does in its own way are remembered and returned, and have no
 * effect. */
#include "option_table.h"

#include <libmemcached/memcached.h>

#include "constants.h"
#include "settings/option_values.h"

/* A field of the client or of its settings, as a number (or bool) in the user's unit. */
#define FIELD_OPTION(name, field, unit, give) \
	static void php_mcha_option_read_##name(const php_mcha_object *object, \
		const php_mcha_option *self, zval *value) \
	{ \
		give(value, (zend_long)(object->client->field / (unit))); \
	} \
	static int php_mcha_option_write_##name(php_mcha_object *object, const php_mcha_option *self, \
		zval *value) \
	{ \
		zend_long number; \
		int code = php_mcha_option_number(self, value, &number); \
		if (code == MEMCACHED_SUCCESS) { \
			object->client->field = number * (unit); \
		} \
		return code; \
	}

FIELD_OPTION(compression, values.compression, 1, ZVAL_BOOL)
FIELD_OPTION(compression_type, values.compression_type, 1, ZVAL_LONG)
FIELD_OPTION(compression_level, values.compression_level, 1, ZVAL_LONG)
FIELD_OPTION(store_retry_count, store_retry_count, 1, ZVAL_LONG)
FIELD_OPTION(item_size_limit, item_size_limit, 1, ZVAL_LONG)
FIELD_OPTION(allow_failover, settings.allow_failover, 1, ZVAL_BOOL)
FIELD_OPTION(write_quorum, settings.quorum, 1, ZVAL_LONG)
FIELD_OPTION(read_policy, settings.read_policy, 1, ZVAL_LONG)
FIELD_OPTION(zone_writes, settings.zone_writes, 1, ZVAL_LONG)
FIELD_OPTION(miss_failover, settings.miss_failover, 1, ZVAL_LONG)
FIELD_OPTION(read_repair, settings.read_repair, 1, ZVAL_BOOL)
FIELD_OPTION(failover_ttl, settings.failover_ttl, 1, ZVAL_LONG)
FIELD_OPTION(near_cache, near_cache, 1, ZVAL_LONG)
FIELD_OPTION(near_cache_ttl, near_cache_ttl, 1, ZVAL_LONG)
FIELD_OPTION(protocol, protocol, 1, ZVAL_LONG)
FIELD_OPTION(binary, binary, 1, ZVAL_LONG)
FIELD_OPTION(replicas, settings.replicas, 1, ZVAL_LONG)
FIELD_OPTION(operation_timeout, settings.operation_timeout, MCHA_USEC_PER_MSEC, ZVAL_LONG)
FIELD_OPTION(retry_interval, settings.retry_interval, MCHA_USEC_PER_SEC, ZVAL_LONG)
FIELD_OPTION(retry_interval_max, settings.retry_interval_max, MCHA_USEC_PER_SEC, ZVAL_LONG)
FIELD_OPTION(no_delay, settings.transport.no_delay, 1, ZVAL_LONG)
FIELD_OPTION(keepalive, settings.transport.keepalive, 1, ZVAL_LONG)

/* --- the table -------------------------------------------------------------------------------- */

#define OPTION(option, name, takes, ...) \
	{ \
		.number = option, .read = php_mcha_option_read_##name, \
		.write = php_mcha_option_write_##name, .kind = PHP_MCHA_OPTION_##takes, __VA_ARGS__ \
	}
#define BEHAVIOR(number, name, ...) OPTION(MEMCACHED_BEHAVIOR_##number, name, __VA_ARGS__)
#define BETWEEN(smallest, largest) .least = smallest, .most = largest
#define REMEMBERED_FLAG(number) BEHAVIOR(number, remembered, FLAG)
#define REMEMBERED(number, smallest, default) \
	BEHAVIOR(number, remembered, NUMBER, BETWEEN(smallest, INT_MAX), .initial = default)

static const php_mcha_option options[] = {
	OPTION(MCHA_OPT_COMPRESSION, compression, FLAG),
	OPTION(MCHA_OPT_COMPRESSION_TYPE, compression_type, NUMBER, .words = php_mcha_compression_words,
		.refusal = ""),
	OPTION(MCHA_OPT_COMPRESSION_LEVEL, compression_level, NUMBER, BETWEEN(INT_MIN, INT_MAX)),
	OPTION(MCHA_OPT_PREFIX_KEY, prefix, OTHER, .refusal = "bad key provided",
		.expected = "at most 127 bytes without spaces and control characters"),
	OPTION(MCHA_OPT_SERIALIZER, serializer, NUMBER, .words = php_mcha_serializer_words,
		.refusal = "invalid serializer provided"),
	OPTION(MCHA_OPT_USER_FLAGS, user_flags, NUMBER, BETWEEN(ZEND_LONG_MIN, 65535),
		.refusal = "MEMC_OPT_USER_FLAGS must be < 65535"),
	OPTION(MCHA_OPT_STORE_RETRY_COUNT, store_retry_count, NUMBER,
		BETWEEN(ZEND_LONG_MIN, ZEND_LONG_MAX)),
	OPTION(MCHA_OPT_ITEM_SIZE_LIMIT, item_size_limit, NUMBER, BETWEEN(0, ZEND_LONG_MAX),
		.refusal = "ITEM_SIZE_LIMIT must be >= 0"),

	OPTION(MCHA_OPT_ALLOW_FAILOVER, allow_failover, STRICT, BETWEEN(0, 1)),
	OPTION(MCHA_OPT_WRITE_QUORUM, write_quorum, STRICT, .words = php_mcha_quorum_words),
	OPTION(MCHA_OPT_READ_POLICY, read_policy, STRICT, .words = php_mcha_read_policy_words),
	OPTION(MCHA_OPT_MISS_FAILOVER, miss_failover, STRICT, .words = php_mcha_miss_failover_words),
	OPTION(MCHA_OPT_READ_REPAIR, read_repair, STRICT, BETWEEN(0, 1)),
	OPTION(MCHA_OPT_FAILOVER_TTL, failover_ttl, STRICT, BETWEEN(0, INT_MAX)),
	OPTION(MCHA_OPT_LOCAL_ZONE, local_zone, OTHER,
		.expected = "the name of a zone, at most 63 bytes"),
	OPTION(MCHA_OPT_PROTOCOL, protocol, STRICT, .words = php_mcha_protocol_words),
	OPTION(MCHA_OPT_FAILURE_CALLBACK, failure_callback, OTHER, .expected = "a callable, or null"),
	OPTION(MCHA_OPT_OPERATION_TIMEOUT, operation_timeout, STRICT, BETWEEN(1, INT_MAX)),
	OPTION(MCHA_OPT_HEDGE_AFTER, hedge_after, STRICT, BETWEEN(MCHA_HEDGE_AUTO, INT_MAX)),
	OPTION(MCHA_OPT_NEAR_CACHE, near_cache, STRICT, .words = php_mcha_near_cache_words),
	OPTION(MCHA_OPT_NEAR_CACHE_TTL, near_cache_ttl, STRICT, BETWEEN(1, INT_MAX)),
	OPTION(MCHA_OPT_NEAR_CACHE_FRESH, near_cache_fresh, OTHER,
		.expected = "a number of seconds from 0 on, fractions included"),
	OPTION(MCHA_OPT_ZONE_WRITES, zone_writes, STRICT, .words = php_mcha_zone_writes_words),
	OPTION(MCHA_OPT_PREVIOUS_SERVERS, previous_servers, OTHER),
	OPTION(MCHA_OPT_TLS, tls, OTHER,
		.expected = "an array with some of ca, certificate, key, passphrase, peer_name (strings), "
					"verify, verify_name (booleans), min_version (\"1.2\" or \"1.3\")"),

	BEHAVIOR(DISTRIBUTION, placement, NUMBER, BETWEEN(0, HASHING_MEMCACHE_CONSISTENT)),
	BEHAVIOR(HASH, placement, NUMBER, BETWEEN(0, MEMCACHED_HASH_CUSTOM - 1)),
	BEHAVIOR(KETAMA_WEIGHTED, placement, FLAG),
	BEHAVIOR(KETAMA_HASH, placement, NUMBER, BETWEEN(0, MEMCACHED_HASH_CUSTOM - 1)),
	BEHAVIOR(HASH_WITH_PREFIX_KEY, placement, FLAG),
	BEHAVIOR(SORT_HOSTS, placement, FLAG),

	BEHAVIOR(NUMBER_OF_REPLICAS, replicas, NUMBER, BETWEEN(0, MCHA_POOL_NODES_MAX)),
	BEHAVIOR(RANDOMIZE_REPLICA_READ, balanced, FLAG),
	BEHAVIOR(BINARY_PROTOCOL, binary, FLAG),
	BEHAVIOR(CONNECT_TIMEOUT, connect_timeout, NUMBER, BETWEEN(INT_MIN, INT_MAX)),
	BEHAVIOR(POLL_TIMEOUT, poll_timeout, NUMBER, BETWEEN(INT_MIN, INT_MAX)),
	BEHAVIOR(RETRY_TIMEOUT, retry_interval, NUMBER, BETWEEN(0, INT_MAX)),
	BEHAVIOR(DEAD_TIMEOUT, retry_interval_max, NUMBER, BETWEEN(0, INT_MAX)),
	BEHAVIOR(TCP_NODELAY, no_delay, FLAG),
	BEHAVIOR(TCP_KEEPALIVE, keepalive, FLAG),
	BEHAVIOR(SOCKET_SEND_SIZE, send_buffer, NUMBER, BETWEEN(0, INT_MAX)),
	BEHAVIOR(SOCKET_RECV_SIZE, receive_buffer, NUMBER, BETWEEN(0, INT_MAX)),

	REMEMBERED(SND_TIMEOUT, INT_MIN, 0),
	REMEMBERED(RCV_TIMEOUT, INT_MIN, 0),
	REMEMBERED(SERVER_FAILURE_LIMIT, 1, 5),
	REMEMBERED(SERVER_TIMEOUT_LIMIT, 0, 0),
	REMEMBERED_FLAG(BUFFER_REQUESTS),
	REMEMBERED_FLAG(NO_BLOCK),
	REMEMBERED_FLAG(NOREPLY),
	REMEMBERED_FLAG(USE_UDP),
	REMEMBERED_FLAG(VERIFY_KEY),
	BEHAVIOR(AUTO_EJECT_HOSTS, ejection, FLAG),
	BEHAVIOR(REMOVE_FAILED_SERVERS, ejection, FLAG),
	{
		.number = MEMCACHED_BEHAVIOR_CACHE_LOOKUPS,
		.read = php_mcha_option_read_remembered,
		.write = php_mcha_option_write_deprecated,
		.kind = PHP_MCHA_OPTION_OTHER,
		.initial = 1,
		.expected = "1: it cannot be changed",
	},
};

const php_mcha_option *php_mcha_option_find(zend_long number)
{
	size_t i;

	for (i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
		if (options[i].number == number) {
			return &options[i];
		}
	}
	return NULL;
}
