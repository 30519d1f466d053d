/* SPDX-License-Identifier: MIT */
/* A client: an engine pool with its placement, its options and the rules for its values. What a
 * McHA object (or the session handler) holds, and what a persistent id keeps between requests;
 * therefore malloc'ed, and free of anything that lives by the request. */
#ifndef MCHA_GLUE_CLIENT_H
#define MCHA_GLUE_CLIENT_H

#include "../hashing.h"
#include "results.h"
#include "values/values.h"

/* Options that are kept for those who ask: libmemcached's behaviours, all below this number. */
#define PHP_MCHA_REMEMBERED 64

struct php_mcha_pool_group;

typedef struct php_mcha_client {
	mcha_pool *pool;
	hashing *placement;
	mcha_settings settings;     /* php_mcha_client_apply() makes the pool follow them */
	zend_long protocol;         /* MCHA_PROTOCOL_* as set */
	bool binary;                /* OPT_BINARY_PROTOCOL as set; counts where protocol is auto */
	php_mcha_value_rules values;
	zend_long store_retry_count;
	zend_long item_size_limit;  /* bytes; 0: none */
	zend_long near_cache;       /* MCHA_NEAR_CACHE_* */
	zend_long near_cache_ttl;   /* seconds */
	mcha_usec near_cache_fresh; /* 0: servers are always asked */
	char prefix[MCHA_KEY_MAX + 1];
	size_t prefix_length;
	zend_long remembered[PHP_MCHA_REMEMBERED]; /* as set; options.c says what it means here */
	uint64_t is_set;            /* of these, by bits */
	char *username;             /* SASL; NULL: none */
	char *password;
	char *previous;             /* the former pool, as a string; NULL: there is none */
	hashing *previous_placement; /* of its nodes; NULL: not made yet */
	bool servers_chosen;        /* addServer() or a pool string: mcha.servers does not apply */
	uint32_t users;             /* objects, a group; the last one to release it ends it */
	/* persistent.c's */
	char *origin;               /* the pool string that it was made from; NULL: none */
	bool used;                  /* servers were asked by it */
	bool watched;
	struct php_mcha_client *next_watched;
	struct php_mcha_pool_group *group; /* NULL: nobody keeps it */
	struct php_mcha_client *next;   /* in the group */
} php_mcha_client;

/* With the ini directives' settings and no servers; one user, the caller. Never NULL. */
php_mcha_client *php_mcha_client_create(void);

/* The same options, and no servers; when they are added, hashing_finish_like() ends it. */
php_mcha_client *php_mcha_client_create_like(const php_mcha_client *like);

void php_mcha_client_retain(php_mcha_client *client);
void php_mcha_client_release(php_mcha_client *client);

/* Takes over all options; servers and connections stay, where the options let them. */
void php_mcha_client_become_like(php_mcha_client *client, const php_mcha_client *like);

/* In microseconds, or MCHA_HEDGE_AUTO as it is. */
static inline mcha_usec php_mcha_hedge_after(zend_long milliseconds)
{
	return milliseconds == MCHA_HEDGE_AUTO ? MCHA_HEDGE_AUTO : milliseconds * MCHA_USEC_PER_MSEC;
}

/* The binary protocol is what connections begin with. */
bool php_mcha_client_is_binary(const php_mcha_client *client);

/* Gives the changed settings to the pool. */
void php_mcha_client_apply(php_mcha_client *client);

/* One server (addServer) or many (addServers, pool strings), all or none. False: no room. */
bool php_mcha_client_add(php_mcha_client *client, const mcha_endpoint *endpoint);
bool php_mcha_client_add_list(php_mcha_client *client, const mcha_endpoint *endpoints, size_t count);

/* The nodes of a pool string, or of libmemcached's --SERVER= words. False: error says what is wrong. */
bool php_mcha_client_add_string(php_mcha_client *client, const char *string, size_t length,
		char error[MCHA_POOL_STRING_ERROR_MAX]);

void php_mcha_client_reset_servers(php_mcha_client *client);

/* The pool that keys lay in before it was changed (engine/replica/previous_pool.h): a pool string, "" for none. Takes effect
 * with the next php_mcha_client_prepare(), which says what is wrong with it, too. */
void php_mcha_client_set_previous(php_mcha_client *client, const char *string);

/* php_mcha_client_prepare()'s. */
bool php_mcha_client_follow_previous(php_mcha_client *client, char error[MCHA_POOL_STRING_ERROR_MAX]);

/* Before servers are asked: the former pool is placed as the pool is now. False: error says why it can't be. */
static inline bool php_mcha_client_prepare(php_mcha_client *client, char error[MCHA_POOL_STRING_ERROR_MAX])
{
	return !client->previous || php_mcha_client_follow_previous(client, error);
}

/* These very servers, in this order and with these weights. */
bool php_mcha_client_has_servers(const php_mcha_client *client, const mcha_endpoint *endpoints,
		size_t count);

/* libmemcached was built with SASL. */
extern const bool php_mcha_client_has_sasl;

/* SASL, over the binary protocol; an empty name is none. Takes effect with the next apply; where it
 * changes anything, connections are closed. */
void php_mcha_client_set_sasl(php_mcha_client *client, const char *username, const char *password);

/* False: refused, nothing changed (not usable in keys, or too long). */
bool php_mcha_client_set_prefix(php_mcha_client *client, const char *prefix, size_t length);

/* php_mcha_value_encode() by the client's rules. What has no option is as its directive is when the value is written. */
bool php_mcha_client_encode(const php_mcha_client *client, zval *value, php_mcha_payload *payload);

/* Unpredictable bytes; false: the system has none. */
bool php_mcha_random_bytes(void *bytes, size_t length);

/* memcached's exptime for so many seconds from now; 0 is for ever. */
static inline int64_t php_mcha_exptime_in(zend_long seconds)
{
	if (seconds <= 0) {
		return 0;
	}
	if (seconds <= MCHA_EXPTIME_RELATIVE_MAX) {
		return seconds;
	}
	/* servers read 32 bits */
	return MIN((int64_t)time(NULL) + MIN((int64_t)seconds, INT32_MAX), INT32_MAX);
}

/* A wire key where a prefix makes it differ from the user's. One that would be too long is cut behind the first
 * byte that is too many: the engine refuses it, and what reads the key before that reads nothing else. */
typedef struct php_mcha_key {
	char bytes[MCHA_KEY_MAX + 1];
} php_mcha_key;

/* Sets the item's key and what placement hashes: the server key if there is one, else the key. Keys
 * that cannot be used become ones that the engine refuses. */
void php_mcha_client_item(const php_mcha_client *client, mcha_item *item, const zend_string *key,
		const zend_string *server_key, php_mcha_key *buffer);

#endif
