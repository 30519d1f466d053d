/* SPDX-License-Identifier: MIT */
/* What counter.c asks, and what becomes of copies whose answers differ. */
#ifndef MCHA_ENGINE_COUNTER_COPIES_H
#define MCHA_ENGINE_COUNTER_COPIES_H

#include "engine/replica/targets.h"

typedef struct mcha_count_change {
	uint64_t delta;
	bool decrement;
	bool create;
	uint64_t initial;
} mcha_count_change;

static inline bool mcha_counter_is_copy(const mcha_request *request)
{
	return request->verb == MCHA_VERB_COUNT;
}

static inline void mcha_counter_take_answer(mcha_item *item, const mcha_request *request)
{
	item->answer.number = request->reply.number;
	item->answer.ttl = request->reply.ttl;
	item->position = request->position;
}

/* The copies' answers are the requests up to asked, and one of them is the item's answer, which may change: behind
 * the account of the write (hint_record.h). */
void mcha_counter_mend(mcha_pool *pool, mcha_item *item, size_t asked, const mcha_count_change *change);

#endif
