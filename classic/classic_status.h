/* SPDX-License-Identifier: MIT */
/* The status that a return code of libmemcached means for a request. */
#ifndef MCHA_CLASSIC_STATUS_H
#define MCHA_CLASSIC_STATUS_H

#include "classic_connection.h"

/* The status of a finished call for this verb. Drops the connection after a fault, which base.error
 * then describes, and after an answer that leaves the position in the stream in doubt. */
mcha_status classic_judge(classic_connection *connection, mcha_verb verb, memcached_return_t code);

/* Like classic_judge(), for calls that wrap or lose the codes of their steps: judges the newest
 * error that libmemcached has noted instead of the code, if it has noted one. The call must not
 * have connected: when a server's first address fails and the second one answers, libmemcached
 * keeps the error of the first. */
mcha_status classic_judge_noted(classic_connection *connection, mcha_verb verb,
	memcached_return_t code);

/* Drops the connection and describes the fault in base.error. Returns the status, or a more precise
 * one. */
mcha_status classic_fault(classic_connection *connection, mcha_status status,
	memcached_return_t code);

#endif
