/* SPDX-License-Identifier: MIT */
/* A trail's batches, each in one piece of memory: the requests, and behind them their keys and values. */
#include "trail.h"

#include <stdlib.h>
#include <string.h>

#include "engine/base/generation.h"

mcha_trail *mcha_trail_create(mcha_owed_table *owed, mcha_health *health, uint64_t node, uint64_t owner)
{
	mcha_trail *trail = calloc(1, sizeof(*trail));

	if (trail) {
		*trail = (mcha_trail){.owed = owed, .health = health, .node = node, .owner = owner,
			.generation = mcha_generation()};
	}
	return trail;
}

/* --- in the round ------------------------------------------------------------------------------ */

static size_t count_bytes(const mcha_request *queue, size_t *count)
{
	size_t bytes = sizeof(mcha_trail_batch);

	for (*count = 0; queue; queue = queue->next) {
		++*count;
		bytes += sizeof(mcha_trail_request) + queue->key_length + queue->value_length;
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

void mcha_trail_adopt(mcha_trail *trail, uint64_t owner)
{
	if (trail->generation != mcha_generation()) {
		mcha_trail_forget(trail);
	}
	trail->generation = mcha_generation();
	trail->owner = owner;
}

mcha_request *mcha_trail_take(mcha_trail *trail, const mcha_request *queue, const mcha_request *base,
		mcha_usec now, mcha_usec deadline)
{
	size_t count, bytes = count_bytes(queue, &count);
	mcha_trail_batch *batch;
	mcha_trail_request *one;
	char *place;

	if (trail->count + count > MCHA_TRAIL_REQUESTS || trail->bytes + bytes > MCHA_TRAIL_BYTES
		|| !(batch = malloc(bytes))) {
		return NULL;
	}
	*batch = (mcha_trail_batch){.started = now, .deadline = deadline, .bytes = bytes,
		.count = count};
	place = (char *)(batch->requests + count);
	for (one = batch->requests; queue; queue = queue->next, one++) {
		*one = (mcha_trail_request){.request = *queue, .origin = (uint32_t)(queue - base),
			.contended = queue->contended, .started = now};
		place = copy_bytes(place, &one->request.key, queue->key_length);
		place = copy_bytes(place, &one->request.value, queue->value_length);
		one->request.next = queue->next ? &one[1].request : NULL;
	}
	trail->current = batch;
	return &batch->requests[0].request;
}

static void give_answers(const mcha_trail_batch *batch, mcha_request *base)
{
	size_t i;

	for (i = 0; i < batch->count; i++) {
		base[batch->requests[i].origin].reply = batch->requests[i].request.reply;
	}
}

void mcha_trail_show(const mcha_trail *trail, mcha_request *base)
{
	give_answers(trail->current, base);
}

void mcha_trail_give(mcha_trail *trail, mcha_request *base)
{
	give_answers(trail->current, base);
	free(trail->current);
	trail->current = NULL;
}

void mcha_trail_leave(mcha_trail *trail, mcha_request *base)
{
	mcha_trail_batch *batch = trail->current;
	size_t i;

	give_answers(batch, base);
	for (i = 0; i < batch->count; i++) {
		mcha_reply *reply = &base[batch->requests[i].origin].reply;

		if (reply->status == MCHA_STATUS_PENDING) {
			reply->status = MCHA_STATUS_TRAILING;
			batch->requests[i].left = true;
		}
	}
	*(trail->first ? &trail->last->next : &trail->first) = batch;
	trail->last = batch;
	trail->current = NULL;
	trail->count += batch->count;
	trail->bytes += batch->bytes;
}

/* --- what is known of its outcome ------------------------------------------------------------------ */

/* The copy is what the write should have made of it. A count that began anew is not: the others went on. */
static bool is_as_wanted(const mcha_trail_request *one)
{
	const mcha_request *request = &one->request;

	if (request->verb == MCHA_VERB_DELETE && request->reply.status == MCHA_STATUS_MISS) {
		return true;
	}
	return request->reply.status == MCHA_STATUS_OK && !(request->create
		&& request->reply.number == request->initial && one->expected != request->initial);
}

static mcha_debt debt_of(const mcha_trail *trail, const mcha_trail_request *one)
{
	mcha_debt debt = {.node = trail->node, .good = one->good, .ends = one->ends,
		.owner = trail->owner, .verb = (uint8_t)one->request.verb, .key_length = one->request.key_length};

	memcpy(debt.key, one->request.key, debt.key_length);
	return debt;
}

static void add_debt(const mcha_trail *trail, const mcha_trail_request *one, bool sure, mcha_usec now)
{
	mcha_debt debt = debt_of(trail, one);

	debt.owner = 0;
	debt.verb = sure ? MCHA_OWED_LOOSE : 0;
	debt.unsure = sure ? 0 : now;
	debt.ends = sure ? 0 : one->ends; /* in doubt is also which value is there */
	mcha_owed_add_debt(trail->owed, trail->health, &debt, now);
}

/* Whatever the copy was before, it is as the others are. */
static bool is_replacing(const mcha_request *request)
{
	return request->verb == MCHA_VERB_DELETE
		|| (request->verb == MCHA_VERB_STORE && request->mode == MCHA_MODE_SET);
}

/* What others have written since came before or after this: only the good copy says. */
static void acknowledge(const mcha_trail *trail, const mcha_trail_request *one, mcha_usec now)
{
	mcha_debt older;

	if (one->contended) {
		if (!mcha_owed_call_in(trail->owed, &one->mark, true, now)) {
			add_debt(trail, one, true, now);
		}
	} else if (!mcha_owed_forgive(trail->owed, &one->mark)
		&& !mcha_owed_is_owners(trail->owed, &one->mark, trail->owner)) {
		add_debt(trail, one, true, now);
	} else if (mcha_owed_by(trail->health) && is_replacing(&one->request)
		&& mcha_owed_find(trail->owed, trail->node, one->request.key, one->request.key_length, &older)
		&& mcha_owed_is_older(&older, one->started)) {
		mcha_owed_settle(trail->owed, &older);
	}
}

static void call_in(const mcha_trail *trail, const mcha_trail_request *one, mcha_usec now)
{
	bool sure = mcha_status_is_answer(one->request.reply.status)
		|| mcha_status_is_unsent(one->request.reply.status);

	if (!mcha_owed_call_in(trail->owed, &one->mark, sure, now)) {
		add_debt(trail, one, sure, now);
	}
}

static void conclude(const mcha_trail *trail, const mcha_trail_request *one, mcha_usec now)
{
	is_as_wanted(one) ? acknowledge(trail, one, now) : call_in(trail, one, now);
}

void mcha_trail_note(mcha_trail *trail, const mcha_trail_batch *batch, mcha_trail_request *one,
		bool is_sent, mcha_usec now)
{
	mcha_debt debt = debt_of(trail, one);

	if (one->request.reply.status != MCHA_STATUS_PENDING && is_as_wanted(one) && !one->contended) {
		return; /* in the meantime */
	}
	debt.unsure = now;
	debt.until = is_sent ? batch->deadline : 0;
	one->mark = mcha_owed_note(trail->owed, trail->health, &debt, now);
}

static void end_batch(mcha_trail *trail, mcha_trail_batch *batch, bool is_sent, mcha_usec now)
{
	size_t i;

	for (i = 0; i < batch->count; i++) {
		if (batch->requests[i].left) {
			batch->requests[i].good = trail->node; /* which is no source for itself: see settle.c */
			mcha_trail_note(trail, batch, &batch->requests[i], is_sent, now);
		}
	}
	batch->noted = true;
}

void mcha_trail_end(mcha_trail *trail, bool is_sent, mcha_usec now)
{
	mcha_trail_batch *batch;

	for (batch = trail->first; batch; batch = batch->next) {
		if (!batch->noted) {
			end_batch(trail, batch, is_sent, now);
		}
	}
}

static bool is_answered(const mcha_trail_batch *batch)
{
	return batch->requests[batch->count - 1].request.reply.status != MCHA_STATUS_PENDING;
}

static void shift(mcha_trail *trail)
{
	mcha_trail_batch *batch = trail->first;

	trail->first = batch->next;
	trail->count -= batch->count;
	trail->bytes -= batch->bytes;
	free(batch);
}

/* But for those of which the round, or whoever noted the others, has seen the answer. */
static mcha_status conclude_all(const mcha_trail *trail, mcha_trail_batch *batch, mcha_usec now)
{
	mcha_status fault = MCHA_STATUS_OK;
	size_t i;

	for (i = 0; i < batch->count; i++) {
		const mcha_trail_request *one = &batch->requests[i];
		mcha_status status = one->request.reply.status;

		if (fault == MCHA_STATUS_OK && !mcha_status_is_answer(status)) {
			fault = status;
		}
		if (one->mark.state) {
			conclude(trail, one, now);
		}
	}
	return fault;
}

mcha_status mcha_trail_close(mcha_trail *trail, mcha_usec now)
{
	mcha_status fault = MCHA_STATUS_OK;

	while (trail->first && trail->first->noted && is_answered(trail->first)) {
		mcha_status status = conclude_all(trail, trail->first, now);

		fault = fault == MCHA_STATUS_OK ? status : fault;
		shift(trail);
	}
	return fault;
}

void mcha_trail_drop(mcha_trail *trail, mcha_usec now)
{
	mcha_trail_batch *batch;

	for (batch = trail->first; batch; batch = batch->next) {
		size_t i;

		for (i = 0; i < batch->count; i++) {
			if (batch->requests[i].request.reply.status == MCHA_STATUS_PENDING) {
				batch->requests[i].request.reply.status = MCHA_STATUS_CLOSED;
			}
		}
	}
	mcha_trail_close(trail, now);
}

void mcha_trail_recover(mcha_trail *trail)
{
	mcha_trail_batch *batch;

	free(trail->current);
	trail->current = NULL;
	for (batch = trail->first; batch; batch = batch->next) {
		batch->noted = true;
	}
}

void mcha_trail_forget(mcha_trail *trail)
{
	free(trail->current);
	trail->current = NULL;
	while (trail->first) {
		shift(trail);
	}
}

void mcha_trail_destroy(mcha_trail *trail, mcha_usec now)
{
	if (trail) {
		if (trail->generation == mcha_generation()) {
			mcha_trail_drop(trail, now);
		}
		mcha_trail_forget(trail);
		free(trail);
	}
}
