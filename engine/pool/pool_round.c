/* SPDX-License-Identifier: MIT */
/* Requests of the operation that runs, and the rounds that carry them. */
#include "pool_round.h"

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
		.health = pool->health,
		.rules = rules,
		.random = &pool->random,
		.now = now,
	};
}

bool mcha_pool_may_send(mcha_pool *pool, uint16_t index, const mcha_health_rules *rules, bool last_resort)
{
	const mcha_node *node = pool->nodes[index];

	return mcha_local_health_admit(node->id, rules, pool->now, last_resort)
		&& mcha_health_admit(node->health, rules, pool->now, last_resort);
}

bool mcha_pool_admit(mcha_pool *pool, uint16_t index, bool last_resort)
{
	mcha_node *node = pool->nodes[index];

	if (!pool->troubled) {
		return true;
	}
	if (node->admission != pool->operation || (last_resort && !node->admitted)) {
		mcha_health_rules rules = mcha_pool_rules(pool);

		node->admission = pool->operation;
		node->admitted = !mcha_health_is_unflushed(node->health, pool->now)
			&& mcha_pool_may_send(pool, index, &rules, last_resort);
	}
	return node->admitted;
}

bool mcha_pool_reserve(mcha_pool *pool, size_t more)
{
	size_t capacity = pool->request_capacity ? pool->request_capacity : 16;
	mcha_request *grown;

	while (capacity < pool->request_count + more) {
		capacity *= 2;
	}
	if (capacity == pool->request_capacity) {
		return true;
	}
	grown = realloc(pool->requests, capacity * sizeof(*grown));
	if (!grown) {
		return false;
	}
	pool->requests = grown;
	pool->request_capacity = capacity;
	return true;
}

mcha_request *mcha_pool_request(mcha_pool *pool, uint16_t node)
{
	mcha_request *request;

	if (pool->request_count == pool->request_capacity && !mcha_pool_reserve(pool, 1)) {
		return NULL;
	}
	request = &pool->requests[pool->request_count++];
	memset(request, 0, sizeof(*request));
	request->node = node;
	request->reply.status = MCHA_STATUS_PENDING;
	request->reply.ttl = MCHA_TTL_UNKNOWN;
	return request;
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
static void learn_failure(mcha_pool *pool, uint16_t index, mcha_status status)
{
	mcha_node *node = pool->nodes[index];

	node->admission = pool->operation;
	node->admitted = false;
	pool->troubled = true;
	mcha_pool_note_failure(pool, index, status);
}

/* No time is left: no node is asked, and no node's health suffers for it. */
static void give_up(mcha_pool *pool, size_t first)
{
	for (; first < pool->request_count; first++) {
		mcha_request *request = &pool->requests[first];

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

void mcha_pool_run_until_enough(mcha_pool *pool, size_t first, mcha_usec budget, const mcha_wait_policy *wait)
{
	mcha_health_rules rules = mcha_pool_rules(pool);
	mcha_round round = mcha_pool_round(pool, &rules, pool->now);
	size_t i;

	round.deadline = pool->now + budget;
	round.grace = pool->grace;
	round.wait = wait;
	if (round.deadline > pool->deadline) {
		round.deadline = pool->deadline;
	}
	if (round.deadline <= round.now) {
		give_up(pool, first);
		return;
	}
	mcha_fanout_run(&pool->fanout, &round, pool->requests + first, pool->request_count - first);
	pool->now = round.now;
	pool->grace = 0;
	for (i = first; i < pool->request_count; i++) {
		const mcha_request *request = &pool->requests[i];

		if (request->reply.status == MCHA_STATUS_CANCELLED) {
			continue;
		}
		if (request->reply.status == MCHA_STATUS_IN_FLIGHT) {
			mcha_pool_note_pending(pool, request->node);
		} else if (!mcha_status_is_answer(request->reply.status)) {
			learn_failure(pool, request->node, request->reply.status);
		} else if (mcha_status_is_refusal(request->reply.status)) {
			mcha_pool_note_failure(pool, request->node, request->reply.status);
		}
	}
}

void mcha_pool_run(mcha_pool *pool, size_t first, mcha_usec budget)
{
	mcha_pool_run_until_enough(pool, first, budget, NULL);
}
