/* SPDX-License-Identifier: MIT */
/* The shared tables: their sizes, their memory, and their contents as texts. */
#include "shared_tables.h"

#include <errno.h>
#include <inttypes.h>
#include <sys/mman.h>

/* Nodes that the table has room for; further nodes share one slot and are never held down. */
#define HEALTH_SLOTS 4096

/* Hints that the table has room for, of all nodes together: one node gets a quarter of the table, or less if many nodes
 * have hints. 2.8 MiB, of which the system provides only the pages in use. A larger table would not be better: while
 * there is any hint, one process looks through the table once a second, and a node that missed more writes than
 * this is distrusted as a whole. */
#define HINT_SLOTS 8192

static mcha_health_table *health;
static mcha_hint_table *hints;
static mcha_recent_deletes *recent_deletes, *recent_purges;
static mcha_repair_log *repairs;
static mcha_verified *verified;

/* --- memory ------------------------------------------------------------------------------------ */

/* Shared and anonymous: every process that PHP forks from this one sees the same memory. */
static void *map_shared(size_t size)
{
	void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (memory == MAP_FAILED) {
		zend_error(E_CORE_ERROR, "McHA: could not map %zu bytes of memory that all processes share: %s", size,
			strerror(errno));
		return NULL;
	}
	return memory;
}

zend_result php_mcha_shared_tables_map(void)
{
	void *health_memory = map_shared(mcha_health_table_size(HEALTH_SLOTS));
	void *hint_memory = map_shared(mcha_hint_table_size(HINT_SLOTS));

	recent_deletes = map_shared(sizeof(*recent_deletes));
	recent_purges = map_shared(sizeof(*recent_purges));
	repairs = map_shared(sizeof(*repairs));
	verified = map_shared(sizeof(*verified));
	if (!health_memory || !hint_memory || !recent_deletes || !recent_purges || !repairs || !verified) {
		return FAILURE;
	}
	health = mcha_health_table_init(health_memory, HEALTH_SLOTS);
	hints = mcha_hint_table_init(hint_memory, HINT_SLOTS);
	return SUCCESS;
}

void php_mcha_shared_tables_unmap(void)
{
	munmap(health, mcha_health_table_size(HEALTH_SLOTS));
	munmap(hints, mcha_hint_table_size(HINT_SLOTS));
	munmap(recent_deletes, sizeof(*recent_deletes));
	munmap(recent_purges, sizeof(*recent_purges));
	munmap(repairs, sizeof(*repairs));
	munmap(verified, sizeof(*verified));
}

mcha_health_table *php_mcha_shared_health(void)
{
	return health;
}

mcha_hint_table *php_mcha_shared_hints(void)
{
	return hints;
}

mcha_recent_deletes *php_mcha_shared_recent_deletes(void)
{
	return recent_deletes;
}

mcha_recent_deletes *php_mcha_shared_recent_purges(void)
{
	return recent_purges;
}

mcha_repair_log *php_mcha_shared_repairs(void)
{
	return repairs;
}

mcha_verified *php_mcha_shared_verified(void)
{
	return verified;
}

/* --- contents ---------------------------------------------------------------------------------- */

char *php_mcha_shared_hints_describe(char text[PHP_MCHA_HINTS_TEXT_MAX])
{
	snprintf(text, PHP_MCHA_HINTS_TEXT_MAX, "%u, room for %u (%u dropped)", atomic_load(&hints->total), HINT_SLOTS,
		atomic_load(&hints->dropped));
	return text;
}

static void describe_node(const mcha_health *node, php_mcha_node_row *row)
{
	mcha_health_view view = mcha_health_look(node, mcha_clock_now());

	row->state = mcha_health_state_name(node, view.state);
	snprintf(row->failures, sizeof(row->failures), "%u", atomic_load(&node->failures));
	snprintf(row->failures_in_a_row, sizeof(row->failures_in_a_row), "%u", view.failures_in_a_row);
	php_mcha_result_cause(node, row->cause);
	snprintf(row->latency, sizeof(row->latency), "%u", atomic_load(&node->latency));
	snprintf(row->retry_in, sizeof(row->retry_in), "%" PRId64, view.retry_in / MCHA_USEC_PER_MSEC);
	snprintf(row->hints, sizeof(row->hints), "%u", mcha_hints_count(node) + mcha_health_misses_flush(node));
	row->distrusted = mcha_hints_distrusted_since(node) ? "yes" : "no";
}

bool php_mcha_shared_node_next(size_t *cursor, php_mcha_node_row *row)
{
	const mcha_health *node = mcha_health_next(health, cursor, row->name);

	if (node) {
		describe_node(node, row);
	}
	return node != NULL;
}
