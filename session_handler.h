/* SPDX-License-Identifier: MIT */
/* The session save handler "mcha". */
#ifndef MCHA_SESSION_HANDLER_H
#define MCHA_SESSION_HANDLER_H

/* Makes session.save_handler=mcha known. Once, at module start. */
void php_mcha_session_register(void);

#endif
