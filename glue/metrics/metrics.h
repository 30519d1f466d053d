/* SPDX-License-Identifier: MIT */
/* The host's counters for monitoring: as an array, and in Prometheus' text format. */
#ifndef MCHA_GLUE_METRICS_H
#define MCHA_GLUE_METRICS_H

#include "engine/mcha_engine.h"
#include "php.h"

/* McHA::metrics(). Makes result an array. */
void php_mcha_metrics_list(const mcha_shared_tables *tables, zval *result);

/* McHA::metricsText(): version 0.0.4 of the text format,
 * https://prometheus.io/docs/instrumenting/exposition_formats/. */
zend_string *php_mcha_metrics_write(const mcha_shared_tables *tables);

#endif
