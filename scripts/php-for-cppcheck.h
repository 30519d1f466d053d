/* SPDX-License-Identifier: MIT */
/* PHP's macros, for cppcheck in scripts/lint, which does not read PHP's headers: with these it
 * would need minutes, and would report what it finds in PHP. A macro that cppcheck calls unknown
 * belongs here. */
#ifndef PHP_FOR_CPPCHECK_H
#define PHP_FOR_CPPCHECK_H

#define ZEND_BEGIN_MODULE_GLOBALS(name) typedef struct {
#define ZEND_END_MODULE_GLOBALS(name) \
	} \
	zend_##name##_globals;
#define ZEND_EXTERN_MODULE_GLOBALS(name)
#define ZEND_DECLARE_MODULE_GLOBALS(name)
#define ZEND_TSRMLS_CACHE_EXTERN()
#define ZEND_TSRMLS_CACHE_DEFINE()
#define ZEND_MOD_REQUIRED(name)
#define ZEND_MOD_CONFLICTS(name)
#define ZEND_MOD_OPTIONAL(name)
#define ZEND_LONG_FMT "%ld"

#define PHP_INI_BEGIN() static const zend_ini_entry_def ini_entries[] = {
#define PHP_INI_END() \
	} \
	;
#define PHP_INI_ENTRY1_EX(...)
#define PHP_INI_ENTRY2(...)
#define STD_PHP_INI_ENTRY(...)
#define STD_PHP_INI_ENTRY_EX(...)
#define STD_PHP_INI_BOOLEAN(...)

#define PHP_METHOD(class, name) \
	void class##_##name(zend_execute_data *execute_data, zval *return_value)
#define ZEND_METHOD PHP_METHOD
#define ZEND_PARSE_PARAMETERS_START(least, most)
#define ZEND_PARSE_PARAMETERS_END()
#define ZEND_PARSE_PARAMETERS_NONE()

/* Each parameter gets a value; otherwise cppcheck would call it uninitialized. */
#define Z_PARAM_OPTIONAL
#define Z_PARAM_ARRAY(place) take_parameter(&place);
#define Z_PARAM_ARRAY_HT(place) take_parameter(&place);
#define Z_PARAM_ARRAY_HT_OR_NULL(place) take_parameter(&place);
#define Z_PARAM_BOOL(place) take_parameter(&place);
#define Z_PARAM_DOUBLE(place) take_parameter(&place);
#define Z_PARAM_FUNC(place, cache) take_parameter(&place, &cache);
#define Z_PARAM_FUNC_OR_NULL(place, cache) take_parameter(&place, &cache);
#define Z_PARAM_LONG(place) take_parameter(&place);
#define Z_PARAM_STR(place) take_parameter(&place);
#define Z_PARAM_STRING(place, length) take_parameter(&place, &length);
#define Z_PARAM_STR_OR_NULL(place) take_parameter(&place);
#define Z_PARAM_ZVAL(place) take_parameter(&place);

#endif
