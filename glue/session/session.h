/* SPDX-License-Identifier: MIT */
/* An open session, as the rooms of the save handler share it: session_handler.c is its face, session_pool.c makes the client
 * that it is kept by, session_lock.c has its lock. */
#ifndef MCHA_GLUE_SESSION_H
#define MCHA_GLUE_SESSION_H

#include "../client.h"
#include "../lock_handle.h"

typedef struct php_mcha_session {
	php_mcha_client *client;
	unsigned users;         /* its opener, and handlers that are at work with it: an error handler that a warning calls
	                         * may close the session under them */
	bool as_memcache;       /* sessions lie where pecl memcache put them */
	zend_string *place;     /* then: what place_id is placed by; NULL: none yet */
	zend_string *place_id;
	zend_string *locked_id; /* whose lock this request holds; NULL: none */
	bool acquiring;         /* it is just being taken: lock does not tell yet which nodes have it */
	mcha_lock lock;
	mcha_usec locked_until; /* from then on another request may have the lock */
	uint32_t generation;    /* the process that took it (engine/base/fork_generation.h) */
	zend_string *created;   /* id that this process has just made up: no node can have its data; NULL: none */
	bool unread;            /* reading it has begun and not ended well: there is nothing to write */
	mcha_seen seen;         /* what was read, or written since, of locked_id */
	zend_string *seen_bytes; /* whose bytes seen has; NULL: none */
	char token[PHP_MCHA_TOKEN_LENGTH + 1];
} php_mcha_session;

/* Sessions lie where pecl memcache put them. */
bool php_mcha_session_are_placed_as_memcache(void);

/* The client of this session.save_path, a kept one or a new one. False: a warning says why not. */
bool php_mcha_session_client(php_mcha_session *session, const char *save_path);

/* "What: status: failed nodes" as a warning. */
void php_mcha_session_warn(const php_mcha_session *session, const char *what, mcha_status status);

/* What a session and its lock are placed by. Lives as long as the id, or until another id's is asked for. */
const zend_string *php_mcha_session_place(php_mcha_session *session, const zend_string *id);

/* The session's item. */
void php_mcha_session_item(php_mcha_session *session, mcha_item *item, const zend_string *id,
		php_mcha_key *buffer);

/* --- session_lock.c ---------------------------------------------------------------------------- */

/* Seconds that a lock lives. */
zend_long php_mcha_session_lock_life(void);

/* Takes the lock of this id, or has it. data: the session's item, read on the way where that costs no round;
 * PENDING: it is still to be read. False: a warning says why it was not to be had. */
bool php_mcha_session_lock(php_mcha_session *session, zend_string *id, mcha_item *data);

/* Gives back what is held; not in another process than the one that took it. */
void php_mcha_session_unlock(php_mcha_session *session);

/* This request has taken the lock of this id, and not given it back. */
bool php_mcha_session_has_lock(const php_mcha_session *session, const zend_string *id);

/* So has the process that this one was forked from. */
bool php_mcha_session_lock_is_parents(const php_mcha_session *session, const zend_string *id);

/* Its time is over: another request may have it. */
bool php_mcha_session_outlived_lock(const php_mcha_session *session);

#endif
