/* SPDX-License-Identifier: MIT */
/* Counters: every copy is asked for the same change at once, the authority's answer is the answer.
 *
 *   no copy has the key                  each makes it with the first number, if one is given, in the
 *                                        same round: of clients that come together, every copy has
 *                                        one create and the others count, in whatever order
 *   a copy that had no such key          is refilled from one that had (read_repair.c)
 *
 * Copies that differ are put right by counter_copies.c.
 *
 * A node that failed lately may be empty: it is not asked to make a counter that others may have. */
#include "operations.h"
#include "engine/pool/pool_operation.h"
#include "engine/replica/hint_record.h"
#include "engine/replica/write_replicas.h"
#include "counter_copies.h"
#include "engine/replica/previous_pool.h"
#include "engine/operations/register/quorum.h"
#include "engine/replica/hint_replay.h"
#include "engine/replica/async_write.h"

#include <string.h>

#define ATTEMPTS 3

static void ask_copies(mcha_pool *pool, mcha_item *item, const mcha_count_change *change)
{
	mcha_write copies = {.verb = MCHA_VERB_COUNT, .want = MCHA_WANT_CAS, .delta = change->delta,
		.decrement = change->decrement};
	size_t i;

	mcha_write_replicas_ask(pool, item, 0, &copies);
	for (i = 0; change->create && !item->found && i < pool->request_count; i++) {
		mcha_request *request = &pool->requests[i];

		if (request->verb == MCHA_VERB_COUNT && !mcha_pool_failed_lately(pool, request->node)) {
			request->create = true;
			request->initial = change->initial;
		}
	}
	mcha_async_write_run(pool, item, 0, MCHA_VERB_COUNT, mcha_targets_share(pool, 2));
}

/* The answer is that of the first home node, in order, that had the counter. */
static void fold(mcha_pool *pool, mcha_item *item)
{
	size_t i;

	for (i = 0; i < pool->request_count; i++) {
		const mcha_request *request = &pool->requests[i];

		if (!mcha_counter_is_copy(request)) {
			continue;
		}
		if (request->reply.status == MCHA_STATUS_OK) {
			if (item->changed++ == 0) {
				mcha_counter_take_answer(item, request);
			}
			item->acknowledged++;
		} else if (request->reply.status == MCHA_STATUS_MISS) {
			item->acknowledged++;
			mcha_verdict_note_miss(pool, item, request->node);
		} else if (request->reply.status != MCHA_STATUS_IN_FLIGHT) {
			mcha_verdict_fault(item, request->reply.status);
		}
		item->first_home_acked = item->first_home_acked
			|| (request->position == 0 && mcha_status_is_answer(request->reply.status)
				&& request->reply.status != MCHA_STATUS_IN_FLIGHT);
	}
}

/* Where copies failed, others may have counted without those that answered. False: without all of them. */
static bool stands(mcha_pool *pool, mcha_item *item)
{
	const mcha_request *valid;

	if (pool->report.failed_count == 0) {
		return true;
	}
	valid = mcha_hint_record_find_valid(pool, item, MCHA_VERB_COUNT);
	if (!valid) {
		mcha_verdict_fault(item, MCHA_STATUS_STALE);
		item->answer.status = MCHA_STATUS_STALE;
		return false;
	}
	mcha_counter_take_answer(item, valid);
	return true;
}

static void count_copies(mcha_pool *pool, mcha_item *item, const mcha_count_change *change)
{
	mcha_status verdict;
	size_t asked;

	mcha_hint_replay(pool, item, 1, MCHA_REPLAY_KEEPING);
	mcha_previous_pool_migrate(pool, item, 1);
	ask_copies(pool, item, change);
	asked = pool->request_count;
	fold(pool, item);
	verdict = mcha_verdict(pool, item);
	item->answer.status = verdict == MCHA_STATUS_OK && !item->changed ? mcha_verdict_absent(item) : verdict;
	if (!item->changed) {
		return;
	}
	mcha_hint_record_write(pool, item, MCHA_VERB_COUNT);
	if (!stands(pool, item)) {
		return;
	}
	mcha_write_replicas_purge(pool, item, 1, MCHA_VERB_COUNT);
	mcha_counter_mend(pool, item, asked, change);
}

static mcha_status count_once(mcha_pool *pool, mcha_item *item, const mcha_count_change *change)
{
	mcha_pool_enter(pool);
	mcha_targets(pool, item, 1);
	mcha_quorum_clear(pool, item, 1);
	mcha_item_version_give(pool, item, 1);
	if (item->answer.status == MCHA_STATUS_PENDING) {
		count_copies(pool, item, change);
		mcha_async_write_note(pool, item, MCHA_VERB_COUNT);
	}
	mcha_verdict_report(pool, item, 1);
	mcha_pool_leave(pool);
	return item->answer.status;
}

/* A question asked anew: what an earlier attempt left in the item is forgotten. */
static mcha_item fresh(const mcha_item *item)
{
	return (mcha_item){.key = item->key, .key_length = item->key_length,
		.hash_key = item->hash_key, .hash_length = item->hash_length, .value = item->value,
		.value_length = item->value_length, .flags = item->flags, .exptime = item->exptime};
}

void mcha_count(mcha_pool *pool, mcha_item *item, uint64_t delta, bool decrement)
{
	mcha_count_change change = {delta, decrement, item->value_length > 0, mcha_targets_number(item)};
	const mcha_item question = fresh(item);
	int attempt;

	for (attempt = 0; attempt < ATTEMPTS; attempt++) {
		*item = question;
		if (count_once(pool, item, &change) != MCHA_STATUS_MISS || !item->value_length) {
			break;
		}
		pool->until = pool->deadline; /* one clock for all attempts */
		*item = question;
		mcha_decide(pool, item, MCHA_MODE_ADD);
		if (item->answer.status != MCHA_STATUS_NOT_STORED) {
			item->answer.number = mcha_targets_number(item);
			break;
		}
	}
	pool->until = 0;
}
