/* SPDX-License-Identifier: MIT */
/* Reads the segments of a log that are new, and turns their records into hints of this host. */
#include "journal_log.h"

#include <stdlib.h>
#include <string.h>

#include "engine/pool/pool_round.h"
#include "engine/shared/hints/hint_journal.h"
#include "journal_write.h"

/* --- records ---------------------------------------------------------------------------------- */

static bool is_missed(mcha_mark_kind kind)
{
	return kind == MCHA_MARK_MISSED || kind == MCHA_MARK_MISSED_SENT
		|| kind == MCHA_MARK_CHANGE_MISSED || kind == MCHA_MARK_CHANGE_MISSED_SENT;
}

/* A hint that this host has read of in another log; or that was resolved there, as that log lacks
 * the hint's record. (Other records say the same each time.) */
static bool is_known(const mcha_journal_table *journal, uint64_t mark)
{
	return is_missed(mcha_mark_kind_of(mark)) && mcha_journal_has_seen(journal, mark);
}

static void note_known(mcha_journal_table *journal, uint64_t mark)
{
	const mcha_mark_kind kind = mcha_mark_kind_of(mark);

	if (is_missed(kind) || kind == MCHA_MARK_RESOLVED) {
		mcha_journal_note_seen(journal, mark);
	}
}

static void learn_record(mcha_pool *pool, const mcha_journal_record *record)
{
	mcha_journal_table *journal = mcha_hints_journal(pool->shared.hints);
	const long node = mcha_pool_find(pool, record->node);

	if (is_known(journal, record->mark)) {
		return;
	}
	mcha_hints_learn(pool->shared.hints,
		node >= 0 ? pool->nodes[node]->health
				  : mcha_health_find(pool->shared.health, record->node, NULL),
		record, mcha_journal_put_in_order(journal, record->key, pool->running.now));
	note_known(journal, record->mark);
}

/* Returns how many these are. */
static size_t learn_records(mcha_pool *pool, const char *bytes, size_t size)
{
	mcha_journal_record record;
	size_t done;

	for (done = 0; done + sizeof(record) <= size; done += sizeof(record)) {
		memcpy(&record, bytes + done, sizeof(record));
		mcha_journal_swap_bytes(&record, 1);
		learn_record(pool, &record);
	}
	return done / sizeof(record);
}

/* --- one log ---------------------------------------------------------------------------------- */

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

mcha_request *mcha_journal_log_ask_head(mcha_pool *pool, uint16_t node)
{
	return ask_value(pool, node, MCHA_JOURNAL_KEY, sizeof(MCHA_JOURNAL_KEY) - 1);
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

static void take_segment(mcha_pool *pool, mcha_journal_log *log, uint64_t segment,
	const mcha_request *request)
{
	const size_t size = request->reply.size / sizeof(mcha_journal_record)
		* sizeof(mcha_journal_record);
	size_t from = find_read_bytes(log->health, segment), count;

	if (!request->reply.value) {
		return; /* it has expired, or was evicted */
	}
	from = from <= size ? from : 0;
	count = learn_records(pool, request->reply.value + from, size - from);
	*log->records += count;
	atomic_fetch_add_explicit(&log->health->journal_records, count, memory_order_relaxed);
	atomic_store(&log->health->journal_place, segment << 32 | (uint32_t)size);
}

static void ask_segments(mcha_pool *pool, mcha_journal_log *log)
{
	size_t i;

	for (i = 0;
		 i < MCHA_JOURNAL_SEGMENTS_AT_ONCE && log->next + i <= mcha_journal_segment(log->head);
		 i++) {
		ask_value(pool, log->node, log->keys[i],
			mcha_journal_segment_key(log->keys[i], log->next + i));
	}
}

/* False: the node did not answer. */
static bool take_segments(mcha_pool *pool, mcha_journal_log *log, mcha_request *round)
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

static mcha_usec half_of_the_rest(const mcha_pool *pool)
{
	return (pool->running.deadline - pool->running.now) / 2;
}

/* Other processes of the host may read the same at the same time, which does no harm. What is left
 * after half of the operation's time the next operation reads. */
static void read_segments(mcha_pool *pool, mcha_journal_log *log)
{
	while (log->next <= mcha_journal_segment(log->head)) {
		if (pool->running.now >= log->until) {
			return;
		}
		ask_segments(pool, log);
		if (!mcha_pool_has_round(pool)
			|| !take_segments(pool, log, mcha_pool_run(pool, half_of_the_rest(pool)))) {
			return;
		}
	}
	log->is_read = true;
}

/* Returns whether there is something new. */
static bool take_head(const mcha_pool *pool, mcha_journal_log *log)
{
	mcha_request *request = log->request;
	const uint64_t known = log->known;

	if (request->reply.value) {
		log->head = strtoull(request->reply.value, NULL, 10);
	}
	release_value(pool, request);
	log->next = find_first_segment(known, log->head);
	return log->head && log->head != known;
}

static void note_read(const mcha_journal_log *log, mcha_usec began)
{
	atomic_store(&log->health->journal_head, log->head);
	atomic_store(&log->health->journal_latest, log->head);
	atomic_store(&log->health->journal_read, began);
	atomic_store(&log->health->journal_heard, began);
}

/* The next process of this host goes on where this one has come to, unless another one has come
 * further meanwhile. */
static void note_progress(const mcha_journal_log *log)
{
	uint64_t known = log->known;

	atomic_compare_exchange_strong(&log->health->journal_head, &known,
		log->next << MCHA_JOURNAL_SEGMENT_BITS);
}

/* Of the processes that find a log to be gone, one puts the hints of this host into the journal
 * once more. */
static void replace_lost(mcha_pool *pool, mcha_journal_log *log)
{
	uint64_t known = log->known;

	if (has_begun_anew(known, log->head)
		&& atomic_compare_exchange_strong(&log->health->journal_head, &known, 0)) {
		log->known = 0;
		atomic_fetch_add_explicit(&log->health->journal_lost, 1, memory_order_relaxed);
		mcha_journal_write_again(pool);
	}
}

uint64_t mcha_journal_log_count_new(const mcha_journal_log *log)
{
	return log->has_new ? log->head - (log->next << MCHA_JOURNAL_SEGMENT_BITS) : 0;
}

/* A node that does not answer is asked again after an interval: the others have what it has. */
void mcha_journal_log_begin(mcha_pool *pool, mcha_journal_log *log, mcha_usec asked)
{
	if (!log->request || !mcha_status_is_answer(log->request->reply.status)) {
		atomic_store(&log->health->journal_read, asked);
		log->is_done = true;
		return;
	}
	log->known = atomic_load(&log->health->journal_head);
	log->has_new = take_head(pool, log);
	replace_lost(pool, log);
}

bool mcha_journal_log_read(mcha_pool *pool, mcha_journal_log *log, mcha_usec asked)
{
	if (log->has_new) {
		read_segments(pool, log);
	}
	if (log->has_new && !log->is_read) {
		note_progress(log);
		return false;
	}
	note_read(log, asked);
	return true;
}
