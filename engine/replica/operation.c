/* SPDX-License-Identifier: MIT */
/* What an operation must not forget, whichever way it has ended. */
#include "operation.h"

#include "async_write.h"
#include "engine/journal/journal_read.h"
#include "engine/journal/journal_health.h"
#include "engine/pool/pool_operation.h"
#include "engine/replica/repair/replica_check.h"
#include "operation_metrics.h"

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
	mcha_operation_metrics_count(pool, items, count, verb);
	mcha_pool_leave(pool);
}
