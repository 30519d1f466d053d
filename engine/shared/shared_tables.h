/* SPDX-License-Identifier: MIT */
/* All tables that processes share, in one piece of memory. No table has an address in it, so
 * processes may map the memory wherever they like. */
#ifndef MCHA_ENGINE_SHARED_TABLES_H
#define MCHA_ENGINE_SHARED_TABLES_H

#include "compact_hints.h"
#include "health.h"
#include "hints.h"
#include "journal_table.h"
#include "metrics.h"
#include "recent_deletes.h"
#include "repair_log.h"
#include "repairs_under_way.h"
#include "verified.h"

typedef struct mcha_shared_tables {
	mcha_health_table *health;
	mcha_hint_table *hints;
	mcha_recent_deletes *deletes; /* of keys */
	mcha_recent_deletes *purges;  /* of single replicas: see mcha_recent_deletes_name_copy() */
	mcha_repair_log *repairs;
	mcha_repairs_under_way *under_way;
	mcha_verified *verified;
	mcha_metrics *metrics;
	mcha_journal_table *journal;
} mcha_shared_tables;

/* Servers that the tables have room for; further servers share one slot and are never held down. */
#define MCHA_SHARED_SERVERS 4096

/* Hints with their keys that the tables have room for, of all nodes together: one node gets a
 * quarter, or less if many nodes have hints. While there is any, one process looks through this
 * table once a second, so a larger one would not be better: the hints beyond it are compact
 * ones. */
#define MCHA_SHARED_HINTS 8192

/* The size of the tables with room for so many compact hints, rounded up to MCHA_COMPACT_BLOCK. One
 * node gets half of that room. */
size_t mcha_shared_tables_size(size_t compact_hints);

/* Changes whenever a version of McHA arranges the memory in another way. */
uint64_t mcha_shared_tables_layout(size_t size);

/* memory: so many zeroed bytes, aligned to a cache line. */
void mcha_shared_tables_init(void *memory, size_t size);

/* The tables in memory that some process has initialised. */
mcha_shared_tables mcha_shared_tables_at(void *memory);

#endif
