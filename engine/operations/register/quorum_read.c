/* SPDX-License-Identifier: MIT */
/* Reads registers: the newest copy that more than half of the homes know of is the answer, once
 * more than half have it.
 *
 *   round 1   more than half of the home nodes are asked, the first of them for the value too; all
 *             of them while one has failed lately, as it may have to be refilled
 *   then      the others, where those gave too few votes
 *   then      the value, where the newest copy is not the first one's
 *   last      home nodes that have an older copy, or none, are given the newest
 *
 * With copies that are alike that is one round. */
#include "engine/operations/operations.h"
#include "engine/replica/quorum.h"

#include "engine/protocol/cas_token.h"
#include "engine/replica/operation.h"
#include "engine/replica/repair/hint_replay.h"
#include "engine/replica/repair/previous_pool.h"

#define ATTEMPTS 3

/* --- asking ----------------------------------------------------------------------------------- */

static void run_looks(mcha_quorum_operation *operation)
{
	if (mcha_pool_has_round(operation->pool)) {
		mcha_quorum_take(operation,
			mcha_pool_run(operation->pool, mcha_targets_share(operation->pool, 3)));
	}
}

/* Asks up to so many homes, the first of them for what the caller wants. */
static size_t ask_homes(mcha_quorum_operation *operation, mcha_item *item, size_t wanted,
	unsigned want, bool last_resort)
{
	size_t i, asked = 0;

	for (i = 0; i < operation->homes && asked < wanted; i++) {
		asked += mcha_quorum_look(operation, item, &item->replicas[i], asked ? 0 : want,
			last_resort);
	}
	return asked;
}

static void ask_first(mcha_quorum_operation *operation, unsigned want)
{
	const unsigned wanted = want & (MCHA_WANT_VALUE | MCHA_WANT_UNSEEN);
	size_t i;

	for (i = 0; i < operation->count; i++) {
		mcha_item *item = &operation->items[i];
		bool all = want & MCHA_WANT_ALL_HOMES
			|| mcha_targets_has_failed_home(operation->pool, item);

		if (mcha_quorum_is_open(item)
			&& !ask_homes(operation, item, all ? operation->homes : operation->most, wanted,
				false)) {
			ask_homes(operation, item, operation->homes, wanted, true);
		}
	}
	run_looks(operation);
}

static void ask_unknown(mcha_quorum_operation *operation, mcha_item *item)
{
	const mcha_view *views = mcha_quorum_views(operation, item);
	size_t i;

	for (i = 0; i < operation->homes; i++) {
		if (views[i].state == MCHA_VIEW_UNKNOWN) {
			mcha_quorum_look(operation, item, &item->replicas[i], 0, false);
		}
	}
}

static void ask_others(mcha_quorum_operation *operation)
{
	size_t i;

	for (i = 0; i < operation->count; i++) {
		mcha_item *item = &operation->items[i];

		if (mcha_quorum_is_open(item) && !mcha_quorum_is_known(operation, item)) {
			ask_unknown(operation, item);
		}
	}
	run_looks(operation);
}

/* --- the newest copy -------------------------------------------------------------------------- */

/* The newest copy of an item that enough is known of; NULL: no home has one, or that is not
 * known. */
static const mcha_view *find_newest(const mcha_quorum_operation *operation, const mcha_item *item)
{
	return mcha_quorum_is_open(item) && mcha_quorum_is_known(operation, item)
		? mcha_quorum_newest(operation, item)
		: NULL;
}

static bool is_with_most(const mcha_quorum_operation *operation, const mcha_item *item,
	const mcha_view *newest)
{
	return mcha_quorum_count(operation, item, mcha_quorum_rank(newest)) >= operation->most;
}

static bool is_ending(const mcha_view *newest)
{
	return mcha_copy_is_expiring(newest->request->reply.ttl);
}

/* About to end, and no longer with more than half: the copy is given to no node, and counts as
 * ended. */
static bool has_ended(const mcha_quorum_operation *operation, const mcha_item *item,
	const mcha_view *newest)
{
	return is_ending(newest) && !is_with_most(operation, item, newest);
}

/* The caller asks for the value, or it has to be given to other homes before more than half have
 * it. */
static bool needs_value(const mcha_quorum_operation *operation, const mcha_item *item,
	const mcha_view *newest, unsigned want)
{
	return !newest->deleted && !has_ended(operation, item, newest)
		&& (want & MCHA_WANT_VALUE || !is_with_most(operation, item, newest));
}

static void fetch_values(mcha_quorum_operation *operation, unsigned want)
{
	size_t i;

	for (i = 0; i < operation->count; i++) {
		mcha_item *item = &operation->items[i];
		const mcha_view *newest = find_newest(operation, item);

		if (newest && needs_value(operation, item, newest, want) && !newest->request->reply.value) {
			mcha_quorum_look(operation, item, newest->request->replica, MCHA_WANT_VALUE, false);
		}
	}
	run_looks(operation);
}

/* --- giving it to other homes ----------------------------------------------------------------- */

/* A home without a copy needs none of what is about to end. */
static bool is_behind(const mcha_view *view, const mcha_view *newest)
{
	return view->state >= MCHA_VIEW_ABSENT && mcha_quorum_rank(view) < mcha_quorum_rank(newest)
		&& (view->state == MCHA_VIEW_ABSENT ? !is_ending(newest) : view->cas != 0);
}

static bool can_be_given(const mcha_view *newest)
{
	return newest && (newest->deleted || is_ending(newest) || newest->request->reply.value);
}

/* A value that is about to end is not given on. A home that has an older value is given a tombstone
 * in its place, so that the older value is not what is left. */
static void give_newest(mcha_quorum_operation *operation, mcha_item *item, mcha_replica *replica,
	const mcha_view *newest)
{
	const mcha_reply tombstone = mcha_quorum_tombstone(newest->cas),
					 *copy = &newest->request->reply;
	const bool ends = is_ending(newest);

	mcha_quorum_put(operation, item, replica, newest->deleted || ends ? &tombstone : copy,
		ends ? operation->pool->settings.tombstone_ttl
			 : mcha_copy_exptime(operation->pool, copy->ttl));
}

static void repair_item(mcha_quorum_operation *operation, mcha_item *item)
{
	const mcha_view *newest = find_newest(operation, item),
					*views = mcha_quorum_views(operation, item);
	size_t i;

	for (i = 0; can_be_given(newest) && i < operation->homes; i++) {
		if (is_behind(&views[i], newest)) {
			give_newest(operation, item, &item->replicas[i], newest);
		}
	}
}

static void repair_copies(mcha_quorum_operation *operation)
{
	mcha_pool *pool = operation->pool;
	const mcha_request *request;
	size_t i;

	for (i = 0; i < operation->count; i++) {
		repair_item(operation, &operation->items[i]);
	}
	request = mcha_pool_has_round(pool) ? mcha_pool_run(pool, mcha_targets_share(pool, 2)) : NULL;
	for (; request; request = request->later) {
		if (request->reply.status == MCHA_STATUS_OK) {
			mcha_quorum_view(operation, request)->done = true;
			pool->report.repaired++;
		}
	}
}

/* --- the answer ------------------------------------------------------------------------------- */

static void answer_found(mcha_quorum_operation *operation, mcha_item *item, const mcha_view *newest,
	unsigned want)
{
	mcha_request *request = newest->request;

	item->position = request->replica->position;
	if (newest->deleted) {
		item->answer.status = MCHA_STATUS_MISS;
		return;
	}
	item->answer = request->reply;
	item->answer.cas = mcha_cas_token_pack(operation->pool->nodes[request->node]->cas_tag,
		request->reply.cas);
	if (want & MCHA_WANT_VALUE) {
		request->reply.value = NULL; /* the item's now */
	} else {
		item->answer.value = NULL;
	}
}

/* What more than half of the homes have is the answer: the next client that asks cannot miss it. */
static void answer_item(mcha_quorum_operation *operation, mcha_item *item, unsigned want)
{
	const mcha_view *newest = find_newest(operation, item);

	if (!mcha_quorum_is_open(item) || !mcha_quorum_is_known(operation, item)) {
		return;
	}
	if (!newest || has_ended(operation, item, newest)) {
		item->answer.status = MCHA_STATUS_MISS;
		return;
	}
	item->acknowledged = (uint16_t)mcha_quorum_count(operation, item, mcha_quorum_rank(newest));
	if (item->acknowledged >= operation->most
		&& (!(want & MCHA_WANT_VALUE) || newest->deleted || newest->request->reply.value)) {
		answer_found(operation, item, newest, want);
	}
}

/* At first, and again where another process has changed a copy meanwhile, or too few homes could be
 * asked. */
static bool has_more_to_do(const mcha_quorum_operation *operation)
{
	const mcha_running *running = &operation->pool->running;
	size_t i;

	for (i = 0; i < operation->count && running->now < running->deadline; i++) {
		if (mcha_quorum_is_open(&operation->items[i])) {
			return true;
		}
	}
	return false;
}

static void read_items(mcha_quorum_operation *operation, unsigned want)
{
	size_t i;

	ask_first(operation, want);
	ask_others(operation);
	fetch_values(operation, want);
	repair_copies(operation);
	for (i = 0; i < operation->count; i++) {
		answer_item(operation, &operation->items[i], want);
	}
}

static void close_items(mcha_item *items, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		if (mcha_quorum_is_open(&items[i])) {
			items[i].answer.status = items[i].fault != MCHA_STATUS_OK ? items[i].fault
																	  : MCHA_STATUS_NO_QUORUM;
		}
	}
}

void mcha_quorum_get(mcha_pool *pool, mcha_item *items, size_t count, unsigned want)
{
	mcha_quorum_operation operation;
	size_t attempt;

	mcha_operation_begin(pool, items, count);
	mcha_hint_replay(pool, items, count, MCHA_REPLAY_VOTING);
	mcha_previous_pool_migrate(pool, items, count);
	for (attempt = 0; mcha_quorum_begin(&operation, pool, items, count) && attempt < ATTEMPTS
		 && has_more_to_do(&operation);
		 attempt++) {
		read_items(&operation, want);
	}
	close_items(items, count);
	mcha_targets_release_all(pool);
	mcha_operation_end(pool, items, count, MCHA_VERB_GET);
}
