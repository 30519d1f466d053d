/* SPDX-License-Identifier: MIT */
/* Copies of a counter that differ, found in the answers to one increment, and put right:
 *
 *   a copy that was down lately and      is brought up to the answer, by compare-and-swap on what it
 *   counts from a much older number      answered: if anyone counted there meanwhile, it is left to
 *                                        the next operation
 *   a copy that differs a little after   both are looked at once more: if neither has moved since, it
 *   some home was down lately            goes to where the furthest of them is; if one has, the next
 *                                        operation looks again
 *   a copy that may have begun anew      (it answered the first number and others another one, or it
 *                                        would not be refilled) is asked once more, and brought up if
 *                                        it is still behind
 *   a copy that is about to end while    the counter's time is over: servers' clocks tick up to a second
 *   another one has been made since      apart. The new one is the counter, and its number the answer; the
 *                                        old one is given that number and that life
 *
 * Who is given another copy's number is given no longer life than that copy has: a counter ends when its time is over,
 * however often it is counted. A copy that is about to end gives its number to no other.
 *
 * Other differences are other clients' changes on their way (each server sees concurrent changes in
 * its own order) and are left alone. */
#include "counter_copies.h"

#include "engine/replica/read_repair.h"

static bool has_number(const mcha_request *request)
{
	return mcha_counter_is_copy(request) && request->reply.status == MCHA_STATUS_OK;
}

/* A copy that lacks fewer than this many changes is waiting for them: other clients may have been
 * interrupted between two nodes, and bringing it up would count theirs twice. */
#define ON_THEIR_WAY 16

static uint64_t distance(uint64_t a, uint64_t b)
{
	return a > b ? a - b : b - a;
}

static bool is_far(uint64_t a, uint64_t b, const mcha_count_change *change)
{
	return a != b && distance(a, b) / ON_THEIR_WAY >= change->delta;
}

static bool lags(const mcha_pool *pool, const mcha_item *item, const mcha_request *request,
		const mcha_count_change *change)
{
	uint64_t number = request->reply.number, truth = item->answer.number;

	return mcha_counter_is_copy(request) && request->reply.status == MCHA_STATUS_OK
		&& (change->decrement ? number > truth : number < truth) && is_far(number, truth, change)
		&& request->reply.cas && mcha_pool_failed_lately(pool, request->node);
}

/* --- giving a copy another one's number -------------------------------------------------------- */

/* A copy once more, whole: its number, and what has to be known to give it to another node. */
static bool look_at(mcha_pool *pool, mcha_item *item, uint16_t node, uint16_t position)
{
	mcha_request *request = mcha_targets_request(pool, item, 0, node, position, MCHA_VERB_GET);

	if (request) {
		request->want = MCHA_WANT_VALUE | MCHA_WANT_CAS | MCHA_WANT_TTL;
	}
	return request != NULL;
}

/* A server leaves blanks where a number has become shorter. */
static void read_number(mcha_reply *reply)
{
	size_t i;

	reply->number = 0;
	for (i = 0; i < reply->size && reply->value[i] >= '0' && reply->value[i] <= '9'; i++) {
		reply->number = reply->number * 10 + (uint64_t)(reply->value[i] - '0');
	}
	if (i == 0) {
		reply->status = MCHA_STATUS_NOT_NUMERIC;
	}
}

static void run_looks(mcha_pool *pool, size_t first, size_t attempts)
{
	size_t i;

	mcha_pool_run(pool, first, mcha_targets_share(pool, attempts));
	for (i = first; i < pool->request_count; i++) {
		if (pool->requests[i].reply.status == MCHA_STATUS_OK) {
			read_number(&pool->requests[i].reply);
		}
	}
}

/* cas: of what was seen; 0: whatever is there is counted. */
static void count_to(mcha_pool *pool, mcha_item *item, const mcha_request *seen, uint64_t number, uint64_t cas)
{
	const mcha_request copy = *seen; /* the array moves when it grows */
	mcha_request *request = mcha_targets_request(pool, item, 0, copy.node, copy.position,
		MCHA_VERB_COUNT);

	if (request) {
		request->cas = cas;
		request->decrement = copy.reply.number > number;
		request->delta = distance(copy.reply.number, number);
	}
}

/* Where a server keeps no CAS, or the protocol cannot count over one or tells no lives, the difference is counted. */
static void count_and_touch(mcha_pool *pool, mcha_item *item, size_t look, const mcha_reply *source)
{
	const uint16_t node = pool->requests[look].node, position = pool->requests[look].position;
	mcha_request *request;

	count_to(pool, item, &pool->requests[look], source->number, 0);
	if (source->ttl != MCHA_TTL_UNKNOWN && (request = mcha_targets_request(pool, item, 0, node,
			position, MCHA_VERB_TOUCH))) {
		request->exptime = mcha_copy_exptime(pool, source->ttl);
	}
}

/* The number with the life that it has there: a copy that began anew has a whole life before it. (memcached's own
 * "ma" changes no life of a number that it makes a new item for.) */
static void copy_over(mcha_pool *pool, mcha_item *item, size_t look, size_t from)
{
	const mcha_reply source = pool->requests[from].reply;
	const mcha_request seen = pool->requests[look];
	mcha_request *request;

	if (!seen.reply.cas || source.ttl == MCHA_TTL_UNKNOWN) {
		count_and_touch(pool, item, look, &source);
		return;
	}
	request = mcha_targets_request(pool, item, 0, seen.node, seen.position, MCHA_VERB_STORE);
	if (request) {
		request->cas = seen.reply.cas;
		request->value = source.value;
		request->value_length = source.size;
		request->flags = source.flags;
		request->exptime = mcha_copy_exptime(pool, source.ttl);
	}
}

/* By more than their servers' clocks may be apart. */
static bool outlives(int64_t ttl, int64_t source)
{
	return source >= 0 && (ttl == MCHA_TTL_NONE || ttl > source + 1);
}

/* True: some copy was given the number. */
static bool run_changes(mcha_pool *pool, size_t first)
{
	uint32_t repaired = pool->report.repaired;
	size_t i;

	mcha_pool_run(pool, first, mcha_targets_share(pool, 1));
	for (i = first; i < pool->request_count; i++) {
		pool->report.repaired += pool->requests[i].reply.status == MCHA_STATUS_OK
			&& pool->requests[i].verb != MCHA_VERB_TOUCH;
	}
	return pool->report.repaired > repaired;
}

/* One that would outlive the answer's copy is given the life, too: see is_too_far_behind(). */
static void lift(mcha_pool *pool, mcha_item *item, size_t asked, const mcha_count_change *change)
{
	size_t i, first = pool->request_count;

	if (!pool->troubled || mcha_copy_is_expiring(item->answer.ttl)) {
		return;
	}
	for (i = 0; i < asked; i++) {
		if (lags(pool, item, &pool->requests[i], change)
			&& !outlives(pool->requests[i].reply.ttl, item->answer.ttl)) {
			count_to(pool, item, &pool->requests[i], item->answer.number,
				pool->requests[i].reply.cas);
		}
	}
	if (first < pool->request_count) {
		run_changes(pool, first);
	}
}

/* --- copies that differ a little ----------------------------------------------------------------- */

/* Close to the answer, but another number. */
static bool differs(const mcha_item *item, const mcha_request *request, const mcha_count_change *change)
{
	return mcha_counter_is_copy(request) && request->reply.status == MCHA_STATUS_OK
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
static bool look_again(mcha_pool *pool, mcha_item *item, size_t asked, const mcha_count_change *change)
{
	size_t i, first = pool->request_count;

	for (i = 0; i < asked; i++) {
		if (!differs(item, &pool->requests[i], change)) {
			continue;
		}
		if (first == pool->request_count && !look_at(pool, item,
				mcha_targets_list(pool, 0)[item->position], (uint16_t)item->position)) {
			return false;
		}
		if (look_at(pool, item, pool->requests[i].node, pool->requests[i].position)) {
			pool->requests[pool->request_count - 1].source = (uint16_t)i;
		}
	}
	if (first < pool->request_count) {
		run_looks(pool, first, 2);
	}
	return first < pool->request_count && is_unmoved(pool, first, item);
}

/* Neither has moved between the two looks. One that is about to end says nothing. */
static bool is_stable(const mcha_pool *pool, const mcha_request *look)
{
	return look->reply.status == MCHA_STATUS_OK && !mcha_copy_is_expiring(look->reply.ttl)
		&& look->reply.number == pool->requests[look->source].reply.number;
}

/* The look whose number has most of the changes: none that was acknowledged is lost. */
static size_t find_furthest(const mcha_pool *pool, size_t first, size_t end, bool decrement)
{
	size_t i, furthest = first;

	for (i = first + 1; i < end; i++) {
		uint64_t number = pool->requests[i].reply.number, best = pool->requests[furthest].reply.number;

		if (is_stable(pool, &pool->requests[i]) && (decrement ? number < best : number > best)) {
			furthest = i;
		}
	}
	return furthest;
}

static void put_level(mcha_pool *pool, mcha_item *item, size_t look, size_t furthest)
{
	const mcha_reply *seen = &pool->requests[look].reply, *source = &pool->requests[furthest].reply;

	if (seen->number == source->number || !seen->cas) {
		return;
	}
	if (outlives(seen->ttl, source->ttl)) {
		copy_over(pool, item, look, furthest);
	} else {
		count_to(pool, item, &pool->requests[look], source->number, seen->cas);
	}
}

static void level(mcha_pool *pool, mcha_item *item, size_t asked, const mcha_count_change *change)
{
	size_t i, first = pool->request_count, looked, furthest;

	if (!mcha_targets_has_handoffs(pool, item, 0) || mcha_copy_is_expiring(item->answer.ttl)
		|| !look_again(pool, item, asked, change)) {
		return;
	}
	looked = pool->request_count;
	furthest = find_furthest(pool, first, looked, change->decrement);
	for (i = first; i < looked; i++) {
		if (i == first || is_stable(pool, &pool->requests[i])) {
			put_level(pool, item, i, furthest);
		}
	}
	run_changes(pool, looked);
	for (i = looked; i < pool->request_count; i++) {
		if (pool->requests[i].reply.status == MCHA_STATUS_OK
			&& pool->requests[i].position == item->position) {
			/* the authority lacked changes of others */
			item->answer.number = pool->requests[furthest].reply.number;
		}
	}
}

/* --- copies that may have begun anew, and copies that have yet to end ------------------------------- */

static bool is_first_number(const mcha_request *request, const mcha_count_change *change)
{
	return change->create && request->reply.number == change->initial;
}

static bool is_ending(const mcha_request *request)
{
	return has_number(request) && mcha_copy_is_expiring(request->reply.ttl);
}

/* The first copy that goes on from the time before this operation; -1: there is none. */
static long find_continued(const mcha_pool *pool, size_t asked, const mcha_count_change *change)
{
	size_t i;

	for (i = 0; i < asked; i++) {
		if (has_number(&pool->requests[i]) && !is_ending(&pool->requests[i])
			&& !is_first_number(&pool->requests[i], change)) {
			return (long)i;
		}
	}
	return -1;
}

/* Seconds that are left of two copies' lives and cannot be so different by the clocks of their servers, nor because
 * one was refilled from the other. */
#define APART 3

/* The counter has ended on another node, where this copy was made since. */
static bool is_successor(const mcha_request *request, const mcha_count_change *change)
{
	return has_number(request) && !is_ending(request) && request->reply.ttl >= 0
		&& (request->reply.ttl > APART || (request->create && is_first_number(request, change)));
}

/* The counter's time is over on one node, and within a second on another one, where it still has its old number: the
 * copy that was made since is the counter. The first such; -1: this is not so. */
static long find_successor(const mcha_pool *pool, size_t asked, const mcha_count_change *change)
{
	long successor = -1;
	bool ending = false;
	size_t i;

	for (i = 0; i < asked; i++) {
		const mcha_request *request = &pool->requests[i];

		ending = ending || is_ending(request);
		if (successor < 0 && is_successor(request, change)) {
			successor = (long)i;
		}
	}
	return ending ? successor : -1;
}

/* A refill that came too late: another client had made the copy. */
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

static bool is_behind(uint64_t number, uint64_t truth, const mcha_count_change *change, bool lifted)
{
	if (change->create && !lifted) {
		return number != truth && distance(number, truth) / INTERRUPTED >= change->delta;
	}
	return change->decrement ? number > truth : number < truth;
}

/* truth: the number of a copy that certainly did not begin anew. */
static bool is_suspect(const mcha_pool *pool, size_t asked, const mcha_request *request,
		uint64_t truth, const mcha_count_change *change)
{
	if (!mcha_counter_is_copy(request) || !mcha_targets_is_home(pool, request->position)) {
		return false;
	}
	return request->reply.status == MCHA_STATUS_MISS ? was_refused(pool, asked, request)
		: request->reply.status == MCHA_STATUS_OK && request->create
			&& is_first_number(request, change)
			&& is_behind(request->reply.number, truth, change, false);
}

/* A copy that lags, and lives longer than the answer's. */
static bool is_too_far_behind(const mcha_pool *pool, const mcha_item *item, const mcha_request *request,
		const mcha_count_change *change)
{
	return pool->troubled && lags(pool, item, request, change)
		&& outlives(request->reply.ttl, item->answer.ttl);
}

/* The old number, and as good as gone, while the other copy has more time before it than their clocks explain. */
static bool is_old(const mcha_reply *reply, const mcha_reply *truth)
{
	return mcha_copy_is_expiring(reply->ttl) && truth->ttl >= reply->ttl + 2
		&& reply->number != truth->number;
}

/* The numbers once more, that of the copy which is right first: by now other clients' changes have arrived
 * everywhere, and who is still behind is brought up. True: no copy was. A copy that was lifted is looked at
 * again: what others were counting meanwhile may be missing in it. */
static bool bring_up(mcha_pool *pool, mcha_item *item, const uint16_t *nodes, size_t count,
		const mcha_count_change *change, bool *lifted)
{
	size_t i, first = pool->request_count, second;
	const mcha_reply *truth;

	for (i = 0; i < count; i++) {
		if (!look_at(pool, item, nodes[i], 0)) {
			return true;
		}
	}
	second = pool->request_count;
	run_looks(pool, first, 2);
	for (i = first + 1; i < second; i++) {
		const mcha_reply *behind = &pool->requests[i].reply;

		truth = &pool->requests[first].reply;
		if (truth->status == MCHA_STATUS_OK && !mcha_copy_is_expiring(truth->ttl)
			&& behind->status == MCHA_STATUS_OK && (is_old(behind, truth)
			|| is_behind(behind->number, truth->number, change, *lifted))) {
			copy_over(pool, item, i, first);
		}
	}
	if (second == pool->request_count) {
		return true;
	}
	*lifted = run_changes(pool, second) || *lifted;
	return false;
}

#define SUSPECTS_MAX 16
#define PURSUITS 16 /* of a copy that others go on counting: no other process knows that it began anew */

/* The answer is that of the copy which is right, if the first one in order was not. */
static void bring_up_suspects(mcha_pool *pool, mcha_item *item, size_t asked, const mcha_count_change *change)
{
	uint16_t nodes[SUSPECTS_MAX + 1];
	const long continued = find_continued(pool, asked, change);
	const long successor = find_successor(pool, asked, change);
	const long right = continued >= 0 ? continued : successor;
	mcha_request truth;
	size_t i, count = 1, attempt;
	bool first_suspect = false, lifted = false;

	if (right < 0) {
		return;
	}
	truth = pool->requests[right];
	nodes[0] = truth.node;
	for (i = 0; i < asked && count <= SUSPECTS_MAX; i++) {
		const mcha_request *request = &pool->requests[i];

		if ((long)i != right && ((successor >= 0 && is_ending(request))
				|| is_suspect(pool, asked, request, truth.reply.number, change)
				|| is_too_far_behind(pool, item, request, change))) {
			first_suspect = first_suspect || request->position == item->position;
			nodes[count++] = request->node;
		}
	}
	for (attempt = 0; count > 1 && attempt < PURSUITS; attempt++) {
		if (bring_up(pool, item, nodes, count, change, &lifted)) {
			break;
		}
	}
	if (first_suspect) {
		mcha_counter_take_answer(item, &truth); /* the counter goes on where the other copy was */
	}
}

/* The counter's time is limited, and the protocol does not tell how much of it is left: a copy that is missing, or
 * has begun anew, may have ended, and one that is made from another would outlive it. */
static bool is_untold_end(const mcha_item *item, const mcha_count_change *change)
{
	return change->create && item->exptime && item->answer.ttl == MCHA_TTL_UNKNOWN;
}

void mcha_counter_mend(mcha_pool *pool, mcha_item *item, size_t asked, const mcha_count_change *change)
{
	lift(pool, item, asked, change);
	level(pool, item, asked, change);
	if (!is_untold_end(item, change)) {
		mcha_read_repair_unchanged(pool, item, 1);
		bring_up_suspects(pool, item, asked, change);
	}
	mcha_targets_release(pool, asked);
}
