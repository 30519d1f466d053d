/* SPDX-License-Identifier: MIT */
/* What an operation must not forget, whichever way it has ended. */
#include "operation.h"

#include "async_write.h"
#include "engine/pool/pool_operation.h"
#include "engine/replica/repair/replica_check.h"

void mcha_operation_begin(mcha_pool *pool, mcha_item *items, size_t count)
{
	mcha_pool_enter(pool);
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

/* Nodes that missed the write have hints, and other processes wait for a write that is under way before they replay those. They take
 * one whose process was stopped for long for dead: what the replicas had acknowledged by then may have been undone since. */
static void doubt_stalled(mcha_pool *pool, mcha_item *items, size_t count, mcha_verb verb)
{
	size_t i;

	if ((pool->report.failed_count == 0 && !pool->has_hints) || !mcha_pool_has_stalled(pool)) {
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
	mcha_verdict_report(pool, items, count);
	mcha_pool_leave(pool);
}
