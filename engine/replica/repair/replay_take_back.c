/* SPDX-License-Identifier: MIT */
/* Takes back what a replay has put over an old copy, if the key was deleted or written
 * meanwhile. */
#include "engine/journal/journal.h"
#include "engine/replica/put.h"
#include "replay.h"

/* --- a deletion that is under way ------------------------------------------------------------- */

/* The key was missing here and has been given a copy, while a deletion of it was under way. */
static bool is_against_deletion(const mcha_pool *pool, const mcha_replay *replay)
{
	return replay->write && replay->write->verb == MCHA_VERB_STORE
		&& replay->write->mode == MCHA_MODE_ADD && replay->write->reply.status == MCHA_STATUS_OK
		&& mcha_replay_is_being_deleted(pool, replay);
}

/* Without its CAS it is not known whether the copy is another client's by now: the node gets a hint
 * to delete it. */
static void record_deletion(mcha_pool *pool, const mcha_replay *replay)
{
	const mcha_node *node = pool->nodes[replay->node];

	mcha_hints_add(pool->shared.hints, node->health, node->id, 0,
		replay->hint.is_lock ? MCHA_HINTS_LOCK : 0, replay->hint.key, replay->hint.key_length,
		mcha_clock_now());
	if (replay->replica) {
		mcha_replica_exclude(replay->replica, MCHA_STATUS_STALE, true);
	}
}

/* Another host may have written the key while this process read the source: that write may have
 * come to the stale node before it, and the replay has undone it there. (Processes of this host
 * note their writes, see mcha_hints_attempt().) */
static void check_sources(mcha_pool *pool)
{
	size_t i;

	for (i = 0; mcha_journal_is_used(pool) && i < pool->replays.count; i++) {
		mcha_replay *replay = &pool->replays.entries[i];

		if (replay->write && replay->write->verb == MCHA_VERB_STORE
			&& replay->write->reply.status == MCHA_STATUS_OK && replay->read->reply.cas) {
			replay->check = mcha_replay_ask_copy(pool, replay, replay->read->node,
				MCHA_WANT_CAS | MCHA_WANT_UNSEEN);
		}
	}
	if (mcha_pool_has_round(pool)) {
		mcha_pool_run(pool, mcha_targets_share(pool, 2));
	}
}

/* A source that lacks the key by now has been purged by another write, or the key was deleted. */
static bool has_source_changed(const mcha_replay *replay)
{
	return replay->check
		&& (replay->check->reply.status == MCHA_STATUS_MISS
			|| (replay->check->reply.status == MCHA_STATUS_OK
				&& replay->check->reply.cas != replay->read->reply.cas));
}

/* What the source has now is put over the copy: the node is not to lack what it was given. */
static void read_again(mcha_pool *pool, mcha_replay *replay)
{
	replay->check = mcha_replay_ask_copy(pool, replay, replay->read->node,
		MCHA_WANT_VALUE | mcha_targets_copying(pool));
}

static void take_back_copy(mcha_pool *pool, mcha_replay *replay)
{
	mcha_put put = mcha_replay_put(replay);

	put.cas = replay->write->reply.cas;
	if (!put.cas) {
		record_deletion(pool, replay);
	} else if (is_against_deletion(pool, replay)) {
		replay->removal = mcha_remove_if_same(pool, &put);
	} else {
		mcha_put_again(pool, &put, replay->check);
	}
	replay->write = NULL;
}

/* The copy is still there, and the deletion may have cleared the node's hint. */
static void record_missed_removals(mcha_pool *pool)
{
	size_t i;

	for (i = 0; i < pool->replays.count; i++) {
		const mcha_replay *replay = &pool->replays.entries[i];

		if (replay->removal && !mcha_status_is_answer(replay->removal->reply.status)) {
			record_deletion(pool, replay);
		}
	}
}

void mcha_replay_take_back_void(mcha_pool *pool)
{
	mcha_request *read = NULL;
	size_t i;

	check_sources(pool);
	for (i = 0; i < pool->replays.count; i++) {
		mcha_replay *replay = &pool->replays.entries[i];

		replay->is_taken_back = is_against_deletion(pool, replay) || has_source_changed(replay);
		if (has_source_changed(replay)) {
			read_again(pool, replay);
		}
	}
	if (mcha_pool_has_round(pool)) {
		read = mcha_pool_run(pool, mcha_targets_share(pool, 2));
	}
	for (i = 0; i < pool->replays.count; i++) {
		if (pool->replays.entries[i].is_taken_back) {
			take_back_copy(pool, &pool->replays.entries[i]);
		}
	}
	if (mcha_pool_has_round(pool)) {
		mcha_pool_run(pool, mcha_targets_share(pool, 2));
		record_missed_removals(pool);
	}
	mcha_targets_release_round(pool, read);
}
