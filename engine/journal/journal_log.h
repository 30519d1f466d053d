/* SPDX-License-Identifier: MIT */
/* The log of one journal node, as this host reads it (journal.h). */
#ifndef MCHA_ENGINE_JOURNAL_LOG_H
#define MCHA_ENGINE_JOURNAL_LOG_H

#include "journal.h"

#define MCHA_JOURNAL_SEGMENTS_AT_ONCE 32

typedef struct mcha_journal_log {
	mcha_health *health;
	uint16_t node;
	mcha_request *request; /* for the head */
	uint64_t known;        /* how far this host had read it */
	uint64_t head;
	uint64_t next; /* the next segment to be read */
	bool is_read;  /* up to the head */
	bool has_new;
	bool is_done;
	mcha_usec until; /* no more is asked from then on */
	size_t *records; /* how many records were read from all logs */
	char keys[MCHA_JOURNAL_SEGMENTS_AT_ONCE][MCHA_JOURNAL_KEY_MAX];
} mcha_journal_log;

/* Asks the node for the head of its log, in the round that is being prepared. NULL: no memory. */
mcha_request *mcha_journal_log_ask_head(mcha_pool *pool, uint16_t node);

/* Takes the head, which was asked for at that moment. A log that is gone is filled again with this
 * host's hints. */
void mcha_journal_log_begin(mcha_pool *pool, mcha_journal_log *log, mcha_usec asked);

/* How many records are new, as far as the head tells. */
uint64_t mcha_journal_log_count_new(const mcha_journal_log *log);

/* Reads what is new. False: not all of it, as the node does not answer or no time is left. */
bool mcha_journal_log_read(mcha_pool *pool, mcha_journal_log *log, mcha_usec asked);

#endif
