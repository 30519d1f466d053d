/* SPDX-License-Identifier: MIT */
/* Decides when this host reads the journal, and asks the nodes for the heads of their logs. */
#include "journal_read.h"

#include "engine/pool/pool_operation.h"
#include "engine/pool/pool_round.h"
#include "journal_health.h"
#include "journal_log.h"
#include "journal_write.h"

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

/* Some log was read to its end less than an interval before this operation began. */
static bool is_heard(const mcha_pool *pool)
{
	size_t i;

	for (i = 0; i < pool->journal.count; i++) {
		const mcha_health *health = pool->nodes[pool->journal.nodes[i]]->health;
		const mcha_usec heard = atomic_load_explicit(&health->journal_heard, memory_order_relaxed);

		if (heard && pool->running.started - heard < pool->settings.hint_interval) {
			return true;
		}
	}
	return false;
}

/* Records that were read now are a reason to look up the doubts once more, too. */
static void note_behind(mcha_pool *pool, bool is_behind, bool has_records)
{
	if (has_records || pool->journal.is_behind != is_behind) {
		pool->journal.is_behind = is_behind;
		mcha_pool_refresh_doubts(pool);
	}
}

static bool is_time(mcha_pool *pool)
{
	const mcha_usec age = find_age(pool), interval = pool->settings.hint_interval;

	if (age < interval - interval / 4) {
		note_behind(pool, !is_heard(pool), false);
		pool->journal.idle_until = pool->running.now + interval - interval / 4 - age;
		return false;
	}
	return age >= interval || claim_reading(pool);
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
			? mcha_journal_log_ask_head(pool, node)
			: NULL;
		if (question->heads[i]) {
			question->heads[i]->check = true;
		}
	}
}

/* The log with most records that are new. NULL: all are read. */
static mcha_journal_log *find_fullest(mcha_journal_log *logs, size_t count)
{
	mcha_journal_log *fullest = NULL;
	size_t i;

	for (i = 0; i < count; i++) {
		if (!logs[i].is_done
			&& (!fullest
				|| mcha_journal_log_count_new(&logs[i]) > mcha_journal_log_count_new(fullest))) {
			fullest = &logs[i];
		}
	}
	return fullest;
}

/* Two hosts' records, each of which some log lacks, are in the order of the log that has both.
 * False: this host has not read all of some log. */
static bool read_logs(mcha_pool *pool, mcha_journal_log *logs, size_t count, mcha_usec asked)
{
	bool are_read = true;
	mcha_journal_log *log;

	while ((log = find_fullest(logs, count)) != NULL) {
		log->is_done = true;
		are_read = mcha_journal_log_read(pool, log, asked) && are_read;
	}
	return are_read;
}

void mcha_journal_take_answers(mcha_pool *pool, const mcha_journal_question *question)
{
	const size_t count = mcha_journal_is_used(pool) ? pool->journal.count : 0;
	const size_t failed = pool->report.failed_count;
	mcha_journal_log logs[MCHA_JOURNAL_NODES_MAX];
	size_t i, records = 0;
	bool are_read;

	for (i = 0; i < count; i++) {
		logs[i] = (mcha_journal_log){
			.node = pool->journal.nodes[i],
			.health = pool->nodes[pool->journal.nodes[i]]->health,
			.request = question->heads[i],
			.records = &records,
			.until = (pool->running.now + pool->running.deadline) / 2,
		};
		mcha_journal_log_begin(pool, &logs[i], question->asked);
	}
	are_read = read_logs(pool, logs, count, question->asked);
	pool->report.failed_count = failed;
	note_behind(pool, count && (!are_read || !is_heard(pool)), records != 0);
}

static bool has_majority(const mcha_pool *pool, const mcha_journal_question *question)
{
	size_t i, answers = 0;

	for (i = 0; i < pool->journal.count; i++) {
		answers += question->heads[i] && mcha_status_is_answer(question->heads[i]->reply.status);
	}
	return answers >= mcha_journal_majority(pool);
}

/* Too few nodes have answered within the grace: those that are late are waited for. */
static void ask_late(mcha_pool *pool, mcha_journal_question *question)
{
	size_t i;

	for (i = 0; i < pool->journal.count; i++) {
		const mcha_request *late = question->heads[i];

		if (late && late->reply.status == MCHA_STATUS_CANCELLED) {
			question->heads[i] = mcha_journal_log_ask_head(pool, late->node);
		}
	}
	if (mcha_pool_has_round(pool)) {
		mcha_pool_run(pool, (pool->running.deadline - pool->running.now) / 4);
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
		if (!has_majority(pool, &question)) {
			ask_late(pool, &question);
		}
		pool->report.failed_count = failed;
	}
	mcha_journal_take_answers(pool, &question);
}

static void write_waiting(mcha_pool *pool)
{
	mcha_journal_table *journal = mcha_hints_journal(pool->shared.hints);
	const mcha_usec deadline = pool->running.deadline;
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
	/* the operation has not begun: the journal gets the least part of its time */
	pool->running.deadline = pool->running.now;
	(void)mcha_journal_write(pool);
	pool->running.deadline = deadline;
}

/* A host whose replays ask the journal again and again is never due to look at it, and would keep
 * its records. */
static bool has_waited(const mcha_pool *pool)
{
	return mcha_journal_has_waiting(mcha_hints_journal(pool->shared.hints)) && claim_reading(pool);
}

void mcha_journal_read_if_due(mcha_pool *pool)
{
	if (!mcha_journal_is_used(pool)) {
		pool->journal.idle_until = pool->running.now + NOT_USED_FOR;
		return;
	}
	mcha_journal_choose_nodes(pool);
	if (pool->journal.count && is_time(pool)) {
		if (pool->running.troubled) {
			mcha_journal_health_note(pool);
		}
		/* first: what this host has resolved is then read behind what it had missed */
		write_waiting(pool);
		read_now(pool);
	} else if (pool->journal.count && has_waited(pool)) {
		write_waiting(pool);
	}
}
