/* SPDX-License-Identifier: MIT */
/* Replays hints in three rounds: looks at the old copies, reads the sources' copies, and puts these
 * over those, if they are still what was looked at: a value that was written meanwhile stays. */
#include "replay.h"

#include "engine/journal/journal_read.h"
#include "engine/replica/put.h"

/* --- looking ---------------------------------------------------------------------------------- */

/* Is the node still a source? Not if a hint for the node itself is younger than this hint: it has
 * missed a write since. (An older hint was made void by the write that the node acknowledged. So of
 * nodes that name one another, the youngest hint counts.) */
static bool is_source(mcha_pool *pool, const mcha_hint *hint, long node)
{
	const mcha_usec since = mcha_hints_since(hint);
	const mcha_health *health;
	mcha_usec compact, order;
	mcha_hint own;

	if (node < 0 || !mcha_pool_admit(pool, (uint16_t)node, false)) {
		return false;
	}
	health = pool->nodes[node]->health;
	compact = mcha_hints_compact_since(pool->shared.hints, health, hint->source, hint->key,
		hint->key_length);
	order = mcha_hints_order(pool->shared.hints,
		mcha_health_find(pool->shared.health, hint->node, NULL), hint->node, hint->key,
		hint->key_length);
	return mcha_hints_distrusted_since(health) <= since && (!compact || compact < order)
		&& !(mcha_hints_count(health)
			&& mcha_hints_find(pool->shared.hints, hint->source, hint->key, hint->key_length, &own)
			&& !mcha_hints_is_older(&own, since));
}

static mcha_request *ask_copy(mcha_pool *pool, const mcha_replay *replay, uint16_t node,
	unsigned want)
{
	mcha_request *request = mcha_pool_request(pool, node);

	if (request) {
		request->verb = MCHA_VERB_GET;
		request->key = replay->hint.key;
		request->key_length = replay->hint.key_length;
		request->want = (uint8_t)want;
	}
	return request;
}

static void look_at_copies(mcha_pool *pool)
{
	const unsigned want = MCHA_WANT_CAS | MCHA_WANT_TTL
		| (pool->settings.versions ? MCHA_WANT_IDLE | MCHA_WANT_UNSEEN : 0);
	size_t i;

	for (i = 0; i < pool->replays.count; i++) {
		mcha_replay *replay = &pool->replays.entries[i];

		/* a stale node that is not to be asked is not read either: its hint can wait */
		if (mcha_pool_admit(pool, replay->node, false)) {
			replay->looked = pool->running.now;
			replay->look = ask_copy(pool, replay, replay->node, want);
		}
	}
	mcha_pool_run(pool, mcha_targets_share(pool, 4));
}

static bool is_answered(const mcha_request *request)
{
	return request && mcha_status_is_answer(request->reply.status);
}

static mcha_request *read_sources(mcha_pool *pool)
{
	mcha_journal_question question;
	mcha_request *read;
	size_t i;

	for (i = 0; i < pool->replays.count; i++) {
		mcha_replay *replay = &pool->replays.entries[i];
		long source = replay->hint.source ? mcha_pool_find(pool, replay->hint.source) : -1;

		if (is_answered(replay->look) && !replay->is_probe
			&& is_source(pool, &replay->hint, source)) {
			replay->read = ask_copy(pool, replay, (uint16_t)source,
				MCHA_WANT_VALUE | mcha_targets_copying(pool)
					| (mcha_journal_is_used(pool) ? MCHA_WANT_CAS : 0));
		}
	}
	mcha_journal_ask(pool, &question);
	read = mcha_pool_run(pool, mcha_targets_share(pool, 3));
	mcha_journal_take_answers(pool, &question);
	return read;
}

/* --- what becomes of the old copy ------------------------------------------------------------- */

/* What goes over the old copy; NULL: there is nothing. */
static const mcha_reply *source_copy(const mcha_replay *replay)
{
	return replay->read && replay->read->reply.status == MCHA_STATUS_OK ? &replay->read->reply
																		: NULL;
}

/* The source's copy ends within a second, as the old one should: nothing is made from it any
 * more. */
static bool is_ending(const mcha_replay *replay)
{
	const mcha_reply *copy = source_copy(replay);

	return copy && mcha_copy_is_expiring(copy->ttl);
}

/* The source has the new value no more: it has expired, was evicted, or was lost by a restart. */
static bool is_lost(const mcha_replay *replay)
{
	return replay->hint.source && replay->read && replay->read->reply.status == MCHA_STATUS_MISS;
}

static bool is_newer_there(mcha_pool *pool, const mcha_replay *replay)
{
	return mcha_replay_is_newer_there(pool, replay, source_copy(replay));
}

/* The source is not one of the key's homes. (Of a hint of another key than the operation's it is not
 * known which nodes these are.) */
static bool is_from_handoff(const mcha_pool *pool, const mcha_replay *replay)
{
	size_t i;

	for (i = 0; replay->item && i < mcha_pool_copies(pool)
		 && replay->item->replicas[i].node != replay->read->node;
		 i++) {
	}
	return replay->item && i == mcha_pool_copies(pool);
}

/* A handoff node that keeps its items has lost this one before its time. */
static bool is_handoff_purged(const mcha_pool *pool, const mcha_replay *replay)
{
	const mcha_usec span = pool->settings.failover_ttl * MCHA_USEC_PER_SEC;
	const uint16_t source = replay->read->node;

	return mcha_journal_is_used(pool) && is_from_handoff(pool, replay)
		&& !mcha_replica_may_have_lost(pool, source)
		&& !mcha_hints_has_ended(&replay->hint, pool->running.now)
		&& pool->running.now - mcha_hints_since(&replay->hint) + MCHA_USEC_PER_SEC < span;
}

/* The source's copy was purged by another write, of this host or another one, which the stale node
 * has not missed (or there is a younger hint for it): the node is not stale. */
static bool is_void(const mcha_pool *pool, const mcha_replay *replay)
{
	return !replay->hint.is_lock && is_lost(replay)
		&& (replay->hint.contested || is_handoff_purged(pool, replay));
}

/* renewing: the operation is going to make the key anew, so that even the last old copy may go. Of
 * a lock that was released no node may keep a copy. Of a value that has ended no node is to keep
 * the one before it. */
static bool is_to_be_deleted(const mcha_pool *pool, const mcha_replay *replay, bool renewing)
{
	return !replay->hint.source || is_ending(replay)
		|| (is_lost(replay) && !is_void(pool, replay)
			&& (replay->hint.is_lock || mcha_hints_has_ended(&replay->hint, pool->running.now)
				|| (renewing && replay->item)));
}

/* A value that is being deleted is given to no node. */
static bool is_being_deleted(const mcha_pool *pool, const mcha_replay *replay)
{
	return mcha_targets_is_being_deleted(pool, replay->hint.key, replay->hint.key_length);
}

static mcha_put put_of(const mcha_replay *replay)
{
	return (mcha_put){
		.node = replay->node,
		.key = replay->hint.key,
		.key_length = replay->hint.key_length,
		.cas = replay->look->reply.cas,
	};
}

static mcha_request *delete_copy(mcha_pool *pool, const mcha_replay *replay)
{
	const mcha_put put = put_of(replay);

	return put.cas ? mcha_remove_if_same(pool, &put) : mcha_remove_anyway(pool, &put);
}

static mcha_request *replace_copy(mcha_pool *pool, const mcha_replay *replay,
	const mcha_reply *copy)
{
	mcha_put put = put_of(replay);

	put.value = copy;
	put.exptime = mcha_copy_exptime(pool, copy->ttl);
	return replay->look->reply.status == MCHA_STATUS_MISS ? mcha_put_if_absent(pool, &put)
		: put.cas                                         ? mcha_put_over(pool, &put)
														  : mcha_put_anyway(pool, &put);
}

/* By a hint of another host that has come meanwhile, the source has missed a later write. */
static bool is_outdated(mcha_pool *pool, const mcha_replay *replay)
{
	return replay->read
		&& !is_source(pool, &replay->hint, mcha_pool_find(pool, replay->hint.source));
}

/* What was looked at must still be what the hint is about: a write that came to the node before the
 * look, and is about to replace the old copy, was noted before it was sent, and may not have come
 * to the source when that was read. */
static void write_over(mcha_pool *pool, mcha_replay *replay, bool renewing)
{
	const bool delete = is_to_be_deleted(pool, replay, renewing);
	const mcha_reply *copy = source_copy(replay);

	if (!is_answered(replay->look) || replay->is_probe || is_outdated(pool, replay)
		|| (!delete &&!copy) || is_newer_there(pool, replay)
		|| !mcha_hints_is_untouched(pool->shared.hints, &replay->hint,
			mcha_replay_oldest_write(pool))
		|| (!delete &&is_being_deleted(pool, replay))) {
		return;
	}
	replay->write = delete ? delete_copy(pool, replay) : replace_copy(pool, replay, copy);
}

/* Another home of the key is given the handoff node's copy just now. Another host's write may have come
 * to the homes since, and be about to purge the handoff node: then one home at least keeps it. */
static bool is_other_home_written(const mcha_pool *pool, size_t i)
{
	const mcha_replay *entries = pool->replays.entries;
	size_t before;

	if (!mcha_journal_is_used(pool) || !entries[i].read || !is_from_handoff(pool, &entries[i])) {
		return false;
	}
	for (before = i; before > 0 && entries[before - 1].item == entries[i].item; before--) {
		if (entries[before - 1].write) {
			return true;
		}
	}
	return false;
}

static void write_over_all(mcha_pool *pool, bool renewing)
{
	size_t i;

	for (i = 0; i < pool->replays.count; i++) {
		if (!is_other_home_written(pool, i)) {
			write_over(pool, &pool->replays.entries[i], renewing);
		}
	}
	mcha_pool_run(pool, mcha_targets_share(pool, 2));
}

/* --- a deletion that is under way ------------------------------------------------------------- */

/* The key was missing here and has been given a copy, while a deletion of it was under way. */
static bool is_against_deletion(const mcha_pool *pool, const mcha_replay *replay)
{
	return replay->write && replay->write->verb == MCHA_VERB_STORE
		&& replay->write->mode == MCHA_MODE_ADD && replay->write->reply.status == MCHA_STATUS_OK
		&& is_being_deleted(pool, replay);
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

/* Another host may have written the key while this process read the source: that write may have come
 * to the stale node before it, and the replay has undone it there. (Processes of this host note their
 * writes, see mcha_hints_attempt().) */
static void check_sources(mcha_pool *pool)
{
	size_t i;

	for (i = 0; mcha_journal_is_used(pool) && i < pool->replays.count; i++) {
		mcha_replay *replay = &pool->replays.entries[i];

		if (replay->write && replay->write->verb == MCHA_VERB_STORE
			&& replay->write->reply.status == MCHA_STATUS_OK && replay->read->reply.cas) {
			replay->check = ask_copy(pool, replay, replay->read->node,
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
	replay->check = ask_copy(pool, replay, replay->read->node,
		MCHA_WANT_VALUE | mcha_targets_copying(pool));
}

static void take_back_copy(mcha_pool *pool, mcha_replay *replay)
{
	mcha_put put = put_of(replay);

	put.cas = replay->write->reply.cas;
	if (!put.cas) {
		record_deletion(pool, replay);
	} else if (is_against_deletion(pool, replay)) {
		mcha_remove_if_same(pool, &put);
	} else {
		mcha_put_again(pool, &put, replay->check);
	}
	replay->write = NULL;
}

static void take_back_void(mcha_pool *pool)
{
	mcha_request *read = NULL;
	size_t i;

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
	}
	mcha_targets_release_round(pool, read);
}

/* --- the end of a replay ---------------------------------------------------------------------- */

static bool has_nothing(const mcha_replay *replay)
{
	return replay->look && replay->look->reply.status == MCHA_STATUS_MISS;
}

/* The old copy is gone: replaced, deleted, removed by a server that cannot hold the new one, or
 * expired as the new one did. (If the copy was changed since it was looked at, the
 * process that changed it has cleared the hint.) */
static bool is_replayed(mcha_pool *pool, const mcha_replay *replay)
{
	mcha_status status;

	if (!replay->write) {
		return is_newer_there(pool, replay) || is_void(pool, replay)
			|| (is_lost(replay) && has_nothing(replay));
	}
	status = replay->write->reply.status;
	return status == MCHA_STATUS_OK || status == MCHA_STATUS_TOO_BIG
		|| status == MCHA_STATUS_NO_MEMORY
		|| (status == MCHA_STATUS_MISS && replay->write->verb == MCHA_VERB_DELETE);
}

static bool has_hint_still(const mcha_pool *pool, const mcha_replay *replay)
{
	mcha_hint hint;

	return mcha_hints_find(pool->shared.hints, replay->hint.node, replay->hint.key,
		replay->hint.key_length, &hint);
}

/* The status that stands for the node's answer where its hint could not be replayed: a value that
 * the source has lost is missing; one that cannot be read now is not, nor is one whose hint another
 * process has changed meanwhile. */
static mcha_status answer_instead(const mcha_pool *pool, const mcha_replay *replay)
{
	return is_lost(replay)
			&& mcha_hints_is_untouched(pool->shared.hints, &replay->hint,
				mcha_replay_oldest_write(pool))
		? MCHA_STATUS_MISS
		: MCHA_STATUS_STALE;
}

static void finish_replay(mcha_pool *pool, const mcha_replay *replay)
{
	const bool replayed = is_replayed(pool, replay);
	const mcha_status instead = answer_instead(pool, replay);

	if (replayed) {
		mcha_hints_clear(pool->shared.hints, &replay->hint);
		pool->report.repaired += replay->item != NULL;
	}
	/* Another process may have cleared the hint, or renewed it. And a node that has nothing may say
	 * so where the source's copy was read: only a deletion under way has kept the node from being
	 * given that copy. */
	if (replay->replica && (replayed || !has_nothing(replay) || !source_copy(replay))
		&& has_hint_still(pool, replay)) {
		mcha_replica_exclude(replay->replica, replayed ? MCHA_STATUS_STALE : instead, false);
	}
}

static void replay_all(mcha_pool *pool, bool renewing)
{
	mcha_request *read;
	size_t i;

	look_at_copies(pool);
	read = read_sources(pool);
	write_over_all(pool, renewing);
	check_sources(pool);
	take_back_void(pool);
	for (i = 0; i < pool->replays.count; i++) {
		finish_replay(pool, &pool->replays.entries[i]);
	}
	mcha_targets_release_round(pool, read);
	mcha_request_list_truncate(&pool->requests, 0);
}

void mcha_hint_replay(mcha_pool *pool, mcha_item *items, size_t count, mcha_hint_replay_for purpose)
{
	if (!pool->running.has_hints) {
		return;
	}
	pool->replays.count = 0;
	mcha_replay_collect(pool, items, count, purpose);
	mcha_replay_collect_others(pool, items, count);
	if (pool->replays.count) {
		replay_all(pool, purpose == MCHA_REPLAY_RENEWING);
	}
}
