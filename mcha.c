/* SPDX-License-Identifier: MIT */
/* The module's entry: what PHP calls when the module, a thread and a request begin and end, and
 * phpinfo()'s page. The module's entry knows all of McHA, and no other file knows the module's
 * entry. */
#include "php_mcha.h"

#include <libmemcached/memcached.h>

#include "engine/mcha_engine.h"
#include "ext/standard/info.h"
#include "glue/class.h"
#include "glue/compat.h"
#include "glue/constants.h"
#include "glue/ini.h"
#include "glue/persistent.h"
#include "glue/shared_tables.h"
#include "glue/values/compression.h"
#include "glue/values/serializers.h"
#include "php_ini.h"
#include "session_handler.h"

static PHP_GINIT_FUNCTION(mcha)
{
#if defined(COMPILE_DL_MCHA) && defined(ZTS)
	ZEND_TSRMLS_CACHE_UPDATE();
#endif
	php_mcha_ini_init_globals(mcha_globals);
}

/* The buffer pool belongs to the thread that ends. */
static PHP_GSHUTDOWN_FUNCTION(mcha)
{
	(void)mcha_globals;
	mcha_buffer_pool_trim();
}

static PHP_MINIT_FUNCTION(mcha)
{
	php_mcha_serializers_find();
	php_mcha_ini_register(module_number);
	if (php_mcha_shared_tables_map(MCHA_G(hint_capacity)) == FAILURE) {
		return FAILURE;
	}
	php_mcha_persistent_register(module_number);
	php_mcha_class_register();
#ifdef HAVE_MCHA_SESSION
	php_mcha_session_register();
	return php_mcha_compat_start(php_mcha_session_register_memcached);
#else
	return php_mcha_compat_start(NULL);
#endif
}

static PHP_MSHUTDOWN_FUNCTION(mcha)
{
	UNREGISTER_INI_ENTRIES();
	php_mcha_shared_tables_unmap();
	mcha_tls_forget_all();
	return SUCCESS;
}

static PHP_RSHUTDOWN_FUNCTION(mcha)
{
	php_mcha_persistent_end_request();
	return SUCCESS;
}

/* PHP calls this when every module has ended the request: the session extension closes the session
 * at its own end. */
static ZEND_MODULE_POST_ZEND_DEACTIVATE_D(mcha)
{
#ifdef HAVE_MCHA_SESSION
	php_mcha_session_end_request();
#endif
	return SUCCESS;
}

static void print_memory(void)
{
	char memory[PHP_MCHA_MEMORY_TEXT_MAX], hints[PHP_MCHA_HINTS_TEXT_MAX];
	char journal[PHP_MCHA_JOURNAL_TEXT_MAX];

	php_mcha_shared_tables(MCHA_G(shared_memory), MCHA_G(hint_capacity));
	php_info_print_table_row(2, "Shared memory", php_mcha_shared_memory_describe(memory));
	php_info_print_table_row(2, "Hints", php_mcha_shared_hints_describe(hints));
	php_info_print_table_row(2, "Journal",
		php_mcha_shared_journal_describe(journal, MCHA_G(hint_interval)));
}

static void print_nodes(void)
{
	php_mcha_node_row row;
	size_t cursor = 0;

	if (!php_mcha_shared_node_next(&cursor, &row)) {
		return;
	}
	php_info_print_table_start();
	php_info_print_table_header(9, "Node", "State", "Failures", "Failures in a row", "Last failure",
		"Latency (us)", "Next probe in (ms)", "Hints", "Distrusted");
	do {
		php_info_print_table_row(9, row.name, row.state, row.failures, row.failures_in_a_row,
			row.cause, row.latency, row.retry_in, row.hints, row.distrusted);
	} while (php_mcha_shared_node_next(&cursor, &row));
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
	php_info_print_table_row(2, "TLS", mcha_tls_library());
	print_formats();
#ifdef HAVE_MCHA_SESSION
	php_info_print_table_row(2, "Session save handler", "mcha");
#endif
	print_memory();
	php_info_print_table_end();
	print_nodes();
	DISPLAY_INI_ENTRIES();
}

static const zend_module_dep dependencies[] = {
#ifdef HAVE_MCHA_SESSION
	ZEND_MOD_REQUIRED("session")
#endif
		ZEND_MOD_REQUIRED("spl") ZEND_MOD_OPTIONAL("igbinary") ZEND_MOD_OPTIONAL("msgpack")
			ZEND_MOD_END};

zend_module_entry mcha_module_entry = {STANDARD_MODULE_HEADER_EX, NULL, dependencies, "mcha", NULL,
	PHP_MINIT(mcha), PHP_MSHUTDOWN(mcha), NULL, PHP_RSHUTDOWN(mcha), PHP_MINFO(mcha),
	PHP_MCHA_VERSION, PHP_MODULE_GLOBALS(mcha), PHP_GINIT(mcha), PHP_GSHUTDOWN(mcha),
	ZEND_MODULE_POST_ZEND_DEACTIVATE_N(mcha), STANDARD_MODULE_PROPERTIES_EX};

#ifdef COMPILE_DL_MCHA
ZEND_GET_MODULE(mcha)
#endif
