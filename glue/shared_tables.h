/* SPDX-License-Identifier: MIT */
/* The engine's tables in memory that processes share: the state of each node and what it has
 * missed. Clients give the tables to their pools; phpinfo() shows what is in them.
 *
 * Until a process first uses a node, its tables are the ones that PHP mapped when it started: the
 * process shares them with the processes that were forked from the same one. Then it opens the file
 * of mcha.shared_memory, which all PHP processes of its user share. That cannot happen earlier:
 * PHP-FPM's master is another user than its workers. */
#ifndef MCHA_GLUE_SHARED_TABLES_H
#define MCHA_GLUE_SHARED_TABLES_H

#include "engine/mcha_engine.h"
#include "results.h"

/* Maps memory without a name, when the module starts and before PHP forks its workers. FAILURE: an
 * error names the cause. */
zend_result php_mcha_shared_tables_map(zend_long compact_hints);
void php_mcha_shared_tables_unmap(void);

/* The process's tables, for good: the first call opens the file of setting (mcha.shared_memory),
 * with room for so many compact hints (mcha.hint_capacity). If that cannot be used, the tables are
 * the ones that were mapped when the module started; of a file that the administrator has named
 * PHP's error log tells. */
const mcha_shared_tables *php_mcha_shared_tables(const char *setting, zend_long compact_hints);

/* mcha.shared_memory can have this value. */
bool php_mcha_shared_memory_is_valid(const char *value);

/* --- for phpinfo(), after php_mcha_shared_tables() ------------------------------------------- */

/* The file, or which processes share the tables instead, and why. Returns text. */
#define PHP_MCHA_MEMORY_TEXT_MAX (MCHA_NAMED_MEMORY_REASON_MAX + 128)
char *php_mcha_shared_memory_describe(char text[PHP_MCHA_MEMORY_TEXT_MAX]);

/* "12, room for 8192 (0 dropped); room for 1048576 compact ones": the hints in the table. Returns
 * text. */
#define PHP_MCHA_HINTS_TEXT_MAX 128
char *php_mcha_shared_hints_describe(char text[PHP_MCHA_HINTS_TEXT_MAX]);

/* "every 1000 ms, last read 230 ms ago; 6 records written, 40 read; 0 logs lost": what this host
 * has had to do with journals, for this mcha.hint_interval. Returns text. */
#define PHP_MCHA_JOURNAL_TEXT_MAX 192
char *php_mcha_shared_journal_describe(char text[PHP_MCHA_JOURNAL_TEXT_MAX], zend_long interval);

/* What the tables say of one node, as texts. */
typedef struct php_mcha_node_row {
	char name[MCHA_HEALTH_NAME_MAX];
	const char *state;
	char failures[16];
	char failures_in_a_row[16];
	char cause[PHP_MCHA_REASON_MAX]; /* of the last failure */
	char latency[16];                /* microseconds */
	char retry_in[24];               /* milliseconds */
	char hints[16];
	const char *distrusted;
} php_mcha_node_row;

/* The next node that any process with these tables has had in a pool; *cursor is 0 before the first
 * call. False: there is none. */
bool php_mcha_shared_node_next(size_t *cursor, php_mcha_node_row *row);

#endif
