/* SPDX-License-Identifier: MIT */
/* Options: a table of numbers with a reader and a writer each. What libmemcached has and McHA does
 * in its own way is remembered and given back, nothing more. */
#include "object.h"

#include "constants.h"
#include "ini.h"

typedef struct option option;

struct option {
	zend_long number;
	void (*read)(const php_mcha_object *object, const option *self, zval *value);
	bool (*write)(php_mcha_object *object, const option *self, zval *value);
	const php_mcha_word *words; /* the names of its values, if they have any */
	zend_long least;            /* smallest number it takes */
	zend_long most;
};

/* --- numbers and words ------------------------------------------------------------------------- */

/* A number in the option's range, or one of its words. False: neither. */
static bool number_of(const option *self, zval *value, zend_long *number)
{
	ZVAL_DEREF(value);
	if (self->words && Z_TYPE_P(value) == IS_STRING
		&& php_mcha_word_find(self->words, Z_STRVAL_P(value), Z_STRLEN_P(value), number)) {
		return true;
	}
	if (Z_TYPE_P(value) == IS_ARRAY || Z_TYPE_P(value) == IS_OBJECT
		|| (Z_TYPE_P(value) == IS_STRING
			&& !is_numeric_string(Z_STRVAL_P(value), Z_STRLEN_P(value), NULL, NULL, false))) {
		return false;
	}
	*number = zval_get_long(value);
	return self->words ? php_mcha_word_of(self->words, *number) != NULL
		: *number >= self->least && *number <= self->most;
}

#define MILLISECONDS MCHA_USEC_PER_MSEC
#define SECONDS MCHA_USEC_PER_SEC

/* A field of the client or of its settings, as a number (or bool) in the user's unit. */
#define FIELD_OPTION(name, field, unit, give) \
	static void read_##name(const php_mcha_object *object, const option *self, zval *value) \
	{ \
		give(value, (zend_long)(object->client->field / (unit))); \
	} \
	static bool write_##name(php_mcha_object *object, const option *self, zval *value) \
	{ \
		zend_long number; \
		bool good = number_of(self, value, &number); \
		if (good) { \
			object->client->field = number * (unit); \
		} \
		return good; \
	}

FIELD_OPTION(compression, values.compression, 1, ZVAL_BOOL)
FIELD_OPTION(compression_type, values.compression_type, 1, ZVAL_LONG)
FIELD_OPTION(compression_level, values.compression_level, 1, ZVAL_LONG)
FIELD_OPTION(user_flags, values.user_flags, 1, ZVAL_LONG)
FIELD_OPTION(store_retry_count, store_retry_count, 1, ZVAL_LONG)
FIELD_OPTION(item_size_limit, item_size_limit, 1, ZVAL_LONG)
FIELD_OPTION(allow_failover, settings.allow_failover, 1, ZVAL_BOOL)
FIELD_OPTION(write_quorum, settings.quorum, 1, ZVAL_LONG)
FIELD_OPTION(read_policy, settings.read_policy, 1, ZVAL_LONG)
FIELD_OPTION(miss_failover, settings.miss_failover, 1, ZVAL_LONG)
FIELD_OPTION(read_repair, settings.read_repair, 1, ZVAL_BOOL)
FIELD_OPTION(failover_ttl, settings.failover_ttl, 1, ZVAL_LONG)
FIELD_OPTION(protocol, protocol, 1, ZVAL_LONG)
FIELD_OPTION(binary, binary, 1, ZVAL_LONG)
FIELD_OPTION(replicas, settings.replicas, 1, ZVAL_LONG)
FIELD_OPTION(operation_timeout, settings.operation_timeout, MILLISECONDS, ZVAL_LONG)
FIELD_OPTION(connect_timeout, settings.transport.connect_timeout, MILLISECONDS, ZVAL_LONG)
FIELD_OPTION(retry_interval, settings.retry_interval, SECONDS, ZVAL_LONG)
FIELD_OPTION(retry_interval_max, settings.retry_interval_max, SECONDS, ZVAL_LONG)
FIELD_OPTION(no_delay, settings.transport.no_delay, 1, ZVAL_LONG)
FIELD_OPTION(keepalive, settings.transport.keepalive, 1, ZVAL_LONG)
FIELD_OPTION(send_buffer, settings.transport.send_buffer, 1, ZVAL_LONG)
FIELD_OPTION(receive_buffer, settings.transport.receive_buffer, 1, ZVAL_LONG)

/* --- options with a manner of their own --------------------------------------------------------- */

static void read_prefix(const php_mcha_object *object, const option *self, zval *value)
{
	ZVAL_STRINGL(value, object->client->prefix, object->client->prefix_length);
}

static bool write_prefix(php_mcha_object *object, const option *self, zval *value)
{
	zend_string *prefix = zval_get_string(value);
	bool good = !EG(exception)
		&& php_mcha_client_set_prefix(object->client, ZSTR_VAL(prefix), ZSTR_LEN(prefix));

	zend_string_release(prefix);
	return good;
}

static void read_local_zone(const php_mcha_object *object, const option *self, zval *value)
{
	ZVAL_STRING(value, object->client->settings.local_zone);
}

static bool write_local_zone(php_mcha_object *object, const option *self, zval *value)
{
	zend_string *zone = zval_get_string(value);
	bool good = ZSTR_LEN(zone) <= MCHA_ZONE_MAX;

	if (good) {
		strlcpy(object->client->settings.local_zone, ZSTR_VAL(zone), MCHA_ZONE_MAX + 1);
	}
	zend_string_release(zone);
	return good;
}

static void read_failure_callback(const php_mcha_object *object, const option *self, zval *value)
{
	if (Z_ISUNDEF(object->failure_callback)) {
		ZVAL_NULL(value);
	} else {
		ZVAL_COPY(value, &object->failure_callback);
	}
}

static bool write_failure_callback(php_mcha_object *object, const option *self, zval *value)
{
	zval former;

	ZVAL_DEREF(value);
	if (Z_TYPE_P(value) != IS_NULL && !zend_is_callable(value, 0, NULL)) {
		return false;
	}
	ZVAL_COPY_VALUE(&former, &object->failure_callback);
	if (Z_TYPE_P(value) == IS_NULL) {
		ZVAL_UNDEF(&object->failure_callback);
	} else {
		ZVAL_COPY(&object->failure_callback, value);
	}
	zval_ptr_dtor(&former);
	return true;
}

static void read_serializer(const php_mcha_object *object, const option *self, zval *value)
{
	ZVAL_LONG(value, object->client->values.serializer);
}

static bool write_serializer(php_mcha_object *object, const option *self, zval *value)
{
	const php_mcha_serializer *serializer;
	zend_long number;

	if (!number_of(self, value, &number)) {
		return false;
	}
	serializer = php_mcha_serializer_by_number(number);
	if (php_mcha_serializer_missing(serializer)) {
		php_error_docref(NULL, E_WARNING, "no %s support: %s", serializer->name,
			php_mcha_serializer_missing(serializer));
		return false;
	}
	object->client->values.serializer = serializer->number;
	return true;
}

static void read_balanced(const php_mcha_object *object, const option *self, zval *value)
{
	ZVAL_LONG(value, object->client->settings.read_policy == MCHA_READ_BALANCED);
}

static bool write_balanced(php_mcha_object *object, const option *self, zval *value)
{
	object->client->settings.read_policy = zend_is_true(value) ? MCHA_READ_BALANCED
		: MCHA_READ_ORDERED;
	return true;
}

static void read_placement(const php_mcha_object *object, const option *self, zval *value)
{
	ZVAL_LONG(value, (zend_long)hashing_get(object->client->placement,
		(memcached_behavior_t)self->number));
}

static bool write_placement(php_mcha_object *object, const option *self, zval *value)
{
	zend_long number;

	return number_of(self, value, &number) && hashing_set(object->client->placement,
		(memcached_behavior_t)self->number, (uint64_t)number);
}

static void read_remembered(const php_mcha_object *object, const option *self, zval *value)
{
	ZVAL_LONG(value, object->client->remembered[self->number]);
}

static bool write_remembered(php_mcha_object *object, const option *self, zval *value)
{
	return number_of(self, value, &object->client->remembered[self->number]);
}

/* --- the table --------------------------------------------------------------------------------- */

#define OPTION(number, name, ...) {number, read_##name, write_##name, __VA_ARGS__}
#define BEHAVIOR(number) MEMCACHED_BEHAVIOR_##number
#define PLACEMENT(number, most) OPTION(BEHAVIOR(number), placement, NULL, 0, most)
#define REMEMBERED(number) OPTION(BEHAVIOR(number), remembered, NULL, 0, INT_MAX)

static const option options[] = {
	OPTION(MCHA_OPT_COMPRESSION, compression, NULL, 0, 1),
	OPTION(MCHA_OPT_COMPRESSION_TYPE, compression_type, php_mcha_compression_words, 0, 0),
	OPTION(MCHA_OPT_COMPRESSION_LEVEL, compression_level, NULL, INT_MIN, INT_MAX),
	OPTION(MCHA_OPT_PREFIX_KEY, prefix, NULL, 0, 0),
	OPTION(MCHA_OPT_SERIALIZER, serializer, php_mcha_serializer_words, 0, 0),
	OPTION(MCHA_OPT_USER_FLAGS, user_flags, NULL, -1, 65535),
	OPTION(MCHA_OPT_STORE_RETRY_COUNT, store_retry_count, NULL, 0, INT_MAX),
	OPTION(MCHA_OPT_ITEM_SIZE_LIMIT, item_size_limit, NULL, 0, INT_MAX),

	OPTION(MCHA_OPT_ALLOW_FAILOVER, allow_failover, NULL, 0, 1),
	OPTION(MCHA_OPT_WRITE_QUORUM, write_quorum, php_mcha_quorum_words, 0, 0),
	OPTION(MCHA_OPT_READ_POLICY, read_policy, php_mcha_read_policy_words, 0, 0),
	OPTION(MCHA_OPT_MISS_FAILOVER, miss_failover, php_mcha_miss_failover_words, 0, 0),
	OPTION(MCHA_OPT_READ_REPAIR, read_repair, NULL, 0, 1),
	OPTION(MCHA_OPT_FAILOVER_TTL, failover_ttl, NULL, 0, INT_MAX),
	OPTION(MCHA_OPT_LOCAL_ZONE, local_zone, NULL, 0, 0),
	OPTION(MCHA_OPT_PROTOCOL, protocol, php_mcha_protocol_words, 0, 0),
	OPTION(MCHA_OPT_FAILURE_CALLBACK, failure_callback, NULL, 0, 0),
	OPTION(MCHA_OPT_OPERATION_TIMEOUT, operation_timeout, NULL, 1, INT_MAX),

	PLACEMENT(DISTRIBUTION, HASHING_MEMCACHE_CONSISTENT),
	PLACEMENT(HASH, MEMCACHED_HASH_CUSTOM - 1),
	PLACEMENT(KETAMA_WEIGHTED, 1),
	PLACEMENT(KETAMA_HASH, MEMCACHED_HASH_CUSTOM - 1),
	PLACEMENT(HASH_WITH_PREFIX_KEY, 1),
	PLACEMENT(SORT_HOSTS, 1),

	OPTION(BEHAVIOR(NUMBER_OF_REPLICAS), replicas, NULL, 0, MCHA_POOL_NODES_MAX),
	OPTION(BEHAVIOR(RANDOMIZE_REPLICA_READ), balanced, NULL, 0, 1),
	OPTION(BEHAVIOR(BINARY_PROTOCOL), binary, NULL, 0, 1),
	OPTION(BEHAVIOR(CONNECT_TIMEOUT), connect_timeout, NULL, 1, INT_MAX),
	OPTION(BEHAVIOR(POLL_TIMEOUT), operation_timeout, NULL, 1, INT_MAX),
	OPTION(BEHAVIOR(RETRY_TIMEOUT), retry_interval, NULL, 0, INT_MAX),
	OPTION(BEHAVIOR(DEAD_TIMEOUT), retry_interval_max, NULL, 0, INT_MAX),
	OPTION(BEHAVIOR(TCP_NODELAY), no_delay, NULL, 0, 1),
	OPTION(BEHAVIOR(TCP_KEEPALIVE), keepalive, NULL, 0, 1),
	OPTION(BEHAVIOR(SOCKET_SEND_SIZE), send_buffer, NULL, 0, INT_MAX),
	OPTION(BEHAVIOR(SOCKET_RECV_SIZE), receive_buffer, NULL, 0, INT_MAX),

	REMEMBERED(SND_TIMEOUT),
	REMEMBERED(RCV_TIMEOUT),
	REMEMBERED(BUFFER_REQUESTS),
	REMEMBERED(NO_BLOCK),
	REMEMBERED(NOREPLY),
	REMEMBERED(CACHE_LOOKUPS),
	REMEMBERED(VERIFY_KEY),
	REMEMBERED(SERVER_FAILURE_LIMIT),
	REMEMBERED(SERVER_TIMEOUT_LIMIT),
	REMEMBERED(AUTO_EJECT_HOSTS),
	REMEMBERED(REMOVE_FAILED_SERVERS),
};

static const option *find_option(zend_long number)
{
	size_t i;

	for (i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
		if (options[i].number == number) {
			return &options[i];
		}
	}
	return NULL;
}

/* --- methods ----------------------------------------------------------------------------------- */

static bool set_option(php_mcha_object *object, zend_long number, zval *value)
{
	const option *found = find_option(number);

	if (found && found->write(object, found, value)) {
		php_mcha_set_status(object, MCHA_STATUS_OK);
		php_mcha_client_apply(object->client);
		return true;
	}
	php_mcha_set_status(object, MCHA_STATUS_INVALID);
	if (!EG(exception)) {
		php_error_docref(NULL, E_WARNING, found
			? "error setting option " ZEND_LONG_FMT ": the value is not one that it takes"
			: "error setting option " ZEND_LONG_FMT ": there is no such option", number);
	}
	return false;
}

ZEND_METHOD(McHA, setOption)
{
	php_mcha_object *object;
	zend_long number;
	zval *value;

	ZEND_PARSE_PARAMETERS_START(2, 2)
		Z_PARAM_LONG(number)
		Z_PARAM_ZVAL(value)
	ZEND_PARSE_PARAMETERS_END();
	if (!(object = php_mcha_this(ZEND_THIS))) {
		return;
	}
	RETURN_BOOL(set_option(object, number, value));
}

ZEND_METHOD(McHA, setOptions)
{
	php_mcha_object *object;
	zval *values, *value;
	zend_string *name;
	zend_ulong number;
	bool good = true;

	ZEND_PARSE_PARAMETERS_START(1, 1)
		Z_PARAM_ARRAY(values)
	ZEND_PARSE_PARAMETERS_END();
	if (!(object = php_mcha_this(ZEND_THIS))) {
		return;
	}
	ZEND_HASH_FOREACH_KEY_VAL(Z_ARRVAL_P(values), number, name, value) {
		if (name) {
			php_mcha_set_status(object, MCHA_STATUS_INVALID);
			php_error_docref(NULL, E_WARNING,
				"invalid configuration option \"%s\": options are named by their constants",
				ZSTR_VAL(name));
			good = false;
		} else if (!set_option(object, (zend_long)number, value)) {
			good = false;
		}
	} ZEND_HASH_FOREACH_END();
	RETURN_BOOL(good);
}

ZEND_METHOD(McHA, getOption)
{
	php_mcha_object *object;
	const option *found;
	zend_long number;

	ZEND_PARSE_PARAMETERS_START(1, 1)
		Z_PARAM_LONG(number)
	ZEND_PARSE_PARAMETERS_END();
	if (!(object = php_mcha_this(ZEND_THIS))) {
		return;
	}
	found = find_option(number);
	if (!found) {
		php_mcha_set_status(object, MCHA_STATUS_INVALID);
		RETURN_FALSE;
	}
	php_mcha_set_status(object, MCHA_STATUS_OK);
	found->read(object, found, return_value);
}

ZEND_METHOD(McHA, checkKey)
{
	php_mcha_object *object;
	zend_string *key;
	php_mcha_key buffer;
	mcha_item item = {0};
	mcha_status status;

	ZEND_PARSE_PARAMETERS_START(1, 1)
		Z_PARAM_STR(key)
	ZEND_PARSE_PARAMETERS_END();
	if (!(object = php_mcha_this(ZEND_THIS))) {
		return;
	}
	php_mcha_client_item(object->client, &item, key, NULL, &buffer);
	status = mcha_key_check(item.key, item.key_length);
	php_mcha_set_status(object, status);
	RETURN_BOOL(status == MCHA_STATUS_OK);
}
