/* SPDX-License-Identifier: MIT */
/* Deletions: a key is noted as being deleted from before the write until after it, so that no read
 * gives a node the copy that is being deleted. */
#include "write.h"
#include "engine/operations/operations.h"
#include "engine/replica/parts.h"
#include "engine/replica/quorum.h"

/* Before the keys are checked, too: what is too long to be one is not read. */
static void note_deletions(mcha_pool *pool, const mcha_item *items, size_t count, bool under_way)
{
	const mcha_usec now = mcha_clock_now();
	size_t i;

	for (i = 0; i < count; i++) {
		if (items[i].key_length <= MCHA_KEY_MAX) {
			mcha_targets_note_deletion(pool, items[i].key, items[i].key_length, now, under_way);
		}
	}
}

static void delete_part(mcha_pool *pool, mcha_item *items, size_t count, const void *context)
{
	(void)context;
	note_deletions(pool, items, count, true);
	if (mcha_targets_keeps_registers(pool)) {
		mcha_quorum_write(pool, items, count, true);
	} else {
		mcha_write_carry_out(pool, items, count, &(mcha_write){.verb = MCHA_VERB_DELETE});
	}
	note_deletions(pool, items, count, false);
}

void mcha_delete(mcha_pool *pool, mcha_item *items, size_t count)
{
	mcha_in_parts(pool, items, count, delete_part, NULL);
}

void mcha_delete_refused(mcha_pool *pool, const mcha_item *items, size_t count)
{
	const mcha_report report = pool->report;
	size_t i;

	for (i = 0; i < count; i++) {
		mcha_item old = {
			.key = items[i].key,
			.key_length = items[i].key_length,
			.hash_key = items[i].hash_key,
			.hash_length = items[i].hash_length,
		};

		if (items[i].answer.status == MCHA_STATUS_TOO_BIG) {
			pool->until = pool->running.deadline;
			mcha_delete(pool, &old, 1);
		}
	}
	pool->until = 0;
	pool->report = report;
}
