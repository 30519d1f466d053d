/* SPDX-License-Identifier: MIT */
/* Families of counters as a table, and two ways to read them. */
#include "metrics.h"

#include "zend_smart_str.h"

#include <inttypes.h>

/* --- families --------------------------------------------------------------------------------- */

typedef enum family { KEYS, FAILED, READS, REPAIRS, HEDGES, HINTS, FAMILIES } family;

/* The key in the array, the name for Prometheus, the name of its label (NULL: one counter), help. */
static const struct {
	const char *key;
	const char *name;
	const char *label;
	const char *help;
} families[FAMILIES] = {
	[KEYS] = {"keys", "mcha_operation_keys_total", "operation",
		"Keys that operations were called with."},
	[FAILED] = {"failed_keys", "mcha_failed_keys_total", "operation",
		"Keys whose operation failed: neither done nor refused for what the key has."},
	[READS] = {"reads", "mcha_reads_total", "answered_by",
		"Keys that were read, by the node that had the value: the first or another home node, a "
		"handoff node, a home node from before the pool was changed; or miss."},
	[REPAIRS] = {"repairs", "mcha_repairs_total", NULL,
		"Copies that were stored at nodes that lacked them or had older ones."},
	[HEDGES] = {"hedged_requests", "mcha_hedged_requests_total", NULL,
		"Nodes that were asked because another one had not answered yet."},
	[HINTS] = {"hints_recorded", "mcha_hints_recorded_total", NULL,
		"Writes that a node has missed, or may have missed, and that were noted for it."},
};

static const struct {
	family family;
	const char *label;
} counters[MCHA_METRIC_COUNTERS] = {
#define COUNTER_ROW(name, family, label) [MCHA_METRIC_##name] = {family, label},
	MCHA_METRIC_TABLE(COUNTER_ROW)
#undef COUNTER_ROW
};

static uint64_t read_counter(const _Atomic uint64_t *counter)
{
	return atomic_load_explicit(counter, memory_order_relaxed);
}

/* A node does not fail by such an answer. */
static bool is_failure(mcha_status status)
{
	return !mcha_status_is_answer(status) && status != MCHA_STATUS_PENDING
		&& status != MCHA_STATUS_CANCELLED && status != MCHA_STATUS_SPEAKS_CLASSIC;
}

static zend_string *name_reason(mcha_status status)
{
	zend_string *name = zend_string_init(mcha_status_name(status), strlen(mcha_status_name(status)),
		0);

	zend_str_tolower(ZSTR_VAL(name), ZSTR_LEN(name));
	return name;
}

/* --- nodes ------------------------------------------------------------------------------------ */

typedef struct node_figures {
	char name[MCHA_HEALTH_NAME_MAX];
	const mcha_health *health;
	mcha_health_state state;
	const char *state_name;
	zend_long hints;
	bool distrusted;
} node_figures;

/* The next server that any process with these tables has had in a pool. False: there is none. */
static bool next_node(const mcha_shared_tables *tables, size_t *cursor, node_figures *node)
{
	const mcha_health *health = mcha_health_next(tables->health, cursor, node->name);

	if (!health) {
		return false;
	}
	node->health = health;
	node->state = mcha_health_look(health, mcha_clock_now()).state;
	node->state_name = mcha_health_state_name(health, node->state);
	node->hints = (zend_long)(mcha_hints_count(health) + mcha_health_misses_flush(health)
		+ mcha_hints_count_compact(tables->hints, health, atomic_load(&health->id)));
	node->distrusted = mcha_hints_distrusted_since(health) != 0;
	return true;
}

static uint64_t count_latencies(const mcha_health *health)
{
	uint64_t count = 0;
	unsigned i;

	for (i = 0; i < MCHA_LATENCY_BUCKETS; i++) {
		count += read_counter(&health->latencies.counts[i]);
	}
	return count;
}

/* --- as an array ------------------------------------------------------------------------------ */

static void list_families(const mcha_metrics *metrics, zval *result)
{
	zval lists[FAMILIES];
	size_t i;

	for (i = 0; i < FAMILIES; i++) {
		if (families[i].label) {
			array_init(&lists[i]);
		}
	}
	for (i = 0; i < MCHA_METRIC_COUNTERS; i++) {
		const family family = counters[i].family;
		const zend_long count = (zend_long)read_counter(&metrics->counters[i]);

		if (families[family].label) {
			add_assoc_long(&lists[family], counters[i].label, count);
		} else {
			ZVAL_LONG(&lists[family], count);
		}
	}
	for (i = 0; i < FAMILIES; i++) {
		add_assoc_zval(result, families[i].key, &lists[i]);
	}
}

static void list_failures(const mcha_metrics *metrics, zval *result)
{
	zval list;
	int i;

	array_init(&list);
	for (i = 0; i < MCHA_STATUS_COUNT; i++) {
		if (is_failure((mcha_status)i)) {
			zend_string *reason = name_reason((mcha_status)i);

			add_assoc_long(&list, ZSTR_VAL(reason), (zend_long)read_counter(&metrics->failures[i]));
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
			(zend_long)read_counter(&health->latencies.counts[i]));
	}
	array_init(&latency);
	add_assoc_long(&latency, "count", (zend_long)count_latencies(health));
	add_assoc_long(&latency, "sum_us", (zend_long)read_counter(&health->latencies.sum));
	add_assoc_zval(&latency, "buckets", &buckets);
	add_assoc_zval(node, "latency", &latency);
}

static void list_nodes(const mcha_shared_tables *tables, zval *result)
{
	node_figures figures;
	size_t cursor = 0;
	zval list;

	array_init(&list);
	while (next_node(tables, &cursor, &figures)) {
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

/* --- as text ---------------------------------------------------------------------------------- */

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
		begin_family(text, families[i].name, "counter", families[i].help);
		for (j = 0; j < MCHA_METRIC_COUNTERS; j++) {
			if (counters[j].family == (family)i) {
				write_sample(text, families[i].name, families[i].label, counters[j].label,
					read_counter(&metrics->counters[j]));
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
		if (is_failure((mcha_status)i)) {
			zend_string *reason = name_reason((mcha_status)i);

			write_sample(text, FAILURES, "reason", ZSTR_VAL(reason),
				read_counter(&metrics->failures[i]));
			zend_string_release(reason);
		}
	}
}

static uint64_t read_up(const node_figures *node)
{
	return node->state == MCHA_HEALTH_UP || node->state == MCHA_HEALTH_SUSPECTED;
}

static uint64_t read_failures(const node_figures *node)
{
	return atomic_load(&node->health->failures);
}

static uint64_t read_hints(const node_figures *node)
{
	return (uint64_t)node->hints;
}

static uint64_t read_distrusted(const node_figures *node)
{
	return node->distrusted;
}

static const struct {
	const char *name;
	const char *type;
	uint64_t (*read)(const node_figures *node);
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
	node_figures node;
	size_t i, cursor;

	for (i = 0; i < sizeof(gauges) / sizeof(gauges[0]); i++) {
		begin_family(text, gauges[i].name, gauges[i].type, gauges[i].help);
		for (cursor = 0; next_node(tables, &cursor, &node);) {
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

		count += read_counter(&health->latencies.counts[i]);
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
		(double)read_counter(&health->latencies.sum) / MCHA_USEC_PER_SEC);
	write_sample(text, LATENCY "_count", "node", name, count);
}

static void write_latencies(smart_str *text, const mcha_shared_tables *tables)
{
	size_t cursor = 0;
	node_figures node;

	begin_family(text, LATENCY, "histogram",
		"Time until the node had answered all that one operation asked it at once.");
	while (next_node(tables, &cursor, &node)) {
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
