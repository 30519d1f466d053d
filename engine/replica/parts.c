/* SPDX-License-Identifier: MIT */
/* Runs an operation on very many keys part by part, each part as an operation of its own, and adds
 * up their reports. */
#include "parts.h"
#include "engine/base/seldom.h"
#include "engine/pool/pool_round.h"
#include "engine/pool/pool_operation.h"

static void add_failures(mcha_pool *pool, const mcha_report *report)
{
	size_t i;

	for (i = 0; i < report->failed_count; i++) {
		mcha_pool_note_failure(pool, report->failed[i].node, report->failed[i].status);
	}
	for (i = 0; i < report->pending_count; i++) {
		mcha_pool_note_pending(pool, report->pending[i]);
	}
}

/* before: the report on the parts before the one that has just ended. */
static void add_report(mcha_pool *pool, const mcha_report *before)
{
	mcha_report *report = &pool->report;

	report->repaired += before->repaired;
	report->hedged += before->hedged;
	if (before->acknowledged < report->acknowledged) {
		report->acknowledged = before->acknowledged;
	}
	if (report->position < 0) {
		report->position = before->position;
	}
	add_failures(pool, before);
}

/* The time is over: these items are not asked. */
static void give_up(mcha_pool *pool, mcha_item *items, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		const mcha_status status = mcha_key_check(items[i].key, items[i].key_length);

		items[i].position = -1;
		items[i].fault = MCHA_STATUS_TIMEOUT;
		items[i].answer.status = status == MCHA_STATUS_OK ? MCHA_STATUS_TIMEOUT : status;
	}
	if (count) {
		pool->report.acknowledged = 0;
	}
}

/* The deadline of a part of this size, while so many keys are left: see parts.h. */
static mcha_usec part_until(mcha_usec now, mcha_usec until, size_t part, size_t left)
{
	const mcha_usec time = until - now;

	return now + (2 * part < left ? time / 2 : time * (mcha_usec)part / (mcha_usec)left);
}

static MCHA_SELDOM void run_parts(mcha_pool *pool, mcha_item *items, size_t left,
	mcha_part carry_out, const void *context)
{
	const mcha_usec own = pool->running.entered ? 0 : pool->until; /* see mcha_pool_enter() */
	mcha_usec now = mcha_clock_now(), until = own ? own : now + pool->settings.operation_timeout;
	mcha_report before = {.acknowledged = UINT16_MAX, .position = -1};

	for (; left && now < until; now = mcha_clock_now()) {
		const size_t part = left < MCHA_PART_KEYS ? left : MCHA_PART_KEYS;

		pool->until = part_until(now, until, part, left);
		carry_out(pool, items, part, context);
		add_report(pool, &before);
		before = pool->report;
		items += part;
		left -= part;
	}
	pool->until = own;
	give_up(pool, items, left);
}

void mcha_in_parts(mcha_pool *pool, mcha_item *items, size_t count, mcha_part carry_out,
	const void *context)
{
	if (count <= MCHA_PART_KEYS) {
		carry_out(pool, items, count, context);
	} else {
		run_parts(pool, items, count, carry_out, context);
	}
}
