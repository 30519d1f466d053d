/* SPDX-License-Identifier: MIT */
/* Looks once more at two copies of which the versions differ, and puts the younger one over the
 * older one if both are as before. */
#include "differing_copies.h"
#include "replica_learn.h"
#include "engine/base/version.h"
#include "engine/protocol/tombstone.h"
#include "engine/replica/put.h"

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

void mcha_differing_copies_mend(mcha_pool *pool, mcha_item *items, size_t count)
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
