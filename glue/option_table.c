/* SPDX-License-Identifier: MIT */
/* Each option's reader and writer, and the table of all options. Options of libmemcached for what
 * McHA does in its own way are remembered and returned, and have no effect. */
#include "option_table.h"

#include <libmemcached/memcached.h>

#include "constants.h"
#include "server_list.h"

#define GOOD MEMCACHED_SUCCESS
#define REFUSED MEMCACHED_INVALID_ARGUMENTS

/* --- numbers and words ------------------------------------------------------------------------ */

static bool is_number(const zval *value)
{
	return Z_TYPE_P(value) != IS_ARRAY && Z_TYPE_P(value) != IS_OBJECT
		&& (Z_TYPE_P(value) != IS_STRING
			|| is_numeric_string(Z_STRVAL_P(value), Z_STRLEN_P(value), NULL, NULL, false));
}

/* REFUSED: the option does not take this value. */
static int number_of(const php_mcha_option *self, zval *value, zend_long *number)
{
	ZVAL_DEREF(value);
	if (self->words && Z_TYPE_P(value) == IS_STRING
		&& php_mcha_word_find(self->words, Z_STRVAL_P(value), Z_STRLEN_P(value), number)) {
		return GOOD;
	}
	if (self->kind == PHP_MCHA_OPTION_STRICT && !is_number(value)) {
		return REFUSED;
	}
	*number = zval_get_long(value);
	if (self->kind == PHP_MCHA_OPTION_FLAG) {
		*number = *number != 0;
		return GOOD;
	}
	return (self->words ? php_mcha_word_of(self->words, *number) != NULL
						: *number >= self->least && *number <= self->most)
		? GOOD
		: REFUSED;
}

#define MILLISECONDS MCHA_USEC_PER_MSEC
#define SECONDS MCHA_USEC_PER_SEC

/* A field of the client or of its settings, as a number (or bool) in the user's unit. */
#define FIELD_OPTION(name, field, unit, give) \
	static void read_##name(const php_mcha_object *object, const php_mcha_option *self, \
		zval *value) \
	{ \
		give(value, (zend_long)(object->client->field / (unit))); \
	} \
	static int write_##name(php_mcha_object *object, const php_mcha_option *self, zval *value) \
	{ \
		zend_long number; \
		int code = number_of(self, value, &number); \
		if (code == GOOD) { \
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
FIELD_OPTION(operation_timeout, settings.operation_timeout, MILLISECONDS, ZVAL_LONG)
FIELD_OPTION(retry_interval, settings.retry_interval, SECONDS, ZVAL_LONG)
FIELD_OPTION(retry_interval_max, settings.retry_interval_max, SECONDS, ZVAL_LONG)
FIELD_OPTION(no_delay, settings.transport.no_delay, 1, ZVAL_LONG)
FIELD_OPTION(keepalive, settings.transport.keepalive, 1, ZVAL_LONG)

/* --- remembering ------------------------------------------------------------------------------ */

static void remember(php_mcha_client *client, const php_mcha_option *self, zend_long number)
{
	client->remembered[self->number] = number;
	client->is_set |= UINT64_C(1) << self->number;
}

static bool is_remembered(const php_mcha_client *client, const php_mcha_option *self)
{
	return client->is_set >> self->number & 1;
}

static void read_remembered(const php_mcha_object *object, const php_mcha_option *self, zval *value)
{
	ZVAL_LONG(value,
		is_remembered(object->client, self) ? object->client->remembered[self->number]
											: self->initial);
}

static int write_remembered(php_mcha_object *object, const php_mcha_option *self, zval *value)
{
	zend_long number;
	int code = number_of(self, value, &number);

	if (code == GOOD) {
		remember(object->client, self, number);
	}
	return code;
}

bool php_mcha_option_is_no_reply(const php_mcha_client *client)
{
	return client->remembered[MEMCACHED_BEHAVIOR_NOREPLY] != 0;
}

/* libmemcached has one setting under two names. */
static void read_ejection(const php_mcha_object *object, const php_mcha_option *self, zval *value)
{
	ZVAL_LONG(value, object->client->remembered[MEMCACHED_BEHAVIOR_AUTO_EJECT_HOSTS]);
}

static int write_ejection(php_mcha_object *object, const php_mcha_option *self, zval *value)
{
	return number_of(self, value, &object->client->remembered[MEMCACHED_BEHAVIOR_AUTO_EJECT_HOSTS]);
}

/* An option that libmemcached no longer lets applications change. */
static int write_deprecated(php_mcha_object *object, const php_mcha_option *self, zval *value)
{
	return zval_get_long(value) == self->initial ? GOOD : MEMCACHED_DEPRECATED;
}

/* --- timeouts --------------------------------------------------------------------------------- */

/* The timeout that a number of milliseconds stands for. 0: the directive's; less than 0, in
 * libmemcached "for ever": the longest that the settings can express. */
static mcha_usec meaning_of(zend_long number, zend_long directive)
{
	return (number < 0 ? INT_MAX : number ? number : directive) * MILLISECONDS;
}

/* Returns the number as it was given, unless the timeout has been changed by another option
 * since. */
static void read_timeout(const php_mcha_object *object, const php_mcha_option *self, zval *value,
	mcha_usec now, zend_long directive)
{
	zend_long given = object->client->remembered[self->number];

	ZVAL_LONG(value,
		is_remembered(object->client, self) && meaning_of(given, directive) == now
			? given
			: now / MILLISECONDS);
}

static int write_timeout(php_mcha_object *object, const php_mcha_option *self, zval *value,
	mcha_usec *field, zend_long directive)
{
	zend_long number;
	int code = number_of(self, value, &number);

	if (code == GOOD) {
		remember(object->client, self, number);
		*field = meaning_of(number, directive);
	}
	return code;
}

#define TIMEOUT_OPTION(name, field, directive) \
	static void read_##name(const php_mcha_object *object, const php_mcha_option *self, \
		zval *value) \
	{ \
		read_timeout(object, self, value, object->client->settings.field, directive); \
	} \
	static int write_##name(php_mcha_object *object, const php_mcha_option *self, zval *value) \
	{ \
		return write_timeout(object, self, value, &object->client->settings.field, directive); \
	}

TIMEOUT_OPTION(poll_timeout, operation_timeout, MCHA_G(operation_timeout))
TIMEOUT_OPTION(connect_timeout, transport.connect_timeout, MCHA_G(connect_timeout))

static void read_hedge_after(const php_mcha_object *object, const php_mcha_option *self,
	zval *value)
{
	mcha_usec after = object->client->settings.hedge_after;

	ZVAL_LONG(value, after == MCHA_HEDGE_AUTO ? MCHA_HEDGE_AUTO : after / MILLISECONDS);
}

static int write_hedge_after(php_mcha_object *object, const php_mcha_option *self, zval *value)
{
	zend_long number;
	int code = number_of(self, value, &number);

	if (code == GOOD) {
		object->client->settings.hedge_after = php_mcha_hedge_after(number);
	}
	return code;
}

/* --- options with a manner of their own ------------------------------------------------------- */

static void read_prefix(const php_mcha_object *object, const php_mcha_option *self, zval *value)
{
	ZVAL_STRINGL(value, object->client->prefix, object->client->prefix_length);
}

static int write_prefix(php_mcha_object *object, const php_mcha_option *self, zval *value)
{
	zend_string *prefix = zval_get_string(value);
	bool good = !EG(exception)
		&& php_mcha_client_set_prefix(object->client, ZSTR_VAL(prefix), ZSTR_LEN(prefix));

	zend_string_release(prefix);
	return good ? GOOD : REFUSED;
}

static void read_user_flags(const php_mcha_object *object, const php_mcha_option *self, zval *value)
{
	ZVAL_LONG(value, object->client->values.user_flags);
}

/* Any negative number is none. */
static int write_user_flags(php_mcha_object *object, const php_mcha_option *self, zval *value)
{
	zend_long number;
	int code = number_of(self, value, &number);

	if (code == GOOD) {
		object->client->values.user_flags = MAX(number, -1);
	}
	return code;
}

static void read_local_zone(const php_mcha_object *object, const php_mcha_option *self, zval *value)
{
	ZVAL_STRING(value, object->client->settings.local_zone);
}

static int write_local_zone(php_mcha_object *object, const php_mcha_option *self, zval *value)
{
	zend_string *zone = zval_get_string(value);
	bool good = ZSTR_LEN(zone) <= MCHA_ZONE_MAX;

	if (good) {
		strlcpy(object->client->settings.local_zone, ZSTR_VAL(zone), MCHA_ZONE_MAX + 1);
	}
	zend_string_release(zone);
	return good ? GOOD : REFUSED;
}

static void read_previous_servers(const php_mcha_object *object, const php_mcha_option *self,
	zval *value)
{
	ZVAL_STRING(value, object->client->previous ? object->client->previous : "");
}

static int write_previous_servers(php_mcha_object *object, const php_mcha_option *self, zval *value)
{
	zend_string *string = zval_get_string(value);
	char error[MCHA_POOL_STRING_ERROR_MAX];
	mcha_endpoint *endpoints;
	size_t count;
	bool good = php_mcha_server_list_parse(ZSTR_VAL(string), ZSTR_LEN(string), &endpoints, &count,
		error);

	if (good) {
		free(endpoints);
		php_mcha_client_set_previous(object->client, ZSTR_VAL(string));
	} else {
		php_error_docref(NULL, E_WARNING, "OPT_PREVIOUS_SERVERS: %s", error);
	}
	zend_string_release(string);
	return good ? GOOD : PHP_MCHA_OPTION_TOLD;
}

static void read_near_cache_fresh(const php_mcha_object *object, const php_mcha_option *self,
	zval *value)
{
	ZVAL_DOUBLE(value, (double)object->client->near_cache_fresh / SECONDS);
}

/* The only option that takes fractions. */
static int write_near_cache_fresh(php_mcha_object *object, const php_mcha_option *self, zval *value)
{
	double seconds;

	ZVAL_DEREF(value);
	seconds = is_number(value) ? zval_get_double(value) : -1;
	if (!(seconds >= 0 && seconds <= INT_MAX)) {
		return REFUSED;
	}
	object->client->near_cache_fresh = (mcha_usec)(seconds * SECONDS);
	return GOOD;
}

static void read_failure_callback(const php_mcha_object *object, const php_mcha_option *self,
	zval *value)
{
	if (Z_ISUNDEF(object->failure_callback)) {
		ZVAL_NULL(value);
	} else {
		ZVAL_COPY(value, &object->failure_callback);
	}
}

static int write_failure_callback(php_mcha_object *object, const php_mcha_option *self, zval *value)
{
	zval former;

	ZVAL_DEREF(value);
	if (Z_TYPE_P(value) != IS_NULL && !zend_is_callable(value, 0, NULL)) {
		return REFUSED;
	}
	ZVAL_COPY_VALUE(&former, &object->failure_callback);
	if (Z_TYPE_P(value) == IS_NULL) {
		ZVAL_UNDEF(&object->failure_callback);
	} else {
		ZVAL_COPY(&object->failure_callback, value);
	}
	zval_ptr_dtor(&former);
	return GOOD;
}

static void read_serializer(const php_mcha_object *object, const php_mcha_option *self, zval *value)
{
	ZVAL_LONG(value, object->client->values.serializer);
}

static int write_serializer(php_mcha_object *object, const php_mcha_option *self, zval *value)
{
	const php_mcha_serializer *serializer;
	zend_long number;

	if (number_of(self, value, &number) != GOOD) {
		return REFUSED;
	}
	serializer = php_mcha_serializer_by_number(number);
	if (php_mcha_serializer_missing(serializer)) {
		php_error_docref(NULL, E_WARNING, "OPT_SERIALIZER: no %s support: %s", serializer->name,
			php_mcha_serializer_missing(serializer));
		return PHP_MCHA_OPTION_TOLD;
	}
	object->client->values.serializer = serializer->number;
	return GOOD;
}

static void read_balanced(const php_mcha_object *object, const php_mcha_option *self, zval *value)
{
	ZVAL_LONG(value, object->client->settings.read_policy == MCHA_READ_BALANCED);
}

static int write_balanced(php_mcha_object *object, const php_mcha_option *self, zval *value)
{
	object->client->settings.read_policy = zval_get_long(value) ? MCHA_READ_BALANCED
																: MCHA_READ_ORDERED;
	return GOOD;
}

static void read_placement(const php_mcha_object *object, const php_mcha_option *self, zval *value)
{
	ZVAL_LONG(value,
		(zend_long)hashing_get(object->client->placement, (memcached_behavior_t)self->number));
}

static int write_placement(php_mcha_object *object, const php_mcha_option *self, zval *value)
{
	zend_long number;

	return number_of(self, value, &number) == GOOD
			&& hashing_set(object->client->placement, (memcached_behavior_t)self->number,
				(uint64_t)number)
		? GOOD
		: REFUSED;
}

static int write_buffer(const php_mcha_option *self, zval *value, int *bytes)
{
	zend_long number;
	int code = number_of(self, value, &number);

	if (code == GOOD) {
		*bytes = (int)number;
	}
	return code;
}

#define BUFFER_OPTION(name) \
	static void read_##name(const php_mcha_object *object, const php_mcha_option *self, \
		zval *value) \
	{ \
		ZVAL_LONG(value, object->client->settings.transport.name); \
	} \
	static int write_##name(php_mcha_object *object, const php_mcha_option *self, zval *value) \
	{ \
		return write_buffer(self, value, &object->client->settings.transport.name); \
	}

BUFFER_OPTION(send_buffer)
BUFFER_OPTION(receive_buffer)

/* --- the table -------------------------------------------------------------------------------- */

#define OPTION(option, name, takes, ...) \
	{ \
		.number = option, .read = read_##name, .write = write_##name, \
		.kind = PHP_MCHA_OPTION_##takes, __VA_ARGS__ \
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
		.read = read_remembered,
		.write = write_deprecated,
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
