/* SPDX-License-Identifier: MIT */
/* Where each table is in the shared memory. */
#include "shared_tables.h"

#include "engine/base/fnv.h"

/* To be raised when a table's bytes mean something else than before though no size below has
 * changed. */
#define LAYOUT 3

#define CACHE_LINE 64

static size_t round_up(size_t size)
{
	return (size + CACHE_LINE - 1) / CACHE_LINE * CACHE_LINE;
}

/* The compact hints are the last table: how many there are is a setting. */
typedef enum table {
	HEALTH,
	HINTS,
	DELETES,
	PURGES,
	REPAIRS,
	UNDER_WAY,
	VERIFIED,
	METRICS,
	JOURNAL,
	COMPACT
} table;

static size_t size_of(table which)
{
	const size_t sizes[COMPACT] = {
		[HEALTH] = mcha_health_table_size(MCHA_SHARED_SERVERS),
		[HINTS] = mcha_hint_table_size(MCHA_SHARED_HINTS),
		[DELETES] = sizeof(mcha_recent_deletes),
		[PURGES] = sizeof(mcha_recent_deletes),
		[REPAIRS] = sizeof(mcha_repair_log),
		[UNDER_WAY] = sizeof(mcha_repairs_under_way),
		[VERIFIED] = sizeof(mcha_verified),
		[METRICS] = sizeof(mcha_metrics),
		[JOURNAL] = sizeof(mcha_journal_table),
	};

	return round_up(sizes[which]);
}

static size_t offset_of(table which)
{
	size_t offset = 0;
	int i;

	for (i = 0; i < (int)which; i++) {
		offset += size_of((table)i);
	}
	return offset;
}

static void *address_of(void *memory, table which)
{
	return (char *)memory + offset_of(which);
}

size_t mcha_shared_tables_size(size_t compact_hints)
{
	return offset_of(COMPACT)
		+ mcha_compact_hints_size((compact_hints + MCHA_COMPACT_BLOCK - 1) / MCHA_COMPACT_BLOCK);
}

uint64_t mcha_shared_tables_layout(size_t size)
{
	const uint64_t marks[] = {LAYOUT, sizeof(void *), sizeof(mcha_health), sizeof(mcha_hint_slot),
		sizeof(mcha_compact_block), size_of(HEALTH), size_of(HINTS), size_of(DELETES),
		size_of(PURGES), size_of(REPAIRS), size_of(UNDER_WAY), size_of(VERIFIED), size_of(METRICS),
		size_of(JOURNAL), size, UINT64_C(0x0102030405060708)};

	return mcha_fnv1a(MCHA_FNV_START, (const char *)marks, sizeof(marks));
}

void mcha_shared_tables_init(void *memory, size_t size)
{
	const size_t left = size - offset_of(COMPACT) - mcha_compact_hints_size(0);
	mcha_hint_table *hints;

	mcha_health_table_init(address_of(memory, HEALTH), MCHA_SHARED_SERVERS);
	hints = mcha_hint_table_init(address_of(memory, HINTS), MCHA_SHARED_HINTS);
	mcha_hints_use_compact(hints,
		mcha_compact_hints_init(address_of(memory, COMPACT), left / sizeof(mcha_compact_block)));
	mcha_hints_use_journal(hints, address_of(memory, JOURNAL));
}

mcha_shared_tables mcha_shared_tables_at(void *memory)
{
	return (mcha_shared_tables){
		.health = address_of(memory, HEALTH),
		.hints = address_of(memory, HINTS),
		.deletes = address_of(memory, DELETES),
		.purges = address_of(memory, PURGES),
		.repairs = address_of(memory, REPAIRS),
		.under_way = address_of(memory, UNDER_WAY),
		.verified = address_of(memory, VERIFIED),
		.metrics = address_of(memory, METRICS),
		.journal = address_of(memory, JOURNAL),
	};
}
