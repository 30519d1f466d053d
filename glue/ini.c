/* SPDX-License-Identifier: MIT */
/* The ini directives that fill the module's globals, one row each. */
#include "ini.h"

#include "php_ini.h"
#include "SAPI.h"
#include "settings/ini_values.h"
#include "zend_smart_str.h"

/* phpinfo() and php --ri show that there is a password, and do not show the password. */
static ZEND_INI_DISP(display_password)
{
	const zend_string *value = type == ZEND_INI_DISPLAY_ORIG && ini_entry->modified
		? ini_entry->orig_value
		: ini_entry->value;

	if (value && ZSTR_LEN(value)) {
		PUTS("********");
	} else {
		PUTS(sapi_module.phpinfo_as_text ? "no value" : "<i>no value</i>");
	}
}

/* Refuses a value that is set by a directive's former name, with the name of today, rather than
 * ignore it in silence. */
static ZEND_INI_MH(refuse_former_name)
{
	if (new_value && ZSTR_LEN(new_value)) {
		php_error_docref(NULL, E_WARNING, "%s was renamed to %s: use the new name",
			ZSTR_VAL(entry->name), (const char *)mh_arg1);
		return FAILURE;
	}
	return SUCCESS;
}

static ZEND_INI_DISP(display_former_name)
{
	php_printf("renamed to %s", (const char *)ini_entry->mh_arg1);
}

#define FORMER_NAME(former, name) \
	PHP_INI_ENTRY1_EX("mcha." former, "", PHP_INI_ALL, refuse_former_name, (void *)("mcha." name), \
		display_former_name)

#define ROW(name, value, updater) \
	STD_PHP_INI_ENTRY("mcha." #name, value, PHP_INI_ALL, updater, name, zend_mcha_globals, \
		mcha_globals)
#define FLAG(name, value) \
	STD_PHP_INI_BOOLEAN("mcha." #name, value, PHP_INI_ALL, OnUpdateBool, name, zend_mcha_globals, \
		mcha_globals)

#define PASSWORD(name, value) \
	STD_PHP_INI_ENTRY_EX("mcha." #name, value, PHP_INI_ALL, OnUpdateString, name, \
		zend_mcha_globals, mcha_globals, display_password)

#define FIXED(name, value, updater) \
	STD_PHP_INI_ENTRY("mcha." #name, value, PHP_INI_SYSTEM, updater, name, zend_mcha_globals, \
		mcha_globals)

PHP_INI_BEGIN()
	FIXED(compat, "", php_mcha_update_compat)
	FIXED(shared_memory, "auto", php_mcha_update_shared_memory)
	FIXED(hint_capacity, "1048576", php_mcha_update_hint_capacity)
	ROW(servers, "", php_mcha_update_servers)
	ROW(previous_servers, "", php_mcha_update_servers)
	ROW(number_of_replicas, "1", php_mcha_update_count)
	FLAG(allow_failover, "1")
	ROW(write_quorum, "one", php_mcha_update_quorum)
	ROW(read_policy, "ordered", php_mcha_update_read_policy)
	ROW(miss_failover, "always", php_mcha_update_miss_failover)
	FLAG(read_repair, "1")
	FLAG(versions, "1")
	ROW(failover_ttl, "300", php_mcha_update_count)
	ROW(tombstone_ttl, "300", php_mcha_update_span)
	ROW(repair_ttl, "300", php_mcha_update_count)
	ROW(local_zone, "", OnUpdateString)
	ROW(zone_writes, "all", php_mcha_update_zone_writes)
	ROW(near_cache, "", php_mcha_update_near_cache)
	ROW(near_cache_ttl, "60", php_mcha_update_span)
	ROW(near_cache_fresh, "0", php_mcha_update_fraction)
	ROW(protocol, "auto", php_mcha_update_protocol)
	FLAG(binary_protocol, "0")
	ROW(auth_username, "", OnUpdateString)
	PASSWORD(auth_password, "")
	ROW(auth_file, "", php_mcha_update_path)
	ROW(tls_ca, "", php_mcha_update_path)
	ROW(tls_certificate, "", php_mcha_update_path)
	ROW(tls_key, "", php_mcha_update_path)
	PASSWORD(tls_passphrase, "")
	FLAG(tls_verify, "1")
	FLAG(tls_verify_name, "1")
	ROW(tls_peer_name, "", OnUpdateString)
	ROW(tls_min_version, "1.2", php_mcha_update_tls_version)
	ROW(connect_timeout, "200", php_mcha_update_timeout)
	ROW(operation_timeout, "1000", php_mcha_update_timeout)
	ROW(busy_poll, "0", php_mcha_update_busy_poll)
	ROW(hedge_after, "0", php_mcha_update_hedge_after)
	ROW(retry_interval, "1", php_mcha_update_count)
	ROW(retry_interval_max, "30", php_mcha_update_count)
	ROW(hint_interval, "0", php_mcha_update_count)
	ROW(distribution, "ketama", php_mcha_update_distribution)
	ROW(hash, "md5", php_mcha_update_hash)
	ROW(serializer, "auto", php_mcha_update_serializer)
	ROW(compression_type, "fastlz", php_mcha_update_compression)
	ROW(compression_factor, "1.3", OnUpdateReal)
	ROW(compression_level, "3", OnUpdateLong)
	ROW(compression_threshold, "2000", php_mcha_update_count)
	ROW(store_retry_count, "0", php_mcha_update_count)
	ROW(item_size_limit, "0", php_mcha_update_count)
	FLAG(default_consistent_hash, "0")
	FLAG(default_binary_protocol, "0")
	ROW(default_connect_timeout, "0", php_mcha_update_count)

	ROW(sess_number_of_replicas, "1", php_mcha_update_count)
	ROW(sess_previous_servers, "", php_mcha_update_servers)
	FLAG(sess_locking, "1")
	FLAG(sess_lock_apart, "0")
	ROW(sess_lock_timeout, "30000", php_mcha_update_timeout)
	ROW(sess_lock_retries, "0", php_mcha_update_count)
	ROW(sess_lock_wait_min, "10", php_mcha_update_timeout)
	ROW(sess_lock_wait_max, "150", php_mcha_update_timeout)
	ROW(sess_lock_expire, "0", php_mcha_update_count)
	ROW(sess_prefix, "memc.sess.key.", php_mcha_update_prefix)
	FLAG(sess_persistent, "0")
	FLAG(sess_binary_protocol, "0")
	ROW(sess_connect_timeout, "0", php_mcha_update_count)
	FLAG(sess_consistent_hash, "1")
	ROW(sess_consistent_hash_type, "ketama", php_mcha_update_session_hash)
	FLAG(sess_randomize_replica_read, "0")
	FLAG(sess_remove_failed_servers, "0")
	ROW(sess_server_failure_limit, "0", php_mcha_update_count)
	ROW(sess_sasl_username, "", OnUpdateString)
	PASSWORD(sess_sasl_password, "")

	FORMER_NAME("local_copy", "near_cache")
	FORMER_NAME("local_copy_ttl", "near_cache_ttl")
	FORMER_NAME("local_copy_fresh", "near_cache_fresh")
PHP_INI_END()

/* Appends the bytes with their length in front, so that no two lists of values make the same
 * text. */
static void append_counted(smart_str *text, const char *bytes, size_t length)
{
	smart_str_append_unsigned(text, length);
	smart_str_appendc(text, ':');
	smart_str_appendl(text, bytes, length);
}

static bool begins(const zend_string *text, const char *beginning)
{
	size_t length = strlen(beginning);

	return ZSTR_LEN(text) >= length && memcmp(ZSTR_VAL(text), beginning, length) == 0;
}

/* The directive is one of McHA's, by its own or by pecl memcached's name (compat.c). */
static bool is_own(const zend_string *name, bool with_sessions)
{
	static const struct {
		const char *own;
		const char *session;
	} prefixes[] = {{"mcha.", "mcha.sess_"}, {"memcached.", "memcached.sess_"}};
	size_t i;

	for (i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++) {
		if (begins(name, prefixes[i].own)) {
			return with_sessions || !begins(name, prefixes[i].session);
		}
	}
	return false;
}

/* A directive that has not changed since the process began is the same for all requests of the
 * process. */
zend_string *php_mcha_ini_signature(const zend_string *what, bool with_sessions)
{
	const zend_ini_entry *entry;
	smart_str text = {0};

	append_counted(&text, ZSTR_VAL(what), ZSTR_LEN(what));
	if (EG(modified_ini_directives)) {
		ZEND_HASH_FOREACH_PTR (EG(modified_ini_directives), entry) {
			if (is_own(entry->name, with_sessions)) {
				append_counted(&text, ZSTR_VAL(entry->name), ZSTR_LEN(entry->name));
				append_counted(&text, entry->value ? ZSTR_VAL(entry->value) : "",
					entry->value ? ZSTR_LEN(entry->value) : 0);
			}
		}
		ZEND_HASH_FOREACH_END();
	}
	return smart_str_extract(&text);
}

void php_mcha_ini_register(int module_number)
{
	zend_register_ini_entries(ini_entries, module_number);
}
