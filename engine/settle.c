/* SPDX-License-Identifier: MIT */
/* Settling: two rounds, one that reads the good copies and one that puts them over the old ones. */
#include "settle.h"

#include <stdlib.h>
#include <string.h>

#define SWEEP_AT_ONCE 64 /* debts that one operation settles for others */
#define SWEEP_EVERY MCHA_USEC_PER_SEC
#define NO_ITEM UINT32_MAX

/* One debt that is being settled. */
struct mcha_settlement {
	uint32_t item; /* whose operation waits for it; NO_ITEM: nobody's */
	uint16_t node; /* the debtor */
	long read;     /* request that reads the good copy; -1: none */
	long write;    /* request that settles; -1: none */
	mcha_debt debt;
};

typedef struct mcha_settlement settlement;

bool mcha_settle_excludes(const mcha_pool *pool, size_t item, uint16_t node)
{
	size_t i;

	for (i = 0; i < pool->exclusion_count; i++) {
		if (pool->exclusions[i].item == item && pool->exclusions[i].node == node) {
			return true;
		}
	}
	return false;
}

static void exclude(mcha_pool *pool, uint32_t item, uint16_t node)
{
	if (item == NO_ITEM) {
		return;
	}
	if (pool->exclusion_count == pool->exclusion_capacity) {
		size_t capacity = pool->exclusion_capacity ? pool->exclusion_capacity * 2 : 16;
		mcha_exclusion *grown = realloc(pool->exclusions, capacity * sizeof(*grown));

		if (!grown) {
			return;
		}
		pool->exclusions = grown;
		pool->exclusion_capacity = capacity;
	}
	pool->exclusions[pool->exclusion_count].item = item;
	pool->exclusions[pool->exclusion_count++].node = node;
}

static void add(mcha_pool *pool, uint32_t item, uint16_t node, const mcha_debt *debt)
{
	if (pool->settlement_count == pool->settlement_capacity) {
		size_t capacity = pool->settlement_capacity ? pool->settlement_capacity * 2 : 16;
		settlement *grown = realloc(pool->settlements, capacity * sizeof(*grown));

		if (!grown) {
			exclude(pool, item, node);
			return;
		}
		pool->settlements = grown;
		pool->settlement_capacity = capacity;
	}
	pool->settlements[pool->settlement_count++] = (settlement){item, node, -1, -1, *debt};
}

/* --- what is due ------------------------------------------------------------------------------- */

static void collect_items(mcha_pool *pool, const mcha_item *items, size_t count)
{
	size_t i, j, homes = mcha_pool_copies(pool);
	mcha_debt debt;

	for (i = 0; i < count; i++) {
		if (items[i].answer.status != MCHA_STATUS_PENDING) {
			continue;
		}
		for (j = 0; j < homes && j < items[i].candidate_count; j++) {
			uint16_t index = mcha_plan_list(pool, i)[j];
			const mcha_node *node = pool->nodes[index];

			if (mcha_owed_by(node->health) && mcha_owed_find(pool->owed, node->id, items[i].key,
					items[i].key_length, &debt)) {
				add(pool, (uint32_t)i, index, &debt);
			}
		}
	}
}

static long find_node(const mcha_pool *pool, uint64_t id)
{
	size_t i;

	for (i = 0; i < pool->node_count; i++) {
		if (pool->nodes[i]->id == id) {
			return (long)i;
		}
	}
	return -1;
}

static bool is_up(const mcha_pool *pool, long node)
{
	return node >= 0
		&& mcha_health_look(pool->nodes[node]->health, pool->now).state == MCHA_HEALTH_UP;
}

/* Some debts that nobody asks for now, of nodes that are back: other hosts read there too. */
static void collect_others(mcha_pool *pool)
{
	size_t cursor = 0, wanted = pool->settlement_count + SWEEP_AT_ONCE;
	mcha_debt debt;

	if (pool->swept_at && pool->now - pool->swept_at < SWEEP_EVERY) {
		return;
	}
	pool->swept_at = pool->now;
	while (pool->settlement_count < wanted && mcha_owed_next(pool->owed, &cursor, &debt)) {
		long node = find_node(pool, debt.node);

		if (is_up(pool, node) && (!debt.good || is_up(pool, find_node(pool, debt.good)))) {
			add(pool, NO_ITEM, (uint16_t)node, &debt);
		}
	}
}

/* --- settling ---------------------------------------------------------------------------------- */

static mcha_request *request_about(mcha_pool *pool, const settlement *one, uint16_t node,
		mcha_verb verb)
{
	mcha_request *request = mcha_pool_request(pool, node);

	if (request) {
		request->verb = verb;
		request->key = one->debt.key;
		request->key_length = one->debt.key_length;
	}
	return request;
}

static void read_good(mcha_pool *pool, settlement *one)
{
	long good = find_node(pool, one->debt.good);
	mcha_request *request;

	if (good < 0 || !mcha_pool_admit(pool, (uint16_t)good, false)) {
		return;
	}
	one->read = (long)pool->request_count;
	request = request_about(pool, one, (uint16_t)good, MCHA_VERB_GET);
	if (!request) {
		one->read = -1;
		return;
	}
	request->want = MCHA_WANT_VALUE | MCHA_WANT_TTL;
}

static void write_over(mcha_pool *pool, settlement *one)
{
	mcha_reply good = {.status = MCHA_STATUS_MISS};
	mcha_request *request;

	if (one->debt.good) {
		if (one->read < 0 || pool->requests[one->read].reply.status != MCHA_STATUS_OK) {
			return;
		}
		good = pool->requests[one->read].reply;
	}
	one->write = (long)pool->request_count;
	request = request_about(pool, one, one->node,
		one->debt.good ? MCHA_VERB_STORE : MCHA_VERB_DELETE);
	if (!request) {
		one->write = -1;
		return;
	}
	request->value = good.value;
	request->value_length = good.size;
	request->flags = good.flags;
	request->exptime = one->debt.good ? mcha_plan_exptime(pool, good.ttl) : 0;
}

static bool is_settled(const mcha_pool *pool, const settlement *one)
{
	mcha_status status = one->write < 0 ? MCHA_STATUS_PENDING
		: pool->requests[one->write].reply.status;

	return status == MCHA_STATUS_OK || (status == MCHA_STATUS_MISS && !one->debt.good);
}

static void settle_all(mcha_pool *pool)
{
	size_t i, written;

	for (i = 0; i < pool->settlement_count; i++) {
		/* a debtor that is not to be asked is not read either: its debt can wait */
		if (pool->settlements[i].debt.good && mcha_pool_admit(pool, pool->settlements[i].node, false)) {
			read_good(pool, &pool->settlements[i]);
		}
	}
	mcha_pool_run(pool, 0, mcha_plan_share(pool, 3));
	written = pool->request_count;
	for (i = 0; i < pool->settlement_count; i++) {
		if (mcha_pool_admit(pool, pool->settlements[i].node, false)) {
			write_over(pool, &pool->settlements[i]);
		}
	}
	mcha_pool_run(pool, written, mcha_plan_share(pool, 2));
	for (i = 0; i < pool->settlement_count; i++) {
		if (is_settled(pool, &pool->settlements[i])) {
			mcha_owed_settle(pool->owed, &pool->settlements[i].debt);
			pool->report.repaired += pool->settlements[i].item != NO_ITEM;
		} else {
			exclude(pool, pool->settlements[i].item, pool->settlements[i].node);
		}
	}
	mcha_plan_release(pool, 0);
	pool->request_count = 0;
}

void mcha_settle(mcha_pool *pool, mcha_item *items, size_t count)
{
	if (!pool->owing) {
		return;
	}
	pool->settlement_count = 0;
	collect_items(pool, items, count);
	collect_others(pool);
	if (pool->settlement_count) {
		settle_all(pool);
	}
}

/* --- accounting -------------------------------------------------------------------------------- */

/* For each item one that has what the write left behind. For a key that is gone from all copies
 * there is nobody. */
static void find_good(const mcha_pool *pool, mcha_item *items, mcha_verb verb)
{
	size_t i;

	for (i = 0; i < pool->request_count; i++) {
		const mcha_request *request = &pool->requests[i];

		if (request->verb == verb && request->reply.status == MCHA_STATUS_OK
			&& !items[request->item].good) {
			items[request->item].good = request->node + 1u;
		}
	}
}

static void owe(mcha_pool *pool, const mcha_item *item, const mcha_request *request)
{
	mcha_node *debtor = pool->nodes[request->node];

	mcha_owed_add(pool->owed, debtor->health, debtor->id,
		request->verb == MCHA_VERB_DELETE ? 0 : pool->nodes[item->good - 1]->id, item->key,
		item->key_length, pool->now);
}

/* What this very write has put right. A debt that is younger than the write is somebody else's. */
static void forgive(mcha_pool *pool, const mcha_item *item, uint16_t node)
{
	mcha_debt debt;

	if (mcha_owed_by(pool->nodes[node]->health)
		&& mcha_owed_find(pool->owed, pool->nodes[node]->id, item->key, item->key_length, &debt)
		&& mcha_owed_is_older(&debt, pool->started)) {
		mcha_owed_settle(pool->owed, &debt);
	}
}

static bool missed(const mcha_request *request)
{
	return !mcha_status_is_answer(request->reply.status)
		|| request->reply.status == MCHA_STATUS_SERVER_ERROR;
}

static void account(mcha_pool *pool, const mcha_item *items, const mcha_request *request,
		mcha_verb verb)
{
	const mcha_item *item = &items[request->item];

	if (!missed(request)) {
		forgive(pool, item, request->node);
		return;
	}
	if (item->good || (verb == MCHA_VERB_DELETE && item->acknowledged)) {
		owe(pool, item, request);
	}
}

void mcha_settle_account(mcha_pool *pool, mcha_item *items, mcha_verb verb)
{
	size_t i, end = pool->request_count;

	if (!pool->owed || (!pool->owing && pool->report.failed_count == 0)) {
		return;
	}
	find_good(pool, items, verb);
	for (i = 0; i < end; i++) {
		if (pool->requests[i].verb == verb && mcha_plan_is_home(pool, pool->requests[i].position)) {
			account(pool, items, &pool->requests[i], verb);
		}
	}
}
