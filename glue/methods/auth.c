/* SPDX-License-Identifier: MIT */
/* Methods about access to the data: setSaslAuthData, setEncodingKey. */
#include "../frame.h"

ZEND_METHOD(McHA, setSaslAuthData)
{
	php_mcha_object *object;
	char *username, *password;
	size_t username_length, password_length;

	ZEND_PARSE_PARAMETERS_START(2, 2)
	Z_PARAM_STRING(username, username_length)
	Z_PARAM_STRING(password, password_length)
	ZEND_PARSE_PARAMETERS_END();
	if (!(object = php_mcha_this(ZEND_THIS))) {
		return;
	}
	if (!php_mcha_client_has_sasl) {
		php_mcha_set_status(object, MCHA_STATUS_UNSUPPORTED);
		RETURN_FALSE;
	}
	if (!php_mcha_client_is_binary(object->client)) {
		php_error_docref(NULL, E_WARNING, "SASL is only supported with binary protocol");
		RETURN_FALSE;
	}
	php_mcha_changes(object);
	php_mcha_client_set_sasl(object->client, username, password);
	php_mcha_client_apply(object->client);
	php_mcha_set_status(object, MCHA_STATUS_OK);
	RETURN_TRUE;
}

/* mcha.stub.php says why McHA does not encrypt. It warns, because code that ignores the result
 * would go on writing values that it believes to be encrypted. */
ZEND_METHOD(McHA, setEncodingKey)
{
	php_mcha_object *object;
	zend_string *key;

	ZEND_PARSE_PARAMETERS_START(1, 1)
	Z_PARAM_STR(key)
	ZEND_PARSE_PARAMETERS_END();
	if (!(object = php_mcha_this(ZEND_THIS))) {
		return;
	}
	php_mcha_set_status(object, MCHA_STATUS_UNSUPPORTED);
	php_error_docref(NULL, E_WARNING,
		"McHA does not encrypt values, so this key has no effect: "
		"encrypt values in the application");
	RETURN_FALSE;
}
