/* SPDX-License-Identifier: MIT */
/* Calls APCu's PHP functions. */
#include "apcu.h"

#include "zend_exceptions.h"

/* Finds APCu's own function, and not a PHP function of the same name. NULL: APCu is not loaded, or
 * the function is disabled. */
static zend_function *find(const char *name)
{
	zend_function *found = zend_hash_str_find_ptr(CG(function_table), name, strlen(name));

	return found && found->type == ZEND_INTERNAL_FUNCTION && found->internal_function.module
			&& strcmp(found->internal_function.module->name, "apcu") == 0
		? found
		: NULL;
}

/* A warning of APCu would call the application's error handler, which could use the object in the
 * middle of its operation. So warnings become exceptions, which call() clears. Beyond memory_limit
 * PHP leaves by longjmp. */
static void call_quietly(zend_function *function, zval *result, uint32_t count, zval *arguments)
{
	zend_error_handling before;

	zend_replace_error_handling(EH_THROW, zend_ce_error_exception, &before);
	zend_try
	{
		zend_call_known_function(function, NULL, NULL, result, count, arguments, NULL);
	}
	zend_catch
	{
		zend_restore_error_handling(&before);
		zend_bailout();
	}
	zend_end_try();
	zend_restore_error_handling(&before);
}

/* False: there is no such function, or the call failed. */
static bool call(const char *name, zval *result, uint32_t count, zval *arguments)
{
	zend_function *function = EG(exception) ? NULL : find(name);

	ZVAL_NULL(result);
	if (!function) {
		return false;
	}
	call_quietly(function, result, count, arguments);
	if (!EG(exception)) {
		return true;
	}
	zend_clear_exception();
	zval_ptr_dtor(result);
	ZVAL_NULL(result);
	return false;
}

/* True: the function returned true. */
static bool succeeds(const char *name, uint32_t count, zval *arguments)
{
	zval result;
	bool good = call(name, &result, count, arguments) && Z_TYPE(result) == IS_TRUE;

	zval_ptr_dtor(&result);
	return good;
}

bool php_mcha_apcu_is_there(void)
{
	return succeeds("apcu_enabled", 0, NULL);
}

zend_string *php_mcha_apcu_fetch(zend_string *name)
{
	zval argument, result;

	ZVAL_STR(&argument, name);
	if (!call("apcu_fetch", &result, 1, &argument) || Z_TYPE(result) != IS_STRING) {
		zval_ptr_dtor(&result);
		return NULL;
	}
	if (!ZSTR_IS_INTERNED(Z_STR(result)) && GC_REFCOUNT(Z_STR(result)) == 1) {
		zend_string_forget_hash_val(Z_STR(result));
		return Z_STR(result);
	}
	name = zend_string_init(Z_STRVAL(result), Z_STRLEN(result), 0);
	zval_ptr_dtor(&result);
	return name;
}

zend_long php_mcha_apcu_fetch_number(zend_string *name)
{
	zval argument, result;
	zend_long number;

	ZVAL_STR(&argument, name);
	number = call("apcu_fetch", &result, 1, &argument) && Z_TYPE(result) == IS_LONG ? Z_LVAL(result)
																					: 0;
	zval_ptr_dtor(&result);
	return number;
}

static bool store(zend_string *name, const zval *value, zend_long ttl)
{
	zval arguments[3];

	ZVAL_STR(&arguments[0], name);
	ZVAL_COPY_VALUE(&arguments[1], value);
	ZVAL_LONG(&arguments[2], ttl);
	return succeeds("apcu_store", 3, arguments);
}

bool php_mcha_apcu_store(zend_string *name, zend_string *bytes, zend_long ttl)
{
	zval value;

	ZVAL_STR(&value, bytes);
	return store(name, &value, ttl);
}

bool php_mcha_apcu_store_number(zend_string *name, zend_long number, zend_long ttl)
{
	zval value;

	ZVAL_LONG(&value, number);
	return store(name, &value, ttl);
}

bool php_mcha_apcu_swap_number(zend_string *name, zend_long from, zend_long to)
{
	zval arguments[3];

	ZVAL_STR(&arguments[0], name);
	ZVAL_LONG(&arguments[1], from);
	ZVAL_LONG(&arguments[2], to);
	return succeeds("apcu_cas", 3, arguments);
}

void php_mcha_apcu_delete(zend_string *name)
{
	zval argument;

	ZVAL_STR(&argument, name);
	succeeds("apcu_delete", 1, &argument);
}
