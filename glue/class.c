/* SPDX-License-Identifier: MIT */
/* Class McHA as PHP knows it: how its objects are made and freed, and its registration, also under
 * pecl memcached's name. This file knows all methods, by mcha_arginfo.h, and no method knows this
 * file. */
#include "class.h"

#include "constants.h"
#include "declaration.h"
#include "delayed_results.h"
#include "ext/spl/spl_exceptions.h"
#include "frame.h"
#include "methods/lock.h"
#include "near_cache/near_cache.h"
#include "zend_attributes.h"

#include "../mcha_arginfo.h"

static zend_object_handlers handlers;

static zend_object *create_object(zend_class_entry *ce)
{
	php_mcha_object *object = zend_object_alloc(sizeof(*object), ce);

	zend_object_std_init(&object->std, ce);
	object_properties_init(&object->std, ce);
	object->std.handlers = &handlers;
	ZVAL_UNDEF(&object->failure_callback);
	return &object->std;
}

static void free_object(zend_object *std)
{
	php_mcha_object *object = php_mcha_from_obj(std);

	php_mcha_delayed_drop(object);
	php_mcha_near_cache_forget(object);
	php_mcha_declaration_free(&object->declaration);
	if (object->client) {
		php_mcha_client_release(object->client);
	}
	zval_ptr_dtor(&object->failure_callback);
	zend_object_std_dtor(std);
}

static HashTable *get_gc(zend_object *std, zval **table, int *count)
{
	*table = &php_mcha_from_obj(std)->failure_callback;
	*count = 1;
	return zend_std_get_properties(std);
}

/* Adds what mcha_arginfo.h cannot say: its generator makes false of a bool that only C knows, and
 * PHP 8.1 could not compile an attribute that it does not have. */
static void finish_class(zend_class_entry *ce)
{
	const struct {
		const char *name;
		bool value;
	} flags[] = {
		{"HAVE_IGBINARY", MCHA_HAVE_IGBINARY},
		{"HAVE_JSON", MCHA_HAVE_JSON},
		{"HAVE_MSGPACK", MCHA_HAVE_MSGPACK},
		{"HAVE_ZSTD", MCHA_HAVE_ZSTD},
		{"HAVE_SESSION", MCHA_HAVE_SESSION},
		{"HAVE_TLS", MCHA_HAVE_TLS},
		{"HAVE_ENCODING", MCHA_HAVE_ENCODING},
		{"HAVE_SASL", php_mcha_client_has_sasl},
	};
	zend_class_constant *constant;
	size_t i;

	for (i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
		constant = zend_hash_str_find_ptr(&ce->constants_table, flags[i].name,
			strlen(flags[i].name));
		ZVAL_BOOL(&constant->value, flags[i].value);
	}
#if PHP_VERSION_ID >= 80200
	zend_add_parameter_attribute(zend_hash_str_find_ptr(&ce->function_table,
									 ZEND_STRL("setsaslauthdata")),
		1, ZSTR_KNOWN(ZEND_STR_SENSITIVEPARAMETER), 0);
	zend_add_parameter_attribute(zend_hash_str_find_ptr(&ce->function_table,
									 ZEND_STRL("setencodingkey")),
		0, ZSTR_KNOWN(ZEND_STR_SENSITIVEPARAMETER), 0);
#endif
}

void php_mcha_class_register(void)
{
	php_mcha_classes.mcha = register_class_McHA();
	finish_class(php_mcha_classes.mcha);
	php_mcha_classes.mcha->create_object = create_object;
	php_mcha_classes.mcha_exception = register_class_McHAException(spl_ce_RuntimeException);
	php_mcha_lock_class_register(register_class_McHALock());
	memcpy(&handlers, zend_get_std_object_handlers(), sizeof(handlers));
	handlers.offset = offsetof(php_mcha_object, std);
	handlers.free_obj = free_object;
	handlers.get_gc = get_gc;
	handlers.clone_obj = NULL;
}

/* Methods that class Memcached does not have: a subclass of it may define its own. */
static const char *const own_methods[] = {
	"getReplicas", "getNodes", "inspect", "repair", "getLastReplication", "lock", "remember"};

static bool is_own_method(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(own_methods) / sizeof(*own_methods); i++) {
		if (strcmp(own_methods[i], name) == 0) {
			return true;
		}
	}
	return false;
}

static zend_class_entry *register_class_memcached(void)
{
	static zend_function_entry methods[sizeof(class_McHA_methods) / sizeof(*class_McHA_methods)];
	const zend_function_entry *method;
	zend_class_entry ce, *registered;
	zend_class_constant *constant;
	zend_string *name;
	size_t count = 0;

	for (method = class_McHA_methods; method->fname; method++) {
		if (!is_own_method(method->fname)) {
			methods[count++] = *method;
		}
	}
	INIT_CLASS_ENTRY(ce, "Memcached", methods);
	registered = zend_register_internal_class(&ce);
	ZEND_HASH_FOREACH_STR_KEY_PTR (&php_mcha_classes.mcha->constants_table, name, constant) {
		zval value;

		ZVAL_COPY_VALUE(&value, &constant->value);
		zend_declare_class_constant_ex(registered, name, &value, ZEND_CLASS_CONST_FLAGS(constant),
			NULL);
	}
	ZEND_HASH_FOREACH_END();
	finish_class(registered);
	return registered;
}

void php_mcha_class_register_memcached(void)
{
	zend_class_entry *registered = register_class_memcached(), ce;

	registered->ce_flags |= php_mcha_classes.mcha->ce_flags & ZEND_ACC_NOT_SERIALIZABLE;
	registered->create_object = create_object;
	php_mcha_classes.memcached = registered;
	INIT_CLASS_ENTRY(ce, "MemcachedException", NULL);
	php_mcha_classes.memcached_exception = zend_register_internal_class_ex(&ce,
		spl_ce_RuntimeException);
}
