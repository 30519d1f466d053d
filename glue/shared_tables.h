/* SPDX-License-Identifier: MIT */
/* The engine's tables in memory that all processes share: the state of each node and what it has missed. Clients
 * give the tables to their pools; phpinfo() shows what is in them. */
#ifndef MCHA_GLUE_SHARED_TABLES_H
#define MCHA_GLUE_SHARED_TABLES_H

#include "results.h"

/* Maps the tables, when the module starts and before PHP forks its workers. FAILURE: an error names the cause. */
zend_result php_mcha_shared_tables_map(void);
void php_mcha_shared_tables_unmap(void);

/* NULL before the module has started. */
mcha_health_table *php_mcha_shared_health(void);
mcha_hint_table *php_mcha_shared_hints(void);
mcha_recent_deletes *php_mcha_shared_recent_deletes(void);
mcha_recent_deletes *php_mcha_shared_recent_purges(void);
mcha_repair_log *php_mcha_shared_repairs(void);
mcha_verified *php_mcha_shared_verified(void);

/* --- for phpinfo() ----------------------------------------------------------------------------- */

/* "12, room for 8192 (0 dropped)": the hints in the table. Returns text. */
#define PHP_MCHA_HINTS_TEXT_MAX 64
char *php_mcha_shared_hints_describe(char text[PHP_MCHA_HINTS_TEXT_MAX]);

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

/* The next node that any process with these tables has had in a pool; *cursor is 0 before the first call. False:
 * there is none. */
bool php_mcha_shared_node_next(size_t *cursor, php_mcha_node_row *row);

#endif
