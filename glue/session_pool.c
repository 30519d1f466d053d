/* SPDX-License-Identifier: MIT */
/* The client that sessions are kept by: as the session's own directives have it, and the general ones for all else. */
#include "session.h"

#include "constants.h"
#include "ini.h"
#include "persistent.h"

bool php_mcha_session_are_placed_as_memcache(void)
{
	return MCHA_G(sess_consistent_hash)
		&& MCHA_G(sess_consistent_hash_type) >= HASHING_MEMCACHE_STANDARD;
}

/* What pecl memcached's session settings mean for placement, applied in its order. */
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
	client->settings.zone_writes = MCHA_ZONE_WRITES_ALL; /* the next request may be the other zone's */
	client->binary = MCHA_G(sess_binary_protocol) || MCHA_G(binary_protocol);
	if (MCHA_G(sess_randomize_replica_read)) {
		client->settings.read_policy = MCHA_READ_BALANCED;
	}
	if (MCHA_G(sess_connect_timeout)) {
		client->settings.transport.connect_timeout =
			MCHA_G(sess_connect_timeout) * MCHA_USEC_PER_MSEC;
	}
	php_mcha_client_set_sasl(client, MCHA_G(sess_sasl_username), MCHA_G(sess_sasl_password));
	php_mcha_client_apply(client);
	place_sessions(client);
	return client;
}

static bool configure(php_mcha_client *client, const char *servers, const char *previous)
{
	char error[MCHA_POOL_STRING_ERROR_MAX];

	if (!php_mcha_client_add_string(client, servers, strlen(servers), error)) {
		php_error_docref(NULL, E_WARNING, "session.save_path: %s", error);
		return false;
	}
	if (client->pool->node_count == 0) {
		php_error_docref(NULL, E_WARNING, "session.save_path names no server; write, for example, "
			"session.save_path=\"10.0.0.1:11211,10.0.0.2:11211\"");
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

/* Kept clients differ by everything that the ini can change from one virtual host, or one request,
 * to the next; the user and the password, too. */
static zend_string *persistent_name(const char *servers)
{
	zend_string *what = zend_strpprintf(0, "mcha session:%s", servers);
	zend_string *name = php_mcha_ini_signature(what, true);

	zend_string_release(what);
	return name;
}

/* Without a save_path of their own sessions lie in the pool of everything else, and lay there before. */
bool php_mcha_session_client(php_mcha_session *session, const char *save_path)
{
	bool own = save_path && *save_path;
	const char *servers = own ? save_path : MCHA_G(servers);
	const char *previous = own || MCHA_G(sess_previous_servers)[0] ? MCHA_G(sess_previous_servers)
		: MCHA_G(previous_servers);
	php_mcha_family *family = NULL;

	if (MCHA_G(sess_persistent)) {
		zend_string *name = persistent_name(servers);

		family = php_mcha_family_of(name);
		session->client = php_mcha_family_last(family);
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
	if (family) {
		php_mcha_family_use(family, session->client);
	}
	return true;
}
