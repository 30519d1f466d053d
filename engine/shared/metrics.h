/* SPDX-License-Identifier: MIT */
/* What all processes of the host have done since the memory was made, as counters for monitoring.
 * Each pool counts for itself, and adds what it has to these once a second (pool_metrics.h): so
 * workers do not slow each other down. */
#ifndef MCHA_ENGINE_METRICS_H
#define MCHA_ENGINE_METRICS_H

#include <stdatomic.h>
#include <stdint.h>

#include "engine/base/status.h"

/* Name, family, label. The label is the counter's name within its family; "": the family has this
 * counter alone. (glue/metrics.c has the families.) */
#define MCHA_METRIC_TABLE(X) \
	X(GET, KEYS, "get") \
	X(STORE, KEYS, "store") \
	X(DELETE, KEYS, "delete") \
	X(TOUCH, KEYS, "touch") \
	X(COUNT, KEYS, "count") \
	X(FAILED_READS, FAILED, "read") \
	X(FAILED_WRITES, FAILED, "write") \
	X(FIRST, READS, "first") \
	X(FALLBACK, READS, "fallback") \
	X(HANDOFF, READS, "handoff") \
	X(PREVIOUS, READS, "previous") \
	X(MISS, READS, "miss") \
	X(REPAIRS, REPAIRS, "") \
	X(HEDGES, HEDGES, "") \
	X(HINTS, HINTS, "")

typedef enum mcha_metric {
#define MCHA_METRIC_ENUM(name, family, label) MCHA_METRIC_##name,
	MCHA_METRIC_TABLE(MCHA_METRIC_ENUM)
#undef MCHA_METRIC_ENUM
		MCHA_METRIC_COUNTERS
} mcha_metric;

typedef struct mcha_metrics {
	_Atomic uint64_t counters[MCHA_METRIC_COUNTERS];
	/* operations in which a node failed, by the reason; one operation counts once for each node */
	_Atomic uint64_t failures[MCHA_STATUS_COUNT];
} mcha_metrics;

#endif
