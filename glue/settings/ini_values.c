/* SPDX-License-Identifier: MIT */
/* Takes a directive's value into the global of that name, or refuses it with a warning that says
 * what the directive takes: the former value stays. */
#include "ini_values.h"

#include "../../engine/mcha_engine.h"
#include "../../hashing.h"
#include "../constants.h"
#include "../server_list.h"
#include "../shared_tables.h"
#include "../values/serializers.h"
#include "words.h"
#include "zend_strtod.h"

/* An ini_set() by one of pecl memcached's names. In pecl memcached it returns false without a
 * warning, and frameworks make exceptions of warnings. For one name pecl memcached warns, too. */
static bool is_refused_silently(const zend_ini_entry *entry)
{
	return zend_is_executing()
		&& strncmp(ZSTR_VAL(entry->name), "memcached.", strlen("memcached.")) == 0
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
	ZEND_INI_MH(php_mcha_update_##name) \
	{ \
		return update_word(entry, new_value, words, INI_BASE(), mh_arg1); \
	}

WORD_UPDATER(quorum, php_mcha_quorum_words)
WORD_UPDATER(miss_failover, php_mcha_miss_failover_words)
WORD_UPDATER(protocol, php_mcha_protocol_words)
WORD_UPDATER(distribution, php_mcha_distribution_words)
WORD_UPDATER(compression, php_mcha_compression_words)
WORD_UPDATER(session_hash, php_mcha_session_hash_words)
WORD_UPDATER(compat, php_mcha_compat_words)
WORD_UPDATER(tls_version, php_mcha_tls_version_words)

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
	ZEND_INI_MH(php_mcha_update_##name) \
	{ \
		return update_one_of_pair(entry, new_value, words, \
			(zend_long *)((char *)INI_BASE() + (size_t)mh_arg1), stage, &MCHA_G(read_policy), \
			&MCHA_G(zone_writes)); \
	}

PAIR_UPDATER(read_policy, php_mcha_read_policy_words)
PAIR_UPDATER(zone_writes, php_mcha_zone_writes_words)

/* An empty value stands for "none". */
ZEND_INI_MH(php_mcha_update_near_cache)
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
ZEND_INI_MH(php_mcha_update_serializer)
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

ZEND_INI_MH(php_mcha_update_hash)
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

ZEND_INI_MH(php_mcha_update_count)
{
	zend_long *number = (zend_long *)((char *)INI_BASE() + (size_t)mh_arg1);

	return update_number(entry, new_value, 0, "a number from 0 on", number);
}

ZEND_INI_MH(php_mcha_update_timeout)
{
	zend_long *number = (zend_long *)((char *)INI_BASE() + (size_t)mh_arg1);

	return update_number(entry, new_value, 1, "a number of milliseconds from 1 on", number);
}

ZEND_INI_MH(php_mcha_update_busy_poll)
{
	zend_long *number = (zend_long *)((char *)INI_BASE() + (size_t)mh_arg1);

	return update_number_up_to(entry, new_value, 0, 10000,
		"a number of microseconds from 0 to 10000", number);
}

ZEND_INI_MH(php_mcha_update_hedge_after)
{
	zend_long *number = (zend_long *)((char *)INI_BASE() + (size_t)mh_arg1);

	if (zend_string_equals_literal_ci(new_value, "auto")) {
		*number = MCHA_HEDGE_AUTO;
		return SUCCESS;
	}
	return update_number(entry, new_value, 0, "a number of milliseconds from 0 on, or auto",
		number);
}

ZEND_INI_MH(php_mcha_update_span)
{
	zend_long *number = (zend_long *)((char *)INI_BASE() + (size_t)mh_arg1);

	return update_number(entry, new_value, 1, "a number of seconds from 1 on", number);
}

ZEND_INI_MH(php_mcha_update_fraction)
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

ZEND_INI_MH(php_mcha_update_prefix)
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

/* A path that the application sets must lie in open_basedir. */
ZEND_INI_MH(php_mcha_update_path)
{
	if (stage == ZEND_INI_STAGE_RUNTIME && ZSTR_LEN(new_value)
		&& php_check_open_basedir(ZSTR_VAL(new_value))) {
		return FAILURE;
	}
	return OnUpdateString(entry, new_value, mh_arg1, mh_arg2, mh_arg3, stage);
}

/* A wrong list in a configuration file is warned of at startup, and kept: without servers, or with
 * the former ones, the application would go on as if nothing were wrong, while with the wrong list
 * each use throws. ini_set() is refused. */
ZEND_INI_MH(php_mcha_update_servers)
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

ZEND_INI_MH(php_mcha_update_shared_memory)
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

ZEND_INI_MH(php_mcha_update_hint_capacity)
{
	zend_long *number = (zend_long *)((char *)INI_BASE() + (size_t)mh_arg1);

	return update_number_up_to(entry, new_value, 0, 1 << 26, "a number of hints from 0 to 67108864",
		number);
}
