/* SPDX-License-Identifier: MIT */
/* What one pool has counted and not yet added to the host's metrics. */
#ifndef MCHA_ENGINE_POOL_METRICS_H
#define MCHA_ENGINE_POOL_METRICS_H

#include <stdbool.h>

#include "engine/shared/metrics.h"
#include "engine/base/clock.h"

typedef struct mcha_pool_metrics {
	uint32_t counters[MCHA_METRIC_COUNTERS];
	uint32_t failures[MCHA_STATUS_COUNT];
	bool has_failures;   /* some of these is not 0 */
	mcha_usec added_at;  /* when this pool last added its counts to the host's */
	uint32_t generation; /* mcha_fork_generation() then */
} mcha_pool_metrics;

#endif
