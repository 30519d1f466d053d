/* SPDX-License-Identifier: MIT */
/* Where the pool's journal is (engine/journal), and this process's records for it. */
#ifndef MCHA_ENGINE_JOURNAL_PLACE_H
#define MCHA_ENGINE_JOURNAL_PLACE_H

#include "engine/shared/journal_table.h"

/* So many nodes keep the journal: two hosts each of which misses another one of them still have one
 * in common. */
#define MCHA_JOURNAL_COPIES 3

/* The nodes of this pool and of the previous one. */
#define MCHA_JOURNAL_NODES_MAX ((size_t)2 * MCHA_JOURNAL_COPIES)

typedef struct mcha_journal_place {
	bool chosen; /* the nodes below are those of the pool as it is */
	/* this host has not read all of the journal yet, or has not reached it for an interval: it does
	 * not know which home of a key has missed a write */
	bool is_behind;
	/* the journal need not be read before this moment, as some process of this host has read it */
	mcha_usec idle_until;
	uint16_t nodes[MCHA_JOURNAL_NODES_MAX];
	size_t count;
	mcha_journal_record *records; /* to be put into the journal before this operation ends */
	size_t record_count;
	size_t record_capacity;
} mcha_journal_place;

#endif
