/* SPDX-License-Identifier: MIT */
/* Which homes are given copies, in the operation that noticed the gap. */
#include "read_repair.h"

#include <string.h>

#include "doubts.h"
#include "engine/journal/journal_read.h"
#include "engine/replica/hint_record.h"
#include "repair_round.h"
#include "engine/replica/check/replica_learn.h"

/* The node lacks the key, or could not change it, by its answer to the operation's own request. */
static bool is_gap(const mcha_replica *replica)
{
	const mcha_status status = mcha_replica_status(replica);

	return status == MCHA_STATUS_MISS
		|| (status == MCHA_STATUS_NOT_STORED && replica->request->verb == MCHA_VERB_STORE);
}

static size_t count_homes(const mcha_pool *pool, const mcha_item *item)
{
	const size_t homes = mcha_pool_copies(pool);

	return homes < item->replica_count ? homes : item->replica_count;
}

/* --- after a read ----------------------------------------------------------------------------- */

static const mcha_replica *find_answer(const mcha_item *item)
{
	return &item->replicas[item->position];
}

/* A doubted home (hint_replay.h) was asked for its copy to compare it, and has another one. */
static bool is_outdated(const mcha_item *item, const mcha_replica *replica)
{
	const mcha_reply *there = &replica->check->reply, *here = &item->answer;

	if (!replica->doubted || there->status != MCHA_STATUS_OK
		|| !(replica->check->want & MCHA_WANT_CAS)) {
		return false;
	}
	if (mcha_version_is(there->cas) && mcha_version_is(here->cas)) {
		return there->cas < here->cas;
	}
	return !there->value || there->size != here->size || there->flags != here->flags
		|| memcmp(there->value, here->value, here->size) != 0;
}

/* The CAS of the copy that is to be replaced; 0: the home has none, or needs none. */
static uint64_t find_outdated(const mcha_item *item, const mcha_replica *replica)
{
	return replica->check && is_outdated(item, replica) ? replica->check->reply.cas : 0;
}

static bool is_to_be_given(const mcha_item *item, const mcha_replica *replica)
{
	return is_gap(replica) || find_outdated(item, replica)
		|| (replica->check && replica->check->reply.status == MCHA_STATUS_MISS);
}

/* A node that lacks the key by both a check and the read behind it is given one copy. */
static void repair_home(mcha_pool *pool, mcha_item *item, mcha_replica *replica)
{
	const mcha_request *check = replica->check;
	const uint64_t over = find_outdated(item, replica);

	if (check && !over && check->reply.status == MCHA_STATUS_OK) {
		mcha_hint_record_settle(pool, item, replica); /* it has the same */
	}
	if (is_to_be_given(item, replica)) {
		(void)mcha_repair_round_give(pool, item, replica, &item->answer, over);
	}
}

/* Without its life a copy would be given one that has nothing to do with the value's. */
static bool may_be_given(const mcha_item *item)
{
	const mcha_request *read = item->answer.status == MCHA_STATUS_OK ? find_answer(item)->request
																	 : NULL;

	return item->answer.status == MCHA_STATUS_OK && item->answer.value
		&& (!read || read->want & MCHA_WANT_TTL);
}

static bool has_to_give(const mcha_pool *pool, const mcha_item *item)
{
	size_t i, homes = count_homes(pool, item);

	if (!may_be_given(item) || mcha_replica_learn_nothing(item)) {
		return false;
	}
	for (i = 0; i < homes && !is_to_be_given(item, &item->replicas[i]); i++) {
	}
	return i < homes;
}

static void hear_before_giving(mcha_pool *pool, const mcha_item *items, size_t count)
{
	size_t i;

	for (i = 0; i < count && !has_to_give(pool, &items[i]); i++) {
	}
	if (i < count) {
		mcha_repair_round_hear(pool);
	}
}

static void repair_item(mcha_pool *pool, mcha_item *item)
{
	size_t i, homes = count_homes(pool, item);

	if (!may_be_given(item) || mcha_replica_learn_nothing(item)
		|| mcha_doubts_has_since(pool, item, find_answer(item))) {
		return;
	}
	for (i = 0; i < homes; i++) {
		repair_home(pool, item, &item->replicas[i]);
	}
}

static void take_token(const mcha_pool *pool, const mcha_request *store)
{
	if (store->replica->position == 0 && store->reply.status == MCHA_STATUS_OK
		&& store->reply.cas) {
		store->item->answer.cas = mcha_cas_token_pack(pool->nodes[store->node]->cas_tag,
			store->reply.cas);
	}
}

/* The replicas have what was read now. Another host's write may have come meanwhile, so of a
 * doubted copy that was replaced only the next read that finds it equal says that it is not old. */
static void settle_stored(mcha_pool *pool, const mcha_request *stores)
{
	for (; stores && pool->running.distrusting; stores = stores->later) {
		if (stores->reply.status == MCHA_STATUS_OK
			&& !(stores->cas && mcha_journal_is_used(pool))) {
			mcha_hint_record_settle(pool, stores->item, stores->replica);
		}
	}
}

void mcha_read_repair_found(mcha_pool *pool, mcha_item *items, size_t count, unsigned want)
{
	const mcha_request *stores, *store;
	size_t i, before;

	if (mcha_journal_is_used(pool)) {
		hear_before_giving(pool, items, count);
	}
	before = pool->requests.count;
	for (i = 0; i < count; i++) {
		repair_item(pool, &items[i]);
	}
	stores = mcha_repair_round_run(pool, before, find_answer);
	settle_stored(pool, stores);
	for (store = stores; want & MCHA_WANT_CAS && store; store = store->later) {
		take_token(pool, store);
	}
	if (want) { /* a migration says nothing of how well the homes keep their copies */
		mcha_replica_learn_from_read(pool, items, count, stores);
	}
}

/* --- after a write ---------------------------------------------------------------------------- */

/* Another process's write is in flight to the replica, which has a former value. */
static bool is_being_replaced(const mcha_item *item, const mcha_replica *replica)
{
	const unsigned keeping = 1u << MCHA_VERB_TOUCH | 1u << MCHA_VERB_COUNT;

	return replica->reordered && item->write.on_the_way & ~keeping;
}

static const mcha_replica *find_changed_in(const mcha_item *item, mcha_role role)
{
	size_t i;

	for (i = 0; i < item->replica_count; i++) {
		const mcha_request *request = item->replicas[i].role == role ? item->replicas[i].request
																	 : NULL;

		if (request && request->reply.status == MCHA_STATUS_OK && request->verb != MCHA_VERB_DELETE
			&& !mcha_copy_is_expiring(request->reply.ttl)
			&& !is_being_replaced(item, &item->replicas[i])) {
			return &item->replicas[i];
		}
	}
	return NULL;
}

/* The first replica that was changed and is not about to end. A handoff node's copy is younger than
 * a previous home's. */
static const mcha_replica *find_changed(const mcha_item *item)
{
	const mcha_replica *replica = find_changed_in(item, MCHA_ROLE_HOME);

	replica = replica ? replica : find_changed_in(item, MCHA_ROLE_HANDOFF);
	return replica ? replica : find_changed_in(item, MCHA_ROLE_PREVIOUS);
}

static bool has_gap(const mcha_pool *pool, const mcha_item *item)
{
	size_t i, homes = count_homes(pool, item);

	for (i = 0; i < homes; i++) {
		if (is_gap(&item->replicas[i])) {
			return true;
		}
	}
	return false;
}

/* With allow_failover=0 the first home node has no gaps: it is given no other one's copy. */
static bool may_be_refilled(const mcha_pool *pool, const mcha_item *item)
{
	return has_gap(pool, item) && (pool->settings.allow_failover || !is_gap(&item->replicas[0]));
}

static void read_source(mcha_pool *pool, mcha_item *item)
{
	const mcha_replica *source = may_be_refilled(pool, item) ? find_changed(item) : NULL;
	mcha_request *read = source ? mcha_item_ask(pool, item, source->node, MCHA_VERB_GET) : NULL;

	if (read) {
		read->want = MCHA_WANT_VALUE | mcha_targets_copying(pool);
	}
}

/* The write has counted the home as one that has acknowledged, because its gap would be filled. It
 * is filled later. */
static void record_gap(mcha_pool *pool, mcha_item *item, uint16_t node, uint16_t source,
	mcha_status why)
{
	(mcha_status_is_unsent(why) ? mcha_hint_record_stale : mcha_hint_record_indeterminate)(pool,
		item, node, source);
	item->acknowledged--;
}

static void fill_gaps(mcha_pool *pool, const mcha_request *read)
{
	mcha_item *item = read->item;
	size_t i, homes = count_homes(pool, item);

	if (mcha_doubts_has_since(pool, item, find_changed(item))) {
		return;
	}
	for (i = 0; read->reply.value && i < homes; i++) {
		mcha_replica *home = &item->replicas[i];

		if (is_gap(home) && !mcha_repair_round_give(pool, item, home, &read->reply, 0)) {
			record_gap(pool, item, home->node, read->node, MCHA_STATUS_DOWN);
		}
	}
}

static void record_gaps(mcha_pool *pool, const mcha_request *stores)
{
	for (; stores; stores = stores->later) {
		if (!mcha_status_is_answer(stores->reply.status)) {
			record_gap(pool, stores->item, stores->node, find_changed(stores->item)->node,
				stores->reply.status);
		}
	}
}

const mcha_request *mcha_read_repair_refill(mcha_pool *pool, mcha_item *items, size_t count)
{
	mcha_journal_question question;
	mcha_request *reads, *read;
	const mcha_request *stores;
	size_t i, before;

	for (i = 0; i < count; i++) {
		read_source(pool, &items[i]);
	}
	if (!mcha_pool_has_round(pool)) {
		return NULL;
	}
	mcha_journal_ask(pool, &question);
	reads = mcha_pool_run(pool, mcha_targets_share(pool, 2));
	mcha_journal_take_answers(pool, &question);
	before = pool->requests.count;
	for (read = reads; read; read = read->later) {
		if (read->item) {
			fill_gaps(pool, read);
		}
	}
	stores = mcha_repair_round_run(pool, before, find_changed);
	record_gaps(pool, stores);
	mcha_targets_release_round(pool, reads);
	return stores;
}

/* A home that lacked the key has been given a copy since, by another process that may have read it
 * before this change. */
void mcha_read_repair_unchanged(mcha_pool *pool, mcha_item *items, size_t count)
{
	const mcha_request *store = mcha_read_repair_refill(pool, items, count);

	for (; store; store = store->later) {
		if (store->reply.status == MCHA_STATUS_NOT_STORED) {
			mcha_hint_record_stale(pool, store->item, store->node, find_changed(store->item)->node);
		}
	}
}
