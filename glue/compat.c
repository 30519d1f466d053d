/* SPDX-License-Identifier: MIT */
/* A second module, "memcached", without anything of its own: its class has McHA's methods, its
 * session save handler is McHA's, and its ini directives set McHA's directives of the same name. */
#include "compat.h"

#include "class.h"
#include "client.h"
#include "constants.h"
#include "ini.h"
#include "ext/standard/info.h"
#include "php_ini.h"

/* The version of pecl memcached whose API McHA offers: phpversion('memcached'). */
#define MEMCACHED_VERSION "3.3.0"
#define PREFIX "memcached."
#define OWN_PREFIX "mcha."

typedef struct directive {
	const char *name;
	/* pecl memcached's default, where it decides what is read and where; NULL: McHA's default */
	const char *value;
} directive;

/* Stands for the name of the serializer that "auto" chooses. */
#define FIRST_THAT_IS_THERE ""

/* In pecl memcached's order, in which phpinfo() shows them. */
static const directive directives[] = {
	{"sess_locking", NULL},
	{"sess_lock_wait_min", NULL},
	{"sess_lock_wait_max", NULL},
	{"sess_lock_retries", NULL},
	{"sess_lock_expire", NULL},
	{"sess_binary_protocol", NULL},
	{"sess_consistent_hash", "1"},
	{"sess_consistent_hash_type", "ketama"},
	{"sess_number_of_replicas", NULL},
	{"sess_randomize_replica_read", NULL},
	{"sess_remove_failed_servers", NULL},
	{"sess_server_failure_limit", NULL},
	{"sess_connect_timeout", NULL},
	{"sess_sasl_username", NULL},
	{"sess_sasl_password", NULL},
	{"sess_persistent", NULL},
	{"sess_prefix", "memc.sess.key."},
	{"compression_type", "fastlz"},
	{"compression_factor", "1.3"},
	{"compression_level", "3"},
	{"compression_threshold", "2000"},
	{"serializer", FIRST_THAT_IS_THERE},
	{"store_retry_count", NULL},
	{"item_size_limit", NULL},
	{"default_consistent_hash", "0"},
	{"default_binary_protocol", NULL},
	{"default_connect_timeout", NULL},
};

/* Directives that only McHA has, with the behaviour that is built into pecl memcached. */
static const directive built_in[] = {{"distribution", "modula"}, {"hash", "default"}};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static zend_ini_entry_def entries[COUNT(directives) + 1];

#define UNSET "not set"
#define INSTEAD \
	"memcached.sess_lock_wait_min, memcached.sess_lock_wait_max and memcached.sess_lock_retries"
static char names[COUNT(directives)][48];

static zend_ini_entry *own_entry(const char *name)
{
	char own[64];

	snprintf(own, sizeof(own), OWN_PREFIX "%s", name);
	return zend_hash_str_find_ptr(EG(ini_directives), own, strlen(own));
}

/* Interns a string at startup, as PHP does with php.ini's values. Opcache moves the strings of ini
 * entries into its shared memory and frees those that are not interned, while the module's globals
 * (sess_prefix and others) go on pointing at the bytes. A string that is set later lives until its
 * entry gets the next one. */
static zend_string *make_value(const char *value, size_t length, int stage)
{
	zend_string *string = zend_string_init(value, length, true);

	return stage == ZEND_INI_STAGE_STARTUP ? zend_new_interned_string(string) : string;
}

/* Sets McHA's entry, but not by zend_alter_ini_entry(), which would also undo it at the request's
 * end: PHP undoes the alias then, and the alias sets McHA's entry again. */
static zend_result set_own(const char *name, const zend_ini_entry *alias, const char *value,
	size_t length, int stage)
{
	zend_ini_entry *own = own_entry(name), told;
	zend_string *copy, *former;

	if (!own) {
		return FAILURE;
	}
	copy = make_value(value, length, stage);
	told = *own;
	if (alias) {
		told.name = alias->name; /* in warnings */
	}
	if (own->on_modify
		&& own->on_modify(&told, copy, own->mh_arg1, own->mh_arg2, own->mh_arg3, stage)
			== FAILURE) {
		zend_string_release(copy);
		return FAILURE;
	}
	former = own->value;
	own->value = copy;
	if (former && !(own->modified && former == own->orig_value)) {
		zend_string_release(former);
	}
	if (own->modified && stage == ZEND_INI_STAGE_DEACTIVATE) {
		/* McHA's own name was set after the alias, too, and PHP is about to undo that to the
		 * alias's former value */
		if (own->orig_value) {
			zend_string_release(own->orig_value);
		}
		own->orig_value = copy;
	}
	return SUCCESS;
}

static ZEND_INI_MH(forward)
{
	(void)mh_arg2;
	(void)mh_arg3;
	if (stage == ZEND_INI_STAGE_SHUTDOWN) {
		return SUCCESS;
	}
	return set_own(mh_arg1, entry, ZSTR_VAL(new_value), ZSTR_LEN(new_value), stage);
}

/* Refuses a directive of an older pecl memcached. */
static ZEND_INI_MH(refuse_deprecated)
{
	(void)mh_arg2;
	(void)mh_arg3;
	(void)stage;
	if (zend_string_equals_literal(new_value, UNSET)) {
		return SUCCESS;
	}
	php_error_docref(NULL, E_DEPRECATED, "%s is no longer supported: use %s", ZSTR_VAL(entry->name),
		(const char *)mh_arg1);
	return FAILURE;
}

static bool is_configured(const char *prefix, const char *name)
{
	char full[64];

	snprintf(full, sizeof(full), "%s%s", prefix, name);
	return cfg_get_entry(full, (uint32_t)strlen(full)) != NULL;
}

/* Gives McHA's directive pecl memcached's default, unless php.ini sets the directive by McHA's
 * name. */
static void take_default(const directive *one)
{
	const char *value = one->value;

	if (value && !*value) {
		value = php_mcha_serializer_by_number(MCHA_SERIALIZER_AUTO)->name;
	}
	if (value && !is_configured(OWN_PREFIX, one->name)) {
		set_own(one->name, NULL, value, strlen(value), ZEND_INI_STAGE_STARTUP);
	}
}

/* The alias's default is the value that McHA's directive has by now. */
static void add_entry(size_t i)
{
	const directive *one = &directives[i];
	const zend_ini_entry *own;
	zend_ini_entry_def *entry = &entries[i];

	take_default(one);
	own = own_entry(one->name);
	snprintf(names[i], sizeof(names[i]), PREFIX "%s", one->name);
	*entry = (zend_ini_entry_def){
		.name = names[i],
		.name_length = (uint16_t)strlen(names[i]),
		.on_modify = forward,
		.mh_arg1 = (void *)one->name,
		.displayer = own->displayer,
		.modifiable = PHP_INI_ALL,
		.value = own->value ? ZSTR_VAL(own->value) : NULL,
		.value_length = own->value ? (uint32_t)ZSTR_LEN(own->value) : 0,
	};
}

PHP_INI_BEGIN()
	PHP_INI_ENTRY2("memcached.sess_lock_wait", UNSET, PHP_INI_ALL, refuse_deprecated, INSTEAD, NULL)
	PHP_INI_ENTRY2("memcached.sess_lock_max_wait", UNSET, PHP_INI_ALL, refuse_deprecated, INSTEAD,
		NULL)
PHP_INI_END()

static void register_directives(int module_number)
{
	size_t i;

	for (i = 0; i < COUNT(built_in); i++) {
		take_default(&built_in[i]);
	}
	for (i = 0; i < COUNT(directives); i++) {
		add_entry(i);
	}
	zend_register_ini_entries(entries, module_number);
	zend_register_ini_entries(ini_entries, module_number);
}

/* Registers the session save handler under pecl memcached's name; NULL: this build has no sessions.
 * The handler is above this file: mcha.c passes the function in. */
static void (*register_sessions)(void);

static PHP_MINIT_FUNCTION(memcached)
{
	(void)type;
	register_directives(module_number);
	php_mcha_class_register_memcached();
	if (register_sessions) {
		register_sessions();
	}
	return SUCCESS;
}

static PHP_MSHUTDOWN_FUNCTION(memcached)
{
	(void)type;
	UNREGISTER_INI_ENTRIES();
	return SUCCESS;
}

static void print_support(const char *what, bool there)
{
	php_info_print_table_row(2, what, there ? "yes" : "no");
}

/* Prints the lines that pecl memcached prints, as programs read them, too. */
static PHP_MINFO_FUNCTION(memcached)
{
	php_info_print_table_start();
	php_info_print_table_row(2, "memcached support", "enabled");
	php_info_print_table_row(2, "Version", MEMCACHED_VERSION);
	php_info_print_table_row(2, "Provided by", "McHA " PHP_MCHA_VERSION);
	php_info_print_table_row(2, "libmemcached version", memcached_lib_version());
	print_support("SASL support", php_mcha_client_has_sasl);
	print_support("Session support", register_sessions != NULL);
	print_support("igbinary support", MCHA_HAVE_IGBINARY);
	print_support("json support", MCHA_HAVE_JSON);
	print_support("msgpack support", MCHA_HAVE_MSGPACK);
	print_support("zstd support", MCHA_HAVE_ZSTD);
	php_info_print_table_end();
	DISPLAY_INI_ENTRIES();
}

static zend_module_entry memcached_module = {STANDARD_MODULE_HEADER, "memcached", NULL,
	PHP_MINIT(memcached), PHP_MSHUTDOWN(memcached), NULL, NULL, PHP_MINFO(memcached),
	MEMCACHED_VERSION, STANDARD_MODULE_PROPERTIES};

/* PHP starts modules in an order of its own. If the real extension is loaded later than this one,
 * PHP itself refuses it, as two modules cannot have one name. */
zend_result php_mcha_compat_start(void (*sessions)(void))
{
	zend_module_entry *own = EG(current_module);
	zend_result result;

	register_sessions = sessions;
	if (!MCHA_G(compat)) {
		return SUCCESS;
	}
	if (zend_hash_str_exists(&module_registry, ZEND_STRL("memcached"))) {
		zend_error(E_CORE_ERROR,
			"mcha.compat=memcached takes the place of the extension memcached, which is "
			"loaded: remove extension=memcached from php.ini, or mcha.compat");
		return FAILURE;
	}
	result = zend_startup_module(&memcached_module);
	EG(current_module) = own;
	return result;
}
