/* SPDX-License-Identifier: MIT */
/* What the Zend-side files share: the version and the module's globals. */
#ifndef PHP_MCHA_H
#define PHP_MCHA_H

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "php.h"

#define PHP_MCHA_VERSION "0.1.0"

extern zend_module_entry mcha_module_entry;
#define phpext_mcha_ptr &mcha_module_entry

struct php_mcha_client;

/* One field per ini directive of the same name; words are kept as their numbers.
 * glue/settings/globals.c defines them. */
ZEND_BEGIN_MODULE_GLOBALS(mcha)
zend_long compat; /* 1: also be pecl memcached */
char *servers;
char *previous_servers;
char *shared_memory;
zend_long hint_capacity;
zend_long number_of_replicas;
bool allow_failover;
zend_long write_quorum;
zend_long read_policy;
zend_long zone_writes;
zend_long miss_failover;
bool read_repair;
bool versions;
zend_long tombstone_ttl;
zend_long failover_ttl;
zend_long repair_ttl;
char *local_zone;
zend_long protocol;
bool binary_protocol;
char *auth_username;
char *auth_password;
char *auth_file;
char *tls_ca;
char *tls_certificate;
char *tls_key;
char *tls_passphrase;
bool tls_verify;
bool tls_verify_name;
char *tls_peer_name;
zend_long tls_min_version;
zend_long connect_timeout;
zend_long operation_timeout;
zend_long busy_poll;
zend_long hedge_after;
zend_long retry_interval;
zend_long retry_interval_max;
zend_long hint_interval;
zend_long distribution;
zend_long hash;
zend_long serializer;
zend_long compression_type;
double compression_factor;
zend_long compression_level;
zend_long compression_threshold;
zend_long store_retry_count;
zend_long item_size_limit;
zend_long near_cache;
zend_long near_cache_ttl;
double near_cache_fresh;
bool default_consistent_hash;
bool default_binary_protocol;
zend_long default_connect_timeout;

zend_long sess_number_of_replicas;
char *sess_previous_servers;
bool sess_locking;
bool sess_lock_apart;
zend_long sess_lock_timeout;
zend_long sess_lock_retries;
zend_long sess_lock_wait_min;
zend_long sess_lock_wait_max;
zend_long sess_lock_expire;
char *sess_prefix;
bool sess_persistent;
bool sess_binary_protocol;
zend_long sess_connect_timeout;
bool sess_consistent_hash;
zend_long sess_consistent_hash_type;
bool sess_randomize_replica_read;
bool sess_remove_failed_servers;
zend_long sess_server_failure_limit;
char *sess_sasl_username;
char *sess_sasl_password;

/* session_handler.c's: the session that this request has open; NULL: none */
void *open_session;
/* some client of this process has used zone_writes=local: acknowledgements may be
	 * outstanding */
bool writes_by_zone;
/* glue/persistent.c's: the clients that this request has configured */
struct php_mcha_client *watched;
ZEND_END_MODULE_GLOBALS(mcha)

ZEND_EXTERN_MODULE_GLOBALS(mcha)
#define MCHA_G(v) ZEND_MODULE_GLOBALS_ACCESSOR(mcha, v)

#if defined(ZTS) && defined(COMPILE_DL_MCHA)
ZEND_TSRMLS_CACHE_EXTERN()
#endif

#endif
