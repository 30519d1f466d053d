/* SPDX-License-Identifier: MIT */
/* The replicas that were given another node's copy lately, by any process that inherited the log. A
 * process that changes the copies of a key node by node (append, prepend) may be stopped on the
 * way: if another process gives a node the copy that has the change already, the change comes to
 * that node once more. (Copies of a counter converge to the highest number: a count that came twice
 * leaves out a number, and to replace that copy by the other would give out a number twice.)
 *
 *   repair:  read, note, send                change:  count, send, answers: any note since?
 *
 * Either the changing process finds the note, or its change has come to the node before the copy,
 * which is then refused, as it is put there only over what was seen. */
#ifndef MCHA_ENGINE_REPAIR_LOG_H
#define MCHA_ENGINE_REPAIR_LOG_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MCHA_REPAIR_LOG 4096 /* a power of two */

typedef struct mcha_repair_log {
	_Atomic uint64_t count;                    /* of all repairs */
	_Atomic uint64_t repairs[MCHA_REPAIR_LOG]; /* the last ones: hashes of key and node */
} mcha_repair_log;

/* node: its mcha_endpoint_id. */
void mcha_repair_log_note(mcha_repair_log *log, const char *key, size_t length, uint64_t node);

/* How many repairs there were until now. */
static inline uint64_t mcha_repair_log_count(const mcha_repair_log *log)
{
	return atomic_load(&log->count);
}

/* This replica was repaired since there were so many repairs; true as well if there were too many
 * since to know. */
bool mcha_repair_log_has(const mcha_repair_log *log, uint64_t since, const char *key, size_t length,
	uint64_t node);

#endif
