/* SPDX-License-Identifier: MIT */
/* Appends records to the log of each journal node that can be reached. */
#include "journal_write.h"

#include "engine/pool/pool_round.h"

#include <stdio.h>
#include <stdlib.h>

/* Records that are appended at once. Much fewer than a segment has: where the head turns out to be
 * in the next segment, it still is after another attempt. */
#define RECORDS_AT_ONCE ((size_t)1 << (MCHA_JOURNAL_SEGMENT_BITS - 3))

/* A segment must be made, or was made by another process, or the head was in another segment. */
#define ATTEMPTS 5

/* How long a segment lives after its first record, in seconds. */
#define SEGMENT_LIFE (24 * 60 * 60)

/* The rounds of an operation may have used all of its time at a node that hangs: the journal's
 * other nodes are asked for this part of an operation's time even then. */
#define TIME_PART 4

uint64_t mcha_journal_write_mark(mcha_pool *pool, mcha_mark_kind kind)
{
	return mcha_journal_is_used(pool) ? mcha_journal_mark(mcha_hints_journal(pool->shared.hints),
			   kind, mcha_random_next(&pool->random))
									  : 0;
}

static bool reserve_record(mcha_journal_place *place)
{
	const size_t capacity = place->record_capacity ? 2 * place->record_capacity : 16;
	mcha_journal_record *grown;

	if (place->record_count < place->record_capacity) {
		return true;
	}
	grown = realloc(place->records, capacity * sizeof(*grown));
	if (!grown) {
		return false;
	}
	place->records = grown;
	place->record_capacity = capacity;
	return true;
}

void mcha_journal_write_note(mcha_pool *pool, const mcha_journal_record *record)
{
	mcha_journal_place *place = &pool->journal;

	if (reserve_record(place)) {
		place->records[place->record_count++] = *record;
	} else {
		mcha_journal_add(mcha_hints_journal(pool->shared.hints), record);
	}
}

void mcha_journal_write_again(mcha_pool *pool)
{
	const uint32_t host = mcha_journal_host(mcha_hints_journal(pool->shared.hints));
	mcha_hint hint;
	size_t cursor = 0;

	while (mcha_hints_next(pool->shared.hints, &cursor, &hint)) {
		if (hint.mark && mcha_mark_host(hint.mark) == host) {
			mcha_journal_write_note(pool,
				&(mcha_journal_record){
					.key = mcha_compact_key(hint.key, hint.key_length),
					.node = hint.node,
					.mark = hint.mark,
				});
		}
	}
}

/* --- one log ---------------------------------------------------------------------------------- */

/* The log of one journal node, while records are appended to it. */
typedef struct log_writer {
	uint16_t node;
	enum { OPEN, WRITTEN, LOST } state;
	mcha_mode mode; /* APPEND, or ADD if the segment must be made */
	bool is_late;   /* it has not answered within the grace */
	bool has_no_head;
	uint64_t era; /* the head begins at this number, if it is missing */
	uint64_t segment;
	char key[MCHA_JOURNAL_KEY_MAX];
	char first[24]; /* the head to be made, in digits */
	mcha_request *store;
	mcha_request *count;
} log_writer;

/* The records' numbers are not known yet; this process takes the last one that its host has heard
 * of. */
static void begin_log(mcha_pool *pool, log_writer *log, uint16_t node)
{
	const uint64_t head = atomic_load(&pool->nodes[node]->health->journal_latest);
	const uint64_t era = mcha_journal_new_era(pool);

	*log = (log_writer){
		.node = node,
		.mode = head ? MCHA_MODE_APPEND : MCHA_MODE_ADD,
		.era = era,
		.segment = mcha_journal_segment(head ? head : era),
	};
}

static mcha_request *ask_node(mcha_pool *pool, const log_writer *log, mcha_verb verb,
	const char *key, uint16_t key_length)
{
	mcha_request *request = mcha_pool_request(pool, log->node);

	request->verb = verb;
	request->key = key;
	request->key_length = key_length;
	request->check = !log->is_late;
	return request;
}

/* The text protocol cannot count up what is missing: one of several processes makes the head, and
 * all count. */
static void make_head(mcha_pool *pool, log_writer *log)
{
	mcha_request *head = ask_node(pool, log, MCHA_VERB_STORE, MCHA_JOURNAL_KEY,
		sizeof(MCHA_JOURNAL_KEY) - 1);

	head->mode = MCHA_MODE_ADD;
	head->value = log->first;
	head->value_length = (size_t)snprintf(log->first, sizeof(log->first), "%llu",
		(unsigned long long)log->era);
}

/* The head is counted up behind the append, on the same connection. */
static void ask_log(mcha_pool *pool, log_writer *log, const char *records, size_t count)
{
	log->store = log->count = NULL;
	if (!mcha_pool_admit(pool, log->node, false) || !mcha_pool_reserve(pool, 3)) {
		log->state = LOST;
		return;
	}
	if (log->has_no_head) {
		make_head(pool, log);
	}
	log->store = ask_node(pool, log, MCHA_VERB_STORE, log->key,
		mcha_journal_segment_key(log->key, log->segment));
	log->store->mode = log->mode;
	log->store->value = records;
	log->store->value_length = count * sizeof(mcha_journal_record);
	log->store->exptime = SEGMENT_LIFE;
	log->count = ask_node(pool, log, MCHA_VERB_COUNT, MCHA_JOURNAL_KEY,
		sizeof(MCHA_JOURNAL_KEY) - 1);
	log->count->delta = count;
	log->count->create = true;
	log->count->initial = log->era + count;
}

static void note_latest(mcha_health *health, uint64_t head)
{
	atomic_store_explicit(&health->journal_latest, head, memory_order_relaxed);
}

/* The log begins with the next attempt, in a segment which this process may have made just now. */
static void begin_anew(log_writer *log)
{
	const uint64_t first = mcha_journal_segment(log->era);

	log->has_no_head = true;
	log->mode = log->segment == first ? MCHA_MODE_APPEND : MCHA_MODE_ADD;
	log->segment = first;
}

static bool is_stored_or_not(mcha_status stored)
{
	return stored == MCHA_STATUS_OK || stored == MCHA_STATUS_NOT_STORED
		|| stored == MCHA_STATUS_MISS;
}

/* Decides whether the records are in the log, or what must be done for that. */
static void judge_log(mcha_pool *pool, log_writer *log)
{
	const mcha_status stored = log->store->reply.status, counted = log->count->reply.status;
	const uint64_t head = log->count->reply.number;

	if (stored == MCHA_STATUS_CANCELLED || counted == MCHA_STATUS_CANCELLED) {
		log->is_late = true;
		return;
	}
	if (!is_stored_or_not(stored) || (counted != MCHA_STATUS_OK && counted != MCHA_STATUS_MISS)) {
		log->state = LOST;
		return;
	}
	if (counted == MCHA_STATUS_MISS) {
		begin_anew(log);
		return;
	}
	note_latest(pool->nodes[log->node]->health, head);
	if (log->segment != mcha_journal_segment(head)) {
		log->segment = mcha_journal_segment(head);
		log->mode = MCHA_MODE_APPEND;
	} else if (stored == MCHA_STATUS_OK) {
		log->state = WRITTEN;
	} else {
		log->mode = log->mode == MCHA_MODE_ADD ? MCHA_MODE_APPEND : MCHA_MODE_ADD;
	}
}

/* --- all logs --------------------------------------------------------------------------------- */

static size_t count_written(const log_writer *logs, size_t count)
{
	size_t i, written = 0;

	for (i = 0; i < count; i++) {
		written += logs[i].state == WRITTEN;
	}
	return written;
}

/* Returns whether some log has the records. */
static bool note_written(const mcha_pool *pool, const log_writer *logs, size_t records)
{
	size_t i;

	for (i = 0; i < pool->journal.count; i++) {
		if (logs[i].state == WRITTEN) {
			atomic_fetch_add_explicit(&pool->nodes[logs[i].node]->health->journal_written, records,
				memory_order_relaxed);
		}
	}
	return count_written(logs, pool->journal.count) > 0;
}

/* late: asks the nodes that were late, and waits for them. */
static void run_attempt(mcha_pool *pool, log_writer *logs, const char *records, size_t count,
	bool late)
{
	size_t i;

	for (i = 0; i < pool->journal.count; i++) {
		logs[i].store = NULL;
		if (logs[i].state == OPEN && logs[i].is_late == late) {
			ask_log(pool, &logs[i], records, count);
		}
	}
	if (!mcha_pool_has_round(pool)) {
		return;
	}
	pool->running.grace = mcha_journal_grace(pool);
	mcha_pool_run(pool, pool->running.deadline - pool->running.now);
	for (i = 0; i < pool->journal.count; i++) {
		if (logs[i].state == OPEN && logs[i].store) {
			judge_log(pool, &logs[i]);
		}
	}
}

static bool is_some_open(const log_writer *logs, size_t count, bool late)
{
	size_t i;

	for (i = 0; i < count && (logs[i].state != OPEN || logs[i].is_late != late); i++) {
	}
	return i < count;
}

/* False: no log has them. */
static bool write_some(mcha_pool *pool, const mcha_journal_record *records, size_t count)
{
	const size_t all = pool->journal.count;
	log_writer logs[MCHA_JOURNAL_NODES_MAX];
	size_t i;
	unsigned attempt;

	for (i = 0; i < all; i++) {
		begin_log(pool, &logs[i], pool->journal.nodes[i]);
	}
	for (attempt = 0; attempt < ATTEMPTS && is_some_open(logs, all, false); attempt++) {
		run_attempt(pool, logs, (const char *)records, count, false);
	}
	/* nodes that were late are waited for only if too few others have the records */
	for (attempt = 0; attempt < ATTEMPTS && count_written(logs, all) < mcha_journal_majority(pool)
		 && is_some_open(logs, all, true);
		 attempt++) {
		run_attempt(pool, logs, (const char *)records, count, true);
	}
	return note_written(pool, logs, count);
}

static void write_all(mcha_pool *pool)
{
	mcha_journal_place *place = &pool->journal;
	size_t i, done, count;

	for (done = 0; done < place->record_count; done += count) {
		mcha_journal_record *records = &place->records[done];

		count = place->record_count - done;
		count = count < RECORDS_AT_ONCE ? count : RECORDS_AT_ONCE;
		mcha_journal_swap_bytes(records, count);
		if (!write_some(pool, records, count)) {
			mcha_journal_swap_bytes(records, count);
			for (i = 0; i < count; i++) {
				mcha_journal_add(mcha_hints_journal(pool->shared.hints), &records[i]);
			}
		}
	}
	place->record_count = 0;
}

/* What journal nodes did is not part of the report on the operation. */
bool mcha_journal_write(mcha_pool *pool)
{
	const mcha_usec deadline = pool->running.deadline;
	const mcha_usec least = pool->running.now + pool->settings.operation_timeout / TIME_PART;
	const size_t failed = pool->report.failed_count;

	if (!pool->journal.record_count) {
		return false;
	}
	mcha_journal_choose_nodes(pool);
	pool->running.deadline = deadline > least ? deadline : least;
	write_all(pool);
	pool->running.deadline = deadline;
	pool->report.failed_count = failed;
	return true;
}
