/* SPDX-License-Identifier: MIT */
/* An open session, which the files of the save handler share, from below: session.c has what the
 * others stand on, session_lock.c the lock and session_pool.c the client of the session;
 * session_handler.c is the handler itself. */
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

#endif
