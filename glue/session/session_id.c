/* SPDX-License-Identifier: MIT */
/* The ids of sessions: which ids are valid, and what a message says in the place of one. */
#include "session.h"

#include "ext/hash/php_hash.h"
#include "ext/hash/php_hash_sha.h"
#include "ext/session/php_session.h"

php_mcha_session_name_text php_mcha_session_name(const zend_string *id)
{
	php_mcha_session_name_text name = {"sha256:"};
	unsigned char digest[32];
	PHP_SHA256_CTX context;
	size_t i;

	PHP_SHA256Init(&context);
	PHP_SHA256Update(&context, (const unsigned char *)ZSTR_VAL(id), ZSTR_LEN(id));
	PHP_SHA256Final(digest, &context);
	for (i = 0; i < PHP_MCHA_SESSION_NAME_DIGITS / 2; i++) {
		snprintf(name.text + strlen(name.text), 3, "%02x", digest[i]);
	}
	return name;
}

bool php_mcha_session_is_id(const zend_string *id)
{
	return strlen(ZSTR_VAL(id)) == ZSTR_LEN(id) && php_session_valid_key(ZSTR_VAL(id)) == SUCCESS;
}

bool php_mcha_session_check_id(const zend_string *id)
{
	if (php_mcha_session_is_id(id)) {
		return true;
	}
	php_error_docref(NULL, E_WARNING,
		"Session ID is too long or contains illegal characters. "
		"Only the A-Z, a-z, 0-9, \"-\", and \",\" characters are allowed");
	return false;
}
