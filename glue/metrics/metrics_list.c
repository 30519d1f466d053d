/* SPDX-License-Identifier: MIT */
/* The metrics as an array. */
#include "metrics_figures.h"

static void list_families(const mcha_metrics *metrics, zval *result)
{
	zval lists[FAMILIES];
	size_t i;

	for (i = 0; i < FAMILIES; i++) {
		if (php_mcha_metric_families[i].label) {
			array_init(&lists[i]);
		}
	}
	for (i = 0; i < MCHA_METRIC_COUNTERS; i++) {
		const php_mcha_metric_kind family = php_mcha_metric_counters[i].family;
		const zend_long count = (zend_long)php_mcha_metric_read(&metrics->counters[i]);

		if (php_mcha_metric_families[family].label) {
			add_assoc_long(&lists[family], php_mcha_metric_counters[i].label, count);
		} else {
			ZVAL_LONG(&lists[family], count);
		}
	}
	for (i = 0; i < FAMILIES; i++) {
		add_assoc_zval(result, php_mcha_metric_families[i].key, &lists[i]);
	}
}

static void list_failures(const mcha_metrics *metrics, zval *result)
{
	zval list;
	int i;

	array_init(&list);
	for (i = 0; i < MCHA_STATUS_COUNT; i++) {
		if (php_mcha_metric_is_failure((mcha_status)i)) {
			zend_string *reason = php_mcha_metric_reason((mcha_status)i);

			add_assoc_long(&list, ZSTR_VAL(reason),
				(zend_long)php_mcha_metric_read(&metrics->failures[i]));
			zend_string_release(reason);
		}
	}
	add_assoc_zval(result, "failures", &list);
}

static void list_latencies(const mcha_health *health, zval *node)
{
	zval latency, buckets;
	unsigned i;

	array_init(&buckets);
	for (i = 0; i < MCHA_LATENCY_BUCKETS; i++) {
		add_index_long(&buckets, (zend_ulong)mcha_latency_bound(i),
			(zend_long)php_mcha_metric_read(&health->latencies.counts[i]));
	}
	array_init(&latency);
	add_assoc_long(&latency, "count", (zend_long)php_mcha_metric_latencies(health));
	add_assoc_long(&latency, "sum_us", (zend_long)php_mcha_metric_read(&health->latencies.sum));
	add_assoc_zval(&latency, "buckets", &buckets);
	add_assoc_zval(node, "latency", &latency);
}

static void list_nodes(const mcha_shared_tables *tables, zval *result)
{
	php_mcha_node_figures figures;
	size_t cursor = 0;
	zval list;

	array_init(&list);
	while (php_mcha_metric_node_next(tables, &cursor, &figures)) {
		zval node;

		array_init(&node);
		add_assoc_string(&node, "state", (char *)figures.state_name);
		add_assoc_long(&node, "failures", atomic_load(&figures.health->failures));
		add_assoc_long(&node, "hints", figures.hints);
		add_assoc_bool(&node, "distrusted", figures.distrusted);
		list_latencies(figures.health, &node);
		add_assoc_zval(&list, figures.name, &node);
	}
	add_assoc_zval(result, "nodes", &list);
}

void php_mcha_metrics_list(const mcha_shared_tables *tables, zval *result)
{
	array_init(result);
	list_families(tables->metrics, result);
	list_failures(tables->metrics, result);
	list_nodes(tables, result);
}
