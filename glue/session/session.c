/* SPDX-License-Identifier: MIT */
/* What the handler and the lock of a session stand on: where the session lies, its item, and the
 * words of a warning. */
#include "session.h"

void php_mcha_session_place_free(php_mcha_session *session)
{
	if (session->place) {
		zend_string_release(session->place);
		zend_string_release(session->place_id);
	}
}

const zend_string *php_mcha_session_place(php_mcha_session *session, const zend_string *id)
{
	if (!session->as_memcache) {
		return id;
	}
	if (session->place && zend_string_equals(session->place_id, id)) {
		return session->place;
	}
	php_mcha_session_place_free(session);
	session->place = zend_string_concat2(ZSTR_VAL(id), ZSTR_LEN(id), ZEND_STRL("-0"));
	session->place_id = zend_string_copy((zend_string *)id);
	return session->place;
}

void php_mcha_session_item(php_mcha_session *session, mcha_item *item, const zend_string *id,
	php_mcha_key *buffer)
{
	*item = (mcha_item){0};
	php_mcha_client_item(session->client, item, id, php_mcha_session_place(session, id), buffer);
}

void php_mcha_session_warn(const php_mcha_session *session, const char *what, mcha_status status)
{
	zend_string *failures = php_mcha_result_failures(session->client->pool);
	/* then each node's own reason says more than the status */
	bool told = ZSTR_LEN(failures) && status != MCHA_STATUS_NO_QUORUM
		&& !mcha_status_is_answer(status);

	php_error_docref(NULL, E_WARNING, "%s: %s%s%s", what, told ? "" : mcha_status_text(status),
		ZSTR_LEN(failures) && !told ? ": " : "", ZSTR_VAL(failures));
	zend_string_release(failures);
}
