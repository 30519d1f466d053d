/* SPDX-License-Identifier: MIT */
/* Reads with ordered fallback.
 *
 *   round 1    the first copy of every item            hit -> done
 *   then       after an error: the next copy alone     hit -> done
 *              after a miss: all that are left, together; the first hit in order wins
 *   last       home nodes that missed are refilled (read_repair.c)
 *
 * Beside a sample of the items, and beside each that a home node behind the first may have lost, round 1 also asks that node
 * whether it has the key at all, so that copies that are not read are kept alive, and brought back (replica_check.h).
 *
 * Where reads are hedged (mcha.hedge_after), a first copy that keeps silent for that long is not waited
 * for alone: the next one is asked in the same round, and the first hit ends it.
 *
 * Homes from before the pool was changed (previous_pool.h) are asked with those that are left after a miss, and
 * behind them; whatever the settings say of failing over, as what they have is not a copy of what is missing.
 * If they have nothing either, the homes are asked once more, so that what is just being brought over is not missed.
 *
 * A true miss therefore costs two round trips however many copies there are, and a silent node at
 * most its share of the time. Handoff nodes are asked only while a home node is or was lately down,
 * and their word alone is no proof of absence; nor is that of a home node that failed lately, and may
 * have lost the key, while another home node cannot be asked. */
#include "operations.h"
#include "engine/pool/pool_operation.h"
#include "parts.h"
#include "engine/operations/register/quorum.h"
#include "engine/base/random.h"
#include "engine/replica/read_repair.h"
#include "engine/replica/replica_check.h"
#include "engine/replica/hint_replay.h"
#include "engine/protocol/tombstone.h"

#include <string.h>

/* --- the order in which the home nodes are asked ---------------------------------------------- */

static void swap(uint16_t *list, size_t a, size_t b)
{
	uint16_t node = list[a];

	list[a] = list[b];
	list[b] = node;
}

static void order_as_is(mcha_pool *pool, uint16_t *list, size_t homes)
{
	(void)pool;
	(void)list;
	(void)homes;
}

/* Backups are not for every day. */
static void order_balanced(mcha_pool *pool, uint16_t *list, size_t homes)
{
	size_t i, primaries = 0, chosen = 0;

	for (i = 0; i < homes; i++) {
		if (!pool->nodes[list[i]]->endpoint.backup && !pool->nodes[list[i]]->distrusted
			&& mcha_random_next(&pool->random) % ++primaries == 0) {
			chosen = i;
		}
	}
	if (!primaries) {
		chosen = pool->distrusting ? 0 : mcha_random_next(&pool->random) % homes;
	}
	swap(list, 0, chosen);
}

/* Smaller is nearer: distrust counts more than a backup's role, that more than any zone, and another zone more than any
 * latency. */
static uint64_t distance(const mcha_pool *pool, uint16_t index)
{
	const mcha_node *node = pool->nodes[index];
	bool local = pool->settings.local_zone[0]
		&& strcmp(node->endpoint.zone, pool->settings.local_zone) == 0;

	return (node->distrusted ? UINT64_C(1) << 34 : 0) | (node->endpoint.backup ? UINT64_C(1) << 33 : 0) | (local ? 0 : UINT64_C(1) << 32)
		| atomic_load_explicit(&node->health->latency, memory_order_relaxed);
}

static void order_nearest(mcha_pool *pool, uint16_t *list, size_t homes)
{
	size_t i, j;

	for (i = 1; i < homes; i++) {
		for (j = i; j > 0 && distance(pool, list[j]) < distance(pool, list[j - 1]); j--) {
			swap(list, j, j - 1);
		}
	}
}

static void (*const orders[])(mcha_pool *, uint16_t *, size_t) = {
	[MCHA_READ_ORDERED] = order_as_is,
	[MCHA_READ_BALANCED] = order_balanced,
	[MCHA_READ_NEAREST] = order_nearest,
	[MCHA_READ_QUORUM] = order_as_is,
};

/* A read for a token asks in order: the first home node decides what the token is worth. */
static bool is_reordered(const mcha_pool *pool, unsigned want)
{
	return pool->settings.read_policy != MCHA_READ_ORDERED && pool->settings.allow_failover
		&& !(want & MCHA_WANT_CAS);
}

static void order_items(mcha_pool *pool, mcha_item *items, size_t count)
{
	size_t i, homes = mcha_pool_copies(pool);

	for (i = 0; i < count; i++) {
		if (items[i].answer.status == MCHA_STATUS_PENDING) {
			orders[pool->settings.read_policy](pool, mcha_targets_list(pool, i), homes);
		}
	}
}

static bool repairs(const mcha_pool *pool)
{
	return pool->settings.read_repair && pool->settings.allow_failover;
}

/* Where the node that answered stands in the preference list, whatever order it was asked in. */
static void restore_positions(mcha_pool *pool, mcha_item *items, size_t count)
{
	size_t i, j;

	for (i = 0; i < count; i++) {
		uint16_t *list = mcha_targets_list(pool, i), node;

		if (items[i].position < 0) {
			continue;
		}
		node = list[items[i].position];
		mcha_targets_again(pool, &items[i], i);
		for (j = 0; j < items[i].candidate_count; j++) {
			if (list[j] == node) {
				items[i].position = (int)j;
			}
		}
	}
}

/* --- rounds ------------------------------------------------------------------------------------ */

/* How far down its list an item may be asked for. */
static size_t reach(const mcha_pool *pool, const mcha_item *item, size_t index)
{
	size_t previous = mcha_pool_copies(pool) + item->previous;

	if (!pool->settings.allow_failover) {
		return item->misses ? previous : 1;
	}
	return mcha_targets_has_handoffs(pool, item, index) ? item->candidate_count : previous;
}

/* No other home is asked, nor a handoff node: only homes from before the pool was changed. */
static void pass_over_homes(const mcha_pool *pool, mcha_item *item)
{
	const uint32_t homes = (uint32_t)mcha_pool_copies(pool);

	item->cursor = item->cursor > homes ? item->cursor : homes;
	item->candidate_count = homes + item->previous;
}

/* All homes were held to be down, and one from before the pool was changed was asked. */
static bool has_passed_homes(const mcha_pool *pool, const mcha_item *item)
{
	return item->previous && mcha_targets_is_previous(pool, item, item->cursor - 1);
}

static bool ask(mcha_pool *pool, mcha_item *item, size_t index, size_t position, unsigned want)
{
	uint16_t node = mcha_targets_list(pool, index)[position];
	mcha_request *request = mcha_targets_request(pool, item, index, node, position, MCHA_VERB_GET);

	if (request) {
		request->want = (uint8_t)want | mcha_targets_learning(pool, node);
	}
	return request != NULL;
}

/* The next copy that may be asked. False: there is none left. */
static bool ask_next(mcha_pool *pool, mcha_item *item, size_t index, unsigned want)
{
	const uint16_t *list = mcha_targets_list(pool, index);
	size_t limit = reach(pool, item, index);

	while (item->cursor < limit) {
		size_t position = item->cursor++;

		if (mcha_targets_may_ask(pool, index, list[position], false)) {
			return ask(pool, item, index, position, want);
		}
		mcha_targets_skip(pool, item, index, list[position], position, MCHA_VERB_GET);
	}
	return false;
}

/* Every copy was held to be down: the home nodes are asked all the same if that was found out a
 * while ago, because otherwise a pool that is back would be believed dead until its retries. */
static void ask_insisting(mcha_pool *pool, mcha_item *item, size_t index, unsigned want)
{
	const uint16_t *list = mcha_targets_list(pool, index);
	size_t position, homes = pool->settings.allow_failover ? mcha_pool_copies(pool) : 1;

	for (position = 0; position < homes; position++) {
		if (mcha_targets_may_ask(pool, index, list[position], true)) {
			ask(pool, item, index, position, want);
		}
	}
}

/* What lay with previous homes may have been brought home between two of the questions: whoever has taken it from
 * there had given it to the homes before. */
static void ask_homes_again(mcha_pool *pool, mcha_item *item, size_t index, unsigned want)
{
	const uint16_t *list = mcha_targets_list(pool, index);
	size_t position, homes = pool->settings.allow_failover ? mcha_pool_copies(pool) : 1;

	item->repeated = true;
	for (position = 0; position < homes; position++) {
		if (mcha_targets_may_ask(pool, index, list[position], false)) {
			ask(pool, item, index, position, want);
		}
	}
}

/* All home nodes have failed, and the first of them in this very operation: nothing had failed for long. */
static void find_handoff_nodes(mcha_pool *pool, mcha_item *item, size_t index, unsigned want)
{
	if (pool->troubled && !pool->was_troubled && !item->misses
		&& item->cursor == mcha_pool_copies(pool) && !is_reordered(pool, want)) {
		mcha_targets_wider(pool, item, index);
	}
}

/* A distrusted home's copy, to be compared: by its version, or else by its value. (What it is known to owe
 * is settled, or cannot be now.) */
static bool is_to_be_compared(mcha_pool *pool, const mcha_item *item, size_t index, uint16_t node)
{
	mcha_hint hint;

	return mcha_targets_doubts(pool, item, node) && mcha_exclusion_find(pool, index, node)
		&& mcha_pool_admit(pool, node, false) && !(mcha_hints_count(pool->nodes[node]->health)
			&& mcha_hints_find(pool->hints, pool->nodes[node]->id, item->key, item->key_length, &hint));
}

static void compare_distrusted(mcha_pool *pool, mcha_item *item, size_t index)
{
	const uint16_t *list = mcha_targets_list(pool, index);
	size_t position;

	for (position = item->cursor; position < mcha_pool_copies(pool); position++) {
		uint16_t node = list[position];

		if (is_to_be_compared(pool, item, index, node) && ask(pool, item, index, position, MCHA_WANT_UNSEEN
				| MCHA_WANT_CAS | (mcha_targets_learning(pool, node) ? 0 : MCHA_WANT_VALUE))) {
			pool->requests[pool->request_count - 1].check = true;
			item->checked = true;
		}
	}
}

static void ask_item(mcha_pool *pool, mcha_item *item, size_t index, unsigned want)
{
	const size_t asked = pool->request_count;
	bool first = item->cursor == 0;
	bool checks = first && want & MCHA_WANT_VALUE && mcha_replica_check_choose(pool, item, index);
	bool compares = first && want & MCHA_WANT_VALUE && pool->distrusting && repairs(pool);

	find_handoff_nodes(pool, item, index, want);
	if (!first || checks || compares) {
		want |= mcha_targets_copying(pool); /* the answer may have to be given to those that missed */
	}
	if (item->misses) {
		while (ask_next(pool, item, index, want)) {
		}
		if (asked == pool->request_count && item->emptied && !item->repeated) {
			ask_homes_again(pool, item, index, want);
		}
	} else if ((!ask_next(pool, item, index, want) || has_passed_homes(pool, item)) && first) {
		ask_insisting(pool, item, index, want | mcha_targets_copying(pool));
	}
	if (checks) {
		mcha_replica_check_ask(pool, item, index);
	}
	if (compares) {
		compare_distrusted(pool, item, index);
	}
}

/* What previous homes are asked for is asked of all of them, mostly; and what one of them has is to be given to
 * the homes in time, though another one is silent. */
static size_t count_left(const mcha_pool *pool, const mcha_item *item, size_t index)
{
	size_t limit = reach(pool, item, index), homes = mcha_pool_copies(pool);

	if (item->previous && limit == homes + item->previous) {
		return item->cursor <= homes ? homes + 1 - item->cursor : 1;
	}
	return limit > item->cursor ? limit - item->cursor : 0;
}

/* Copies that some item may still have to be asked for, one after the other. */
static size_t attempts_left(const mcha_pool *pool, const mcha_item *items, size_t count)
{
	size_t i, most = 0;

	for (i = 0; i < count; i++) {
		if (items[i].answer.status == MCHA_STATUS_PENDING) {
			size_t left = count_left(pool, &items[i], i);

			/* this attempt, and the ones behind it */
			most = left + 1 > most ? left + 1 : most;
		}
	}
	return most;
}

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
	item->answer = request->reply;
	item->answer.cas = mcha_cas_token_pack(pool->nodes[request->node]->cas_tag, request->reply.cas);
	mcha_item_version_saw(pool, request->node, request->reply.cas);
	item->position = request->position;
	item->acknowledged = 1;
	request->reply.value = NULL; /* the item's now */
}

static void fold(mcha_pool *pool, mcha_item *item, mcha_request *request)
{
	switch (request->reply.status) {
	case MCHA_STATUS_OK:
		if (item->answer.status == MCHA_STATUS_PENDING && mcha_tombstone_is(&request->reply)) {
			item->answer.status = MCHA_STATUS_MISS;
		} else if (item->answer.status == MCHA_STATUS_PENDING) {
			take_hit(pool, item, request);
		}
		break;
	case MCHA_STATUS_MISS:
		if (mcha_targets_is_previous(pool, item, request->position)) {
			item->emptied = true;
		} else if (mcha_targets_is_home(pool, request->position)) {
			item->misses++;
			mcha_verdict_note_miss(pool, item, request->node);
			if (!goes_on_after_miss(pool, request->node)) {
				pass_over_homes(pool, item);
			}
		} else {
			item->missing = item->missing || item->fresh;
		}
		break;
	case MCHA_STATUS_CANCELLED:
		break;
	default:
		mcha_verdict_note_unanswered(pool, item, request);
	}
}

/* --- hedging ------------------------------------------------------------------------------------- */

typedef struct hedged_round {
	mcha_pool *pool;
	mcha_item *items;
	unsigned want;
	size_t next; /* see mcha_targets_are_done() */
} hedged_round;

/* The next copy, if its node is free to be asked at once. */
static void hedge(hedged_round *round, size_t index)
{
	mcha_pool *pool = round->pool;
	mcha_item *item = &round->items[index];
	size_t position = item->cursor;
	uint16_t node;

	if (position >= mcha_pool_copies(pool)) {
		return;
	}
	node = mcha_targets_list(pool, index)[position];
	if (!mcha_targets_doubts(pool, item, node) && mcha_fanout_is_free(pool->nodes[node]) && mcha_targets_may_ask(pool, index, node, false)
		&& mcha_hedge_spend(&pool->hedge) && ask(pool, item, index, position, round->want)) {
		item->cursor++;
		pool->report.hedged++;
	}
}

static size_t ask_next_copies(void *context)
{
	hedged_round *round = context;
	mcha_pool *pool = round->pool;
	size_t i, end = pool->request_count;

	for (i = 0; i < end; i++) {
		if (pool->requests[i].reply.status == MCHA_STATUS_PENDING && !pool->requests[i].check) {
			hedge(round, pool->requests[i].item);
		}
	}
	return pool->request_count - end;
}

/* It is answered, or another copy of the item was found. */
static bool is_not_needed(const mcha_request *request, const void *context)
{
	const hedged_round *round = context;
	const mcha_request *other;

	if (request->reply.status != MCHA_STATUS_PENDING) {
		return true;
	}
	other = mcha_targets_last(round->pool, &round->items[request->item]);
	while (other && (other->reply.status != MCHA_STATUS_OK || other->check)) {
		other = mcha_targets_earlier(round->pool, other);
	}
	return other;
}

static bool every_item_is_found(void *context)
{
	hedged_round *round = context;

	return mcha_targets_are_done(round->pool, 0, &round->next, is_not_needed, round);
}

/* A read for a token waits for the copy that decides what it is worth. */
static mcha_usec hedge_after(const mcha_pool *pool, unsigned want)
{
	if (!pool->settings.hedge_after || !pool->settings.allow_failover || want & MCHA_WANT_CAS) {
		return 0;
	}
	return mcha_hedge_after(&pool->hedge, pool->settings.hedge_after);
}

static void run_first_round(mcha_pool *pool, mcha_item *items, size_t count, unsigned want,
		mcha_usec budget)
{
	hedged_round round = {pool, items, want | mcha_targets_copying(pool), 0};
	mcha_usec began = pool->now, after = hedge_after(pool, want);
	mcha_wait_policy hedged = {.is_enough = every_item_is_found, .ask_more = ask_next_copies, .context = &round,
		.patience = began + after};
	bool hedges = after && mcha_pool_reserve(pool, count);

	mcha_pool_run_until_enough(pool, 0, budget, hedges ? &hedged : NULL);
	if (pool->settings.hedge_after && !pool->checking) {
		/* a hedged read says of the slow copy only that it took longer than this */
		mcha_hedge_learn(&pool->hedge, pool->now - began);
	}
}

/* One round: asks for what is unresolved. False: nothing was left to ask. */
static bool run_round(mcha_pool *pool, mcha_item *items, size_t count, unsigned want)
{
	size_t i, first = pool->request_count;
	mcha_usec budget;

	for (i = 0; i < count; i++) {
		if (items[i].answer.status != MCHA_STATUS_PENDING) {
			continue;
		}
		ask_item(pool, &items[i], i, want);
	}
	if (first == pool->request_count) {
		return false;
	}
	budget = mcha_targets_share(pool, attempts_left(pool, items, count));
	if (first == 0) {
		run_first_round(pool, items, count, want, budget);
	} else {
		mcha_pool_run(pool, first, budget);
	}
	for (i = first; i < pool->request_count; i++) {
		if (!pool->requests[i].check) {
			fold(pool, &items[pool->requests[i].item], &pool->requests[i]);
		}
	}
	return true;
}

static void get(mcha_pool *pool, mcha_item *items, size_t count, const void *context)
{
	const unsigned want = *(const unsigned *)context;
	size_t i;

	if (mcha_targets_keeps_registers(pool)) {
		mcha_quorum_get(pool, items, count, want);
		return;
	}
	mcha_pool_enter(pool);
	mcha_targets(pool, items, count);
	mcha_hint_replay(pool, items, count,
		want & MCHA_WANT_CAS ? MCHA_REPLAY_KEEPING : MCHA_REPLAY_READING);
	if (is_reordered(pool, want)) {
		order_items(pool, items, count);
	}
	while (run_round(pool, items, count, want)) {
	}
	for (i = 0; i < count; i++) {
		if (items[i].answer.status == MCHA_STATUS_PENDING) {
			items[i].answer.status = mcha_verdict_absent(&items[i]);
		}
	}
	if ((repairs(pool) || (pool->settings.read_repair && pool->previous_count))
		&& want & MCHA_WANT_VALUE) {
		mcha_read_repair_found(pool, items, want);
		mcha_replica_check_conclude(pool, items, count);
	}
	if (is_reordered(pool, want)) {
		restore_positions(pool, items, count);
	}
	mcha_targets_release(pool, 0);
	mcha_verdict_report(pool, items, count);
	mcha_pool_leave(pool);
}

void mcha_get(mcha_pool *pool, mcha_item *items, size_t count, unsigned want)
{
	mcha_in_parts(pool, items, count, get, &want);
}
