/* SPDX-License-Identifier: MIT */
/* The data of a session: reads it, writes it over what this request has read, prolongs its life and
 * destroys it. */
#include "session.h"

void php_mcha_session_see(php_mcha_session *session, mcha_seen seen, zend_string *bytes)
{
	if (session->seen_bytes) {
		zend_string_release(session->seen_bytes);
	}
	session->seen = seen;
	session->seen_bytes = bytes;
	if (bytes) {
		session->seen.value = ZSTR_VAL(bytes);
		session->seen.length = ZSTR_LEN(bytes);
	}
}

/* --- reading ---------------------------------------------------------------------------------- */

/* Takes the session's data from the answer. An item with flags is another client's: pecl memcache
 * compresses large sessions. NULL: the item is not session data. */
static zend_string *take_data(php_mcha_session *session, mcha_item *item)
{
	zend_string *bytes = php_mcha_value_string(item->answer.value);
	zval data;

	php_mcha_session_see(session, (mcha_seen){.found = true, .token = item->answer.cas},
		zend_string_copy(bytes));
	if (!item->answer.flags) {
		return bytes;
	}
	if (php_mcha_value_decode_take(bytes, item->answer.flags, &session->client->values, &data)
		&& Z_TYPE(data) == IS_STRING) {
		return Z_STR(data);
	}
	zval_ptr_dtor(&data);
	return NULL;
}

/* The session's data; empty if the session does not exist. NULL: a warning names the cause. */
static zend_string *data_of(php_mcha_session *session, mcha_item *item)
{
	zend_string *data;

	if (item->answer.status == MCHA_STATUS_MISS) {
		php_mcha_session_see(session, (mcha_seen){0}, NULL);
		return ZSTR_EMPTY_ALLOC();
	}
	if (item->answer.status != MCHA_STATUS_OK) {
		php_mcha_session_warn(session, "could not read the session", item->answer.status);
		return NULL;
	}
	if (!(data = take_data(session, item))) {
		php_error_docref(NULL, E_WARNING,
			"could not read the session: the stored item is not session data");
	}
	return data;
}

/* No node can have data of this session. */
static bool is_new(const php_mcha_session *session, zend_string *id)
{
	return session->created && !session->seen.found && zend_string_equals(session->created, id);
}

zend_result php_mcha_session_read(php_mcha_session *session, zend_string *key, zend_string **val)
{
	php_mcha_key buffer;
	mcha_item item;

	/* memory_limit may end the request in this function, and PHP would write an empty session */
	session->unread = true;
	if (!php_mcha_session_check_id(key)) {
		return FAILURE;
	}
	php_mcha_session_item(session, &item, key, &buffer);
	item.answer.status = MCHA_STATUS_PENDING;
	item.fresh = is_new(session, key);
	if (MCHA_G(sess_locking) && !php_mcha_session_lock(session, key, &item)) {
		return FAILURE;
	}
	if (item.answer.status == MCHA_STATUS_PENDING) {
		/* only the first home node gives out CAS tokens: a read without a lock asks for none, so
		 * that any copy will do */
		mcha_get(session->client->pool, &item, 1,
			MCHA_WANT_VALUE | (session->locked_id ? MCHA_WANT_CAS : 0));
	}
	if (mcha_pool_has_news(session->client->pool)) {
		php_mcha_result_tell_news(session->client->pool, NULL);
	}
	*val = data_of(session, &item);
	session->unread = *val == NULL;
	if (*val) {
		return SUCCESS;
	}
	php_mcha_session_unlock(session);
	return FAILURE;
}

/* --- writing ---------------------------------------------------------------------------------- */

static void warn_of_others(const php_mcha_session *session, const zend_string *id)
{
	if (php_mcha_session_outlived_lock(session)) {
		php_error_docref(NULL, E_WARNING,
			"session %s was not written: this request ran for longer than its session "
			"lock lives (" ZEND_LONG_FMT
			" seconds, mcha.sess_lock_expire), and another request has changed the session "
			"meanwhile",
			php_mcha_session_name(id).text, php_mcha_session_lock_life());
	} else {
		php_error_docref(NULL, E_WARNING,
			"session %s was not written: another request has changed it since this "
			"request read it, although this request holds the session's lock. Either the lock "
			"was granted twice (a node has lost it, or two web servers could not reach the "
			"same nodes), or the other request works without locks",
			php_mcha_session_name(id).text);
	}
}

/* Under the lock: replaces what this request has read. A session that has disappeared since is
 * written anew, unless the request has outlived its lock: then another request may have destroyed
 * the session. */
static mcha_status store_over(php_mcha_session *session, mcha_item *item)
{
	const mcha_item question = *item;
	const mcha_seen nothing = {0};

	mcha_store_over(session->client->pool, item, &session->seen);
	if (item->answer.status == MCHA_STATUS_MISS && !php_mcha_session_outlived_lock(session)) {
		*item = question;
		mcha_store_over(session->client->pool, item, &nothing);
	}
	return item->answer.status;
}

static mcha_status store(php_mcha_session *session, const zend_string *id, mcha_item *item)
{
	if (php_mcha_session_has_lock(session, id)) {
		item->locked = true;
		return store_over(session, item);
	}
	mcha_store(session->client->pool, item, 1, MCHA_MODE_SET);
	return item->answer.status;
}

zend_result php_mcha_session_write(php_mcha_session *session, zend_string *id, zend_string *data,
	zend_long life)
{
	php_mcha_key buffer;
	mcha_item item;
	mcha_status status;

	if (php_mcha_session_lock_is_parents(session, id)) {
		php_error_docref(NULL, E_WARNING,
			"session %s was not written: this process was forked while the "
			"session was open, and only its parent process may write it",
			php_mcha_session_name(id).text);
		return FAILURE;
	}
	php_mcha_session_item(session, &item, id, &buffer);
	item.value = ZSTR_VAL(data);
	item.value_length = ZSTR_LEN(data);
	item.exptime = php_mcha_exptime_in(life);
	item.fresh = is_new(session, id);
	status = store(session, id, &item);
	if (status == MCHA_STATUS_OK) {
		php_mcha_session_see(session, (mcha_seen){.found = true, .token = item.answer.cas},
			zend_string_copy(data));
		return SUCCESS;
	}
	if (status == MCHA_STATUS_EXISTS || status == MCHA_STATUS_MISS) {
		warn_of_others(session, id);
	} else {
		php_mcha_session_warn(session, "could not write the session", status);
	}
	return FAILURE;
}

zend_result php_mcha_session_prolong(php_mcha_session *session, zend_string *key, zend_string *val,
	zend_long maxlifetime)
{
	php_mcha_key buffer;
	mcha_item item;

	php_mcha_session_item(session, &item, key, &buffer);
	item.exptime = php_mcha_exptime_in(maxlifetime);
	mcha_touch(session->client->pool, &item, 1);
	if (item.answer.status == MCHA_STATUS_OK) {
		return SUCCESS;
	}
	if (item.answer.status == MCHA_STATUS_MISS) {
		/* the session has expired, or its node has evicted it */
		return php_mcha_session_write(session, key, val, maxlifetime);
	}
	php_mcha_session_warn(session, "could not extend the life of the session", item.answer.status);
	return FAILURE;
}

zend_result php_mcha_session_destroy(php_mcha_session *session, zend_string *key)
{
	php_mcha_key buffer;
	mcha_item item;

	php_mcha_session_item(session, &item, key, &buffer);
	mcha_delete(session->client->pool, &item, 1);
	if (item.answer.status != MCHA_STATUS_OK && item.answer.status != MCHA_STATUS_MISS) {
		php_mcha_session_warn(session, "could not destroy the session", item.answer.status);
		php_mcha_session_unlock(session);
		return FAILURE;
	}
	php_mcha_session_see(session, (mcha_seen){0}, NULL);
	php_mcha_session_unlock(session);
	return SUCCESS;
}
