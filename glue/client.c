/* SPDX-License-Identifier: MIT */
/* Clients: made from the ini directives, changed by options, shared by the class and the
 * sessions. */
#include "client.h"

#include "../classic/classic_transport.h"
#include "constants.h"
#include "shared_tables.h"
#if PHP_VERSION_ID >= 80200
#include "ext/random/php_random.h"
#else
#include "ext/standard/php_random.h"
#endif

#if defined(LIBMEMCACHED_WITH_SASL_SUPPORT) && LIBMEMCACHED_WITH_SASL_SUPPORT
const bool php_mcha_client_has_sasl = true;
#else
const bool php_mcha_client_has_sasl = false;
#endif

/* What a protocol setting means: the transport that connections begin with, and the one that they
 * fall back to. */
static const struct {
	const mcha_transport *primary;
	const mcha_transport *fallback;
	bool detect;
} transports[] = {
	[MCHA_PROTOCOL_AUTO] = {&mcha_transport_meta, &mcha_transport_text, true},
	[MCHA_PROTOCOL_META] = {&mcha_transport_meta, NULL, true},
	[MCHA_PROTOCOL_TEXT] = {&mcha_transport_text, NULL, false},
	[MCHA_PROTOCOL_BINARY] = {&classic_binary, NULL, false},
};

/* Frameworks ask pecl memcached for the binary protocol out of habit. With mcha.compat McHA gives
 * them what they expect of that protocol over any other, except SASL. */
static bool wants_binary(const php_mcha_client *client)
{
	return client->binary && (!MCHA_G(compat) || client->username);
}

static zend_long protocol_of(const php_mcha_client *client)
{
	return client->protocol == MCHA_PROTOCOL_AUTO && wants_binary(client) ? MCHA_PROTOCOL_BINARY
																		  : client->protocol;
}

bool php_mcha_client_is_binary(const php_mcha_client *client)
{
	return client->protocol == MCHA_PROTOCOL_BINARY
		|| (client->protocol == MCHA_PROTOCOL_AUTO && client->binary);
}

void php_mcha_client_apply(php_mcha_client *client)
{
	zend_long protocol = protocol_of(client);

	client->settings.primary = transports[protocol].primary;
	client->settings.fallback = transports[protocol].fallback;
	client->settings.transport.detect = transports[protocol].detect;
	mcha_pool_configure(client->pool, &client->settings);
	if (client->settings.zone_writes != MCHA_ZONE_WRITES_ALL) {
		MCHA_G(writes_by_zone) = true;
	}
}

static void settings_from_ini(mcha_settings *settings)
{
	zend_long connect_timeout = MCHA_G(default_connect_timeout) ? MCHA_G(default_connect_timeout)
																: MCHA_G(connect_timeout);

	*settings = (mcha_settings){
		.replicas = (uint16_t)MIN(MCHA_G(number_of_replicas), MCHA_POOL_NODES_MAX),
		.quorum = (mcha_quorum)MCHA_G(write_quorum),
		.read_policy = (mcha_read_policy)MCHA_G(read_policy),
		.zone_writes = (mcha_zone_writes)MCHA_G(zone_writes),
		.miss_failover = (mcha_miss_failover)MCHA_G(miss_failover),
		.allow_failover = MCHA_G(allow_failover),
		.read_repair = MCHA_G(read_repair),
		.versions = MCHA_G(versions),
		.tombstone_ttl = MCHA_G(tombstone_ttl),
		.operation_timeout = MCHA_G(operation_timeout) * MCHA_USEC_PER_MSEC,
		.hedge_after = php_mcha_hedge_after(MCHA_G(hedge_after)),
		.retry_interval = MCHA_G(retry_interval) * MCHA_USEC_PER_SEC,
		.retry_interval_max = MCHA_G(retry_interval_max) * MCHA_USEC_PER_SEC,
		.hint_interval = MCHA_G(hint_interval) * MCHA_USEC_PER_MSEC,
		.failover_ttl = MCHA_G(failover_ttl),
		.repair_ttl = MCHA_G(repair_ttl),
		.transport =
			{
				.connect_timeout = connect_timeout * MCHA_USEC_PER_MSEC,
				.busy_poll = MCHA_G(busy_poll),
				.no_delay = true,
				.allocator = &php_mcha_allocator,
			},
	};
	strlcpy(settings->local_zone, MCHA_G(local_zone), sizeof(settings->local_zone));
}

bool php_mcha_random_bytes(void *bytes, size_t length)
{
	return php_random_bytes_silent(bytes, length) == SUCCESS;
}

/* A seed for jitter and balanced reads: for these the clock will do where the system has no random
 * bytes. */
static uint64_t random_seed(void)
{
	uint64_t seed;

	return php_mcha_random_bytes(&seed, sizeof(seed)) ? seed : (uint64_t)mcha_clock_now();
}

php_mcha_client *php_mcha_client_create(void)
{
	const mcha_shared_tables *shared = php_mcha_shared_tables(MCHA_G(shared_memory),
		MCHA_G(hint_capacity));
	php_mcha_client *client = php_mcha_checked(calloc(1, sizeof(*client)));

	client->users = 1;
	settings_from_ini(&client->settings);
	client->protocol = MCHA_G(protocol);
	client->binary = MCHA_G(binary_protocol) || MCHA_G(default_binary_protocol);
	client->values = (php_mcha_value_rules){
		.serializer = MCHA_G(serializer),
		.compression = true,
		.compression_type = MCHA_G(compression_type),
		.compression_level = MCHA_G(compression_level),
		.user_flags = -1,
	};
	client->store_retry_count = MCHA_G(store_retry_count);
	client->item_size_limit = MCHA_G(item_size_limit);
	client->near_cache = MCHA_G(near_cache);
	client->near_cache_ttl = MCHA_G(near_cache_ttl);
	client->near_cache_fresh = (mcha_usec)(MCHA_G(near_cache_fresh) * MCHA_USEC_PER_SEC);
	client->pool = php_mcha_checked(mcha_pool_create(&client->settings, shared->health,
		random_seed()));
	client->placement = php_mcha_checked(hashing_create((hashing_distribution)MCHA_G(distribution),
		(memcached_hash_t)MCHA_G(hash)));
	mcha_pool_set_tables(client->pool, shared);
	mcha_pool_set_placement(client->pool, hashing_placement(client->placement));
	php_mcha_client_set_previous(client, MCHA_G(previous_servers));
	php_mcha_client_set_login_from_ini(client);
	php_mcha_client_set_tls_from_ini(client);
	if (MCHA_G(default_consistent_hash)) {
		hashing_set(client->placement, MEMCACHED_BEHAVIOR_DISTRIBUTION,
			MEMCACHED_DISTRIBUTION_CONSISTENT);
	}
	php_mcha_client_apply(client);
	return client;
}

static void destroy(php_mcha_client *client)
{
	mcha_pool_destroy(client->pool);
	hashing_destroy(client->placement);
	php_mcha_client_drop_previous(client);
	php_mcha_client_drop_secrets(client);
	free(client->origin);
	free(client);
}

void php_mcha_client_retain(php_mcha_client *client)
{
	client->users++;
}

void php_mcha_client_release(php_mcha_client *client)
{
	if (--client->users == 0) {
		destroy(client);
	} else {
		mcha_pool_add_metrics(client->pool); /* it may not be used again for long */
	}
}

/* --- alike ------------------------------------------------------------------------------------ */

static void take_placement(php_mcha_client *client, hashing *placement)
{
	hashing_destroy(client->placement);
	client->placement = placement;
	mcha_pool_set_placement(client->pool, hashing_placement(placement));
}

/* Places the client's servers as the other client does. If that placement has no room for them (a
 * ring is too small), the placement stays as it is. */
static void place_like(php_mcha_client *client, const php_mcha_client *like)
{
	hashing *placement;

	if (hashing_is_like(client->placement, like->placement)) {
		return;
	}
	placement = php_mcha_checked(hashing_create_like(like->placement));
	if (hashing_add_nodes_of(placement, client->placement)
		&& hashing_finish_like(placement, like->placement)) {
		take_placement(client, placement);
	} else {
		hashing_destroy(placement);
	}
}

static void set_like(php_mcha_client *client, const php_mcha_client *like)
{
	client->settings = like->settings;
	client->protocol = like->protocol;
	client->binary = like->binary;
	client->values = like->values;
	client->store_retry_count = like->store_retry_count;
	client->item_size_limit = like->item_size_limit;
	client->near_cache = like->near_cache;
	client->near_cache_ttl = like->near_cache_ttl;
	client->near_cache_fresh = like->near_cache_fresh;
	memcpy(client->prefix, like->prefix, sizeof(client->prefix));
	client->prefix_length = like->prefix_length;
	memcpy(client->remembered, like->remembered, sizeof(client->remembered));
	client->is_set = like->is_set;
	php_mcha_client_set_previous(client, like->previous ? like->previous : "");
	php_mcha_client_set_sasl(client, like->username ? like->username : "",
		like->password ? like->password : "");
	php_mcha_client_set_login(client, like->login);
	php_mcha_client_set_tls(client, php_mcha_client_tls(like));
	php_mcha_client_apply(client);
}

void php_mcha_client_become_like(php_mcha_client *client, const php_mcha_client *like)
{
	set_like(client, like);
	place_like(client, like);
}

php_mcha_client *php_mcha_client_create_like(const php_mcha_client *like)
{
	php_mcha_client *client = php_mcha_client_create();

	set_like(client, like);
	take_placement(client, php_mcha_checked(hashing_create_like(like->placement)));
	client->servers_chosen = true;
	return client;
}

/* --- other settings --------------------------------------------------------------------------- */

bool php_mcha_client_set_prefix(php_mcha_client *client, const char *prefix, size_t length)
{
	if ((length && mcha_key_check(prefix, length) != MCHA_STATUS_OK)
		|| !hashing_set_prefix(client->placement, prefix, length)) {
		return false;
	}
	memcpy(client->prefix, prefix, length);
	client->prefix_length = length;
	return true;
}

/* OPT_VERIFY_KEY: as in pecl memcached, a key must then be printable ASCII, except over the binary
 * protocol. (A key that could be read as another command is refused in any case.) */
static bool is_verified(const php_mcha_client *client, const zend_string *key)
{
	size_t i;

	for (i = 0; i < ZSTR_LEN(key); i++) {
		if ((unsigned char)ZSTR_VAL(key)[i] >= 0x80) {
			return php_mcha_client_is_binary(client);
		}
	}
	return true;
}

bool php_mcha_client_encode(const php_mcha_client *client, zval *value, php_mcha_payload *payload)
{
	php_mcha_value_rules rules = client->values;

	rules.compression_threshold = MCHA_G(compression_threshold);
	rules.compression_factor = MCHA_G(compression_factor);
	return php_mcha_value_encode(value, &rules, payload);
}

void php_mcha_client_item(const php_mcha_client *client, mcha_item *item, const zend_string *key,
	const zend_string *server_key, php_mcha_key *buffer)
{
	const zend_string *hashed = server_key ? server_key : key;

	item->hash_key = ZSTR_VAL(hashed);
	item->hash_length = ZSTR_LEN(hashed);
	item->key = ZSTR_VAL(key);
	item->key_length = ZSTR_LEN(key);
	if (client->prefix_length && item->key_length) {
		size_t taken = MIN(ZSTR_LEN(key), sizeof(buffer->bytes) - client->prefix_length);

		memcpy(buffer->bytes, client->prefix, client->prefix_length);
		memcpy(buffer->bytes + client->prefix_length, ZSTR_VAL(key), taken);
		item->key = buffer->bytes;
		item->key_length = client->prefix_length + taken;
	}
	if (client->remembered[MEMCACHED_BEHAVIOR_VERIFY_KEY] && !is_verified(client, key)) {
		item->key_length = 0;
	}
}
