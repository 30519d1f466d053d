/* SPDX-License-Identifier: MIT */
/* Short lives: notes the keys whose new value may have ended on the first node before the last node
 * has carried out the write, so that no read gives the first node the former value. */
#include "write.h"

/* Servers count whole seconds: a life may end so long before mcha_hints_end(), by which it has
 * ended on every server. */
#define EARLY (2 * MCHA_USEC_PER_SEC)

/* The value may have ended on the first node that is asked before the last one has carried the
 * write out. */
static bool may_end_meanwhile(const mcha_pool *pool, const mcha_item *item)
{
	const mcha_usec end = mcha_hints_end(item->exptime, pool->running.now);

	return end && end - EARLY < pool->running.now + mcha_pool_write_span(pool);
}

/* Then the first node has nothing while the last one still has the value before: a process that
 * reads both must not give that value to the first node, where no write would replace it any more.
 * As while a key is deleted. */
void mcha_short_life_begin(mcha_pool *pool, mcha_item *items, size_t count, const mcha_write *write)
{
	const bool sets_life = write->verb == MCHA_VERB_TOUCH
		|| (write->verb == MCHA_VERB_STORE && write->mode == MCHA_MODE_SET);
	size_t i;

	for (i = 0; sets_life && i < count; i++) {
		if (items[i].exptime && items[i].replica_count && may_end_meanwhile(pool, &items[i])) {
			items[i].write.ends_soon = true;
			mcha_targets_note_deletion(pool, items[i].key, items[i].key_length, mcha_clock_now(),
				true);
		}
	}
}

void mcha_short_life_end(mcha_pool *pool, const mcha_item *items, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		if (items[i].write.ends_soon) {
			mcha_targets_note_deletion(pool, items[i].key, items[i].key_length, mcha_clock_now(),
				false);
		}
	}
}
