/* SPDX-License-Identifier: MIT */
/* What the metrics consist of, for the two ways to tell them. */
#ifndef MCHA_GLUE_METRICS_FIGURES_H
#define MCHA_GLUE_METRICS_FIGURES_H

#include "metrics.h"

typedef enum php_mcha_metric_kind {
	KEYS,
	FAILED,
	READS,
	REPAIRS,
	HEDGES,
	HINTS,
	FAMILIES
} php_mcha_metric_kind;

typedef struct php_mcha_metric_family {
	const char *key;   /* in the array */
	const char *name;  /* for Prometheus */
	const char *label; /* for Prometheus; NULL: the family has one counter */
	const char *help;
} php_mcha_metric_family;

typedef struct php_mcha_metric_counter {
	php_mcha_metric_kind family;
	const char *label;
} php_mcha_metric_counter;

extern const php_mcha_metric_family php_mcha_metric_families[FAMILIES];
extern const php_mcha_metric_counter php_mcha_metric_counters[MCHA_METRIC_COUNTERS];

static inline uint64_t php_mcha_metric_read(const _Atomic uint64_t *counter)
{
	return atomic_load_explicit(counter, memory_order_relaxed);
}

/* A node can fail by this status: it is no answer. */
bool php_mcha_metric_is_failure(mcha_status status);

/* "timeout". A new string. */
zend_string *php_mcha_metric_reason(mcha_status status);

typedef struct php_mcha_node_figures {
	char name[MCHA_HEALTH_NAME_MAX];
	const mcha_health *health;
	mcha_health_state state;
	const char *state_name;
	zend_long hints;
	bool distrusted;
} php_mcha_node_figures;

/* The next server that any process with these tables has had in a pool; *cursor is 0 before the
 * first call. False: there is none. */
bool php_mcha_metric_node_next(const mcha_shared_tables *tables, size_t *cursor,
	php_mcha_node_figures *node);

/* How many answers the server's histogram has. */
uint64_t php_mcha_metric_latencies(const mcha_health *health);

#endif
