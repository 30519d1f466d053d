/* SPDX-License-Identifier: MIT */
/* Whom an outcome is given to. Decides nothing about success: see plan.h, mcha_plan_verdict. */
#include "copies.h"
#include "limits.h"

/* A handoff node gets a whole value or nothing: it has no old one to change. */
static bool is_whole(const mcha_copies *copies)
{
	return copies->verb == MCHA_VERB_STORE
		&& (copies->mode == MCHA_MODE_SET || copies->mode == MCHA_MODE_ADD);
}

bool mcha_copies_can_hand_off(const mcha_pool *pool, const mcha_copies *copies)
{
	return is_whole(copies) && pool->settings.allow_failover && pool->settings.failover_ttl > 0
		&& pool->node_count > mcha_pool_copies(pool);
}

bool mcha_copies_counts(const mcha_pool *pool, const mcha_copies *copies,
		const mcha_request *request)
{
	return request->verb == copies->verb
		&& (mcha_plan_is_home(pool, request->position) || is_whole(copies));
}

static void ask_copy(mcha_pool *pool, mcha_item *item, size_t index, size_t position,
		const mcha_copies *copies)
{
	mcha_request *request = mcha_plan_request(pool, item, index,
		mcha_plan_list(pool, index)[position], position, copies->verb);

	if (!request) {
		return;
	}
	/* whatever a handoff node has of this key is older than what it is given */
	request->mode = mcha_plan_is_home(pool, position) ? copies->mode : MCHA_MODE_SET;
	request->want = copies->want;
	request->decrement = copies->decrement;
	request->delta = copies->delta;
	request->value = item->value;
	request->value_length = item->value_length;
	request->flags = item->flags;
	if (mcha_limits_exceeded(pool->nodes[request->node], item->key_length, item->value_length)) {
		request->reply.status = MCHA_STATUS_TOO_BIG;
	}
	request->exptime = mcha_plan_is_home(pool, position) ? item->exptime
		: mcha_plan_handoff_exptime(pool, item->exptime);
}

/* An old handoff copy behind the ones in use: what was deleted or replaced must not come back. A
 * life that is prolonged is prolonged there too. */
static void sweep(mcha_pool *pool, mcha_item *item, size_t index, size_t position,
		const mcha_copies *copies)
{
	uint16_t node = mcha_plan_list(pool, index)[position];
	mcha_request *request;

	if (!mcha_pool_admit(pool, node, false)) {
		return;
	}
	request = mcha_plan_request(pool, item, index, node, position,
		copies->verb == MCHA_VERB_TOUCH ? MCHA_VERB_TOUCH : MCHA_VERB_DELETE);
	if (request) {
		request->exptime = mcha_plan_handoff_exptime(pool, item->exptime);
	}
}

/* Puts up to so many copies on nodes behind the item's cursor. */
static size_t ask_handoffs(mcha_pool *pool, mcha_item *item, size_t index, size_t wanted,
		const mcha_copies *copies)
{
	const uint16_t *list = mcha_plan_list(pool, index);
	size_t asked = 0;

	for (; asked < wanted && item->cursor < item->candidate_count; item->cursor++) {
		if (mcha_pool_admit(pool, list[item->cursor], false)) {
			ask_copy(pool, item, index, item->cursor, copies);
			asked++;
		}
	}
	return asked;
}

static size_t ask_homes(mcha_pool *pool, mcha_item *item, size_t index, size_t homes,
		const mcha_copies *copies, bool insist)
{
	const uint16_t *list = mcha_plan_list(pool, index);
	size_t position, asked = 0;

	for (position = copies->from; position < homes; position++) {
		if (mcha_plan_may_ask(pool, index, list[position], insist)) {
			ask_copy(pool, item, index, position, copies);
			asked++;
		} else {
			mcha_plan_skip(pool, item, index, list[position], position, copies->verb);
		}
	}
	return asked;
}

void mcha_copies_ask(mcha_pool *pool, mcha_item *item, size_t index, const mcha_copies *copies)
{
	size_t homes = mcha_pool_copies(pool), first = pool->request_count;
	size_t asked = ask_homes(pool, item, index, homes, copies, false);
	size_t before = copies->from ? copies->from - 1 : 0; /* homes that could not be the authority */
	size_t down = homes - copies->from - asked + before;
	size_t lately = mcha_plan_has_handoffs(pool, item, index) ? homes : 0;
	size_t old;

	item->cursor = (uint32_t)homes;
	if (down && mcha_copies_can_hand_off(pool, copies)) {
		asked += ask_handoffs(pool, item, index, down, copies);
	}
	if (asked == 0 && copies->from == 0) {
		pool->request_count = first;
		ask_homes(pool, item, index, homes, copies, true);
	}
	for (old = item->cursor; lately > 0 && old < item->candidate_count; lately--) {
		sweep(pool, item, index, old++, copies);
	}
}

void mcha_copies_hand_off(mcha_pool *pool, mcha_item *items, size_t count, size_t first,
		const mcha_copies *copies)
{
	size_t i, end = pool->request_count;

	(void)count;
	for (i = first; i < end; i++) {
		uint32_t index = pool->requests[i].item;

		if (mcha_copies_counts(pool, copies, &pool->requests[i])
			&& mcha_plan_was_asked(&pool->requests[i])
			&& !mcha_status_is_answer(pool->requests[i].reply.status)) {
			mcha_plan_wider(pool, &items[index], index);
			ask_handoffs(pool, &items[index], index, 1, copies);
		}
	}
	if (end < pool->request_count) {
		mcha_pool_run(pool, end, mcha_plan_share(pool, 1));
	}
}
