/* SPDX-License-Identifier: MIT */
/* The shared tables: their memory, and their contents as texts. */
#include "shared_tables.h"

#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <sys/mman.h>

/* --- memory ----------------------------------------------------------------------------------- */

static size_t anonymous_size;
static void *anonymous; /* shared with the processes that PHP forks from the one that mapped it */
static mcha_named_memory named;
static mcha_shared_tables tables;
static bool is_chosen;
static pthread_mutex_t choosing = PTHREAD_MUTEX_INITIALIZER;

zend_result php_mcha_shared_tables_map(zend_long compact_hints)
{
	const size_t size = mcha_shared_tables_size((size_t)compact_hints);
	void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (memory == MAP_FAILED) {
		zend_error(E_CORE_ERROR,
			"McHA: could not map %zu bytes of memory that all processes share: %s", size,
			strerror(errno));
		return FAILURE;
	}
	mcha_shared_tables_init(memory, size);
	anonymous = memory;
	anonymous_size = size;
	return SUCCESS;
}

void php_mcha_shared_tables_unmap(void)
{
	mcha_named_memory_close(&named);
	munmap(anonymous, anonymous_size);
	is_chosen = false;
}

/* --- the file --------------------------------------------------------------------------------- */

/* PHP's configuration reads an unquoted off as "", and on as "1". */
static bool is_off(const char *value)
{
	return !value[0] || strcmp(value, "0") == 0 || strcasecmp(value, "off") == 0;
}

static bool is_auto(const char *value)
{
	return strcmp(value, "1") == 0 || strcasecmp(value, "auto") == 0;
}

bool php_mcha_shared_memory_is_valid(const char *value)
{
	return is_off(value) || is_auto(value)
		|| (value[0] == '/' && strlen(value) < MCHA_NAMED_MEMORY_PATH_MAX);
}

static void open_file(const char *setting, zend_long compact_hints)
{
	const size_t size = mcha_shared_tables_size((size_t)compact_hints);
	const mcha_named_layout layout = {
		mcha_shared_tables_layout(size), size, mcha_shared_tables_init};

	if (is_off(setting)) {
		strlcpy(named.reason, "mcha.shared_memory is off", sizeof(named.reason));
	} else if (is_auto(setting)) {
		char path[MCHA_NAMED_MEMORY_PATH_MAX];

		if (mcha_named_memory_choose(path, &named, &layout)) {
			mcha_named_memory_open(&named, path, &layout);
		}
	} else if (!mcha_named_memory_open(&named, setting, &layout)) {
		char text[PHP_MCHA_MEMORY_TEXT_MAX];

		snprintf(text, sizeof(text),
			"McHA: mcha.shared_memory is not used: %s"
			" (let PHP's user write there, or name another file, and restart PHP)",
			named.reason);
		php_log_err_with_severity(text, LOG_WARNING);
	}
}

const mcha_shared_tables *php_mcha_shared_tables(const char *setting, zend_long compact_hints)
{
	pthread_mutex_lock(&choosing); /* of the threads of a ZTS build */
	if (!is_chosen) {
		open_file(setting, compact_hints);
		tables = mcha_shared_tables_at(named.memory ? named.memory : anonymous);
		is_chosen = true;
	}
	pthread_mutex_unlock(&choosing);
	return &tables;
}

/* --- contents --------------------------------------------------------------------------------- */

char *php_mcha_shared_memory_describe(char text[PHP_MCHA_MEMORY_TEXT_MAX])
{
	if (named.memory) {
		snprintf(text, PHP_MCHA_MEMORY_TEXT_MAX, "%s", named.path);
	} else {
		snprintf(text, PHP_MCHA_MEMORY_TEXT_MAX, "of processes with a common ancestor only (%s)",
			named.reason);
	}
	return text;
}

char *php_mcha_shared_hints_describe(char text[PHP_MCHA_HINTS_TEXT_MAX])
{
	const mcha_hint_table *hints = tables.hints;

	snprintf(text, PHP_MCHA_HINTS_TEXT_MAX,
		"%u, room for %u (%u dropped); room for %zu compact ones", atomic_load(&hints->total),
		MCHA_SHARED_HINTS, atomic_load(&hints->dropped), mcha_hints_compact_room(hints));
	return text;
}

/* Of all nodes together. */
typedef struct journal_sums {
	mcha_usec read; /* when a log was last read */
	uint64_t written, records, lost;
} journal_sums;

static journal_sums sum_journal(void)
{
	journal_sums sums = {0};
	char name[MCHA_HEALTH_NAME_MAX];
	const mcha_health *node;
	size_t cursor = 0;

	while ((node = mcha_health_next(tables.health, &cursor, name)) != NULL) {
		const mcha_usec read = atomic_load(&node->journal_heard);

		sums.read = read > sums.read ? read : sums.read;
		sums.written += atomic_load(&node->journal_written);
		sums.records += atomic_load(&node->journal_records);
		sums.lost += atomic_load(&node->journal_lost);
	}
	return sums;
}

char *php_mcha_shared_journal_describe(char text[PHP_MCHA_JOURNAL_TEXT_MAX], zend_long interval)
{
	const journal_sums sums = sum_journal();
	char read[48] = "not read yet";

	if (!interval) {
		snprintf(text, PHP_MCHA_JOURNAL_TEXT_MAX, "off (mcha.hint_interval is 0)");
		return text;
	}
	if (sums.read) {
		snprintf(read, sizeof(read), "last read %" PRId64 " ms ago",
			(mcha_clock_now() - sums.read) / MCHA_USEC_PER_MSEC);
	}
	snprintf(text, PHP_MCHA_JOURNAL_TEXT_MAX,
		"every " ZEND_LONG_FMT " ms, %s; %" PRIu64 " records written, %" PRIu64 " read; %" PRIu64
		" logs lost",
		interval, read, sums.written, sums.records, sums.lost);
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
	snprintf(row->hints, sizeof(row->hints), "%zu",
		mcha_hints_count(node) + mcha_health_misses_flush(node)
			+ mcha_hints_count_compact(tables.hints, node, atomic_load(&node->id)));
	row->distrusted = mcha_hints_distrusted_since(node) ? "yes" : "no";
}

bool php_mcha_shared_node_next(size_t *cursor, php_mcha_node_row *row)
{
	const mcha_health *node = mcha_health_next(tables.health, cursor, row->name);

	if (node) {
		describe_node(node, row);
	}
	return node != NULL;
}
