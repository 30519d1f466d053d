/* SPDX-License-Identifier: MIT */
/* The session save handler.
 *
 *   open       makes the pool of session.save_path, or finds a kept one; asks no node
 *   read       takes the lock (waits while another request holds it), then reads with ordered
 *              fallback; a miss starts an empty session, a failed read never does
 *   write      under the lock: replaces what this request has read, and nothing else, on all
 *              copies. Unchanged data is touched on all copies (session.lazy_write)
 *   close      releases the lock: session_write_close, read_and_close, session_abort,
 *              session_destroy, session_regenerate_id and the request's end all come through here.
 *              Where PHP does not close the session (a SessionHandler subclass throws),
 *              php_mcha_session_end_request() does
 *
 * The session and the lock of one id lie on the same nodes: the lock is placed by the id, too. With
 * pecl memcache's placement both are placed by the id and "-0", the name of the first copy
 * there. */
#include "php_mcha.h"

#include "ext/hash/php_hash.h"
#include "ext/hash/php_hash_sha.h"
#include "ext/session/php_session.h"
#include "glue/session/session.h"
#include "session_handler.h"

#define CREATE_ATTEMPTS 3

PS_FUNCS_UPDATE_TIMESTAMP(mcha);

/* --- opening and closing ---------------------------------------------------------------------- */

static void see(php_mcha_session *session, mcha_seen seen, zend_string *bytes);

static void note_created(php_mcha_session *session, zend_string *id)
{
	if (session->created) {
		zend_string_release(session->created);
	}
	session->created = id ? zend_string_copy(id) : NULL;
}

/* A handler begins to work with the session that is open. NULL: no session is open. */
static php_mcha_session *use_session(void *data)
{
	php_mcha_session *session = data;

	if (session) {
		session->users++;
	}
	return session;
}

/* A handler no longer works with the session; the last one frees it. NULL: there was no session. */
static void leave_session(php_mcha_session *session)
{
	if (!session || --session->users) {
		return;
	}
	php_mcha_session_unlock(session);
	php_mcha_client_release(session->client);
	see(session, (mcha_seen){0}, NULL);
	note_created(session, NULL);
	php_mcha_session_place_free(session);
	efree(session);
}

/* Ends the session, whatever its state, and clears the module's pointer to it. */
static void end_session(php_mcha_session *session)
{
	php_mcha_session_unlock(session);
	if (MCHA_G(open_session) == session) {
		MCHA_G(open_session) = NULL;
	}
	leave_session(session);
}

void php_mcha_session_end_request(void)
{
	if (MCHA_G(open_session)) {
		/* a fatal error may have left handlers by longjmp */
		((php_mcha_session *)MCHA_G(open_session))->users = 1;
		end_session(MCHA_G(open_session));
	}
}

/* PHP 8.6 hands over session.save_path as a zend_string, older versions as a C string. */
#if PHP_VERSION_ID >= 80600
#define SAVE_PATH_TEXT(path) ((path) ? ZSTR_VAL(path) : NULL)
#else
#define SAVE_PATH_TEXT(path) (path)
#endif

PS_OPEN_FUNC(mcha)
{
	php_mcha_session *session = PS_GET_MOD_DATA();

	if (session && session == MCHA_G(open_session)) {
		/* session_reset() opens the open session again, and the session keeps its lock */
		return SUCCESS;
	}
	if (MCHA_G(open_session)) {
		end_session(MCHA_G(open_session)); /* PHP has not closed the former session */
	}
	session = ecalloc(1, sizeof(*session));
	session->users = 1;
	if (!php_mcha_session_client(session, SAVE_PATH_TEXT(save_path))) {
		efree(session);
		PS_SET_MOD_DATA(NULL);
		return FAILURE;
	}
	session->as_memcache = php_mcha_session_are_placed_as_memcache();
	MCHA_G(open_session) = session;
	PS_SET_MOD_DATA(session);
	return SUCCESS;
}

PS_CLOSE_FUNC(mcha)
{
	php_mcha_session *session = PS_GET_MOD_DATA();

	if (session) {
		end_session(session);
		PS_SET_MOD_DATA(NULL);
	}
	return SUCCESS;
}

/* --- ids in messages -------------------------------------------------------------------------- */

#define HASH_DIGITS 12

/* A session's id lets its bearer in as the visitor, and many people read logs: messages have the
 * first digits of the id's SHA-256, which tell sessions apart and are of no other use. */
typedef struct public_name {
	char text[sizeof("sha256:") + HASH_DIGITS];
} public_name;

static public_name name_of(const zend_string *id)
{
	public_name name = {"sha256:"};
	unsigned char digest[32];
	PHP_SHA256_CTX context;
	size_t i;

	PHP_SHA256Init(&context);
	PHP_SHA256Update(&context, (const unsigned char *)ZSTR_VAL(id), ZSTR_LEN(id));
	PHP_SHA256Final(digest, &context);
	for (i = 0; i < HASH_DIGITS / 2; i++) {
		snprintf(name.text + strlen(name.text), 3, "%02x", digest[i]);
	}
	return name;
}

/* The id has the characters and the length that PHP's own save handler "files" takes. So the key of
 * a session is never the key of another session's lock: lock.ID has a dot. */
static bool is_id(const zend_string *id)
{
	return strlen(ZSTR_VAL(id)) == ZSTR_LEN(id) && php_session_valid_key(ZSTR_VAL(id)) == SUCCESS;
}

static bool check_id(const zend_string *id)
{
	if (is_id(id)) {
		return true;
	}
	php_error_docref(NULL, E_WARNING,
		"Session ID is too long or contains illegal characters. "
		"Only the A-Z, a-z, 0-9, \"-\", and \",\" characters are allowed");
	return false;
}

/* --- reading ---------------------------------------------------------------------------------- */

/* Notes what this request has read or written. Takes the bytes over; session->seen points into
 * them. */
static void see(php_mcha_session *session, mcha_seen seen, zend_string *bytes)
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

/* Takes the session's data from the answer. An item with flags is another client's: pecl memcache
 * compresses large sessions. NULL: the item is not session data. */
static zend_string *take_data(php_mcha_session *session, mcha_item *item)
{
	zend_string *bytes = php_mcha_value_string(item->answer.value);
	zval data;

	see(session, (mcha_seen){.found = true, .token = item->answer.cas}, zend_string_copy(bytes));
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
		see(session, (mcha_seen){0}, NULL);
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

static zend_result read_session(php_mcha_session *session, zend_string *key, zend_string **val)
{
	php_mcha_key buffer;
	mcha_item item;

	/* memory_limit may end the request in this function, and PHP would write an empty session */
	session->unread = true;
	if (!check_id(key)) {
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

PS_READ_FUNC(mcha)
{
	php_mcha_session *session = use_session(PS_GET_MOD_DATA());
	zend_result result = FAILURE;

	*val = NULL;
	if (session) {
		result = read_session(session, key, val);
	}
	leave_session(session);
	return result;
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
			name_of(id).text, php_mcha_session_lock_life());
	} else {
		php_error_docref(NULL, E_WARNING,
			"session %s was not written: another request has changed it since this "
			"request read it, although this request holds the session's lock. Either the lock "
			"was granted twice (a node has lost it, or two web servers could not reach the "
			"same nodes), or the other request works without locks",
			name_of(id).text);
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

static zend_result write_session(php_mcha_session *session, zend_string *id, zend_string *data,
	zend_long life)
{
	php_mcha_key buffer;
	mcha_item item;
	mcha_status status;

	if (php_mcha_session_lock_is_parents(session, id)) {
		php_error_docref(NULL, E_WARNING,
			"session %s was not written: this process was forked while the "
			"session was open, and only its parent process may write it",
			name_of(id).text);
		return FAILURE;
	}
	php_mcha_session_item(session, &item, id, &buffer);
	item.value = ZSTR_VAL(data);
	item.value_length = ZSTR_LEN(data);
	item.exptime = php_mcha_exptime_in(life);
	item.fresh = is_new(session, id);
	status = store(session, id, &item);
	if (status == MCHA_STATUS_OK) {
		see(session, (mcha_seen){.found = true, .token = item.answer.cas}, zend_string_copy(data));
		return SUCCESS;
	}
	if (status == MCHA_STATUS_EXISTS || status == MCHA_STATUS_MISS) {
		warn_of_others(session, id);
	} else {
		php_mcha_session_warn(session, "could not write the session", status);
	}
	return FAILURE;
}

/* A session that could not be read is not written over, and neither is one without a valid id. */
static bool is_writable(const php_mcha_session *session, const zend_string *id)
{
	return session && !session->unread && check_id(id);
}

PS_WRITE_FUNC(mcha)
{
	php_mcha_session *session = use_session(PS_GET_MOD_DATA());
	zend_result result = is_writable(session, key) ? write_session(session, key, val, maxlifetime)
												   : FAILURE;

	leave_session(session);
	return result;
}

static zend_result prolong_session(php_mcha_session *session, zend_string *key, zend_string *val,
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
		return write_session(session, key, val, maxlifetime);
	}
	php_mcha_session_warn(session, "could not extend the life of the session", item.answer.status);
	return FAILURE;
}

PS_UPDATE_TIMESTAMP_FUNC(mcha)
{
	php_mcha_session *session = use_session(PS_GET_MOD_DATA());
	zend_result result = is_writable(session, key) ? prolong_session(session, key, val, maxlifetime)
												   : FAILURE;

	leave_session(session);
	return result;
}

static zend_result destroy_session(php_mcha_session *session, zend_string *key)
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
	see(session, (mcha_seen){0}, NULL);
	php_mcha_session_unlock(session);
	return SUCCESS;
}

PS_DESTROY_FUNC(mcha)
{
	php_mcha_session *session = use_session(PS_GET_MOD_DATA());
	zend_result result = session && check_id(key) ? destroy_session(session, key) : FAILURE;

	leave_session(session);
	return result;
}

/* memcached expires sessions itself. */
PS_GC_FUNC(mcha)
{
	*nrdels = 0;
	return 0;
}

/* --- ids -------------------------------------------------------------------------------------- */

static mcha_status look_up(php_mcha_session *session, zend_string *id)
{
	php_mcha_key buffer;
	mcha_item item;

	php_mcha_session_item(session, &item, id, &buffer);
	mcha_get(session->client->pool, &item, 1, 0);
	return item.answer.status;
}

PS_CREATE_SID_FUNC(mcha)
{
	php_mcha_session *session = PS_GET_MOD_DATA();
	zend_string *id = NULL;
	int attempt;

	for (attempt = 0; attempt < CREATE_ATTEMPTS; attempt++) {
		id = php_session_create_id((void **)&session);
		if (!id || !session) {
			return id;
		}
		if (look_up(session, id) != MCHA_STATUS_OK) {
			note_created(session, id);
			return id;
		}
		zend_string_release(id);
	}
	php_error_docref(NULL, E_WARNING,
		"could not create a session ID: %d random IDs in a row are in use", CREATE_ATTEMPTS);
	return NULL;
}

/* An id that cannot be looked up is valid here: reading the session will fail with a warning.
 * Refusing the id would give the visitor a new, empty session in place of his own. */
PS_VALIDATE_SID_FUNC(mcha)
{
	php_mcha_session *session = PS_GET_MOD_DATA();
	mcha_status status;

	if (!session || !is_id(key)) {
		return FAILURE;
	}
	status = look_up(session, key);
	return status == MCHA_STATUS_MISS || status == MCHA_STATUS_BAD_KEY ? FAILURE : SUCCESS;
}

static const ps_module ps_mod_mcha = {PS_MOD_UPDATE_TIMESTAMP(mcha)};
static ps_module ps_mod_memcached = {PS_MOD_UPDATE_TIMESTAMP(mcha)};

void php_mcha_session_register(void)
{
	php_session_register_module(&ps_mod_mcha);
}

void php_mcha_session_register_memcached(void)
{
	ps_mod_memcached.s_name = "memcached";
	php_session_register_module(&ps_mod_memcached);
}
