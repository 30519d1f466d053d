/* SPDX-License-Identifier: MIT */
/* Counters: every home node is asked for the same change at once, and the first home's answer is
 * the answer.
 *
 *   no copy has the key          each home node makes its copy with the initial value, if there is
 *                                one, in the same round: of clients that come together, every copy
 *                                has one create and the other clients count, in whatever order
 *   a home lacks the key         its node is given the copy of a home that had the key
 *                                (read_repair.c)
 *
 * Copies that differ converge: counter_converge.c.
 *
 * A node that failed lately may be empty: it is not asked to make a counter that other homes may
 * have. */
#include "engine/operations/operations.h"
#include "counter_copies.h"
#include "engine/replica/quorum.h"
#include "engine/replica/async_write.h"
#include "engine/replica/hint_record.h"
#include "engine/replica/operation.h"
#include "engine/replica/purge.h"
#include "engine/replica/repair/hint_replay.h"
#include "engine/replica/repair/previous_pool.h"
#include "engine/replica/write_replicas.h"

#define ATTEMPTS 3

static void allow_creation(const mcha_counter *counter)
{
	const mcha_item *item = counter->item;
	size_t i;

	for (i = 0; i < item->replica_count; i++) {
		mcha_request *request = item->replicas[i].request;

		if (request && !mcha_replica_may_lack(counter->pool, &item->replicas[i])) {
			request->create = true;
			request->initial = counter->initial;
		}
	}
}

static void ask_copies(const mcha_counter *counter)
{
	const mcha_write write = {
		.verb = MCHA_VERB_COUNT,
		.want = MCHA_WANT_CAS,
		.delta = counter->delta,
		.decrement = counter->decrement,
	};

	mcha_write_replicas_ask(counter->pool, counter->item, &write);
	if (counter->create && !counter->item->found) {
		allow_creation(counter);
	}
	mcha_async_write_run(counter->pool, counter->item, 1, mcha_targets_share(counter->pool, 2));
}

/* The copy has counted, or there is none. */
static void heed_answer(mcha_pool *pool, mcha_item *item, const mcha_replica *replica)
{
	if (mcha_replica_status(replica) == MCHA_STATUS_MISS) {
		mcha_verdict_note_miss(pool, item, replica);
	} else if (item->write.changed++ == 0) {
		mcha_counter_take_answer(item, replica);
	}
}

static void fold_answer(mcha_pool *pool, mcha_item *item, const mcha_replica *replica)
{
	const mcha_status status = mcha_replica_status(replica);

	if (status == MCHA_STATUS_OK || status == MCHA_STATUS_MISS) {
		item->acknowledged++;
		if (mcha_verdict_heeds(pool, replica)) {
			heed_answer(pool, item, replica);
		}
	} else if (status != MCHA_STATUS_IN_FLIGHT) {
		mcha_verdict_fault(item, status);
	}
	item->first_home_acked = item->first_home_acked
		|| (replica->position == 0 && mcha_status_is_answer(status)
			&& status != MCHA_STATUS_IN_FLIGHT);
}

/* The answer is that of the first home node, in order, that had the counter. */
static void fold_answers(mcha_pool *pool, mcha_item *item)
{
	size_t i;

	for (i = 0; i < item->replica_count; i++) {
		if (mcha_replica_is_concerned(&item->replicas[i])) {
			fold_answer(pool, item, &item->replicas[i]);
		}
	}
}

/* Where a node failed, another process may have counted without the nodes that answered this one.
 * False: without all of them, so that this count is void. */
static bool take_valid_answer(mcha_pool *pool, mcha_item *item)
{
	const mcha_replica *valid;

	if (pool->report.failed_count == 0) {
		return true;
	}
	valid = mcha_hint_record_find_valid(pool, item);
	if (!valid) {
		mcha_verdict_fault(item, MCHA_STATUS_STALE);
		item->answer.status = MCHA_STATUS_STALE;
		return false;
	}
	mcha_counter_take_answer(item, valid);
	return true;
}

static void count_copies(const mcha_counter *counter)
{
	mcha_pool *pool = counter->pool;
	mcha_item *item = counter->item;
	mcha_status verdict;

	mcha_hint_replay(pool, item, 1, MCHA_REPLAY_KEEPING);
	mcha_previous_pool_migrate(pool, item, 1);
	if (item->answer.status != MCHA_STATUS_PENDING) {
		return;
	}
	ask_copies(counter);
	fold_answers(pool, item);
	verdict = mcha_verdict(pool, item);
	item->answer.status = verdict == MCHA_STATUS_OK && !item->write.changed
		? mcha_verdict_absent(pool, item)
		: verdict;
	if (!item->write.changed) {
		return;
	}
	mcha_hint_record_write(pool, item, 1, MCHA_VERB_COUNT);
	if (!take_valid_answer(pool, item)) {
		return;
	}
	mcha_purge_behind(pool, item, 1);
	mcha_counter_converge(counter);
}

static mcha_status count_once(const mcha_counter *counter)
{
	mcha_pool *pool = counter->pool;
	mcha_item *item = counter->item;

	mcha_operation_begin(pool, item, 1);
	mcha_quorum_clear(pool, item, 1);
	mcha_item_version_give(pool, item, 1);
	if (item->answer.status == MCHA_STATUS_PENDING) {
		count_copies(counter);
	}
	mcha_operation_end(pool, item, 1, MCHA_VERB_COUNT);
	return item->answer.status;
}

/* The question alone, to be asked anew: without what an earlier attempt has left in the item. */
static mcha_item copy_question(const mcha_item *item)
{
	return (mcha_item){
		.key = item->key,
		.key_length = item->key_length,
		.hash_key = item->hash_key,
		.hash_length = item->hash_length,
		.value = item->value,
		.value_length = item->value_length,
		.flags = item->flags,
		.exptime = item->exptime,
	};
}

void mcha_count(mcha_pool *pool, mcha_item *item, uint64_t delta, bool decrement)
{
	const mcha_counter counter = {
		.pool = pool,
		.item = item,
		.delta = delta,
		.decrement = decrement,
		.create = item->value_length > 0,
		.initial = mcha_targets_number(item),
	};
	const mcha_item question = copy_question(item);
	int attempt;

	for (attempt = 0; attempt < ATTEMPTS; attempt++) {
		*item = question;
		if (count_once(&counter) != MCHA_STATUS_MISS || !counter.create) {
			break;
		}
		pool->until = pool->running.deadline; /* all attempts have one deadline */
		*item = question;
		mcha_decide(pool, item, MCHA_MODE_ADD);
		if (item->answer.status != MCHA_STATUS_NOT_STORED) {
			item->answer.number = mcha_targets_number(item);
			break;
		}
	}
	pool->until = 0;
}
