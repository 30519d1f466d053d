/* SPDX-License-Identifier: MIT */
/* The lock of a session: the item "lock.<id>", placed as the session, or, with sess_lock_apart, by
 * its own key, as pecl memcached places it; its value is the token of the request that holds the
 * lock. Only the process that took the lock releases it: a process that is forked while a session
 * is open has a copy of everything that its parent knows of the lock. */
#include "session.h"

#define LOCK_PREFIX "lock."

/* Makes item the lock's item. Returns its key, which the caller releases. */
static zend_string *lock_item(php_mcha_session *session, mcha_item *item, const zend_string *id,
	php_mcha_key *buffer)
{
	zend_string *key = zend_string_concat2(ZEND_STRL(LOCK_PREFIX), ZSTR_VAL(id), ZSTR_LEN(id));

	*item = (mcha_item){0};
	php_mcha_client_item(session->client, item, key,
		session->lock_apart ? NULL : php_mcha_session_place(session, id), buffer);
	item->value = session->token;
	item->value_length = PHP_MCHA_TOKEN_LENGTH;
	return key;
}

/* A lock lives as long as a request may last. Where a request may last for ever (CLI), the lock
 * lives as long as another request would wait for it, and at least 30 seconds. A lock never lives
 * for ever: its owner may have died. */
#define UNLIMITED_LOCK_LIFE 30

zend_long php_mcha_session_lock_life(void)
{
	zend_long life = MCHA_G(sess_lock_expire) ? MCHA_G(sess_lock_expire) : EG(timeout_seconds);

	return life > 0 ? life : MAX(UNLIMITED_LOCK_LIFE, (MCHA_G(sess_lock_timeout) + 999) / 1000);
}

static bool is_own(const php_mcha_session *session)
{
	return session->generation == mcha_fork_generation();
}

/* PHP has left the taking of the lock by longjmp (memory_limit, when the session's bytes came):
 * each home node may have a copy of the lock, and the release tells by the token which have. */
static void suspect_homes(php_mcha_session *session, mcha_item *item)
{
	mcha_pool *pool = session->client->pool;
	uint16_t list[2 * MCHA_POOL_NODES_MAX];
	size_t i, count = mcha_preference(pool, item, list);

	session->lock.count = 0;
	for (i = 0; i < count && i < mcha_pool_copies(pool) && i < MCHA_LOCK_COPIES_MAX; i++) {
		session->lock.copies[session->lock.count++] = (mcha_lock_copy){
			.node = mcha_pool_node(pool, list[i])->id,
		};
	}
}

static void forget(php_mcha_session *session)
{
	zend_string_release(session->locked_id);
	session->locked_id = NULL;
	session->acquiring = false;
}

void php_mcha_session_unlock(php_mcha_session *session)
{
	php_mcha_key buffer;
	mcha_item item;
	zend_string *key;

	if (!session->locked_id) {
		return;
	}
	if (is_own(session)) {
		key = lock_item(session, &item, session->locked_id, &buffer);
		if (session->acquiring) {
			suspect_homes(session, &item);
		}
		mcha_lock_release(session->client->pool, &item, &session->lock);
		zend_string_release(key);
	}
	forget(session);
}

bool php_mcha_session_has_lock(const php_mcha_session *session, const zend_string *id)
{
	return session->locked_id && is_own(session) && zend_string_equals(session->locked_id, id);
}

bool php_mcha_session_lock_is_parents(const php_mcha_session *session, const zend_string *id)
{
	return session->locked_id && !is_own(session) && zend_string_equals(session->locked_id, id);
}

bool php_mcha_session_outlived_lock(const php_mcha_session *session)
{
	return session->locked_id && mcha_clock_now() >= session->locked_until;
}

/* NOT_STORED: another request holds the lock, and this request has waited as long as the settings
 * allow. */
static mcha_status wait_for_lock(php_mcha_session *session, mcha_item *item)
{
	const mcha_item question = *item;
	mcha_usec until = mcha_clock_now() + MCHA_G(sess_lock_timeout) * MCHA_USEC_PER_MSEC;
	zend_long tries = MCHA_G(sess_lock_retries);
	php_mcha_backoff backoff = {
		.pause = MCHA_G(sess_lock_wait_min) * MCHA_USEC_PER_MSEC,
		.longest = MAX(MCHA_G(sess_lock_wait_max), MCHA_G(sess_lock_wait_min)) * MCHA_USEC_PER_MSEC,
		.until = tries ? INT64_MAX : until,
	};

	for (;;) {
		mcha_lock_acquire(session->client->pool, item, &session->lock);
		if (item->answer.status != MCHA_STATUS_NOT_STORED) {
			return item->answer.status;
		}
		if (MCHA_G(sess_lock_retries) ? tries-- <= 0 : mcha_clock_now() >= until) {
			return MCHA_STATUS_NOT_STORED;
		}
		php_mcha_backoff_sleep(&backoff, mcha_pool_random(session->client->pool));
		*item = question;
	}
}

static mcha_status take(php_mcha_session *session, zend_string *id, mcha_item *data)
{
	php_mcha_key buffer;
	mcha_item item;
	zend_string *key;
	mcha_status status;

	session->lock_apart = MCHA_G(sess_lock_apart);
	key = lock_item(session, &item, id, &buffer);
	item.exptime = php_mcha_exptime_in(php_mcha_session_lock_life());
	item.beside = session->lock_apart ? NULL : data; /* which the nodes of the lock have, or not */
	session->locked_id = zend_string_copy(id);
	session->generation = mcha_fork_generation();
	session->acquiring = true;
	status = wait_for_lock(session, &item);
	session->acquiring = false;
	/* a server's clock counts whole seconds: the lock may end up to one second early */
	session->locked_until = mcha_clock_now()
		+ (php_mcha_session_lock_life() - 1) * MCHA_USEC_PER_SEC;
	zend_string_release(key);
	if (!session->lock.count) {
		/* no node has a copy; copies of a lock that was not granted are released later */
		forget(session);
	}
	return status;
}

bool php_mcha_session_lock(php_mcha_session *session, zend_string *id, mcha_item *data)
{
	mcha_status status;

	data->answer.status = MCHA_STATUS_PENDING;
	if (php_mcha_session_has_lock(session, id)) {
		return true; /* session_reset() reads again, under the same lock */
	}
	php_mcha_session_unlock(session);
	if (!php_mcha_token_make(session->token)) {
		php_error_docref(NULL, E_WARNING,
			"could not lock the session: the system returned no random bytes");
		return false;
	}
	status = take(session, id, data);
	if (status == MCHA_STATUS_NOT_STORED) {
		php_error_docref(NULL, E_WARNING,
			"could not lock the session: another request holds its lock; "
			"gave up after " ZEND_LONG_FMT " %s",
			MCHA_G(sess_lock_retries) ? MCHA_G(sess_lock_retries) : MCHA_G(sess_lock_timeout),
			MCHA_G(sess_lock_retries) ? "more tries (mcha.sess_lock_retries)"
									  : "milliseconds (mcha.sess_lock_timeout)");
	} else if (status != MCHA_STATUS_OK) {
		php_mcha_session_warn(session, "could not lock the session", status);
		php_mcha_session_unlock(session);
	}
	return status == MCHA_STATUS_OK;
}
