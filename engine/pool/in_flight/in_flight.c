/* SPDX-License-Identifier: MIT */
/* Each batch is one piece of memory: the requests, and behind them their keys and values. */
#include "in_flight.h"

#include <stdlib.h>
#include <string.h>

#include "engine/base/fork_generation.h"
#include "in_flight_hint.h"

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

/* --- outside of rounds ------------------------------------------------------------------------ */

static void describe_batch(mcha_in_flight *in_flight, mcha_in_flight_batch *batch, mcha_usec now,
	mcha_in_flight_describe describe, void *context)
{
	size_t i;

	for (i = 0; i < batch->count; i++) {
		mcha_in_flight_request *one = &batch->requests[i];

		if (one->left && one->request.replica) {
			describe(context, one);
			mcha_in_flight_hint_record(in_flight, batch, one, now);
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
			mcha_in_flight_hint_record(in_flight, batch, &batch->requests[i], now);
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
			mcha_in_flight_hint_complete(in_flight, one, now);
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
