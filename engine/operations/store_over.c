/* SPDX-License-Identifier: MIT */
/* A write over what the caller has read, and over nothing else.
 *
 *   the caller has a token   compare-and-swap, decided by the authority as any other
 *   the key was absent       add
 *   neither fits             the value that is there now is read and compared byte by byte: a value
 *                            that is as the caller has read it, or is already what the caller
 *                            writes, may be written over
 *
 * The last is for all that makes a token void and is no other client's write: the authority has
 * failed since, or was refilled; the token is a handoff node's; the server keeps none; the answer
 * to this caller's own write was lost. */
#include "operations.h"
#include "engine/replica/targets.h"

#include <string.h>

typedef struct over {
	mcha_pool *pool;
	mcha_item *item;
	const mcha_item question;
	const mcha_seen *seen;
} over;

typedef enum sight { SIGHT_SAME, SIGHT_OWN, SIGHT_OTHER, SIGHT_ABSENT, SIGHT_UNKNOWN } sight;

/* From the first question on there is one deadline for all operations that the write consists
 * of. */
static mcha_status keep_deadline(over *o)
{
	o->pool->until = o->pool->running.deadline;
	return o->item->answer.status;
}

static mcha_status decide_write(over *o, mcha_mode mode, uint64_t token)
{
	*o->item = o->question;
	o->item->cas = token;
	mcha_decide(o->pool, o->item, mode);
	return keep_deadline(o);
}

static mcha_status put_value(over *o)
{
	*o->item = o->question;
	mcha_store(o->pool, o->item, 1, MCHA_MODE_SET);
	return keep_deadline(o);
}

static mcha_status set_status(over *o, mcha_status status)
{
	return o->item->answer.status = status;
}

static bool is_equal(const mcha_reply *reply, const char *value, size_t length)
{
	return reply->size == length && memcmp(reply->value, value, length) == 0;
}

static sight compare_seen(const over *o, const mcha_reply *now)
{
	if (now->status == MCHA_STATUS_MISS) {
		return SIGHT_ABSENT;
	}
	if (now->status != MCHA_STATUS_OK || !now->value) {
		return SIGHT_UNKNOWN;
	}
	return is_equal(now, o->question.value, o->question.value_length)      ? SIGHT_OWN
		: o->seen->found && is_equal(now, o->seen->value, o->seen->length) ? SIGHT_SAME
																		   : SIGHT_OTHER;
}

/* *token: of the value that is there now. */
static sight look_at_value(over *o, uint64_t *token)
{
	mcha_item now = {
		.key = o->question.key,
		.key_length = o->question.key_length,
		.hash_key = o->question.hash_key,
		.hash_length = o->question.hash_length,
	};
	sight seen;

	mcha_get(o->pool, &now, 1,
		MCHA_WANT_VALUE | (mcha_targets_keeps_registers(o->pool) ? 0 : MCHA_WANT_CAS));
	o->item->answer.status = now.answer.status;
	keep_deadline(o);
	seen = compare_seen(o, &now.answer);
	*token = now.answer.cas;
	if (now.answer.value) {
		o->pool->settings.transport.allocator->release(now.answer.value);
	}
	return seen;
}

/* If no home node could decide, though the value could be read, a handoff node has the value, and
 * takes what is written. */
static mcha_status swap_seen(over *o, uint64_t token)
{
	mcha_status status = token && !mcha_targets_keeps_registers(o->pool)
		? decide_write(o, MCHA_MODE_SET, token)
		: MCHA_STATUS_DOWN;

	return mcha_status_is_answer(status) ? status : put_value(o);
}

static mcha_status add_value(over *o)
{
	mcha_status status = mcha_targets_keeps_registers(o->pool) ? put_value(o)
															   : decide_write(o, MCHA_MODE_ADD, 0);

	return status == MCHA_STATUS_NOT_STORED ? set_status(o, MCHA_STATUS_EXISTS) : status;
}

static mcha_status store_by_sight(over *o, sight seen, uint64_t token)
{
	switch (seen) {
	case SIGHT_SAME:
		return swap_seen(o, token);
	case SIGHT_OWN:
		return put_value(o); /* some replicas may not have the value yet */
	case SIGHT_OTHER:
		return set_status(o, MCHA_STATUS_EXISTS);
	case SIGHT_ABSENT:
		return o->seen->found ? set_status(o, MCHA_STATUS_MISS) : add_value(o);
	default:
		return o->item->answer.status;
	}
}

#define LOOKS 3 /* at the value that is there now */

/* A token may be void again by the time it is used: a hint is replayed to the node, or the node
 * carries out a write of this process after all that this process has given up. Only another look
 * tells that from another client's write. */
static void look_and_store(over *o)
{
	uint64_t token;
	sight seen;
	unsigned looks = 0;

	do {
		seen = look_at_value(o, &token);
	} while (store_by_sight(o, seen, token) == MCHA_STATUS_EXISTS && seen == SIGHT_SAME
		&& ++looks < LOOKS);
}

/* The verdict of compare-and-swap or add leaves open whether another request has written. */
static bool leaves_open(mcha_status status)
{
	return status == MCHA_STATUS_EXISTS || status == MCHA_STATUS_NOT_STORED
		|| !mcha_status_is_answer(status);
}

static bool has_sign(const over *o)
{
	return !mcha_targets_keeps_registers(o->pool) && (o->seen->token || !o->seen->found);
}

void mcha_store_over(mcha_pool *pool, mcha_item *item, const mcha_seen *seen)
{
	over o = {pool, item, *item, seen};
	mcha_status status = MCHA_STATUS_PENDING;

	if (has_sign(&o)) {
		status = decide_write(&o, seen->found ? MCHA_MODE_SET : MCHA_MODE_ADD, seen->token);
	}
	if (leaves_open(status)) {
		look_and_store(&o);
	}
	pool->until = 0;
}
