/* SPDX-License-Identifier: MIT */
/* The module's globals and the ini directives that fill them, one row each. An invalid value is
 * refused with a warning that says what the directive takes, and the former value stays. */
#include "ini.h"

#include "../engine/mcha_engine.h"
#include "../hashing.h"
#include "constants.h"
#include "php_ini.h"
#include "results.h"
#include "SAPI.h"
#include "server_list.h"
#include "shared_tables.h"
#include "values/serializers.h"
#include "zend_smart_str.h"
#include "zend_strtod.h"

ZEND_DECLARE_MODULE_GLOBALS(mcha)

#if defined(ZTS) && defined(COMPILE_DL_MCHA)
ZEND_TSRMLS_CACHE_DEFINE()
#endif

const php_mcha_word php_mcha_quorum_words[] = {
	{"one", MCHA_QUORUM_ONE},
	{"majority", MCHA_QUORUM_MAJORITY},
	{"all", MCHA_QUORUM_ALL},
	{0},
};

const php_mcha_word php_mcha_read_policy_words[] = {
	{"ordered", MCHA_READ_ORDERED},
	{"balanced", MCHA_READ_BALANCED},
	{"nearest", MCHA_READ_NEAREST},
	{"quorum", MCHA_READ_QUORUM},
	{0},
};

const php_mcha_word php_mcha_zone_writes_words[] = {
	{"all", MCHA_ZONE_WRITES_ALL},
	{"local", MCHA_ZONE_WRITES_LOCAL},
	{0},
};

const php_mcha_word php_mcha_miss_failover_words[] = {
	{"always", MCHA_MISS_ALWAYS},
	{"recovering", MCHA_MISS_RECOVERING},
	{"never", MCHA_MISS_NEVER},
	{0},
};

const php_mcha_word php_mcha_protocol_words[] = {
	{"auto", MCHA_PROTOCOL_AUTO},
	{"meta", MCHA_PROTOCOL_META},
	{"text", MCHA_PROTOCOL_TEXT},
	{"binary", MCHA_PROTOCOL_BINARY},
	{0},
};

const php_mcha_word php_mcha_near_cache_words[] = {
	{"none", MCHA_NEAR_CACHE_NONE},
	{"apcu", MCHA_NEAR_CACHE_APCU},
	{0},
};

static const php_mcha_word distribution_words[] = {
	{"ketama", HASHING_KETAMA},
	{"modula", HASHING_MODULA},
	{"rendezvous", HASHING_RENDEZVOUS},
	{"memcache_standard", HASHING_MEMCACHE_STANDARD},
	{"memcache_consistent", HASHING_MEMCACHE_CONSISTENT},
	{0},
};

const php_mcha_word php_mcha_serializer_words[] = {
	{"auto", MCHA_SERIALIZER_AUTO},
	{"php", MCHA_SERIALIZER_PHP},
	{"igbinary", MCHA_SERIALIZER_IGBINARY},
	{"json", MCHA_SERIALIZER_JSON},
	{"json_array", MCHA_SERIALIZER_JSON_ARRAY},
	{"msgpack", MCHA_SERIALIZER_MSGPACK},
	{0},
};

const php_mcha_word php_mcha_compression_words[] = {
	{"fastlz", MCHA_COMPRESSION_FASTLZ},
	{"zlib", MCHA_COMPRESSION_ZLIB},
#ifdef HAVE_MCHA_ZSTD
	{"zstd", MCHA_COMPRESSION_ZSTD},
#endif
	{0},
};

static const php_mcha_word compat_words[] = {{"", 0}, {"off", 0}, {"0", 0}, {"memcached", 1}, {0}};

/* The first two are pecl memcached's: libmemcached's continuum, the second with weights. The others
 * are pecl memcache's and have a distribution's number where the first two have a behaviour's. */
static const php_mcha_word session_hash_words[] = {
	{"ketama", MEMCACHED_BEHAVIOR_KETAMA},
	{"ketama_weighted", MEMCACHED_BEHAVIOR_KETAMA_WEIGHTED},
	{"memcache_standard", HASHING_MEMCACHE_STANDARD},
	{"memcache_consistent", HASHING_MEMCACHE_CONSISTENT},
	{0},
};

const char php_mcha_excluded_pair[] =
	"read_policy=quorum needs a majority of all replicas, but zone_writes=local "
	"waits only for the replicas of one zone: the two cannot be combined; "
	"change the other setting first";

bool php_mcha_is_excluded_pair(zend_long read_policy, zend_long zone_writes)
{
	return read_policy == MCHA_READ_QUORUM && zone_writes == MCHA_ZONE_WRITES_LOCAL;
}

void php_mcha_words_list(const php_mcha_word *words, char *list, size_t size)
{
	list[0] = '\0';
	for (; words->word; words++) {
		strlcat(list, words->word, size);
		if (*words->word && words[1].word) {
			strlcat(list, words[2].word ? ", " : " or ", size);
		}
	}
}

bool php_mcha_word_find(const php_mcha_word *words, const char *word, size_t length,
	zend_long *number)
{
	for (; words->word; words++) {
		if (zend_binary_strcasecmp(words->word, strlen(words->word), word, length) == 0) {
			*number = words->number;
			return true;
		}
	}
	return false;
}

const char *php_mcha_word_of(const php_mcha_word *words, zend_long number)
{
	for (; words->word; words++) {
		if (words->number == number) {
			return words->word;
		}
	}
	return NULL;
}

static bool begins(const zend_string *text, const char *beginning)
{
	size_t length = strlen(beginning);

	return ZSTR_LEN(text) >= length && memcmp(ZSTR_VAL(text), beginning, length) == 0;
}

/* An ini_set() by one of pecl memcached's names. In pecl memcached it returns false without a
 * warning, and frameworks make exceptions of warnings. For one name pecl memcached warns, too. */
static bool is_refused_silently(const zend_ini_entry *entry)
{
	return zend_is_executing() && begins(entry->name, "memcached.")
		&& !zend_string_equals_literal(entry->name, "memcached.sess_consistent_hash_type");
}

/* Warns at startup, too: PHP would otherwise go on silently without the setting. */
static int refuse(const zend_ini_entry *entry, const zend_string *value, const char *wanted)
{
	char *shown;

	if (is_refused_silently(entry)) {
		return FAILURE;
	}
	shown = php_mcha_printable(ZSTR_VAL(value), ZSTR_LEN(value));
	php_error_docref(NULL, E_WARNING, "%s: invalid value \"%s\", expected %s",
		ZSTR_VAL(entry->name), shown, wanted);
	efree(shown);
	return FAILURE;
}

static int update_word(zend_ini_entry *entry, zend_string *value, const php_mcha_word *words,
	void *base, void *offset)
{
	char wanted[PHP_MCHA_WORDS_MAX];
	zend_long *number = (zend_long *)((char *)base + (size_t)offset);

	if (php_mcha_word_find(words, ZSTR_VAL(value), ZSTR_LEN(value), number)) {
		return SUCCESS;
	}
	php_mcha_words_list(words, wanted, sizeof(wanted));
	return refuse(entry, value, wanted);
}

#ifdef ZTS
#define INI_BASE() ((void *)ts_resource(*((int *)mh_arg2)))
#else
#define INI_BASE() mh_arg2
#endif

#define WORD_UPDATER(name, words) \
	static ZEND_INI_MH(update_##name) \
	{ \
		return update_word(entry, new_value, words, INI_BASE(), mh_arg1); \
	}

WORD_UPDATER(quorum, php_mcha_quorum_words)
WORD_UPDATER(miss_failover, php_mcha_miss_failover_words)
WORD_UPDATER(protocol, php_mcha_protocol_words)
WORD_UPDATER(distribution, distribution_words)
WORD_UPDATER(compression, php_mcha_compression_words)
WORD_UPDATER(session_hash, session_hash_words)
WORD_UPDATER(compat, compat_words)

/* Refuses a value that excludes the other setting's value. At the request's end PHP resets both
 * directives, one after the other: then no value is refused. */
static int update_one_of_pair(zend_ini_entry *entry, zend_string *value, const php_mcha_word *words,
	zend_long *number, int stage, const zend_long *policy, const zend_long *zone_writes)
{
	const zend_long before = *number;

	if (update_word(entry, value, words, number, 0) == FAILURE) {
		return FAILURE;
	}
	if (stage != ZEND_INI_STAGE_DEACTIVATE && php_mcha_is_excluded_pair(*policy, *zone_writes)) {
		*number = before;
		php_error_docref(NULL, E_WARNING, "%s cannot be %s: %s", ZSTR_VAL(entry->name),
			ZSTR_VAL(value), php_mcha_excluded_pair);
		return FAILURE;
	}
	return SUCCESS;
}

#define PAIR_UPDATER(name, words) \
	static ZEND_INI_MH(update_##name) \
	{ \
		return update_one_of_pair(entry, new_value, words, \
			(zend_long *)((char *)INI_BASE() + (size_t)mh_arg1), stage, &MCHA_G(read_policy), \
			&MCHA_G(zone_writes)); \
	}

PAIR_UPDATER(read_policy, php_mcha_read_policy_words)
PAIR_UPDATER(zone_writes, php_mcha_zone_writes_words)

/* An empty value stands for "none". */
static ZEND_INI_MH(update_near_cache)
{
	zend_long *number = (zend_long *)((char *)INI_BASE() + (size_t)mh_arg1);

	if (ZSTR_LEN(new_value) == 0) {
		*number = MCHA_NEAR_CACHE_NONE;
		return SUCCESS;
	}
	return update_word(entry, new_value, php_mcha_near_cache_words, number, 0);
}

/* Takes a serializer that this PHP has. The global is the serializer's own number, also for
 * "auto". */
static ZEND_INI_MH(update_serializer)
{
	zend_long *number = (zend_long *)((char *)INI_BASE() + (size_t)mh_arg1), chosen;
	const php_mcha_serializer *serializer;

	if (update_word(entry, new_value, php_mcha_serializer_words, &chosen, 0) == FAILURE) {
		return FAILURE;
	}
	serializer = php_mcha_serializer_by_number(chosen);
	if (php_mcha_serializer_missing(serializer) && is_refused_silently(entry)) {
		return FAILURE;
	}
	if (php_mcha_serializer_missing(serializer)) {
		php_error_docref(NULL, E_WARNING, "%s cannot be %s: %s", ZSTR_VAL(entry->name),
			serializer->name, php_mcha_serializer_missing(serializer));
		return FAILURE;
	}
	*number = serializer->number;
	return SUCCESS;
}

static ZEND_INI_MH(update_hash)
{
	memcached_hash_t hash;

	if (!hashing_hash_by_name(ZSTR_VAL(new_value), &hash)) {
		return refuse(entry, new_value, "one of " HASHING_HASH_NAMES);
	}
	*(zend_long *)((char *)INI_BASE() + (size_t)mh_arg1) = hash;
	return SUCCESS;
}

static int update_number_up_to(zend_ini_entry *entry, zend_string *value, zend_long least,
	zend_long most, const char *wanted, zend_long *number)
{
	char *end;
	zend_long parsed = ZEND_STRTOL(ZSTR_VAL(value), &end, 10);

	/* "name =" in php.ini stands for 0, where the directive takes 0 */
	if (*end || (end == ZSTR_VAL(value) && least) || parsed < least || parsed > most) {
		return refuse(entry, value, wanted);
	}
	*number = parsed;
	return SUCCESS;
}

static int update_number(zend_ini_entry *entry, zend_string *value, zend_long least,
	const char *wanted, zend_long *number)
{
	return update_number_up_to(entry, value, least, INT_MAX, wanted, number);
}

static ZEND_INI_MH(update_count)
{
	zend_long *number = (zend_long *)((char *)INI_BASE() + (size_t)mh_arg1);

	return update_number(entry, new_value, 0, "a number from 0 on", number);
}

static ZEND_INI_MH(update_timeout)
{
	zend_long *number = (zend_long *)((char *)INI_BASE() + (size_t)mh_arg1);

	return update_number(entry, new_value, 1, "a number of milliseconds from 1 on", number);
}

static ZEND_INI_MH(update_busy_poll)
{
	zend_long *number = (zend_long *)((char *)INI_BASE() + (size_t)mh_arg1);

	return update_number_up_to(entry, new_value, 0, 10000,
		"a number of microseconds from 0 to 10000", number);
}

static ZEND_INI_MH(update_hedge_after)
{
	zend_long *number = (zend_long *)((char *)INI_BASE() + (size_t)mh_arg1);

	if (zend_string_equals_literal_ci(new_value, "auto")) {
		*number = MCHA_HEDGE_AUTO;
		return SUCCESS;
	}
	return update_number(entry, new_value, 0, "a number of milliseconds from 0 on, or auto",
		number);
}

static ZEND_INI_MH(update_span)
{
	zend_long *number = (zend_long *)((char *)INI_BASE() + (size_t)mh_arg1);

	return update_number(entry, new_value, 1, "a number of seconds from 1 on", number);
}

static ZEND_INI_MH(update_fraction)
{
	double *number = (double *)((char *)INI_BASE() + (size_t)mh_arg1);
	const char *end;
	double parsed = zend_strtod(ZSTR_VAL(new_value), &end);

	if (*end || !(parsed >= 0 && parsed <= INT_MAX)) {
		return refuse(entry, new_value, "a number of seconds from 0 on, fractions included");
	}
	*number = parsed;
	return SUCCESS;
}

static ZEND_INI_MH(update_prefix)
{
	if (ZSTR_LEN(new_value) > MCHA_KEY_MAX) {
		php_error_docref(NULL, E_WARNING, "%s too long (max: %d)", ZSTR_VAL(entry->name),
			MCHA_KEY_MAX);
		return FAILURE;
	}
	if (ZSTR_LEN(new_value)
		&& mcha_key_check(ZSTR_VAL(new_value), ZSTR_LEN(new_value)) != MCHA_STATUS_OK) {
		php_error_docref(NULL, E_WARNING, "%s cannot contain whitespace or control characters",
			ZSTR_VAL(entry->name));
		return FAILURE;
	}
	return OnUpdateString(entry, new_value, mh_arg1, mh_arg2, mh_arg3, stage);
}

/* A wrong list in a configuration file is warned of at startup, and kept: without servers, or with
 * the former ones, the application would go on as if nothing were wrong, while with the wrong list
 * each use throws. ini_set() is refused. */
static ZEND_INI_MH(update_servers)
{
	char error[MCHA_POOL_STRING_ERROR_MAX];
	mcha_endpoint *endpoints;
	size_t count;

	if (php_mcha_server_list_parse(ZSTR_VAL(new_value), ZSTR_LEN(new_value), &endpoints, &count,
			error)) {
		free(endpoints);
	} else if (stage != ZEND_INI_STAGE_DEACTIVATE && stage != ZEND_INI_STAGE_SHUTDOWN) {
		/* then it was warned of before */
		php_error_docref(NULL, E_WARNING, "%s: %s", ZSTR_VAL(entry->name), error);
		if (stage == ZEND_INI_STAGE_RUNTIME) {
			return FAILURE;
		}
	}
	return OnUpdateString(entry, new_value, mh_arg1, mh_arg2, mh_arg3, stage);
}

static ZEND_INI_MH(update_shared_memory)
{
	if (!php_mcha_shared_memory_is_valid(ZSTR_VAL(new_value))) {
		php_error_docref(NULL, E_WARNING,
			"%s must be auto, off, or a path that begins with a slash and is shorter than "
			"%d bytes",
			ZSTR_VAL(entry->name), MCHA_NAMED_MEMORY_PATH_MAX);
		return FAILURE;
	}
	return OnUpdateString(entry, new_value, mh_arg1, mh_arg2, mh_arg3, stage);
}

static ZEND_INI_MH(update_hint_capacity)
{
	zend_long *number = (zend_long *)((char *)INI_BASE() + (size_t)mh_arg1);

	return update_number_up_to(entry, new_value, 0, 1 << 26, "a number of hints from 0 to 67108864",
		number);
}

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
	FIXED(compat, "", update_compat)
	FIXED(shared_memory, "auto", update_shared_memory)
	FIXED(hint_capacity, "1048576", update_hint_capacity)
	ROW(servers, "", update_servers)
	ROW(previous_servers, "", update_servers)
	ROW(number_of_replicas, "1", update_count)
	FLAG(allow_failover, "1")
	ROW(write_quorum, "one", update_quorum)
	ROW(read_policy, "ordered", update_read_policy)
	ROW(miss_failover, "always", update_miss_failover)
	FLAG(read_repair, "1")
	FLAG(versions, "1")
	ROW(failover_ttl, "300", update_count)
	ROW(tombstone_ttl, "300", update_span)
	ROW(repair_ttl, "300", update_count)
	ROW(local_zone, "", OnUpdateString)
	ROW(zone_writes, "all", update_zone_writes)
	ROW(near_cache, "", update_near_cache)
	ROW(near_cache_ttl, "60", update_span)
	ROW(near_cache_fresh, "0", update_fraction)
	ROW(protocol, "auto", update_protocol)
	FLAG(binary_protocol, "0")
	ROW(connect_timeout, "200", update_timeout)
	ROW(operation_timeout, "1000", update_timeout)
	ROW(busy_poll, "0", update_busy_poll)
	ROW(hedge_after, "0", update_hedge_after)
	ROW(retry_interval, "1", update_count)
	ROW(retry_interval_max, "30", update_count)
	ROW(hint_interval, "0", update_count)
	ROW(distribution, "ketama", update_distribution)
	ROW(hash, "md5", update_hash)
	ROW(serializer, "auto", update_serializer)
	ROW(compression_type, "fastlz", update_compression)
	ROW(compression_factor, "1.3", OnUpdateReal)
	ROW(compression_level, "3", OnUpdateLong)
	ROW(compression_threshold, "2000", update_count)
	ROW(store_retry_count, "0", update_count)
	ROW(item_size_limit, "0", update_count)
	FLAG(default_consistent_hash, "0")
	FLAG(default_binary_protocol, "0")
	ROW(default_connect_timeout, "0", update_count)

	ROW(sess_number_of_replicas, "1", update_count)
	ROW(sess_previous_servers, "", update_servers)
	FLAG(sess_locking, "1")
	ROW(sess_lock_timeout, "30000", update_timeout)
	ROW(sess_lock_retries, "0", update_count)
	ROW(sess_lock_wait_min, "10", update_timeout)
	ROW(sess_lock_wait_max, "150", update_timeout)
	ROW(sess_lock_expire, "0", update_count)
	ROW(sess_prefix, "memc.sess.key.", update_prefix)
	FLAG(sess_persistent, "0")
	FLAG(sess_binary_protocol, "0")
	ROW(sess_connect_timeout, "0", update_count)
	FLAG(sess_consistent_hash, "1")
	ROW(sess_consistent_hash_type, "ketama", update_session_hash)
	FLAG(sess_randomize_replica_read, "0")
	FLAG(sess_remove_failed_servers, "0")
	ROW(sess_server_failure_limit, "0", update_count)
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

void php_mcha_ini_init_globals(zend_mcha_globals *globals)
{
	memset(globals, 0, sizeof(*globals));
}
