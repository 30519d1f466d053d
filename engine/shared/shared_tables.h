/* SPDX-License-Identifier: MIT */
/* All tables that processes share, in one piece of memory. No table has an address in it, so processes may map the
 * memory wherever they like. */
#ifndef MCHA_ENGINE_SHARED_TABLES_H
#define MCHA_ENGINE_SHARED_TABLES_H

#include "health.h"
#include "hints.h"
#include "recent_deletes.h"
#include "verified.h"

typedef struct mcha_shared_tables {
	mcha_health_table *health;
	mcha_hint_table *hints;
	mcha_recent_deletes *deletes;
	mcha_recent_deletes *purges;
	mcha_verified *verified;
} mcha_shared_tables;

/* Servers that the tables have room for; further servers share one slot and are never held down. */
#define MCHA_SHARED_SERVERS 4096

/* Hints that the tables have room for, of all nodes together: one node gets a quarter, or less if many nodes have hints.
 * A larger table would not be better: while there is any hint, one process looks through the table once a second, and a
 * node that missed more writes than this is distrusted as a whole. */
#define MCHA_SHARED_HINTS 8192

size_t mcha_shared_tables_size(void);

/* Changes whenever a version of McHA arranges the memory in another way. */
uint64_t mcha_shared_tables_layout(void);

/* memory: mcha_shared_tables_size() zeroed bytes, aligned to a cache line. */
void mcha_shared_tables_init(void *memory);

/* The tables in memory that some process has initialised. */
mcha_shared_tables mcha_shared_tables_at(void *memory);

#endif
