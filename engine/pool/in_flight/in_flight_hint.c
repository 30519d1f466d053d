/* SPDX-License-Identifier: MIT */
/* An in-flight hint is recorded before the caller gets its result, and cleared or confirmed when
 * the node has answered. */
#include "in_flight_hint.h"

#include <string.h>

#include "engine/base/random.h"

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

void mcha_in_flight_hint_complete(const mcha_in_flight *in_flight,
	const mcha_in_flight_request *one, mcha_usec now)
{
	is_as_expected(one) ? complete_acknowledged(in_flight, one, now)
						: complete_missed(in_flight, one, now);
}

void mcha_in_flight_hint_record(const mcha_in_flight *in_flight, const mcha_in_flight_batch *batch,
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
