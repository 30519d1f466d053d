/* SPDX-License-Identifier: MIT */
/* Sessions on copies.
 *
 *   open       pool from session.save_path (or a kept one); nothing is asked yet
 *   read       lock (wait while another request holds it), then read with ordered fallback;
 *              "not found" starts an empty session, "could not be read" never does
 *   write      to all copies; unchanged data is touched on all copies (session.lazy_write)
 *              a request that outlived its lock writes only what nobody else has written since it read
 *   close      gives the lock back: session_write_close, read_and_close, session_abort,
 *              session_destroy, session_regenerate_id and the request's end all come through here
 *
 * Session and lock of one id lie on the same nodes: the lock is placed by the id too. Where they are
 * to lie as pecl memcache's did, that is the id and "-0": it begins where it has the copies of others. */
#include "php_mcha.h"

#include "ext/session/php_session.h"
#include "glue/client.h"
#include "glue/constants.h"
#include "glue/held.h"
#include "glue/ini.h"
#include "glue/persistent.h"
#include "session_handler.h"

#define LOCK_PREFIX "lock."
#define CREATE_ATTEMPTS 3

typedef struct mcha_session {
	php_mcha_client *client;
	bool as_memcache;       /* sessions lie where pecl memcache put them */
	zend_string *place;     /* then: what the last one used is placed by; NULL: none yet */
	zend_string *locked_id; /* whose lock this request holds; NULL: none */
	mcha_lock lock;
	mcha_usec locked_until; /* from then on another request may have the lock */
	bool unread;            /* reading it has begun and not ended well: there is nothing to write */
	bool guarded;           /* seen is known: what was read can be told from what others wrote */
	uint64_t seen;          /* CAS token of what was read; 0: there was nothing */
	char token[PHP_MCHA_TOKEN_LENGTH + 1];
} mcha_session;

PS_FUNCS_UPDATE_TIMESTAMP(mcha);

/* --- the pool ---------------------------------------------------------------------------------- */

static bool are_placed_as_memcache(void)
{
	return MCHA_G(sess_consistent_hash)
		&& MCHA_G(sess_consistent_hash_type) >= HASHING_MEMCACHE_STANDARD;
}

/* What pecl memcached's session settings mean for placement, applied in its order. */
static void place_sessions(php_mcha_client *client)
{
	if (are_placed_as_memcache()) {
		hashing_set(client->placement, MEMCACHED_BEHAVIOR_DISTRIBUTION,
			(uint64_t)MCHA_G(sess_consistent_hash_type));
	} else if (MCHA_G(sess_consistent_hash)) {
		hashing_set(client->placement, (memcached_behavior_t)MCHA_G(sess_consistent_hash_type), 1);
	} else {
		hashing_set(client->placement, MEMCACHED_BEHAVIOR_DISTRIBUTION,
			MEMCACHED_DISTRIBUTION_MODULA);
	}
}

static php_mcha_client *new_client(void)
{
	php_mcha_client *client = php_mcha_client_create();

	client->settings.replicas = (uint16_t)MIN(MCHA_G(sess_number_of_replicas), MCHA_POOL_NODES_MAX);
	client->settings.zone_writes = MCHA_ZONE_WRITES_ALL; /* the next request may be the other zone's */
	client->binary = MCHA_G(sess_binary_protocol) || MCHA_G(binary_protocol);
	if (MCHA_G(sess_randomize_replica_read)) {
		client->settings.read_policy = MCHA_READ_BALANCED;
	}
	if (MCHA_G(sess_connect_timeout)) {
		client->settings.transport.connect_timeout =
			MCHA_G(sess_connect_timeout) * MCHA_USEC_PER_MSEC;
	}
	php_mcha_client_set_sasl(client, MCHA_G(sess_sasl_username), MCHA_G(sess_sasl_password));
	php_mcha_client_apply(client);
	place_sessions(client);
	return client;
}

static bool configure(php_mcha_client *client, const char *servers, const char *previous)
{
	char error[MCHA_POOL_STRING_ERROR_MAX];

	if (!php_mcha_client_add_string(client, servers, strlen(servers), error)) {
		php_error_docref(NULL, E_WARNING, "session.save_path: %s", error);
		return false;
	}
	if (client->pool->node_count == 0) {
		php_error_docref(NULL, E_WARNING, "session.save_path names no server; write, for example, "
			"session.save_path=\"10.0.0.1:11211,10.0.0.2:11211\"");
		return false;
	}
	if (!php_mcha_client_set_prefix(client, MCHA_G(sess_prefix), strlen(MCHA_G(sess_prefix)))) {
		php_error_docref(NULL, E_WARNING, "mcha.sess_prefix is too long: \"%s\"",
			MCHA_G(sess_prefix));
		return false;
	}
	php_mcha_client_set_previous(client, previous);
	if (!php_mcha_client_prepare(client, error)) {
		php_error_docref(NULL, E_WARNING, "mcha.sess_previous_servers: %s", error);
		return false;
	}
	return true;
}

/* Kept clients differ by everything that the ini can change from one virtual host, or one request,
 * to the next; the user and the password, too. */
static zend_string *persistent_name(const char *servers)
{
	zend_string *what = zend_strpprintf(0, "mcha session:%s", servers);
	zend_string *name = php_mcha_ini_signature(what, true);

	zend_string_release(what);
	return name;
}

/* Without a save_path of their own sessions lie in the pool of everything else, and lay there before. */
static bool open_client(mcha_session *session, const char *save_path)
{
	bool own = save_path && *save_path;
	const char *servers = own ? save_path : MCHA_G(servers);
	const char *previous = own || MCHA_G(sess_previous_servers)[0] ? MCHA_G(sess_previous_servers)
		: MCHA_G(previous_servers);
	php_mcha_family *family = NULL;

	if (MCHA_G(sess_persistent)) {
		zend_string *name = persistent_name(servers);

		family = php_mcha_family_of(name);
		session->client = php_mcha_family_last(family);
		zend_string_release(name);
		if (session->client) {
			php_mcha_client_retain(session->client);
			return true;
		}
	}
	session->client = new_client();
	if (!configure(session->client, servers, previous)) {
		php_mcha_client_release(session->client);
		return false;
	}
	if (family) {
		php_mcha_family_use(family, session->client);
	}
	return true;
}

PS_OPEN_FUNC(mcha)
{
	mcha_session *session = PS_GET_MOD_DATA();

	if (session && session == MCHA_G(open_session)) {
		return SUCCESS; /* session_reset() opens again what is open, and keeps its lock */
	}
	session = ecalloc(1, sizeof(*session));
	if (!open_client(session, save_path)) {
		efree(session);
		PS_SET_MOD_DATA(NULL);
		return FAILURE;
	}
	session->as_memcache = are_placed_as_memcache();
	MCHA_G(open_session) = session;
	PS_SET_MOD_DATA(session);
	return SUCCESS;
}

/* --- words ------------------------------------------------------------------------------------- */

static void warn(const mcha_session *session, const char *what, mcha_status status)
{
	zend_string *failures = php_mcha_result_failures(session->client->pool);

	php_error_docref(NULL, E_WARNING, "%s: %s%s%s", what, mcha_status_text(status),
		ZSTR_LEN(failures) ? ": " : "", ZSTR_VAL(failures));
	zend_string_release(failures);
}

/* What a session and its lock are placed by. */
static const zend_string *place_of(mcha_session *session, const zend_string *id)
{
	if (!session->as_memcache) {
		return id;
	}
	if (session->place) {
		zend_string_release(session->place);
	}
	session->place = zend_string_concat2(ZSTR_VAL(id), ZSTR_LEN(id), ZEND_STRL("-0"));
	return session->place;
}

static void session_item(mcha_session *session, mcha_item *item, const zend_string *id,
		php_mcha_key *buffer)
{
	*item = (mcha_item){0};
	php_mcha_client_item(session->client, item, id, place_of(session, id), buffer);
}

/* --- the lock ---------------------------------------------------------------------------------- */

/* Key "lock.<id>", placed as the session; the value is this request's token. */
static zend_string *lock_item(mcha_session *session, mcha_item *item, const zend_string *id,
		php_mcha_key *buffer)
{
	zend_string *key = zend_string_concat2(ZEND_STRL(LOCK_PREFIX), ZSTR_VAL(id), ZSTR_LEN(id));

	*item = (mcha_item){0};
	php_mcha_client_item(session->client, item, key, place_of(session, id), buffer);
	item->value = session->token;
	item->value_length = PHP_MCHA_TOKEN_LENGTH;
	return key;
}

/* A lock ends with its request at the latest; where a request may last for ever (CLI), with the time
 * that another one would wait for it, by default and at least 30 seconds. Never "never": the owner
 * may be dead. */
#define UNLIMITED_LOCK_LIFE 30

static zend_long lock_life(void)
{
	zend_long life = MCHA_G(sess_lock_expire) ? MCHA_G(sess_lock_expire) : EG(timeout_seconds);

	return life > 0 ? life
		: MAX(UNLIMITED_LOCK_LIFE, (MCHA_G(sess_lock_timeout) + 999) / 1000);
}

static void release_lock(mcha_session *session)
{
	php_mcha_key buffer;
	mcha_item item;
	zend_string *key;

	if (!session->locked_id) {
		return;
	}
	key = lock_item(session, &item, session->locked_id, &buffer);
	mcha_lock_release(session->client->pool, &item, &session->lock);
	zend_string_release(key);
	zend_string_release(session->locked_id);
	session->locked_id = NULL;
}

/* NOT_STORED: somebody else holds it, to the end of our patience. */
static mcha_status wait_for_lock(mcha_session *session, mcha_item *item)
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
		php_mcha_backoff_sleep(&backoff, &session->client->pool->random);
		*item = question;
	}
}

static bool acquire_lock(mcha_session *session, zend_string *id)
{
	php_mcha_key buffer;
	mcha_item item;
	zend_string *key;
	mcha_status status;

	if (session->locked_id && zend_string_equals(session->locked_id, id)) {
		return true; /* session_reset() reads again */
	}
	release_lock(session);
	if (!php_mcha_token_make(session->token)) {
		php_error_docref(NULL, E_WARNING, "no random bytes for the session lock's token");
		return false;
	}
	key = lock_item(session, &item, id, &buffer);
	item.exptime = php_mcha_exptime_in(lock_life());
	status = wait_for_lock(session, &item);
	/* a server's clock has only seconds: its lock may end up to one early */
	session->locked_until = mcha_clock_now() + (lock_life() - 1) * MCHA_USEC_PER_SEC;
	zend_string_release(key);
	if (session->lock.count) {
		session->locked_id = zend_string_copy(id); /* whatever there is of it, it will be released */
	}
	if (status == MCHA_STATUS_NOT_STORED) {
		php_error_docref(NULL, E_WARNING, "session is locked by another request: gave up after "
			ZEND_LONG_FMT " %s", MCHA_G(sess_lock_retries) ? MCHA_G(sess_lock_retries)
				: MCHA_G(sess_lock_timeout),
			MCHA_G(sess_lock_retries) ? "more tries (mcha.sess_lock_retries)"
				: "milliseconds (mcha.sess_lock_timeout)");
	} else if (status != MCHA_STATUS_OK) {
		warn(session, "could not lock the session", status);
		release_lock(session);
	}
	return status == MCHA_STATUS_OK;
}

PS_CLOSE_FUNC(mcha)
{
	mcha_session *session = PS_GET_MOD_DATA();

	if (session) {
		release_lock(session);
		php_mcha_client_release(session->client);
		if (session->place) {
			zend_string_release(session->place);
		}
		efree(session);
		MCHA_G(open_session) = NULL;
		PS_SET_MOD_DATA(NULL);
	}
	return SUCCESS;
}

/* --- the data ---------------------------------------------------------------------------------- */

/* Flags are those of somebody else: pecl memcache compresses large sessions. NULL: it is none. */
static zend_string *take_data(const mcha_session *session, mcha_item *item)
{
	zend_string *bytes = php_mcha_value_string(item->answer.value);
	zval data;

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

PS_READ_FUNC(mcha)
{
	mcha_session *session = PS_GET_MOD_DATA();
	php_mcha_key buffer;
	mcha_item item;

	if (!session) {
		return FAILURE;
	}
	*val = NULL;
	session->unread = true; /* memory_limit may end the request in here, and PHP writes what it has */
	if (MCHA_G(sess_locking) && !acquire_lock(session, key)) {
		return FAILURE;
	}
	session_item(session, &item, key, &buffer);
	/* a token is given out by the first home node alone: other read policies go without */
	session->guarded = session->client->settings.read_policy == MCHA_READ_ORDERED;
	mcha_get(session->client->pool, &item, 1,
		MCHA_WANT_VALUE | (session->guarded ? MCHA_WANT_CAS : 0));
	session->seen = item.answer.status == MCHA_STATUS_OK ? item.answer.cas : 0;
	if (item.answer.status == MCHA_STATUS_MISS) {
		*val = ZSTR_EMPTY_ALLOC();
	} else if (item.answer.status != MCHA_STATUS_OK) {
		warn(session, "could not read the session", item.answer.status);
	} else if (!(*val = take_data(session, &item))) {
		php_error_docref(NULL, E_WARNING, "could not read the session: what is stored there is none");
	}
	session->unread = *val == NULL;
	if (*val) {
		return SUCCESS;
	}
	release_lock(session);
	return FAILURE;
}

static bool outlived_lock(const mcha_session *session)
{
	return session->locked_id && session->guarded && mcha_clock_now() >= session->locked_until;
}

/* The lock is another's by now, perhaps: only what is still as it was read is written over. */
static zend_result write_unlocked(mcha_session *session, const zend_string *id, mcha_item *item)
{
	item->cas = session->seen;
	mcha_decide(session->client->pool, item, session->seen ? MCHA_MODE_SET : MCHA_MODE_ADD);
	switch (item->answer.status) {
	case MCHA_STATUS_OK:
		return SUCCESS;
	case MCHA_STATUS_EXISTS:
	case MCHA_STATUS_NOT_STORED:
	case MCHA_STATUS_MISS:
		php_error_docref(NULL, E_WARNING, "session %s is not written: its lock expired after "
			ZEND_LONG_FMT " seconds (mcha.sess_lock_expire), and another request has changed it "
			"since", ZSTR_VAL(id), lock_life());
		return FAILURE;
	default:
		warn(session, "could not write the session", item->answer.status);
		return FAILURE;
	}
}

static zend_result write_session(mcha_session *session, zend_string *id, zend_string *data,
		zend_long life)
{
	php_mcha_key buffer;
	mcha_item item;

	session_item(session, &item, id, &buffer);
	item.value = ZSTR_VAL(data);
	item.value_length = ZSTR_LEN(data);
	item.exptime = php_mcha_exptime_in(life);
	if (outlived_lock(session)) {
		return write_unlocked(session, id, &item);
	}
	mcha_store(session->client->pool, &item, 1, MCHA_MODE_SET);
	if (item.answer.status != MCHA_STATUS_OK) {
		warn(session, "could not write the session", item.answer.status);
		return FAILURE;
	}
	return SUCCESS;
}

PS_WRITE_FUNC(mcha)
{
	mcha_session *session = PS_GET_MOD_DATA();

	return session && !session->unread ? write_session(session, key, val, maxlifetime) : FAILURE;
}

PS_UPDATE_TIMESTAMP_FUNC(mcha)
{
	mcha_session *session = PS_GET_MOD_DATA();
	php_mcha_key buffer;
	mcha_item item;

	if (!session || session->unread) {
		return FAILURE;
	}
	session_item(session, &item, key, &buffer);
	item.exptime = php_mcha_exptime_in(maxlifetime);
	mcha_touch(session->client->pool, &item, 1);
	if (item.answer.status == MCHA_STATUS_OK) {
		return SUCCESS;
	}
	if (item.answer.status == MCHA_STATUS_MISS) {
		return write_session(session, key, val, maxlifetime); /* expired or evicted meanwhile */
	}
	warn(session, "could not prolong the session", item.answer.status);
	return FAILURE;
}

PS_DESTROY_FUNC(mcha)
{
	mcha_session *session = PS_GET_MOD_DATA();
	php_mcha_key buffer;
	mcha_item item;

	if (!session) {
		return FAILURE;
	}
	session_item(session, &item, key, &buffer);
	mcha_delete(session->client->pool, &item, 1);
	if (item.answer.status != MCHA_STATUS_OK && item.answer.status != MCHA_STATUS_MISS) {
		warn(session, "could not destroy the session", item.answer.status);
		release_lock(session);
		return FAILURE;
	}
	release_lock(session);
	return SUCCESS;
}

/* The servers expire sessions themselves. */
PS_GC_FUNC(mcha)
{
	*nrdels = 0;
	return 0;
}

/* --- ids --------------------------------------------------------------------------------------- */

static mcha_status look_up(mcha_session *session, zend_string *id)
{
	php_mcha_key buffer;
	mcha_item item;

	session_item(session, &item, id, &buffer);
	mcha_get(session->client->pool, &item, 1, 0);
	return item.answer.status;
}

PS_CREATE_SID_FUNC(mcha)
{
	mcha_session *session = PS_GET_MOD_DATA();
	zend_string *id = NULL;
	int attempt;

	for (attempt = 0; attempt < CREATE_ATTEMPTS; attempt++) {
		id = php_session_create_id((void **)&session);
		if (!id || !session || look_up(session, id) != MCHA_STATUS_OK) {
			return id;
		}
		zend_string_release(id);
	}
	php_error_docref(NULL, E_WARNING, "could not make a session id that is not in use");
	return NULL;
}

/* An id that cannot be looked up is let through: reading it will fail and say so. Refusing it here
 * would give the user a new, empty session in place of his own. */
PS_VALIDATE_SID_FUNC(mcha)
{
	mcha_session *session = PS_GET_MOD_DATA();
	mcha_status status = session ? look_up(session, key) : MCHA_STATUS_BAD_KEY;

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
