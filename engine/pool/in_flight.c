/* SPDX-License-Identifier: MIT */
/* Each batch is one piece of memory: the requests, and behind them their keys and values. */
#include "in_flight.h"

#include <stdlib.h>
#include <string.h>

#include "engine/base/fork_generation.h"
#include "engine/base/random.h"

mcha_in_flight *mcha_in_flight_create(mcha_hint_table *hints, mcha_health *health, uint64_t node,
	uint64_t owner)
{
	mcha_in_flight *in_flight = calloc(1, sizeof(*in_flight));

	if (in_flight) {
		*in_flight = (mcha_in_flight){
			.hints = hints,
			.health = health,
			.node = node,
			.owner = owner,
			.generation = mcha_fork_generation(),
		};
	}
	return in_flight;
}

/* --- in the round ----------------------------------------------------------------------------- */

static size_t count_bytes(const mcha_request *queue, size_t *count)
{
	size_t bytes = sizeof(mcha_in_flight_batch);

	for (*count = 0; queue; queue = queue->next) {
		++*count;
		bytes += sizeof(mcha_in_flight_request) + queue->key_length + queue->value_length;
	}
	return bytes;
}

static char *copy_bytes(char *place, const char **bytes, size_t length)
{
	if (length) {
		memcpy(place, *bytes, length);
	}
	*bytes = place;
	return place + length;
}

void mcha_in_flight_adopt(mcha_in_flight *in_flight, uint64_t owner)
{
	if (in_flight->generation != mcha_fork_generation()) {
		mcha_in_flight_forget(in_flight);
	}
	in_flight->generation = mcha_fork_generation();
	in_flight->owner = owner;
}

mcha_request *mcha_in_flight_begin(mcha_in_flight *in_flight, mcha_request *queue, mcha_usec now,
	mcha_usec deadline)
{
	size_t count, bytes = count_bytes(queue, &count);
	mcha_in_flight_batch *batch;
	mcha_in_flight_request *one;
	char *place;

	if (in_flight->count + count > MCHA_IN_FLIGHT_REQUESTS
		|| in_flight->bytes + bytes > MCHA_IN_FLIGHT_BYTES || !(batch = malloc(bytes))) {
		return NULL;
	}
	*batch = (mcha_in_flight_batch){
		.started = now,
		.deadline = deadline,
		.bytes = bytes,
		.count = count,
	};
	place = (char *)(batch->requests + count);
	for (one = batch->requests; queue; queue = queue->next, one++) {
		*one = (mcha_in_flight_request){
			.request = *queue,
			.origin = queue,
			.reordered = queue->reordered,
			.started = now,
		};
		place = copy_bytes(place, &one->request.key, queue->key_length);
		place = copy_bytes(place, &one->request.value, queue->value_length);
		one->request.next = queue->next ? &one[1].request : NULL;
	}
	in_flight->current = batch;
	return &batch->requests[0].request;
}

static void copy_answers(const mcha_in_flight_batch *batch)
{
	size_t i;

	for (i = 0; i < batch->count; i++) {
		batch->requests[i].origin->reply = batch->requests[i].request.reply;
	}
}

void mcha_in_flight_show(const mcha_in_flight *in_flight)
{
	copy_answers(in_flight->current);
}

void mcha_in_flight_answer(mcha_in_flight *in_flight)
{
	copy_answers(in_flight->current);
	free(in_flight->current);
	in_flight->current = NULL;
}

void mcha_in_flight_detach(mcha_in_flight *in_flight)
{
	mcha_in_flight_batch *batch = in_flight->current;
	size_t i;

	copy_answers(batch);
	for (i = 0; i < batch->count; i++) {
		mcha_reply *reply = &batch->requests[i].origin->reply;

		if (reply->status == MCHA_STATUS_PENDING) {
			reply->status = MCHA_STATUS_IN_FLIGHT;
			batch->requests[i].left = true;
		}
	}
	*(in_flight->first ? &in_flight->last->next : &in_flight->first) = batch;
	in_flight->last = batch;
	in_flight->current = NULL;
	in_flight->count += batch->count;
	in_flight->bytes += batch->bytes;
}

/* --- outcomes --------------------------------------------------------------------------------- */

/* The write had the same result here as at the other nodes. A counter that this node created anew
 * differs from the counters of the other nodes, which went on counting. */
static bool is_as_expected(const mcha_in_flight_request *one)
{
	const mcha_request *request = &one->request;

	if (request->verb == MCHA_VERB_DELETE && request->reply.status == MCHA_STATUS_MISS) {
		return true;
	}
	return request->reply.status == MCHA_STATUS_OK
		&& !(request->create && request->reply.number == request->initial
			&& one->expected != request->initial);
}

static mcha_hint make_hint(const mcha_in_flight *in_flight, const mcha_in_flight_request *one)
{
	mcha_hint hint = {
		.node = in_flight->node,
		.source = one->source,
		.ends = one->ends,
		.owner = in_flight->owner,
		.verb = (uint8_t)one->request.verb,
		.key_length = one->request.key_length,
	};

	memcpy(hint.key, one->request.key, hint.key_length);
	return hint;
}

static void insert_hint(const mcha_in_flight *in_flight, const mcha_in_flight_request *one,
	bool determinate, uint64_t mark, mcha_usec now)
{
	mcha_hint hint = make_hint(in_flight, one);

	hint.owner = 0;
	hint.mark = mark;
	hint.verb = determinate ? MCHA_HINT_VERB_REORDERED : 0;
	hint.indeterminate = determinate ? 0 : now;
	/* a reordered hint: which value the node has is not known */
	hint.ends = determinate ? 0 : one->ends;
	mcha_hints_insert(in_flight->hints, in_flight->health, &hint, now);
}

/* The write makes the copy equal to the other ones, whatever it was before. */
static bool is_replacing(const mcha_request *request)
{
	return request->verb == MCHA_VERB_DELETE
		|| (request->verb == MCHA_VERB_STORE && request->mode == MCHA_MODE_SET);
}

/* The node has acknowledged the write. If another process wrote the key meanwhile, the node may
 * have received the two writes in either order: then the write gets a reordered hint, and replay
 * takes the source's copy. */
static void complete_acknowledged(const mcha_in_flight *in_flight,
	const mcha_in_flight_request *one, mcha_usec now)
{
	mcha_hint older;

	if (one->reordered) {
		if (!mcha_hints_confirm_missed(in_flight->hints, &one->hint, true, 0, now)) {
			insert_hint(in_flight, one, true, 0, now);
		}
	} else if (!mcha_hints_clear_in_flight(in_flight->hints, &one->hint)
		&& !mcha_hints_is_owners(in_flight->hints, &one->hint, in_flight->owner)) {
		insert_hint(in_flight, one, true, 0, now);
	} else if (mcha_hints_count(in_flight->health) && is_replacing(&one->request)
		&& mcha_hints_find(in_flight->hints, in_flight->node, one->request.key,
			one->request.key_length, &older)
		&& mcha_hints_is_older(&older, one->started)) {
		mcha_hints_clear(in_flight->hints, &older);
	}
}

/* The journal gets a record of the missed write within an interval: no operation waits for it that
 * could put it there. Returns the record's mark. */
static uint64_t tell_other_hosts(const mcha_in_flight *in_flight, const mcha_in_flight_request *one,
	bool determinate, mcha_usec now)
{
	mcha_journal_table *journal = mcha_hints_journal(in_flight->hints);
	mcha_journal_record record = {
		.key = mcha_compact_key(one->request.key, one->request.key_length),
		.node = in_flight->node,
	};

	if (journal) {
		record.mark = mcha_journal_mark(journal,
			determinate ? MCHA_MARK_MISSED : MCHA_MARK_MISSED_SENT,
			mcha_mix64((uint64_t)now ^ in_flight->owner));
		mcha_journal_add(journal, &record);
	}
	return record.mark;
}

static void complete_missed(const mcha_in_flight *in_flight, const mcha_in_flight_request *one,
	mcha_usec now)
{
	bool determinate = mcha_status_is_answer(one->request.reply.status)
		|| mcha_status_is_unsent(one->request.reply.status);

	uint64_t mark = tell_other_hosts(in_flight, one, determinate, now);

	if (!mcha_hints_confirm_missed(in_flight->hints, &one->hint, determinate, mark, now)) {
		insert_hint(in_flight, one, determinate, mark, now);
	}
}

static void complete_request(const mcha_in_flight *in_flight, const mcha_in_flight_request *one,
	mcha_usec now)
{
	is_as_expected(one) ? complete_acknowledged(in_flight, one, now)
						: complete_missed(in_flight, one, now);
}

/* A write that was not sent yet may be until its time is over, and then it overwrites what the node
 * has been given meanwhile. */
static void record_request(mcha_in_flight *in_flight, const mcha_in_flight_batch *batch,
	mcha_in_flight_request *one, mcha_usec now)
{
	mcha_hint hint = make_hint(in_flight, one);

	if (one->request.reply.status != MCHA_STATUS_PENDING && is_as_expected(one)
		&& !one->reordered) {
		return; /* acknowledged in the meantime */
	}
	hint.indeterminate = now;
	hint.until = batch->deadline;
	one->hint = mcha_hints_begin(in_flight->hints, in_flight->health, &hint, now);
}

static void describe_batch(mcha_in_flight *in_flight, mcha_in_flight_batch *batch, mcha_usec now,
	mcha_in_flight_describe describe, void *context)
{
	size_t i;

	for (i = 0; i < batch->count; i++) {
		mcha_in_flight_request *one = &batch->requests[i];

		if (one->left && one->request.replica) {
			describe(context, one);
			record_request(in_flight, batch, one, now);
		}
	}
	batch->noted = true;
}

void mcha_in_flight_record(mcha_in_flight *in_flight, mcha_verb verb, mcha_usec now,
	mcha_in_flight_describe describe, void *context)
{
	mcha_in_flight_batch *batch;

	for (batch = in_flight->first; batch; batch = batch->next) {
		if (!batch->noted && batch->requests[0].request.verb == verb) {
			describe_batch(in_flight, batch, now, describe, context);
		}
	}
}

static void record_batch(mcha_in_flight *in_flight, mcha_in_flight_batch *batch, mcha_usec now)
{
	size_t i;

	for (i = 0; i < batch->count; i++) {
		if (batch->requests[i].left) {
			/* a node is no source for itself: see hint_replay.c */
			batch->requests[i].source = in_flight->node;
			record_request(in_flight, batch, &batch->requests[i], now);
		}
	}
	batch->noted = true;
}

void mcha_in_flight_finish(mcha_in_flight *in_flight, mcha_usec now)
{
	mcha_in_flight_batch *batch;

	for (batch = in_flight->first; batch; batch = batch->next) {
		if (!batch->noted) {
			record_batch(in_flight, batch, now);
		}
	}
}

static bool is_answered(const mcha_in_flight_batch *batch)
{
	return batch->requests[batch->count - 1].request.reply.status != MCHA_STATUS_PENDING;
}

static void remove_first_batch(mcha_in_flight *in_flight)
{
	mcha_in_flight_batch *batch = in_flight->first;

	in_flight->first = batch->next;
	in_flight->count -= batch->count;
	in_flight->bytes -= batch->bytes;
	free(batch);
}

/* Skips requests without an in-flight hint: the operation has seen their answers. */
static mcha_status complete_batch(const mcha_in_flight *in_flight, mcha_in_flight_batch *batch,
	mcha_usec now)
{
	mcha_status fault = MCHA_STATUS_OK;
	size_t i;

	for (i = 0; i < batch->count; i++) {
		const mcha_in_flight_request *one = &batch->requests[i];
		mcha_status status = one->request.reply.status;

		if (fault == MCHA_STATUS_OK && !mcha_status_is_answer(status)) {
			fault = status;
		}
		if (one->hint.state) {
			complete_request(in_flight, one, now);
		}
	}
	return fault;
}

mcha_status mcha_in_flight_complete(mcha_in_flight *in_flight, mcha_usec now)
{
	mcha_status fault = MCHA_STATUS_OK;

	while (in_flight->first && in_flight->first->noted && is_answered(in_flight->first)) {
		mcha_status status = complete_batch(in_flight, in_flight->first, now);

		fault = fault == MCHA_STATUS_OK ? status : fault;
		remove_first_batch(in_flight);
	}
	return fault;
}

void mcha_in_flight_drop(mcha_in_flight *in_flight, mcha_usec now)
{
	mcha_in_flight_batch *batch;

	for (batch = in_flight->first; batch; batch = batch->next) {
		size_t i;

		for (i = 0; i < batch->count; i++) {
			if (batch->requests[i].request.reply.status == MCHA_STATUS_PENDING) {
				batch->requests[i].request.reply.status = MCHA_STATUS_CLOSED;
			}
		}
	}
	mcha_in_flight_complete(in_flight, now);
}

void mcha_in_flight_recover(mcha_in_flight *in_flight)
{
	mcha_in_flight_batch *batch;

	free(in_flight->current);
	in_flight->current = NULL;
	for (batch = in_flight->first; batch; batch = batch->next) {
		batch->noted = true;
	}
}

void mcha_in_flight_forget(mcha_in_flight *in_flight)
{
	free(in_flight->current);
	in_flight->current = NULL;
	while (in_flight->first) {
		remove_first_batch(in_flight);
	}
}

void mcha_in_flight_destroy(mcha_in_flight *in_flight, mcha_usec now)
{
	if (in_flight) {
		if (in_flight->generation == mcha_fork_generation()) {
			mcha_in_flight_drop(in_flight, now);
		}
		mcha_in_flight_forget(in_flight);
		free(in_flight);
	}
}
