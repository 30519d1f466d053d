/* SPDX-License-Identifier: MIT */
/* Requests of the operation that runs, and the rounds that carry them. */
#include "pool_round.h"

#include "engine/base/seldom.h"
#include "engine/shared/health/health_flush.h"
#include "local_health.h"

#include <stdlib.h>
#include <string.h>

mcha_health_rules mcha_pool_rules(const mcha_pool *pool)
{
	return (mcha_health_rules){
		.retry_interval = pool->settings.retry_interval,
		.retry_interval_max = pool->settings.retry_interval_max,
		.lease = pool->settings.transport.connect_timeout + pool->settings.operation_timeout,
	};
}

mcha_round mcha_pool_round(mcha_pool *pool, const mcha_health_rules *rules, mcha_usec now)
{
	return (mcha_round){
		.nodes = pool->nodes,
		.settings = &pool->settings,
		.health = pool->shared.health,
		.rules = rules,
		.random = &pool->random,
		.now = now,
	};
}

bool mcha_pool_may_send(mcha_pool *pool, uint16_t index, const mcha_health_rules *rules,
	bool last_resort)
{
	const mcha_node *node = pool->nodes[index];

	return mcha_local_health_admit(node->id, rules, pool->running.now, last_resort)
		&& mcha_health_admit(node->health, rules, pool->running.now, last_resort);
}

bool mcha_pool_admit(mcha_pool *pool, uint16_t index, bool last_resort)
{
	mcha_node *node = pool->nodes[index];

	if (!pool->running.troubled) {
		return true;
	}
	if (node->admission != pool->running.number || (last_resort && !node->admitted)) {
		mcha_health_rules rules = mcha_pool_rules(pool);

		node->admission = pool->running.number;
		node->admitted = !mcha_health_is_unflushed(node->health, pool->running.now)
			&& mcha_pool_may_send(pool, index, &rules, last_resort);
	}
	return node->admitted;
}

void mcha_pool_note_failure(mcha_pool *pool, uint16_t node, mcha_status status)
{
	mcha_report *report = &pool->report;
	size_t i;

	for (i = 0; i < report->failed_count; i++) {
		if (report->failed[i].node == node) {
			return;
		}
	}
	if (report->failed_count < MCHA_REPORT_FAILED_MAX) {
		report->failed[report->failed_count].node = node;
		report->failed[report->failed_count++].status = status;
	}
}

/* A node that failed is not asked again by this operation, and from now on others are looked at. */
static MCHA_SELDOM void learn_failure(mcha_pool *pool, uint16_t index, mcha_status status)
{
	mcha_node *node = pool->nodes[index];

	node->admission = pool->running.number;
	node->admitted = false;
	node->failed_in = pool->running.number;
	node->failure = status;
	pool->running.troubled = true;
	mcha_pool_note_failure(pool, index, status);
}

/* No time is left: no node is asked, and no node's health suffers for it. */
static MCHA_SELDOM void give_up(mcha_pool *pool, mcha_request *round)
{
	mcha_request *request;

	for (request = round; request; request = request->later) {
		if (request->reply.status == MCHA_STATUS_PENDING) {
			request->reply.status = MCHA_STATUS_TIMEOUT;
			mcha_pool_note_failure(pool, request->node, MCHA_STATUS_TIMEOUT);
		}
	}
}

void mcha_pool_note_pending(mcha_pool *pool, uint16_t node)
{
	mcha_report *report = &pool->report;
	size_t i;

	for (i = 0; i < report->pending_count; i++) {
		if (report->pending[i] == node) {
			return;
		}
	}
	if (report->pending_count < MCHA_REPORT_FAILED_MAX) {
		report->pending[report->pending_count++] = node;
	}
}

static void learn_answer(mcha_pool *pool, const mcha_request *request)
{
	const mcha_status status = request->reply.status;

	if (status == MCHA_STATUS_CANCELLED) {
		return;
	}
	if (status == MCHA_STATUS_IN_FLIGHT) {
		mcha_pool_note_pending(pool, request->node);
	} else if (!mcha_status_is_answer(status)) {
		learn_failure(pool, request->node, status);
	} else if (mcha_status_is_refusal(status)) {
		mcha_pool_note_failure(pool, request->node, status);
	}
}

mcha_request *mcha_pool_run_until_enough(mcha_pool *pool, mcha_usec budget,
	const mcha_wait_policy *wait)
{
	mcha_health_rules rules = mcha_pool_rules(pool);
	mcha_round round = mcha_pool_round(pool, &rules, pool->running.now);
	mcha_request *request, *first = pool->requests.first;

	round.deadline = pool->running.now + budget;
	round.grace = pool->running.grace;
	round.wait = wait;
	if (round.deadline > pool->running.deadline) {
		round.deadline = pool->running.deadline;
	}
	if (round.deadline <= round.now) {
		give_up(pool, first);
		return mcha_request_list_take_round(&pool->requests);
	}
	mcha_fanout_run(&pool->fanout, &round, first);
	pool->running.now = round.now;
	pool->running.grace = 0;
	for (request = first; request; request = request->later) {
		learn_answer(pool, request);
	}
	return mcha_request_list_take_round(&pool->requests);
}

mcha_request *mcha_pool_run(mcha_pool *pool, mcha_usec budget)
{
	return mcha_pool_run_until_enough(pool, budget, NULL);
}

bool mcha_round_scan_is_done(mcha_round_scan *scan,
	bool (*is_done)(const mcha_request *request, const void *context), const void *context)
{
	unsigned pass;

	for (pass = 0; pass < 2; pass++) {
		for (; scan->next; scan->next = scan->next->later) {
			if (!is_done(scan->next, context)) {
				return false;
			}
		}
		scan->next = scan->first;
	}
	return true;
}
