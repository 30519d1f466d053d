/* SPDX-License-Identifier: MIT */
/* Migrates what a key's previous homes have to its homes of today. */
#include "previous_pool.h"

#include "read_repair.h"

static void ask_replica(mcha_pool *pool, mcha_item *item, mcha_replica *replica, unsigned want)
{
	mcha_request *request = mcha_replica_may_ask(pool, item, replica, false)
		? mcha_replica_ask(pool, item, replica, MCHA_VERB_GET)
		: NULL;

	if (request) {
		request->want = (uint8_t)want;
	}
}

/* Asks the homes whether they have the key at all. */
static void ask_homes(mcha_pool *pool, mcha_item *item)
{
	size_t i;

	for (i = 0; i < mcha_pool_copies(pool); i++) {
		ask_replica(pool, item, &item->replicas[i], MCHA_WANT_UNSEEN);
	}
}

static void note_homes(const mcha_request *round)
{
	for (; round; round = round->later) {
		mcha_item *item = round->item;

		item->read.misses += round->reply.status == MCHA_STATUS_MISS;
		if (round->reply.status == MCHA_STATUS_OK && item->position < 0) {
			item->position = round->replica->position;
		}
	}
}

/* Where a previous home failed lately, a handoff node may have what was written then. */
static size_t last_source(const mcha_pool *pool, const mcha_item *item)
{
	return mcha_targets_has_failed_previous(pool, item) ? item->replica_count
														: mcha_pool_copies(pool) + item->previous;
}

/* Asks a home that has the key for its copy, and the previous homes whether they have one; where no
 * home has the key, the previous homes for their copies. */
static void ask_sources(mcha_pool *pool, mcha_item *item)
{
	const unsigned whole = MCHA_WANT_VALUE | mcha_targets_copying(pool);
	size_t i = mcha_pool_copies(pool), end = last_source(pool, item);

	if (item->position >= 0) {
		ask_replica(pool, item, &item->replicas[item->position], whole);
	}
	for (; i < end; i++) {
		ask_replica(pool, item, &item->replicas[i], item->position >= 0 ? MCHA_WANT_UNSEEN : whole);
	}
}

static void note_previous(const mcha_request *round)
{
	for (; round; round = round->later) {
		if (round->reply.status == MCHA_STATUS_OK && !mcha_replica_is_home(round->replica)) {
			round->item->found = true;
		}
	}
}

/* The first in order, of keys that a previous home has. */
static void take_found(mcha_request *round)
{
	for (; round; round = round->later) {
		mcha_item *item = round->item;

		if (item->found && round->reply.value && !item->answer.value) {
			item->answer = round->reply;
			item->position = round->replica->position;
			round->reply.value = NULL; /* the item's now */
		}
	}
}

/* Some home was none of the key's before the pool was changed. If all previous homes are homes
 * still, a home that lacks the key is given it by the operation itself, as in any pool, so that a
 * question before the operation is needed while some node fails only. */
static bool is_concerned(const mcha_pool *pool, const mcha_item *item)
{
	return item->answer.status == MCHA_STATUS_PENDING && !item->is_lock
		&& (item->previous
			|| (pool->running.troubled
				&& mcha_pool_previous_copies(pool) < mcha_pool_copies(pool)));
}

/* The second round: what is found in it is given to the homes that lack it. */
static void migrate_missing(mcha_pool *pool, mcha_item *items, size_t count)
{
	mcha_request *round;
	size_t i;

	for (i = 0; i < count; i++) {
		if (is_concerned(pool, &items[i]) && items[i].read.misses) {
			ask_sources(pool, &items[i]);
		}
	}
	if (!mcha_pool_has_round(pool)) {
		return;
	}
	round = mcha_pool_run(pool, mcha_targets_share(pool, 4));
	note_previous(round);
	take_found(round);
	mcha_read_repair_found(pool, items, count, 0);
	mcha_targets_release_round(pool, round);
}

/* --- a key that was not found ----------------------------------------------------------------- */

static mcha_status answer_of(const mcha_replica *replica)
{
	return replica->request                   ? replica->request->reply.status
		: replica->excluded != MCHA_STATUS_OK ? replica->excluded
											  : MCHA_STATUS_DOWN;
}

static void note_unfound(const mcha_pool *pool, mcha_item *item, size_t from, size_t end)
{
	size_t i;

	for (i = from; i < end; i++) {
		mcha_verdict_note_unfound(pool, item, &item->replicas[i], answer_of(&item->replicas[i]));
	}
}

static void report_unasked(mcha_pool *pool, mcha_item *item, size_t end)
{
	size_t i;

	for (i = 0; i < end; i++) {
		if (!item->replicas[i].request) {
			mcha_replica_skip(pool, item, &item->replicas[i]);
		}
	}
}

/* What previous homes have said counts for the operation, which does not ask them again; the homes,
 * which it asks again, speak for themselves then. */
static void judge_unfound(mcha_pool *pool, mcha_item *item)
{
	const size_t homes = mcha_pool_copies(pool), end = homes + item->previous;
	mcha_item seen;

	note_unfound(pool, item, homes, end);
	seen = *item;
	note_unfound(pool, &seen, 0, homes);
	if (mcha_verdict_leaves_previous_open(pool, &seen)) {
		report_unasked(pool, item, end);
		item->answer.status = item->fault = seen.fault;
	}
}

/* Of keys that some home lacks. */
static void judge_items(mcha_pool *pool, mcha_item *items, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		mcha_item *item = &items[i];

		if (is_concerned(pool, item) && item->read.misses && item->position < 0 && !item->found) {
			judge_unfound(pool, item);
		}
	}
}

/* --- before the operation --------------------------------------------------------------------- */

/* The operation is still to come: only what was found stays. */
static void put_back_item(const mcha_pool *pool, mcha_item *item)
{
	size_t i;

	if (item->answer.value) {
		pool->settings.transport.allocator->release(item->answer.value);
		item->answer = (mcha_reply){.status = MCHA_STATUS_PENDING, .ttl = MCHA_TTL_UNKNOWN};
	}
	item->position = -1;
	item->read.misses = 0;
	for (i = 0; i < item->replica_count; i++) {
		item->replicas[i].request = NULL;
		item->replicas[i].skipped = MCHA_STATUS_PENDING;
	}
}

void mcha_previous_pool_migrate(mcha_pool *pool, mcha_item *items, size_t count)
{
	const size_t before = pool->requests.count;
	mcha_request *round;
	size_t i;

	for (i = 0; pool->previous.count && i < count; i++) {
		if (is_concerned(pool, &items[i])) {
			ask_homes(pool, &items[i]);
		}
	}
	if (!mcha_pool_has_round(pool)) {
		return;
	}
	round = mcha_pool_run(pool, mcha_targets_share(pool, 4));
	note_homes(round);
	migrate_missing(pool, items, count);
	judge_items(pool, items, count);
	for (i = 0; i < count; i++) {
		put_back_item(pool, &items[i]);
	}
	mcha_targets_release_round(pool, round);
	mcha_request_list_truncate(&pool->requests, before);
}
