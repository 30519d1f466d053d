/* SPDX-License-Identifier: MIT */
/* The session save handler "mcha". */
#ifndef MCHA_SESSION_HANDLER_H
#define MCHA_SESSION_HANDLER_H

/* Registers the save handler "mcha" with PHP; once, when the module starts. */
void php_mcha_session_register(void);

/* Registers the same handler under pecl memcached's name. */
void php_mcha_session_register_memcached(void);

/* Ends the session that is still open at the end of the request, and releases its lock. */
void php_mcha_session_end_request(void);

#endif
