/* SPDX-License-Identifier: MIT */
/* Goes down an item's list of replicas. item->cursor: the replicas before this one were asked, or
 * skipped. */
#include "engine/base/seldom.h"
#include "engine/journal/journal.h"
#include "get_ask.h"
#include "get_order.h"
#include "engine/replica/check/replica_check.h"

/* --- one replica ------------------------------------------------------------------------------ */

static bool set_want(const mcha_pool *pool, mcha_request *request, unsigned want)
{
	if (request) {
		request->want = (uint8_t)want | mcha_targets_learning(pool, request->node);
	}
	return request != NULL;
}

bool mcha_get_ask_replica(mcha_pool *pool, mcha_item *item, mcha_replica *replica, unsigned want)
{
	return set_want(pool, mcha_replica_ask(pool, item, replica, MCHA_VERB_GET), want);
}

/* How far down its list an item may be asked for. Inline: every read asks it twice. */
static inline size_t reach_of(const mcha_pool *pool, const mcha_item *item)
{
	size_t previous = mcha_pool_copies(pool) + item->previous;

	if (!pool->settings.allow_failover) {
		return item->read.misses ? previous : 1;
	}
	return mcha_targets_has_handoffs(pool, item) ? item->replica_count : previous;
}

/* A check beside an earlier round of this read was answered that the home lacks the key. (Previous
 * homes' misses are counted, by one answer of each home: mcha_verdict_note_miss().) */
static bool has_checked_missing(const mcha_pool *pool, const mcha_replica *replica)
{
	return replica->check && replica->check->reply.status == MCHA_STATUS_MISS
		&& replica->role == MCHA_ROLE_HOME && !replica->doubted && !pool->previous.count;
}

/* Asks the next replica that may be asked. False: there is none left. skipped: set if one was
 * skipped: what the next one has may have to be given to its node. */
static bool ask_next(mcha_pool *pool, mcha_item *item, unsigned want, bool *skipped)
{
	size_t limit = reach_of(pool, item);

	while (item->cursor < limit) {
		mcha_replica *replica = &item->replicas[item->cursor++];

		if (has_checked_missing(pool, replica)) {
			replica->skipped = MCHA_STATUS_MISS;
			*skipped = true;
			continue;
		}
		if (mcha_replica_may_ask(pool, item, replica, false)) {
			return mcha_get_ask_replica(pool, item, replica,
				want | (*skipped ? mcha_targets_copying(pool) : 0));
		}
		mcha_replica_skip(pool, item, replica);
		*skipped = true;
	}
	return false;
}

/* --- homes, whatever their turn --------------------------------------------------------------- */

static size_t count_homes(const mcha_pool *pool)
{
	return pool->settings.allow_failover ? mcha_pool_copies(pool) : 1;
}

/* Every replica was held to be down: the homes are asked all the same if that was found out a
 * while ago, because otherwise a pool that is back would be believed dead until its retries. */
static MCHA_SELDOM void ask_last_resort(mcha_pool *pool, mcha_item *item, unsigned want)
{
	size_t i, homes = count_homes(pool);

	for (i = 0; i < homes; i++) {
		if (mcha_replica_may_ask(pool, item, &item->replicas[i], true)) {
			mcha_get_ask_replica(pool, item, &item->replicas[i], want);
		}
	}
}

/* A home that lacked the key at first is given a copy in any case (read_repair.c): that answer
 * stays the replica's. */
static void ask_home_again(mcha_pool *pool, mcha_item *item, mcha_replica *replica, unsigned want)
{
	bool lacked = mcha_replica_status(replica) == MCHA_STATUS_MISS;

	set_want(pool,
		lacked ? mcha_replica_ask_beside(pool, item, replica, MCHA_VERB_GET)
			   : mcha_replica_ask(pool, item, replica, MCHA_VERB_GET),
		want);
}

/* Between the answers of the homes and those of the previous homes another process may have
 * migrated the key: a process that takes a key from its previous homes has given it to the homes
 * before. */
static void ask_homes_again(mcha_pool *pool, mcha_item *item, unsigned want)
{
	size_t i, homes = count_homes(pool);

	item->read.repeated = true;
	for (i = 0; i < homes; i++) {
		if (mcha_replica_may_ask(pool, item, &item->replicas[i], false)) {
			ask_home_again(pool, item, &item->replicas[i], want);
		}
	}
}

void mcha_get_ask_no_more_homes(const mcha_pool *pool, mcha_item *item)
{
	const uint32_t homes = (uint32_t)mcha_pool_copies(pool);

	item->cursor = item->cursor > homes ? item->cursor : homes;
	item->replica_count = homes + item->previous;
}

void mcha_get_ask_no_handoff(const mcha_pool *pool, mcha_item *item)
{
	const uint32_t known = (uint32_t)mcha_pool_copies(pool) + item->previous;

	item->replica_count = item->replica_count < known ? item->replica_count : known;
}

/* All homes were held to be down, and one from before the pool was changed was asked. */
static bool has_passed_homes(const mcha_item *item)
{
	return item->replicas[item->cursor - 1].role == MCHA_ROLE_PREVIOUS;
}

/* All homes have failed, and the first of them in this very operation: nothing had failed for
 * long. */
static MCHA_SELDOM void find_handoff_nodes(mcha_pool *pool, mcha_item *item, unsigned want)
{
	if (!item->read.misses && item->cursor == mcha_pool_copies(pool)
		&& !mcha_get_order_differs(pool, want)) {
		mcha_targets_widen(pool, item);
	}
}

/* --- distrusted homes ------------------------------------------------------------------------- */

/* The copy of a distrusted home is compared with the one that is read: by its version, or else by
 * its value. (Where there still is a hint for the node and this key, that could not be replayed:
 * the copy is known to be old.) */
static bool is_to_be_compared(mcha_pool *pool, const mcha_item *item, const mcha_replica *replica)
{
	const mcha_node *node = pool->nodes[replica->node];
	mcha_hint hint;

	return replica->doubted && mcha_replica_exclusion(pool, item, replica) != MCHA_EXCLUSION_NONE
		&& mcha_pool_admit(pool, replica->node, false)
		&& !(mcha_hints_count(node->health)
			&& mcha_hints_find(pool->shared.hints, node->id, item->key, item->key_length, &hint));
}

static void ask_to_compare(mcha_pool *pool, mcha_item *item, mcha_replica *replica)
{
	mcha_request *request = mcha_replica_ask_beside(pool, item, replica, MCHA_VERB_GET);

	if (set_want(pool, request,
			MCHA_WANT_UNSEEN | MCHA_WANT_CAS
				| (mcha_targets_learning(pool, replica->node) ? 0 : MCHA_WANT_VALUE))) {
		request->check = true;
		replica->check = request;
		item->read.checked = true;
	}
}

/* A handoff node is not given a copy: whether it has one, and of which version, is enough. */
static void ask_handoff(mcha_pool *pool, mcha_item *item, mcha_replica *replica)
{
	mcha_request *request = mcha_replica_ask_beside(pool, item, replica, MCHA_VERB_GET);

	if (request) {
		request->want = MCHA_WANT_UNSEEN | MCHA_WANT_CAS;
		request->check = true;
		replica->check = request;
	}
}

static MCHA_SELDOM void compare_distrusted(mcha_pool *pool, mcha_item *item)
{
	size_t i;

	for (i = item->cursor; i < item->replica_count; i++) {
		mcha_replica *replica = &item->replicas[i];

		if (replica->role == MCHA_ROLE_PREVIOUS || !is_to_be_compared(pool, item, replica)) {
			continue;
		}
		if (replica->role == MCHA_ROLE_HOME) {
			ask_to_compare(pool, item, replica);
		} else if (!pool->nodes[replica->node]->distrusted) {
			ask_handoff(pool, item, replica);
		}
	}
}

/* --- one item --------------------------------------------------------------------------------- */

/* After a miss: all that are left. */
static MCHA_SELDOM void ask_rest(mcha_pool *pool, mcha_item *item, unsigned want, bool *skipped)
{
	const size_t requests = pool->requests.count;

	while (ask_next(pool, item, want, skipped)) {
	}
	if (requests == pool->requests.count && !*skipped && item->read.emptied
		&& !item->read.repeated) {
		ask_homes_again(pool, item, want);
	}
}

/* Which of the homes has missed a write is not known: all are asked at once, and the youngest copy
 * counts. */
static MCHA_SELDOM void ask_all_homes(mcha_pool *pool, mcha_item *item, unsigned want,
	bool *skipped)
{
	while (item->cursor < count_homes(pool) && ask_next(pool, item, want, skipped)) {
	}
}

bool mcha_get_ask(mcha_pool *pool, mcha_item *item, unsigned want)
{
	const size_t requests = pool->requests.count;
	bool first = item->cursor == 0, skipped = false;
	bool checks = first && want & MCHA_WANT_VALUE && mcha_replica_check_choose(pool, item);
	bool compares = first && want & MCHA_WANT_VALUE && pool->running.distrusting
		&& mcha_get_ask_repairs(pool);

	want |= pool->journal.is_behind ? MCHA_WANT_CAS : 0;
	if (pool->running.troubled && !pool->running.was_troubled) {
		find_handoff_nodes(pool, item, want);
	}
	if (!first || checks || compares) {
		/* the answer may have to be given to homes that lack the key */
		want |= mcha_targets_copying(pool);
		/* another host's write may come between the read and the repair of a doubted copy */
		want |= compares && mcha_journal_is_used(pool) ? MCHA_WANT_CAS : 0;
	}
	if (item->read.misses) {
		ask_rest(pool, item, want, &skipped);
	} else if ((!ask_next(pool, item, want, &skipped) || has_passed_homes(item)) && first) {
		ask_last_resort(pool, item, want | mcha_targets_copying(pool));
	}
	if (first && pool->journal.is_behind) {
		ask_all_homes(pool, item, want, &skipped);
	}
	if (checks) {
		mcha_replica_check_ask(pool, item);
	}
	if (compares) {
		compare_distrusted(pool, item);
	}
	return skipped || requests < pool->requests.count;
}

/* --- how many rounds are left ----------------------------------------------------------------- */

/* Mostly all previous homes are asked in one round; and what one of them has is to be given to the
 * homes in time, though another is silent. */
static size_t count_left(const mcha_pool *pool, const mcha_item *item)
{
	size_t limit = reach_of(pool, item), homes = mcha_pool_copies(pool);

	if (item->previous && limit == homes + item->previous) {
		return item->cursor <= homes ? homes + 1 - item->cursor : 1;
	}
	return limit > item->cursor ? limit - item->cursor : 0;
}

size_t mcha_get_ask_attempts(const mcha_pool *pool, const mcha_item *items, size_t count)
{
	size_t i, most = 0;

	for (i = 0; i < count; i++) {
		if (items[i].answer.status == MCHA_STATUS_PENDING) {
			/* this attempt, and the ones behind it */
			size_t left = count_left(pool, &items[i]) + 1;

			most = left > most ? left : most;
		}
	}
	return most;
}
