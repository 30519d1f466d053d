/* SPDX-License-Identifier: MIT */
/* Finds copies of a counter that may have begun anew, and copies that have yet to end, and gives
 * them the number of a copy that is right: the last step of counter_converge.c, which names the
 * reasons. */
#include "counter_copies.h"

/* --- which copy is right ---------------------------------------------------------------------- */

static bool is_initial(const mcha_counter *counter, const mcha_replica *replica)
{
	return counter->create && replica->request->reply.number == counter->initial;
}

static bool is_ending(const mcha_replica *replica)
{
	return mcha_counter_has_number(replica) && mcha_copy_is_expiring(replica->request->reply.ttl);
}

/* The first copy that goes on from the time before this operation; NULL: there is none. */
static mcha_replica *find_continued(const mcha_counter *counter)
{
	const mcha_item *item = counter->item;
	size_t i;

	for (i = 0; i < item->replica_count; i++) {
		mcha_replica *replica = &item->replicas[i];

		if (mcha_counter_has_number(replica) && !is_ending(replica)
			&& !is_initial(counter, replica)) {
			return replica;
		}
	}
	return NULL;
}

/* Seconds that are left of two copies' lives and cannot be so different by the clocks of their
 * servers, nor because one was refilled from the other. */
#define APART 3

/* The counter has ended on another node, and this copy was made since. */
static bool is_successor(const mcha_counter *counter, const mcha_replica *replica)
{
	const mcha_request *request = replica->request;

	return mcha_counter_has_number(replica) && !is_ending(replica) && request->reply.ttl >= 0
		&& (request->reply.ttl > APART || (request->create && is_initial(counter, replica)));
}

/* The counter's time is over on one node, and within a second on another one, where it still has
 * its old number: the copy that was made since is the counter. The first such copy; NULL: this is
 * not so. */
static mcha_replica *find_successor(const mcha_counter *counter)
{
	const mcha_item *item = counter->item;
	mcha_replica *successor = NULL;
	bool ending = false;
	size_t i;

	for (i = 0; i < item->replica_count; i++) {
		mcha_replica *replica = &item->replicas[i];

		ending = ending || is_ending(replica);
		if (!successor && is_successor(counter, replica)) {
			successor = replica;
		}
	}
	return ending ? successor : NULL;
}

/* --- which copies are suspects ---------------------------------------------------------------- */

#define SUSPECTS_MAX 16
/* of a copy that others go on counting: no other process knows that the copy began anew */
#define PURSUITS 16

typedef struct suspicion {
	const mcha_counter *counter;
	/* the round that gave homes which lack the counter a copy; NULL: there was none */
	const mcha_request *refills;
	mcha_replica *source; /* the copy that is right */
	bool has_successor;   /* a copy that is about to end has one */
	mcha_replica *suspects[SUSPECTS_MAX];
	size_t count;
	bool repaired; /* some suspect was given a number */
} suspicion;

/* So many clients are not all interrupted between two nodes for two round trips. */
#define INTERRUPTED 4

/* A copy that answered the initial value was made by this very operation. Of a counter that is new
 * everywhere, changes of other clients can be on their way to the copy: it is behind if it lacks
 * more than these. A copy that was given a number since is behind if it lacks any. */
static bool is_behind(const suspicion *s, uint64_t number, uint64_t source)
{
	if (s->counter->create && !s->repaired) {
		return number != source
			&& mcha_counter_distance(number, source) / INTERRUPTED >= s->counter->delta;
	}
	return mcha_counter_lacks_changes(s->counter, number, source);
}

static bool is_old(const suspicion *s, const mcha_replica *replica)
{
	return s->has_successor && is_ending(replica);
}

static bool has_begun_anew(const suspicion *s, const mcha_replica *replica)
{
	return mcha_counter_has_number(replica) && replica->request->create
		&& is_initial(s->counter, replica)
		&& is_behind(s, replica->request->reply.number, s->source->request->reply.number);
}

/* The refill came too late: another client had made the copy. */
static bool has_refused_refill(const suspicion *s, const mcha_replica *replica)
{
	const mcha_request *refill = s->refills;

	while (refill && refill->replica != replica) {
		refill = refill->later;
	}
	return refill && refill->reply.status == MCHA_STATUS_NOT_STORED;
}

/* Counted up, the copy would live on after the answer's. */
static bool is_left_behind(const suspicion *s, const mcha_replica *replica)
{
	return mcha_counter_is_far_behind(s->counter, replica)
		&& mcha_counter_outlives(replica->request->reply.ttl, s->counter->item->answer.ttl);
}

static bool is_suspect(const suspicion *s, const mcha_replica *replica)
{
	static bool (*const reasons[])(const suspicion *, const mcha_replica *) = {
		is_old, has_begun_anew, has_refused_refill, is_left_behind};
	size_t i;

	for (i = 0; replica != s->source && i < sizeof(reasons) / sizeof(reasons[0]); i++) {
		if (reasons[i](s, replica)) {
			return true;
		}
	}
	return false;
}

/* True: the copy that answered is among the suspects. */
static bool list_suspects(suspicion *s)
{
	const mcha_item *item = s->counter->item;
	bool has_answer = false;
	size_t i;

	for (i = 0; i < item->replica_count && s->count < SUSPECTS_MAX; i++) {
		mcha_replica *replica = &item->replicas[i];

		if (is_suspect(s, replica)) {
			has_answer = has_answer || replica->position == item->position;
			s->suspects[s->count++] = replica;
		}
	}
	return has_answer;
}

/* --- giving them the number of the source ----------------------------------------------------- */

/* The number of before, and as good as gone, while the source has more time before it than their
 * servers' clocks explain. */
static bool is_predecessor(const mcha_reply *reply, const mcha_reply *source)
{
	return mcha_copy_is_expiring(reply->ttl) && source->ttl >= reply->ttl + 2
		&& reply->number != source->number;
}

static void give_source(const suspicion *s, const mcha_request *look, const mcha_reply *source)
{
	const mcha_reply *reply = &look->reply;

	if (source->status == MCHA_STATUS_OK && !mcha_copy_is_expiring(source->ttl)
		&& reply->status == MCHA_STATUS_OK
		&& (is_predecessor(reply, source) || is_behind(s, reply->number, source->number))) {
		mcha_counter_copy_over(s->counter, look, source);
	}
}

/* Looks once more at the source, and then at the suspects: by now changes of other clients have
 * arrived everywhere, and a suspect that is still behind is given the source's number. True: none
 * was. One that was given a number is looked at again, as it may lack what others were counting
 * meanwhile. */
static bool repair_suspects(suspicion *s)
{
	mcha_pool *pool = s->counter->pool;
	const uint32_t repaired = pool->report.repaired;
	const mcha_request *looks, *look;
	size_t i;

	if (!mcha_pool_reserve(pool, s->count + 1)) {
		return true;
	}
	mcha_counter_look(s->counter, s->source);
	for (i = 0; i < s->count; i++) {
		mcha_counter_look(s->counter, s->suspects[i]);
	}
	looks = mcha_counter_run_looks(s->counter, 2);
	for (look = looks->later; look; look = look->later) {
		give_source(s, look, &looks->reply);
	}
	if (!mcha_counter_run_changes(s->counter)) {
		return true;
	}
	s->repaired = s->repaired || pool->report.repaired > repaired;
	return false;
}

void mcha_counter_converge_suspects(const mcha_counter *counter, const mcha_request *refills)
{
	mcha_replica *successor = find_successor(counter), *continued = find_continued(counter);
	suspicion s = {
		.counter = counter,
		.refills = refills,
		.source = continued ? continued : successor,
		.has_successor = successor != NULL,
	};
	bool has_answer;
	size_t attempt;

	if (!s.source) {
		return;
	}
	has_answer = list_suspects(&s);
	for (attempt = 0; s.count && attempt < PURSUITS; attempt++) {
		if (repair_suspects(&s)) {
			break;
		}
	}
	if (has_answer) {
		/* the counter goes on where the source was */
		mcha_counter_take_answer(counter->item, s.source);
	}
}
