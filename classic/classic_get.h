/* SPDX-License-Identifier: MIT */
/* Reads values by key, many in one call of libmemcached. */
#ifndef MCHA_CLASSIC_GET_H
#define MCHA_CLASSIC_GET_H

#include "classic_connection.h"

/* Takes what connection->result holds into the request's reply, status included. */
typedef void (*classic_taker)(classic_connection *connection, mcha_request *request);

/* Answers the GETs from first to before end, which all want the same. Returns a fault, and leaves
 * the requests that it has not answered PENDING; otherwise OK. */
mcha_status classic_get(classic_connection *connection, mcha_request *first, mcha_request *end);

/* Answers one GET, whose value take() looks at. Returns as classic_get(). */
mcha_status classic_get_one(classic_connection *connection, mcha_request *request,
	classic_taker take);

#endif
