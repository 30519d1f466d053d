/* SPDX-License-Identifier: MIT */
/* Asks one server for its statistics. */
#ifndef MCHA_CLASSIC_STATS_H
#define MCHA_CLASSIC_STATS_H

#include "classic_connection.h"

/* Answers one STATS request; its key names the kind of statistics, "" the general ones. Returns the
 * status of the answer, or the fault. */
mcha_status classic_stats(classic_connection *connection, mcha_request *request);

#endif
