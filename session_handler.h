/* SPDX-License-Identifier: MIT */
/* The session save handler "mcha". */
#ifndef MCHA_SESSION_HANDLER_H
#define MCHA_SESSION_HANDLER_H

/* Makes session.save_handler=mcha known. Once, at module start. */
void php_mcha_session_register(void);

/* The same under pecl memcached's name. */
void php_mcha_session_register_memcached(void);

/* The request is over: what is still open is closed, and its lock given back. */
void php_mcha_session_end_request(void);

#endif
