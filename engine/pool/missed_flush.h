/* SPDX-License-Identifier: MIT */
/* Flushes that nodes have missed, in the life of an operation (health.h keeps them). */
#ifndef MCHA_ENGINE_MISSED_FLUSH_H
#define MCHA_ENGINE_MISSED_FLUSH_H

#include "pool.h"

/* This node has missed a flush that takes effect after this delay (an exptime, as memcached reads it). The first
 * process that can flushes it, before any process asks it for keys again. */
void mcha_missed_flush_note(mcha_pool *pool, uint16_t node, int64_t delay);

/* When an operation begins: replays what is due at nodes that can be asked. */
void mcha_missed_flush_replay(mcha_pool *pool);

#endif
