/* SPDX-License-Identifier: MIT */
/* Which copies are checked beside a read, and what becomes of two copies that differ. */
#include "replica_check.h"
#include "replica_learn.h"
#include "engine/base/version.h"
#include "engine/protocol/tombstone.h"
#include "engine/replica/put.h"

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

/* --- two that differ -------------------------------------------------------------------------- */

/* A write comes to one node sooner than to another: copies that differ by a version as young as
 * this are left alone. */
#define YOUNG (100 * MCHA_USEC_PER_MSEC)

/* The copies that the item's answer came from, and that the check found, are of two versions. */
static bool is_different(mcha_pool *pool, const mcha_item *item, const mcha_request *check)
{
	uint64_t found = mcha_version_of(check->reply.cas), answer = mcha_version_of(item->answer.cas),
			 younger;

	if (check->reply.status != MCHA_STATUS_OK || !found || !answer || found == answer
		|| mcha_tombstone_is(&check->reply)) {
		return false;
	}
	younger = mcha_item_version_rank(pool, found) > mcha_item_version_rank(pool, answer) ? found
																						 : answer;
	return mcha_version_time(younger) < mcha_item_version_wall(pool) - YOUNG;
}

static void ask_again(mcha_pool *pool, mcha_item *item, mcha_replica *replica, uint64_t version,
	uint8_t want)
{
	mcha_request *request = mcha_replica_ask_beside(pool, item, replica, MCHA_VERB_GET);

	if (request) {
		request->want = want;
		request->cas = version;
	}
}

/* Looks at both once more, at the younger one first, and with its value. */
static void look_again(mcha_pool *pool, mcha_item *item, mcha_replica *checked)
{
	uint64_t found = checked->check->reply.cas, answer = item->answer.cas;
	mcha_replica *read = &item->replicas[item->position];
	bool is_found = mcha_item_version_rank(pool, found) > mcha_item_version_rank(pool, answer);

	item->read.unverified = true;
	if (mcha_pool_reserve(pool, 2)) {
		ask_again(pool, item, is_found ? checked : read, is_found ? found : answer,
			MCHA_WANT_VALUE | mcha_targets_copying(pool));
		ask_again(pool, item, is_found ? read : checked, is_found ? answer : found, MCHA_WANT_CAS);
	}
}

static void look_at_different(mcha_pool *pool, mcha_item *item)
{
	size_t i;

	if (!item->read.checked || item->answer.status != MCHA_STATUS_OK || !item->answer.value
		|| item->position < 0) {
		return;
	}
	for (i = 0; i < mcha_pool_copies(pool); i++) {
		mcha_replica *replica = &item->replicas[i];

		if (replica->check && is_different(pool, item, replica->check)) {
			look_again(pool, item, replica);
		}
	}
}

static bool is_as_before(const mcha_request *look)
{
	return look->reply.status == MCHA_STATUS_OK && look->reply.cas == look->cas;
}

/* Stores the younger copy over exactly the older one that was looked at. */
static void replace_older(mcha_pool *pool, const mcha_request *younger, const mcha_request *older)
{
	mcha_request *store;

	if (!is_as_before(younger) || !is_as_before(older) || mcha_tombstone_is(&younger->reply)
		|| mcha_copy_is_expiring(younger->reply.ttl)
		|| mcha_targets_is_being_deleted(pool, younger->key, younger->key_length)) {
		return;
	}
	store = mcha_put_over(pool,
		&(mcha_put){
			.node = older->node,
			.key = older->key,
			.key_length = older->key_length,
			.value = &younger->reply,
			.exptime = mcha_copy_exptime(pool, younger->reply.ttl),
			.cas = older->reply.cas,
		});
	if (store) {
		store->item = older->item;
		store->replica = older->replica;
	} else {
		mcha_verdict_fault(older->item, MCHA_STATUS_NO_MEMORY);
	}
}

static void mend_older(mcha_pool *pool, mcha_item *items, size_t count)
{
	const mcha_request *look, *store;
	size_t i;

	for (i = 0; i < count; i++) {
		look_at_different(pool, &items[i]);
	}
	if (!mcha_pool_has_round(pool)) {
		return;
	}
	for (look = mcha_pool_run(pool, mcha_targets_share(pool, 2)); look; look = look->later->later) {
		replace_older(pool, look, look->later);
	}
	store = mcha_pool_has_round(pool) ? mcha_pool_run(pool, mcha_targets_share(pool, 1)) : NULL;
	for (; store; store = store->later) {
		if (store->reply.status == MCHA_STATUS_OK) {
			pool->report.repaired++;
			mcha_replica_learn_lacking(pool, store);
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
	mend_older(pool, items, count);
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
