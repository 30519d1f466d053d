/* SPDX-License-Identifier: MIT */
/* The begin and the end of every operation on items: their lists of replicas, and what no operation
 * may forget. */
#ifndef MCHA_ENGINE_OPERATION_H
#define MCHA_ENGINE_OPERATION_H

#include "targets.h"

/* Begins an operation on these items: clock, deadline, report, and the items' lists of replicas. */
void mcha_operation_begin(mcha_pool *pool, mcha_item *items, size_t count);

/* Ends it, when each item has its answer. verb: of the operation's own requests. Records in-flight
 * hints for the replicas whose answers a write has not waited for, remembers where the written keys
 * are, and fills in the report. A write that some node has missed, a deletion, and a write of a
 * short life fail with a timeout if this process was stopped in their midst for so long that other
 * processes have taken it for dead. */
void mcha_operation_end(mcha_pool *pool, mcha_item *items, size_t count, mcha_verb verb);

#endif
