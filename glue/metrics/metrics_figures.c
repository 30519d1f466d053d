/* SPDX-License-Identifier: MIT */
/* Families of counters as a table, and what the tables say of each node. */
#include "metrics_figures.h"

/* --- families --------------------------------------------------------------------------------- */

const php_mcha_metric_family php_mcha_metric_families[FAMILIES] = {
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

const php_mcha_metric_counter php_mcha_metric_counters[MCHA_METRIC_COUNTERS] = {
#define COUNTER_ROW(name, family, label) [MCHA_METRIC_##name] = {family, label},
	MCHA_METRIC_TABLE(COUNTER_ROW)
#undef COUNTER_ROW
};

bool php_mcha_metric_is_failure(mcha_status status)
{
	return !mcha_status_is_answer(status) && status != MCHA_STATUS_PENDING
		&& status != MCHA_STATUS_CANCELLED && status != MCHA_STATUS_SPEAKS_CLASSIC;
}

zend_string *php_mcha_metric_reason(mcha_status status)
{
	zend_string *name = zend_string_init(mcha_status_name(status), strlen(mcha_status_name(status)),
		0);

	zend_str_tolower(ZSTR_VAL(name), ZSTR_LEN(name));
	return name;
}

/* --- nodes ------------------------------------------------------------------------------------ */

bool php_mcha_metric_node_next(const mcha_shared_tables *tables, size_t *cursor,
	php_mcha_node_figures *node)
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

uint64_t php_mcha_metric_latencies(const mcha_health *health)
{
	uint64_t count = 0;
	unsigned i;

	for (i = 0; i < MCHA_LATENCY_BUCKETS; i++) {
		count += php_mcha_metric_read(&health->latencies.counts[i]);
	}
	return count;
}
