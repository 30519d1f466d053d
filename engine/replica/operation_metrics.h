/* SPDX-License-Identifier: MIT */
/* Counts an operation that has ended, for monitoring. */
#ifndef MCHA_ENGINE_OPERATION_METRICS_H
#define MCHA_ENGINE_OPERATION_METRICS_H

#include "engine/replica/item.h"

/* After the operation's report is complete. verb: of its own requests. Once a second the pool's
 * counts are added to the host's. */
void mcha_operation_metrics_count(mcha_pool *pool, const mcha_item *items, size_t count,
	mcha_verb verb);

#endif
