/* SPDX-License-Identifier: MIT */
/* Repair rounds, run inside the operation that noticed the gap. */
#include "read_repair.h"

#include <string.h>

#include "engine/journal/journal_read.h"
#include "engine/replica/hint_record.h"
#include "engine/replica/put.h"
#include "doubts.h"
#include "replica_learn.h"

/* The replica that an item's copies are made from. */
typedef const mcha_replica *(*source_finder)(const mcha_item *item);

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

/* --- giving copies ---------------------------------------------------------------------------- */

/* Stores the copy, unless its life is about to end or the key is being deleted; or this host does
 * not know what other hosts have deleted: then it would bring back what a node has missed. over: the CAS of an
 * older copy that is to be replaced; 0: the node lacks the key. */
static void give_copy(mcha_pool *pool, mcha_item *item, mcha_replica *replica,
	const mcha_reply *copy, uint64_t over)
{
	const mcha_put put = {
		.node = replica->node,
		.key = item->key,
		.key_length = (uint16_t)item->key_length,
		.value = copy,
		.exptime = mcha_copy_exptime(pool, copy->ttl),
		.cas = over,
	};
	mcha_request *store;

	if (pool->journal.is_behind || mcha_copy_is_expiring(copy->ttl)
		|| mcha_targets_is_being_deleted(pool, item->key, item->key_length)) {
		return;
	}
	store = over ? mcha_put_over(pool, &put) : mcha_put_if_absent(pool, &put);
	if (!store) {
		mcha_verdict_fault(item, MCHA_STATUS_NO_MEMORY);
		return;
	}
	store->item = item;
	store->replica = replica;
}

/* Asks the source of each copy that was stored whether it still has the key; where the key is known
 * to be deleted, the node need not be asked. The look's replica is the one that was repaired, and
 * its cas that of the new copy. */
static void ask_sources(mcha_pool *pool, const mcha_request *stores, source_finder find)
{
	for (; stores; stores = stores->later) {
		mcha_request *look = stores->reply.status == MCHA_STATUS_OK
			? mcha_item_ask(pool, stores->item, find(stores->item)->node, MCHA_VERB_GET)
			: NULL;

		if (!look) {
			continue;
		}
		look->want = MCHA_WANT_UNSEEN | (stores->cas ? MCHA_WANT_CAS : 0);
		look->replica = stores->replica;
		look->cas = stores->reply.cas;
		if (mcha_targets_is_being_deleted(pool, look->key, look->key_length)) {
			look->reply.status = MCHA_STATUS_MISS;
		}
	}
}

static mcha_put put_of(const mcha_request *look)
{
	return (mcha_put){
		.node = look->replica->node,
		.key = look->key,
		.key_length = look->key_length,
		.cas = look->cas,
	};
}

/* Without a CAS no client can tell whether the copy has been replaced meanwhile: a hint to delete
 * it is added for the node, which is not read until the hint is replayed. */
static void take_back(mcha_pool *pool, const mcha_request *look)
{
	const mcha_put put = put_of(look);

	if (!put.cas) {
		mcha_hint_record_deletion(pool, look->item, put.node);
		pool->report.repaired--;
	} else if (mcha_remove_if_same(pool, &put)) {
		pool->report.repaired--;
	}
}

/* What the source has now is put over the copy: the node is not to lack what it was given. */
static void read_again(mcha_pool *pool, const mcha_request *look)
{
	mcha_request *read = mcha_item_ask(pool, look->item, look->node, MCHA_VERB_GET);

	if (read) {
		read->want = MCHA_WANT_VALUE | mcha_targets_copying(pool);
		read->replica = look->replica;
		read->cas = look->cas;
	}
}

static void put_again(mcha_pool *pool, mcha_request *round)
{
	const mcha_request *read;

	for (read = round; read; read = read->later) {
		if (read->verb == MCHA_VERB_GET) {
			const mcha_put put = put_of(read);

			mcha_put_again(pool, &put, read);
		}
	}
	if (mcha_pool_has_round(pool)) {
		mcha_pool_run(pool, mcha_targets_share(pool, 1));
	}
	mcha_targets_release_round(pool, round);
}

/* The operation did not doubt the replica when it began. */
static bool is_doubted_since(const mcha_pool *pool, const mcha_item *item,
	const mcha_replica *replica)
{
	return !replica->doubted && !replica->believed && mcha_doubts_has(pool, item, replica->node);
}

/* The source was given another value since it was read: perhaps the write has come to the repaired
 * node already, and the repair has undone it there. */
static bool has_changed(const mcha_request *look, const mcha_replica *source)
{
	return look->want & MCHA_WANT_CAS && look->reply.status == MCHA_STATUS_OK && source->request
		&& source->request->reply.cas && source->request->reply.cas != look->reply.cas;
}

/* The source has lost the key since, or another host's hint says that what it has may be old. */
static bool is_void(const mcha_pool *pool, const mcha_request *look, source_finder find)
{
	return look->item
		&& (look->reply.status == MCHA_STATUS_MISS || has_changed(look, find(look->item))
			|| is_doubted_since(pool, look->item, find(look->item)));
}

static bool is_only_changed(const mcha_pool *pool, const mcha_request *look, source_finder find)
{
	const mcha_replica *source = find(look->item);

	return look->cas && has_changed(look, source) && !is_doubted_since(pool, look->item, source);
}

/* Another process deletes the key while this one repairs it: the deletion had reached one node and
 * not yet the other when the repair read them. By now the deletion has reached both, so the
 * repaired copies are deleted, unless they have been replaced meanwhile. */
static void take_back_deleted(mcha_pool *pool, const mcha_request *looks, source_finder find)
{
	for (; looks; looks = looks->later) {
		if (is_void(pool, looks, find)) {
			looks->item->read.gaps++; /* again */
			(is_only_changed(pool, looks, find) ? read_again : take_back)(pool, looks);
		}
	}
	if (mcha_pool_has_round(pool)) {
		put_again(pool, mcha_pool_run(pool, mcha_targets_share(pool, 1)));
	}
}

/* Runs the round of stores that was prepared; before: the count of requests without them. Returns
 * the round; NULL: there is none. */
static mcha_request *run_stores(mcha_pool *pool, size_t before, source_finder find)
{
	const size_t count = pool->requests.count - before;
	mcha_request *stores, *store, *looks;
	mcha_journal_question question;

	if (!count) {
		return NULL;
	}
	/* a copy is given only where there is memory to ask its source once more, and to take the copy
	 * back */
	if (!mcha_pool_reserve(pool, 3 * count)) {
		mcha_request_list_truncate(&pool->requests, before);
		return NULL;
	}
	stores = mcha_pool_run(pool, mcha_targets_share(pool, 2));
	for (store = stores; store; store = store->later) {
		pool->report.repaired += store->reply.status == MCHA_STATUS_OK;
	}
	ask_sources(pool, stores, find);
	if (mcha_pool_has_round(pool)) {
		mcha_journal_ask(pool, &question);
		looks = mcha_pool_run(pool, mcha_targets_share(pool, 2));
		mcha_journal_take_answers(pool, &question);
		take_back_deleted(pool, looks, find);
		mcha_targets_release_round(pool, looks);
	}
	return stores;
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

/* A node that lacks the key by both a check and the read behind it is given one copy. */
static void repair_home(mcha_pool *pool, mcha_item *item, mcha_replica *replica)
{
	const mcha_request *check = replica->check;
	uint64_t over = check && is_outdated(item, replica) ? check->reply.cas : 0;

	if (check && !over && check->reply.status == MCHA_STATUS_OK) {
		mcha_hint_record_settle(pool, item, replica); /* it has the same */
	}
	if (over || is_gap(replica) || (check && check->reply.status == MCHA_STATUS_MISS)) {
		give_copy(pool, item, replica, &item->answer, over);
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

static void repair_item(mcha_pool *pool, mcha_item *item)
{
	size_t i, homes = count_homes(pool, item);

	if (!may_be_given(item) || mcha_replica_learn_nothing(item)) {
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

/* The replicas have what was read now. Another host's write may have come meanwhile, so of a doubted
 * copy that was replaced only the next read that finds it equal says that it is not old. */
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
	const size_t before = pool->requests.count;
	const mcha_request *stores, *store;
	size_t i;

	for (i = 0; i < count; i++) {
		repair_item(pool, &items[i]);
	}
	stores = run_stores(pool, before, find_answer);
	settle_stored(pool, stores);
	for (store = stores; want & MCHA_WANT_CAS && store; store = store->later) {
		take_token(pool, store);
	}
	if (want) { /* a migration says nothing of how well the homes keep their copies */
		mcha_replica_learn_from_read(pool, items, count, stores);
	}
}

/* --- after a write ---------------------------------------------------------------------------- */

static const mcha_replica *find_changed_in(const mcha_item *item, mcha_role role)
{
	size_t i;

	for (i = 0; i < item->replica_count; i++) {
		const mcha_request *request = item->replicas[i].role == role ? item->replicas[i].request
																	 : NULL;

		if (request && request->reply.status == MCHA_STATUS_OK && request->verb != MCHA_VERB_DELETE
			&& !mcha_copy_is_expiring(request->reply.ttl)) {
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

static void read_source(mcha_pool *pool, mcha_item *item)
{
	const mcha_replica *source = has_gap(pool, item) ? find_changed(item) : NULL;
	mcha_request *read = source ? mcha_item_ask(pool, item, source->node, MCHA_VERB_GET) : NULL;

	if (read) {
		read->want = MCHA_WANT_VALUE | mcha_targets_copying(pool);
	}
}

static void fill_gaps(mcha_pool *pool, const mcha_request *read)
{
	mcha_item *item = read->item;
	size_t i, homes = count_homes(pool, item);

	for (i = 0; read->reply.value && i < homes; i++) {
		if (is_gap(&item->replicas[i])) {
			give_copy(pool, item, &item->replicas[i], &read->reply, 0);
		}
	}
}

const mcha_request *mcha_read_repair_refill(mcha_pool *pool, mcha_item *items, size_t count)
{
	mcha_request *reads, *read;
	const mcha_request *stores;
	size_t i, before;

	for (i = 0; i < count; i++) {
		read_source(pool, &items[i]);
	}
	if (!mcha_pool_has_round(pool)) {
		return NULL;
	}
	reads = mcha_pool_run(pool, mcha_targets_share(pool, 2));
	before = pool->requests.count;
	for (read = reads; read; read = read->later) {
		fill_gaps(pool, read);
	}
	stores = run_stores(pool, before, find_changed);
	mcha_targets_release_round(pool, reads);
	return stores;
}

void mcha_read_repair_unchanged(mcha_pool *pool, mcha_item *items, size_t count)
{
	(void)mcha_read_repair_refill(pool, items, count);
}
