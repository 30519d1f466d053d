/* SPDX-License-Identifier: MIT */
/* The frame of every operation: begins it with its clock, deadline and empty report, and ends
 * it. */
#ifndef MCHA_ENGINE_POOL_OPERATION_H
#define MCHA_ENGINE_POOL_OPERATION_H

#include "pool.h"

/* Begin and end an operation: clock, deadline, report, scratch memory, pool->running.entered. */
void mcha_pool_enter(mcha_pool *pool);
void mcha_pool_leave(mcha_pool *pool);

/* The operation has found hints of other hosts: looks once more which nodes are doubted. */
void mcha_pool_refresh_doubts(mcha_pool *pool);

#endif
