/* SPDX-License-Identifier: MIT */
/* Chooses the nodes that an outcome is given to. Whether that makes a success is decided elsewhere: mcha_verdict(). */
#include "hint_record.h"
#include "write_replicas.h"
#include "item_size_limit.h"
#include "async_write.h"

/* A handoff node gets a whole value or nothing: it has no old one to change. */
static bool is_whole(const mcha_write *copies)
{
	return copies->verb == MCHA_VERB_STORE
		&& (copies->mode == MCHA_MODE_SET || copies->mode == MCHA_MODE_ADD);
}

bool mcha_write_replicas_can_hand_off(const mcha_pool *pool, const mcha_write *copies)
{
	return is_whole(copies) && pool->settings.allow_failover && pool->settings.failover_ttl > 0
		&& !mcha_targets_keeps_registers(pool) /* no majority would be asked for it */
		&& pool->member_count > mcha_pool_copies(pool);
}

bool mcha_write_replicas_counts(const mcha_pool *pool, const mcha_write *copies,
		const mcha_request *request)
{
	return request->verb == copies->verb
		&& (mcha_targets_is_home(pool, request->position) || is_whole(copies));
}

/* Whatever the copy was before, it is as the others afterwards. */
static bool replaces(const mcha_request *request)
{
	return request->verb == MCHA_VERB_DELETE
		|| (request->verb == MCHA_VERB_STORE && request->mode == MCHA_MODE_SET);
}

static void announce(mcha_pool *pool, const mcha_item *item, const mcha_request *request)
{
	if (request->reply.status == MCHA_STATUS_PENDING && replaces(request)) {
		mcha_hint_record_attempt(pool, item, request->node);
	}
}

/* The authority is a handoff node, and so are all that follow it. */
static bool is_handed_off(const mcha_pool *pool, const mcha_write *copies)
{
	return copies->from > mcha_pool_copies(pool);
}

static void ask_copy(mcha_pool *pool, mcha_item *item, size_t index, size_t position,
		const mcha_write *copies, bool may_ask)
{
	mcha_request *request = mcha_targets_request(pool, item, index,
		mcha_targets_list(pool, index)[position], position, copies->verb);

	if (!request) {
		/* (of a home: see has_room()) */
		if (!mcha_targets_is_home(pool, position)) {
			mcha_hint_record_deletion(pool, item, mcha_targets_list(pool, index)[position]);
		}
		return;
	}
	/* whatever a handoff node has of this key is older than what it is given, unless it was another one that decided */
	request->mode = mcha_targets_is_home(pool, position) || is_handed_off(pool, copies) ? copies->mode
		: MCHA_MODE_SET;
	request->want = copies->want;
	request->decrement = copies->decrement;
	request->delta = copies->delta;
	request->value = item->value;
	request->value_length = item->value_length;
	request->flags = item->flags;
	if (mcha_item_size_limit_exceeded(pool->nodes[request->node], item->key_length, item->value_length)) {
		request->reply.status = MCHA_STATUS_TOO_BIG;
	}
	if (!may_ask) {
		request->reply.status = MCHA_STATUS_DOWN;
	}
	request->exptime = mcha_targets_is_home(pool, position)
		|| (item->is_lock && is_handed_off(pool, copies)) ? item->exptime
		: mcha_copy_handoff_exptime(pool, item->exptime);
	announce(pool, item, request);
}

/* A touch may not give a handoff node's copy more than failover_ttl. Where that is 0, other hosts' handoff nodes may be there
 * all the same: theirs are ended with the others, and not prolonged beyond the time for which they are looked for. */
static bool prolongs(const mcha_pool *pool, const mcha_item *item, mcha_verb verb)
{
	const int64_t span = mcha_pool_trouble_span(pool) / MCHA_USEC_PER_SEC;

	return verb == MCHA_VERB_TOUCH && pool->settings.failover_ttl == 0
		&& (item->exptime == 0 || item->exptime > span);
}

static int64_t swept_exptime(const mcha_pool *pool, const mcha_item *item, size_t position)
{
	return mcha_targets_is_previous(pool, item, position) || pool->settings.failover_ttl == 0
		? item->exptime : mcha_copy_handoff_exptime(pool, item->exptime);
}

/* A copy that must not come back, or (touch) is to live on with the others. */
static void sweep(mcha_pool *pool, mcha_item *item, size_t index, uint16_t node, size_t position,
		mcha_verb verb)
{
	bool asked = mcha_targets_may_ask(pool, index, node, false);
	mcha_request *request = mcha_targets_request(pool, item, index, node, position, verb);

	if (!request) {
		if (verb == MCHA_VERB_DELETE) {
			mcha_hint_record_deletion(pool, item, node);
		}
		return;
	}
	request->exptime = swept_exptime(pool, item, position);
	if (!asked) {
		request->reply.status = MCHA_STATUS_DOWN; /* it is owed the deletion */
	}
	announce(pool, item, request);
}

/* Home nodes that may have had handoff nodes. */
static size_t count_failed_homes(const mcha_pool *pool, size_t index)
{
	size_t i, failed = 0;

	for (i = 0; i < mcha_pool_copies(pool); i++) {
		failed += mcha_pool_failed_lately(pool, mcha_targets_list(pool, index)[i]);
	}
	return failed;
}

/* Another write has come to this handoff node since this one began, and a home has yet to be given what that write stored there.
 * (An operation that deletes the key, or prolongs its life, means every copy of it.) */
static bool is_source_of_another_write(const mcha_pool *pool, const mcha_item *item, size_t index,
		uint16_t node, mcha_verb verb)
{
	size_t i;

	for (i = 0; verb == MCHA_VERB_DELETE && item->stored && i < mcha_pool_copies(pool); i++) {
		if (mcha_hint_record_needs(pool, item, mcha_targets_list(pool, index)[i], node)) {
			return true;
		}
	}
	return false;
}

/* Handoff copies of earlier values, behind those in use: on as many nodes as homes have failed, and,
 * where one of these may not have been there to stand in, on the next. */
static void sweep_handoffs(mcha_pool *pool, mcha_item *item, size_t index, mcha_verb verb)
{
	const uint16_t *list = mcha_targets_list(pool, index);
	size_t position = mcha_pool_copies(pool) + item->previous, most;

	if (!pool->was_troubled || !mcha_targets_has_handoffs(pool, item, index) || prolongs(pool, item, verb)) {
		return;
	}
	for (most = count_failed_homes(pool, index); most > 0 && position < item->candidate_count;
			position++) {
		most -= !mcha_pool_failed_lately(pool, list[position]);
		if (position >= item->cursor && !is_source_of_another_write(pool, item, index, list[position], verb)) {
			sweep(pool, item, index, list[position], position, verb);
		}
	}
}

/* It was made a handoff node by this very write. */
static bool has_copy(const mcha_pool *pool, const mcha_item *item, uint16_t node)
{
	const mcha_request *request;

	if (item->cursor <= mcha_pool_copies(pool)) {
		return false;
	}
	for (request = mcha_targets_last(pool, item); request; request = mcha_targets_earlier(pool, request)) {
		if (request->node == node && request->verb == MCHA_VERB_STORE
			&& !mcha_status_is_refusal(request->reply.status)) {
			return true;
		}
	}
	return false;
}

/* Copies from before the pool was changed: whether they were brought over or not, they are older. */
static void sweep_previous(mcha_pool *pool, mcha_item *item, size_t index, mcha_verb verb)
{
	const uint16_t *list = mcha_targets_list(pool, index);
	size_t position = mcha_pool_copies(pool), end = position + item->previous;

	for (; position < end; position++) {
		if (!has_copy(pool, item, list[position])
			&& !is_source_of_another_write(pool, item, index, list[position], verb)) {
			sweep(pool, item, index, list[position], position, verb);
		}
	}
}

/* A home node that cannot hold the new value must not keep the old one. */
static bool holds_older(const mcha_pool *pool, const mcha_request *request, mcha_verb verb)
{
	return request->verb == verb && mcha_targets_is_home(pool, request->position)
		&& (request->reply.status == MCHA_STATUS_TOO_BIG
			|| request->reply.status == MCHA_STATUS_NO_MEMORY);
}

/* Only where some node has the new value may older ones go. */
static void find_stored(const mcha_pool *pool, mcha_item *items, mcha_verb verb)
{
	size_t i;

	for (i = 0; i < pool->request_count; i++) {
		const mcha_request *request = &pool->requests[i];

		if (request->verb == verb && request->reply.status == MCHA_STATUS_OK) {
			items[request->item].stored = true;
		}
	}
}

void mcha_write_replicas_purge(mcha_pool *pool, mcha_item *items, size_t count, mcha_verb verb)
{
	size_t i, asked = pool->request_count;

	if (!pool->troubled && pool->report.failed_count == 0 && !pool->previous_count) {
		return;
	}
	find_stored(pool, items, verb);
	for (i = 0; i < asked; i++) {
		mcha_request refused = pool->requests[i];

		if (holds_older(pool, &refused, verb) && items[refused.item].stored) {
			sweep(pool, &items[refused.item], refused.item, refused.node, refused.position,
				MCHA_VERB_DELETE);
		}
	}
	for (i = 0; i < count; i++) {
		if (items[i].stored) {
			sweep_handoffs(pool, &items[i], i, MCHA_VERB_DELETE);
			sweep_previous(pool, &items[i], i, MCHA_VERB_DELETE);
		}
	}
	if (asked < pool->request_count) {
		mcha_async_write_purge(pool, items, asked, mcha_targets_share(pool, 1));
		mcha_hint_record_purge(pool, items, asked);
	}
}

/* Puts up to so many copies on nodes behind the item's cursor. */
static size_t ask_handoffs(mcha_pool *pool, mcha_item *item, size_t index, size_t wanted,
		const mcha_write *copies)
{
	const uint16_t *list = mcha_targets_list(pool, index);
	size_t asked = 0;

	for (; asked < wanted && item->cursor < item->candidate_count; item->cursor++) {
		bool may_ask;

		if (mcha_pool_is_former(pool, list[item->cursor])) {
			continue;
		}
		may_ask = mcha_targets_may_ask(pool, index, list[item->cursor], false);
		/* a node that may not be asked was perhaps a handoff node of an earlier write: what it has is old now */
		ask_copy(pool, item, index, item->cursor, copies, may_ask);
		asked += may_ask;
	}
	return asked;
}

static size_t ask_homes(mcha_pool *pool, mcha_item *item, size_t index, size_t homes,
		const mcha_write *copies, bool last_resort)
{
	const uint16_t *list = mcha_targets_list(pool, index);
	size_t position, asked = 0;

	for (position = copies->from; position < homes; position++) {
		if (mcha_targets_may_ask(pool, index, list[position], last_resort)) {
			ask_copy(pool, item, index, position, copies, true);
			asked++;
		} else {
			mcha_targets_skip(pool, item, index, list[position], position, copies->verb);
		}
	}
	return asked;
}

/* No copy is written where there is no memory to ask, or account for, the others. False: no node is asked; if an
 * authority has decided, the other homes owe its copy. */
static bool has_room(mcha_pool *pool, mcha_item *item, size_t index, const mcha_write *copies)
{
	const uint16_t *list = mcha_targets_list(pool, index);
	size_t position;

	if (mcha_pool_reserve(pool, pool->troubled ? pool->candidate_stride : item->candidate_count)) {
		return true;
	}
	mcha_verdict_fault(item, MCHA_STATUS_NO_MEMORY);
	for (position = copies->from; copies->from && position < mcha_pool_copies(pool); position++) {
		mcha_hint_record_stale(pool, item, list[position], list[copies->from - 1]);
	}
	return false;
}

void mcha_write_replicas_ask(mcha_pool *pool, mcha_item *item, size_t index, const mcha_write *copies)
{
	const size_t homes = mcha_pool_copies(pool), first = pool->request_count;
	const uint32_t last = item->last_request;
	size_t before = copies->from ? copies->from - 1 : 0; /* homes that could not be the authority */
	uint16_t authority = mcha_targets_list(pool, index)[0];
	size_t asked, down;

	item->cursor = (uint32_t)(is_handed_off(pool, copies) ? copies->from : homes);
	if (!has_room(pool, item, index, copies)) {
		return;
	}
	if (!pool->settings.allow_failover && !mcha_targets_may_ask(pool, index, authority, true)) {
		/* a write that fails without being tried changes no other node's copy */
		mcha_targets_skip(pool, item, index, authority, 0, copies->verb);
		return;
	}
	asked = ask_homes(pool, item, index, homes, copies, false);
	down = homes - copies->from - asked + before;
	if (down && mcha_write_replicas_can_hand_off(pool, copies)) {
		asked += ask_handoffs(pool, item, index, down, copies);
	}
	if (asked == 0 && copies->from == 0) {
		/* the handoff nodes that are down are forgotten with it: the sweep behind the write sees to them */
		pool->request_count = first;
		item->last_request = last;
		item->cursor = (uint32_t)homes;
		ask_homes(pool, item, index, homes, copies, true);
	}
	if (copies->verb == MCHA_VERB_DELETE || copies->verb == MCHA_VERB_TOUCH) {
		sweep_handoffs(pool, item, index, copies->verb);
		sweep_previous(pool, item, index, copies->verb);
	}
}

void mcha_write_replicas_hand_off(mcha_pool *pool, mcha_item *items, size_t first,
		const mcha_write *copies)
{
	size_t i, end = pool->request_count;

	for (i = first; i < end; i++) {
		uint32_t index = pool->requests[i].item;

		if (mcha_write_replicas_counts(pool, copies, &pool->requests[i])
			&& mcha_targets_was_asked(&pool->requests[i])
			&& !mcha_status_is_answer(pool->requests[i].reply.status)) {
			mcha_targets_wider(pool, &items[index], index);
			ask_handoffs(pool, &items[index], index, 1, copies);
		}
	}
	if (end < pool->request_count) {
		mcha_pool_run(pool, end, mcha_targets_share(pool, 1));
	}
}
