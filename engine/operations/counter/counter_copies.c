/* SPDX-License-Identifier: MIT */
/* Looks at the copies of a counter, and gives one copy the number of another one. Whether a copy is
 * to be given a number is decided by counter_converge.c. */
#include "counter_copies.h"

#include "engine/replica/put.h"

/* --- what answers tell ------------------------------------------------------------------------ */

/* A copy that lacks fewer changes than this may be about to get them: other clients may have been
 * interrupted between two nodes, and a copy that is given the number of another one would count
 * their changes twice. */
#define CHANGES_ON_THE_WAY 16

bool mcha_counter_is_far(const mcha_counter *counter, uint64_t a, uint64_t b)
{
	return a != b && mcha_counter_distance(a, b) / CHANGES_ON_THE_WAY >= counter->delta;
}

bool mcha_counter_is_far_behind(const mcha_counter *counter, const mcha_replica *replica)
{
	const uint64_t answer = counter->item->answer.number;
	const mcha_reply *reply;

	if (!counter->pool->running.troubled || !mcha_counter_has_number(replica)) {
		return false;
	}
	reply = &replica->request->reply;
	return reply->cas && mcha_counter_lacks_changes(counter, reply->number, answer)
		&& mcha_counter_is_far(counter, reply->number, answer)
		&& mcha_replica_may_lack(counter->pool, replica);
}

bool mcha_counter_outlives(int64_t ttl, int64_t source)
{
	return source >= 0 && (ttl == MCHA_TTL_NONE || ttl > source + 1);
}

/* --- looking at a copy ------------------------------------------------------------------------ */

mcha_request *mcha_counter_look(const mcha_counter *counter, mcha_replica *replica)
{
	mcha_request *request = mcha_replica_ask_beside(counter->pool, counter->item, replica,
		MCHA_VERB_GET);

	if (request) {
		request->want = MCHA_WANT_VALUE | MCHA_WANT_CAS | MCHA_WANT_TTL;
	}
	return request;
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

mcha_request *mcha_counter_run_looks(const mcha_counter *counter, size_t attempts)
{
	mcha_request *round = mcha_pool_run(counter->pool, mcha_targets_share(counter->pool, attempts));
	mcha_request *look;

	for (look = round; look; look = look->later) {
		if (look->reply.status == MCHA_STATUS_OK) {
			read_number(&look->reply);
		}
	}
	return round;
}

/* --- giving a copy another one's number ------------------------------------------------------- */

void mcha_counter_count_to(const mcha_counter *counter, mcha_replica *replica, uint64_t seen,
	uint64_t number, uint64_t cas)
{
	mcha_request *request = mcha_replica_ask_beside(counter->pool, counter->item, replica,
		MCHA_VERB_COUNT);

	if (request) {
		request->cas = cas;
		request->decrement = seen > number;
		request->delta = mcha_counter_distance(seen, number);
	}
}

/* Where the server keeps no CAS (memcached -C), or the protocol tells no lives, nothing can be put
 * over the copy that was seen: the difference is counted, whatever the node has by now. */
static void count_and_touch(const mcha_counter *counter, const mcha_request *look,
	const mcha_reply *source)
{
	mcha_request *request;

	mcha_counter_count_to(counter, look->replica, look->reply.number, source->number, 0);
	if (source->ttl == MCHA_TTL_UNKNOWN) {
		return;
	}
	request = mcha_replica_ask_beside(counter->pool, counter->item, look->replica, MCHA_VERB_TOUCH);
	if (request) {
		request->exptime = mcha_copy_exptime(counter->pool, source->ttl);
	}
}

/* A copy that began anew has a whole life before it, so it is given the life of its source, too.
 * (memcached's own "ma" leaves the life of a number as it is.) */
void mcha_counter_copy_over(const mcha_counter *counter, const mcha_request *look,
	const mcha_reply *source)
{
	mcha_item *item = counter->item;
	mcha_reply copy = *source;
	mcha_request *request;

	if (!look->reply.cas || source->ttl == MCHA_TTL_UNKNOWN) {
		count_and_touch(counter, look, source);
		return;
	}
	copy.cas = item->write.version; /* as in all requests of the operation that change a copy */
	request = mcha_put_over(counter->pool,
		&(mcha_put){
			.node = look->node,
			.key = item->key,
			.key_length = (uint16_t)item->key_length,
			.value = &copy,
			.exptime = mcha_copy_exptime(counter->pool, source->ttl),
			.cas = look->reply.cas,
		});
	if (request) {
		request->item = item;
		request->replica = look->replica;
	}
}

mcha_request *mcha_counter_run_changes(const mcha_counter *counter)
{
	mcha_pool *pool = counter->pool;
	mcha_request *round = mcha_pool_has_round(pool)
		? mcha_pool_run(pool, mcha_targets_share(pool, 1))
		: NULL;
	const mcha_request *request;

	for (request = round; request; request = request->later) {
		pool->report.repaired += request->reply.status == MCHA_STATUS_OK
			&& request->verb != MCHA_VERB_TOUCH;
	}
	return round;
}
