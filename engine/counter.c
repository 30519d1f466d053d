/* SPDX-License-Identifier: MIT */
/* Counters: every copy is asked for the same change at once, the authority's answer is the answer.
 *
 *   no copy has the key                  each makes it with the first number, if one is given, in the
 *                                        same round: of clients that come together, every copy has
 *                                        one create and the others count, in whatever order
 *   a copy that had no such key          is refilled from one that had (repair.c)
 *   a copy that was down lately and      is brought up to the answer, by compare-and-swap on what it
 *   counts from a much older number      answered: if anyone counted there meanwhile, it is left to
 *                                        the next operation
 *   a copy that differs a little after   both are looked at once more: if neither has moved since, it
 *   some home was down lately            goes to where the furthest of them is; if one has, the next
 *                                        operation looks again
 *   a copy that may have begun anew      (it answered the first number and others another one, or it
 *                                        would not be refilled) is asked once more, and brought up if
 *                                        it is still behind
 *
 * Other differences are other clients' changes on their way (each server sees concurrent changes in
 * its own order) and are left alone. A node that failed lately may be empty: it is not asked to make
 * a counter that others may have. */
#include "account.h"
#include "copies.h"
#include "previous.h"
#include "quorum.h"
#include "repair.h"
#include "settle.h"
#include "zone_write.h"

#include <string.h>

#define ATTEMPTS 3

typedef struct count_change {
	uint64_t delta;
	bool decrement;
	bool create;
	uint64_t initial;
} count_change;

static void ask_copies(mcha_pool *pool, mcha_item *item, const count_change *change)
{
	mcha_copies copies = {.verb = MCHA_VERB_COUNT, .want = MCHA_WANT_CAS, .delta = change->delta,
		.decrement = change->decrement};
	size_t i;

	mcha_copies_ask(pool, item, 0, &copies);
	for (i = 0; change->create && !item->found && i < pool->request_count; i++) {
		mcha_request *request = &pool->requests[i];

		if (request->verb == MCHA_VERB_COUNT && !mcha_pool_failed_lately(pool, request->node)) {
			request->create = true;
			request->initial = change->initial;
		}
	}
	mcha_zone_write_run(pool, item, 1, 0, MCHA_VERB_COUNT, mcha_plan_share(pool, 2));
}

static bool is_copy(const mcha_request *request)
{
	return request->verb == MCHA_VERB_COUNT;
}

static void take_answer(mcha_item *item, const mcha_request *request)
{
	item->answer.number = request->reply.number;
	item->answer.ttl = request->reply.ttl;
	item->position = request->position;
}

/* The answer is that of the first home node, in order, that had the counter. */
static void fold(mcha_pool *pool, mcha_item *item)
{
	size_t i;

	for (i = 0; i < pool->request_count; i++) {
		const mcha_request *request = &pool->requests[i];

		if (!is_copy(request)) {
			continue;
		}
		if (request->reply.status == MCHA_STATUS_OK) {
			if (item->changed++ == 0) {
				take_answer(item, request);
			}
			item->acknowledged++;
		} else if (request->reply.status == MCHA_STATUS_MISS) {
			item->acknowledged++;
			mcha_plan_note_miss(pool, item, request->node);
		} else if (request->reply.status != MCHA_STATUS_TRAILING) {
			mcha_plan_fault(item, request->reply.status);
		}
		item->first_home_acked = item->first_home_acked
			|| (request->position == 0 && mcha_status_is_answer(request->reply.status)
				&& request->reply.status != MCHA_STATUS_TRAILING);
	}
}

/* A copy that lacks fewer than this many changes is waiting for them: other clients may have been
 * interrupted between two nodes, and bringing it up would count theirs twice. */
#define ON_THEIR_WAY 16

static uint64_t distance(uint64_t a, uint64_t b)
{
	return a > b ? a - b : b - a;
}

static bool is_far(uint64_t a, uint64_t b, const count_change *change)
{
	return a != b && distance(a, b) / ON_THEIR_WAY >= change->delta;
}

static bool lags(const mcha_pool *pool, const mcha_item *item, const mcha_request *request,
		const count_change *change)
{
	uint64_t number = request->reply.number, truth = item->answer.number;

	return is_copy(request) && request->reply.status == MCHA_STATUS_OK
		&& (change->decrement ? number > truth : number < truth) && is_far(number, truth, change)
		&& request->reply.cas && mcha_pool_failed_lately(pool, request->node);
}

static void lift(mcha_pool *pool, mcha_item *item, size_t asked, const count_change *change)
{
	const bool decrement = change->decrement;
	size_t i;

	for (i = 0; pool->troubled && i < asked; i++) {
		const mcha_request *behind = &pool->requests[i];
		uint64_t cas = behind->reply.cas, number = behind->reply.number;
		mcha_request *request;

		if (!lags(pool, item, behind, change)) {
			continue;
		}
		request = mcha_plan_request(pool, item, 0, behind->node, behind->position,
			MCHA_VERB_COUNT);
		if (request) {
			request->cas = cas;
			request->decrement = decrement;
			request->delta = decrement ? number - item->answer.number
				: item->answer.number - number;
		}
	}
	if (asked < pool->request_count) {
		mcha_pool_run(pool, asked, mcha_plan_share(pool, 1));
		for (i = asked; i < pool->request_count; i++) {
			pool->report.repaired += pool->requests[i].reply.status == MCHA_STATUS_OK;
		}
	}
}

/* --- copies that differ a little ----------------------------------------------------------------- */

static mcha_request *ask_number(mcha_pool *pool, mcha_item *item, uint16_t node, uint16_t position)
{
	mcha_request *request = mcha_plan_request(pool, item, 0, node, position, MCHA_VERB_COUNT);

	if (request) {
		request->want = MCHA_WANT_CAS;
	}
	return request;
}

/* Close to the answer, but another number. */
static bool differs(const mcha_item *item, const mcha_request *request, const count_change *change)
{
	return is_copy(request) && request->reply.status == MCHA_STATUS_OK
		&& request->reply.number != item->answer.number
		&& !is_far(request->reply.number, item->answer.number, change);
}

/* The authority's number is there, and what it was when it answered. */
static bool is_unmoved(const mcha_pool *pool, size_t first, const mcha_item *item)
{
	return pool->requests[first].reply.status == MCHA_STATUS_OK
		&& pool->requests[first].reply.number == item->answer.number;
}

/* A look at the authority first, then at those that differ from it; each look's source is the request
 * that it repeats. */
static bool look_again(mcha_pool *pool, mcha_item *item, size_t asked, const count_change *change)
{
	size_t i, first = pool->request_count;

	for (i = 0; i < asked; i++) {
		mcha_request *request;

		if (!differs(item, &pool->requests[i], change)) {
			continue;
		}
		if (first == pool->request_count && !ask_number(pool, item,
				mcha_plan_list(pool, 0)[item->position], (uint16_t)item->position)) {
			return false;
		}
		if ((request = ask_number(pool, item, pool->requests[i].node, pool->requests[i].position))) {
			request->source = (uint16_t)i;
		}
	}
	if (first < pool->request_count) {
		mcha_pool_run(pool, first, mcha_plan_share(pool, 2));
	}
	return first < pool->request_count && is_unmoved(pool, first, item);
}

/* Neither has moved between the two looks. */
static bool is_stable(const mcha_pool *pool, const mcha_request *look)
{
	return look->reply.status == MCHA_STATUS_OK
		&& look->reply.number == pool->requests[look->source].reply.number;
}

/* The number that has most of the changes: none that was acknowledged is lost. */
static uint64_t find_furthest(const mcha_pool *pool, size_t first, size_t end, bool decrement)
{
	uint64_t furthest = pool->requests[first].reply.number;
	size_t i;

	for (i = first + 1; i < end; i++) {
		uint64_t number = pool->requests[i].reply.number;

		if (is_stable(pool, &pool->requests[i])
			&& (decrement ? number < furthest : number > furthest)) {
			furthest = number;
		}
	}
	return furthest;
}

static void put_level(mcha_pool *pool, mcha_item *item, size_t look, uint64_t number)
{
	mcha_reply seen = pool->requests[look].reply;
	mcha_request *request;

	if (seen.number != number && seen.cas && (request = ask_number(pool, item, pool->requests[look].node,
			pool->requests[look].position))) {
		request->cas = seen.cas;
		request->decrement = seen.number > number;
		request->delta = distance(seen.number, number);
	}
}

static void level(mcha_pool *pool, mcha_item *item, size_t asked, const count_change *change)
{
	size_t i, first = pool->request_count, looked;
	uint64_t number;

	if (!mcha_plan_has_handoffs(pool, item, 0) || !look_again(pool, item, asked, change)) {
		return;
	}
	looked = pool->request_count;
	number = find_furthest(pool, first, looked, change->decrement);
	for (i = first; i < looked; i++) {
		if (i == first || is_stable(pool, &pool->requests[i])) {
			put_level(pool, item, i, number);
		}
	}
	mcha_pool_run(pool, looked, mcha_plan_share(pool, 1));
	for (i = looked; i < pool->request_count; i++) {
		if (pool->requests[i].reply.status == MCHA_STATUS_OK) {
			pool->report.repaired++;
			if (pool->requests[i].position == item->position) {
				item->answer.number = number; /* the authority lacked changes of others */
			}
		}
	}
}

/* --- copies that may have begun anew ------------------------------------------------------------ */

static bool has_number(const mcha_request *request)
{
	return is_copy(request) && request->reply.status == MCHA_STATUS_OK;
}

/* The first copy whose number is not just the initial one; -1: there is none. */
static long find_continued(const mcha_pool *pool, size_t asked, const count_change *change)
{
	size_t i;

	for (i = 0; i < asked; i++) {
		if (has_number(&pool->requests[i])
			&& !(change->create && pool->requests[i].reply.number == change->initial)) {
			return (long)i;
		}
	}
	return -1;
}

/* A refill that came too late: somebody else had made the copy. */
static bool was_refused(const mcha_pool *pool, size_t asked, const mcha_request *gap)
{
	size_t i;

	for (i = asked; i < pool->request_count; i++) {
		if (pool->requests[i].verb == MCHA_VERB_STORE && pool->requests[i].node == gap->node) {
			return pool->requests[i].reply.status == MCHA_STATUS_NOT_STORED;
		}
	}
	return false;
}

/* A copy that answered the first number was made by this very operation. Of a counter that is new
 * everywhere, others' changes can be on their way to it; so many clients are not all interrupted between
 * two nodes, and for two round trips. */
#define INTERRUPTED 4

static bool is_behind(uint64_t number, uint64_t truth, const count_change *change, bool lifted)
{
	if (change->create && !lifted) {
		return number != truth && distance(number, truth) / INTERRUPTED >= change->delta;
	}
	return change->decrement ? number > truth : number < truth;
}

/* continued: the number of a copy that certainly did not begin anew. */
static bool is_suspect(const mcha_pool *pool, size_t asked, const mcha_request *request,
		uint64_t continued, const count_change *change)
{
	if (!is_copy(request) || !mcha_plan_is_home(pool, request->position)) {
		return false;
	}
	return request->reply.status == MCHA_STATUS_MISS ? was_refused(pool, asked, request)
		: request->reply.status == MCHA_STATUS_OK && request->create
			&& request->reply.number == change->initial
			&& is_behind(request->reply.number, continued, change, false);
}

/* The numbers once more, the continued copy's first: by now other clients' changes have arrived
 * everywhere, and who is still behind is brought up. True: nobody was. A copy that was lifted is looked at
 * again: what others were counting meanwhile may be missing in it. */
static bool bring_up(mcha_pool *pool, mcha_item *item, const uint16_t *nodes, size_t count,
		const count_change *change, bool *lifted)
{
	size_t i, first = pool->request_count, second;
	uint64_t truth;

	for (i = 0; i < count; i++) {
		if (!ask_number(pool, item, nodes[i], 0)) {
			return true;
		}
	}
	second = pool->request_count;
	mcha_pool_run(pool, first, mcha_plan_share(pool, 2));
	if (pool->requests[first].reply.status != MCHA_STATUS_OK) {
		return true;
	}
	truth = pool->requests[first].reply.number;
	for (i = first + 1; i < second; i++) {
		mcha_reply behind = pool->requests[i].reply;
		mcha_request *request;

		if (behind.status == MCHA_STATUS_OK && is_behind(behind.number, truth, change, *lifted)
			&& (request = ask_number(pool, item, pool->requests[i].node, 0))) {
			request->cas = behind.cas;
			request->decrement = behind.number > truth;
			request->delta = behind.number > truth ? behind.number - truth
				: truth - behind.number;
		}
	}
	mcha_pool_run(pool, second, mcha_plan_share(pool, 1));
	for (i = second; i < pool->request_count; i++) {
		pool->report.repaired += pool->requests[i].reply.status == MCHA_STATUS_OK;
		*lifted = *lifted || pool->requests[i].reply.status == MCHA_STATUS_OK;
	}
	return second == pool->request_count;
}

#define SUSPECTS_MAX 16
#define PURSUITS 16 /* of a copy that others go on counting: nobody else knows that it began anew */

static void bring_up_suspects(mcha_pool *pool, mcha_item *item, size_t asked, const count_change *change)
{
	uint16_t nodes[SUSPECTS_MAX + 1];
	const uint64_t answer = item->answer.number;
	size_t i, count = 1, attempt;
	bool first_suspect = false, lifted = false;
	long continued = find_continued(pool, asked, change);

	if (continued < 0) {
		return;
	}
	nodes[0] = pool->requests[continued].node;
	for (i = 0; i < asked && count <= SUSPECTS_MAX; i++) {
		if ((long)i != continued && is_suspect(pool, asked, &pool->requests[i],
				pool->requests[continued].reply.number, change)) {
			first_suspect = first_suspect || pool->requests[i].position == item->position;
			nodes[count++] = pool->requests[i].node;
		}
	}
	for (attempt = 0; count > 1 && attempt < PURSUITS; attempt++) {
		if (bring_up(pool, item, nodes, count, change, &lifted)) {
			break;
		}
	}
	/* the authority had begun anew: the counter goes on where the other copy was */
	item->answer.number = first_suspect ? pool->requests[continued].reply.number : answer;
}

/* Where copies failed, others may have counted without those that answered. False: without all of them. */
static bool stands(mcha_pool *pool, mcha_item *item)
{
	const mcha_request *valid;

	if (pool->report.failed_count == 0) {
		return true;
	}
	valid = mcha_account_find_valid(pool, item, 0, MCHA_VERB_COUNT);
	if (!valid) {
		mcha_plan_fault(item, MCHA_STATUS_OWED);
		item->answer.status = MCHA_STATUS_OWED;
		return false;
	}
	take_answer(item, valid);
	return true;
}

static void count_copies(mcha_pool *pool, mcha_item *item, const count_change *change)
{
	mcha_status verdict;
	size_t asked;

	mcha_settle(pool, item, 1, MCHA_SETTLE_KEEPING);
	mcha_previous_bring(pool, item, 1);
	ask_copies(pool, item, change);
	asked = pool->request_count;
	fold(pool, item);
	verdict = mcha_plan_verdict(pool, item);
	item->answer.status = verdict == MCHA_STATUS_OK && !item->changed ? mcha_plan_absent(item) : verdict;
	if (!item->changed) {
		return;
	}
	mcha_account_write(pool, item, MCHA_VERB_COUNT);
	if (!stands(pool, item)) {
		return;
	}
	mcha_copies_sweep(pool, item, 1, MCHA_VERB_COUNT);
	lift(pool, item, asked, change);
	level(pool, item, asked, change);
	mcha_repair_unchanged(pool, item, 1);
	bring_up_suspects(pool, item, asked, change);
}

static mcha_status count_once(mcha_pool *pool, mcha_item *item, const count_change *change)
{
	mcha_pool_enter(pool);
	mcha_plan(pool, item, 1);
	mcha_quorum_clear(pool, item, 1);
	mcha_plan_versions(pool, item, 1);
	if (item->answer.status == MCHA_STATUS_PENDING) {
		count_copies(pool, item, change);
		mcha_zone_write_note(pool, item, MCHA_VERB_COUNT);
	}
	mcha_plan_report(pool, item, 1);
	mcha_pool_leave(pool);
	return item->answer.status;
}

/* A question asked anew: what an earlier attempt left in the item is forgotten. */
static mcha_item fresh(const mcha_item *item)
{
	return (mcha_item){.key = item->key, .key_length = item->key_length,
		.hash_key = item->hash_key, .hash_length = item->hash_length, .value = item->value,
		.value_length = item->value_length, .flags = item->flags, .exptime = item->exptime};
}

void mcha_count(mcha_pool *pool, mcha_item *item, uint64_t delta, bool decrement)
{
	count_change change = {delta, decrement, item->value_length > 0, mcha_plan_number(item)};
	const mcha_item question = fresh(item);
	int attempt;

	for (attempt = 0; attempt < ATTEMPTS; attempt++) {
		*item = question;
		if (count_once(pool, item, &change) != MCHA_STATUS_MISS || !item->value_length) {
			break;
		}
		pool->until = pool->deadline; /* one clock for all attempts */
		*item = question;
		mcha_decide(pool, item, MCHA_MODE_ADD);
		if (item->answer.status != MCHA_STATUS_NOT_STORED) {
			item->answer.number = mcha_plan_number(item);
			break;
		}
	}
	pool->until = 0;
}
