/* SPDX-License-Identifier: MIT */
/* Gives copies to nodes, and takes back those that were overtaken by a deletion or another
 * write. */
#include "repair_round.h"

#include "doubts.h"
#include "engine/journal/journal_read.h"
#include "engine/replica/hint_record.h"
#include "engine/replica/put.h"

/* --- giving copies ---------------------------------------------------------------------------- */

bool mcha_repair_round_give(mcha_pool *pool, mcha_item *item, mcha_replica *replica,
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

	if (pool->journal.is_behind || mcha_copy_is_expiring(copy->ttl)) {
		return true;
	}
	if (!mcha_put_begin(pool, &put)) {
		return false;
	}
	store = over ? mcha_put_over(pool, &put) : mcha_put_if_absent(pool, &put);
	if (!store) {
		mcha_verdict_fault(item, MCHA_STATUS_NO_MEMORY);
		return true;
	}
	store->item = item;
	store->replica = replica;
	return true;
}

void mcha_repair_round_hear(mcha_pool *pool)
{
	const size_t failed = pool->report.failed_count;
	mcha_journal_question question;

	mcha_journal_ask(pool, &question);
	if (mcha_pool_has_round(pool)) {
		mcha_pool_run(pool, mcha_targets_share(pool, 3));
		mcha_journal_take_answers(pool, &question);
		pool->report.failed_count = failed; /* the operation is not about the journal */
	}
}

/* Asks the source of each copy that was stored whether it still has the key; where the key is known
 * to be deleted, the node need not be asked. The look's replica is the one that was repaired, and
 * its cas that of the new copy. */
static void ask_sources(mcha_pool *pool, const mcha_request *stores, mcha_source_finder find)
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
	mcha_request *removal = mcha_remove_if_same(pool, &put);

	if (removal) {
		removal->item = look->item;
	} else {
		mcha_hint_record_deletion(pool, look->item, put.node);
	}
	pool->report.repaired--;
}

/* The copy is still there. */
static void record_missed_removals(mcha_pool *pool, const mcha_request *round)
{
	for (; round; round = round->later) {
		if (round->verb == MCHA_VERB_DELETE && !mcha_status_is_answer(round->reply.status)) {
			mcha_hint_record_deletion(pool, round->item, round->node);
		}
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
	mcha_request *again;

	for (read = round; read; read = read->later) {
		if (read->verb == MCHA_VERB_GET) {
			const mcha_put put = put_of(read);

			again = mcha_put_again(pool, &put, read);
			if (again) {
				again->item = read->item;
			}
		}
	}
	record_missed_removals(pool, round);
	if (mcha_pool_has_round(pool)) {
		record_missed_removals(pool, mcha_pool_run(pool, mcha_targets_share(pool, 1)));
	}
	mcha_targets_release_round(pool, round);
}

/* The source was given another value since it was read: perhaps the write has come to the repaired
 * node already, and the repair has undone it there. */
static bool has_changed(const mcha_request *look, const mcha_replica *source)
{
	return look->want & MCHA_WANT_CAS && look->reply.status == MCHA_STATUS_OK && source->request
		&& source->request->reply.cas && source->request->reply.cas != look->reply.cas;
}

/* The source has lost the key since, or another host's hint says that what it has may be old. */
static bool is_void(const mcha_pool *pool, const mcha_request *look, mcha_source_finder find)
{
	return look->item
		&& (look->reply.status == MCHA_STATUS_MISS || has_changed(look, find(look->item))
			|| mcha_doubts_has_since(pool, look->item, find(look->item)));
}

static bool is_only_changed(const mcha_pool *pool, const mcha_request *look,
	mcha_source_finder find)
{
	const mcha_replica *source = find(look->item);

	return look->cas && has_changed(look, source)
		&& !mcha_doubts_has_since(pool, look->item, source);
}

/* Another process deletes the key while this one repairs it: the deletion had reached one node and
 * not yet the other when the repair read them. By now the deletion has reached both, so the
 * repaired copies are deleted, unless they have been replaced meanwhile. */
static void take_back_deleted(mcha_pool *pool, const mcha_request *looks, mcha_source_finder find)
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

mcha_request *mcha_repair_round_run(mcha_pool *pool, size_t before, mcha_source_finder find)
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
	mcha_put_end(pool, stores);
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
