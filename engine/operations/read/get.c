/* SPDX-License-Identifier: MIT */
/* Reads with ordered fallback: asks the first replica, after an error the next one, after a miss
 * all that are left.
 *
 *   round 1    the first replica of every item            hit -> done
 *   then       after an error: the next replica alone     hit -> done
 *              after a miss: all that are left, together; the first hit in order wins
 *   last       homes that lack the key are given a copy (read_repair.c)
 *
 * Beside a sample of the items, and beside each that a home behind the first may have lost, round 1
 * also asks that home whether it has the key at all, so that copies that are not read are kept
 * alive, and lost ones restored (replica_check.h).
 *
 * Where reads are hedged (mcha.hedge_after), a first replica whose node does not answer for that
 * long is not waited for alone: the next one is asked in the same round, and the first hit ends the
 * round.
 *
 * Homes from before the pool was changed (previous_pool.h) are asked with those that are left after
 * a miss, and behind them; whatever the settings say of failing over, as what they have is not a
 * copy of what is missing. If they have nothing either, the homes are asked once more: another
 * process may be migrating the key just now.
 *
 * A true miss therefore costs two round trips however many replicas there are, and a silent node at
 * most its share of the time. Handoff nodes are asked only while a home is or was lately down, and
 * their word alone is no proof of absence; nor is that of a home that failed lately, and may have
 * lost the key, while another home cannot be asked; nor is that of a home that was none of the
 * key's before the pool was changed, while another home, or a previous one, cannot be asked. */
#include "engine/journal/journal.h"
#include "engine/operations/operations.h"
#include "get.h"
#include "get_ask.h"
#include "get_order.h"
#include "engine/replica/parts.h"
#include "engine/replica/quorum.h"
#include "engine/protocol/cas_token.h"
#include "engine/protocol/tombstone.h"
#include "engine/replica/operation.h"
#include "engine/replica/repair/compact_replay.h"
#include "engine/replica/repair/hint_replay.h"
#include "engine/replica/repair/read_repair.h"
#include "engine/replica/check/replica_check.h"

/* The servers' clocks count whole seconds, from their starts on. */
#define CLOCKS_APART 2

/* --- answers ---------------------------------------------------------------------------------- */

static bool goes_on_after_miss(const mcha_pool *pool, uint16_t node)
{
	if (!pool->settings.allow_failover) {
		return false;
	}
	switch (pool->settings.miss_failover) {
	case MCHA_MISS_ALWAYS:
		return true;
	case MCHA_MISS_RECOVERING:
		return mcha_pool_failed_lately(pool, node);
	default:
		return false;
	}
}

static void take_hit(mcha_pool *pool, mcha_item *item, mcha_request *request)
{
	if (item->answer.value) { /* a copy that is older */
		pool->settings.transport.allocator->release(item->answer.value);
	}
	item->answer = request->reply;
	item->answer.cas = mcha_cas_token_pack(pool->nodes[request->node]->cas_tag, request->reply.cas);
	mcha_item_version_saw(pool, request->node, request->reply.cas);
	item->position = (int)(request->replica - item->replicas);
	item->acknowledged = 1;
	request->reply.value = NULL; /* the item's now */
}

/* The home would have the key if it was there: it has missed nothing, lost nothing, and evicts
 * nothing. What a handoff node has is older: another host has deleted the key since, and did not
 * know of that copy. */
static bool is_conclusive(const mcha_pool *pool, const mcha_replica *replica)
{
	return mcha_journal_is_used(pool) && !replica->doubted
		&& !mcha_replica_may_have_lost(pool, replica->node);
}

static void fold_miss(mcha_pool *pool, mcha_item *item, const mcha_replica *replica)
{
	if (replica->role == MCHA_ROLE_PREVIOUS) {
		item->read.emptied = true;
		mcha_verdict_note_miss(pool, item, replica);
	} else if (replica->role == MCHA_ROLE_HANDOFF) {
		item->missing = item->missing || item->fresh;
	} else {
		item->read.misses++;
		mcha_verdict_note_miss(pool, item, replica);
		if (is_conclusive(pool, replica)) {
			mcha_get_ask_no_handoff(pool, item);
		}
		if (!goes_on_after_miss(pool, replica->node)) {
			mcha_get_ask_no_more_homes(pool, item);
		}
	}
}

/* The earliest moment at which the handoff node can have stored the copy, by how much is left of
 * the longest life that such a copy has. 0: that is not known. */
static mcha_usec find_stored(const mcha_pool *pool, const mcha_request *request)
{
	const int64_t age = pool->settings.failover_ttl - request->reply.ttl;

	return request->reply.ttl > 0 && age >= 0
		? pool->running.now - (age + CLOCKS_APART) * MCHA_USEC_PER_SEC
		: 0;
}

/* The home lacks the key, has missed no write of it, and has lost nothing since then. */
static bool has_deleted_since(const mcha_pool *pool, const mcha_replica *home, mcha_usec stored)
{
	const mcha_replica_state *state = &pool->nodes[home->node]->health->replicas;

	return home->request && home->request->reply.status == MCHA_STATUS_MISS
		&& !mcha_replica_is_known_to_miss(home)
		&& !mcha_replica_state_may_lack(state, pool->running.now, stored)
		&& !mcha_replica_state_is_full(state, pool->running.now);
}

/* Another host has deleted the key at the homes, and did not know that a handoff node had a copy: a
 * node that was down for one host only need not have failed for the other one. */
static bool is_left_behind(const mcha_pool *pool, const mcha_request *request)
{
	const mcha_item *item = request->item;
	const mcha_usec stored = request->replica->role == MCHA_ROLE_HANDOFF
			&& mcha_journal_is_used(pool)
		? find_stored(pool, request)
		: 0;
	size_t i;

	for (i = 0; stored > 0 && i < mcha_pool_copies(pool); i++) {
		if (has_deleted_since(pool, &item->replicas[i], stored)) {
			return true;
		}
	}
	return false;
}

static void fold_answer(mcha_pool *pool, mcha_request *request)
{
	mcha_item *item = request->item;

	switch (request->reply.status) {
	case MCHA_STATUS_OK:
		if (is_left_behind(pool, request)) {
			break;
		}
		if (item->answer.status == MCHA_STATUS_PENDING && mcha_tombstone_is(&request->reply)) {
			item->answer.status = MCHA_STATUS_MISS;
		} else if (item->answer.status == MCHA_STATUS_PENDING
			|| (pool->journal.is_behind
				&& mcha_item_version_is_younger(pool, request->reply.cas, item->answer.cas))) {
			take_hit(pool, item, request);
		}
		break;
	case MCHA_STATUS_MISS:
		fold_miss(pool, item, request->replica);
		break;
	case MCHA_STATUS_CANCELLED:
		break;
	default:
		mcha_replica_note_unanswered(pool, item, request->replica, request->reply.status);
	}
}

/* Folds what stands for the answers of the replicas that were skipped in the rounds before. To fold
 * them again changes nothing. (A node that was not asked because another home was trusted leaves
 * the item open once that home has failed.) */
static void fold_skipped(mcha_pool *pool, mcha_item *item)
{
	size_t i, passed = item->cursor;

	for (i = 0; i < passed; i++) {
		const mcha_replica *replica = &item->replicas[i];

		if (replica->request || replica->skipped == MCHA_STATUS_PENDING) {
			continue;
		}
		if (replica->skipped == MCHA_STATUS_MISS) {
			fold_miss(pool, item, replica);
		} else {
			mcha_replica_note_unanswered(pool, item, replica, replica->skipped);
		}
	}
}

/* --- rounds ----------------------------------------------------------------------------------- */

/* Adds what is unresolved to the round that is being prepared. False: nothing was left to ask. */
static bool ask_items(mcha_pool *pool, mcha_item *items, size_t count, unsigned want)
{
	bool any = false;
	size_t i;

	for (i = 0; i < count; i++) {
		if (items[i].answer.status == MCHA_STATUS_PENDING) {
			fold_skipped(pool, &items[i]);
			any = mcha_get_ask(pool, &items[i], want) || any;
		}
	}
	return any;
}

/* False: nothing was left to ask. */
static bool run_round(mcha_pool *pool, mcha_item *items, size_t count, unsigned want, bool first)
{
	mcha_request *request;
	mcha_usec budget;

	if (!ask_items(pool, items, count, want)) {
		return false;
	}
	budget = mcha_targets_share(pool, mcha_get_ask_attempts(pool, items, count));
	request = first ? mcha_get_run_hedged(pool, count, want, budget) : mcha_pool_run(pool, budget);
	for (; request; request = request->later) {
		if (!request->check) {
			fold_answer(pool, request);
		}
	}
	return true;
}

/* Returns how many rounds that took. */
static size_t read_items(mcha_pool *pool, mcha_item *items, size_t count, unsigned want)
{
	size_t i, rounds = 0;

	while (run_round(pool, items, count, want, rounds == 0)) {
		rounds++;
	}
	for (i = 0; i < count; i++) {
		if (items[i].answer.status == MCHA_STATUS_PENDING) {
			items[i].answer.status = mcha_verdict_absent(pool, &items[i]);
		}
	}
	return rounds;
}

/* Where each key was found at the first replica that was asked, and nothing else was looked at, no
 * home lacks a key that this process knows of. */
static bool may_have_gaps(const mcha_pool *pool, size_t rounds)
{
	return rounds > 1 || pool->running.checking || pool->report.hedged || pool->running.troubled
		|| pool->running.has_hints;
}

static bool is_repairing(const mcha_pool *pool, unsigned want)
{
	return want & MCHA_WANT_VALUE
		&& (mcha_get_ask_repairs(pool) || (pool->settings.read_repair && pool->previous.count));
}

void mcha_get_read_and_repair(mcha_pool *pool, mcha_item *items, size_t count, unsigned want)
{
	const size_t rounds = read_items(pool, items, count, want);

	if (is_repairing(pool, want) && may_have_gaps(pool, rounds)) {
		mcha_read_repair_found(pool, items, count, want);
		mcha_replica_check_conclude(pool, items, count);
	}
	if (pool->running.distrusting && is_repairing(pool, want)) {
		mcha_compact_replay_missing(pool, items, count);
	}
}

static void get_items(mcha_pool *pool, mcha_item *items, size_t count, const void *context)
{
	const unsigned want = *(const unsigned *)context;
	bool is_reordered = mcha_get_order_differs(pool, want);

	if (mcha_targets_keeps_registers(pool)) {
		mcha_quorum_get(pool, items, count, want);
		return;
	}
	mcha_operation_begin(pool, items, count);
	mcha_hint_replay(pool, items, count,
		want & MCHA_WANT_CAS ? MCHA_REPLAY_DECIDING : MCHA_REPLAY_READING);
	if (is_reordered) {
		mcha_get_order_homes(pool, items, count);
	}
	mcha_get_read_and_repair(pool, items, count, want);
	if (is_reordered) {
		mcha_get_order_restore(items, count);
	}
	mcha_targets_release_all(pool);
	mcha_operation_end(pool, items, count, MCHA_VERB_GET);
}

void mcha_get(mcha_pool *pool, mcha_item *items, size_t count, unsigned want)
{
	mcha_in_parts(pool, items, count, get_items, &want);
}
