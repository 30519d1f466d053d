/* SPDX-License-Identifier: MIT */
/* Which copies are checked beside a read. */
#include "replica_check.h"
#include "differing_copies.h"
#include "replica_learn.h"

/* --- which ------------------------------------------------------------------------------------ */

#define POSITIONS 32 /* of the preference list, as bits of item->read.checks */

/* (Of an item that was checked before, all homes have answered: read/repair.c.) */
static bool is_checkable(const mcha_pool *pool, const mcha_item *item)
{
	return pool->settings.read_repair && pool->settings.allow_failover && !item->is_lock
		&& !item->no_hints && !item->read.checked;
}

/* To see whether the node has a key takes a request of its own, of which others have to wait for
 * the end. */
static bool is_dear(const mcha_pool *pool, const mcha_node *node)
{
	return node->connection ? !node->connection->transport->tells
							: node->speaks_classic || !pool->settings.primary->tells;
}

/* A node so much farther away than the first one that its answer costs more than the read is
 * checked less often. */
static unsigned count_far(const mcha_node *first, const mcha_node *node)
{
	mcha_usec near_by = atomic_load_explicit(&first->health->latency, memory_order_relaxed)
		+ MCHA_USEC_PER_MSEC;
	mcha_usec away = atomic_load_explicit(&node->health->latency, memory_order_relaxed);
	unsigned bits = 0;

	for (; away > 2 * near_by && bits < MCHA_CHECK_SELDOM; away /= 2) {
		bits++;
	}
	return bits;
}

static bool is_one_in(unsigned bits, uint64_t random)
{
	return (random & ((UINT64_C(1) << bits) - 1)) == 0;
}

/* As often as this node, and for as far as it is away, has to be checked. */
static bool is_drawn(const mcha_pool *pool, const mcha_item *item, size_t position, uint64_t random)
{
	const mcha_node *node = pool->nodes[item->replicas[position].node];
	unsigned bits = pool->running.calm
		? 0
		: mcha_replica_state_seldom(&node->health->replicas, pool->running.now);

	return is_one_in(bits, random)
		&& is_one_in(bits + count_far(pool->nodes[item->replicas[0].node], node), random)
		&& !is_dear(pool, node);
}

/* While all is calm: of so many hits one checks one of the other copies. */
static bool take_turn(mcha_pool *pool)
{
	if (pool->next_look > 1) {
		pool->next_look--;
		return false;
	}
	pool->next_look = 1
		+ (uint32_t)(mcha_random_next(&pool->random) % ((2u << MCHA_CHECK_SELDOM) - 1));
	return true;
}

static void choose_homes(mcha_pool *pool, mcha_item *item, bool has_turn, mcha_usec seen)
{
	size_t position, homes = mcha_pool_copies(pool);
	uint64_t random = mcha_random_next(&pool->random);
	size_t turn = 1 + (size_t)(random >> 32) % (homes - 1);

	for (position = 1; position < homes && position < POSITIONS; position++) {
		if (mcha_replica_learn_may_lack(pool, item->replicas[position].node, seen)) {
			item->read.certain |= UINT32_C(1) << position;
		} else if (has_turn && (!pool->running.calm || position == turn)
			&& is_drawn(pool, item, position, random)) {
			item->read.checks |= UINT32_C(1) << position;
		}
		random = mcha_mix64(random);
	}
	item->read.checks |= item->read.certain;
}

/* Few instructions where there is nothing to check, which is nearly always. */
bool mcha_replica_check_choose(mcha_pool *pool, mcha_item *item)
{
	bool has_turn;
	mcha_usec seen;

	if (mcha_pool_copies(pool) < 2 || !is_checkable(pool, item)) {
		return false;
	}
	has_turn = !pool->running.calm || take_turn(pool);
	seen = pool->running.emptied ? mcha_replica_learn_last_seen(pool, item) : 0;
	if (has_turn
		|| (pool->running.emptied
			&& seen / MCHA_USEC_PER_MSEC < pool->running.emptied / MCHA_USEC_PER_MSEC)) {
		choose_homes(pool, item, has_turn, seen);
	}
	return item->read.checks != 0;
}

/* --- asking ----------------------------------------------------------------------------------- */

#define GRACE MCHA_USEC_PER_MSEC                /* at least so long, */
#define GRACE_MAX (20 * MCHA_USEC_PER_MSEC)     /* and for a node that is far away at most; */
#define GRACE_CERTAIN (50 * MCHA_USEC_PER_MSEC) /* so long where a copy is likely to be missing */

static void allow_grace(mcha_pool *pool, const mcha_node *node, bool is_certain)
{
	mcha_usec grace = 2
		* (mcha_usec)atomic_load_explicit(&node->health->latency, memory_order_relaxed);

	grace = is_certain      ? GRACE_CERTAIN
		: grace < GRACE     ? GRACE
		: grace < GRACE_MAX ? grace
							: GRACE_MAX;
	pool->running.grace = grace > pool->running.grace ? grace : pool->running.grace;
}

static mcha_request *request_check(mcha_pool *pool, mcha_item *item, mcha_replica *replica,
	mcha_verb verb)
{
	mcha_request *request = mcha_replica_ask_beside(pool, item, replica, verb);

	if (request) {
		request->check = true;
	}
	return request;
}

/* Over a new connection each server is asked which process it is (asks_about); over one that is
 * open, now and then, and when the server may have been restarted. */
static bool is_to_tell(const mcha_pool *pool, const mcha_node *node)
{
	const mcha_replica_state *state = &node->health->replicas;
	bool doubt = atomic_load_explicit(&state->doubt, memory_order_relaxed);

	if (is_dear(pool, node)) {
		return doubt && mcha_replica_state_is_stale(state, pool->running.now, MCHA_ABOUT_FRESH);
	}
	return node->connection && node->connection->transport->is_open(node->connection)
		&& mcha_replica_state_is_stale(state, pool->running.now,
			doubt ? MCHA_ABOUT_FRESH : MCHA_ABOUT_OLD);
}

/* Right behind the check: replica_learn.c finds the question there. */
static void ask_about_process(mcha_pool *pool, mcha_item *item, mcha_replica *replica)
{
	mcha_node *node = pool->nodes[replica->node];
	mcha_request *request = is_to_tell(pool, node)
		? request_check(pool, item, replica, MCHA_VERB_STATS)
		: NULL;

	if (request) {
		request->key_length = 0;
		atomic_store_explicit(&node->health->replicas.asked, pool->running.started,
			memory_order_relaxed);
	}
}

static void check_replica(mcha_pool *pool, mcha_item *item, mcha_replica *replica, bool is_certain)
{
	mcha_node *node = pool->nodes[replica->node];

	if (mcha_replica_state_is_paused(&node->health->replicas, pool->running.now)
		|| mcha_node_has_in_flight(node)) {
		item->read.unverified = true; /* another time */
		return;
	}
	if (!mcha_replica_may_ask(pool, item, replica, false)) {
		return;
	}
	replica->check = request_check(pool, item, replica, MCHA_VERB_GET);
	if (!replica->check) {
		return;
	}
	replica->check->want = pool->settings.versions ? MCHA_WANT_CAS : 0;
	item->read.checked = pool->running.checking = true;
	allow_grace(pool, node, is_certain);
	ask_about_process(pool, item, replica);
}

void mcha_replica_check_ask(mcha_pool *pool, mcha_item *item)
{
	size_t position;

	for (position = item->cursor; position < mcha_pool_copies(pool) && position < POSITIONS;
		 position++) {
		if (item->read.checks >> position & 1) {
			check_replica(pool, item, &item->replicas[position],
				item->read.certain >> position & 1);
		}
	}
}

/* --- after the read --------------------------------------------------------------------------- */

void mcha_replica_check_conclude(mcha_pool *pool, mcha_item *items, size_t count)
{
	size_t i;

	if (!pool->running.checking && !pool->report.repaired) {
		return;
	}
	mcha_differing_copies_mend(pool, items, count);
	for (i = 0; pool->shared.verified && pool->running.emptied && i < count; i++) {
		const mcha_item *item = &items[i];

		if (item->read.checked && !item->read.unverified && item->read.gaps <= 0
			&& item->answer.status == MCHA_STATUS_OK) {
			mcha_replica_learn_seen(pool, item);
		}
	}
}

/* Perhaps the very connections of this write have told that a node was started lately. */
bool mcha_replica_check_is_noting(const mcha_pool *pool)
{
	return pool->shared.verified && mcha_pool_copies(pool) > 1
		&& mcha_health_emptied(pool->shared.health, pool->running.now);
}

void mcha_replica_check_wrote(mcha_pool *pool, const mcha_item *item, size_t changed)
{
	if (changed >= mcha_pool_copies(pool)) {
		mcha_replica_learn_seen(pool, item);
	}
}
