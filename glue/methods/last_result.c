/* SPDX-License-Identifier: MIT */
/* Methods that tell the result of the object's last operation. */
#include "../frame.h"

/* NULL with an Error thrown if the constructor has not run. */
static const php_mcha_result *result_of(zval *this)
{
	php_mcha_object *object = php_mcha_this(this);

	return object ? &object->result : NULL;
}

#define RESULT_METHOD(name, answer) \
	ZEND_METHOD(McHA, name) \
	{ \
		const php_mcha_result *result; \
		ZEND_PARSE_PARAMETERS_NONE(); \
		if ((result = result_of(ZEND_THIS))) { \
			answer; \
		} \
	}

RESULT_METHOD(getResultCode, RETURN_LONG(result->code))
RESULT_METHOD(getResultMessage, RETURN_STRING(php_mcha_result_text(result->code)))
RESULT_METHOD(getLastErrorCode, RETURN_LONG(result->error_code))
RESULT_METHOD(getLastErrorErrno, RETURN_LONG(result->error_errno))
RESULT_METHOD(getLastErrorMessage,
	RETURN_STRING(result->error[0] ? result->error : php_mcha_result_text(result->error_code)))

ZEND_METHOD(McHA, getLastDisconnectedServer)
{
	const php_mcha_result *result;

	ZEND_PARSE_PARAMETERS_NONE();
	if (!(result = result_of(ZEND_THIS))) {
		return;
	}
	if (!result->has_lost) {
		RETURN_FALSE;
	}
	array_init_size(return_value, 2);
	add_assoc_string(return_value, "host", result->lost_host);
	add_assoc_long(return_value, "port", result->lost_port);
}
