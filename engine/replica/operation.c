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
			mcha_replica_check_wrote(pool, &items[i], items[i].changed);
		}
	}
}

void mcha_operation_end(mcha_pool *pool, mcha_item *items, size_t count, mcha_verb verb)
{
	if (verb != MCHA_VERB_GET) {
		mcha_async_write_note(pool, items, count, verb);
	}
	if (verb == MCHA_VERB_STORE && mcha_replica_check_is_noting(pool)) {
		note_stored(pool, items, count);
	}
	mcha_verdict_report(pool, items, count);
	mcha_pool_leave(pool);
}
