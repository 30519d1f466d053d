/* SPDX-License-Identifier: MIT */
/* An open session, which the files of the save handler share, from below: session.c has what the
 * others stand on, session_id.c the ids, session_lock.c the lock, session_pool.c the client and
 * session_data.c the data of the session; session_handler.c is the handler itself. */
#ifndef MCHA_GLUE_SESSION_H
#define MCHA_GLUE_SESSION_H

#include "../client.h"
#include "../lock_handle.h"

typedef struct php_mcha_session {
	php_mcha_client *client;
	/* the handler that opened the session, and handlers at work with it: an error handler that a
	 * warning calls may close the session while another handler still uses it */
	unsigned users;
	bool as_memcache;   /* sessions lie where pecl memcache put them */
	zend_string *place; /* with as_memcache: what place_id is placed by; NULL: none yet */
	zend_string *place_id;
	zend_string *locked_id; /* id whose lock this request holds; NULL: none */
	/* the lock is being taken: lock does not say yet which nodes have a copy */
	bool acquiring;
	bool lock_apart; /* the lock is placed by its own key, not as the session */
	mcha_lock lock;
	mcha_usec locked_until; /* from then on another request may have the lock */
	uint32_t generation;    /* the process that took the lock (engine/base/fork_generation.h) */
	/* id that this process has just made up: no node can have its data; NULL: none */
	zend_string *created;
	/* reading the session has begun and not succeeded: nothing is written */
	bool unread;
	mcha_seen seen;          /* what this request has read, or written since, of locked_id */
	zend_string *seen_bytes; /* seen points to these bytes; NULL: none */
	char token[PHP_MCHA_TOKEN_LENGTH + 1];
} php_mcha_session;

/* --- session.c -------------------------------------------------------------------------------- */

/* What a session and its lock are placed by. Lives as long as the id, or until the place of another
 * id is asked for. */
const zend_string *php_mcha_session_place(php_mcha_session *session, const zend_string *id);

/* Before the session itself is freed. */
void php_mcha_session_place_free(php_mcha_session *session);

/* Makes item the session's item. */
void php_mcha_session_item(php_mcha_session *session, mcha_item *item, const zend_string *id,
	php_mcha_key *buffer);

/* Warns: "What: status: failed nodes". */
void php_mcha_session_warn(const php_mcha_session *session, const char *what, mcha_status status);

/* --- session_id.c ----------------------------------------------------------------------------- */

#define PHP_MCHA_SESSION_NAME_DIGITS 12

/* A session's id lets its bearer in as the visitor, and many people read logs: messages have the
 * first digits of the id's SHA-256, which tell sessions apart and are of no other use. */
typedef struct php_mcha_session_name_text {
	char text[sizeof("sha256:") + PHP_MCHA_SESSION_NAME_DIGITS];
} php_mcha_session_name_text;

php_mcha_session_name_text php_mcha_session_name(const zend_string *id);

/* The id has the characters and the length that PHP's own save handler "files" takes. So the key of
 * a session is never the key of another session's lock: lock.ID has a dot. */
bool php_mcha_session_is_id(const zend_string *id);

/* The same, with a warning. */
bool php_mcha_session_check_id(const zend_string *id);

/* --- session_pool.c --------------------------------------------------------------------------- */

/* The settings place sessions where pecl memcache placed them. */
bool php_mcha_session_are_placed_as_memcache(void);

/* Gives the session the client of this session.save_path, a kept one or a new one. False: a warning
 * names the cause. */
bool php_mcha_session_client(php_mcha_session *session, const char *save_path);

/* --- session_lock.c --------------------------------------------------------------------------- */

/* Seconds that a lock lives. */
zend_long php_mcha_session_lock_life(void);

/* Takes the lock of this id, unless the session has the lock already. data: the session's item,
 * which the nodes read in the same round where they can; its status is PENDING if the caller still
 * has to read the item. False: the session has no lock, and a warning names the cause. */
bool php_mcha_session_lock(php_mcha_session *session, zend_string *id, mcha_item *data);

/* Releases the lock that the session has; does nothing in another process than the one that took
 * the lock. */
void php_mcha_session_unlock(php_mcha_session *session);

/* This process has taken the lock of this id and not released it. */
bool php_mcha_session_has_lock(const php_mcha_session *session, const zend_string *id);

/* The process that this one was forked from has taken the lock of this id. */
bool php_mcha_session_lock_is_parents(const php_mcha_session *session, const zend_string *id);

/* The life of the lock is over: another request may have the lock. */
bool php_mcha_session_outlived_lock(const php_mcha_session *session);

/* --- session_data.c --------------------------------------------------------------------------- */

/* Notes what this request has read or written. Takes the bytes over; session->seen points into
 * them. */
void php_mcha_session_see(php_mcha_session *session, mcha_seen seen, zend_string *bytes);

/* Takes the lock, if sessions have locks, and reads the session. FAILURE: a warning names the
 * cause, and the session has no lock. */
zend_result php_mcha_session_read(php_mcha_session *session, zend_string *key, zend_string **val);

/* Writes the session. FAILURE: a warning names the cause. */
zend_result php_mcha_session_write(php_mcha_session *session, zend_string *id, zend_string *data,
	zend_long life);

/* Prolongs the life of a session whose data has not changed; writes the data if the session is
 * gone. FAILURE: a warning names the cause. */
zend_result php_mcha_session_prolong(php_mcha_session *session, zend_string *key, zend_string *val,
	zend_long maxlifetime);

/* Deletes the session and releases its lock. FAILURE: a warning names the cause. */
zend_result php_mcha_session_destroy(php_mcha_session *session, zend_string *key);

#endif
