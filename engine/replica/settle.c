/* SPDX-License-Identifier: MIT */
/* Settling, in three rounds: the old copies are looked at, the good ones read, and these put over
 * those, if they are still what was looked at: a value that was written meanwhile stays. */
#include "settle.h"
#include "engine/base/exptime.h"
#include "key_index.h"
#include "engine/base/version.h"

#include <stdlib.h>

#define SWEEP_AT_ONCE 64 /* debts that one operation settles for others */
#define SWEEP_EVERY MCHA_USEC_PER_SEC
#define NO_ITEM UINT32_MAX
/* One debt that is being settled. */
struct mcha_settlement {
	uint32_t item; /* whose operation waits for it; NO_ITEM: nobody's */
	uint16_t node; /* the debtor */
	long read;     /* request that reads the good copy; -1: none */
	long look;     /* request that looks at the old one; -1: none */
	long write;    /* request that settles; -1: none */
	mcha_usec looked; /* when that look was sent */
	bool is_probe; /* the debt cannot be paid yet: the node is only looked at, to find out whether it is back */
	mcha_debt debt;
};

typedef struct mcha_settlement settlement;

static void exclude(mcha_pool *pool, uint32_t item, uint16_t node, mcha_status status, bool deleted)
{
	if (item != NO_ITEM) {
		mcha_exclusion_add(pool, &(mcha_exclusion){.item = item, .node = node, .status = status,
			.deleted = deleted});
	}
}

static void add(mcha_pool *pool, uint32_t item, uint16_t node, const mcha_debt *debt, bool is_probe)
{
	if (pool->settlement_count == pool->settlement_capacity) {
		size_t capacity = pool->settlement_capacity ? pool->settlement_capacity * 2 : 16;
		settlement *grown = realloc(pool->settlements, capacity * sizeof(*grown));

		if (!grown) {
			exclude(pool, item, node, MCHA_STATUS_OWED, false);
			return;
		}
		pool->settlements = grown;
		pool->settlement_capacity = capacity;
	}
	pool->settlements[pool->settlement_count++] = (settlement){.item = item, .node = node,
		.read = -1, .look = -1, .write = -1, .looked = pool->now, .is_probe = is_probe, .debt = *debt};
}

/* --- what is due ------------------------------------------------------------------------------- */

/* So long after a server answers again, everything that it had received before has been carried out. */
#define STRAGGLERS (500 * MCHA_USEC_PER_MSEC)

static bool is_ripe(const mcha_pool *pool, const mcha_node *node, const mcha_debt *debt)
{
	return !debt->unsure || (pool->now - debt->unsure >= STRAGGLERS
		&& mcha_health_is_steady(node->health, pool->now, STRAGGLERS));
}

/* A write that began before this moment has ended. */
static mcha_usec oldest_write(const mcha_pool *pool)
{
	return pool->now - pool->settings.operation_timeout;
}

/* Somebody sees to it just now. */
static bool is_in_hands(const mcha_pool *pool, const mcha_debt *debt)
{
	mcha_debt mark;

	return debt->held || debt->until > pool->now || (debt->verb == MCHA_OWED_LOOSE
		&& mcha_owed_find_mark(pool->owed, debt->node, debt->key, debt->key_length, pool->owner, &mark))
		|| !mcha_owed_is_untried(debt, oldest_write(pool));
}

static bool is_up(const mcha_pool *pool, long node)
{
	return node >= 0
		&& mcha_health_look(pool->nodes[node]->health, pool->now).state == MCHA_HEALTH_UP;
}

/* A lock that was taken when the debt was made, for as long as this one, has ended by itself: where nobody can
 * be asked what is right, nothing need be put right either. */
static bool is_over(const mcha_pool *pool, const mcha_item *item, const mcha_debt *debt)
{
	return debt->fleeting && item->fleeting && item->exptime > 0 && item->exptime <= MCHA_EXPTIME_RELATIVE_MAX
		&& pool->now - mcha_owed_since(debt) > item->exptime * MCHA_USEC_PER_SEC
		&& !is_up(pool, mcha_pool_find(pool, debt->good));
}

/* What this pool has sent, and not heard of yet: whatever it asks the node now comes behind it. */
static bool is_own_mark(const mcha_pool *pool, uint16_t node, const mcha_debt *debt)
{
	return debt->owner && debt->owner == pool->owner && mcha_node_is_trailing(pool->nodes[node]);
}

/* Nothing is to be read there; a write goes there all the same, and is in doubt itself: see zone_write.h. */
static void heed(mcha_pool *pool, mcha_item *item, uint32_t index, uint16_t node,
		mcha_settle_for purpose, const mcha_debt *debt)
{
	if (purpose == MCHA_SETTLE_READING) {
		exclude(pool, index, node, MCHA_STATUS_OWED, !debt->good);
	} else {
		item->on_the_way |= debt->verb == MCHA_OWED_LOOSE ? UINT8_MAX : (uint8_t)(1u << debt->verb);
	}
}

/* Another one's write is on its way to the node. */
static void heed_mark(mcha_pool *pool, mcha_item *item, uint32_t index, uint16_t node,
		mcha_settle_for purpose)
{
	mcha_debt mark;

	if (!mcha_owed_find_mark(pool->owed, pool->nodes[node]->id, item->key, item->key_length,
			pool->owner, &mark)) {
		return;
	}
	heed(pool, item, index, node, purpose, &mark);
}

static void collect(mcha_pool *pool, mcha_item *item, uint32_t index, uint16_t node,
		mcha_settle_for purpose)
{
	mcha_debt debt;

	if (!mcha_owed_find(pool->owed, pool->nodes[node]->id, item->key, item->key_length, &debt)) {
		heed_mark(pool, item, index, node, purpose);
		return;
	}
	if (is_own_mark(pool, node, &debt)) {
		return;
	}
	if (debt.verb == MCHA_OWED_LOOSE && purpose != MCHA_SETTLE_REPLACING && !debt.held) {
		heed(pool, item, index, node, purpose, &debt);
		return;
	}
	if (debt.held || !is_ripe(pool, pool->nodes[node], &debt)) {
		exclude(pool, index, node, MCHA_STATUS_OWED, !debt.held && !debt.good);
		if (!debt.held && !is_up(pool, node)) {
			add(pool, NO_ITEM, node, &debt, true); /* no operation of this key would make a probe */
		}
	} else if (purpose == MCHA_SETTLE_REPLACING) {
		return; /* paid by what it is sent, if anything is: see mcha_account_try() */
	} else if (is_in_hands(pool, &debt)) {
		exclude(pool, index, node, MCHA_STATUS_OWED, false);
	} else if (!is_over(pool, item, &debt) || !mcha_owed_settle(pool->owed, &debt)) {
		add(pool, index, node, &debt, false);
	}
}

static void exclude_distrusted(mcha_pool *pool, const mcha_item *item, uint32_t index)
{
	const uint16_t *list = mcha_plan_list(pool, index);
	size_t i, count;

	/* they are the last ones, see plan.c */
	for (i = mcha_pool_copies(pool); i > 0 && mcha_plan_doubts(pool, item, list[i - 1]); i--) {
		count = pool->exclusion_count;
		exclude(pool, index, list[i - 1], MCHA_STATUS_OWED, false);
		if (count < pool->exclusion_count) {
			pool->exclusions[count].distrusted = true;
		}
	}
}

static void collect_items(mcha_pool *pool, mcha_item *items, size_t count,
		mcha_settle_for purpose)
{
	size_t i, j;

	for (i = 0; i < count; i++) {
		const uint16_t *list = mcha_plan_list(pool, i);

		if (items[i].answer.status != MCHA_STATUS_PENDING) {
			continue;
		}
		for (j = 0; j < items[i].candidate_count; j++) {
			if (mcha_owed_by(pool->nodes[list[j]]->health)) {
				collect(pool, &items[i], (uint32_t)i, list[j], purpose);
			}
		}
		if (pool->distrusting && purpose < MCHA_SETTLE_VOTING) {
			exclude_distrusted(pool, &items[i], (uint32_t)i);
		}
	}
}

static bool is_listed(const mcha_pool *pool, const mcha_item *item, size_t index, long node)
{
	const uint16_t *list = mcha_plan_list(pool, index);
	size_t i;

	for (i = 0; i < item->candidate_count; i++) {
		if (list[i] == node) {
			return true;
		}
	}
	return false;
}

/* The operation has seen to it already: it is among the settlements, or paid by what is written. */
static bool is_own(const mcha_pool *pool, const mcha_key_index *own, const mcha_debt *debt, long node)
{
	long item = mcha_key_index_find(own, debt->key, debt->key_length);

	return item >= 0 && is_listed(pool, &own->items[item], (size_t)item, node);
}

/* Some debts that nobody asks for now, of nodes that are back: other hosts read there too. Goes on
 * where the last sweep ended, so that debts that cannot be paid are not in the way of others. */
static void collect_others(mcha_pool *pool, const mcha_item *items, size_t count)
{
	size_t wanted = pool->settlement_count + SWEEP_AT_ONCE;
	mcha_key_index own;
	mcha_debt debt;

	if ((pool->swept_at && pool->now - pool->swept_at < SWEEP_EVERY)
		|| !mcha_key_index_init(&own, items, count)) {
		return;
	}
	pool->swept_at = pool->now;
	while (pool->settlement_count < wanted && mcha_owed_next(pool->owed, &pool->swept_to, &debt)) {
		long node = mcha_pool_find(pool, debt.node);

		if (!is_in_hands(pool, &debt) && is_up(pool, node) && is_ripe(pool, pool->nodes[node], &debt)
			&& (!debt.good || is_up(pool, mcha_pool_find(pool, debt.good)))
			&& !is_own(pool, &own, &debt, node)) {
			add(pool, NO_ITEM, (uint16_t)node, &debt, false);
		}
	}
	if (pool->settlement_count < wanted) {
		pool->swept_to = 0; /* the end of the table */
	}
	mcha_key_index_deinit(&own);
}

/* --- settling ---------------------------------------------------------------------------------- */

static mcha_request *request_about(mcha_pool *pool, const settlement *one, uint16_t node,
		mcha_verb verb)
{
	mcha_request *request = mcha_pool_request(pool, node);

	if (request) {
		request->verb = verb;
		request->key = one->debt.key;
		request->key_length = one->debt.key_length;
	}
	return request;
}

/* One who has come to owe the key himself since he was good is no source. (What he owed before was made
 * good by the write that he acknowledged. So of nodes that owe each other, the youngest debt is paid.) */
static bool is_source(mcha_pool *pool, const mcha_debt *debt, long node)
{
	mcha_debt own;

	return node >= 0 && mcha_pool_admit(pool, (uint16_t)node, false)
		&& !(mcha_owed_by(pool->nodes[node]->health) && mcha_owed_find(pool->owed, debt->good,
			debt->key, debt->key_length, &own) && !mcha_owed_is_older(&own, mcha_owed_since(debt)));
}

static long ask_about(mcha_pool *pool, const settlement *one, uint16_t node, uint8_t want)
{
	long at = (long)pool->request_count;
	mcha_request *request = request_about(pool, one, node, MCHA_VERB_GET);

	if (!request) {
		return -1;
	}
	request->want = want;
	return at;
}

static void look(mcha_pool *pool, settlement *one)
{
	one->looked = pool->now;
	one->look = ask_about(pool, one, one->node, pool->settings.versions
		? MCHA_WANT_CAS | MCHA_WANT_TTL | MCHA_WANT_IDLE | MCHA_WANT_UNSEEN
		: MCHA_WANT_CAS | MCHA_WANT_TTL);
}

static void read_good(mcha_pool *pool, settlement *one)
{
	long good = one->debt.good ? mcha_pool_find(pool, one->debt.good) : -1;

	if (is_source(pool, &one->debt, good)) {
		one->read = ask_about(pool, one, (uint16_t)good,
			MCHA_WANT_VALUE | mcha_plan_copying(pool));
	}
}

/* What goes over the old copy; NULL: it is to be deleted, or there is nothing. */
static const mcha_reply *good_copy(const mcha_pool *pool, const settlement *one)
{
	return one->read >= 0 && pool->requests[one->read].reply.status == MCHA_STATUS_OK
		? &pool->requests[one->read].reply : NULL;
}

static bool is_answered(const mcha_pool *pool, long at)
{
	return at >= 0 && mcha_status_is_answer(pool->requests[at].reply.status);
}

/* The good copy ends within a second, as the old one should: nothing is made from it any more. */
static bool is_ending(const mcha_pool *pool, const settlement *one)
{
	const mcha_reply *copy = good_copy(pool, one);

	return copy && mcha_plan_is_expiring(copy->ttl);
}

/* Whoever had the new value has it no more: expired, evicted, or lost by a restart. */
static bool is_lost(const mcha_pool *pool, const settlement *one)
{
	return one->debt.good && one->read >= 0
		&& pool->requests[one->read].reply.status == MCHA_STATUS_MISS;
}

/* renewing: the operation is going to make the key anew, so that even the last old copy may go. Of a lock
 * that was released no node may keep a copy. Of a value that has ended no node is to keep the one before it. */
static bool is_to_be_deleted(const mcha_pool *pool, const settlement *one, bool renewing)
{
	return !one->debt.good || is_ending(pool, one) || (is_lost(pool, one)
		&& (one->debt.fleeting || mcha_owed_has_ended(&one->debt, pool->now)
			|| (renewing && one->item != NO_ITEM)));
}

/* The clocks of two hosts that are kept by NTP differ by less. */
#define CLOCKS MCHA_USEC_PER_SEC

/* By what servers' clocks may be apart. (A touch that was missed leaves the same version with another life.) */
static bool live_alike(const mcha_reply *one, const mcha_reply *other)
{
	return one->ttl == other->ttl || (one->ttl >= 0 && other->ttl >= 0
		&& one->ttl <= other->ttl + 1 && other->ttl <= one->ttl + 1);
}

/* A server counts its time in whole seconds. */
#define TICK MCHA_USEC_PER_SEC

/* The moment, of this host's monotonic clock, at which a clock that is right gave the version. */
static mcha_usec time_of(mcha_pool *pool, uint64_t version)
{
	return mcha_version_time(version) - (mcha_plan_wall(pool) - pool->now);
}

/* By the server's own clock the debtor's copy was stored by this moment. (Who reads it makes it later than it was.) */
static mcha_usec stored_by(const settlement *one, const mcha_reply *copy)
{
	uint64_t idle = copy->number < INT32_MAX ? copy->number : INT32_MAX;

	return one->looked - (mcha_usec)idle * MCHA_USEC_PER_SEC + TICK;
}

/* The version is a time at which the copy can have been stored: not later than it was, and, unless it is known to have
 * been there by then, not while the debtor gave no answers. Else it comes from a clock that is ahead. */
static bool is_in_time(mcha_pool *pool, const settlement *one, const mcha_reply *copy)
{
	const mcha_usec back = mcha_health_back(pool->nodes[one->node]->health);
	const mcha_usec stored = stored_by(one, copy), time = time_of(pool, copy->cas);
	const bool was_away = mcha_owed_since(&one->debt) < back;

	return time <= stored + CLOCKS && !(was_away && time < back && stored > back);
}

/* Another host's write has reached the debtor after the one that is owed. Whatever was there when the debt was made is
 * stored_by() two ticks later at most, and its version, in time, no more than CLOCKS after that: it cannot be newer than
 * the good copy, whose version is at least of when the debt was made, by as much as is asked here. */
static bool is_later(mcha_pool *pool, const settlement *one, const mcha_reply *copy, uint64_t good)
{
	return mcha_version_time(copy->cas) > mcha_version_time(good) + CLOCKS + 2 * TICK
		&& is_in_time(pool, one, copy);
}

/* The debtor has what is owed, or something newer. Versions of registers are in order whatever the clocks say; elsewhere
 * the debt counts for more than a version that is ahead of its time. */
static bool is_newer_there(mcha_pool *pool, const settlement *one)
{
	const mcha_reply *copy = good_copy(pool, one), *there;
	uint64_t good = copy ? mcha_version_of(copy->cas) : 0;

	if (!good || one->look < 0 || pool->requests[one->look].reply.status != MCHA_STATUS_OK) {
		return false;
	}
	there = &pool->requests[one->look].reply;
	if (!mcha_version_is(there->cas)) {
		return false;
	}
	if (there->cas == good) {
		return live_alike(there, copy);
	}
	return mcha_plan_keeps_registers(pool)
		? mcha_plan_rank(pool, there->cas) > mcha_plan_rank(pool, good)
		: is_later(pool, one, there, good);
}

/* What was looked at must still be what is owed: a write that came to the node before the look, and is
 * about to pay the debt, has said so before it was sent, and may not have come to the good node when
 * that was read. */
static void write_over(mcha_pool *pool, settlement *one, bool renewing)
{
	bool delete = is_to_be_deleted(pool, one, renewing);
	const mcha_reply *copy = delete ? NULL : good_copy(pool, one);
	mcha_reply good = {.status = MCHA_STATUS_MISS}, old;
	mcha_request *request;

	if (!is_answered(pool, one->look) || one->is_probe
		|| (!delete && !copy) || is_newer_there(pool, one)
		|| !mcha_owed_is_untouched(pool->owed, &one->debt, oldest_write(pool))
		|| (!delete && mcha_plan_is_being_deleted(pool, one->debt.key, one->debt.key_length))) {
		return;
	}
	old = pool->requests[one->look].reply;
	if (copy) {
		good = *copy;
	}
	one->write = (long)pool->request_count;
	request = request_about(pool, one, one->node, delete ? MCHA_VERB_DELETE : MCHA_VERB_STORE);
	if (!request) {
		one->write = -1;
		return;
	}
	request->mode = old.status == MCHA_STATUS_MISS ? MCHA_MODE_ADD : MCHA_MODE_SET;
	request->want = delete ? 0 : MCHA_WANT_CAS;
	request->cas = old.cas;
	request->value = good.value;
	request->value_length = good.size;
	request->flags = good.flags;
	request->exptime = copy ? mcha_plan_exptime(pool, good.ttl) : 0;
	request->version = mcha_version_of(good.cas);
}

/* The key was missing here and has been given a copy, while a deletion of it was under way. */
static bool is_against_deletion(const mcha_pool *pool, const settlement *one)
{
	return one->write >= 0 && pool->requests[one->write].verb == MCHA_VERB_STORE
		&& pool->requests[one->write].mode == MCHA_MODE_ADD
		&& pool->requests[one->write].reply.status == MCHA_STATUS_OK
		&& mcha_plan_is_being_deleted(pool, one->debt.key, one->debt.key_length);
}

/* Without its CAS it is not known whether it is another client's by now: it is owed its deletion. */
static void owe_deletion(mcha_pool *pool, const settlement *one)
{
	const mcha_node *node = pool->nodes[one->node];

	mcha_owed_add(pool->owed, node->health, node->id, 0,
		one->debt.fleeting ? MCHA_OWED_FLEETING : 0, one->debt.key, one->debt.key_length, mcha_clock_now());
	exclude(pool, one->item, one->node, MCHA_STATUS_OWED, true);
}

static void take_back_deleted(mcha_pool *pool)
{
	size_t i, asked = pool->request_count;

	for (i = 0; i < pool->settlement_count; i++) {
		settlement *one = &pool->settlements[i];
		uint64_t cas;
		mcha_request *request;

		if (!is_against_deletion(pool, one)) {
			continue;
		}
		cas = pool->requests[one->write].reply.cas;
		one->write = -1;
		if (!cas) {
			owe_deletion(pool, one);
		} else if ((request = request_about(pool, one, one->node, MCHA_VERB_DELETE))) {
			request->cas = cas;
		}
	}
	if (asked < pool->request_count) {
		mcha_pool_run(pool, asked, mcha_plan_share(pool, 2));
	}
}

static bool has_nothing(const mcha_pool *pool, const settlement *one)
{
	return one->look >= 0 && pool->requests[one->look].reply.status == MCHA_STATUS_MISS;
}

/* The old copy is gone: replaced, deleted, removed by a server that cannot hold the new one, or
 * expired as the new one did. (If it was changed since it was looked at, whoever did that has
 * settled the debt himself.) */
static bool is_settled(mcha_pool *pool, const settlement *one)
{
	mcha_status status;

	if (one->write < 0) {
		return is_newer_there(pool, one) || (is_lost(pool, one) && has_nothing(pool, one));
	}
	status = pool->requests[one->write].reply.status;
	return status == MCHA_STATUS_OK || status == MCHA_STATUS_TOO_BIG
		|| status == MCHA_STATUS_NO_MEMORY
		|| (status == MCHA_STATUS_MISS && pool->requests[one->write].verb == MCHA_VERB_DELETE);
}

static bool still_owes(const mcha_pool *pool, const settlement *one)
{
	mcha_debt debt;

	return mcha_owed_find(pool->owed, one->debt.node, one->debt.key, one->debt.key_length, &debt);
}

/* What is said in the node's place where its debt could not be paid: a value that nobody has any more is
 * missing; one that cannot be had now is not, nor one that somebody else was at meanwhile. */
static mcha_status said_instead(const mcha_pool *pool, const settlement *one)
{
	return is_lost(pool, one) && mcha_owed_is_untouched(pool->owed, &one->debt,
		oldest_write(pool)) ? MCHA_STATUS_MISS
		: MCHA_STATUS_OWED;
}

static void conclude(mcha_pool *pool, const settlement *one)
{
	bool settled = is_settled(pool, one);
	mcha_status instead = said_instead(pool, one);

	if (settled) {
		mcha_owed_settle(pool->owed, &one->debt);
		pool->report.repaired += one->item != NO_ITEM;
	}
	/* Somebody else may have paid it, or renewed it. And a node that has nothing may say so where the good
	 * copy can be had: it was not given that one only because of a deletion under way. */
	if (one->item != NO_ITEM && (settled || !has_nothing(pool, one) || !good_copy(pool, one))
		&& still_owes(pool, one)) {
		exclude(pool, one->item, one->node, settled ? MCHA_STATUS_OWED : instead, false);
	}
}

static void settle_all(mcha_pool *pool, bool renewing)
{
	size_t i, read, written;

	for (i = 0; i < pool->settlement_count; i++) {
		/* a debtor that is not to be asked is not read either: its debt can wait */
		if (mcha_pool_admit(pool, pool->settlements[i].node, false)) {
			look(pool, &pool->settlements[i]);
		}
	}
	mcha_pool_run(pool, 0, mcha_plan_share(pool, 4));
	read = pool->request_count;
	for (i = 0; i < pool->settlement_count; i++) {
		settlement *one = &pool->settlements[i];

		if (is_answered(pool, one->look) && !one->is_probe) {
			read_good(pool, one);
		}
	}
	mcha_pool_run(pool, read, mcha_plan_share(pool, 3));
	written = pool->request_count;
	for (i = 0; i < pool->settlement_count; i++) {
		write_over(pool, &pool->settlements[i], renewing);
	}
	mcha_pool_run(pool, written, mcha_plan_share(pool, 2));
	take_back_deleted(pool);
	for (i = 0; i < pool->settlement_count; i++) {
		conclude(pool, &pool->settlements[i]);
	}
	mcha_plan_release(pool, 0);
	pool->request_count = 0;
}

void mcha_settle(mcha_pool *pool, mcha_item *items, size_t count, mcha_settle_for purpose)
{
	if (!pool->owing) {
		return;
	}
	pool->settlement_count = 0;
	collect_items(pool, items, count, purpose);
	collect_others(pool, items, count);
	if (pool->settlement_count) {
		settle_all(pool, purpose == MCHA_SETTLE_RENEWING);
	}
	mcha_exclusion_sort(pool);
}
