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

#include "ext/session/php_session.h"
#include "glue/session/session.h"
#include "session_handler.h"

#define CREATE_ATTEMPTS 3

PS_FUNCS_UPDATE_TIMESTAMP(mcha);

/* --- opening and closing ---------------------------------------------------------------------- */

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
	php_mcha_session_see(session, (mcha_seen){0}, NULL);
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

/* --- the data --------------------------------------------------------------------------------- */

PS_READ_FUNC(mcha)
{
	php_mcha_session *session = use_session(PS_GET_MOD_DATA());
	zend_result result = FAILURE;

	*val = NULL;
	if (session) {
		result = php_mcha_session_read(session, key, val);
	}
	leave_session(session);
	return result;
}

/* A session that could not be read is not written over, and neither is one without a valid id. */
static bool is_writable(const php_mcha_session *session, const zend_string *id)
{
	return session && !session->unread && php_mcha_session_check_id(id);
}

PS_WRITE_FUNC(mcha)
{
	php_mcha_session *session = use_session(PS_GET_MOD_DATA());
	zend_result result = is_writable(session, key)
		? php_mcha_session_write(session, key, val, maxlifetime)
		: FAILURE;

	leave_session(session);
	return result;
}

PS_UPDATE_TIMESTAMP_FUNC(mcha)
{
	php_mcha_session *session = use_session(PS_GET_MOD_DATA());
	zend_result result = is_writable(session, key)
		? php_mcha_session_prolong(session, key, val, maxlifetime)
		: FAILURE;

	leave_session(session);
	return result;
}

PS_DESTROY_FUNC(mcha)
{
	php_mcha_session *session = use_session(PS_GET_MOD_DATA());
	zend_result result = session && php_mcha_session_check_id(key)
		? php_mcha_session_destroy(session, key)
		: FAILURE;

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

	if (!session || !php_mcha_session_is_id(key)) {
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
