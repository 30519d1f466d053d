/* SPDX-License-Identifier: MIT */
/* Asks the journal nodes for their heads, reads the segments that are new, and turns their records
 * into hints of this host. */
#include "journal_read.h"

#include <stdlib.h>
#include <string.h>

#include "engine/pool/pool_operation.h"
#include "engine/pool/pool_round.h"
#include "journal_write.h"

#define SEGMENTS_AT_ONCE 32

/* Records that wait are put into the journal so many at a time. */
#define WAITING_AT_ONCE 256

/* A pool without a journal is looked at so seldom. */
#define NOT_USED_FOR MCHA_USEC_PER_SEC

/* --- whether it is time ----------------------------------------------------------------------- */

/* How long ago this host began to read the log that it has not read for longest. */
static mcha_usec find_age(const mcha_pool *pool)
{
	mcha_usec age = 0;
	size_t i;

	for (i = 0; i < pool->journal.count; i++) {
		const mcha_health *health = pool->nodes[pool->journal.nodes[i]]->health;
		const mcha_usec read = atomic_load_explicit(&health->journal_read, memory_order_relaxed);

		age = !read ? INT64_MAX : pool->running.now - read > age ? pool->running.now - read : age;
	}
	return age;
}

/* This process is the one that reads for its host, unless another one said so within the last
 * quarter of an interval. */
static bool claim_reading(const mcha_pool *pool)
{
	mcha_health *health = pool->nodes[pool->journal.nodes[0]]->health;
	int64_t claimed = atomic_load_explicit(&health->journal_claimed, memory_order_relaxed);

	return pool->running.now - claimed >= pool->settings.hint_interval / 4
		&& atomic_compare_exchange_strong(&health->journal_claimed, &claimed, pool->running.now);
}

static bool is_time(mcha_pool *pool)
{
	const mcha_usec age = find_age(pool), interval = pool->settings.hint_interval;

	if (age < interval - interval / 4) {
		pool->journal.idle_until = pool->running.now + interval - interval / 4 - age;
		return false;
	}
	return age >= interval || claim_reading(pool);
}

/* --- records ---------------------------------------------------------------------------------- */

/* Records that are read at once become hints of different milliseconds, up to so many, as which hint
 * is older tells which copy is newer (mcha_hints_order()). */
#define APART_AT_MOST 1000

/* This host's own records put its hints into the journal's order. It knows by itself what they say of
 * nodes as a whole. */
static void learn_record(mcha_pool *pool, const mcha_journal_record *record, size_t position)
{
	const uint32_t host = mcha_journal_host(mcha_hints_journal(pool->shared.hints));
	const long node = mcha_pool_find(pool, record->node);
	mcha_health *health = node >= 0 ? pool->nodes[node]->health
									: mcha_health_find(pool->shared.health, record->node, NULL);

	position = position < APART_AT_MOST ? position : APART_AT_MOST;
	if (record->key || mcha_mark_host(record->mark) != host) {
		mcha_hints_learn(pool->shared.hints, health, record,
			pool->running.now + (mcha_usec)position * MCHA_USEC_PER_MSEC);
	}
}

/* position: how many records this look has read before. Returns how many these are. */
static size_t learn_records(mcha_pool *pool, const char *bytes, size_t size, size_t position)
{
	mcha_journal_record record;
	size_t done;

	for (done = 0; done + sizeof(record) <= size; done += sizeof(record)) {
		memcpy(&record, bytes + done, sizeof(record));
		mcha_journal_swap_bytes(&record, 1);
		learn_record(pool, &record, position + done / sizeof(record));
	}
	return done / sizeof(record);
}

/* --- one log ---------------------------------------------------------------------------------- */

typedef struct log_reader {
	mcha_health *health;
	uint16_t node;
	mcha_request *request; /* for the head */
	uint64_t head;
	uint64_t next; /* the next segment to be read */
	bool is_read;  /* up to the head */
	bool has_new;
	bool is_done;
	size_t *position; /* how many records were read from all logs */
	char keys[SEGMENTS_AT_ONCE][MCHA_JOURNAL_KEY_MAX];
} log_reader;

static mcha_request *ask_value(mcha_pool *pool, uint16_t node, const char *key, size_t length)
{
	mcha_request *request = mcha_pool_request(pool, node);

	if (request) {
		request->verb = MCHA_VERB_GET;
		request->want = MCHA_WANT_VALUE;
		request->key = key;
		request->key_length = (uint16_t)length;
	}
	return request;
}

static void release_value(const mcha_pool *pool, mcha_request *request)
{
	if (request->reply.value) {
		pool->settings.transport.allocator->release(request->reply.value);
		request->reply.value = NULL;
	}
}

/* The first segment that this host has not read to its end: of the log that it knows the last one,
 * of another one the first. */
static uint64_t find_first_segment(uint64_t known, uint64_t head)
{
	const uint64_t era = UINT64_C(1) << MCHA_JOURNAL_ERA_BITS;

	return mcha_journal_segment(known && known <= head && head - known < era ? known
																			 : head & ~(era - 1));
}

/* The log that this host knew is gone. */
static bool has_begun_anew(uint64_t known, uint64_t head)
{
	return known && (head < known || head - known >= UINT64_C(1) << MCHA_JOURNAL_ERA_BITS);
}

/* How much of the segment this host has read; see take_segment(). */
static size_t find_read_bytes(const mcha_health *health, uint64_t segment)
{
	const uint64_t place = atomic_load(&health->journal_place);

	return (uint32_t)segment == place >> 32 ? (uint32_t)place : 0;
}

static void take_segment(mcha_pool *pool, log_reader *log, uint64_t segment,
	const mcha_request *request)
{
	const size_t size = request->reply.size / sizeof(mcha_journal_record)
		* sizeof(mcha_journal_record);
	size_t from = find_read_bytes(log->health, segment);

	if (!request->reply.value) {
		return; /* it has expired, or was evicted */
	}
	from = from <= size ? from : 0;
	*log->position += learn_records(pool, request->reply.value + from, size - from, *log->position);
	atomic_store(&log->health->journal_place, segment << 32 | (uint32_t)size);
}

static void ask_segments(mcha_pool *pool, log_reader *log)
{
	size_t i;

	for (i = 0; i < SEGMENTS_AT_ONCE && log->next + i <= mcha_journal_segment(log->head); i++) {
		ask_value(pool, log->node, log->keys[i],
			mcha_journal_segment_key(log->keys[i], log->next + i));
	}
}

/* False: the node did not answer. */
static bool take_segments(mcha_pool *pool, log_reader *log, mcha_request *round)
{
	bool is_answered = true;

	for (; round; round = round->later) {
		is_answered = is_answered && mcha_status_is_answer(round->reply.status);
		if (is_answered) {
			take_segment(pool, log, log->next++, round);
		}
		release_value(pool, round);
	}
	return is_answered;
}

/* Other processes of the host may read the same at the same time, which does no harm. */
static void read_segments(mcha_pool *pool, log_reader *log)
{
	while (log->next <= mcha_journal_segment(log->head)) {
		if (pool->running.now >= pool->running.deadline) {
			return;
		}
		ask_segments(pool, log);
		if (!mcha_pool_has_round(pool)
			|| !take_segments(pool, log,
				mcha_pool_run(pool, pool->running.deadline - pool->running.now))) {
			return;
		}
	}
	log->is_read = true;
}

/* --- all logs --------------------------------------------------------------------------------- */

void mcha_journal_ask(mcha_pool *pool, mcha_journal_question *question)
{
	size_t i;

	*question = (mcha_journal_question){.asked = pool->running.now};
	if (!mcha_journal_is_used(pool)) {
		return;
	}
	mcha_journal_choose_nodes(pool);
	pool->running.grace = mcha_journal_grace(pool);
	for (i = 0; i < pool->journal.count; i++) {
		const uint16_t node = pool->journal.nodes[i];

		question->heads[i] = mcha_pool_admit(pool, node, false)
			? ask_value(pool, node, MCHA_JOURNAL_KEY, sizeof(MCHA_JOURNAL_KEY) - 1)
			: NULL;
		if (question->heads[i]) {
			question->heads[i]->check = true;
		}
	}
}

/* Returns whether there is something new. */
static bool take_head(const mcha_pool *pool, log_reader *log)
{
	mcha_request *request = log->request;
	const uint64_t known = atomic_load(&log->health->journal_head);

	if (request->reply.value) {
		log->head = strtoull(request->reply.value, NULL, 10);
	}
	release_value(pool, request);
	log->next = find_first_segment(known, log->head);
	return log->head && log->head != known;
}

static void note_read(const log_reader *log, mcha_usec began)
{
	atomic_store(&log->health->journal_head, log->head);
	atomic_store(&log->health->journal_latest, log->head);
	atomic_store(&log->health->journal_read, began);
}

/* Of the processes that find a log to be gone, one puts the hints of this host into the journal
 * once more. */
static void replace_lost(mcha_pool *pool, const log_reader *log)
{
	uint64_t known = atomic_load(&log->health->journal_head);

	if (has_begun_anew(known, log->head)
		&& atomic_compare_exchange_strong(&log->health->journal_head, &known, 0)) {
		mcha_journal_write_again(pool);
	}
}

/* How many records are new, as far as the head tells. */
static uint64_t count_new(const log_reader *log)
{
	return log->has_new ? log->head - (log->next << MCHA_JOURNAL_SEGMENT_BITS) : 0;
}

/* A node that does not answer is asked again after an interval: the others have what it has. */
static void begin_log(mcha_pool *pool, log_reader *log, mcha_usec asked)
{
	if (!log->request || !mcha_status_is_answer(log->request->reply.status)) {
		atomic_store(&log->health->journal_read, asked);
		log->is_done = true;
		return;
	}
	log->has_new = take_head(pool, log);
	replace_lost(pool, log);
}

/* The log with most records that are new. NULL: all are read. */
static log_reader *find_fullest(log_reader *logs, size_t count)
{
	log_reader *fullest = NULL;
	size_t i;

	for (i = 0; i < count; i++) {
		if (!logs[i].is_done && (!fullest || count_new(&logs[i]) > count_new(fullest))) {
			fullest = &logs[i];
		}
	}
	return fullest;
}

/* Two hosts' records, each of which some log lacks, are in the order of the log that has both. False:
 * this host has not read all of some log. */
static bool read_logs(mcha_pool *pool, log_reader *logs, size_t count, mcha_usec asked)
{
	bool are_read = true;
	log_reader *log;

	while ((log = find_fullest(logs, count)) != NULL) {
		log->is_done = true;
		if (log->has_new) {
			read_segments(pool, log);
		}
		if (!log->has_new || log->is_read) {
			note_read(log, asked);
		} else {
			are_read = false;
		}
	}
	return are_read;
}

void mcha_journal_take_answers(mcha_pool *pool, const mcha_journal_question *question)
{
	const size_t count = mcha_journal_is_used(pool) ? pool->journal.count : 0;
	const size_t failed = pool->report.failed_count;
	log_reader logs[MCHA_JOURNAL_NODES_MAX];
	size_t i, position = 0;
	bool is_behind;

	for (i = 0; i < count; i++) {
		logs[i] = (log_reader){
			.node = pool->journal.nodes[i],
			.health = pool->nodes[pool->journal.nodes[i]]->health,
			.request = question->heads[i],
			.position = &position,
		};
		begin_log(pool, &logs[i], question->asked);
	}
	is_behind = !read_logs(pool, logs, count, question->asked);
	pool->report.failed_count = failed;
	if (position || pool->journal.is_behind != is_behind) {
		pool->journal.is_behind = is_behind;
		mcha_pool_refresh_doubts(pool);
	}
}

/* What journal nodes did is not part of the report on the operation. */
static void read_now(mcha_pool *pool)
{
	const size_t failed = pool->report.failed_count;
	mcha_journal_question question;

	mcha_journal_ask(pool, &question);
	if (mcha_pool_has_round(pool)) {
		mcha_pool_run(pool, (pool->running.deadline - pool->running.now) / 4);
		pool->report.failed_count = failed;
	}
	mcha_journal_take_answers(pool, &question);
}

static void write_waiting(mcha_pool *pool)
{
	mcha_journal_table *journal = mcha_hints_journal(pool->shared.hints);
	mcha_journal_record records[WAITING_AT_ONCE];
	size_t i, count;

	while (mcha_journal_has_waiting(journal)) {
		count = mcha_journal_take(journal, records, WAITING_AT_ONCE);
		for (i = 0; i < count; i++) {
			mcha_journal_write_note(pool, &records[i]);
		}
		if (count < WAITING_AT_ONCE) {
			break;
		}
	}
	(void)mcha_journal_write(pool);
}

void mcha_journal_read_if_due(mcha_pool *pool)
{
	if (!mcha_journal_is_used(pool)) {
		pool->journal.idle_until = pool->running.now + NOT_USED_FOR;
		return;
	}
	mcha_journal_choose_nodes(pool);
	if (pool->journal.count && is_time(pool)) {
		/* first: what this host has resolved is then read behind what it had missed */
		write_waiting(pool);
		read_now(pool);
	}
}
