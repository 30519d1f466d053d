/* SPDX-License-Identifier: MIT */
/* A client: an engine pool with its placement, its options and the rules for its values. McHA
 * objects and the session handler use clients, and a persistent id keeps them between requests;
 * therefore a client is malloc'ed and holds nothing that ends with a request. */
#ifndef MCHA_GLUE_CLIENT_H
#define MCHA_GLUE_CLIENT_H

#include "../hashing.h"
#include "results.h"
#include "values/values.h"

/* Options that McHA keeps only to return them: libmemcached's behaviours, all below this number. */
#define PHP_MCHA_REMEMBERED 64

struct php_mcha_pool_group;

typedef struct php_mcha_client {
	mcha_pool *pool;
	hashing *placement;
	mcha_settings settings; /* php_mcha_client_apply() gives them to the pool */
	zend_long protocol;     /* MCHA_PROTOCOL_* as set */
	bool binary;            /* OPT_BINARY_PROTOCOL as set; applies where protocol is auto */
	php_mcha_value_rules values;
	zend_long store_retry_count;
	zend_long item_size_limit;  /* bytes; 0: none */
	zend_long near_cache;       /* MCHA_NEAR_CACHE_* */
	zend_long near_cache_ttl;   /* seconds */
	mcha_usec near_cache_fresh; /* 0: every read asks servers */
	char prefix[MCHA_KEY_MAX + 1];
	size_t prefix_length;
	zend_long remembered[PHP_MCHA_REMEMBERED]; /* as set; option_table.c says what they mean here */
	uint64_t is_set;                           /* a bit for each of remembered */
	char *username;                            /* SASL; NULL: none */
	char *password;
	char *login;                 /* for ASCII authentication: "user password"; NULL: none */
	mcha_tls_settings *tls;      /* NULL: the default ones */
	char *previous;              /* the previous pool, as a pool string; NULL: there is none */
	hashing *previous_placement; /* of the previous pool's nodes; NULL: not made yet */
	bool servers_chosen;         /* addServer() or a pool string: mcha.servers does not apply */
	/* objects, locks, a session, a pool group; the last one to release the client ends it */
	uint32_t users;
	/* persistent.c's */
	char *origin; /* the pool string that the client was made from; NULL: none */
	bool used;    /* an operation of the client has asked servers */
	bool watched;
	struct php_mcha_client *next_watched;
	struct php_mcha_pool_group *group; /* that keeps the client; NULL: none */
	struct php_mcha_client *next;      /* in the pool group */
} php_mcha_client;

/* Memory that a client cannot do without: ends the request with a fatal error if there is none. */
static inline void *php_mcha_checked(void *memory)
{
	if (!memory) {
		zend_error_noreturn(E_ERROR, "McHA: out of memory");
	}
	return memory;
}

/* A client with the ini directives' settings and no servers; its one user is the caller. Never
 * NULL. */
php_mcha_client *php_mcha_client_create(void);

/* A client with the same options and no servers. When the caller has added servers,
 * hashing_finish_like() completes it. */
php_mcha_client *php_mcha_client_create_like(const php_mcha_client *like);

void php_mcha_client_retain(php_mcha_client *client);
void php_mcha_client_release(php_mcha_client *client);

/* Takes over all options. Servers stay, and so do connections unless an option needs new ones. */
void php_mcha_client_become_like(php_mcha_client *client, const php_mcha_client *like);

/* Converts milliseconds into microseconds; MCHA_HEDGE_AUTO stays as it is. */
static inline mcha_usec php_mcha_hedge_after(zend_long milliseconds)
{
	return milliseconds == MCHA_HEDGE_AUTO ? MCHA_HEDGE_AUTO : milliseconds * MCHA_USEC_PER_MSEC;
}

/* The settings ask for the binary protocol. */
bool php_mcha_client_is_binary(const php_mcha_client *client);

/* Gives the changed settings to the pool. */
void php_mcha_client_apply(php_mcha_client *client);

/* libmemcached was built with SASL. */
extern const bool php_mcha_client_has_sasl;

/* False: the prefix cannot be used in keys or is too long, and nothing has changed. */
bool php_mcha_client_set_prefix(php_mcha_client *client, const char *prefix, size_t length);

/* php_mcha_value_encode() by the client's rules. A rule that is no option is as its directive says
 * when the value is written. */
bool php_mcha_client_encode(const php_mcha_client *client, zval *value, php_mcha_payload *payload);

/* Fills bytes with unpredictable ones. False: the system has none. */
bool php_mcha_random_bytes(void *bytes, size_t length);

/* memcached's exptime for a life of so many seconds from now; 0 is for ever. */
static inline int64_t php_mcha_exptime_in(zend_long seconds)
{
	if (seconds <= 0) {
		return 0;
	}
	if (seconds <= MCHA_EXPTIME_RELATIVE_MAX) {
		return seconds;
	}
	/* servers read 32 bits of an exptime */
	return MIN((int64_t)time(NULL) + MIN((int64_t)seconds, INT32_MAX), INT32_MAX);
}

/* Room for a wire key where a prefix makes it differ from the user's key. A key that would be too
 * long is cut behind the first byte that is too many, so that the engine still refuses the key. */
typedef struct php_mcha_key {
	char bytes[MCHA_KEY_MAX + 1];
} php_mcha_key;

/* Sets the item's key and what placement hashes: the server key if there is one, else the key. An
 * unusable key becomes one that the engine refuses. */
void php_mcha_client_item(const php_mcha_client *client, mcha_item *item, const zend_string *key,
	const zend_string *server_key, php_mcha_key *buffer);

/* --- settings/client_secrets.c ---------------------------------------------------------------- */

/* Sets the user for SASL, over the binary protocol; an empty name is none. Takes effect at the next
 * apply. If the user or the password changes, connections are closed. */
void php_mcha_client_set_sasl(php_mcha_client *client, const char *username, const char *password);

/* The same for ASCII authentication, over meta and text. login: "user password", or NULL. */
void php_mcha_client_set_login(php_mcha_client *client, const char *login);

/* By mcha.auth_*; a warning says what is wrong with them, and then there is no login. */
void php_mcha_client_set_login_from_ini(php_mcha_client *client);

/* The same of the settings for nodes with tls://. */
void php_mcha_client_set_tls(php_mcha_client *client, const mcha_tls_settings *settings);
void php_mcha_client_set_tls_from_ini(php_mcha_client *client);

/* The present settings, until the next change. */
const mcha_tls_settings *php_mcha_client_tls(const php_mcha_client *client);

/* Before the client itself is freed. */
void php_mcha_client_drop_secrets(php_mcha_client *client);

/* --- client_servers.c ------------------------------------------------------------------------- */

/* Adds one server (addServer) or many (addServers, pool strings), all or none. False: the
 * distribution has no room. */
bool php_mcha_client_add(php_mcha_client *client, const mcha_endpoint *endpoint);
bool php_mcha_client_add_list(php_mcha_client *client, const mcha_endpoint *endpoints,
	size_t count);

/* Adds the servers of a list (server_list.h), all or none. False: error says what is wrong. */
bool php_mcha_client_add_string(php_mcha_client *client, const char *string, size_t length,
	char error[MCHA_POOL_STRING_ERROR_MAX]);

void php_mcha_client_reset_servers(php_mcha_client *client);

/* Sets the previous pool, in which keys lay before the pool was changed
 * (engine/replica/repair/previous_pool.h): a pool string, "" for none. Takes effect at the next
 * php_mcha_client_prepare(), which also says what is wrong with the string. */
void php_mcha_client_set_previous(php_mcha_client *client, const char *string);

/* Before the client itself is freed, or gets another previous pool. */
void php_mcha_client_drop_previous(php_mcha_client *client);

/* For php_mcha_client_prepare() alone: there is a previous pool. */
bool php_mcha_client_follow_previous(php_mcha_client *client,
	char error[MCHA_POOL_STRING_ERROR_MAX]);

/* Prepares the client for an operation: the previous pool is placed as the pool is now. False:
 * error names the cause. */
static inline bool php_mcha_client_prepare(php_mcha_client *client,
	char error[MCHA_POOL_STRING_ERROR_MAX])
{
	return !client->previous || php_mcha_client_follow_previous(client, error);
}

/* The client has exactly these servers, in this order and with these weights. */
bool php_mcha_client_has_servers(const php_mcha_client *client, const mcha_endpoint *endpoints,
	size_t count);

#endif
