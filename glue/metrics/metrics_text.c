/* SPDX-License-Identifier: MIT */
/* The metrics in the text format of Prometheus. */
#include "metrics_figures.h"

#include "zend_smart_str.h"

#include <inttypes.h>

static void begin_family(smart_str *text, const char *name, const char *type, const char *help)
{
	smart_str_append_printf(text, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void write_value(smart_str *text, uint64_t value)
{
	smart_str_append_printf(text, " %" PRIu64 "\n", value);
}

/* A label's value has these three escaped. */
static void write_label(smart_str *text, const char *label, const char *value)
{
	smart_str_append_printf(text, "%s=\"", label);
	for (; *value; value++) {
		if (*value == '\n') {
			smart_str_appends(text, "\\n");
		} else {
			if (*value == '"' || *value == '\\') {
				smart_str_appendc(text, '\\');
			}
			smart_str_appendc(text, *value);
		}
	}
	smart_str_appendc(text, '"');
}

static void write_sample(smart_str *text, const char *name, const char *label, const char *value,
	uint64_t count)
{
	smart_str_appends(text, name);
	if (label) {
		smart_str_appendc(text, '{');
		write_label(text, label, value);
		smart_str_appendc(text, '}');
	}
	write_value(text, count);
}

static void write_families(smart_str *text, const mcha_metrics *metrics)
{
	size_t i, j;

	for (i = 0; i < FAMILIES; i++) {
		begin_family(text, php_mcha_metric_families[i].name, "counter",
			php_mcha_metric_families[i].help);
		for (j = 0; j < MCHA_METRIC_COUNTERS; j++) {
			if (php_mcha_metric_counters[j].family == (php_mcha_metric_kind)i) {
				write_sample(text, php_mcha_metric_families[i].name,
					php_mcha_metric_families[i].label, php_mcha_metric_counters[j].label,
					php_mcha_metric_read(&metrics->counters[j]));
			}
		}
	}
}

#define FAILURES "mcha_failures_total"

static void write_failures(smart_str *text, const mcha_metrics *metrics)
{
	int i;

	begin_family(text, FAILURES, "counter",
		"Operations in which a node could not be used, by the reason; one for each node.");
	for (i = 0; i < MCHA_STATUS_COUNT; i++) {
		if (php_mcha_metric_is_failure((mcha_status)i)) {
			zend_string *reason = php_mcha_metric_reason((mcha_status)i);

			write_sample(text, FAILURES, "reason", ZSTR_VAL(reason),
				php_mcha_metric_read(&metrics->failures[i]));
			zend_string_release(reason);
		}
	}
}

static uint64_t read_up(const php_mcha_node_figures *node)
{
	return node->state == MCHA_HEALTH_UP || node->state == MCHA_HEALTH_SUSPECTED;
}

static uint64_t read_failures(const php_mcha_node_figures *node)
{
	return atomic_load(&node->health->failures);
}

static uint64_t read_hints(const php_mcha_node_figures *node)
{
	return (uint64_t)node->hints;
}

static uint64_t read_distrusted(const php_mcha_node_figures *node)
{
	return node->distrusted;
}

static const struct {
	const char *name;
	const char *type;
	uint64_t (*read)(const php_mcha_node_figures *node);
	const char *help;
} gauges[] = {
	{"mcha_node_up", "gauge", read_up, "1: the node is used; 0: it is held down, or being probed."},
	{"mcha_node_failures_total", "counter", read_failures, "Failed requests to the node."},
	{"mcha_node_hints", "gauge", read_hints,
		"Writes that the node has missed and that are to be made good there."},
	{"mcha_node_distrusted", "gauge", read_distrusted,
		"1: the node has missed more writes than could be noted, and is not believed."},
};

static void write_gauges(smart_str *text, const mcha_shared_tables *tables)
{
	php_mcha_node_figures node;
	size_t i, cursor;

	for (i = 0; i < sizeof(gauges) / sizeof(gauges[0]); i++) {
		begin_family(text, gauges[i].name, gauges[i].type, gauges[i].help);
		for (cursor = 0; php_mcha_metric_node_next(tables, &cursor, &node);) {
			if (!mcha_health_is_unknown(node.health)) {
				write_sample(text, gauges[i].name, "node", node.name, gauges[i].read(&node));
			}
		}
	}
}

#define LATENCY "mcha_node_latency_seconds"

/* Buckets are cumulative in this format. */
static void write_histogram(smart_str *text, const char *name, const mcha_health *health)
{
	uint64_t count = 0;
	unsigned i;

	for (i = 0; i < MCHA_LATENCY_BUCKETS; i++) {
		const mcha_usec bound = mcha_latency_bound(i);

		count += php_mcha_metric_read(&health->latencies.counts[i]);
		smart_str_appends(text, LATENCY "_bucket{");
		write_label(text, "node", name);
		if (bound) {
			smart_str_append_printf(text, ",le=\"%.6f\"}", (double)bound / MCHA_USEC_PER_SEC);
		} else {
			smart_str_appends(text, ",le=\"+Inf\"}");
		}
		write_value(text, count);
	}
	smart_str_appends(text, LATENCY "_sum{");
	write_label(text, "node", name);
	smart_str_append_printf(text, "} %.6f\n",
		(double)php_mcha_metric_read(&health->latencies.sum) / MCHA_USEC_PER_SEC);
	write_sample(text, LATENCY "_count", "node", name, count);
}

static void write_latencies(smart_str *text, const mcha_shared_tables *tables)
{
	size_t cursor = 0;
	php_mcha_node_figures node;

	begin_family(text, LATENCY, "histogram",
		"Time until the node had answered all that one operation asked it at once.");
	while (php_mcha_metric_node_next(tables, &cursor, &node)) {
		write_histogram(text, node.name, node.health);
	}
}

zend_string *php_mcha_metrics_write(const mcha_shared_tables *tables)
{
	smart_str text = {0};

	write_families(&text, tables->metrics);
	write_failures(&text, tables->metrics);
	write_gauges(&text, tables);
	write_latencies(&text, tables);
	smart_str_0(&text);
	return text.s;
}
