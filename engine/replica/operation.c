/* SPDX-License-Identifier: MIT */
/* What an operation must not forget, whichever way it has ended. */
#include "operation.h"

#include "async_write.h"
#include "engine/journal/journal_read.h"
#include "engine/journal/journal_health.h"
#include "engine/pool/pool_operation.h"
#include "engine/replica/check/replica_check.h"

void mcha_operation_begin(mcha_pool *pool, mcha_item *items, size_t count)
{
	mcha_pool_enter(pool);
	mcha_journal_read(pool);
	mcha_targets(pool, items, count);
}

/* A key that all homes have is not checked until a home may have lost it. */
static void note_stored(mcha_pool *pool, const mcha_item *items, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		if (items[i].answer.status == MCHA_STATUS_OK) {
			mcha_replica_check_wrote(pool, &items[i], items[i].write.changed);
		}
	}
}

/* Nodes that missed the write have hints, and other processes wait for a write that is under way
 * before they replay those; nor do they repair a key meanwhile that is on its way out. */
static bool do_others_wait(const mcha_pool *pool, const mcha_item *items, size_t count,
	mcha_verb verb)
{
	size_t i;

	for (i = 0; i < count && !items[i].write.ends_soon; i++) {
	}
	return i < count || verb == MCHA_VERB_DELETE || pool->report.failed_count
		|| pool->running.has_hints;
}

/* Other processes take a process that was stopped for long for dead, and wait no more: what the
 * replicas had acknowledged by then may have been undone since. */
static void doubt_stalled(mcha_pool *pool, mcha_item *items, size_t count, mcha_verb verb)
{
	size_t i;

	if (!do_others_wait(pool, items, count, verb) || !mcha_pool_has_stalled(pool)) {
		return;
	}
	for (i = 0; i < count; i++) {
		const mcha_status status = items[i].answer.status;

		if (status == MCHA_STATUS_OK || (status == MCHA_STATUS_MISS && verb == MCHA_VERB_DELETE)) {
			mcha_verdict_fault(&items[i], MCHA_STATUS_TIMEOUT);
			items[i].answer.status = MCHA_STATUS_TIMEOUT;
		}
	}
}

/* --- monitoring ------------------------------------------------------------------------------- */

static const mcha_metric by_verb[] = {
	[MCHA_VERB_GET] = MCHA_METRIC_GET,
	[MCHA_VERB_STORE] = MCHA_METRIC_STORE,
	[MCHA_VERB_DELETE] = MCHA_METRIC_DELETE,
	[MCHA_VERB_TOUCH] = MCHA_METRIC_TOUCH,
	[MCHA_VERB_COUNT] = MCHA_METRIC_COUNT,
};

static const mcha_metric by_role[] = {
	[MCHA_ROLE_HOME] = MCHA_METRIC_FALLBACK,
	[MCHA_ROLE_HANDOFF] = MCHA_METRIC_HANDOFF,
	[MCHA_ROLE_PREVIOUS] = MCHA_METRIC_PREVIOUS,
};

static mcha_metric classify_hit(const mcha_item *item)
{
	return item->position <= 0 ? MCHA_METRIC_FIRST : by_role[item->replicas[item->position].role];
}

/* A key that was refused, as it cannot be one, counts as none of these. */
static void count_read(uint32_t *counters, const mcha_item *item)
{
	const mcha_status status = item->answer.status;

	if (status == MCHA_STATUS_OK) {
		counters[classify_hit(item)]++;
	} else if (status == MCHA_STATUS_MISS) {
		counters[MCHA_METRIC_MISS]++;
	} else if (!mcha_status_is_answer(status)) {
		counters[MCHA_METRIC_FAILED_READS]++;
	}
}

static void count_failures(mcha_pool *pool)
{
	size_t i;

	for (i = 0; i < pool->report.failed_count; i++) {
		pool->metrics.failures[pool->report.failed[i].status]++;
	}
	pool->metrics.has_failures = true;
}

static void count_operation(mcha_pool *pool, const mcha_item *items, size_t count, mcha_verb verb)
{
	uint32_t *counters = pool->metrics.counters;
	size_t i;

	counters[by_verb[verb]] += (uint32_t)count;
	counters[MCHA_METRIC_REPAIRS] += pool->report.repaired;
	counters[MCHA_METRIC_HEDGES] += pool->report.hedged;
	for (i = 0; i < count; i++) {
		if (verb == MCHA_VERB_GET) {
			count_read(counters, &items[i]);
		} else if (!mcha_status_is_answer(items[i].answer.status)) {
			counters[MCHA_METRIC_FAILED_WRITES]++;
		}
	}
	if (pool->report.failed_count) {
		count_failures(pool);
	}
	if (pool->running.now - pool->metrics.added_at >= MCHA_USEC_PER_SEC) {
		mcha_pool_add_metrics(pool);
	}
}

/* --- the end ---------------------------------------------------------------------------------- */

void mcha_operation_end(mcha_pool *pool, mcha_item *items, size_t count, mcha_verb verb)
{
	if (verb != MCHA_VERB_GET) {
		mcha_async_write_note(pool, items, count, verb);
		doubt_stalled(pool, items, count, verb);
	}
	if (verb == MCHA_VERB_STORE && mcha_replica_check_is_noting(pool)) {
		note_stored(pool, items, count);
	}
	if (pool->journal.record_count) {
		(void)mcha_journal_tell(pool);
	}
	mcha_verdict_report(pool, items, count);
	count_operation(pool, items, count, verb);
	mcha_pool_leave(pool);
}
