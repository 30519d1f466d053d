/* SPDX-License-Identifier: MIT */
/* What the other hosts were told is in the node's health, so that one process tells it, whichever
 * process has taken the node down. */
#include "journal_health.h"

#include "journal_write.h"

static void note_node(mcha_pool *pool, const mcha_node *node)
{
	const bool is_down = mcha_health_look(node->health, pool->running.now).state != MCHA_HEALTH_UP;
	mcha_journal_record record = {.node = node->id};
	uint64_t told = atomic_load_explicit(&node->health->told_down, memory_order_relaxed), mark;

	if (is_down == (told != 0)) {
		return;
	}
	mark = is_down ? mcha_journal_write_mark(pool, MCHA_MARK_SUSPECTED) : 0;
	record.mark = is_down ? mark : mcha_mark_with_kind(told, MCHA_MARK_REACHED);
	if (atomic_compare_exchange_strong(&node->health->told_down, &told, mark)) {
		mcha_journal_write_note(pool, &record);
	}
}

void mcha_journal_health_note(mcha_pool *pool)
{
	size_t i;

	for (i = 0; i < pool->node_count; i++) {
		note_node(pool, pool->nodes[i]);
	}
}

bool mcha_journal_tell(mcha_pool *pool)
{
	if (!pool->journal.record_count) {
		return false;
	}
	mcha_journal_health_note(pool);
	return mcha_journal_write(pool);
}
