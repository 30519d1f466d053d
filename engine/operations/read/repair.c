/* SPDX-License-Identifier: MIT */
/* Repairs keys that no client reads: asks every home node for each key's metadata, and reads those
 * keys only of which some home node has no copy, or another version. From there on a repair is a
 * get whose checks (replica_check.h) have been answered already.
 *
 *   round 1    all homes, for the metadata               all have the same version -> done
 *   then       the value, from the first home that has it
 *   last       homes that lack the key are given a copy by add; of two versions the younger one
 *              replaces the older one by compare-and-swap
 *
 * A key that no home has is left to the get: handoff nodes and previous homes are asked as
 * there. */
#include "engine/operations/operations.h"
#include "get.h"
#include "get_ask.h"
#include "engine/replica/operation.h"
#include "engine/replica/parts.h"
#include "engine/replica/quorum.h"
#include "engine/replica/repair/hint_replay.h"

#define WANT (MCHA_WANT_VALUE | MCHA_WANT_UNSEEN)

/* A home that cannot be asked is named in the report, so that the caller knows that its copy was
 * not looked at: also where its value is lost, and MISS stands for its answer. */
static void note_unasked(mcha_pool *pool, const mcha_item *item, const mcha_replica *home)
{
	const mcha_status status = mcha_replica_unasked(pool, item, home);

	mcha_pool_note_failure(pool, home->node,
		status == MCHA_STATUS_MISS ? MCHA_STATUS_STALE : status);
}

static void look_at_home(mcha_pool *pool, mcha_item *item, mcha_replica *home)
{
	if (!mcha_replica_may_ask(pool, item, home, false)) {
		item->read.unverified = true;
		note_unasked(pool, item, home);
		return;
	}
	home->check = mcha_replica_ask_beside(pool, item, home, MCHA_VERB_GET);
	if (home->check) {
		home->check->want = MCHA_WANT_UNSEEN | MCHA_WANT_CAS;
		item->read.checked = pool->running.checking = true;
	}
}

static void look_at_homes(mcha_pool *pool, mcha_item *items, size_t count)
{
	size_t i, j;

	for (i = 0; i < count; i++) {
		for (j = 0; items[i].answer.status == MCHA_STATUS_PENDING && j < mcha_pool_copies(pool)
			 && j < items[i].replica_count;
			 j++) {
			look_at_home(pool, &items[i], &items[i].replicas[j]);
		}
	}
	if (mcha_pool_has_round(pool)) {
		mcha_pool_run(pool, mcha_targets_share(pool, 3));
	}
}

/* The home has a copy, of the same version as the first home where servers tell versions. */
static bool is_alike(const mcha_replica *home, uint64_t version)
{
	return home->check && home->check->reply.status == MCHA_STATUS_OK && !home->doubted
		&& mcha_version_of(home->check->reply.cas) == version;
}

static bool is_complete(const mcha_pool *pool, const mcha_item *item)
{
	const mcha_replica *first = item->replicas;
	uint64_t version;
	size_t i;

	if (!first->check) {
		return false;
	}
	version = mcha_version_of(first->check->reply.cas);
	for (i = 0; i < mcha_pool_copies(pool); i++) {
		if (i >= item->replica_count || !is_alike(&item->replicas[i], version)) {
			return false;
		}
	}
	return true;
}

static void settle_complete(const mcha_pool *pool, mcha_item *items, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		if (items[i].answer.status == MCHA_STATUS_PENDING && is_complete(pool, &items[i])) {
			items[i].answer.status = MCHA_STATUS_OK;
			items[i].position = 0;
			items[i].acknowledged = (uint16_t)mcha_pool_copies(pool);
		}
	}
}

static void repair_items(mcha_pool *pool, mcha_item *items, size_t count, const void *context)
{
	(void)context;
	if (mcha_targets_keeps_registers(pool)) {
		mcha_quorum_get(pool, items, count, WANT | MCHA_WANT_ALL_HOMES);
		return;
	}
	mcha_operation_begin(pool, items, count);
	mcha_hint_replay(pool, items, count, MCHA_REPLAY_READING);
	look_at_homes(pool, items, count);
	settle_complete(pool, items, count);
	mcha_get_read_and_repair(pool, items, count, WANT | mcha_targets_copying(pool));
	mcha_targets_release_all(pool);
	mcha_operation_end(pool, items, count, MCHA_VERB_GET);
}

void mcha_repair(mcha_pool *pool, mcha_item *items, size_t count)
{
	mcha_in_parts(pool, items, count, repair_items, NULL);
}
