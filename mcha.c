/* SPDX-License-Identifier: MIT */
/* The module's life: what is set up once, before any process forks, and what it tells of itself. */
#include "php_mcha.h"

#include <errno.h>
#include <inttypes.h>
#include <libmemcached/memcached.h>
#include <sys/mman.h>

#include "engine/mcha_engine.h"
#include "ext/standard/info.h"
#include "glue/compat.h"
#include "glue/values/compression.h"
#include "glue/constants.h"
#include "glue/ini.h"
#include "glue/object.h"
#include "glue/persistent.h"
#include "glue/results.h"
#include "glue/values/serializers.h"
#include "php_ini.h"
#include "session_handler.h"

ZEND_DECLARE_MODULE_GLOBALS(mcha)

/* Servers that health can be kept for; more share one slot and are never held down. */
#define HEALTH_SLOTS 4096

/* Hints that are kept at a time, of all servers together, a quarter of them of each, or less if many servers have hints; 2.4 MiB, of
 * which only used pages are taken from the system. More would not be better: some process looks through the table once a
 * second while there are any hints, and a server with more is distrusted as a whole. */
#define HINT_SLOTS 8192

static mcha_health_table *health;
static mcha_hint_table *hints;
static mcha_recent_deletes *recent_deletes;
static mcha_verified *verified;

mcha_health_table *php_mcha_health(void)
{
	return health;
}

mcha_hint_table *php_mcha_hints(void)
{
	return hints;
}

mcha_recent_deletes *php_mcha_recent_deletes(void)
{
	return recent_deletes;
}

mcha_verified *php_mcha_verified(void)
{
	return verified;
}

/* Shared and anonymous: every process that the server forks from this one sees the same memory. */
static void *map_shared(size_t size)
{
	void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (memory == MAP_FAILED) {
		zend_error(E_CORE_ERROR, "McHA: could not map %zu bytes of memory that all processes share: %s", size,
			strerror(errno));
		return NULL;
	}
	return memory;
}

static zend_result map_tables(void)
{
	void *health_memory = map_shared(mcha_health_table_size(HEALTH_SLOTS));
	void *hint_memory = map_shared(mcha_hint_table_size(HINT_SLOTS));

	recent_deletes = map_shared(sizeof(*recent_deletes));
	verified = map_shared(sizeof(*verified));
	if (!health_memory || !hint_memory || !recent_deletes || !verified) {
		return FAILURE;
	}
	health = mcha_health_table_init(health_memory, HEALTH_SLOTS);
	hints = mcha_hint_table_init(hint_memory, HINT_SLOTS);
	return SUCCESS;
}

static PHP_GINIT_FUNCTION(mcha)
{
#if defined(COMPILE_DL_MCHA) && defined(ZTS)
	ZEND_TSRMLS_CACHE_UPDATE();
#endif
	php_mcha_ini_init_globals(mcha_globals);
}

/* The thread's. */
static PHP_GSHUTDOWN_FUNCTION(mcha)
{
	(void)mcha_globals;
	mcha_buffer_pool_trim();
}

static PHP_MINIT_FUNCTION(mcha)
{
	if (map_tables() == FAILURE) {
		return FAILURE;
	}
	php_mcha_serializers_find();
	php_mcha_ini_register(module_number);
	php_mcha_persistent_register(module_number);
	php_mcha_class_register();
#ifdef HAVE_MCHA_SESSION
	php_mcha_session_register();
#endif
	return php_mcha_compat_start();
}

static PHP_MSHUTDOWN_FUNCTION(mcha)
{
	UNREGISTER_INI_ENTRIES();
	munmap(health, mcha_health_table_size(HEALTH_SLOTS));
	munmap(hints, mcha_hint_table_size(HINT_SLOTS));
	munmap(recent_deletes, sizeof(*recent_deletes));
	munmap(verified, sizeof(*verified));
	return SUCCESS;
}

static PHP_RSHUTDOWN_FUNCTION(mcha)
{
	php_mcha_persistent_end_request();
	return SUCCESS;
}

/* Behind all modules' ends of the request: session's own closes sessions. */
static ZEND_MODULE_POST_ZEND_DEACTIVATE_D(mcha)
{
#ifdef HAVE_MCHA_SESSION
	php_mcha_session_end_request();
#endif
	return SUCCESS;
}

static void print_hints(void)
{
	char text[64];

	snprintf(text, sizeof(text), "%u, room for %u (%u dropped)", atomic_load(&hints->total), HINT_SLOTS,
		atomic_load(&hints->dropped));
	php_info_print_table_row(2, "Missed writes remembered", text);
}

static void print_node(const mcha_health *node, const char *name)
{
	mcha_health_view view = mcha_health_look(node, mcha_clock_now());
	char failures[16], in_a_row[16], latency[16], retry_in[24], hints[16];
	char cause[PHP_MCHA_REASON_MAX];

	snprintf(failures, sizeof(failures), "%u", atomic_load(&node->failures));
	snprintf(in_a_row, sizeof(in_a_row), "%u", view.failures_in_a_row);
	snprintf(latency, sizeof(latency), "%u", atomic_load(&node->latency));
	snprintf(retry_in, sizeof(retry_in), "%" PRId64, view.retry_in / MCHA_USEC_PER_MSEC);
	snprintf(hints, sizeof(hints), "%u", mcha_hints_count(node) + mcha_health_misses_flush(node));
	php_info_print_table_row(9, name, mcha_health_state_name(node, view.state), failures, in_a_row,
		php_mcha_result_cause(node, cause), latency, retry_in, hints, mcha_hints_distrusted_since(node) ? "yes" : "no");
}

/* Every node that some process with this memory has had in a pool. */
static void print_nodes(void)
{
	char name[MCHA_HEALTH_NAME_MAX];
	size_t cursor = 0;
	const mcha_health *node = mcha_health_next(health, &cursor, name);

	if (!node) {
		return;
	}
	php_info_print_table_start();
	php_info_print_table_header(9, "Node", "State", "Failures", "Failures in a row", "Last failure",
		"Latency (us)", "Next try in (ms)", "Missed writes", "Distrusted");
	for (; node; node = mcha_health_next(health, &cursor, name)) {
		print_node(node, name);
	}
	php_info_print_table_end();
}

static void print_formats(void)
{
	zend_string *serializers = php_mcha_serializers_names();
	char compressions[64] = "";
	const php_mcha_compression *row;

	for (row = php_mcha_compressions; row->name; row++) {
		if (row->pack) {
			strlcat(compressions, compressions[0] ? ", " : "", sizeof(compressions));
			strlcat(compressions, row->name, sizeof(compressions));
		}
	}
	php_info_print_table_row(2, "Serializers", ZSTR_VAL(serializers));
	php_info_print_table_row(2, "Compression", compressions);
	zend_string_release(serializers);
}

static PHP_MINFO_FUNCTION(mcha)
{
	php_info_print_table_start();
	php_info_print_table_row(2, "McHA", "enabled");
	php_info_print_table_row(2, "Version", PHP_MCHA_VERSION);
	php_info_print_table_row(2, "libmemcached version", memcached_lib_version());
	php_info_print_table_row(2, "Protocols", "meta, text, binary");
	print_formats();
#ifdef HAVE_MCHA_SESSION
	php_info_print_table_row(2, "Session save handler", "mcha");
#endif
	print_hints();
	php_info_print_table_end();
	print_nodes();
	DISPLAY_INI_ENTRIES();
}

static const zend_module_dep dependencies[] = {
#ifdef HAVE_MCHA_SESSION
	ZEND_MOD_REQUIRED("session")
#endif
	ZEND_MOD_REQUIRED("spl")
	ZEND_MOD_OPTIONAL("igbinary")
	ZEND_MOD_OPTIONAL("msgpack")
	ZEND_MOD_END
};

zend_module_entry mcha_module_entry = {
	STANDARD_MODULE_HEADER_EX,
	NULL,
	dependencies,
	"mcha",
	NULL,
	PHP_MINIT(mcha),
	PHP_MSHUTDOWN(mcha),
	NULL,
	PHP_RSHUTDOWN(mcha),
	PHP_MINFO(mcha),
	PHP_MCHA_VERSION,
	PHP_MODULE_GLOBALS(mcha),
	PHP_GINIT(mcha),
	PHP_GSHUTDOWN(mcha),
	ZEND_MODULE_POST_ZEND_DEACTIVATE_N(mcha),
	STANDARD_MODULE_PROPERTIES_EX
};

#ifdef COMPILE_DL_MCHA
# ifdef ZTS
ZEND_TSRMLS_CACHE_DEFINE()
# endif
ZEND_GET_MODULE(mcha)
#endif
