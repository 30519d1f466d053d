/* SPDX-License-Identifier: MIT */
/* Which copies are looked at beside a read, and what follows from what is found. */
#include "read_repair.h"
#include "replica_check.h"
#include "engine/protocol/tombstone.h"
#include "engine/base/version.h"

/* --- which ---------------------------------------------------------------------------------------- */

#define POSITIONS 32 /* of the preference list, as bits of item->checks */

static bool looks_after(const mcha_pool *pool, const mcha_item *item)
{
	return pool->settings.read_repair && pool->settings.allow_failover && !item->is_lock && !item->no_hints;
}

/* It takes a request of its own, of which others have to wait for the end, to see whether a key is there. */
static bool is_dear(const mcha_pool *pool, const mcha_node *node)
{
	return node->connection ? !node->connection->transport->tells
		: node->speaks_classic || !pool->settings.primary->tells;
}

/* A node so much farther away than the first one that its answer costs more than the read is looked at less often. */
static unsigned far(const mcha_node *first, const mcha_node *node)
{
	mcha_usec near_by = atomic_load_explicit(&first->health->latency, memory_order_relaxed) + MCHA_USEC_PER_MSEC;
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

/* As often as this node, and for as far as it is away, has to be looked at. */
static bool is_drawn(const mcha_pool *pool, const uint16_t *list, size_t position, uint64_t random)
{
	const mcha_node *node = pool->nodes[list[position]];
	unsigned bits = pool->calm ? 0 : mcha_replica_state_seldom(&node->health->replicas, pool->now);

	return is_one_in(bits, random) && is_one_in(bits + far(pool->nodes[list[0]], node), random)
		&& !is_dear(pool, node);
}

/* While all is calm: of so many hits one has a look, at one of the other copies. */
static bool is_looks_turn(mcha_pool *pool)
{
	if (pool->next_look > 1) {
		pool->next_look--;
		return false;
	}
	pool->next_look = 1 + (uint32_t)(mcha_random_next(&pool->random) % ((2u << MCHA_CHECK_SELDOM) - 1));
	return true;
}

/* Whatever order the home nodes are asked in. */
static uint64_t hash_of(const mcha_pool *pool, const mcha_item *item, size_t index)
{
	const uint16_t *list = mcha_targets_list(pool, index);
	uint64_t owner = 0;
	size_t i, homes = mcha_pool_copies(pool);

	for (i = 0; i < homes; i++) {
		owner ^= pool->nodes[list[i]]->id;
	}
	return mcha_verified_hash(item->key, item->key_length, owner);
}

static mcha_usec last_seen(const mcha_pool *pool, const mcha_item *item, size_t index)
{
	return pool->verified ? mcha_verified_since(pool->verified, hash_of(pool, item, index)) : 0;
}

/* The node may have lost its memory since the key was last seen on all its home nodes. */
static bool may_lack(const mcha_pool *pool, uint16_t node, mcha_usec seen)
{
	return pool->emptied && mcha_replica_state_may_lack(&pool->nodes[node]->health->replicas, pool->now, seen);
}

static void choose(mcha_pool *pool, mcha_item *item, size_t index, bool has_turn, mcha_usec seen)
{
	const uint16_t *list = mcha_targets_list(pool, index);
	size_t position, homes = mcha_pool_copies(pool);
	uint64_t random = mcha_random_next(&pool->random);
	size_t turn = 1 + (size_t)(random >> 32) % (homes - 1);

	for (position = 1; position < homes && position < POSITIONS; position++) {
		if (may_lack(pool, list[position], seen)) {
			item->certain |= UINT32_C(1) << position;
		} else if (has_turn && (!pool->calm || position == turn) && is_drawn(pool, list, position, random)) {
			item->checks |= UINT32_C(1) << position;
		}
		random = mcha_mix64(random);
	}
	item->checks |= item->certain;
}

/* Few instructions where there is nothing to be looked at, which is nearly always. */
bool mcha_replica_check_choose(mcha_pool *pool, mcha_item *item, size_t index)
{
	bool has_turn;
	mcha_usec seen;

	if (mcha_pool_copies(pool) < 2 || !looks_after(pool, item)) {
		return false;
	}
	has_turn = !pool->calm || is_looks_turn(pool);
	seen = pool->emptied ? last_seen(pool, item, index) : 0;
	if (has_turn || (pool->emptied && seen / MCHA_USEC_PER_MSEC < pool->emptied / MCHA_USEC_PER_MSEC)) {
		choose(pool, item, index, has_turn, seen);
	}
	return item->checks != 0;
}

/* --- asking --------------------------------------------------------------------------------------- */

#define GRACE MCHA_USEC_PER_MSEC           /* at least so long, */
#define GRACE_MAX (20 * MCHA_USEC_PER_MSEC) /* and for a node that is far away at most; */
#define GRACE_CERTAIN (50 * MCHA_USEC_PER_MSEC) /* so long where a copy is likely to be missing */

static void allow(mcha_pool *pool, const mcha_node *node, bool is_certain)
{
	mcha_usec grace = 2 * (mcha_usec)atomic_load_explicit(&node->health->latency, memory_order_relaxed);

	grace = is_certain ? GRACE_CERTAIN : grace < GRACE ? GRACE : grace < GRACE_MAX ? grace : GRACE_MAX;
	pool->grace = grace > pool->grace ? grace : pool->grace;
}

static mcha_request *request_check(mcha_pool *pool, mcha_item *item, size_t index, size_t position, mcha_verb verb)
{
	mcha_request *request = mcha_targets_request(pool, item, index, mcha_targets_list(pool, index)[position],
		position, verb);

	if (request) {
		request->check = true;
	}
	return request;
}

/* A new connection tells by itself which process the server is (asks_about); over one that is open it is asked now and
 * then, and when it is in doubt. */
static bool is_to_tell(const mcha_pool *pool, const mcha_node *node)
{
	const mcha_replica_state *state = &node->health->replicas;
	bool doubt = atomic_load_explicit(&state->doubt, memory_order_relaxed);

	if (is_dear(pool, node)) {
		return doubt && mcha_replica_state_is_stale(state, pool->now, MCHA_ABOUT_FRESH);
	}
	return node->connection && node->connection->transport->is_open(node->connection)
		&& mcha_replica_state_is_stale(state, pool->now, doubt ? MCHA_ABOUT_FRESH : MCHA_ABOUT_OLD);
}

static void ask_about(mcha_pool *pool, mcha_item *item, size_t index, size_t position)
{
	mcha_node *node = pool->nodes[mcha_targets_list(pool, index)[position]];
	mcha_request *request;

	if (is_to_tell(pool, node)
		&& (request = request_check(pool, item, index, position, MCHA_VERB_STATS))) {
		request->key_length = 0;
		atomic_store_explicit(&node->health->replicas.asked, pool->started, memory_order_relaxed);
	}
}

static void check(mcha_pool *pool, mcha_item *item, size_t index, size_t position)
{
	uint16_t index_of_node = mcha_targets_list(pool, index)[position];
	mcha_node *node = pool->nodes[index_of_node];
	mcha_request *request;

	if (mcha_replica_state_is_paused(&node->health->replicas, pool->now) || mcha_node_has_in_flight(node)) {
		item->unverified = true; /* another time */
		return;
	}
	if (!mcha_targets_may_ask(pool, index, index_of_node, false)
		|| !(request = request_check(pool, item, index, position, MCHA_VERB_GET))) {
		return;
	}
	request->want = pool->settings.versions ? MCHA_WANT_CAS : 0;
	item->checked = pool->checking = true;
	allow(pool, node, item->certain >> position & 1);
	ask_about(pool, item, index, position);
}

void mcha_replica_check_ask(mcha_pool *pool, mcha_item *item, size_t index)
{
	size_t position;

	for (position = item->cursor; position < mcha_pool_copies(pool) && position < POSITIONS; position++) {
		if (item->checks >> position & 1) {
			check(pool, item, index, position);
		}
	}
}

/* --- two that differ ------------------------------------------------------------------------------ */

/* A write comes to one node sooner than to another: copies that differ by a version as young as this are not compared. */
#define YOUNG (100 * MCHA_USEC_PER_MSEC)

/* The copies that the item's answer came from, and that the check found, are of two versions. */
static bool differ(mcha_pool *pool, const mcha_item *item, const mcha_request *request)
{
	uint64_t found = mcha_version_of(request->reply.cas), answer = mcha_version_of(item->answer.cas), younger;

	if (!request->check || request->verb != MCHA_VERB_GET || request->reply.status != MCHA_STATUS_OK
		|| item->answer.status != MCHA_STATUS_OK || !item->answer.value || item->position < 0
		|| !found || !answer || found == answer || mcha_tombstone_is(&request->reply)) {
		return false;
	}
	younger = mcha_item_version_rank(pool, found) > mcha_item_version_rank(pool, answer) ? found : answer;
	return mcha_version_time(younger) < mcha_item_version_wall(pool) - YOUNG;
}

static void ask_again(mcha_pool *pool, mcha_item *item, uint32_t index, uint16_t node, uint64_t version, uint8_t want)
{
	mcha_request *request = mcha_targets_request(pool, item, index, node, 0, MCHA_VERB_GET);

	if (request) {
		request->want = want;
		request->cas = version;
	}
}

/* Both are looked at once more, the younger one first, and with its value. */
static void look_again(mcha_pool *pool, mcha_item *items, size_t i)
{
	uint32_t index = pool->requests[i].item;
	mcha_item *item = &items[index];
	uint64_t found = pool->requests[i].reply.cas, answer = item->answer.cas;
	uint16_t checked = pool->requests[i].node, read = mcha_targets_list(pool, index)[item->position];
	bool is_found = mcha_item_version_rank(pool, found) > mcha_item_version_rank(pool, answer);

	if (mcha_pool_reserve(pool, 2)) {
		ask_again(pool, item, index, is_found ? checked : read, is_found ? found : answer,
			MCHA_WANT_VALUE | mcha_targets_copying(pool));
		ask_again(pool, item, index, is_found ? read : checked, is_found ? answer : found, MCHA_WANT_CAS);
	}
}

static bool is_as_before(const mcha_request *request)
{
	return request->reply.status == MCHA_STATUS_OK && request->reply.cas == request->cas;
}

/* Over exactly the copy that was looked at. */
static void replace_older(mcha_pool *pool, mcha_item *items, size_t at)
{
	mcha_request younger = pool->requests[at], older = pool->requests[at + 1];
	mcha_request *request;

	if (!is_as_before(&younger) || !is_as_before(&older) || mcha_tombstone_is(&younger.reply)
		|| mcha_copy_is_expiring(younger.reply.ttl)
		|| mcha_targets_is_being_deleted(pool, younger.key, younger.key_length)
		|| !(request = mcha_targets_request(pool, &items[younger.item], younger.item, older.node, 0,
			MCHA_VERB_STORE))) {
		return;
	}
	request->mode = MCHA_MODE_SET;
	request->cas = older.reply.cas;
	request->version = younger.reply.cas;
	request->value = younger.reply.value;
	request->value_length = younger.reply.size;
	request->flags = younger.reply.flags;
	request->exptime = mcha_copy_exptime(pool, younger.reply.ttl);
}

static void mend_older(mcha_pool *pool, mcha_item *items)
{
	size_t i, looked, written, end = pool->request_count;

	for (i = 0; i < end; i++) {
		mcha_item *item = &items[pool->requests[i].item];

		if (differ(pool, item, &pool->requests[i])) {
			item->unverified = true;
			look_again(pool, items, i);
		}
	}
	looked = end;
	written = pool->request_count;
	if (looked == written) {
		return;
	}
	mcha_pool_run(pool, looked, mcha_targets_share(pool, 2));
	for (i = looked; i + 1 < written; i += 2) {
		replace_older(pool, items, i);
	}
	if (written < pool->request_count) {
		mcha_pool_run(pool, written, mcha_targets_share(pool, 1));
	}
	for (i = written; i < pool->request_count; i++) {
		pool->report.repaired += pool->requests[i].reply.status == MCHA_STATUS_OK;
	}
}

/* --- what is learnt ------------------------------------------------------------------------------- */

static void learn_about(mcha_pool *pool, mcha_node *node, const mcha_reply *reply)
{
	mcha_incarnation about = {0};

	if (!reply->value) {
		return;
	}
	mcha_incarnation_read(&about, reply->value, reply->size);
	if (mcha_incarnation_id(&about)) {
		mcha_health_meet(pool->health, node->health, &about, pool->started, pool->now);
	} else if (atomic_load_explicit(&node->health->replicas.doubt, memory_order_relaxed)) {
		mcha_health_meet_unknown(pool->health, node->health, pool->now);
	}
}

static void learn_check(mcha_pool *pool, mcha_item *item, const mcha_request *request)
{
	mcha_node *node = pool->nodes[request->node];

	if (request->reply.status == MCHA_STATUS_CANCELLED) {
		mcha_replica_state_late(&node->health->replicas, pool->now);
		item->unverified = true;
	} else if (request->verb == MCHA_VERB_STATS) {
		learn_about(pool, node, &request->reply);
	} else if (request->reply.status == MCHA_STATUS_OK) {
		mcha_replica_state_fine(&node->health->replicas, pool->now);
	} else if (request->reply.status == MCHA_STATUS_MISS) {
		item->gaps++;
	} else {
		item->unverified = true;
	}
}

/* A copy that could be added was missing, one that could be replaced was old. That it was missing because the node was
 * restarted says nothing about how well it keeps what it has. */
static void learn_store(mcha_pool *pool, mcha_item *item, const mcha_request *request)
{
	if (!mcha_targets_is_home(pool, request->position)) {
		return;
	}
	if (request->mode == MCHA_MODE_ADD && (request->reply.status == MCHA_STATUS_OK
			|| request->reply.status == MCHA_STATUS_NOT_STORED)) {
		item->gaps--;
	}
	if (request->reply.status == MCHA_STATUS_OK
		&& !(pool->emptied && may_lack(pool, request->node, last_seen(pool, item, request->item)))) {
		mcha_health_lacking(pool->health, pool->nodes[request->node]->health, pool->now);
	}
}

static void learn(mcha_pool *pool, mcha_item *items)
{
	size_t i;

	for (i = 0; i < pool->request_count; i++) {
		const mcha_request *request = &pool->requests[i];
		mcha_item *item = &items[request->item];

		if (request->check) {
			learn_check(pool, item, request);
		} else if (request->verb == MCHA_VERB_STORE) {
			learn_store(pool, item, request);
		} else if (request->verb == MCHA_VERB_GET && request->reply.status == MCHA_STATUS_MISS
			&& mcha_targets_is_home(pool, request->position)) {
			item->gaps++;
		}
	}
}

static void note(const mcha_pool *pool, const mcha_item *item, size_t index)
{
	mcha_verified_note(pool->verified, hash_of(pool, item, index), pool->started);
}

void mcha_replica_check_conclude(mcha_pool *pool, mcha_item *items, size_t count)
{
	size_t i;

	if (!pool->checking && !pool->report.repaired) {
		return;
	}
	mend_older(pool, items);
	learn(pool, items);
	for (i = 0; pool->verified && pool->emptied && i < count; i++) {
		const mcha_item *item = &items[i];

		if (item->checked && !item->unverified && item->gaps <= 0 && item->answer.status == MCHA_STATUS_OK) {
			note(pool, item, i);
		}
	}
}

/* Perhaps the very connections of this write have told that a node was started lately. */
bool mcha_replica_check_is_noting(const mcha_pool *pool)
{
	return pool->verified && mcha_pool_copies(pool) > 1 && mcha_health_emptied(pool->health, pool->now);
}

void mcha_replica_check_wrote(mcha_pool *pool, const mcha_item *item, size_t index, size_t changed)
{
	if (changed >= mcha_pool_copies(pool)) {
		note(pool, item, index);
	}
}
