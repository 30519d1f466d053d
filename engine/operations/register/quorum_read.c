/* SPDX-License-Identifier: MIT */
/* Reads by majority.
 *
 *   round 1   more than half of the home nodes are asked, the first of them for the value too; all of them while
 *             one has failed lately, as it may have to be refilled
 *   then      the others, where those gave too few votes
 *   then      the value, where the newest copy is not the first one's
 *   last      home nodes that have an older copy, or none, are given it
 *
 * With copies that are alike that is one round. */
#include "engine/replica/previous_pool.h"
#include "engine/pool/pool_operation.h"
#include "quorum.h"
#include "engine/replica/hint_replay.h"
#include "engine/protocol/cas_token.h"

#define ATTEMPTS 3

static void run(mcha_quorum_operation *operation, size_t first)
{
	if (first < operation->pool->request_count) {
		mcha_pool_run(operation->pool, first, mcha_targets_share(operation->pool, 3));
		mcha_quorum_take(operation, first);
	}
}

static size_t ask_homes(mcha_quorum_operation *operation, size_t index, size_t wanted, unsigned want,
		bool last_resort)
{
	size_t position, asked = 0;

	for (position = 0; position < operation->homes && asked < wanted; position++) {
		if (mcha_quorum_look(operation, index, position, asked ? 0 : want, last_resort)) {
			asked++;
		}
	}
	return asked;
}

static void ask_first(mcha_quorum_operation *operation, unsigned want)
{
	mcha_pool *pool = operation->pool;
	size_t i, first = pool->request_count;

	for (i = 0; i < operation->count; i++) {
		bool all = mcha_targets_has_handoffs(pool, &operation->items[i], i);

		if (mcha_quorum_is_open(&operation->items[i]) && !ask_homes(operation, i,
				all ? operation->homes : operation->most, want, false)) {
			ask_homes(operation, i, operation->homes, want, true);
		}
	}
	run(operation, first);
}

static void ask_others(mcha_quorum_operation *operation)
{
	size_t i, position, first = operation->pool->request_count;

	for (i = 0; i < operation->count; i++) {
		if (!mcha_quorum_is_open(&operation->items[i]) || mcha_quorum_is_known(operation, i)) {
			continue;
		}
		for (position = 0; position < operation->homes; position++) {
			if (mcha_quorum_view(operation, i, position)->state == MCHA_VIEW_UNKNOWN) {
				mcha_quorum_look(operation, i, position, 0, false);
			}
		}
	}
	run(operation, first);
}

/* The newest copy of an item that enough is known of; NULL: nobody has one, or that is not known. */
static const mcha_view *newest_of(const mcha_quorum_operation *operation, size_t index)
{
	int newest;

	if (!mcha_quorum_is_open(&operation->items[index]) || !mcha_quorum_is_known(operation, index)) {
		return NULL;
	}
	newest = mcha_quorum_newest(operation, index);
	return newest < 0 ? NULL : mcha_quorum_view(operation, index, (size_t)newest);
}

static const mcha_request *told(const mcha_quorum_operation *operation, const mcha_view *view)
{
	return &operation->pool->requests[view->request];
}

static bool is_with_most(const mcha_quorum_operation *operation, size_t index, const mcha_view *newest)
{
	return mcha_quorum_count(operation, index, mcha_quorum_rank(newest)) >= operation->most;
}

static bool is_ending(const mcha_quorum_operation *operation, const mcha_view *newest)
{
	return mcha_copy_is_expiring(told(operation, newest)->reply.ttl);
}

/* About to end, and no longer with more than half: it is given to no node, and counts as ended. */
static bool has_ended(const mcha_quorum_operation *operation, size_t index, const mcha_view *newest)
{
	return is_ending(operation, newest) && !is_with_most(operation, index, newest);
}

/* It is asked for, or has to be given to others before more than half have it. */
static bool needs_value(const mcha_quorum_operation *operation, size_t index, const mcha_view *newest,
		unsigned want)
{
	return !newest->deleted && !has_ended(operation, index, newest)
		&& (want & MCHA_WANT_VALUE || !is_with_most(operation, index, newest));
}

static void fetch_values(mcha_quorum_operation *operation, unsigned want)
{
	size_t i, first = operation->pool->request_count;

	for (i = 0; i < operation->count; i++) {
		const mcha_view *newest = newest_of(operation, i);

		if (newest && needs_value(operation, i, newest, want)
			&& !told(operation, newest)->reply.value) {
			mcha_quorum_look(operation, i, told(operation, newest)->position, MCHA_WANT_VALUE, false);
		}
	}
	run(operation, first);
}

/* --- giving it to the others ----------------------------------------------------------------------- */

/* A home without a copy needs none of what is about to end. */
static bool is_behind(const mcha_quorum_operation *operation, const mcha_view *view, const mcha_view *newest)
{
	return view->state >= MCHA_VIEW_ABSENT && mcha_quorum_rank(view) < mcha_quorum_rank(newest)
		&& (view->state == MCHA_VIEW_ABSENT ? !is_ending(operation, newest) : view->cas != 0);
}

/* What is about to end is not given on. A home that has an older value is given a tombstone in its place, so that
 * this one is not what is left. */
static void give(mcha_quorum_operation *operation, size_t index, size_t position, const mcha_view *newest)
{
	mcha_item *item = &operation->items[index];
	const mcha_reply copy = told(operation, newest)->reply;
	const bool ends = is_ending(operation, newest);
	mcha_request *request;

	item->version = mcha_version_of(newest->cas);
	request = mcha_quorum_put(operation, index, position, &copy,
		ends ? operation->pool->settings.tombstone_ttl : mcha_copy_exptime(operation->pool, copy.ttl),
		newest->deleted || ends);
	if (request && request->mode == MCHA_MODE_SET && !request->cas) {
		request->mode = MCHA_MODE_ADD; /* a copy without a version goes over nothing */
	}
}

static bool can_be_given(const mcha_quorum_operation *operation, const mcha_view *newest)
{
	return newest && (newest->deleted || is_ending(operation, newest)
		|| told(operation, newest)->reply.value);
}

static void repair(mcha_quorum_operation *operation)
{
	mcha_pool *pool = operation->pool;
	size_t i, position, first = pool->request_count;

	for (i = 0; i < operation->count; i++) {
		const mcha_view *newest = newest_of(operation, i);

		for (position = 0; can_be_given(operation, newest) && position < operation->homes;
				position++) {
			if (is_behind(operation, mcha_quorum_view(operation, i, position), newest)) {
				give(operation, i, position, newest);
			}
		}
	}
	if (first == pool->request_count) {
		return;
	}
	mcha_pool_run(pool, first, mcha_targets_share(pool, 2));
	for (i = first; i < pool->request_count; i++) {
		const mcha_request *request = &pool->requests[i];

		if (request->reply.status == MCHA_STATUS_OK) {
			mcha_quorum_view(operation, request->item, request->position)->done = true;
			pool->report.repaired++;
		}
	}
}

/* --- the answer ------------------------------------------------------------------------------------ */

static void answer_found(mcha_quorum_operation *operation, mcha_item *item, const mcha_view *newest,
		unsigned want)
{
	mcha_pool *pool = operation->pool;
	mcha_request *request = &pool->requests[newest->request];

	item->position = request->position;
	if (newest->deleted) {
		item->answer.status = MCHA_STATUS_MISS;
		return;
	}
	item->answer = request->reply;
	item->answer.cas = mcha_cas_token_pack(pool->nodes[request->node]->cas_tag, request->reply.cas);
	if (want & MCHA_WANT_VALUE) {
		request->reply.value = NULL; /* the item's now */
	} else {
		item->answer.value = NULL;
	}
}

/* What more than half have is the answer: whoever asks next cannot miss it. */
static void answer(mcha_quorum_operation *operation, size_t index, unsigned want)
{
	mcha_item *item = &operation->items[index];
	const mcha_view *newest = newest_of(operation, index);

	if (!mcha_quorum_is_open(item) || !mcha_quorum_is_known(operation, index)) {
		return;
	}
	if (!newest || has_ended(operation, index, newest)) {
		item->answer.status = MCHA_STATUS_MISS;
		return;
	}
	item->acknowledged = (uint16_t)mcha_quorum_count(operation, index, mcha_quorum_rank(newest));
	if (item->acknowledged >= operation->most
		&& (!(want & MCHA_WANT_VALUE) || newest->deleted || told(operation, newest)->reply.value)) {
		answer_found(operation, item, newest, want);
	}
}

/* At first, and again where somebody changed it meanwhile, or too few could be asked. */
static bool has_more_to_do(const mcha_quorum_operation *operation)
{
	size_t i;

	for (i = 0; i < operation->count && operation->pool->now < operation->pool->deadline; i++) {
		if (mcha_quorum_is_open(&operation->items[i])) {
			return true;
		}
	}
	return false;
}

void mcha_quorum_get(mcha_pool *pool, mcha_item *items, size_t count, unsigned want)
{
	mcha_quorum_operation operation;
	size_t i, attempt;

	mcha_pool_enter(pool);
	mcha_targets(pool, items, count);
	mcha_hint_replay(pool, items, count, MCHA_REPLAY_VOTING);
	mcha_previous_pool_migrate(pool, items, count);
	for (attempt = 0; mcha_quorum_begin(&operation, pool, items, count) && attempt < ATTEMPTS
			&& has_more_to_do(&operation); attempt++) {
		ask_first(&operation, want & (MCHA_WANT_VALUE | MCHA_WANT_UNSEEN));
		ask_others(&operation);
		fetch_values(&operation, want);
		repair(&operation);
		for (i = 0; i < count; i++) {
			answer(&operation, i, want);
		}
	}
	for (i = 0; i < count; i++) {
		if (mcha_quorum_is_open(&items[i])) {
			items[i].answer.status = items[i].fault != MCHA_STATUS_OK ? items[i].fault
				: MCHA_STATUS_NO_QUORUM;
		}
	}
	mcha_targets_release(pool, 0);
	mcha_verdict_report(pool, items, count);
	mcha_pool_leave(pool);
}
