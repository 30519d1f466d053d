/* SPDX-License-Identifier: MIT */
/* The frame of an operation. */
#ifndef MCHA_ENGINE_POOL_OPERATION_H
#define MCHA_ENGINE_POOL_OPERATION_H

#include "pool.h"

/* Begins and ends an operation: clock, deadline, report, scratch, the in_flight mark. */
void mcha_pool_enter(mcha_pool *pool);
void mcha_pool_leave(mcha_pool *pool);

#endif
