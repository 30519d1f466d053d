/* SPDX-License-Identifier: MIT */
/* The client of a session: by the directives of sessions, and by the general ones for everything
 * else. */
#include "session.h"

#include "../constants.h"
#include "../ini.h"
#include "../persistent.h"
#include "zend_smart_str.h"

bool php_mcha_session_are_placed_as_memcache(void)
{
	return MCHA_G(sess_consistent_hash)
		&& MCHA_G(sess_consistent_hash_type) >= HASHING_MEMCACHE_STANDARD;
}

/* Applies pecl memcached's session settings to the placement, in pecl memcached's order. */
static void place_sessions(php_mcha_client *client)
{
	if (php_mcha_session_are_placed_as_memcache()) {
		hashing_set(client->placement, MEMCACHED_BEHAVIOR_DISTRIBUTION,
			(uint64_t)MCHA_G(sess_consistent_hash_type));
	} else if (MCHA_G(sess_consistent_hash)) {
		hashing_set(client->placement, (memcached_behavior_t)MCHA_G(sess_consistent_hash_type), 1);
	} else {
		hashing_set(client->placement, MEMCACHED_BEHAVIOR_DISTRIBUTION,
			MEMCACHED_DISTRIBUTION_MODULA);
	}
}

static php_mcha_client *new_client(void)
{
	php_mcha_client *client = php_mcha_client_create();

	client->settings.replicas = (uint16_t)MIN(MCHA_G(sess_number_of_replicas), MCHA_POOL_NODES_MAX);
	/* the session's next request may come to the other zone */
	client->settings.zone_writes = MCHA_ZONE_WRITES_ALL;
	client->binary = MCHA_G(sess_binary_protocol) || MCHA_G(binary_protocol);
	if (MCHA_G(sess_randomize_replica_read)) {
		client->settings.read_policy = MCHA_READ_BALANCED;
	}
	if (MCHA_G(sess_connect_timeout)) {
		client->settings.transport.connect_timeout = MCHA_G(sess_connect_timeout)
			* MCHA_USEC_PER_MSEC;
	}
	php_mcha_client_set_sasl(client, MCHA_G(sess_sasl_username), MCHA_G(sess_sasl_password));
	php_mcha_client_apply(client);
	place_sessions(client);
	return client;
}

/* --- save paths of pecl memcached ------------------------------------------------------------- */

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Appends one server as libmemcached reads it: host:port, then any characters that do not continue
 * the port, and a weight behind the first space, or else the first colon, that follows. False: the
 * server has no port. */
static bool append_reading(smart_str *reading, const char *server, size_t length)
{
	const char *end = server + length, *port = memchr(server, ':', length), *weight;

	for (port = port ? port + 1 : end; port < end && *port == ' '; port++) {
	}
	if (port == end || !is_digit(*port)) {
		return false;
	}
	smart_str_appendl(reading, server,
		(size_t)((const char *)memchr(server, ':', length) - server));
	smart_str_append_printf(reading, ":%lu", strtoul(port, NULL, 10));
	weight = memchr(port, ' ', (size_t)(end - port));
	weight = weight ? weight : memchr(port, ':', (size_t)(end - port));
	if (weight && weight + 1 < end && is_digit(weight[1])) {
		smart_str_append_printf(reading, ":%lu",
			MIN(strtoul(weight + 1, NULL, 10), MCHA_WEIGHT_MAX));
	}
	return true;
}

/* Some wrong save paths work with pecl memcached ("a:11211;b:11211": it takes a and ignores the
 * rest). Returns the servers that pecl memcached reads from such a path, so that sessions stay
 * where they lie. NULL: pecl memcached would refuse the path, too. */
static zend_string *read_as_pecl_memcached(const char *servers)
{
	smart_str reading = {0};

	while (*servers) {
		size_t length = strcspn(servers, ",");

		if (length && !append_reading(&reading, servers, length)) {
			smart_str_free(&reading);
			return NULL;
		}
		servers += length;
		for (; *servers == ',' || *servers == ' '; servers++) {
			smart_str_appendc(&reading, ',');
		}
	}
	return smart_str_extract(&reading);
}

/* --- configuring ------------------------------------------------------------------------------ */

/* Adds the servers of a save path. False: a warning says what is wrong with it. */
static bool add_servers(php_mcha_client *client, const char *servers)
{
	char error[MCHA_POOL_STRING_ERROR_MAX], other[MCHA_POOL_STRING_ERROR_MAX];
	zend_string *reading;
	bool good = false;

	if (php_mcha_client_add_string(client, servers, strlen(servers), error)) {
		return true;
	}
	reading = read_as_pecl_memcached(servers);
	if (reading) {
		good = php_mcha_client_add_string(client, ZSTR_VAL(reading), strlen(ZSTR_VAL(reading)),
			other);
	}
	if (good) {
		php_error_docref(NULL, E_NOTICE,
			"session.save_path: %s; it is read as \"%s\", as pecl memcached reads it: write "
			"host:port or host:port:weight, and a comma between two servers",
			error, ZSTR_VAL(reading));
	} else {
		php_error_docref(NULL, E_WARNING, "session.save_path: %s", error);
	}
	if (reading) {
		zend_string_release(reading);
	}
	return good;
}

/* Warns in pecl memcached's words with mcha.compat, as programs look for them. */
static void warn_of_no_server(void)
{
	if (MCHA_G(compat)) {
		php_error_docref(NULL, E_WARNING, "failed to parse session.save_path");
	} else {
		php_error_docref(NULL, E_WARNING,
			"session.save_path names no server; write, for example, "
			"session.save_path=\"10.0.0.1:11211,10.0.0.2:11211\"");
	}
}

static bool configure(php_mcha_client *client, const char *servers, const char *previous)
{
	char error[MCHA_POOL_STRING_ERROR_MAX];

	if (strstr(servers, "PERSISTENT=")) { /* a form that an older pecl memcached took */
		php_error_docref(NULL, E_WARNING,
			"failed to parse session.save_path: PERSISTENT is replaced by "
			"%s.sess_persistent = On",
			MCHA_G(compat) ? "memcached" : "mcha");
		return false;
	}
	if (!add_servers(client, servers)) {
		return false;
	}
	if (mcha_pool_node_count(client->pool) == 0) {
		warn_of_no_server();
		return false;
	}
	if (!php_mcha_client_set_prefix(client, MCHA_G(sess_prefix), strlen(MCHA_G(sess_prefix)))) {
		php_error_docref(NULL, E_WARNING, "mcha.sess_prefix is too long: it has %zu bytes",
			strlen(MCHA_G(sess_prefix)));
		return false;
	}
	php_mcha_client_set_previous(client, previous);
	if (!php_mcha_client_prepare(client, error)) {
		php_error_docref(NULL, E_WARNING, "mcha.sess_previous_servers: %s", error);
		return false;
	}
	return true;
}

/* The name of a pool group of sessions: the servers and every directive that may differ from one
 * virtual host, or one request, to the next, the user and the password included. */
static zend_string *persistent_name(const char *servers)
{
	zend_string *what = zend_strpprintf(0, "mcha session:%s", servers);
	zend_string *name = php_mcha_ini_signature(what, true);

	zend_string_release(what);
	return name;
}

/* Without a session.save_path sessions lie in the pool of mcha.servers, and previously lay in the
 * pool of mcha.previous_servers. */
bool php_mcha_session_client(php_mcha_session *session, const char *save_path)
{
	bool own = save_path && *save_path;
	const char *servers = own ? save_path : MCHA_G(servers);
	const char *previous = own || MCHA_G(sess_previous_servers)[0] ? MCHA_G(sess_previous_servers)
																   : MCHA_G(previous_servers);
	php_mcha_pool_group *group = NULL;

	if (MCHA_G(sess_persistent)) {
		zend_string *name = persistent_name(servers);

		group = php_mcha_pool_group_of(name);
		session->client = php_mcha_pool_group_last(group);
		zend_string_release(name);
		if (session->client) {
			php_mcha_client_retain(session->client);
			return true;
		}
	}
	session->client = new_client();
	if (!configure(session->client, servers, previous)) {
		php_mcha_client_release(session->client);
		return false;
	}
	if (group) {
		php_mcha_pool_group_use(group, session->client);
	}
	return true;
}
