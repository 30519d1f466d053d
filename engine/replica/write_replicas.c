/* SPDX-License-Identifier: MIT */
/* Chooses the nodes that a write goes to. Whether their answers make a success is decided by
 * mcha_verdict(). */
#include "write_replicas.h"

#include "hint_record.h"
#include "item_size_limit.h"
#include "purge.h"

/* A handoff node gets a whole value or nothing: it has no old one to change. */
static bool is_whole(const mcha_write *write)
{
	return write->verb == MCHA_VERB_STORE
		&& (write->mode == MCHA_MODE_SET || write->mode == MCHA_MODE_ADD);
}

bool mcha_write_replicas_can_hand_off(const mcha_pool *pool, const mcha_write *write)
{
	return is_whole(write) && pool->settings.allow_failover && pool->settings.failover_ttl > 0
		&& !mcha_targets_keeps_registers(pool) /* no majority would be asked for it */
		&& pool->member_count > mcha_pool_copies(pool);
}

bool mcha_write_replicas_counts(const mcha_write *write, const mcha_replica *replica)
{
	return mcha_replica_is_home(replica) || is_whole(write);
}

/* The authority is a handoff node, and so are all that follow it. */
static bool is_handed_off(const mcha_pool *pool, const mcha_write *write)
{
	return write->from > mcha_pool_copies(pool);
}

/* --- asking a replica ------------------------------------------------------------------------- */

static void fill_write(const mcha_pool *pool, const mcha_item *item, const mcha_replica *replica,
	const mcha_write *write, mcha_request *request)
{
	const bool is_copy = mcha_replica_is_home(replica) || is_handed_off(pool, write);

	/* whatever a handoff node has of this key is older than what it is given, unless it was another
	 * one that decided */
	request->mode = is_copy ? write->mode : MCHA_MODE_SET;
	request->want = write->want;
	request->decrement = write->decrement;
	request->delta = write->delta;
	request->value = item->value;
	request->value_length = item->value_length;
	request->flags = item->flags;
	request->exptime = mcha_replica_is_home(replica)
			|| (item->is_lock && is_handed_off(pool, write))
		? item->exptime
		: mcha_copy_handoff_exptime(pool, item->exptime);
	if (mcha_item_size_limit_exceeded(pool->nodes[request->node], item->key_length,
			item->value_length)) {
		request->reply.status = MCHA_STATUS_TOO_BIG;
	}
}

static void ask_replica(mcha_pool *pool, mcha_item *item, mcha_replica *replica,
	const mcha_write *write)
{
	mcha_request *request = mcha_replica_ask(pool, item, replica, write->verb);

	if (request) {
		fill_write(pool, item, replica, write, request);
		mcha_hint_record_attempt(pool, item, request);
	} else if (!mcha_replica_is_home(replica)) { /* for homes there is room, see has_room() */
		mcha_hint_record_deletion(pool, item, replica->node);
	}
}

static size_t ask_homes(mcha_pool *pool, mcha_item *item, const mcha_write *write, bool last_resort)
{
	size_t position, asked = 0;

	for (position = write->from; position < mcha_pool_copies(pool); position++) {
		mcha_replica *replica = &item->replicas[position];

		if (mcha_replica_may_ask(pool, item, replica, last_resort)) {
			ask_replica(pool, item, replica, write);
			asked++;
		} else {
			mcha_replica_skip(pool, item, replica);
		}
	}
	return asked;
}

/* The node was not asked, or has failed just now. */
static bool is_passed_over(const mcha_replica *replica)
{
	const mcha_status status = mcha_replica_status(replica);

	return status != MCHA_STATUS_PENDING && (!replica->request || !mcha_status_is_answer(status));
}

/* Operations look for handoff copies of keys whose homes have failed. A home may be passed over for
 * another reason: an older write may still come to it, or a process could not use it, which says
 * nothing of the server (evidence.h). */
static void note_replaced_homes(mcha_pool *pool, const mcha_item *item)
{
	size_t i;

	for (i = 0; i < mcha_pool_copies(pool); i++) {
		const uint16_t node = item->replicas[i].node;

		if (is_passed_over(&item->replicas[i]) && !mcha_pool_failed_lately(pool, node)) {
			mcha_health_note_replaced(pool->shared.health, pool->nodes[node]->health,
				pool->running.now);
		}
	}
}

/* Other writes must look for handoff copies behind this node, too: see purge.c. */
static void note_passed_over(const mcha_pool *pool, const mcha_replica *replica)
{
	if (!mcha_pool_failed_lately(pool, replica->node)) {
		atomic_store_explicit(&pool->shared.health->passed_over, pool->running.now,
			memory_order_relaxed);
	}
}

/* Puts up to so many copies on nodes behind the item's cursor. */
static size_t ask_handoffs(mcha_pool *pool, mcha_item *item, size_t wanted, const mcha_write *write)
{
	size_t asked = 0;

	for (; asked < wanted && item->cursor < item->replica_count; item->cursor++) {
		mcha_replica *replica = &item->replicas[item->cursor];

		if (mcha_pool_is_previous_only(pool, replica->node)) {
			continue;
		}
		if (mcha_replica_may_ask(pool, item, replica, false)) {
			ask_replica(pool, item, replica, write);
			asked++;
		} else {
			/* the node may have a copy of an earlier write, which is to be deleted: the node gets a
			 * hint */
			replica->skipped = MCHA_STATUS_DOWN;
			note_passed_over(pool, replica);
		}
	}
	if (asked) {
		note_replaced_homes(pool, item);
	}
	return asked;
}

/* Notes in the report the nodes that could not be handoff nodes. */
static void note_skipped(mcha_pool *pool, const mcha_item *item)
{
	size_t position;

	for (position = mcha_pool_copies(pool); position < item->cursor; position++) {
		if (mcha_replica_status(&item->replicas[position]) == MCHA_STATUS_DOWN) {
			mcha_pool_note_failure(pool, item->replicas[position].node, MCHA_STATUS_DOWN);
		}
	}
}

/* --- a write ---------------------------------------------------------------------------------- */

/* No copy is written where there is no memory to ask, or account for, the others. False: no node is
 * asked; if an authority has decided, the other homes get a hint that names the authority. */
static bool has_room(mcha_pool *pool, mcha_item *item, const mcha_write *write)
{
	size_t position;

	if (mcha_pool_reserve(pool, pool->running.troubled ? pool->lists.wide : item->replica_count)) {
		return true;
	}
	mcha_verdict_fault(item, MCHA_STATUS_NO_MEMORY);
	for (position = write->from; write->from && position < mcha_pool_copies(pool); position++) {
		mcha_hint_record_stale(pool, item, item->replicas[position].node,
			item->replicas[write->from - 1].node);
	}
	return false;
}

/* Handoff nodes that were passed over have no part in a write that all homes are asked for as a
 * last resort: the purge behind the write sees to them. */
static void forget_handoffs(const mcha_pool *pool, mcha_item *item)
{
	size_t position;

	for (position = mcha_pool_copies(pool); position < item->replica_count; position++) {
		item->replicas[position].skipped = MCHA_STATUS_PENDING;
	}
	item->cursor = (uint32_t)mcha_pool_copies(pool);
}

void mcha_write_replicas_ask(mcha_pool *pool, mcha_item *item, const mcha_write *write)
{
	const size_t homes = mcha_pool_copies(pool);
	size_t before = write->from ? write->from - 1 : 0; /* homes that could not be the authority */
	mcha_replica *authority = &item->replicas[0];
	size_t asked, down;

	item->cursor = (uint32_t)(is_handed_off(pool, write) ? write->from : homes);
	if (!has_room(pool, item, write)) {
		return;
	}
	if (!pool->settings.allow_failover && !mcha_replica_may_ask(pool, item, authority, true)) {
		/* a write that fails without being tried changes no other node's copy */
		mcha_replica_skip(pool, item, authority);
		return;
	}
	asked = ask_homes(pool, item, write, false);
	down = homes - write->from - asked + before;
	if (down && mcha_write_replicas_can_hand_off(pool, write)) {
		asked += ask_handoffs(pool, item, down, write);
	}
	if (asked == 0 && write->from == 0) {
		forget_handoffs(pool, item);
		ask_homes(pool, item, write, true);
	}
	note_skipped(pool, item);
	if (write->verb == MCHA_VERB_DELETE || write->verb == MCHA_VERB_TOUCH) {
		mcha_purge_with(pool, item, write->verb);
	}
}

/* The request was the write's own to one of the item's copies, and the node gave no answer. (Those
 * that were skipped got their handoff nodes in the same round.) */
static bool has_failed(const mcha_request *request, const mcha_write *write)
{
	return request->replica && request->replica->request == request
		&& mcha_write_replicas_counts(write, request->replica)
		&& !mcha_status_is_answer(request->reply.status);
}

void mcha_write_replicas_hand_off(mcha_pool *pool, const mcha_request *round,
	const mcha_write *write)
{
	const mcha_request *request;

	for (request = round; request; request = request->later) {
		if (has_failed(request, write)) {
			mcha_targets_widen(pool, request->item);
			ask_handoffs(pool, request->item, 1, write);
			note_skipped(pool, request->item);
		}
	}
	if (mcha_pool_has_round(pool)) {
		mcha_pool_run(pool, mcha_targets_share(pool, 1));
	}
}
