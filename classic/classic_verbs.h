/* SPDX-License-Identifier: MIT */
/* The verbs of a single request, except for reading (classic_get.h) and statistics
 * (classic_stats.h). Each returns the status of the answer, or the fault. */
#ifndef MCHA_CLASSIC_VERBS_H
#define MCHA_CLASSIC_VERBS_H

#include "classic_connection.h"

mcha_status classic_store(classic_connection *connection, mcha_request *request);
mcha_status classic_delete(classic_connection *connection, mcha_request *request);
mcha_status classic_touch(classic_connection *connection, mcha_request *request);
mcha_status classic_count(classic_connection *connection, mcha_request *request);
mcha_status classic_version(classic_connection *connection, mcha_request *request);
mcha_status classic_flush(classic_connection *connection, mcha_request *request);

#endif
